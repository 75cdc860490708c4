//! Asking: whom, by when, and whether the dossier waits for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use motcua_agencies::{Named, names, open_agency};
use motcua_clock::{Term, WaitKind, due};
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid, new_id};

use super::conclude::UnderWay;
use super::facts::ASKED;
use super::guard::{admit, processor, seal, still_open, text_fault};
use super::http::WRITE;
use super::read::consultation_view;
use super::rules::{AnswerState, ConsultationState, Join, MOST_AGENCIES, Silence};
use super::store::{self, ConsultationRow, ConsultedRow, word};
use super::view::CreateConsultation;
use crate::calendars::Calendars;
use crate::catalogue::content::ConsultationRule;
use crate::dossiers::facts::{AgencyFact, CONSULTED, DossierFacts, PAUSED};
use crate::dossiers::rules::{Party, Refusal, State};
use crate::dossiers::store::{self as dossier_store, DossierRow, PartyRow};
use crate::dossiers::{Dossiers, by_rule, caught_up, refused, timeline, to_json, wait_for_opinions, write_change};

/// The longest question.
const LONGEST_QUESTION: usize = 10_000;
/// The most consultations of a dossier. They are shown all at once and not by pages, so there is an end to them; rules ask
/// for a handful.
const MOST_CONSULTATIONS: i64 = 50;

/// Whom an act asks, by which terms.
struct Plan {
    rule: Option<ConsultationRule>,
    agencies: Vec<Named>,
    term: Term,
    join: Join,
    silence: Silence,
}

/// Asks agencies for their opinion on a dossier.
///
/// # Errors
/// `dossier.not_yours`, `dossier.state`, every fault of the request at once, `dossier.consultation_open` for a rule whose
/// opinions are still waited for, `dossier.too_many_consultations`, `dossier.too_many_waits`.
pub(super) async fn ask(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    dossier: Uuid,
    expected: i64,
    new: CreateConsultation,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    admit(room, &actor, dossier).await?;
    let own = room.clone();
    room.db
        .write_once("consultation_ask", actor.tenant, key, move |tx| begin(tx, &own, &actor, dossier, expected, &new))
        .await
}

fn begin(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    dossier: Uuid,
    expected: i64,
    new: &CreateConsultation,
) -> TxResult<Answer> {
    dossier_store::hold(tx, actor.tenant, dossier)?;
    let row = dossier_store::load_at(tx, actor, dossier, expected)?;
    let mut parties = dossier_store::parties_of(tx, &row)?;
    let by = processor(tx, actor, &parties)?;
    let (mut row, mut facts) = caught_up(tx, room, row)?;
    if facts.state != State::Processing {
        return Err(refused(Refusal::State, facts.state, &[]).into());
    }
    if store::count_of(tx, actor.tenant, dossier)? >= MOST_CONSULTATIONS {
        return Err(too_many().into());
    }
    let stamp = Stamp::of(&by, Moment::of(&room.db.clock));
    let plan = plan(tx, room, actor, &row, &facts, &stamp, new)?;
    let id = new_id();
    let asked = asked(tx, room, &row, &parties, &stamp, id, &plan)?;
    let rule = timeline::rule_of(tx, room, &row, &facts)?;
    let excluded = rule.waits.iter().find(|wait| wait.kind == WaitKind::Consultation && wait.excluded);
    if let Some(wait) = excluded {
        wait_for_opinions(&stamp, &mut row, &mut facts, &wait.legal_basis)?;
    }
    let consultation = ConsultationRow {
        tenant_id: row.tenant_id.clone(),
        id: Id(id),
        dossier_id: row.id.clone(),
        rule_code: plan.rule.as_ref().map(|rule| rule.code.clone()),
        name: plan.rule.as_ref().map(|rule| rule.name.clone()),
        term: Json(to_json(&plan.term)?),
        joined: plan.join.as_str().to_owned(),
        silence: plan.silence.as_str().to_owned(),
        legal_basis: plan.rule.as_ref().and_then(|rule| rule.legal_basis.clone()),
        wait: excluded.and_then(|_| facts.open_wait_number()),
        question: seal(room, "question", id, new.question.trim().as_bytes())?,
        asked_at: stamp.occurred.into(),
        asked_by: stamp.actor().to_owned(),
        asker_id: dossier_store::officer_id(tx, actor)?.map(Id),
        state: ConsultationState::Open.as_str().to_owned(),
        outcome: None,
        reason: None,
        ended_at: None,
        version: 1,
    };
    let joining = joining(&row, &parties, &plan.agencies);
    facts.agencies.consulted.extend(joining.iter().map(fact));
    store::insert(tx, consultation.clone(), &asked, &joining)?;
    parties.extend(joining);
    timeline::settle(tx, room, &mut row, &mut facts, stamp.occurred)?;
    let kind = if excluded.is_some() { PAUSED } else { CONSULTED };
    write_change(tx, &room.journal, &stamp, kind, &mut row, &mut facts)?;
    let under_way = UnderWay { room, stamp: &stamp, at: stamp.occurred, parties: &parties, consultation, asked };
    under_way.record(tx, ASKED, &row, &facts)?;
    let view = consultation_view(tx, room, actor, &row, id)?;
    Ok(Answer::created(format!("/v1/consultations/{id}"), &view)?.version(view.version).personal())
}

