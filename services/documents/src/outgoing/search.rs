//! Outgoing documents as they are searched.

use motcua_agencies::Named;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Uuid, Vault};

use super::rules::READ;
use super::store::{self, DocumentRow, Personal};
use crate::document_types::DocumentType;
use crate::registers::full_number;
use crate::search::{Entry, SearchHit, Searchable, put};

/// Their word among kinds of documents.
const KIND: &str = "outgoing";

/// Outgoing documents, for the room of search.
#[derive(Debug, Clone)]
pub struct OutgoingSearch {
    vault: Vault,
}

impl OutgoingSearch {
    /// With the vault that their texts were sealed by.
    #[must_use]
    pub fn new(vault: Vault) -> Self {
        Self { vault }
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
        for row in store::visible_rows(conn, actor, ids)? {
            let personal = Personal::open(&self.vault, &row)?;
            shown.push(SearchHit {
                kind: KIND.to_owned(),
                id: row.id.0,
                full_number: Some(full_number(row.number, &row.notation)),
                document_type: row.document_type,
                dated: row.issued_on,
                subject: personal.subject,
            });
        }
        Ok(shown)
    }
}

/// Enters a document into the index.
pub(super) fn index(tx: &mut Conn, row: &DocumentRow, personal: &Personal, issuer: &Named) -> TxResult<()> {
    let number = full_number(row.number, &row.notation);
    let of_type = DocumentType::by_abbreviation(&row.document_type).map(|known| known.vi).unwrap_or_default();
    let signer = personal.signer_name.as_deref().unwrap_or_default();
    let entry = Entry {
        kind: KIND,
        document: row.id.0,
        document_type: &row.document_type,
        dated: row.issued_on,
        responsible_agency: row.responsible_agency_id.0,
        readers: Vec::new(),
        texts: vec![&number, of_type, &personal.subject, &issuer.name, &issuer.code, signer],
    };
    put(tx, row.tenant_id.0, &entry)
}
