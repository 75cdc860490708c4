//! The API of destructions.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Page, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{ops, read, sheet};
use crate::case_files::CaseFiles;
use crate::case_files::decision::Decision;
use crate::case_files::files::view::CaseFileSummary;
use crate::case_files::lists::{ListFormatQuery, OfficialList};
use crate::printing;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_destruction)
        .service(list_destructions)
        .service(get_destruction)
        .service(create_destruction_transition)
        .service(get_destruction_protocol);
}

/// Case files to be destroyed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "case_files": ["0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa"], "reason": "Hồ sơ hết thời hạn bảo quản"
}))]
pub struct CreateDestruction {
    /// The case files, by id, 1 to 500: at rest, their retention ended.
    pub case_files: Vec<Uuid>,
    /// Why, 10 to 2,000 characters. Personal data.
    pub reason: String,
}

/// A step of a destruction.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreateDestructionTransition {
    /// Decide on it (quyết định tiêu hủy); by another person than who proposed it.
    Decide {
        /// The decision.
        decision: Decision,
        /// The opinion of the council (ý kiến của hội đồng), at most 2,000 characters. Personal data.
        opinion: String,
        /// Its members (thành viên hội đồng), 3 to 20 names of at most 200 characters. Personal data.
        members: Vec<String>,
    },
    /// Refuse it.
    Refuse {
        /// Why, 10 to 2,000 characters. Personal data.
        reason: String,
    },
    /// Do it (thực hiện tiêu hủy).
    Destroy {},
}

/// A destruction in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DestructionSummary {
    /// Its id.
    pub id: Uuid,
    /// The agency, with the code it had then.
    pub agency: Named,
    /// `proposed`, `decided`, `refused` or `done`.
    #[schema(example = "proposed")]
    pub state: String,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// Who proposed it.
    pub proposed_by: String,
    /// The decision.
    pub decision: Option<Decision>,
    /// When it was decided on.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When it was done.
    pub destroyed_at: Option<DateTime<Utc>>,
    /// Rises with every change.
    pub version: i64,
}

/// A destruction (đợt tiêu hủy).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Destruction {
    /// What lists show.
    #[serde(flatten)]
    pub summary: DestructionSummary,
    /// Why it was proposed. Personal data.
    pub reason: String,
    /// The opinion of the council. Personal data.
    pub opinion: Option<String>,
    /// The members of the council. Personal data.
    pub members: Vec<String>,
    /// Why it was refused. Personal data.
    pub refusal: Option<String>,
    /// Its case files, in the order of its list. Personal data.
    pub case_files: Vec<CaseFileSummary>,
    /// What the caller may do now: `decide`, `refuse`, `destroy`.
    pub allowed_actions: Vec<&'static str>,
}

/// Propose the destruction of case files
///
/// By a clerk or leader of the agency that keeps them: the archive's, once it has taken them. Refused with every fault of
/// every case file. The answer shows personal data, which is kept in the read audit.
#[utoipa::path(
    operation_id = "create_destruction",
    tag = "destructions",
    params(("agency" = Uuid, Path, description = "Id of the agency.")),
    request_body = CreateDestruction,
    responses(
        (status = 201, description = "Proposed.", body = Destruction),
        (status = 409, description = "`case_file.lent` naming the loans.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/agencies/{agency}/destructions")]
pub(crate) async fn create_destruction(
    room: Data<CaseFiles>,
    agency: Path<Uuid>,
    request: Write<CreateDestruction>,
) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, *agency, request.body).await?)
}

/// List destructions
///
/// The newest first: of agencies whose documents the caller keeps or directs.
#[utoipa::path(
    operation_id = "list_destructions",
    tag = "destructions",
    params(PageQuery),
    responses((status = 200, description = "A page of destructions.", body = Page<DestructionSummary>)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/destructions")]
pub(crate) async fn list_destructions(room: Data<CaseFiles>, request: List) -> WebResult {
    Reply::page(&read::list(&room, request.actor, request.page).await?)
}

/// Read a destruction
///
/// With its case files: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_destruction",
    tag = "destructions",
    params(("id" = Uuid, Path, description = "The destruction.")),
    responses((status = 200, description = "The destruction.", body = Destruction)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/destructions/{id}")]
pub(crate) async fn get_destruction(room: Data<CaseFiles>, id: Path<Uuid>, request: Read) -> WebResult {
    let found = read::get(&room, request.actor, *id).await?;
    Reply::object(&found, found.summary.version, true)
}

/// Decide on a destruction, refuse it, or do it
///
/// Who directs the agency's documents decides, and is another person than who proposed. Needs `If-Match`.
#[utoipa::path(
    operation_id = "create_destruction_transition",
    tag = "destructions",
    params(("id" = Uuid, Path, description = "The destruction."), IfMatch),
    request_body = CreateDestructionTransition,
    responses(
        (status = 200, description = "The destruction after the step.", body = Destruction),
        (status = 409, description = "`destruction.state` with the state and the actions allowed now; \
                                      `destruction.not_ended` naming case files that can't be destroyed any more; \
                                      `case_file.lent` naming the loans.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/destructions/{id}/transitions")]
pub(crate) async fn create_destruction_transition(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Write<CreateDestructionTransition>,
) -> WebResult {
    let at = (*id, request.require_match()?);
    Reply::answer(ops::transition(&room, request.actor, request.idempotency, at, request.body).await?)
}

/// Print the protocol of a destruction
///
/// Biên bản tiêu hủy, with the list of what was destroyed; the list of what is proposed before that. The reading is kept in
/// the read audit.
#[utoipa::path(
    operation_id = "get_destruction_protocol",
    tag = "destructions",
    params(("id" = Uuid, Path, description = "The destruction."), ListFormatQuery),
    responses(
        (status = 200, description = "The protocol.", content(
            (OfficialList = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/destructions/{id}/protocol")]
pub(crate) async fn get_destruction_protocol(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Read<ListFormatQuery>,
) -> WebResult {
    let book = sheet::print(&room, request.actor, *id).await?;
    let name = format!("bien-ban-tieu-huy-{id}");
    printing::serve(&OfficialList::of(&book), book, request.query.format, &name, room.db.clock.business().0).await
}
