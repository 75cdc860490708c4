//! What a field that is judged as of an instant says, case by case and at any instants.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_db::sql::At;
use proptest::prelude::*;
use proptest::sample::select;

use crate::definitions::filter::{FieldValue, Record};
use crate::definitions::vocabulary::{DOSSIER, INCOMING_DOCUMENT, Subject};
use crate::facts::store::{DossierRows, IncomingDocumentRow};
use crate::measures::records::full::{self, at, hour};
use crate::measures::records::{Counted, Turn, of_dossier, of_incoming};

fn said(subject: &'static Subject, record: &Record, name: &str) -> Option<bool> {
    match record.get(subject.position(name).unwrap()) {
        Some(FieldValue::YesNo(yes)) => Some(*yes),
        None => None,
        Some(other) => panic!("{name}: {other:?}"),
    }
}

/// A dossier received at hour 2 and due at hour 80, as a case changes it.
fn changed(change: impl FnOnce(&mut DossierRows)) -> DossierRows {
    let mut rows = full::dossier();
    (rows.course.closed_at, rows.course.last_wait_at, rows.course.last_wait_due_before) = (None, None, None);
    (rows.fact.first_due_at, rows.fact.due_at) = (at(80), at(80));
    change(&mut rows);
    rows
}

fn running(rows: &mut DossierRows) {
    rows.course.verdict = "running".into();
    rows.course.late_after_at = at(80);
}

fn closed(rows: &mut DossierRows, verdict: &str, hours: i64) {
    rows.course.verdict = verdict.into();
    rows.course.closed_at = at(hours);
}

/// At which of these hours a field says yes.
fn hours(counted: &Counted, name: &str) -> Vec<i64> {
    let holds = |hours: &i64| said(counted.subject, &counted.as_of(hour(*hours)), name).unwrap();
    [0, 2, 3, 70, 71, 80, 81, 90, 91].into_iter().filter(holds).collect()
}

const ALL: [i64; 9] = [0, 2, 3, 70, 71, 80, 81, 90, 91];

type Case = (&'static str, DossierRows, &'static [i64], &'static [i64], &'static [i64], Vec<(i64, bool)>);

