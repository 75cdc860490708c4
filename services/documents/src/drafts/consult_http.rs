//! Gathering opinions on a draft, over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::Uuid;
use motcua_web::{NoQuery, Read, Reply, WebResult, Write};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::http::request_id;
use super::view::{CreateDraftAnswer, CreateDraftConsultation, DraftConsultation};
use super::{Drafts, answer, consult};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(create_draft_consultation).service(list_draft_consultations).service(create_draft_answer);
}

/// The opinions gathered on a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftConsultations {
    /// The first one first.
    pub items: Vec<DraftConsultation>,
}

/// Gather opinions on a draft
///
/// By its author or the head of its unit, until it is signed; at most 50 times. Who is asked sees the draft with its
/// versions and nothing else of it. Silence after the deadline is silence, never consent; late answers are kept and marked.
#[utoipa::path(
    operation_id = "create_draft_consultation",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft.")),
    request_body = CreateDraftConsultation,
    responses(
        (status = 201, description = "The consultation.", body = DraftConsultation),
        (status = 409, description = "`draft.state`, `draft.too_many_consultations`, or `agency.closed` naming the successor.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/drafts/{id}/consultations")]
pub(crate) async fn create_draft_consultation(
    room: Data<Drafts>,
    id: Path<Uuid>,
    request: Write<CreateDraftConsultation>,
) -> WebResult {
    let (actor, key) = (request.actor, request.idempotency);
    Reply::answer(consult::ask(&room, actor, key, *id, request.body, request_id()).await?)
}

/// Read the opinions on a draft
///
/// For its circle all of them; for who is asked what they are asked, with their own answer. The reading is kept in the read
/// audit.
#[utoipa::path(
    operation_id = "list_draft_consultations",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft.")),
    responses((status = 200, description = "The consultations.", body = DraftConsultations)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/drafts/{id}/consultations")]
pub(crate) async fn list_draft_consultations(room: Data<Drafts>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let items = consult::list(&room, request.actor, *id, request_id()).await?;
    Reply::object(&DraftConsultations { items }, None, true)
}

/// Answer a consultation
///
/// Once, by the officer who is asked, or by a leader, approver or processor of the agency that is asked. After the deadline
/// the answer is marked late.
#[utoipa::path(
    operation_id = "create_draft_answer",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The consultation.")),
    request_body = CreateDraftAnswer,
    responses(
        (status = 201, description = "The consultation.", body = DraftConsultation),
        (status = 409, description = "`draft.answered`, or `draft.state` for one that was given up.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/draft-consultations/{id}/answers")]
pub(crate) async fn create_draft_answer(
    room: Data<Drafts>,
    id: Path<Uuid>,
    request: Write<CreateDraftAnswer>,
) -> WebResult {
    let (actor, key) = (request.actor, request.idempotency);
    Reply::answer(answer::answer(&room, actor, key, *id, request.body, request_id()).await?)
}
