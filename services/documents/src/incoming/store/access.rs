//! Who sees an incoming document, and in whose names they can act on it: the one predicate, used by get, list, count,
//! feed and file download alike.
//!
//! Not every officer of an agency sees what came to it: those who keep and direct its documents do, and those a document
//! was given to.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::authority_in;
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, Authority, Role, Uuid};

use super::circle::{Assigned, Part, incoming_assignees};
use super::papers::{came_with, incoming_files};
use super::{IncomingRow, incoming_documents};
use crate::agency_filter::{above, agency_tree, below, held};
use crate::directory::officer_id;
use crate::in_archive::{ARCHIVISTS, case_file_documents, case_files, handed_to};
use crate::incoming::rules::{Hand, READ, State, creator};
use crate::outgoing;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// The table of `motcua_agencies`, declared once more: diesel lets a query join two tables only where one crate
    /// declares both.
    officers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        issuer -> Text,
        subject -> Text,
        active -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    incoming_documents,
    incoming_assignees,
    incoming_files,
    agency_tree,
    officers
);
diesel::allow_tables_to_appear_in_same_query!(incoming_documents, case_file_documents);
diesel::allow_tables_to_appear_in_same_query!(incoming_documents, case_files);

/// Roles that keep and direct the documents of an agency, and of those below it.
pub(super) const KEEPERS: [Role; 4] = [Role::Clerk, Role::Leader, Role::Approver, Role::Administrator];
/// Roles that direct them.
pub(super) const HEADS: [Role; 2] = [Role::Leader, Role::Approver];

pub(super) type Filtered = Box<dyn BoxableExpression<incoming_documents::table, MultiBackend, SqlType = Bool>>;

/// The predicate: what a caller may see of incoming documents.
///
/// Officers see what an agency within reach of a role that keeps or directs documents is responsible for; what was ever
/// given to them by name; what was ever given to a unit where they hold any role, or whose documents they keep or direct;
/// and what is in a case file that was handed to an archive whose clerk or leader they are. Services with the scope of reading see all; other services and clients what they brought in; citizens nothing.
pub(super) fn visible(actor: &Actor) -> Filtered {
    let tenant = incoming_documents::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Service if actor.scopes.contains(READ) => Box::new(tenant),
        ActorKind::Service | ActorKind::Client => {
            Box::new(tenant.and(incoming_documents::created_by.eq(creator(actor))))
        }
        ActorKind::Citizen => Box::new(tenant.and(incoming_documents::id.eq_any(Vec::<Id>::new()))),
        ActorKind::Officer => {
            let kept: Vec<Id> = actor.agencies_with(&KEEPERS).into_iter().map(Id).collect();
            let own: Vec<Id> = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
            let reach = incoming_documents::responsible_agency_id.eq_any(below(Id(actor.tenant), kept.clone()));
            let by_name = officers::table
                .filter(officers::tenant_id.eq(Id(actor.tenant)).and(officers::issuer.eq(actor.issuer.clone())))
                .filter(officers::subject.eq(actor.subject.clone()).and(officers::active.eq(true)))
                .select(officers::id.nullable());
            let units = below(Id(actor.tenant), kept);
            // Sight by name ends with the last post at the agency or below it.
            let here = incoming_documents::responsible_agency_id.eq_any(above(Id(actor.tenant), own.clone()));
            let given = incoming_assignees::table
                .filter(incoming_assignees::tenant_id.eq(incoming_documents::tenant_id))
                .filter(incoming_assignees::document_id.eq(incoming_documents::id))
                .filter(
                    incoming_assignees::officer_id
                        .eq_any(by_name)
                        .and(here)
                        .or(incoming_assignees::responsible_agency_id.eq_any(own))
                        .or(incoming_assignees::responsible_agency_id.assume_not_null().eq_any(units)),
                );
            let archived = case_file_documents::table
                .filter(case_file_documents::tenant_id.eq(incoming_documents::tenant_id))
                .filter(case_file_documents::document_id.eq(incoming_documents::id))
                .filter(case_file_documents::kind.eq("incoming"))
                .filter(
                    case_file_documents::case_file_id.eq_any(handed_to(Id(actor.tenant), held(actor, &ARCHIVISTS))),
                );
            Box::new(tenant.and(reach.or(exists(given)).or(exists(archived))))
        }
    }
}

