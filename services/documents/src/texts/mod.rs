//! The text of files (nội dung tệp), so that documents are found by what their files say.
//!
//! Decree 30/2020/NĐ-CP, Annex VI: search goes over all fields *and the content*. Read are PDF, DOCX and plain text; a scan
//! without a text layer has none, and says so.
//!
//! A file comes from outside and may be made to harm: a page that never ends, a stream that swells to gigabytes. So it is
//! read by a process of its own that has so much memory and so much time and no more (`child`), started again for each
//! file. Whatever becomes of it, the document stays as it was; a failure is kept with its reason and told.
//!
//! | state | what it says |
//! |---|---|
//! | `waiting` | to be read, or to be tried again |
//! | `read` | its words are in the index |
//! | `none` | nothing in it to read: a scan, a picture, an archive |
//! | `failed` | it could not be read, and why |

mod child;
pub mod http;
mod reader;
mod store;
mod worker;

use motcua_db::Db;

pub use child::{ENDED_BADLY, Limits};
pub use reader::{NOTHING_TO_READ, read};
pub use store::TextState;
pub use worker::worker;

pub(crate) use store::{forget, held_text_of, want};

/// The room of the texts of files.
#[derive(Debug, Clone)]
pub struct Texts {
    db: Db,
}

impl Texts {
    /// The room over the service's database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}
