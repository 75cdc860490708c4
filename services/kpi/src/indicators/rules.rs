//! Which dossiers a figure counts, and the arithmetic of a rate: pure.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use motcua_clock::vietnam_time::{FIRST_YEAR, to_instant};
use motcua_clock::{Timeliness, timeliness};
use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The last year whose months can be asked for: instants are stored with four digits of a year.
const LAST_YEAR: i32 = 9998;

/// A month (tháng) as Vietnamese clocks have it: it begins and ends at midnight in Vietnam, 17:00 UTC the day before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    first_day: NaiveDate,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Month {
    /// A month by its year and number, if there is one.
    #[must_use]
    pub fn new(year: i32, number: u32) -> Option<Self> {
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return None;
        }
        let first_day = NaiveDate::from_ymd_opt(year, number, 1)?;
        let next = if number == 12 { (year + 1, 1) } else { (year, number + 1) };
        let midnight = |day: NaiveDate| to_instant(NaiveDateTime::new(day, NaiveTime::MIN)).ok();
        let (from, until) = (midnight(first_day)?, midnight(NaiveDate::from_ymd_opt(next.0, next.1, 1)?)?);
        Some(Self { first_day, from, until })
    }

    /// Its first instant.
    #[must_use]
    pub fn from(self) -> DateTime<Utc> {
        self.from
    }

    /// The first instant after it.
    #[must_use]
    pub fn until(self) -> DateTime<Utc> {
        self.until
    }

    /// Whether an instant falls into it.
    #[must_use]
    pub fn holds(self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.until
    }
}

impl FromStr for Month {
    type Err = ();

    /// Reads `2026-11`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        let (year, number) = text.split_once('-').filter(|(y, m)| digits(y, 4) && digits(m, 2)).ok_or(())?;
        let (year, number) = (year.parse().map_err(drop)?, number.parse().map_err(drop)?);
        Self::new(year, number).ok_or(())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first_day.format("%Y-%m").fmt(f)
    }
}

/// Which of a dossier's agencies a figure counts it for.
///
/// The competent agency unless asked otherwise: the term is a duty of who decides, and since receipt knows no boundaries
/// inside a province, where a dossier was handed in says nothing about who was late with it. Receipt desks are judged by
/// `receiving`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountedBy {
    /// The agency that decides it (cơ quan có thẩm quyền giải quyết).
    #[default]
    Competent,
    /// The agency that received it (nơi tiếp nhận).
    Receiving,
}

impl CountedBy {
    /// The word as the API writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Competent => "competent",
            Self::Receiving => "receiving",
        }
    }
}

/// A figure that counts dossiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Received in the month (tiếp nhận): national state neither 1 nor 3, by the instant of receipt.
    Received,
    /// Finished in the month (đã giải quyết): processing ended with a result.
    Finished,
    /// Of the finished, those not after the due instant (đúng hạn, gồm trước hạn).
    OnTime,
    /// Of the finished, those after the due instant (quá hạn).
    Late,
    /// Of the finished, those that had no due instant: neither on time nor late (không có hẹn trả).
    NoDueDate,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 5] = [Self::Received, Self::Finished, Self::OnTime, Self::Late, Self::NoDueDate];

    /// The word as the API writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Finished => "finished",
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::NoDueDate => "no_due_date",
        }
    }

    /// Whether the instant of receipt puts a dossier into the month; else the end of processing does.
    #[must_use]
    pub fn is_by_receipt(self) -> bool {
        self == Self::Received
    }

    /// Why a dossier is counted: a stable code, and the words for people.
    #[must_use]
    pub fn reason(self) -> (&'static str, Text) {
        match self {
            Self::Received => {
                ("received_in_month", Text::new("Được tiếp nhận trong tháng.", "Received within the month."))
            }
            Self::Finished => (
                "finished_in_month",
                Text::new("Kết thúc xử lý, có kết quả trong tháng.", "Finished with a result within the month."),
            ),
            Self::OnTime => (
                "finished_by_due",
                Text::new(
                    "Kết thúc xử lý trong tháng, không sau thời điểm hẹn trả.",
                    "Finished within the month, not after the due instant.",
                ),
            ),
            Self::Late => (
                "finished_after_due",
                Text::new(
                    "Kết thúc xử lý trong tháng, sau thời điểm hẹn trả.",
                    "Finished within the month, after the due instant.",
                ),
            ),
            Self::NoDueDate => (
                "finished_without_due",
                Text::new(
                    "Kết thúc xử lý trong tháng, không có thời điểm hẹn trả để so.",
                    "Finished within the month, with no due instant to compare with.",
                ),
            ),
        }
    }
}

