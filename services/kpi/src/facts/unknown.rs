//! Events that this program does not know (sự kiện chưa biết): nothing of a feed is left out silently.
//!
//! A neighbour may be newer than this service and tell of things nobody here thought of. Such an event stops nothing: it
//! is counted with its first and last place in the feed, in the transaction that passes it. The event itself stays in the
//! feed, so a program that knows it takes it in when it follows anew (`motcua replay`); `known_now` says that it is time.

use actix_web::get;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use motcua_db::Db;
use motcua_kernel::{Actor, ActorKind, BusinessTime, Error, Page, Result, Text};
use motcua_web::{List, PageQuery, Reply, WebResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::events::{Use, use_of};
use super::store::{self, UnknownRow};
use crate::exports::{Cell, Column, Head, Kind, TableQuery, instant, number, serve, text, whole};

/// What the room works with.
#[derive(Debug, Clone)]
pub struct UnknownEvents {
    /// The service's database.
    pub db: Db,
}

/// Events of a type, or of a version of one, that were not known when they came by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnknownEventType {
    /// The service whose feed it is.
    #[schema(example = "procedures")]
    pub feed: String,
    /// The type with its version.
    #[serde(rename = "type")]
    #[schema(example = "dossier.received.v2")]
    pub kind: String,
    /// How many came by.
    #[schema(minimum = 1)]
    pub events: i64,
    /// Of how many the facts could be taken in all the same: an unknown step of a dossier that tells what every step tells.
    #[schema(minimum = 0)]
    pub taken: i64,
    /// Place of the first in the feed.
    #[schema(example = "1042")]
    pub first_position: String,
    /// Place of the last in the feed.
    #[schema(example = "1066")]
    pub last_position: String,
    /// When the first was recorded.
    pub first_at: DateTime<Utc>,
    /// When the last was recorded.
    pub last_at: DateTime<Utc>,
    /// Whether this program knows the type: following the feed anew takes these events in.
    pub known_now: bool,
}

impl From<UnknownRow> for UnknownEventType {
    fn from(row: UnknownRow) -> Self {
        Self {
            known_now: !matches!(use_of(&row.kind), Use::Unknown | Use::UnknownStep),
            feed: row.feed,
            kind: row.kind,
            events: row.events,
            taken: row.taken,
            first_position: row.first_position.to_string(),
            last_position: row.last_position.to_string(),
            first_at: row.first_at.0,
            last_at: row.last_at.0,
        }
    }
}

/// List the types of events that are not known here
///
/// One entry for each feed and type, in their order. An empty list says that every event of both feeds is understood.
#[utoipa::path(
    operation_id = "list_unknown_events",
    tag = "unknown-events",
    params(TableQuery, PageQuery),
    responses((
        status = 200,
        description = "A page of types of events.",
        content(
            (Page<UnknownEventType> = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )
    )),
    security(("bearer" = ["kpi:unknown-events:read"]))
)]
#[get("/unknown-events")]
pub(crate) async fn list_unknown_events(room: Data<UnknownEvents>, request: List<TableQuery>) -> WebResult {
    let List { actor, query, page } = request;
    admit(&actor)?;
    let (tenant, scope) = (actor.tenant, "unknown_events");
    let after: Option<(String, String)> = page.after.as_ref().map(|cursor| cursor.read(scope)).transpose()?;
    let limit = page.fetch();
    let all = room.db.read("unknown_events", move |conn| store::list_unknown(conn, tenant)).await?;
    if let Some(file) = query.file() {
        whole(&page)?;
        return serve(&head(room.db.clock.business()), file, all.into_iter().map(row)).await;
    }
    // There are as many as there are types that nobody thought of: few, and fewer with the next release.
    let count = page.count.then(|| store::count(all.len()));
    let behind = |row: &UnknownRow| after.as_ref().is_none_or(|(feed, kind)| (&row.feed, &row.kind) > (feed, kind));
    let rows = all.into_iter().filter(behind).take(usize::try_from(limit).unwrap_or_default()).collect();
    let mut page = Page::cut(rows, &page, scope, |row: &UnknownRow| (row.feed.clone(), row.kind.clone()))?;
    page.count = count;
    Reply::page(&page.map(UnknownEventType::from))
}

fn head(now: BusinessTime) -> Head {
    Head {
        file: format!("su-kien-chua-biet-{}", now.day_in_vietnam()),
        title: Text::new("Sự kiện chưa biết", "Unknown events"),
        columns: vec![
            Column::new(Kind::Word, "Dịch vụ", "Feed"),
            Column::new(Kind::Word, "Loại sự kiện", "Type"),
            Column::new(Kind::Number, "Số lần", "Events"),
            Column::new(Kind::Number, "Vẫn lấy được dữ kiện", "Taken in"),
            Column::new(Kind::Number, "Vị trí đầu", "First position"),
            Column::new(Kind::Number, "Vị trí cuối", "Last position"),
            Column::new(Kind::Instant, "Lần đầu (giờ Việt Nam)", "First at (Vietnam time)"),
            Column::new(Kind::Instant, "Lần cuối (giờ Việt Nam)", "Last at (Vietnam time)"),
        ],
        made_at: now.0,
    }
}

fn row(row: UnknownRow) -> Vec<Cell> {
    vec![
        text(row.feed),
        text(row.kind),
        number(row.events),
        number(row.taken),
        number(row.first_position),
        number(row.last_position),
        instant(row.first_at.0),
        instant(row.last_at.0),
    ]
}

/// It is about the data's own quality, for those who work with figures; it names nobody.
fn admit(actor: &Actor) -> Result<()> {
    actor.require_scope("kpi:unknown-events:read")?;
    match actor.kind {
        ActorKind::Officer | ActorKind::Service => Ok(()),
        ActorKind::Citizen | ActorKind::Client => Err(Error::forbidden(
            "unknown_events.officers_only",
            "Thông tin này dành cho cán bộ, công chức và các hệ thống nội bộ.",
            "This is for officers and our own services.",
        )),
    }
}
