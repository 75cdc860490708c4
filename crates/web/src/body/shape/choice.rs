//! Which of several shapes a value is held against: the only one for its kind, the one with its word, or the one that its
//! tag names.

use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::{Found, Shapes, kinds, texts};
use crate::misfit::{At, Fault};

impl Shapes {
    /// Where neither kind, word nor tag decides, nothing is said.
    pub(super) fn check_choice(&self, shapes: &[RefOr<Schema>], value: &Value, at: At, found: &mut Found) {
        let fitting: Vec<&RefOr<Schema>> = shapes.iter().filter(|shape| self.is_of_kind(shape, value)).collect();
        match (fitting.as_slice(), value) {
            ([], _) => {
                let mut kinds: Vec<&str> = shapes.iter().flat_map(|shape| self.kinds(shape)).collect();
                kinds.dedup();
                let kind = if let [kind] = kinds.as_slice() { kind } else { "" };
                found.fault(at, Fault::Type(kind.to_owned()));
            }
            ([one], _) => self.check(one, value, at, found),
            (several, Value::String(_)) => {
                let words: Option<Vec<&Vec<Value>>> = several.iter().map(|shape| self.words(shape)).collect();
                let words: Vec<&Value> = words.into_iter().flatten().flatten().collect();
                if !words.is_empty() && !words.contains(&value) {
                    found.fault(at, Fault::Variant(texts(words.into_iter().filter_map(Value::as_str))));
                }
            }
            (several, Value::Object(_)) => self.check_tagged(several, value, at, found),
            _ => {}
        }
    }

    fn check_tagged(&self, shapes: &[&RefOr<Schema>], value: &Value, at: At, found: &mut Found) {
        let first = shapes.first().and_then(|shape| self.parts(shape)).unwrap_or_default();
        let mut names = first.iter().flat_map(|part| part.properties.keys());
        let Some((tag, cases)) = names.find_map(|name| Some((name, self.cases(shapes, name)?))) else { return };
        match value.get(tag) {
            Some(Value::String(text)) => match cases.iter().find(|(word, _)| word == text) {
                Some((_, shape)) => self.check(shape, value, at, found),
                None => found.fault(At::Key(&at, tag), Fault::Variant(texts(cases.iter().map(|(word, _)| *word)))),
            },
            Some(_) => found.fault(At::Key(&at, tag), Fault::Type("a string".to_owned())),
            None => found.fault(at, Fault::Missing(tag.clone())),
        }
    }

    /// The shapes by the one word that each asks of a member; none when one of them asks for no word there.
    fn cases<'s>(&'s self, shapes: &[&'s RefOr<Schema>], tag: &str) -> Option<Vec<(&'s str, &'s RefOr<Schema>)>> {
        shapes.iter().map(|shape| Some((self.only_word(shape, tag)?, *shape))).collect()
    }

    fn only_word<'s>(&'s self, shape: &'s RefOr<Schema>, name: &str) -> Option<&'s str> {
        let member = self.parts(shape)?.into_iter().find_map(|part| part.properties.get(name))?;
        let [Value::String(word)] = self.words(member)?.as_slice() else { return None };
        Some(word)
    }

    fn words<'s>(&'s self, schema: &'s RefOr<Schema>) -> Option<&'s Vec<Value>> {
        match self.resolve(schema)? {
            Schema::Object(object) => object.enum_values.as_ref(),
            _ => None,
        }
    }

    fn is_of_kind(&self, schema: &RefOr<Schema>, value: &Value) -> bool {
        match self.resolve(schema) {
            Some(Schema::Object(object)) => kinds::takes(&object.schema_type, value),
            Some(Schema::Array(array)) => kinds::takes(&array.schema_type, value),
            Some(Schema::OneOf(one_of)) => one_of.items.iter().any(|shape| self.is_of_kind(shape, value)),
            Some(Schema::AllOf(_)) => value.is_object() || self.parts(schema).is_none(),
            _ => true,
        }
    }

    /// The kinds of value that a schema takes, but null.
    fn kinds(&self, schema: &RefOr<Schema>) -> Vec<&'static str> {
        let kind = match self.resolve(schema) {
            Some(Schema::Object(object)) => kinds::expected(&object.schema_type),
            Some(Schema::Array(array)) => kinds::expected(&array.schema_type),
            Some(Schema::AllOf(_)) => "an object",
            Some(Schema::OneOf(one_of)) => return one_of.items.iter().flat_map(|shape| self.kinds(shape)).collect(),
            _ => "",
        };
        Some(kind).filter(|kind| !kind.is_empty()).into_iter().collect()
    }
}
