//! Exceptions of agencies (ngoại lệ của cơ quan): a storm closes a commune, a ward works on a Sunday. One reaches everything
//! below its agency, unless something nearer has one on the same day.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_calendars::facts::CalendarExceptionKind;
use motcua_clock::AgencyException;
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::deserialize_day;
use motcua_kernel::{Actor, Answer, Page, PageRequest, Result, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::enact::{self, Read as Seen};
use super::proposal::Proposal;
use super::store::{self, ChangeRow, ExceptionRow};
use super::{Calendars, READ, access};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_calendar_exceptions)
        .service(create_calendar_exception)
        .service(get_calendar_exception)
        .service(create_calendar_exception_transition);
}

/// An exception to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCalendarException {
    /// The day.
    #[serde(deserialize_with = "deserialize_day")]
    #[schema(example = "2026-11-20")]
    pub date: NaiveDate,
    /// What it is at this agency.
    pub kind: CalendarExceptionKind,
    /// Why, in Vietnamese, 1 to 500 characters; citizens read it in the ledger of their dossier.
    #[schema(example = "Bão số 12")]
    pub reason_vi: String,
    /// Why, in English, 1 to 500 characters.
    #[schema(example = "Storm no. 12")]
    pub reason_en: String,
    /// The decision it comes from (văn bản), 1 to 500 characters.
    #[schema(example = "Công điện 15/CĐ-UBND")]
    pub source: String,
}

impl CreateCalendarException {
    pub(super) fn exception(&self) -> AgencyException {
        AgencyException {
            date: self.date,
            kind: self.kind.into(),
            reason_vi: self.reason_vi.trim().to_owned(),
            reason_en: self.reason_en.trim().to_owned(),
            source: self.source.trim().to_owned(),
        }
    }
}

/// An exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarException {
    /// Id.
    pub id: Uuid,
    /// The agency.
    pub agency_id: Uuid,
    /// The day.
    pub date: NaiveDate,
    /// What it is at this agency and below.
    pub kind: CalendarExceptionKind,
    /// Why, in Vietnamese.
    pub reason_vi: String,
    /// Why, in English.
    pub reason_en: String,
    /// The decision it comes from.
    pub source: String,
    /// The change that set it.
    pub set_by: Option<ExceptionChange>,
    /// The change that took it back; null while it holds.
    pub revoked_by: Option<ExceptionChange>,
}

/// A change that set or took back an exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExceptionChange {
    /// The change.
    pub change_id: Uuid,
    /// The decision behind it.
    pub source: String,
    /// Who, as events name people.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The revision of the calendars that it made.
    pub revision: i64,
}

/// What may be done with an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarExceptionAction {
    /// Take it back.
    Revoke,
}

/// A step of an exception.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCalendarExceptionTransition {
    /// What to do.
    pub action: CalendarExceptionAction,
    /// The decision (văn bản), 1 to 500 characters.
    #[schema(example = "Công điện 16/CĐ-UBND")]
    pub source: String,
}

/// List the calendar exceptions of an agency
///
/// Its own, the newest first, those taken back as well; what stands above it may have some that reach it.
#[utoipa::path(
    operation_id = "list_calendar_exceptions",
    tag = "calendars",
    params(("id" = Uuid, Path, description = "The agency."), PageQuery),
    responses((status = 200, description = "A page of exceptions.", body = Page<CalendarException>)),
    security(("bearer" = ["procedures:calendars:read"]))
)]
#[get("/agencies/{id}/calendar-exceptions")]
async fn list_calendar_exceptions(room: Data<Calendars>, id: Path<Uuid>, request: List) -> WebResult {
    Reply::page(&list(&room, request.actor, *id, request.page).await?)
}

/// Set a calendar exception of an agency
///
/// Every open dossier whose due instant this changes is counted anew, as after the decree of a year.
#[utoipa::path(
    operation_id = "create_calendar_exception",
    tag = "calendars",
    params(("id" = Uuid, Path, description = "The agency.")),
    request_body = CreateCalendarException,
    responses(
        (status = 201, description = "The exception.", body = CalendarException),
        (status = 409, description = "`calendar.change_under_way`: another change is still on its way.")
    ),
    security(("bearer" = ["procedures:calendars:write"]))
)]
#[post("/agencies/{id}/calendar-exceptions")]
async fn create_calendar_exception(
    room: Data<Calendars>,
    id: Path<Uuid>,
    request: Write<CreateCalendarException>,
) -> WebResult {
    let Write { actor, idempotency, body, .. } = request;
    let proposal = Proposal::Exception { agency_id: *id, exception: body };
    let seen = Seen::Object(Ok(0));
    let answer = |tx: &mut Conn, _: &Calendars, row: &ChangeRow| {
        let set = store::exception(tx, row.tenant_id.0, row.id.0)?;
        let version = set.version();
        let location = format!("/v1/calendar-exceptions/{}", set.id.0);
        Ok(Answer::created(location, &view(tx, &set)?)?.version(version))
    };
    Reply::answer(enact::make(&room, actor, idempotency, proposal, seen, answer).await?)
}

