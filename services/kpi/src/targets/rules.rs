//! The way to a target, and where on it an agency is: pure.

use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::definitions::exact::Exact;
use crate::elements::rules::number::Number;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TargetDirection)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

impl Direction {
    /// The word as it is stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes.
    pub(super) fn read(text: &str) -> Option<Self> {
        [Self::Up, Self::Down].into_iter().find(|direction| direction.as_str() == text)
    }
}

/// State of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetState {
    /// The value has reached the target (đạt).
    Met,
    /// Not yet, and as far as it should be today (đúng tiến độ).
    OnTrack,
    /// Not as far as it should be today (có nguy cơ không đạt).
    AtRisk,
    /// The period is over and the target was not reached (không đạt).
    Missed,
    /// There is no value (chưa đo).
    NotMeasured,
}

/// The way from the start to the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Course {
    pub direction: Direction,
    pub start: Number,
    pub target: Number,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// Points between the two, in order of their days; a straight line when there are none.
    pub points: Vec<(NaiveDate, Number)>,
}

/// What is wrong with a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CourseFault {
    /// The target is on the wrong side of the start.
    Backwards,
    /// The point lies outside the period, or not after the one before.
    PointDay(usize),
    /// The point goes back behind the one before, or beyond the target.
    PointValue(usize),
}

impl Course {
    /// Everything that is wrong with it.
    pub(super) fn faults(&self) -> Vec<CourseFault> {
        let mut faults = Vec::new();
        if !self.reaches(self.target, self.start) {
            faults.push(CourseFault::Backwards);
        }
        let (mut day, mut value) = (self.first_day, self.start);
        for (place, (on, expected)) in self.points.iter().enumerate() {
            if *on <= day || *on >= self.last_day {
                faults.push(CourseFault::PointDay(place));
            }
            if !self.reaches(*expected, value) || !self.reaches(self.target, *expected) {
                faults.push(CourseFault::PointValue(place));
            }
            (day, value) = (*on, *expected);
        }
        faults
    }

    /// Whether a value is as good as another one, or better.
    fn reaches(&self, value: Number, other: Number) -> bool {
        match self.direction {
            Direction::Up => value >= other,
            Direction::Down => value <= other,
        }
    }

    /// What the value should be on a day, exactly.
    pub(super) fn expected(&self, on: NaiveDate) -> BigRational {
        let (mut day, mut value) = (self.first_day, self.start);
        let end = [(self.last_day, self.target)];
        for (next_day, next) in self.points.iter().chain(&end) {
            if on <= day {
                break;
            }
            if on < *next_day {
                let days = |from: NaiveDate, to: NaiveDate| BigInt::from((to - from).num_days());
                let way = BigRational::new(days(day, on), days(day, *next_day));
                return value.ratio() + (next.ratio() - value.ratio()) * way;
            }
            (day, value) = (*next_day, *next);
        }
        value.ratio()
    }

