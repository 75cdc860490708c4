//! What went wrong, in words that know nothing of HTTP.
//!
//! An error has an outside (stable code, text in two languages, fields) that a client may see and an inside that only
//! the log sees. `web` holds the one conversion to a status code.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::text::Text;

/// The result of anything that can go wrong in a way a client should hear of.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong. `web` gives each kind one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The request can't be understood: not JSON, an unknown parameter, a cursor of another list (400).
    Malformed,
    /// Nobody, or somebody we can't believe (401).
    Unauthenticated,
    /// Somebody who may see this but not do that (403).
    Forbidden,
    /// It does not exist, or not for this caller (404).
    NotFound,
    /// The method does not exist here (405).
    MethodNotAllowed,
    /// The client was too slow in sending (408).
    Timeout,
    /// The object's state forbids it (409).
    Conflict,
    /// The object has changed since the caller read it (412).
    Stale,
    /// Larger than the limit (413).
    TooLarge,
    /// A content type we don't take (415).
    UnsupportedMedia,
    /// A range of a file that does not exist (416).
    RangeNotSatisfiable,
    /// Understood, but wrong in content (422).
    Invalid,
    /// `If-Match` is missing (428).
    PreconditionRequired,
    /// Too many requests (429).
    TooMany,
    /// A defect of ours (500).
    Internal,
    /// Built without this feature (501).
    NotImplemented,
    /// Not now: the database or another service is away (503).
    Unavailable,
    /// No room left to store it (507).
    StorageFull,
}

impl Kind {
    /// Whether a refusal of this kind is kept under the request's idempotency key and replayed. What a rule refused is,
    /// as it stood when the request first came, also when the rule would decide otherwise today. What we failed at
    /// (every 5xx) and what the caller shall try again as it is (408, 429) is not.
    #[must_use]
    pub fn may_be_kept(self) -> bool {
        !matches!(
            self,
            Self::Internal
                | Self::NotImplemented
                | Self::Unavailable
                | Self::StorageFull
                | Self::Timeout
                | Self::TooMany
        )
    }
}

/// One thing wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) into the request body; empty for the whole.
    #[schema(example = "/applicant/name")]
    pub pointer: String,
    /// Stable code of the fault.
    #[schema(example = "required")]
    pub code: String,
    /// What is wrong, for people.
    #[serde(with = "both_languages")]
    #[schema(value_type = String)]
    pub message: Text,
}

impl FieldError {
    /// A fault of the field at `pointer`.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, message: Text) -> Self {
        Self { pointer: pointer.into(), code: code.into(), message }
    }
}

/// Texts of stored errors keep both languages; `web` picks one when it writes the problem document.
mod both_languages {
    use super::Text;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &Text, serializer: S) -> Result<S::Ok, S::Error> {
        text.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        Text::deserialize(deserializer)
    }
}

/// An error with an outside and an inside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Error {
    /// The kind, which decides the status.
    pub kind: Kind,
    /// Stable code, `dossier.not_yours`. Never changes once published.
    pub code: String,
    /// What happened, for people.
    pub detail: Text,
    /// Every fault of every field, at once.
    #[serde(default)]
    pub fields: Vec<FieldError>,
    /// Members of the problem document beside the standard ones (`state`, `allowed_actions`, `successor` …).
    #[serde(default)]
    pub members: Map<String, Value>,
    /// Set when this error is read back instead of made.
    #[serde(skip)]
    pub replayed: bool,
    /// The cause, for the log only; never stored with an answer and never sent.
    #[serde(skip)]
    pub inside: Option<String>,
}

impl Error {
    /// An error of a kind with its code and texts.
    pub fn new(kind: Kind, code: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        let detail = Text::new(vi, en);
        Self { kind, code: code.into(), detail, fields: Vec::new(), members: Map::new(), replayed: false, inside: None }
    }

    /// A defect of ours: the client learns nothing but a request id, the log learns the cause.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut error = Self::new(
            Kind::Internal,
            "internal",
            "Hệ thống gặp lỗi. Vui lòng thử lại và báo mã yêu cầu nếu lỗi còn.",
            "The system failed. Please try again, and report the request id if it fails again.",
        );
        error.inside = Some(cause.to_string());
        error
    }

    /// It does not exist, or the caller may not know that it does.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            Kind::NotFound,
            "not_found",
            "Không tìm thấy, hoặc bạn không được xem.",
            "Not found, or you may not see it.",
        )
    }

    /// The caller may see the object but lacks a right.
    pub fn forbidden(code: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, code, vi, en)
    }

    /// The state of the object forbids it.
    pub fn conflict(code: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, vi, en)
    }

    /// A service or database that is away.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let mut error = Self::new(
            Kind::Unavailable,
            "unavailable",
            "Hệ thống tạm thời không phục vụ được. Vui lòng thử lại sau ít phút.",
            "The system can't serve this right now. Please try again in a moment.",
        );
        error.inside = Some(cause.to_string());
        error
    }

    /// The request can't be understood.
    pub fn malformed(code: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::Malformed, code, vi, en)
    }

    /// The request is understood and wrong in these fields.
    #[must_use]
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let count = fields.len();
        let mut error = Self::new(
            Kind::Invalid,
            "validation",
            format!("Dữ liệu gửi lên có {count} lỗi."),
            format!("The request has {count} fault{}.", if count == 1 { "" } else { "s" }),
        );
        error.fields = fields;
        error
    }

    /// One fault of one field.
    pub fn invalid_field(pointer: impl Into<String>, code: impl Into<String>, message: Text) -> Self {
        Self::invalid(vec![FieldError::new(pointer, code, message)])
    }

    /// Adds a member to the problem document.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds the cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.inside = Some(cause.to_string());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail.en)?;
        for field in &self.fields {
            write!(f, "; {} {}: {}", field.pointer, field.code, field.message.en)?;
        }
        if let Some(inside) = &self.inside {
            write!(f, " ({inside})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
