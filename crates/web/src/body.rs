//! JSON bodies, read strictly: first as JSON with every text in normal form C, then as the type the handler wants.
//!
//! Two steps, because only a parsed text can be normalised: an accent may come as an escape (`\u0301`), and composing
//! the raw text could swallow the end of one. No message repeats what was sent, which may be personal data.

mod composed;
mod typed;

use motcua_kernel::{Error, FieldError, Result, Text};
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

use crate::misfit::Fault;
use composed::{Compose, Faults};
use typed::{Ignored, Node};

/// Reads a body as JSON; an empty body is `null`, for operations that need none.
///
/// # Errors
/// `json.malformed`, or `validation` for repeated keys and NUL characters.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let faults = Faults::default();
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let parsed = Compose::root(&faults).deserialize(&mut source);
    let value = parsed.and_then(|value| source.end().map(|()| value)).map_err(|fault| {
        let (line, column) = (fault.line(), fault.column());
        Error::malformed(
            "json.malformed",
            format!("Nội dung không phải JSON hợp lệ (dòng {line}, cột {column})."),
            format!("The body is not valid JSON (line {line}, column {column})."),
        )
    })?;
    match faults.into_inner() {
        faults if faults.is_empty() => Ok(value),
        faults => Err(Error::invalid(faults)),
    }
}

/// Reads parsed JSON as the type a handler wants.
///
/// # Errors
/// `body.missing`, `body.unknown_field` naming every field, or `validation` pointing at the field that does not fit.
pub(crate) fn typed<B: DeserializeOwned>(value: &Value) -> Result<B> {
    let ignored = Ignored::default();
    match B::deserialize(Node::root(value, &ignored)) {
        Ok(body) => match ignored.into_inner() {
            unknown if unknown.is_empty() => Ok(body),
            unknown => Err(unknown_fields(unknown)),
        },
        Err(_) if value.is_null() => {
            Err(Error::malformed("body.missing", "Thiếu nội dung JSON.", "The JSON body is missing."))
        }
        Err(misfit) => match misfit.fault {
            Fault::Unknown(_) => Err(unknown_fields(vec![misfit.field_error().pointer])),
            _ => Err(Error::invalid(vec![misfit.field_error()])),
        },
    }
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

#[cfg(test)]
mod tests;
