//! The API of hand-overs.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::Uuid;
use motcua_web::{Read, Reply, WebResult, Write};
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::{CreateHandover, CreateHandoverReceipt, Handover, Handovers};
use super::{give, read, receive};
use crate::audit::personal_read;
use crate::dossiers::Dossiers;

/// The handlers of the room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list_handovers).service(create_handover).service(create_handover_receipt);
}

/// List the hand-overs of a dossier's papers
///
/// The oldest first, and who has which papers now. For whoever may read the dossier, and for officers of agencies that its
/// papers went to or came from. Names of papers and remarks may name a person, so the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_handovers",
    tag = "handovers",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses((status = 200, description = "The hand-overs.", body = Handovers)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}/handovers")]
pub(crate) async fn list_handovers(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = read::list(&room, request.actor.clone(), *id).await?;
    personal_read(&room.db, &request.actor, "list_handovers", vec![*id]).await?;
    Reply::object(&view, None, true)
}

/// Hand papers of a dossier over
///
/// By an officer of the agency that has them: the receiving desk and the agency that helped to submit have what came to
/// them at the counter or by post, who decides or issues the result has that once it is issued, everyone else has what they
/// received and keeps it through a transfer of competence. The time is now.
#[utoipa::path(
    operation_id = "create_handover",
    tag = "handovers",
    params(("id" = Uuid, Path, description = "The dossier.")),
    request_body(
        content = CreateHandover,
        example = json!({
            "from_agency": "H50.12", "to_agency": "H50.3",
            "papers": [{"component": "1.001193-TP01", "originals": 1}, {"name": "Ảnh 4×6", "copies": 2}]
        })
    ),
    responses(
        (status = 201, description = "Handed over.", body = Handover),
        (status = 409, description = "`handover.not_held` with `held_by` and `on_the_way`, `handover.fewer` with what \
                                      there is, `dossier.not_received`, or `agency.closed` naming the successor.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/dossiers/{id}/handovers")]
pub(crate) async fn create_handover(room: Data<Dossiers>, id: Path<Uuid>, request: Write<CreateHandover>) -> WebResult {
    Reply::answer(give::give(&room, request.actor, request.idempotency, *id, request.body).await?)
}

/// Record what arrived of a hand-over
///
/// By an officer of the receiving agency, once. What is missing stays with the giver, who gets a notice `paper_difference`.
#[utoipa::path(
    operation_id = "create_handover_receipt",
    tag = "handovers",
    params(("id" = Uuid, Path, description = "The hand-over.")),
    request_body(
        content = CreateHandoverReceipt,
        example = json!({"differences": [
            {"component": "1.001193-TP01", "missing": {"originals": 1}, "reason": "Không có trong túi hồ sơ"}
        ]})
    ),
    responses(
        (status = 200, description = "Received.", body = Handover),
        (status = 409, description = "`handover.received` with its state.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/handovers/{id}/receipts")]
pub(crate) async fn create_handover_receipt(
    room: Data<Dossiers>,
    id: Path<Uuid>,
    request: Write<CreateHandoverReceipt>,
) -> WebResult {
    Reply::answer(receive::receive(&room, request.actor, request.idempotency, *id, request.body).await?)
}
