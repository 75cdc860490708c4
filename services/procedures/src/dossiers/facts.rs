//! What the events of a dossier tell: everything an indicator needs, nothing that names a person.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_clock::{Term, WaitKind};
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::linked::facts::{LinkedFact, ParentFact};
use super::rules::State;
use super::transfer::TransferFact;
use crate::catalogue::content::Channel;
use crate::representatives::view::RepresentativeKind;
use motcua_paper::PaperKind;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)+) => {
        $($(#[$doc])* pub const $name: EventKind = EventKind { name: $word, subject: "dossiers" };)+
    };
}

kinds! {
    /// Submitted.
    SUBMITTED = "dossier.submitted.v1";
    /// Received: has its code and due date.
    RECEIVED = "dossier.received.v1";
    /// Not received.
    REFUSED = "dossier.refused.v1";
    /// Work has begun.
    PROCESSING = "dossier.processing.v1";
    /// Decided; the result waits for its number.
    APPROVED = "dossier.approved.v1";
    /// The result is issued: the end of processing.
    DONE = "dossier.done.v1";
    /// The applicant is asked to add something.
    SUPPLEMENT_REQUESTED = "dossier.supplement_requested.v1";
    /// The applicant has added it.
    SUPPLEMENTED = "dossier.supplemented.v1";
    /// The clock stands still for an excluded wait.
    PAUSED = "dossier.paused.v1";
    /// Other agencies are asked while its term runs on.
    CONSULTED = "dossier.consulted.v1";
    /// The clock goes on after it.
    RESUMED = "dossier.resumed.v1";
    /// The applicant is asked to pay a financial duty.
    PAYMENT_REQUESTED = "dossier.payment_requested.v1";
    /// What is owed or paid of its fees has changed.
    FEES_CHANGED = "dossier.fees_changed.v1";
    /// The duty was paid.
    PAYMENT_CONFIRMED = "dossier.payment_confirmed.v1";
    /// There is a new due date, with an apology.
    EXTENDED = "dossier.extended.v1";
    /// A change of calendars moved the due instant.
    DUE_CHANGED = "dossier.due_changed.v1";
    /// Ended without a result.
    STOPPED = "dossier.stopped.v1";
    /// Taken back by the applicant.
    WITHDRAWN = "dossier.withdrawn.v1";
    /// The result was handed over.
    RETURNED = "dossier.returned.v1";
    /// An officer works on it now, or nobody any more.
    ASSIGNED = "dossier.assigned.v1";
    /// Databases were asked for what replaces its papers.
    LOOKED_UP = "dossier.looked_up.v1";
    /// Its result was revoked.
    RESULT_REVOKED = "dossier.result_revoked.v1";
    /// Its officer is alerted of an online dossier.
    ALERTED = "dossier.alerted.v1";
    /// It was not checked at the desk in time.
    CHECK_OVERDUE = "dossier.check_overdue.v1";
    /// Its papers were not handed over in time to who decides.
    PAPERS_OVERDUE = "dossier.papers_overdue.v1";
    /// An apology with a new date goes out now or never.
    APOLOGY_DUE = "dossier.apology_due.v1";
    /// The due instant has passed.
    OVERDUE = "dossier.overdue.v1";
    /// It has been overdue for so long that the approver, later the leader, is told: `clock` says which.
    ESCALATED = "dossier.escalated.v1";
    /// The clock goes on although the wait does: it has taken as long as the rule excludes at most.
    WAIT_LIMIT_PASSED = "dossier.wait_limit_passed.v1";
    /// Another agency decides it now.
    TRANSFERRED = "dossier.transferred.v1";
    /// A linked dossier was started that could not be before.
    LINKED_STARTED = "dossier.linked_started.v1";
    /// A linked dossier that could not be started is given up.
    LINKED_SKIPPED = "dossier.linked_skipped.v1";
    /// A linked dossier has ended; those that waited for it have started.
    LINKED_ENDED = "dossier.linked_ended.v1";
    /// The agency that got a linked dossier has not acknowledged it in time.
    ACKNOWLEDGEMENT_OVERDUE = "dossier.acknowledgement_overdue.v1";
    /// A succession moved the responsibility.
    RESPONSIBILITY_MOVED = "dossier.responsibility_moved.v1";
}

/// The facts of a dossier after a change: the same shape in every event about it, so that a follower keeps the newest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DossierFacts {
    /// The version of the dossier these facts belong to; later facts have a higher one.
    pub version: i64,
    /// Code, once received.
    pub code: Option<String>,
    /// The procedure.
    pub procedure: ProcedureFacts,
    /// The agencies.
    pub agencies: AgencyFacts,
    /// How it came.
    pub channel: Channel,
    /// Where it stands.
    pub state: State,
    /// The national state code.
    pub national_state: u8,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// When the applicant was last asked to correct or add something before receipt.
    #[serde(default)]
    pub correction_asked_at: Option<DateTime<Utc>>,
    /// When the applicant last added what was asked for before receipt.
    #[serde(default)]
    pub corrected_at: Option<DateTime<Utc>>,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// When work on it began.
    #[serde(default)]
    pub processing_at: Option<DateTime<Utc>>,
    /// The term that counts.
    #[schema(value_type = Option<Object>)]
    pub term: Option<Term>,
    /// The due instant given at receipt.
    pub first_due_at: Option<DateTime<Utc>>,
    /// The due instant now; none while the clock stands still, unless it had passed before.
    pub due_at: Option<DateTime<Utc>>,
    /// Every wait after receipt, in order; only the last can be open.
    pub waits: Vec<Wait>,
    /// How often the applicant was asked to add something, before receipt or after.
    #[serde(default)]
    pub supplements_requested: u32,
    /// Every new due date that was given with an apology.
    #[serde(default)]
    pub extensions: Vec<Extension>,
    /// The revision of the calendars that the due instant was counted by.
    #[serde(default)]
    pub calendar_revision: i64,
    /// By whose calendar the term goes on counting since a succession moved the dossier after its receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_by_id: Option<Uuid>,
    /// Every due instant that a change of calendars moved.
    #[serde(default)]
    pub due_changes: Vec<DueChange>,
    /// When it was decided.
    pub approved_at: Option<DateTime<Utc>>,
    /// When processing ended with a result.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the result was handed over.
    pub returned_at: Option<DateTime<Utc>>,
    /// When it was refused or stopped.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it was withdrawn, which counts only after receipt.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The result.
    pub result: Option<ResultFacts>,
    /// Fees and charges.
    pub fees: FeeFacts,
    /// The components that were handed in.
    pub components: Vec<ComponentFacts>,
    /// Whether the applicant's account was verified with `VNeID`.
    pub vneid_verified: bool,
    /// The officer who works on it, by id in the directory.
    #[serde(default)]
    pub assignee_id: Option<Uuid>,
    /// In what capacity somebody submitted it for the applicant.
    #[serde(default)]
    pub representative: Option<RepresentativeKind>,
    /// Its linked steps, once received, in the order of the procedure version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<LinkedFact>,
    /// The dossier that brought it about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentFact>,
    /// Every transfer of competence, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<TransferFact>,
}

