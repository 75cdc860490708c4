//! Reading consultations: of a dossier, or one. Applicants see who is asked, since when and until when; what was asked and
//! answered is between the agencies.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Result, Uuid};

use super::conclude::{party, stance};
use super::guard::{open, open_text};
use super::rules::{AnswerState, ConsultationState, Join, Outcome, Silence};
use super::store::{self, ConsultationRow, ConsultedRow, word};
use super::view::{Consultation, ConsultedAgency, ConsultedOfDossier, Opinion, Words};
use crate::dossiers::Dossiers;
use crate::dossiers::store::{self as dossier_store, DossierRow, PartyRow};

/// Whether a caller sees what the agencies write to each other.
fn sees_words(actor: &Actor) -> bool {
    matches!(actor.kind, ActorKind::Officer | ActorKind::Service)
}

/// The consultations of a dossier.
///
/// # Errors
/// `not_found` when there is no dossier the caller may see.
pub(super) async fn of_dossier(room: &Dossiers, actor: Arc<Actor>, dossier: Uuid) -> Result<Vec<Consultation>> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("consultation_list", move |conn| {
            let row = dossier_store::load(conn, &actor, dossier)?;
            views(conn, &own, &actor, &row)
        })
        .await
}

/// One consultation, and the dossier it is about.
///
/// # Errors
/// `not_found` when there is none on a dossier the caller may see.
pub(super) async fn get(room: &Dossiers, actor: Arc<Actor>, id: Uuid) -> Result<Consultation> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("consultation_get", move |conn| {
            let dossier = store::dossier_of(conn, actor.tenant, id)?;
            let row = dossier_store::load(conn, &actor, dossier)?;
            consultation_view(conn, &own, &actor, &row, id)
        })
        .await
}

/// A consultation of a dossier that the caller may see.
pub(super) fn consultation_view(
    conn: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    row: &DossierRow,
    id: Uuid,
) -> TxResult<Consultation> {
    let found = views(conn, room, actor, row)?.into_iter().find(|one| one.id == id);
    Ok(found.ok_or_else(Error::not_found)?)
}

/// What the views of a dossier's consultations are made from.
struct Material<'a> {
    room: &'a Dossiers,
    words: bool,
    parties: &'a [PartyRow],
    named: &'a BTreeMap<Uuid, Named>,
    files: &'a BTreeMap<(Uuid, Uuid), Vec<Uuid>>,
}

fn views(conn: &mut Conn, room: &Dossiers, actor: &Actor, row: &DossierRow) -> TxResult<Vec<Consultation>> {
    let (tenant, dossier) = (row.tenant_id.0, row.id.0);
    let rows = store::of_dossier(conn, tenant, dossier)?;
    let mut asked = store::asked_of(conn, tenant, dossier)?;
    let files = store::files_of(conn, tenant, dossier)?;
    let parties = dossier_store::parties_of(conn, row)?;
    let named = responsible(conn, tenant, &parties, room.db.clock.business().day_in_vietnam())?;
    let material = Material { room, words: sees_words(actor), parties: &parties, named: &named, files: &files };
    let one = |row: &ConsultationRow| view(&material, row, &asked.remove(&row.id.0).unwrap_or_default());
    Ok(rows.iter().map(one).collect::<Result<_>>()?)
}

fn responsible(
    conn: &mut Conn,
    tenant: Uuid,
    parties: &[PartyRow],
    today: NaiveDate,
) -> TxResult<BTreeMap<Uuid, Named>> {
    let mut ids: Vec<Uuid> = parties.iter().map(|party| party.responsible_agency_id.0).collect();
    ids.sort();
    ids.dedup();
    names(conn, tenant, &ids, today)
}

fn view(from: &Material<'_>, row: &ConsultationRow, asked: &[ConsultedRow]) -> Result<Consultation> {
    let id = row.id.0;
    let agencies = asked.iter().map(|asked| agency_view(from, asked)).collect::<Result<_>>()?;
    let outcome = row.outcome.as_deref().filter(|_| from.words);
    let reason = row.reason.as_deref().filter(|_| from.words);
    Ok(Consultation {
        id,
        dossier_id: row.dossier_id.0,
        rule: row.rule_code.clone(),
        name: row.name.clone(),
        term: serde_json::from_value(row.term.0.clone()).map_err(Error::internal)?,
        join: word("join", &row.joined, Join::from_word)?,
        silence: word("silence", &row.silence, Silence::from_word)?,
        legal_basis: row.legal_basis.clone(),
        stops_clock: row.wait.is_some(),
        asked_at: row.asked_at.0,
        asked_by: from.words.then(|| row.asked_by.clone()),
        question: from.words.then(|| open_text(from.room, "question", id, &row.question)).transpose()?,
        state: word("state", &row.state, ConsultationState::from_word)?,
        outcome: outcome.map(|text| word("outcome", text, Outcome::from_word)).transpose()?,
        ended_at: row.ended_at.as_ref().map(|at| at.0),
        cancellation_reason: reason.map(|sealed| open_text(from.room, "reason", id, sealed)).transpose()?,
        agencies,
        version: row.version,
    })
}

