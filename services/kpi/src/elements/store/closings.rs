//! Closed periods as they are stored, and who sees them.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::query_source::TableNotEqual;
use diesel::sql_types::Bool;
use motcua_agencies::agency_tree;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, PageRequest, Uuid};

use crate::reach::{below, held};

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    element_closings (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        agency_id -> Uid,
        agency_code -> Text,
        period -> Text,
        first_day -> Date,
        last_day -> Date,
        closed_by -> Text,
        closed_at -> Instant,
        reopened_by -> Nullable<Text>,
        reopened_at -> Nullable<Instant>,
        reason -> Nullable<Text>,
        version -> BigInt,
    }
}

impl TableNotEqual<agency_tree::table> for element_closings::table {}
impl TableNotEqual<element_closings::table> for agency_tree::table {}

/// A closed period (kỳ đã chốt số liệu), as it is stored.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = element_closings,
    primary_key(tenant_id, id),
    treat_none_as_null = true,
    treat_none_as_default_value = false
)]
pub(crate) struct ClosingRow {
    pub tenant_id: Id,
    pub id: Id,
    pub agency_id: Id,
    pub agency_code: String,
    pub period: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub closed_by: String,
    pub closed_at: At,
    pub reopened_by: Option<String>,
    pub reopened_at: Option<At>,
    pub reason: Option<String>,
    pub version: i64,
}

type Predicate = Box<dyn BoxableExpression<element_closings::table, MultiBackend, SqlType = Bool>>;

/// The predicate: the closings a caller may see, by the agency that is closed: those below one where they hold a role, and
/// those above, which close theirs as well.
fn visible(actor: &Actor) -> Predicate {
    let tenant = element_closings::tenant_id.eq(Id(actor.tenant));
    if actor.kind == ActorKind::Service {
        return Box::new(tenant);
    }
    let down = below(Id(actor.tenant), held(actor));
    let up = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)))
        .filter(agency_tree::descendant_id.eq_any(held(actor)))
        .select(agency_tree::ancestor_id);
    let seen = element_closings::agency_id.eq_any(down).or(element_closings::agency_id.eq_any(up));
    Box::new(tenant.and(seen))
}

/// The closing in force that covers days of an agency; the widest when there are several.
pub(crate) fn covering(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    (first_day, last_day): (NaiveDate, NaiveDate),
) -> TxResult<Option<ClosingRow>> {
    let above = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::descendant_id.eq(Id(agency))))
        .select(agency_tree::ancestor_id);
    Ok(element_closings::table
        .filter(element_closings::tenant_id.eq(Id(tenant)).and(element_closings::agency_id.eq_any(above)))
        .filter(element_closings::reopened_at.is_null())
        .filter(element_closings::first_day.le(first_day).and(element_closings::last_day.ge(last_day)))
        .order((element_closings::first_day, element_closings::id))
        .first(conn)
        .optional()?)
}

/// One closing that the caller may see.
pub(crate) fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<ClosingRow>> {
    Ok(element_closings::table.filter(visible(actor)).filter(element_closings::id.eq(Id(id))).first(conn).optional()?)
}

/// Of these closings, those the caller may see: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<Id> = element_closings::table
        .select(element_closings::id)
        .filter(visible(actor))
        .filter(element_closings::id.eq_any(wanted))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// A page of the closings a caller may see, the newest first.
pub(crate) fn page(
    conn: &mut Conn,
    actor: &Actor,
    after: Option<Uuid>,
    request: &PageRequest,
) -> TxResult<(Vec<ClosingRow>, Option<i64>)> {
    let mut query = element_closings::table.filter(visible(actor)).into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(element_closings::id.lt(Id(after)));
    }
    let rows = query.order(element_closings::id.desc()).limit(request.fetch()).load(conn)?;
    let all = element_closings::table.filter(visible(actor));
    let count = if request.count { Some(all.count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

/// Before a value is written: no period is closed until the transaction ends, while others may write beside it. SQLite has
/// one writer anyway.
pub(crate) fn hold_off(tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
    lock(tx, "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))", tenant)
}

/// Before a period is closed: waits for the values that are being written, and lets nobody write or close until the
/// transaction ends.
pub(crate) fn hold_on(tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
    lock(tx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", tenant)
}

fn lock(tx: &mut Conn, sql: &str, tenant: Uuid) -> TxResult<()> {
    if let Conn::Postgres(conn) = tx {
        let name = format!("element closings {tenant}");
        diesel::sql_query(sql).bind::<diesel::sql_types::Text, _>(name).execute(conn)?;
    }
    Ok(())
}

pub(crate) fn insert(tx: &mut Conn, row: &ClosingRow) -> TxResult<()> {
    diesel::insert_into(element_closings::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes a closing at the version before; false when it has changed meanwhile.
pub(crate) fn update(tx: &mut Conn, row: &ClosingRow) -> TxResult<bool> {
    let key = element_closings::tenant_id.eq(row.tenant_id.clone()).and(element_closings::id.eq(row.id.clone()));
    let at = element_closings::table.filter(key).filter(element_closings::version.eq(row.version - 1));
    Ok(diesel::update(at).set(row.clone()).execute(tx)? == 1)
}
