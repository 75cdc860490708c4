//! Filters hold as plain code says, and one that was accepted never fails.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use motcua_kpi::definitions::filter::{FieldValue, Filter, RecordContext};
use motcua_kpi::definitions::vocabulary::{DOSSIER, Field, FieldType, SUBJECTS, Subject};
use motcua_kpi::definitions::{SHIPPED, read};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

fn instant(minutes: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 1, 0, 0, 0).unwrap() + TimeDelta::minutes(minutes)
}

/// A value that a field may have; none where it may be absent and is.
fn value(field: &'static Field) -> BoxedStrategy<Option<FieldValue>> {
    let some = match field.field_type {
        FieldType::YesNo => any::<bool>().prop_map(FieldValue::YesNo).boxed(),
        FieldType::Whole => (0_i64..12).prop_map(FieldValue::Whole).boxed(),
        FieldType::Text => "[a-c]{0,2}".prop_map(FieldValue::Text).boxed(),
        FieldType::Word(words) => select(words).prop_map(|word| FieldValue::Text(word.to_owned())).boxed(),
        FieldType::Instant => (0_i64..5).prop_map(|minutes| FieldValue::Instant(instant(minutes))).boxed(),
        FieldType::Day => (0_i64..5).prop_map(|days| FieldValue::Day(instant(days * 1440).date_naive())).boxed(),
        FieldType::Texts => proptest::collection::vec(select(&["online", "citizen", "commune"][..]), 0..3)
            .prop_map(|all| FieldValue::Texts(all.into_iter().map(str::to_owned).collect()))
            .boxed(),
    };
    if field.may_be_absent { proptest::option::of(some).boxed() } else { some.prop_map(Some).boxed() }
}

type Record = Vec<(&'static str, FieldValue)>;

fn record(subject: &'static Subject) -> impl Strategy<Value = Record> {
    let values: Vec<_> = subject.fields.iter().map(value).collect();
    values.prop_map(move |values| {
        let named = subject.fields.iter().zip(values);
        named.filter_map(|(field, value)| Some((field.name, value?))).collect()
    })
}

/// A filter as a measure has it; none where it is refused.
fn filter(text: &str) -> Option<Filter> {
    let quoted = text.replace('\'', "''");
    let set = format!(
        "code: f\nversion: \"1\"\nname: {{vi: F, en: F}}\nsource: F\nvalid_from: 2026-01-01\nperiods: [month]\n\
         groups: [{{code: g, name: {{vi: G, en: G}}}}]\nmeasures:\n  - code: m\n    name: {{vi: M, en: M}}\n    \
         subject: dossier\n    on: submitted_at\n    when: '{quoted}'\nindicators:\n  - {{code: \"1\", name: {{vi: I, en: I}}, \
         group: g, unit: {{vi: u, en: u}}, value: m, scoring: information}}\n"
    );
    match read(&set) {
        Ok(set) => set.measures.into_iter().next().unwrap().when,
        Err(faults) => {
            assert!(faults.iter().all(|fault| fault.code.starts_with("formula.")), "{faults:?}");
            None
        }
    }
}

/// Conditions on a dossier, right and wrong: the checker says which are which.
fn conditions() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "dossier.was_received",
        "has(dossier.due_at)",
        "has(dossier.closed_at)",
        "has(dossier.paid_by)",
        "dossier.closed_at <= dossier.due_at",
        "dossier.due_at == dossier.submitted_at",
        "dossier.paid_by in [\"counter\", \"gateway\"]",
        "dossier.channel != \"post\"",
        "dossier.waits > 3",
        "dossier.waits in [1, 2]",
        "\"commune\" in dossier.levels",
        "size(dossier.levels) == 0",
        "dossier.on_time == dossier.vneid_verified",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || ({b})")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
}

proptest! {
    #[test]
    fn a_filter_that_was_accepted_never_fails(text in conditions(), records in proptest::collection::vec(record(&DOSSIER), 8)) {
        if let Some(filter) = filter(&text) {
            for record in records {
                prop_assert!(filter.holds(&RecordContext::new(&DOSSIER, record)).is_ok(), "{}", text);
            }
        }
    }

    #[test]
    fn filters_hold_as_plain_code_says(record in record(&DOSSIER)) {
        let of = |name: &str| record.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone());
        let yes = |name: &str| of(name) == Some(FieldValue::YesNo(true));
        let at = |name: &str| of(name).and_then(|value| if let FieldValue::Instant(at) = value { Some(at) } else { None });
        let closed_in_time = at("closed_at").zip(at("due_at")).is_some_and(|(closed, due)| closed <= due);
        let online = of("channel") == Some(FieldValue::Text("online".into()));
        let context = RecordContext::new(&DOSSIER, record.clone());
        for (text, expected) in [
            ("dossier.was_received && !dossier.on_time", yes("was_received") && !yes("on_time")),
            ("dossier.was_received && dossier.channel == \"online\"", yes("was_received") && online),
            ("has(dossier.closed_at) && has(dossier.due_at) && dossier.closed_at <= dossier.due_at", closed_in_time),
            ("!has(dossier.due_at) || dossier.on_time", at("due_at").is_none() || yes("on_time")),
        ] {
            let filter = filter(text).unwrap();
            prop_assert_eq!(filter.holds(&context), Ok(expected), "{}", text);
        }
    }
}

#[test]
fn every_shipped_filter_holds_or_does_not_whatever_the_record() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for subject in SUBJECTS {
        let strategy = record(subject);
        let records: Vec<Record> = (0..20).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
        let contexts: Vec<RecordContext> =
            records.into_iter().map(|record| RecordContext::new(subject, record)).collect();
        for set in SHIPPED.iter().map(|(_, text)| read(text).unwrap()) {
            for measure in set.measures.iter().filter(|measure| measure.subject.name == subject.name) {
                let Some(filter) = &measure.when else { continue };
                assert!(contexts.iter().all(|context| filter.holds(context).is_ok()), "{}", filter.source());
            }
        }
    }
}
