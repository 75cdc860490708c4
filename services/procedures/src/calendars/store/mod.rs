//! Rows of calendars: years, exceptions and office hours, each written once with the revision it came with.

mod changes;

use std::collections::BTreeMap;

use diesel::prelude::*;
use motcua_clock::{AgencyException, Calendar, OfficeHours};
use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Error, Result, Uuid};
use serde::de::DeserializeOwned;

use motcua_calendars::{Snapshot, YearTable};

pub(crate) use changes::{
    ChangeRow, MovedRow, OVERTAKEN, applying, change, changes, changes_of, count_changes, counts, go_on, insert_change,
    insert_moved, moved, next_open, set_act_by, walking,
};

diesel::table! {
    use diesel::sql_types::BigInt;
    use motcua_db::sql::Uid;
    /// The revision that holds.
    calendar_heads (tenant_id) { tenant_id -> Uid, revision -> BigInt, }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    calendar_changes (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        /// `year`, `exception`, `revocation` or `office_hours`.
        kind -> Text,
        /// The revision it was made over.
        base_revision -> BigInt,
        /// The revision it made; none for a dry run.
        revision -> Nullable<BigInt>,
        /// The agency with all below that it reaches; none for all.
        agency_id -> Nullable<Uid>,
        proposal -> Document,
        source -> Text,
        /// `counting`, `counted` or `outdated` for a dry run, `applying` or `applied`.
        state -> Text,
        /// How far its walk has come.
        last_dossier -> Nullable<Uid>,
        /// How many dossiers its walk has seen.
        seen -> BigInt,
        author -> Text,
        created_at -> Instant,
        ended_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// What a change does, or would do, to dossiers.
    calendar_change_dossiers (tenant_id, change_id, dossier_id) {
        tenant_id -> Uid,
        change_id -> Uid,
        dossier_id -> Uid,
        code -> Nullable<Text>,
        agency_id -> Uid,
        old_due_at -> Nullable<Instant>,
        new_due_at -> Nullable<Instant>,
        /// The clock's code, where the new calendar contradicts the dossier's history.
        fault -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use motcua_db::sql::{Document, Uid};
    calendar_years (tenant_id, year, revision) {
        tenant_id -> Uid,
        year -> BigInt,
        revision -> BigInt,
        content -> Document,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable};
    use motcua_db::sql::{Document, Uid};
    calendar_exceptions (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        agency_id -> Uid,
        content -> Document,
        set_revision -> BigInt,
        revoked_revision -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use motcua_db::sql::{Document, Uid};
    agency_office_hours (tenant_id, agency_id, revision) {
        tenant_id -> Uid,
        agency_id -> Uid,
        revision -> BigInt,
        content -> Document,
    }
}

diesel::define_sql_function! {
    /// Of PostgreSQL; what it returns says nothing.
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Text;
}

diesel::define_sql_function! {
    /// The same beside others who share it.
    fn pg_advisory_xact_lock_shared(key: diesel::sql_types::BigInt) -> diesel::sql_types::Text;
}

/// Sets these locks apart from others that a database has: `calendar` in ASCII.
const CALENDARS: u64 = 0x6361_6c65_6e64_6172;

/// A decreed year as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = calendar_years)]
pub(crate) struct YearRow {
    pub tenant_id: Id,
    pub year: i64,
    pub revision: i64,
    pub content: Json,
}

/// An exception as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = calendar_exceptions, treat_none_as_default_value = false)]
pub(crate) struct ExceptionRow {
    pub tenant_id: Id,
    pub id: Id,
    pub agency_id: Id,
    pub content: Json,
    pub set_revision: i64,
    pub revoked_revision: Option<i64>,
}

/// Office hours of an agency as they are stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = agency_office_hours)]
pub(crate) struct HoursRow {
    pub tenant_id: Id,
    pub agency_id: Id,
    pub revision: i64,
    pub content: Json,
}

pub(crate) fn read<T: DeserializeOwned>(stored: &Json) -> Result<T> {
    serde_json::from_value(stored.0.clone()).map_err(Error::internal)
}

pub(crate) fn prepare(tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
    let first = (calendar_heads::tenant_id.eq(Id(tenant)), calendar_heads::revision.eq(0_i64));
    on_each!(tx, |c| diesel::insert_into(calendar_heads::table).values(first).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The revision that holds.
pub(crate) fn head(conn: &mut Conn, tenant: Uuid) -> TxResult<i64> {
    let of = calendar_heads::table.filter(calendar_heads::tenant_id.eq(Id(tenant)));
    Ok(of.select(calendar_heads::revision).first(conn).optional()?.unwrap_or_default())
}

/// The revision that holds until the transaction ends. SQLite has one writer at a time; on PostgreSQL the many that count
/// share a lock, for which they stand in line behind a change: one that held the row would be passed by every newcomer,
/// and wait for as long as there is work.
pub(crate) fn hold_head(tx: &mut Conn, tenant: Uuid) -> TxResult<i64> {
    if let Conn::Postgres(c) = tx {
        diesel::select(pg_advisory_xact_lock_shared(lock_of(tenant))).execute(c)?;
    }
    head(tx, tenant)
}

/// The revision that holds, for who makes the next one: waits for those that count by it.
pub(crate) fn take_head(tx: &mut Conn, tenant: Uuid) -> TxResult<i64> {
    if let Conn::Postgres(c) = tx {
        diesel::select(pg_advisory_xact_lock(lock_of(tenant))).execute(c)?;
    }
    let of = calendar_heads::table.filter(calendar_heads::tenant_id.eq(Id(tenant))).select(calendar_heads::revision);
    // A change starts from a row that is there.
    Ok(of.first(tx)?)
}

/// The number of a tenant's lock. Two tenants that share one only wait for each other.
fn lock_of(tenant: Uuid) -> i64 {
    let (high, low) = tenant.as_u64_pair();
    i64::from_ne_bytes((high ^ low ^ CALENDARS).to_ne_bytes())
}

pub(crate) fn set_head(tx: &mut Conn, tenant: Uuid, revision: i64) -> TxResult<()> {
    diesel::update(calendar_heads::table.filter(calendar_heads::tenant_id.eq(Id(tenant))))
        .set(calendar_heads::revision.eq(revision))
        .execute(tx)?;
    Ok(())
}

/// The calendars of a revision.
pub(crate) fn snapshot(conn: &mut Conn, tenant: Uuid, revision: i64, embedded: &Calendar) -> TxResult<Snapshot> {
    let mut years = BTreeMap::new();
    for row in years_until(conn, tenant, revision)? {
        years.insert(row.year, read::<YearTable>(&row.content)?);
    }
    let set: Vec<ExceptionRow> = calendar_exceptions::table
        .filter(calendar_exceptions::tenant_id.eq(Id(tenant)).and(calendar_exceptions::set_revision.le(revision)))
        .filter(
            calendar_exceptions::revoked_revision
                .is_null()
                .or(calendar_exceptions::revoked_revision.assume_not_null().gt(revision)),
        )
        .load(conn)?;
    let mut exceptions: BTreeMap<Uuid, Vec<AgencyException>> = BTreeMap::new();
    for row in set {
        exceptions.entry(row.agency_id.0).or_default().push(read(&row.content)?);
    }
    let rows: Vec<HoursRow> = agency_office_hours::table
        .filter(agency_office_hours::tenant_id.eq(Id(tenant)).and(agency_office_hours::revision.le(revision)))
        .order(agency_office_hours::revision)
        .load(conn)?;
    let mut hours = BTreeMap::new();
    for row in rows {
        match read::<Option<OfficeHours>>(&row.content)? {
            Some(own) => hours.insert(row.agency_id.0, own),
            None => hours.remove(&row.agency_id.0),
        };
    }
    Ok(Snapshot::new(embedded, years.into_values().collect(), exceptions, hours)?)
}

/// The tables of years that were decreed until a revision, older ones first.
pub(crate) fn years_until(conn: &mut Conn, tenant: Uuid, revision: i64) -> TxResult<Vec<YearRow>> {
    Ok(calendar_years::table
        .filter(calendar_years::tenant_id.eq(Id(tenant)).and(calendar_years::revision.le(revision)))
        .order(calendar_years::revision)
        .load(conn)?)
}

/// The revision in which a year was decreed last.
pub(crate) fn year_revision(conn: &mut Conn, tenant: Uuid, year: i32) -> TxResult<Option<i64>> {
    Ok(calendar_years::table
        .select(calendar_years::revision)
        .filter(calendar_years::tenant_id.eq(Id(tenant)).and(calendar_years::year.eq(i64::from(year))))
        .order(calendar_years::revision.desc())
        .first(conn)
        .optional()?)
}

/// The revision in which an agency's office hours were set last.
pub(crate) fn hours_revision(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Option<i64>> {
    Ok(agency_office_hours::table
        .select(agency_office_hours::revision)
        .filter(agency_office_hours::tenant_id.eq(Id(tenant)).and(agency_office_hours::agency_id.eq(Id(agency))))
        .order(agency_office_hours::revision.desc())
        .first(conn)
        .optional()?)
}

pub(crate) fn insert_year(tx: &mut Conn, row: YearRow) -> TxResult<()> {
    diesel::insert_into(calendar_years::table).values(row).execute(tx)?;
    Ok(())
}

pub(crate) fn insert_hours(tx: &mut Conn, row: HoursRow) -> TxResult<()> {
    diesel::insert_into(agency_office_hours::table).values(row).execute(tx)?;
    Ok(())
}

pub(crate) fn insert_exception(tx: &mut Conn, row: ExceptionRow) -> TxResult<()> {
    diesel::insert_into(calendar_exceptions::table).values(row).execute(tx)?;
    Ok(())
}

pub(crate) fn exception(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<ExceptionRow> {
    let key = calendar_exceptions::tenant_id.eq(Id(tenant)).and(calendar_exceptions::id.eq(Id(id)));
    let row = calendar_exceptions::table.filter(key).first(conn).optional()?;
    Ok(row.ok_or_else(Error::not_found)?)
}

pub(crate) fn revoke(tx: &mut Conn, tenant: Uuid, id: Uuid, revision: i64) -> TxResult<()> {
    let key = calendar_exceptions::tenant_id.eq(Id(tenant)).and(calendar_exceptions::id.eq(Id(id)));
    diesel::update(calendar_exceptions::table.filter(key))
        .set(calendar_exceptions::revoked_revision.eq(Some(revision)))
        .execute(tx)?;
    Ok(())
}

/// The exceptions of an agency, the newest first.
pub(crate) fn exceptions(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    after: Option<Uuid>,
    most: i64,
) -> TxResult<Vec<ExceptionRow>> {
    let mut query = calendar_exceptions::table
        .into_boxed::<MultiBackend>()
        .filter(calendar_exceptions::tenant_id.eq(Id(tenant)).and(calendar_exceptions::agency_id.eq(Id(agency))));
    if let Some(after) = after {
        query = query.filter(calendar_exceptions::id.lt(Id(after)));
    }
    Ok(query.order(calendar_exceptions::id.desc()).limit(most).load(conn)?)
}

pub(crate) fn count_exceptions(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<i64> {
    let of = calendar_exceptions::tenant_id.eq(Id(tenant)).and(calendar_exceptions::agency_id.eq(Id(agency)));
    Ok(calendar_exceptions::table.filter(of).count().get_result(conn)?)
}
