//! The API of look-ups.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::Uuid;
use motcua_web::{Read, Reply, WebResult, Write};

use super::ops;
use super::view::{CreateLookups, Lookups};
use crate::audit::personal_read;
use crate::dossiers::Dossiers;
use crate::dossiers::view::DossierProgress;

/// Record look-ups in databases
///
/// What the databases said that replace papers of the dossier: by a receiver of its desk or a processor, until it is
/// decided. The newest look-up of a component counts. Needs `If-Match`.
#[utoipa::path(
    operation_id = "create_dossier_lookups",
    tag = "dossiers",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("If-Match" = String, Header, description = "Entity tag of the dossier as the caller has read it.")
    ),
    request_body = CreateLookups,
    responses(
        (status = 200, description = "Where the dossier stands.", body = DossierProgress),
        (status = 409, description = "`dossier.state`: it is decided or has ended.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/dossiers/{id}/lookups")]
pub(crate) async fn create_dossier_lookups(
    room: Data<Dossiers>,
    id: Path<Uuid>,
    request: Write<CreateLookups>,
) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(ops::create(&room, request.actor, request.idempotency, *id, expected, request.body).await?)
}

/// List look-ups in databases
///
/// Every look-up of the dossier, the oldest first. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_dossier_lookups",
    tag = "dossiers",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses((status = 200, description = "The look-ups.", body = Lookups)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}/lookups")]
pub(crate) async fn list_dossier_lookups(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = ops::list(&room, request.actor.clone(), *id).await?;
    personal_read(&room.db, &request.actor, "list_dossier_lookups", vec![*id]).await?;
    Reply::object(&view, None, true)
}
