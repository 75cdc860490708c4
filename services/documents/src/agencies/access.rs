//! Who may change what is below an agency: administrators (quản trị) there or above.

use diesel::prelude::*;
use motcua_agencies::agency_tree;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Role, Uuid};

/// Whether the caller is an administrator of an agency: there or anywhere above it.
///
/// # Errors
/// When the database fails.
pub(crate) fn administers(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<bool> {
    let held: Vec<Id> = actor.agencies_with(&[Role::Administrator]).into_iter().map(Id).collect();
    if held.is_empty() {
        return Ok(false);
    }
    let found: Option<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)).and(agency_tree::descendant_id.eq(Id(agency))))
        .filter(agency_tree::ancestor_id.eq_any(held))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Refuses a caller who is not an administrator of an agency.
///
/// # Errors
/// `agency.not_administrator`, or when the database fails.
pub(crate) fn require_administrator(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<()> {
    if administers(conn, actor, agency)? {
        return Ok(());
    }
    Err(not_administrator().into())
}

pub(crate) fn not_administrator() -> Error {
    Error::forbidden(
        "agency.not_administrator",
        "Chỉ quản trị của cơ quan này hoặc cơ quan cấp trên được làm việc này.",
        "Only an administrator of this agency or of one above it may do this.",
    )
}
