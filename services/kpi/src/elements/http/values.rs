//! Values over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, patch, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Page, Text, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::elements::rules::state::{ValueAction, ValueState};
use crate::elements::{Elements, enter, read, transition};
use crate::exports::{TableFormat, TableQuery, file};
use crate::pages::http::PageLanguage;

/// Evidence (tài liệu kiểm chứng) of a value: a text, a link, the number of a document; at least one of them where the
/// element needs evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ValueEvidence)]
pub struct Evidence {
    /// What shows that it is so; at most 2,000 characters. Name no persons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it can be looked up: an address that begins with `https://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://dongha.quangtri.gov.vn/bao-cao/2026-q3")]
    pub link: Option<String>,
    /// Number of the document it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "15/BC-UBND")]
    pub document_number: Option<String>,
}

/// Something to know about a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValueNotice {
    /// Stable code: `outlier.change`, `outlier.peers`, or the rule's `element_code/rule_code`.
    #[schema(example = "outlier.change")]
    pub code: String,
    /// What is odd.
    pub message: Text,
}

/// The element of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ElementNamed {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    #[schema(example = "households_with_fibre")]
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What it is counted in.
    pub unit: String,
}

/// The agency of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ValueAgency {
    /// The agency the value is of.
    pub id: Uuid,
    /// Its code in the period.
    #[schema(example = "H50.12")]
    pub written_code: String,
    /// Who is responsible now.
    pub responsible: Named,
}

/// Who took a step, as events name people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepBy {
    /// The account.
    #[schema(example = "officer:officer-h50-12-clerk@motcua-dev")]
    pub actor: String,
    /// On whose delegated post, when it was one.
    pub on_behalf_of: Option<String>,
}

/// A value (giá trị số liệu) of an element, for an agency, in a period.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ElementValue {
    /// Its id.
    pub id: Uuid,
    /// The element.
    pub element: ElementNamed,
    /// The agency.
    pub agency: ValueAgency,
    /// The period.
    #[schema(example = "2026-Q3")]
    pub period: String,
    /// First day of the period.
    pub first_day: NaiveDate,
    /// Last day of the period.
    pub last_day: NaiveDate,
    /// The value in its canonical text: an exact decimal, `yes` or `no`, or the code of a choice.
    #[schema(example = "1113")]
    pub value: String,
    /// Its state.
    pub state: ValueState,
    /// The steps that lead on from here.
    pub allowed_actions: Vec<ValueAction>,
    /// What shows that it is so.
    pub evidence: Evidence,
    /// What is odd about it. Open warnings must be accepted with a reason before it is submitted.
    pub warnings: Vec<ValueNotice>,
    /// Why it is right in spite of the warnings.
    pub accepted_because: Option<String>,
    /// Rules that do not hold now. They must before it is submitted.
    pub broken_rules: Vec<ValueNotice>,
    /// Whether it corrects what was approved before.
    pub correcting: bool,
    /// Who entered it last.
    pub entered: StepBy,
    /// Who checked it.
    pub checked: Option<StepBy>,
    /// Who approved it.
    pub approved: Option<StepBy>,
    /// When it changed last.
    pub changed_at: DateTime<Utc>,
}

/// A step (bước xử lý) of a value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ElementValueStep {
    /// The version of the value that it made.
    pub version: i64,
    /// What was done: `enter`, `move`, or an action.
    #[schema(example = "submit")]
    pub action: String,
    /// The state after it.
    pub state: ValueState,
    /// The value after it.
    pub value: String,
    /// The evidence after it.
    pub evidence: Evidence,
    /// Why the value is right in spite of warnings.
    pub accepted_because: Option<String>,
    /// Why it was returned or re-opened.
    pub reason: Option<String>,
    /// Who.
    pub by: StepBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// A value to enter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "element": "households_with_fibre",
    "agency": "H50.12",
    "period": "2026-Q3",
    "value": "1113",
    "evidence": {"document_number": "15/BC-UBND"}
}))]
pub struct CreateElementValue {
    /// Code or id of the element.
    pub element: String,
    /// Code or id of the agency; a code means its holder in the period.
    pub agency: String,
    /// The period, of the element's kind, not in the future.
    pub period: String,
    /// The value as text: a number with a point (`74.3`), `yes` or `no`, or the code of a choice.
    pub value: String,
    /// What shows that it is so.
    #[serde(default)]
    pub evidence: Evidence,
    /// Why it is right in spite of warnings.
    pub accepted_because: Option<String>,
}

/// What changes of an open value; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"value": "1120", "accepted_because": "Sáp nhập hai thôn trong quý"}))]
pub struct UpdateElementValue {
    /// The value as text.
    pub value: Option<String>,
    /// What shows that it is so, whole.
    pub evidence: Option<Evidence>,
    /// Why it is right in spite of warnings.
    pub accepted_because: Option<String>,
}

