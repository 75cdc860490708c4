//! The API of loans.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::filter::Filter;
use motcua_kernel::time::deserialize_day;
use motcua_kernel::{Page, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store::Narrow;
use super::{ops, sheet};
use crate::agency_filter::AgencyFilter;
use crate::case_files::CaseFiles;
use crate::case_files::lists::OfficialList;
use crate::case_files::people::Officer;
use crate::printing::{self, SheetFormat};

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_case_file_loan)
        .service(list_case_file_loans)
        .service(get_case_file_loan)
        .service(create_case_file_loan_transition)
        .service(get_case_file_loan_sheet);
}

/// A case file to be borrowed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "case_file": "0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa", "person": "0197c1c8-3a10-7a31-9b3f-5a1d30c7b8ab",
    "purpose": "Thẩm tra hồ sơ tuyển dụng", "due_on": "2026-12-15"
}))]
pub struct CreateCaseFileLoan {
    /// The case file, by id.
    pub case_file: Uuid,
    /// The officer who borrows it, by id.
    pub person: Uuid,
    /// What for, at most 500 characters. Personal data.
    #[schema(max_length = 500)]
    pub purpose: String,
    /// When it is to be given back: today or later.
    #[serde(deserialize_with = "deserialize_day")]
    pub due_on: NaiveDate,
}

/// A step of a loan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreateCaseFileLoanTransition {
    /// Agree to it (cho phép).
    Approve {},
    /// Refuse it (từ chối).
    Refuse {
        /// Why, 10 to 2,000 characters. Personal data.
        reason: String,
    },
    /// Give it back (trả).
    Return {},
}

impl CreateCaseFileLoanTransition {
    /// Its word.
    pub(super) const fn action(&self) -> &'static str {
        match self {
            Self::Approve {} => "approve",
            Self::Refuse { .. } => "refuse",
            Self::Return {} => "return",
        }
    }

    /// The state it is possible in.
    pub(super) const fn from(&self) -> LoanState {
        match self {
            Self::Approve {} | Self::Refuse { .. } => LoanState::Requested,
            Self::Return {} => LoanState::Approved,
        }
    }
}

/// Where a loan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseFileLoanState)]
pub enum LoanState {
    /// Asked for.
    Requested,
    /// Agreed to (đang mượn).
    Approved,
    /// Refused.
    Refused,
    /// Given back (đã trả).
    Returned,
}

impl LoanState {
    /// The word as columns write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Returned => "returned",
        }
    }

    /// The state a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Requested, Self::Approved, Self::Refused, Self::Returned]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// A loan of a case file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseFileLoan {
    /// Its id.
    pub id: Uuid,
    /// The case file.
    pub case_file: LoanedCaseFile,
    /// The agency that keeps it.
    pub keeper_agency: Named,
    /// Who borrows it. Personal data.
    pub person: Officer,
    /// What for. Personal data.
    pub purpose: String,
    /// When it is to be given back.
    pub due_on: NaiveDate,
    /// Where it stands.
    pub state: LoanState,
    /// Not given back though the day is past.
    pub late: bool,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When it was agreed to or refused.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who agreed or refused. Personal data.
    pub decider: Option<Officer>,
    /// Why it was refused. Personal data.
    pub refusal: Option<String>,
    /// When it was given back.
    pub returned_at: Option<DateTime<Utc>>,
    /// What the caller may do now; null in lists.
    pub allowed_actions: Option<Vec<&'static str>>,
    /// Rises with every change.
    pub version: i64,
}

/// A case file that is lent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LoanedCaseFile {
    /// The case file.
    pub id: Uuid,
    /// Its code.
    #[schema(example = "H50.12.2026.01.TCCB")]
    pub code: String,
    /// What it is about. Personal data.
    pub title: String,
}

/// Ask to borrow a case file
///
/// For an officer, by who keeps the case file or its clerks and leaders. The answer shows personal data, which is kept in
/// the read audit.
#[utoipa::path(
    operation_id = "create_case_file_loan",
    tag = "case file loans",
    request_body = CreateCaseFileLoan,
    responses(
        (status = 201, description = "Asked for.", body = CaseFileLoan),
        (status = 409, description = "`case_file.state`: it is open or destroyed; \
                                      `case_file.to_be_destroyed` naming the destruction.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/case-file-loans")]
pub(crate) async fn create_case_file_loan(room: Data<CaseFiles>, request: Write<CreateCaseFileLoan>) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, request.body).await?)
}

