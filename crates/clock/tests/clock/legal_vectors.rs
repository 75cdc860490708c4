//! The seven worked cases of the domain facts (cut-offs and calendar), as far as today's rules reach.
//!
//! | case | here |
//! |---|---|
//! | 1 | whole: start on a Tết holiday under «end of office hours» |
//! | 2 | its dates only: 15:30 is in office hours, so day 1 is the same; the cut-off at 15:00 does not exist yet |
//! | 3 | its date only, for the same reason: the cut-off «last hour» does not exist yet |
//! | 4, 5, 6 | whole |
//! | 7 | whole as to the hours; that they are the check of an online dossier is a rule of the later full clock |
//!
//! Not applicable yet: where cases 2 and 3 differ from today's rules is a dossier received just before the cut-off
//! of its own rule, and a rule whose first day counts. Both are fields of a procedure's rule, which the clock does
//! not take yet; today the day of receipt never counts.

use motcua_clock::{Term, due};

use super::{at, day, due_of, embedded, hours, ledger_lines};

#[test]
fn case_1_receipt_on_a_holiday_starts_when_the_next_working_day_opens() {
    let due = due_of("2026-02-20 10:00", Term::working_days(1));
    assert_eq!(due.counted_from, at("2026-02-23 07:30"));
    // Deemed received on the 23rd, and the day of receipt does not count.
    assert_eq!(due.due_at, at("2026-02-24 17:00"));
    assert_eq!(
        ledger_lines(&due),
        [
            "-2026-02-20 public_holiday",
            "-2026-02-21 weekend",
            "-2026-02-22 weekend",
            "-2026-02-23 deemed_day_of_receipt",
            "+2026-02-24 working_day",
        ]
    );
}

#[test]
fn case_2_working_days_skip_the_two_holidays_and_the_weekend() {
    let due = due_of("2026-04-29 15:30", Term::working_days(3));
    assert_eq!(due.due_on, day("2026-05-06"));
    assert_eq!(
        ledger_lines(&due),
        [
            "-2026-04-29 day_of_receipt",
            "-2026-04-30 public_holiday",
            "-2026-05-01 public_holiday",
            "-2026-05-02 weekend",
            "-2026-05-03 weekend",
            "+2026-05-04 working_day",
            "+2026-05-05 working_day",
            "+2026-05-06 working_day",
        ]
    );
}

#[test]
fn case_3_a_swapped_day_and_national_day_are_skipped() {
    let due = due_of("2026-08-28 16:30", Term::working_days(1));
    assert_eq!(due.due_at, at("2026-09-03 17:00"));
    let codes: Vec<_> = due.ledger.iter().map(|entry| entry.reason.code.as_str()).collect();
    assert_eq!(
        codes,
        ["day_of_receipt", "weekend", "weekend", "swapped_day_off", "public_holiday", "public_holiday", "working_day"]
    );
}

#[test]
fn case_4_a_make_up_saturday_is_day_one() {
    let due = due_of("2026-08-21 09:00", Term::working_days(1));
    assert_eq!(due.due_at, at("2026-08-22 17:00"));
    assert_eq!(ledger_lines(&due), ["-2026-08-21 day_of_receipt", "+2026-08-22 make_up_working_day"]);
}

#[test]
fn case_5_calendar_days_do_not_count_the_first() {
    let due = due_of("2026-11-20 09:00", Term::calendar_days(10));
    assert_eq!(due.due_at, at("2026-11-30 17:00"));
    assert_eq!(due.ledger.iter().filter(|entry| entry.counted).count(), 10);
}

#[test]
fn case_6_calendar_days_that_end_on_a_holiday_end_the_next_working_day() {
    let due = due_of("2026-11-20 09:00", Term::calendar_days(4));
    assert_eq!(due.due_at, at("2026-11-25 17:00"));
    assert_eq!(
        ledger_lines(&due),
        [
            "-2026-11-20 day_of_receipt",
            "+2026-11-21 calendar_day",
            "+2026-11-22 calendar_day",
            "+2026-11-23 calendar_day",
            "+2026-11-24 last_day_is_day_off",
            "-2026-11-25 extended_to_working_day",
        ]
    );
}

#[test]
fn case_7_working_hours_run_over_new_year_and_two_sessions_a_day() {
    let office = hours(&["07:00-11:00", "13:00-17:00"]);
    let due = due(at("2026-12-31 16:00"), Term::working_hours(8), &embedded(), &office).unwrap();
    assert_eq!(due.due_at, at("2027-01-04 16:00"));
    assert_eq!(
        ledger_lines(&due),
        [
            "+2026-12-31 office_hours",
            "-2027-01-01 public_holiday",
            "-2027-01-02 weekend",
            "-2027-01-03 weekend",
            "+2027-01-04 office_hours",
        ]
    );
    assert!(due.provisional, "the decision on 2027 is not published");
}
