//! A service's rows follow the successions of agencies: each table once a succession, on the day it takes effect.
//!
//! A row that work hangs on keeps the agency it was written with and names beside it the agency responsible now; lists
//! and predicates read the second one, so it has to move. What moves by itself is what leads to exactly one agency. A
//! split (chia, tách) does not: which successor goes on with which row is for people to decide. Until then the rows stay
//! with the closed agency, whose grants still reach them, and [`successions_waiting`] and the metric of that name tell.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Db, TxResult, on_each};
use motcua_kernel::{Result, SystemTime, Uuid};
use tokio::sync::watch;

use crate::record::{SuccessionKind, SuccessionRecord};
use crate::schema::{agency_successions, succession_moves};
use crate::succession::{due_successions, successors};

/// How often a service looks whether a succession has come into force.
const EVERY: Duration = Duration::from_secs(2);
/// How often it looks again where people have to decide.
const WHILE_WAITING: Duration = Duration::from_mins(1);
/// How often it looks for rows that were written while their agency closed.
const FULL_SCAN: Duration = Duration::from_hours(1);

/// What a step of following moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    /// Successions followed just now.
    pub successions: usize,
    /// Rows moved.
    pub rows: usize,
    /// Successions in force that wait for people.
    pub waiting: usize,
}

/// Successions in force on a day that a table has not followed, in the order they took effect. After the reconciler ran,
/// these are the ones that wait for people to decide: splits, and closed agencies whose successor closed without one.
///
/// # Errors
/// When the database fails.
pub fn successions_waiting(
    conn: &mut Conn,
    tenant: Uuid,
    service_table: &str,
    on: NaiveDate,
) -> TxResult<Vec<SuccessionRecord>> {
    let moved: Vec<Id> = succession_moves::table
        .select(succession_moves::succession_id)
        .filter(succession_moves::tenant_id.eq(Id(tenant)).and(succession_moves::service_table.eq(service_table)))
        .load(conn)?;
    let due = due_successions(conn, tenant, on)?;
    Ok(due.into_iter().filter(|succession| !moved.contains(&Id(succession.id))).collect())
}

/// Moves a table's rows along every succession in force, and notes which it has followed in the same transaction.
/// `move_rows` gives the rows of one responsible agency to another and says how many there were.
///
/// Rows go to the agency that is responsible on that day, not only one step along, so a succession that is told of late
/// doesn't leave them with an agency that has closed in the meantime. Called again it moves what was written since, which
/// is nothing but what crossed the moment of closing.
///
/// # Errors
/// When the database fails.
pub fn move_responsible(
    tx: &mut Conn,
    tenant: Uuid,
    service_table: &str,
    on: NaiveDate,
    now: SystemTime,
    move_rows: impl Fn(&mut Conn, Uuid, Uuid) -> TxResult<usize>,
) -> TxResult<Moved> {
    let due = due_successions(tx, tenant, on)?;
    let is_split = |from: Uuid| due.iter().any(|s| s.from_agency_id == from && s.kind == SuccessionKind::SplitInto);
    let mut moved = Moved::default();
    for succession in &due {
        let from = succession.from_agency_id;
        let responsible = successors(tx, tenant, from, on)?;
        let to = match responsible.as_slice() {
            [to] if *to != from && !is_split(from) => *to,
            _ => {
                let followed = is_followed(tx, tenant, service_table, succession.id)?;
                moved.waiting += usize::from(!followed);
                continue;
            }
        };
        let first_time = claim(tx, tenant, service_table, succession.id, now)?;
        let rows = move_rows(tx, from, to)?;
        if rows > 0 {
            note(tx, tenant, service_table, succession.id, rows)?;
        }
        moved.successions += usize::from(first_time);
        moved.rows += rows;
    }
    Ok(moved)
}

