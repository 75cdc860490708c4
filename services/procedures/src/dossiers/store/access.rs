//! Who sees a dossier, and in whose names they can act on it: the one predicate, used by get, list, count, feed and file
//! download alike.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::officers;
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, Authority, Role, Uuid, Vault};

use super::{DossierRow, PartyRow, agency_tree, dossier_agencies, dossier_files, dossiers, parties_of};
use crate::dossiers::rules::{Hand, Party};

pub(super) type Filtered = Box<dyn BoxableExpression<dossiers::table, MultiBackend, SqlType = Bool>>;

/// The predicate: what a caller may see of dossiers. Get, list, count, feed and file download all use it.
///
/// Citizens see their own and those they submitted; clients what came through them; officers what an agency within
/// their reach is a party of, be it only to give its opinion, or has been given sight of (`linked`); our own services
/// everything.
pub(crate) fn visible(actor: &Actor) -> Filtered {
    let tenant = dossiers::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Service => Box::new(tenant),
        ActorKind::Client => Box::new(tenant.and(dossiers::client.eq(format!("{}|{}", actor.issuer, actor.subject)))),
        ActorKind::Citizen => {
            let person = actor.person.clone().unwrap_or_default();
            let own = dossiers::owner_person.eq(person.clone()).and(dossiers::owner_person.ne(""));
            let acted = dossiers::submitter_person.is_not_null().and(
                dossiers::submitter_person
                    .assume_not_null()
                    .eq(person)
                    .and(dossiers::submitter_person.assume_not_null().ne("")),
            );
            Box::new(tenant.and(own.or(acted)))
        }
        ActorKind::Officer => {
            let reach: Vec<Id> = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
            Box::new(tenant.and(seen_within(actor.tenant, reach)))
        }
    }
}

/// The dossiers that an agency at or below one of these is a party of or has been given sight of: every row counts.
fn seen_within(tenant: Uuid, agencies: Vec<Id>) -> Filtered {
    let below = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq_any(agencies)))
        .select(agency_tree::descendant_id);
    Box::new(exists(
        dossier_agencies::table
            .filter(dossier_agencies::tenant_id.eq(dossiers::tenant_id))
            .filter(dossier_agencies::dossier_id.eq(dossiers::id))
            .filter(dossier_agencies::responsible_agency_id.eq_any(below)),
    ))
}

/// The dossiers that have a party at or below one of these agencies.
pub(crate) fn within(tenant: Uuid, agencies: Vec<Id>) -> Filtered {
    party_within(tenant, None, agencies)
}

/// The dossiers that have this party, or any, at or below one of these agencies.
pub(super) fn party_within(tenant: Uuid, party: Option<Party>, agencies: Vec<Id>) -> Filtered {
    let below = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq_any(agencies)))
        .select(agency_tree::descendant_id);
    let of = dossier_agencies::table
        .filter(dossier_agencies::tenant_id.eq(dossiers::tenant_id))
        .filter(dossier_agencies::dossier_id.eq(dossiers::id))
        .filter(dossier_agencies::responsible_agency_id.eq_any(below));
    match party {
        Some(party) => Box::new(exists(of.filter(dossier_agencies::role.eq(party.as_str())))),
        None => Box::new(exists(of)),
    }
}

/// The name under which a dossier remembers through whom it came, and within which `external_ref` is unique: the client,
/// or who submitted without one. A citizen's subject may be an identity number, so it is hashed.
pub(crate) fn client_of(actor: &Actor, vault: &Vault) -> String {
    let (issuer, subject) = (&actor.issuer, &actor.subject);
    match actor.kind {
        ActorKind::Client => format!("{issuer}|{subject}"),
        _ if !actor.client.is_empty() => format!("{issuer}|{}", actor.client),
        ActorKind::Citizen => format!("{issuer}|~{}", vault.lookup("submitter", subject)),
        ActorKind::Officer | ActorKind::Service => format!("{issuer}|~{subject}"),
    }
}

