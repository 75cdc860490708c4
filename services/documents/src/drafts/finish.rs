//! What comes after the signature: number and day, the agency's signature, issue; or giving a draft up.

use motcua_agencies::open_agency;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{BusinessTime, Error};

use super::Drafts;
use super::request::AskedStep;
use super::store::{self, DraftRow, SignatureRow};
use super::transition::UnderWay;
use super::view::CreateDraftTransition;
use crate::directory::names_of;
use crate::outgoing::states::DocumentState;
use crate::outgoing::{Drafted, ToNumber};
use crate::registers::NumberClass;
use crate::search::FileWords;

impl Drafts {
    /// Gives a signed draft its number, and the day that goes with it.
    pub(super) fn number(
        &self,
        tx: &mut Conn,
        of: &mut UnderWay<'_>,
        step: &CreateDraftTransition,
        asked: &AskedStep,
        words: &mut FileWords,
    ) -> TxResult<()> {
        let CreateDraftTransition::Number { pages, copies, .. } = step else {
            return Err(Error::internal("a draft was numbered by what is no number").into());
        };
        let row = &*of.row;
        let mut signature = signature_of(tx, row)?;
        if signature.revision != row.revision || signature.agency_id != row.responsible_agency_id {
            return Err(Error::internal(format!("the signature of draft {} is of something else", row.id.0)).into());
        }
        let tenant = of.actor.tenant;
        let today = of.stamp.occurred.day_in_vietnam();
        let agency = open_agency(tx, tenant, &row.responsible_agency_id.0.to_string(), today)?;
        let document = row.document_id.as_ref().map(|id| id.0);
        let document = document.ok_or_else(|| Error::internal("a draft is numbered without a document"))?;
        let (_, files) = store::revisions(tx, row, Some(row.revision))?;
        let attachments: Vec<_> =
            files.into_iter().filter(|file| file.position > 0).map(|file| (file.file_id.0, file.sha256)).collect();
        let signer = signature.officer_id.0;
        let signer_name = names_of(tx, &self.db.vault, tenant, &[signer])?.remove(&signer);
        let subject = row.subject(&self.db.vault)?;
        let class = NumberClass::of(&row.document_type, row.normative);
        let new = ToNumber {
            id: document,
            class: class.ok_or_else(|| Error::internal(format!("draft {} is of no class", row.id.0)))?,
            place: &asked.place,
            symbol: row.symbol.as_deref(),
            agency: &agency,
            subject: &subject,
            signer_name: signer_name.as_deref(),
            file_id: signature.file_id.0,
            file_sha256: &signature.file_sha256,
            external_ref: None,
            state: DocumentState::Numbered,
        };
        let drafted = Drafted {
            draft_id: row.id.0,
            urgency: &row.urgency,
            circulation: row.circulation.as_deref(),
            internal: row.internal,
            pages: *pages,
            copies: *copies,
            language: asked.language.as_deref(),
            description: asked.description.as_deref(),
            unit: row.unit_id.as_ref().map(|id| id.0),
            capacity: &signature.capacity,
            prefix: &signature.prefix,
            position: &signature.position,
            attachments: &attachments,
            due_at: signature.number_due_at.as_ref().map(|at| BusinessTime(at.0)),
        };
        let at = self.documents.number_draft(tx, of.actor, of.by, &new, &drafted, words)?;
        signature.numbered_at = Some(at.into());
        store::update_signature(tx, &signature)
    }

    /// Puts the agency's signature on it: it was signed by the authorised person, or it had no number (Articles 32, 33).
    ///
    /// An agency that has closed signs nothing any more, and its successor has a register and a head of its own: what was
    /// numbered for the old one is given up, its number void, and drafted anew. What has that signature already is complete;
    /// the successor, who goes on with the work, sends it out in the name it bears.
    ///
    /// # Errors
    /// `agency.closed` naming the successor.
    pub(super) fn seal(&self, tx: &mut Conn, of: &UnderWay<'_>) -> TxResult<()> {
        let signature = signature_of(tx, of.row)?;
        let today = of.stamp.occurred.day_in_vietnam();
        open_agency(tx, of.actor.tenant, &signature.agency_id.0.to_string(), today)?;
        self.documents.seal_draft(tx, of.stamp, document_of(of.row)?)
    }

    /// Issues it.
    pub(super) fn issue(&self, tx: &mut Conn, of: &UnderWay<'_>) -> TxResult<()> {
        let mut signature = signature_of(tx, of.row)?;
        let late = signature.issue_due_at.as_ref().is_some_and(|due| due.0 < of.stamp.occurred.0);
        self.documents.issue_draft(tx, of.stamp, document_of(of.row)?, late)?;
        signature.issued_at = Some(of.stamp.occurred.into());
        store::update_signature(tx, &signature)
    }

    /// Gives it up; a number it has is void.
    pub(super) fn cancel(&self, tx: &mut Conn, of: &UnderWay<'_>) -> TxResult<()> {
        let Some(document) = of.row.document_id.as_ref() else { return Ok(()) };
        self.documents.void_draft(tx, of.stamp, document.0, of.said.unwrap_or_default())
    }
}

fn signature_of(tx: &mut Conn, row: &DraftRow) -> TxResult<SignatureRow> {
    let found = store::signature(tx, row)?;
    Ok(found.ok_or_else(|| Error::internal(format!("draft {} goes on without a signature", row.id.0)))?)
}

fn document_of(row: &DraftRow) -> TxResult<motcua_kernel::Uuid> {
    let document = row.document_id.as_ref().map(|id| id.0);
    Ok(document.ok_or_else(|| Error::internal(format!("draft {} has no document", row.id.0)))?)
}
