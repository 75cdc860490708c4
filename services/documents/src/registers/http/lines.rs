//! The API of what becomes of numbers: reserving, void, closing, and having a register counted.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::Uuid;
use motcua_web::openapi::IfMatch;
use motcua_web::{Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::rules::RegisterKind;
use super::super::view::{Register, RegisterDetail, RegisterEntry};
use super::super::{Registers, closing, read, reserving, voiding};
use super::request_id;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(create_register_reservation).service(get_register_entry).service(create_entry_void);
    config.service(create_register_closing).service(check_register);
}

/// Numbers to be reserved (giữ số).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "H50", "type": "QĐ", "reason": "Quyết định ký ngoài giờ", "count": 1}))]
pub struct CreateRegisterReservation {
    /// The agency by code or id; it must be open today.
    #[schema(example = "H50.12")]
    pub agency: String,
    /// Only `outgoing`: what comes in is numbered in the order of arrival.
    #[serde(default = "outgoing")]
    pub kind: RegisterKind,
    /// Code of the type of the documents to come.
    #[serde(rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: String,
    /// Whether they are normative documents (văn bản quy phạm pháp luật).
    #[serde(default)]
    pub normative: bool,
    /// The issuer in their notation; the agency's own when none is given. An official letter needs one with its unit.
    #[schema(max_length = 40, example = "UBND")]
    pub symbol: Option<String>,
    /// Why, at most 500 characters. Personal data.
    #[schema(max_length = 500)]
    pub reason: String,
    /// How many, at most 20; one when none is given.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 20, default = 1)]
    pub count: u32,
}

fn outgoing() -> RegisterKind {
    RegisterKind::Outgoing
}

fn one() -> u32 {
    1
}

/// Reserved numbers and their register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterReservation {
    /// The register.
    pub register: Register,
    /// The numbers, in order.
    pub entries: Vec<RegisterEntry>,
}

/// Why a number shall be void.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Văn bản không ban hành nữa"}))]
pub struct CreateEntryVoid {
    /// At least 10 and at most 500 characters. Personal data.
    #[schema(min_length = 10, max_length = 500)]
    pub reason: String,
}

/// The closing of a register.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "Sổ năm 2026 đã in và đóng dấu giáp lai"}))]
pub struct CreateRegisterClosing {
    /// Why it is closed before its year ends, which it is only with its agency. Personal data.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Anything a reader should know. Personal data.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// A register, counted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterCheck {
    /// Whether it reads 1 to the last number without gap, agrees with its documents and, once closed, with the journal.
    pub in_order: bool,
    /// The last number given.
    #[schema(example = 15)]
    pub last_number: i64,
    /// How many lines it has.
    pub entries: i64,
    /// How many of them have a document.
    pub used: i64,
    /// How many are reserved.
    pub reserved: i64,
    /// How many are void.
    pub void: i64,
    /// How many have a letter.
    pub late: i64,
    /// Numbers that are missing, at most the first 100.
    pub missing: Vec<i64>,
    /// Lines that do not follow the one they stand behind, at most the first 100.
    pub astray: Vec<String>,
    /// Documents whose number is not that of their line, without a line, or missing; at most the first 100.
    pub differing_documents: Vec<Uuid>,
    /// SHA-256 over the canonical lines as they are now, in hexadecimal.
    pub sha256: String,
    /// The one that the journal's chain signs, of a closed register.
    pub signed_sha256: Option<String>,
    /// Whether lines and counts are those that were signed; null while it is open.
    pub agrees_with_journal: Option<bool>,
}

/// Reserve numbers
///
/// For clerks of the agency and those above. The numbers are taken now and stand in the register; a document gets one by
/// naming it as its `reservation`, on the day it is issued and within the year, or the number becomes void.
#[utoipa::path(
    operation_id = "create_register_reservation",
    tag = "registers",
    request_body = CreateRegisterReservation,
    responses(
        (status = 201, description = "Reserved.", body = RegisterReservation),
        (status = 409, description = "`agency.closed` naming the successor, or `register.closed`.")
    ),
    security(("bearer" = ["documents:registers:write"]))
)]
#[post("/register-reservations")]
pub(crate) async fn create_register_reservation(
    room: Data<Registers>,
    request: Write<CreateRegisterReservation>,
) -> WebResult {
    Reply::answer(reserving::reserve(&room, request.actor, request.idempotency, request.body, request_id()).await?)
}

