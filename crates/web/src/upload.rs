//! The extractor of handlers that take a file: the body as a stream, never held whole.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use bytes::Bytes;
use futures_util::stream::{LocalBoxStream, StreamExt, try_unfold};
use motcua_kernel::{Actor, Idempotency, Result};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::limits::Limits;
use crate::problem::Problem;
use crate::read::{NoQuery, actor};
use crate::{disposition, entity_tag, fingerprint, query, refusal, write};

/// A slower upload than this, over its whole length, is not worth a connection.
const LEAST_BYTES_PER_SECOND: u64 = 1024;

/// The pieces of a file as they arrive. It belongs to one worker, like the connection it reads from.
pub type Pieces = LocalBoxStream<'static, Result<Bytes>>;

/// What a handler gets that takes a file.
pub struct Upload<Q = NoQuery> {
    /// Who asks.
    pub actor: Arc<Actor>,
    /// The query.
    pub query: Q,
    /// The version that `If-Match` names.
    pub if_match: Option<i64>,
    /// What the client says the file is, `application/pdf`; not to be believed.
    pub content_type: Option<String>,
    /// What the client calls the file, without a path.
    pub file_name: Option<String>,
    /// How long the client says the file is.
    pub length: Option<u64>,
    key: Option<String>,
    pause: Duration,
    request: HttpRequest,
    payload: Payload,
}

impl<Q> std::fmt::Debug for Upload<Q> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload").field("length", &self.length).finish_non_exhaustive()
    }
}

impl<Q> Upload<Q> {
    /// The file, of at most `limit` bytes. Its pieces can be taken once.
    ///
    /// # Errors
    /// `file.too_large` at once when the client declares more. The stream ends with the same error when more comes than
    /// was declared, with `request.timeout` when it comes too slowly, and with `body.incomplete` when it breaks off.
    pub fn pieces(&mut self, limit: u64) -> Result<Pieces> {
        let too_large = move || refusal::too_large("file.too_large", limit);
        if self.length.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let (pause, began) = (self.pause, Instant::now());
        let arriving = try_unfold((Payload::take(&mut self.payload), 0_u64), move |(mut payload, seen)| async move {
            let at_least = began + pause + Duration::from_secs(seen / LEAST_BYTES_PER_SECOND);
            let until = at_least.min(Instant::now() + pause);
            let piece = tokio::time::timeout_at(until, payload.next()).await.map_err(|_elapsed| refusal::too_slow())?;
            let Some(piece) = piece else { return Ok(None) };
            let piece = piece.map_err(refusal::cut_off)?;
            let seen = seen + piece.len() as u64;
            if seen > limit {
                return Err(too_large());
            }
            Ok(Some((piece, (payload, seen))))
        });
        Ok(arriving.boxed_local())
    }

    /// The identity of the request when it has an `Idempotency-Key`, once the SHA-256 of the file is known.
    #[must_use]
    pub fn idempotency(&self, sha256: &str) -> Option<Idempotency> {
        let key = self.key.clone()?;
        let named = [sha256, self.content_type.as_deref().unwrap_or(""), self.file_name.as_deref().unwrap_or("")];
        Some(fingerprint::identity(&self.request, &self.actor, key, named.join("\n").as_bytes()))
    }

    /// The version that the caller has read.
    ///
    /// # Errors
    /// `precondition.required` without `If-Match`.
    pub fn require_match(&self) -> Result<i64> {
        self.if_match.ok_or_else(refusal::precondition_required)
    }
}

impl<Q: DeserializeOwned> FromRequest for Upload<Q> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(open(request, payload).map_err(Problem))
    }
}

fn open<Q: DeserializeOwned>(request: &HttpRequest, payload: &mut Payload) -> Result<Upload<Q>> {
    let headers = request.headers();
    let mime = request.mime_type().ok().flatten();
    let is_form = mime.as_ref().is_some_and(|mime| mime.type_() == "multipart");
    if is_form || !write::is_plain(headers) {
        return Err(refusal::unsupported_media("application/octet-stream, application/pdf, …"));
    }
    Ok(Upload {
        actor: actor(request)?,
        query: query::read(request.query_string())?,
        if_match: entity_tag::version_to_match(headers.get(header::IF_MATCH))?,
        content_type: mime.map(|mime| mime.essence_str().to_owned()),
        file_name: disposition::file_name(headers),
        length: write::declared_length(headers),
        key: fingerprint::key(request)?,
        pause: request.app_data::<Limits>().map_or(Limits::default().upload_pause, |limits| limits.upload_pause),
        request: request.clone(),
        payload: payload.take(),
    })
}
