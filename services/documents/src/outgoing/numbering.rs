//! Giving a document its number, notation and day: the one way, for what is issued in one step and for what was drafted.

use motcua_agencies::Named;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Authority, Error, Result, Uuid};

use super::OutgoingDocuments;
use super::rules::{self, Place};
use super::search;
use super::states::DocumentState;
use super::store::{self, DocumentRow, Personal};
use crate::registers::{
    LateDecision, Meant, NewEntry, NumberClass, Numbered, RegisterKind, enter, symbol_of, take_late_number,
    take_number, tell_late_number, use_reservation,
};
use crate::search::FileWords;

/// A document that is ready for its number.
#[derive(Debug, Clone)]
pub(crate) struct ToNumber<'a> {
    pub id: Uuid,
    pub class: NumberClass,
    pub place: &'a Place,
    /// None for the agency's own.
    pub symbol: Option<&'a str>,
    pub agency: &'a Named,
    pub subject: &'a str,
    pub signer_name: Option<&'a str>,
    pub file_id: Uuid,
    pub file_sha256: &'a str,
    pub external_ref: Option<&'a str>,
    pub state: DocumentState,
}

/// A document that has its number, and the stamp of the moment it got it.
pub(super) struct NumberedDocument {
    pub row: DocumentRow,
    pub numbered: Numbered,
    pub stamp: Stamp,
}

impl OutgoingDocuments {
    /// Gives a document its number, enters it into the register and the index, and keeps it. From here on the register is
    /// held, so this comes last, and within it what its files say is read before the number is taken.
    ///
    /// # Errors
    /// `document.symbol_invalid` and the like when the symbol can't stand in a notation of this class; what registers
    /// refuse of the number asked for.
    pub(super) fn number_document(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        by: &Authority,
        new: &ToNumber<'_>,
        words: &mut FileWords,
    ) -> TxResult<NumberedDocument> {
        let own = symbol_of(tx, actor.tenant, new.agency.id)?;
        let symbol = new.symbol.unwrap_or(&own);
        if let Some(fault) = new.class.symbol_fault(symbol, &own) {
            return Err(Error::invalid(vec![fault]).into());
        }
        let personal = Personal { subject: new.subject.to_owned(), signer_name: new.signer_name.map(str::to_owned) };
        let (subject, signer_name) = personal.seal(&self.db.vault, new.id)?;
        let body = search::body(tx, &self.db, actor.tenant, (new.id, new.file_id), words)?;
        let numbered = self.number_for(tx, actor, new, symbol)?;
        let row = DocumentRow {
            tenant_id: Id(actor.tenant),
            id: Id(new.id),
            document_type: new.class.code().to_owned(),
            symbol: symbol.to_owned(),
            notation: new.class.notation(symbol, numbered.year),
            number: numbered.number,
            register_id: Id(numbered.register),
            book: numbered.book.clone(),
            year: numbered.year,
            issued_on: numbered.on(),
            issued_at: numbered.at.into(),
            written_agency_id: Id(new.agency.id),
            written_code: new.agency.code.clone(),
            responsible_agency_id: Id(new.agency.id),
            subject,
            signer_name,
            file_id: Id(new.file_id),
            file_sha256: new.file_sha256.to_owned(),
            created_by: rules::creator(actor),
            external_ref: new.external_ref.map(str::to_owned),
            version: 1,
            suffix: numbered.suffix.clone(),
            normative: new.class.is_normative(),
            state: new.state.as_str().to_owned(),
        };
        let entry = NewEntry { document: new.id, document_type: new.class.code(), notation: &row.notation };
        enter(tx, actor.tenant, entry, &numbered)?;
        store::insert(tx, &row)?;
        search::index(tx, &self.db, &row, &new.agency.name, &body)?;
        let stamp = Stamp::of(by, Moment { occurred: numbered.at, ..Moment::of(&self.db.clock) });
        Ok(NumberedDocument { row, numbered, stamp })
    }

    /// The number of a document: the next, the one reserved for it, or one behind another.
    fn number_for(&self, tx: &mut Conn, actor: &Actor, new: &ToNumber<'_>, symbol: &str) -> TxResult<Numbered> {
        let (clock, tenant, agency) = (&self.db.clock, actor.tenant, new.agency.id);
        let meant = Meant { tenant, agency, class: new.class, symbol };
        match new.place {
            Place::Next => take_number(tx, clock, tenant, agency, RegisterKind::Outgoing, &new.class.key()),
            Place::Reserved(reservation) => use_reservation(tx, clock, meant, *reservation),
            Place::Late(late) => {
                if let Some(decision) = late.decision.document_id {
                    let document = store::find(tx, actor, decision)?;
                    let document = document.ok_or_else(|| Error::invalid(vec![rules::decision_unknown()]))?;
                    require_said(&document, agency, &late.decision)?;
                }
                take_late_number(tx, clock, meant, late)
            }
        }
    }

    /// Tells of a late number on its register, behind what is told of its document.
    pub(super) fn tell_late(&self, tx: &mut Conn, of: &NumberedDocument, place: &Place) -> TxResult<()> {
        let Place::Late(late) = place else { return Ok(()) };
        let (document, notation) = (of.row.id.0, &of.row.notation);
        tell_late_number(tx, &self.journal, &of.stamp, &of.numbered, document, notation, &late.decision)
    }
}

/// Refuses a document that is not the decision a late number names: of the agency itself, with this number and day.
fn require_said(document: &DocumentRow, agency: Uuid, decision: &LateDecision) -> Result<()> {
    let own = document.written_agency_id.0 == agency || document.responsible_agency_id.0 == agency;
    let bare = |number: &str| number.trim_start_matches('0').to_owned();
    let same = bare(&document.full_number()) == bare(&decision.number) && document.issued_on == decision.date;
    if own && same { Ok(()) } else { Err(Error::invalid(vec![rules::decision_differs()])) }
}