fn is_followed(conn: &mut Conn, tenant: Uuid, service_table: &str, succession: Uuid) -> TxResult<bool> {
    let found: Option<i64> = succession_moves::table
        .select(succession_moves::moved_rows)
        .filter(succession_moves::tenant_id.eq(Id(tenant)).and(succession_moves::service_table.eq(service_table)))
        .filter(succession_moves::succession_id.eq(Id(succession)))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Takes a succession for this transaction: another copy of the service waits here, and then finds it taken.
fn claim(tx: &mut Conn, tenant: Uuid, service_table: &str, succession: Uuid, now: SystemTime) -> TxResult<bool> {
    let taken = on_each!(tx, |c| {
        diesel::insert_into(succession_moves::table)
            .values((
                succession_moves::tenant_id.eq(Id(tenant)),
                succession_moves::service_table.eq(service_table),
                succession_moves::succession_id.eq(Id(succession)),
                succession_moves::moved_rows.eq(0_i64),
                succession_moves::moved_at.eq(At(now.0)),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(taken == 1)
}

fn note(tx: &mut Conn, tenant: Uuid, service_table: &str, succession: Uuid, rows: usize) -> TxResult<()> {
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    diesel::update(succession_moves::table)
        .filter(succession_moves::tenant_id.eq(Id(tenant)).and(succession_moves::service_table.eq(service_table)))
        .filter(succession_moves::succession_id.eq(Id(succession)))
        .set(succession_moves::moved_rows.eq(succession_moves::moved_rows + rows))
        .execute(tx)?;
    Ok(())
}

type MoveRows = dyn Fn(&mut Conn, Uuid, Uuid, Uuid) -> TxResult<usize> + Send + Sync;

/// The background work that keeps one table of a service up with successions.
#[derive(Clone)]
pub struct SuccessionMover {
    db: Db,
    service_table: &'static str,
    move_rows: Arc<MoveRows>,
}

impl SuccessionMover {
    /// A mover of a table. `move_rows` gets tenant, old and new agency and says how many rows it moved.
    pub fn new(
        db: Db,
        service_table: &'static str,
        move_rows: impl Fn(&mut Conn, Uuid, Uuid, Uuid) -> TxResult<usize> + Send + Sync + 'static,
    ) -> Self {
        Self { db, service_table, move_rows: Arc::new(move_rows) }
    }

    /// Works until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut last: BTreeMap<Uuid, Look> = BTreeMap::new();
        while !*stop.borrow() {
            if let Err(error) = self.look(&mut last).await {
                tracing::warn!(%error, table = self.service_table, "following successions failed; trying again");
            }
            tokio::select! { _ = stop.changed() => break, () = tokio::time::sleep(EVERY) => {} }
        }
    }

    /// Follows everything in force now; a second call finds nothing to do.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn step(&self) -> Result<Moved> {
        let mut all = Moved::default();
        for tenant in self.db.read("succession_tenants", tenants).await? {
            let moved = self.step_of(tenant).await?;
            all.successions += moved.successions;
            all.rows += moved.rows;
            all.waiting += moved.waiting;
        }
        Ok(all)
    }

    async fn look(&self, last: &mut BTreeMap<Uuid, Look>) -> Result<()> {
        for tenant in self.db.read("succession_tenants", tenants).await? {
            let on = self.db.clock.business().day_in_vietnam();
            let due = self.db.read("successions_due", move |conn| due_successions(conn, tenant, on)).await?;
            let due: Vec<Uuid> = due.into_iter().map(|succession| succession.id).collect();
            if last.get(&tenant).is_some_and(|look| look.still_holds(on, &due)) {
                continue;
            }
            // Rows move some at a time, so that others write in between.
            let waiting = loop {
                let moved = self.step_of(tenant).await?;
                if moved.rows == 0 {
                    break moved.waiting;
                }
            };
            last.insert(tenant, Look { on, due, waiting, at: Instant::now() });
        }
        let waiting: usize = last.values().map(|look| look.waiting).sum();
        #[expect(clippy::cast_precision_loss, reason = "a gauge of a few")]
        metrics::gauge!("successions_waiting", "table" => self.service_table).set(waiting as f64);
        Ok(())
    }

    async fn step_of(&self, tenant: Uuid) -> Result<Moved> {
        let on = self.db.clock.business().day_in_vietnam();
        let now = self.db.clock.system();
        let table = self.service_table;
        let move_rows = Arc::clone(&self.move_rows);
        let moved = self
            .db
            .write("move_responsible", move |tx| {
                move_responsible(tx, tenant, table, on, now, |tx, from, to| move_rows(tx, tenant, from, to))
            })
            .await?;
        if moved.rows > 0 {
            tracing::info!(table, moved.successions, moved.rows, moved.waiting, "rows followed their agencies");
        }
        Ok(moved)
    }
}

/// What the last look at a tenant's successions found.
struct Look {
    on: NaiveDate,
    due: Vec<Uuid>,
    waiting: usize,
    at: Instant,
}

impl Look {
    fn still_holds(&self, on: NaiveDate, due: &[Uuid]) -> bool {
        let patience = if self.waiting > 0 { WHILE_WAITING } else { FULL_SCAN };
        self.on == on && self.due == due && self.at.elapsed() < patience
    }
}

impl std::fmt::Debug for SuccessionMover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SuccessionMover").field("service_table", &self.service_table).finish_non_exhaustive()
    }
}

fn tenants(conn: &mut Conn) -> TxResult<Vec<Uuid>> {
    let rows: Vec<Id> = agency_successions::table.select(agency_successions::tenant_id).distinct().load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}