/// What the figures of a month ask of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// National state (`TrangThaiHoSo`), 1 to 10.
    pub national_state: i32,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// When it was due.
    pub due_at: Option<DateTime<Utc>>,
    /// When processing ended with a result.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The national states in which a dossier was never received: new (mới đăng ký), refused (không được tiếp nhận).
pub const NEVER_RECEIVED: [i32; 2] = [1, 3];

/// Whether a figure of a month counts a dossier. The queries of `store` say the same in SQL; a test holds them together.
///
/// Late is a matter of instants, as Decision 766/QĐ-TTg compares the end of processing with the appointment.
#[must_use]
pub fn counts(figure: Figure, month: Month, dossier: &Course) -> bool {
    let finished = dossier.finished_at.filter(|at| month.holds(*at));
    match (figure, finished, dossier.due_at) {
        (Figure::Received, ..) => {
            dossier.received_at.is_some_and(|at| month.holds(at)) && !NEVER_RECEIVED.contains(&dossier.national_state)
        }
        (Figure::Finished, finished, _) => finished.is_some(),
        (Figure::NoDueDate, finished, due) => finished.is_some() && due.is_none(),
        (Figure::OnTime, Some(finished), Some(due)) => timeliness(finished, due) != Timeliness::Late,
        (Figure::Late, Some(finished), Some(due)) => timeliness(finished, due) == Timeliness::Late,
        (Figure::OnTime | Figure::Late, ..) => false,
    }
}

/// The figures of an agency or of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Received.
    pub received: i64,
    /// Finished.
    pub finished: i64,
    /// On time.
    pub on_time: i64,
    /// Late.
    pub late: i64,
    /// Without due instant.
    pub no_due_date: i64,
}

impl Counts {
    /// One of them.
    #[must_use]
    pub fn of(&self, figure: Figure) -> i64 {
        match figure {
            Figure::Received => self.received,
            Figure::Finished => self.finished,
            Figure::OnTime => self.on_time,
            Figure::Late => self.late,
            Figure::NoDueDate => self.no_due_date,
        }
    }

    /// On time of all that could be (tỷ lệ đúng hạn): what had no due instant is in neither part.
    #[must_use]
    pub fn on_time_rate(&self) -> Rate {
        Rate { numerator: self.on_time, denominator: self.on_time + self.late }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            received: self.received + other.received,
            finished: self.finished + other.finished,
            on_time: self.on_time + other.on_time,
            late: self.late + other.late,
            no_due_date: self.no_due_date + other.no_due_date,
        }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// A ratio kept as its parts, because only parts can be summed over agencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What is counted.
    pub numerator: i64,
    /// Of how many.
    pub denominator: i64,
}

impl Rate {
    /// In hundredths of a per cent, rounded half up; none of none is no rate, and never 0.
    #[must_use]
    pub fn hundredths_of_percent(self) -> Option<i64> {
        if self.denominator <= 0 {
            return None;
        }
        let (part, whole) = (i128::from(self.numerator), i128::from(self.denominator));
        i64::try_from((part * 20_000 + whole) / (whole * 2)).ok()
    }

