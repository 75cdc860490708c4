//! The lines of registers.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Error, Result, Uuid};

use super::super::rules::EntryState;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    register_entries (tenant_id, register_id, number, suffix) {
        tenant_id -> Uid,
        register_id -> Uid,
        number -> BigInt,
        /// The letter of a late number; empty for every other.
        suffix -> Text,
        state -> Text,
        /// None while the number is reserved, and for ever when it is void.
        document_id -> Nullable<Uid>,
        document_type -> Text,
        notation -> Text,
        registered_on -> Date,
        registered_at -> Instant,
        reserved_at -> Nullable<Instant>,
        reserved_by -> Nullable<Text>,
        /// Sealed: why the number was reserved may name a person.
        reason -> Nullable<Binary>,
        voided_at -> Nullable<Instant>,
        voided_by -> Nullable<Text>,
        /// Sealed.
        void_reason -> Nullable<Binary>,
        decision_number -> Nullable<Text>,
        decision_on -> Nullable<Date>,
        decision_document_id -> Nullable<Uid>,
        version -> BigInt,
    }
}

/// An entry as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = register_entries, treat_none_as_default_value = false)]
pub(in super::super) struct EntryRow {
    pub tenant_id: Id,
    pub register_id: Id,
    pub number: i64,
    pub suffix: String,
    pub state: String,
    pub document_id: Option<Id>,
    pub document_type: String,
    pub notation: String,
    pub registered_on: NaiveDate,
    pub registered_at: At,
    pub reserved_at: Option<At>,
    pub reserved_by: Option<String>,
    pub reason: Option<Vec<u8>>,
    pub voided_at: Option<At>,
    pub voided_by: Option<String>,
    pub void_reason: Option<Vec<u8>>,
    pub decision_number: Option<String>,
    pub decision_on: Option<NaiveDate>,
    pub decision_document_id: Option<Id>,
    pub version: i64,
}

impl EntryRow {
    pub(in super::super) fn state(&self) -> Result<EntryState> {
        self.state.parse().map_err(Error::internal)
    }
}

pub(in super::super) fn insert(tx: &mut Conn, row: &EntryRow) -> TxResult<()> {
    diesel::insert_into(register_entries::table).values(row.clone()).execute(tx)?;
    Ok(())
}

fn of_register(tenant: Uuid, register: Uuid) -> register_entries::BoxedQuery<'static, MultiBackend> {
    register_entries::table
        .filter(register_entries::tenant_id.eq(Id(tenant)).and(register_entries::register_id.eq(Id(register))))
        .into_boxed()
}

/// One entry.
pub(in super::super) fn find(
    conn: &mut Conn,
    tenant: Uuid,
    register: Uuid,
    number: i64,
    suffix: &str,
) -> TxResult<Option<EntryRow>> {
    Ok(of_register(tenant, register)
        .filter(register_entries::number.eq(number).and(register_entries::suffix.eq(suffix.to_owned())))
        .first(conn)
        .optional()?)
}

/// The last letter behind a number: empty when there is the number alone, none when not even that is there.
pub(in super::super) fn last_suffix(
    conn: &mut Conn,
    tenant: Uuid,
    register: Uuid,
    number: i64,
) -> TxResult<Option<String>> {
    let suffixes: Vec<String> = of_register(tenant, register)
        .filter(register_entries::number.eq(number))
        .select(register_entries::suffix)
        .load(conn)?;
    Ok(suffixes.into_iter().max())
}

/// The numbers that are reserved and wait for their documents.
pub(in super::super) fn reserved_numbers(conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<i64>> {
    Ok(of_register(tenant, register)
        .filter(register_entries::state.eq(EntryState::Reserved.as_str()))
        .select(register_entries::number)
        .order(register_entries::number)
        .load(conn)?)
}

/// Writes what has become of an entry; says whether it still had the version before.
pub(in super::super) fn update(tx: &mut Conn, row: &EntryRow) -> TxResult<bool> {
    let changed = diesel::update(register_entries::table)
        .filter(register_entries::tenant_id.eq(row.tenant_id.clone()))
        .filter(register_entries::register_id.eq(row.register_id.clone()))
        .filter(register_entries::number.eq(row.number).and(register_entries::suffix.eq(row.suffix.clone())))
        .filter(register_entries::version.eq(row.version - 1))
        .set((
            register_entries::state.eq(row.state.clone()),
            register_entries::document_id.eq(row.document_id.clone()),
            register_entries::registered_on.eq(row.registered_on),
            register_entries::registered_at.eq(row.registered_at.clone()),
            register_entries::voided_at.eq(row.voided_at.clone()),
            register_entries::voided_by.eq(row.voided_by.clone()),
            register_entries::void_reason.eq(row.void_reason.clone()),
            register_entries::version.eq(row.version),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

/// So many entries behind one, in the order of their numbers.
pub(in super::super) fn behind(
    conn: &mut Conn,
    tenant: Uuid,
    register: Uuid,
    (number, suffix): &(i64, String),
    most: i64,
) -> TxResult<Vec<EntryRow>> {
    let later = register_entries::number.eq(*number).and(register_entries::suffix.gt(suffix.clone()));
    Ok(of_register(tenant, register)
        .filter(register_entries::number.gt(*number).or(later))
        .order((register_entries::number, register_entries::suffix))
        .limit(most)
        .load(conn)?)
}

/// The entries of some days, in the order of their numbers.
pub(in super::super) fn between(
    conn: &mut Conn,
    tenant: Uuid,
    register: Uuid,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    most: i64,
) -> TxResult<Vec<EntryRow>> {
    let mut query = of_register(tenant, register);
    if let Some(from) = from {
        query = query.filter(register_entries::registered_on.ge(from));
    }
    if let Some(to) = to {
        query = query.filter(register_entries::registered_on.le(to));
    }
    Ok(query.order((register_entries::number, register_entries::suffix)).limit(most).load(conn)?)
}

pub(in super::super) fn count(conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<i64> {
    let entries = register_entries::table
        .filter(register_entries::tenant_id.eq(Id(tenant)).and(register_entries::register_id.eq(Id(register))));
    Ok(entries.count().get_result(conn)?)
}
