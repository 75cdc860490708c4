//! What holds for every calendar, office and term: agreement with the oracle, order, and a complete ledger.

use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use motcua_clock::{Calendar, ClockError, Due, OfficeHours, OfficeSession, Term, TermUnit, due, vietnam_time};
use proptest::prelude::*;

use super::at;
use super::oracle::{DAY, World};

/// The made-up world is two years long, so that terms cross a turn of the year.
const FIRST_DAY: &str = "2029-01-01";
const DAYS: usize = 365 + 365;

fn first_day() -> NaiveDate {
    FIRST_DAY.parse().unwrap()
}

fn instant(minute: i64) -> DateTime<Utc> {
    at("2029-01-01 00:00") + TimeDelta::minutes(minute)
}

/// A world and the same as calendar and office hours, by way of a CSV table.
#[derive(Debug, Clone)]
struct Setting {
    world: World,
    calendar: Calendar,
    office_hours: OfficeHours,
}

fn setting() -> impl Strategy<Value = Setting> {
    // About one day in six is the contrary of what its weekday says, often several in a row.
    let contrary = prop::collection::vec(prop::bool::weighted(0.16), DAYS);
    let edges = prop::sample::subsequence((0..96_i64).collect::<Vec<_>>(), 2..=6);
    (contrary, edges).prop_map(|(contrary, edges)| {
        let sessions: Vec<_> = edges.chunks_exact(2).map(|pair| (pair[0] * 15, pair[1] * 15)).collect();
        build(&contrary, sessions)
    })
}

fn build(contrary: &[bool], sessions: Vec<(i64, i64)>) -> Setting {
    let mut table = "date,kind,linked_date,name_vi,name_en,source,provisional,note\n".to_owned();
    for year in [2029, 2030] {
        writeln!(table, "{year},year,,Bảng,Table,Luật,false,").unwrap();
    }
    let mut worked = Vec::new();
    for (date, contrary) in first_day().iter_days().zip(contrary) {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        worked.push(weekend == *contrary);
        if *contrary && weekend {
            // Its other half would stand in a year that this table does not have.
            writeln!(table, "{date},make_up_working_day,2028-03-01,Bù,Made up,Luật,false,").unwrap();
        } else if *contrary {
            writeln!(table, "{date},public_holiday,,Lễ,Holiday,Luật,false,").unwrap();
        }
    }
    let time = |minutes| chrono::NaiveTime::MIN + TimeDelta::minutes(minutes);
    let office = sessions.iter().map(|(opens, closes)| OfficeSession { opens: time(*opens), closes: time(*closes) });
    Setting {
        calendar: Calendar::from_csv(table.as_bytes()).unwrap(),
        office_hours: OfficeHours::new(office.collect()).unwrap(),
        world: World { worked, sessions },
    }
}

impl Setting {
    fn due(&self, minute: i64, term: Term) -> Result<Due, ClockError> {
        due(instant(minute), term, &self.calendar, &self.office_hours)
    }

    fn oracle(&self, minute: i64, term: Term) -> Option<i64> {
        match term.unit {
            TermUnit::WorkingDay => self.world.working_days(minute, term.count),
            TermUnit::CalendarDay => self.world.calendar_days(minute, term.count),
            TermUnit::WorkingHour => self.world.working_hours(minute, term.count),
        }
    }
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![
        (1..60_u32).prop_map(Term::working_days),
        (1..90_u32).prop_map(Term::calendar_days),
        (1..60_u32).prop_map(Term::working_hours),
    ]
}

/// Any minute of the two years, with the days before the turn of the year and the end more often than chance.
fn minute() -> impl Strategy<Value = i64> {
    let end = i64::try_from(DAYS).unwrap() * DAY;
    prop_oneof![4 => 0..end, 1 => 355 * DAY..366 * DAY, 1 => end - 60 * DAY..end]
}

/// One question to a setting: a minute to start at and a term.
type Question = (i64, Term);

