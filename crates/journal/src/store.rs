//! The journal's tables and the statements on them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Migrations, TxResult, on_each};
use motcua_kernel::{Error, SystemTime, Uuid};
use serde_json::Value;

/// The journal's tables.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: || {
        const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
        SQLITE
    },
    postgres: || {
        const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
        POSTGRES
    },
};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    journal_events (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        kind -> Text,
        subject_kind -> Text,
        subject_id -> Uid,
        subject_version -> BigInt,
        canonical -> Binary,
        recorded_at -> Instant,
        position -> Nullable<BigInt>,
        hash -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    journal_heads (tenant_id) { tenant_id -> Uid, position -> BigInt, hash -> Binary, }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    followers (tenant_id, name) { tenant_id -> Uid, name -> Text, position -> BigInt, as_of -> Instant, }
}

diesel::allow_tables_to_appear_in_same_query!(journal_events, journal_heads);

/// An event without a position yet.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct PendingRow {
    pub tenant: Id,
    pub id: Id,
    pub subject: Id,
    pub version: i64,
    pub canonical: Vec<u8>,
}

type PendingColumns = (
    journal_events::tenant_id,
    journal_events::id,
    journal_events::subject_id,
    journal_events::subject_version,
    journal_events::canonical,
);
const PENDING: PendingColumns = (
    journal_events::tenant_id,
    journal_events::id,
    journal_events::subject_id,
    journal_events::subject_version,
    journal_events::canonical,
);

/// Whether anything waits for a position: one look at an index that is nearly always empty.
pub(crate) fn has_pending(conn: &mut Conn) -> TxResult<bool> {
    let first: Option<Id> = journal_events::table
        .select(journal_events::id)
        .filter(journal_events::position.is_null())
        .first(conn)
        .optional()?;
    Ok(first.is_some())
}

/// The oldest events without a position, an equal share of each tenant's: one that writes without end must not starve
/// the others.
pub(crate) fn pending(tx: &mut Conn, limit: i64) -> TxResult<Vec<PendingRow>> {
    let tenants = waiting_tenants(tx)?;
    let share = (limit / i64::try_from(tenants.len()).unwrap_or(limit).max(1)).max(1);
    let mut rows = Vec::new();
    for tenant in tenants {
        rows.extend(pending_of(tx, &tenant, share)?);
    }
    Ok(rows)
}

/// The tenants with events that wait, each found by one step through the index.
fn waiting_tenants(conn: &mut Conn) -> TxResult<Vec<Id>> {
    let mut tenants: Vec<Id> = Vec::new();
    loop {
        let waiting = journal_events::table
            .select(journal_events::tenant_id)
            .filter(journal_events::position.is_null())
            .order(journal_events::tenant_id)
            .limit(1);
        let next: Option<Id> = match tenants.last() {
            None => waiting.first(conn).optional()?,
            Some(last) => waiting.filter(journal_events::tenant_id.gt(last.clone())).first(conn).optional()?,
        };
        let Some(next) = next else { return Ok(tenants) };
        tenants.push(next);
    }
}

/// A tenant's oldest events without a position, and every other pending event of the same objects: an event that another
/// copy wrote later, with a slower clock, must not overtake the one before it.
fn pending_of(tx: &mut Conn, tenant: &Id, limit: i64) -> TxResult<Vec<PendingRow>> {
    let waiting = journal_events::tenant_id.eq(tenant.clone()).and(journal_events::position.is_null());
    let mut rows: Vec<PendingRow> = journal_events::table
        .select(PENDING)
        .filter(waiting.clone())
        .order(journal_events::id)
        .limit(limit)
        .load(tx)?;
    if i64::try_from(rows.len()) == Ok(limit) {
        let mut subjects: Vec<Id> = rows.iter().map(|row| row.subject.clone()).collect();
        subjects.sort_by_key(|id| id.0);
        subjects.dedup();
        let more: Vec<PendingRow> = journal_events::table
            .select(PENDING)
            .filter(waiting.and(journal_events::subject_id.eq_any(subjects)))
            .load(tx)?;
        let by_id: BTreeMap<Uuid, PendingRow> = rows.into_iter().chain(more).map(|row| (row.id.0, row)).collect();
        rows = by_id.into_values().collect();
    }
    Ok(rows)
}

