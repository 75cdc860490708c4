//! Who may change what is below an agency: administrators (quản trị) there or above.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{agencies, agency_tree, authority_in};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Authority, Error, Role, Uuid};

/// The right of an administrator of an agency, there or anywhere above it; none when the caller is none.
///
/// # Errors
/// When the database fails.
pub(crate) fn administers(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Option<Authority>> {
    authority_in(conn, actor, agency, &[Role::Administrator])
}

/// The right of an administrator of an agency; refuses a caller who is none.
///
/// # Errors
/// `agency.not_administrator`, or when the database fails.
pub(crate) fn require_administrator(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    Ok(administers(conn, actor, agency)?.ok_or_else(not_administrator)?)
}

/// The right of an administrator of everything an agency stands in: of the open agency above it, or itself, that has none
/// above; none when the caller is none.
///
/// # Errors
/// When the database fails.
pub(crate) fn administers_root(
    conn: &mut Conn,
    actor: &Actor,
    agency: Uuid,
    today: NaiveDate,
) -> TxResult<Option<Authority>> {
    let held: Vec<Id> = actor.agencies_with(&[Role::Administrator]).into_iter().map(Id).collect();
    if held.is_empty() {
        return Ok(None);
    }
    let above = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)).and(agency_tree::descendant_id.eq(Id(agency))))
        .select(agency_tree::ancestor_id);
    let roots: Vec<Id> = agencies::table
        .select(agencies::id)
        .filter(agencies::tenant_id.eq(Id(actor.tenant)).and(agencies::parent_id.is_null()))
        .filter(agencies::valid_from.le(today))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(today)))
        .filter(agencies::id.eq_any(above))
        .filter(agencies::id.eq_any(held))
        .load(conn)?;
    let roots: Vec<Uuid> = roots.into_iter().map(|id| id.0).collect();
    Ok(actor.authority(&roots, &[Role::Administrator]))
}

/// Refuses a caller who administers nothing at all, before anything is looked at or an answer given again.
///
/// # Errors
/// `agency.not_administrator`.
pub(crate) fn require_some_administrator(actor: &Actor) -> Result<(), Error> {
    if actor.agencies_with(&[Role::Administrator]).is_empty() { Err(not_administrator()) } else { Ok(()) }
}

pub(crate) fn not_administrator() -> Error {
    Error::forbidden(
        "agency.not_administrator",
        "Chỉ quản trị của cơ quan này hoặc cơ quan cấp trên được làm việc này.",
        "Only an administrator of this agency or of one above it may do this.",
    )
}
