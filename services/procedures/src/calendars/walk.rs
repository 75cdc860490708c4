//! The walk of a change through the open dossiers: a reconciler that goes on where it stopped, in small transactions.
//!
//! Each transaction takes some dossiers along and writes how far it came, so a walk that is cut off goes on from there and
//! does nothing twice. Two copies of the service may walk at once: the slower one's transaction is refused as a whole.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use motcua_calendars::{Snapshot, View, view_of};
use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::{Error, Kind, Result, Uuid};
use tokio::sync::watch;

use super::catch_up::{Effect, catch_up, effect, told};
use super::store::{self, ChangeRow, MovedRow};
use super::{Calendars, enact};
use crate::dossiers::rules::Party;
use crate::dossiers::store::DossierRow;
use crate::dossiers::{Dossiers, store as dossiers};

/// How many dossiers are changed in one transaction: others write in between.
const TOGETHER: i64 = 25;
/// How many are looked at together when nothing is changed.
const COUNTED_TOGETHER: i64 = 200;
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Walks changes through the dossiers until told to stop.
#[derive(Clone)]
pub struct Walker {
    room: Dossiers,
}

impl Walker {
    /// A worker over a service's dossiers.
    #[must_use]
    pub fn new(room: Dossiers) -> Self {
        Self { room }
    }

    /// Works until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.advance().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "a change of calendars waits on its way through the dossiers"),
            }
            tokio::select! {
                _ = stop.changed() => break,
                () = self.room.calendars.wake.notified() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// Goes on with the oldest change by one transaction; says whether there was one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn advance(&self) -> Result<bool> {
        let Some(change) = self.room.db.read("calendar_walking", store::walking).await? else { return Ok(false) };
        let room = self.room.clone();
        let walked = if change.revision.is_some() {
            self.room.db.write("calendar_apply", move |tx| apply(tx, &room, &change)).await
        } else {
            self.room.db.write("calendar_count", move |tx| count(tx, &room, &change)).await
        };
        match walked {
            // Another copy of the service, or a step of a dossier, was faster: what they left is read again.
            Err(error) if error.kind == Kind::Stale || error.code == store::OVERTAKEN => Ok(true),
            outcome => outcome.map(|()| true),
        }
    }
}

fn apply(tx: &mut Conn, room: &Dossiers, change: &ChangeRow) -> TxResult<()> {
    let tenant = change.tenant_id.0;
    let head = Calendars::hold_revision(tx, tenant)?;
    let rows = store::next_open(tx, change, TOGETHER)?;
    for row in &rows {
        take_along(tx, room, change, row, head)?;
    }
    go_on(tx, room, change, &rows, TOGETHER, "applied")
}

/// One that can't be taken along is told with the change and keeps the others from nothing.
fn take_along(tx: &mut Conn, room: &Dossiers, change: &ChangeRow, row: &DossierRow, head: i64) -> TxResult<()> {
    tx.batch_execute("SAVEPOINT dossier")?;
    match catch_up(tx, room, change.tenant_id.0, row.id.0, None, head) {
        Ok(_) => {}
        Err(Failure::Refused(error)) if error.kind != Kind::Stale => {
            tx.batch_execute("ROLLBACK TO SAVEPOINT dossier")?;
            let told = left_behind(tx, change, row, &error)?;
            store::insert_moved(tx, &told)?;
        }
        Err(failure) => return Err(failure),
    }
    Ok(tx.batch_execute("RELEASE SAVEPOINT dossier")?)
}

/// What is kept with a change of a dossier that it could not reach, its facts perhaps unreadable.
fn left_behind(conn: &mut Conn, change: &ChangeRow, row: &DossierRow, error: &Error) -> TxResult<Vec<MovedRow>> {
    tracing::warn!(dossier = %row.id.0, change = %change.id.0, %error, "a change of calendars leaves a dossier behind");
    let parties = dossiers::parties_of(conn, row)?;
    let competent = parties.into_iter().filter(|party| party.role == Party::Competent.as_str());
    let moved = competent.map(|party| MovedRow {
        tenant_id: row.tenant_id.clone(),
        change_id: change.id.clone(),
        dossier_id: row.id.clone(),
        code: row.code.clone(),
        agency_id: party.responsible_agency_id,
        old_due_at: row.due_at.clone(),
        new_due_at: row.due_at.clone(),
        fault: Some(error.code.clone()),
    });
    Ok(moved.collect())
}

fn count(tx: &mut Conn, room: &Dossiers, change: &ChangeRow) -> TxResult<()> {
    let tenant = change.tenant_id.0;
    if Calendars::revision(tx, tenant)? != change.base_revision {
        return go_on(tx, room, change, &[], COUNTED_TOGETHER, "outdated");
    }
    let snapshot = match enact::proposed(tx, &room.calendars, change) {
        Ok(snapshot) => snapshot,
        // An agency was moved meanwhile, and the change is none any more where it stands now.
        Err(Failure::Refused(error)) if error.kind == Kind::Invalid => {
            return go_on(tx, room, change, &[], COUNTED_TOGETHER, "outdated");
        }
        Err(failure) => return Err(failure),
    };
    let rows = store::next_open(tx, change, COUNTED_TOGETHER)?;
    let (mut views, mut moved) = (BTreeMap::new(), Vec::new());
    for row in &rows {
        match look(tx, room, &snapshot, &mut views, change, row) {
            Ok(told) => moved.extend(told),
            Err(Failure::Refused(error)) => moved.extend(left_behind(tx, change, row, &error)?),
            Err(failure) => return Err(failure),
        }
    }
    store::insert_moved(tx, &moved)?;
    go_on(tx, room, change, &rows, COUNTED_TOGETHER, "counted")
}

/// What a change that is only counted would do to a dossier, if anything.
fn look(
    tx: &mut Conn,
    room: &Dossiers,
    snapshot: &Snapshot,
    views: &mut BTreeMap<Uuid, View>,
    change: &ChangeRow,
    row: &DossierRow,
) -> TxResult<Option<MovedRow>> {
    let facts = dossiers::facts(row)?;
    let view = match views.entry(facts.counted_by()) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => {
            let view = view_of(tx, snapshot, row.tenant_id.0, *unknown.key())?;
            unknown.insert(view)
        }
    };
    Ok(match effect(tx, room, row, &facts, view)? {
        Effect::None => None,
        effect => Some(told(row, &facts, change.id.0, &effect)),
    })
}

/// Writes how far the walk has come; fewer dossiers than asked for are the last.
fn go_on(
    tx: &mut Conn,
    room: &Dossiers,
    change: &ChangeRow,
    rows: &[DossierRow],
    asked: i64,
    end: &str,
) -> TxResult<()> {
    let mut row = change.clone();
    let seen = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    row.seen += seen;
    row.version += 1;
    if let Some(last) = rows.last() {
        row.last_dossier = Some(last.id.clone());
    }
    if seen < asked {
        end.clone_into(&mut row.state);
        row.ended_at = Some(room.db.clock.business().into());
    }
    store::go_on(tx, &row)
}
