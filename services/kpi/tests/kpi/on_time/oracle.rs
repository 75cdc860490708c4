//! The same question asked the slow way: minute by minute, in the words of the formula.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_kpi::facts::on_time::{Course, Credit, Standing, Variant, Waiting, standing};
use proptest::prelude::*;

type At = DateTime<Utc>;

const VARIANTS: [Variant; 3] =
    [Variant::CurrentDue, Variant::FirstDue(Credit::Supplements), Variant::FirstDue(Credit::All)];

fn minute(n: i64) -> At {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(n)
}

/// Minutes of `[from, to)` that no wait of the credit covers.
fn counted_minutes(course: &Course, credit: Credit, from: At, to: At) -> i64 {
    let mut minutes = 0;
    let mut at = from;
    while at < to {
        let covers = |wait: &&Waiting| wait.started_at <= at && wait.ended_at.is_none_or(|ended| at < ended);
        let credited = |wait: &&Waiting| credit == Credit::All || wait.is_supplement;
        if !course.waits.iter().filter(credited).any(|wait| covers(&wait)) {
            minutes += 1;
        }
        at += TimeDelta::minutes(1);
    }
    minutes
}

/// Whether the dossier is on time as of an instant, which no wait and no end comes after.
fn plainly(course: &Course, variant: Variant, as_of: At) -> Option<bool> {
    let start = course.received_at?;
    let ends = [course.finished_at, course.returned_at, course.withdrawn_at, course.ended_at];
    let closed = ends.into_iter().flatten().next();
    let open = course.waits.last().filter(|wait| wait.ended_at.is_none() && closed.is_none());
    let mut end = closed.unwrap_or(as_of);
    if let Some(open) = open.filter(|wait| wait.is_supplement) {
        if course.waits.iter().filter(|wait| wait.is_supplement).count() > 1 {
            return Some(false);
        }
        end = open.started_at;
    }
    let within = |credit, due: At| counted_minutes(course, credit, start, end) <= (due - start).num_minutes();
    if course.due_at.is_none() && course.first_due_at.is_none() {
        let credit = if let Variant::FirstDue(credit) = variant { credit } else { Credit::Supplements };
        let stopped = open.filter(|_| variant == Variant::CurrentDue);
        if let Some(stopped) = stopped {
            end = stopped.started_at;
            return Some(counted_minutes(course, credit, start, end) <= (course.legal_end_at? - start).num_minutes());
        }
        return Some(within(credit, course.legal_end_at?));
    }
    match variant {
        Variant::FirstDue(credit) => Some(within(credit, course.first_due_at?)),
        Variant::CurrentDue => {
            if let Some(due) = course.due_at {
                return Some(end <= due);
            }
            match course.waits.last() {
                Some(last) if closed.is_some() || open.is_some() => {
                    Some(last.started_at.min(end) <= last.due_before.or(course.first_due_at)?)
                }
                _ => Some(end <= course.first_due_at?),
            }
        }
    }
}

fn instant() -> impl Strategy<Value = Option<At>> {
    prop::option::weighted(0.4, (0_i64..90).prop_map(minute))
}

/// Waits that may overlap and of which only the last may go on.
fn waits() -> impl Strategy<Value = Vec<Waiting>> {
    let wait = (0_i64..80, 0_i64..15, any::<bool>(), prop::option::of(0_i64..90));
    (prop::collection::vec(wait, 0..4), any::<bool>()).prop_map(|(mut drawn, last_goes_on)| {
        drawn.sort_unstable();
        let last = drawn.len();
        let wait = |(n, (start, length, is_supplement, due)): (usize, (i64, i64, bool, Option<i64>))| Waiting {
            is_supplement,
            started_at: minute(start),
            ended_at: (n + 1 < last || !last_goes_on).then(|| minute(start + length)),
            due_before: due.map(minute),
        };
        drawn.into_iter().enumerate().map(wait).collect()
    })
}

prop_compose! {
    fn course()(
        received_at in prop::option::weighted(0.9, Just(minute(0))),
        ends in [instant(), instant(), instant(), instant()],
        dues in [instant(), instant(), instant()],
        waits in waits(),
    ) -> Course {
        let [finished_at, returned_at, withdrawn_at, ended_at] = ends;
        let [first_due_at, due_at, legal_end_at] = dues;
        Course { received_at, finished_at, returned_at, withdrawn_at, ended_at, first_due_at, due_at, legal_end_at, waits }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_rule_says_what_the_slow_count_says(course in course(), later in 0_i64..60) {
        let as_of = minute(95 + later);
        for variant in VARIANTS {
            let stands = standing(&course, variant);
            prop_assert_eq!(stands.on_time(as_of), plainly(&course, variant, as_of), "{:?} {:?}", variant, stands);
        }
    }

    #[test]
    fn who_is_late_once_stays_late_while_nothing_happens(course in course(), first in 95_i64..120, later in 0_i64..60) {
        for variant in VARIANTS {
            let stands = standing(&course, variant);
            let (then, now) = (stands.on_time(minute(first)), stands.on_time(minute(first + later)));
            prop_assert!(then != Some(false) || now == Some(false));
            prop_assert_eq!(stands == Standing::NotReceived, course.received_at.is_none());
        }
    }
}
