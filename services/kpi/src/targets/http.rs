//! The API of targets.

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::time::deserialize_day;
use motcua_kernel::{Page, Text, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::{Direction, TargetState};
use super::{Targets, ops, read};
use crate::elements::http::values::ValueAgency;
use crate::exports::{TableFormat, file};
use crate::pages::http::PageLanguage;

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_targets)
        .service(get_target)
        .service(create_target)
        .service(update_target)
        .service(create_target_withdrawal);
}

/// What a target is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// An indicator (chỉ tiêu) of a set, by both their codes: `qd766/2.1`.
    Indicator,
    /// A data element (số liệu nhập) that is a number, by its code.
    Element,
}

impl SubjectKind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Element => "element",
        }
    }
}

/// What a target is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TargetSubject {
    /// Indicator or element.
    pub kind: SubjectKind,
    /// Its code: of an element as it is, of an indicator behind that of its set: `qd766/2.1`.
    #[schema(example = "households_with_fibre")]
    pub code: String,
}

/// A point (mốc) on the way to a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TargetPoint {
    /// The day, between the first and the last of the period.
    #[serde(deserialize_with = "deserialize_day")]
    pub on: NaiveDate,
    /// The value there should be on that day.
    #[schema(example = "1050")]
    pub value: String,
}

/// The way to a target: where it starts, what is to be reached, and what lies between.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(example = json!({
    "direction": "up",
    "start_value": "1000",
    "target_value": "1123",
    "points": [{"on": "2026-06-30", "value": "1050"}],
    "legal_source": "12/KH-UBND"
}))]
pub struct TargetCourse {
    /// Which way is better. An indicator's definition says it: another one is refused. Without it a target that is there
    /// keeps its own.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// The value on the first day; of a ratio the ratio itself, where 1 is 100 %.
    #[schema(example = "1000")]
    pub start_value: String,
    /// The value to be reached on the last day.
    #[schema(example = "1123")]
    pub target_value: String,
    /// Points between the two, in order of their days, at most 100; a straight line without them.
    #[serde(default)]
    pub points: Vec<TargetPoint>,
    /// The document that sets it.
    #[schema(example = "12/KH-UBND")]
    pub legal_source: String,
}

/// A target to set.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({
    "subject": {"kind": "element", "code": "households_with_fibre"},
    "agency": "H50.12",
    "period": "2026",
    "course": {
        "direction": "up",
        "start_value": "1000",
        "target_value": "1123",
        "points": [{"on": "2026-06-30", "value": "1050"}],
        "legal_source": "12/KH-UBND"
    }
}))]
pub struct CreateTarget {
    /// What it is of.
    pub subject: TargetSubject,
    /// Code or id of the agency; a code means its holder in the period.
    pub agency: String,
    /// The period.
    #[schema(example = "2026")]
    pub period: String,
    /// The way.
    pub course: TargetCourse,
}

/// Why a target is withdrawn.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"reason": "Thay bằng mục tiêu của kế hoạch 15/KH-UBND"}))]
pub struct CreateTargetWithdrawal {
    /// 10 to 2,000 characters. Name no persons.
    pub reason: String,
}

/// A target (mục tiêu) and where the agency is on its way.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Target {
    /// Its id.
    pub id: Uuid,
    /// What it is of.
    pub subject: TargetSubject,
    /// The agency.
    pub agency: ValueAgency,
    /// The period.
    #[schema(example = "2026")]
    pub period: String,
    /// First day of the period.
    pub first_day: NaiveDate,
    /// Last day of the period.
    pub last_day: NaiveDate,
    /// What its values are counted in; none where what it is of is not defined here.
    pub unit: Option<Text>,
    /// Which way is better.
    pub direction: Direction,
    /// The value on the first day.
    pub start_value: String,
    /// The value to be reached on the last day.
    pub target_value: String,
    /// Points between the two.
    pub points: Vec<TargetPoint>,
    /// The document that sets it.
    pub legal_source: String,
    /// Where the agency is on the way; none of a withdrawn target.
    pub state: Option<TargetState>,
    /// The day for which it is said.
    pub as_of: NaiveDate,
    /// The newest value that counts, of a period within the target's; none where it is not measured, which is not 0. A
    /// fraction such as 2/3 where no decimal is exact.
    #[schema(example = "1040")]
    pub value: Option<String>,
    /// The period the value is of: of an element that of its newest approved value; of an indicator the newest one of the
    /// kind its set is usually scored for.
    pub value_period: Option<String>,
    /// Whether that period is over; while it goes on the value moves.
    pub value_period_over: Option<bool>,
    /// Why there is no value.
    pub not_measured_because: Option<Text>,
    /// What the value should be today, rounded half up to six digits behind the point.
    #[schema(example = "1034.426230")]
    pub expected_value: String,
    /// Why it was withdrawn.
    pub withdrawn_because: Option<String>,
    /// Who set it last.
    pub set_by: String,
    /// When it changed last.
    pub changed_at: DateTime<Utc>,
}

