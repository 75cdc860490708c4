//! What stops the clock, by the texts: supplements with each effect, the waits that are taken out, extensions.

use motcua_clock::{
    ClockRule, Ending, Extension, Happening, ReasonCode, SupplementEffect, Term, WaitKind, WaitRule, reckon,
};

use super::{at, began, day, ended, events_of, hours, land_rule, print_ledger, reckoned, short_ledger};

fn with_effect(effect: SupplementEffect) -> ClockRule {
    ClockRule { supplement_effect: effect, ..ClockRule::of_term(Term::working_days(5)) }
}

const ASKED: &str = "2026-03-04 10:00";
const ANSWERED: &str = "2026-03-10 09:00";

fn due_with(effect: SupplementEffect) -> chrono::DateTime<chrono::Utc> {
    let later = [(ASKED, began(1, WaitKind::Supplement)), (ANSWERED, ended(1))];
    let reckoned = reckoned(&with_effect(effect), "2026-03-02 09:00", &later, ANSWERED).unwrap();
    print_ledger(&format!("supplement, {effect:?}"), &reckoned);
    assert_eq!(reckoned.deadline.first_due_at, at("2026-03-09 17:00"));
    reckoned.deadline.due_at
}

#[test]
fn a_supplement_restarts_the_term_takes_its_time_out_or_leaves_it_as_the_rule_says() {
    // Received Monday 2 March, 5 working days: first due Monday the 9th. Asked Wednesday the 4th, answered Tuesday the 10th.
    assert_eq!(due_with(SupplementEffect::Restart), at("2026-03-17 17:00"));
    // The 3rd and the 4th counted, the 5th to the 10th do not, the 11th to the 13th do.
    assert_eq!(due_with(SupplementEffect::Subtract), at("2026-03-13 17:00"));
    assert_eq!(due_with(SupplementEffect::None), at("2026-03-09 17:00"));
}

#[test]
fn no_day_is_lost_or_won_when_the_supplement_comes_back() {
    // The formula of a system in use: old due + (now - request date) - 1, then + 1 working day. Asked and answered
    // within one day it gave a day away; over a weekend it took calendar days for working days.
    let rule = with_effect(SupplementEffect::Subtract);
    let same_day = [("2026-03-04 08:00", began(1, WaitKind::Supplement)), ("2026-03-04 16:00", ended(1))];
    let reckoned_same = reckoned(&rule, "2026-03-02 09:00", &same_day, "2026-03-04 16:00").unwrap();
    assert_eq!(reckoned_same.deadline.due_at, at("2026-03-09 17:00"));
    let weekend = [("2026-03-06 08:00", began(1, WaitKind::Supplement)), ("2026-03-09 09:00", ended(1))];
    let over_weekend = reckoned(&rule, "2026-03-02 09:00", &weekend, "2026-03-09 09:00").unwrap();
    assert_eq!(over_weekend.deadline.due_at, at("2026-03-10 17:00"));
}

#[test]
fn the_day_of_the_request_counts_and_the_day_of_the_answer_does_not() {
    let later = [(ASKED, began(1, WaitKind::Supplement)), ("2026-03-06 08:00", ended(1))];
    let found = reckoned(&with_effect(SupplementEffect::Subtract), "2026-03-02 09:00", &later, ANSWERED).unwrap();
    assert_eq!(
        short_ledger(&found.ledger),
        [
            "-2026-03-02 day_of_receipt",
            "+2026-03-03 working_day",
            "+2026-03-04 working_day",
            "-2026-03-05 waiting",
            "-2026-03-06 waiting",
            "-2026-03-07 weekend",
            "-2026-03-08 weekend",
            "+2026-03-09 working_day",
            "+2026-03-10 working_day",
            "+2026-03-11 working_day",
        ]
    );
    assert_eq!(found.ledger[3].reason.vi, "Không tính: chờ bổ sung hồ sơ (được loại trừ)");
}

