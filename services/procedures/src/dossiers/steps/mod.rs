//! The steps of a dossier: one transaction each, from the rule that allows it to the event that tells of it.

mod appointment;
mod close;
mod decide;
mod receive;
mod supplement;
mod transfer;
mod wait;

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use motcua_agencies::current_code;
use motcua_db::{Conn, TxResult};
use motcua_journal::{EventKind, Moment, Stamp};
use motcua_kernel::{Actor, ActorKind, Answer, Error, Idempotency, Kind, Result, Uuid};

use super::assignment::let_go;
use super::facts::DossierFacts;
use super::read::{progress, remarks, state_of};
use super::rules::{Action, Party, Refusal, State, act, allowed_actions};
use super::step::CreateTransition;
use super::store::{self, DossierRow, PartyRow, Standing};
use super::timeline::settle;
use super::view::Remarks;
use super::{Dossiers, context, linked, write_change};
use crate::calendars::Calendars;
use crate::{consultations, representatives};

pub(crate) use close::{close_by_silence, withdraw_with_first};
pub(crate) use decide::finish;
pub(crate) use wait::{go_on, wait_for_opinions};

/// A step under way: what it reads, changes and tells.
struct Step<'a> {
    room: &'a Dossiers,
    actor: &'a Actor,
    stamp: &'a Stamp,
    parties: &'a [PartyRow],
    row: &'a mut DossierRow,
    facts: &'a mut DossierFacts,
}

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
    // Applicants, and portals for them, move their dossier by the right to submit it.
    let applies = matches!(actor.kind, ActorKind::Citizen | ActorKind::Client);
    actor.require_scope(if applies { "procedures:dossiers:submit" } else { "procedures:dossiers:write" })?;
    // Before a kept answer is given again: whoever may not see the dossier any more hears nothing of it.
    let caller = Arc::clone(&actor);
    room.db.read("dossier_admit", move |conn| store::load(conn, &caller, id).map(drop)).await?;
    let own = room.clone();
    let action = step.action();
    let answer = room
        .db
        .write_once("dossier_transition", actor.tenant, key, move |tx| take(tx, &own, &actor, id, expected, &step))
        .await?;
    if action == Action::Approve {
        room.issuing.notify_one();
    }
    Ok(answer)
}

fn take(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    id: Uuid,
    expected: i64,
    step: &CreateTransition,
) -> TxResult<Answer> {
    let row = store::load_at(tx, actor, id, expected)?;
    representatives::require_mandate(tx, actor, &row, room.db.clock.business().day_in_vietnam())?;
    let Standing { parties, hands } = Standing::of(tx, actor, &row)?;
    let state = state_of(&row)?;
    let (mut row, mut facts) = caught_up(tx, room, row)?;
    let had_ended = facts.has_ended();
    let own = hands.keys().copied().collect();
    let (next, hand) = act(state, step.action(), &own, facts.processing_at.is_some())
        .map_err(|refusal| refused(refusal, state, &allowed_actions(state, &own)))?;
    let by = hands.get(&hand).ok_or_else(|| Error::internal("an act was allowed to a hand the caller lacks"))?;
    let faults = step.faults();
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let stamp = Stamp::of(by, Moment::of(&room.db.clock));
    row.state = next.as_str().into();
    facts.state = next;
    facts.national_state = next.national();
    let mut under_way = Step { room, actor, stamp: &stamp, parties: &parties, row: &mut row, facts: &mut facts };
    let kind = under_way.take(tx, step, state)?;
    if facts.ended_at.is_some() {
        consultations::dossier_ended(tx, room, &stamp, &row, &facts)?;
    }
    if next != state {
        let_go(tx, room, &mut row, &mut facts)?;
    }
    settle(tx, room, &mut row, &mut facts, stamp.occurred)?;
    write_change(tx, &room.journal, &stamp, kind, &mut row, &mut facts)?;
    if facts.has_ended() && !had_ended {
        linked::tell_parent(tx, room, &stamp, &row, &facts)?;
    }
    let progress = progress(tx, room, actor, &row)?;
    Ok(Answer::done(&progress)?.version(row.version))
}