/// The procedure of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProcedureFacts {
    /// Its id.
    pub id: Uuid,
    /// The version the dossier is pinned to.
    pub version_id: Uuid,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of the field; empty when the source has none.
    pub field_code: String,
    /// Name of the field.
    pub field_name: String,
    /// Levels.
    pub levels: Vec<String>,
    /// Whether it ends with a paper.
    pub returns_paper: bool,
}

/// The agencies of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgencyFacts {
    /// Received it.
    pub receiving: AgencyFact,
    /// Decides it.
    pub competent: AgencyFact,
    /// Issues the result.
    pub issuing: AgencyFact,
    /// Helped the applicant to submit.
    #[serde(default)]
    pub supporting: Option<AgencyFact>,
    /// Were asked for their opinion, in the order in which they were.
    #[serde(default)]
    pub consulted: Vec<AgencyFact>,
}

/// An agency as it was written, and who is responsible now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgencyFact {
    /// The agency the dossier was written with.
    pub written_id: Uuid,
    /// Its code then.
    pub written_code: String,
    /// The agency responsible now.
    pub responsible_id: Uuid,
}

/// A time that does not count, or counts apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wait {
    /// What for: `supplement`, `financial_duty`, `posting`, `expertise`, `consultation`, `violation_handling`,
    /// `verification`.
    pub kind: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The law it rests on.
    #[serde(default)]
    pub legal_basis: Option<String>,
    /// The due instant before it.
    #[serde(default)]
    pub due_before: Option<DateTime<Utc>>,
    /// The due instant after it.
    #[serde(default)]
    pub due_after: Option<DateTime<Utc>>,
}

/// A new due date, given with an apology (gia hạn).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Extension {
    /// When it was given.
    pub at: DateTime<Utc>,
    /// The due instant before.
    pub from: Option<DateTime<Utc>>,
    /// The new due date in Vietnam.
    pub to: NaiveDate,
}

/// A due instant that a change of calendars moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DueChange {
    /// When it moved.
    pub at: DateTime<Utc>,
    /// The due instant before.
    pub from: Option<DateTime<Utc>>,
    /// The due instant after.
    pub to: Option<DateTime<Utc>>,
    /// The decree behind the change.
    pub reason: String,
    /// The change of calendars.
    pub change_id: Uuid,
}

impl DossierFacts {
    /// Whether its result was issued and revoked since.
    #[must_use]
    pub fn result_is_revoked(&self) -> bool {
        self.result.as_ref().is_some_and(|result| result.revoked_at.is_some())
    }

