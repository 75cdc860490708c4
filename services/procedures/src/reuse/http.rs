//! The API of re-use.

use actix_web::web::Data;
use actix_web::{get, post};
use motcua_web::{Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::IntoParams;

use super::ops;
use super::view::{ReusableComponentSearch, ReusableComponents};
use crate::audit::personal_read;
use crate::dossiers::Dossiers;

/// For which procedure.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReusableComponentsQuery {
    /// The procedure, by code or id.
    #[param(example = "2.002080")]
    pub procedure: String,
}

/// List what a citizen can re-use
///
/// For each component of the procedure: the files of the caller's earlier dossiers that are it, handed in or given as a
/// result. What was withdrawn, refused or revoked is not offered. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_reusable_components",
    tag = "dossiers",
    params(ReusableComponentsQuery),
    responses(
        (status = 200, description = "Components with their files.", body = ReusableComponents),
        (status = 403, description = "`citizens.only`: officers search at the desk.")
    ),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/reusable-components")]
pub(crate) async fn list_reusable_components(
    room: Data<Dossiers>,
    request: Read<ReusableComponentsQuery>,
) -> WebResult {
    let view = ops::own(&room, request.actor.clone(), request.query.procedure.clone()).await?;
    personal_read(&room.db, &request.actor, "list_reusable_components", ops::subjects(&view)).await?;
    Reply::object(&view, None, true)
}

/// Search what an applicant can re-use
///
/// The same for an applicant at a desk, by a receiver: of dossiers anywhere in the province. The number stands in the
/// body, because personal data has no place in an address. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "search_reusable_components",
    tag = "dossiers",
    request_body = ReusableComponentSearch,
    responses(
        (status = 200, description = "Components with their files.", body = ReusableComponents),
        (status = 403, description = "`dossier.not_a_desk`: the caller receives dossiers nowhere.")
    ),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[post("/reusable-component-searches")]
pub(crate) async fn search_reusable_components(
    room: Data<Dossiers>,
    request: Write<ReusableComponentSearch>,
) -> WebResult {
    let view = ops::of_applicant(&room, request.actor.clone(), request.body).await?;
    personal_read(&room.db, &request.actor, "search_reusable_components", ops::subjects(&view)).await?;
    Reply::object(&view, None, true)
}
