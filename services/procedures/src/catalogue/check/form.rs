//! The electronic form (biểu mẫu điện tử): a JSON Schema of draft 2020-12, with keywords of ours for rendering it.
//!
//! | keyword | on | says |
//! |---|---|---|
//! | `title`, `x-title-en` | every property | its label, in Vietnamese and English |
//! | `x-labels` | an `enum` | the label of each value: `{"land": {"vi": "Đất đai", "en": "Land"}}` |
//! | `x-order` | an object | the order of its properties, as a list of their names; those left out come last |
//! | `x-prefill` | a property | what fills it in beforehand: `applicant.name`, `applicant.identity_number`, `applicant.address` and so on; `earlier.FIELD`, that field of the applicant's last dossier of this procedure; `database.CODE.FIELD`, out of a connected database |
//! | `x-personal` | a property | whether it identifies a person or tells something private about one |

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Faults;
use super::online::database;

/// The only dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// What is known of an applicant before the form is shown.
const APPLICANT: [&str; 7] = ["name", "identity_number", "birth_date", "gender", "address", "phone", "email"];
/// Deeper forms are none that people fill in.
const DEEPEST: usize = 10;

pub(super) fn contradictions(faults: &mut Faults, form: &Value, connected: &[String]) {
    let broken = |faults: &mut Faults, why: &str| {
        let vi = format!("Lược đồ biểu mẫu không dùng được: {why}");
        faults.add("/form", "form.broken", &vi, &format!("The form's schema can't be used: {why}"));
    };
    let Some(root) = form.as_object() else {
        return broken(faults, "it is no object");
    };
    if root.get("$schema").is_some_and(|dialect| dialect != DIALECT) {
        broken(faults, "`$schema` is not draft 2020-12");
    }
    let validator = match crate::forms::compile(form) {
        Ok(validator) => validator,
        Err(error) => return broken(faults, error.inside.as_deref().unwrap_or("it is no JSON Schema")),
    };
    let examples = root.get("examples").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (at, example) in examples.iter().enumerate() {
        if let Err(error) = validator.validate(example) {
            let (vi, en) =
                (format!("Ví dụ không đúng biểu mẫu: {error}"), format!("The example does not fit the form: {error}"));
            faults.add(format!("/form/examples/{at}{}", error.instance_path()), "form.example", &vi, &en);
        }
    }
    walk(faults, "/form", root, 0, &mut |faults, pointer, schema| keywords(faults, pointer, schema, connected));
}

pub(super) fn gaps(faults: &mut Faults, form: &Value) {
    let Some(root) = form.as_object() else { return };
    walk(faults, "/form", root, 0, &mut |faults, pointer, schema| {
        let labelled = schema.get("title").and_then(Value::as_str).is_some_and(|title| !title.trim().is_empty());
        if pointer != "/form" && !labelled && !pointer.ends_with("/items") {
            faults.required(format!("{pointer}/title"));
        }
    });
}

type Visit<'v> = dyn FnMut(&mut Faults, &str, &Map<String, Value>) + 'v;

/// Visits a schema, its properties and the items of its lists.
fn walk(faults: &mut Faults, pointer: &str, schema: &Map<String, Value>, depth: usize, visit: &mut Visit<'_>) {
    if depth > DEEPEST {
        return;
    }
    visit(faults, pointer, schema);
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if let Some(property) = property.as_object() {
            let name = name.replace('~', "~0").replace('/', "~1");
            walk(faults, &format!("{pointer}/properties/{name}"), property, depth + 1, visit);
        }
    }
    if let Some(items) = schema.get("items").and_then(Value::as_object) {
        walk(faults, &format!("{pointer}/items"), items, depth + 1, visit);
    }
}

fn keywords(faults: &mut Faults, pointer: &str, schema: &Map<String, Value>, connected: &[String]) {
    if let Some(order) = schema.get("x-order") {
        in_order(faults, &format!("{pointer}/x-order"), order, schema);
    }
    if let Some(source) = schema.get("x-prefill") {
        prefill(faults, &format!("{pointer}/x-prefill"), source, connected);
    }
    if schema.get("x-personal").is_some_and(|personal| !personal.is_boolean()) {
        let (vi, en) = ("Phải là true hoặc false.", "Must be true or false.");
        faults.add(format!("{pointer}/x-personal"), "type", vi, en);
    }
    if let (Some(labels), Some(values)) = (schema.get("x-labels"), schema.get("enum").and_then(Value::as_array)) {
        for value in labels.as_object().into_iter().flatten().map(|(value, _)| value) {
            if !values.iter().any(|one| one == value) {
                let (vi, en) = ("Nhãn của một giá trị không có.", "The label of a value that is not there.");
                faults.add(format!("{pointer}/x-labels"), "form.label_of_nothing", vi, en);
            }
        }
    }
}

fn in_order(faults: &mut Faults, pointer: &str, order: &Value, schema: &Map<String, Value>) {
    let Some(order) = order.as_array() else {
        let (vi, en) = ("Phải là danh sách tên trường.", "Must be a list of names of properties.");
        return faults.add(pointer, "type", vi, en);
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut seen = BTreeSet::new();
    for (at, name) in order.iter().enumerate() {
        let place = format!("{pointer}/{at}");
        match name.as_str() {
            Some(name) if !properties.is_some_and(|properties| properties.contains_key(name)) => {
                faults.add(
                    place,
                    "form.no_property",
                    "Biểu mẫu không có trường này.",
                    "The form has no such property.",
                );
            }
            Some(name) if !seen.insert(name) => faults.repeated(place),
            Some(_) => {}
            None => faults.add(place, "type", "Phải là tên trường.", "Must be the name of a property."),
        }
    }
}

fn prefill(faults: &mut Faults, pointer: &str, source: &Value, connected: &[String]) {
    let mut words = source.as_str().unwrap_or_default().split('.');
    let known = match (words.next(), words.next(), words.next(), words.next()) {
        (Some("applicant"), Some(field), None, None) => APPLICANT.contains(&field),
        (Some("earlier"), Some(field), None, None) => !field.is_empty(),
        (Some("database"), Some(code), Some(field), None) if !field.is_empty() => {
            return database(faults, pointer, code, connected);
        }
        _ => false,
    };
    if !known {
        let (vi, en) = (
            "Nguồn phải có dạng applicant.name, earlier.FIELD hoặc database.CODE.FIELD.",
            "A source is like applicant.name, earlier.FIELD or database.CODE.FIELD.",
        );
        faults.add(pointer, "form.prefill_unknown", vi, en);
    }
}