#[test]
fn an_answer_after_the_cut_off_is_deemed_to_come_the_next_working_day() {
    let later = |answered| [(ASKED, began(1, WaitKind::Supplement)), (answered, ended(1))];
    let rule = with_effect(SupplementEffect::Subtract);
    let due = |answered| reckoned(&rule, "2026-03-02 09:00", &later(answered), answered).unwrap().deadline.due_on;
    assert_eq!(due("2026-03-05 17:00"), day("2026-03-10"));
    assert_eq!(due("2026-03-05 17:01"), day("2026-03-11"));
}

#[test]
fn a_restarted_term_forgets_the_days_before_and_says_so() {
    let later = [("2026-03-04 10:00", began(1, WaitKind::Supplement)), ("2026-03-05 18:00", ended(1))];
    let rule = ClockRule { supplement_effect: SupplementEffect::Restart, ..ClockRule::of_term(Term::working_days(1)) };
    let rule = ClockRule { term: Term::working_days(2), ..rule };
    let found = reckoned(&rule, "2026-03-02 18:00", &later, "2026-03-05 18:00").unwrap();
    assert_eq!(found.deadline.counted_from, at("2026-03-03 07:30"));
    assert_eq!(found.deadline.term_from, at("2026-03-06 07:30"));
    assert_eq!(
        short_ledger(&found.ledger),
        [
            "-2026-03-02 before_new_term",
            "-2026-03-03 before_new_term",
            "-2026-03-04 before_new_term",
            "-2026-03-05 before_new_term",
            "-2026-03-06 day_of_full_answer",
            "-2026-03-07 weekend",
            "-2026-03-08 weekend",
            "+2026-03-09 working_day",
            "+2026-03-10 working_day",
        ]
    );
}

#[test]
fn while_a_wait_is_open_the_due_date_is_as_if_it_ended_now_and_is_marked() {
    let later = [(ASKED, began(1, WaitKind::Supplement))];
    for effect in [SupplementEffect::Restart, SupplementEffect::Subtract] {
        let open = reckoned(&with_effect(effect), "2026-03-02 09:00", &later, ANSWERED).unwrap().deadline;
        assert!(open.waiting);
        assert_eq!(open.due_at, due_with(effect));
    }
    let runs_on = reckoned(&with_effect(SupplementEffect::None), "2026-03-02 09:00", &later, ANSWERED).unwrap();
    assert!(!runs_on.deadline.waiting && runs_on.deadline.left.overdue);
}

#[test]
fn a_supplement_asked_for_after_the_term_ran_out_does_not_start_it_anew() {
    let later = [("2026-03-09 17:01", began(1, WaitKind::Supplement)), ("2026-03-11 09:00", ended(1))];
    let found = reckoned(&with_effect(SupplementEffect::Restart), "2026-03-02 09:00", &later, "2026-03-11 09:00");
    assert_eq!(found.unwrap().deadline.due_at, at("2026-03-09 17:00"));
}

#[test]
fn duties_posting_expertise_violations_and_notices_are_taken_out_of_land_terms() {
    let kinds = [
        WaitKind::FinancialDuty,
        WaitKind::Posting,
        WaitKind::Expertise,
        WaitKind::ViolationHandling,
        WaitKind::NewspaperNotice,
    ];
    for kind in kinds {
        let later = [(ASKED, began(1, kind)), (ANSWERED, ended(1))];
        let found = reckoned(&land_rule(5), "2026-03-02 09:00", &later, ANSWERED).unwrap();
        assert_eq!(found.deadline.due_at, at("2026-03-13 17:00"), "{kind:?}");
        let counted_as_waiting = found.ledger.iter().filter(|line| line.reason.code == ReasonCode::Waiting).count();
        assert_eq!(counted_as_waiting, 4);
    }
}

#[test]
fn consultation_is_taken_out_only_where_the_procedure_says_so() {
    let later = [(ASKED, began(1, WaitKind::Consultation)), (ANSWERED, ended(1))];
    let silent = ClockRule::of_term(Term::working_days(5));
    let due = |rule: &ClockRule| reckoned(rule, "2026-03-02 09:00", &later, ANSWERED).unwrap().deadline.due_at;
    assert_eq!(due(&silent), at("2026-03-09 17:00"));
    assert_eq!(due(&land_rule(5)), at("2026-03-13 17:00"));
}

