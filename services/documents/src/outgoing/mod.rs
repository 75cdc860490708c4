//! Outgoing documents (văn bản đi): documents an agency issues under a number of its own register.
//!
//! What was decided and signed elsewhere, as the result of a dossier, is issued in one step: it gets its number and
//! notation, which are the same on paper and in electronic form (Decree 30/2020/NĐ-CP, Article 15.1), is entered into the
//! register, and its file is kept (Article 19). What was drafted here gets its number when it is signed, then the agency's
//! signature, and is then issued ([`drafted`]). Both take their number in one and the same way ([`numbering`]): the next,
//! one that was reserved, or a late one by a decision.
//!
//! An issued document is never edited. It is recalled, replaced by one of equal form, or corrected by an official letter
//! (Article 18), each decided by a leader ([`lifecycle`]); what was there stays, and whoever received it is told
//! ([`Receivers`]). A document that is given up before it was issued leaves a void number behind.
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
mod lines;
mod numbering;
mod ops;
mod receivers;
pub mod report;
mod rules;
mod search;
mod sharing;
pub mod states;
mod store;
mod succession;
pub mod transitions;

use std::sync::Arc;

use motcua_db::{Conn, Db, TxResult};
use motcua_files::FileVisibility;
use motcua_journal::Journal;
use motcua_kernel::{Actor, Uuid};

pub(crate) use drafted::Drafted;
pub use lines::OutgoingLines;
pub(crate) use numbering::ToNumber;
pub use receivers::{Receivers, Sent};
pub(crate) use rules::{Place, place};
pub use search::OutgoingSearch;
pub(crate) use sharing::{Original, corrections_of, full_numbers, hold, issued, seen_issued, with_file};
pub(crate) use states::never_edited;
pub use store::visible_among;
pub use succession::move_documents;

/// The room of outgoing documents.
#[derive(Debug, Clone)]
pub struct OutgoingDocuments {
    db: Db,
    journal: Journal,
    receivers: Arc<dyn Receivers>,
}

impl OutgoingDocuments {
    /// The room over the service's database and journal, and the room that knows who received a document.
    #[must_use]
    pub fn new(db: Db, journal: Journal, receivers: Arc<dyn Receivers>) -> Self {
        Self { db, journal, receivers }
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
