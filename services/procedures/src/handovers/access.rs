//! Who sees and moves the papers of a dossier: whoever sees the dossier, and the officers of agencies that the papers
//! went to or came from, who may stand below its parties and see nothing else of it.

use std::collections::{BTreeMap, BTreeSet};

use motcua_agencies::{successors, under};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Role, Uuid};

use super::store::{self, HandoverRow};
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store::{self as dossier_store, DossierRow};

/// Who handles papers.
pub(super) const HANDLERS: [Role; 4] = [Role::Receiver, Role::Processor, Role::Approver, Role::Clerk];

/// A dossier with its hand-overs, for a caller who may see them.
pub(super) struct Seen {
    pub row: DossierRow,
    pub facts: DossierFacts,
    pub handovers: Vec<HandoverRow>,
}

/// What a caller may see of a dossier's papers.
///
/// # Errors
/// `not_found` when there is nothing they may see.
pub(super) fn load(conn: &mut Conn, actor: &Actor, dossier: Uuid) -> TxResult<Seen> {
    let row = dossier_store::load_own(conn, actor.tenant, dossier)?.ok_or_else(Error::not_found)?;
    let handovers = store::of_dossier(conn, actor.tenant, dossier)?;
    let ends: Vec<Uuid> = handovers.iter().flat_map(|one| [one.from_agency_id.0, one.to_agency_id.0]).collect();
    let seen = !dossier_store::visible_among(conn, actor, &[dossier])?.is_empty() || reaches(conn, actor, &ends)?;
    if !seen {
        return Err(Error::not_found().into());
    }
    let facts = dossier_store::facts(&row)?;
    Ok(Seen { row, facts, handovers })
}

fn reaches(conn: &mut Conn, actor: &Actor, agencies: &[Uuid]) -> TxResult<bool> {
    if actor.kind != ActorKind::Officer || agencies.is_empty() {
        return Ok(false);
    }
    let reach = under(conn, actor.tenant, &actor.agencies_with(&Role::ALL))?;
    Ok(agencies.iter().any(|agency| reach.contains(agency)))
}

/// Of these hand-overs, those the caller may see: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let ends = store::ends_of(conn, actor.tenant, ids)?;
    let dossiers: Vec<Uuid> = ends.iter().map(|(_, dossier, _)| *dossier).collect();
    let seen = dossier_store::visible_among(conn, actor, &dossiers)?;
    let reach = match actor.kind {
        ActorKind::Officer => under(conn, actor.tenant, &actor.agencies_with(&Role::ALL))?,
        _ => Vec::new(),
    };
    let visible = |(_, dossier, ends): &(Uuid, Uuid, [Uuid; 2])| {
        seen.contains(dossier) || ends.iter().any(|agency| reach.contains(agency))
    };
    Ok(ends.into_iter().filter(visible).map(|(id, ..)| id).collect())
}

/// Whether papers of a dossier have left its desk for an agency that decides it or once did, or for what stands below one.
/// Papers that went to whoever decided before a transfer of competence are no longer the desk's to send on.
pub(crate) fn transferred(conn: &mut Conn, tenant: Uuid, dossier: Uuid, facts: &DossierFacts) -> TxResult<bool> {
    let (desk, competent) = (&facts.agencies.receiving, &facts.agencies.competent);
    let moved = facts.transfers.iter().flat_map(|transfer| [transfer.from_id, transfer.to_id]);
    // A desk that once decided the dossier itself has sent nothing by passing papers on in its own house.
    let deciders: Vec<Uuid> = [competent.written_id, competent.responsible_id]
        .into_iter()
        .chain(moved)
        .filter(|agency| ![desk.written_id, desk.responsible_id].contains(agency))
        .collect();
    let deciding = under(conn, tenant, &deciders)?;
    Ok(store::receivers(conn, tenant, dossier)?.iter().any(|agency| deciding.contains(agency)))
}

/// The agency that now answers for what an agency had: where it is a party, whoever is responsible as such; else its one
/// successor; else itself.
pub(super) fn answers_now(conn: &mut Conn, room: &Dossiers, seen: &Seen, agency: Uuid) -> TxResult<Uuid> {
    if let Some(responsible) = responsible_for(&seen.facts, agency) {
        return Ok(responsible);
    }
    let today = room.db.clock.business().day_in_vietnam();
    Ok(match successors(conn, seen.row.tenant_id.0, agency, today)?.as_slice() {
        [one] => *one,
        _ => agency,
    })
}

/// The same for every agency that papers went to or came from, each asked for once.
pub(super) fn all_answer_now(conn: &mut Conn, room: &Dossiers, seen: &Seen) -> TxResult<BTreeMap<Uuid, Uuid>> {
    let ends: BTreeSet<Uuid> =
        seen.handovers.iter().flat_map(|one| [one.from_agency_id.0, one.to_agency_id.0]).collect();
    ends.into_iter().map(|agency| Ok((agency, answers_now(conn, room, seen, agency)?))).collect()
}

/// Who is responsible as the party that an agency became. A transfer of competence moves no papers, so it leaves with the
/// agency that decided before what it has: only whom the last transfer went to has become the one that decides.
fn responsible_for(facts: &DossierFacts, agency: Uuid) -> Option<Uuid> {
    let of = &facts.agencies;
    let decides_since = facts.transfers.last().map_or(of.competent.written_id, |last| last.to_id);
    let went_along = !facts.transfers.is_empty() && of.issuing.responsible_id == of.competent.responsible_id;
    let mut parties = vec![(of.receiving.written_id, of.receiving.responsible_id)];
    parties.extend(of.supporting.as_ref().map(|party| (party.written_id, party.responsible_id)));
    parties.push((decides_since, of.competent.responsible_id));
    parties.extend((!went_along).then_some((of.issuing.written_id, of.issuing.responsible_id)));
    parties.into_iter().find(|(became, _)| *became == agency).map(|(_, responsible)| responsible)
}