    /// Where an agency is on the way.
    pub(super) fn state(&self, value: Option<&Exact>, today: NaiveDate) -> TargetState {
        let Some(value) = value else { return TargetState::NotMeasured };
        let reached = |aim: &Exact| match self.direction {
            Direction::Up => value >= aim,
            Direction::Down => value <= aim,
        };
        if reached(&self.target.exact()) {
            TargetState::Met
        } else if today > self.last_day {
            TargetState::Missed
        } else if reached(&Exact::from(self.expected(today))) {
            TargetState::OnTrack
        } else {
            TargetState::AtRisk
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn number(of: i64) -> Number {
        of.to_string().parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn state(course: &Course, value: Option<Number>, today: NaiveDate) -> TargetState {
        course.state(value.map(Number::exact).as_ref(), today)
    }

    fn course(direction: Direction, start: i64, target: i64, points: &[(&str, i64)]) -> Course {
        Course {
            direction,
            start: number(start),
            target: number(target),
            first_day: day("2026-01-01"),
            last_day: day("2026-12-31"),
            points: points.iter().map(|(on, value)| (day(on), number(*value))).collect(),
        }
    }

    #[test]
    fn a_target_is_met_on_track_at_risk_missed_or_not_measured() {
        let year = course(Direction::Up, 0, 364, &[]);
        let on = |value: i64, today: &str| state(&year, Some(number(value)), day(today));
        assert_eq!(on(364, "2026-02-01"), TargetState::Met);
        // One a day, 181 days after the first.
        assert_eq!(on(181, "2026-07-01"), TargetState::OnTrack);
        assert_eq!(on(180, "2026-07-01"), TargetState::AtRisk);
        assert_eq!(on(363, "2026-12-31"), TargetState::AtRisk, "the last day is not over");
        assert_eq!(on(363, "2027-01-01"), TargetState::Missed);
        assert_eq!(on(364, "2027-01-01"), TargetState::Met);
        assert_eq!(on(0, "2025-12-01"), TargetState::OnTrack, "nothing is expected before the first day");
        assert_eq!(state(&year, None, day("2027-01-01")), TargetState::NotMeasured);
    }

    #[test]
    fn listed_points_bend_the_way() {
        let steps = course(Direction::Down, 100, 20, &[("2026-03-31", 90), ("2026-09-30", 80)]);
        assert_eq!(steps.faults(), []);
        assert_eq!(state(&steps, Some(number(90)), day("2026-03-31")), TargetState::OnTrack);
        assert_eq!(state(&steps, Some(number(91)), day("2026-03-31")), TargetState::AtRisk);
        assert_eq!(steps.expected(day("2026-09-30")), number(80).ratio());
        assert_eq!(steps.expected(day("2027-05-05")), number(20).ratio());
    }

    #[test]
    fn a_target_behind_its_start_and_points_off_the_way_are_faults() {
        assert_eq!(course(Direction::Up, 10, 9, &[]).faults(), [CourseFault::Backwards]);
        assert_eq!(course(Direction::Down, 9, 10, &[]).faults(), [CourseFault::Backwards]);
        assert_eq!(course(Direction::Up, 10, 10, &[]).faults(), [], "to keep what there is");
        let early = course(Direction::Up, 0, 10, &[("2026-01-01", 1), ("2026-05-01", 5), ("2026-04-01", 6)]);
        assert_eq!(early.faults(), [CourseFault::PointDay(0), CourseFault::PointDay(2)]);
        let back = course(Direction::Up, 5, 10, &[("2026-02-01", 4), ("2026-05-01", 11)]);
        assert_eq!(back.faults(), [CourseFault::PointValue(0), CourseFault::PointValue(1)]);
        assert_eq!(course(Direction::Up, 0, 9, &[("2026-12-31", 9)]).faults(), [CourseFault::PointDay(0)]);
    }

    fn rank(state: TargetState) -> u8 {
        match state {
            TargetState::Met => 3,
            TargetState::OnTrack => 2,
            TargetState::AtRisk => 1,
            TargetState::Missed | TargetState::NotMeasured => 0,
        }
    }

    /// Any course without fault, upwards or downwards.
    fn courses() -> impl Strategy<Value = Course> {
        let steps = proptest::collection::vec((1_u64..40, 0_i64..50), 0..6);
        (any::<bool>(), -100_i64..100, 0_i64..50, steps).prop_map(|(up, start, last, steps)| {
            let sign = if up { 1 } else { -1 };
            let (mut on, mut value) = (day("2026-01-01"), start);
            let mut points = Vec::new();
            for (days, more) in steps {
                on = on + Days::new(days);
                value += sign * more;
                points.push((on, number(value)));
            }
            Course {
                direction: if up { Direction::Up } else { Direction::Down },
                start: number(start),
                target: number(value + sign * last),
                first_day: day("2026-01-01"),
                last_day: on + Days::new(30),
                points,
            }
        })
    }

    proptest! {
        #[test]
        fn a_better_value_is_never_in_a_worse_state_and_a_later_day_never_in_a_better_one(
            course in courses(), value in -400_i64..400, more in 0_i64..100, at in 0_u64..300, later in 0_u64..100,
        ) {
            prop_assert_eq!(course.faults(), []);
            let today = day("2025-12-20") + Days::new(at);
            let better = if course.direction == Direction::Up { value + more } else { value - more };
            let here = state(&course, Some(number(value)), today);
            prop_assert!(rank(state(&course, Some(number(better)), today)) >= rank(here));
            prop_assert!(rank(state(&course, Some(number(value)), today + Days::new(later))) <= rank(here));
        }

        #[test]
        fn the_way_passes_through_its_points_and_nothing_is_expected_beyond_its_ends(course in courses(), at in 0_u64..300) {
            for (on, value) in &course.points {
                prop_assert_eq!(course.expected(*on), value.ratio());
            }
            let expected = course.expected(day("2025-12-20") + Days::new(at));
            let (low, high) = (course.start.min(course.target), course.start.max(course.target));
            prop_assert!(low.ratio() <= expected && expected <= high.ratio());
        }

        #[test]
        fn downwards_is_upwards_in_the_mirror(course in courses(), value in -400_i64..400, at in 0_u64..300) {
            let mirrored = |number: Number| -> Number {
                let text = number.to_string();
                text.strip_prefix('-').map_or(format!("-{text}"), str::to_owned).parse().unwrap()
            };
            let mirror = Course {
                direction: if course.direction == Direction::Up { Direction::Down } else { Direction::Up },
                start: mirrored(course.start),
                target: mirrored(course.target),
                points: course.points.iter().map(|(on, value)| (*on, mirrored(*value))).collect(),
                ..course
            };
            let today = day("2025-12-20") + Days::new(at);
            prop_assert_eq!(state(&mirror, Some(number(-value)), today), state(&course, Some(number(value)), today));
        }
    }
}
