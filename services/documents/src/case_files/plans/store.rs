//! The rows of file plans; who sees them is said with the case files'.

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, Error, PageRequest, Result, Uuid, Vault};
use serde::{Deserialize, Serialize};

use crate::agency_filter::{AgencyFilter, below};
use crate::case_files::store::{file_plan_entries, file_plans, plan_sight};
use crate::precondition::check_version;

/// A plan as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = file_plans, treat_none_as_default_value = false)]
pub(super) struct PlanRow {
    pub tenant_id: Id,
    pub id: Id,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub year: i32,
    pub state: String,
    pub decision_number: Option<String>,
    pub decision_on: Option<chrono::NaiveDate>,
    pub issued_at: Option<At>,
    pub version: i64,
}

/// A line as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = file_plan_entries, treat_none_as_default_value = false)]
pub(super) struct EntryRow {
    pub tenant_id: Id,
    pub id: Id,
    pub plan_id: Id,
    pub position: i32,
    pub notation: String,
    pub retention_years: Option<i32>,
    pub unit_id: Option<Id>,
    pub officer_id: Option<Id>,
    pub content: Vec<u8>,
    pub added_at: Option<At>,
}

/// The texts of a line, which may name people: sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EntryContent {
    pub heading: Option<String>,
    pub title: String,
    pub note: Option<String>,
}

impl std::fmt::Debug for EntryContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EntryContent(***)")
    }
}

fn context(id: Uuid) -> String {
    format!("file_plan_entries.content:{id}")
}

impl EntryContent {
    pub(super) fn seal(&self, vault: &Vault, id: Uuid) -> Result<Vec<u8>> {
        vault.seal(&context(id), &serde_json::to_vec(self).map_err(Error::internal)?)
    }
}

impl EntryRow {
    pub(super) fn content(&self, vault: &Vault) -> Result<EntryContent> {
        serde_json::from_slice(&vault.open(&context(self.id.0), &self.content)?).map_err(Error::internal)
    }
}

/// Writes a new plan; false when the agency has one for that year.
pub(super) fn insert(tx: &mut Conn, row: &PlanRow) -> TxResult<bool> {
    let written = on_each!(tx, |c| {
        diesel::insert_into(file_plans::table).values(row.clone()).on_conflict_do_nothing().execute(c)
    })?;
    Ok(written == 1)
}

/// Writes lines.
pub(super) fn insert_entries(tx: &mut Conn, rows: &[EntryRow]) -> TxResult<()> {
    for some in rows.chunks(100) {
        on_each!(tx, |c| diesel::insert_into(file_plan_entries::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Takes all lines out of a draft.
pub(super) fn clear(tx: &mut Conn, row: &PlanRow) -> TxResult<()> {
    diesel::delete(file_plan_entries::table.filter(
        file_plan_entries::tenant_id.eq(row.tenant_id.clone()).and(file_plan_entries::plan_id.eq(row.id.clone())),
    ))
    .execute(tx)?;
    Ok(())
}

/// Writes a plan whose version was read; `row.version` is the new one.
///
/// # Errors
/// `precondition.stale`.
pub(super) fn update(tx: &mut Conn, row: &PlanRow) -> TxResult<()> {
    let key = file_plans::tenant_id.eq(row.tenant_id.clone()).and(file_plans::id.eq(row.id.clone()));
    let changed = diesel::update(file_plans::table)
        .filter(key.clone())
        .filter(file_plans::version.eq(row.version - 1))
        .set((
            file_plans::responsible_agency_id.eq(&row.responsible_agency_id),
            file_plans::state.eq(&row.state),
            file_plans::decision_number.eq(&row.decision_number),
            file_plans::decision_on.eq(row.decision_on),
            file_plans::issued_at.eq(&row.issued_at),
            file_plans::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = file_plans::table.select(file_plans::version).filter(key).first(tx)?;
    check_version(current, row.version - 1)?;
    Err(Error::internal(format!("the file plan {} was not written", row.id.0)).into())
}

/// A plan the caller may see.
///
/// # Errors
/// `not_found`.
pub(super) fn load(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<PlanRow> {
    let query = file_plans::table.filter(plan_sight(actor)).filter(file_plans::id.eq(Id(id)));
    let found: Option<PlanRow> = query.first(conn).optional()?;
    Ok(found.ok_or_else(Error::not_found)?)
}

/// A plan, whoever asks.
pub(super) fn row(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<PlanRow>> {
    let key = file_plans::tenant_id.eq(Id(tenant)).and(file_plans::id.eq(Id(id)));
    Ok(file_plans::table.filter(key).first(conn).optional()?)
}

/// The plan an agency made for a year, whoever asks.
pub(super) fn of_year(conn: &mut Conn, tenant: Uuid, agency: Uuid, year: i32) -> TxResult<Option<PlanRow>> {
    Ok(file_plans::table
        .filter(file_plans::tenant_id.eq(Id(tenant)).and(file_plans::responsible_agency_id.eq(Id(agency))))
        .filter(file_plans::year.eq(year))
        .order(file_plans::id.desc())
        .first(conn)
        .optional()?)
}

/// One page of plans, the newest year first.
pub(super) fn list(
    conn: &mut Conn,
    actor: &Actor,
    (agencies, year): &(Option<AgencyFilter>, Option<i32>),
    page: &PageRequest,
    after: Option<(i32, Uuid)>,
) -> TxResult<Vec<PlanRow>> {
    let mut query = file_plans::table.filter(plan_sight(actor)).into_boxed::<MultiBackend>();
    if let Some(agencies) = agencies {
        query = match agencies.clone() {
            AgencyFilter::At(agencies) => query.filter(file_plans::responsible_agency_id.eq_any(agencies)),
            AgencyFilter::Under(agencies) => {
                query.filter(file_plans::responsible_agency_id.eq_any(below(Id(actor.tenant), agencies)))
            }
        };
    }
    if let Some(year) = *year {
        query = query.filter(file_plans::year.eq(year));
    }
    if let Some((year, id)) = after {
        let same_year = file_plans::year.eq(year).and(file_plans::id.lt(Id(id)));
        query = query.filter(file_plans::year.lt(year).or(same_year));
    }
    Ok(query.order((file_plans::year.desc(), file_plans::id.desc())).limit(page.fetch()).load(conn)?)
}

/// The lines of a plan, in their order.
pub(super) fn entries(conn: &mut Conn, row: &PlanRow) -> TxResult<Vec<EntryRow>> {
    Ok(file_plan_entries::table
        .filter(file_plan_entries::tenant_id.eq(&row.tenant_id).and(file_plan_entries::plan_id.eq(&row.id)))
        .order((file_plan_entries::position, file_plan_entries::id))
        .load(conn)?)
}

/// One line, whoever asks.
pub(super) fn entry(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<EntryRow>> {
    let key = file_plan_entries::tenant_id.eq(Id(tenant)).and(file_plan_entries::id.eq(Id(id)));
    Ok(file_plan_entries::table.filter(key).first(conn).optional()?)
}

/// Some plans an agency is responsible for.
pub(super) fn of_responsible(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<PlanRow>> {
    Ok(file_plans::table
        .filter(file_plans::tenant_id.eq(Id(tenant)).and(file_plans::responsible_agency_id.eq(Id(agency))))
        .order(file_plans::id)
        .limit(most)
        .load(conn)?)
}