/// When the oldest event of a tenant was recorded that has no position yet.
pub(crate) fn pending_since(conn: &mut Conn, tenant: Uuid) -> TxResult<Option<At>> {
    Ok(journal_events::table
        .select(journal_events::recorded_at)
        .filter(journal_events::tenant_id.eq(Id(tenant)).and(journal_events::position.is_null()))
        .order(journal_events::recorded_at)
        .first(conn)
        .optional()?)
}

/// A tenant whose chain goes on behind its head, and that head. In one statement, because the chain may be growing.
pub(crate) fn overtaken_head(conn: &mut Conn) -> TxResult<Option<(Uuid, i64)>> {
    let behind = journal_events::table.filter(
        journal_events::tenant_id
            .eq(journal_heads::tenant_id)
            .and(journal_events::position.gt(journal_heads::position.nullable())),
    );
    let head: Option<(Id, i64)> = journal_heads::table
        .select((journal_heads::tenant_id, journal_heads::position))
        .filter(diesel::dsl::exists(behind))
        .first(conn)
        .optional()?;
    Ok(head.map(|(tenant, position)| (tenant.0, position)))
}

/// A tenant's last position and hash; position 0 and no hash before the first event.
pub(crate) fn head(conn: &mut Conn, tenant: Uuid) -> TxResult<(i64, Vec<u8>)> {
    let row = journal_heads::table
        .select((journal_heads::position, journal_heads::hash))
        .filter(journal_heads::tenant_id.eq(Id(tenant)))
        .first(conn)
        .optional()?;
    Ok(row.unwrap_or_default())
}

/// Every tenant's last position and hash.
pub(crate) fn heads(conn: &mut Conn) -> TxResult<Vec<(Uuid, i64, Vec<u8>)>> {
    let rows: Vec<(Id, i64, Vec<u8>)> = journal_heads::table.order(journal_heads::tenant_id).load(conn)?;
    Ok(rows.into_iter().map(|(tenant, position, hash)| (tenant.0, position, hash)).collect())
}

pub(crate) fn set_head(tx: &mut Conn, tenant: Uuid, position: i64, hash: &[u8]) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(journal_heads::table)
            .values((
                journal_heads::tenant_id.eq(Id(tenant)),
                journal_heads::position.eq(position),
                journal_heads::hash.eq(hash),
            ))
            .on_conflict(journal_heads::tenant_id)
            .do_update()
            .set((journal_heads::position.eq(position), journal_heads::hash.eq(hash)))
            .execute(c)
    })?;
    Ok(())
}

/// Gives events their positions: one statement on PostgreSQL, one prepared statement many times on SQLite.
pub(crate) fn place(tx: &mut Conn, tenant: Uuid, placed: &[(Uuid, i64, Vec<u8>)]) -> TxResult<()> {
    match tx {
        Conn::Postgres(conn) => {
            use diesel::sql_types::{Array, BigInt, Binary, Uuid as PgUuid};
            let ids: Vec<Uuid> = placed.iter().map(|(id, ..)| *id).collect();
            let positions: Vec<i64> = placed.iter().map(|(_, position, _)| *position).collect();
            let hashes: Vec<&[u8]> = placed.iter().map(|(.., hash)| hash.as_slice()).collect();
            diesel::sql_query(
                "UPDATE journal_events AS e SET position = v.position, hash = v.hash \
                 FROM unnest($1, $2, $3) AS v(id, position, hash) WHERE e.tenant_id = $4 AND e.id = v.id",
            )
            .bind::<Array<PgUuid>, _>(ids)
            .bind::<Array<BigInt>, _>(positions)
            .bind::<Array<Binary>, _>(hashes)
            .bind::<PgUuid, _>(tenant)
            .execute(conn)?;
        }
        Conn::Sqlite(conn) => {
            for (id, position, hash) in placed {
                diesel::update(journal_events::table)
                    .filter(journal_events::tenant_id.eq(Id(tenant)).and(journal_events::id.eq(Id(*id))))
                    .set((journal_events::position.eq(Some(*position)), journal_events::hash.eq(Some(hash))))
                    .execute(conn)?;
            }
        }
    }
    Ok(())
}

