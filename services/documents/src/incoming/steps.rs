//! The steps of an incoming document: one transaction each, from the rule that allows it to the event that tells of it.

use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_journal::{EventKind, Moment, Stamp};
use motcua_kernel::text::{normalise, says_something};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, Text, Uuid};

use super::assign::assign;
use super::create::audited;
use super::facts::{self, AnswerKind, IncomingFacts, TakeBackState};
use super::rules::{self, Checks, State, act, allowed_actions};
use super::search::{index, read_files, widen};
use super::store::{self, IncomingRow};
use super::transition::{CreateIncomingTransition, IncomingAnswer};
use super::{IncomingDocuments, show};
use crate::outgoing;
use crate::registers::{NewEntry, enter, take_arrival_number};
use crate::search::FileWords;

/// A step under way.
pub(super) struct Step<'a> {
    pub room: &'a IncomingDocuments,
    pub actor: &'a Actor,
    pub by: &'a Authority,
    pub stamp: &'a Stamp,
    pub row: &'a IncomingRow,
    pub facts: &'a mut IncomingFacts,
}

/// Does one step of a document.
///
/// # Errors
/// `not_found` for callers who may not see it, `incoming.not_yours` for those who may not move it, `incoming.state` with
/// the state and the actions allowed now, `precondition.stale` when it has changed meanwhile.
pub(super) async fn transition(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, expected): (Uuid, i64),
    step: CreateIncomingTransition,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(rules::WRITE)?;
    // Before a kept answer is given again: whoever may not see the document any more hears nothing of it.
    let caller = Arc::clone(&actor);
    room.db.read("incoming_admit", move |conn| store::load(conn, &caller, id).map(drop)).await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("incoming_transition", actor.tenant, key, move |tx| take(tx, &own, &writer, id, expected, &step))
        .await?;
    audited(room, &actor, "create_incoming_transition", request_id, answer).await
}

fn take(
    tx: &mut Conn,
    room: &IncomingDocuments,
    actor: &Actor,
    id: Uuid,
    expected: i64,
    step: &CreateIncomingTransition,
) -> TxResult<Answer> {
    let mut row = store::load_at(tx, actor, id, expected)?;
    // Of two steps at once the second waits here, and is refused before it writes anything.
    store::hold(tx, &row)?;
    let mut facts = row.facts()?;
    let assigned = store::standing_of(tx, &row)?;
    let hands = store::hands(tx, actor, &row, &assigned)?;
    let own = hands.keys().copied().collect();
    let (state, standing) = (facts.state, show::standing(&facts));
    let (next, hand) = act(state, step.action(), &own, standing)
        .map_err(|refusal| rules::refused(refusal, state, &allowed_actions(state, &own, standing)))?;
    let by = hands.get(&hand).ok_or_else(|| Error::internal("an act was allowed to a hand the caller lacks"))?;
    let moment = Moment::of(&room.db.clock);
    let faults = step.faults(moment.occurred);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let stamp = Stamp::of(by, moment);
    facts.state = next;
    let kind = Step { room, actor, by, stamp: &stamp, row: &row, facts: &mut facts }.take(tx, step)?;
    // The number comes last: whoever registers next waits for it.
    let mut words = FileWords::default();
    if kind == facts::REGISTERED {
        words = read_files(tx, room, &row)?;
        number(tx, room, &row, &mut facts)?;
    }
    row.take_in(&mut facts)?;
    store::update(tx, &row)?;
    if [facts::REGISTERED, facts::RETURNED, facts::TAKEN_BACK].contains(&kind) {
        index(tx, room, std::slice::from_ref(&row), &mut words)?;
    } else if kind == facts::ASSIGNED {
        widen(tx, &row)?;
    }
    let said = step.said().map(normalise).filter(|said| says_something(said));
    store::note(tx, &room.db.vault, &row, step.action().as_str(), by, &stamp, said.as_deref())?;
    facts::tell(tx, &room.journal, &stamp, kind, &facts)?;
    let shown = show::whole(tx, room, actor, &row)?;
    Ok(Answer::done(&shown)?.version(row.version).personal())
}

/// Gives a document the next number of arrival of the agency responsible for it, in the book for its type, and enters it.
/// Number and notation on the document are its issuer's; the line of the register has the number of arrival alone.
fn number(tx: &mut Conn, room: &IncomingDocuments, row: &IncomingRow, facts: &mut IncomingFacts) -> TxResult<()> {
    let (tenant, agency) = (row.tenant_id.0, facts.responsible_agency_id);
    let document_type = row.document_type.as_deref();
    let numbered = take_arrival_number(tx, &room.db.clock, tenant, agency, document_type)?;
    let entry = NewEntry { document: row.id.0, document_type: document_type.unwrap_or_default(), notation: "" };
    enter(tx, tenant, entry, &numbered)?;
    facts.register_id = Some(numbered.register);
    facts.arrival_number = Some(numbered.number);
    facts.registered_at = Some(numbered.at.0);
    Ok(())
}

