//! The same filters run by CEL's own interpreter, and records and conditions for both to be asked.

use std::sync::{Arc, LazyLock};

use cel::objects::{Key, Map};
use cel::{Context, Env, Program, Value};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use motcua_kpi::definitions::filter::{FieldValue, Filter, Record};
use motcua_kpi::definitions::read;
use motcua_kpi::definitions::vocabulary::{Field, FieldType, Subject};
use proptest::prelude::*;
use proptest::sample::select;

/// Making the environment costs more than a filter: all share one.
static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A filter as the interpreter runs it.
pub(crate) struct Interpreted(Program);

impl Interpreted {
    pub(crate) fn new(text: &str) -> Self {
        Self(Program::compile(text).unwrap())
    }

    pub(crate) fn holds(&self, context: &Context<'_, '_>) -> Result<bool, String> {
        match self.0.execute(context) {
            Ok(Value::Bool(holds)) => Ok(holds),
            other => Err(format!("{other:?}")),
        }
    }
}

/// A record as the interpreter looks at it.
pub(crate) fn context(subject: &Subject, record: &Record) -> Context<'static, 'static> {
    let said = subject.fields.iter().enumerate().filter_map(|(at, field)| Some((field.name, record.get(at)?)));
    let map = said.map(|(name, value)| (Key::String(Arc::new(name.to_owned())), said_in_cel(value)));
    let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
    context.add_variable_from_value(subject.name, Value::Map(Map { map: Arc::new(map.collect()) }));
    context
}

fn said_in_cel(value: &FieldValue) -> Value {
    let text = |text: &str| Value::String(Arc::new(text.to_owned()));
    match value {
        FieldValue::YesNo(yes) => Value::Bool(*yes),
        FieldValue::Whole(whole) => Value::Int(*whole),
        FieldValue::Text(said) => text(said),
        FieldValue::Instant(at) => Value::Timestamp(at.fixed_offset()),
        FieldValue::Day(day) => text(&day.to_string()),
        FieldValue::Texts(all) => Value::List(Arc::new(all.iter().map(|one| text(one)).collect())),
    }
}

/// A filter as a measure has it; none where it is refused.
pub(crate) fn filter(subject: &Subject, text: &str) -> Option<Filter> {
    let quoted = text.replace('\'', "''");
    let set = format!(
        "code: f\nversion: \"1\"\nname: {{vi: F, en: F}}\nsource: F\nvalid_from: 2026-01-01\nperiods: [month]\n\
         groups: [{{code: g, name: {{vi: G, en: G}}}}]\nmeasures:\n  - code: m\n    name: {{vi: M, en: M}}\n    \
         subject: {}\n    window: now\n    when: '{quoted}'\nindicators:\n  - {{code: \"1\", name: {{vi: I, en: I}}, \
         group: g, unit: {{vi: u, en: u}}, value: m, scoring: information}}\n",
        subject.name
    );
    match read(&set) {
        Ok(set) => set.measures.into_iter().next().unwrap().when,
        Err(faults) => {
            assert!(faults.iter().all(|fault| fault.code.starts_with("formula.")), "{faults:?}");
            None
        }
    }
}

fn instant(minutes: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 1, 0, 0, 0).unwrap() + TimeDelta::minutes(minutes)
}

/// A value that a field may have; none where it may be absent and is.
fn value(field: &'static Field) -> BoxedStrategy<Option<FieldValue>> {
    let some = match field.field_type {
        FieldType::YesNo => any::<bool>().prop_map(FieldValue::YesNo).boxed(),
        FieldType::Whole => (0_i64..12).prop_map(FieldValue::Whole).boxed(),
        FieldType::Text => "[a-c]{0,2}".prop_map(|text| FieldValue::Text(text.into())).boxed(),
        FieldType::Word(words) => select(words).prop_map(|word| FieldValue::Text(word.into())).boxed(),
        FieldType::Instant => (0_i64..5).prop_map(|minutes| FieldValue::Instant(instant(minutes))).boxed(),
        FieldType::Day => (0_i64..5).prop_map(|days| FieldValue::Day(instant(days * 1440).date_naive())).boxed(),
        FieldType::Texts => proptest::collection::vec(select(&["online", "citizen", "commune"][..]), 0..3)
            .prop_map(|all| FieldValue::Texts(all.into_iter().map(Into::into).collect()))
            .boxed(),
    };
    if field.may_be_absent { proptest::option::of(some).boxed() } else { some.prop_map(Some).boxed() }
}

/// Any record of a subject.
pub(crate) fn record(subject: &'static Subject) -> impl Strategy<Value = Record> {
    let values: Vec<_> = subject.fields.iter().map(value).collect();
    values.prop_map(move |values| {
        let named = subject.fields.iter().zip(values);
        Record::new(subject, named.filter_map(|(field, value)| Some((field.name, value?))))
    })
}

