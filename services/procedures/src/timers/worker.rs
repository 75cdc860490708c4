//! The worker that executes timers: a reconciler that looks every second, because the clock of a sandbox may be moved.

use std::time::Duration;

use chrono::TimeDelta;
use motcua_kernel::{Kind, Result};
use motcua_service::Worker;

use super::fire::fire;
use super::notices::forget;
use super::store::{self, Due};
use crate::dossiers::Dossiers;

/// How often it looks.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A copy that dies leaves its claims to the others after this long.
const LEASE: Duration = Duration::from_secs(10);
/// How many timers are claimed at once; small enough to be executed well within a lease.
const TOGETHER: i64 = 64;
/// How often a timer is tried when the dossier changes at the same moment; then its lease runs out first.
const TRIES: usize = 5;

/// How often old notices are looked for.
const CLEAN_EVERY: Duration = Duration::from_mins(10);
/// How many are removed in one transaction.
const REMOVED_TOGETHER: i64 = 500;

/// Removes notices that are older than they are kept.
pub(crate) fn forgetting(room: &Dossiers, keep: TimeDelta) -> Worker {
    let room = room.clone();
    Worker::every("old notices", CLEAN_EVERY, move || {
        let db = room.db.clone();
        async move {
            loop {
                let before = db.clock.business().0 - keep;
                let gone = db.write("notices_forget", move |tx| forget(tx, before, REMOVED_TOGETHER)).await?;
                if gone == 0 {
                    return Ok(());
                }
            }
        }
    })
}

/// Executes the timers of dossiers.
#[derive(Clone)]
pub struct TimerWorker {
    room: Dossiers,
}

impl TimerWorker {
    /// For the dossiers of a service.
    #[must_use]
    pub fn new(room: Dossiers) -> Self {
        Self { room }
    }

    /// As background work of the service.
    #[must_use]
    pub fn worker(self) -> Worker {
        Worker::every("timers", LOOK_AGAIN, move || {
            let own = self.clone();
            async move { own.catch_up().await }
        })
    }

    /// Executes everything whose instant has passed.
    async fn catch_up(&self) -> Result<()> {
        let db = &self.room.db;
        loop {
            let (occurred, now) = (db.clock.business(), db.clock.system());
            let waiting = db.read("timers_waiting", move |conn| store::waiting(conn, occurred, now)).await?;
            #[expect(clippy::cast_precision_loss, reason = "a gauge")]
            metrics::gauge!("timers_waiting").set(waiting as f64);
            if waiting == 0 {
                return Ok(());
            }
            let claimed = db.write("timers_claim", move |tx| store::claim(tx, occurred, now, LEASE, TOGETHER)).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            for due in claimed {
                self.execute(due).await;
            }
        }
    }

    async fn execute(&self, due: Due) {
        let mut outcome = self.fire(due).await;
        for _ in 1..TRIES {
            if !outcome.as_ref().is_err_and(|error| error.kind == Kind::Stale) {
                break;
            }
            outcome = self.fire(due).await;
        }
        let kind = due.timer.kind.as_str();
        match outcome {
            Ok(true) => metrics::counter!("timers_executed_total", "kind" => kind).increment(1),
            Ok(false) => {}
            Err(error) => {
                metrics::counter!("timer_failures_total", "kind" => kind).increment(1);
                tracing::warn!(dossier = %due.dossier, kind, %error, "a timer failed; tried again after its lease");
            }
        }
    }

    async fn fire(&self, due: Due) -> Result<bool> {
        let room = self.room.clone();
        self.room.db.write("timer_fire", move |tx| fire(tx, &room, &due)).await
    }
}
