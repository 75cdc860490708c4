//! What the journal tells of definitions.

use chrono::NaiveDate;
use motcua_journal::EventKind;
use motcua_kernel::{Text, Uuid};
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What events about definitions are about.
pub(crate) const SUBJECT: &str = "indicator-set-versions";

/// There is a version of a set of indicators.
pub const RECORDED: EventKind = EventKind { name: "indicator_set.recorded.v1", subject: SUBJECT };

/// The facts of [`RECORDED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorSetRecorded {
    /// The set.
    pub set_id: Uuid,
    /// Its code.
    pub code: String,
    /// The version.
    pub version_id: Uuid,
    /// What it is called.
    pub version: String,
    /// The set's name in this version.
    pub name: Text,
    /// First day that it governs.
    pub valid_from: NaiveDate,
    /// Last day that it governs; open where nobody has said.
    pub valid_to: Option<NaiveDate>,
    /// How many indicators it has.
    pub indicators: usize,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
}

/// The schema of the room's events.
pub(crate) fn schema() -> EventSchema {
    EventSchema::of::<IndicatorSetRecorded>(RECORDED)
}
