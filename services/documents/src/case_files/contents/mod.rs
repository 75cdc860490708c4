//! Documents in a case file: links, no copies, one document in as many case files as it belongs to.
//!
//! Only what is a document goes in: what arrived, what was issued, and files uploaded for it. Drafts stay out; the decree
//! has them removed at closing. Who sees a case file sees that a document is in it, with number and day; what the document
//! is about shows only who may see the document itself.

pub mod http;
mod list;
mod ops;
mod show;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) use list::{make_list, newest_day};
pub(super) use show::{kind_of, open_to};

/// What kind of document is in a case file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseFileDocumentKind)]
pub enum DocumentKind {
    /// An incoming document.
    Incoming,
    /// An outgoing document.
    Outgoing,
    /// A file uploaded for the case file alone: a photograph, a recording, a paper of long ago.
    Upload,
}

impl DocumentKind {
    /// The word as columns write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
            Self::Upload => "upload",
        }
    }

    /// The kind a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Incoming, Self::Outgoing, Self::Upload].into_iter().find(|kind| kind.as_str() == word)
    }
}