#[test]
fn a_dossier_is_open_on_time_and_in_term_as_of_an_instant() {
    let cases: Vec<Case> = vec![
        (
            "never received",
            changed(|rows| {
                (rows.fact.received_at, rows.course.verdict) = (None, "not_received".into());
            }),
            &[],
            &[],
            &[],
            vec![],
        ),
        (
            "worked on",
            changed(running),
            &[3, 70, 71, 80, 81, 90, 91],
            &[0, 2, 3, 70, 71, 80],
            &[3, 70, 71, 80],
            vec![(2, false), (80, true)],
        ),
        (
            "worked on, and nothing says when it is due",
            changed(|rows| {
                rows.course.verdict = "no_due_date".into();
                (rows.fact.first_due_at, rows.fact.due_at) = (None, None);
            }),
            &[3, 70, 71, 80, 81, 90, 91],
            &ALL,
            &[3, 70, 71, 80, 81, 90, 91],
            vec![(2, false)],
        ),
        (
            "closed in time",
            changed(|rows| closed(rows, "on_time", 70)),
            &[3, 70],
            &ALL,
            &[3, 70],
            vec![(2, false), (70, false)],
        ),
        (
            "closed at its due instant",
            changed(|rows| closed(rows, "on_time", 80)),
            &[3, 70, 71, 80],
            &ALL,
            &[3, 70, 71, 80],
            vec![(2, false), (80, false)],
        ),
        (
            "closed late: overdue between its due instant and its end",
            changed(|rows| closed(rows, "late", 90)),
            &[3, 70, 71, 80, 81, 90],
            &[],
            &[3, 70, 71, 80],
            vec![(2, false), (80, false), (90, false)],
        ),
        (
            "closed while its clock stood still, late by the due instant before that",
            changed(|rows| {
                closed(rows, "late", 90);
                (rows.fact.due_at, rows.course.last_wait_at) = (None, at(75));
                rows.course.last_wait_due_before = at(70);
            }),
            &[3, 70, 71, 80, 81, 90],
            &[],
            &[3, 70],
            vec![(2, false), (70, false), (90, false)],
        ),
        (
            "waits for a supplement: in term for as long as it waits",
            changed(|rows| {
                (rows.course.verdict, rows.fact.due_at) = ("on_time".into(), None);
                (rows.course.open_wait_kind, rows.course.open_wait_since) = (Some("supplement".into()), at(70));
                (rows.course.last_wait_at, rows.course.last_wait_due_before) = (at(70), at(80));
            }),
            &[3, 70, 71, 80, 81, 90, 91],
            &ALL,
            &[3, 70, 71, 80, 81, 90, 91],
            vec![(2, false)],
        ),
        (
            "waits for a second supplement: overdue from the request",
            changed(|rows| {
                (rows.course.verdict, rows.fact.due_at) = ("late".into(), None);
                (rows.course.open_wait_kind, rows.course.open_wait_since) = (Some("supplement".into()), at(70));
                (rows.course.last_wait_at, rows.course.last_wait_due_before) = (at(70), at(80));
            }),
            &[3, 70, 71, 80, 81, 90, 91],
            &[],
            &[3, 70],
            vec![(2, false), (70, false)],
        ),
        (
            "was overdue before it was made to wait",
            changed(|rows| {
                rows.course.verdict = "late".into();
                (rows.course.open_wait_kind, rows.course.open_wait_since) = (Some("supplement".into()), at(90));
                (rows.course.last_wait_at, rows.course.last_wait_due_before) = (at(90), at(80));
            }),
            &[3, 70, 71, 80, 81, 90, 91],
            &[],
            &[3, 70, 71, 80],
            vec![(2, false), (80, false)],
        ),
    ];
    for (name, mut rows, open, on_time, in_term, turns) in cases {
        rows.course.less_waits_verdict.clone_from(&rows.course.verdict);
        rows.course.less_waits_late_after_at.clone_from(&rows.course.late_after_at);
        let counted = of_dossier(&rows);
        assert_eq!(hours(&counted, "is_open_then"), open, "{name}: open");
        assert_eq!(hours(&counted, "on_time"), on_time, "{name}: on time");
        assert_eq!(hours(&counted, "on_time_less_waits"), on_time, "{name}: on time less waits");
        assert_eq!(hours(&counted, "in_term_then"), in_term, "{name}: in term");
        let turns: Vec<Turn> =
            turns.into_iter().map(|(hours, scheduled)| Turn { at: hour(hours), scheduled }).collect();
        assert_eq!(counted.turns, turns, "{name}: turns");
        assert_eq!(counted.record, counted.as_of(hour(-1)), "{name}: before any of them");
    }
}

#[test]
fn an_incoming_document_is_overdue_after_its_due_instant_unless_it_was_completed_by_then() {
    for (name, due, completed, overdue) in [
        ("no due instant", None, None, &[][..]),
        ("not completed", at(80), None, &[81, 90, 91]),
        ("completed before", at(80), at(70), &[]),
        ("completed just then", at(80), at(80), &[]),
        ("completed after", at(80), at(81), &[81, 90, 91]),
    ] {
        let row = IncomingDocumentRow { due_at: due, completed_at: completed, ..full::incoming() };
        let counted = of_incoming(&row);
        assert_eq!(hours(&counted, "is_overdue_then"), overdue, "{name}");
        let turns = if overdue.is_empty() { vec![] } else { vec![Turn { at: hour(80), scheduled: true }] };
        assert_eq!(counted.turns, turns, "{name}");
    }
}

fn instants() -> impl Strategy<Value = Option<At>> {
    proptest::option::of((0_i64..12).prop_map(|hours| At(hour(hours))))
}

