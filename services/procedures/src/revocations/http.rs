//! The API of revocations.

use actix_web::post;
use actix_web::web::{Data, Path};
use motcua_kernel::Uuid;
use motcua_web::{Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ops;
use crate::dossiers::Dossiers;
use crate::dossiers::view::DossierProgress;

/// Why a result stands no longer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateResultRevocation {
    /// Number of the decision that revokes it, 1 to 100 characters.
    #[schema(example = "27/QĐ-UBND")]
    pub decision: String,
    /// The law it rests on, 1 to 500 characters.
    #[schema(example = "Luật Hộ tịch 2014, Điều 71")]
    pub legal_basis: String,
}

/// Revoke the result of a dossier
///
/// By an approver of the agency that decided it or issued it. The dossier keeps its state; the result says by which
/// decision it was revoked, and is not offered for re-use any more. Needs `If-Match`.
#[utoipa::path(
    operation_id = "revoke_result",
    tag = "dossiers",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("If-Match" = String, Header, description = "Entity tag of the dossier as the caller has read it.")
    ),
    request_body = CreateResultRevocation,
    responses(
        (status = 200, description = "Where the dossier stands.", body = DossierProgress),
        (status = 409, description = "`result.none` while there is no issued result, `result.revoked` when it was revoked.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/dossiers/{id}/result-revocations")]
pub(crate) async fn revoke_result(
    room: Data<Dossiers>,
    id: Path<Uuid>,
    request: Write<CreateResultRevocation>,
) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(ops::revoke(&room, request.actor, request.idempotency, *id, expected, request.body).await?)
}
