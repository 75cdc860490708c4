//! Case files, plans, hand-overs, loans and destructions follow the agencies that are responsible for them.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::{destructions, facts, hand_overs, loans, plans, store};

/// How many case files are moved in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Moves some of what a closed agency is responsible for to the one that went on with its work, each case file with its
/// event; who opened them and under which code stays. Returns how much moved; none when all has followed.
///
/// # Errors
/// When the database fails.
pub fn move_rows(tx: &mut Conn, journal: &Journal, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let tenant = stamp.tenant;
    let mut moved = plans::move_plans(tx, tenant, from, to)?;
    moved += hand_overs::move_hand_overs(tx, tenant, from, to)?;
    moved += loans::move_loans(tx, tenant, from, to)?;
    moved += destructions::move_destructions(tx, tenant, from, to)?;
    moved += store::move_archive(tx, tenant, from, to)?;
    for mut row in store::of_responsible(tx, tenant, from, TOGETHER)? {
        row.responsible_agency_id = Id(to);
        row.version += 1;
        store::update(tx, &row)?;
        facts::tell(tx, journal, stamp, facts::RESPONSIBILITY_MOVED, &row)?;
        moved += 1;
    }
    Ok(moved)
}
