//! Outgoing documents (văn bản đi): documents an agency issues under a number of its own register.
//!
//! Thin for now: a document is issued in one step, because what comes here is the result of a dossier that has been
//! decided and signed elsewhere. In that step it gets its number and notation, which are the same on paper and in
//! electronic form (Decree 30/2020/NĐ-CP, Article 15.1), is entered into the register, and its file is kept
//! (Article 19). It takes the next number, one that was reserved for it, or a late one by a decision. Drafting, signing and sending come in front of and behind it.
//!
//! One request is one document for ever: the client's `external_ref` outlives every idempotency key, so a service that
//! asks again after days gets the document it was given the first time.
//!
//! State secrets never enter a system on a network: a secrecy mark is refused, and the attempt logged without content.

pub mod facts;
pub mod http;
mod lines;
mod ops;
mod rules;
mod search;
mod sharing;
mod store;
mod succession;

use motcua_db::{Conn, Db, TxResult};
use motcua_files::FileVisibility;
use motcua_journal::Journal;
use motcua_kernel::{Actor, Uuid};

pub use lines::OutgoingLines;
pub use search::OutgoingSearch;
pub(crate) use sharing::{Original, issued, seen_issued, with_file};
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
