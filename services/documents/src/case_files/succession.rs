//! Case files, plans, hand-overs, loans and destructions follow the agencies that are responsible for them.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::{destructions, facts, hand_overs, loans, plans, store};

/// How many of each are moved in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Moves some of what a closed agency is responsible for to the one that went on with its work, each with its event; who
/// opened them and under which code stays. Returns how much moved; none when all has followed.
///
/// # Errors
/// When the database fails.
pub fn move_rows(tx: &mut Conn, journal: &Journal, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let tenant = stamp.tenant;
    let mut moved = plans::move_plans(tx, journal, stamp, (from, to), TOGETHER)?;
    moved += loans::move_loans(tx, journal, stamp, (from, to), TOGETHER)?;
    moved += destructions::move_destructions(tx, journal, stamp, (from, to), TOGETHER)?;
    // Nothing is told of a hand-over but what its case files tell.
    moved += hand_overs::move_hand_overs(tx, tenant, from, to)?;
    let mut rows = store::of_responsible(tx, tenant, from, TOGETHER)?;
    rows.extend(store::of_archive(tx, tenant, from, TOGETHER)?);
    rows.sort_by_key(|row| row.id.0);
    // An agency may be its own archive.
    rows.dedup_by_key(|row| row.id.0);
    for mut row in rows {
        if row.responsible_agency_id.0 == from {
            row.responsible_agency_id = Id(to);
        }
        if row.archive_agency_id.as_ref().is_some_and(|archive| archive.0 == from) {
            row.archive_agency_id = Some(Id(to));
        }
        row.version += 1;
        store::update(tx, &row)?;
        facts::tell(tx, journal, stamp, facts::RESPONSIBILITY_MOVED, &row)?;
        moved += 1;
    }
    Ok(moved)
}
