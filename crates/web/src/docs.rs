//! The documentation of the API on the service itself: the OpenAPI document, and pages to read and try it, offline.

use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::entity_tag;

/// Everything comes from the service itself. Swagger UI sets styles inline.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
                      frame-ancestors 'none'";

/// The OpenAPI document as it is served.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    text: Bytes,
    tag: String,
}

impl Document {
    pub(crate) fn new(text: String) -> Self {
        let tag = entity_tag::of(text.as_bytes(), None);
        Self { text: Bytes::from(text), tag }
    }
}

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    let ui = Config::new(["/openapi.json"])
        // Otherwise the pages ask a server on the internet for a badge.
        .validator_url("none")
        .try_it_out_enabled(true)
        .display_request_duration(true);
    let pages = web::scope("/docs")
        .wrap(DefaultHeaders::new().add((header::CONTENT_SECURITY_POLICY, POLICY)))
        .service(SwaggerUi::new("/{file:.*}").config(ui));
    config.service(openapi_json).service(docs).service(pages);
}

#[get("/openapi.json")]
async fn openapi_json(request: HttpRequest, document: web::Data<Document>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::ETAG, document.tag.as_str()))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-cache")));
    if entity_tag::already_has(request.headers().get(header::IF_NONE_MATCH), &document.tag) {
        return response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
    }
    response.content_type("application/json").body(document.text.clone())
}

#[get("/docs")]
async fn docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}
