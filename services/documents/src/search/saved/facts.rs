//! What the journal tells of saved searches: that there are some, and not what they ask.

use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const SUBJECT: &str = "saved-searches";

/// A search was saved.
pub(super) const SAVED: EventKind = EventKind { name: "saved_search.created.v1", subject: SUBJECT };
/// It asks something else now, or has another name.
pub(super) const CHANGED: EventKind = EventKind { name: "saved_search.changed.v1", subject: SUBJECT };
/// It was taken away.
pub(super) const DELETED: EventKind = EventKind { name: "saved_search.deleted.v1", subject: SUBJECT };

/// Every event of saved searches.
pub const KINDS: [EventKind; 3] = [SAVED, CHANGED, DELETED];

/// The facts of these events; its owner is who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SavedSearchFacts {
    /// The search.
    pub saved_search_id: Uuid,
    /// The version it has now.
    pub version: i64,
}
