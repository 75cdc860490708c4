//! The steps of a dossier.

use std::sync::Arc;

use motcua_agencies::{authority_in, current_code};
use motcua_clock::due;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_files::require_uploaded_by;
use motcua_journal::{EventKind, Moment, Stamp};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Kind, Result, Text, Uuid};

use super::facts::{self, DossierFacts, ResultFacts};
use super::read::{progress, remarks, state_of};
use super::rules::{Action, Party, Refusal, State, act, allowed_actions};
use super::store::{self, DossierRow, FileRow, PartyRow};
use super::view::{CreateResult, CreateTransition, FileOrigin, Remarks, ResultView};
use super::{Dossiers, context, to_json, write_change};
use crate::issuing;

/// Does one step of a dossier.
///
/// # Errors
/// `not_found` for callers who may not see it, `dossier.not_yours` for those who may not move it, `dossier.state` with
/// the state and the actions allowed now, `precondition.stale` when it has changed meanwhile.
pub(super) async fn transition(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
    step: CreateTransition,
) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    // Before a kept answer is given again: whoever may not see the dossier any more hears nothing of it.
    let caller = Arc::clone(&actor);
    room.db.read("dossier_admit", move |conn| store::load(conn, &caller, id).map(drop)).await?;
    let own = room.clone();
    let action = step.action;
    let answer = room
        .db
        .write_once("dossier_transition", actor.tenant, key, move |tx| take_step(tx, &own, &actor, id, expected, &step))
        .await?;
    if action == Action::Approve {
        room.issuing.notify_one();
    }
    Ok(answer)
}

fn take_step(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    id: Uuid,
    expected: i64,
    step: &CreateTransition,
) -> TxResult<Answer> {
    let mut row = store::load(tx, actor, id)?;
    if row.version != expected {
        return Err(store::stale(row.version).into());
    }
    let parties = store::parties(tx, actor.tenant, std::slice::from_ref(&row.id))?.remove(&id).unwrap_or_default();
    let hands = store::hands(tx, actor, &parties)?;
    let state = state_of(&row)?;
    let next = act(state, step.action, &hands).map_err(|refusal| {
        let allowed = allowed_actions(state, &hands);
        refused(refusal, state, &allowed)
    })?;
    check(step)?;
    let stamp = Stamp::of(&right_to(tx, actor, step.action, &parties)?, Moment::of(&room.db.clock));
    let mut facts: DossierFacts = store::facts(&row)?;
    row.state = next.as_str().into();
    facts.state = next;
    facts.national_state = next.national();
    let kind = match step.action {
        Action::Receive => receive(tx, room, &stamp, &mut row, &mut facts, &parties)?,
        Action::Refuse => {
            row.ended_at = Some(stamp.occurred.into());
            facts.ended_at = Some(stamp.occurred.0);
            let refusal_reason = step.reason.as_deref().map(|reason| reason.trim().to_owned());
            write_remarks(room, &mut row, |remarks| remarks.refusal_reason = refusal_reason)?;
            facts::REFUSED
        }
        Action::Process => facts::PROCESSING,
        Action::Approve => approve(tx, room, actor, &stamp, step, &mut row, &mut facts)?,
        Action::Return => {
            row.returned_at = Some(stamp.occurred.into());
            facts.returned_at = Some(stamp.occurred.0);
            facts::RETURNED
        }
    };
    write_change(tx, &room.journal, &stamp, kind, &mut row, &mut facts)?;
    let progress = progress(tx, room, actor, &row)?;
    Ok(Answer::done(&progress)?.version(row.version))
}

/// By what right a caller takes a step that their roles admit.
fn right_to(tx: &mut Conn, actor: &Actor, action: Action, parties: &[PartyRow]) -> TxResult<Authority> {
    let (_, _, role, party) = action.rule();
    let agency = parties.iter().find(|row| row.role == party.as_str()).map(|row| row.responsible_agency_id.0);
    let right = agency.map(|agency| authority_in(tx, actor, agency, &[role])).transpose()?.flatten();
    Ok(right.ok_or_else(|| Error::internal("a step was admitted and the role for it is not there"))?)
}

