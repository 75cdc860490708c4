//! Targets follow the successions of agencies: who goes on with an agency's work answers for what it was to reach.

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::{facts, store};

/// Targets in one transaction.
const TOGETHER: i64 = 200;

/// Moves some targets of one agency to the one that goes on with its work; how many.
///
/// # Errors
/// When the database fails.
pub(crate) fn move_rows(tx: &mut Conn, journal: &Journal, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let rows = store::of_responsible(tx, stamp.tenant, from, TOGETHER)?;
    let moved = rows.len();
    for mut row in rows {
        row.responsible_agency_id = Id(to);
        row.version += 1;
        row.changed_at = At::from(stamp.now);
        store::update(tx, &row)?;
        facts::tell(tx, journal, stamp, facts::RESPONSIBILITY_MOVED, &row)?;
    }
    Ok(moved)
}
