//! The feed: `GET /v1/events`.
//!
//! The promise: events come in one order, and nothing ever appears behind a position that was served. A caller sees the
//! events of what it may see, judged when reading, and the position scanned to; who holds the scope `…:events:verify`
//! sees all of them and can verify the chain: take `chainhash` and `position` out of an event, write the rest in
//! canonical JSON (RFC 8785), and SHA-256 over the previous hash and these bytes is `chainhash`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::SecondsFormat;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Actor, Error, Result, SystemTime, Uuid};
use motcua_web::{Read, Stopping, WebResult};
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::IntoParams;

use crate::event::served;
use crate::record::Journal;
use crate::store::{self, PlacedRow};

/// Longest wait for something to come.
const MOST_WAIT: u32 = 60;
/// Other copies of the service give positions too; this is how soon this copy notices.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Which objects a caller may see, by the one predicate of each resource.
pub trait Visibility: Send + Sync + 'static {
    /// Of these objects of one collection, those the caller may see.
    ///
    /// # Errors
    /// When the database fails.
    fn visible(&self, conn: &mut Conn, actor: &Actor, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>>;

    /// Whether a caller who may see an object may read events of this kind about it. Not where the facts of such events
    /// hold more than the caller's view of the object shows.
    fn tells(&self, actor: &Actor, kind: &str) -> bool {
        let _ = (actor, kind);
        true
    }
}

/// A service's feed.
#[derive(Clone)]
pub struct Feed {
    db: Db,
    journal: Journal,
    visibility: Arc<dyn Visibility>,
}

impl Feed {
    /// The feed of a journal, filtered by what the service lets callers see.
    #[must_use]
    pub fn new(db: Db, journal: Journal, visibility: Arc<dyn Visibility>) -> Self {
        Self { db, journal, visibility }
    }
}

/// Which events.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// The position after which to go on; 0 for the beginning.
    #[serde(default)]
    #[param(minimum = 0, example = 0)]
    pub after: i64,
    /// How many positions to scan at most, 1 to 1,000.
    #[serde(default = "most_events")]
    #[param(minimum = 1, maximum = 1000)]
    pub limit: u32,
    /// Seconds to wait for an event when there is none yet, 0 to 60.
    #[serde(default)]
    #[param(maximum = 60)]
    pub wait: u32,
}

fn most_events() -> u32 {
    1000
}

/// Events in commit order
///
/// A CloudEvents 1.0 batch. `Scanned-To` says up to which position events were looked at, which is where to go on, also
/// when none of them was for the caller. An event appears a moment after its commit; `Complete-To` says how far the feed
/// has come in time, which an answer with fewer positions than `limit` has reached. `actor` of an event says who acted,
/// and `onbehalfof`, where it stands, on whose delegated post.
#[utoipa::path(
    operation_id = "list_events",
    tag = "events",
    params(EventsQuery),
    responses((
        status = 200,
        description = "Events behind the position, in order.",
        content_type = "application/cloudevents-batch+json",
        body = Vec<Object>,
        headers(
            ("Scanned-To" = String, description = "The position to go on after."),
            ("Complete-To" = String, description = "Every event committed before this instant (RFC 3339) is in the feed.")
        )
    )),
    security(("bearer" = ["events:read"]))
)]
#[get("/events")]
#[expect(unreachable_pub, reason = "actix makes this name a type and hides the function in it")]
pub async fn list_events(
    feed: Data<Feed>,
    stopping: Data<Stopping>,
    request: Read<EventsQuery>,
) -> WebResult<HttpResponse> {
    let Read { actor, query } = request;
    actor.require_scope(&format!("{}:events:read", feed.journal.service))?;
    check(&query)?;
    let until = Instant::now() + Duration::from_secs(u64::from(query.wait));
    let mut head = feed.journal.head.subscribe();
    loop {
        head.mark_unchanged();
        let page = page(&feed, Arc::clone(&actor), &query).await?;
        if page.scanned > query.after || Instant::now() >= until || stopping.is_stopping() {
            return Ok(answer(&page));
        }
        tokio::select! {
            _ = head.changed() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            () = stopping.wait() => {}
            () = tokio::time::sleep_until(until) => {}
        }
    }
}

