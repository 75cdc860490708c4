use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A dossier that stands so, in office hours or not.
fn facts(state: State, channel: &str, from: DateTime<Utc>, due_at: Option<DateTime<Utc>>) -> DossierFacts {
    let agency =
        json!({"written_id": motcua_kernel::new_id(), "written_code": "H1", "responsible_id": motcua_kernel::new_id()});
    let received = !matches!(state, State::Submitted | State::AwaitingCorrection);
    serde_json::from_value(json!({
        "version": 1, "code": null, "channel": channel, "state": state, "national_state": state.national(),
        "procedure": {"id": motcua_kernel::new_id(), "version_id": motcua_kernel::new_id(), "code": "1.000777", "name": "",
            "field_code": "", "field_name": "", "levels": [], "returns_paper": true},
        "agencies": {"receiving": agency, "competent": agency, "issuing": agency},
        "submitted_at": from, "received_at": received.then_some(from), "term": {"count": 5, "unit": "working_day"},
        "first_due_at": due_at, "due_at": due_at, "waits": [], "approved_at": null, "finished_at": null,
        "returned_at": null, "ended_at": null, "withdrawn_at": null, "result": null,
        "fees": {"items": [], "all_zero": true, "paid_by": null},
        "components": [], "vneid_verified": false
    }))
    .unwrap()
}

fn planned(facts: &DossierFacts, closes_at: Option<DateTime<Utc>>) -> Vec<Timer> {
    planned_with(facts, &Awaited { closes_at, ..Awaited::default() })
}

fn planned_with(facts: &DossierFacts, awaited: &Awaited) -> Vec<Timer> {
    let calendar = Calendar::embedded().unwrap();
    let (rule, hours) = (ClockRule::of_term(Term::working_days(5)), OfficeHours::default());
    let escalation = Escalation::default();
    let counting = Counting { rule: &rule, calendar: &calendar, office_hours: &hours, escalation: &escalation };
    plan(counting, facts, awaited).unwrap()
}

fn words(timers: &[Timer]) -> Vec<(&'static str, String)> {
    timers.iter().map(|timer| (timer.kind.as_str(), timer.at.to_rfc3339())).collect()
}

#[test]
fn an_online_dossier_alerts_after_two_working_hours_and_is_checked_within_eight() {
    // Monday 09:00 in Vietnam: an hour and a half and an hour and a half round the noon break, then the next day.
    let facts = facts(State::Submitted, "online", instant("2026-11-16T02:00:00Z"), None);
    let timers = planned(&facts, None);
    assert_eq!(timers.iter().map(|timer| timer.kind).collect::<Vec<_>>(), [TimerKind::Alert, TimerKind::OnlineCheck]);
    assert!(timers[0].at < timers[1].at);
    let mut corrected = facts;
    corrected.corrected_at = Some(instant("2026-11-18T02:00:00Z"));
    let later = planned(&corrected, None);
    assert_eq!(later[0].at - timers[0].at, TimeDelta::days(2), "a correction starts the check anew");
}

#[test]
fn a_linked_dossier_is_acknowledged_within_two_working_hours_on_whichever_channel() {
    for (channel, check) in [("online", TimerKind::OnlineCheck), ("in_person", TimerKind::PaperCheck)] {
        let mut linked = facts(State::Submitted, channel, instant("2026-11-16T02:00:00Z"), None);
        linked.parent = Some(crate::dossiers::linked::facts::ParentFact {
            dossier_id: motcua_kernel::new_id(),
            step: "residence".into(),
        });
        let timers = planned(&linked, None);
        let kinds: Vec<TimerKind> = timers.iter().map(|timer| timer.kind).collect();
        assert_eq!(kinds, [check, TimerKind::Acknowledgement]);
        assert_eq!(timers[1].at, instant("2026-11-16T04:00:00Z"));
        linked.state = State::Received;
        assert!(planned(&linked, None).iter().all(|timer| timer.kind != TimerKind::Acknowledgement));
    }
}

