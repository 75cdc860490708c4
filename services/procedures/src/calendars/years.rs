//! Years (bảng ngày nghỉ của năm): which days are not what their weekday says, with the decree behind each.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use motcua_calendars::facts::CalendarDayKind;
use motcua_calendars::{Snapshot, YearTable};
use motcua_clock::{CoveredYear, SpecialDay};
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::{deserialize_day, deserialize_optional_day};
use motcua_kernel::{Actor, Answer, Error, Page, PageRequest, Result, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::enact::{self, Read as Seen};
use super::proposal::Proposal;
use super::store::{self, ChangeRow};
use super::{Calendars, READ};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_calendar_years).service(get_calendar_year).service(update_calendar_year);
}

/// A special day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarDay {
    /// The day.
    #[serde(deserialize_with = "deserialize_day")]
    #[schema(example = "2026-08-31")]
    pub date: NaiveDate,
    /// What it is.
    pub kind: CalendarDayKind,
    /// The holiday of a day off in lieu; the day worked for a swapped day, and the reverse; else null.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub linked_date: Option<NaiveDate>,
    /// Its name in Vietnamese, 1 to 500 characters.
    #[schema(example = "Nghỉ hoán đổi dịp Quốc khánh")]
    pub name_vi: String,
    /// Its name in English, 1 to 500 characters.
    pub name_en: String,
    /// The law or decision it comes from, 1 to 500 characters.
    #[schema(example = "Thông báo 9441/TB-BNV")]
    pub source: String,
    /// Whether it is only expected: the decision is not published yet.
    #[serde(default)]
    pub provisional: bool,
    /// For readers of the table, at most 2,000 characters.
    #[serde(default)]
    pub note: String,
}

/// A year as it is decreed, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCalendarYear {
    /// Name in Vietnamese, 1 to 500 characters.
    #[schema(example = "Bảng ngày nghỉ năm 2027")]
    pub name_vi: String,
    /// Name in English, 1 to 500 characters.
    pub name_en: String,
    /// The laws and decisions behind it, 1 to 500 characters.
    pub source: String,
    /// Whether the decision of the year is still to come: then every day of it is provisional.
    #[serde(default)]
    pub provisional: bool,
    /// For readers of the table, at most 2,000 characters.
    #[serde(default)]
    pub note: String,
    /// Every day that is not what its weekday says, at most 100.
    pub days: Vec<CalendarDay>,
}

impl UpdateCalendarYear {
    pub(super) fn table(&self, year: i32) -> YearTable {
        let day = |day: &CalendarDay| SpecialDay {
            date: day.date,
            kind: day.kind.into(),
            linked_date: day.linked_date,
            name_vi: day.name_vi.clone(),
            name_en: day.name_en.clone(),
            source: day.source.clone(),
            provisional: day.provisional,
            note: day.note.clone(),
        };
        let covered = CoveredYear {
            year,
            name_vi: self.name_vi.clone(),
            name_en: self.name_en.clone(),
            source: self.source.clone(),
            provisional: self.provisional,
            note: self.note.clone(),
        };
        YearTable { year: covered, days: self.days.iter().map(day).collect() }
    }
}

/// A year in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarYearSummary {
    /// The year.
    pub year: i32,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: String,
    /// The laws and decisions behind it.
    pub source: String,
    /// Whether the decision of the year is still to come.
    pub provisional: bool,
    /// For readers of the table.
    pub note: String,
    /// How many of its days are worked, if only in one half.
    pub working_days: u32,
    /// The revision of the calendars in which it was decreed here; 0 for one that comes with the program.
    pub revision: i64,
    /// The change that decreed it here.
    pub change_id: Option<Uuid>,
    /// Who decreed it here, as events name people.
    pub author: Option<String>,
    /// When.
    pub decreed_at: Option<DateTime<Utc>>,
}

/// A year with its special days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarYear {
    /// The year.
    #[serde(flatten)]
    pub summary: CalendarYearSummary,
    /// Every day that is not what its weekday says, in order.
    pub days: Vec<CalendarDay>,
}

/// List the years of the calendar
///
/// A term that reaches into a year that stands not here can't be counted.
#[utoipa::path(
    operation_id = "list_calendar_years",
    tag = "calendars",
    params(PageQuery),
    responses((status = 200, description = "A page of years.", body = Page<CalendarYearSummary>)),
    security(("bearer" = ["procedures:calendars:read"]))
)]
#[get("/calendar-years")]
async fn list_calendar_years(room: Data<Calendars>, request: List) -> WebResult {
    Reply::page(&list(&room, request.actor, request.page).await?)
}

/// Read a year of the calendar
#[utoipa::path(
    operation_id = "get_calendar_year",
    tag = "calendars",
    params(("year" = i32, Path, description = "The year.", example = 2026)),
    responses((status = 200, description = "The year.", body = CalendarYear)),
    security(("bearer" = ["procedures:calendars:read"]))
)]
#[get("/calendar-years/{year}")]
async fn get_calendar_year(room: Data<Calendars>, year: Path<i32>, request: Read) -> WebResult {
    request.actor.require_scope(READ)?;
    let (own, tenant, year) = (room.clone(), request.actor.tenant, *year);
    let read = room.db.read("calendar_year", move |conn| whole(conn, &own, tenant, year)).await?;
    Reply::object(&read, read.summary.revision, false)
}

