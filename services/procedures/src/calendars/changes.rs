//! Changes of calendars (thay đổi lịch) as jobs: counted first as a dry run, or made, each with what it does to dossiers.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, Outcome, Page, PageRequest, Result, Text, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::enact::{self, Read as Seen};
use super::proposal::Proposal;
use super::store::{self, ChangeRow, MovedRow};
use super::{Calendars, access};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(create_calendar_change)
        .service(list_calendar_changes)
        .service(get_calendar_change)
        .service(list_calendar_change_dossiers);
}

/// A change to be counted or made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCalendarChange {
    /// Whether it is only to be counted: which dossiers it would move, and how.
    pub dry_run: bool,
    /// To make it: `base_revision` of the dry run, so that nothing else is made than what was counted.
    #[serde(default)]
    pub base_revision: Option<i64>,
    /// The change.
    pub change: Proposal,
}

/// A change of calendars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarChange {
    /// Id.
    pub id: Uuid,
    /// `year`, `exception`, `revocation` or `office_hours`.
    pub kind: String,
    /// Whether it is only counted.
    pub dry_run: bool,
    /// `counting`, then `counted`, or `outdated` when the calendars changed meanwhile; `applying`, then `applied`.
    pub state: String,
    /// The revision of the calendars that it was made or counted over.
    pub base_revision: i64,
    /// The revision that it made.
    pub revision: Option<i64>,
    /// The agency that it reaches, with all below; null for all.
    pub agency_id: Option<Uuid>,
    /// The decree behind it.
    pub source: String,
    /// Who asked for it, as events name people.
    pub author: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When its walk through the open dossiers ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How many open dossiers its walk has seen.
    pub seen: i64,
    /// Of those, how many have another due instant by it.
    pub moved: i64,
    /// Of those, how many it contradicts or can't reach: they stay with the calendar they are counted by.
    pub refused: i64,
}

/// What a change does to a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarChangeDossier {
    /// The dossier.
    pub dossier_id: Uuid,
    /// Its code.
    pub code: Option<String>,
    /// The competent agency.
    pub agency_id: Uuid,
    /// The due instant before.
    pub old_due_at: Option<DateTime<Utc>>,
    /// The due instant after.
    pub new_due_at: Option<DateTime<Utc>>,
    /// Why it was not reached, by its code: the new calendar contradicts what happened to it, or it can't be counted at all.
    /// Its due instant stays.
    pub fault: Option<String>,
}

/// Count or make a change of calendars
///
/// A job: its walk through the open dossiers survives a restart. A dry run shows which due instants would move; made from
/// the same revision, the change moves the same.
#[utoipa::path(
    operation_id = "create_calendar_change",
    tag = "calendars",
    request_body(
        content = CreateCalendarChange,
        example = json!({
            "dry_run": true,
            "change": {
                "kind": "year", "year": 2028,
                "table": {
                    "name_vi": "Bảng ngày nghỉ năm 2028", "name_en": "Table of days off of 2028",
                    "source": "Bộ luật Lao động 2019, Điều 112", "provisional": true, "days": []
                }
            }
        })
    ),
    responses(
        (status = 202, description = "The job.", body = CalendarChange),
        (status = 409, description = "`calendar.moved_on`: the calendars have changed since the dry run; \
                                      `calendar.change_under_way`: another change is still on its way.")
    ),
    security(("bearer" = ["procedures:calendars:write"]))
)]
#[post("/calendar-changes")]
async fn create_calendar_change(room: Data<Calendars>, request: Write<CreateCalendarChange>) -> WebResult {
    let Write { actor, idempotency, body, .. } = request;
    let CreateCalendarChange { dry_run, base_revision, change } = body;
    let within = match &change {
        Proposal::Year { .. } => "/change/table",
        Proposal::Exception { .. } => "/change/exception",
        Proposal::Revocation { .. } => "/change",
        Proposal::OfficeHours { .. } => "/change/hours",
    };
    let accepted = |row: &ChangeRow| -> TxResult<Answer> {
        let job = Answer::done(&CalendarChange::of(row, (0, 0)))?;
        Ok(Answer { outcome: Outcome::Accepted, location: Some(format!("/v1/calendar-changes/{}", row.id.0)), ..job })
    };
    let asked = match (dry_run, base_revision) {
        (false, None) => {
            let text = Text::new("Cần có số phiên bản lịch đã tính thử.", "The revision of the dry run is required.");
            return Err(Error::invalid_field("/base_revision", "required", text).into());
        }
        (false, Some(base)) => {
            let answer = move |_: &mut Conn, _: &Calendars, row: &ChangeRow| accepted(row);
            enact::make(&room, actor, idempotency, change, Seen::All(base), answer).await
        }
        (true, _) => {
            let by = enact::admit(&room, &actor, &change).await?;
            let own = room.clone();
            let count = move |tx: &mut Conn| {
                let stamp = Stamp::of(&by, Moment::of(&own.db.clock));
                accepted(&enact::count(tx, &own, &stamp, &change)?)
            };
            let answer = room.db.write_once("calendar_dry_run", actor.tenant, idempotency, count).await;
            room.wake.notify_one();
            answer
        }
    };
    let answer = asked.map_err(|mut error| {
        for field in &mut error.fields {
            field.pointer = format!("{within}{}", field.pointer);
        }
        error
    })?;
    Reply::answer(answer)
}

