//! Every fault of a body at once. serde gives up at the first, so a body that it has refused is held against the schema
//! by which the API documents its type.
//!
//! Only what decides whether the type can be read is looked at: members, kinds of values, words, formats. Lengths and
//! bounds are rules, which their room judges with codes of its own. Where a schema can't say which of several shapes is
//! meant, nothing is said, and serde's word stands.

mod choice;
mod kinds;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use motcua_kernel::{FieldError, Text};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, Array, ArrayItems, Object, Schema};

use super::MOST_FAULTS;
use crate::misfit::{At, Fault, Misfit};
use kinds::{expected, format_fault, out_of_range, takes};

/// The faults of a value that should be a `B`, in the order of the document; what is missing stands last in its object.
pub(super) fn faults<B: ToSchema>(value: &Value) -> Vec<FieldError> {
    let mut named = Vec::new();
    B::schemas(&mut named);
    let shapes = Shapes(named.into_iter().collect());
    let mut found = Found(Vec::new());
    shapes.check(&B::schema(), value, At::Root, &mut found);
    found.0
}

struct Found(Vec<FieldError>);

impl Found {
    fn fault(&mut self, at: At, fault: Fault) {
        self.push(|| Misfit::from(fault).at(at).field_error());
    }

    fn value(&mut self, at: At, text: Text) {
        self.push(|| FieldError::new(at.pointer(), "value", text));
    }

    fn push(&mut self, fault: impl FnOnce() -> FieldError) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(fault());
        }
    }
}

/// The schemas that others refer to by name.
struct Shapes(HashMap<String, RefOr<Schema>>);

impl Shapes {
    fn resolve<'s>(&'s self, mut schema: &'s RefOr<Schema>) -> Option<&'s Schema> {
        loop {
            match schema {
                RefOr::T(schema) => return Some(schema),
                RefOr::Ref(reference) => schema = self.0.get(reference.ref_location.rsplit('/').next()?)?,
            }
        }
    }

    fn check(&self, schema: &RefOr<Schema>, value: &Value, at: At, found: &mut Found) {
        match self.resolve(schema) {
            Some(Schema::Object(object)) => self.check_one(object, value, at, found),
            Some(Schema::Array(array)) => self.check_items(array, value, at, found),
            Some(Schema::OneOf(one_of)) => self.check_choice(&one_of.items, value, at, found),
            Some(Schema::AnyOf(any_of)) => self.check_choice(&any_of.items, value, at, found),
            Some(Schema::AllOf(_)) => match (self.parts(schema), value) {
                (Some(parts), Value::Object(members)) => self.check_members(&parts, members, at, found),
                (Some(_), _) => found.fault(at, Fault::Type("an object".to_owned())),
                (None, _) => {}
            },
            _ => {}
        }
    }

    fn check_one(&self, schema: &Object, value: &Value, at: At, found: &mut Found) {
        if !takes(&schema.schema_type, value) {
            return found.fault(at, Fault::Type(expected(&schema.schema_type).to_owned()));
        }
        if let Some(words) = &schema.enum_values
            && !value.is_null()
            && !words.contains(value)
        {
            return found.fault(at, Fault::Variant(texts(words.iter().filter_map(Value::as_str))));
        }
        match value {
            Value::Object(members) => self.check_members(&[schema], members, at, found),
            Value::String(text) => {
                if let Some(text) = format_fault(schema, text) {
                    found.value(at, text);
                }
            }
            Value::Number(number) if out_of_range(schema, number) => found.fault(at, Fault::Value),
            _ => {}
        }
    }

    fn check_items(&self, schema: &Array, value: &Value, at: At, found: &mut Found) {
        if !takes(&schema.schema_type, value) {
            return found.fault(at, Fault::Type(expected(&schema.schema_type).to_owned()));
        }
        if let (Value::Array(items), ArrayItems::RefOrSchema(of_item)) = (value, &schema.items) {
            for (index, item) in items.iter().enumerate() {
                self.check(of_item, item, At::Item(&at, index), found);
            }
        }
    }

    /// The members of an object whose type may be written in several parts, as flattened and tagged ones are.
    fn check_members(&self, parts: &[&Object], members: &Map<String, Value>, at: At, found: &mut Found) {
        let others = parts.iter().find_map(|part| part.additional_properties.as_deref());
        let (of_others, open) = match others {
            Some(AdditionalProperties::RefOr(schema)) => (Some(schema), true),
            Some(AdditionalProperties::FreeForm(open)) => (None, *open),
            None => (None, parts.iter().all(|part| part.properties.is_empty())),
        };
        for (name, value) in members {
            match parts.iter().find_map(|part| part.properties.get(name)).or(of_others) {
                Some(schema) => self.check(schema, value, At::Key(&at, name), found),
                None if open => {}
                None => found.fault(at, Fault::Unknown(name.clone())),
            }
        }
        for name in parts.iter().flat_map(|part| &part.required).filter(|name| !members.contains_key(*name)) {
            found.fault(at, Fault::Missing(name.clone()));
        }
    }

    /// The objects that a schema consists of; none when one of its parts is something else.
    fn parts<'s>(&'s self, schema: &'s RefOr<Schema>) -> Option<Vec<&'s Object>> {
        match self.resolve(schema)? {
            Schema::Object(object) => Some(vec![object]),
            Schema::AllOf(all_of) => {
                let parts: Option<Vec<_>> = all_of.items.iter().map(|part| self.parts(part)).collect();
                parts.map(|parts| parts.into_iter().flatten().collect())
            }
            _ => None,
        }
    }
}

fn texts<'w>(words: impl Iterator<Item = &'w str>) -> Vec<String> {
    words.map(str::to_owned).collect()
}
