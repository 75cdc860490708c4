//! The API of file plans.

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Page, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{ops, read, sheet};
use crate::agency_filter::AgencyFilter;
use crate::case_files::CaseFiles;
use crate::case_files::decision::Decision;
use crate::case_files::files::view::CaseFileWarning;
use crate::case_files::lists::{ListFormatQuery, OfficialList};
use crate::case_files::people::Officer;
use crate::case_files::retention::{RetentionPeriod, RetentionView};
use crate::printing;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_file_plan)
        .service(list_file_plans)
        .service(get_file_plan)
        .service(put_file_plan)
        .service(add_file_plan_entries)
        .service(create_file_plan_transition)
        .service(get_file_plan_sheet);
}

/// A line of a file plan to be written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "notation": "01.TCCB", "heading": "Tổ chức cán bộ", "title": "Hồ sơ tuyển dụng công chức", "retention": {"years": 20}
}))]
pub struct NewFilePlanEntry {
    /// Number and notation (số và ký hiệu), at most 60 characters; longer than 20 is warned about.
    #[schema(max_length = 60, example = "01.TCCB")]
    pub notation: String,
    /// The group it stands in (đề mục lớn), at most 200 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub heading: Option<String>,
    /// What it is about (tiêu đề), at most 2,000 characters. Personal data.
    #[schema(max_length = 2000)]
    pub title: String,
    /// How long it is kept (thời hạn bảo quản).
    pub retention: RetentionPeriod,
    /// The unit that opens it, by code or id.
    #[serde(default)]
    #[schema(example = "H50.12.01")]
    pub unit: Option<String>,
    /// The officer who opens it, by id.
    #[serde(default)]
    pub officer: Option<Uuid>,
    /// A note, at most 500 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// A file plan to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFilePlan {
    /// The year.
    #[schema(example = 2027)]
    pub year: i32,
    /// The year whose plan of this agency is copied first.
    #[serde(default)]
    #[schema(example = 2026)]
    pub from_year: Option<i32>,
    /// Its lines, at most 1,000, behind those that are copied.
    #[serde(default)]
    pub entries: Vec<NewFilePlanEntry>,
}

/// Lines of a file plan: all of a draft, or those to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilePlanEntries {
    /// The lines, 1 to 1,000.
    pub entries: Vec<NewFilePlanEntry>,
}

/// A step of a file plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({"action": "issue", "decision": {"number": "05/QĐ-UBND", "date": "2026-01-05"}}))]
pub enum CreateFilePlanTransition {
    /// Issue it (ban hành).
    Issue {
        /// The decision of the agency's head.
        decision: Decision,
    },
}

/// A file plan in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FilePlanSummary {
    /// Its id.
    pub id: Uuid,
    /// The agency that made it, with the code it had then.
    pub agency: Named,
    /// The agency responsible for it now.
    pub responsible_agency: Named,
    /// The year.
    pub year: i32,
    /// `draft` or `issued`.
    #[schema(example = "issued")]
    pub state: String,
    /// The decision that issued it.
    pub decision: Option<Decision>,
    /// When it was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// Rises with every change.
    pub version: i64,
}

/// A file plan (danh mục hồ sơ).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FilePlan {
    /// What lists show.
    #[serde(flatten)]
    pub summary: FilePlanSummary,
    /// Its lines, in their order.
    pub entries: Vec<FilePlanEntry>,
    /// What the forms of Annex VI can't hold.
    pub warnings: Vec<CaseFileWarning>,
    /// What the caller may do now: `put`, `add_entries`, `issue`.
    pub allowed_actions: Vec<&'static str>,
}

/// A line of a file plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FilePlanEntry {
    /// Its id, by which a case file is opened.
    pub id: Uuid,
    /// Number and notation.
    #[schema(example = "01.TCCB")]
    pub notation: String,
    /// The group it stands in. Personal data.
    pub heading: Option<String>,
    /// What it is about. Personal data.
    pub title: String,
    /// How long it is kept.
    pub retention: RetentionView,
    /// The unit that opens it.
    pub unit: Option<Named>,
    /// The officer who opens it. Personal data.
    pub officer: Option<Officer>,
    /// A note. Personal data.
    pub note: Option<String>,
    /// When it was added to the plan that had been issued.
    pub added_on: Option<NaiveDate>,
}

/// Make the file plan of a year
///
/// One a year, as a draft; by the clerks, leaders and administrators of the agency. The answer shows personal data, which is
/// kept in the read audit.
#[utoipa::path(
    operation_id = "create_file_plan",
    tag = "file plans",
    params(("agency" = Uuid, Path, description = "Id of the agency.")),
    request_body = CreateFilePlan,
    responses(
        (status = 201, description = "Made.", body = FilePlan),
        (status = 409, description = "`file_plan.exists` with its id; `agency.closed` naming the successor.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/agencies/{agency}/file-plans")]
