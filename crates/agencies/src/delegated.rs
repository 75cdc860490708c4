//! Posts that officers have delegated to others (ủy quyền): writing them, and what they come to on a day.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::actor::officer_reference;
use motcua_kernel::{Error, Grant, Result, Uuid};

use crate::people::touch_directory;
use crate::record::{DelegationEnd, DelegationRecord};
use crate::schema::{delegations, grants, officers};

/// Writes a delegation whole. An older version than the stored one changes nothing.
///
/// # Errors
/// When the database fails.
pub fn put_delegation(tx: &mut Conn, tenant: Uuid, record: &DelegationRecord) -> TxResult<()> {
    let mine = delegations::tenant_id.eq(Id(tenant)).and(delegations::id.eq(Id(record.id)));
    let stored: Option<i64> =
        delegations::table.select(delegations::version).filter(mine.clone()).first(tx).optional()?;
    if stored.is_some_and(|version| version >= record.version) {
        return Ok(());
    }
    diesel::delete(delegations::table.filter(mine)).execute(tx)?;
    diesel::insert_into(delegations::table)
        .values((
            delegations::tenant_id.eq(Id(tenant)),
            delegations::id.eq(Id(record.id)),
            delegations::delegator_id.eq(Id(record.delegator_id)),
            delegations::delegate_id.eq(Id(record.delegate_id)),
            delegations::agency_id.eq(Id(record.agency_id)),
            delegations::role.eq(record.role.as_str()),
            delegations::valid_from.eq(record.valid_from),
            delegations::valid_to.eq(record.valid_to),
            delegations::ended_on.eq(record.ended_on),
            delegations::end_reason.eq(record.end_reason.map(DelegationEnd::as_str)),
            delegations::legal_basis.eq(&record.legal_basis),
            delegations::version.eq(record.version),
        ))
        .execute(tx)?;
    touch_directory(tx, tenant)
}

/// The posts of others an officer may act on, on a day. Whether those others still hold them is asked here and not
/// trusted to have been noted, so that a right never outlives the one it comes from.
pub(crate) fn delegated_grants(conn: &mut Conn, tenant: Uuid, delegate: &Id, on: NaiveDate) -> TxResult<Vec<Grant>> {
    let held = grants::table
        .filter(grants::tenant_id.eq(delegations::tenant_id).and(grants::officer_id.eq(delegations::delegator_id)))
        .filter(grants::agency_id.eq(delegations::agency_id).and(grants::role.eq(delegations::role)))
        .filter(grants::valid_from.le(on))
        .filter(grants::valid_to.is_null().or(grants::valid_to.assume_not_null().gt(on)));
    let delegator = officers::tenant_id.eq(delegations::tenant_id).and(officers::id.eq(delegations::delegator_id));
    let rows: Vec<(Id, String, String, String)> = delegations::table
        .inner_join(officers::table.on(delegator))
        .select((delegations::agency_id, delegations::role, officers::issuer, officers::subject))
        .filter(delegations::tenant_id.eq(Id(tenant)).and(delegations::delegate_id.eq(delegate.clone())))
        .filter(delegations::valid_from.le(on).and(delegations::valid_to.gt(on)))
        .filter(delegations::ended_on.is_null().or(delegations::ended_on.assume_not_null().gt(on)))
        .filter(officers::active.eq(true))
        .filter(diesel::dsl::exists(held))
        .order((delegations::agency_id, delegations::role, officers::issuer, officers::subject))
        .load(conn)?;
    let grant = |(agency, role, issuer, subject): (Id, String, String, String)| {
        let on_behalf_of = Some(officer_reference(&issuer, &subject));
        Ok(Grant { agency: agency.0, role: role.parse().map_err(Error::internal)?, on_behalf_of })
    };
    Ok(rows.into_iter().map(grant).collect::<Result<_>>()?)
}