/// Everything that may be said of a field of a subject, beside another of its type.
fn saying(subject: &'static Subject, field: &'static Field) -> BoxedStrategy<String> {
    let (of, name) = (subject.name, format!("{}.{}", subject.name, field.name));
    let like = |is: fn(FieldType) -> bool| {
        let such: Vec<_> = subject.fields.iter().filter(|field| is(field.field_type)).map(|field| field.name).collect();
        select(such).prop_map(move |name| format!("{of}.{name}"))
    };
    let (same, order) = (select(vec!["==", "!="]), select(vec!["==", "!=", "<", "<=", ">", ">="]));
    let letters = select(vec!["\"\"", "\"a\"", "'b'", "\"ab\""]);
    match field.field_type {
        FieldType::YesNo => {
            let other =
                prop_oneof![select(vec!["true".to_owned(), "false".to_owned()]), like(|t| t == FieldType::YesNo)];
            let compared = (same, other).prop_map({
                let name = name.clone();
                move |(sign, other)| format!("{name} {sign} {other}")
            });
            prop_oneof![Just(name), compared].boxed()
        }
        FieldType::Whole => {
            let plain = prop_oneof![(-3_i64..12).prop_map(|whole| whole.to_string()), like(|t| t == FieldType::Whole)];
            let wholes = prop_oneof![plain.clone(), plain.prop_map(|plain| format!("-({plain})"))];
            let list =
                proptest::collection::vec(wholes.clone(), 1..4).prop_map(|all| format!("in [{}]", all.join(", ")));
            let compared = (order, wholes).prop_map(|(sign, other)| format!("{sign} {other}"));
            let minus = select(vec!["", "-"]);
            (minus, prop_oneof![compared, list]).prop_map(move |(minus, rest)| format!("{minus}{name} {rest}")).boxed()
        }
        FieldType::Text => {
            let list =
                proptest::collection::vec(letters.clone(), 1..4).prop_map(|all| format!("in [{}]", all.join(", ")));
            let texts = prop_oneof![letters.prop_map(str::to_owned), like(|t| t == FieldType::Text)];
            let compared = (same, texts).prop_map(|(sign, other)| format!("{sign} {other}"));
            prop_oneof![compared, list].prop_map(move |rest| format!("{name} {rest}")).boxed()
        }
        FieldType::Word(words) => {
            let list = proptest::collection::vec(select(words), 1..4).prop_map(|all| format!("in {all:?}"));
            let compared = (same, select(words)).prop_map(|(sign, word)| format!("{sign} {word:?}"));
            prop_oneof![compared, list].prop_map(move |rest| format!("{name} {rest}")).boxed()
        }
        FieldType::Instant => (order, like(|t| t == FieldType::Instant))
            .prop_map(move |(sign, other)| format!("{name} {sign} {other}"))
            .boxed(),
        FieldType::Day => {
            let written = (0_i64..5).prop_map(|days| format!("\"{}\"", instant(days * 1440).date_naive()));
            (order, prop_oneof![written, like(|t| t == FieldType::Day)], any::<bool>())
                .prop_map(
                    move |(sign, other, first)| {
                        if first { format!("{name} {sign} {other}") } else { format!("{other} {sign} {name}") }
                    },
                )
                .boxed()
        }
        FieldType::Texts => {
            let sized = (order, 0..4).prop_map({
                let name = name.clone();
                move |(sign, size)| format!("size({name}) {sign} {size}")
            });
            let one = select(vec!["\"online\"", "\"commune\"", "'nothing'"]);
            prop_oneof![sized, one.prop_map(move |one| format!("{one} in {name}"))].boxed()
        }
    }
}

/// Conditions on a subject. Most ask `has(…)` before they look; what they forget the checker refuses.
pub(crate) fn conditions(subject: &'static Subject) -> impl Strategy<Value = String> {
    let fields: Vec<&'static Field> = subject.fields.iter().collect();
    let leaf = (select(fields), 0..8).prop_flat_map(move |(field, guard)| {
        let has = format!("has({}.{})", subject.name, field.name);
        saying(subject, field).prop_map(move |said| {
            let absent: Vec<String> = subject
                .fields
                .iter()
                .filter(|field| field.may_be_absent)
                .map(|field| format!("{}.{}", subject.name, field.name))
                .collect();
            let asked: Vec<String> = absent
                .into_iter()
                .filter(|name| {
                    said.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '_')).any(|word| word == name)
                })
                .map(|name| format!("has({name})"))
                .collect();
            match (guard, asked.is_empty()) {
                (0, _) => has.clone(),
                (1, _) | (_, true) => said,
                (2 | 3, false) => format!("!({}) || {said}", asked.join(" && ")),
                (_, false) => format!("{} && {said}", asked.join(" && ")),
            }
        })
    });
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) == ({b})")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
}
