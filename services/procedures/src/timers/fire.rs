//! One timer, executed: mark, effect, event and notices in one transaction.

use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Stamp};
use motcua_kernel::{BusinessTime, Error};

use super::facts::ClockFacts;
use super::notices;
use super::rules::{Timer, TimerKind};
use super::store::{self, Due};
use crate::calendars::Calendars;
use crate::consultations::time_passed;
use crate::dossiers::facts::{self, DossierFacts};
use crate::dossiers::store::DossierRow;
use crate::dossiers::{Dossiers, close_by_silence, keep_change, store as dossier_store, timeline, to_json};
use crate::handovers;

/// Executes a timer unless that was done, or its cause went away. Says whether it did.
///
/// # Errors
/// `precondition.stale` when the dossier changes at the same moment: then it is to be tried again.
pub(super) fn fire(tx: &mut Conn, room: &Dossiers, due: &Due) -> TxResult<bool> {
    let stamp = Stamp::by_service("procedures", due.tenant, &room.db.clock);
    // A sandbox may have turned its clock back since this was claimed.
    if due.timer.at >= stamp.occurred.0 {
        return Ok(false);
    }
    // The calendars, then the dossier, then its timers: in this order everybody takes them.
    Calendars::hold_revision(tx, due.tenant)?;
    dossier_store::hold(tx, due.tenant, due.dossier)?;
    // A change of calendars that has not reached the dossier yet may move this clock, or take it away.
    let (row, facts) = read(tx, due)?;
    Calendars::standing(tx, room, &row, &facts)?;
    if !store::done(tx, due, stamp.occurred)? {
        return Ok(false);
    }
    let (mut row, mut facts) = read(tx, due)?;
    if due.timer.kind == TimerKind::PaperTransfer && handovers::transferred(tx, due.tenant, due.dossier, &facts)? {
        return Ok(false);
    }
    match due.timer.kind {
        TimerKind::Silence | TimerKind::CorrectionSilence => {
            close_by_silence(tx, room, &stamp, &mut row, &mut facts)?;
        }
        TimerKind::Consultation => {
            let overdue = time_passed(tx, room, &stamp, &mut row, &mut facts, due.timer.at)?;
            notices::add_overdue_opinions(tx, room, due, &facts, &overdue, stamp.occurred)?;
            return Ok(true);
        }
        kind => {
            if kind == TimerKind::WaitLimit {
                // The clock goes on, so the due instant is known again.
                timeline::settle(tx, room, &mut row, &mut facts, stamp.occurred)?;
            }
            if let Some(told) = told_as(kind) {
                tell(tx, room, &stamp, told, due, &mut row, &mut facts)?;
            }
        }
    }
    notices::add(tx, room, due, &facts, stamp.occurred)?;
    if due.timer.kind == TimerKind::Acknowledgement {
        tell_first(tx, room, due, &facts, stamp.occurred)?;
    }
    Ok(true)
}

fn read(tx: &mut Conn, due: &Due) -> TxResult<(DossierRow, DossierFacts)> {
    let row = dossier_store::load_own(tx, due.tenant, due.dossier)?
        .ok_or_else(|| Error::internal(format!("dossier {} has a timer and is gone", due.dossier)))?;
    let facts = dossier_store::facts(&row)?;
    Ok((row, facts))
}

/// Whoever works on the dossier that brought this one about hears that nobody has acknowledged it.
fn tell_first(tx: &mut Conn, room: &Dossiers, due: &Due, facts: &DossierFacts, at: BusinessTime) -> TxResult<()> {
    let Some(first) = &facts.parent else { return Ok(()) };
    let Some(row) = dossier_store::load_own(tx, due.tenant, first.dossier_id)? else { return Ok(()) };
    let timer = Timer { kind: TimerKind::LinkedUnacknowledged, at: due.timer.at };
    let due = Due { tenant: due.tenant, dossier: first.dossier_id, timer };
    notices::add(tx, room, &due, &dossier_store::facts(&row)?, at)
}

/// The event of a clock; none where only people are told.
fn told_as(kind: TimerKind) -> Option<EventKind> {
    match kind {
        TimerKind::Alert => Some(facts::ALERTED),
        TimerKind::OnlineCheck | TimerKind::PaperCheck => Some(facts::CHECK_OVERDUE),
        TimerKind::Apology => Some(facts::APOLOGY_DUE),
        TimerKind::Overdue => Some(facts::OVERDUE),
        TimerKind::Acknowledgement => Some(facts::ACKNOWLEDGEMENT_OVERDUE),
        TimerKind::WaitLimit => Some(facts::WAIT_LIMIT_PASSED),
        TimerKind::PaperTransfer => Some(facts::PAPERS_OVERDUE),
        TimerKind::OverdueApprover | TimerKind::OverdueLeader => Some(facts::ESCALATED),
        TimerKind::PaperDifference
        | TimerKind::LinkedUnacknowledged
        | TimerKind::LinkedFailed
        | TimerKind::Silence
        | TimerKind::CorrectionSilence
        | TimerKind::Consultation
        | TimerKind::Transferred => None,
    }
}

fn tell(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    kind: EventKind,
    due: &Due,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
) -> TxResult<()> {
    keep_change(tx, row, facts)?;
    let told = ClockFacts { dossier: facts.clone(), clock: due.timer.kind, passed_at: due.timer.at };
    let data = to_json(&told)?;
    room.journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: row.version, data: &data })?;
    Ok(())
}
