//! What makes two requests the same: their `Idempotency-Key`, and a fingerprint of everything they ask.

use actix_web::HttpRequest;
use actix_web::http::header;
use motcua_kernel::{Actor, Idempotency, Result};
use sha2::{Digest, Sha256};

use crate::{query, refusal};

const HEADER: &str = "Idempotency-Key";
const MOST_CHARACTERS: usize = 255;

/// The key of a request.
///
/// # Errors
/// `idempotency_key.invalid` when it is empty, too long, or not visible ASCII.
pub(crate) fn key(request: &HttpRequest) -> Result<Option<String>> {
    let mut headers = request.headers().get_all(HEADER);
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(refusal::repeated_header(HEADER));
    }
    let bytes = header.as_bytes();
    let visible = bytes.iter().all(u8::is_ascii_graphic);
    match header.to_str() {
        Ok(text) if visible && (1..=MOST_CHARACTERS).contains(&bytes.len()) => Ok(Some(text.to_owned())),
        _ => Err(refusal::bad_header(
            HEADER,
            "idempotency_key.invalid",
            "Idempotency-Key phải có 1 đến 255 ký tự ASCII nhìn thấy được.",
            "Idempotency-Key must be 1 to 255 visible ASCII characters.",
        )),
    }
}

/// The identity of a request with its key; `body` is the body in a form in which equal requests have equal bytes.
pub(crate) fn identity(request: &HttpRequest, actor: &Actor, key: String, body: &[u8]) -> Idempotency {
    let route = request.match_pattern().unwrap_or_else(|| request.path().to_owned());
    Idempotency {
        issuer: actor.issuer.clone(),
        client: actor.client.clone(),
        subject: actor.subject.clone(),
        operation: format!("{} {route}", request.method()),
        key,
        fingerprint: fingerprint(request, body),
    }
}

fn fingerprint(request: &HttpRequest, body: &[u8]) -> String {
    let query = query::sorted(request.query_string());
    let if_match = request.headers().get(header::IF_MATCH).map_or(&b""[..], |value| value.as_bytes());
    let parts = [request.method().as_str().as_bytes(), request.path().as_bytes(), query.as_bytes(), if_match, body];
    let mut digest = Sha256::new();
    for part in parts {
        // The length in front keeps two parts from being cut elsewhere and giving the same bytes.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex::encode(digest.finalize())
}
