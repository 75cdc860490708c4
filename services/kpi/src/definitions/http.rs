//! Definitions over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::access::READ;
use super::view::{
    IndicatorSetCheck, IndicatorSetDefinition, IndicatorSetText, SetView, VersionBrief, VocabularySubject,
};
use super::vocabulary::SUBJECTS;
use super::{Definitions, ops, table};
use crate::exports::{TableQuery, serve};

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_indicator_sets)
        .service(check_indicator_set)
        .service(get_indicator_set)
        .service(list_indicator_set_versions)
        .service(create_indicator_set_version)
        .service(get_indicator_set_version)
        .service(get_indicator_set_text)
        .service(get_indicator_vocabulary);
}

/// A version of a set, as text.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "code: demo\nversion: \"1\"\n"}))]
pub struct CreateIndicatorSetVersion {
    /// YAML in UTF-8, at most 1 MB.
    #[schema(max_length = 1_000_000)]
    pub text: String,
}

/// Everything that formulas may name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IndicatorVocabulary {
    /// By kind of record.
    pub subjects: Vec<VocabularySubject>,
}

/// List sets of indicators
///
/// In the order of their codes, each with the version that governs today.
#[utoipa::path(
    operation_id = "list_indicator_sets",
    tag = "indicator sets",
    params(TableQuery, PageQuery),
    responses((
        status = 200,
        description = "A page of sets.",
        content(
            (Page<SetView> = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )
    )),
    security(("bearer" = ["kpi:definitions:read"]))
)]
#[get("/indicator-sets")]
pub(crate) async fn list_indicator_sets(room: Data<Definitions>, request: List<TableQuery>) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = query.file() {
        return ops::exported(&room, actor, (page, file)).await?.reply().await;
    }
    Reply::page(&ops::list(&room, actor, page).await?)
}

/// One set of indicators
#[utoipa::path(
    operation_id = "get_indicator_set",
    tag = "indicator sets",
    params(("id" = Uuid, Path, description = "The set.")),
    responses((status = 200, description = "The set.", body = SetView)),
    security(("bearer" = ["kpi:definitions:read"]))
)]
#[get("/indicator-sets/{id}")]
pub(crate) async fn get_indicator_set(room: Data<Definitions>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let set = ops::get(&room, request.actor, *id).await?;
    Reply::object(&set, None, false)
}

/// List the versions of a set
///
/// The latest first.
#[utoipa::path(
    operation_id = "list_indicator_set_versions",
    tag = "indicator sets",
    params(("id" = Uuid, Path, description = "The set."), TableQuery, PageQuery),
    responses((
        status = 200,
        description = "A page of versions.",
        content(
            (Page<VersionBrief> = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )
    )),
    security(("bearer" = ["kpi:definitions:read"]))
)]
#[get("/indicator-sets/{id}/versions")]
pub(crate) async fn list_indicator_set_versions(
    room: Data<Definitions>,
    id: Path<Uuid>,
    request: List<TableQuery>,
) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = query.file() {
        return ops::exported_versions(&room, actor, *id, (page, file)).await?.reply().await;
    }
    Reply::page(&ops::list_versions(&room, actor, *id, page).await?)
}

/// One version of a set, with everything it says
///
/// Groups, indicators with their formulas in words, measures, elements and classes; as a file the indicators.
#[utoipa::path(
    operation_id = "get_indicator_set_version",
    tag = "indicator sets",
    params(("id" = Uuid, Path, description = "The version."), TableQuery),
    responses((
        status = 200,
        description = "The version.",
        content(
            (IndicatorSetDefinition = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )
    )),
    security(("bearer" = ["kpi:definitions:read"]))
)]
#[get("/indicator-set-versions/{id}")]
pub(crate) async fn get_indicator_set_version(
    room: Data<Definitions>,
    id: Path<Uuid>,
    request: Read<TableQuery>,
) -> WebResult {
    let version = ops::get_version(&room, request.actor, *id).await?;
    if let Some(file) = request.query.file() {
        let (head, rows) = table::indicators(&version, file.language);
        return serve(&head, file, rows).await;
    }
    Reply::object(&version, 1, false)
}

/// The text of a version
///
/// As it was recorded: lines ended as on Unix, without a byte order mark. Its digest is of these bytes.
#[utoipa::path(
    operation_id = "get_indicator_set_text",
    tag = "indicator sets",
    params(("id" = Uuid, Path, description = "The version.")),
    responses((status = 200, description = "The text.", body = IndicatorSetText)),
    security(("bearer" = ["kpi:definitions:read"]))
)]
#[get("/indicator-set-versions/{id}/text")]
pub(crate) async fn get_indicator_set_text(
    room: Data<Definitions>,
    id: Path<Uuid>,
    request: Read<NoQuery>,
) -> WebResult {
    let text = ops::text(&room, request.actor, *id).await?;
    Reply::object(&text, 1, false)
}

/// Check a version of a set
///
/// Tells every fault with line and column, and whether the version could stand beside those there are; records nothing.
#[utoipa::path(
    operation_id = "check_indicator_set",
    tag = "indicator sets",
    request_body = CreateIndicatorSetVersion,
    responses((status = 200, description = "What was found.", body = IndicatorSetCheck)),
    security(("bearer" = ["kpi:definitions:read"]))
)]
#[post("/indicator-sets:check")]
pub(crate) async fn check_indicator_set(
    room: Data<Definitions>,
    request: Write<CreateIndicatorSetVersion>,
) -> WebResult {
    let found = ops::check(&room, request.actor, request.body.text).await?;
    Reply::object(&found, None, false)
}

/// Record a version of a set
///
/// By an administrator of the province. The set is the one of the code in the text, made when there is none. The same text
/// again answers 200 and changes nothing. A version never changes, and none takes a day that has passed from another.
#[utoipa::path(
    operation_id = "create_indicator_set_version",
    tag = "indicator sets",
    request_body = CreateIndicatorSetVersion,
    responses(
        (status = 201, description = "The version.", body = IndicatorSetDefinition),
        (status = 200, description = "It was recorded before, as it is.", body = IndicatorSetDefinition),
        (
            status = 409,
            description = "`indicator_set.differs`: there is another text under this version; `indicator_set.overlaps` or \
                           `indicator_set.changes_the_past`: it would take days from another version."
        ),
        (status = 422, description = "`indicator_set.faults`: every fault, with line and column in `faults`.")
    ),
    security(("bearer" = ["kpi:definitions:write"]))
)]
#[post("/indicator-set-versions")]
pub(crate) async fn create_indicator_set_version(
    room: Data<Definitions>,
    request: Write<CreateIndicatorSetVersion>,
) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, request.body.text).await?)
}

/// What formulas may say
///
/// Every field of every kind of record, with its type and meaning.
#[utoipa::path(
    operation_id = "get_indicator_vocabulary",
    tag = "indicator sets",
    responses((status = 200, description = "The vocabulary.", body = IndicatorVocabulary)),
    security(("bearer" = ["kpi:definitions:read"]))
)]
#[get("/indicator-vocabulary")]
pub(crate) async fn get_indicator_vocabulary(request: Read<NoQuery>) -> WebResult {
    request.actor.require_scope(READ)?;
    let vocabulary = IndicatorVocabulary { subjects: SUBJECTS.iter().map(VocabularySubject::from).collect() };
    Reply::object(&vocabulary, None, false)
}
