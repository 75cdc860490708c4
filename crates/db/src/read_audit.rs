//! Who read whose personal data: one entry a request, on the disk before the answer leaves.
//!
//! Readers are many and must not wait for a commit each, so whoever comes while one batch is being written waits in the
//! next, which is one transaction for all of them. The work is a task that lives only while somebody waits: a request
//! that is given up half-way takes nothing of the others with it, and a service that reads nothing runs nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::prelude::*;
use motcua_kernel::{Actor, Error, Result, SystemTime, Uuid, new_id};
use serde_json::json;
use tokio::sync::oneshot;

use crate::conn::Conn;
use crate::error::TxResult;
use crate::on_each;
use crate::read_write::Db;
use crate::sql::{At, Id, Json};

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql::{Uid, Document, Instant};
    read_audit (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        actor -> Text,
        standing_in_for -> Nullable<Text>,
        operation -> Text,
        request_id -> Text,
        subjects -> Document,
        read_at -> Instant,
    }
}

/// The most entries in one transaction.
const MOST_TOGETHER: usize = 500;
/// The most entries that wait; beyond, the reader hears 503 and gets no data.
const MOST_WAITING: usize = 10_000;

/// One request that reads personal data (nhật ký truy cập dữ liệu cá nhân).
#[derive(Debug, Clone)]
pub struct ReadEntry {
    /// The tenant.
    pub tenant: Uuid,
    /// Who reads, without personal data: [`Actor::reference`].
    pub actor: String,
    /// Whose posts the reader held by delegation then, whether or not their own would have done:
    /// [`Actor::standing_in_for`].
    pub standing_in_for: Option<String>,
    /// The operation, by its `operationId`.
    pub operation: &'static str,
    /// The request, as the logs know it.
    pub request_id: String,
    /// Whose data: the ids of the objects shown, every one that the answer holds.
    pub subjects: Vec<Uuid>,
}

impl ReadEntry {
    /// The entry of a caller's request.
    #[must_use]
    pub fn of(actor: &Actor, operation: &'static str, request_id: impl Into<String>, subjects: Vec<Uuid>) -> Self {
        let (tenant, standing_in_for) = (actor.tenant, actor.standing_in_for());
        let (actor, request_id) = (actor.reference(), request_id.into());
        Self { tenant, actor, standing_in_for, operation, request_id, subjects }
    }
}

/// Entries that wait for the next batch.
#[derive(Default)]
pub(crate) struct ReadAudit(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Whether a task is at work that will take what is waiting.
    served: bool,
}

struct Waiting {
    row: Row,
    told: oneshot::Sender<Result<()>>,
}

#[derive(Clone, Insertable)]
// Without this, diesel would insert row by row on SQLite, in a transaction of its own inside ours.
#[diesel(table_name = read_audit, treat_none_as_default_value = false)]
struct Row {
    tenant_id: Id,
    id: Id,
    actor: String,
    standing_in_for: Option<String>,
    operation: &'static str,
    request_id: String,
    subjects: Json,
    read_at: At,
}

impl Row {
    fn of(entry: ReadEntry, now: SystemTime) -> Self {
        Self {
            tenant_id: Id(entry.tenant),
            id: Id(new_id()),
            actor: entry.actor,
            standing_in_for: entry.standing_in_for,
            operation: entry.operation,
            request_id: entry.request_id,
            subjects: Json(json!(entry.subjects)),
            read_at: At(now.0),
        }
    }
}

impl ReadAudit {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing is done under this lock that could panic half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets an entry wait; true when the caller must start the task that takes it.
    fn push(&self, waiting: Waiting) -> Result<bool> {
        let mut queue = self.queue();
        if queue.waiting.len() >= MOST_WAITING {
            return Err(Error::unavailable("too many reads wait for the read audit"));
        }
        queue.waiting.push(waiting);
        Ok(!std::mem::replace(&mut queue.served, true))
    }

    /// The next batch; none ends the task's duty in the same moment, so that no entry falls between.
    fn take(&self) -> Option<Vec<Waiting>> {
        let mut queue = self.queue();
        if queue.waiting.is_empty() {
            queue.served = false;
            return None;
        }
        let most = queue.waiting.len().min(MOST_TOGETHER);
        Some(queue.waiting.drain(..most).collect())
    }
}

/// The duty of the one task that writes batches. A task that is stopped with its runtime gives the duty back, and who
/// still waits hears at once that nothing was written.
struct Duty {
    audit: Arc<ReadAudit>,
    done: bool,
}

impl Drop for Duty {
    fn drop(&mut self) {
        if !self.done {
            let mut queue = self.audit.queue();
            queue.served = false;
            queue.waiting.clear();
        }
    }
}

impl Db {
    /// Notes who reads whose personal data, and returns when the note is committed: the answer may leave after that.
    ///
    /// # Errors
    /// When the note can't be written; the data must not be shown then.
    pub async fn audit_read(&self, entry: ReadEntry) -> Result<()> {
        let (told, outcome) = oneshot::channel();
        let row = Row::of(entry, self.clock.system());
        let audit = self.read_audit();
        if audit.push(Waiting { row, told })? {
            tokio::spawn(write_batches(self.clone(), Duty { audit: Arc::clone(audit), done: false }));
        }
        outcome.await.map_err(|closed| Error::unavailable(format!("the read audit was stopped: {closed}")))?
    }
}

async fn write_batches(db: Db, mut duty: Duty) {
    while let Some(batch) = duty.audit.take() {
        let (rows, told): (Vec<Row>, Vec<_>) = batch.into_iter().map(|waiting| (waiting.row, waiting.told)).unzip();
        #[expect(clippy::cast_precision_loss, reason = "a batch has at most MOST_TOGETHER entries")]
        metrics::histogram!("read_audit_batch_entries").record(rows.len() as f64);
        let outcome = db.write("read_audit", move |tx| insert(tx, &rows)).await;
        for told in told {
            // A reader that has gone gets no data either; its entry stands, because it asked.
            drop(told.send(outcome.clone()));
        }
    }
    duty.done = true;
}

fn insert(tx: &mut Conn, rows: &[Row]) -> TxResult<()> {
    on_each!(tx, |c| diesel::insert_into(read_audit::table).values(rows).execute(c))?;
    Ok(())
}