prop_compose! {
    /// A dossier with any instants and any verdicts that can stand together.
    fn any_dossier()(
        received in instants(), closed in instants(), waits in instants(), first_due in instants(), due in instants(),
        due_before in instants(), late_after in 0_i64..12, less_late_after in 0_i64..12,
        verdict in select(vec!["on_time", "late", "running", "no_due_date"]),
        less_verdict in select(vec!["on_time", "late", "running", "no_due_date"]),
    ) -> DossierRows {
        let closed = closed.filter(|_| received.is_some());
        let told = |verdict: &str| match verdict {
            _ if received.is_none() => "not_received".to_owned(),
            "running" if closed.is_some() => "late".to_owned(),
            verdict => verdict.to_owned(),
        };
        let mut rows = full::dossier();
        (rows.course.verdict, rows.course.less_waits_verdict) = (told(verdict), told(less_verdict));
        rows.course.late_after_at = at(late_after).filter(|_| rows.course.verdict == "running");
        rows.course.less_waits_late_after_at = at(less_late_after).filter(|_| rows.course.less_waits_verdict == "running");
        rows.course.open_wait_since = waits.clone().filter(|_| closed.is_none());
        rows.course.last_wait_at = waits;
        rows.course.last_wait_due_before = due_before.filter(|_| rows.course.last_wait_at.is_some());
        (rows.fact.received_at, rows.fact.first_due_at, rows.fact.due_at) = (received, first_due, due);
        rows.course.closed_at = closed;
        rows
    }
}

/// The four fields in the words of their definition: open, on time, on time less waits, in term.
fn plainly(rows: &DossierRows, then: DateTime<Utc>) -> [bool; 4] {
    let before = |at: &Option<At>| at.as_ref().is_some_and(|at| at.0 < then);
    let (course, fact) = (&rows.course, &rows.fact);
    let open = before(&fact.received_at) && !before(&course.closed_at);
    let on_time = |verdict: &str, late_after: &Option<At>| match verdict {
        "on_time" | "no_due_date" => true,
        "running" => !before(late_after),
        _ => false,
    };
    let overdue = match course.verdict.as_str() {
        "running" => before(&course.late_after_at),
        "late" => {
            let due = [&fact.due_at, &course.last_wait_due_before, &fact.first_due_at].into_iter().flatten().next();
            let waits = course.closed_at.is_none() && before(&course.last_wait_at);
            due.is_some_and(|due| due.0 < then) || waits
        }
        _ => false,
    };
    [
        open,
        on_time(&course.verdict, &course.late_after_at),
        on_time(&course.less_waits_verdict, &course.less_waits_late_after_at),
        open && !overdue,
    ]
}

proptest! {
    #[test]
    fn a_dossier_as_of_an_instant_is_what_its_turns_until_then_made_of_it(rows in any_dossier()) {
        let counted = of_dossier(&rows);
        let fields = ["is_open_then", "on_time", "on_time_less_waits", "in_term_then"];
        prop_assert!(counted.turns.is_sorted_by(|one, next| one.at < next.at));
        let mut walked = counted.record.clone();
        let mut turns = counted.turns.iter().peekable();
        for half_hours in -2..26 {
            let then = hour(0) + TimeDelta::minutes(30 * half_hours);
            while let Some(turn) = turns.next_if(|turn| turn.at < then) {
                let after = counted.as_of(turn.at + TimeDelta::microseconds(1));
                prop_assert_ne!(&after, &walked, "a turn at which nothing turns");
                prop_assert_eq!(&counted.as_of(turn.at), &walked);
                walked = after;
            }
            let record = counted.as_of(then);
            prop_assert_eq!(&record, &walked);
            prop_assert_eq!(fields.map(|name| said(&DOSSIER, &record, name).unwrap()), plainly(&rows, then));
        }
        prop_assert_eq!(turns.next(), None);
    }

    #[test]
    fn an_incoming_document_as_of_an_instant_is_as_its_definition_says(due in instants(), completed in instants()) {
        let row = IncomingDocumentRow { due_at: due.clone(), completed_at: completed.clone(), ..full::incoming() };
        let counted = of_incoming(&row);
        for half_hours in -2..26 {
            let then = hour(0) + TimeDelta::minutes(30 * half_hours);
            let in_time = completed.as_ref().zip(due.as_ref()).is_some_and(|(completed, due)| completed.0 <= due.0);
            let overdue = due.as_ref().is_some_and(|due| due.0 < then) && !in_time;
            prop_assert_eq!(said(&INCOMING_DOCUMENT, &counted.as_of(then), "is_overdue_then"), Some(overdue));
            let turned = counted.turns.iter().any(|turn| turn.at < then);
            prop_assert_eq!(turned, overdue);
        }
    }
}
