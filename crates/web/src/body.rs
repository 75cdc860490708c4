//! JSON bodies, read strictly: first as JSON with every text in normal form C, then as the type the handler wants.
//!
//! Two steps, because only a parsed text can be normalised: an accent may come as an escape (`\u0301`), and composing
//! the raw text could swallow the end of one. A body that does not fit is told every fault at once. No message repeats
//! what was sent, which may be personal data.

mod composed;
mod place;
mod shape;
mod typed;

use motcua_kernel::{Error, FieldError, Result};
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;
use utoipa::ToSchema;

use crate::misfit::Misfit;
use composed::{Compose, Faults};
use typed::{Ignored, Node};

/// The most faults that are told of one body; an answer must not be many times as large as what was sent.
const MOST_FAULTS: usize = 1000;

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
/// `body.missing`, `body.unknown_field` when there is nothing worse than fields not known, or `validation`; with every
/// fault, in the order of the document.
pub(crate) fn typed<B: DeserializeOwned + ToSchema>(value: &Value) -> Result<B> {
    let ignored = Ignored::default();
    match B::deserialize(Node::root(value, &ignored)) {
        Ok(body) => match ignored.into_inner() {
            unknown if unknown.is_empty() => Ok(body),
            unknown => Err(unfit(unknown.into_iter().map(Misfit::unknown).map(Misfit::field_error).collect())),
        },
        Err(_) if value.is_null() => {
            Err(Error::malformed("body.missing", "Thiếu nội dung JSON.", "The JSON body is missing."))
        }
        Err(misfit) => {
            let mut faults = shape::faults::<B>(value);
            // What only reading can find, because it is no matter of shape: a type that judges for itself.
            place::insert(misfit.field_error(), &mut faults, value);
            Err(unfit(faults))
        }
    }
}

fn unfit(faults: Vec<FieldError>) -> Error {
    if faults.iter().any(|fault| fault.code != "unknown") {
        return Error::invalid(faults);
    }
    let mut error = Error::malformed(
        "body.unknown_field",
        "Nội dung có trường không được hỗ trợ.",
        "The body has fields that are not known here.",
    );
    error.fields = faults;
    error
}

#[cfg(test)]
mod tests;
