//! Days are Vietnamese days: they begin at 17:00 UTC of the day before.

use std::fmt::Write;

use chrono::TimeDelta;
use motcua_clock::{Term, Timeliness, due, timeliness, vietnam_time};

use super::{at, day, embedded, hours};

#[test]
fn the_date_changes_at_midnight_in_vietnam_and_not_in_utc() {
    let midnight = at("2026-03-05 00:00");
    assert_eq!(midnight.to_rfc3339(), "2026-03-04T17:00:00+00:00");
    assert_eq!(vietnam_time::local_date(midnight), Ok(day("2026-03-05")));
    assert_eq!(vietnam_time::local_date(midnight - TimeDelta::nanoseconds(1)), Ok(day("2026-03-04")));
    assert_eq!(vietnam_time::local_date(at("2026-03-05 07:00")), Ok(day("2026-03-05")));
}

#[test]
fn both_sides_of_midnight_between_working_days_have_one_deadline() {
    let office = motcua_clock::OfficeHours::default();
    let before = due(at("2026-03-04 23:59"), Term::working_days(2), &embedded(), &office).unwrap();
    let after = due(at("2026-03-05 00:00"), Term::working_days(2), &embedded(), &office).unwrap();
    assert_eq!((before.counted_from, before.due_at), (after.counted_from, after.due_at));
    assert_eq!(before.ledger[0].date, day("2026-03-04"));
    assert_eq!(after.ledger[0].date, day("2026-03-05"));
}

#[test]
fn an_early_office_still_counts_by_its_own_date_where_utc_has_the_day_before() {
    let office = hours(&["05:00-06:30"]);
    let due = due(at("2026-03-04 05:10"), Term::working_days(1), &embedded(), &office).unwrap();
    assert_eq!(due.due_at.to_rfc3339(), "2026-03-04T23:30:00+00:00");
    assert_eq!(due.due_on, day("2026-03-05"));
}

#[test]
fn new_year_begins_at_midnight_in_vietnam() {
    let office = motcua_clock::OfficeHours::default();
    // 17:00 UTC on 31 December is the holiday of 1 January, a year with another table.
    let due = due(at("2025-01-01 00:00"), Term::working_days(1), &embedded(), &office).unwrap();
    assert_eq!(due.ledger[0].date, day("2025-01-01"));
    assert_eq!(due.due_at, at("2025-01-03 17:00"));
}

#[test]
fn early_and_on_time_part_at_midnight_in_vietnam() {
    let due_at = at("2026-03-05 06:00");
    assert_eq!(timeliness(at("2026-03-04 23:59"), due_at), Timeliness::Early);
    assert_eq!(timeliness(at("2026-03-05 00:00"), due_at), Timeliness::OnTime);
}

/// What the clock says of instants on both sides of 17:00 UTC, where the Vietnamese date changes, as text.
fn answers_around_midnight() -> String {
    let mut answers = String::new();
    for start in ["2026-03-04 23:59", "2026-03-05 00:00", "2026-03-05 00:01", "2026-12-31 23:59", "2027-01-01 00:00"] {
        for term in [Term::working_days(3), Term::calendar_days(3), Term::working_hours(9)] {
            let rule = motcua_clock::ClockRule::of_term(term);
            let found = super::reckoned(&rule, start, &[], start).unwrap();
            writeln!(answers, "{start} {term:?} {:?}", found.deadline).unwrap();
        }
    }
    answers
}

const ANSWERS_WANTED: &str = "MOTCUA_TEST_PRINT_ANSWERS";

#[test]
fn the_time_zone_of_the_machine_makes_no_difference() {
    let here = answers_around_midnight();
    if std::env::var_os(ANSWERS_WANTED).is_some() {
        println!("{here}");
        return;
    }
    // The zone is read once a process, so each zone gets its own run of this very test.
    for zone in ["UTC", "Asia/Ho_Chi_Minh", "America/New_York", "Pacific/Kiritimati", "XXX+11:30"] {
        let there = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "time_zone::the_time_zone_of_the_machine_makes_no_difference", "--nocapture"])
            .env("TZ", zone)
            .env(ANSWERS_WANTED, "1")
            .output()
            .unwrap();
        assert!(String::from_utf8(there.stdout).unwrap().contains(&here), "{zone}");
    }
}
