//! Search (tìm kiếm) over the fields of documents and the text of their files, with and without diacritics.
//!
//! Decree 30/2020/NĐ-CP, Annex VI, Part I: all fields and the content are searched, queries can be kept and used again, and
//! the hits obey permission.
//!
//! What is found stands in an index of the database's own kind (FTS5 of SQLite, `tsvector` of PostgreSQL) behind one
//! interface: [`put`] and [`remove`] for the rooms that have documents, in the transaction that changes one, so that what was
//! acknowledged is found. Both are given words that were cut and folded here (`words`), so both find the same.
//!
//! Hits come in the order of their dates, the newest first. The index holds words only and decides nothing about who may
//! see what: it narrows to agencies within the caller's reach, and then the predicate of each kind of document has the last
//! word, the same as for reading it ([`Searchable`]).
//!
//! A room whose things are found by other fields than a document has asks the same index for its own kind alone
//! ([`OneKind`]) and shows the hits as its lists do: case files.
//!
//! The words of subjects stand in the index in the clear, folded and without their order on SQLite; a subject may name a
//! person, so the index is personal data like the files are.

mod candidates;
mod file_words;
pub mod http;
mod index;
mod one_kind;
mod ops;
pub mod saved;
mod words;

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Actor, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

pub use file_words::{Body, FileWords};
pub(crate) use index::hold;
pub use index::{Entry, FileContent, add_readers, contents_of, move_rows, put, remove};
pub(crate) use one_kind::{OneKind, page_of};
pub use words::MOST_WORDS;
pub(crate) use words::Search;

/// A kind of document that is searched.
pub trait Searchable: Send + Sync + 'static {
    /// Its word, in hits and filters: `outgoing`.
    fn kind(&self) -> &'static str;

    /// The scope without which nothing of it is found.
    fn scope(&self) -> &'static str;

    /// By whom else than the agencies within their reach the caller is entered among the readers of this kind: themselves,
    /// where officers are, or agencies they act for without a post there.
    ///
    /// # Errors
    /// When the database fails.
    fn readers(&self, _conn: &mut Conn, _actor: &Actor) -> TxResult<Vec<Uuid>> {
        Ok(Vec::new())
    }

    /// What is shown of these in a list of hits, of those alone that the caller may see.
    ///
    /// # Errors
    /// When the database fails.
    fn shown(&self, conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<SearchHit>>;

    /// Enters one anew, as it is now; nothing when it is gone.
    ///
    /// # Errors
    /// When the database fails.
    fn enter(&self, tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()>;
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SearchHit {
    /// What it is: `outgoing`, `incoming` or `draft`.
    #[schema(example = "outgoing")]
    pub kind: String,
    /// Its id, under `/v1/outgoing-documents` and so on.
    pub id: Uuid,
    /// Code of its type; null of an incoming document of another type than those of the list.
    #[serde(rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: Option<String>,
    /// Number and notation as they stand on it; null before it has one.
    #[schema(example = "15/QĐ-UBND")]
    pub full_number: Option<String>,
    /// Its day.
    pub dated: NaiveDate,
    /// What it is about (trích yếu nội dung). Personal data.
    pub subject: String,
}

/// The room of search.
#[derive(Clone)]
pub struct Searches {
    db: Db,
    kinds: Arc<[Box<dyn Searchable>]>,
}

impl fmt::Debug for Searches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Searches").field("kinds", &self.kinds.len()).finish_non_exhaustive()
    }
}

impl Searches {
    /// The room over the service's database, for these kinds of documents.
    #[must_use]
    pub fn new(db: Db, kinds: Vec<Box<dyn Searchable>>) -> Self {
        Self { db, kinds: kinds.into() }
    }

    /// Enters the documents anew that have this content among their files: its text has been read.
    pub(crate) fn enter_again(&self, tx: &mut Conn, tenant: Uuid, sha256: &str) -> TxResult<()> {
        for (kind, document) in index::having(tx, tenant, sha256)? {
            if let Some(kind) = self.kinds.iter().find(|known| known.kind() == kind) {
                index::hold(tx, document)?;
                kind.enter(tx, tenant, document)?;
            }
        }
        Ok(())
    }
}

/// Lets nobody else enter the documents that have this content among their files: its text is about to be told. Documents are
/// held before texts, here as where one is entered, so that no two wait for each other.
pub(crate) fn hold_having(tx: &mut Conn, tenant: Uuid, sha256: &str) -> TxResult<()> {
    for (_, document) in index::having(tx, tenant, sha256)? {
        index::hold(tx, document)?;
    }
    Ok(())
}