#[test]
fn a_paper_dossier_is_checked_within_a_working_day() {
    let facts = facts(State::Submitted, "in_person", instant("2026-11-23T02:00:00Z"), None);
    // The 24th is a public holiday.
    assert_eq!(words(&planned(&facts, None)), [("paper_check", "2026-11-25T10:00:00+00:00".to_owned())]);
}

#[test]
fn a_received_dossier_has_its_apology_the_working_day_before_it_is_due() {
    let due = instant("2026-11-25T10:00:00Z");
    let facts = facts(State::Processing, "online", instant("2026-11-16T02:00:00Z"), Some(due));
    let expected = [
        ("apology", "2026-11-23T10:00:00+00:00"),
        ("overdue", "2026-11-25T10:00:00+00:00"),
        ("overdue_approver", "2026-11-26T10:00:00+00:00"),
        ("overdue_leader", "2026-11-30T10:00:00+00:00"),
    ];
    assert_eq!(words(&planned(&facts, None)), expected.map(|(kind, at)| (kind, at.to_owned())));
    let mut extended = facts.clone();
    extended.extensions.push(crate::dossiers::facts::Extension { at: due, from: None, to: due.date_naive() });
    assert!(planned(&extended, None).iter().all(|timer| timer.kind != TimerKind::Apology), "given once");
}

#[test]
fn a_term_without_a_day_before_it_has_no_apology() {
    let due = instant("2026-11-16T10:00:00Z");
    let facts = facts(State::Received, "online", instant("2026-11-16T02:00:00Z"), Some(due));
    assert!(planned(&facts, None).iter().all(|timer| timer.kind != TimerKind::Apology));
}

#[test]
fn silence_before_receipt_is_counted_from_the_last_request() {
    let mut facts = facts(State::AwaitingCorrection, "online", instant("2026-11-16T02:00:00Z"), None);
    assert_eq!(words(&planned(&facts, None)), [], "nobody knows since when");
    facts.correction_asked_at = Some(instant("2026-11-16T03:00:00Z"));
    // Fifteen working days with a public holiday between them.
    assert_eq!(words(&planned(&facts, None)), [("correction_silence", "2026-12-08T10:00:00+00:00".to_owned())]);
}

#[test]
fn papers_wait_to_be_handed_over_only_where_a_desk_elsewhere_received_them_and_until_the_end() {
    let (at, due) = (instant("2026-11-16T02:00:00Z"), instant("2026-11-30T10:00:00Z"));
    let waits = |facts: &DossierFacts| {
        let timers = planned(facts, None);
        timers.into_iter().find(|timer| timer.kind == TimerKind::PaperTransfer).map(|timer| timer.at)
    };
    let own = facts(State::Received, "in_person", at, Some(due));
    assert_eq!(waits(&own), None);
    let elsewhere = |mut facts: DossierFacts| {
        facts.agencies.competent.responsible_id = motcua_kernel::new_id();
        facts
    };
    assert_eq!(waits(&elsewhere(own.clone())), Some(instant("2026-11-17T10:00:00Z")));
    // Also while its clock stands still.
    assert!(waits(&elsewhere(facts(State::Paused, "post", at, None))).is_some());
    assert_eq!(waits(&elsewhere(facts(State::Received, "online", at, Some(due)))), None);
    let mut transferred = elsewhere(own.clone());
    for (day, to_id) in [(18, motcua_kernel::new_id()), (19, transferred.agencies.competent.responsible_id)] {
        let at = instant(&format!("2026-11-{day}T03:00:00Z"));
        let from_id = transferred.agencies.receiving.responsible_id;
        transferred.transfers.push(crate::dossiers::transfer::TransferFact {
            at,
            from_id,
            to_id,
            legal_basis: String::new(),
            processing_at: None,
            due_at: None,
        });
    }
    assert_eq!(waits(&transferred), Some(instant("2026-11-20T10:00:00Z")), "from the last transfer");
    let mut ended = elsewhere(own);
    ended.ended_at = Some(at);
    assert_eq!(waits(&ended), None);
}