/// Read an entry of a register
///
/// Why the number was reserved or is void is personal data, and its reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_register_entry",
    tag = "registers",
    params(
        ("id" = Uuid, Path, description = "The register."),
        ("number" = String, Path, description = "The number, with its letter when it has one.", example = "12a")
    ),
    responses((status = 200, description = "The entry.", body = RegisterEntry)),
    security(("bearer" = ["documents:registers:read"]))
)]
#[get("/registers/{id}/entries/{number}")]
pub(crate) async fn get_register_entry(room: Data<Registers>, path: Path<(Uuid, String)>, request: Read) -> WebResult {
    let entry = read::entry(&room, request.actor, path.into_inner(), request_id()).await?;
    Reply::object(&entry, entry.version, entry.is_personal())
}

/// Make a reserved number void
///
/// For clerks and leaders of the agency responsible for the register, and those above. The number stays in the register
/// and is never given again. `If-Match` names the entry as you have read it.
#[utoipa::path(
    operation_id = "create_entry_void",
    tag = "registers",
    params(
        ("id" = Uuid, Path, description = "The register."),
        ("number" = String, Path, description = "The number.", example = "12"),
        IfMatch
    ),
    request_body = CreateEntryVoid,
    responses(
        (status = 200, description = "Void.", body = RegisterEntry),
        (status = 409, description = "`register.entry_issued`: recall or replace the document; `register.entry_void`, or \
                                      `register.closed`.")
    ),
    security(("bearer" = ["documents:registers:write"]))
)]
#[post("/registers/{id}/entries/{number}/void")]
pub(crate) async fn create_entry_void(
    room: Data<Registers>,
    path: Path<(Uuid, String)>,
    request: Write<CreateEntryVoid>,
) -> WebResult {
    let version = request.require_match()?;
    let (register, number) = path.into_inner();
    let target = (register, number, version);
    Reply::answer(voiding::void(&room, request.actor, request.idempotency, target, request.body, request_id()).await?)
}

/// Close a register
///
/// For clerks and leaders of the agency responsible for it, and those above, once its year has ended in Vietnam, or with
/// its agency. Nothing can be added afterwards; the last number and a digest of every line go into the journal, whose
/// chain signs them. `If-Match` names the register as you have read it.
#[utoipa::path(
    operation_id = "create_register_closing",
    tag = "registers",
    params(("id" = Uuid, Path, description = "The register."), IfMatch),
    request_body = CreateRegisterClosing,
    responses(
        (status = 200, description = "Closed.", body = RegisterDetail),
        (status = 409, description = "`register.reservations_open` or `register.documents_unissued` with the numbers, `register.year_not_ended`, or \
                                      `register.closed`.")
    ),
    security(("bearer" = ["documents:registers:write"]))
)]
#[post("/registers/{id}/closing")]
pub(crate) async fn create_register_closing(
    room: Data<Registers>,
    id: Path<Uuid>,
    request: Write<CreateRegisterClosing>,
) -> WebResult {
    let version = request.require_match()?;
    let target = (*id, version);
    Reply::answer(closing::close(&room, request.actor, request.idempotency, target, request.body, request_id()).await?)
}

/// Have a register counted
///
/// Reads every line, holds the numbers against the documents and, of a closed register, lines and counts against what the
/// journal's chain signed.
#[utoipa::path(
    operation_id = "check_register",
    tag = "registers",
    params(("id" = Uuid, Path, description = "The register.")),
    responses((status = 200, description = "What was found.", body = RegisterCheck)),
    security(("bearer" = ["documents:registers:read"]))
)]
#[get("/registers/{id}/check")]
pub(crate) async fn check_register(room: Data<Registers>, id: Path<Uuid>, request: Read) -> WebResult {
    Reply::object(&read::check(&room, request.actor, *id).await?, None, false)
}
