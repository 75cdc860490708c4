//! The API of case files.

use actix_web::web::{Data, Path};
use actix_web::{get, patch, post};
use chrono::NaiveDate;
use motcua_kernel::filter::Filter;
use motcua_kernel::time::parse_day;
use motcua_kernel::{Page, Result, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::change::ChangeCaseFile;
use super::rules::State;
use super::transition::CreateCaseFileTransition;
use super::view::{CaseFile, CaseFileNote, CaseFileSummary};
use super::{CreateCaseFile, change, open, read, steps};
use crate::agency_filter::AgencyFilter;
use crate::case_files::CaseFiles;
use crate::case_files::contents::DocumentKind;
use crate::case_files::retention::Retention;
use crate::case_files::store::Narrow;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_case_file)
        .service(list_case_files)
        .service(get_case_file)
        .service(change_case_file)
        .service(create_case_file_transition)
        .service(list_case_file_notes)
        .service(list_officer_case_files);
}

/// Open a case file
///
/// By a line of the agency's issued file plan, or beside it with notation, title and retention. For officers of the agency
/// and of its units; for another officer than themselves, those who keep or direct its documents. The answer shows
/// personal data, which is kept in the read audit.
#[utoipa::path(
    operation_id = "create_case_file",
    tag = "case files",
    request_body = CreateCaseFile,
    responses(
        (status = 201, description = "Opened.", body = CaseFile),
        (status = 409, description = "`agency.closed` naming the successor; `file_plan.not_issued`; \
                                      `case_file.code_taken`: one of this notation is open in that year.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/case-files")]
pub(crate) async fn create_case_file(room: Data<CaseFiles>, request: Write<CreateCaseFile>) -> WebResult {
    Reply::answer(open::open(&room, request.actor, request.idempotency, request.body).await?)
}

/// What a list of case files is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseFilesQuery {
    /// The agency responsible now, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// Where they stand, one or `in:` several.
    #[param(example = "in:open,closed")]
    pub state: Option<String>,
    /// The year of the plan.
    #[param(example = 2026)]
    pub year: Option<i32>,
    /// The code.
    #[param(example = "H50.12.2026.01.TCCB")]
    pub code: Option<String>,
    /// How long they are kept: `permanent`, or so many years.
    #[param(example = "20")]
    pub retention: Option<String>,
    /// Those that have this document: kind and id, as `outgoing:0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa`.
    pub document: Option<String>,
    /// `lt:` a date: those to be handed in to the archive before it and not handed in.
    #[param(example = "lt:2027-01-01")]
    pub hand_over_due_on: Option<String>,
}

/// What an officer's case files are narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfficerCaseFilesQuery {
    /// Where they stand, one or `in:` several.
    #[param(example = "open")]
    pub state: Option<String>,
}

fn states(text: Option<&str>) -> Result<Option<Vec<&'static str>>> {
    let Some(text) = text else { return Ok(None) };
    let words = match Filter::parse("state", text)? {
        Filter::Is(word) => vec![word],
        Filter::In(words) => words,
        _ => return Err(Filter::refuse("state", text)),
    };
    let known: Option<Vec<_>> = words.iter().map(|word| State::from_word(word).map(State::as_str)).collect();
    known.map(Some).ok_or_else(|| Filter::refuse("state", text))
}

fn document(text: &str) -> Result<(&'static str, Uuid)> {
    let refuse = || Filter::refuse("document", text);
    let (kind, id) = text.split_once(':').ok_or_else(refuse)?;
    let kind = DocumentKind::from_word(kind).ok_or_else(refuse)?;
    let id = id.parse().map_err(|_not_an_id| refuse())?;
    Ok((kind.as_str(), id))
}

fn retention(text: &str) -> Result<Retention> {
    match text {
        "permanent" => Ok(Retention(None)),
        years => {
            years.parse().map(|years| Retention(Some(years))).map_err(|_no_number| Filter::refuse("retention", text))
        }
    }
}

fn due_until(text: &str) -> Result<NaiveDate> {
    let refuse = || Filter::refuse("hand_over_due_on", text);
    match Filter::parse("hand_over_due_on", text)? {
        Filter::Less(before) => parse_day(&before).and_then(|day| day.pred_opt()).ok_or_else(refuse),
        _ => Err(refuse()),
    }
}

