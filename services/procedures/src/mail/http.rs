//! The API of addresses that notices go to.

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use motcua_kernel::Uuid;
use motcua_web::{Read, Reply, WebResult, Write};
use utoipa_actix_web::service_config::ServiceConfig;

use super::addresses;
use super::view::{NoticeAddresses, PutNoticeAddresses};
use crate::audit::personal_read;
use crate::dossiers::Dossiers;

/// The handlers of the room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(get_notice_addresses).service(put_notice_addresses);
}

/// Read the addresses that notices for an agency go to
///
/// For its administrators and those above it. An address may name a person, so the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_notice_addresses",
    tag = "notices",
    params(("id" = Uuid, Path, description = "The agency.")),
    responses((status = 200, description = "The addresses.", body = NoticeAddresses)),
    security(("bearer" = ["procedures:notices:write"]))
)]
#[get("/agencies/{id}/notice-addresses")]
pub(crate) async fn get_notice_addresses(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = addresses::get(&room, request.actor.clone(), *id).await?;
    personal_read(&room.db, &request.actor, "get_notice_addresses", vec![*id]).await?;
    Reply::object(&view, view.version, true)
}

/// Set the addresses that notices for an agency go to
///
/// All of them; notices written from then on go there, where the installation sends e-mail. Needs `If-Match`, `"v0"` before
/// the first.
#[utoipa::path(
    operation_id = "put_notice_addresses",
    tag = "notices",
    params(
        ("id" = Uuid, Path, description = "The agency."),
        ("If-Match" = String, Header, description = "Entity tag of the addresses as the caller has read them.")
    ),
    request_body(
        content = PutNoticeAddresses,
        example = json!({"addresses": [{"role": "receiver", "email": "motcua@phuong.tinh.gov.vn"}]})
    ),
    responses((status = 200, description = "The addresses.", body = NoticeAddresses)),
    security(("bearer" = ["procedures:notices:write"]))
)]
#[put("/agencies/{id}/notice-addresses")]
pub(crate) async fn put_notice_addresses(
    room: Data<Dossiers>,
    id: Path<Uuid>,
    request: Write<PutNoticeAddresses>,
) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(addresses::put(&room, request.actor, request.idempotency, *id, expected, request.body).await?)
}
