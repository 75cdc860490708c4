//! Mirrored dossiers follow the agency that is responsible for them.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::put::tell;
use super::store;

/// How many are moved in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Gives some of a closed agency's mirrored dossiers to the one that went on with its work; what the source wrote stays.
/// Returns how many changed.
///
/// # Errors
/// When the database fails.
pub(crate) fn move_mirrors(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    tenant: Uuid,
    from: Uuid,
    to: Uuid,
) -> TxResult<usize> {
    let mut moved = 0;
    for mut row in store::of_agency(tx, tenant, from, TOGETHER)? {
        row.agency_id = Id(to);
        row.version += 1;
        // One that its source writes at this moment is found by the next call.
        if store::give(tx, &row)? {
            let state = row.state()?;
            tell(tx, journal, stamp, &row, Some(state), false)?;
            moved += 1;
        }
    }
    Ok(moved)
}
