//! By what right a caller acts in an agency: roles reach down from where they are held.

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Authority, Role, Uuid};

use crate::schema::agency_tree;

/// The right by which a caller acts in an agency where one of these roles is needed, there or anywhere above it; none
/// when they hold none that reaches it.
///
/// # Errors
/// When the database fails.
pub fn authority_in(conn: &mut Conn, actor: &Actor, agency: Uuid, roles: &[Role]) -> TxResult<Option<Authority>> {
    let held: Vec<Id> = actor.agencies_with(roles).into_iter().map(Id).collect();
    if held.is_empty() {
        return Ok(None);
    }
    let reaching: Vec<Id> = agency_tree::table
        .select(agency_tree::ancestor_id)
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)).and(agency_tree::descendant_id.eq(Id(agency))))
        .filter(agency_tree::ancestor_id.eq_any(held))
        .load(conn)?;
    let reaching: Vec<Uuid> = reaching.into_iter().map(|id| id.0).collect();
    Ok(actor.authority(&reaching, roles))
}
