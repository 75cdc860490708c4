//! What the journal tells of incoming documents, without personal data: subjects, names and what people wrote stay here.
//!
//! Every event of a document carries all its facts, so a follower needs no other event to know where it stands.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Actor, ActorKind, Error, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{Checks, State};
use crate::marks::{CirculationMark, Urgency};

const fn kind(name: &'static str) -> EventKind {
    EventKind { name, subject: "incoming-documents" }
}

/// A document arrived at an agency.
pub const RECEIVED: EventKind = kind("incoming_document.received.v1");
/// It was sent back to its sender.
pub const RETURNED: EventKind = kind("incoming_document.returned.v1");
/// It got its number of arrival.
pub const REGISTERED: EventKind = kind("incoming_document.registered.v1");
/// It was brought before a leader.
pub const SUBMITTED: EventKind = kind("incoming_document.submitted.v1");
/// A leader said who deals with it.
pub const ASSIGNED: EventKind = kind("incoming_document.assigned.v1");
/// Work on it began.
pub const STARTED: EventKind = kind("incoming_document.started.v1");
/// Somebody wrote about it: progress, a question, a direction, an opinion.
pub const NOTED: EventKind = kind("incoming_document.noted.v1");
/// It was said how it was answered.
pub const COMPLETED: EventKind = kind("incoming_document.completed.v1");
/// The work on it ended.
pub const FINISHED: EventKind = kind("incoming_document.finished.v1");
/// It was taken up again.
pub const REOPENED: EventKind = kind("incoming_document.reopened.v1");
/// Its sender asks to have it back.
pub const TAKE_BACK_REQUESTED: EventKind = kind("incoming_document.take_back_requested.v1");
/// Its sender has it back.
pub const TAKEN_BACK: EventKind = kind("incoming_document.taken_back.v1");
/// Its sender does not get it back.
pub const TAKE_BACK_REFUSED: EventKind = kind("incoming_document.take_back_refused.v1");
/// Its issuer revoked it.
pub const CANCELLED: EventKind = kind("incoming_document.cancelled.v1");
/// The agency confirmed that it cancelled it.
pub const CANCELLATION_CONFIRMED: EventKind = kind("incoming_document.cancellation_confirmed.v1");
/// Its issuer replaced it by another document.
pub const ORIGINAL_REPLACED: EventKind = kind("incoming_document.original_replaced.v1");
/// Its issuer corrected its form by an official letter.
pub const ORIGINAL_CORRECTED: EventKind = kind("incoming_document.original_corrected.v1");
/// Its agency closed, and another is responsible for it now.
pub const RESPONSIBILITY_MOVED: EventKind = kind("incoming_document.responsibility_moved.v1");

/// A unit it was given to closed, and another has it now.
pub const UNIT_MOVED: EventKind = kind("incoming_document.unit_moved.v1");

/// Every kind of event whose facts are [`IncomingFacts`].
pub const KINDS: [EventKind; 19] = [
    RECEIVED,
    RETURNED,
    REGISTERED,
    SUBMITTED,
    ASSIGNED,
    STARTED,
    NOTED,
    COMPLETED,
    FINISHED,
    REOPENED,
    TAKE_BACK_REQUESTED,
    TAKEN_BACK,
    TAKE_BACK_REFUSED,
    CANCELLED,
    CANCELLATION_CONFIRMED,
    ORIGINAL_REPLACED,
    ORIGINAL_CORRECTED,
    RESPONSIBILITY_MOVED,
    UNIT_MOVED,
];

/// The kinds whose facts hold nothing that the view of a system hides which brought the document in: who deals with it
/// in the agency, and how it was answered. Every later event holds that, and where the document stands is in the view.
const TOLD_TO_SYSTEMS: [EventKind; 3] = [RECEIVED, RETURNED, REGISTERED];

/// Whether a caller who may see a document may read events of this kind about it.
#[must_use]
pub fn tells(actor: &Actor, kind: &str) -> bool {
    let among = |kinds: &[EventKind]| kinds.iter().any(|one| one.name == kind);
    actor.kind != ActorKind::Client || !among(&KINDS) || among(&TOLD_TO_SYSTEMS)
}

/// What a document sent within this installation has come to with its receiver: for its sender.
pub const DISPATCH_CHANGED: EventKind = EventKind { name: "dispatch.changed.v1", subject: "dispatches" };

/// Where a document came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IncomingSource)]
pub enum Source {
    /// From outside: entered by the clerk, or sent by another system.
    Outside,
    /// An outgoing document of another agency of this installation.
    Internal,
}

impl Source {
    /// The word as columns write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Internal => "internal",
        }
    }
}

/// On which way a document from outside arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On paper, scanned here (số hóa).
    PaperScan,
    /// By e-mail (thư điện tử).
    Email,
    /// Through another system.
    OtherSystem,
}

/// How a document was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// By an outgoing document of this installation (văn bản trả lời).
    Document,
    /// By what was written down.
    Text,
    /// It needs no answer.
    NotNeeded,
}

/// How the wish of its sender to have it back stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TakeBackState {
    /// Asked for; the receiver has not answered.
    Requested,
    /// Agreed, by the receiver or because it was not yet registered.
    Agreed,
    /// Refused by the receiver.
    Refused,
}

/// A wish of the sender to have the document back (lấy lại).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakeBack {
    /// How it stands.
    pub state: TakeBackState,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// The facts of an incoming document, as it stands with the agency that received it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = IncomingDocumentFacts)]
