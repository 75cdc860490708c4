//! File plans follow the agencies that are responsible for them.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::ops::facts_of;
use super::store;
use crate::case_files::facts;

/// Moves some plans of a closed agency to the one that went on with its work, each with its event; which agency made them
/// stays. How many moved.
///
/// # Errors
/// When the database fails.
pub(in crate::case_files) fn move_plans(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    (from, to): (Uuid, Uuid),
    most: i64,
) -> TxResult<usize> {
    let plans = store::of_responsible(tx, stamp.tenant, from, most)?;
    let moved = plans.len();
    for mut plan in plans {
        plan.responsible_agency_id = Id(to);
        plan.version += 1;
        store::update(tx, &plan)?;
        let total = store::entries(tx, &plan)?.len();
        let told = facts_of(&plan, &[], total);
        facts::record(tx, journal, stamp, facts::PLAN_MOVED, (plan.id.0, plan.version), &told)?;
    }
    Ok(moved)
}
