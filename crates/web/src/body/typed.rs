//! Parsed JSON as the source of a typed value, stricter than serde's own: a list is no object, and every field that the
//! type would ignore is noted with its place.

use std::cell::RefCell;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::MOST_FAULTS;
use crate::misfit::{At, Misfit};

/// The places of fields that nobody wants.
pub(super) type Ignored = RefCell<Vec<String>>;

/// A value, where it stands, and where to note what is ignored.
#[derive(Clone, Copy)]
pub(super) struct Node<'de, 'n> {
    value: &'de Value,
    at: At<'n>,
    ignored: &'n Ignored,
}

impl<'de, 'n> Node<'de, 'n> {
    pub(super) fn root(value: &'de Value, ignored: &'n Ignored) -> Self {
        Self { value, at: At::Root, ignored }
    }
}

impl<'de> Deserializer<'de> for Node<'de, '_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let result = match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), _, _) => visitor.visit_u64(value),
                (_, Some(value), _) => visitor.visit_i64(value),
                (_, _, Some(value)) => visitor.visit_f64(value),
                _ => Err(wrong_type("f64")),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items { list: items.iter(), index: 0, node: self }),
            Value::Object(fields) => visitor.visit_map(Fields::of(fields, self)),
        };
        result.map_err(|misfit| misfit.at(self.at))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.value {
            // serde would take the items of a list for the fields, in their order.
            Value::Object(_) => self.deserialize_any(visitor),
            _ => Err(wrong_type("an object").at(self.at)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let mut entries = self.value.as_object().into_iter().flatten();
        let chosen = match (self.value, entries.next(), entries.next()) {
            (Value::String(name), _, _) => Ok((name.as_str(), None)),
            (_, Some((name, value)), None) => Ok((name.as_str(), Some(value))),
            _ => Err(wrong_type("a string")),
        };
        chosen
            .and_then(|(name, value)| visitor.visit_enum(Choice { name, value, node: self }))
            .map_err(|misfit| misfit.at(self.at))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let mut ignored = self.ignored.borrow_mut();
        if ignored.len() < MOST_FAULTS {
            ignored.push(self.at.pointer());
        }
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

/// Another kind of value than expected; which kind was sent is nobody's business.
fn wrong_type(expected: &str) -> Misfit {
    Misfit::invalid_type(Unexpected::Other("another value"), &expected)
}

struct Items<'de, 'n> {
    list: std::slice::Iter<'de, Value>,
    index: usize,
    node: Node<'de, 'n>,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let Some(value) = self.list.next() else { return Ok(None) };
        let at = At::Item(&self.node.at, self.index);
        self.index += 1;
        seed.deserialize(Node { value, at, ignored: self.node.ignored }).map(Some).map_err(|misfit| misfit.at(at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len())
    }
}

struct Fields<'de, 'n> {
    entries: serde_json::map::Iter<'de>,
    current: Option<(&'de str, &'de Value)>,
    node: Node<'de, 'n>,
}

impl<'de, 'n> Fields<'de, 'n> {
    fn of(fields: &'de Map<String, Value>, node: Node<'de, 'n>) -> Self {
        Self { entries: fields.iter(), current: None, node }
    }
}

impl<'de> MapAccess<'de> for Fields<'de, '_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.current = Some((key, value));
        let name: StrDeserializer<Misfit> = key.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let (key, value) = self.current.take().ok_or_else(|| Misfit::custom("a value was asked for before its key"))?;
        let at = At::Key(&self.node.at, key);
        seed.deserialize(Node { value, at, ignored: self.node.ignored }).map_err(|misfit| misfit.at(at))
    }
}

/// One case of an enum: its name, and its content when it has any.
struct Choice<'de, 'n> {
    name: &'de str,
    value: Option<&'de Value>,
    node: Node<'de, 'n>,
}

impl<'de> EnumAccess<'de> for Choice<'de, '_> {
    type Error = Misfit;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Misfit> {
        let name: StrDeserializer<Misfit> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> Choice<'de, '_> {
    fn content<T>(self, read: impl FnOnce(Node<'de, '_>) -> Result<T, Misfit>) -> Result<T, Misfit> {
        let value = self.value.ok_or_else(|| wrong_type("an object"))?;
        let at = At::Key(&self.node.at, self.name);
        read(Node { value, at, ignored: self.node.ignored }).map_err(|misfit| misfit.at(at))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de, '_> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.value {
            None => Ok(()),
            Some(_) => Err(wrong_type("a string")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        self.content(|node| seed.deserialize(node))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.content(|node| node.deserialize_tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value, Misfit> {
        self.content(|node| node.deserialize_struct("", names, visitor))
    }
}
