//! The API of incoming documents.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::NaiveDate;
use motcua_db::sql::Id;
use motcua_kernel::filter::Filter;
use motcua_kernel::time::parse_day;
use motcua_kernel::{Actor, Page, Result, Role, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, PageQuery, Read, Reply, TraceContext, WebResult, Write};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::create_request::CreateIncomingDocument;
use super::facts::Source;
use super::rules::State;
use super::store::{Mine, Narrow};
use super::transition::CreateIncomingTransition;
use super::view::{Assignment, IncomingDocument, IncomingDocumentSummary, IncomingNote, IncomingReader};
use super::{IncomingDocuments, create, dispatches, read, register, steps};
use crate::agency_filter::AgencyFilter;
use crate::marks::Urgency;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        // Before the documents: its name would be read as an id.
        .service(register::http::get_incoming_register)
        .service(register::http::get_incoming_tracking)
        .service(register::http::get_incoming_report)
        .service(create_incoming_document)
        .service(list_incoming_documents)
        .service(get_incoming_document)
        .service(create_incoming_transition)
        .service(list_incoming_notes)
        .service(list_incoming_assignments)
        .service(list_incoming_readers);
    dispatches::http::routes(config);
}

/// Take a document in
///
/// A document that arrived from outside: entered by a clerk of the agency with the scope `documents:documents:write`, or
/// sent by another system with `documents:incoming:submit`. The same `external_ref` again, saying the same, answers 200
/// with the document taken in the first time. A document of the same number, notation and issuer in that year is told of
/// in `warnings`. The answer shows personal data, which is kept in the read audit.
///
/// A client that brought a document in reads, in the feed and by webhook, that it was received, returned or registered: later
/// events say who deals with it, which its view does not show. Where the document stands is in the view.
#[utoipa::path(
    operation_id = "create_incoming_document",
    tag = "incoming documents",
    request_body = CreateIncomingDocument,
    responses(
        (status = 201, description = "Taken in.", body = IncomingDocument),
        (status = 200, description = "Taken in before under this reference.", body = IncomingDocument),
        (status = 409, description = "`agency.closed` naming the successor, `document.external_ref_reused`, or \
                                      `document.duplicate` when a second one is to be refused.")
    ),
    security(("bearer" = ["documents:documents:write"]), ("bearer" = ["documents:incoming:submit"]))
)]
#[post("/incoming-documents")]
pub(crate) async fn create_incoming_document(
    room: Data<IncomingDocuments>,
    request: Write<CreateIncomingDocument>,
) -> WebResult {
    let answer = create::create(&room, request.actor, request.idempotency, request.body, request_id()).await?;
    Reply::answer(answer)
}

/// What a list of incoming documents is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IncomingDocumentsQuery {
    /// The agency responsible now, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// Where they stand, one or `in:` several. Without it, all but those taken back.
    #[param(example = "in:received,registered")]
    pub state: Option<String>,
    /// Where they came from.
    #[param(inline)]
    pub source: Option<Source>,
    /// How urgent, one or `in:` several.
    #[param(example = "in:express,very_urgent")]
    pub urgency: Option<String>,
    /// `me`: what is given to the caller by name or through a post in a unit, or was brought before them.
    #[param(example = "me")]
    pub assigned: Option<String>,
    /// Day of arrival in Vietnam: `lt:` or `gte:` a date, or the date.
    #[param(example = "gte:2026-11-01")]
    pub arrived_on: Option<String>,
    /// Number of arrival.
    #[param(example = 15)]
    pub arrival_number: Option<i64>,
    /// The reference the client gave.
    pub external_ref: Option<String>,
    /// `true`: only those whose next step is late now, the most urgent first.
    pub overdue: Option<bool>,
    /// The order: the newest arrival first when absent; `urgency` for an inbox, without those that have ended.
    #[param(inline)]
    pub sort: Option<IncomingSort>,
}

/// An order of incoming documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncomingSort {
    /// Express first, then what is due soonest.
    Urgency,
}

