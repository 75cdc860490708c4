//! The API of drafts.

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::ops;
use super::view::{
    CreateProcedure, CreateProcedureDraft, CreateProcedureDraftTransition, ProcedureDraft, ProcedureDraftCheck,
    UpdateProcedureDraft,
};
use crate::catalogue::Catalogue;

/// Registers the handlers.
pub(in crate::catalogue) fn routes(config: &mut ServiceConfig) {
    config
        .service(create_procedure)
        .service(create_procedure_draft)
        .service(list_procedure_drafts)
        .service(get_procedure_draft)
        .service(update_procedure_draft)
        .service(check_procedure_draft)
        .service(create_procedure_draft_transition);
}

/// Begin a procedure of the province
///
/// As a draft, which only those who keep the catalogue see; its first publication makes the procedure. The content may be
/// incomplete: `GET /v1/procedure-drafts/{id}/faults` says what it lacks.
#[utoipa::path(
    operation_id = "create_procedure",
    tag = "catalogue",
    request_body(
        content = CreateProcedure,
        example = json!({
            "code": "1.012753.H50",
            "content": {
                "name": "Hỗ trợ học phí cho trẻ mầm non",
                "field": {"code": "H50-GD01", "name": "Giáo dục"},
                "levels": ["commune"],
                "audience": ["citizen"],
                "legal_bases": [{"number": "12/2026/NQ-HĐND", "title": "Nghị quyết về hỗ trợ học phí", "effective_on": "2026-12-01"}],
                "channels": [{"channel": "online", "term": {"count": 5, "unit": "working_day"}, "fees": []}],
                "components": [{"code": "TP01", "name": "Đơn đề nghị", "originals": 1, "copies": 0, "required": true}],
                "results": [{"code": "KQ01", "name": "Quyết định hỗ trợ"}],
                "competent": "receiving",
                "issuing": "receiving",
                "issuing_document": {"type": "QĐ"},
                "service_level": "full"
            }
        })
    ),
    responses(
        (status = 201, description = "The draft.", body = ProcedureDraft),
        (status = 409, description = "`procedure.code_taken`, or `draft.exists`.")
    ),
    security(("bearer" = ["procedures:catalogue:write"]))
)]
#[post("/procedures")]
async fn create_procedure(room: Data<Catalogue>, request: Write<CreateProcedure>) -> WebResult {
    let Write { actor, idempotency, body, .. } = request;
    Reply::answer(ops::begin(&room, actor, idempotency, body).await?)
}

/// Begin a new version of a procedure
///
/// As a draft with what the newest version says, in force or planned, or what is given.
#[utoipa::path(
    operation_id = "create_procedure_draft",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The procedure.")),
    request_body(content = CreateProcedureDraft, example = json!({})),
    responses(
        (status = 201, description = "The draft.", body = ProcedureDraft),
        (status = 409, description = "`draft.exists` with its id, or `procedure.abolished`.")
    ),
    security(("bearer" = ["procedures:catalogue:write"]))
)]
#[post("/procedures/{id}/drafts")]
async fn create_procedure_draft(
    room: Data<Catalogue>,
    id: Path<Uuid>,
    request: Write<CreateProcedureDraft>,
) -> WebResult {
    let Write { actor, idempotency, body, .. } = request;
    Reply::answer(ops::revise(&room, actor, idempotency, *id, body).await?)
}

/// Which drafts.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProcedureDraftsQuery {
    /// `open`, `published` or `discarded`.
    #[param(example = "open")]
    pub state: Option<String>,
}

/// List drafts
///
/// The newest first.
#[utoipa::path(
    operation_id = "list_procedure_drafts",
    tag = "catalogue",
    params(ProcedureDraftsQuery, PageQuery),
    responses((status = 200, description = "A page of drafts.", body = Page<ProcedureDraft>)),
    security(("bearer" = ["procedures:catalogue:write"]))
)]
#[get("/procedure-drafts")]
async fn list_procedure_drafts(room: Data<Catalogue>, request: List<ProcedureDraftsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(state) = query.state.as_deref()
        && !["open", "published", "discarded"].contains(&state)
    {
        return Err(Filter::refuse("state", state).into());
    }
    Reply::page(&ops::list(&room, &actor, query.state, page).await?)
}