fn check(step: &CreateTransition) -> Result<()> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, code: &str, vi: &str, en: &str| {
        faults.push(FieldError::new(pointer, code, Text::new(vi, en)));
    };
    let reason = step.reason.as_deref().map(str::trim).unwrap_or_default();
    if step.action == Action::Refuse && reason.is_empty() {
        fault("/reason", "required", "Cần nêu lý do từ chối.", "A reason is required.");
    }
    if step.reason.as_deref().is_some_and(|reason| reason.chars().count() > 2000) {
        fault("/reason", "max_length", "Lý do có nhiều nhất 2000 ký tự.", "A reason has at most 2,000 characters.");
    }
    match (&step.result, step.action) {
        (None, Action::Approve) => {
            fault("/result", "required", "Cần có kết quả giải quyết.", "The result is required.");
        }
        (Some(result), Action::Approve) => {
            let length = result.subject.trim().chars().count();
            if length > 500 || !is_one_line(&result.subject) {
                fault(
                    "/result/subject",
                    "text.one_line",
                    "Trích yếu có 1 đến 500 ký tự, trên một dòng.",
                    "A subject has 1 to 500 characters, on one line.",
                );
            }
        }
        (Some(_), _) => fault("/result", "unexpected", "Bước này không kèm kết quả.", "This step takes no result."),
        (None, _) => {}
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

/// Gives the dossier its code and its due date.
fn receive(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
    parties: &[PartyRow],
) -> TxResult<EventKind> {
    let term = facts.term.ok_or_else(|| Error::internal(format!("dossier {} was taken without a term", row.id.0)))?;
    let counted = due(stamp.occurred.0, term, &room.calendar, &room.office_hours).map_err(uncountable)?;
    let due_at = motcua_kernel::BusinessTime(counted.due_at);
    row.received_at = Some(stamp.occurred.into());
    row.first_due_at = Some(due_at.into());
    row.due_at = Some(due_at.into());
    facts.received_at = Some(stamp.occurred.0);
    facts.first_due_at = Some(due_at.0);
    facts.due_at = Some(due_at.0);
    let agency = parties
        .iter()
        .find(|party| party.role == Party::Receiving.as_str())
        .map(|party| party.responsible_agency_id.0)
        .ok_or_else(|| Error::internal(format!("dossier {} has no receiving agency", row.id.0)))?;
    let day = stamp.occurred.day_in_vietnam();
    let prefix = current_code(tx, row.tenant_id.0, agency, day)?;
    // The counter is what every receipt of the agency's day waits for, so it is taken as late as can be.
    let number = store::next_number(tx, row.tenant_id.0, &prefix, day)?;
    let code = format!("{prefix}-{}-{number:04}", day.format("%y%m%d"));
    row.code = Some(code.clone());
    facts.code = Some(code);
    Ok(facts::RECEIVED)
}

fn uncountable(error: motcua_clock::ClockError) -> Error {
    Error::conflict(
        error.code(),
        format!("Không tính được hạn trả kết quả: {}", error.vi()),
        format!("The due date can't be counted: {error}"),
    )
}

/// Decides the dossier and puts the result in line for its number.
fn approve(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    stamp: &Stamp,
    step: &CreateTransition,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
) -> TxResult<EventKind> {
    let Some(CreateResult { subject, file_id }) = step.result.clone() else {
        return Err(Error::internal("an approval without a result passed the check").into());
    };
    require_uploaded_by(tx, &room.db.vault, actor, file_id, "/result/file_id")?;
    let result = ResultView { file_id, document_id: None, number: None, issued_at: None };
    write_remarks(room, row, |remarks| remarks.result_subject = Some(subject.trim().to_owned()))?;
    row.result = Some(Json(to_json(&result)?));
    row.approved_at = Some(stamp.occurred.into());
    facts.approved_at = Some(stamp.occurred.0);
    facts.result = Some(ResultFacts { paper_code: None, document_id: None, number: None, has_file: true });
    store::insert_file(
        tx,
        &FileRow {
            tenant_id: row.tenant_id.clone(),
            dossier_id: row.id.clone(),
            file_id: Id(file_id),
            component: String::new(),
            origin: FileOrigin::Result.as_str().to_owned(),
        },
    )?;
    issuing::enqueue(tx, row.tenant_id.0, row.id.0, stamp.now)?;
    Ok(facts::APPROVED)
}

fn refused(refusal: Refusal, state: State, allowed: &[Action]) -> Error {
    let error = match refusal {
        Refusal::State => Error::new(
            Kind::Conflict,
            "dossier.state",
            format!("Hồ sơ đang ở trạng thái “{}”, chưa làm được bước này.", state.name().vi),
            format!("The dossier is “{}”; this step is not possible now.", state.name().en),
        ),
        Refusal::Role => Error::forbidden(
            "dossier.not_yours",
            "Bạn không giữ vai trò được làm bước này với hồ sơ.",
            "You don't hold the role that may take this step.",
        ),
    };
    let allowed = serde_json::to_value(allowed).unwrap_or_default();
    error.with("state", state.as_str()).with("allowed_actions", allowed)
}

/// Changes what officers wrote about a dossier.
fn write_remarks(room: &Dossiers, row: &mut DossierRow, change: impl FnOnce(&mut Remarks)) -> Result<()> {
    let mut remarks = remarks(room, row)?;
    change(&mut remarks);
    let plain = serde_json::to_vec(&remarks).map_err(Error::internal)?;
    row.remarks = Some(room.db.vault.seal(&context("remarks", row), &plain)?);
    Ok(())
}

/// Writes the number the documents service gave, which ends processing.
///
/// # Errors
/// When the database fails.
pub(crate) fn finish(
    tx: &mut Conn,
    room: &Dossiers,
    tenant: Uuid,
    id: Uuid,
    document: &issuing::IssuedDocument,
) -> TxResult<()> {
    let Some(mut row) = store::load_own(tx, tenant, id)? else {
        return Err(Error::internal(format!("dossier {id} waits for a number and is gone")).into());
    };
    if state_of(&row)? != State::Issuing {
        // Another copy of the service was faster with the same number.
        return Ok(());
    }
    let mut facts: DossierFacts = store::facts(&row)?;
    let stored = row.result.clone().ok_or_else(|| Error::internal(format!("dossier {id} has no result")))?;
    let mut result: ResultView = serde_json::from_value(stored.0).map_err(Error::internal)?;
    result.document_id = Some(document.id);
    result.number = Some(document.full_number.clone());
    result.issued_at = Some(document.issued_at);
    row.result = Some(Json(to_json(&result)?));
    row.state = State::Done.as_str().into();
    row.finished_at = Some(At(document.issued_at));
    facts.state = State::Done;
    facts.national_state = State::Done.national();
    facts.finished_at = Some(document.issued_at);
    facts.result = Some(ResultFacts {
        paper_code: None,
        document_id: Some(document.id),
        number: Some(document.full_number.clone()),
        has_file: true,
    });
    let stamp = Stamp::by_service("procedures", tenant, &room.db.clock);
    write_change(tx, &room.journal, &stamp, facts::DONE, &mut row, &mut facts)
}
