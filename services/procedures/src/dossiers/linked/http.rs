//! The API of linked steps; reading them is part of reading a dossier.

use actix_web::post;
use actix_web::web::{Data, Path};
use motcua_kernel::Uuid;
use motcua_web::{Reply, WebResult, Write};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::mend::{self, Which};
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

/// Why a linked step is given up.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLinkedSkip {
    /// Why, at most 2,000 characters.
    pub reason: String,
    /// The law it rests on, at most 500 characters.
    #[schema(example = "Nghị định 63/2024/NĐ-CP, Điều 7")]
    pub legal_basis: String,
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
    let which = which(path, request.require_match()?);
    Reply::answer(mend::restart(&room, request.actor, request.idempotency, which, request.body).await?)
}

/// Give a linked step up
///
/// One whose dossier could not be made, so that the first dossier can be decided and returned without it; steps after it
/// are skipped as well. By an approver of the agency that decides the first dossier. Needs `If-Match` with the first
/// dossier's entity tag.
#[utoipa::path(
    operation_id = "create_linked_skip",
    tag = "dossiers",
    params(
        ("id" = Uuid, Path, description = "The first dossier."),
        ("code" = String, Path, description = "Code of the step."),
        ("If-Match" = String, Header, description = "Entity tag of the first dossier as the caller has read it.")
    ),
    request_body = CreateLinkedSkip,
    responses(
        (status = 200, description = "The step, skipped.", body = LinkedDossier),
        (status = 409, description = "`linked.state`: it has not failed.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/dossiers/{id}/linked/{code}/skips")]
pub(crate) async fn create_linked_skip(
    room: Data<Dossiers>,
    path: Path<(Uuid, String)>,
    request: Write<CreateLinkedSkip>,
) -> WebResult {
    let which = which(path, request.require_match()?);
    Reply::answer(mend::skip(&room, request.actor, request.idempotency, which, request.body).await?)
}

fn which(path: Path<(Uuid, String)>, expected: i64) -> Which {
    let (dossier, code) = path.into_inner();
    Which { dossier, code, expected }
}
