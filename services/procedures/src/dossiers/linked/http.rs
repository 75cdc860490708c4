//! The API of linked steps; reading them is part of reading a dossier.

use actix_web::post;
use actix_web::web::{Data, Path};
use motcua_kernel::Uuid;
use motcua_web::{Reply, WebResult, Write};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::restart;
use super::view::LinkedDossier;
use crate::dossiers::Dossiers;

/// Another try to start a linked step.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLinkedStart {
    /// The linked dossier's form, when what the first dossier holds does not fill it; without it the form is filled anew.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub form: Option<Value>,
}

/// Start a linked step again
///
/// One whose dossier could not be made: its procedure was suspended, or its form could not be filled. By a receiver of the
/// desk that received the dossier or a processor of the agency that decides it. Needs `If-Match` with the first dossier's
/// entity tag; of two who try at once one gets 412.
#[utoipa::path(
    operation_id = "create_linked_start",
    tag = "dossiers",
    params(
        ("id" = Uuid, Path, description = "The first dossier."),
        ("code" = String, Path, description = "Code of the step."),
        ("If-Match" = String, Header, description = "Entity tag of the first dossier as the caller has read it.")
    ),
    request_body = CreateLinkedStart,
    responses(
        (status = 201, description = "The step with its dossier.", body = LinkedDossier),
        (status = 409, description = "`linked.state`: it has not failed."),
        (status = 422, description = "`linked.faulty`: what still keeps it from starting, every fault at once.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/dossiers/{id}/linked/{code}/starts")]
pub(crate) async fn create_linked_start(
    room: Data<Dossiers>,
    path: Path<(Uuid, String)>,
    request: Write<CreateLinkedStart>,
) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(
        restart::restart(&room, request.actor, request.idempotency, path.into_inner(), expected, request.body).await?,
    )
}