/// List incoming documents
///
/// Those the caller may see. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_incoming_documents",
    tag = "incoming documents",
    params(IncomingDocumentsQuery, PageQuery),
    responses((status = 200, description = "A page of documents.", body = Page<IncomingDocumentSummary>)),
    security(("bearer" = ["documents:documents:read"]), ("bearer" = ["documents:incoming:submit"]))
)]
#[get("/incoming-documents")]
pub(crate) async fn list_incoming_documents(
    room: Data<IncomingDocuments>,
    request: List<IncomingDocumentsQuery>,
) -> WebResult {
    let List { actor, query, page } = request;
    let mut narrow = narrow(&room, &actor, &query).await?;
    let scope = format!("incoming-documents {narrow:?}");
    // Not part of the list's name: it is another at every page.
    narrow.overdue_at = (query.overdue == Some(true)).then(|| room.db.clock.business().0);
    Ok(Reply::page(&read::list(&room, actor, narrow, page, scope, request_id()).await?)?.personal())
}

async fn narrow(room: &IncomingDocuments, actor: &Arc<Actor>, query: &IncomingDocumentsQuery) -> Result<Narrow> {
    let overdue = query.overdue == Some(true);
    let mut narrow = Narrow {
        agencies: AgencyFilter::read(&room.db, actor.tenant, query.agency.as_deref()).await?,
        source: query.source.map(Source::as_str),
        arrival_number: query.arrival_number,
        external_ref: query.external_ref.clone(),
        by_urgency: overdue || query.sort == Some(IncomingSort::Urgency),
        ..Narrow::default()
    };
    if let Some(text) = &query.state {
        let states = words("state", text)?.into_iter().map(|word| State::from_word(&word).map(State::as_str)).collect();
        narrow.states = Some(Option::<Vec<_>>::ok_or_else(states, || Filter::refuse("state", text))?);
    }
    if let Some(text) = &query.urgency {
        let ranks = words("urgency", text)?.into_iter().map(|word| rank(&word)).collect();
        narrow.urgency = Some(Option::<Vec<_>>::ok_or_else(ranks, || Filter::refuse("urgency", text))?);
    }
    if let Some(text) = &query.arrived_on {
        let day = |day: &str| parse_day(day).ok_or_else(|| Filter::refuse("arrived_on", text));
        match Filter::parse("arrived_on", text)? {
            Filter::Less(before) => narrow.arrived_before = Some(day(&before)?),
            Filter::AtLeast(from) => narrow.arrived_from = Some(day(&from)?),
            Filter::Is(on) => {
                let on = day(&on)?;
                (narrow.arrived_from, narrow.arrived_before) = (Some(on), on.succ_opt().or(Some(NaiveDate::MAX)));
            }
            _ => return Err(Filter::refuse("arrived_on", text)),
        }
    }
    match query.assigned.as_deref() {
        None => {}
        Some("me") => {
            let officer = read::own_officer(room, actor).await?;
            let posts = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
            narrow.assigned = Some(Mine { officer, posts });
        }
        Some(text) => return Err(Filter::refuse("assigned", text)),
    }
    Ok(narrow)
}

fn words(name: &str, text: &str) -> Result<Vec<String>> {
    match Filter::parse(name, text)? {
        Filter::Is(word) => Ok(vec![word]),
        Filter::In(words) => Ok(words),
        _ => Err(Filter::refuse(name, text)),
    }
}

fn rank(word: &str) -> Option<i32> {
    let urgency: Urgency = serde_json::from_value(word.into()).ok()?;
    Some(urgency as i32)
}

