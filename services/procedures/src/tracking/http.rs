//! The API of following a dossier without login.

use actix_web::post;
use actix_web::web::Data;
use motcua_web::{Public, Reply, WebResult};
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::{TrackedDossier, TrackingRequest};
use super::{Tracking, read};

/// The handlers of the room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(track_dossier);
}

/// Follow a dossier without login
///
/// One call for one screen: where the dossier stands, who has it, when its result is due and what the applicant must do.
/// Names no person. A wrong reference and a right one with a wrong code are the same 404; who guesses hears 429. The
/// answer is kept by nobody (`no-store`).
#[utoipa::path(
    operation_id = "track_dossier",
    tag = "public",
    request_body = TrackingRequest,
    responses(
        (status = 200, description = "Where the dossier stands.", body = TrackedDossier),
        (status = 404, description = "`tracking.unknown`: no dossier has this reference and code."),
        (status = 429, description = "`tracking.too_many`: too many wrong references; see `Retry-After`.")
    ),
    security(())
)]
#[post("/tracking")]
pub(crate) async fn track_dossier(room: Data<Tracking>, request: Public<TrackingRequest>) -> WebResult {
    let Public { body, network } = request;
    let view = room.guard.watch(network, read::track(&room, body)).await?;
    Reply::object(&view, None, false)
}