/// A document the caller may see.
pub(in crate::incoming) fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<IncomingRow>> {
    let query = incoming_documents::table.filter(visible(actor)).filter(incoming_documents::id.eq(Id(id)));
    Ok(query.first(conn).optional()?)
}

/// Of these documents, those the caller may see, by id.
pub(in crate::incoming) fn among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<IncomingRow>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    Ok(incoming_documents::table.filter(visible(actor)).filter(incoming_documents::id.eq_any(wanted)).load(conn)?)
}

/// Of these documents, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = incoming_documents::table
        .select(incoming_documents::id)
        .filter(visible(actor))
        .filter(incoming_documents::id.eq_any(wanted))
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// Of these deliveries, those of outgoing documents the caller may see: for the feed of senders.
pub(in crate::incoming) fn by_sight(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let pairs: Vec<(Id, Option<Id>)> = incoming_documents::table
        .select((incoming_documents::id, incoming_documents::outgoing_document_id))
        .filter(incoming_documents::tenant_id.eq(Id(actor.tenant)).and(incoming_documents::id.eq_any(wanted)))
        .load(conn)?;
    let originals: Vec<Uuid> = pairs.iter().filter_map(|(_, original)| original.as_ref().map(|id| id.0)).collect();
    let seen = outgoing::visible_among(conn, actor, &originals)?;
    let of_seen = |original: &Option<Id>| original.as_ref().is_some_and(|id| seen.contains(&id.0));
    Ok(pairs.into_iter().filter(|(_, original)| of_seen(original)).map(|(id, _)| id.0).collect())
}

/// Whether a file is that of a document the caller may see: one that came with it, or, of a document of another agency
/// here, the original's, for as long as the document is this agency's to keep.
pub(in crate::incoming) fn sees_file(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    let came_with = came_with(conn, actor.tenant, file)?;
    if !visible_among(conn, actor, &came_with)?.is_empty() {
        return Ok(true);
    }
    let originals: Vec<Option<Id>> =
        outgoing::with_file(conn, actor.tenant, file)?.into_iter().map(|id| Some(Id(id))).collect();
    let given_up: Vec<&str> = State::ALL.into_iter().filter(|s| s.is_given_up()).map(State::as_str).collect();
    let found: Option<Id> = incoming_documents::table
        .select(incoming_documents::id)
        .filter(visible(actor))
        .filter(incoming_documents::outgoing_document_id.eq_any(originals))
        .filter(incoming_documents::state.ne_all(given_up))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whether the caller holds any post in an agency or below it: who has left acts no more on what they were given.
fn belongs(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<bool> {
    let held: Vec<Id> = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
    let found: Option<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)).and(agency_tree::ancestor_id.eq(Id(agency))))
        .filter(agency_tree::descendant_id.eq_any(held))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whether the caller keeps or directs the documents of an agency.
pub(in crate::incoming) fn keeps(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<bool> {
    Ok(authority_in(conn, actor, agency, &KEEPERS)?.is_some())
}

/// In whose names a caller can act on a document, each with the right it rests on.
pub(in crate::incoming) fn hands(
    conn: &mut Conn,
    actor: &Actor,
    row: &IncomingRow,
    assigned: &[Assigned],
) -> TxResult<BTreeMap<Hand, Authority>> {
    let mut hands = BTreeMap::new();
    if actor.kind != ActorKind::Officer {
        return Ok(hands);
    }
    let agency = row.responsible_agency_id.0;
    if let Some(by) = authority_in(conn, actor, agency, &[Role::Clerk])? {
        hands.insert(Hand::Clerk, by);
    }
    if let Some(by) = authority_in(conn, actor, agency, &HEADS)? {
        hands.insert(Hand::Head, by);
    }
    let me = officer_id(conn, actor)?;
    let here = belongs(conn, actor, agency)?;
    for one in assigned {
        let hand = match one.part {
            Part::Lead => Hand::Lead,
            Part::Coordinator => Hand::Coordinator,
            Part::Information => continue,
        };
        let by = match (one.officer, one.unit) {
            (Some(officer), _) => (Some(officer) == me && here).then(|| actor.in_own_name()),
            // Whoever works in the unit, and whoever keeps or directs its documents from above.
            (None, Some(unit)) => match actor.authority(&[unit], &Role::ALL) {
                Some(by) => Some(by),
                None => authority_in(conn, actor, unit, &KEEPERS)?,
            },
            (None, None) => None,
        };
        if let Some(by) = by {
            hands.entry(hand).or_insert(by);
        }
    }
    Ok(hands)
}
