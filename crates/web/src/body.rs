//! JSON bodies, read strictly: first as JSON with every text in normal form C, then as the type the handler wants.
//!
//! Two steps, because only a parsed text can be normalised: an accent may come as an escape (`\u0301`), and composing
//! the raw text could swallow the end of one. No message repeats what was sent, which may be personal data.

use std::fmt;

use motcua_kernel::{Error, FieldError, Result, Text};
use serde::de::{self, DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment, Track};

use crate::query::composed;

const REPEATED: &str = "a key is repeated";
const NUL: &str = "a text contains NUL";

/// Reads a body as JSON; an empty body is `null`, for operations that need none.
///
/// # Errors
/// `json.malformed`, or `validation` for a repeated key or a NUL character, which PostgreSQL can't keep.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let mut track = Track::new();
    let parsed = Composed::deserialize(serde_path_to_error::Deserializer::new(&mut source, &mut track));
    let pointer = pointer(&track.path());
    match parsed.and_then(|value| source.end().map(|()| value)) {
        Ok(Composed(value)) => Ok(value),
        Err(fault) if fault.is_data() => Err(unusable(pointer, &fault)),
        Err(fault) => Err(Error::malformed(
            "json.malformed",
            format!("Nội dung không phải JSON hợp lệ (dòng {}, cột {}).", fault.line(), fault.column()),
            format!("The body is not valid JSON (line {}, column {}).", fault.line(), fault.column()),
        )),
    }
}

/// Reads parsed JSON as the type a handler wants.
///
/// # Errors
/// `body.missing`, `body.unknown_field` naming every field, or `validation` pointing at the field that does not fit.
pub(crate) fn typed<B: DeserializeOwned>(value: &Value) -> Result<B> {
    let mut unknown = Vec::new();
    let mut track = Track::new();
    let mut note = |path: serde_ignored::Path| unknown.push(ignored(&path));
    let ignoring = serde_ignored::Deserializer::new(value, &mut note);
    match B::deserialize(serde_path_to_error::Deserializer::new(ignoring, &mut track)) {
        Ok(body) if unknown.is_empty() => Ok(body),
        Ok(_) => Err(unknown_fields(unknown)),
        Err(_) if value.is_null() => {
            Err(Error::malformed("body.missing", "Thiếu nội dung JSON.", "The JSON body is missing."))
        }
        Err(fault) => Err(misfit(pointer(&track.path()), &fault.to_string())),
    }
}

fn unusable(pointer: String, fault: &serde_json::Error) -> Error {
    let (code, text) = if fault.to_string().starts_with(REPEATED) {
        ("repeated", Text::new("Có tên trường bị lặp lại trong đối tượng này.", "A field of this object is repeated."))
    } else {
        ("nul", Text::new("Không được chứa ký tự NUL.", "A NUL character is not allowed."))
    };
    Error::invalid_field(pointer, code, text)
}

fn unknown_fields(pointers: Vec<String>) -> Error {
    let mut error = Error::malformed(
        "body.unknown_field",
        "Nội dung có trường không được hỗ trợ.",
        "The body has fields that are not known here.",
    );
    let message = || Text::new("Không có trường này.", "There is no such field.");
    error.fields = pointers.into_iter().map(|pointer| FieldError::new(pointer, "unknown", message())).collect();
    error
}

/// serde says what does not fit in words only; these beginnings are part of its public behaviour.
fn misfit(pointer: String, fault: &str) -> Error {
    if fault.starts_with("unknown field") {
        return unknown_fields(vec![pointer]);
    }
    if let Some(name) = fault.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        let text = Text::new("Thiếu trường bắt buộc này.", "This field is required.");
        return Error::invalid_field(format!("{pointer}/{}", escaped(name)), "required", text);
    }
    let expected = fault.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
    if fault.starts_with("unknown variant") {
        let allowed = expected.trim_start_matches("one of ");
        let text = Text::new(format!("Chỉ nhận một trong: {allowed}."), format!("Must be one of: {allowed}."));
        return Error::invalid_field(pointer, "enum", text);
    }
    if fault.starts_with("invalid type") {
        let (vi, en) = kind_of(expected);
        return Error::invalid_field(
            pointer,
            "type",
            Text::new(format!("Sai kiểu dữ liệu{vi}."), format!("Wrong type{en}.")),
        );
    }
    Error::invalid_field(pointer, "value", Text::new("Giá trị không hợp lệ.", "The value is not valid."))
}

/// What serde expected, without the names of our types.
fn kind_of(expected: &str) -> (&'static str, &'static str) {
    match expected {
        "a string" | "str" | "string" => ("; cần chuỗi ký tự", "; a text is expected"),
        "a boolean" => ("; cần true hoặc false", "; true or false is expected"),
        "a sequence" => ("; cần danh sách", "; a list is expected"),
        "a map" => ("; cần đối tượng", "; an object is expected"),
        "f32" | "f64" => ("; cần số", "; a number is expected"),
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => {
            ("; cần số nguyên", "; a whole number is expected")
        }
        text if text.starts_with("struct ") => ("; cần đối tượng", "; an object is expected"),
        _ => ("", ""),
    }
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escaped(key),
            Segment::Enum { variant } => escaped(variant),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

fn ignored(path: &serde_ignored::Path) -> String {
    use serde_ignored::Path as P;
    match path {
        P::Root => String::new(),
        P::Seq { parent, index } => format!("{}/{index}", ignored(parent)),
        P::Map { parent, key } => format!("{}/{}", ignored(parent), escaped(key)),
        P::Some { parent } | P::NewtypeStruct { parent } | P::NewtypeVariant { parent } => ignored(parent),
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A JSON value whose texts and keys are in normal form C, and whose objects have every key once.
struct Composed(Value);

impl<'de> Deserialize<'de> for Composed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ComposedVisitor).map(Self)
    }
}

struct ComposedVisitor;

impl<'de> Visitor<'de> for ComposedVisitor {
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

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        if text.contains('\0') {
            return Err(E::custom(NUL));
        }
        Ok(composed(text).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Composed(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if key.contains('\0') {
                return Err(de::Error::custom(NUL));
            }
            let Composed(value) = entries.next_value()?;
            if object.insert(composed(&key), value).is_some() {
                return Err(de::Error::custom(REPEATED));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests;
