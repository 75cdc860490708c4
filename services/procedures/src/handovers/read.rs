//! Reading the hand-overs of a dossier.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Result, Uuid};

use super::access;
use super::papers::{differences, handed, ledger, open};
use super::rules::{Counts, Holder, PaperKey};
use super::store::HandoverRow;
use super::view::{HandedPaper, Handover, Handovers, HeldPaper};
use crate::dossiers::Dossiers;

/// The hand-overs of a dossier, and who has its papers.
///
/// # Errors
/// `not_found` when there is nothing the caller may see.
pub(super) async fn list(room: &Dossiers, actor: Arc<Actor>, dossier: Uuid) -> Result<Handovers> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("handover_list", move |conn| {
            let seen = access::load(conn, &actor, dossier)?;
            let ledger = ledger(conn, &own, &seen)?;
            let today = own.db.clock.business().day_in_vietnam();
            let holders: Vec<(&PaperKey, Holder)> = ledger
                .papers()
                .into_iter()
                .flat_map(|paper| ledger.holders(paper).into_iter().map(move |holder| (paper, holder)))
                .collect();
            let ends = seen.handovers.iter().flat_map(|row| [row.from_agency_id.0, row.to_agency_id.0]);
            let agencies: BTreeSet<Uuid> = ends.chain(holders.iter().map(|(_, holder)| holder.agency)).collect();
            let agencies: Vec<Uuid> = agencies.into_iter().collect();
            let named = names(conn, actor.tenant, &agencies, today)?;
            let items = seen.handovers.iter().map(|row| shown(&own, row, &named)).collect::<Result<_>>()?;
            let held = holders
                .into_iter()
                .map(|(paper, holder)| HeldPaper {
                    paper: paper_of(paper, holder.counts),
                    agency: name_of(&named, holder.agency),
                    on_the_way: holder.on_the_way,
                })
                .collect();
            Ok(Handovers { items, held })
        })
        .await
}

fn paper_of(key: &PaperKey, counts: Counts) -> HandedPaper {
    let (component, result, name) = match key {
        PaperKey::Component(code) => (Some(code.clone()), None, None),
        PaperKey::Result(code) => (None, Some(code.clone()), None),
        PaperKey::Named(name) => (None, None, Some(name.clone())),
    };
    HandedPaper { component, result, name, originals: counts.originals, copies: counts.copies }
}

fn name_of(named: &BTreeMap<Uuid, Named>, agency: Uuid) -> Named {
    let unnamed = || Named { id: agency, code: String::new(), name: String::new() };
    named.get(&agency).cloned().unwrap_or_else(unnamed)
}

/// One hand-over as the API shows it.
pub(super) fn view(conn: &mut Conn, room: &Dossiers, row: &HandoverRow) -> TxResult<Handover> {
    let views = views(conn, room, row.tenant_id.0, std::slice::from_ref(row))?;
    Ok(views.into_iter().next().ok_or_else(|| Error::internal("a hand-over that does not show"))?)
}

/// Hand-overs as the API shows them: their agencies are read at once, however many.
pub(super) fn views(conn: &mut Conn, room: &Dossiers, tenant: Uuid, rows: &[HandoverRow]) -> TxResult<Vec<Handover>> {
    let today = room.db.clock.business().day_in_vietnam();
    let ends: BTreeSet<Uuid> = rows.iter().flat_map(|row| [row.from_agency_id.0, row.to_agency_id.0]).collect();
    let named = names(conn, tenant, &ends.into_iter().collect::<Vec<_>>(), today)?;
    Ok(rows.iter().map(|row| shown(room, row, &named)).collect::<Result<_>>()?)
}

/// Its agencies by the code they had then.
fn shown(room: &Dossiers, row: &HandoverRow, named: &BTreeMap<Uuid, Named>) -> Result<Handover> {
    let end = |agency: Uuid, code: &str| Named { code: code.to_owned(), ..name_of(named, agency) };
    Ok(Handover {
        id: row.id.0,
        dossier_id: row.dossier_id.0,
        number: row.number,
        state: row.state()?,
        from_agency: end(row.from_agency_id.0, &row.from_code),
        from_officer_id: row.from_officer_id.as_ref().map(|officer| officer.0),
        to_agency: end(row.to_agency_id.0, &row.to_code),
        to_officer_id: row.to_officer_id.as_ref().map(|officer| officer.0),
        papers: handed(room, row)?,
        note: row.note.as_deref().map(|sealed| open(room, "note", row.id.0, sealed)).transpose()?,
        handed_over_at: row.handed_over_at.0,
        given_by: row.given_by.clone(),
        received_at: row.received_at.as_ref().map(|at| at.0),
        receiver_id: row.receiver_id.as_ref().map(|officer| officer.0),
        received_by: row.received_by.clone(),
        differences: differences(room, row)?,
    })
}
