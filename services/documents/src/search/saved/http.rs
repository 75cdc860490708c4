//! The API of saved searches.

use actix_web::web::{Data, Path};
use actix_web::{delete, get, post, put};
use chrono::{DateTime, Utc};
use motcua_kernel::{Page, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoBody, PageQuery, Read, Reply, TraceContext, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{SavedSearches, ops};
use crate::search::http::SearchDocuments;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_saved_search)
        .service(list_saved_searches)
        .service(get_saved_search)
        .service(put_saved_search)
        .service(delete_saved_search);
}

/// A search to keep.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutSavedSearch {
    /// What its owner calls it, at most 200 characters; no two of theirs alike.
    #[schema(max_length = 200, example = "Giấy phép xây dựng chờ trả lời")]
    pub name: String,
    /// What is searched, as `POST /v1/documents/search` takes it, without `after`.
    pub search: SearchDocuments,
}

/// A search that is kept (câu hỏi tìm kiếm đã lưu).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SavedSearch {
    /// Its id.
    pub id: Uuid,
    /// What its owner calls it. Personal data.
    pub name: String,
    /// What is searched: to be sent to `POST /v1/documents/search` as it is. Personal data.
    pub search: SearchDocuments,
    /// When it was kept first.
    pub saved_at: DateTime<Utc>,
    /// Rises with every change.
    pub version: i64,
}

fn request_id() -> String {
    TraceContext::current().unwrap_or_default().request_id
}

/// Keep a search
///
/// To use it again. It is yours alone, and holds what is asked, not what was found. At most 100 are kept.
#[utoipa::path(
    operation_id = "create_saved_search",
    tag = "search",
    request_body(
        content = PutSavedSearch,
        example = json!({"name": "Giấy phép xây dựng", "search": {"q": "\"giấy phép\" xây dựng", "agency": "under:H50"}})
    ),
    responses(
        (status = 201, description = "The search.", body = SavedSearch),
        (status = 409, description = "`saved_search.too_many`, `saved_search.name_taken`.")
    ),
    security(("bearer" = ["documents:documents:read"]))
)]
#[post("/saved-searches")]
pub(crate) async fn create_saved_search(room: Data<SavedSearches>, request: Write<PutSavedSearch>) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, request.body).await?)
}

/// List your saved searches
///
/// The newest first.
#[utoipa::path(
    operation_id = "list_saved_searches",
    tag = "search",
    params(PageQuery),
    responses((status = 200, description = "A page of searches.", body = Page<SavedSearch>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/saved-searches")]
pub(crate) async fn list_saved_searches(room: Data<SavedSearches>, request: List) -> WebResult {
    Reply::page(&ops::list(&room, request.actor, request.page, request_id()).await?)
}

/// Read a saved search
#[utoipa::path(
    operation_id = "get_saved_search",
    tag = "search",
    params(("id" = Uuid, Path, description = "The search.")),
    responses((status = 200, description = "The search.", body = SavedSearch)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/saved-searches/{id}")]
pub(crate) async fn get_saved_search(room: Data<SavedSearches>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = ops::get(&room, request.actor, *id, request_id()).await?;
    Reply::object(&view, view.version, true)
}

/// Change a saved search
///
/// Whole.
#[utoipa::path(
    operation_id = "put_saved_search",
    tag = "search",
    params(("id" = Uuid, Path, description = "The search."), IfMatch),
    request_body(
        content = PutSavedSearch,
        example = json!({"name": "Giấy phép xây dựng", "search": {"q": "\"giấy phép xây dựng\"", "from": "2026-01-01"}})
    ),
    responses(
        (status = 200, description = "The search.", body = SavedSearch),
        (status = 409, description = "`saved_search.name_taken`.")
    ),
    security(("bearer" = ["documents:documents:read"]))
)]
#[put("/saved-searches/{id}")]
pub(crate) async fn put_saved_search(
    room: Data<SavedSearches>,
    id: Path<Uuid>,
    request: Write<PutSavedSearch>,
) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(ops::put(&room, request.actor, request.idempotency, (*id, expected), request.body).await?)
}

/// Take a saved search away
#[utoipa::path(
    operation_id = "delete_saved_search",
    tag = "search",
    params(("id" = Uuid, Path, description = "The search."), IfMatch),
    responses((status = 200, description = "The search as it was.", body = SavedSearch)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[delete("/saved-searches/{id}")]
pub(crate) async fn delete_saved_search(
    room: Data<SavedSearches>,
    id: Path<Uuid>,
    request: Write<NoBody>,
) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(ops::delete(&room, request.actor, request.idempotency, (*id, expected)).await?)
}
