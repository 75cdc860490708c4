//! Agencies over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use chrono::NaiveDate;
use motcua_agencies::{AgencyKind, DatedCode, Named, SuccessionKind};
use motcua_kernel::time::{deserialize_day, deserialize_optional_day};
use motcua_kernel::{Page, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Agencies, ops, read};

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_agencies)
        .service(create_agency)
        .service(get_agency)
        .service(update_agency)
        .service(create_agency_succession);
}

/// Which agencies, and which page of them.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgenciesQuery {
    /// Code, or `in:` several: every agency that has or had it, or had it on `open_on`.
    #[param(example = "H50.12")]
    pub code: Option<String>,
    /// Kind of organisation, or `in:` several.
    #[param(example = "in:department,commune")]
    pub kind: Option<String>,
    /// Code or id of the agency directly above, or `under:` for everything below one.
    #[param(example = "under:H50")]
    pub parent: Option<String>,
    /// Only agencies that are open on this day, and codes as they were then. Left out: open and closed ones.
    #[param(example = "2025-06-30")]
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub open_on: Option<NaiveDate>,
    /// Part of the name, without regard to case and diacritics, or the beginning of a code.
    #[param(example = "so xay dung")]
    pub q: Option<String>,
}

/// Agency (cơ quan), as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Agency {
    /// Its id, for ever.
    pub id: Uuid,
    /// Its code on the day asked for, or the last it had (mã định danh điện tử, Decision 20/2020/QĐ-TTg).
    #[schema(example = "H50.12")]
    pub code: String,
    /// Name in Vietnamese.
    #[schema(example = "Ủy ban nhân dân phường Đông Hà")]
    pub name: String,
    /// Name in English; empty when unknown.
    pub name_en: String,
    /// What kind of organisation.
    pub kind: AgencyKind,
    /// Abbreviation in notations (Decree 30/2020/NĐ-CP, Annex I); empty when unknown.
    #[schema(example = "UBND")]
    pub symbol: String,
    /// The agency above it; null at the top.
    pub parent: Option<Named>,
    /// First day of its existence.
    pub valid_from: NaiveDate,
    /// First day on which it no longer existed; null while it does.
    pub valid_to: Option<NaiveDate>,
}

/// An agency with its history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgencyDetail {
    /// The agency.
    #[serde(flatten)]
    pub agency: Agency,
    /// Its codes, the oldest first.
    pub codes: Vec<DatedCode>,
    /// Codes of the administrative units it serves, as they stood in its time.
    #[schema(example = json!(["19333"]))]
    pub units: Vec<String>,
    /// Anything a reader should know.
    pub note: String,
    /// The agencies whose work it went on with, the oldest first.
    pub predecessors: Vec<AgencyLink>,
    /// The agencies that went on with its work. Several after a split.
    pub successors: Vec<AgencyLink>,
}

/// An agency before or after another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgencyLink {
    /// The succession.
    pub succession_id: Uuid,
    /// The other agency.
    pub agency: Named,
    /// How the work went from one to the other.
    pub kind: SuccessionKind,
    /// The first day on which the successor was responsible.
    pub effective_on: NaiveDate,
    /// The resolution or decision.
    #[schema(example = "202/2025/QH15")]
    pub legal_basis: String,
}

/// A new agency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "code": "H50.24",
    "name": "Ủy ban nhân dân xã Triệu Phong",
    "kind": "commune",
    "symbol": "UBND",
    "parent": "H50",
    "valid_from": "2026-12-01",
    "units": ["19639"]
}))]
pub struct CreateAgency {
    /// Its code from its first day on.
    #[schema(example = "H50.24")]
    pub code: String,
    /// Name in Vietnamese, at most 500 characters.
    #[schema(example = "Ủy ban nhân dân xã Triệu Phong")]
    pub name: String,
    /// Name in English.
    #[serde(default)]
    pub name_en: String,
    /// What kind of organisation.
    pub kind: AgencyKind,
    /// Abbreviation in notations (Decree 30/2020/NĐ-CP, Annex I).
    #[serde(default)]
    #[schema(example = "UBND")]
    pub symbol: String,
    /// Code or id of the agency above it, which must be open on `valid_from`. Agencies without one come by import only.
    #[schema(example = "H50")]
    pub parent: String,
    /// First day of its existence.
    #[serde(deserialize_with = "deserialize_day")]
    pub valid_from: NaiveDate,
    /// Codes of the administrative units it serves.
    #[serde(default)]
    #[schema(example = json!(["19639"]))]
    pub units: Vec<String>,
    /// Anything a reader should know.
    #[serde(default)]
    pub note: String,
}

