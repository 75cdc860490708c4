//! Rules as data: the words are stable, unknown ones are refused, and so are contradictions.

use motcua_clock::{ClockEvent, ClockRule, CutOff, FirstDay, FixedClock, SupplementEffect, Term, WaitKind, WaitRule};

fn faults(rule: &ClockRule) -> Vec<(String, &'static str)> {
    rule.faults().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

fn plain() -> ClockRule {
    ClockRule::of_term(Term::working_days(5))
}

fn wait(kind: WaitKind, excluded: bool) -> WaitRule {
    WaitRule { kind, excluded, at_most: None, legal_basis: "Luật".to_owned() }
}

#[test]
fn a_plain_rule_contradicts_nothing() {
    assert_eq!(faults(&plain()), []);
    assert_eq!(faults(&super::land_rule(30)), []);
    assert_eq!(faults(&ClockRule { automatic_closing: Some(Term::working_days(15)), ..plain() }), []);
}

#[test]
fn every_contradiction_is_told_with_its_place() {
    let mut rule = ClockRule {
        term: Term::working_hours(0),
        cut_off: CutOff::At(chrono::NaiveTime::MIN),
        first_day: FirstDay::DayOfReceipt,
        supplement_effect: SupplementEffect::Restart,
        supplements_allowed: 0,
        automatic_closing: Some(Term::working_days(0)),
        waits: vec![
            wait(WaitKind::Supplement, true),
            WaitRule { at_most: Some(Term::working_days(5)), ..wait(WaitKind::Posting, false) },
            WaitRule { at_most: Some(Term::working_days(0)), ..wait(WaitKind::Posting, true) },
            WaitRule { legal_basis: String::new(), ..wait(WaitKind::Expertise, true) },
        ],
        ..plain()
    };
    rule.fixed_clocks.alert.count = 0;
    rule.fixed_clocks.synchronisation_minutes = 0;
    let expected = [
        ("/term/count", "clock_rule.empty_term"),
        ("/cut_off/at", "clock_rule.cut_off_at_midnight"),
        ("/first_day", "clock_rule.first_day_of_hours"),
        ("/supplement_effect", "clock_rule.effect_without_supplements"),
        ("/automatic_closing/count", "clock_rule.empty_term"),
        ("/automatic_closing", "clock_rule.closing_without_supplements"),
        ("/waits/0/kind", "clock_rule.supplement_among_waits"),
        ("/waits/1/at_most", "clock_rule.maximum_of_counted_wait"),
        ("/waits/1/at_most/unit", "clock_rule.maximum_not_in_hours"),
        ("/waits/2/kind", "clock_rule.wait_twice"),
        ("/waits/2/at_most/count", "clock_rule.empty_term"),
        ("/waits/2/at_most/unit", "clock_rule.maximum_not_in_hours"),
        ("/waits/3/legal_basis", "clock_rule.wait_without_basis"),
        ("/fixed_clocks/alert/count", "clock_rule.empty_term"),
        ("/fixed_clocks/synchronisation_minutes", "clock_rule.empty_term"),
    ];
    assert_eq!(faults(&rule), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    assert!(rule.faults().iter().all(|fault| !fault.vi.is_empty() && !fault.en.is_empty()));
}

#[test]
fn a_term_or_a_clock_longer_than_any_text_has_is_refused_at_its_place() {
    let mut rule = ClockRule {
        term: Term::working_days(u32::MAX),
        automatic_closing: Some(Term::calendar_days(191)),
        waits: vec![WaitRule { at_most: Some(Term::working_hours(6_001)), ..wait(WaitKind::Posting, true) }],
        ..plain()
    };
    rule.fixed_clocks.alert = Term::working_hours(u32::MAX);
    rule.fixed_clocks.apology = Term::working_days(131);
    rule.fixed_clocks.synchronisation_minutes = 1_441;
    let expected = [
        ("/term/count", "clock_rule.term_too_long"),
        ("/automatic_closing/count", "clock_rule.clock_too_long"),
        ("/waits/0/at_most/count", "clock_rule.term_too_long"),
        ("/fixed_clocks/alert/count", "clock_rule.clock_too_long"),
        ("/fixed_clocks/apology/count", "clock_rule.clock_too_long"),
        ("/fixed_clocks/synchronisation_minutes", "clock_rule.clock_too_long"),
    ];
    assert_eq!(faults(&rule), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    let longest = ClockRule {
        automatic_closing: Some(Term::working_days(130)),
        waits: vec![WaitRule { at_most: Some(Term::working_hours(6_000)), ..wait(WaitKind::Posting, true) }],
        ..ClockRule::of_term(Term::working_hours(6_000))
    };
    assert_eq!(faults(&longest), []);
}

#[test]
fn no_supplements_and_no_effect_agree() {
    let rule = ClockRule { supplements_allowed: 0, supplement_effect: SupplementEffect::None, ..plain() };
    assert_eq!(faults(&rule), []);
}

#[test]
fn a_rule_reads_and_writes_the_same_words() {
    let rule: ClockRule = serde_json::from_str(
        r#"{
            "term": {"count": 12, "unit": "working_day"},
            "cut_off": {"at": "15:00:00"},
            "first_day": "day_of_receipt",
            "supplement_effect": "restart",
            "supplements_allowed": 2,
            "waits": [{"kind": "financial_duty", "excluded": true, "at_most": {"count": 30, "unit": "calendar_day"},
                       "legal_basis": "Nghị định"}],
            "automatic_closing": {"count": 15, "unit": "working_day"},
            "fixed_clocks": {"alert": {"count": 4, "unit": "working_hour"}}
        }"#,
    )
    .unwrap();
    assert_eq!((rule.supplements_allowed, rule.extensions_allowed), (2, 1));
    assert_eq!(rule.fixed_clocks.alert, Term::working_hours(4));
    assert_eq!(rule.fixed_clocks.paper_check, Term::working_days(1));
    let written = serde_json::to_string(&rule).unwrap();
    assert_eq!(serde_json::from_str::<ClockRule>(&written).unwrap(), rule);

    let cut_offs = [
        (CutOff::None, r#""none""#),
        (CutOff::LastOfficeHour, r#""last_office_hour""#),
        (CutOff::Outside17To08, r#""outside_17_to_08""#),
        (CutOff::OfficeEnd, r#""office_end""#),
    ];
    for (cut_off, word) in cut_offs {
        assert_eq!(serde_json::to_string(&cut_off).unwrap(), word);
        assert_eq!(serde_json::from_str::<CutOff>(word).unwrap(), cut_off);
    }
    for kind in WaitKind::ALL {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
    }
    for clock in FixedClock::ALL {
        assert_eq!(serde_json::to_string(&clock).unwrap(), format!("\"{}\"", clock.as_str()));
    }
}

#[test]
fn a_rule_or_an_event_with_an_unknown_word_is_refused() {
    for text in [
        r#"{"term": {"count": 1, "unit": "working_day"}, "pause": true}"#,
        r#"{"term": {"count": 1, "unit": "working_day"}, "cut_off": "sixteen"}"#,
        r#"{"term": {"count": 1, "unit": "working_day"}, "fixed_clocks": {"lunch": 1}}"#,
        r#"{"term": {"count": 1, "unit": "working_day"}, "waits": [{"kind": "posting", "excluded": true, "max": 1}]}"#,
        r#"{"cut_off": "none"}"#,
    ] {
        assert!(serde_json::from_str::<ClockRule>(text).is_err(), "{text}");
    }
    let event = r#"{"at": "2026-03-02T02:00:00Z", "what": {"wait_began": {"wait": 1, "kind": "posting"}}}"#;
    let read: ClockEvent = serde_json::from_str(event).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), event.replace(": ", ":").replace(", ", ","));
    assert!(serde_json::from_str::<ClockEvent>(&event.replace("\"wait\"", "\"number\"")).is_err());
    let received = r#"{"at":"2026-03-02T02:00:00Z","what":"received"}"#;
    assert_eq!(serde_json::to_string(&serde_json::from_str::<ClockEvent>(received).unwrap()).unwrap(), received);
}
