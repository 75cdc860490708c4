//! Reading dossiers: one, with personal data and an entry in the read audit, or a list without either.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{Named, names};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Authority, Error, Page, PageRequest, Result, Role, Uuid};

use super::facts::DossierFacts;
use super::linked::{linked_of, parent_of};
use super::rules::{Hand, Party, State, allowed_actions};
use super::store::{self, DossierRow, FileRow, Narrow, PartyRow};
use super::transfer::transfers_of;
use super::view::{
    Applicant, Dossier, DossierProgress, DossierSummary, Parties, PartyView, ProcedureRef, Remarks, ResultView,
    StateView,
};
use super::{Dossiers, attachments, context};
use crate::catalogue::Published;
use crate::lookups::view::Lookup;
use crate::{consultations, lookups, representatives};

/// One dossier, whole.
///
/// # Errors
/// `not_found` when there is none the caller may see.
pub(super) async fn get(room: &Dossiers, actor: Arc<Actor>, id: Uuid) -> Result<Dossier> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("dossier_get", move |conn| {
            let row = store::load(conn, &actor, id)?;
            view(conn, &own, &actor, &row)
        })
        .await
}

/// One page of dossiers.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(
    room: &Dossiers,
    actor: Arc<Actor>,
    narrow: Narrow,
    page: PageRequest,
    scope: String,
) -> Result<Page<DossierSummary>> {
    actor.require_scope("procedures:dossiers:read")?;
    let after = match &page.after {
        Some(cursor) => {
            let (at, id): (chrono::DateTime<chrono::Utc>, Uuid) = cursor.read(&scope)?;
            Some((At(at), Id(id)))
        }
        None => None,
    };
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("dossier_list", move |conn| {
            let rows = store::list(conn, &actor, &narrow, &page, after.clone())?;
            let count = if page.count { Some(store::count(conn, &actor, &narrow)?) } else { None };
            let rows = Page::cut(rows, &page, &scope, |row| {
                let urgency = row.act_by_at.as_ref().filter(|_| narrow.urgency);
                (urgency.unwrap_or(&row.submitted_at).0, row.id.0)
            })?;
            let ids: Vec<Id> = rows.items.iter().map(|row| row.id.clone()).collect();
            let parties = store::parties(conn, actor.tenant, &ids)?;
            let named = party_names(conn, &actor, parties.values().flatten(), today)?;
            let next = rows.next;
            let items = rows
                .items
                .iter()
                .map(|row| {
                    let parties = parties.get(&row.id.0).map_or(&[][..], Vec::as_slice);
                    summary(row, parties, &named, actor.kind != ActorKind::Officer)
                })
                .collect::<Result<_>>()?;
            Ok(Page { items, next, count })
        })
        .await
}

/// The caller's id in the directory of officers.
///
/// # Errors
/// `officers.only` for callers who are none.
pub(super) async fn own_officer(room: &Dossiers, actor: &Arc<Actor>) -> Result<Uuid> {
    let caller = Arc::clone(actor);
    let id = room.db.read("officer_find", move |conn| store::officer_id(conn, &caller)).await?;
    id.ok_or_else(|| {
        Error::forbidden("officers.only", "Chỉ cán bộ mới nhận xử lý hồ sơ.", "Only officers work on dossiers.")
    })
}

fn party_names<'a>(
    conn: &mut Conn,
    actor: &Actor,
    parties: impl Iterator<Item = &'a PartyRow>,
    today: NaiveDate,
) -> TxResult<BTreeMap<Uuid, Named>> {
    let mut ids: Vec<Uuid> = parties.map(|party| party.responsible_agency_id.0).collect();
    ids.sort();
    ids.dedup();
    names(conn, actor.tenant, &ids, today)
}

/// Where a dossier stands, for a caller: without personal data.
pub(crate) fn progress(conn: &mut Conn, room: &Dossiers, actor: &Actor, row: &DossierRow) -> TxResult<DossierProgress> {
    let files = store::files(conn, row.tenant_id.0, row.id.0)?;
    let lookups = lookups::of(conn, &room.db.vault, row.tenant_id.0, row.id.0)?;
    progress_with(conn, room, actor, row, &files, &lookups)
}

fn progress_with(
    conn: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    row: &DossierRow,
    files: &[FileRow],
    lookups: &[Lookup],
) -> TxResult<DossierProgress> {
    let today = room.db.clock.business().day_in_vietnam();
    let parties = store::parties_of(conn, row)?;
    let named = party_names(conn, actor, parties.iter(), today)?;
    let hands = store::hands(conn, actor, &parties)?;
    let version = room.catalogue.load_version(conn, row.tenant_id.0, row.version_id.0)?;
    let replaced = lookups::replaced(lookups);
    let missing_components = version
        .content
        .components
        .iter()
        .filter(|component| component.required && !files.iter().any(|file| file.component == component.code))
        .filter(|component| !replaced.contains_key(component.code.as_str()))
        .map(|component| component.code.clone())
        .collect();
    Ok(DossierProgress {
        summary: summary(row, &parties, &named, hands_out_reference(actor, &hands))?,
        missing_components,
        failed_lookups: lookups::failed(lookups),
        allowed_actions: match representatives::mandate_ended(conn, actor, row, today)? {
            Some(_) => Vec::new(),
            None => allowed_actions(state_of(row)?, &hands.keys().copied().collect()),
        },
    })
}