/// Read a calendar exception
#[utoipa::path(
    operation_id = "get_calendar_exception",
    tag = "calendars",
    params(("id" = Uuid, Path, description = "The exception.")),
    responses((status = 200, description = "The exception.", body = CalendarException)),
    security(("bearer" = ["procedures:calendars:read"]))
)]
#[get("/calendar-exceptions/{id}")]
async fn get_calendar_exception(room: Data<Calendars>, id: Path<Uuid>, request: Read) -> WebResult {
    request.actor.require_scope(READ)?;
    let (tenant, id) = (request.actor.tenant, *id);
    let read = move |conn: &mut Conn| {
        let row = store::exception(conn, tenant, id)?;
        let version = row.version();
        Ok((view(conn, &row)?, version))
    };
    let (exception, version) = room.db.read("calendar_exception", read).await?;
    Reply::object(&exception, version, false)
}

/// Take a calendar exception back
///
/// Needs `If-Match`. Open dossiers are counted anew.
#[utoipa::path(
    operation_id = "create_calendar_exception_transition",
    tag = "calendars",
    params(
        ("id" = Uuid, Path, description = "The exception."),
        ("If-Match" = String, Header, description = "Entity tag of the exception as the caller has read it.")
    ),
    request_body(
        content = CreateCalendarExceptionTransition,
        example = json!({"action": "revoke", "source": "Công điện 16/CĐ-UBND"})
    ),
    responses(
        (status = 200, description = "The exception.", body = CalendarException),
        (status = 409, description = "`calendar.exception_revoked`, or `calendar.change_under_way`.")
    ),
    security(("bearer" = ["procedures:calendars:write"]))
)]
#[post("/calendar-exceptions/{id}/transitions")]
async fn create_calendar_exception_transition(
    room: Data<Calendars>,
    id: Path<Uuid>,
    request: Write<CreateCalendarExceptionTransition>,
) -> WebResult {
    let seen = Seen::Object(Ok(request.require_match()?));
    let Write { actor, idempotency, body, .. } = request;
    let exception_id = *id;
    let CalendarExceptionAction::Revoke = body.action;
    let proposal = Proposal::Revocation { exception_id, source: body.source };
    let answer = move |tx: &mut Conn, _: &Calendars, row: &ChangeRow| {
        let revoked = store::exception(tx, row.tenant_id.0, exception_id)?;
        let version = revoked.version();
        Ok(Answer::done(&view(tx, &revoked)?)?.version(version))
    };
    Reply::answer(enact::make(&room, actor, idempotency, proposal, seen, answer).await?)
}

async fn list(room: &Calendars, actor: Arc<Actor>, agency: Uuid, page: PageRequest) -> Result<Page<CalendarException>> {
    actor.require_scope(READ)?;
    let tenant = actor.tenant;
    let scope = format!("calendar-exceptions {agency}");
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("calendar_exceptions", move |conn| {
            access::known(conn, tenant, agency)?;
            let rows = store::exceptions(conn, tenant, agency, after, page.fetch())?;
            let count = if page.count { Some(store::count_exceptions(conn, tenant, agency)?) } else { None };
            let cut = Page::cut(rows, &page, &scope, |row| row.id.0)?;
            let revisions: Vec<i64> =
                cut.items.iter().flat_map(|row| [Some(row.set_revision), row.revoked_revision]).flatten().collect();
            let changes = store::changes_of(conn, tenant, &revisions)?;
            let items = cut.items.into_iter().map(|row| view_of(&row, &changes)).collect::<Result<_>>()?;
            Ok(Page { items, next: cut.next, count })
        })
        .await
}

impl ExceptionRow {
    /// Its version, which its entity tag begins with.
    pub(super) fn version(&self) -> i64 {
        self.revoked_revision.unwrap_or(self.set_revision)
    }
}

fn view(conn: &mut Conn, row: &ExceptionRow) -> TxResult<CalendarException> {
    let revisions: Vec<i64> = [Some(row.set_revision), row.revoked_revision].into_iter().flatten().collect();
    let changes = store::changes_of(conn, row.tenant_id.0, &revisions)?;
    Ok(view_of(row, &changes)?)
}

fn view_of(row: &ExceptionRow, changes: &BTreeMap<i64, ChangeRow>) -> Result<CalendarException> {
    let exception: AgencyException = store::read(&row.content)?;
    let change = |revision: i64| {
        changes.get(&revision).map(|change| ExceptionChange {
            change_id: change.id.0,
            source: change.source.clone(),
            author: change.author.clone(),
            at: change.created_at.0,
            revision,
        })
    };
    Ok(CalendarException {
        id: row.id.0,
        agency_id: row.agency_id.0,
        date: exception.date,
        kind: exception.kind.into(),
        reason_vi: exception.reason_vi,
        reason_en: exception.reason_en,
        source: exception.source,
        set_by: change(row.set_revision),
        revoked_by: row.revoked_revision.and_then(change),
    })
}
