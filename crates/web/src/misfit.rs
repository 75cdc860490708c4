//! Why a value does not fit the type a handler wants, as facts instead of serde's sentences.
//!
//! The sentences repeat what was sent, which may be personal data, and name our types; the facts do neither.

use std::fmt;

use motcua_kernel::{FieldError, Text};
use serde::de::{self, Expected, Unexpected};

/// Where in a document a value stands; written as a JSON Pointer (RFC 6901) only when somebody asks.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    Root,
    Key(&'a At<'a>, &'a str),
    Item(&'a At<'a>, usize),
}

impl At<'_> {
    pub(crate) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => format!("{}/{}", parent.pointer(), key.replace('~', "~0").replace('/', "~1")),
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// A value that does not fit.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) fault: Fault,
    pointer: Option<String>,
}

/// What does not fit.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A field that must be there is not.
    Missing(String),
    /// A field that nobody knows.
    Unknown(String),
    /// Another kind of value than the one serde names.
    Type(String),
    /// None of these names.
    Variant(Vec<String>),
    /// The right kind of value, but not a valid one.
    Value,
}

impl Misfit {
    /// A field that nobody knows, by where it stands.
    pub(crate) fn unknown(pointer: String) -> Self {
        let name = pointer.rsplit('/').next().unwrap_or_default().to_owned();
        Self { fault: Fault::Unknown(name), pointer: Some(pointer) }
    }

    /// Says where, unless something further in has said it already.
    pub(crate) fn at(mut self, at: At) -> Self {
        self.pointer.get_or_insert_with(|| match &self.fault {
            Fault::Missing(name) | Fault::Unknown(name) => At::Key(&at, name).pointer(),
            _ => at.pointer(),
        });
        self
    }

    /// Where, as far as anybody said.
    pub(crate) fn pointer(&self) -> &str {
        self.pointer.as_deref().unwrap_or_default()
    }

    /// The fault for the client.
    pub(crate) fn field_error(self) -> FieldError {
        let (code, text) = match self.fault {
            Fault::Missing(_) => ("required", Text::new("Thiếu trường bắt buộc này.", "This field is required.")),
            Fault::Unknown(_) => ("unknown", Text::new("Không có trường này.", "There is no such field.")),
            Fault::Type(expected) => {
                let (vi, en) = kind_of(&expected);
                ("type", Text::new(format!("Sai kiểu dữ liệu{vi}."), format!("Wrong type{en}.")))
            }
            Fault::Variant(names) => {
                let names = names.join(", ");
                ("enum", Text::new(format!("Chỉ nhận một trong: {names}."), format!("Must be one of: {names}.")))
            }
            Fault::Value => ("value", Text::new("Giá trị không hợp lệ.", "The value is not valid.")),
        };
        FieldError::new(self.pointer.unwrap_or_default(), code, text)
    }
}

impl From<Fault> for Misfit {
    fn from(fault: Fault) -> Self {
        Self { fault, pointer: None }
    }
}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Fault::Value.into()
    }

    fn invalid_type(_: Unexpected, expected: &dyn Expected) -> Self {
        Fault::Type(expected.to_string()).into()
    }

    fn unknown_variant(_: &str, names: &'static [&'static str]) -> Self {
        Fault::Variant(names.iter().map(|&name| name.to_owned()).collect()).into()
    }

    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Fault::Unknown(name.to_owned()).into()
    }

    fn missing_field(name: &'static str) -> Self {
        Fault::Missing(name.to_owned()).into()
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {:?}", self.fault, self.pointer)
    }
}

impl std::error::Error for Misfit {}

/// What serde expected, without the names of our types.
fn kind_of(expected: &str) -> (&'static str, &'static str) {
    match expected {
        "a string" | "str" | "string" => ("; cần chuỗi ký tự", "; a text is expected"),
        "a boolean" => ("; cần true hoặc false", "; true or false is expected"),
        "a sequence" => ("; cần danh sách", "; a list is expected"),
        "an object" | "a map" => ("; cần đối tượng", "; an object is expected"),
        "f32" | "f64" => ("; cần số", "; a number is expected"),
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => {
            ("; cần số nguyên", "; a whole number is expected")
        }
        _ => ("", ""),
    }
}