#[test]
fn words_of_kinds_are_read_back() {
    for kind in TimerKind::ALL {
        assert_eq!(TimerKind::from_word(kind.as_str()), Some(kind));
        assert!(kind == TimerKind::PaperDifference || !kind.concerns().is_empty());
    }
}

fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (0..600_i64 * 86_400).prop_map(|seconds| instant("2025-01-01T00:00:00Z") + TimeDelta::seconds(seconds))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_plan_is_what_its_state_waits_for(
        at in 0..State::ALL.len(), online: bool, from in any_instant(),
        term in prop::option::of(0..40_i64), silence in prop::option::of(1..40_i64),
    ) {
        let (state, channel) = (State::ALL[at], if online { "online" } else { "post" });
        let due_at = term.map(|days| from + TimeDelta::days(days));
        let closes_at = silence.map(|days| from + TimeDelta::days(days));
        let timers = planned(&facts(state, channel, from, due_at), closes_at);
        let kinds: BTreeSet<TimerKind> = timers.iter().map(|timer| timer.kind).collect();
        prop_assert_eq!(kinds.len(), timers.len(), "a kind twice");
        let has = |kind| kinds.contains(&kind);
        prop_assert_eq!(has(TimerKind::Silence), state == State::AwaitingSupplement && closes_at.is_some());
        prop_assert_eq!(has(TimerKind::Alert) || has(TimerKind::PaperCheck), state == State::Submitted);
        prop_assert_eq!(has(TimerKind::Alert), has(TimerKind::OnlineCheck));
        let runs = state.is_open() || state == State::Issuing;
        prop_assert_eq!(has(TimerKind::Overdue), runs && due_at.is_some());
        let timer = |kind| timers.iter().find(|timer| timer.kind == kind).map(|timer| timer.at);
        if let Some(overdue) = timer(TimerKind::Overdue) {
            prop_assert_eq!(Some(overdue), due_at);
            prop_assert!(timer(TimerKind::Apology).is_none_or(|apology| from < apology && apology < overdue));
            let (approver, leader) = (timer(TimerKind::OverdueApprover), timer(TimerKind::OverdueLeader));
            prop_assert!(Some(overdue) < approver && approver < leader);
        }
        if state == State::Submitted {
            prop_assert!(timers.iter().all(|timer| timer.at > from));
        }
    }

    #[test]
    fn what_is_awaited_is_planned_until_the_dossier_ends(
        at in 0..State::ALL.len(), from in any_instant(), limit in prop::option::of(1..40_i64),
        due in prop::collection::btree_set(1..40_i64, 0..4),
    ) {
        let days = |days: i64| from + TimeDelta::days(days);
        let state = State::ALL[at];
        let opinions_due: Vec<DateTime<Utc>> = due.into_iter().map(days).collect();
        let awaited =
            Awaited { closes_at: None, goes_on_at: limit.map(days), opinions_due: opinions_due.clone() };
        let timers = planned_with(&facts(state, "online", from, None), &awaited);
        let of = |kind| -> Vec<DateTime<Utc>> {
            timers.iter().filter(|timer| timer.kind == kind).map(|timer| timer.at).collect()
        };
        if state.is_terminal() {
            prop_assert!(timers.is_empty());
        } else {
            prop_assert_eq!(of(TimerKind::Consultation), opinions_due);
            prop_assert_eq!(of(TimerKind::WaitLimit), limit.map(days).into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_later_due_instant_moves_no_timer_earlier(from in any_instant(), days in 2..30_i64, more in 0..30_i64) {
        let plan = |days| planned(&facts(State::Processing, "online", from, Some(from + TimeDelta::days(days))), None);
        let later = plan(days + more);
        for timer in plan(days) {
            let moved = later.iter().find(|other| other.kind == timer.kind);
            prop_assert!(moved.is_some_and(|moved| moved.at >= timer.at), "{timer:?} {moved:?}");
        }
    }
}
