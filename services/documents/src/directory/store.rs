//! Lists of officers and clients, and the one predicate for each. What they are, `motcua_agencies` stores.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::{ClientRecord, GrantRecord, OfficerRecord, agency_tree, clients, grants, officers};
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Role, Uuid};

/// The agencies at or below these.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn below(tenant: Id, agencies: Vec<Id>) -> _ {
    agency_tree::table
        .filter(agency_tree::tenant_id.eq(tenant))
        .filter(agency_tree::ancestor_id.eq_any(agencies))
        .select(agency_tree::descendant_id)
}

/// The agencies whose directory a caller keeps.
pub(crate) fn administered(actor: &Actor) -> Vec<Id> {
    actor.agencies_with(&[Role::Administrator]).into_iter().map(Id).collect()
}

type OfficerPredicate = Box<dyn BoxableExpression<officers::table, MultiBackend, SqlType = Bool>>;
type ClientPredicate = Box<dyn BoxableExpression<clients::table, MultiBackend, SqlType = Bool>>;

/// Which officers a caller may see: services all, officers themselves, administrators also those who ever had a role
/// within their reach.
fn visible_officers(actor: &Actor) -> OfficerPredicate {
    let tenant = Id(actor.tenant);
    let mine = officers::tenant_id.eq(tenant.clone());
    match actor.kind {
        ActorKind::Service => Box::new(mine),
        ActorKind::Officer => {
            let oneself = officers::issuer.eq(actor.issuer.clone()).and(officers::subject.eq(actor.subject.clone()));
            let within = grants::table
                .filter(grants::tenant_id.eq(tenant.clone()))
                .filter(grants::agency_id.eq_any(below(tenant, administered(actor))))
                .select(grants::officer_id);
            Box::new(mine.and(oneself.or(officers::id.eq_any(within))))
        }
        ActorKind::Citizen | ActorKind::Client => Box::new(mine.and(officers::id.eq_any(Vec::<Id>::new()))),
    }
}

/// Which clients a caller may see: services all, administrators those of agencies within their reach.
fn visible_clients(actor: &Actor) -> ClientPredicate {
    let tenant = Id(actor.tenant);
    let mine = clients::tenant_id.eq(tenant.clone());
    match actor.kind {
        ActorKind::Service => Box::new(mine),
        ActorKind::Officer => {
            let within = below(tenant, administered(actor));
            Box::new(mine.and(clients::owner_agency_id.assume_not_null().eq_any(within)))
        }
        ActorKind::Citizen | ActorKind::Client => Box::new(mine.and(clients::id.eq_any(Vec::<Id>::new()))),
    }
}

/// Of these officers, those a caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_officers_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<Id> = officers::table
        .select(officers::id)
        .filter(visible_officers(actor))
        .filter(officers::id.eq_any(wanted))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Of these clients, those a caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_clients_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<Id> = clients::table
        .select(clients::id)
        .filter(visible_clients(actor))
        .filter(clients::id.eq_any(wanted))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Which officers a list shows: those with such a role in such an agency on a day.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub roles: Option<Vec<Role>>,
    pub agencies: Option<Agencies>,
}

/// The agencies of a filter.
#[derive(Debug, Clone)]
pub(super) enum Agencies {
    At(Vec<Uuid>),
    Under(Vec<Uuid>),
}

