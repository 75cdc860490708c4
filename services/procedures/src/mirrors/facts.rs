//! What the event of a mirrored dossier tells, and nothing that names a person.

use chrono::{DateTime, Utc};
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A source has told of a dossier, for the first time or anew.
pub const CHANGED: EventKind = EventKind { name: "mirrored_dossier.changed.v1", subject: "mirrored_dossiers" };

/// A mirrored dossier after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MirrorFacts {
    /// Rises with every change.
    pub version: i64,
    /// Its code.
    pub code: String,
    /// The system that handles it.
    pub source: String,
    /// Its procedure.
    pub procedure_code: String,
    /// The agency it concerns, responsible now.
    pub agency_id: Uuid,
    /// The agency as the source wrote it.
    pub agency_code: String,
    /// 1 at the desk, 2 online, 3 by public post.
    pub channel: u8,
    /// The national state code.
    pub national_state: u8,
    /// The one before; none of the first word.
    pub previous_state: Option<u8>,
    /// Whether it had ended before and went on.
    pub reopened: bool,
    /// The instant at which the source said so.
    pub as_of: DateTime<Utc>,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// When processing ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When the result was handed over.
    pub returned_at: Option<DateTime<Utc>>,
}

/// The schema of the room's event.
pub(crate) fn schema() -> EventSchema {
    EventSchema::of::<MirrorFacts>(CHANGED)
}
