//! Taking one dossier along to the revision that holds: its due instant anew, and an event when it moves.

use chrono::{DateTime, Utc};
use motcua_clock::ClockError;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::Stamp;
use motcua_kernel::{BusinessTime, Error, Uuid};

use super::store::{self, MovedRow};
use super::{Calendars, View};
use crate::dossiers::facts::{self, DossierFacts, DueChange};
use crate::dossiers::store::{self as dossiers, DossierRow};
use crate::dossiers::{Dossiers, timeline, write_change};
use crate::timers;

/// Where a dossier stands after it was taken along.
#[derive(Debug)]
pub(crate) struct Standing {
    /// The revision it is counted by.
    pub revision: i64,
    /// Its version, one higher when its due instant moved.
    pub version: i64,
    /// Every due instant that a change of calendars moved.
    pub due_changes: Vec<DueChange>,
}

/// What a change of calendars does to a dossier.
pub(super) enum Effect {
    /// Nothing.
    None,
    /// Its due instant moves.
    Moves(Option<DateTime<Utc>>),
    /// The new calendar contradicts what happened to it, so it stays with its own.
    Refused(ClockError),
}

/// What another view makes of a dossier as it stands.
pub(super) fn effect(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    view: &View,
) -> TxResult<Effect> {
    // Before receipt nothing is due that could move.
    if facts.received_at.is_none() {
        return Ok(Effect::None);
    }
    let now = room.db.clock.business();
    Ok(match timeline::due_under(conn, room, row, facts, view, now)? {
        Ok(due) if due == facts.due_at => Effect::None,
        Ok(due) => Effect::Moves(due),
        Err(error) => Effect::Refused(error),
    })
}

/// Takes a dossier along to the revision that holds, as it stands in the database. One that has ended stays with the
/// revision it ended by. Doing it again changes nothing.
///
/// `read` is the version that a step has decided by; the walk decides by nothing that it has read before.
///
/// # Errors
/// When the database fails, or the dossier is no longer as it was read.
pub(super) fn catch_up(
    tx: &mut Conn,
    room: &Dossiers,
    tenant: Uuid,
    id: Uuid,
    read: Option<i64>,
    head: i64,
) -> TxResult<Standing> {
    // Its timers follow from what stands there, so nobody may change that before they are written.
    dossiers::hold(tx, tenant, id)?;
    let mut row = dossiers::load_own(tx, tenant, id)?
        .ok_or_else(|| Error::internal(format!("dossier {id} is gone from under its calendar")))?;
    if read.is_some_and(|read| read != row.version) {
        return Err(dossiers::stale(row.version).into());
    }
    let mut facts = dossiers::facts(&row)?;
    let mut revision = head;
    if facts.has_ended() {
        revision = facts.calendar_revision;
    } else if facts.calendar_revision != head {
        let agency = facts.counted_by();
        let view = room.calendars.view(tx, tenant, head, agency)?;
        if facts.received_at.is_none() {
            refresh_act_by(tx, room, &mut row, &facts, &view)?;
            return Ok(Standing { revision, version: row.version, due_changes: facts.due_changes });
        }
        match effect(tx, room, &row, &facts, &view)? {
            Effect::None => refresh_act_by(tx, room, &mut row, &facts, &view)?,
            Effect::Moves(due) => {
                let moved = moves(tx, room, &mut row, &mut facts, due, head)?;
                store::insert_moved(tx, &[moved])?;
            }
            Effect::Refused(error) => {
                revision = facts.calendar_revision;
                if let Some(change) = store::changes_of(tx, tenant, &[head])?.remove(&head) {
                    store::insert_moved(tx, &[told(&row, &facts, change.id.0, &Effect::Refused(error))])?;
                }
            }
        }
    }
    Ok(Standing { revision, version: row.version, due_changes: facts.due_changes })
}

/// Writes the new due instant with its event; the one that was promised first stays.
fn moves(
    tx: &mut Conn,
    room: &Dossiers,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
    due: Option<DateTime<Utc>>,
    head: i64,
) -> TxResult<MovedRow> {
    let tenant = row.tenant_id.0;
    let change = store::changes_of(tx, tenant, &[head])?
        .remove(&head)
        .ok_or_else(|| Error::internal(format!("nothing made revision {head} of the calendars")))?;
    let told = told(row, facts, change.id.0, &Effect::Moves(due));
    let stamp = Stamp::by_service("procedures", tenant, &room.db.clock);
    facts.due_changes.push(DueChange {
        at: stamp.occurred.0,
        from: facts.due_at,
        to: due,
        reason: change.source,
        change_id: change.id.0,
    });
    facts.due_at = due;
    facts.calendar_revision = head;
    row.due_at = due.map(|due| BusinessTime(due).into());
    let view = room.calendars.view(tx, tenant, head, facts.counted_by())?;
    row.act_by_at = timeline::act_by(tx, room, row, facts, &view, stamp.occurred)?.map(|at| BusinessTime(at).into());
    timers::reschedule(tx, room, row, facts, &view)?;
    write_change(tx, &room.journal, &stamp, facts::DUE_CHANGED, row, facts)?;
    Ok(told)
}

/// What is kept of a dossier with the change.
pub(super) fn told(row: &DossierRow, facts: &DossierFacts, change: Uuid, effect: &Effect) -> MovedRow {
    let (new_due_at, fault) = match effect {
        Effect::None => (facts.due_at, None),
        Effect::Moves(due) => (*due, None),
        Effect::Refused(error) => (facts.due_at, Some(error.code().to_owned())),
    };
    MovedRow {
        tenant_id: row.tenant_id.clone(),
        change_id: Id(change),
        dossier_id: row.id.clone(),
        code: row.code.clone(),
        agency_id: Id(facts.agencies.competent.responsible_id),
        old_due_at: facts.due_at.map(Into::into),
        new_due_at: new_due_at.map(Into::into),
        fault,
    }
}

/// Where the due instant stays, the change still moves when the applicant's silence ends it, and other fixed clocks.
fn refresh_act_by(
    tx: &mut Conn,
    room: &Dossiers,
    row: &mut DossierRow,
    facts: &DossierFacts,
    view: &View,
) -> TxResult<()> {
    let now = room.db.clock.business();
    let act_by = timeline::act_by(tx, room, row, facts, view, now)?.map(|at| BusinessTime(at).into());
    if act_by != row.act_by_at {
        row.act_by_at = act_by;
        store::set_act_by(tx, row)?;
    }
    timers::reschedule(tx, room, row, facts, view)
}

impl Calendars {
    /// By what a dossier is counted that takes its next step: the revision that holds, taken along to it first.
    ///
    /// # Errors
    /// `precondition.stale` when the dossier has changed since the row was read.
    pub(crate) fn standing(
        tx: &mut Conn,
        room: &Dossiers,
        row: &DossierRow,
        facts: &DossierFacts,
    ) -> TxResult<Standing> {
        let tenant = row.tenant_id.0;
        let head = Self::hold_revision(tx, tenant)?;
        // Before receipt nothing was counted that could move.
        if row.first_due_at.is_none() || facts.calendar_revision == head {
            let due_changes = facts.due_changes.clone();
            return Ok(Standing { revision: head, version: row.version, due_changes });
        }
        catch_up(tx, room, tenant, row.id.0, Some(row.version), head)
    }
}
