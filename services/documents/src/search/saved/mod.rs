//! Searches that somebody keeps to use them again (lưu câu hỏi tìm kiếm; Decree 30/2020/NĐ-CP, Annex VI, Part I).
//!
//! They are their owner's and nobody else's. What is kept is what is asked, never what was found: used again, a search
//! finds what its caller may see then.

mod facts;
pub mod http;
mod ops;
mod store;

pub use facts::{KINDS, SavedSearchFacts};
pub use store::visible_among;

use motcua_db::Db;
use motcua_journal::Journal;

/// The room of saved searches.
#[derive(Debug, Clone)]
pub struct SavedSearches {
    db: Db,
    journal: Journal,
}

impl SavedSearches {
    /// The room over the service's database and journal.
    #[must_use]
    pub fn new(db: Db, journal: Journal) -> Self {
        Self { db, journal }
    }
}

/// Who keeps searches is who may search.
const READ: &str = "documents:documents:read";
