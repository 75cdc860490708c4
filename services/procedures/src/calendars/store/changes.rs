//! Changes of calendars, and what each does to open dossiers.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{count, count_star, exists};
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Error, Kind, Uuid};

use super::{calendar_change_dossiers, calendar_changes};
use crate::dossiers::rules::Party;
use crate::dossiers::store::{DossierRow, dossier_agencies, dossiers, stale};

/// The code of the refusal that a slower copy of the service meets.
pub(crate) const OVERTAKEN: &str = "calendar.overtaken";

/// A change as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = calendar_changes, treat_none_as_default_value = false)]
pub(crate) struct ChangeRow {
    pub tenant_id: Id,
    pub id: Id,
    pub kind: String,
    pub base_revision: i64,
    pub revision: Option<i64>,
    pub agency_id: Option<Id>,
    pub proposal: Json,
    pub source: String,
    pub state: String,
    pub last_dossier: Option<Id>,
    pub seen: i64,
    pub author: String,
    pub created_at: At,
    pub ended_at: Option<At>,
    pub version: i64,
}

/// What a change does to a dossier, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = calendar_change_dossiers, treat_none_as_default_value = false)]
pub(crate) struct MovedRow {
    pub tenant_id: Id,
    pub change_id: Id,
    pub dossier_id: Id,
    pub code: Option<String>,
    pub agency_id: Id,
    pub old_due_at: Option<At>,
    pub new_due_at: Option<At>,
    pub fault: Option<String>,
}

pub(crate) fn insert_change(tx: &mut Conn, row: ChangeRow) -> TxResult<()> {
    diesel::insert_into(calendar_changes::table).values(row).execute(tx)?;
    Ok(())
}

pub(crate) fn change(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<ChangeRow> {
    let key = calendar_changes::tenant_id.eq(Id(tenant)).and(calendar_changes::id.eq(Id(id)));
    let row = calendar_changes::table.filter(key).first(conn).optional()?;
    Ok(row.ok_or_else(Error::not_found)?)
}

/// The changes that made these revisions.
pub(crate) fn changes_of(conn: &mut Conn, tenant: Uuid, revisions: &[i64]) -> TxResult<BTreeMap<i64, ChangeRow>> {
    let wanted: BTreeSet<i64> = revisions.iter().copied().collect();
    let rows: Vec<ChangeRow> = calendar_changes::table
        .filter(calendar_changes::tenant_id.eq(Id(tenant)))
        .filter(calendar_changes::revision.eq_any(wanted))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|row| row.revision.map(|revision| (revision, row))).collect())
}

/// The change that is still on its way through the dossiers.
pub(crate) fn applying(conn: &mut Conn, tenant: Uuid) -> TxResult<Option<Uuid>> {
    let id: Option<Id> = calendar_changes::table
        .select(calendar_changes::id)
        .filter(calendar_changes::state.eq("applying").and(calendar_changes::tenant_id.eq(Id(tenant))))
        .first(conn)
        .optional()?;
    Ok(id.map(|id| id.0))
}

/// The oldest change whose walk goes on; those that are made go before those that are counted.
pub(crate) fn walking(conn: &mut Conn) -> TxResult<Option<ChangeRow>> {
    Ok(calendar_changes::table
        .filter(calendar_changes::state.eq_any(["applying", "counting"]))
        .order((calendar_changes::state.asc(), calendar_changes::id.asc()))
        .first(conn)
        .optional()?)
}