impl Step<'_> {
    fn take(&mut self, tx: &mut Conn, step: &CreateIncomingTransition) -> TxResult<EventKind> {
        let now = self.stamp.occurred.0;
        match step {
            CreateIncomingTransition::Return { checks, .. } => {
                self.check(*checks);
                self.facts.ended_at = Some(now);
                Ok(facts::RETURNED)
            }
            CreateIncomingTransition::Register { checks } => {
                self.check(*checks);
                self.facts.checks.admit()?;
                Ok(facts::REGISTERED)
            }
            CreateIncomingTransition::Submit { to, .. } => self.submit(tx, *to),
            CreateIncomingTransition::Assign { .. } => assign(self, tx, step),
            CreateIncomingTransition::Start {} => {
                self.facts.started_at = self.facts.started_at.or(Some(now));
                Ok(facts::STARTED)
            }
            CreateIncomingTransition::Report { .. }
            | CreateIncomingTransition::Ask { .. }
            | CreateIncomingTransition::Advise { .. }
            | CreateIncomingTransition::GiveOpinion { .. } => Ok(facts::NOTED),
            CreateIncomingTransition::Complete { answer } => self.complete(tx, answer),
            CreateIncomingTransition::Close { .. } => self.close(tx),
            CreateIncomingTransition::Reopen { .. } => {
                // What was answered stands in the notes; the work is open again.
                (self.facts.ended_at, self.facts.completed_at) = (None, None);
                (self.facts.answer, self.facts.answer_document_id) = (None, None);
                Ok(facts::REOPENED)
            }
            CreateIncomingTransition::AgreeTakeBack {} => {
                self.answer_take_back(TakeBackState::Agreed);
                self.facts.ended_at = Some(now);
                Ok(facts::TAKEN_BACK)
            }
            CreateIncomingTransition::RefuseTakeBack { .. } => {
                self.answer_take_back(TakeBackState::Refused);
                Ok(facts::TAKE_BACK_REFUSED)
            }
            CreateIncomingTransition::ConfirmCancellation {} => {
                self.facts.cancellation_confirmed_at = Some(now);
                Ok(facts::CANCELLATION_CONFIRMED)
            }
        }
    }

    fn check(&mut self, checks: Option<Checks>) {
        if let Some(checks) = checks {
            self.facts.checks = checks;
            self.facts.information_only = checks.information_only();
        }
    }

    fn submit(&mut self, tx: &mut Conn, to: Option<Uuid>) -> TxResult<EventKind> {
        if let Some(officer) = to {
            self.require_head(tx, officer)?;
        }
        // Before which leader may change; when it was brought first is what counts.
        self.facts.submitted_at = self.facts.submitted_at.or(Some(self.stamp.occurred.0));
        self.facts.submitted_to = to;
        Ok(facts::SUBMITTED)
    }

    /// Refuses an officer who does not direct the agency's documents.
    fn require_head(&self, tx: &mut Conn, officer: Uuid) -> TxResult<()> {
        let today = self.stamp.occurred.day_in_vietnam();
        let agency = self.facts.responsible_agency_id;
        if store::is_head(tx, self.row.tenant_id.0, officer, agency, today)? {
            return Ok(());
        }
        let text = Text::new(
            "Người này không phải lãnh đạo đang hoạt động của cơ quan.",
            "This officer is no active leader of the agency.",
        );
        Err(Error::invalid_field("/to", "officer.unfit", text).into())
    }

    fn complete(&mut self, tx: &mut Conn, answer: &IncomingAnswer) -> TxResult<EventKind> {
        self.facts.answer_document_id = None;
        self.facts.answer = Some(match answer {
            IncomingAnswer::Document { document_id } => {
                let answer = outgoing::seen_issued(tx, &self.room.db.vault, self.actor, *document_id)?;
                let Some(answer) = answer else {
                    let text = Text::new("Không có văn bản đi này.", "There is no such outgoing document.");
                    return Err(Error::invalid_field("/answer/document_id", "document.unknown", text).into());
                };
                if !answer.state.is_in_force() {
                    let text = Text::new(
                        "Văn bản này chưa phát hành hoặc không còn hiệu lực.",
                        "This document was not issued yet, or does not hold any more.",
                    );
                    return Err(Error::invalid_field("/answer/document_id", "document.not_in_force", text).into());
                }
                self.facts.answer_document_id = Some(*document_id);
                AnswerKind::Document
            }
            IncomingAnswer::Text { .. } => AnswerKind::Text,
            IncomingAnswer::NotNeeded {} => AnswerKind::NotNeeded,
        });
        self.facts.completed_at = Some(self.stamp.occurred.0);
        Ok(facts::COMPLETED)
    }

    fn close(&mut self, tx: &mut Conn) -> TxResult<EventKind> {
        let worked_on = self.row.state == State::Processing.as_str();
        if worked_on && self.facts.answer.is_none() {
            return Err(Error::conflict(
                "incoming.not_answered",
                "Chưa ghi nhận kết quả xử lý: hãy ghi văn bản trả lời, nội dung trả lời hoặc “không cần trả lời”.",
                "It has not been said how it was answered: by a document, a text, or that it needs no answer.",
            )
            .into());
        }
        if worked_on && !self.answer_holds(tx)? {
            return Err(Error::conflict(
                "incoming.answer_not_in_force",
                "Văn bản trả lời đã bị thu hồi hoặc thay thế: hãy ghi nhận lại kết quả xử lý.",
                "The document that answered it was recalled or replaced: say again how it was answered.",
            )
            .into());
        }
        self.facts.ended_at = Some(self.stamp.occurred.0);
        Ok(facts::FINISHED)
    }

    /// Whether the document by which it was answered holds still: one that was recalled since answers nothing.
    fn answer_holds(&self, tx: &mut Conn) -> TxResult<bool> {
        let Some(answer) = self.facts.answer_document_id else { return Ok(true) };
        let found = outgoing::issued(tx, &self.room.db.vault, self.row.tenant_id.0, &[answer])?;
        Ok(found.get(&answer).is_some_and(|document| document.state.is_in_force()))
    }

    fn answer_take_back(&mut self, state: TakeBackState) {
        if let Some(wish) = &mut self.facts.take_back {
            wish.state = state;
            wish.answered_at = Some(self.stamp.occurred.0);
        }
    }
}