/// Whom to ask by which terms: as the rule of the procedure version has it, or as the caller says.
fn plan(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    row: &DossierRow,
    facts: &DossierFacts,
    stamp: &Stamp,
    new: &CreateConsultation,
) -> TxResult<Plan> {
    let mut faults: Vec<FieldError> =
        text_fault("/question", Some(&new.question), true, LONGEST_QUESTION).into_iter().collect();
    let plan = match &new.rule {
        Some(code) => by_version(tx, room, actor, row, facts, stamp, new, code, &mut faults)?,
        None => by_request(tx, actor, facts, stamp, new, &mut faults)?,
    };
    match plan {
        Some(plan) if faults.is_empty() => Ok(plan),
        _ => Err(Error::invalid(faults).into()),
    }
}

#[expect(clippy::too_many_arguments, reason = "what a rule is read against")]
fn by_version(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    row: &DossierRow,
    facts: &DossierFacts,
    stamp: &Stamp,
    new: &CreateConsultation,
    code: &str,
    faults: &mut Vec<FieldError>,
) -> TxResult<Option<Plan>> {
    let given = [("/agencies", !new.agencies.is_empty()), ("/term", new.term.is_some()), ("/join", new.join.is_some())];
    for (pointer, _) in given.into_iter().filter(|(_, given)| *given) {
        let text = Text::new("Quy tắc của thủ tục đã quy định nội dung này.", "The rule of the procedure says this.");
        faults.push(FieldError::new(pointer, "consultation.said_by_rule", text));
    }
    let version = room.catalogue.load_version(tx, row.tenant_id.0, row.version_id.0)?;
    let Some(rule) = version.content.consultations.iter().find(|rule| rule.code == code).cloned() else {
        let text = Text::new("Thủ tục không có quy tắc lấy ý kiến này.", "The procedure has no such consultation.");
        faults.push(FieldError::new("/rule", "consultation.unknown_rule", text));
        return Ok(None);
    };
    let open = store::open_of(tx, row.tenant_id.0, row.id.0)?;
    if let Some(open) = open.iter().find(|open| open.rule_code.as_ref() == Some(&rule.code)) {
        return Err(still_open(open).into());
    }
    let today = stamp.occurred.day_in_vietnam();
    let receiving = facts.agencies.receiving.responsible_id;
    let receiving = names(tx, actor.tenant, &[receiving], today)?
        .remove(&receiving)
        .ok_or_else(|| Error::internal(format!("dossier {} has no receiving agency", row.id.0)))?;
    let mut agencies: Vec<Named> = Vec::new();
    for asked in &rule.agencies {
        let named = by_rule(tx, actor.tenant, asked.named(), &receiving, today)?;
        // Those that have merged since are asked once, and the one that decides does not ask itself.
        let own = named.id == facts.agencies.competent.responsible_id;
        if !own && !agencies.iter().any(|other| other.id == named.id) {
            agencies.push(named);
        }
    }
    if agencies.is_empty() {
        return Err(nobody_left().into());
    }
    let term = rule.term.ok_or_else(|| Error::internal(format!("the rule {code} was published without a term")))?;
    let (join, silence) =
        (word("join", &rule.join, Join::from_word)?, word("silence", &rule.silence, Silence::from_word)?);
    Ok(Some(Plan { rule: Some(rule), agencies, term, join, silence }))
}

