//! The API of hand-overs.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{ops, sheet};
use crate::case_files::CaseFiles;
use crate::case_files::files::view::CaseFileSummary;
use crate::case_files::lists::OfficialList;
use crate::printing::{self, SheetFormat};

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(create_hand_over).service(list_hand_overs).service(get_hand_over).service(get_hand_over_list);
}

/// Case files to be handed in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"archive_agency": "H50.04", "case_files": ["0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa"]}))]
pub struct CreateHandOver {
    /// The agency that keeps the archive, by code or id; it must be open today.
    #[schema(example = "H50.04")]
    pub archive_agency: String,
    /// The case files, by id, 1 to 500: closed, kept for 5 years or more.
    pub case_files: Vec<Uuid>,
}

/// A hand-over in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandOverSummary {
    /// Its id.
    pub id: Uuid,
    /// The agency that handed in, with the code it had then.
    pub agency: Named,
    /// The agency that keeps the archive.
    pub archive_agency: Named,
    /// The day.
    pub handed_on: NaiveDate,
    /// Rises with every change.
    pub version: i64,
}

/// A hand-over (đợt nộp lưu).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandOver {
    /// What lists show.
    #[serde(flatten)]
    pub summary: HandOverSummary,
    /// Its case files, in the order of its list. Personal data.
    pub case_files: Vec<HandOverItem>,
}

/// A case file of a hand-over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandOverItem {
    /// The case file as it stands now. Personal data.
    pub case_file: CaseFileSummary,
    /// `waiting`, `accepted` or `returned`.
    #[schema(example = "waiting")]
    pub outcome: String,
    /// When the archive answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Which part of a list, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HandOverListQuery {
    /// Which of the two lists.
    #[param(inline)]
    pub part: HandOverPart,
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<SheetFormat>,
}

/// A part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandOverPart {
    /// What is kept for ever (vĩnh viễn).
    Permanent,
    /// What is kept for a time (có thời hạn).
    TimeLimited,
}

/// Hand case files in to the archive
///
/// All of them or none. By a clerk or leader of the agency responsible for them. The archive answers for each by a step of
/// the case file: `accept` or `return`. The answer shows personal data, which is kept in the read audit.
#[utoipa::path(
    operation_id = "create_hand_over",
    tag = "hand-overs",
    params(("agency" = Uuid, Path, description = "Id of the agency.")),
    request_body = CreateHandOver,
    responses(
        (status = 201, description = "Handed in.", body = HandOver),
        (status = 409, description = "`agency.closed` naming the successor; `case_file.lent` naming the loans.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/agencies/{agency}/hand-overs")]
pub(crate) async fn create_hand_over(
    room: Data<CaseFiles>,
    agency: Path<Uuid>,
    request: Write<CreateHandOver>,
) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, *agency, request.body).await?)
}

/// List hand-overs
///
/// The newest first: of agencies whose documents the caller keeps or directs, on either side.
#[utoipa::path(
    operation_id = "list_hand_overs",
    tag = "hand-overs",
    params(PageQuery),
    responses((status = 200, description = "A page of hand-overs.", body = Page<HandOverSummary>)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/hand-overs")]
pub(crate) async fn list_hand_overs(room: Data<CaseFiles>, request: List) -> WebResult {
    Reply::page(&ops::list(&room, request.actor, request.page).await?)
}

/// Read a hand-over
///
/// With its case files: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_hand_over",
    tag = "hand-overs",
    params(("id" = Uuid, Path, description = "The hand-over.")),
    responses((status = 200, description = "The hand-over.", body = HandOver)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/hand-overs/{id}")]
pub(crate) async fn get_hand_over(room: Data<CaseFiles>, id: Path<Uuid>, request: Read) -> WebResult {
    let found = ops::get(&room, request.actor, *id).await?;
    Reply::object(&found, None, true)
}

/// Print the list of a hand-over
///
/// Mục lục hồ sơ nộp lưu, in the seven columns of Decree 30/2020/NĐ-CP, Annex V: one of what is kept for ever, one of what
/// is kept for a time. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_hand_over_list",
    tag = "hand-overs",
    params(("id" = Uuid, Path, description = "The hand-over."), HandOverListQuery),
    responses(
        (status = 200, description = "The list.", content(
            (OfficialList = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/hand-overs/{id}/list")]
pub(crate) async fn get_hand_over_list(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Read<HandOverListQuery>,
) -> WebResult {
    let HandOverListQuery { part, format } = request.query;
    let book = sheet::print(&room, request.actor, *id, part).await?;
    let name = format!("muc-luc-ho-so-nop-luu-{id}");
    printing::serve(&OfficialList::of(&book), book, format, &name, room.db.clock.business().0).await
}
