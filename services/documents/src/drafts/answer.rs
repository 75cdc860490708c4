//! Answering a consultation: once, for oneself or for the agency that is asked. A late answer is kept and marked.

use std::sync::Arc;

use motcua_agencies::{authority_in, resolve};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, Text, Uuid};

use super::access::{ANSWERING, Viewer, answering_agencies};
use super::consult::opinion_column;
use super::create::at;
use super::http::WRITE;
use super::request::LONGEST_WORDS;
use super::rules::DraftState;
use super::store::{self, ConsultationRow, ConsultedRow, asks};
use super::view::CreateDraftAnswer;
use super::{Drafts, read};
use crate::text_fields::{optional_words, required};

/// Records an answer.
pub(super) async fn answer(
    room: &Drafts,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    new: CreateDraftAnswer,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let mut faults = Vec::new();
    let said = optional_words(new.text.as_deref(), "/text", LONGEST_WORDS, &mut faults);
    if said.is_none() && new.stance.needs_words() {
        faults.push(required("/text"));
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let (asking, now) = (Arc::clone(&actor), room.db.clock.business());
    // Before a kept answer is given again: whoever is no longer asked hears nothing.
    room.db
        .read("draft_answer_admit", move |conn| {
            let viewer = Viewer::of(conn, &asking, now)?;
            lines_of(conn, &viewer, id).map(drop)
        })
        .await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("draft_answer", actor.tenant, key, move |tx| own.answer_in(tx, &writer, id, &new, said.as_deref()))
        .await?;
    read::noted(room, &actor, "create_draft_answer", request_id, vec![id]).await?;
    Ok(answer)
}

/// A consultation with the lines that ask the caller; one that asks somebody else does not exist for them.
fn lines_of(conn: &mut Conn, viewer: &Viewer, id: Uuid) -> TxResult<(ConsultationRow, Vec<ConsultedRow>)> {
    let row = store::consultation(conn, viewer.tenant, id)?.ok_or_else(Error::not_found)?;
    let lines = store::consulted_of(conn, viewer.tenant, &[id])?;
    let agencies: Vec<Uuid> = lines.iter().filter_map(|one| one.agency_id.as_ref().map(|id| id.0)).collect();
    let answering = answering_agencies(conn, viewer, &agencies)?;
    let lines: Vec<ConsultedRow> = lines.into_iter().filter(|line| asks(line, viewer, &answering)).collect();
    if lines.is_empty() {
        return Err(Error::not_found().into());
    }
    Ok((row, lines))
}

impl Drafts {
    fn answer_in(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        id: Uuid,
        new: &CreateDraftAnswer,
        said: Option<&str>,
    ) -> TxResult<Answer> {
        let known = store::consultation(tx, actor.tenant, id)?.ok_or_else(Error::not_found)?;
        store::hold(tx, actor.tenant, known.draft_id.0)?;
        let moment = Moment::of(&self.db.clock);
        let viewer = Viewer::of(tx, actor, moment.occurred)?;
        let (mut row, lines) = lines_of(tx, &viewer, id)?;
        let draft = store::find(tx, &viewer, row.draft_id.0)?;
        let state = draft.state()?;
        if state == DraftState::Cancelled {
            let error = Error::conflict("draft.state", "Dự thảo đã được hủy.", "The draft was given up.");
            return Err(error.with("state", state.as_str()).into());
        }
        let (mut line, by) = chosen(tx, actor, &viewer, lines, new, &moment)?;
        let stamp = Stamp::of(&by, moment);
        line.stance = Some(new.stance.as_str().to_owned());
        line.opinion = said.map(|said| store::seal(&self.db.vault, &opinion_column(&line), id, said)).transpose()?;
        line.revision = Some(draft.revision);
        line.answered_by_id = viewer.officer.map(Id);
        line.answered_by = Some(stamp.actor().to_owned());
        line.on_behalf_of = by.on_behalf_of();
        line.answered_at = Some(stamp.occurred.into());
        line.late = row.due_at.0 < stamp.occurred.0;
        row.version += 1;
        store::update_answer(tx, &row, &line)?;
        let all = store::consulted_of(tx, actor.tenant, &[id])?;
        self.tell_answered(tx, &stamp, &row, &all)?;
        let circle = store::in_circle(tx, &viewer, draft.id.0)?;
        let view = self.consultation(tx, &viewer, &row, circle)?;
        let path = format!("/v1/drafts/{}/consultations", draft.id.0);
        Ok(Answer::created(path, &view)?.version(row.version).personal())
    }
}

/// The line that is answered, and by what right: the officer's own first, else the one agency they answer for, or name.
fn chosen(
    tx: &mut Conn,
    actor: &Actor,
    viewer: &Viewer,
    lines: Vec<ConsultedRow>,
    new: &CreateDraftAnswer,
    moment: &Moment,
) -> TxResult<(ConsultedRow, Authority)> {
    let mut lines = lines;
    if let Some(reference) = &new.agency {
        let today = moment.occurred.day_in_vietnam();
        let meant = resolve(tx, actor.tenant, reference.trim(), today).map_err(|failure| at("/agency", failure))?;
        lines.retain(|line| line.agency_id.as_ref().is_some_and(|id| meant.contains(&id.0)));
        if lines.is_empty() {
            let text = Text::new(
                "Bạn không trả lời thay cơ quan này trong lần lấy ý kiến.",
                "You don't answer for this agency here.",
            );
            return Err(Error::invalid_field("/agency", "draft.not_asked", text).into());
        }
    }
    let mut open: Vec<ConsultedRow> = lines.into_iter().filter(|line| line.answered_at.is_none()).collect();
    let own = open.iter().position(|line| line.officer_id.as_ref().is_some_and(|id| Some(id.0) == viewer.officer));
    if let Some(place) = own {
        return Ok((open.swap_remove(place), actor.in_own_name()));
    }
    if open.len() > 1 {
        let text = Text::new(
            "Bạn trả lời được thay cho nhiều cơ quan: hãy nêu cơ quan nào.",
            "You answer for several agencies: say for which.",
        );
        return Err(Error::invalid_field("/agency", "required", text).into());
    }
    let line = open.pop().ok_or_else(answered)?;
    let agency = line.agency_id.as_ref().map(|id| id.0).ok_or_else(answered)?;
    let by = authority_in(tx, actor, agency, &ANSWERING)?.ok_or_else(Error::not_found)?;
    Ok((line, by))
}

fn answered() -> Error {
    Error::conflict("draft.answered", "Ý kiến này đã được trả lời.", "This was answered already.")
}