fn wanted(actor: &Actor, wanted: &Wanted, on: NaiveDate) -> officers::BoxedQuery<'static, MultiBackend> {
    let mut query = officers::table.filter(visible_officers(actor)).into_boxed();
    if wanted.roles.is_none() && wanted.agencies.is_none() {
        return query;
    }
    let tenant = Id(actor.tenant);
    let roles = wanted.roles.clone().unwrap_or_else(|| Role::ALL.to_vec());
    let roles: Vec<&'static str> = roles.into_iter().map(Role::as_str).collect();
    let held = grants::table
        .filter(grants::tenant_id.eq(tenant.clone()).and(grants::role.eq_any(roles)))
        .filter(grants::valid_from.le(on))
        .filter(grants::valid_to.is_null().or(grants::valid_to.assume_not_null().gt(on)))
        .select(grants::officer_id);
    let ids = |agencies: &[Uuid]| agencies.iter().copied().map(Id).collect::<Vec<_>>();
    query = match &wanted.agencies {
        None => query.filter(officers::id.eq_any(held)),
        Some(Agencies::At(agencies)) => {
            query.filter(officers::id.eq_any(held.filter(grants::agency_id.eq_any(ids(agencies)))))
        }
        Some(Agencies::Under(agencies)) => {
            let within = below(tenant, ids(agencies));
            query.filter(officers::id.eq_any(held.filter(grants::agency_id.eq_any(within))))
        }
    };
    query
}

type OfficerColumns = (Id, String, String, bool, i64);
const OFFICER: (officers::id, officers::issuer, officers::subject, officers::active, officers::version) =
    (officers::id, officers::issuer, officers::subject, officers::active, officers::version);

/// A page of officers by subject, with their grants.
pub(super) fn officers_page(
    conn: &mut Conn,
    actor: &Actor,
    which: &Wanted,
    on: NaiveDate,
    after: Option<(String, Uuid)>,
    request: &PageRequest,
) -> TxResult<Vec<OfficerRecord>> {
    let mut query = wanted(actor, which, on);
    if let Some((subject, id)) = after {
        let same = officers::subject.eq(subject.clone()).and(officers::id.gt(Id(id)));
        query = query.filter(officers::subject.gt(subject).or(same));
    }
    let rows: Vec<OfficerColumns> =
        query.select(OFFICER).order((officers::subject, officers::id)).limit(request.fetch()).load(conn)?;
    with_grants(conn, actor.tenant, rows)
}

/// How many officers a list shows in all.
pub(super) fn officers_count(conn: &mut Conn, actor: &Actor, which: &Wanted, on: NaiveDate) -> TxResult<i64> {
    Ok(wanted(actor, which, on).count().get_result(conn)?)
}

