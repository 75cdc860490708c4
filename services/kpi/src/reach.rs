//! How far a caller reaches: roles reach down from the agency where they are held.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{AgencyKind, agencies, agency_tree, authority_in, current_code, named, resolve, successors};
use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, ActorKind, Authority, Error, Kind, Role, Uuid};

use crate::periods::Period;

/// These agencies and all below them: for `eq_any`.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn below(tenant: Id, agencies: Vec<Id>) -> _ {
    agency_tree::table
        .filter(agency_tree::tenant_id.eq(tenant))
        .filter(agency_tree::ancestor_id.eq_any(agencies))
        .select(agency_tree::descendant_id)
}

/// The agencies where an officer holds any role; none for citizens and clients.
pub(crate) fn held(actor: &Actor) -> Vec<Id> {
    match actor.kind {
        ActorKind::Officer => actor.agencies_with(&Role::ALL).into_iter().map(Id).collect(),
        ActorKind::Service | ActorKind::Citizen | ActorKind::Client => Vec::new(),
    }
}

/// Whether a caller may see what is of an agency.
///
/// # Errors
/// When the database fails.
pub(crate) fn sees(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<bool> {
    match actor.kind {
        ActorKind::Service => Ok(true),
        ActorKind::Officer => Ok(authority_in(conn, actor, agency, &Role::ALL)?.is_some()),
        ActorKind::Citizen | ActorKind::Client => Ok(false),
    }
}

/// The right of an officer who holds one of these roles in an agency or above it; none when they hold none.
///
/// # Errors
/// When the database fails.
pub(crate) fn authority(conn: &mut Conn, actor: &Actor, agency: Uuid, roles: &[Role]) -> TxResult<Option<Authority>> {
    if actor.kind == ActorKind::Officer { authority_in(conn, actor, agency, roles) } else { Ok(None) }
}

/// The right to an act that takes one of these roles in an agency or above it.
///
/// # Errors
/// `not_found` for an agency out of the caller's sight; `code` for one that is seen without holding a role.
pub(crate) fn require(
    conn: &mut Conn,
    actor: &Actor,
    agency: Uuid,
    roles: &[Role],
    refusal: impl FnOnce() -> Error,
) -> TxResult<Authority> {
    if let Some(by) = authority(conn, actor, agency, roles)? {
        return Ok(by);
    }
    if sees(conn, actor, agency)? { Err(refusal().into()) } else { Err(Error::not_found().into()) }
}

/// An agency that something is recorded for in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgencyIn {
    /// The agency as it was in the period.
    pub id: Uuid,
    /// Its code then.
    pub code: String,
    /// What kind of organisation it is.
    pub kind: AgencyKind,
    /// Who is responsible for it now: itself, or the one agency that goes on with its work.
    pub responsible: Uuid,
}

/// The agency a code or an id meant in a period. A code means its holder on the period's last day, or today in a period
/// that is not over: `H50` of 2024 is another agency than `H50` of 2026. None when there was none on any of its days.
///
/// # Errors
/// When the database fails.
pub(crate) fn agency_in(
    conn: &mut Conn,
    tenant: Uuid,
    reference: &str,
    period: Period,
    today: NaiveDate,
) -> TxResult<Option<AgencyIn>> {
    let on = period.last_day().min(today);
    let Some(id) = named(conn, tenant, reference, on)? else { return Ok(None) };
    let (kind, from, to): (String, NaiveDate, Option<NaiveDate>) = agencies::table
        .select((agencies::kind, agencies::valid_from, agencies::valid_to))
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(id))))
        .first(conn)?;
    if from > period.last_day() || to.is_some_and(|to| to <= period.first_day()) {
        return Ok(None);
    }
    let responsible = match successors(conn, tenant, id, today)?.as_slice() {
        [one] => *one,
        // After a split it is for people to say who goes on; nobody else than itself until then.
        _ => id,
    };
    let kind = kind.parse().map_err(Error::internal)?;
    let code = current_code(conn, tenant, id, on)?;
    Ok(Some(AgencyIn { id, code, kind, responsible }))
}

/// The right of an administrator of an open agency that has none above it; none when the caller is none.
///
/// # Errors
/// When the database fails.
pub(crate) fn administers_all(conn: &mut Conn, actor: &Actor, today: NaiveDate) -> TxResult<Option<Authority>> {
    if actor.kind != ActorKind::Officer {
        return Ok(None);
    }
    let held: Vec<Id> = actor.agencies_with(&[Role::Administrator]).into_iter().map(Id).collect();
    let roots: Vec<Id> = agencies::table
        .select(agencies::id)
        .filter(agencies::tenant_id.eq(Id(actor.tenant)).and(agencies::parent_id.is_null()))
        .filter(agencies::valid_from.le(today))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(today)))
        .filter(agencies::id.eq_any(held))
        .load(conn)?;
    let roots: Vec<Uuid> = roots.into_iter().map(|id| id.0).collect();
    Ok(actor.authority(&roots, &[Role::Administrator]))
}

/// The agencies a list is narrowed to, and whether with all below them.
///
/// # Errors
/// `filter.invalid`, also for an agency that there never was.
pub(crate) fn agency_filter(
    conn: &mut Conn,
    tenant: Uuid,
    text: &str,
    today: NaiveDate,
) -> TxResult<(Vec<Uuid>, bool)> {
    let (reference, under) = match Filter::parse("agency", text)? {
        Filter::Is(reference) => (reference, false),
        Filter::Under(reference) => (reference, true),
        _ => return Err(Filter::refuse("agency", text).into()),
    };
    match resolve(conn, tenant, &reference, today) {
        Ok(agencies) => Ok((agencies, under)),
        Err(Failure::Refused(error)) if error.kind == Kind::Invalid => Err(Filter::refuse("agency", text).into()),
        Err(failure) => Err(failure),
    }
}