/// Beside the rules silence never means consent: only a rule of law makes it so.
fn by_request(
    tx: &mut Conn,
    actor: &Actor,
    facts: &DossierFacts,
    stamp: &Stamp,
    new: &CreateConsultation,
    faults: &mut Vec<FieldError>,
) -> TxResult<Option<Plan>> {
    let required = || Text::new("Cần có khi không theo quy tắc của thủ tục.", "Needed without a rule.");
    if new.term.is_none() {
        faults.push(FieldError::new("/term", "required", required()));
    }
    if new.term.is_some_and(|term| term.count == 0) {
        let text = Text::new("Thời hạn bằng 0 không phải là thời hạn.", "A term of 0 is no term.");
        faults.push(FieldError::new("/term/count", "term.zero", text));
    }
    if new.join.is_none() {
        faults.push(FieldError::new("/join", "required", required()));
    }
    if new.agencies.is_empty() || new.agencies.len() > MOST_AGENCIES {
        let text = Text::new(
            format!("Cần từ 1 đến {MOST_AGENCIES} cơ quan."),
            format!("1 to {MOST_AGENCIES} agencies are required."),
        );
        faults.push(FieldError::new("/agencies", "length", text));
    }
    let today = stamp.occurred.day_in_vietnam();
    let mut seen = BTreeSet::from([facts.agencies.competent.responsible_id]);
    let mut agencies = Vec::new();
    for (at, reference) in new.agencies.iter().enumerate().take(MOST_AGENCIES) {
        let pointer = format!("/agencies/{at}");
        match open_agency(tx, actor.tenant, reference, today) {
            Ok(named) if seen.insert(named.id) => agencies.push(named),
            Ok(_) => {
                let text = Text::new(
                    "Cơ quan này đã có trong danh sách hoặc là cơ quan giải quyết.",
                    "The agency is listed already, or decides the dossier itself.",
                );
                faults.push(FieldError::new(pointer, "repeated", text));
            }
            Err(Failure::Refused(error)) if !error.fields.is_empty() => {
                faults.extend(error.fields.into_iter().map(|field| FieldError { pointer: pointer.clone(), ..field }));
            }
            Err(Failure::Refused(error)) => faults.push(FieldError::new(pointer, error.code, error.detail)),
            Err(failure) => return Err(failure),
        }
    }
    let plan =
        new.term.zip(new.join).map(|(term, join)| Plan { rule: None, agencies, term, join, silence: Silence::None });
    Ok(plan)
}

/// What is asked of each, by its own calendar.
fn asked(
    tx: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    parties: &[PartyRow],
    stamp: &Stamp,
    id: Uuid,
    plan: &Plan,
) -> TxResult<Vec<ConsultedRow>> {
    let tenant = row.tenant_id.0;
    let revision = Calendars::hold_revision(tx, tenant)?;
    let mut asked = Vec::with_capacity(plan.agencies.len());
    for agency in &plan.agencies {
        let view = room.calendars.view(tx, tenant, revision, agency.id)?;
        let due = due(stamp.occurred.0, plan.term, &view.calendar, &view.office_hours).map_err(timeline::refused)?;
        asked.push(ConsultedRow {
            tenant_id: row.tenant_id.clone(),
            consultation_id: Id(id),
            agency_id: Id(agency.id),
            dossier_id: row.id.clone(),
            asked_at: stamp.occurred.into(),
            due_at: At(due.due_at),
            state: AnswerState::Asked.as_str().to_owned(),
            stance: None,
            opinion: None,
            answered_at: None,
            answered_by: None,
            late: false,
            // Whoever is asked again may have gone on to another agency since the first time.
            responsible_agency_id: known(parties, agency)
                .map_or(Id(agency.id), |party| party.responsible_agency_id.clone()),
        });
    }
    Ok(asked)
}

/// The parties that the agencies become which were none of this dossier yet.
fn joining(row: &DossierRow, parties: &[PartyRow], agencies: &[Named]) -> Vec<PartyRow> {
    let party = |agency: &Named| PartyRow {
        tenant_id: row.tenant_id.clone(),
        dossier_id: row.id.clone(),
        role: Party::Consulted.as_str().to_owned(),
        written_agency_id: Id(agency.id),
        written_code: agency.code.clone(),
        responsible_agency_id: Id(agency.id),
    };
    agencies.iter().filter(|agency| known(parties, agency).is_none()).map(party).collect()
}

/// The party that an agency became when the dossier's consultations asked it before.
fn known<'a>(parties: &'a [PartyRow], agency: &Named) -> Option<&'a PartyRow> {
    parties.iter().find(|party| party.role == Party::Consulted.as_str() && party.written_agency_id.0 == agency.id)
}

fn fact(party: &PartyRow) -> AgencyFact {
    AgencyFact {
        written_id: party.written_agency_id.0,
        written_code: party.written_code.clone(),
        responsible_id: party.responsible_agency_id.0,
    }
}

fn too_many() -> Error {
    Error::conflict(
        "dossier.too_many_consultations",
        format!("Hồ sơ đã lấy ý kiến {MOST_CONSULTATIONS} lần; không lấy ý kiến thêm được nữa."),
        format!("Opinions were asked for {MOST_CONSULTATIONS} times; they are not asked for again."),
    )
    .with("most", MOST_CONSULTATIONS)
}

fn nobody_left() -> Error {
    Error::conflict(
        "consultation.nobody_left",
        "Các cơ quan mà quy tắc nêu nay đều là cơ quan giải quyết hồ sơ.",
        "All agencies that the rule names are now the one that decides the dossier.",
    )
}
