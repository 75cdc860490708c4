//! The work in the background: queueing what the feed brings, and sending what waits.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::room::Webhooks;
use super::store;
use super::store::overall;
use super::{claim, outcome, owner, queue};
use crate::store::heads;

/// How often it looks by itself: for what shall be tried again, and what other copies have placed.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How soon it looks at all subscriptions again, however much happens.
const BREATH: Duration = Duration::from_millis(100);

/// How often the gauges are set.
const MEASURE: Duration = Duration::from_secs(5);
/// How many pages of the feed one subscription may have before it is the next one's turn.
const PAGES: usize = 20;

type Key = (Uuid, Uuid);

/// What is being sent, each by its subscription.
type Sending = JoinSet<Key>;

impl Webhooks {
    /// Delivers until told to stop, then lets end what is on its way.
    pub async fn deliver(self, mut stop: watch::Receiver<bool>) {
        let mut head = self.journal.head.subscribe();
        let mut sending = Sending::new();
        let (mut looked, mut tried, mut measured) = (None::<Instant>, None::<Instant>, None::<Instant>);
        while !*stop.borrow() {
            let due = looked.is_none_or(|at| at.elapsed() >= BREATH);
            if due {
                head.mark_unchanged();
                looked = Some(Instant::now());
                let try_again = tried.is_none_or(|at| at.elapsed() >= LOOK_AGAIN);
                if try_again {
                    tried = looked;
                }
                if let Err(error) = self.look_at_all(try_again, &mut sending).await {
                    tracing::warn!(%error, "webhooks could not be looked at; trying again");
                }
            }
            if measured.is_none_or(|at| at.elapsed() >= MEASURE) {
                measured = Some(Instant::now());
                if let Err(error) = self.measure().await {
                    tracing::debug!(%error, "what waits could not be counted");
                }
            }
            let mut ended = BTreeSet::new();
            tokio::select! {
                _ = stop.changed() => break,
                changed = head.changed() => {
                    if changed.is_ok() && let Some(at) = looked {
                        tokio::time::sleep_until(at + BREATH).await;
                    }
                }
                Some(key) = sending.join_next() => ended.extend(key.ok()),
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
            while let Some(key) = sending.try_join_next() {
                ended.extend(key.ok());
            }
            for key in ended {
                self.look_at(key, &mut sending).await;
            }
        }
        while sending.join_next().await.is_some() {}
    }

    async fn look_at_all(&self, try_again: bool, sending: &mut Sending) -> Result<()> {
        let now = self.db.clock.system().0;
        let at_work = move |conn: &mut Conn| with_work(conn, try_again.then_some(now));
        for key in self.db.read("webhooks_at_work", at_work).await? {
            self.look_at(key, sending).await;
        }
        Ok(())
    }

    /// One that fails must not keep the others waiting.
    async fn look_at(&self, key: Key, sending: &mut Sending) {
        if let Err(error) = self.serve(key, sending).await {
            tracing::warn!(webhook = %key.1, %error, "a webhook could not be served; trying again");
        }
    }

    async fn serve(&self, (tenant, id): Key, sending: &mut Sending) -> Result<()> {
        let find = move |conn: &mut Conn| store::find(conn, tenant, id);
        let found = self.db.read("webhook_find", find).await?.filter(|row| row.enabled);
        let Some(mut row) = found else { return Ok(()) };
        // Who owns it is asked anew each time, right before anything is queued or sent.
        let Some(owner) = owner::today(self, &row).await? else { return Ok(()) };
        for _ in 0..PAGES {
            let Some(position) = queue::fill(self, &owner, &row).await? else { break };
            row.position = position;
        }
        for claimed in claim::claim(self, &owner, tenant, id).await? {
            let own = self.clone();
            sending.spawn(async move {
                let event = claimed.row.event_id.0;
                if let Err(error) = outcome::try_once(&own, claimed).await {
                    tracing::warn!(webhook = %id, %event, %error, "how a try went could not be written down");
                }
                (tenant, id)
            });
        }
        Ok(())
    }

    async fn measure(&self) -> Result<()> {
        let now = self.db.clock.system().0;
        let (waiting, oldest) = self.db.read("webhooks_waiting", overall::all_waiting).await?;
        let age = oldest.map_or(0, |oldest| (now - oldest.0).num_seconds().max(0));
        let service = self.journal.service;
        #[expect(clippy::cast_precision_loss, reason = "a gauge")]
        let (waiting, age) = (waiting as f64, age as f64);
        metrics::gauge!("webhook_deliveries_waiting", "service" => service).set(waiting);
        metrics::gauge!("webhook_oldest_waiting_seconds", "service" => service).set(age);
        Ok(())
    }
}

/// The subscriptions that are behind the feed, and those for which something may be tried `again` at an instant.
fn with_work(conn: &mut Conn, again: Option<DateTime<Utc>>) -> TxResult<Vec<Key>> {
    let enabled = store::enabled(conn)?;
    if enabled.is_empty() {
        return Ok(Vec::new());
    }
    let heads: BTreeMap<Uuid, i64> = heads(conn)?.into_iter().map(|(tenant, head, _)| (tenant, head)).collect();
    let due: BTreeSet<Key> = match again {
        Some(now) => overall::due(conn, now)?.into_iter().collect(),
        None => BTreeSet::new(),
    };
    let is_behind = |key: &Key, position: i64| heads.get(&key.0).is_some_and(|head| *head > position);
    let at_work = enabled.into_iter().filter(|(key, position)| is_behind(key, *position) || due.contains(key));
    Ok(at_work.map(|(key, _)| key).collect())
}
