//! Drafts follow the agencies and units that answer for them.

use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::Drafts;
use super::facts::{MOVED, UNIT_MOVED};
use super::rules::DraftState;
use super::store;
use super::tell::Noted;

/// How many drafts are moved in one transaction: others write in between.
const TOGETHER: i64 = 100;

/// Moves some drafts of a closed agency to the one that went on with its work, each with its event. A signature that has
/// no number yet lapses: it was given for an agency that is no more, so whoever may sign for the other signs again.
/// Returns how many moved.
///
/// # Errors
/// When the database fails.
pub fn move_drafts(tx: &mut Conn, room: &Drafts, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let ids = store::of_agency(tx, stamp.tenant, from, TOGETHER)?;
    for id in &ids {
        store::hold(tx, stamp.tenant, *id)?;
        let Some(mut row) = store::load_own(tx, stamp.tenant, *id)? else { continue };
        row.responsible_agency_id = motcua_db::sql::Id(to);
        if row.state()? == DraftState::Signed {
            row.signature_id = None;
            DraftState::Signing.as_str().clone_into(&mut row.state);
        }
        room.note(tx, stamp, &row, &Noted { kind: "moved", officer: None, by: None, said: None })?;
        room.change(tx, stamp, MOVED, &mut row, None)?;
    }
    Ok(ids.len())
}

/// Gives some of what a unit drafts to the one that went on with its work, each draft with its event; says how many.
///
/// # Errors
/// When the database fails.
pub fn move_units(tx: &mut Conn, room: &Drafts, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let ids = store::of_unit(tx, stamp.tenant, from, TOGETHER)?;
    for id in &ids {
        store::hold(tx, stamp.tenant, *id)?;
        let Some(mut row) = store::load_own(tx, stamp.tenant, *id)? else { continue };
        row.unit_id = Some(motcua_db::sql::Id(to));
        room.note(tx, stamp, &row, &Noted { kind: "unit_moved", officer: None, by: None, said: None })?;
        room.change(tx, stamp, UNIT_MOVED, &mut row, None)?;
    }
    Ok(ids.len())
}

/// Gives what an agency is asked to the one that went on with its work; says how many.
///
/// # Errors
/// When the database fails.
pub fn move_consulted(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    store::move_consulted(tx, tenant, from, to)
}

impl Drafts {
    /// The stamp of what the service does to drafts by itself.
    #[must_use]
    pub fn stamp(&self, tenant: Uuid) -> Stamp {
        Stamp::by_service(Journal::service(&self.journal), tenant, &self.db.clock)
    }
}
