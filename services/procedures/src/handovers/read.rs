//! Reading the hand-overs of a dossier.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid};

use super::access;
use super::papers::{differences, handed, ledger, open};
use super::rules::PaperKey;
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
            let mut held = Vec::new();
            for paper in ledger.papers() {
                for holder in ledger.holders(paper) {
                    let agency = name_of(names(conn, actor.tenant, &[holder.agency], today)?, holder.agency, "");
                    let on_the_way = holder.on_the_way;
                    let (originals, copies) = (holder.counts.originals, holder.counts.copies);
                    held.push(HeldPaper { paper: paper_of(paper, originals, copies), agency, on_the_way });
                }
            }
            let items = seen.handovers.iter().map(|row| view(conn, &own, row)).collect::<TxResult<_>>()?;
            Ok(Handovers { items, held })
        })
        .await
}

fn paper_of(key: &PaperKey, originals: u32, copies: u32) -> HandedPaper {
    let (component, result, name) = match key {
        PaperKey::Component(code) => (Some(code.clone()), None, None),
        PaperKey::Result(code) => (None, Some(code.clone()), None),
        PaperKey::Named(name) => (None, None, Some(name.clone())),
    };
    HandedPaper { component, result, name, originals, copies }
}

fn name_of(mut named: BTreeMap<Uuid, Named>, agency: Uuid, code: &str) -> Named {
    named.remove(&agency).unwrap_or_else(|| Named { id: agency, code: code.to_owned(), name: String::new() })
}

/// One hand-over as the API shows it: its agencies by the code they had then.
pub(super) fn view(conn: &mut Conn, room: &Dossiers, row: &HandoverRow) -> TxResult<Handover> {
    let today = room.db.clock.business().day_in_vietnam();
    let ends = [row.from_agency_id.0, row.to_agency_id.0];
    let named = names(conn, row.tenant_id.0, &ends, today)?;
    let end = |agency: Uuid, code: &str| Named { code: code.to_owned(), ..name_of(named.clone(), agency, code) };
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
