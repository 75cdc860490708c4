//! The API of consultations.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::{Consultation, Consultations, CreateCancellation, CreateConsultation, CreateOpinion, OpinionRequest};
use super::{answer, ask, cancel, inbox, read};
use crate::audit::personal_read;
use crate::dossiers::Dossiers;

/// Who asks and answers.
pub(super) const WRITE: &str = "procedures:dossiers:write";

/// The handlers of the room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(create_consultation)
        .service(list_dossier_consultations)
        .service(list_consultations)
        .service(get_consultation)
        .service(create_opinion)
        .service(create_consultation_cancellation);
}

/// What a list of requests for an opinion is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsultationsQuery {
    /// Where the agency's answer stands, one or `in:` several: `asked`, `answered`, `deemed_consent`, `released`.
    #[param(example = "asked")]
    pub state: Option<String>,
    /// The agency that answers, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
}

/// Ask agencies for their opinion
///
/// By a processor of the agency that decides, while the dossier is `processing`. Needs `If-Match` with the tag of the
/// dossier. Each agency that is asked then sees the dossier with its files. Where the clock of the procedure takes the
/// wait for opinions out, the dossier is `paused` until it is concluded; it goes on by itself. While one is open the
/// dossier can't be approved or turned down.
#[utoipa::path(
    operation_id = "create_consultation",
    tag = "consultations",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("If-Match" = String, Header, description = "Entity tag of the dossier as the caller has read it.")
    ),
    request_body = CreateConsultation,
    responses(
        (status = 201, description = "They are asked.", body = Consultation),
        (status = 409, description = "`dossier.state`, `dossier.consultation_open`, `consultation.nobody_left`.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/dossiers/{id}/consultations")]
pub(crate) async fn create_consultation(
    room: Data<Dossiers>,
    id: Path<Uuid>,
    request: Write<CreateConsultation>,
) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(ask::ask(&room, request.actor, request.idempotency, *id, expected, request.body).await?)
}

/// List the consultations of a dossier
///
/// The oldest first. Whoever may read the dossier may read this; applicants see who is asked, since when and until when,
/// and nothing of what was asked and answered. Words may name a person, so the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_dossier_consultations",
    tag = "consultations",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses((status = 200, description = "The consultations.", body = Consultations)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}/consultations")]
pub(crate) async fn list_dossier_consultations(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let items = read::of_dossier(&room, request.actor.clone(), *id).await?;
    personal_read(&room.db, &request.actor, "list_dossier_consultations", vec![*id]).await?;
    Reply::object(&Consultations { items }, None, true)
}

/// List what the caller's agencies are asked
///
/// What was asked of every agency within the caller's reach, what is due soonest first, without personal data.
#[utoipa::path(
    operation_id = "list_consultations",
    tag = "consultations",
    params(ConsultationsQuery, PageQuery),
    responses((status = 200, description = "A page of requests.", body = Page<OpinionRequest>)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/consultations")]
pub(crate) async fn list_consultations(room: Data<Dossiers>, request: List<ConsultationsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let asked = inbox::Asked::read(query.state.as_deref(), query.agency.as_deref())?;
    Reply::page(&inbox::list(&room, actor, asked, page).await?)
}

/// Read a consultation
#[utoipa::path(
    operation_id = "get_consultation",
    tag = "consultations",
    params(("id" = Uuid, Path, description = "The consultation.")),
    responses((status = 200, description = "The consultation.", body = Consultation)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/consultations/{id}")]
pub(crate) async fn get_consultation(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = read::get(&room, request.actor.clone(), *id).await?;
    personal_read(&room.db, &request.actor, "get_consultation", vec![view.dossier_id]).await?;
    Reply::object(&view, Some(view.version), true)
}

/// Give an opinion
///
/// By an approver or processor of an agency that is asked, once for each agency. After the due instant it says why it is
/// late; where silence is consent it can't be given any more. Agencies that have merged since they were asked answer
/// with one opinion.
#[utoipa::path(
    operation_id = "create_opinion",
    tag = "consultations",
    params(("id" = Uuid, Path, description = "The consultation.")),
    request_body = CreateOpinion,
    responses(
        (status = 201, description = "The consultation as it stands now.", body = Consultation),
        (status = 409, description = "`consultation.answered`, `consultation.consent_deemed`, `consultation.ended` \
                                      with its state.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/consultations/{id}/opinions")]
pub(crate) async fn create_opinion(room: Data<Dossiers>, id: Path<Uuid>, request: Write<CreateOpinion>) -> WebResult {
    Reply::answer(answer::answer(&room, request.actor, request.idempotency, *id, request.body).await?)
}

/// Take a consultation back
///
/// By a processor of the agency that asked, with a reason. A dossier that waited for it goes on.
#[utoipa::path(
    operation_id = "create_consultation_cancellation",
    tag = "consultations",
    params(("id" = Uuid, Path, description = "The consultation.")),
    request_body = CreateCancellation,
    responses(
        (status = 201, description = "The consultation as it stands now.", body = Consultation),
        (status = 409, description = "`consultation.ended` with its state.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/consultations/{id}/cancellations")]
pub(crate) async fn create_consultation_cancellation(
    room: Data<Dossiers>,
    id: Path<Uuid>,
    request: Write<CreateCancellation>,
) -> WebResult {
    Reply::answer(cancel::cancel(&room, request.actor, request.idempotency, *id, request.body).await?)
}
