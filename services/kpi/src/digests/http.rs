//! The API of addresses that digests go to.

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use motcua_db::ReadEntry;
use motcua_kernel::Uuid;
use motcua_web::openapi::IfMatch;
use motcua_web::{Read, Reply, TraceContext, WebResult, Write};
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::{AlertAddresses, PutAlertAddresses};
use super::{Digests, addresses};

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config.service(get_alert_addresses).service(put_alert_addresses);
}

/// Read the addresses that digests of an agency's alerts go to
///
/// For its administrators and those above it, with how the last digest went. An address may name a person, so the reading is
/// kept in the read audit.
#[utoipa::path(
    operation_id = "get_alert_addresses",
    tag = "alerts",
    params(("id" = Uuid, Path, description = "The agency.")),
    responses((status = 200, description = "The addresses.", body = AlertAddresses)),
    security(("bearer" = ["kpi:alerts:write"]))
)]
#[get("/agencies/{id}/alert-addresses")]
pub(crate) async fn get_alert_addresses(room: Data<Digests>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = addresses::get(&room, request.actor.clone(), *id).await?;
    let trace = TraceContext::current().map(|trace| trace.request_id).unwrap_or_default();
    room.db.audit_read(ReadEntry::of(&request.actor, "get_alert_addresses", trace, vec![*id])).await?;
    Reply::object(&view, view.version, true)
}

/// Set the addresses that digests of an agency's alerts go to
///
/// All of them. What is raised from then on is told there once a working day, where the installation sends e-mail. Needs
/// `If-Match`, `"v0"` before the first.
#[utoipa::path(
    operation_id = "put_alert_addresses",
    tag = "alerts",
    params(("id" = Uuid, Path, description = "The agency."), IfMatch),
    request_body(
        content = PutAlertAddresses,
        example = json!({"addresses": [{"email": "vanphong@phuong.tinh.gov.vn"}]})
    ),
    responses((status = 200, description = "The addresses.", body = AlertAddresses)),
    security(("bearer" = ["kpi:alerts:write"]))
)]
#[put("/agencies/{id}/alert-addresses")]
pub(crate) async fn put_alert_addresses(
    room: Data<Digests>,
    id: Path<Uuid>,
    request: Write<PutAlertAddresses>,
) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(addresses::put(&room, request.actor, request.idempotency, *id, expected, request.body).await?)
}