/// Which targets.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TargetsQuery {
    /// Of an indicator, by the codes of its set and its own.
    #[param(example = "qd766/2.1")]
    pub indicator: Option<String>,
    /// Of an element, by code.
    #[param(example = "households_with_fibre")]
    pub element: Option<String>,
    /// Of an agency by code or id, as of today, following successions; `under:` with everything below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// Of a period.
    #[param(example = "2026")]
    pub period: Option<String>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// List targets
///
/// The newest first, each with its state today.
#[utoipa::path(
    operation_id = "list_targets",
    tag = "targets",
    params(TargetsQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of targets.",
            content(
                (Page<Target> = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            )
        ),
        (status = 422, description = "`export.too_long`: a file has at most 100,000 rows.")
    ),
    security(("bearer" = ["kpi:targets:read"]))
)]
#[get("/targets")]
pub(crate) async fn list_targets(room: Data<Targets>, request: List<TargetsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = file(query.format, query.lang) {
        return read::exported(&room, actor, query, (page, file)).await?.reply().await;
    }
    Reply::page(&read::list(&room, actor, query, page).await?)
}

/// Read a target
#[utoipa::path(
    operation_id = "get_target",
    tag = "targets",
    params(("id" = Uuid, Path, description = "Id of the target.")),
    responses((status = 200, description = "The target.", body = Target)),
    security(("bearer" = ["kpi:targets:read"]))
)]
#[get("/targets/{id}")]
pub(crate) async fn get_target(room: Data<Targets>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let (target, version) = read::get(&room, request.actor, id.into_inner()).await?;
    Reply::object(&target, version, false)
}

/// Set a target
///
/// For leaders and administrators of the agency or above.
#[utoipa::path(
    operation_id = "create_target",
    tag = "targets",
    request_body = CreateTarget,
    responses(
        (status = 201, description = "The target.", body = Target),
        (status = 409, description = "`target.overlap`: there is one for the same thing on some of these days, naming it.")
    ),
    security(("bearer" = ["kpi:targets:write"]))
)]
#[post("/targets")]
pub(crate) async fn create_target(room: Data<Targets>, request: Write<CreateTarget>) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, request.body).await?)
}

/// Change the way to a target
#[utoipa::path(
    operation_id = "update_target",
    tag = "targets",
    params(("id" = Uuid, Path, description = "Id of the target."), IfMatch),
    request_body = TargetCourse,
    responses((status = 200, description = "The target.", body = Target)),
    security(("bearer" = ["kpi:targets:write"]))
)]
#[put("/targets/{id}")]
pub(crate) async fn update_target(room: Data<Targets>, id: Path<Uuid>, request: Write<TargetCourse>) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(ops::update(&room, request.actor, request.idempotency, target, request.body).await?)
}

/// Withdraw a target
///
/// It stays to be read, and another one may be set for its days.
#[utoipa::path(
    operation_id = "create_target_withdrawal",
    tag = "targets",
    params(("id" = Uuid, Path, description = "Id of the target."), IfMatch),
    request_body = CreateTargetWithdrawal,
    responses((status = 200, description = "The target.", body = Target)),
    security(("bearer" = ["kpi:targets:write"]))
)]
#[post("/targets/{id}/withdrawals")]
pub(crate) async fn create_target_withdrawal(
    room: Data<Targets>,
    id: Path<Uuid>,
    request: Write<CreateTargetWithdrawal>,
) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(ops::withdraw(&room, request.actor, request.idempotency, target, request.body).await?)
}
