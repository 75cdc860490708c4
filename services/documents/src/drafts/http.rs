//! Drafts over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Page, Result, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, TraceContext, WebResult, Write};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::DraftState;
use super::store::Narrow;
use super::view::{
    CreateComment, CreateDraft, CreateDraftTransition, CreateRevision, Draft, DraftReader, DraftStep, DraftSummary,
    Revision,
};
use super::{Drafts, comment, consult_http, create, read, transition};
use crate::agency_filter::AgencyFilter;

/// The scope by which drafts are read.
pub(super) const READ: &str = "documents:documents:read";
/// The scope by which they are written.
pub(super) const WRITE: &str = "documents:documents:write";

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_draft)
        .service(list_drafts)
        .service(get_draft)
        .service(create_draft_revision)
        .service(list_draft_revisions)
        .service(create_draft_transition)
        .service(create_draft_comment)
        .service(list_draft_steps)
        .service(list_draft_readers);
    consult_http::routes(config);
}

/// What a list of drafts is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DraftsQuery {
    /// The agency responsible now, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// Where it stands; `in:` several.
    #[param(example = "in:content_check,form_check")]
    pub state: Option<String>,
    /// `true` for the caller's own.
    pub mine: Option<bool>,
}

/// Begin a draft
///
/// By an officer of the agency, or of the unit that drafts, who is its author. A secrecy mark is refused.
#[utoipa::path(
    operation_id = "create_draft",
    tag = "drafts",
    request_body(content = CreateDraft, example = json!({
        "agency": "H50",
        "unit": "H50.12",
        "type": "QĐ",
        "subject": "Phê duyệt kế hoạch cải cách hành chính năm 2027",
        "file_id": "0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa"
    })),
    responses(
        (status = 201, description = "The draft.", body = Draft),
        (status = 409, description = "`agency.closed` naming the successor.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/drafts")]
pub(crate) async fn create_draft(room: Data<Drafts>, request: Write<CreateDraft>) -> WebResult {
    Reply::answer(create::create(&room, request.actor, request.idempotency, request.body, request_id()).await?)
}

