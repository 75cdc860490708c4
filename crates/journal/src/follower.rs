//! Following another service's feed. Where it stands is kept in the transaction of what it derives, so every event acts
//! exactly once and replaying from the beginning gives the same state.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Error, Result, SystemTime, Uuid};
use motcua_peer::Peer;
use tokio::sync::watch;

use crate::event::Event;
use crate::store;

const BATCH: u32 = 500;
/// So many pages are taken in with one transaction while more is waiting: what events of the same hour change is written once
/// for all of them. More would hold the transaction, and the memory, for too long.
const PAGES: usize = 20;
/// Short, because `Data-As-Of` moves on when a wait ends.
const LONG_POLL_SECONDS: u32 = 5;

/// What a follower makes of events. It never calls back: an event tells all it needs.
pub trait Follow: Send + Sync + 'static {
    /// Takes one event in. Unknown types are passed over: newer services tell of more.
    ///
    /// # Errors
    /// When the database fails or a known event lacks a field, which stops the follower there, loudly.
    fn apply(&self, tx: &mut Conn, event: &Event) -> TxResult<()>;

    /// Takes a page of events in, in their order: one by one, unless a follower knows how to do it with fewer statements.
    /// Where the feed is cut into pages says nothing and changes from one replay to the next, so it must change no row.
    ///
    /// # Errors
    /// Those of [`Follow::apply`]; nothing of the page is kept then.
    fn apply_page(&self, tx: &mut Conn, events: &[Event]) -> TxResult<()> {
        events.iter().try_for_each(|event| self.apply(tx, event))
    }
}

/// What was fetched of a feed.
struct Taken {
    to: i64,
    events: Vec<Event>,
    /// Until when nothing else is waiting; none while more is.
    caught_up: Option<SystemTime>,
}

/// Follows the feed of a peer.
#[derive(Clone)]
pub struct Follower {
    db: Db,
    peer: Peer,
    tenant: Uuid,
    name: String,
    follow: Arc<dyn Follow>,
}

impl Follower {
    /// A follower with a name of its own, under which its position is kept.
    #[must_use]
    pub fn new(db: Db, peer: Peer, tenant: Uuid, name: &str, follow: Arc<dyn Follow>) -> Self {
        Self { db, peer, tenant, name: name.to_owned(), follow }
    }

    /// Works until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut failures = 0_u32;
        while !*stop.borrow() {
            let step = tokio::select! {
                _ = stop.changed() => break,
                step = self.step(LONG_POLL_SECONDS) => step,
            };
            let Err(error) = step else {
                failures = 0;
                continue;
            };
            failures += 1;
            // A peer that is down is no news after the first time.
            if failures == 1 || failures.is_multiple_of(60) {
                tracing::warn!(follower = %self.name, failures, %error, "following failed; trying again");
            }
            metrics::counter!("follower_failures_total", "name" => self.name.clone()).increment(1);
            let pause = Duration::from_millis(100 * u64::from(failures.min(20)));
            tokio::select! { _ = stop.changed() => break, () = tokio::time::sleep(pause) => {} }
        }
    }

    /// Takes in the next events, waiting for some at most `wait` seconds, and then all that is waiting; returns how many.
    ///
    /// # Errors
    /// When the peer or the database is away, or an event can't be taken in.
    pub async fn step(&self, wait: u32) -> Result<usize> {
        let (tenant, name) = (self.tenant, self.name.clone());
        let mut from = self
            .db
            .read("follower_position", move |conn: &mut Conn| store::follower_position(conn, tenant, &name))
            .await?;
        let mut taken = self.pages(from, wait).await?;
        let mut count = 0;
        loop {
            count += taken.events.len();
            if taken.caught_up.is_some() {
                self.take_in(from, taken).await?;
                return Ok(count);
            }
            // What comes next is fetched while this is being written.
            let to = taken.to;
            let (written, next) = tokio::join!(self.take_in(from, taken), self.pages(to, 0));
            // The next step meets the same trouble in fetching, and tells of it.
            let (true, Ok(next)) = (written?, next) else { return Ok(count) };
            (from, taken) = (to, next);
        }
    }

    /// Pages of the feed for one transaction.
    async fn pages(&self, from: i64, wait: u32) -> Result<Taken> {
        let mut taken = self.page(from, wait).await?;
        for _ in 1..PAGES {
            if taken.caught_up.is_some() {
                break;
            }
            // What was fetched is taken in first.
            let Ok(next) = self.page(taken.to, 0).await else { break };
            taken.events.extend(next.events);
            (taken.to, taken.caught_up) = (next.to, next.caught_up);
        }
        Ok(taken)
    }

    async fn page(&self, from: i64, wait: u32) -> Result<Taken> {
        let reply = self
            .peer
            .get("/v1/events")
            .query("after", from.to_string())
            .query("limit", BATCH.to_string())
            .wait_up_to(Duration::from_secs(u64::from(wait)))
            .send::<Vec<Event>>()
            .await
            .map_err(Error::unavailable)?;
        let scanned = reply
            .header("scanned-to")
            .and_then(|text| text.parse::<i64>().ok())
            .ok_or_else(|| Error::unavailable("a feed answered without Scanned-To"))?;
        let complete = reply
            .header("complete-to")
            .and_then(|text| text.parse::<DateTime<Utc>>().ok())
            .ok_or_else(|| Error::unavailable("a feed answered without Complete-To"))?;
        if scanned < from {
            return Err(Error::internal(format!("the feed of {} went back from {from} to {scanned}", self.name)));
        }
        // A full batch means that more is waiting: what was derived is as old as it was.
        let caught_up = scanned - from < i64::from(BATCH);
        let events = fresh(reply.body, from, scanned)?;
        Ok(Taken { to: scanned, events, caught_up: caught_up.then_some(SystemTime(complete)) })
    }

    /// Whether it was taken in here: another copy of this service may have been faster.
    async fn take_in(&self, from: i64, taken: Taken) -> Result<bool> {
        let (tenant, name, follow) = (self.tenant, self.name.clone(), Arc::clone(&self.follow));
        let taken = Arc::new(taken);
        // Held here as well: thrown away there, a page would keep the database's only writer from its next work.
        let _held = Arc::clone(&taken);
        self.db
            .write("follow", move |tx| {
                if !store::advance_follower(tx, tenant, &name, from, taken.to, taken.caught_up)? {
                    // The next step starts where the other copy ended.
                    return Ok(false);
                }
                follow.apply_page(tx, &taken.events)?;
                Ok(true)
            })
            .await
    }
}

/// The events of a page that lie between two positions, each once and in its order: a feed that says something twice, or
/// more than it says it has scanned, tells nothing twice.
fn fresh(events: Vec<Event>, from: i64, to: i64) -> Result<Vec<Event>> {
    let mut placed = BTreeMap::new();
    for event in events {
        let place = event.place()?;
        if from < place && place <= to {
            placed.entry(place).or_insert(event);
        }
    }
    Ok(placed.into_values().collect())
}

/// Until when a follower has taken in everything, by the clock of the service it follows, for `Data-As-Of`.
///
/// # Errors
/// When the database fails.
pub fn as_of(conn: &mut Conn, tenant: Uuid, name: &str) -> TxResult<Option<SystemTime>> {
    Ok(store::follower_as_of(conn, tenant, name)?.map(|at| SystemTime(at.0)))
}

/// Puts a follower back to the beginning, in the transaction that empties what it derived.
///
/// # Errors
/// When the database fails.
pub fn forget(tx: &mut Conn, tenant: Uuid, name: &str) -> TxResult<()> {
    store::forget_follower(tx, tenant, name)
}