fn check(query: &EventsQuery) -> Result<()> {
    let wrong =
        |name: &str, vi: &str, en: &str| Err(Error::malformed("parameter.invalid", vi, en).with("parameter", name));
    if query.after < 0 {
        return wrong("after", "`after` không được âm.", "`after` must not be negative.");
    }
    if !(1..=1000).contains(&query.limit) {
        return wrong("limit", "`limit` phải từ 1 đến 1000.", "`limit` must be 1 to 1000.");
    }
    if query.wait > MOST_WAIT {
        return wrong("wait", "`wait` nhiều nhất 60 giây.", "`wait` is at most 60 seconds.");
    }
    Ok(())
}

struct Page {
    events: Vec<Vec<u8>>,
    scanned: i64,
    complete: SystemTime,
}

fn answer(page: &Page) -> HttpResponse {
    let mut body = b"[".to_vec();
    for (at, event) in page.events.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        body.extend(event);
    }
    body.push(b']');
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header(("Scanned-To", page.scanned.to_string()))
        .insert_header(("Complete-To", page.complete.0.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
        .content_type("application/cloudevents-batch+json")
        .body(body)
}

async fn page(feed: &Feed, actor: Arc<Actor>, query: &EventsQuery) -> Result<Page> {
    let (after, limit) = (query.after, i64::from(query.limit));
    let everything = actor.scopes.contains(&format!("{}:events:verify", feed.journal.service));
    let visibility = Arc::clone(&feed.visibility);
    let clock = feed.db.clock.clone();
    feed.db
        .read("journal_feed", move |conn| {
            // Before the page: whatever is committed and has a position now is on it or before it.
            let now = clock.system();
            let pending = store::pending_since(conn, actor.tenant)?;
            let complete = pending.map_or(now, |at| now.min(SystemTime(at.0)));
            let rows = store::after(conn, actor.tenant, after, limit)?;
            let scanned = rows.iter().filter_map(|row| row.position).max().unwrap_or(after);
            if rows.is_empty() && after > store::head(conn, actor.tenant)?.0 {
                return Err(beyond(after).into());
            }
            let seen = if everything { None } else { Some(seen(conn, visibility.as_ref(), &actor, &rows)?) };
            let events = rows
                .iter()
                .filter(|row| {
                    let object = (row.subject_kind.clone(), row.subject.0);
                    seen.as_ref().is_none_or(|seen| seen.contains(&object) && visibility.tells(&actor, &row.kind))
                })
                .map(|row| {
                    let hash = row.hash.as_deref().unwrap_or_default();
                    served(&row.canonical, row.position.unwrap_or_default(), hash)
                })
                .collect::<Result<Vec<_>>>()?;
            Ok(Page { events, scanned, complete })
        })
        .await
}

/// A reader that is ahead of the feed has followed another database, or one that was since restored from a backup. Told
/// that all is well, it would wait for ever and miss what comes at the positions it believes to have seen.
fn beyond(after: i64) -> Error {
    Error::conflict(
        "position.unknown",
        format!("Luồng sự kiện chưa có vị trí {after}; bên đọc đã theo một cơ sở dữ liệu khác."),
        format!("The feed has no position {after} yet; the reader has followed another database."),
    )
}

/// The objects of some events that a caller may see. An object is its kind and its id: the same id may be that of two
/// objects of which one is seen and the other not.
fn seen(
    conn: &mut Conn,
    visibility: &dyn Visibility,
    actor: &Actor,
    rows: &[PlacedRow],
) -> TxResult<BTreeSet<(String, Uuid)>> {
    let mut by_subject: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for row in rows {
        by_subject.entry(&row.subject_kind).or_default().insert(row.subject.0);
    }
    let mut seen = BTreeSet::new();
    for (subject, ids) in by_subject {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let visible = visibility.visible(conn, actor, subject, &ids)?;
        seen.extend(visible.into_iter().map(|id| (subject.to_owned(), id)));
    }
    Ok(seen)
}
