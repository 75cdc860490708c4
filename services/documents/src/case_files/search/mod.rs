//! Finding case files (tìm hồ sơ) by their words, in the index that finds documents, under a kind of their own.
//!
//! Found are code, notation, title and description, and what the line of the file plan says: its heading, title and note.
//! Not the documents in a case file: each is found by its own predicate. The case file's predicate has the last word here
//! too; the filters of the list narrow what was found.

pub mod http;
mod ops;

use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::store::CaseFileRow;
use super::{CaseFiles, loans, plans};
use crate::search::{Body, Entry, add_readers, put};

/// Their word in the index.
const KIND: &str = "case_file";

/// Enters a case file as it is now, in the transaction that changes it.
pub(super) fn enter(tx: &mut Conn, room: &CaseFiles, row: &CaseFileRow) -> TxResult<()> {
    let (tenant, id) = (row.tenant_id.0, row.id.0);
    let content = row.content(&room.db.vault)?;
    let planned = match &row.plan_entry_id {
        Some(entry) => plans::words_of(tx, room, tenant, entry.0)?,
        None => Vec::new(),
    };
    let mut texts = vec![row.code.as_str(), row.notation.as_str(), content.title.as_str()];
    texts.extend(content.description.as_deref());
    texts.extend(planned.iter().map(String::as_str));
    let mut readers = vec![row.creator_officer_id.0];
    readers.extend(row.archive_agency_id.as_ref().map(|archive| archive.0));
    readers.extend(loans::borrowers(tx, tenant, id)?);
    let entry = Entry {
        kind: KIND,
        document: id,
        document_type: "",
        dated: row.started_on,
        responsible_agency: row.responsible_agency_id.0,
        readers,
        texts,
        body: &Body::default(),
    };
    put(tx, tenant, &entry)
}

/// Lets somebody else find a case file: the archive it is handed to, an officer it is lent to.
pub(super) fn widen(tx: &mut Conn, tenant: Uuid, case_file: Uuid, reader: Uuid) -> TxResult<()> {
    add_readers(tx, tenant, KIND, case_file, &[reader])
}