#[test]
fn beyond_its_longest_time_a_wait_counts_again() {
    let mut rule = land_rule(5);
    rule.waits = vec![WaitRule {
        kind: WaitKind::RelativesConfirmation,
        excluded: true,
        at_most: Some(Term::working_days(2)),
        legal_basis: "Luật".to_owned(),
    }];
    let later = [(ASKED, began(1, WaitKind::RelativesConfirmation)), ("2026-03-13 09:00", ended(1))];
    let found = reckoned(&rule, "2026-03-02 09:00", &later, "2026-03-13 09:00").unwrap();
    // Two days out, the 5th and the 6th; the 9th to the 11th count although the wait went on.
    assert_eq!(found.deadline.due_at, at("2026-03-11 17:00"));
    let still_open = |now| reckoned(&rule, "2026-03-02 09:00", &later[..1], now).unwrap().deadline.waiting;
    assert!(still_open("2026-03-06 16:59") && !still_open("2026-03-06 17:00"));
}

#[test]
fn the_longest_time_is_for_all_waits_of_a_kind_together() {
    let rule = |at_most| {
        let posting = WaitRule { kind: WaitKind::Posting, excluded: true, at_most, legal_basis: "Luật".to_owned() };
        ClockRule { waits: vec![posting], ..ClockRule::of_term(Term::working_days(5)) }
    };
    // The 4th and 5th, and the 9th to the 11th: five working days of waiting, of which the rule lets three out.
    let later = [
        ("2026-03-03 10:00", began(1, WaitKind::Posting)),
        ("2026-03-05 10:00", ended(1)),
        ("2026-03-06 10:00", began(2, WaitKind::Posting)),
        ("2026-03-11 10:00", ended(2)),
        ("2026-03-12 08:00", began(3, WaitKind::Posting)),
    ];
    let asked =
        |at_most, many: usize, now| reckoned(&rule(at_most), "2026-03-02 09:00", &later[..many], now).unwrap().deadline;
    assert_eq!(asked(None, 4, "2026-03-11 10:00").due_at, at("2026-03-16 17:00"));
    let three = Some(Term::working_days(3));
    assert_eq!(asked(three, 4, "2026-03-11 10:00").due_at, at("2026-03-12 17:00"));
    // The second goes on counting after its only day that is left; the third stops nothing any more.
    let second = asked(three, 3, "2026-03-06 11:00");
    assert_eq!((second.waiting, second.goes_on_at), (true, Some(at("2026-03-09 17:00"))));
    let third = asked(three, 5, "2026-03-12 09:00");
    assert_eq!((third.waiting, third.goes_on_at, third.due_at), (false, None, at("2026-03-12 17:00")));
    // In hours, and with calendar days over a weekend: of five, the 4th and 5th leave three, the 7th to the 9th.
    assert_eq!(asked(Some(Term::working_hours(24)), 4, "2026-03-11 10:00").due_at, at("2026-03-12 17:00"));
    assert_eq!(asked(Some(Term::calendar_days(5)), 4, "2026-03-11 10:00").due_at, at("2026-03-12 17:00"));
}

#[test]
fn waits_at_the_same_time_count_once() {
    let later = [
        ("2026-03-03 09:00", began(1, WaitKind::Consultation)),
        ("2026-03-04 09:00", began(2, WaitKind::FinancialDuty)),
        ("2026-03-05 09:00", ended(1)),
        ("2026-03-06 09:00", ended(2)),
    ];
    let found = reckoned(&land_rule(5), "2026-03-02 09:00", &later, "2026-03-06 09:00").unwrap();
    assert_eq!(found.deadline.due_at, at("2026-03-12 17:00"));
}

