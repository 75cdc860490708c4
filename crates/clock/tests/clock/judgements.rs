//! Early, on time and late by each definition, where they part.

use motcua_clock::{ClockRule, Ending, Happening, Judgement, SupplementEffect, Term, Timeliness, WaitKind};

use super::{at, began, ended, land_rule, reckoned};

const RECEIVED: &str = "2026-03-02 09:00";

fn rule() -> ClockRule {
    ClockRule { supplement_effect: SupplementEffect::Subtract, supplements_allowed: 2, ..land_rule(5) }
}

fn judged(later: &[(&str, Happening)], now: &str) -> Judgement {
    reckoned(&rule(), RECEIVED, later, now).unwrap().deadline.judgement
}

fn finished() -> Happening {
    Happening::Ended(Ending::Finished)
}

#[test]
fn finished_on_the_due_date_after_the_due_instant_is_late_by_instant_and_on_time_by_date() {
    let judgement = judged(&[("2026-03-09 17:30", finished())], "2026-03-20 09:00");
    assert!(judgement.ended && !judgement.on_time_by_instant && judgement.on_time_by_date);
    assert_eq!((judgement.judged_at, judgement.bucket), (at("2026-03-09 17:30"), Timeliness::Late));
}

#[test]
fn finished_before_the_due_date_is_early_and_on_it_on_time() {
    assert_eq!(judged(&[("2026-03-06 17:00", finished())], "2026-03-06 17:00").bucket, Timeliness::Early);
    assert_eq!(judged(&[("2026-03-09 07:30", finished())], "2026-03-09 07:30").bucket, Timeliness::OnTime);
}

#[test]
fn a_wait_counts_in_the_current_due_instant_or_off_the_end_and_never_in_both() {
    // Asked on the 4th, answered on the 10th: due on the 13th. Finished on the 16th is late by both; counted twice
    // the same wait would have made it punctual.
    let later = |end| {
        vec![("2026-03-04 10:00", began(1, WaitKind::Supplement)), ("2026-03-10 10:00", ended(1)), (end, finished())]
    };
    let late = judged(&later("2026-03-16 09:00"), "2026-03-20 09:00");
    assert!(!late.raw_end_by_current_due && !late.end_less_supplements_by_first_due);
    let punctual = judged(&later("2026-03-13 16:00"), "2026-03-20 09:00");
    assert!(punctual.raw_end_by_current_due && punctual.end_less_supplements_by_first_due);
}

#[test]
fn the_formula_takes_only_supplements_off_the_end() {
    let later = [
        ("2026-03-04 10:00", began(1, WaitKind::FinancialDuty)),
        ("2026-03-10 10:00", ended(1)),
        ("2026-03-13 16:00", finished()),
    ];
    let judgement = judged(&later, "2026-03-20 09:00");
    assert!(judgement.raw_end_by_current_due && !judgement.end_less_supplements_by_first_due);
}

#[test]
fn an_open_dossier_waiting_for_its_first_supplement_is_judged_at_the_request() {
    let asked = [("2026-03-09 16:00", began(1, WaitKind::Supplement))];
    let judgement = judged(&asked, "2026-06-01 09:00");
    assert!(judgement.raw_end_by_current_due && judgement.end_less_supplements_by_first_due);
    let too_late = [("2026-03-09 17:30", began(1, WaitKind::Supplement))];
    assert!(!judged(&too_late, "2026-06-01 09:00").raw_end_by_current_due);
}

#[test]
fn an_open_dossier_waiting_for_its_second_supplement_is_late() {
    let asked = [
        ("2026-03-03 10:00", began(1, WaitKind::Supplement)),
        ("2026-03-03 11:00", ended(1)),
        ("2026-03-04 10:00", began(2, WaitKind::Supplement)),
    ];
    let judgement = judged(&asked, "2026-03-04 11:00");
    assert!(!judgement.raw_end_by_current_due && !judgement.end_less_supplements_by_first_due);
    assert!(judgement.on_time_by_instant, "by the plain comparison its term still runs");
}

#[test]
fn an_open_dossier_is_judged_as_of_now() {
    let now = judged(&[], "2026-03-09 17:00");
    assert!(!now.ended && now.on_time_by_instant && now.raw_end_by_current_due);
    assert!(!judged(&[], "2026-03-09 17:01").on_time_by_instant);
}

#[test]
fn what_is_left_or_overdue_is_told_in_days_and_in_office_time() {
    let left = |now| reckoned(&rule(), RECEIVED, &[], now).unwrap().deadline.left;
    let running = left("2026-03-05 16:00");
    assert_eq!((running.overdue, running.days, running.office_seconds), (false, 2, 16 * 3600));
    let on_the_day = left("2026-03-09 09:00");
    assert_eq!((on_the_day.overdue, on_the_day.days), (false, 0));
    let overdue = left("2026-03-11 08:30");
    assert_eq!((overdue.overdue, overdue.days, overdue.office_seconds), (true, 2, (7 * 2 + 3) * 1800));
}

#[test]
fn in_calendar_days_every_day_is_left() {
    let rule = ClockRule::of_term(Term::calendar_days(10));
    let left = reckoned(&rule, "2026-11-20 09:00", &[], "2026-11-21 12:00").unwrap().deadline.left;
    assert_eq!(left.days, 9);
}