/// What a list of loans is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseFileLoansQuery {
    /// The agency that keeps the case files, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// Where they stand.
    #[param(example = "approved")]
    pub state: Option<String>,
    /// Of this case file.
    pub case_file: Option<Uuid>,
    /// `true`: only those not given back though the day is past.
    pub late: Option<bool>,
}

/// List loans
///
/// The newest first, those the caller may see: of who keeps the case files, and their own. The reading is kept in the read
/// audit.
#[utoipa::path(
    operation_id = "list_case_file_loans",
    tag = "case file loans",
    params(CaseFileLoansQuery, PageQuery),
    responses((status = 200, description = "A page of loans.", body = Page<CaseFileLoan>)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/case-file-loans")]
pub(crate) async fn list_case_file_loans(room: Data<CaseFiles>, request: List<CaseFileLoansQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let state = query
        .state
        .as_deref()
        .map(|word| LoanState::from_word(word).map(LoanState::as_str).ok_or_else(|| Filter::refuse("state", word)));
    let narrow = Narrow {
        agencies: AgencyFilter::read(&room.db, actor.tenant, query.agency.as_deref()).await?,
        state: state.transpose()?,
        case_file: query.case_file,
        late_on: (query.late == Some(true)).then(|| room.db.clock.business().day_in_vietnam()),
    };
    Ok(Reply::page(&ops::list(&room, actor, narrow, page).await?)?.personal())
}

/// Read a loan
///
/// With personal data: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_case_file_loan",
    tag = "case file loans",
    params(("id" = Uuid, Path, description = "The loan.")),
    responses((status = 200, description = "The loan.", body = CaseFileLoan)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/case-file-loans/{id}")]
pub(crate) async fn get_case_file_loan(room: Data<CaseFiles>, id: Path<Uuid>, request: Read) -> WebResult {
    let found = ops::get(&room, request.actor, *id).await?;
    Reply::object(&found, found.version, true)
}

/// Agree to a loan, refuse it, or give it back
///
/// Who directs the keeper's documents agrees or refuses; its clerk or the borrower notes the return. Needs `If-Match`.
#[utoipa::path(
    operation_id = "create_case_file_loan_transition",
    tag = "case file loans",
    params(("id" = Uuid, Path, description = "The loan."), IfMatch),
    request_body = CreateCaseFileLoanTransition,
    responses(
        (status = 200, description = "The loan after the step.", body = CaseFileLoan),
        (status = 409, description = "`loan.state` with the state and the actions allowed now; `case_file.state`, \
                                      `case_file.to_be_destroyed` naming the destruction, `loan.keeper_changed`.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/case-file-loans/{id}/transitions")]
pub(crate) async fn create_case_file_loan_transition(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Write<CreateCaseFileLoanTransition>,
) -> WebResult {
    let at = (*id, request.require_match()?);
    Reply::answer(ops::transition(&room, request.actor, request.idempotency, at, request.body).await?)
}

/// Which days, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseFileLoanSheetQuery {
    /// The first day on which it was agreed to, in Vietnam.
    #[serde(deserialize_with = "deserialize_day")]
    #[param(example = "2026-11-01")]
    pub from: NaiveDate,
    /// The last day.
    #[serde(deserialize_with = "deserialize_day")]
    #[param(example = "2026-11-30")]
    pub to: NaiveDate,
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<SheetFormat>,
}

/// Print the book of loans
///
/// Sổ sử dụng bản lưu, in the nine columns of Decree 30/2020/NĐ-CP, Annex IV, at most 5,000 lines. The reading is kept in
/// the read audit.
#[utoipa::path(
    operation_id = "get_case_file_loan_sheet",
    tag = "case file loans",
    params(("agency" = Uuid, Path, description = "Id of the agency that keeps the case files."), CaseFileLoanSheetQuery),
    responses(
        (status = 200, description = "The book.", content(
            (OfficialList = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/agencies/{agency}/case-file-loans/sheet")]
pub(crate) async fn get_case_file_loan_sheet(
    room: Data<CaseFiles>,
    agency: Path<Uuid>,
    request: Read<CaseFileLoanSheetQuery>,
) -> WebResult {
    let CaseFileLoanSheetQuery { from, to, format } = request.query;
    let book = sheet::print(&room, request.actor, *agency, (from, to)).await?;
    let name = format!("so-su-dung-ban-luu-{agency}");
    printing::serve(&OfficialList::of(&book), book, format, &name, room.db.clock.business().0).await
}