    /// From when the desk has it to check: its submission, or the applicant's last correction.
    #[must_use]
    pub fn at_the_desk_since(&self) -> DateTime<Utc> {
        self.corrected_at.unwrap_or(self.submitted_at)
    }

    /// The agency that has it now; none once it has ended.
    #[must_use]
    pub fn held_by(&self) -> Option<Uuid> {
        match self.state {
            State::Submitted | State::AwaitingCorrection | State::Done => Some(self.agencies.receiving.responsible_id),
            State::Received
            | State::Processing
            | State::Paused
            | State::AwaitingSupplement
            | State::AwaitingPayment => Some(self.agencies.competent.responsible_id),
            State::Issuing => Some(self.agencies.issuing.responsible_id),
            State::Refused | State::Withdrawn | State::Stopped | State::Returned => None,
        }
    }

    /// The agency by whose calendar its term counts: the one that decides it, or did when it was received, before a
    /// transfer of competence or a succession.
    #[must_use]
    pub fn counted_by(&self) -> Uuid {
        let before_transfer = self.transfers.first().map(|transfer| transfer.from_id);
        self.counted_by_id.or(before_transfer).unwrap_or(self.agencies.competent.responsible_id)
    }

    /// Whether its processing has ended, with a result or without.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.finished_at.is_some() || self.ended_at.is_some()
    }

    /// The wait that goes on.
    #[must_use]
    pub fn open_wait(&self) -> Option<&Wait> {
        self.waits.last().filter(|wait| wait.ended_at.is_none())
    }

    /// How often it has waited for something else than its applicant's supplements, which its clock counts.
    #[must_use]
    pub fn waits_beside_supplements(&self) -> usize {
        self.waits.iter().filter(|wait| wait.kind != WaitKind::Supplement.as_str()).count()
    }

    /// Which wait goes on: the number of the first is 0.
    #[must_use]
    pub fn open_wait_number(&self) -> Option<i64> {
        self.open_wait().and_then(|_| i64::try_from(self.waits.len()).ok()).map(|count| count - 1)
    }

    /// The wait that goes on, to be ended.
    pub(super) fn open_wait_mut(&mut self) -> Option<&mut Wait> {
        self.waits.last_mut().filter(|wait| wait.ended_at.is_none())
    }
}

/// The result of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResultFacts {
    /// Code of the result paper in the catalogue.
    pub paper_code: Option<String>,
    /// The document in the documents service.
    pub document_id: Option<Uuid>,
    /// Its full number.
    pub number: Option<String>,
    /// Whether an electronic file of the result exists.
    pub has_file: bool,
    /// When it was revoked.
    #[serde(default)]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Fees, charges and financial duties of a dossier, as the law asks them of its applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeeFacts {
    /// Each with kind and amount in đồng.
    pub items: Vec<FeeFact>,
    /// Whether there are fees and all of them are zero.
    pub all_zero: bool,
    /// How it was paid once nothing is owed: `counter`, `transfer`, `elsewhere`, `gateway`, or `several` of them.
    pub paid_by: Option<String>,
}

/// One fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeeFact {
    /// `fee`, `charge` or `other`.
    pub kind: String,
    /// Whole đồng, after reductions.
    pub amount: i64,
    /// The item in the procedure version.
    #[serde(default)]
    pub code: Option<String>,
    /// What has come of it and stayed, in đồng.
    #[serde(default)]
    pub paid: i64,
    /// How the last of it came.
    #[serde(default)]
    pub paid_by: Option<String>,
}

impl FeeFacts {
    /// The facts of these items, of which something is still due or nothing.
    #[must_use]
    pub fn of(items: Vec<FeeFact>, nothing_due: bool) -> Self {
        let mut ways = items.iter().filter_map(|item| item.paid_by.as_ref());
        let paid_by = match ways.next() {
            Some(way) if nothing_due && ways.all(|other| other == way) => Some(way.clone()),
            Some(_) if nothing_due => Some("several".to_owned()),
            Some(_) | None => None,
        };
        let all_zero = !items.is_empty() && items.iter().all(|item| item.amount == 0);
        Self { items, all_zero, paid_by }
    }
}

/// A component that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are counted one by one")]
pub struct ComponentFacts {
    /// Code in the catalogue.
    pub code: String,
    /// Whether a file is there.
    pub has_file: bool,
    /// As what it was handed in, `original` before `copy` before `electronic` where it was as several; none when nobody
    /// said of which paper a digitised file comes.
    #[serde(default)]
    pub form: Option<PaperKind>,
    /// Digitised at receipt.
    pub digitised: bool,
    /// Re-used from an earlier dossier.
    pub reused: bool,
    /// Taken from the person's own store.
    pub from_personal_store: bool,
    /// The database whose data replaced it.
    pub replaced_by: Option<String>,
}
