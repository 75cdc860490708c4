//! What handlers answer: a representation with its entity tag, kept by the caller alone and asked for again each time.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, Responder};
use motcua_kernel::{Answer, Error, Outcome, Page, Result};
use serde::Serialize;

use crate::problem::Problem;
use crate::{disposition, entity_tag, query};

/// `Cache-Control` of every answer under `/v1`: a browser may keep it and must ask whether it still holds.
pub(crate) const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

const JSON: &str = "application/json";

/// Marks a response that carries personal data, so that the access log can be held against the read audit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Personal;

/// The answer of a handler.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    body: Vec<u8>,
    media_type: &'static str,
    version: Option<i64>,
    location: Option<String>,
    next: Option<String>,
    replayed: bool,
    personal: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    /// An object with the version that its entity tag begins with, and whether it carries personal data.
    ///
    /// # Errors
    /// When it can't be written as JSON, which is a defect.
    pub fn object(body: &impl Serialize, version: impl Into<Option<i64>>, personal: bool) -> Result<Self, Problem> {
        let body = serde_json::to_vec(body).map_err(Error::internal)?;
        Ok(Self { version: version.into(), personal, ..Self::empty(StatusCode::OK, body) })
    }

    /// A page of a list; the link to the next page is made from the request's own query.
    ///
    /// # Errors
    /// When it can't be written as JSON, which is a defect.
    pub fn page<T: Serialize>(page: &Page<T>) -> Result<Self, Problem> {
        Ok(Self { next: page.next.clone(), ..Self::object(page, None, false)? })
    }

    /// What a write ended in, made now or read back.
    ///
    /// # Errors
    /// When it can't be written as JSON, which is a defect.
    pub fn answer(answer: Answer) -> Result<Self, Problem> {
        let status = match answer.outcome {
            Outcome::Done => StatusCode::OK,
            Outcome::Created => StatusCode::CREATED,
            Outcome::Accepted => StatusCode::ACCEPTED,
        };
        let object = Self::object(&answer.body, answer.version, answer.personal)?;
        Ok(Self { status, location: answer.location, replayed: answer.replayed, ..object })
    }

    /// A page that a browser shows and prints: it may style itself and nothing else.
    ///
    /// # Errors
    /// Never in practice.
    pub fn html(page: String) -> Result<Self, Problem> {
        let reply = Self { media_type: "text/html; charset=utf-8", ..Self::empty(StatusCode::OK, page.into_bytes()) };
        reply.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    }

    /// A small file that was made for this request, to be kept under a name.
    ///
    /// # Errors
    /// When the name or the media type can't stand in a header, which is a defect.
    pub fn file(name: &str, media_type: &'static str, content: Vec<u8>) -> Result<Self, Problem> {
        let reply = Self { media_type, ..Self::empty(StatusCode::OK, content) };
        reply.header("content-disposition", disposition::attachment(name))
    }

    /// Marks the body as carrying personal data.
    #[must_use]
    pub fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    /// Adds a header.
    ///
    /// # Errors
    /// When the name or the value can't stand in a header, which is a defect.
    pub fn header(mut self, name: &str, value: impl fmt::Display) -> Result<Self, Problem> {
        let name = HeaderName::try_from(name).map_err(Error::internal)?;
        let value = HeaderValue::from_str(&value.to_string()).map_err(Error::internal)?;
        self.headers.push((name, value));
        Ok(self)
    }

    fn empty(status: StatusCode, body: Vec<u8>) -> Self {
        let (version, location, next) = (None, None, None);
        Self {
            status,
            body,
            media_type: JSON,
            version,
            location,
            next,
            replayed: false,
            personal: false,
            headers: Vec::new(),
        }
    }

    /// The tag of what is read or was written; what merely reports (a search by POST) has none.
    fn tag(&self, method: &Method) -> Option<String> {
        let tagged = self.status != StatusCode::ACCEPTED && (*method == Method::GET || self.version.is_some());
        tagged.then(|| entity_tag::of(&self.body, self.version))
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let tag = self.tag(request.method());
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, PRIVATE));
        if let Some(tag) = &tag {
            response.insert_header((header::ETAG, tag.as_str()));
        }
        if let Some(after) = &self.next {
            let query = query::with(request.query_string(), "after", after);
            response.insert_header((header::LINK, format!("<{}?{query}>; rel=\"next\"", request.path())));
        }
        if let Some(location) = &self.location {
            response.insert_header((header::LOCATION, location.as_str()));
        }
        if self.replayed {
            response.insert_header(("Idempotency-Replayed", "true"));
        }
        for header in self.headers {
            response.append_header(header);
        }
        if self.personal {
            response.extensions_mut().insert(Personal);
        }
        let reads = *request.method() == Method::GET;
        let known = request.headers().get(header::IF_NONE_MATCH);
        if reads && tag.is_some_and(|tag| entity_tag::already_has(known, &tag)) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        response.content_type(self.media_type).body(self.body)
    }
}
