//! The inbox of the consulted: what their agencies are asked, what is due soonest first.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, names, resolve};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, ActorKind, Error, Kind, Page, PageRequest, Result, Uuid};

use super::conclude::party;
use super::rules::{AnswerState, Silence};
use super::store::{self, ConsultedRow, Narrow, word};
use super::view::OpinionRequest;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store as dossier_store;

/// What a list is narrowed to, as it was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    states: Vec<&'static str>,
    agency: Option<(String, bool)>,
}

impl Asked {
    /// Reads the parameters.
    pub(super) fn read(state: Option<&str>, agency: Option<&str>) -> Result<Self> {
        let mut asked = Self::default();
        if let Some(text) = state {
            let words = match Filter::parse("state", text)? {
                Filter::Is(word) => vec![word],
                Filter::In(words) => words,
                _ => return Err(Filter::refuse("state", text)),
            };
            for word in words {
                let state = AnswerState::from_word(&word).ok_or_else(|| Filter::refuse("state", text))?;
                asked.states.push(state.as_str());
            }
        }
        if let Some(text) = agency {
            asked.agency = Some(match Filter::parse("agency", text)? {
                Filter::Is(reference) => (reference, false),
                Filter::Under(reference) => (reference, true),
                _ => return Err(Filter::refuse("agency", text)),
            });
        }
        Ok(asked)
    }
}

/// One page of what the caller's agencies are asked.
///
/// # Errors
/// `officers.only` for applicants, who are never asked; when the cursor belongs to another list.
pub(super) async fn list(
    room: &Dossiers,
    actor: Arc<Actor>,
    asked: Asked,
    page: PageRequest,
) -> Result<Page<OpinionRequest>> {
    actor.require_scope("procedures:dossiers:read")?;
    if !matches!(actor.kind, ActorKind::Officer | ActorKind::Service) {
        return Err(Error::forbidden(
            "officers.only",
            "Chỉ cán bộ của cơ quan được lấy ý kiến có danh sách này.",
            "Only officers of agencies that are asked have this list.",
        ));
    }
    let scope = format!("consultations {asked:?}");
    let after: Option<(DateTime<Utc>, Uuid, Uuid)> =
        page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let after = after.map(|(at, consultation, agency)| (At(at), Id(consultation), Id(agency)));
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("consultation_inbox", move |conn| {
            let mut narrow = Narrow { states: asked.states.clone(), agencies: None };
            if let Some((reference, below)) = &asked.agency {
                let agencies = resolve(conn, actor.tenant, reference, today).map_err(as_parameter)?;
                narrow.agencies = Some((agencies, *below));
            }
            let rows = store::inbox(conn, &actor, &narrow, &page, after.clone())?;
            let count = if page.count { Some(store::count(conn, &actor, &narrow)?) } else { None };
            let rows = Page::cut(rows, &page, &scope, |row| (row.due_at.0, row.consultation_id.0, row.agency_id.0))?;
            let items = requests(conn, &actor, &rows.items, today)?;
            Ok(Page { items, next: rows.next, count })
        })
        .await
}

fn requests(
    conn: &mut Conn,
    actor: &Actor,
    rows: &[ConsultedRow],
    today: chrono::NaiveDate,
) -> TxResult<Vec<OpinionRequest>> {
    let tenant = actor.tenant;
    let ids = |of: fn(&ConsultedRow) -> &Id| -> Vec<Id> {
        let mut ids: Vec<Uuid> = rows.iter().map(|row| of(row).0).collect();
        ids.sort();
        ids.dedup();
        ids.into_iter().map(Id).collect()
    };
    let dossiers = ids(|row| &row.dossier_id);
    let consultations = store::among(conn, tenant, &ids(|row| &row.consultation_id))?;
    let consultations: BTreeMap<Uuid, _> = consultations.into_iter().map(|row| (row.id.0, row)).collect();
    let parties = dossier_store::parties(conn, tenant, &dossiers)?;
    let mut heads = BTreeMap::new();
    for (id, (code, facts)) in store::dossier_heads(conn, tenant, &dossiers)? {
        let facts: DossierFacts = serde_json::from_value(facts.0).map_err(Error::internal)?;
        heads.insert(id, (code, facts));
    }
    let mut agencies: Vec<Uuid> = parties.values().flatten().map(|party| party.responsible_agency_id.0).collect();
    agencies.sort();
    agencies.dedup();
    let known = names(conn, tenant, &agencies, today)?;
    let named = |id: Uuid, code: &str| {
        let unknown = || Named { id, code: code.to_owned(), name: String::new() };
        known.get(&id).cloned().unwrap_or_else(unknown)
    };
    let gone = || Error::internal("what an agency is asked is gone");
    let one = |row: &ConsultedRow| {
        let consultation = consultations.get(&row.consultation_id.0).ok_or_else(gone)?;
        let (code, facts) = heads.get(&row.dossier_id.0).ok_or_else(gone)?;
        let party = party(parties.get(&row.dossier_id.0).map_or(&[][..], Vec::as_slice), row)?;
        let competent = &facts.agencies.competent;
        Ok(OpinionRequest {
            consultation_id: row.consultation_id.0,
            name: consultation.name.clone(),
            dossier_id: row.dossier_id.0,
            dossier_code: code.clone(),
            procedure_code: facts.procedure.code.clone(),
            procedure_name: facts.procedure.name.clone(),
            asked_by: named(competent.responsible_id, &competent.written_code),
            agency: named(party.responsible_agency_id.0, &party.written_code),
            silence: word("silence", &consultation.silence, Silence::from_word)?,
            asked_at: row.asked_at.0,
            due_at: row.due_at.0,
            state: word("state", &row.state, AnswerState::from_word)?,
            answered_at: row.answered_at.as_ref().map(|at| at.0),
            late: row.late,
        })
    };
    Ok(rows.iter().map(one).collect::<Result<_>>()?)
}

/// An unknown agency in a filter is a wrong parameter, not a wrong field of a body.
fn as_parameter(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(mut error) if error.kind == Kind::Invalid => {
            error.kind = Kind::Malformed;
            "agency.unknown".clone_into(&mut error.code);
            error.fields.clear();
            error.with("parameter", "agency").into()
        }
        failure => failure,
    }
}
