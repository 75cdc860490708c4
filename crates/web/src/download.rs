//! The answer of handlers that give a file: streamed, in whole or one range of it, to be kept by nobody on the way.

use std::ops::Range;
use std::str::FromStr;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ByteRangeSpec, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::Stream;
use motcua_kernel::{Error, Kind, Result};

use crate::problem::{Problem, WebResult};
use crate::reply::Personal;
use crate::{disposition, entity_tag};

/// A file to be answered.
#[derive(Debug, Clone)]
pub struct Download {
    name: String,
    content_type: String,
    size: u64,
    tag: String,
    personal: bool,
}

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Nothing,
}

impl Download {
    /// A file by the name it is kept under, its type, its size, and its SHA-256, which is its entity tag.
    #[must_use]
    pub fn new(name: impl Into<String>, content_type: impl Into<String>, size: u64, sha256: &str) -> Self {
        let tag = format!("\"{sha256}\"");
        Self { name: name.into(), content_type: content_type.into(), size, tag, personal: false }
    }

    /// Marks the file as carrying personal data.
    #[must_use]
    pub fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    /// Answers a request; `open` opens the bytes of a range, and is not called when the client has the file already.
    ///
    /// # Errors
    /// `range.not_satisfiable` for a range outside the file, and what `open` says.
    pub async fn respond<O, F, S>(self, request: &HttpRequest, open: O) -> WebResult<HttpResponse>
    where
        O: FnOnce(Range<u64>) -> F,
        F: Future<Output = Result<S>>,
        S: Stream<Item = Result<Bytes>> + 'static,
    {
        let mut response = HttpResponse::Ok();
        response
            .insert_header((header::ETAG, self.tag.as_str()))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::ACCEPT_RANGES, "bytes"));
        if entity_tag::already_has(request.headers().get(header::IF_NONE_MATCH), &self.tag) {
            return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
        }
        let part = match self.wanted(request) {
            Wanted::Whole => 0..self.size,
            Wanted::Part(part) => {
                let shown = format!("bytes {}-{}/{}", part.start, part.end.saturating_sub(1), self.size);
                response.status(StatusCode::PARTIAL_CONTENT).insert_header((header::CONTENT_RANGE, shown));
                part
            }
            Wanted::Nothing => return Err(self.outside()),
        };
        if self.personal {
            response.extensions_mut().insert(Personal);
        }
        let unknown_type = HeaderValue::from_static("application/octet-stream");
        let length = part.end - part.start;
        let bytes = open(part).await?;
        Ok(response
            .insert_header((header::CONTENT_TYPE, HeaderValue::from_str(&self.content_type).unwrap_or(unknown_type)))
            .insert_header(disposition::attachment(&self.name))
            // Whatever the file is, a browser that shows it must not run it.
            .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
            .body(SizedStream::new(length, bytes)))
    }

    fn wanted(&self, request: &HttpRequest) -> Wanted {
        let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let Some(header::Range::Bytes(parts)) = text(header::RANGE).and_then(|r| header::Range::from_str(r).ok())
        else {
            return Wanted::Whole;
        };
        // A part of another file than the client has begun with would be worse than all of it.
        if text(header::IF_RANGE).is_some_and(|tag| tag != self.tag) {
            return Wanted::Whole;
        }
        let [part] = parts.as_slice() else { return Wanted::Whole };
        satisfiable(part, self.size)
    }

    fn outside(&self) -> Problem {
        Problem(
            Error::new(
                Kind::RangeNotSatisfiable,
                "range.not_satisfiable",
                format!("Tệp có {} byte; đoạn yêu cầu nằm ngoài tệp.", self.size),
                format!("The file has {} bytes; the range is outside it.", self.size),
            )
            .with("size", self.size),
        )
    }
}

fn satisfiable(part: &ByteRangeSpec, size: u64) -> Wanted {
    match part.to_satisfiable_range(size) {
        Some((first, last)) => Wanted::Part(first..last + 1),
        None => Wanted::Nothing,
    }
}
