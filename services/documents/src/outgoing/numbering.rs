//! Giving a document its number, notation and day: the one way, for what is issued in one step and for what was drafted.

use motcua_agencies::Named;
use motcua_db::sql::Id;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Error, Uuid};

use super::rules;
use super::states::DocumentState;
use super::store::{self, DocumentRow, Personal};
use crate::registers::{NewEntry, Numbered, RegisterKind, enter, take_number};

/// A document that is ready for its number.
#[derive(Debug, Clone)]
pub(crate) struct ToNumber<'a> {
    pub id: Uuid,
    pub document_type: &'a str,
    /// None for the agency's own.
    pub symbol: Option<&'a str>,
    pub agency: &'a Named,
    pub subject: &'a str,
    pub signer_name: Option<&'a str>,
    pub file_id: Uuid,
    pub file_sha256: &'a str,
    pub created_by: String,
    pub external_ref: Option<&'a str>,
    pub state: DocumentState,
}

/// Gives a document the next number of its register, enters it there and keeps it. From here on the register is held, so
/// this comes last.
///
/// # Errors
/// `document.symbol_invalid` when the agency has no symbol that can stand in a notation.
pub(crate) fn number_document(
    tx: &mut Conn,
    db: &Db,
    tenant: Uuid,
    new: &ToNumber<'_>,
) -> TxResult<(DocumentRow, Numbered)> {
    let symbol = match new.symbol {
        Some(symbol) => symbol.to_owned(),
        None => store::symbol_of(tx, tenant, new.agency.id)?,
    };
    if !rules::is_symbol(&symbol) {
        return Err(Error::invalid(vec![rules::symbol_fault()]).into());
    }
    let numbered = take_number(tx, &db.clock, tenant, new.agency.id, RegisterKind::Outgoing, new.document_type)?;
    let personal = Personal { subject: new.subject.to_owned(), signer_name: new.signer_name.map(str::to_owned) };
    let (subject, signer_name) = personal.seal(&db.vault, new.id)?;
    let row = DocumentRow {
        tenant_id: Id(tenant),
        id: Id(new.id),
        document_type: new.document_type.to_owned(),
        notation: rules::notation(new.document_type, &symbol),
        symbol,
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
        created_by: new.created_by.clone(),
        external_ref: new.external_ref.map(str::to_owned),
        version: 1,
        state: new.state.as_str().to_owned(),
    };
    let entry = NewEntry { document: new.id, document_type: new.document_type, notation: &row.notation };
    enter(tx, tenant, entry, &numbered)?;
    store::insert(tx, &row)?;
    Ok((row, numbered))
}