/// An event with its place in the chain.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct PlacedRow {
    pub id: Id,
    pub kind: String,
    pub subject_kind: String,
    pub subject: Id,
    pub version: i64,
    pub recorded_at: At,
    pub canonical: Vec<u8>,
    pub position: Option<i64>,
    pub hash: Option<Vec<u8>>,
}

/// The facts of an event as they were recorded, whether it has its position yet or not: for holding what was signed by the
/// chain against what is kept elsewhere. None when there is no such event.
///
/// # Errors
/// When the database fails, or the event is no JSON.
pub fn recorded_facts(conn: &mut Conn, tenant: Uuid, event: Uuid) -> TxResult<Option<Value>> {
    let canonical: Option<Vec<u8>> = journal_events::table
        .select(journal_events::canonical)
        .filter(journal_events::tenant_id.eq(Id(tenant)).and(journal_events::id.eq(Id(event))))
        .first(conn)
        .optional()?;
    let Some(canonical) = canonical else { return Ok(None) };
    let mut event: Value = serde_json::from_slice(&canonical).map_err(Error::internal)?;
    Ok(event.get_mut("data").map(Value::take))
}

/// The events behind a position, in order.
pub(crate) fn after(conn: &mut Conn, tenant: Uuid, position: i64, limit: i64) -> TxResult<Vec<PlacedRow>> {
    Ok(journal_events::table
        .select((
            journal_events::id,
            journal_events::kind,
            journal_events::subject_kind,
            journal_events::subject_id,
            journal_events::subject_version,
            journal_events::recorded_at,
            journal_events::canonical,
            journal_events::position,
            journal_events::hash,
        ))
        .filter(journal_events::tenant_id.eq(Id(tenant)).and(journal_events::position.gt(position)))
        .order(journal_events::position)
        .limit(limit)
        .load(conn)?)
}

/// Where a follower stands; 0 before the first event.
pub(crate) fn follower_position(conn: &mut Conn, tenant: Uuid, name: &str) -> TxResult<i64> {
    let position = followers::table
        .select(followers::position)
        .filter(followers::tenant_id.eq(Id(tenant)).and(followers::name.eq(name)))
        .first(conn)
        .optional()?;
    Ok(position.unwrap_or(0))
}

/// Until when a follower has seen everything, if it ever has.
pub(crate) fn follower_as_of(conn: &mut Conn, tenant: Uuid, name: &str) -> TxResult<Option<At>> {
    Ok(followers::table
        .select(followers::as_of)
        .filter(followers::tenant_id.eq(Id(tenant)).and(followers::name.eq(name)))
        .first(conn)
        .optional()?)
}

/// Moves a follower from one position to the next; false when another copy moved it first. `as_of` only when it has taken
/// in everything there was.
pub(crate) fn advance_follower(
    tx: &mut Conn,
    tenant: Uuid,
    name: &str,
    from: i64,
    to: i64,
    as_of: Option<SystemTime>,
) -> TxResult<bool> {
    if from == 0 {
        on_each!(tx, |c| {
            diesel::insert_into(followers::table)
                .values((
                    followers::tenant_id.eq(Id(tenant)),
                    followers::name.eq(name),
                    followers::position.eq(0_i64),
                    followers::as_of.eq(At(chrono::DateTime::UNIX_EPOCH)),
                ))
                .on_conflict_do_nothing()
                .execute(c)
        })?;
    }
    let standing = followers::tenant_id.eq(Id(tenant)).and(followers::name.eq(name)).and(followers::position.eq(from));
    let moved = diesel::update(followers::table.filter(standing)).set(followers::position.eq(to)).execute(tx)?;
    if moved == 1
        && let Some(as_of) = as_of
    {
        let mine = followers::tenant_id.eq(Id(tenant)).and(followers::name.eq(name));
        diesel::update(followers::table.filter(mine)).set(followers::as_of.eq(At(as_of.0))).execute(tx)?;
    }
    Ok(moved == 1)
}

/// Puts a follower back to the beginning.
pub(crate) fn forget_follower(tx: &mut Conn, tenant: Uuid, name: &str) -> TxResult<()> {
    diesel::delete(followers::table.filter(followers::tenant_id.eq(Id(tenant)).and(followers::name.eq(name))))
        .execute(tx)?;
    Ok(())
}
