//! Versions of procedures: which is in force when, what one says, and the warnings on it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Error, Uuid};

use super::{VersionRow, WarningRow, procedure_versions, procedure_warnings, procedures};

/// The version in force on a day: the last to begin until then, and of those that begin on one day the newest.
pub(crate) fn version_in_force(conn: &mut Conn, tenant: Uuid, id: Uuid, on: NaiveDate) -> TxResult<Option<Uuid>> {
    let version: Option<Id> = procedure_versions::table
        .select(procedure_versions::id)
        .filter(procedure_versions::tenant_id.eq(Id(tenant)).and(procedure_versions::procedure_id.eq(Id(id))))
        .filter(procedure_versions::effective_from.le(on))
        .order((procedure_versions::effective_from.desc(), procedure_versions::number.desc()))
        .first(conn)
        .optional()?;
    Ok(version.map(|id| id.0))
}

/// Procedure, its code, and content of a version.
pub(crate) fn content_of(
    conn: &mut Conn,
    tenant: Uuid,
    version: Uuid,
) -> TxResult<Option<(Uuid, String, serde_json::Value)>> {
    let row: Option<(Id, String, Json)> = procedure_versions::table
        .inner_join(
            procedures::table.on(procedures::tenant_id
                .eq(procedure_versions::tenant_id)
                .and(procedures::id.eq(procedure_versions::procedure_id))),
        )
        .select((procedures::id, procedures::code, procedure_versions::content))
        .filter(procedure_versions::tenant_id.eq(Id(tenant)).and(procedure_versions::id.eq(Id(version))))
        .first(conn)
        .optional()?;
    Ok(row.map(|(procedure, code, content)| (procedure.0, code, content.0)))
}

/// What a source said last of each of these procedures, as a hash.
pub(crate) fn last_said(
    conn: &mut Conn,
    tenant: Uuid,
    procedures: &[Id],
    source: &str,
) -> TxResult<BTreeMap<Uuid, String>> {
    let rows: Vec<(Id, String)> = procedure_versions::table
        .select((procedure_versions::procedure_id, procedure_versions::content_hash))
        .filter(procedure_versions::tenant_id.eq(Id(tenant)))
        .filter(procedure_versions::procedure_id.eq_any(procedures.to_vec()))
        .filter(procedure_versions::source.eq(source))
        .order((procedure_versions::procedure_id, procedure_versions::number))
        .load(conn)?;
    // The last of each procedure stays.
    Ok(rows.into_iter().map(|(procedure, hash)| (procedure.0, hash)).collect())
}

/// The contents of versions, by version.
pub(crate) fn contents(
    conn: &mut Conn,
    tenant: Uuid,
    versions: Vec<Id>,
) -> TxResult<BTreeMap<Uuid, serde_json::Value>> {
    let rows: Vec<(Id, Json)> = procedure_versions::table
        .select((procedure_versions::id, procedure_versions::content))
        .filter(procedure_versions::tenant_id.eq(Id(tenant)).and(procedure_versions::id.eq_any(versions)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, content)| (id.0, content.0)).collect())
}

/// A version.
pub(crate) fn version(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<VersionRow> {
    let key = procedure_versions::tenant_id.eq(Id(tenant)).and(procedure_versions::id.eq(Id(id)));
    Ok(procedure_versions::table.filter(key).first(conn).optional()?.ok_or_else(Error::not_found)?)
}

/// The version of a procedure that was published last, whether it is in force yet or not.
pub(crate) fn newest_version(conn: &mut Conn, tenant: Uuid, procedure: Uuid) -> TxResult<VersionRow> {
    let of = procedure_versions::tenant_id.eq(Id(tenant)).and(procedure_versions::procedure_id.eq(Id(procedure)));
    let newest = procedure_versions::table.filter(of).order(procedure_versions::number.desc()).first(conn);
    Ok(newest.optional()?.ok_or_else(Error::not_found)?)
}

/// The first day of the version that comes into force after one: where that one ends.
pub(crate) fn next_effective_from(
    conn: &mut Conn,
    tenant: Uuid,
    procedure: Uuid,
    place: (NaiveDate, i64),
) -> TxResult<Option<NaiveDate>> {
    use procedure_versions as v;
    let (from, number) = place;
    Ok(v::table
        .select(v::effective_from)
        .filter(v::tenant_id.eq(Id(tenant)).and(v::procedure_id.eq(Id(procedure))))
        .filter(v::effective_from.gt(from).or(v::effective_from.eq(from).and(v::number.gt(number))))
        .order((v::effective_from, v::number))
        .first(conn)
        .optional()?)
}

/// The first day behind another on which a version comes into force.
pub(crate) fn planned_from(conn: &mut Conn, tenant: Uuid, id: Uuid, behind: NaiveDate) -> TxResult<Option<NaiveDate>> {
    next_effective_from(conn, tenant, id, (behind, i64::MAX))
}

/// The last day on which a version of a procedure comes into force.
pub(crate) fn last_effective_from(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<NaiveDate>> {
    use procedure_versions as v;
    let of = v::tenant_id.eq(Id(tenant)).and(v::procedure_id.eq(Id(id)));
    Ok(v::table.select(diesel::dsl::max(v::effective_from)).filter(of).first(conn)?)
}

/// A version without its content.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct VersionHead {
    pub id: Id,
    pub number: i64,
    pub effective_from: NaiveDate,
    pub source: String,
    pub decision_number: Option<String>,
    pub decision_on: Option<NaiveDate>,
    pub warnings: i64,
    pub published_at: At,
    pub import_id: Option<Id>,
}

/// Versions of a procedure, the last to come into force first, from behind a place on.
pub(crate) fn versions(
    conn: &mut Conn,
    tenant: Uuid,
    procedure: Uuid,
    behind: Option<(NaiveDate, i64)>,
    limit: i64,
) -> TxResult<Vec<VersionHead>> {
    use procedure_versions as v;
    let mut query = v::table
        .select((
            v::id,
            v::number,
            v::effective_from,
            v::source,
            v::decision_number,
            v::decision_on,
            v::warnings,
            v::published_at,
            v::import_id,
        ))
        .filter(v::tenant_id.eq(Id(tenant)).and(v::procedure_id.eq(Id(procedure))))
        .into_boxed::<MultiBackend>();
    if let Some((from, number)) = behind {
        query = query.filter(v::effective_from.lt(from).or(v::effective_from.eq(from).and(v::number.lt(number))));
    }
    Ok(query.order((v::effective_from.desc(), v::number.desc())).limit(limit).load(conn)?)
}

/// How many versions a procedure has.
pub(crate) fn count_versions(conn: &mut Conn, tenant: Uuid, procedure: Uuid) -> TxResult<i64> {
    use procedure_versions as v;
    let versions = v::table.filter(v::tenant_id.eq(Id(tenant)).and(v::procedure_id.eq(Id(procedure))));
    Ok(versions.count().get_result(conn)?)
}

/// Warnings of a version behind a place, in order.
pub(crate) fn warnings(
    conn: &mut Conn,
    tenant: Uuid,
    version: Uuid,
    behind: i64,
    limit: i64,
) -> TxResult<Vec<WarningRow>> {
    Ok(procedure_warnings::table
        .filter(procedure_warnings::tenant_id.eq(Id(tenant)).and(procedure_warnings::version_id.eq(Id(version))))
        .filter(procedure_warnings::seq.gt(behind))
        .order(procedure_warnings::seq)
        .limit(limit)
        .load(conn)?)
}
