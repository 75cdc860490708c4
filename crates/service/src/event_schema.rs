//! The facts of each event type as JSON Schema 2020-12, from the types the code records.
//!
//! An event is never rewritten, and a follower may read it again from the first one. So one version of a type has one
//! schema that fits its oldest event as well as its newest: fields are added, as optional ones, and nothing else changes.
//! [`broken_promises`] holds a new schema against the committed one.

use std::collections::BTreeSet;

use motcua_journal::EventKind;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const IN_OPENAPI: &str = "#/components/schemas/";
const IN_SCHEMA: &str = "#/$defs/";

/// What `data` of one event type holds.
#[derive(Debug, Clone)]
pub struct EventSchema {
    /// The CloudEvents `type`: `agency.recorded.v1`.
    pub name: &'static str,
    /// Its JSON Schema.
    pub schema: Value,
}

impl EventSchema {
    /// The schema of an event type whose facts are a `T`; the journal adds when it happened.
    #[must_use]
    pub fn of<T: ToSchema>(kind: EventKind) -> Self {
        let mut members = Map::new();
        members.insert("$schema".to_owned(), DIALECT.into());
        members.insert("title".to_owned(), kind.name.into());
        members.insert("$comment".to_owned(), format!("subject: {}/<id>", kind.subject).into());
        members.extend(members_of(&T::schema()));
        let properties = members.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            let occurred =
                json!({"type": "string", "format": "date-time", "description": "When it happened in law, in UTC."});
            properties.insert("occurred_at".to_owned(), occurred);
        }
        if let Some(required) = members.entry("required").or_insert_with(|| json!([])).as_array_mut() {
            required.push("occurred_at".into());
        }
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        parts.sort_by(|(one, _), (other, _)| one.cmp(other));
        let parts: Map<String, Value> =
            parts.into_iter().map(|(name, part)| (name, members_of(&part).into())).collect();
        if !parts.is_empty() {
            members.insert("$defs".to_owned(), parts.into());
        }
        let mut schema = Value::Object(members);
        to_json_schema(&mut schema);
        Self { name: kind.name, schema }
    }

    /// The schema as it is committed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#}\n", self.schema)
    }
}

fn members_of(schema: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(schema) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// OpenAPI 3.1 writes JSON Schema but for where its references lead and the word for an example.
fn to_json_schema(schema: &mut Value) {
    match schema {
        Value::Array(several) => several.iter_mut().for_each(to_json_schema),
        Value::Object(members) => {
            if let Some(example) = members.shift_remove("example") {
                members.insert("examples".to_owned(), json!([example]));
            }
            for (keyword, value) in members.iter_mut() {
                match (keyword.as_str(), value) {
                    ("properties" | "$defs", Value::Object(named)) => named.values_mut().for_each(to_json_schema),
                    ("$ref", Value::String(to)) => *to = to.replace(IN_OPENAPI, IN_SCHEMA),
                    ("enum" | "const" | "default" | "examples", _) => {}
                    (_, value) => to_json_schema(value),
                }
            }
        }
        _ => {}
    }
}

/// What a schema no longer holds of an older one of the same event type, one line each; nothing when fields and words
/// were only added.
#[must_use]
pub fn broken_promises(older: &Value, newer: &Value) -> Vec<String> {
    let mut comparison = Comparison { older, newer, broken: Vec::new() };
    comparison.compare("", older, newer);
    comparison.broken
}

struct Comparison<'a> {
    older: &'a Value,
    newer: &'a Value,
    broken: Vec<String>,
}

impl Comparison<'_> {
    fn compare(&mut self, at: &str, older: &Value, newer: &Value) {
        let (older, newer) = (resolved(self.older, older), resolved(self.newer, newer));
        if older.get("type") != newer.get("type") || older.get("format") != newer.get("format") {
            self.broken.push(format!("{at} is of another type"));
            return;
        }
        let (before, now) = (words(older, "enum"), words(newer, "enum"));
        if !now.is_empty() || !before.is_empty() {
            self.broken.extend(before.difference(&now).map(|word| format!("{at} no longer knows {word}")));
            if before.is_empty() {
                self.broken.push(format!("{at} is narrowed to some words"));
            }
        }
        self.compare_fields(at, older, newer);
        if let (Some(older), Some(newer)) = (older.get("items"), newer.get("items")) {
            self.compare(&format!("{at}/*"), older, newer);
        }
        for keyword in ["oneOf", "anyOf", "allOf"] {
            let before = older.get(keyword).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let now = newer.get(keyword).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            if before.len() > now.len() {
                self.broken.push(format!("{at} has fewer variants"));
            }
            for (older, newer) in before.iter().zip(now) {
                self.compare(at, older, newer);
            }
        }
    }

    fn compare_fields(&mut self, at: &str, older: &Value, newer: &Value) {
        let none = Map::new();
        let before = older.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let now = newer.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let (needed_before, needed_now) = (words(older, "required"), words(newer, "required"));
        for (name, field) in before {
            let place = format!("{at}/{name}");
            let Some(now) = now.get(name) else {
                self.broken.push(format!("{place} is gone"));
                continue;
            };
            let word = Value::from(name.as_str()).to_string();
            match (needed_before.contains(&word), needed_now.contains(&word)) {
                (true, false) => self.broken.push(format!("{place} may be missing now")),
                (false, true) => self.broken.push(format!("{place} is required, and older events may lack it")),
                _ => {}
            }
            self.compare(&place, field, now);
        }
        for name in now.keys().filter(|name| !before.contains_key(*name)) {
            if needed_now.contains(&Value::from(name.as_str()).to_string()) {
                self.broken
                    .push(format!("{at}/{name} is new and required, but older events lack it: make it optional"));
            }
        }
    }
}

fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let part = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(IN_SCHEMA));
    part.and_then(|name| root.get("$defs")?.get(name)).unwrap_or(schema)
}

fn words(schema: &Value, keyword: &str) -> BTreeSet<String> {
    schema.get(keyword).and_then(Value::as_array).into_iter().flatten().map(Value::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thing.
    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema is of interest")]
    struct Thing {
        /// Its name.
        #[schema(example = "a")]
        name: String,
        /// Its parts.
        parts: Vec<Part>,
        colour: Option<Colour>,
        /// A field of this name is no keyword.
        example: Option<i64>,
    }

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema is of interest")]
    struct Part {
        weight: i64,
    }

    #[derive(ToSchema)]
    #[schema(rename_all = "snake_case")]
    #[expect(dead_code, reason = "only its schema is of interest")]
    enum Colour {
        Red,
        Blue,
    }

    fn schema() -> Value {
        EventSchema::of::<Thing>(EventKind { name: "thing.changed.v1", subject: "things" }).schema
    }

    fn changed(path: &str, value: Option<Value>) -> Vec<String> {
        let mut newer = schema();
        let (parent, name) = path.rsplit_once('/').unwrap();
        let parent = newer.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => drop(parent.insert(name.to_owned(), value)),
            None => drop(parent.shift_remove(name).unwrap()),
        }
        broken_promises(&schema(), &newer)
    }

    #[test]
    fn a_schema_stands_alone_and_knows_when_it_happened() {
        let schema = schema();
        assert_eq!(schema["title"], "thing.changed.v1");
        assert_eq!(schema["properties"]["name"]["examples"], json!(["a"]));
        assert_eq!(schema["properties"]["example"]["format"], "int64");
        assert_eq!(schema["properties"]["occurred_at"]["format"], "date-time");
        assert_eq!(schema["required"], json!(["name", "parts", "occurred_at"]));
        assert_eq!(schema["$defs"]["Colour"]["enum"], json!(["red", "blue"]));
        assert!(!schema.to_string().contains("components"), "{schema}");
    }

    #[test]
    fn fields_and_words_may_be_added_and_texts_rewritten() {
        assert!(broken_promises(&schema(), &schema()).is_empty());
        assert!(changed("/properties/size", Some(json!({"type": "integer"}))).is_empty());
        assert!(changed("/$defs/Colour/enum", Some(json!(["red", "blue", "green"]))).is_empty());
        assert!(changed("/$defs/Part/properties/length", Some(json!({"type": "integer"}))).is_empty());
        assert!(changed("/properties/name/description", Some("Another text.".into())).is_empty());
    }

    #[test]
    fn nothing_that_older_events_hold_may_go_or_change() {
        assert_eq!(changed("/properties/name", None), ["/name is gone"]);
        assert_eq!(changed("/$defs/Part/properties/weight", None), ["/parts/*/weight is gone"]);
        assert_eq!(changed("/properties/name/type", Some("integer".into())), ["/name is of another type"]);
        assert_eq!(changed("/$defs/Colour/enum", Some(json!(["red"]))), ["/colour no longer knows \"blue\""]);
        assert_eq!(changed("/required", Some(json!(["name", "occurred_at"]))), ["/parts may be missing now"]);
        assert_eq!(
            changed("/required", Some(json!(["name", "parts", "example", "occurred_at"]))),
            ["/example is required, and older events may lack it"]
        );
        let mut newer = schema();
        newer["properties"]["size"] = json!({"type": "integer"});
        newer["required"] = json!(["name", "parts", "size", "occurred_at"]);
        let broken = broken_promises(&schema(), &newer);
        assert_eq!(broken, ["/size is new and required, but older events lack it: make it optional"]);
    }
}