/// Writes how far a walk has come; refuses when another copy of the service was faster.
pub(crate) fn go_on(tx: &mut Conn, row: &ChangeRow) -> TxResult<()> {
    let changed = diesel::update(calendar_changes::table)
        .filter(calendar_changes::tenant_id.eq(row.tenant_id.clone()).and(calendar_changes::id.eq(row.id.clone())))
        .filter(calendar_changes::version.eq(row.version - 1))
        .set((
            calendar_changes::state.eq(&row.state),
            calendar_changes::last_dossier.eq(&row.last_dossier),
            calendar_changes::seen.eq(row.seen),
            calendar_changes::ended_at.eq(&row.ended_at),
            calendar_changes::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 { Ok(()) } else { Err(overtaken().into()) }
}

fn overtaken() -> Error {
    Error::new(Kind::Conflict, OVERTAKEN, "Bản khác của dịch vụ đã làm.", "Another copy did it.")
}

/// The next open dossiers that a change may move, after one of them: not ended, decided at or below its agency. Those not
/// received yet have clocks of the desk.
pub(crate) fn next_open(conn: &mut Conn, change: &ChangeRow, most: i64) -> TxResult<Vec<DossierRow>> {
    let mut query = dossiers::table
        .into_boxed::<MultiBackend>()
        .filter(dossiers::tenant_id.eq(change.tenant_id.clone()))
        .filter(dossiers::finished_at.is_null().and(dossiers::ended_at.is_null()));
    if let Some(agency) = &change.agency_id {
        let below: Vec<Id> =
            motcua_agencies::under(conn, change.tenant_id.0, &[agency.0])?.into_iter().map(Id).collect();
        query = query.filter(exists(
            dossier_agencies::table
                .filter(dossier_agencies::tenant_id.eq(dossiers::tenant_id))
                .filter(dossier_agencies::dossier_id.eq(dossiers::id))
                .filter(dossier_agencies::role.eq(Party::Competent.as_str()))
                .filter(dossier_agencies::responsible_agency_id.eq_any(below)),
        ));
    }
    if let Some(last) = &change.last_dossier {
        query = query.filter(dossiers::id.gt(last.clone()));
    }
    Ok(query.order(dossiers::id.asc()).limit(most).load(conn)?)
}

/// Writes when somebody must act on a dossier whose due instant stays; its version stays too, for the row is held.
pub(crate) fn set_act_by(tx: &mut Conn, row: &DossierRow) -> TxResult<()> {
    let key = dossiers::tenant_id.eq(row.tenant_id.clone()).and(dossiers::id.eq(row.id.clone()));
    let changed = diesel::update(dossiers::table.filter(key).filter(dossiers::version.eq(row.version)))
        .set(dossiers::act_by_at.eq(&row.act_by_at))
        .execute(tx)?;
    if changed == 1 { Ok(()) } else { Err(stale(row.version).into()) }
}

/// Keeps what a change does to dossiers; what is kept already stays.
pub(crate) fn insert_moved(tx: &mut Conn, rows: &[MovedRow]) -> TxResult<()> {
    if !rows.is_empty() {
        on_each!(tx, |c| {
            diesel::insert_into(calendar_change_dossiers::table).values(rows).on_conflict_do_nothing().execute(c)
        })?;
    }
    Ok(())
}

/// What a change does to dossiers, one page.
pub(crate) fn moved(
    conn: &mut Conn,
    tenant: Uuid,
    change: Uuid,
    after: Option<Uuid>,
    most: i64,
) -> TxResult<Vec<MovedRow>> {
    let of = calendar_change_dossiers::tenant_id.eq(Id(tenant)).and(calendar_change_dossiers::change_id.eq(Id(change)));
    let mut query = calendar_change_dossiers::table.into_boxed::<MultiBackend>().filter(of);
    if let Some(after) = after {
        query = query.filter(calendar_change_dossiers::dossier_id.gt(Id(after)));
    }
    Ok(query.order(calendar_change_dossiers::dossier_id.asc()).limit(most).load(conn)?)
}

/// How many dossiers changes have told of, and of those how many whose clock refused them.
pub(crate) fn counts(conn: &mut Conn, tenant: Uuid, changes: &[Uuid]) -> TxResult<BTreeMap<Uuid, (i64, i64)>> {
    let wanted: Vec<Id> = changes.iter().copied().map(Id).collect();
    let rows: Vec<(Id, i64, i64)> = calendar_change_dossiers::table
        .group_by(calendar_change_dossiers::change_id)
        .select((calendar_change_dossiers::change_id, count_star(), count(calendar_change_dossiers::fault)))
        .filter(calendar_change_dossiers::tenant_id.eq(Id(tenant)))
        .filter(calendar_change_dossiers::change_id.eq_any(wanted))
        .load(conn)?;
    Ok(rows.into_iter().map(|(change, told, refused)| (change.0, (told, refused))).collect())
}

/// The changes of these agencies, or all when none are named; the newest first.
pub(crate) fn changes(
    conn: &mut Conn,
    tenant: Uuid,
    within: Option<&[Uuid]>,
    after: Option<Uuid>,
    most: i64,
) -> TxResult<Vec<ChangeRow>> {
    let mut query = narrowed(tenant, within);
    if let Some(after) = after {
        query = query.filter(calendar_changes::id.lt(Id(after)));
    }
    Ok(query.order(calendar_changes::id.desc()).limit(most).load(conn)?)
}

pub(crate) fn count_changes(conn: &mut Conn, tenant: Uuid, within: Option<&[Uuid]>) -> TxResult<i64> {
    Ok(narrowed(tenant, within).count().get_result(conn)?)
}

fn narrowed<'a>(tenant: Uuid, within: Option<&[Uuid]>) -> calendar_changes::BoxedQuery<'a, MultiBackend> {
    let query = calendar_changes::table.into_boxed::<MultiBackend>().filter(calendar_changes::tenant_id.eq(Id(tenant)));
    match within {
        None => query,
        Some(agencies) => {
            let reached: Vec<Id> = agencies.iter().copied().map(Id).collect();
            query.filter(calendar_changes::agency_id.eq_any(reached))
        }
    }
}
