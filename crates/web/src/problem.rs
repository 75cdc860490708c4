//! Errors as clients see them: RFC 9457 `application/problem+json`, whatever layer they come from.
//!
//! A [`Problem`] is an error on its way out. It becomes a document in the outermost layer only, because nobody further in
//! knows the language asked for and the id of the request. Members of the error that a client needs as headers
//! (`retry_after`, `allowed_methods`, `version`, `size`, `scope`) become headers here as well.

use std::collections::BTreeMap;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use motcua_kernel::text::Language;
use motcua_kernel::{Error, Kind};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::reply::Reply;
use crate::{auth, entity_tag, status};

/// The media type of every answer of 400 and above.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a handler answers.
pub type WebResult<T = Reply> = Result<T, Problem>;

/// An error on its way to the client.
#[derive(Debug, Clone)]
pub struct Problem(pub Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        status::status(self.0.kind)
    }

    /// The status alone: the outermost layer finds the problem in the response and writes the document.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// An error (lỗi) as RFC 9457 describes it. Some errors add members of their own, which their operation documents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Address that names the kind of problem and never changes.
    #[schema(format = "uri-reference", example = "/problems/dossier-state")]
    pub r#type: String,
    /// The kind of problem in a few words, in the language asked for.
    #[schema(example = "Trạng thái hiện tại không cho phép")]
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 409)]
    pub status: u16,
    /// What happened, in the language asked for.
    pub detail: String,
    /// Stable code, made for programs.
    #[schema(example = "dossier.state")]
    pub code: String,
    /// Every fault of every field of the request, at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldFault>,
    /// The request, as the logs know it.
    pub request_id: String,
    /// Members of this error beside the standard ones.
    #[serde(flatten)]
    #[schema(ignore)]
    pub members: BTreeMap<String, Value>,
}

/// One fault (lỗi) of one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldFault {
    /// JSON Pointer (RFC 6901) into the request body; empty for the whole body.
    #[schema(example = "/applicant/name")]
    pub pointer: String,
    /// Stable code of the fault.
    #[schema(example = "required")]
    pub code: String,
    /// What is wrong, in the language asked for.
    pub message: String,
}

const STANDARD: [&str; 7] = ["type", "title", "status", "detail", "code", "errors", "request_id"];

impl Problem {
    /// The document in a language; `base` stands before `/problems/…`.
    #[must_use]
    pub fn document(&self, language: Language, request_id: &str, base: &str) -> ProblemDocument {
        let error = &self.0;
        let fault = |field: &motcua_kernel::FieldError| FieldFault {
            pointer: field.pointer.clone(),
            code: field.code.clone(),
            message: field.message.in_language(language).to_owned(),
        };
        let members = error.members.iter().filter(|(name, _)| !STANDARD.contains(&name.as_str()));
        ProblemDocument {
            r#type: format!("{base}/problems/{}", error.code.replace('.', "-")),
            title: status::title(error.kind).in_language(language).to_owned(),
            status: self.status_code().as_u16(),
            detail: error.detail.in_language(language).to_owned(),
            code: error.code.clone(),
            errors: error.fields.iter().map(fault).collect(),
            request_id: request_id.to_owned(),
            members: members.map(|(name, value)| (name.clone(), value.clone())).collect(),
        }
    }

    /// The headers this error asks for beside the document.
    pub(crate) fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let member = |name: &str| self.0.members.get(name);
        let number = |name: &str| member(name).and_then(Value::as_i64);
        let header = match self.0.kind {
            Kind::Unauthenticated => auth::challenge(&self.0).map(|text| (header::WWW_AUTHENTICATE, text)),
            Kind::Forbidden => member("scope").and_then(Value::as_str).map(|scope| {
                let challenge = format!("Bearer realm=\"motcua\", error=\"insufficient_scope\", scope=\"{scope}\"");
                (header::WWW_AUTHENTICATE, challenge)
            }),
            Kind::MethodNotAllowed => member("allowed_methods").and_then(Value::as_array).map(|methods| {
                let methods: Vec<&str> = methods.iter().filter_map(Value::as_str).collect();
                (header::ALLOW, methods.join(", "))
            }),
            Kind::Stale => number("version").map(|version| (header::ETAG, entity_tag::of_version(version))),
            Kind::RangeNotSatisfiable => number("size").map(|size| (header::CONTENT_RANGE, format!("bytes */{size}"))),
            Kind::Unavailable => Some((header::RETRY_AFTER, number("retry_after").unwrap_or(5).to_string())),
            Kind::TooMany => Some((header::RETRY_AFTER, number("retry_after").unwrap_or(1).to_string())),
            _ => None,
        };
        let replayed = (header::HeaderName::from_static("idempotency-replayed"), "true".to_owned());
        header
            .into_iter()
            .chain(self.0.replayed.then_some(replayed))
            .filter_map(|(name, text)| Some((name, HeaderValue::from_str(&text).ok()?)))
            .collect()
    }
}
