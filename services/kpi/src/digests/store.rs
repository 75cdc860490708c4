//! Rows of addresses and of digests.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

/// Rows that are written with one statement.
const TOGETHER: usize = 250;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    alert_addresses (tenant_id, agency_id) {
        tenant_id -> Uid,
        agency_id -> Uid,
        addresses -> Binary,
        how_many -> BigInt,
        /// The day on which it was last seen to whether there is something to tell.
        looked_on -> Nullable<Date>,
        /// Instant of business until which everything raised was told.
        told_until -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    alert_digests (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        agency_id -> Uid,
        day -> Date,
        raised -> BigInt,
        /// Instant of the machine.
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    digest_alerts (tenant_id, alert_id, raised_at) {
        tenant_id -> Uid,
        alert_id -> Uid,
        raised_at -> Instant,
        digest_id -> Uid,
    }
}

/// The addresses of an agency, sealed, and how far it was told.
#[derive(Debug, Clone, Queryable)]
pub(super) struct AddressesRow {
    pub tenant_id: Id,
    pub agency_id: Id,
    pub addresses: Vec<u8>,
    pub how_many: i64,
    pub told_until: At,
    pub version: i64,
}

/// A digest.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = alert_digests, treat_none_as_default_value = false)]
pub(super) struct DigestRow {
    pub tenant_id: Id,
    pub id: Id,
    pub agency_id: Id,
    pub day: NaiveDate,
    pub raised: i64,
    pub made_at: At,
}

/// That an alert was raised, told in a digest.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = digest_alerts, treat_none_as_default_value = false)]
pub(super) struct ToldRow {
    pub tenant_id: Id,
    pub alert_id: Id,
    pub raised_at: At,
    pub digest_id: Id,
}

pub(super) fn addresses(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Option<AddressesRow>> {
    let key = alert_addresses::tenant_id.eq(Id(tenant)).and(alert_addresses::agency_id.eq(Id(agency)));
    Ok(alert_addresses::table
        .select((
            alert_addresses::tenant_id,
            alert_addresses::agency_id,
            alert_addresses::addresses,
            alert_addresses::how_many,
            alert_addresses::told_until,
            alert_addresses::version,
        ))
        .filter(key)
        .first(conn)
        .optional()?)
}

/// Writes the addresses of an agency as version `version`; not, when they changed meanwhile. `begins` where nobody was told
/// before: what is raised from then on is told.
pub(super) fn set_addresses(
    tx: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    sealed: &[u8],
    how_many: i64,
    begins: Option<DateTime<Utc>>,
    version: i64,
) -> TxResult<bool> {
    if version == 1 {
        let row = (
            alert_addresses::tenant_id.eq(Id(tenant)),
            alert_addresses::agency_id.eq(Id(agency)),
            alert_addresses::addresses.eq(sealed),
            alert_addresses::how_many.eq(how_many),
            alert_addresses::told_until.eq(At(begins.unwrap_or_default())),
            alert_addresses::version.eq(version),
        );
        let written = on_each!(tx, |c| {
            diesel::insert_into(alert_addresses::table).values(row).on_conflict_do_nothing().execute(c)
        })?;
        return Ok(written == 1);
    }
    let key = alert_addresses::tenant_id.eq(Id(tenant)).and(alert_addresses::agency_id.eq(Id(agency)));
    let before = alert_addresses::table.filter(key.clone()).filter(alert_addresses::version.eq(version - 1));
    let set = (
        alert_addresses::addresses.eq(sealed),
        alert_addresses::how_many.eq(how_many),
        alert_addresses::version.eq(version),
    );
    if diesel::update(before).set(set).execute(tx)? == 0 {
        return Ok(false);
    }
    if let Some(begins) = begins {
        diesel::update(alert_addresses::table.filter(key))
            .set(alert_addresses::told_until.eq(At(begins)))
            .execute(tx)?;
    }
    Ok(true)
}

/// Some agencies with addresses that nobody has looked at on a day, by tenant and id.
pub(super) fn due(conn: &mut Conn, day: NaiveDate, most: i64) -> TxResult<Vec<(Uuid, Uuid)>> {
    let rows: Vec<(Id, Id)> = alert_addresses::table
        .select((alert_addresses::tenant_id, alert_addresses::agency_id))
        .filter(alert_addresses::how_many.gt(0))
        .filter(alert_addresses::looked_on.is_null().or(alert_addresses::looked_on.assume_not_null().lt(day)))
        .order((alert_addresses::tenant_id, alert_addresses::agency_id))
        .limit(most)
        .load(conn)?;
    Ok(rows.into_iter().map(|(tenant, agency)| (tenant.0, agency.0)).collect())
}

/// Marks a day as looked at; false when another copy of the service has done so.
pub(super) fn look(tx: &mut Conn, tenant: Uuid, agency: Uuid, day: NaiveDate) -> TxResult<bool> {
    let key = alert_addresses::tenant_id.eq(Id(tenant)).and(alert_addresses::agency_id.eq(Id(agency)));
    let free = alert_addresses::looked_on.is_null().or(alert_addresses::looked_on.assume_not_null().lt(day));
    let one = alert_addresses::table.filter(key).filter(alert_addresses::how_many.gt(0)).filter(free);
    Ok(diesel::update(one).set(alert_addresses::looked_on.eq(Some(day))).execute(tx)? == 1)
}

/// Writes until when an agency was told.
pub(super) fn told(tx: &mut Conn, tenant: Uuid, agency: Uuid, until: DateTime<Utc>) -> TxResult<()> {
    let key = alert_addresses::tenant_id.eq(Id(tenant)).and(alert_addresses::agency_id.eq(Id(agency)));
    diesel::update(alert_addresses::table.filter(key)).set(alert_addresses::told_until.eq(At(until))).execute(tx)?;
    Ok(())
}

/// Of what was raised, by alert and instant, what was told already.
pub(super) fn told_among(conn: &mut Conn, tenant: Uuid, alerts: &[Uuid]) -> TxResult<Vec<(Uuid, DateTime<Utc>)>> {
    let wanted: Vec<Id> = alerts.iter().copied().map(Id).collect();
    let rows: Vec<(Id, At)> = digest_alerts::table
        .select((digest_alerts::alert_id, digest_alerts::raised_at))
        .filter(digest_alerts::tenant_id.eq(Id(tenant)).and(digest_alerts::alert_id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(alert, at)| (alert.0, at.0)).collect())
}

/// Writes a digest with what it tells.
pub(super) fn insert(tx: &mut Conn, digest: &DigestRow, told: &[ToldRow]) -> TxResult<()> {
    on_each!(tx, |c| diesel::insert_into(alert_digests::table).values(digest).execute(c))?;
    for told in told.chunks(TOGETHER) {
        on_each!(tx, |c| diesel::insert_into(digest_alerts::table).values(told).execute(c))?;
    }
    Ok(())
}

/// The newest digest of an agency.
pub(super) fn newest(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Option<DigestRow>> {
    let of = alert_digests::tenant_id.eq(Id(tenant)).and(alert_digests::agency_id.eq(Id(agency)));
    Ok(alert_digests::table.filter(of).order(alert_digests::day.desc()).first(conn).optional()?)
}

/// Some digests that were made before an instant.
pub(super) fn old(conn: &mut Conn, before: DateTime<Utc>, most: i64) -> TxResult<Vec<(Id, Id)>> {
    Ok(alert_digests::table
        .select((alert_digests::tenant_id, alert_digests::id))
        .filter(alert_digests::made_at.lt(At(before)))
        .order(alert_digests::made_at)
        .limit(most)
        .load(conn)?)
}

/// Removes a digest and what it told.
pub(super) fn remove(tx: &mut Conn, tenant: &Id, digest: &Id) -> TxResult<()> {
    let told = digest_alerts::tenant_id.eq(tenant.clone()).and(digest_alerts::digest_id.eq(digest.clone()));
    diesel::delete(digest_alerts::table.filter(told)).execute(tx)?;
    let one = alert_digests::tenant_id.eq(tenant.clone()).and(alert_digests::id.eq(digest.clone()));
    diesel::delete(alert_digests::table.filter(one)).execute(tx)?;
    Ok(())
}