/// Settings are slow to make, so each is asked several questions.
fn questions() -> impl Strategy<Value = Vec<Question>> {
    prop::collection::vec((minute(), term()), 8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_deadline_is_the_one_the_oracle_walks_to(setting in setting(), questions in questions()) {
        for (minute, term) in questions {
            match (setting.due(minute, term), setting.oracle(minute, term)) {
                (Ok(due), Some(expected)) => {
                    prop_assert_eq!(due.due_at, instant(expected));
                    prop_assert_eq!(due.counted_from, instant(setting.world.start(minute).unwrap()));
                }
                (Err(error), None) => prop_assert_eq!(error, ClockError::YearNotCovered(2031)),
                (found, expected) => prop_assert!(false, "found {:?}, the oracle {:?}", found, expected),
            }
        }
    }

    #[test]
    fn the_ledger_has_every_date_once_and_counts_to_the_term(setting in setting(), questions in questions()) {
        for (minute, term) in questions {
            let Ok(due) = setting.due(minute, term) else { continue };
            let received_on = vietnam_time::local_date(instant(minute)).unwrap();
            let expected: Vec<_> = received_on.iter_days().take_while(|date| *date <= due.due_on).collect();
            let dates: Vec<_> = due.ledger.iter().map(|entry| entry.date).collect();
            prop_assert_eq!(dates, expected);
            let counted = due.ledger.iter().filter(|entry| entry.counted).count();
            if term.unit == TermUnit::WorkingHour {
                prop_assert!(counted >= 1);
            } else {
                prop_assert_eq!(counted, usize::try_from(term.count).unwrap());
            }
            prop_assert_eq!(vietnam_time::local_date(due.due_at), Ok(due.due_on));
            prop_assert!(setting.calendar.is_working(due.due_on).unwrap());
            prop_assert!(instant(minute) <= due.counted_from && due.counted_from < due.due_at);
        }
    }

    #[test]
    fn a_later_start_or_a_longer_term_is_never_due_earlier(
        setting in setting(), questions in questions(), later in 0..20 * DAY, longer in 1..10_u32
    ) {
        for (minute, term) in questions {
            let long = Term { count: term.count + longer, ..term };
            let Ok(last) = setting.due(minute + later, long) else { continue };
            let base = setting.due(minute, term).unwrap();
            let started_later = setting.due(minute + later, term).unwrap();
            let lasting_longer = setting.due(minute, long).unwrap();
            prop_assert!(base.due_at <= started_later.due_at && started_later.due_at <= last.due_at);
            prop_assert!(base.due_at <= lasting_longer.due_at && lasting_longer.due_at <= last.due_at);
            // Only calendar days may share a deadline: several last days can run on to one working day.
            prop_assert!(term.unit == TermUnit::CalendarDay || base.due_at < lasting_longer.due_at);
        }
    }

    #[test]
    fn a_start_is_as_good_as_the_opening_it_is_deemed_to_be(setting in setting(), questions in questions()) {
        for (minute, term) in questions {
            let Ok(first) = setting.due(minute, term) else { continue };
            let again = due(first.counted_from, term, &setting.calendar, &setting.office_hours).unwrap();
            prop_assert_eq!(again.due_at, first.due_at);
            prop_assert_eq!(again.counted_from, first.counted_from);
        }
    }

    #[test]
    fn working_days_of_a_year_and_next_working_agree_with_a_walk(setting in setting()) {
        let worked = setting.world.worked.iter().take(365).filter(|worked| **worked).count();
        prop_assert_eq!(setting.calendar.working_days_in(2029), Ok(u32::try_from(worked).unwrap()));
        for (index, date) in first_day().iter_days().take(DAYS).enumerate() {
            prop_assert_eq!(setting.calendar.is_working(date), Ok(setting.world.worked[index]));
            let next = setting.world.worked.iter().skip(index + 1).position(|worked| *worked);
            let expected = next.map(|ahead| date + TimeDelta::days(i64::try_from(ahead).unwrap() + 1));
            prop_assert_eq!(setting.calendar.next_working(date).ok(), expected);
        }
    }
}
