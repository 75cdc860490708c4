//! The short clocks of the handling itself, with the values of the texts.

use motcua_clock::{ClockRule, FixedClock, OfficeHours, Term, fixed_deadline};

use super::{at, embedded};

fn by(clock: FixedClock, from: &str) -> chrono::DateTime<chrono::Utc> {
    let rule = ClockRule::of_term(Term::working_days(5));
    fixed_deadline(clock, &rule, at(from), &embedded(), &OfficeHours::default()).unwrap()
}

#[test]
fn the_officer_is_alerted_within_2_working_hours() {
    assert_eq!(by(FixedClock::Alert, "2026-03-06 16:00"), at("2026-03-09 08:30"));
}

#[test]
fn an_online_dossier_is_checked_within_8_working_hours() {
    assert_eq!(by(FixedClock::OnlineCheck, "2026-03-06 16:00"), at("2026-03-09 16:30"));
}

#[test]
fn a_paper_dossier_is_checked_within_1_working_day() {
    assert_eq!(by(FixedClock::PaperCheck, "2026-03-06 10:00"), at("2026-03-09 17:00"));
    assert_eq!(by(FixedClock::PaperCheck, "2026-08-21 10:00"), at("2026-08-22 17:00"));
}

#[test]
fn papers_received_elsewhere_reach_who_decides_within_1_working_day() {
    assert_eq!(by(FixedClock::PaperTransfer, "2026-03-06 10:00"), at("2026-03-09 17:00"));
}

#[test]
fn silence_is_15_working_days_after_the_request() {
    assert_eq!(by(FixedClock::Silence, "2026-03-04 10:00"), at("2026-03-25 17:00"));
}

#[test]
fn the_apology_goes_out_a_working_day_before_the_due_instant() {
    assert_eq!(by(FixedClock::Apology, "2026-03-09 17:00"), at("2026-03-06 17:00"));
    assert_eq!(by(FixedClock::Apology, "2026-11-25 17:00"), at("2026-11-23 17:00"));
}

#[test]
fn an_apology_may_be_set_in_hours_or_calendar_days_and_never_falls_on_a_day_off() {
    let mut rule = ClockRule::of_term(Term::working_days(5));
    let office = OfficeHours::default();
    let mut apology = |term, due| {
        rule.fixed_clocks.apology = term;
        fixed_deadline(FixedClock::Apology, &rule, at(due), &embedded(), &office).unwrap()
    };
    assert_eq!(
        apology(Term::working_hours(4), "2026-03-09 08:30"),
        at("2026-03-06 13:30") + chrono::TimeDelta::minutes(30)
    );
    assert_eq!(apology(Term::calendar_days(2), "2026-03-10 17:00"), at("2026-03-06 17:00"));
}

#[test]
fn an_interlinked_agency_acknowledges_within_2_working_hours_and_systems_know_in_10_minutes() {
    assert_eq!(by(FixedClock::Acknowledgement, "2026-03-06 11:00"), at("2026-03-06 15:00"));
    assert_eq!(by(FixedClock::Synchronisation, "2026-03-06 23:55"), at("2026-03-07 00:05"));
}
