//! What the room of drafts asks of this one: the document of a draft gets its number, the agency's signature, and is issued,
//! or given up before that. Who may ask, that room has decided.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Stamp};
use motcua_kernel::{Actor, Authority, BusinessTime, Error, Uuid};

use super::OutgoingDocuments;
use super::details::{self, DetailsRow};
use super::facts::{
    DOCUMENT_ISSUED, DOCUMENT_NUMBERED, DOCUMENT_SEALED, DOCUMENT_VOIDED, DocumentFacts, DocumentIssued,
};
use super::numbering::ToNumber;
use super::states::{DocumentState, refused};
use super::store::{self, DocumentRow};
use crate::registers::{GivenUp, void_unissued, was_reserved};
use crate::search::FileWords;

/// What a drafted document has beside what every document has.
#[derive(Debug, Clone)]
pub(crate) struct Drafted<'a> {
    pub draft_id: Uuid,
    pub urgency: &'a str,
    pub circulation: Option<&'a str>,
    pub internal: bool,
    pub pages: Option<i32>,
    pub copies: Option<i32>,
    pub language: Option<&'a str>,
    /// Personal data.
    pub description: Option<&'a str>,
    /// The unit that drafted it, which keeps a copy.
    pub unit: Option<Uuid>,
    pub capacity: &'a str,
    pub prefix: &'a str,
    pub position: &'a str,
    /// File and SHA-256 of each, in order.
    pub attachments: &'a [(Uuid, String)],
    /// By when it should have its number.
    pub due_at: Option<BusinessTime>,
}

impl OutgoingDocuments {
    /// Gives a signed draft its number and day.
    pub(crate) fn number_draft(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        by: &Authority,
        new: &ToNumber<'_>,
        drafted: &Drafted<'_>,
        words: &mut FileWords,
    ) -> TxResult<BusinessTime> {
        let mut details = DetailsRow {
            tenant_id: Id(actor.tenant),
            document_id: Id(new.id),
            draft_id: Some(Id(drafted.draft_id)),
            urgency: drafted.urgency.to_owned(),
            circulation: drafted.circulation.map(str::to_owned),
            internal: drafted.internal,
            pages: drafted.pages,
            copies: drafted.copies,
            unit_id: drafted.unit.map(Id),
            signer_capacity: Some(drafted.capacity.to_owned()),
            signer_prefix: Some(drafted.prefix.to_owned()),
            signer_position: Some(drafted.position.to_owned()),
            released_at: None,
            recalled_at: None,
            reason: None,
            language: drafted.language.map(str::to_owned),
            description: None,
        };
        details.seal_description(&self.db.vault, drafted.description)?;
        details::put(tx, &details)?;
        details::put_attachments(tx, actor.tenant, new.id, drafted.attachments)?;
        let of = self.number_document(tx, actor, by, new, words)?;
        let facts = DocumentFacts {
            late: Some(drafted.due_at.is_some_and(|due| due < of.numbered.at)),
            from_reservation: Some(of.numbered.was_reserved()),
            ..facts_of(&of.row, &details)?
        };
        self.tell(tx, &of.stamp, DOCUMENT_NUMBERED, &of.row, &facts)?;
        self.tell_late(tx, &of, new.place)?;
        Ok(of.numbered.at)
    }

    /// The agency's signature is put on it. What is signed and by which device comes with digital signatures.
    pub(crate) fn seal_draft(&self, tx: &mut Conn, stamp: &Stamp, document: Uuid) -> TxResult<()> {
        let (row, details) = step(tx, stamp, document, &[DocumentState::Numbered], DocumentState::Sealed, |_| Ok(()))?;
        self.tell(tx, stamp, DOCUMENT_SEALED, &row, &facts_of(&row, &details)?)
    }

    /// Issues it.
    pub(crate) fn issue_draft(&self, tx: &mut Conn, stamp: &Stamp, document: Uuid, late: bool) -> TxResult<()> {
        let at = stamp.occurred;
        let (row, details) = step(tx, stamp, document, &[DocumentState::Sealed], DocumentState::Issued, |details| {
            details.released_at = Some(at.into());
            Ok(())
        })?;
        let draft_id = details.draft_id.map(|id| id.0);
        let reserved = was_reserved(tx, stamp.tenant, row.register_id.0, (row.number, &row.suffix))?;
        let facts = DocumentIssued { draft_id, late: Some(late), ..DocumentIssued::of(&row, reserved) };
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        let change = Change { kind: DOCUMENT_ISSUED, subject: row.id.0, version: row.version, data: &data };
        self.journal.record(tx, stamp, &change).map(drop)
    }

    /// Gives it up before it is issued: its number stays in the register, void, and is never given again.
    ///
    /// # Errors
    /// `register.closed` when that was signed with the number in use.
    pub(crate) fn void_draft(&self, tx: &mut Conn, stamp: &Stamp, document: Uuid, reason: &str) -> TxResult<()> {
        let before = [DocumentState::Numbered, DocumentState::Sealed];
        let (row, details) = step(tx, stamp, document, &before, DocumentState::Void, |details| {
            details.seal_reason(&self.db.vault, reason).map_err(Into::into)
        })?;
        self.tell(tx, stamp, DOCUMENT_VOIDED, &row, &facts_of(&row, &details)?)?;
        let place = (row.number, row.suffix.as_str());
        let given_up = GivenUp { register: row.register_id.0, place, document, reason };
        void_unissued(tx, &self.db, &self.journal, stamp, given_up)
    }

    pub(super) fn tell(
        &self,
        tx: &mut Conn,
        stamp: &Stamp,
        kind: EventKind,
        row: &DocumentRow,
        facts: &DocumentFacts,
    ) -> TxResult<()> {
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        self.journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: row.version, data: &data }).map(drop)
    }
}

/// Moves a document from one of these states to another, with a change of its details.
fn step(
    tx: &mut Conn,
    stamp: &Stamp,
    document: Uuid,
    from: &[DocumentState],
    to: DocumentState,
    change: impl FnOnce(&mut DetailsRow) -> TxResult<()>,
) -> TxResult<(DocumentRow, DetailsRow)> {
    details::hold(tx, stamp.tenant, &[document])?;
    let row = store::row(tx, stamp.tenant, document)?;
    let mut row = row.ok_or_else(|| Error::internal(format!("the document {document} is gone")))?;
    let state = row.state()?;
    if !from.contains(&state) {
        return Err(refused(state).into());
    }
    let mut details = details::load(tx, &row)?;
    change(&mut details)?;
    to.as_str().clone_into(&mut row.state);
    row.version += 1;
    details::update_state(tx, &row)?;
    details::put(tx, &details)?;
    Ok((row, details))
}

/// The facts of a document as it stands.
pub(super) fn facts_of(row: &DocumentRow, details: &DetailsRow) -> TxResult<DocumentFacts> {
    Ok(DocumentFacts {
        document_id: row.id.0,
        version: row.version,
        state: row.state()?,
        issuing_agency_id: row.written_agency_id.0,
        issuing_agency_code: row.written_code.clone(),
        responsible_agency_id: row.responsible_agency_id.0,
        document_type: row.document_type.clone(),
        normative: row.normative,
        number: row.number,
        suffix: row.letter(),
        notation: row.notation.clone(),
        full_number: row.full_number(),
        register_id: row.register_id.0,
        book: row.book.clone(),
        year: row.year,
        issued_on: row.issued_on,
        draft_id: details.draft_id.as_ref().map(|id| id.0),
        signer_capacity: details.signer_capacity.clone(),
        late: None,
        from_reservation: None,
        by_document_id: None,
    })
}