#[test]
fn in_hours_the_office_time_of_a_wait_is_taken_out_to_the_second() {
    let rule = ClockRule { term: Term::working_hours(8), ..land_rule(1) };
    let office = hours(&["08:00-12:00", "13:00-17:00"]);
    let later = [("2026-03-02 11:59", began(1, WaitKind::Expertise)), ("2026-03-02 13:31", ended(1))];
    let mut events = events_of("2026-03-02 09:00", &later);
    events[2].at += chrono::TimeDelta::seconds(30);
    let now = events[2].at;
    let found = reckon(&rule, &events, &super::embedded(), &office, now).unwrap();
    assert_eq!(found.deadline.due_at, at("2026-03-03 09:32") + chrono::TimeDelta::seconds(30));
    let seconds: u32 = found.ledger.iter().map(|line| line.office_seconds).sum();
    assert_eq!(seconds, 8 * 3600);
}

#[test]
fn an_extension_adds_a_term_or_goes_to_a_date_and_later_waits_move_it() {
    let to = |extension| vec![("2026-03-09 09:00", Happening::Extended(extension))];
    let due = |mut later: Vec<(&'static str, Happening)>, wait: bool| {
        if wait {
            later.extend([("2026-03-10 09:00", began(1, WaitKind::Posting)), ("2026-03-11 09:00", ended(1))]);
        }
        reckoned(&land_rule(5), "2026-03-02 09:00", &later, "2026-03-11 09:00").unwrap().deadline.due_on
    };
    let by_term = to(Extension::ByTerm(Term::working_days(3)));
    let by_date = to(Extension::ToDate(day("2026-03-12")));
    assert_eq!((due(by_term.clone(), false), due(by_date.clone(), false)), (day("2026-03-12"), day("2026-03-12")));
    assert_eq!((due(by_term, true), due(by_date, true)), (day("2026-03-13"), day("2026-03-13")));
}

#[test]
fn silence_after_a_supplement_request_closes_the_dossier_when_the_rule_says_so() {
    let rule = ClockRule { automatic_closing: Some(Term::working_days(15)), ..with_effect(SupplementEffect::Subtract) };
    let asked = [(ASKED, began(1, WaitKind::Supplement))];
    let open = reckoned(&rule, "2026-03-02 09:00", &asked, ANSWERED).unwrap().deadline;
    assert_eq!(open.closes_at, Some(at("2026-03-25 17:00")));
    let stopped = [asked[0].clone(), ("2026-03-26 08:00", Happening::Ended(Ending::Stopped))];
    let closed = reckoned(&rule, "2026-03-02 09:00", &stopped, "2026-04-01 08:00").unwrap().deadline;
    assert_eq!((closed.closes_at, closed.waiting), (None, false));
    assert_eq!(closed.ended.map(|ended| ended.how), Some(Ending::Stopped));
}

#[test]
fn a_wait_of_nothing_where_a_limited_one_stands_does_not_lengthen_it() {
    // Found by the oracle: the empty wait lent the limited one the day on which an answer would have been deemed to come.
    let mut rule = land_rule(6);
    rule.cut_off = motcua_clock::CutOff::At("15:00:00".parse().unwrap());
    rule.waits[0].at_most = Some(Term::working_days(3));
    let limited = ("2026-03-03 09:00", began(1, WaitKind::FinancialDuty));
    let nothing = [("2026-03-06 15:30", began(2, WaitKind::Consultation)), ("2026-03-06 15:30", ended(2))];
    let due = |later: &[_]| reckoned(&rule, "2026-03-02 09:00", later, "2026-03-06 15:30").unwrap().deadline.due_at;
    assert_eq!(due(&[vec![limited.clone()], nothing.to_vec()].concat()), due(&[limited]));
}

