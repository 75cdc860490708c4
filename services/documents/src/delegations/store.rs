//! Lists of delegations and their predicate. What they are, `motcua_agencies` stores.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::{DelegationRecord, delegations, grants, officers};
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Result, Role, Uuid};

use crate::directory::{administered, below};

type Predicate = Box<dyn BoxableExpression<delegations::table, MultiBackend, SqlType = Bool>>;

#[derive(Queryable)]
struct DelegationRow {
    _tenant_id: Id,
    id: Id,
    delegator_id: Id,
    delegate_id: Id,
    agency_id: Id,
    role: String,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
    ended_on: Option<NaiveDate>,
    end_reason: Option<String>,
    legal_basis: String,
    version: i64,
}

impl DelegationRow {
    fn record(self) -> Result<DelegationRecord> {
        Ok(DelegationRecord {
            id: self.id.0,
            delegator_id: self.delegator_id.0,
            delegate_id: self.delegate_id.0,
            agency_id: self.agency_id.0,
            role: self.role.parse().map_err(Error::internal)?,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            ended_on: self.ended_on,
            end_reason: self.end_reason.map(|reason| reason.parse()).transpose().map_err(Error::internal)?,
            legal_basis: self.legal_basis,
            version: self.version,
        })
    }
}

fn records(rows: Vec<DelegationRow>) -> TxResult<Vec<DelegationRecord>> {
    Ok(rows.into_iter().map(DelegationRow::record).collect::<Result<_>>()?)
}

/// Which delegations a caller may see: services all, officers those to or from themselves, administrators also those to
/// or from officers within their reach.
fn visible(actor: &Actor) -> Predicate {
    let tenant = Id(actor.tenant);
    let mine = delegations::tenant_id.eq(tenant.clone());
    match actor.kind {
        ActorKind::Service => Box::new(mine),
        ActorKind::Officer => {
            let oneself = || {
                officers::table
                    .filter(officers::tenant_id.eq(tenant.clone()).and(officers::issuer.eq(actor.issuer.clone())))
                    .filter(officers::subject.eq(actor.subject.clone()))
                    .select(officers::id)
            };
            let within = || {
                grants::table
                    .filter(grants::tenant_id.eq(tenant.clone()))
                    .filter(grants::agency_id.eq_any(below(tenant.clone(), administered(actor))))
                    .select(grants::officer_id)
            };
            let from = delegations::delegator_id.eq_any(oneself()).or(delegations::delegator_id.eq_any(within()));
            let to = delegations::delegate_id.eq_any(oneself()).or(delegations::delegate_id.eq_any(within()));
            Box::new(mine.and(from.or(to)))
        }
        ActorKind::Citizen | ActorKind::Client => Box::new(mine.and(delegations::id.eq_any(Vec::<Id>::new()))),
    }
}

/// Of these delegations, those a caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<Id> = delegations::table
        .select(delegations::id)
        .filter(visible(actor))
        .filter(delegations::id.eq_any(wanted))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// One delegation from or to an officer.
pub(super) fn delegation(
    conn: &mut Conn,
    actor: &Actor,
    officer: Uuid,
    id: Uuid,
) -> TxResult<Option<DelegationRecord>> {
    let theirs = delegations::delegator_id.eq(Id(officer)).or(delegations::delegate_id.eq(Id(officer)));
    let rows =
        delegations::table.filter(visible(actor)).filter(delegations::id.eq(Id(id))).filter(theirs).load(conn)?;
    Ok(records(rows)?.pop())
}

/// A page of the delegations from and to an officer, the newest first.
pub(super) fn page(
    conn: &mut Conn,
    actor: &Actor,
    officer: Uuid,
    after: Option<Uuid>,
    request: &PageRequest,
) -> TxResult<Vec<DelegationRecord>> {
    let theirs = delegations::delegator_id.eq(Id(officer)).or(delegations::delegate_id.eq(Id(officer)));
    let mut query = delegations::table.filter(visible(actor)).filter(theirs).into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(delegations::id.lt(Id(after)));
    }
    records(query.order(delegations::id.desc()).limit(request.fetch()).load(conn)?)
}

/// How many delegations there are from and to an officer.
pub(super) fn count(conn: &mut Conn, actor: &Actor, officer: Uuid) -> TxResult<i64> {
    let theirs = delegations::delegator_id.eq(Id(officer)).or(delegations::delegate_id.eq(Id(officer)));
    Ok(delegations::table.filter(visible(actor)).filter(theirs).count().get_result(conn)?)
}

/// The delegations of a post to whomever that are not over on a day.
pub(super) fn unfinished_for(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    role: Role,
    on: NaiveDate,
) -> TxResult<Vec<DelegationRecord>> {
    let rows = delegations::table
        .filter(delegations::tenant_id.eq(Id(tenant)).and(delegations::agency_id.eq(Id(agency))))
        .filter(delegations::role.eq(role.as_str()).and(delegations::valid_to.gt(on)))
        .load(conn)?;
    records(rows)
}

/// The delegations from and to an officer that are not over on a day.
pub(super) fn unfinished_of(
    conn: &mut Conn,
    tenant: Uuid,
    officer: Uuid,
    on: NaiveDate,
) -> TxResult<Vec<DelegationRecord>> {
    let theirs = delegations::delegator_id.eq(Id(officer)).or(delegations::delegate_id.eq(Id(officer)));
    let rows = delegations::table
        .filter(delegations::tenant_id.eq(Id(tenant)).and(delegations::valid_to.gt(on)))
        .filter(theirs)
        .order(delegations::id)
        .load(conn)?;
    records(rows)
}

/// The accounts of officers, for showing them beside ids: `(issuer, subject)`.
pub(super) fn accounts(conn: &mut Conn, tenant: Uuid, ids: &[Uuid]) -> TxResult<BTreeMap<Uuid, (String, String)>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<(Id, String, String)> = officers::table
        .select((officers::id, officers::issuer, officers::subject))
        .filter(officers::tenant_id.eq(Id(tenant)).and(officers::id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, issuer, subject)| (id.0, (issuer, subject))).collect())
}
