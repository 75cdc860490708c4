//! What the journal tells of drafts: agencies, officers' ids, versions and days, and nothing of what a draft says.

use chrono::{DateTime, Utc};
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{DraftState, Stance};
use crate::signing::Capacity;

const fn draft(name: &'static str) -> EventKind {
    EventKind { name, subject: "drafts" }
}

/// A draft was begun.
pub const CREATED: EventKind = draft("draft.created.v1");
/// It has a new version.
pub const REVISED: EventKind = draft("draft.revised.v1");
/// It was given to be checked.
pub const SUBMITTED: EventKind = draft("draft.submitted.v1");
/// What it says, or its form, was approved.
pub const CHECKED: EventKind = draft("draft.checked.v1");
/// It was given back to its author.
pub const RETURNED: EventKind = draft("draft.returned.v1");
/// It was signed.
pub const SIGNED: EventKind = draft("draft.signed.v1");
/// The document it became got its number, its seal, or was issued.
pub const ADVANCED: EventKind = draft("draft.advanced.v1");
/// It was given up.
pub const CANCELLED: EventKind = draft("draft.cancelled.v1");
/// An agency closed, and another is responsible for the draft now.
pub const MOVED: EventKind = draft("draft.responsibility_moved.v1");
/// The unit that drafts it closed, and another drafts it now.
pub const UNIT_MOVED: EventKind = draft("draft.unit_moved.v1");
/// Opinions are gathered on a draft. Whoever is asked hears of it, so it says nothing of who else is.
pub const CONSULTED: EventKind = EventKind { name: "draft.consulted.v1", subject: "draft-consultations" };
/// Somebody who was asked answered. Its subject is the consultation, under a name of its own: the circle of the draft hears
/// of it, and nobody who was only asked, who would learn what all the others said.
pub const ANSWERED: EventKind = EventKind { name: "draft.answered.v1", subject: "draft-answers" };

/// A draft as it stands after what the event tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftFacts {
    /// The draft.
    pub draft_id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// Where it stands now.
    pub state: DraftState,
    /// The agency it was begun for.
    pub agency_id: Uuid,
    /// Its code then.
    pub agency_code: String,
    /// The agency responsible now.
    pub responsible_agency_id: Uuid,
    /// The unit that drafts it.
    pub unit_id: Option<Uuid>,
    /// Its type, by code.
    #[serde(rename = "type")]
    pub document_type: String,
    /// Whether it is a normative document.
    pub normative: bool,
    /// How urgent it is.
    pub urgency: String,
    /// Whether it stays within the agency.
    pub internal: bool,
    /// The number of its current version of the text.
    pub revision: i32,
    /// Its author.
    pub author_id: Uuid,
    /// By when it should be issued.
    pub due_at: Option<DateTime<Utc>>,
    /// Which check was passed: `content` or `form`.
    pub check: Option<String>,
    /// The revision whose content was approved last.
    pub content_revision: Option<i32>,
    /// The revision whose form was approved last.
    pub form_revision: Option<i32>,
    /// The signature, once it is signed.
    pub signature: Option<SignatureFacts>,
    /// The document it became.
    pub document_id: Option<Uuid>,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignatureFacts {
    /// Who signed.
    pub officer_id: Uuid,
    /// By which authority.
    pub authority_id: Uuid,
    /// In which capacity.
    pub capacity: Capacity,
    /// Which version of the text.
    pub revision: i32,
    /// SHA-256 of the file that was signed.
    pub sha256: String,
    /// SHA-256 of the text of that version, which was checked.
    pub checked_sha256: String,
    /// Whether what was signed is another file than what was checked.
    pub replaces_checked_file: bool,
    /// When.
    pub signed_at: DateTime<Utc>,
}

/// A gathering of opinions as it was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftConsultedFacts {
    /// The consultation.
    pub consultation_id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// The draft.
    pub draft_id: Uuid,
    /// The version of the text that is current now.
    pub revision: i32,
    /// The deadline.
    pub due_at: DateTime<Utc>,
}

/// A gathering of opinions as it stands after an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftAnswerFacts {
    /// The consultation.
    pub consultation_id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// The draft.
    pub draft_id: Uuid,
    /// The version of the text that was current when it was asked.
    pub revision: i32,
    /// The deadline.
    pub due_at: DateTime<Utc>,
    /// Who is asked, and how they answered.
    pub asked: Vec<ConsultedFacts>,
}

/// Somebody who is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsultedFacts {
    /// The agency, where one is asked.
    pub agency_id: Option<Uuid>,
    /// The officer, where one is asked.
    pub officer_id: Option<Uuid>,
    /// The answer; none while there is none, which is never consent.
    pub stance: Option<Stance>,
    /// When it came.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether it came after the deadline.
    pub late: bool,
}

/// The schemas of the room's events.
pub(crate) fn schemas() -> Vec<EventSchema> {
    let drafts = [CREATED, REVISED, SUBMITTED, CHECKED, RETURNED, SIGNED, ADVANCED, CANCELLED, MOVED, UNIT_MOVED];
    let opinions = [EventSchema::of::<DraftConsultedFacts>(CONSULTED), EventSchema::of::<DraftAnswerFacts>(ANSWERED)];
    drafts.map(EventSchema::of::<DraftFacts>).into_iter().chain(opinions).collect()
}
