//! The extractor of handlers that change something.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use bytes::BytesMut;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use motcua_kernel::{Actor, Idempotency, Result};
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::body::BodyGuard;
use crate::limits::{BodyLimit, Limits};
use crate::problem::Problem;
use crate::read::{NoQuery, actor};
use crate::{body, entity_tag, fingerprint, query, refusal};

/// What a writing handler gets: who asks, the body and the query read strictly, and the preconditions.
#[derive(Debug)]
pub struct Write<B, Q = NoQuery> {
    /// Who asks.
    pub actor: Arc<Actor>,
    /// The body. Its schema is what explains the faults of one that can't be read.
    pub body: B,
    /// The query.
    pub query: Q,
    /// The identity of the request, when it has an `Idempotency-Key`.
    pub idempotency: Option<Idempotency>,
    /// The version that `If-Match` names; [`entity_tag::NO_VERSION`] when the tag can't be ours.
    pub if_match: Option<i64>,
}

impl<B, Q> Write<B, Q> {
    /// The version that the caller has read.
    ///
    /// # Errors
    /// `precondition.required` without `If-Match`.
    pub fn require_match(&self) -> Result<i64> {
        self.if_match.ok_or_else(refusal::precondition_required)
    }
}

impl<B: DeserializeOwned + ToSchema + 'static, Q: DeserializeOwned + 'static> FromRequest for Write<B, Q> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { read(request, payload).await.map_err(Problem) })
    }
}

async fn read<B, Q>(request: HttpRequest, payload: Payload) -> Result<Write<B, Q>>
where
    B: DeserializeOwned + ToSchema,
    Q: DeserializeOwned,
{
    // What needs no body is judged first, so that a wrong request is not even read.
    let actor = actor(&request)?;
    let query = query::read(request.query_string())?;
    if request.headers().get_all(header::IF_MATCH).nth(1).is_some() {
        return Err(refusal::repeated_header("If-Match"));
    }
    let if_match = entity_tag::version_to_match(request.headers().get(header::IF_MATCH))?;
    let key = fingerprint::key(&request)?;
    let bytes = collect(&request, payload).await?;
    let parsed = body::parse(&bytes)?;
    if let Some(guard) = request.app_data::<BodyGuard>() {
        (guard.0)(&actor, parsed.as_sent())?;
    }
    let value = parsed.sound()?;
    let body = body::typed(&value)?;
    let idempotency = match key {
        // The value and not the bytes: white space does not make another request.
        Some(key) => {
            let asked = serde_json::to_vec(&value).map_err(motcua_kernel::Error::internal)?;
            Some(fingerprint::identity(&request, &actor, key, &asked))
        }
        None => None,
    };
    Ok(Write { actor, body, query, idempotency, if_match })
}

pub(crate) async fn collect(request: &HttpRequest, payload: Payload) -> Result<BytesMut> {
    let limits = request.app_data::<Limits>().cloned().unwrap_or_default();
    let most = request.app_data::<BodyLimit>().map_or(limits.body, |limit| limit.0);
    let too_large = || refusal::too_large("body.too_large", most as u64);
    if declared_length(request.headers()).is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let bytes = within(limits.body_time, gather(payload, most)).await??.ok_or_else(too_large)?;
    if !bytes.is_empty() && !is_json(request) {
        return Err(refusal::unsupported_media("application/json"));
    }
    Ok(bytes)
}

/// The whole body, or none when it is larger than `most`.
async fn gather(mut payload: Payload, most: usize) -> Result<Option<BytesMut>> {
    let mut bytes = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(refusal::cut_off)?;
        if bytes.len() + piece.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Some(bytes))
}

/// The result of a future that must end in time.
pub(crate) async fn within<F: Future>(time: Duration, future: F) -> Result<F::Output> {
    tokio::time::timeout(time, future).await.map_err(|_elapsed| refusal::too_slow())
}

/// The length of the body as the client declares it.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Whether the body is sent as it is, not compressed: nobody here unpacks, so that a small body can't become a large one.
pub(crate) fn is_plain(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity")
}

fn is_json(request: &HttpRequest) -> bool {
    let Ok(Some(mime)) = request.mime_type() else {
        return false;
    };
    let utf8 = mime.get_param("charset").is_none_or(|charset| charset.as_str().eq_ignore_ascii_case("utf-8"));
    mime.essence_str() == "application/json" && utf8 && is_plain(request.headers())
}

/// The body of operations that need none: nothing, or `{}`, which some clients can't help sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
pub struct NoBody;

impl<'de> Deserialize<'de> for NoBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NoBodyVisitor)
    }
}

struct NoBodyVisitor;

impl<'de> Visitor<'de> for NoBodyVisitor {
    type Value = NoBody;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_unit<E>(self) -> Result<NoBody, E> {
        Ok(NoBody)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<NoBody, A::Error> {
        // Ignored here, so that every field is reported as unknown.
        while entries.next_key::<String>()?.is_some() {
            entries.next_value::<IgnoredAny>()?;
        }
        Ok(NoBody)
    }
}
