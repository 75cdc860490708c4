//! The API of published periods.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::{Comparison, CreatePublishedPeriod, PublishedDocument, PublishedPeriod, PublishingKey, Restatement};
use super::{Publishing, comparison, ops, read};
use crate::exports::{TableFormat, file};
use crate::pages::http::PageLanguage;

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_published_periods)
        .service(create_published_period)
        .service(get_published_period)
        .service(get_published_document)
        .service(list_restatements)
        .service(compare_published_period)
        .service(get_publishing_key);
}

/// Which published periods.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublishedPeriodsQuery {
    /// Of a set of indicators, by code.
    #[param(example = "qd766")]
    pub set: Option<String>,
    /// Of a period.
    #[param(example = "2026-10")]
    pub period: Option<String>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// Which restatements.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RestatementsQuery {
    /// Of an agency by code or id; `under:` with everything below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// Whose points.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComparisonQuery {
    /// An agency by code or id, with everything below it.
    #[param(example = "H50")]
    pub agency: String,
}

/// List published periods
///
/// The newest first.
#[utoipa::path(
    operation_id = "list_published_periods",
    tag = "published-periods",
    params(PublishedPeriodsQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of published periods.",
            content(
                (Page<PublishedPeriod> = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            )
        ),
        (status = 422, description = "`export.too_long`: a file has at most 100,000 rows.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/published-periods")]
pub(crate) async fn list_published_periods(room: Data<Publishing>, request: List<PublishedPeriodsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = file(query.format, query.lang) {
        return read::exported(&room, actor, query, (page, file)).await?.reply().await;
    }
    Reply::page(&read::list(&room, actor, query, page).await?)
}

/// Publish a period
///
/// Freezes the figures, points and ranks of an agency and all below it in a signed document. For administrators of the
/// province. What is published never changes.
#[utoipa::path(
    operation_id = "create_published_period",
    tag = "published-periods",
    request_body = CreatePublishedPeriod,
    responses(
        (status = 201, description = "The published period.", body = PublishedPeriod),
        (status = 403, description = "`period.not_allowed`."),
        (status = 404, description = "There is no such set or agency."),
        (
            status = 409,
            description = "`period.not_over`, `period.not_scored`, `period.published`, `figures.behind`, \
                           `indicator_set.none_governs`."
        ),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:periods:publish"]))
)]
#[post("/published-periods")]
pub(crate) async fn create_published_period(
    room: Data<Publishing>,
    request: Write<CreatePublishedPeriod>,
) -> WebResult {
    Reply::answer(ops::publish(&room, request.actor, request.idempotency, request.body).await?)
}

/// Read a published period
#[utoipa::path(
    operation_id = "get_published_period",
    tag = "published-periods",
    params(("id" = Uuid, Path, description = "Id of the published period.")),
    responses((status = 200, description = "The published period.", body = PublishedPeriod)),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/published-periods/{id}")]
pub(crate) async fn get_published_period(room: Data<Publishing>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let (period, version) = read::get(&room, request.actor, id.into_inner()).await?;
    Reply::object(&period, version, false)
}

/// Fetch the document of a published period
///
/// Exactly the bytes that were signed: canonical JSON (RFC 8785). Check them offline with `motcua verify-document`, or with
/// `openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in document.json -sigfile sig`.
#[utoipa::path(
    operation_id = "get_published_document",
    tag = "published-periods",
    params(("id" = Uuid, Path, description = "Id of the published period.")),
    responses((
        status = 200,
        description = "The document.",
        body = PublishedDocument,
        headers(
            ("Document-Sha256" = String, description = "SHA-256 of the bytes, in hexadecimal."),
            ("Document-Signature" = String, description = "Ed25519 signature of the bytes, in base64."),
            ("Document-Key-Id" = String, description = "The key that signed them.")
        )
    )),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/published-periods/{id}/document")]
pub(crate) async fn get_published_document(
    room: Data<Publishing>,
    id: Path<Uuid>,
    request: Read<NoQuery>,
) -> WebResult {
    let (row, content) = read::document(&room, request.actor, id.into_inner()).await?;
    let name = format!("{}-{}-{}.json", row.set, row.period, row.written_code);
    Reply::file(&name, "application/json", content.into_bytes())?
        .header("Document-Sha256", row.sha256)?
        .header("Document-Signature", row.signature)?
        .header("Document-Key-Id", row.key_id)
}

/// List what changed of a published period
///
/// In the order in which it was noted: of which agency and measure, old and new figure, through which event, and why. What
/// people enter, procedures, and measures of what there is now are not noted; the comparison shows them.
#[utoipa::path(
    operation_id = "list_restatements",
    tag = "published-periods",
    params(("id" = Uuid, Path, description = "Id of the published period."), RestatementsQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of restatements.",
            content(
                (Page<Restatement> = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            )
        ),
        (status = 422, description = "`export.too_long`: a file has at most 100,000 rows.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/published-periods/{id}/restatements")]
pub(crate) async fn list_restatements(
    room: Data<Publishing>,
    id: Path<Uuid>,
    request: List<RestatementsQuery>,
) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = file(query.format, query.lang) {
        return read::exported_restatements(&room, actor, id.into_inner(), query, (page, file)).await?.reply().await;
    }
    Reply::page(&read::restatements(&room, actor, id.into_inner(), query, page).await?)
}

/// Compare a published period with today
///
/// The points of an agency as they were published, beside those that would be given today.
#[utoipa::path(
    operation_id = "compare_published_period",
    tag = "published-periods",
    params(("id" = Uuid, Path, description = "Id of the published period."), ComparisonQuery),
    responses((status = 200, description = "The comparison.", body = Comparison)),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/published-periods/{id}/comparison")]
pub(crate) async fn compare_published_period(
    room: Data<Publishing>,
    id: Path<Uuid>,
    request: Read<ComparisonQuery>,
) -> WebResult {
    let Read { actor, query } = request;
    Reply::object(&comparison::comparison(&room, actor, id.into_inner(), query.agency).await?, None, false)
}

/// Read the key that signs documents
///
/// Its public half. Fetch it once and keep it where the documents are not.
#[utoipa::path(
    operation_id = "get_publishing_key",
    tag = "published-periods",
    responses((status = 200, description = "The key.", body = PublishingKey)),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/publishing-key")]
pub(crate) async fn get_publishing_key(room: Data<Publishing>, request: Read<NoQuery>) -> WebResult {
    Reply::object(&read::key(&room, &request.actor)?, None, false)
}
