//! Who may read definitions, and who may record them.
//!
//! Definitions are law made countable and name nobody: whoever may read indicators' definitions at all may read every one
//! of the tenant's. They hold for the whole province, so only its administrators record them, beside the operator's command.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::agencies;
use motcua_db::sql::Id;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Actor, ActorKind, Authority, Error, Result, Role, Uuid};

/// The scope by which definitions are read.
pub(super) const READ: &str = "kpi:definitions:read";
/// The scope by which they are recorded.
pub(super) const WRITE: &str = "kpi:definitions:write";

/// Refuses who may not record definitions; says by what right the others do.
pub(super) async fn recorder(db: &Db, actor: &Actor) -> Result<Authority> {
    actor.require_scope(WRITE)?;
    let (caller, today) = (actor.clone(), db.clock.business().day_in_vietnam());
    let held = db.read("definitions_recorder", move |conn| province_authority(conn, &caller, today)).await?;
    held.ok_or_else(|| {
        Error::forbidden(
            "definitions.not_administrator",
            "Chỉ quản trị của Ủy ban nhân dân tỉnh được ghi bộ chỉ số.",
            "Only an administrator of the province's committee may record a set of indicators.",
        )
    })
}

fn province_authority(conn: &mut Conn, actor: &Actor, today: NaiveDate) -> TxResult<Option<Authority>> {
    let held: Vec<Id> = actor.agencies_with(&[Role::Administrator]).into_iter().map(Id).collect();
    if actor.kind != ActorKind::Officer || held.is_empty() {
        return Ok(None);
    }
    let found: Vec<Id> = agencies::table
        .select(agencies::id)
        .filter(agencies::tenant_id.eq(Id(actor.tenant)).and(agencies::id.eq_any(held)))
        .filter(agencies::kind.eq("province").and(agencies::valid_from.le(today)))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(today)))
        .load(conn)?;
    let provinces: Vec<Uuid> = found.into_iter().map(|id| id.0).collect();
    Ok(actor.authority(&provinces, &[Role::Administrator]))
}

/// Of these versions, those whose events a caller may see: the predicate of reading.
pub(crate) fn visible_among(actor: &Actor, ids: &[Uuid]) -> Vec<Uuid> {
    if actor.scopes.contains(READ) { ids.to_vec() } else { Vec::new() }
}
