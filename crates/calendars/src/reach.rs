//! Which calendar reaches an agency: its own days and hours, else those of the nearest above it.

use std::collections::BTreeMap;

use diesel::prelude::*;
use motcua_agencies::agency_tree;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use crate::snapshot::{Snapshot, View};

/// By what an agency's terms are counted in a snapshot. What stands above an agency is asked only where agencies have
/// something of their own, and asked each time: agencies move.
///
/// # Errors
/// When the database fails.
pub fn view_of(conn: &mut Conn, snapshot: &Snapshot, tenant: Uuid, agency: Uuid) -> TxResult<View> {
    let mut nearest_first = Vec::new();
    if snapshot.has_own() {
        nearest_first = above(conn, tenant, agency, |above| snapshot.is_own(above))?;
    }
    Ok(snapshot.view(nearest_first)?)
}

/// Whose office hours an agency has: its own or those of the nearest above; none for the usual ones.
///
/// # Errors
/// When the database fails.
pub fn hours_holder(conn: &mut Conn, snapshot: &Snapshot, tenant: Uuid, agency: Uuid) -> TxResult<Option<Uuid>> {
    let nearest_first = above(conn, tenant, agency, |above| snapshot.is_own(above))?;
    Ok(snapshot.hours_from(&nearest_first))
}

/// Those above an agency and itself that are wanted, the nearest first.
fn above(conn: &mut Conn, tenant: Uuid, agency: Uuid, wanted: impl Fn(Uuid) -> bool) -> TxResult<Vec<Uuid>> {
    let tree = || agency_tree::table.filter(agency_tree::tenant_id.eq(Id(tenant)));
    let over: Vec<Id> =
        tree().filter(agency_tree::descendant_id.eq(Id(agency))).select(agency_tree::ancestor_id).load(conn)?;
    let over: Vec<Id> = over.into_iter().filter(|above| wanted(above.0)).collect();
    if over.len() < 2 {
        return Ok(over.into_iter().map(|above| above.0).collect());
    }
    // Whoever has more of them above is nearer.
    let pairs: Vec<(Id, Id)> = tree()
        .filter(agency_tree::descendant_id.eq_any(over.clone()))
        .select((agency_tree::ancestor_id, agency_tree::descendant_id))
        .load(conn)?;
    let mut depth: BTreeMap<Uuid, usize> = BTreeMap::new();
    for (_, below) in pairs {
        *depth.entry(below.0).or_default() += 1;
    }
    let mut nearest_first: Vec<Uuid> = over.into_iter().map(|above| above.0).collect();
    nearest_first.sort_by_key(|above| std::cmp::Reverse((depth.get(above).copied().unwrap_or_default(), *above)));
    Ok(nearest_first)
}
