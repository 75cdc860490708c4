//! Who sees and moves the papers of a dossier: whoever sees the dossier, and the officers of agencies that the papers
//! went to or came from, who may stand below its parties and see nothing else of it.

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

/// Whether papers of a dossier were handed over to the agency that decides it, or to what stands below that.
pub(crate) fn transferred(conn: &mut Conn, tenant: Uuid, dossier: Uuid, facts: &DossierFacts) -> TxResult<bool> {
    let competent = &facts.agencies.competent;
    let deciding = under(conn, tenant, &[competent.written_id, competent.responsible_id])?;
    Ok(store::receivers(conn, tenant, dossier)?.iter().any(|agency| deciding.contains(agency)))
}

/// The agency that now answers for what an agency had: where it was a party, whoever is responsible for the dossier; else
/// its one successor; else itself.
pub(super) fn answers_now(conn: &mut Conn, room: &Dossiers, seen: &Seen, agency: Uuid) -> TxResult<Uuid> {
    let of = &seen.facts.agencies;
    let party = [&of.receiving, &of.competent, &of.issuing].into_iter().find(|party| party.written_id == agency);
    if let Some(party) = party {
        return Ok(party.responsible_id);
    }
    let today = room.db.clock.business().day_in_vietnam();
    Ok(match successors(conn, seen.row.tenant_id.0, agency, today)?.as_slice() {
        [one] => *one,
        _ => agency,
    })
}
