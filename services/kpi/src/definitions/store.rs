//! The rows of sets and their versions. They name nobody but who recorded them, and whoever may read definitions may read
//! all of a tenant's.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{PageRequest, Uuid};

use super::versions::Span;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    indicator_sets (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        code -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    indicator_set_versions (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        set_id -> Uid,
        label -> Text,
        name_vi -> Text,
        name_en -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        content -> Text,
        sha256 -> Text,
        recorded_by -> Text,
        recorded_at -> Instant,
    }
}

/// A set.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = indicator_sets)]
pub(super) struct SetRow {
    pub tenant_id: Id,
    pub id: Id,
    pub code: String,
    pub version: i64,
}

/// A version of a set, with its text.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = indicator_set_versions)]
pub(super) struct VersionRow {
    pub tenant_id: Id,
    pub id: Id,
    pub set_id: Id,
    pub label: String,
    pub name_vi: String,
    pub name_en: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub content: String,
    pub sha256: String,
    pub recorded_by: String,
    pub recorded_at: At,
}

/// A version of a set, without its text.
#[derive(Debug, Clone, Queryable)]
pub(super) struct BriefRow {
    pub id: Id,
    pub set_id: Id,
    pub label: String,
    pub name_vi: String,
    pub name_en: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub sha256: String,
    pub recorded_at: At,
}

type BriefColumns = (
    indicator_set_versions::id,
    indicator_set_versions::set_id,
    indicator_set_versions::label,
    indicator_set_versions::name_vi,
    indicator_set_versions::name_en,
    indicator_set_versions::valid_from,
    indicator_set_versions::valid_to,
    indicator_set_versions::sha256,
    indicator_set_versions::recorded_at,
);

const BRIEF: BriefColumns = (
    indicator_set_versions::id,
    indicator_set_versions::set_id,
    indicator_set_versions::label,
    indicator_set_versions::name_vi,
    indicator_set_versions::name_en,
    indicator_set_versions::valid_from,
    indicator_set_versions::valid_to,
    indicator_set_versions::sha256,
    indicator_set_versions::recorded_at,
);

impl BriefRow {
    pub(super) fn span(&self) -> Span {
        Span { id: self.id.0, label: self.label.clone(), from: self.valid_from, to: self.valid_to }
    }
}

/// The set of a code, made when there is none, and held until the transaction ends: versions of a set are recorded one
/// after another, so that no two that overlap can pass each other.
pub(super) fn hold_set(tx: &mut Conn, tenant: Uuid, code: &str, new: Uuid) -> TxResult<SetRow> {
    let row = SetRow { tenant_id: Id(tenant), id: Id(new), code: code.to_owned(), version: 0 };
    on_each!(tx, |c| diesel::insert_into(indicator_sets::table).values(&row).on_conflict_do_nothing().execute(c))?;
    let held =
        indicator_sets::table.filter(indicator_sets::tenant_id.eq(Id(tenant)).and(indicator_sets::code.eq(code)));
    diesel::update(held).set(indicator_sets::version.eq(indicator_sets::version + 1)).execute(tx)?;
    let held =
        indicator_sets::table.filter(indicator_sets::tenant_id.eq(Id(tenant)).and(indicator_sets::code.eq(code)));
    Ok(held.first(tx)?)
}

/// The set of a code.
pub(super) fn set_of(conn: &mut Conn, tenant: Uuid, code: &str) -> TxResult<Option<SetRow>> {
    let sets =
        indicator_sets::table.filter(indicator_sets::tenant_id.eq(Id(tenant)).and(indicator_sets::code.eq(code)));
    Ok(sets.first(conn).optional()?)
}

/// A set by its id.
pub(super) fn set(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<SetRow>> {
    Ok(indicator_sets::table.find((Id(tenant), Id(id))).first(conn).optional()?)
}

/// One page of sets, in the order of their codes.
pub(super) fn sets(conn: &mut Conn, tenant: Uuid, page: &PageRequest, after: Option<String>) -> TxResult<Vec<SetRow>> {
    let after = after.unwrap_or_default();
    Ok(indicator_sets::table
        .filter(indicator_sets::tenant_id.eq(Id(tenant)).and(indicator_sets::code.gt(after)))
        .order(indicator_sets::code)
        .limit(page.fetch())
        .load(conn)?)
}

/// How many sets there are.
pub(super) fn count_sets(conn: &mut Conn, tenant: Uuid) -> TxResult<i64> {
    Ok(indicator_sets::table.filter(indicator_sets::tenant_id.eq(Id(tenant))).count().get_result(conn)?)
}

/// Every version of some sets, the latest first.
pub(super) fn versions(conn: &mut Conn, tenant: Uuid, sets: &[Uuid]) -> TxResult<Vec<BriefRow>> {
    let sets: Vec<Id> = sets.iter().copied().map(Id).collect();
    Ok(indicator_set_versions::table
        .select(BRIEF)
        .filter(indicator_set_versions::tenant_id.eq(Id(tenant)))
        .filter(indicator_set_versions::set_id.eq_any(sets))
        .order((indicator_set_versions::set_id, indicator_set_versions::valid_from.desc()))
        .load(conn)?)
}

/// One page of a set's versions, the latest first.
pub(super) fn versions_page(
    conn: &mut Conn,
    tenant: Uuid,
    set: Uuid,
    page: &PageRequest,
    before: Option<NaiveDate>,
) -> TxResult<Vec<BriefRow>> {
    let before = before.unwrap_or(NaiveDate::MAX);
    let before = before.min(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(before));
    Ok(indicator_set_versions::table
        .select(BRIEF)
        .filter(indicator_set_versions::tenant_id.eq(Id(tenant)).and(indicator_set_versions::set_id.eq(Id(set))))
        .filter(indicator_set_versions::valid_from.lt(before))
        .order(indicator_set_versions::valid_from.desc())
        .limit(page.fetch())
        .load(conn)?)
}

/// A version with its text.
pub(super) fn version(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<VersionRow>> {
    Ok(indicator_set_versions::table.find((Id(tenant), Id(id))).first(conn).optional()?)
}

/// The versions of all sets.
pub(super) fn version_ids(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<Uuid>> {
    let ids: Vec<Id> = indicator_set_versions::table
        .select(indicator_set_versions::id)
        .filter(indicator_set_versions::tenant_id.eq(Id(tenant)))
        .order(indicator_set_versions::id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// Records a version.
pub(super) fn insert_version(tx: &mut Conn, row: &VersionRow) -> TxResult<()> {
    diesel::insert_into(indicator_set_versions::table).values(row).execute(tx)?;
    Ok(())
}