pub(crate) async fn create_file_plan(
    room: Data<CaseFiles>,
    agency: Path<Uuid>,
    request: Write<CreateFilePlan>,
) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, *agency, request.body).await?)
}

/// What a list of file plans is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FilePlansQuery {
    /// The agency responsible now, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// The year.
    #[param(example = 2026)]
    pub year: Option<i32>,
}

/// List file plans
///
/// The newest year first, those the caller may see: of agencies within reach, and once issued those that name the caller or
/// a unit where they hold a post.
#[utoipa::path(
    operation_id = "list_file_plans",
    tag = "file plans",
    params(FilePlansQuery, PageQuery),
    responses((status = 200, description = "A page of plans.", body = Page<FilePlanSummary>)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/file-plans")]
pub(crate) async fn list_file_plans(room: Data<CaseFiles>, request: List<FilePlansQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let agencies = AgencyFilter::read(&room.db, actor.tenant, query.agency.as_deref()).await?;
    Reply::page(&read::list(&room, actor, (agencies, query.year), page).await?)
}

/// Read a file plan
///
/// With personal data: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_file_plan",
    tag = "file plans",
    params(("id" = Uuid, Path, description = "The plan.")),
    responses((status = 200, description = "The plan.", body = FilePlan)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/file-plans/{id}")]
pub(crate) async fn get_file_plan(room: Data<CaseFiles>, id: Path<Uuid>, request: Read) -> WebResult {
    let found = read::get(&room, request.actor, *id).await?;
    Reply::object(&found, found.summary.version, true)
}

/// Write a draft of a file plan anew
///
/// All its lines. Needs `If-Match`.
#[utoipa::path(
    operation_id = "put_file_plan",
    tag = "file plans",
    params(("id" = Uuid, Path, description = "The plan."), IfMatch),
    request_body = FilePlanEntries,
    responses(
        (status = 200, description = "The plan.", body = FilePlan),
        (status = 409, description = "`file_plan.state`: it has been issued.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[put("/file-plans/{id}")]
pub(crate) async fn put_file_plan(room: Data<CaseFiles>, id: Path<Uuid>, request: Write<FilePlanEntries>) -> WebResult {
    let at = (*id, request.require_match()?);
    let entries = request.body.entries;
    Reply::answer(ops::write(&room, request.actor, request.idempotency, at, ops::Change::Put(entries)).await?)
}

/// Add lines to a file plan
///
/// To a draft, or to one that has been issued, which then says when they were added. Needs `If-Match`.
#[utoipa::path(
    operation_id = "add_file_plan_entries",
    tag = "file plans",
    params(("id" = Uuid, Path, description = "The plan."), IfMatch),
    request_body = FilePlanEntries,
    responses((status = 200, description = "The plan.", body = FilePlan)),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/file-plans/{id}/entries")]
pub(crate) async fn add_file_plan_entries(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Write<FilePlanEntries>,
) -> WebResult {
    let at = (*id, request.require_match()?);
    let entries = request.body.entries;
    Reply::answer(ops::write(&room, request.actor, request.idempotency, at, ops::Change::Add(entries)).await?)
}

/// Issue a file plan
///
/// By who directs the agency's documents, on a decision. Needs `If-Match`.
#[utoipa::path(
    operation_id = "create_file_plan_transition",
    tag = "file plans",
    params(("id" = Uuid, Path, description = "The plan."), IfMatch),
    request_body = CreateFilePlanTransition,
    responses(
        (status = 200, description = "The plan.", body = FilePlan),
        (status = 409, description = "`file_plan.state`: it has been issued; `file_plan.empty`.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/file-plans/{id}/transitions")]
pub(crate) async fn create_file_plan_transition(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Write<CreateFilePlanTransition>,
) -> WebResult {
    let at = (*id, request.require_match()?);
    let CreateFilePlanTransition::Issue { decision } = request.body;
    Reply::answer(ops::write(&room, request.actor, request.idempotency, at, ops::Change::Issue(decision)).await?)
}

/// Print a file plan
///
/// In the five columns of Decree 30/2020/NĐ-CP, Annex V. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_file_plan_sheet",
    tag = "file plans",
    params(("id" = Uuid, Path, description = "The plan."), ListFormatQuery),
    responses(
        (status = 200, description = "The plan.", content(
            (OfficialList = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/file-plans/{id}/sheet")]
pub(crate) async fn get_file_plan_sheet(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Read<ListFormatQuery>,
) -> WebResult {
    let book = sheet::print(&room, request.actor, *id).await?;
    let name = format!("danh-muc-ho-so-{id}");
    printing::serve(&OfficialList::of(&book), book, request.query.format, &name, room.db.clock.business().0).await
}