/// A step to take.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"action": "submit"}))]
pub struct CreateElementValueTransition {
    /// Which.
    pub action: ValueAction,
    /// Why: needed to return and to re-open, 10 to 2,000 characters. Name no persons.
    pub reason: Option<String>,
}

/// Which values.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ElementValuesQuery {
    /// Of an element, by code or id.
    #[param(example = "households_with_fibre")]
    pub element: Option<String>,
    /// Of an agency by code or id, as of today, following successions; `under:` with everything below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// Of a period, or `in:` of several.
    #[param(example = "2026-Q3")]
    pub period: Option<String>,
    /// In a state, or `in:` in several.
    #[param(example = "in:draft,returned")]
    pub state: Option<String>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// List values
///
/// The newest first.
#[utoipa::path(
    operation_id = "list_element_values",
    tag = "data-elements",
    params(ElementValuesQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of values.",
            content(
                (Page<ElementValue> = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            )
        ),
        (status = 422, description = "`export.too_long`: a file has at most 100,000 rows.")
    ),
    security(("bearer" = ["kpi:elements:read"]))
)]
#[get("/element-values")]
pub(crate) async fn list_element_values(room: Data<Elements>, request: List<ElementValuesQuery>) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = file(query.format, query.lang) {
        return read::exported_values(&room, actor, query, (page, file)).await?.reply().await;
    }
    Reply::page(&read::values(&room, actor, query, page).await?)
}

/// Read a value
#[utoipa::path(
    operation_id = "get_element_value",
    tag = "data-elements",
    params(("id" = Uuid, Path, description = "Id of the value.")),
    responses((status = 200, description = "The value.", body = ElementValue)),
    security(("bearer" = ["kpi:elements:read"]))
)]
#[get("/element-values/{id}")]
pub(crate) async fn get_element_value(room: Data<Elements>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let (value, version) = read::value(&room, request.actor, id.into_inner()).await?;
    Reply::object(&value, version, false)
}

/// Enter a value
///
/// For who works in the agency or above (processors and clerks). It is a draft until it is submitted.
#[utoipa::path(
    operation_id = "create_element_value",
    tag = "data-elements",
    request_body = CreateElementValue,
    responses(
        (status = 201, description = "The value.", body = ElementValue),
        (status = 409, description = "`element_value.exists`, naming it; `element_period.closed`, naming the closing.")
    ),
    security(("bearer" = ["kpi:elements:write"]))
)]
#[post("/element-values")]
pub(crate) async fn create_element_value(room: Data<Elements>, request: Write<CreateElementValue>) -> WebResult {
    Reply::answer(enter::create(&room, request.actor, request.idempotency, request.body).await?)
}

/// Change an open value
///
/// Drafts and returned values; the version before is kept among its steps.
#[utoipa::path(
    operation_id = "update_element_value",
    tag = "data-elements",
    params(("id" = Uuid, Path, description = "Id of the value."), IfMatch),
    request_body = UpdateElementValue,
    responses((status = 200, description = "The value.", body = ElementValue)),
    security(("bearer" = ["kpi:elements:write"]))
)]
#[patch("/element-values/{id}")]
pub(crate) async fn update_element_value(
    room: Data<Elements>,
    id: Path<Uuid>,
    request: Write<UpdateElementValue>,
) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(enter::update(&room, request.actor, request.idempotency, target, request.body).await?)
}

/// Take a value a step on
///
/// Submit (processor, clerk), check or return (leader, approver), approve, lock, re-open (approver), in the agency or above.
/// Who enters, who checks and who approves are three persons.
#[utoipa::path(
    operation_id = "create_element_value_transition",
    tag = "data-elements",
    params(("id" = Uuid, Path, description = "Id of the value."), IfMatch),
    request_body = CreateElementValueTransition,
    responses((status = 200, description = "The value.", body = ElementValue)),
    security(("bearer" = ["kpi:elements:write"]))
)]
#[post("/element-values/{id}/transitions")]
pub(crate) async fn create_element_value_transition(
    room: Data<Elements>,
    id: Path<Uuid>,
    request: Write<CreateElementValueTransition>,
) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(transition::take(&room, request.actor, request.idempotency, target, request.body).await?)
}

/// List the steps of a value
///
/// Every version it had, the newest first: who made it so, when and why.
#[utoipa::path(
    operation_id = "list_element_value_steps",
    tag = "data-elements",
    params(("id" = Uuid, Path, description = "Id of the value."), TableQuery, PageQuery),
    responses((
        status = 200,
        description = "A page of steps.",
        content(
            (Page<ElementValueStep> = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )
    )),
    security(("bearer" = ["kpi:elements:read"]))
)]
#[get("/element-values/{id}/steps")]
pub(crate) async fn list_element_value_steps(
    room: Data<Elements>,
    id: Path<Uuid>,
    request: List<TableQuery>,
) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = query.file() {
        return read::exported_steps(&room, actor, id.into_inner(), (page, file)).await?.reply().await;
    }
    Reply::page(&read::steps(&room, actor, id.into_inner(), page).await?)
}