/// List the changes of calendars
///
/// Dry runs as well, the newest first: all of them for an administrator of the province, those of their agencies for
/// others.
#[utoipa::path(
    operation_id = "list_calendar_changes",
    tag = "calendars",
    params(PageQuery),
    responses((status = 200, description = "A page of changes.", body = Page<CalendarChange>)),
    security(("bearer" = ["procedures:calendars:write"]))
)]
#[get("/calendar-changes")]
async fn list_calendar_changes(room: Data<Calendars>, request: List) -> WebResult {
    Reply::page(&list(&room, request.actor, request.page).await?)
}

/// Read a change of calendars
///
/// With how far its walk through the dossiers has come.
#[utoipa::path(
    operation_id = "get_calendar_change",
    tag = "calendars",
    params(("id" = Uuid, Path, description = "The change.")),
    responses((status = 200, description = "The change.", body = CalendarChange)),
    security(("bearer" = ["procedures:calendars:write"]))
)]
#[get("/calendar-changes/{id}")]
async fn get_calendar_change(room: Data<Calendars>, id: Path<Uuid>, request: Read) -> WebResult {
    let (own, actor, id) = (room.clone(), request.actor, *id);
    let read = move |conn: &mut Conn| {
        let row = access::seen_change(conn, &own, &actor, id)?;
        let counts = store::counts(conn, actor.tenant, &[id])?.remove(&id).unwrap_or_default();
        Ok((CalendarChange::of(&row, counts), row.version))
    };
    let (change, version) = room.db.read("calendar_change", read).await?;
    Reply::object(&change, version, false)
}

/// List what a change of calendars does to dossiers
///
/// Each dossier whose due instant moves by it, or would; complete once its walk has ended.
#[utoipa::path(
    operation_id = "list_calendar_change_dossiers",
    tag = "calendars",
    params(("id" = Uuid, Path, description = "The change."), PageQuery),
    responses((status = 200, description = "A page of dossiers.", body = Page<CalendarChangeDossier>)),
    security(("bearer" = ["procedures:calendars:write"]))
)]
#[get("/calendar-changes/{id}/dossiers")]
async fn list_calendar_change_dossiers(room: Data<Calendars>, id: Path<Uuid>, request: List) -> WebResult {
    Reply::page(&dossiers(&room, request.actor, *id, request.page).await?)
}

async fn list(room: &Calendars, actor: Arc<Actor>, page: PageRequest) -> Result<Page<CalendarChange>> {
    let own = room.clone();
    let scope = "calendar-changes";
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(scope)).transpose()?;
    room.db
        .read("calendar_changes", move |conn| {
            let within = access::seen(conn, &own, &actor)?;
            let rows = store::changes(conn, actor.tenant, within.as_deref(), after, page.fetch())?;
            let count =
                if page.count { Some(store::count_changes(conn, actor.tenant, within.as_deref())?) } else { None };
            let cut = Page::cut(rows, &page, scope, |row| row.id.0)?;
            let ids: Vec<Uuid> = cut.items.iter().map(|row| row.id.0).collect();
            let counts = store::counts(conn, actor.tenant, &ids)?;
            let view = |row: ChangeRow| CalendarChange::of(&row, counts.get(&row.id.0).copied().unwrap_or_default());
            Ok(Page { items: cut.items.into_iter().map(view).collect(), next: cut.next, count })
        })
        .await
}

async fn dossiers(
    room: &Calendars,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<CalendarChangeDossier>> {
    let own = room.clone();
    let scope = format!("calendar-changes {id} dossiers");
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("calendar_change_dossiers", move |conn| {
            access::seen_change(conn, &own, &actor, id)?;
            let rows = store::moved(conn, actor.tenant, id, after, page.fetch())?;
            let count = if page.count {
                let (told, _) = store::counts(conn, actor.tenant, &[id])?.remove(&id).unwrap_or_default();
                Some(told)
            } else {
                None
            };
            let cut = Page::cut(rows, &page, &scope, |row| row.dossier_id.0)?;
            let items = cut.items.into_iter().map(CalendarChangeDossier::of).collect();
            Ok(Page { items, next: cut.next, count })
        })
        .await
}

impl CalendarChange {
    fn of(row: &ChangeRow, (told, refused): (i64, i64)) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind.clone(),
            dry_run: row.revision.is_none(),
            state: row.state.clone(),
            base_revision: row.base_revision,
            revision: row.revision,
            agency_id: row.agency_id.as_ref().map(|agency| agency.0),
            source: row.source.clone(),
            author: row.author.clone(),
            created_at: row.created_at.0,
            ended_at: row.ended_at.as_ref().map(|at| at.0),
            seen: row.seen,
            moved: told - refused,
            refused,
        }
    }
}

impl CalendarChangeDossier {
    fn of(row: MovedRow) -> Self {
        Self {
            dossier_id: row.dossier_id.0,
            code: row.code,
            agency_id: row.agency_id.0,
            old_due_at: row.old_due_at.map(|at| at.0),
            new_due_at: row.new_due_at.map(|at| at.0),
            fault: row.fault,
        }
    }
}
