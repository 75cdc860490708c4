//! Administrative units over HTTP.

use actix_web::get;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::{Level, Part};
use super::store::{Succession, Unit};
use super::{Units, ops};

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_administrative_units).service(get_administrative_unit);
}

/// Which administrative units, and which page of them.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnitsQuery {
    /// Code, or `in:` several.
    #[param(example = "19333")]
    pub code: Option<String>,
    /// Code of the province they belong to (itself included), or `in:` several.
    #[param(example = "44")]
    pub province: Option<String>,
    /// Code of the unit directly above, or `in:` several.
    #[param(example = "44")]
    pub parent: Option<String>,
    /// `province`, `district` or `commune`, or `in:` several.
    #[param(example = "commune")]
    pub level: Option<String>,
    /// The day on which they are valid; today when left out. Codes are used again, so the day decides what they mean.
    #[param(example = "2025-06-30")]
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub on: Option<NaiveDate>,
    /// Part of the full name, without regard to case and diacritics: `dong ha` finds `Phường Đông Hà`.
    #[param(example = "dong ha")]
    pub q: Option<String>,
}

/// Administrative unit (đơn vị hành chính): a place with a code and the days it is valid.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdministrativeUnit {
    /// Its id, for ever.
    pub id: Uuid,
    /// Code of Decision 19/2025/QĐ-TTg, or of the list before July 2025: 2 digits for a province, 3 for a district, 5 for
    /// a commune.
    #[schema(example = "19333")]
    pub code: String,
    /// Its level.
    pub level: Level,
    /// Name without its type.
    #[schema(example = "Đông Hà")]
    pub name: String,
    /// Name with its type.
    #[schema(example = "Phường Đông Hà")]
    pub full_name: String,
    /// Name in English, derived and not official; empty when unknown.
    pub full_name_en: String,
    /// Type: tỉnh, thành phố, huyện, quận, thị xã, xã, phường, thị trấn, đặc khu.
    #[serde(rename = "type")]
    #[schema(example = "phường")]
    pub kind: String,
    /// Code of the unit directly above on the same days; null for a province, and where the list did not say.
    #[schema(example = "44")]
    pub parent_code: Option<String>,
    /// Code of the province; null for a province, and where the list did not say.
    #[schema(example = "44")]
    pub province_code: Option<String>,
    /// First day; null when nobody recorded it.
    pub valid_from: Option<NaiveDate>,
    /// First day on which it no longer was; null while it is.
    pub valid_to: Option<NaiveDate>,
    /// Resolution that made it; empty when unknown.
    #[schema(example = "1680/NQ-UBTVQH15")]
    pub resolution: String,
}

impl AdministrativeUnit {
    pub(super) fn of(unit: Unit) -> Self {
        let Unit { id, record } = unit;
        Self {
            id,
            code: record.code,
            level: record.level,
            name: record.name,
            full_name: record.full_name,
            full_name_en: record.full_name_en,
            kind: record.kind,
            parent_code: record.parent_code,
            province_code: record.province_code,
            valid_from: record.valid_from,
            valid_to: record.valid_to,
            resolution: record.resolution,
        }
    }
}

/// A unit with what it came from and what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdministrativeUnitDetail {
    /// The unit.
    #[serde(flatten)]
    pub unit: AdministrativeUnit,
    /// What it was made of, by code.
    pub predecessors: Vec<UnitLink>,
    /// What became of it, by code. Several when it was split.
    pub successors: Vec<UnitLink>,
}

/// A unit before or after another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitLink {
    /// The other unit.
    pub id: Uuid,
    /// Its code at its time.
    #[schema(example = "19354")]
    pub code: String,
    /// Its level.
    pub level: Level,
    /// Its full name.
    #[schema(example = "Phường 3")]
    pub full_name: String,
    /// Whether all of the older unit went to the newer one, or a part.
    pub part: Part,
    /// The day it took effect.
    pub effective_on: NaiveDate,
    /// The resolution; empty when unknown.
    pub resolution: String,
    /// How sure the list is of this line, in its own words (`high`, `manual:low`); empty when it does not say.
    #[schema(example = "high")]
    pub confidence: String,
}

impl UnitLink {
    pub(super) fn of((told, unit): (Succession, Unit)) -> Self {
        Self {
            id: unit.id,
            code: unit.record.code,
            level: unit.record.level,
            full_name: unit.record.full_name,
            part: told.part,
            effective_on: told.effective_on,
            resolution: told.resolution,
            confidence: told.confidence,
        }
    }
}

/// Administrative units valid on a day, by code
#[utoipa::path(
    operation_id = "list_administrative_units",
    tag = "administrative-units",
    params(UnitsQuery, PageQuery),
    responses((status = 200, description = "A page of units.", body = Page<AdministrativeUnit>)),
    security(("bearer" = ["documents:agencies:read"]))
)]
#[get("/administrative-units")]
async fn list_administrative_units(room: Data<Units>, request: List<UnitsQuery>) -> WebResult {
    Reply::page(&ops::list(&room, request.actor, &request.query, request.page).await?)
}

/// One administrative unit with its predecessors and successors
#[utoipa::path(
    operation_id = "get_administrative_unit",
    tag = "administrative-units",
    params(("id" = Uuid, Path, description = "Id of the unit.")),
    responses((status = 200, description = "The unit.", body = AdministrativeUnitDetail)),
    security(("bearer" = ["documents:agencies:read"]))
)]
#[get("/administrative-units/{id}")]
async fn get_administrative_unit(room: Data<Units>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    Reply::object(&ops::get(&room, request.actor, id.into_inner()).await?, None, false)
}
