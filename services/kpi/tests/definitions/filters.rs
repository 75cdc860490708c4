//! Filters hold as plain code says and as CEL's interpreter says, and one that was accepted never fails.

use motcua_kpi::definitions::filter::{FieldValue, Record};
use motcua_kpi::definitions::vocabulary::{DOSSIER, INCOMING_DOCUMENT, SUBJECTS, Subject};
use motcua_kpi::definitions::{SHIPPED, read};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::interpreter::{Interpreted, conditions, context, filter, record};

/// Asks a condition of records, of us and of the interpreter: whether it holds, and that the parts that are told as
/// reasons hold as the whole does. Says whether it was accepted at all.
fn agree(subject: &'static Subject, text: &str, records: &[Record]) -> Result<bool, TestCaseError> {
    let Some(filter) = filter(subject, text) else { return Ok(false) };
    let slow = Interpreted::new(text);
    for record in records {
        let context = context(subject, record);
        prop_assert_eq!(slow.holds(&context), Ok(filter.holds(record)), "{} of {:?}", text, record);
        prop_assert_eq!(filter.unmet(record).is_none(), filter.holds(record));
        if let Some(unmet) = filter.unmet(record) {
            prop_assert_eq!(Interpreted::new(unmet).holds(&context), Ok(false), "{} of {}", unmet, text);
        }
    }
    Ok(true)
}

#[test]
fn filters_hold_as_the_interpreter_says_for_every_subject() {
    for subject in SUBJECTS {
        let mut runner = TestRunner::new(ProptestConfig { cases: 400, ..ProptestConfig::default() });
        let accepted = std::cell::Cell::new(0);
        let asked = (conditions(subject), proptest::collection::vec(record(subject), 6));
        let agreed = runner.run(&asked, |(text, records)| {
            accepted.set(accepted.get() + u32::from(agree(subject, &text, &records)?));
            Ok(())
        });
        assert!(agreed.is_ok(), "{}: {agreed:?}", subject.name);
        assert!(accepted.get() > 200, "{}: only {} conditions were accepted", subject.name, accepted.get());
    }
}

proptest! {
    #[test]
    fn filters_hold_as_plain_code_says(record in record(&DOSSIER)) {
        let of = |name: &str| record.get(DOSSIER.position(name).unwrap());
        let yes = |name: &str| of(name) == Some(&FieldValue::YesNo(true));
        let at = |name: &str| of(name).and_then(|value| if let FieldValue::Instant(at) = value { Some(at) } else { None });
        let closed_in_time = at("closed_at").zip(at("due_at")).is_some_and(|(closed, due)| closed <= due);
        let online = of("channel") == Some(&FieldValue::Text("online".into()));
        for (text, expected) in [
            ("dossier.was_received && !dossier.on_time", yes("was_received") && !yes("on_time")),
            ("dossier.was_received && dossier.channel == \"online\"", yes("was_received") && online),
            ("has(dossier.closed_at) && has(dossier.due_at) && dossier.closed_at <= dossier.due_at", closed_in_time),
            ("!has(dossier.due_at) || dossier.on_time", at("due_at").is_none() || yes("on_time")),
        ] {
            let filter = filter(&DOSSIER, text).unwrap();
            prop_assert_eq!(filter.holds(&record), expected, "{}", text);
        }
    }
}

#[test]
fn every_shipped_filter_holds_as_the_interpreter_says() {
    let mut runner = TestRunner::deterministic();
    for subject in SUBJECTS {
        let strategy = record(subject);
        let records: Vec<Record> = (0..20).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
        for set in SHIPPED.iter().map(|(_, text)| read(text).unwrap()) {
            for measure in set.measures.iter().filter(|measure| measure.subject.name == subject.name) {
                let Some(filter) = &measure.when else { continue };
                assert!(agree(subject, filter.source(), &records).unwrap(), "{}", filter.source());
            }
        }
    }
}

#[test]
fn what_is_left_out_says_which_part_it_did_not_meet() {
    let text = "has(dossier.paid_by) && (dossier.paid_by in ['counter', \"gateway\"] && !(dossier.waits > -2 || \
                dossier.on_time == (dossier.waits != 3))) && dossier.field_code != 'a\"b'";
    let filter = filter(&DOSSIER, text).unwrap();
    let reasons = [
        (vec![], "has(dossier.paid_by)"),
        (vec![("paid_by", FieldValue::Text("several".into()))], "dossier.paid_by in [\"counter\", \"gateway\"]"),
        (
            vec![("paid_by", FieldValue::Text("counter".into())), ("waits", FieldValue::Whole(0))],
            "!(dossier.waits > -2 || dossier.on_time == (dossier.waits != 3))",
        ),
        (
            vec![
                ("paid_by", FieldValue::Text("counter".into())),
                ("waits", FieldValue::Whole(-2)),
                ("on_time", FieldValue::YesNo(false)),
                ("field_code", FieldValue::Text("a\"b".into())),
            ],
            "dossier.field_code != \"a\\\"b\"",
        ),
    ];
    for (fields, reason) in reasons {
        assert_eq!(filter.unmet(&Record::new(&DOSSIER, fields)), Some(reason));
    }
}

#[test]
fn a_filter_says_whether_it_asks_for_what_depends_on_the_instant() {
    for (subject, text, asks) in [
        (&DOSSIER, "dossier.was_received && !dossier.on_time", true),
        (&DOSSIER, "dossier.was_received || dossier.closed_late", false),
        (&INCOMING_DOCUMENT, "!(incoming_document.is_overdue_then == true)", true),
        (&INCOMING_DOCUMENT, "has(incoming_document.due_at)", false),
    ] {
        assert_eq!(filter(subject, text).unwrap().asks_as_of(), asks, "{text}");
    }
}

#[test]
fn a_record_is_the_same_in_whatever_order_its_fields_are_told() {
    let fields = [("waits", FieldValue::Whole(1)), ("procedure_code", FieldValue::Text("a".into()))];
    let (one, other) = (Record::new(&DOSSIER, fields.clone()), Record::new(&DOSSIER, fields.into_iter().rev()));
    assert_eq!(one, other);
    assert_eq!(one.get(DOSSIER.position("waits").unwrap()), Some(&FieldValue::Whole(1)));
    assert_eq!(one.get(DOSSIER.fields.len()), None);
}