/// The whole view of a row, for a caller: with personal data.
fn view(conn: &mut Conn, room: &Dossiers, actor: &Actor, row: &DossierRow) -> TxResult<Dossier> {
    let files = store::files(conn, row.tenant_id.0, row.id.0)?;
    let lookups = lookups::of(conn, &room.db.vault, row.tenant_id.0, row.id.0)?;
    let DossierProgress { summary, missing_components, failed_lookups, allowed_actions } =
        progress_with(conn, room, actor, row, &files, &lookups)?;
    let representative = representatives::load(conn, &room.db.vault, row.tenant_id.0, row.id.0)?;
    let applicant = applicant(room, row)?;
    let form = room.db.vault.open(&context("form", row), &row.form)?;
    let form = serde_json::from_slice(&form).map_err(Error::internal)?;
    let remarks = remarks(room, row)?;
    let facts = store::facts(row)?;
    let linked = linked_of(conn, room, row, &facts)?;
    let parent = parent_of(conn, row, &facts)?;
    let transfers = transfers_of(conn, room, row, &facts, &remarks)?;
    let files = files.into_iter().map(attachments::view).collect::<Result<_>>()?;
    Ok(Dossier {
        summary,
        applicant,
        representative,
        form,
        files,
        missing_components,
        lookups,
        failed_lookups,
        closing: remarks.closing,
        supplements: remarks.supplements,
        extensions: remarks.extensions,
        consulted: consultations::consulted(conn, room, row)?,
        result_subject: remarks.result_subject,
        linked,
        parent,
        transfers,
        allowed_actions,
    })
}

/// Who asks in a dossier.
pub(crate) fn applicant(room: &Dossiers, row: &DossierRow) -> Result<Applicant> {
    let plain = room.db.vault.open(&context("applicant", row), &row.applicant)?;
    serde_json::from_slice(&plain).map_err(Error::internal)
}

/// A dossier with everything a form needs of it, for whoever may see it.
pub(crate) fn whole(
    conn: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    id: Uuid,
) -> TxResult<(Dossier, DossierFacts, Arc<Published>)> {
    let row = store::load(conn, actor, id)?;
    let version = room.catalogue.load_version(conn, row.tenant_id.0, row.version_id.0)?;
    Ok((view(conn, room, actor, &row)?, store::facts(&row)?, version))
}

/// What people wrote about a dossier.
pub(crate) fn remarks(room: &Dossiers, row: &DossierRow) -> Result<Remarks> {
    match &row.remarks {
        Some(sealed) => {
            serde_json::from_slice(&room.db.vault.open(&context("remarks", row), sealed)?).map_err(Error::internal)
        }
        None => Ok(Remarks::default()),
    }
}

/// The state a row is in.
pub(crate) fn state_of(row: &DossierRow) -> Result<State> {
    State::from_word(&row.state).ok_or_else(|| Error::internal(format!("unknown state {}", row.state)))
}

/// Whoever knows the reference rates the dossier as its applicant. So it is for the applicant, for who speaks for them, and
/// for the desk that prints it on their receipt; those who decide don't learn it.
fn hands_out_reference(actor: &Actor, hands: &BTreeMap<Hand, Authority>) -> bool {
    let desks = [Party::Receiving, Party::Supporting].map(|party| Hand::Officer(party, Role::Receiver));
    actor.kind != ActorKind::Officer || desks.iter().any(|desk| hands.contains_key(desk))
}

fn summary(
    row: &DossierRow,
    parties: &[PartyRow],
    named: &BTreeMap<Uuid, Named>,
    with_reference: bool,
) -> Result<DossierSummary> {
    let facts: DossierFacts = store::facts(row)?;
    let state = state_of(row)?;
    let found = |which: Party| -> Option<PartyView> {
        let party = parties.iter().find(|party| party.role == which.as_str())?;
        let id = party.responsible_agency_id.0;
        let now = named.get(&id).cloned().unwrap_or_else(|| Named {
            id,
            code: party.written_code.clone(),
            name: String::new(),
        });
        Some(PartyView { now, written_code: party.written_code.clone() })
    };
    let party =
        |which: Party| found(which).ok_or_else(|| Error::internal(format!("dossier {} lacks a party", row.id.0)));
    let result: Option<ResultView> = match &row.result {
        Some(result) => Some(serde_json::from_value(result.0.clone()).map_err(Error::internal)?),
        None => None,
    };
    Ok(DossierSummary {
        id: row.id.0,
        tracking_reference: with_reference.then(|| row.tracking_reference.clone()),
        code: row.code.clone(),
        external_ref: row.external_ref.clone(),
        procedure: ProcedureRef {
            id: row.procedure_id.0,
            version_id: row.version_id.0,
            code: row.procedure_code.clone(),
            name: facts.procedure.name,
        },
        channel: facts.channel,
        state: StateView { local: state, national: state.national(), name: state.name() },
        agencies: Parties {
            receiving: party(Party::Receiving)?,
            competent: party(Party::Competent)?,
            issuing: party(Party::Issuing)?,
            supporting: found(Party::Supporting),
        },
        submitted_at: row.submitted_at.0,
        received_at: row.received_at.as_ref().map(|at| at.0),
        term: facts.term,
        first_due_at: row.first_due_at.as_ref().map(|at| at.0),
        due_at: row.due_at.as_ref().map(|at| at.0),
        approved_at: row.approved_at.as_ref().map(|at| at.0),
        finished_at: row.finished_at.as_ref().map(|at| at.0),
        returned_at: row.returned_at.as_ref().map(|at| at.0),
        result,
        assignee_id: row.assignee_id.as_ref().map(|officer| officer.0),
        act_by_at: row.act_by_at.as_ref().map(|at| at.0),
        version: row.version,
    })
}
