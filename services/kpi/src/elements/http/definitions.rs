//! Definitions of elements over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use motcua_agencies::AgencyKind;
use motcua_kernel::{Page, Result, Text, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::elements::rules::entry::ElementKind;
use crate::elements::rules::outlier::OutlierRule;
use crate::elements::store::elements::ElementRow;
use crate::elements::{Elements, define, read};
use crate::exports::{TableFormat, file};
use crate::pages::http::PageLanguage;

/// A value that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ElementChoice)]
pub struct Choice {
    /// Its code, which is what a value holds.
    #[schema(example = "deputy")]
    pub code: String,
    /// What it means.
    pub name: Text,
}

/// A rule between elements of the same agency and period (quy tắc kiểm tra).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ElementRule {
    /// Its code within the element.
    #[schema(example = "within_population")]
    pub code: String,
    /// What must be true, in CEL: elements by code, numbers, texts, arithmetic, comparisons, `&& || !`, `? :`, `in`. Numbers
    /// are exact. It is not judged while one of its elements has no value.
    #[schema(example = "trained <= population")]
    pub formula: String,
    /// What to tell when it is not.
    pub message: Text,
}

/// A data element (số liệu nhập).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DataElement {
    /// Its id.
    pub id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// Everything it is defined by.
    #[serde(flatten)]
    pub definition: ElementDefinition,
}

/// What an element is defined by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "code": "households_with_fibre",
    "name": {"vi": "Số hộ gia đình có Internet cáp quang", "en": "Households with fibre"},
    "unit": "hộ",
    "kind": "count",
    "decimals": 0,
    "period_kind": "quarter",
    "agency_kinds": ["commune"],
    "needs_evidence": true,
    "legal_source": "922/QĐ-BTTTT",
    "rules": [],
    "outliers": {"change_percent": "20"}
}))]
pub struct ElementDefinition {
    /// Its code, which formulas use: a small letter, then small letters, digits and `_`; at most 60 characters.
    #[schema(example = "households_with_fibre")]
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What it is counted in.
    #[schema(example = "hộ")]
    pub unit: String,
    /// What kind of values it has. It can't change once there are values.
    pub kind: ElementKind,
    /// Digits behind the point, 0 to 6; 0 for a count. It can't change once there are values.
    #[serde(default)]
    #[schema(maximum = 6)]
    pub decimals: u8,
    /// The smallest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "0")]
    pub minimum: Option<String>,
    /// The largest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "100")]
    pub maximum: Option<String>,
    /// The values that may be chosen, for the kind `choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The periods it is entered for: `day`, `week`, `month`, `quarter`, `half`, `year`, `report_month`, `report_quarter`
    /// or `report_year`. It can't change once there are values.
    #[schema(example = "quarter")]
    pub period_kind: String,
    /// The kinds of agencies that enter it; all when empty.
    #[serde(default)]
    pub agency_kinds: Vec<AgencyKind>,
    /// Whether a value needs evidence before it is submitted.
    #[serde(default)]
    pub needs_evidence: bool,
    /// The document it comes from.
    #[schema(example = "922/QĐ-BTTTT")]
    pub legal_source: String,
    /// What must hold between it and other elements when it is submitted.
    #[serde(default)]
    pub rules: Vec<ElementRule>,
    /// What warns of an odd value.
    #[serde(default)]
    pub outliers: OutlierRule,
}

impl DataElement {
    /// An element as the API and events show it.
    pub(crate) fn of(row: &ElementRow) -> Result<Self> {
        let definition = ElementDefinition {
            code: row.code.clone(),
            name: Text::new(row.name_vi.clone(), row.name_en.clone()),
            unit: row.unit.clone(),
            kind: row.kind()?,
            decimals: u8::try_from(row.decimals).map_err(motcua_kernel::Error::internal)?,
            minimum: row.minimum.clone(),
            maximum: row.maximum.clone(),
            choices: row.choices()?,
            period_kind: row.period_kind.clone(),
            agency_kinds: row.agency_kinds()?,
            needs_evidence: row.needs_evidence,
            legal_source: row.legal_source.clone(),
            rules: row.rules()?,
            outliers: row.outliers()?,
        };
        Ok(Self { id: row.id.0, version: row.version, definition })
    }
}

/// Which elements.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DataElementsQuery {
    /// Those entered for this kind of periods.
    #[param(example = "quarter")]
    pub period_kind: Option<String>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// List the data elements
///
/// In the order of their codes.
#[utoipa::path(
    operation_id = "list_data_elements",
    tag = "data-elements",
    params(DataElementsQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of elements.",
            content(
                (Page<DataElement> = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            )
        ),
        (status = 422, description = "`export.too_long`: a file has at most 100,000 rows.")
    ),
    security(("bearer" = ["kpi:elements:read"]))
)]
#[get("/data-elements")]
pub(crate) async fn list_data_elements(room: Data<Elements>, request: List<DataElementsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = file(query.format, query.lang) {
        return read::exported_elements(&room, actor, query, (page, file)).await?.reply().await;
    }
    Reply::page(&read::elements(&room, actor, query, page).await?)
}

/// Read a data element
#[utoipa::path(
    operation_id = "get_data_element",
    tag = "data-elements",
    params(("id" = Uuid, Path, description = "Id of the element.")),
    responses((status = 200, description = "The element.", body = DataElement)),
    security(("bearer" = ["kpi:elements:read"]))
)]
#[get("/data-elements/{id}")]
pub(crate) async fn get_data_element(room: Data<Elements>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let element = read::element(&room, request.actor, id.into_inner()).await?;
    Reply::object(&element, element.version, false)
}

/// Define a data element
///
/// For administrators of an agency that has none above it: everybody below enters the same elements.
#[utoipa::path(
    operation_id = "create_data_element",
    tag = "data-elements",
    request_body = ElementDefinition,
    responses(
        (status = 201, description = "The element.", body = DataElement),
        (status = 409, description = "`data_element.exists`: the code is another element's.")
    ),
    security(("bearer" = ["kpi:elements:write"]))
)]
#[post("/data-elements")]
pub(crate) async fn create_data_element(room: Data<Elements>, request: Write<ElementDefinition>) -> WebResult {
    Reply::answer(define::create(&room, request.actor, request.idempotency, request.body).await?)
}

/// Define a data element anew
///
/// The code never changes; once there are values, neither do kind, digits and periods.
#[utoipa::path(
    operation_id = "update_data_element",
    tag = "data-elements",
    params(("id" = Uuid, Path, description = "Id of the element."), IfMatch),
    request_body = ElementDefinition,
    responses((status = 200, description = "The element.", body = DataElement)),
    security(("bearer" = ["kpi:elements:write"]))
)]
#[put("/data-elements/{id}")]
pub(crate) async fn update_data_element(
    room: Data<Elements>,
    id: Path<Uuid>,
    request: Write<ElementDefinition>,
) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(define::update(&room, request.actor, request.idempotency, target, request.body).await?)
}
