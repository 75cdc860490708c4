//! Recalling, replacing and correcting an issued document: one transaction each, decided by a leader.

use std::sync::Arc;

use motcua_agencies::authority_in;
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, Role, Text, Uuid};

use super::OutgoingDocuments;
use super::details::{self, LinkKind};
use super::drafted::facts_of;
use super::facts::{DOCUMENT_CORRECTED, DOCUMENT_RECALLED, DOCUMENT_REPLACED, DocumentFacts};
use super::ops::view_of;
use super::rules::WRITE;
use super::states::{DocumentAction, DocumentState, act};
use super::store::{self, DocumentRow};
use super::transitions::CreateDocumentTransition;
use crate::precondition::check_version;
use crate::text_fields::{LONGEST_REASON, SHORTEST_REASON, words};

/// Who decides about an issued document.
pub(super) const LEADERS: [Role; 2] = [Role::Leader, Role::Approver];
/// The code of official letters (công văn).
const OFFICIAL_LETTER: &str = "CV";

/// Recalls, replaces or corrects a document.
///
/// # Errors
/// `document.not_leader`, `document.recalled`, `document.state`, `precondition.stale`, and the faults of the request.
pub(super) async fn transition(
    room: &OutgoingDocuments,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    step: CreateDocumentTransition,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let reason = match &step {
        CreateDocumentTransition::Recall { reason } => {
            let mut faults = Vec::new();
            let reason = words(reason, "/reason", (SHORTEST_REASON, LONGEST_REASON), &mut faults);
            if !faults.is_empty() {
                return Err(Error::invalid(faults));
            }
            Some(reason)
        }
        CreateDocumentTransition::Replace { .. } | CreateDocumentTransition::Correct { .. } => None,
    };
    let asking = Arc::clone(&actor);
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("document_right", move |conn| right_to(conn, &asking, id).map(drop)).await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("document_transition", actor.tenant, key, move |tx| {
            own.take(tx, &writer, (id, version), &step, reason.as_deref())
        })
        .await?;
    let read = ReadEntry::of(&actor, "create_outgoing_document_transition", request_id, vec![id]);
    room.db.audit_read(read).await?;
    Ok(answer)
}

/// A document the caller may see and decide about, and by what right.
fn right_to(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<(DocumentRow, Authority)> {
    let row = store::find(conn, actor, id)?.ok_or_else(Error::not_found)?;
    let by = authority_in(conn, actor, row.responsible_agency_id.0, &LEADERS)?;
    Ok((row, by.ok_or_else(not_leader)?))
}

impl OutgoingDocuments {
    fn take(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        (id, version): (Uuid, i64),
        step: &CreateDocumentTransition,
        reason: Option<&str>,
    ) -> TxResult<Answer> {
        let taken: Vec<Uuid> = std::iter::once(id).chain(step.by()).collect();
        details::hold(tx, actor.tenant, &taken)?;
        let (mut row, by) = right_to(tx, actor, id)?;
        check_version(row.version, version)?;
        let next = act(row.state()?, step.action())?;
        let stamp = Stamp::of(&by, Moment::of(&self.db.clock));
        let mut details = details::load(tx, &row)?;
        let with = step.by().map(|other| other_document(tx, actor, &row, other, step.action())).transpose()?;
        next.as_str().clone_into(&mut row.state);
        row.version += 1;
        details::update_state(tx, &row)?;
        if let Some(reason) = reason {
            details.recalled_at = Some(stamp.occurred.into());
            details.seal_reason(&self.db.vault, reason)?;
        }
        details::put(tx, &details)?;
        if let Some(with) = with {
            let kind = if next == DocumentState::Replaced { LinkKind::Replaced } else { LinkKind::Corrected };
            details::link(tx, actor.tenant, kind, (id, with), stamp.occurred.0)?;
        }
        let kind = match step.action() {
            DocumentAction::Recall => DOCUMENT_RECALLED,
            DocumentAction::Replace => DOCUMENT_REPLACED,
            DocumentAction::Correct => DOCUMENT_CORRECTED,
        };
        let facts = DocumentFacts { by_document_id: with, ..facts_of(&row, &details)? };
        self.tell(tx, &stamp, kind, &row, &facts)?;
        match step {
            // Who received it cancels it and says so.
            CreateDocumentTransition::Recall { .. } => {
                self.receivers.revoke(tx, &by, id, reason.unwrap_or_default())?
            }
            CreateDocumentTransition::Replace { by: with } => self.receivers.tell_replaced(tx, &by, id, *with)?,
            CreateDocumentTransition::Correct { by: with } => self.receivers.tell_corrected(tx, &by, id, *with)?,
        };
        let today = stamp.occurred.day_in_vietnam();
        let view = view_of(tx, &self.db.vault, actor, &row, today)?;
        Ok(Answer::done(&view)?.version(row.version).personal())
    }
}

/// The document that replaces or corrects another.
fn other_document(tx: &mut Conn, actor: &Actor, of: &DocumentRow, by: Uuid, action: DocumentAction) -> TxResult<Uuid> {
    let unknown = || {
        let text = Text::new(
            "Không có văn bản khác đã phát hành của cơ quan này mang mã đó.",
            "There is no other issued document of this agency with this id.",
        );
        Error::invalid_field("/by", "document.unknown", text)
    };
    let other = store::find(tx, actor, by)?.filter(|other| other.id != of.id).ok_or_else(unknown)?;
    if other.responsible_agency_id != of.responsible_agency_id || !other.state()?.is_in_force() {
        return Err(unknown().into());
    }
    // A decision with legal rules in it (văn bản quy phạm pháp luật) and one without have the same code, and not the same
    // form: the one is never replaced by the other.
    let same_form = other.document_type == of.document_type && other.normative == of.normative;
    if action == DocumentAction::Replace && !same_form {
        let text = Text::new(
            "Văn bản thay thế phải có hình thức tương đương (Nghị định 30/2020/NĐ-CP, Điều 18).",
            "It is replaced by a document of equal form (Decree 30/2020/NĐ-CP, Article 18).",
        );
        return Err(Error::invalid_field("/by", "document.other_form", text).into());
    }
    if action == DocumentAction::Correct && other.document_type != OFFICIAL_LETTER {
        let text = Text::new(
            "Đính chính bằng công văn (Nghị định 30/2020/NĐ-CP, Điều 18).",
            "It is corrected by an official letter (Decree 30/2020/NĐ-CP, Article 18).",
        );
        return Err(Error::invalid_field("/by", "document.no_official_letter", text).into());
    }
    Ok(by)
}

fn not_leader() -> Error {
    Error::forbidden(
        "document.not_leader",
        "Chỉ lãnh đạo hoặc người phê duyệt của cơ quan được quyết định thu hồi, thay thế, đính chính văn bản.",
        "Only a leader or approver of the agency decides on recalling, replacing or correcting a document.",
    )
}
