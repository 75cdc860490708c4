//! Incoming documents follow the agencies that are responsible for them.

use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::{facts, store};

/// How many documents are moved in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Gives some documents that a unit was given to the one that went on with its work, each with its event; how many.
fn move_units(tx: &mut Conn, journal: &Journal, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let documents = store::given_to(tx, stamp.tenant, from, TOGETHER)?;
    let rows = store::of_ids(tx, stamp.tenant, &documents)?;
    for mut row in rows {
        store::move_unit(tx, &row, from, to)?;
        let mut facts = row.facts()?;
        if facts.lead_agency_id == Some(from) {
            facts.lead_agency_id = Some(to);
        }
        row.take_in(&mut facts)?;
        store::update(tx, &row)?;
        facts::tell(tx, journal, stamp, facts::UNIT_MOVED, &facts)?;
    }
    Ok(documents.len())
}

/// Moves some documents of a closed agency to the one that went on with its work, each with its event, and the units they
/// were given to; who received them stays. Returns how many moved; none when all have followed.
///
/// # Errors
/// When the database fails.
pub fn move_documents(tx: &mut Conn, journal: &Journal, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let units = move_units(tx, journal, stamp, from, to)?;
    let rows = store::of_responsible(tx, stamp.tenant, from, TOGETHER)?;
    let moved = rows.len();
    for mut row in rows {
        let mut facts = row.facts()?;
        facts.responsible_agency_id = to;
        row.take_in(&mut facts)?;
        store::update(tx, &row)?;
        facts::tell(tx, journal, stamp, facts::RESPONSIBILITY_MOVED, &facts)?;
    }
    Ok(moved + units)
}
