//! JSON with every text and key in normal form C, every key once, and no NUL, which PostgreSQL can't keep.

use std::cell::RefCell;
use std::fmt;

use motcua_kernel::{FieldError, Text};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::MOST_FAULTS;
use crate::misfit::At;
use crate::query::composed;

/// What is wrong with the texts of a document, all of it.
pub(super) type Faults = RefCell<Vec<FieldError>>;

/// Reads one value; where it stands is known, so that every fault can be pointed at.
#[derive(Clone, Copy)]
pub(super) struct Compose<'a> {
    at: At<'a>,
    faults: &'a Faults,
}

impl<'a> Compose<'a> {
    pub(super) fn root(faults: &'a Faults) -> Self {
        Self { at: At::Root, faults }
    }

    fn note(&self, at: At, code: &str, vi: &str, en: &str) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < MOST_FAULTS {
            faults.push(FieldError::new(at.pointer(), code, Text::new(vi, en)));
        }
    }

    fn text(&self, text: &str) -> String {
        if text.contains('\0') {
            self.note(self.at, "nul", "Không được chứa ký tự NUL.", "A NUL character is not allowed.");
        }
        composed(text)
    }
}

impl<'de> DeserializeSeed<'de> for Compose<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Compose<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(self.text(text).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Compose { at: At::Item(&self.at, list.len()), ..self })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let key = self.text(&key);
            let at = At::Key(&self.at, &key);
            let value = entries.next_value_seed(Compose { at, ..self })?;
            let value = match object.remove(&key) {
                None => value,
                Some(before) => {
                    self.note(at, "repeated", "Trường này bị lặp lại.", "This field is repeated.");
                    Value::Array(vec![before, value])
                }
            };
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}
