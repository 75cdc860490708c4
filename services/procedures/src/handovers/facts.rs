//! What the events of hand-overs tell: which papers by code, between which agencies, and nothing that names a person.

use chrono::{DateTime, Utc};
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::HandoverState;

/// Papers were handed over.
pub const GIVEN: EventKind = EventKind { name: "handover.given.v1", subject: "handovers" };
/// They were received, as they were said or with differences.
pub const RECEIVED: EventKind = EventKind { name: "handover.received.v1", subject: "handovers" };

/// A hand-over of papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandoverFacts {
    /// The dossier.
    pub dossier_id: Uuid,
    /// Its code.
    pub dossier_code: Option<String>,
    /// Its procedure.
    pub procedure_code: String,
    /// Which of the dossier's hand-overs it is.
    pub number: i64,
    /// How it stands.
    pub state: HandoverState,
    /// The agency that hands over.
    pub from_agency_id: Uuid,
    /// Its code then.
    pub from_code: String,
    /// The agency that receives.
    pub to_agency_id: Uuid,
    /// Its code then.
    pub to_code: String,
    /// When it was handed over.
    pub handed_over_at: DateTime<Utc>,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// The papers.
    pub papers: Vec<PaperFacts>,
}

/// A paper that changes hands, and what was found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaperFacts {
    /// Code of the component or result; none of another paper, whose name may name a person.
    pub code: Option<String>,
    /// Originals handed over.
    pub originals: u32,
    /// Copies handed over.
    pub copies: u32,
    /// How many of both were missing.
    pub missing: u32,
    /// How many of both came beyond.
    pub extra: u32,
}

/// The schemas of the room's events.
pub(crate) fn schemas() -> [EventSchema; 2] {
    [GIVEN, RECEIVED].map(EventSchema::of::<HandoverFacts>)
}
