//! Published periods and restatements as they are stored.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{PageRequest, Uuid};

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    published_periods (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        set_code -> Text,
        set_version_id -> Uid,
        set_version -> Text,
        period -> Text,
        first_day -> Date,
        last_day -> Date,
        agency_id -> Uid,
        written_code -> Text,
        watched -> Document,
        sha256 -> Text,
        signature -> Text,
        key_id -> Text,
        published_by -> Text,
        published_at -> Instant,
        version -> BigInt,
        content -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    restatements (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        published_period_id -> Uid,
        agency_id -> Uid,
        measure -> Text,
        change -> Nullable<BigInt>,
        event_id -> Uid,
        event_type -> Text,
        event_time -> Instant,
        subject -> Text,
        record_id -> Uid,
    }
}

/// A published period without its document.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_periods)]
pub(super) struct PublishedRow {
    pub tenant_id: Id,
    pub id: Id,
    pub set_code: String,
    pub set_version_id: Id,
    pub set_version: String,
    pub period: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub agency_id: Id,
    pub written_code: String,
    pub sha256: String,
    pub signature: String,
    pub key_id: String,
    pub published_by: String,
    pub published_at: At,
    pub version: i64,
}

/// What changed of a published figure.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = restatements, treat_none_as_default_value = false)]
pub(super) struct RestatementRow {
    pub tenant_id: Id,
    pub id: Id,
    pub published_period_id: Id,
    pub agency_id: Id,
    pub measure: String,
    /// By how much; none where different values are counted.
    pub change: Option<i64>,
    pub event_id: Id,
    pub event_type: String,
    pub event_time: At,
    pub subject: String,
    pub record_id: Id,
}

type Columns = (
    published_periods::tenant_id,
    published_periods::id,
    published_periods::set_code,
    published_periods::set_version_id,
    published_periods::set_version,
    published_periods::period,
    published_periods::first_day,
    published_periods::last_day,
    published_periods::agency_id,
    published_periods::written_code,
    published_periods::sha256,
    published_periods::signature,
    published_periods::key_id,
    published_periods::published_by,
    published_periods::published_at,
    published_periods::version,
);

const COLUMNS: Columns = (
    published_periods::tenant_id,
    published_periods::id,
    published_periods::set_code,
    published_periods::set_version_id,
    published_periods::set_version,
    published_periods::period,
    published_periods::first_day,
    published_periods::last_day,
    published_periods::agency_id,
    published_periods::written_code,
    published_periods::sha256,
    published_periods::signature,
    published_periods::key_id,
    published_periods::published_by,
    published_periods::published_at,
    published_periods::version,
);

/// Writes a published period with its document and what is watched of it.
pub(super) fn insert(tx: &mut Conn, row: &PublishedRow, watched: Json, content: &str) -> TxResult<()> {
    let rest = (published_periods::watched.eq(watched), published_periods::content.eq(content.to_owned()));
    diesel::insert_into(published_periods::table).values((row.clone(), rest)).execute(tx)?;
    Ok(())
}

/// What was published of a set for an agency and a period.
pub(super) fn published(
    conn: &mut Conn,
    tenant: Uuid,
    set: &str,
    period: &str,
    agency: Uuid,
) -> TxResult<Option<Uuid>> {
    let of = published_periods::set_code.eq(set.to_owned()).and(published_periods::period.eq(period.to_owned()));
    let id: Option<Id> = published_periods::table
        .select(published_periods::id)
        .filter(published_periods::tenant_id.eq(Id(tenant)).and(of))
        .filter(published_periods::agency_id.eq(Id(agency)))
        .first(conn)
        .optional()?;
    Ok(id.map(|id| id.0))
}

