//! What the feed tells of a rating: nothing of the dossier, and no day.

use std::collections::BTreeMap;

use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rating of a month that is over. When it is told says nothing of when it was given.
pub const GIVEN: EventKind = EventKind { name: "rating.given.v1", subject: "ratings" };

/// A rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RatingFacts {
    /// The agency that received the dossier, or the one that goes on with its work.
    pub agency_id: Uuid,
    /// Code of the field; empty when the catalogue has none.
    pub field_code: String,
    /// Code of the procedure.
    pub procedure_code: String,
    /// The month in which it was given, in Vietnam.
    #[schema(example = "2026-11")]
    pub month: String,
    /// The scores, 0 to 2, by criterion.
    pub scores: BTreeMap<String, i64>,
    /// Their sum, when all nine are there.
    pub total: Option<i64>,
}

/// The schema of the room's events.
pub(crate) fn schema() -> EventSchema {
    EventSchema::of::<RatingFacts>(GIVEN)
}