#[test]
fn the_ledger_sums_to_the_term_with_its_extensions_in_days_and_in_hours() {
    let rule = |term| ClockRule { term, extensions_allowed: 2, ..land_rule(1) };
    let later = |unit: fn(u32) -> Term| {
        [
            ("2026-03-02 10:00", Happening::Extended(Extension::ByTerm(unit(3)))),
            ("2026-03-02 10:30", began(1, WaitKind::Expertise)),
            ("2026-03-02 14:00", ended(1)),
            ("2026-03-02 15:00", Happening::Extended(Extension::ByTerm(unit(2)))),
        ]
    };
    let days =
        reckoned(&rule(Term::working_days(4)), "2026-03-02 09:00", &later(Term::working_days), "2026-03-02 16:00");
    let numbers: Vec<_> = days.unwrap().ledger.iter().filter_map(|line| line.day_number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let hours =
        reckoned(&rule(Term::working_hours(7)), "2026-03-02 09:00", &later(Term::working_hours), "2026-03-02 16:00");
    let seconds: u32 = hours.unwrap().ledger.iter().map(|line| line.office_seconds).sum();
    assert_eq!(seconds, 12 * 3600);
}

#[test]
fn a_wait_that_the_rule_limits_says_when_the_clock_goes_on() {
    let limit = Some(Term::working_days(3));
    let posting = |at_most| WaitRule { kind: WaitKind::Posting, excluded: true, at_most, legal_basis: "Luật".into() };
    let rule = |at_most| ClockRule { waits: vec![posting(at_most)], ..ClockRule::of_term(Term::working_days(10)) };
    let began = [("2026-03-03 09:00", began(1, WaitKind::Posting))];
    let asked = |rule: &ClockRule, now| reckoned(rule, "2026-03-02 09:00", &began, now).unwrap().deadline;
    let within = asked(&rule(limit), "2026-03-05 09:00");
    assert_eq!((within.waiting, within.goes_on_at), (true, Some(at("2026-03-06 17:00"))));
    let beyond = asked(&rule(limit), "2026-03-06 17:01");
    assert_eq!((beyond.waiting, beyond.goes_on_at), (false, None));
    let unlimited = asked(&rule(None), "2026-03-05 09:00");
    assert_eq!((unlimited.waiting, unlimited.goes_on_at), (true, None));
}

#[test]
fn asking_on_the_last_day_leaves_nothing_of_the_term_and_a_later_answer_is_late() {
    // Monday 9 March is the fifth day. It counts, although the applicant is asked on it, so the answer finds no day left.
    let asked = ("2026-03-09 16:00", began(1, WaitKind::Supplement));
    let answered = |at| [asked.clone(), (at, ended(1))];
    let rule = with_effect(SupplementEffect::Subtract);
    let found = |at| reckoned(&rule, "2026-03-02 09:00", &answered(at), at).unwrap().deadline;
    let late = found("2026-03-19 09:00");
    assert_eq!((late.due_at, late.waiting, late.left.overdue), (at("2026-03-09 17:00"), false, true));
    // A day before, one day is left, which is the day after the answer.
    let earlier = [("2026-03-06 16:00", began(1, WaitKind::Supplement)), ("2026-03-19 09:00", ended(1))];
    let in_time = reckoned(&rule, "2026-03-02 09:00", &earlier, "2026-03-19 09:00").unwrap().deadline;
    assert_eq!((in_time.due_at, in_time.left.overdue), (at("2026-03-20 17:00"), false));
}

#[test]
fn what_only_ends_a_wait_may_lie_in_a_year_without_table() {
    let posting = WaitRule {
        kind: WaitKind::Posting,
        excluded: true,
        at_most: Some(Term::working_days(30)),
        legal_basis: "Luật".into(),
    };
    let rule = ClockRule {
        waits: vec![posting],
        automatic_closing: Some(Term::working_days(30)),
        ..ClockRule::of_term(Term::working_days(5))
    };
    for kind in [WaitKind::Posting, WaitKind::Supplement] {
        let later = [("2027-12-22 09:00", began(1, kind))];
        let open = reckoned(&rule, "2027-12-20 09:00", &later, "2027-12-23 09:00").unwrap().deadline;
        assert_eq!((open.waiting, open.goes_on_at, open.closes_at), (true, None, None), "{kind:?}");
        let later = [later[0].clone(), ("2027-12-23 10:00", ended(1))];
        let ended = reckoned(&rule, "2027-12-20 09:00", &later, "2027-12-23 10:00").unwrap().deadline;
        assert_eq!(ended.due_at, at("2027-12-28 17:00"), "{kind:?}");
    }
}