/// List drafts
///
/// The newest first, those to whose circle the caller belongs. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_drafts",
    tag = "drafts",
    params(DraftsQuery, PageQuery),
    responses((status = 200, description = "A page of drafts.", body = Page<DraftSummary>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/drafts")]
pub(crate) async fn list_drafts(room: Data<Drafts>, request: List<DraftsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let agencies = AgencyFilter::read(&room.db, actor.tenant, query.agency.as_deref()).await?;
    let states = query.state.as_deref().map(known_states).transpose()?;
    let narrow = Narrow { agencies, states, author: None };
    let which = (narrow, query.mine == Some(true));
    Ok(Reply::page(&read::list(&room, actor, which, page, request_id()).await?)?.personal())
}

fn known_states(text: &str) -> Result<Vec<String>> {
    let states = match Filter::parse("state", text)? {
        Filter::Is(one) => vec![one],
        Filter::In(several) => several,
        _ => return Err(Filter::refuse("state", text)),
    };
    if states.iter().any(|one| DraftState::from_word(one).is_none()) {
        return Err(Filter::refuse("state", text));
    }
    Ok(states)
}

/// Read a draft
///
/// With its current text. Who reads it and when is kept with it, and in the read audit. Who is only asked for an opinion
/// sees neither its checks nor its signature.
#[utoipa::path(
    operation_id = "get_draft",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft.")),
    responses((status = 200, description = "The draft.", body = Draft)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/drafts/{id}")]
pub(crate) async fn get_draft(room: Data<Drafts>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let draft = read::get(&room, request.actor, *id, request_id()).await?;
    Reply::object(&draft, draft.summary.version, true)
}

/// Make a new version of a draft
///
/// By its author or the head of its unit, until it is signed. Needs `If-Match`. Approvals of older versions do not count
/// any more: it goes back to who approved it (Decree 30/2020/NĐ-CP, Article 11).
#[utoipa::path(
    operation_id = "create_draft_revision",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft."), IfMatch),
    request_body(content = CreateRevision, example = json!({
        "file_id": "0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa",
        "note": "Sửa thời hạn tại Điều 3 theo ý kiến của Sở Tài chính"
    })),
    responses(
        (status = 201, description = "The draft.", body = Draft),
        (status = 409, description = "`draft.signed`, `draft.state`, or `document.issued` with what can be done instead.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/drafts/{id}/revisions")]
pub(crate) async fn create_draft_revision(
    room: Data<Drafts>,
    id: Path<Uuid>,
    request: Write<CreateRevision>,
) -> WebResult {
    let target = (*id, request.require_match()?);
    let (actor, key) = (request.actor, request.idempotency);
    Reply::answer(create::revise(&room, actor, key, target, request.body, request_id()).await?)
}

/// List the versions of a draft
///
/// The first one first, with files and notes. The reading is kept with the draft, and in the read audit.
#[utoipa::path(
    operation_id = "list_draft_revisions",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft."), PageQuery),
    responses((status = 200, description = "A page of versions.", body = Page<Revision>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/drafts/{id}/revisions")]
pub(crate) async fn list_draft_revisions(room: Data<Drafts>, id: Path<Uuid>, request: List) -> WebResult {
    Ok(Reply::page(&read::revisions(&room, request.actor, *id, request.page, request_id()).await?)?.personal())
}

/// Move a draft
///
/// One step, which `allowed_actions` of the draft lists for its caller. Needs `If-Match`. A signature takes an authority
/// that holds today for this type of document (`GET …/signing-authorities`), and is of the version that was read.
#[utoipa::path(
    operation_id = "create_draft_transition",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft."), IfMatch),
    request_body(content = CreateDraftTransition, example = json!({"action": "approve_content", "revision": 1})),
    responses(
        (status = 200, description = "The draft.", body = Draft),
        (status = 403, description = "`draft.not_yours`, `draft.own_draft`, `draft.same_checker`, `draft.goes_back`, \
                                      `signing.no_authority` …"),
        (status = 409, description = "`draft.state` with the state and the actions allowed now, \
                                      `draft.approval_outdated`, `signing.authority_ended` naming the day, \
                                      `agency.closed` naming the successor.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/drafts/{id}/transitions")]
pub(crate) async fn create_draft_transition(
    room: Data<Drafts>,
    id: Path<Uuid>,
    request: Write<CreateDraftTransition>,
) -> WebResult {
    let target = (*id, request.require_match()?);
    let (actor, key) = (request.actor, request.idempotency);
    Reply::answer(transition::transition(&room, actor, key, target, request.body, request_id()).await?)
}

/// Comment on a draft
///
/// By anybody of its circle, in whatever state it is. Comments are never changed or removed.
#[utoipa::path(
    operation_id = "create_draft_comment",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft.")),
    request_body = CreateComment,
    responses((status = 201, description = "The comment, as a step.", body = DraftStep)),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/drafts/{id}/comments")]
pub(crate) async fn create_draft_comment(
    room: Data<Drafts>,
    id: Path<Uuid>,
    request: Write<CreateComment>,
) -> WebResult {
    let (actor, key) = (request.actor, request.idempotency);
    Reply::answer(comment::comment(&room, actor, key, *id, request.body, request_id()).await?)
}

/// Read what happened to a draft
///
/// Every comment, check, return, signature and the rest, in order, for its circle. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_draft_steps",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft."), PageQuery),
    responses((status = 200, description = "A page of steps.", body = Page<DraftStep>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/drafts/{id}/steps")]
pub(crate) async fn list_draft_steps(room: Data<Drafts>, id: Path<Uuid>, request: List) -> WebResult {
    Ok(Reply::page(&read::steps(&room, request.actor, *id, request.page, request_id()).await?)?.personal())
}

/// Who read a draft, and when
///
/// For its circle.
#[utoipa::path(
    operation_id = "list_draft_readers",
    tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft."), PageQuery),
    responses((status = 200, description = "A page of readers.", body = Page<DraftReader>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/drafts/{id}/readers")]
pub(crate) async fn list_draft_readers(room: Data<Drafts>, id: Path<Uuid>, request: List) -> WebResult {
    Reply::page(&read::readers(&room, request.actor, *id, request.page).await?)
}

pub(super) fn request_id() -> String {
    TraceContext::current().unwrap_or_default().request_id
}
