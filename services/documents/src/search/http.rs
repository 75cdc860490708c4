//! The API of search.

use actix_web::post;
use actix_web::web::Data;
use chrono::NaiveDate;
use motcua_kernel::Page;
use motcua_kernel::time::deserialize_optional_day;
use motcua_web::{Reply, TraceContext, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{SearchHit, Searches, ops};

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(search_documents);
}

/// What is searched. In the body and not in the address, because a subject may name a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchDocuments {
    /// Words, all of which must be there, at most 200 characters; phrases between quotation marks. Diacritics and case make
    /// no difference, nor do Ð and Đ. Everything when left out.
    #[schema(max_length = 200, example = "\"cấp giấy phép\" xây dựng")]
    pub q: Option<String>,
    /// `outgoing`, `incoming`, `draft`; all when left out.
    #[schema(example = json!(["outgoing"]))]
    pub kinds: Option<Vec<String>>,
    /// Codes of document types.
    #[schema(example = json!(["QĐ", "TB"]))]
    pub types: Option<Vec<String>>,
    /// The agency responsible now, by code or id; `under:` it and all below.
    #[schema(example = "under:H50")]
    pub agency: Option<String>,
    /// Dated on this day or later.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    #[schema(example = "2026-01-01")]
    pub from: Option<NaiveDate>,
    /// Dated on this day or earlier.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub to: Option<NaiveDate>,
    /// How many hits, 1 to 200; 50 when left out.
    #[schema(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// Search documents
///
/// In all fields of outgoing and incoming documents and drafts, and in the text of their files; the newest first, those the
/// caller may see. `next` says that there are more of these, and nothing of what the caller may not see. The reading is kept
/// in the read audit.
#[utoipa::path(
    operation_id = "search_documents",
    tag = "search",
    request_body = SearchDocuments,
    responses(
        (status = 200, description = "A page of hits.", body = Page<SearchHit>),
        (status = 422, description = "`search.no_words`, `search.too_long`.")
    ),
    security(("bearer" = ["documents:documents:read"]))
)]
#[post("/documents/search")]
pub(crate) async fn search_documents(room: Data<Searches>, request: Write<SearchDocuments>) -> WebResult {
    let request_id = TraceContext::current().unwrap_or_default().request_id;
    Reply::object(&ops::search(&room, request.actor, request.body, request_id).await?, None, true)
}
