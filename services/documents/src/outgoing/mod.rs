//! Outgoing documents (văn bản đi): documents an agency issues under a number of its own register.
//!
//! What was decided and signed elsewhere, as the result of a dossier, is issued in one step: it gets its number and
//! notation, which are the same on paper and in electronic form (Decree 30/2020/NĐ-CP, Article 15.1), is entered into the
//! register, and its file is kept (Article 19). What was drafted here gets its number when it is signed, then the agency's
//! signature, and is then issued ([`drafted`]); both take their number in one and the same way ([`numbering`]).
//!
//! An issued document is never edited. It is recalled, replaced by one of equal form, or corrected by an official letter
//! (Article 18), each decided by a leader ([`lifecycle`]); what was there stays.
//!
//! One request is one document for ever: the client's `external_ref` outlives every idempotency key, so a service that
//! asks again after days gets the document it was given the first time.
//!
//! State secrets never enter a system on a network: a secrecy mark is refused, and the attempt logged without content.

mod details;
mod drafted;
pub mod facts;
pub mod http;
mod lifecycle;
mod numbering;
mod ops;
mod rules;
pub mod states;
mod store;
mod succession;
pub mod transitions;

use motcua_db::{Conn, Db, TxResult};
use motcua_files::FileVisibility;
use motcua_journal::Journal;
use motcua_kernel::{Actor, Uuid};

pub(crate) use drafted::Drafted;
pub(crate) use numbering::ToNumber;
pub(crate) use rules::{creator, is_symbol, symbol_fault};
pub(crate) use states::never_edited;
pub use store::visible_among;
pub use succession::move_documents;

/// The room of outgoing documents.
#[derive(Debug, Clone)]
pub struct OutgoingDocuments {
    db: Db,
    journal: Journal,
}

impl OutgoingDocuments {
    /// The room over the service's database and journal.
    #[must_use]
    pub fn new(db: Db, journal: Journal) -> Self {
        Self { db, journal }
    }
}

/// A document's file is open to whoever may see the document.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentFiles;

impl FileVisibility for DocumentFiles {
    fn may_read(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        store::sees_file(conn, actor, file)
    }
}