pub struct IncomingFacts {
    /// The document.
    pub document_id: Uuid,
    /// The version it has after this.
    pub version: i64,
    /// Where it came from.
    pub source: Source,
    /// On which way, when from outside.
    pub channel: Option<Channel>,
    /// Where it stands.
    pub state: State,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Who may keep it, and how long.
    pub circulation: Option<CirculationMark>,
    /// Whether it came on paper as well.
    pub paper: bool,
    /// The agency that received it.
    pub receiving_agency_id: Uuid,
    /// Its code then.
    pub receiving_agency_code: String,
    /// The agency responsible for it now.
    pub responsible_agency_id: Uuid,
    /// The agency that issued it, where it is one of this installation.
    pub issuer_agency_id: Option<Uuid>,
    /// The outgoing document it is a copy of, when sent within this installation.
    pub outgoing_document_id: Option<Uuid>,
    /// Code of its type, where it has one.
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    /// The day of the document.
    pub issued_on: Option<NaiveDate>,
    /// The day by which its issuer asks for an answer.
    pub due_on: Option<NaiveDate>,
    /// What the clerk found when it arrived.
    pub checks: Checks,
    /// Nobody signed it: it is to be known, not to be acted on.
    pub information_only: bool,
    /// Whether the client gave a reference of its own.
    pub has_external_ref: bool,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// By when it is to be registered.
    pub register_due_at: Option<DateTime<Utc>>,
    /// When it was registered.
    pub registered_at: Option<DateTime<Utc>>,
    /// The register it stands in.
    pub register_id: Option<Uuid>,
    /// Its number of arrival.
    pub arrival_number: Option<i64>,
    /// By when it is to be before a leader.
    pub submit_due_at: Option<DateTime<Utc>>,
    /// When it was brought before a leader.
    pub submitted_at: Option<DateTime<Utc>>,
    /// Before which officer, when one was named.
    pub submitted_to: Option<Uuid>,
    /// When it was given to those who deal with it, the last time.
    pub assigned_at: Option<DateTime<Utc>>,
    /// Which direction holds: counts them from 1; 0 before the first.
    pub revision: i32,
    /// The officer who has the lead.
    pub lead_officer_id: Option<Uuid>,
    /// The unit that has the lead.
    pub lead_agency_id: Option<Uuid>,
    /// By when it is to be dealt with.
    pub due_at: Option<DateTime<Utc>>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was said how it was answered.
    pub completed_at: Option<DateTime<Utc>>,
    /// How it was answered.
    pub answer: Option<AnswerKind>,
    /// The outgoing document that answers it.
    pub answer_document_id: Option<Uuid>,
    /// When it ended: returned, finished, cancelled or taken back.
    pub ended_at: Option<DateTime<Utc>>,
    /// The sender's wish to have it back.
    pub take_back: Option<TakeBack>,
    /// When the agency confirmed that it cancelled it.
    pub cancellation_confirmed_at: Option<DateTime<Utc>>,
    /// The document by which its issuer replaced it; absent while it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by_id: Option<Uuid>,
    /// The official letters by which its issuer corrected its form; absent when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected_by_ids: Vec<Uuid>,
}

/// What a document sent within this installation has come to with its receiver. Who deals with it there is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DispatchFacts {
    /// The dispatch: the incoming document of the receiver.
    pub dispatch_id: Uuid,
    /// The outgoing document.
    pub document_id: Uuid,
    /// The version the dispatch has now.
    pub version: i64,
    /// The agency it was sent to.
    pub receiving_agency_id: Uuid,
    /// Where it stands there.
    pub state: State,
    /// When it arrived there.
    pub received_at: DateTime<Utc>,
    /// When it was registered there.
    pub registered_at: Option<DateTime<Utc>>,
    /// Its number of arrival there.
    pub arrival_number: Option<i64>,
    /// When it ended there.
    pub ended_at: Option<DateTime<Utc>>,
    /// The sender's wish to have it back.
    pub take_back: Option<TakeBack>,
    /// When the receiver confirmed that it cancelled it.
    pub cancellation_confirmed_at: Option<DateTime<Utc>>,
}

/// Tells of a change of a document, and its sender of what that means for the dispatch.
///
/// # Errors
/// When the database fails.
pub(super) fn tell(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    facts: &IncomingFacts,
) -> TxResult<()> {
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    let subject = facts.document_id;
    journal.record(tx, stamp, &Change { kind, subject, version: facts.version, data: &data })?;
    let Some(document_id) = facts.outgoing_document_id else { return Ok(()) };
    // What people write to each other there is not the sender's business.
    if kind == NOTED || kind == COMPLETED || kind == UNIT_MOVED {
        return Ok(());
    }
    let dispatch = DispatchFacts {
        dispatch_id: facts.document_id,
        document_id,
        version: facts.version,
        receiving_agency_id: facts.receiving_agency_id,
        state: facts.state,
        received_at: facts.received_at,
        registered_at: facts.registered_at,
        arrival_number: facts.arrival_number,
        ended_at: facts.ended_at,
        take_back: facts.take_back.clone(),
        cancellation_confirmed_at: facts.cancellation_confirmed_at,
    };
    let data = serde_json::to_value(dispatch).map_err(Error::internal)?;
    let change = Change { kind: DISPATCH_CHANGED, subject, version: facts.version, data: &data };
    journal.record(tx, stamp, &change).map(drop)
}
