//! Answering: once for each agency, by an approver or processor of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use motcua_agencies::resolve;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_files::require_uploaded_by;
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Role, Text, Uuid};

use super::conclude::UnderWay;
use super::facts::ANSWERED;
use super::guard::{admit_to, ended, seal, text_fault};
use super::http::WRITE;
use super::read::consultation_view;
use super::rules::{AnswerState, ConsultationState, Silence, Stance};
use super::store::{self, ConsultedRow, OpinionFileRow};
use super::view::{CreateOpinion, Words};
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store as dossier_store;

/// The longest opinion.
const LONGEST_OPINION: usize = 10_000;
/// The longest reason for being late.
const LONGEST_REASON: usize = 2000;
/// The most files of an opinion.
const MOST_FILES: usize = 20;
/// Who answers for an agency.
const ANSWERING: [Role; 2] = [Role::Approver, Role::Processor];

/// Records the opinion of an agency.
///
/// # Errors
/// `consultation.not_yours` for those who see the dossier and answer for no agency that is asked, `consultation.ended`,
/// `consultation.answered`, `consultation.consent_deemed`, and every fault of the opinion at once.
pub(super) async fn answer(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    new: CreateOpinion,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    admit_to(room, &actor, id).await?;
    let own = room.clone();
    room.db.write_once("consultation_answer", actor.tenant, key, move |tx| take(tx, &own, &actor, id, &new)).await
}

fn take(tx: &mut Conn, room: &Dossiers, actor: &Actor, id: Uuid, new: &CreateOpinion) -> TxResult<Answer> {
    let tenant = actor.tenant;
    let dossier = store::dossier_of(tx, tenant, id)?;
    dossier_store::hold(tx, tenant, dossier)?;
    let mut row = dossier_store::load(tx, actor, dossier)?;
    let mut of: DossierFacts = dossier_store::facts(&row)?;
    let moment = Moment::of(&room.db.clock);
    let parties = dossier_store::parties_of(tx, &row)?;
    let consultation = store::load(tx, tenant, id)?;
    let asked = store::asked_of(tx, tenant, dossier)?.remove(&id).unwrap_or_default();
    // The stamp of the act follows once it is known for whom it is.
    let by_service = Stamp::by_service("procedures", tenant, &room.db.clock);
    let mut under_way =
        UnderWay { room, stamp: &by_service, at: moment.occurred, parties: &parties, consultation, asked };
    let (by, answering) = answering(tx, actor, &under_way, new, &moment)?;
    let stamp = Stamp::of(&by, moment);
    under_way.stamp = &stamp;
    let late = faults(tx, room, actor, &under_way, &answering, new, moment.occurred.0)?;
    let words = Words { text: trimmed(new.text.as_deref()), late_reason: trimmed(new.late_reason.as_deref()) };
    let plain = serde_json::to_vec(&words).map_err(Error::internal)?;
    let sealed = seal(room, "opinion", id, &plain)?;
    for asked in under_way.asked.iter_mut().filter(|asked| answering.contains(&asked.agency_id.0)) {
        asked.state = AnswerState::Answered.as_str().into();
        asked.stance = Some(new.stance.as_str().to_owned());
        asked.opinion = Some(sealed.clone());
        asked.answered_at = Some(At::from(moment.occurred));
        asked.answered_by = Some(stamp.actor().to_owned());
        asked.late = late && asked.due_at.0 < moment.occurred.0;
        store::update_asked(tx, asked)?;
        store::insert_files(tx, &file_rows(asked, &new.files))?;
    }
    under_way.tell(tx, ANSWERED, &row, &of)?;
    under_way.conclude(tx, &mut row, &mut of)?;
    let view = consultation_view(tx, room, actor, &row, id)?;
    Ok(Answer::created(format!("/v1/consultations/{id}"), &view)?.version(view.version).personal())
}

/// For which of the agencies that were asked the caller answers, and by what right. Agencies that have become one since
/// they were asked answer with one voice.
fn answering(
    tx: &mut Conn,
    actor: &Actor,
    under_way: &UnderWay<'_>,
    new: &CreateOpinion,
    moment: &Moment,
) -> TxResult<(Authority, BTreeSet<Uuid>)> {
    let mut by_responsible: BTreeMap<Uuid, Vec<&ConsultedRow>> = BTreeMap::new();
    for asked in &under_way.asked {
        let responsible = under_way.party(asked)?.responsible_agency_id.0;
        by_responsible.entry(responsible).or_default().push(asked);
    }
    let agencies: Vec<Uuid> = by_responsible.keys().copied().collect();
    let mut reaching: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (held, reached) in store::reach(tx, actor, &ANSWERING, &agencies)? {
        reaching.entry(reached).or_default().push(held);
    }
    by_responsible.retain(|agency, _| reaching.contains_key(agency));
    if by_responsible.is_empty() {
        return Err(not_yours().into());
    }
    if let Some(reference) = &new.agency {
        let named = meant(tx, actor, reference, moment)?;
        by_responsible.retain(|agency, _| named.contains(agency));
        if by_responsible.is_empty() {
            return Err(not_asked().into());
        }
    }
    let state = under_way.state()?;
    if state != ConsultationState::Open {
        return Err(ended(state).into());
    }
    let silent = by_responsible.values().flatten().any(|asked| asked.state == AnswerState::DeemedConsent.as_str());
    by_responsible.retain(|_, asked| asked.iter().any(|one| one.state == AnswerState::Asked.as_str()));
    if by_responsible.len() > 1 {
        let text = Text::new(
            "Bạn trả lời được thay cho nhiều cơ quan: hãy nêu cơ quan nào.",
            "You answer for several agencies: say for which.",
        );
        return Err(Error::invalid_field("/agency", "required", text).into());
    }
    let Some((agency, asked)) = by_responsible.pop_first() else {
        return Err(if silent { consent_deemed(under_way) } else { answered() }.into());
    };
    let held = reaching.remove(&agency).unwrap_or_default();
    let by = actor.authority(&held, &ANSWERING).ok_or_else(not_yours)?;
    let of = asked.iter().filter(|one| one.state == AnswerState::Asked.as_str()).map(|one| one.agency_id.0).collect();
    Ok((by, of))
}

