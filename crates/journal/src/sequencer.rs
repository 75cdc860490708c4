//! The one leader a service that gives committed events their positions.
//!
//! A serial number taken while writing loses events for readers: a transaction that took number 7 may commit after one
//! that took 8 was read. Positions given after the commit, by one leader under a fenced lease, lose none.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use motcua_db::{Conn, Db, Lease, TxResult, acquire_lease, hold_lease, release_lease};
use motcua_kernel::{Error, Result, SystemTime, Uuid};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::checkpoint::Checkpoints;
use crate::record::Journal;
use crate::store::{self, PendingRow};

const LEASE: Duration = Duration::from_secs(10);
const BATCH: i64 = 1000;
/// Copies of the service and command-line imports write too; their events wait this long at most.
const IDLE: Duration = Duration::from_millis(200);
const SHORTEST: Duration = Duration::from_millis(4);
const CHECKPOINT_EVERY: Duration = Duration::from_mins(1);

/// The background work that sequences a service's journal.
pub struct Sequencer {
    db: Db,
    journal: Journal,
    checkpoints: Checkpoints,
    lease: Option<Lease>,
    checked: Instant,
}

impl Sequencer {
    /// A sequencer for a journal in a database; it signs checkpoints apart from it.
    #[must_use]
    pub fn new(db: Db, journal: Journal, checkpoints: Checkpoints) -> Self {
        Self { db, journal, checkpoints, lease: None, checked: Instant::now() }
    }

    /// Works until told to stop, then gives the lease back.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut pause = Duration::ZERO;
        while !*stop.borrow() {
            tokio::select! {
                _ = stop.changed() => break,
                // The signal comes before the commit: what it tells of shows a moment later.
                () = self.journal.wake.notified(), if pause > SHORTEST => pause = Duration::ZERO,
                () = tokio::time::sleep(pause) => {}
            }
            pause = match self.sequence_once().await {
                Ok(0) => (pause * 2).clamp(SHORTEST, IDLE),
                Ok(_) => Duration::from_millis(1),
                Err(error) => {
                    // The lease stays: whether it is still ours is seen when it is next used.
                    tracing::warn!(%error, service = self.journal.service, "sequencing failed; trying again");
                    Duration::from_secs(1)
                }
            };
            if self.checked.elapsed() >= CHECKPOINT_EVERY {
                self.write_checkpoints().await;
            }
        }
        self.finish().await;
    }

    /// Sequences everything that is committed now; returns how many events got a position.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sequence_all(&mut self) -> Result<usize> {
        let mut all = 0;
        loop {
            let placed = self.sequence_once().await?;
            all += placed;
            if placed == 0 {
                return Ok(all);
            }
        }
    }

    /// Sequences one batch; returns how many events got a position.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sequence_once(&mut self) -> Result<usize> {
        if !self.db.read("journal_pending", store::has_pending).await? {
            return Ok(0);
        }
        let now = self.db.clock.system();
        let holder = self.journal.holder;
        let name = format!("sequencer:{}", self.journal.service);
        if self.lease.is_none() {
            self.lease = self.db.write("journal_lead", move |tx| acquire_lease(tx, &name, holder, now, LEASE)).await?;
        }
        let Some(lease) = self.lease.clone() else {
            return Ok(0);
        };
        let placed = self.db.write("journal_sequence", move |tx| sequence(tx, &lease, now)).await?;
        let Some((count, head)) = placed else {
            self.lease = None;
            return Ok(0);
        };
        metrics::counter!("journal_events_total", "service" => self.journal.service).increment(count as u64);
        if count > 0 {
            self.journal.head.send_replace(head);
        }
        Ok(count)
    }

    async fn write_checkpoints(&mut self) {
        self.checked = Instant::now();
        if self.lease.is_none() {
            return;
        }
        if let Err(error) = self.try_checkpoints().await {
            tracing::error!(%error, service = self.journal.service, "a checkpoint could not be written");
        }
    }

    async fn try_checkpoints(&mut self) -> Result<()> {
        let heads = self.db.read("journal_heads", store::heads).await?;
        let Some(append) = self.checkpoints.append(&heads, self.db.clock.system())? else {
            return Ok(());
        };
        tokio::task::spawn_blocking(move || append.write()).await.map_err(Error::internal)??;
        self.checkpoints.appended(&heads);
        Ok(())
    }

    /// Sequences what is left, writes a checkpoint and gives the lease back.
    pub async fn finish(&mut self) {
        if let Err(error) = self.sequence_all().await {
            tracing::warn!(%error, "events stay without position until the next start");
        }
        self.write_checkpoints().await;
        if let Some(lease) = self.lease.take()
            && let Err(error) = self.db.write("journal_release", move |tx| release_lease(tx, &lease)).await
        {
            tracing::warn!(%error, "the sequencer's lease will expire by itself");
        }
    }
}

/// The hash of an event behind the one before it.
pub(crate) fn link(previous: &[u8], canonical: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(previous).chain_update(canonical).finalize().to_vec()
}

/// One batch; none when the lease is lost. Returns how many, and the last position of the last tenant.
fn sequence(tx: &mut Conn, lease: &Lease, now: SystemTime) -> TxResult<Option<(usize, i64)>> {
    if !hold_lease(tx, lease, now, LEASE)? {
        return Ok(None);
    }
    let mut rows = store::pending(tx, BATCH)?;
    order_by_version(&mut rows);
    let mut by_tenant: BTreeMap<Uuid, Vec<PendingRow>> = BTreeMap::new();
    for row in rows {
        by_tenant.entry(row.tenant.0).or_default().push(row);
    }
    let (mut count, mut last) = (0, 0);
    for (tenant, rows) in by_tenant {
        let (mut position, mut hash) = store::head(tx, tenant)?;
        let mut placed = Vec::with_capacity(rows.len());
        for row in rows {
            position += 1;
            hash = link(&hash, &row.canonical);
            placed.push((row.id.0, position, hash.clone()));
        }
        store::place(tx, tenant, &placed)?;
        store::set_head(tx, tenant, position, &hash)?;
        count += placed.len();
        last = position;
    }
    Ok(Some((count, last)))
}

/// Keeps the places the ids give, and within an object lets versions fill its places in order.
fn order_by_version(rows: &mut [PendingRow]) {
    let mut places: BTreeMap<(Uuid, Uuid), Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        places.entry((row.tenant.0, row.subject.0)).or_default().push(at);
    }
    for places in places.into_values().filter(|places| places.len() > 1) {
        let mut ordered: Vec<PendingRow> = places.iter().filter_map(|at| rows.get(*at).cloned()).collect();
        ordered.sort_by_key(|row| (row.version, row.id.0));
        for (at, row) in places.into_iter().zip(ordered) {
            if let Some(slot) = rows.get_mut(at) {
                *slot = row;
            }
        }
    }
}
