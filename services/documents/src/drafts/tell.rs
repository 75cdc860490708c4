//! Keeping a change of a draft: its row, its step, and the event that tells of it.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Stamp};
use motcua_kernel::{Authority, Error, Result, Uuid};

use super::Drafts;
use super::facts::{
    ANSWERED, CONSULTED, ConsultedFacts, DraftAnswerFacts, DraftConsultedFacts, DraftFacts, SignatureFacts,
};
use super::rules::Stance;
use super::store::{self, ConsultationRow, ConsultedRow, DraftRow, FileRow, SignatureRow, StepRow};
use crate::signing::Capacity;

/// What is noted of something that happened to a draft.
pub(super) struct Noted<'a> {
    pub kind: &'static str,
    pub officer: Option<Uuid>,
    pub by: Option<&'a Authority>,
    pub said: Option<&'a str>,
}

impl Drafts {
    /// Appends a step to a draft that is held.
    pub(super) fn note(&self, tx: &mut Conn, stamp: &Stamp, row: &DraftRow, noted: &Noted<'_>) -> TxResult<StepRow> {
        let number = store::next_step(tx, row.tenant_id.0, row.id.0)?;
        let said = noted.said.map(|text| store::seal(&self.db.vault, &said_column(number), row.id.0, text));
        let step = StepRow {
            tenant_id: row.tenant_id.clone(),
            draft_id: row.id.clone(),
            number,
            kind: noted.kind.to_owned(),
            revision: row.revision,
            officer_id: noted.officer.map(Id),
            actor: stamp.actor().to_owned(),
            on_behalf_of: noted.by.and_then(Authority::on_behalf_of),
            taken_at: stamp.occurred.into(),
            said: said.transpose()?,
        };
        store::insert_step(tx, &step)?;
        Ok(step)
    }

    /// Writes a changed draft as its next version and tells of it.
    pub(super) fn change(
        &self,
        tx: &mut Conn,
        stamp: &Stamp,
        kind: EventKind,
        row: &mut DraftRow,
        check: Option<&str>,
    ) -> TxResult<()> {
        row.version += 1;
        store::update(tx, row)?;
        self.tell(tx, stamp, kind, row, check)
    }

    /// Tells of a draft as it stands.
    pub(super) fn tell(
        &self,
        tx: &mut Conn,
        stamp: &Stamp,
        kind: EventKind,
        row: &DraftRow,
        check: Option<&str>,
    ) -> TxResult<()> {
        let signature = store::signature(tx, row)?;
        let facts = DraftFacts {
            draft_id: row.id.0,
            version: row.version,
            state: row.state()?,
            agency_id: row.written_agency_id.0,
            agency_code: row.written_code.clone(),
            responsible_agency_id: row.responsible_agency_id.0,
            unit_id: row.unit_id.as_ref().map(|id| id.0),
            document_type: row.document_type.clone(),
            normative: row.normative,
            urgency: row.urgency.clone(),
            internal: row.internal,
            revision: row.revision,
            author_id: row.author_id.0,
            due_at: row.due_at.as_ref().map(|at| at.0),
            check: check.map(str::to_owned),
            content_revision: row.content_revision,
            form_revision: row.form_revision,
            signature: match &signature {
                Some(signed) => Some(signature_facts(signed, store::checked_file(tx, row, signed.revision)?)?),
                None => None,
            },
            document_id: row.document_id.as_ref().map(|id| id.0),
        };
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        self.journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: row.version, data: &data }).map(drop)
    }

    /// Tells that opinions are gathered.
    pub(super) fn tell_consulted(&self, tx: &mut Conn, stamp: &Stamp, row: &ConsultationRow) -> TxResult<()> {
        let facts = DraftConsultedFacts {
            consultation_id: row.id.0,
            version: row.version,
            draft_id: row.draft_id.0,
            revision: row.revision,
            due_at: row.due_at.0,
        };
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        let change = Change { kind: CONSULTED, subject: row.id.0, version: row.version, data: &data };
        self.journal.record(tx, stamp, &change).map(drop)
    }

    /// Tells of a consultation as it stands after an answer.
    pub(super) fn tell_answered(
        &self,
        tx: &mut Conn,
        stamp: &Stamp,
        row: &ConsultationRow,
        asked: &[ConsultedRow],
    ) -> TxResult<()> {
        let line = |one: &ConsultedRow| {
            Ok(ConsultedFacts {
                agency_id: one.agency_id.as_ref().map(|id| id.0),
                officer_id: one.officer_id.as_ref().map(|id| id.0),
                stance: stance_of(one)?,
                answered_at: one.answered_at.as_ref().map(|at| at.0),
                late: one.late,
            })
        };
        let facts = DraftAnswerFacts {
            consultation_id: row.id.0,
            version: row.version,
            draft_id: row.draft_id.0,
            revision: row.revision,
            due_at: row.due_at.0,
            asked: asked.iter().map(line).collect::<Result<_>>()?,
        };
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        let change = Change { kind: ANSWERED, subject: row.id.0, version: row.version, data: &data };
        self.journal.record(tx, stamp, &change).map(drop)
    }
}

/// What the sealed text of a step belongs to, beside its draft.
pub(super) fn said_column(number: i32) -> String {
    format!("draft_steps.said:{number}")
}

pub(super) fn capacity_of(row: &SignatureRow) -> Result<Capacity> {
    Capacity::from_word(&row.capacity)
        .ok_or_else(|| Error::internal(format!("signature {} has capacity {}", row.id.0, row.capacity)))
}

pub(super) fn stance_of(row: &ConsultedRow) -> Result<Option<Stance>> {
    let known = |word: &String| {
        Stance::from_word(word).ok_or_else(|| Error::internal(format!("a draft was answered with {word}")))
    };
    row.stance.as_ref().map(known).transpose()
}

fn signature_facts(row: &SignatureRow, checked: FileRow) -> Result<SignatureFacts> {
    Ok(SignatureFacts {
        officer_id: row.officer_id.0,
        authority_id: row.authority_id.0,
        capacity: capacity_of(row)?,
        revision: row.revision,
        sha256: row.file_sha256.clone(),
        replaces_checked_file: row.file_sha256 != checked.sha256,
        checked_sha256: checked.sha256,
        signed_at: row.signed_at.0,
    })
}