fn agency_view(from: &Material<'_>, asked: &ConsultedRow) -> Result<ConsultedAgency> {
    let party = party(from.parties, asked)?;
    Ok(ConsultedAgency {
        agency: named(from.named, party),
        written_code: party.written_code.clone(),
        due_at: asked.due_at.0,
        state: word("state", &asked.state, AnswerState::from_word)?,
        answered_at: asked.answered_at.as_ref().map(|at| at.0),
        late: asked.late,
        opinion: if from.words { opinion(from, asked)? } else { None },
    })
}

fn named(known: &BTreeMap<Uuid, Named>, party: &PartyRow) -> Named {
    let id = party.responsible_agency_id.0;
    let unknown = || Named { id, code: party.written_code.clone(), name: String::new() };
    known.get(&id).cloned().unwrap_or_else(unknown)
}

fn opinion(from: &Material<'_>, asked: &ConsultedRow) -> Result<Option<Opinion>> {
    let Some(stance) = stance(asked)? else { return Ok(None) };
    let id = asked.consultation_id.0;
    let words: Words = match &asked.opinion {
        Some(sealed) => serde_json::from_slice(&open(from.room, "opinion", id, sealed)?).map_err(Error::internal)?,
        None => Words::default(),
    };
    Ok(Some(Opinion {
        stance,
        text: words.text,
        late_reason: words.late_reason,
        files: from.files.get(&(id, asked.agency_id.0)).cloned().unwrap_or_default(),
        answered_by: asked.answered_by.clone(),
    }))
}

/// Who was asked about a dossier, as the dossier shows it.
///
/// # Errors
/// When the database fails.
pub(crate) fn consulted(conn: &mut Conn, room: &Dossiers, row: &DossierRow) -> TxResult<Vec<ConsultedOfDossier>> {
    let asked = store::asked_of(conn, row.tenant_id.0, row.id.0)?;
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let parties = dossier_store::parties_of(conn, row)?;
    let known = responsible(conn, row.tenant_id.0, &parties, room.db.clock.business().day_in_vietnam())?;
    let one = |asked: &ConsultedRow| {
        Ok(ConsultedOfDossier {
            consultation_id: asked.consultation_id.0,
            agency: named(&known, party(&parties, asked)?),
            asked_at: asked.asked_at.0,
            due_at: asked.due_at.0,
            state: word("state", &asked.state, AnswerState::from_word)?,
        })
    };
    let mut consulted: Vec<ConsultedOfDossier> = asked.values().flatten().map(one).collect::<Result<_>>()?;
    consulted.sort_by(|left, right| {
        (left.asked_at, left.due_at, &left.agency.code).cmp(&(right.asked_at, right.due_at, &right.agency.code))
    });
    Ok(consulted)
}

/// Of these consultations, those the caller may hear of: for the feed. Applicants don't, because their events tell how
/// agencies answered.
///
/// # Errors
/// When the database fails.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    if !sees_words(actor) {
        return Ok(Vec::new());
    }
    let belongs = store::dossiers_of(conn, actor.tenant, ids)?;
    let mut dossiers: Vec<Uuid> = belongs.iter().map(|(_, dossier)| *dossier).collect();
    dossiers.sort();
    dossiers.dedup();
    let seen = dossier_store::visible_among(conn, actor, &dossiers)?;
    Ok(belongs.into_iter().filter(|(_, dossier)| seen.contains(dossier)).map(|(id, _)| id).collect())
}

/// Whether a file belongs to an opinion the caller may read: for downloads.
///
/// # Errors
/// When the database fails.
pub(crate) fn may_read_file(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    if !sees_words(actor) {
        return Ok(false);
    }
    let dossiers = store::dossiers_with_file(conn, actor.tenant, file)?;
    Ok(!dossier_store::visible_among(conn, actor, &dossiers)?.is_empty())
}
