//! The rows of loans; who sees them is said with the case files'.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, Error, PageRequest, Result, Uuid, Vault};

use super::http::LoanState;
use crate::agency_filter::{AgencyFilter, below};
use crate::case_files::store::{case_file_loans, loan_sight};
use crate::precondition::check_version;
use crate::sealed_text;

/// A loan as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = case_file_loans, treat_none_as_default_value = false)]
pub(super) struct LoanRow {
    pub tenant_id: Id,
    pub id: Id,
    pub case_file_id: Id,
    pub keeper_agency_id: Id,
    pub borrower_officer_id: Id,
    pub state: String,
    pub due_on: NaiveDate,
    pub purpose: Vec<u8>,
    pub requested_at: At,
    pub requested_by: String,
    pub decided_at: Option<At>,
    pub decided_by: Option<String>,
    pub decider_officer_id: Option<Id>,
    pub refusal: Option<Vec<u8>>,
    pub returned_at: Option<At>,
    pub version: i64,
}

fn context(column: &str, id: Uuid) -> String {
    format!("case_file_loans.{column}:{id}")
}

/// Seals a text of a loan.
pub(super) fn seal(vault: &Vault, column: &str, id: Uuid, text: &str) -> Result<Vec<u8>> {
    sealed_text::seal(vault, &context(column, id), text)
}

impl LoanRow {
    pub(super) fn purpose(&self, vault: &Vault) -> Result<String> {
        sealed_text::open(vault, &context("purpose", self.id.0), &self.purpose)
    }

    pub(super) fn refusal(&self, vault: &Vault) -> Result<Option<String>> {
        let open = |sealed| sealed_text::open(vault, &context("refusal", self.id.0), sealed);
        self.refusal.as_deref().map(open).transpose()
    }
}

pub(super) fn insert(tx: &mut Conn, row: &LoanRow) -> TxResult<()> {
    diesel::insert_into(case_file_loans::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes a loan whose version was read; `row.version` is the new one.
///
/// # Errors
/// `precondition.stale`.
pub(super) fn update(tx: &mut Conn, row: &LoanRow) -> TxResult<()> {
    let key = case_file_loans::tenant_id.eq(row.tenant_id.clone()).and(case_file_loans::id.eq(row.id.clone()));
    let changed = diesel::update(case_file_loans::table)
        .filter(key.clone())
        .filter(case_file_loans::version.eq(row.version - 1))
        .set((
            case_file_loans::keeper_agency_id.eq(&row.keeper_agency_id),
            case_file_loans::state.eq(&row.state),
            case_file_loans::decided_at.eq(&row.decided_at),
            case_file_loans::decided_by.eq(&row.decided_by),
            case_file_loans::decider_officer_id.eq(&row.decider_officer_id),
            case_file_loans::refusal.eq(&row.refusal),
            case_file_loans::returned_at.eq(&row.returned_at),
            case_file_loans::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = case_file_loans::table.select(case_file_loans::version).filter(key).first(tx)?;
    check_version(current, row.version - 1)?;
    Err(Error::internal(format!("the loan {} was not written", row.id.0)).into())
}

/// A loan the caller may see.
///
/// # Errors
/// `not_found`.
pub(super) fn load(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<LoanRow> {
    let query = case_file_loans::table.filter(loan_sight(actor)).filter(case_file_loans::id.eq(Id(id)));
    let found: Option<LoanRow> = query.first(conn).optional()?;
    Ok(found.ok_or_else(Error::not_found)?)
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub agencies: Option<AgencyFilter>,
    pub state: Option<&'static str>,
    pub case_file: Option<Uuid>,
    /// Not given back though due before this day.
    pub late_on: Option<NaiveDate>,
}

/// One page of loans, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<(DateTime<Utc>, Uuid)>,
) -> TxResult<Vec<LoanRow>> {
    let mut query = case_file_loans::table.filter(loan_sight(actor)).into_boxed::<MultiBackend>();
    if let Some(agencies) = &narrow.agencies {
        query = match agencies.clone() {
            AgencyFilter::At(agencies) => query.filter(case_file_loans::keeper_agency_id.eq_any(agencies)),
            AgencyFilter::Under(agencies) => {
                query.filter(case_file_loans::keeper_agency_id.eq_any(below(Id(actor.tenant), agencies)))
            }
        };
    }
    if let Some(state) = narrow.state {
        query = query.filter(case_file_loans::state.eq(state));
    }
    if let Some(case_file) = narrow.case_file {
        query = query.filter(case_file_loans::case_file_id.eq(Id(case_file)));
    }
    if let Some(day) = narrow.late_on {
        query = query.filter(case_file_loans::state.eq("approved")).filter(case_file_loans::due_on.lt(day));
    }
    if let Some((at, id)) = after {
        let same = case_file_loans::requested_at.eq(At(at)).and(case_file_loans::id.lt(Id(id)));
        query = query.filter(case_file_loans::requested_at.lt(At(at)).or(same));
    }
    let order = (case_file_loans::requested_at.desc(), case_file_loans::id.desc());
    Ok(query.order(order).limit(page.fetch()).load(conn)?)
}

/// The loans of a keeper that were agreed to between two instants, the oldest first.
pub(super) fn lent_between(
    conn: &mut Conn,
    actor: &Actor,
    keeper: Uuid,
    (from, before): (DateTime<Utc>, DateTime<Utc>),
    most: i64,
) -> TxResult<Vec<LoanRow>> {
    Ok(case_file_loans::table
        .filter(loan_sight(actor))
        .filter(case_file_loans::keeper_agency_id.eq(Id(keeper)))
        .filter(case_file_loans::state.eq_any(["approved", "returned"]))
        .filter(case_file_loans::decided_at.ge(At(from)))
        .filter(case_file_loans::decided_at.lt(At(before)))
        .order((case_file_loans::decided_at, case_file_loans::id))
        .limit(most)
        .load(conn)?)
}

/// Of these case files, those that are lent: the loan and the case file.
pub(super) fn lent(conn: &mut Conn, tenant: Uuid, case_files: &[Uuid]) -> TxResult<Vec<(Uuid, Uuid)>> {
    let wanted: Vec<Id> = case_files.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Id)> = case_file_loans::table
        .select((case_file_loans::id, case_file_loans::case_file_id))
        .filter(case_file_loans::tenant_id.eq(Id(tenant)).and(case_file_loans::case_file_id.eq_any(wanted)))
        .filter(case_file_loans::state.eq(LoanState::Approved.as_str()))
        .order(case_file_loans::id)
        .load(conn)?;
    Ok(rows.into_iter().map(|(loan, case_file)| (loan.0, case_file.0)).collect())
}

/// The officers a case file is lent to.
pub(in crate::case_files) fn borrowers(conn: &mut Conn, tenant: Uuid, case_file: Uuid) -> TxResult<Vec<Uuid>> {
    let rows: Vec<Id> = case_file_loans::table
        .select(case_file_loans::borrower_officer_id)
        .filter(case_file_loans::tenant_id.eq(Id(tenant)).and(case_file_loans::case_file_id.eq(Id(case_file))))
        .filter(case_file_loans::state.eq(LoanState::Approved.as_str()))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Some loans of a keeper.
pub(super) fn of_keeper(conn: &mut Conn, tenant: Uuid, keeper: Uuid, most: i64) -> TxResult<Vec<LoanRow>> {
    Ok(case_file_loans::table
        .filter(case_file_loans::tenant_id.eq(Id(tenant)).and(case_file_loans::keeper_agency_id.eq(Id(keeper))))
        .order(case_file_loans::id)
        .limit(most)
        .load(conn)?)
}
