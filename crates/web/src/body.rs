//! JSON bodies, read strictly: first as JSON with every text in normal form C, then as the type the handler wants.
//!
//! Two steps, because only a parsed text can be normalised: an accent may come as an escape (`\u0301`), and composing
//! the raw text could swallow the end of one. A body that does not fit is told every fault at once. No message repeats
//! what was sent, which may be personal data.

mod composed;
mod place;
mod shape;
mod typed;

use motcua_kernel::{Actor, Error, FieldError, Result};
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;
use utoipa::ToSchema;

use crate::misfit::Misfit;
use composed::{Compose, Faults};
use typed::{Ignored, Node};

/// The most faults that are told of one body; an answer must not be many times as large as what was sent.
const MOST_FAULTS: usize = 1000;

/// What a service refuses in any JSON body, whatever else is wrong with the request: `config.app_data(BodyGuard(…))`. It is
/// asked before the body is fitted to what the operation wants, so also about fields that the operation does not have. A
/// field that is repeated comes to it as the list of all its values.
#[derive(Debug, Clone, Copy)]
pub struct BodyGuard(pub fn(&Actor, &Value) -> Result<()>);

/// Parsed JSON, and the faults that its texts and keys have in themselves.
pub(crate) struct Parsed {
    value: Value,
    faults: Vec<FieldError>,
}

impl Parsed {
    /// The value as it came, for who must look at it whatever is wrong with it.
    pub(crate) fn as_sent(&self) -> &Value {
        &self.value
    }

    /// The value.
    ///
    /// # Errors
    /// `validation` for repeated keys and NUL characters.
    pub(crate) fn sound(self) -> Result<Value> {
        if self.faults.is_empty() { Ok(self.value) } else { Err(Error::invalid(self.faults)) }
    }
}

/// Reads a body as JSON; an empty body is `null`, for operations that need none.
///
/// # Errors
/// `json.malformed`.
pub(crate) fn parse(bytes: &[u8]) -> Result<Parsed> {
    if bytes.is_empty() {
        return Ok(Parsed { value: Value::Null, faults: Vec::new() });
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
    Ok(Parsed { value, faults: faults.into_inner() })
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