/// List case files
///
/// The newest first, those the caller may see. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_case_files",
    tag = "case files",
    params(CaseFilesQuery, PageQuery),
    responses((status = 200, description = "A page of case files.", body = Page<CaseFileSummary>)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/case-files")]
pub(crate) async fn list_case_files(room: Data<CaseFiles>, request: List<CaseFilesQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let narrow = Narrow {
        agencies: AgencyFilter::read(&room.db, actor.tenant, query.agency.as_deref()).await?,
        states: states(query.state.as_deref())?,
        year: query.year,
        code: query.code,
        retention: query.retention.as_deref().map(retention).transpose()?,
        officer: None,
        due_until: query.hand_over_due_on.as_deref().map(due_until).transpose()?,
        document: query.document.as_deref().map(document).transpose()?,
    };
    Ok(Reply::page(&read::list(&room, actor, narrow, page).await?)?.personal())
}

/// List the case files an officer keeps
///
/// What has to be handed over before somebody leaves, retires or is transferred, of those the caller may see. The reading
/// is kept in the read audit.
#[utoipa::path(
    operation_id = "list_officer_case_files",
    tag = "case files",
    params(("officer" = Uuid, Path, description = "The officer."), OfficerCaseFilesQuery, PageQuery),
    responses((status = 200, description = "A page of case files.", body = Page<CaseFileSummary>)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/officers/{officer}/case-files")]
pub(crate) async fn list_officer_case_files(
    room: Data<CaseFiles>,
    officer: Path<Uuid>,
    request: List<OfficerCaseFilesQuery>,
) -> WebResult {
    let List { actor, query, page } = request;
    let narrow = Narrow { officer: Some(*officer), states: states(query.state.as_deref())?, ..Narrow::default() };
    Ok(Reply::page(&read::list(&room, actor, narrow, page).await?)?.personal())
}

/// Read a case file
///
/// With personal data: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_case_file",
    tag = "case files",
    params(("id" = Uuid, Path, description = "The case file.")),
    responses((status = 200, description = "The case file.", body = CaseFile)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/case-files/{id}")]
pub(crate) async fn get_case_file(room: Data<CaseFiles>, id: Path<Uuid>, request: Read) -> WebResult {
    let found = read::get(&room, request.actor, *id).await?;
    Reply::object(&found, found.summary.version, true)
}

/// Change a case file
///
/// While it is open. Needs `If-Match`. The answer shows personal data, which is kept in the read audit.
#[utoipa::path(
    operation_id = "change_case_file",
    tag = "case files",
    params(("id" = Uuid, Path, description = "The case file."), IfMatch),
    request_body = ChangeCaseFile,
    responses(
        (status = 200, description = "The case file after the change.", body = CaseFile),
        (status = 409, description = "`case_file.state` with the state and the actions allowed now.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[patch("/case-files/{id}")]
pub(crate) async fn change_case_file(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Write<ChangeCaseFile>,
) -> WebResult {
    let at = (*id, request.require_match()?);
    Reply::answer(change::change(&room, request.actor, request.idempotency, at, request.body).await?)
}

/// Move a case file
///
/// One step, which `allowed_actions` of the case file lists for its caller. Needs `If-Match`. Who keeps it closes it;
/// heads open it again and keep it back; clerks and heads give it to another officer; the archive it was handed to takes
/// it or gives it back.
#[utoipa::path(
    operation_id = "create_case_file_transition",
    tag = "case files",
    params(("id" = Uuid, Path, description = "The case file."), IfMatch),
    request_body = CreateCaseFileTransition,
    responses(
        (status = 200, description = "The case file after the step.", body = CaseFile),
        (status = 409, description = "`case_file.state` with the state and the actions allowed now; `case_file.empty`; \
                                      `case_file.not_for_archive`.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/case-files/{id}/transitions")]
pub(crate) async fn create_case_file_transition(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Write<CreateCaseFileTransition>,
) -> WebResult {
    let at = (*id, request.require_match()?);
    Reply::answer(steps::transition(&room, request.actor, request.idempotency, at, request.body).await?)
}

/// List what was done with a case file
///
/// The oldest first: every step with its reason. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_case_file_notes",
    tag = "case files",
    params(("id" = Uuid, Path, description = "The case file."), PageQuery),
    responses((status = 200, description = "A page of acts.", body = Page<CaseFileNote>)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/case-files/{id}/notes")]
pub(crate) async fn list_case_file_notes(room: Data<CaseFiles>, id: Path<Uuid>, request: List) -> WebResult {
    let List { actor, page, .. } = request;
    Ok(Reply::page(&read::notes(&room, actor, *id, page).await?)?.personal())
}
