//! What the events of consultations tell: who was asked, by when, who has answered how, and nothing of what they wrote.

use chrono::{DateTime, Utc};
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{AnswerState, ConsultationState, Join, Outcome, Silence, Stance};

/// What the events are about.
pub const SUBJECT: &str = "consultations";

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)+) => {
        $($(#[$doc])* pub const $name: EventKind = EventKind { name: $word, subject: SUBJECT };)+

        /// What each of the events carries: all the same.
        pub(crate) fn schemas() -> impl Iterator<Item = EventSchema> {
            [$($name),+].into_iter().map(EventSchema::of::<ConsultationFacts>)
        }
    };
}

kinds! {
    /// Agencies are asked for their opinion.
    ASKED = "consultation.asked.v1";
    /// One of them has answered.
    ANSWERED = "consultation.answered.v1";
    /// The silence of one or more counts as consent.
    CONSENT_DEEMED = "consultation.consent_deemed.v1";
    /// One or more are overdue, which means nothing by itself.
    OVERDUE = "consultation.overdue.v1";
    /// It has its outcome.
    CONCLUDED = "consultation.concluded.v1";
    /// Whoever asked took it back.
    CANCELLED = "consultation.cancelled.v1";
    /// The dossier ended before it.
    CLOSED = "consultation.closed.v1";
}

/// A consultation after a change: the same shape in every event about it, so that a follower keeps the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsultationFacts {
    /// The version these facts belong to; later facts have a higher one.
    pub version: i64,
    /// The dossier.
    pub dossier_id: Uuid,
    /// Its procedure.
    pub procedure_code: String,
    /// The agency that asks: the one that decides the dossier.
    pub agency_id: Uuid,
    /// Code of the rule of the procedure version; none of one that an officer asks for beside the rules.
    pub rule: Option<String>,
    /// When it is concluded.
    pub join: Join,
    /// What silence means.
    pub silence: Silence,
    /// The law that provides for it.
    pub legal_basis: Option<String>,
    /// Whether the dossier waits for it without its term running.
    pub stops_clock: bool,
    /// When they were asked.
    pub asked_at: DateTime<Utc>,
    /// Where it stands.
    pub state: ConsultationState,
    /// What it came to.
    pub outcome: Option<Outcome>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who was asked.
    pub agencies: Vec<ConsultedFacts>,
}

/// An agency that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsultedFacts {
    /// The agency that was asked.
    pub written_id: Uuid,
    /// Its code then.
    pub written_code: String,
    /// The agency that answers now.
    pub responsible_id: Uuid,
    /// By when.
    pub due_at: DateTime<Utc>,
    /// Where it stands.
    pub state: AnswerState,
    /// What it says.
    pub stance: Option<Stance>,
    /// When it answered, or its silence became consent.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether it answered after its term.
    pub late: bool,
}