/// Decree a year of the calendar
///
/// In place of what stood there; that is kept as an earlier revision. Needs `If-Match` where the year exists. Every open
/// dossier whose due instant this changes is counted anew from now on, each with an event that says so: `change_id` of the
/// answer says how far that has come. `POST /v1/calendar-changes` shows beforehand which they would be.
#[utoipa::path(
    operation_id = "update_calendar_year",
    tag = "calendars",
    params(
        ("year" = i32, Path, description = "The year, 1976 to 2099.", example = 2028),
        ("If-Match" = Option<String>, Header, description = "Entity tag of the year as the caller has read it.")
    ),
    request_body(
        content = UpdateCalendarYear,
        example = json!({
            "name_vi": "Bảng ngày nghỉ năm 2028", "name_en": "Table of days off of 2028",
            "source": "Bộ luật Lao động 2019, Điều 112", "provisional": true,
            "days": [{
                "date": "2028-05-01", "kind": "public_holiday", "name_vi": "Ngày Quốc tế Lao động",
                "name_en": "International Labour Day", "source": "Bộ luật Lao động 2019, Điều 112"
            }]
        })
    ),
    responses(
        (status = 200, description = "The year.", body = CalendarYear),
        (status = 409, description = "`calendar.change_under_way`: another change is still on its way.")
    ),
    security(("bearer" = ["procedures:calendars:write"]))
)]
#[put("/calendar-years/{year}")]
async fn update_calendar_year(room: Data<Calendars>, year: Path<i32>, request: Write<UpdateCalendarYear>) -> WebResult {
    let seen = Seen::Object(request.require_match());
    let Write { actor, idempotency, body, .. } = request;
    let year = *year;
    let proposal = Proposal::Year { year, table: body };
    let answer = move |tx: &mut Conn, room: &Calendars, row: &ChangeRow| {
        let revision = row.revision.unwrap_or_default();
        let snapshot = room.snapshot_unkept(tx, row.tenant_id.0, revision)?;
        let decreed = year_of(&snapshot, year, revision, Some(row))?;
        Ok(Answer::done(&decreed)?.version(revision))
    };
    Reply::answer(enact::make(&room, actor, idempotency, proposal, seen, answer).await?)
}

async fn list(room: &Calendars, actor: Arc<Actor>, page: PageRequest) -> Result<Page<CalendarYearSummary>> {
    actor.require_scope(READ)?;
    let (own, tenant) = (room.clone(), actor.tenant);
    let scope = "calendar-years";
    let after: Option<i32> = page.after.as_ref().map(|cursor| cursor.read(scope)).transpose()?;
    room.db
        .read("calendar_years", move |conn| {
            let head = store::head(conn, tenant)?;
            let snapshot = own.snapshot(conn, tenant, head)?;
            let years: Vec<i32> = snapshot.national().years().map(|covered| covered.year).collect();
            let wanted: Vec<i32> =
                years.iter().copied().filter(|year| after.is_none_or(|after| *year > after)).collect();
            let count = page.count.then(|| i64::try_from(years.len()).unwrap_or(i64::MAX));
            let decreed = decreed(conn, tenant, head)?;
            let most = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
            let rows = wanted.into_iter().take(most).map(|year| {
                let (revision, change) =
                    decreed.get(&i64::from(year)).map_or((0, None), |(revision, change)| (*revision, change.as_ref()));
                year_of(&snapshot, year, revision, change).map(|year| year.summary)
            });
            let rows = rows.collect::<Result<Vec<_>>>()?;
            let cut = Page::cut(rows, &page, scope, |row| row.year)?;
            Ok(Page { count, ..cut })
        })
        .await
}

type Decreed = std::collections::BTreeMap<i64, (i64, Option<ChangeRow>)>;

/// The years that were decreed here, each with its newest revision and the change that made it.
fn decreed(conn: &mut Conn, tenant: Uuid, head: i64) -> TxResult<Decreed> {
    let rows = store::years_until(conn, tenant, head)?;
    let revisions: Vec<i64> = rows.iter().map(|row| row.revision).collect();
    let changes = store::changes_of(conn, tenant, &revisions)?;
    Ok(rows.into_iter().map(|row| (row.year, (row.revision, changes.get(&row.revision).cloned()))).collect())
}

fn whole(conn: &mut Conn, room: &Calendars, tenant: Uuid, year: i32) -> TxResult<CalendarYear> {
    let head = store::head(conn, tenant)?;
    let snapshot = room.snapshot(conn, tenant, head)?;
    let (revision, change) = decreed(conn, tenant, head)?.remove(&i64::from(year)).unwrap_or((0, None));
    Ok(year_of(&snapshot, year, revision, change.as_ref())?)
}

fn year_of(snapshot: &Snapshot, year: i32, revision: i64, change: Option<&ChangeRow>) -> Result<CalendarYear> {
    let national = snapshot.national();
    let covered = national.years().find(|covered| covered.year == year).ok_or_else(Error::not_found)?;
    let day = |day: &SpecialDay| CalendarDay {
        date: day.date,
        kind: day.kind.into(),
        linked_date: day.linked_date,
        name_vi: day.name_vi.clone(),
        name_en: day.name_en.clone(),
        source: day.source.clone(),
        provisional: day.provisional,
        note: day.note.clone(),
    };
    Ok(CalendarYear {
        summary: CalendarYearSummary {
            year,
            name_vi: covered.name_vi.clone(),
            name_en: covered.name_en.clone(),
            source: covered.source.clone(),
            provisional: covered.provisional,
            note: covered.note.clone(),
            working_days: national.working_days_in(year).map_err(Error::internal)?,
            revision,
            change_id: change.map(|change| change.id.0),
            author: change.map(|change| change.author.clone()),
            decreed_at: change.map(|change| change.created_at.0),
        },
        days: national.special_days().filter(|day| day.date.year() == year).map(day).collect(),
    })
}