/// One published period.
pub(super) fn find(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<PublishedRow>> {
    let key = published_periods::tenant_id.eq(Id(tenant)).and(published_periods::id.eq(Id(id)));
    Ok(published_periods::table.select(COLUMNS).filter(key).first(conn).optional()?)
}

/// The bytes of a document.
pub(super) fn content(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<String>> {
    let key = published_periods::tenant_id.eq(Id(tenant)).and(published_periods::id.eq(Id(id)));
    Ok(published_periods::table.select(published_periods::content).filter(key).first(conn).optional()?)
}

/// A page of published periods, the newest first, and how many there are when that is asked.
pub(super) fn page(
    conn: &mut Conn,
    tenant: Uuid,
    (set, period): (Option<&str>, Option<&str>),
    after: Option<Uuid>,
    request: &PageRequest,
) -> TxResult<(Vec<PublishedRow>, Option<i64>)> {
    let narrowed = || {
        let mut query =
            published_periods::table.filter(published_periods::tenant_id.eq(Id(tenant))).into_boxed::<MultiBackend>();
        if let Some(set) = set {
            query = query.filter(published_periods::set_code.eq(set.to_owned()));
        }
        if let Some(period) = period {
            query = query.filter(published_periods::period.eq(period.to_owned()));
        }
        query
    };
    let mut query = narrowed();
    if let Some(after) = after {
        query = query.filter(published_periods::id.lt(Id(after)));
    }
    let rows = query.select(COLUMNS).order(published_periods::id.desc()).limit(request.fetch()).load(conn)?;
    let count = if request.count { Some(narrowed().count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

/// Id, agency, first and last day of a published period, and what is watched of it.
pub(super) type WatchedRow = (Id, Id, NaiveDate, NaiveDate, Json);

/// What is watched of everything that was published.
pub(super) fn watched(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<WatchedRow>> {
    let columns = (
        published_periods::id,
        published_periods::agency_id,
        published_periods::first_day,
        published_periods::last_day,
        published_periods::watched,
    );
    Ok(published_periods::table.select(columns).filter(published_periods::tenant_id.eq(Id(tenant))).load(conn)?)
}

/// Notes what changed.
pub(super) fn note(tx: &mut Conn, rows: &[RestatementRow]) -> TxResult<()> {
    for rows in rows.chunks(crate::facts::store::TOGETHER) {
        on_each!(tx, |c| diesel::insert_into(restatements::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// A page of what changed of a published period, the first first, and how many there are when that is asked.
pub(super) fn restated(
    conn: &mut Conn,
    (tenant, published): (Uuid, Uuid),
    agencies: Option<&[Uuid]>,
    after: Option<Uuid>,
    request: &PageRequest,
) -> TxResult<(Vec<RestatementRow>, Option<i64>)> {
    let narrowed = || {
        let of = restatements::tenant_id.eq(Id(tenant)).and(restatements::published_period_id.eq(Id(published)));
        let mut query = restatements::table.filter(of).into_boxed::<MultiBackend>();
        if let Some(agencies) = agencies {
            query = query.filter(restatements::agency_id.eq_any(agencies.iter().copied().map(Id).collect::<Vec<_>>()));
        }
        query
    };
    let mut query = narrowed();
    if let Some(after) = after {
        query = query.filter(restatements::id.gt(Id(after)));
    }
    let rows = query.order(restatements::id).limit(request.fetch()).load(conn)?;
    let count = if request.count { Some(narrowed().count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

/// The newest changes of these agencies' measures in published periods of a set that end within these days, the newest
/// first, each with its period.
pub(super) fn restated_newest(
    conn: &mut Conn,
    (tenant, set): (Uuid, &str),
    (first, last): (NaiveDate, NaiveDate),
    (agencies, measures): (&[Uuid], &[String]),
    most: i64,
) -> TxResult<Vec<(String, RestatementRow)>> {
    let published: Vec<(Id, String)> = published_periods::table
        .select((published_periods::id, published_periods::period))
        .filter(published_periods::tenant_id.eq(Id(tenant)).and(published_periods::set_code.eq(set.to_owned())))
        .filter(published_periods::last_day.between(first, last))
        .load(conn)?;
    let ids: Vec<Id> = published.iter().map(|(id, _)| id.clone()).collect();
    let agencies: Vec<Id> = agencies.iter().copied().map(Id).collect();
    let rows: Vec<RestatementRow> = restatements::table
        .filter(restatements::tenant_id.eq(Id(tenant)).and(restatements::published_period_id.eq_any(ids)))
        .filter(restatements::agency_id.eq_any(agencies))
        .filter(restatements::measure.eq_any(measures.to_vec()))
        .order(restatements::id.desc())
        .limit(most)
        .load(conn)?;
    let period = |row: &RestatementRow| published.iter().find(|(id, _)| *id == row.published_period_id);
    Ok(rows.into_iter().filter_map(|row| Some((period(&row)?.1.clone(), row))).collect())
}

/// Everything that changed of these agencies' figures up to a row, the first first.
pub(super) fn restated_until(
    conn: &mut Conn,
    (tenant, published): (Uuid, Uuid),
    agencies: &[Uuid],
    last: &Id,
) -> TxResult<Vec<RestatementRow>> {
    let of = restatements::tenant_id.eq(Id(tenant)).and(restatements::published_period_id.eq(Id(published)));
    let agencies: Vec<Id> = agencies.iter().copied().map(Id).collect();
    Ok(restatements::table
        .filter(of.and(restatements::agency_id.eq_any(agencies)))
        .filter(restatements::id.le(last.clone()))
        .order(restatements::id)
        .load(conn)?)
}

/// What changed of these agencies' published figures of a set through events of some time: published period, measure,
/// and by how much.
pub(super) fn restated_between(
    conn: &mut Conn,
    (tenant, set): (Uuid, &str),
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    agencies: &[Uuid],
) -> TxResult<Vec<(Id, String, Option<i64>)>> {
    let ids: Vec<Id> = published_periods::table
        .select(published_periods::id)
        .filter(published_periods::tenant_id.eq(Id(tenant)).and(published_periods::set_code.eq(set.to_owned())))
        .load(conn)?;
    let agencies: Vec<Id> = agencies.iter().copied().map(Id).collect();
    Ok(restatements::table
        .select((restatements::published_period_id, restatements::measure, restatements::change))
        .filter(restatements::tenant_id.eq(Id(tenant)).and(restatements::published_period_id.eq_any(ids)))
        .filter(restatements::agency_id.eq_any(agencies))
        .filter(restatements::event_time.ge(At(from)).and(restatements::event_time.lt(At(until))))
        .order(restatements::id)
        .load(conn)?)
}