/// Read a draft
#[utoipa::path(
    operation_id = "get_procedure_draft",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The draft.")),
    responses((status = 200, description = "The draft.", body = ProcedureDraft)),
    security(("bearer" = ["procedures:catalogue:write"]))
)]
#[get("/procedure-drafts/{id}")]
async fn get_procedure_draft(room: Data<Catalogue>, id: Path<Uuid>, request: Read) -> WebResult {
    let draft = ops::get(&room, &request.actor, *id).await?;
    Reply::object(&draft, draft.version, false)
}

/// Write a draft
///
/// All of its content. Needs `If-Match`. `source` stays as it was begun with, whatever is sent.
#[utoipa::path(
    operation_id = "update_procedure_draft",
    tag = "catalogue",
    params(
        ("id" = Uuid, Path, description = "The draft."),
        ("If-Match" = String, Header, description = "Entity tag of the draft as the caller has read it.")
    ),
    request_body = UpdateProcedureDraft,
    responses(
        (status = 200, description = "The draft.", body = ProcedureDraft),
        (status = 409, description = "`draft.state`: it is published or discarded.")
    ),
    security(("bearer" = ["procedures:catalogue:write"]))
)]
#[put("/procedure-drafts/{id}")]
async fn update_procedure_draft(
    room: Data<Catalogue>,
    id: Path<Uuid>,
    request: Write<UpdateProcedureDraft>,
) -> WebResult {
    let expected = request.require_match()?;
    let Write { actor, idempotency, body, .. } = request;
    Reply::answer(ops::update(&room, actor, idempotency, *id, expected, body).await?)
}

/// Check a draft
///
/// Everything that keeps it from being published, at once, with pointers into the draft.
#[utoipa::path(
    operation_id = "check_procedure_draft",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The draft.")),
    responses((status = 200, description = "Its faults.", body = ProcedureDraftCheck)),
    security(("bearer" = ["procedures:catalogue:write"]))
)]
#[get("/procedure-drafts/{id}/faults")]
async fn check_procedure_draft(room: Data<Catalogue>, id: Path<Uuid>, request: Read) -> WebResult {
    Reply::object(&ops::check(&room, &request.actor, *id).await?, None, false)
}

/// Publish or discard a draft
///
/// Needs `If-Match`. A version that is published for a later day waits for it, and the one before goes on until then.
#[utoipa::path(
    operation_id = "create_procedure_draft_transition",
    tag = "catalogue",
    params(
        ("id" = Uuid, Path, description = "The draft."),
        ("If-Match" = String, Header, description = "Entity tag of the draft as the caller has read it.")
    ),
    request_body(
        content = CreateProcedureDraftTransition,
        example = json!({
            "action": "publish", "effective_from": "2026-12-01",
            "decision": {"number": "2100/QĐ-UBND", "date": "2026-11-16"}
        })
    ),
    responses(
        (status = 200, description = "The draft, with the version it became.", body = ProcedureDraft),
        (status = 409, description = "`draft.state`, `draft.outdated` with the newest version, `version.overlaps` with \
                                      the day of the last one, or `procedure.abolished`."),
        (status = 422, description = "`draft.faulty` with every fault of the draft, as its check tells them; or \
                                      `validation` with the faults of the request.")
    ),
    security(("bearer" = ["procedures:catalogue:write"]))
)]
#[post("/procedure-drafts/{id}/transitions")]
async fn create_procedure_draft_transition(
    room: Data<Catalogue>,
    id: Path<Uuid>,
    request: Write<CreateProcedureDraftTransition>,
) -> WebResult {
    let expected = request.require_match()?;
    let Write { actor, idempotency, body, .. } = request;
    Reply::answer(ops::end(&room, actor, idempotency, *id, expected, body).await?)
}
