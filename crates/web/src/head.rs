//! HEAD (RFC 9110, 9.3.2): what GET would answer, without the body, on every route that takes GET.
//!
//! Done once around the router: inside there is only GET, so that what a HEAD tells can never differ from what a GET
//! would, and a reading that the audit must know is known to it either way.

use std::convert::Infallible;

use actix_http::Request;
use actix_web::HttpResponse;
use actix_web::body::{BodySize, BodyStream, MessageBody};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use bytes::Bytes;
use futures_util::stream;

/// Makes a HEAD a GET for everything further in.
pub(crate) fn as_get(request: &mut Request) {
    if *request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
}

/// The response without its body, which is not even read; its length stays, where it is known.
pub(crate) fn without_body(mut response: HttpResponse) -> HttpResponse {
    let length = match response.body().size() {
        // A response that has no body (304) says nothing of its length.
        BodySize::None => return response,
        BodySize::Sized(length) => Some(length),
        BodySize::Stream => None,
    };
    if let Some(length) = length {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    // The server decides by the request it has read last, which may be a later one of the same connection, whether to
    // write a body. A stream of nothing, in no chunks, is right whatever it decides.
    response.head_mut().no_chunking(true);
    response.set_body(BodyStream::new(stream::empty::<Result<Bytes, Infallible>>())).map_into_boxed_body()
}