    /// In per cent with two decimals.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a few thousand hundredths are exact")]
    pub fn percent(self) -> Option<f64> {
        self.hundredths_of_percent().map(|hundredths| hundredths as f64 / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn course(received: Option<&str>, due: Option<&str>, finished: Option<&str>) -> Course {
        Course { national_state: 9, received_at: received.map(at), due_at: due.map(at), finished_at: finished.map(at) }
    }

    #[test]
    fn a_month_begins_and_ends_at_midnight_in_vietnam() {
        let november = month("2026-11");
        assert_eq!((november.from(), november.until()), (at("2026-10-31T17:00:00Z"), at("2026-11-30T17:00:00Z")));
        assert!(november.holds(at("2026-10-31T17:00:00Z")) && !november.holds(at("2026-10-31T16:59:59.999999Z")));
        assert!(november.holds(at("2026-11-30T16:59:59.999999Z")) && !november.holds(at("2026-11-30T17:00:00Z")));
        assert_eq!(month("2026-12").until(), month("2027-01").from());
        assert_eq!(november.to_string(), "2026-11");
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in
            ["2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "2026/11", "+026-11", "1975-12", "9999-12", ""]
        {
            assert_eq!(text.parse::<Month>(), Err(()), "{text}");
        }
    }

    #[test]
    fn on_time_is_up_to_the_due_instant_and_late_a_microsecond_after_it() {
        let due = Some("2026-11-10T10:00:00Z");
        for (finished, figure) in [
            ("2026-11-03T01:00:00Z", Figure::OnTime),
            ("2026-11-10T10:00:00Z", Figure::OnTime),
            ("2026-11-10T10:00:00.000001Z", Figure::Late),
        ] {
            let dossier = course(Some("2026-11-01T02:00:00Z"), due, Some(finished));
            for other in [Figure::OnTime, Figure::Late, Figure::NoDueDate] {
                assert_eq!(counts(other, month("2026-11"), &dossier), other == figure, "{finished} {other:?}");
            }
            assert!(counts(Figure::Finished, month("2026-11"), &dossier));
        }
    }

    #[test]
    fn a_finished_dossier_without_due_instant_is_neither_on_time_nor_late() {
        let dossier = course(Some("2026-11-01T02:00:00Z"), None, Some("2026-11-20T02:00:00Z"));
        let counted: Vec<Figure> =
            Figure::ALL.into_iter().filter(|figure| counts(*figure, month("2026-11"), &dossier)).collect();
        assert_eq!(counted, [Figure::Received, Figure::Finished, Figure::NoDueDate]);
    }

    #[test]
    fn a_dossier_that_was_refused_or_only_submitted_was_never_received() {
        let mut dossier = course(Some("2026-11-01T02:00:00Z"), None, None);
        for (state, received) in [(1, false), (2, true), (3, false), (4, true), (7, true), (8, true), (10, true)] {
            dossier.national_state = state;
            assert_eq!(counts(Figure::Received, month("2026-11"), &dossier), received, "{state}");
        }
    }

    #[test]
    fn a_rate_rounds_half_up_to_two_decimals_and_none_of_none_is_no_rate() {
        let percent = |numerator, denominator| Rate { numerator, denominator }.percent();
        assert_eq!(percent(1, 1), Some(100.0));
        assert_eq!(percent(2, 3), Some(66.67));
        assert_eq!(percent(1, 3), Some(33.33));
        // 1/16 = 6.25 %, 1/32 = 3.125 %, 3/32 = 9.375 %: the halves go up.
        assert_eq!((percent(1, 16), percent(1, 32), percent(3, 32)), (Some(6.25), Some(3.13), Some(9.38)));
        assert_eq!(percent(0, 7), Some(0.0));
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(i64::MAX, i64::MAX), Some(100.0));
    }

    proptest! {
        #[test]
        fn a_rate_is_the_nearest_hundredth(denominator in 1_i64..1_000_000, part in 0_i64..=1_000) {
            let numerator = denominator * part / 1_000;
            let hundredths = Rate { numerator, denominator }.hundredths_of_percent().unwrap();
            let twice_off = 2 * (numerator * 10_000 - hundredths * denominator);
            prop_assert!(-denominator <= twice_off && twice_off < denominator);
        }

        #[test]
        fn every_finished_dossier_is_on_time_late_or_without_due_instant(
            finished in 0_i64..100_000_000,
            due in proptest::option::of(0_i64..100_000_000),
        ) {
            let instant = |seconds: i64| DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap();
            let dossier = Course {
                national_state: 9, received_at: None, due_at: due.map(instant), finished_at: Some(instant(finished)),
            };
            let local = motcua_clock::vietnam_time::local_date(instant(finished)).unwrap();
            let month = month(&local.format("%Y-%m").to_string());
            let kinds = [Figure::OnTime, Figure::Late, Figure::NoDueDate];
            prop_assert_eq!(kinds.into_iter().filter(|kind| counts(*kind, month, &dossier)).count(), 1);
        }
    }
}