/// Of these dossiers, those the caller may see: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> =
        dossiers::table.select(dossiers::id).filter(visible(actor)).filter(dossiers::id.eq_any(wanted)).load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// Whether a file belongs to a dossier the caller may see: for downloads.
pub(crate) fn may_read_file(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    let of_file: Vec<Id> = dossier_files::table
        .select(dossier_files::dossier_id)
        .filter(dossier_files::tenant_id.eq(Id(actor.tenant)).and(dossier_files::file_id.eq(Id(file))))
        .load(conn)?;
    let ids: Vec<Uuid> = of_file.into_iter().map(|id| id.0).collect();
    Ok(!visible_among(conn, actor, &ids)?.is_empty())
}

/// The parties of a dossier, and in whose names somebody can act on it.
pub(crate) struct Standing {
    pub parties: Vec<PartyRow>,
    pub hands: BTreeMap<Hand, Authority>,
}

impl Standing {
    /// Where a caller stands to a dossier.
    pub(crate) fn of(conn: &mut Conn, actor: &Actor, row: &DossierRow) -> TxResult<Self> {
        let parties = parties_of(conn, row)?;
        let hands = hands(conn, actor, &parties)?;
        Ok(Self { parties, hands })
    }

    /// The right by which the caller acts, of the first of some hands that they have.
    pub(crate) fn right(&self, hands: &[Hand]) -> Option<&Authority> {
        hands.iter().find_map(|hand| self.hands.get(hand))
    }
}

/// In whose names a caller can act on a dossier, each with the right it rests on. Roles reach down from where they are
/// held; whoever sees a dossier without being an officer acts for the applicant.
pub(crate) fn hands(conn: &mut Conn, actor: &Actor, parties: &[PartyRow]) -> TxResult<BTreeMap<Hand, Authority>> {
    match actor.kind {
        ActorKind::Citizen | ActorKind::Client => Ok(BTreeMap::from([(Hand::Applicant, actor.in_own_name())])),
        ActorKind::Service => Ok(BTreeMap::new()),
        ActorKind::Officer => officer_hands(conn, actor, parties),
    }
}

fn officer_hands(conn: &mut Conn, actor: &Actor, parties: &[PartyRow]) -> TxResult<BTreeMap<Hand, Authority>> {
    let held: Vec<Id> = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
    let agencies: Vec<Id> = parties.iter().map(|party| party.responsible_agency_id.clone()).collect();
    let reach: Vec<(Id, Id)> = agency_tree::table
        .select((agency_tree::ancestor_id, agency_tree::descendant_id))
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)))
        .filter(agency_tree::ancestor_id.eq_any(held).and(agency_tree::descendant_id.eq_any(agencies)))
        .load(conn)?;
    let mut hands = BTreeMap::new();
    for party in parties {
        let Some(what) = Party::ALL.into_iter().find(|p| p.as_str() == party.role) else { continue };
        let reaching: Vec<Uuid> =
            reach.iter().filter(|(_, to)| *to == party.responsible_agency_id).map(|(from, _)| from.0).collect();
        for role in Role::ALL {
            if let Some(authority) = actor.authority(&reaching, &[role]) {
                hands.insert(Hand::Officer(what, role), authority);
            }
        }
    }
    Ok(hands)
}

/// The caller's id in the directory of officers.
pub(crate) fn officer_id(conn: &mut Conn, actor: &Actor) -> TxResult<Option<Uuid>> {
    let id: Option<Id> = officers::table
        .select(officers::id)
        .filter(officers::tenant_id.eq(Id(actor.tenant)).and(officers::issuer.eq(&actor.issuer)))
        .filter(officers::subject.eq(&actor.subject).and(officers::active.eq(true)))
        .first(conn)
        .optional()?;
    Ok(id.map(|id| id.0))
}