/// The agencies a code or an id means now.
fn meant(tx: &mut Conn, actor: &Actor, reference: &str, moment: &Moment) -> TxResult<Vec<Uuid>> {
    match resolve(tx, actor.tenant, reference, moment.occurred.day_in_vietnam()) {
        Err(Failure::Refused(mut error)) => {
            error.fields.iter_mut().for_each(|field| "/agency".clone_into(&mut field.pointer));
            Err(Failure::Refused(error))
        }
        found => found,
    }
}

/// Everything wrong with an opinion at once; else whether it comes late.
fn faults(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    under_way: &UnderWay<'_>,
    answering: &BTreeSet<Uuid>,
    new: &CreateOpinion,
    now: chrono::DateTime<chrono::Utc>,
) -> TxResult<bool> {
    let mut asked = under_way.asked.iter().filter(|asked| answering.contains(&asked.agency_id.0));
    let late = asked.any(|asked| asked.due_at.0 < now);
    if late && under_way.silence()? == Silence::Consent {
        // Also in the moment before it is recorded: the law made it so when the term ended.
        return Err(consent_deemed(under_way).into());
    }
    let mut faults: Vec<FieldError> = Vec::new();
    let must_say = new.stance != Stance::Agree;
    faults.extend(text_fault("/text", new.text.as_deref(), must_say, LONGEST_OPINION));
    faults.extend(text_fault("/late_reason", new.late_reason.as_deref(), false, LONGEST_REASON));
    if late && new.late_reason.is_none() {
        let text = Text::new(
            "Đã quá hạn cho ý kiến: phải nêu lý do chậm trả lời.",
            "The opinion is overdue: say why it comes late.",
        );
        faults.push(FieldError::new("/late_reason", "late_reason.required", text));
    }
    if new.files.len() > MOST_FILES {
        let text = Text::new("Nhiều nhất 20 tệp.", "At most 20 files.");
        faults.push(FieldError::new("/files", "max_items", text));
    }
    for (at, file) in new.files.iter().enumerate().take(MOST_FILES) {
        let pointer = format!("/files/{at}");
        if new.files.iter().take(at).any(|other| other == file) {
            let text = Text::new("Tệp này đã có trong danh sách.", "The list has this file already.");
            faults.push(FieldError::new(pointer.clone(), "file.repeated", text));
        }
        match require_uploaded_by(tx, &room.db.vault, actor, *file, &pointer) {
            Ok(_) => {}
            Err(Failure::Refused(error)) => faults.extend(error.fields),
            Err(failure) => return Err(failure),
        }
    }
    if faults.is_empty() { Ok(late) } else { Err(Error::invalid(faults).into()) }
}

fn file_rows(asked: &ConsultedRow, files: &[Uuid]) -> Vec<OpinionFileRow> {
    let row = |file: &Uuid| OpinionFileRow {
        tenant_id: asked.tenant_id.clone(),
        consultation_id: asked.consultation_id.clone(),
        agency_id: asked.agency_id.clone(),
        file_id: Id(*file),
    };
    files.iter().map(row).collect()
}

fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
}

fn not_yours() -> Error {
    Error::forbidden(
        "consultation.not_yours",
        "Bạn không phải người có thẩm quyền hoặc cán bộ thụ lý của cơ quan được lấy ý kiến.",
        "You are no approver or processor of an agency that is asked.",
    )
}

fn not_asked() -> Error {
    let text =
        Text::new("Bạn không trả lời thay cơ quan này trong lần lấy ý kiến.", "You don't answer for this agency here.");
    Error::invalid_field("/agency", "consultation.agency_not_asked", text)
}

fn answered() -> Error {
    Error::conflict("consultation.answered", "Cơ quan này đã cho ý kiến.", "The agency has given its opinion.")
}

fn consent_deemed(of: &UnderWay<'_>) -> Error {
    Error::conflict(
        "consultation.consent_deemed",
        "Đã quá hạn cho ý kiến nên cơ quan được coi là đồng ý theo quy định.",
        "The term has passed, and the law takes the silence for consent.",
    )
    .with("legal_basis", of.consultation.legal_basis.clone())
}