/// An agency as it shall be. It is replaced whole: send what you have read with your changes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Ủy ban nhân dân phường Đông Hà",
    "kind": "commune",
    "symbol": "UBND",
    "parent": "H50",
    "valid_from": "2025-07-01",
    "valid_to": null,
    "codes": [{"code": "H50.12", "valid_from": "2025-07-01", "valid_to": null}],
    "units": ["19333"]
}))]
pub struct UpdateAgency {
    /// Name in Vietnamese, at most 500 characters.
    pub name: String,
    /// Name in English.
    #[serde(default)]
    pub name_en: String,
    /// What kind of organisation.
    pub kind: AgencyKind,
    /// Abbreviation in notations.
    #[serde(default)]
    pub symbol: String,
    /// Code or id of the agency above it; null keeps an agency at the top.
    pub parent: Option<String>,
    /// First day of its existence.
    #[serde(deserialize_with = "deserialize_day")]
    pub valid_from: NaiveDate,
    /// First day on which it no longer exists. An agency with successors closes by a succession instead.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub valid_to: Option<NaiveDate>,
    /// All its codes with their days.
    pub codes: Vec<DatedCode>,
    /// Codes of the administrative units it serves.
    #[serde(default)]
    pub units: Vec<String>,
    /// Anything a reader should know.
    #[serde(default)]
    pub note: String,
}

/// An agency's work going to others. The agency closes on the day.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "merged_into",
    "successors": ["H50.12"],
    "effective_on": "2027-01-01",
    "legal_basis": "1/NQ-HĐND"
}))]
pub struct CreateSuccession {
    /// How. `split_into` has two successors or more, every other kind one.
    pub kind: SuccessionKind,
    /// Codes or ids of those who go on with the work, open on the day.
    #[schema(example = json!(["H50.12"]), min_items = 1)]
    pub successors: Vec<String>,
    /// The first day on which they are responsible and the agency is closed.
    #[serde(deserialize_with = "deserialize_day")]
    pub effective_on: NaiveDate,
    /// The resolution or decision.
    #[schema(example = "1680/NQ-UBTVQH15")]
    pub legal_basis: String,
}

/// Agencies by name, open and closed
#[utoipa::path(
    operation_id = "list_agencies",
    tag = "agencies",
    params(AgenciesQuery, PageQuery),
    responses((status = 200, description = "A page of agencies.", body = Page<Agency>)),
    security(("bearer" = ["documents:agencies:read"]))
)]
#[get("/agencies")]
async fn list_agencies(room: Data<Agencies>, request: List<AgenciesQuery>) -> WebResult {
    Reply::page(&read::list(&room, request.actor, request.query, request.page).await?)
}

/// One agency with codes, units and successions
#[utoipa::path(
    operation_id = "get_agency",
    tag = "agencies",
    params(("id" = Uuid, Path, description = "Id of the agency.")),
    responses((status = 200, description = "The agency.", body = AgencyDetail)),
    security(("bearer" = ["documents:agencies:read"]))
)]
#[get("/agencies/{id}")]
async fn get_agency(room: Data<Agencies>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let (agency, version) = read::get(&room, request.actor, id.into_inner()).await?;
    Reply::object(&agency, version, false)
}

/// Open an agency
///
/// For administrators of the agency above it.
#[utoipa::path(
    operation_id = "create_agency",
    tag = "agencies",
    request_body = CreateAgency,
    responses((status = 201, description = "The agency.", body = AgencyDetail)),
    security(("bearer" = ["documents:agencies:write"]))
)]
#[post("/agencies")]
async fn create_agency(room: Data<Agencies>, request: Write<CreateAgency>) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, request.body).await?)
}

/// Replace an agency
///
/// For its administrators and those above it; to put it under another agency, also for administrators of that one.
#[utoipa::path(
    operation_id = "update_agency",
    tag = "agencies",
    params(("id" = Uuid, Path, description = "Id of the agency."), IfMatch),
    request_body = UpdateAgency,
    responses((status = 200, description = "The agency.", body = AgencyDetail)),
    security(("bearer" = ["documents:agencies:write"]))
)]
#[put("/agencies/{id}")]
async fn update_agency(room: Data<Agencies>, id: Path<Uuid>, request: Write<UpdateAgency>) -> WebResult {
    let version = request.require_match()?;
    let id = id.into_inner();
    Reply::answer(ops::update(&room, request.actor, request.idempotency, (id, version), request.body).await?)
}

/// Close an agency and name its successors
///
/// For administrators of the agency and of every successor, or of those above. Work that is under way follows by itself
/// on the day, unless the agency is split: then it stays until somebody decides who goes on with which part.
#[utoipa::path(
    operation_id = "create_agency_succession",
    tag = "agencies",
    params(("id" = Uuid, Path, description = "Id of the agency that closes."), IfMatch),
    request_body = CreateSuccession,
    responses((status = 201, description = "The agency, closed.", body = AgencyDetail)),
    security(("bearer" = ["documents:agencies:write"]))
)]
#[post("/agencies/{id}/successions")]
async fn create_agency_succession(room: Data<Agencies>, id: Path<Uuid>, request: Write<CreateSuccession>) -> WebResult {
    let version = request.require_match()?;
    let id = id.into_inner();
    Reply::answer(ops::succeed(&room, request.actor, request.idempotency, (id, version), request.body).await?)
}
