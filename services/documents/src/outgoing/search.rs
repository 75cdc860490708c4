//! Outgoing documents as they are searched.

use motcua_agencies::names;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Actor, Uuid};

use super::details::{self, attachments_of};
use super::rules::READ;
use super::states::DocumentState;
use super::store::{self, DocumentRow, Personal};
use crate::document_types::DocumentType;
use crate::search::{Body, Entry, FileWords, SearchHit, Searchable, contents_of, put};

/// Their word among kinds of documents.
const KIND: &str = "outgoing";

/// Outgoing documents, for the room of search.
#[derive(Debug, Clone)]
pub struct OutgoingSearch {
    db: Db,
}

impl OutgoingSearch {
    /// Over the service's database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

impl Searchable for OutgoingSearch {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn scope(&self) -> &'static str {
        READ
    }

    fn shown(&self, conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<SearchHit>> {
        let mut shown = Vec::new();
        for row in store::among(conn, actor, ids)?.into_values() {
            // Its number stands in the book; the text is found as the draft it stayed.
            if row.state()? == DocumentState::Void {
                continue;
            }
            let personal = Personal::open(&self.db.vault, &row)?;
            shown.push(SearchHit {
                kind: KIND.to_owned(),
                id: row.id.0,
                full_number: Some(row.full_number()),
                document_type: Some(row.document_type),
                dated: row.issued_on,
                subject: personal.subject,
            });
        }
        Ok(shown)
    }

    fn enter(&self, tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
        let Some(row) = store::row(tx, tenant, id)? else { return Ok(()) };
        let issuer = row.written_agency_id.0;
        let named = names(tx, tenant, &[issuer], row.issued_on)?.remove(&issuer);
        let name = named.map(|named| named.name).unwrap_or_default();
        let body = body(tx, &self.db, tenant, (id, row.file_id.0), &mut FileWords::default())?;
        index(tx, &self.db, &row, &name, &body)
    }
}

/// What the files of a document say: itself and its attachments.
pub(super) fn body(
    tx: &mut Conn,
    db: &Db,
    tenant: Uuid,
    (document, file): (Uuid, Uuid),
    words: &mut FileWords,
) -> TxResult<Body> {
    let attached = attachments_of(tx, tenant, &[document])?.remove(&document).unwrap_or_default();
    let files = std::iter::once(file).chain(attached.into_iter().map(|(file, _)| file));
    let files = contents_of(tx, tenant, files)?;
    words.of(tx, db, tenant, document, files)
}

/// Enters a document into the index.
pub(super) fn index(tx: &mut Conn, db: &Db, row: &DocumentRow, issuer: &str, body: &Body) -> TxResult<()> {
    let tenant = row.tenant_id.0;
    let personal = Personal::open(&db.vault, row)?;
    let number = row.full_number();
    let of_type = DocumentType::by_code(&row.document_type).map(|known| known.vi).unwrap_or_default();
    let signer = personal.signer_name.as_deref().unwrap_or_default();
    let noted = details::load(tx, row)?.open_description(&db.vault)?.unwrap_or_default();
    let entry = Entry {
        kind: KIND,
        document: row.id.0,
        document_type: &row.document_type,
        dated: row.issued_on,
        responsible_agency: row.responsible_agency_id.0,
        readers: Vec::new(),
        texts: vec![&number, of_type, &personal.subject, issuer, &row.written_code, signer, &noted],
        body,
    };
    put(tx, tenant, &entry)
}
