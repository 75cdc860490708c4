//! Values follow the successions of agencies: who goes on with an agency's work may correct what it reported.

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::enter::element_of;
use super::facts;
use super::store::steps::{self, StepRow};
use super::store::values;

/// Values in one transaction.
const TOGETHER: i64 = 200;

/// Moves some values of one agency to the one that goes on with its work; how many.
///
/// # Errors
/// When the database fails.
pub(crate) fn move_rows(tx: &mut Conn, journal: &Journal, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let rows = values::of_responsible(tx, stamp.tenant, from, TOGETHER)?;
    let moved = rows.len();
    for mut row in rows {
        row.responsible_agency_id = Id(to);
        row.version += 1;
        row.changed_at = At::from(stamp.now);
        values::update(tx, &row)?;
        steps::insert(tx, &[StepRow::new(&row, "move", None, (stamp.actor(), None))])?;
        let element = element_of(tx, &row)?;
        facts::tell_value(tx, journal, stamp, facts::RESPONSIBILITY_MOVED, (&row, &element))?;
    }
    Ok(moved)
}