/// One officer the caller may see.
pub(crate) fn officer(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<OfficerRecord>> {
    let row: Option<OfficerColumns> = officers::table
        .select(OFFICER)
        .filter(visible_officers(actor))
        .filter(officers::id.eq(Id(id)))
        .first(conn)
        .optional()?;
    Ok(with_grants(conn, actor.tenant, row.into_iter().collect())?.pop())
}

/// The account of a subject at an issuer.
pub(crate) fn officer_of(
    conn: &mut Conn,
    tenant: Uuid,
    issuer: &str,
    subject: &str,
) -> TxResult<Option<OfficerRecord>> {
    let row: Option<OfficerColumns> = officers::table
        .select(OFFICER)
        .filter(officers::tenant_id.eq(Id(tenant)).and(officers::issuer.eq(issuer)))
        .filter(officers::subject.eq(subject))
        .first(conn)
        .optional()?;
    Ok(with_grants(conn, tenant, row.into_iter().collect())?.pop())
}

/// The caller's own id in the directory, when the account is open.
pub(crate) fn officer_id(conn: &mut Conn, actor: &Actor) -> TxResult<Option<Uuid>> {
    if actor.kind != ActorKind::Officer {
        return Ok(None);
    }
    let id: Option<Id> = officers::table
        .select(officers::id)
        .filter(officers::tenant_id.eq(Id(actor.tenant)).and(officers::issuer.eq(&actor.issuer)))
        .filter(officers::subject.eq(&actor.subject).and(officers::active.eq(true)))
        .first(conn)
        .optional()?;
    Ok(id.map(|id| id.0))
}

/// Every active account at an issuer, by subject.
pub(super) fn active_officers(conn: &mut Conn, tenant: Uuid, issuer: &str) -> TxResult<Vec<OfficerRecord>> {
    let rows: Vec<OfficerColumns> = officers::table
        .select(OFFICER)
        .filter(officers::tenant_id.eq(Id(tenant)).and(officers::issuer.eq(issuer)))
        .filter(officers::active.eq(true))
        .order(officers::subject)
        .load(conn)?;
    with_grants(conn, tenant, rows)
}

fn with_grants(conn: &mut Conn, tenant: Uuid, rows: Vec<OfficerColumns>) -> TxResult<Vec<OfficerRecord>> {
    let ids: Vec<Id> = rows.iter().map(|(id, ..)| id.clone()).collect();
    let held: Vec<(Id, Id, String, NaiveDate, Option<NaiveDate>)> = grants::table
        .select((grants::officer_id, grants::agency_id, grants::role, grants::valid_from, grants::valid_to))
        .filter(grants::tenant_id.eq(Id(tenant)).and(grants::officer_id.eq_any(ids)))
        .order((grants::agency_id, grants::role, grants::valid_from))
        .load(conn)?;
    let mut by_officer: BTreeMap<Uuid, Vec<GrantRecord>> = BTreeMap::new();
    for (officer, agency, role, valid_from, valid_to) in held {
        let role = role.parse().map_err(Error::internal)?;
        let grant = GrantRecord { agency_id: agency.0, role, valid_from, valid_to };
        by_officer.entry(officer.0).or_default().push(grant);
    }
    let officer = |(id, issuer, subject, active, version): OfficerColumns| {
        let grants = by_officer.remove(&id.0).unwrap_or_default();
        OfficerRecord { id: id.0, issuer, subject, active, grants, version }
    };
    Ok(rows.into_iter().map(officer).collect())
}

type ClientColumns = (Id, String, String, String, Option<Id>, bool, i64);
const CLIENT: (
    clients::id,
    clients::issuer,
    clients::subject,
    clients::name,
    clients::owner_agency_id,
    clients::active,
    clients::version,
) = (
    clients::id,
    clients::issuer,
    clients::subject,
    clients::name,
    clients::owner_agency_id,
    clients::active,
    clients::version,
);

fn client_of_row((id, issuer, subject, name, owner, active, version): ClientColumns) -> ClientRecord {
    ClientRecord { id: id.0, issuer, subject, name, owner_agency_id: owner.map(|owner| owner.0), active, version }
}

/// A page of clients by subject.
pub(super) fn clients_page(
    conn: &mut Conn,
    actor: &Actor,
    after: Option<(String, Uuid)>,
    request: &PageRequest,
) -> TxResult<Vec<ClientRecord>> {
    let mut query = clients::table.filter(visible_clients(actor)).into_boxed();
    if let Some((subject, id)) = after {
        let same = clients::subject.eq(subject.clone()).and(clients::id.gt(Id(id)));
        query = query.filter(clients::subject.gt(subject).or(same));
    }
    let rows: Vec<ClientColumns> =
        query.select(CLIENT).order((clients::subject, clients::id)).limit(request.fetch()).load(conn)?;
    Ok(rows.into_iter().map(client_of_row).collect())
}

/// How many clients the caller may see.
pub(super) fn clients_count(conn: &mut Conn, actor: &Actor) -> TxResult<i64> {
    Ok(clients::table.filter(visible_clients(actor)).count().get_result(conn)?)
}

/// One client the caller may see.
pub(super) fn client(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<ClientRecord>> {
    let row: Option<ClientColumns> = clients::table
        .select(CLIENT)
        .filter(visible_clients(actor))
        .filter(clients::id.eq(Id(id)))
        .first(conn)
        .optional()?;
    Ok(row.map(client_of_row))
}

/// The client of a subject at an issuer.
pub(super) fn client_of(conn: &mut Conn, tenant: Uuid, issuer: &str, subject: &str) -> TxResult<Option<ClientRecord>> {
    let row: Option<ClientColumns> = clients::table
        .select(CLIENT)
        .filter(clients::tenant_id.eq(Id(tenant)).and(clients::issuer.eq(issuer)))
        .filter(clients::subject.eq(subject))
        .first(conn)
        .optional()?;
    Ok(row.map(client_of_row))
}