/// Read an incoming document
///
/// With personal data: the reading is kept in the read audit, and the first of each officer with the document.
#[utoipa::path(
    operation_id = "get_incoming_document",
    tag = "incoming documents",
    params(("id" = Uuid, Path, description = "The document.")),
    responses((status = 200, description = "The document.", body = IncomingDocument)),
    security(("bearer" = ["documents:documents:read"]), ("bearer" = ["documents:incoming:submit"]))
)]
#[get("/incoming-documents/{id}")]
pub(crate) async fn get_incoming_document(room: Data<IncomingDocuments>, id: Path<Uuid>, request: Read) -> WebResult {
    let document = read::get(&room, request.actor, *id, request_id()).await?;
    Reply::object(&document, document.summary.version, true)
}

/// Move an incoming document
///
/// One step, which `allowed_actions` of the document lists for its caller. Needs `If-Match`. Clerks return, register and
/// submit; leaders and approvers assign, direct, close and reopen; who has the lead starts, reports, asks, answers and
/// closes; who takes part gives an opinion. Every step with its words is kept.
#[utoipa::path(
    operation_id = "create_incoming_transition",
    tag = "incoming documents",
    params(("id" = Uuid, Path, description = "The document."), IfMatch),
    request_body = CreateIncomingTransition,
    responses(
        (status = 200, description = "The document after the step.", body = IncomingDocument),
        (status = 409, description = "`incoming.state` with the state and the actions allowed now; \
                                      `incoming.check_failed` when it must go back instead of into the register; \
                                      `incoming.not_answered`, `incoming.answer_not_in_force`; `agency.closed` of a \
                                      unit, naming its successor.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/incoming-documents/{id}/transitions")]
pub(crate) async fn create_incoming_transition(
    room: Data<IncomingDocuments>,
    id: Path<Uuid>,
    request: Write<CreateIncomingTransition>,
) -> WebResult {
    let at = (*id, request.require_match()?);
    let step = request.body;
    Reply::answer(steps::transition(&room, request.actor, request.idempotency, at, step, request_id()).await?)
}

/// List what was done and written about an incoming document
///
/// The oldest first: every step with its reason, direction, report, question, opinion or answer. The reading is kept in
/// the read audit.
#[utoipa::path(
    operation_id = "list_incoming_notes",
    tag = "incoming documents",
    params(("id" = Uuid, Path, description = "The document."), PageQuery),
    responses((status = 200, description = "A page of acts.", body = Page<IncomingNote>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/incoming-documents/{id}/notes")]
pub(crate) async fn list_incoming_notes(room: Data<IncomingDocuments>, id: Path<Uuid>, request: List) -> WebResult {
    let List { actor, page, .. } = request;
    Ok(Reply::page(&read::notes(&room, actor, *id, page, request_id()).await?)?.personal())
}

/// List the directions about an incoming document
///
/// The newest first, each with everybody it named: none is lost when another replaces it. The reading is kept in the read
/// audit.
#[utoipa::path(
    operation_id = "list_incoming_assignments",
    tag = "incoming documents",
    params(("id" = Uuid, Path, description = "The document.")),
    responses((status = 200, description = "The directions.", body = Page<Assignment>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/incoming-documents/{id}/assignments")]
pub(crate) async fn list_incoming_assignments(
    room: Data<IncomingDocuments>,
    id: Path<Uuid>,
    request: Read,
) -> WebResult {
    Ok(Reply::page(&read::assignments(&room, request.actor, *id, request_id()).await?)?.personal())
}

/// List who has read an incoming document
///
/// Each officer with the first time, for those who keep or direct the agency's documents.
#[utoipa::path(
    operation_id = "list_incoming_readers",
    tag = "incoming documents",
    params(("id" = Uuid, Path, description = "The document."), PageQuery),
    responses((status = 200, description = "A page of readers.", body = Page<IncomingReader>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/incoming-documents/{id}/readers")]
pub(crate) async fn list_incoming_readers(room: Data<IncomingDocuments>, id: Path<Uuid>, request: List) -> WebResult {
    let List { actor, page, .. } = request;
    Reply::page(&read::readers(&room, actor, *id, page).await?)
}

pub(super) fn request_id() -> String {
    TraceContext::current().unwrap_or_default().request_id
}
