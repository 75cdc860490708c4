//! Faults found in the deadline code of a system in use, each as a test that it does not come back here.
//!
//! One of that list does not apply: a separate term for the online channel that was ignored on editing is a matter
//! of the procedure's version, not of the clock.

use motcua_clock::{ClockError, OfficeHours, Term, due};

use super::{at, due_of, embedded};

#[test]
fn holidays_of_every_year_touched_are_known_not_only_of_the_current_one() {
    // 1/1/2026 is a holiday and 2/1/2026 swapped; both lie in the year after the start.
    assert_eq!(due_of("2025-12-31 09:00", Term::working_days(1)).due_at, at("2026-01-05 17:00"));
    assert_eq!(due_of("2024-12-31 16:00", Term::working_hours(2)).due_at, at("2025-01-02 08:30"));
}

#[test]
fn weekends_are_skipped_when_hours_are_added() {
    assert_eq!(due_of("2026-03-06 16:00", Term::working_hours(2)).due_at, at("2026-03-09 08:30"));
}

#[test]
fn the_lunch_break_adds_no_hours_wherever_the_count_meets_it() {
    // Across it, up to it, from inside it, and from its two edges.
    assert_eq!(due_of("2026-03-04 10:30", Term::working_hours(2)).due_at, at("2026-03-04 14:30"));
    assert_eq!(due_of("2026-03-04 07:30", Term::working_hours(4)).due_at, at("2026-03-04 11:30"));
    let inside = due_of("2026-03-04 12:10", Term::working_hours(1));
    assert_eq!((inside.counted_from, inside.due_at), (at("2026-03-04 13:30"), at("2026-03-04 14:30")));
    assert_eq!(due_of("2026-03-04 11:30", Term::working_hours(1)).due_at, at("2026-03-04 14:30"));
    assert_eq!(due_of("2026-03-04 13:30", Term::working_hours(1)).due_at, at("2026-03-04 14:30"));
}

#[test]
fn make_up_saturdays_are_worked_in_days_and_in_hours() {
    assert_eq!(due_of("2026-01-09 09:00", Term::working_days(1)).due_at, at("2026-01-10 17:00"));
    assert_eq!(due_of("2026-01-09 16:00", Term::working_hours(2)).due_at, at("2026-01-10 08:30"));
    assert_eq!(due_of("2026-01-10 10:00", Term::working_days(1)).counted_from, at("2026-01-10 10:00"));
    assert_eq!(due_of("2026-08-20 09:00", Term::calendar_days(2)).due_at, at("2026-08-22 17:00"));
}

#[test]
fn calendar_terms_never_end_on_a_day_off() {
    // 30 April: a holiday before a holiday before a weekend.
    assert_eq!(due_of("2026-04-20 09:00", Term::calendar_days(10)).due_at, at("2026-05-04 17:00"));
    assert_eq!(due_of("2026-03-04 09:00", Term::calendar_days(3)).due_at, at("2026-03-09 17:00"));
}

#[test]
fn a_year_without_a_table_is_an_error_and_not_a_guess() {
    let calendar = embedded();
    let office = OfficeHours::default();
    let error = |start: &str, term| due(at(start), term, &calendar, &office).unwrap_err();
    assert_eq!(error("2027-12-31 09:00", Term::working_days(1)), ClockError::YearNotCovered(2028));
    assert_eq!(error("2027-12-30 09:00", Term::calendar_days(2)).code(), "clock.year_not_covered");
    assert_eq!(error("2027-12-31 16:00", Term::working_hours(2)), ClockError::YearNotCovered(2028));
    assert_eq!(error("2023-12-29 09:00", Term::working_days(1)), ClockError::YearNotCovered(2023));
}