/// A dossier taken along to the calendar that holds, with its facts: a step tells from which due instant it starts.
///
/// # Errors
/// When the database fails, or the dossier has changed meanwhile.
pub(crate) fn caught_up(tx: &mut Conn, room: &Dossiers, row: DossierRow) -> TxResult<(DossierRow, DossierFacts)> {
    let facts = store::facts(&row)?;
    if Calendars::standing(tx, room, &row, &facts)?.version == row.version {
        return Ok((row, facts));
    }
    let (tenant, id) = (row.tenant_id.0, row.id.0);
    let moved = store::load_own(tx, tenant, id)?.ok_or_else(|| Error::internal(format!("dossier {id} is gone")))?;
    let facts = store::facts(&moved)?;
    Ok((moved, facts))
}

impl Step<'_> {
    fn take(&mut self, tx: &mut Conn, step: &CreateTransition, before: State) -> TxResult<EventKind> {
        match step {
            CreateTransition::Receive {} => self.receive(tx),
            CreateTransition::Refuse { reason, legal_basis } => self.refuse(reason, legal_basis),
            CreateTransition::RequestSupplement { items, legal_basis, contact } => {
                self.request_supplement(tx, before, items, legal_basis, contact.as_deref())
            }
            CreateTransition::Supplement { form, files } => self.supplement(tx, before, form.as_ref(), files),
            CreateTransition::Process {} => Ok(self.process()),
            CreateTransition::Pause { wait, legal_basis } => self.pause(tx, *wait, legal_basis),
            CreateTransition::Resume {} => self.resume(tx),
            CreateTransition::RequestPayment { legal_basis, obligations } => {
                self.request_payment(tx, legal_basis, obligations)
            }
            CreateTransition::ConfirmPayment { proof } => self.confirm_payment(tx, proof.as_deref()),
            CreateTransition::Extend { reason, legal_basis, due_on } => self.extend(tx, reason, legal_basis, *due_on),
            CreateTransition::Transfer { to, reason, legal_basis } => self.transfer(tx, to, reason, legal_basis),
            CreateTransition::Approve { result } => self.approve(tx, result),
            CreateTransition::TurnDown { reason, legal_basis } => self.turn_down(tx, reason, legal_basis),
            CreateTransition::Stop { reason, legal_basis } => self.stop(tx, reason, legal_basis),
            CreateTransition::Withdraw { reason } => self.withdraw(tx, reason.as_deref()),
            CreateTransition::Return {} => self.hand_over(tx),
        }
    }

    /// The next number of the year that a party's papers of a notation get: `15/HDHS`.
    fn form_number(&self, tx: &mut Conn, party: Party, notation: &str) -> TxResult<String> {
        let agency = self.agency(party)?;
        let day = self.stamp.occurred.day_in_vietnam();
        let year = NaiveDate::from_ymd_opt(day.year(), 1, 1).ok_or_else(|| Error::internal("a day without a year"))?;
        let code = current_code(tx, self.row.tenant_id.0, agency, day)?;
        // Beside the codes of dossiers, which no notation can be mistaken for.
        let number = store::next_number(tx, self.row.tenant_id.0, &format!("{code}/{notation}"), year)?;
        Ok(format!("{number}/{notation}"))
    }

    /// The agency that is a party now.
    fn agency(&self, party: Party) -> Result<Uuid> {
        let row = self.parties.iter().find(|row| row.role == party.as_str());
        row.map(|row| row.responsible_agency_id.0)
            .ok_or_else(|| Error::internal(format!("dossier {} has no {} agency", self.row.id.0, party.as_str())))
    }

    /// Changes what people wrote about the dossier, which is sealed.
    fn note(&mut self, change: impl FnOnce(&mut Remarks)) -> Result<()> {
        note(self.room, self.row, change)
    }
}

/// Changes what people wrote about a dossier, which is sealed.
pub(super) fn note(room: &Dossiers, row: &mut DossierRow, change: impl FnOnce(&mut Remarks)) -> Result<()> {
    let mut remarks = remarks(room, row)?;
    change(&mut remarks);
    let plain = serde_json::to_vec(&remarks).map_err(Error::internal)?;
    row.remarks = Some(room.db.vault.seal(&context("remarks", row), &plain)?);
    Ok(())
}

/// Why a step is not taken, with the state and what the caller may do now.
pub(crate) fn refused(refusal: Refusal, state: State, allowed: &[Action]) -> Error {
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
