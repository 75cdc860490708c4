//! What the journal tells of file plans and case files, without personal data: titles, names and reasons stay here.
//!
//! Every event of a case file carries all its facts, so a follower needs no other event to know where it stands.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Result, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::decision::Decision;
use super::files::rules::{AccessMode, Kind, State};
use super::store::CaseFileRow;

const fn kind(name: &'static str) -> EventKind {
    EventKind { name, subject: "case-files" }
}

/// A case file was opened.
pub const OPENED: EventKind = kind("case_file.opened.v1");
/// Its title, description or rights were changed.
pub const CHANGED: EventKind = kind("case_file.changed.v1");
/// It was closed, with the digest of the list of its documents.
pub const CLOSED: EventKind = kind("case_file.closed.v1");
/// It was opened again.
pub const REOPENED: EventKind = kind("case_file.reopened.v1");
/// It was given to another officer.
pub const ASSIGNED: EventKind = kind("case_file.assigned.v1");
/// The agency keeps it back for a time.
pub const KEPT_BACK: EventKind = kind("case_file.kept_back.v1");
/// It is to be handed in within 30 days.
pub const HAND_OVER_DUE: EventKind = kind("case_file.hand_over_due.v1");
/// It was handed in to the archive.
pub const HANDED_OVER: EventKind = kind("case_file.handed_over.v1");
/// The archive took it.
pub const ACCEPTED: EventKind = kind("case_file.accepted.v1");
/// The archive gave it back.
pub const RETURNED: EventKind = kind("case_file.returned.v1");
/// It was destroyed.
pub const DESTROYED: EventKind = kind("case_file.destroyed.v1");
/// Its agency closed, and another is responsible for it now.
pub const RESPONSIBILITY_MOVED: EventKind = kind("case_file.responsibility_moved.v1");

/// Every kind of event whose facts are [`CaseFileFacts`].
pub const KINDS: [EventKind; 12] = [
    OPENED,
    CHANGED,
    CLOSED,
    REOPENED,
    ASSIGNED,
    KEPT_BACK,
    HAND_OVER_DUE,
    HANDED_OVER,
    ACCEPTED,
    RETURNED,
    DESTROYED,
    RESPONSIBILITY_MOVED,
];

/// A document was put into a case file.
pub const DOCUMENT_ADDED: EventKind = kind("case_file.document_added.v1");
/// A document was taken out of a case file.
pub const DOCUMENT_REMOVED: EventKind = kind("case_file.document_removed.v1");

/// A file plan was made, changed, issued or added to.
pub const PLAN_RECORDED: EventKind = EventKind { name: "file_plan.recorded.v1", subject: "file-plans" };
/// The agency of a file plan closed, and another is responsible for the plan now.
pub const PLAN_MOVED: EventKind = EventKind { name: "file_plan.responsibility_moved.v1", subject: "file-plans" };
/// A loan was asked for, agreed to, refused or ended, or its keeper closed and another keeps the case file now.
pub const LOAN_RECORDED: EventKind = EventKind { name: "case_file_loan.recorded.v1", subject: "case-file-loans" };
/// A destruction was proposed, decided on, refused or done, or its agency closed and another is responsible for it now.
pub const DESTRUCTION_RECORDED: EventKind = EventKind { name: "destruction.recorded.v1", subject: "destructions" };

/// The facts of a case file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseFileFacts {
    /// The case file.
    pub case_file_id: Uuid,
    /// The version it has after this.
    pub version: i64,
    /// Its code.
    pub code: String,
    /// The agency that opened it.
    pub agency_id: Uuid,
    /// Its code then.
    pub agency_code: String,
    /// The agency responsible for it now.
    pub responsible_agency_id: Uuid,
    /// The year of its plan.
    pub year: i32,
    /// Its notation.
    pub notation: String,
    /// The line of the file plan it was opened by.
    pub plan_entry_id: Option<Uuid>,
    /// What kind of work it is about.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// How many years it is kept; null for ever.
    pub retention_years: Option<i32>,
    /// Who may use it.
    pub rights: AccessMode,
    /// The officer who keeps it.
    pub officer_id: Uuid,
    /// The first day of the work.
    pub started_on: NaiveDate,
    /// The last day of the work.
    pub ended_on: Option<NaiveDate>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// How often it was closed.
    pub closings: i32,
    /// How many documents are in it.
    pub document_total: i32,
    /// How many pages these have, as far as known.
    pub page_total: i32,
    /// SHA-256 of the list of its documents as it was closed, in hexadecimal.
    pub list_sha256: Option<String>,
    /// By when it is to be handed in to the archive; null where it is not.
    pub hand_over_due_on: Option<NaiveDate>,
    /// Until when the agency keeps it back.
    pub kept_back_until: Option<NaiveDate>,
    /// The archive it was handed to.
    pub archive_agency_id: Option<Uuid>,
    /// The hand-over it was part of.
    pub hand_over_id: Option<Uuid>,
    /// The destruction it was part of.
    pub destruction_id: Option<Uuid>,
}

impl CaseFileFacts {
    /// Of a row.
    pub(super) fn of(row: &CaseFileRow) -> Result<Self> {
        let rights = AccessMode::from_word(&row.rights);
        Ok(Self {
            case_file_id: row.id.0,
            version: row.version,
            code: row.code.clone(),
            agency_id: row.written_agency_id.0,
            agency_code: row.written_code.clone(),
            responsible_agency_id: row.responsible_agency_id.0,
            year: row.year,
            notation: row.notation.clone(),
            plan_entry_id: row.plan_entry_id.as_ref().map(|id| id.0),
            kind: row.kind()?,
            state: row.state()?,
            retention_years: row.retention_years,
            rights: rights.ok_or_else(|| Error::internal(format!("unknown rights {}", row.rights)))?,
            officer_id: row.creator_officer_id.0,
            started_on: row.started_on,
            ended_on: row.ended_on,
            closed_at: row.closed_at.as_ref().map(|at| at.0),
            closings: row.closings,
            document_total: row.document_total,
            page_total: row.page_total,
            list_sha256: row.list_sha256.clone(),
            hand_over_due_on: row.due_on,
            kept_back_until: row.keep_back()?.map(|kept| kept.until),
            archive_agency_id: row.archive_agency_id.as_ref().map(|id| id.0),
            hand_over_id: row.hand_over_id.as_ref().map(|id| id.0),
            destruction_id: row.destruction_id.as_ref().map(|id| id.0),
        })
    }
}

/// A document put into a case file or taken out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseFileDocumentFacts {
    /// The case file after that.
    #[serde(flatten)]
    pub case_file: CaseFileFacts,
    /// `incoming`, `outgoing` or `upload`.
    pub document_kind: String,
    /// The document; of an upload the file.
    pub document_id: Uuid,
    /// Its day.
    pub document_on: NaiveDate,
}

/// A line of a file plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilePlanEntryFacts {
    /// The line.
    pub entry_id: Uuid,
    /// Its notation.
    pub notation: String,
    /// How many years such a case file is kept; null for ever.
    pub retention_years: Option<i32>,
}

/// A file plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilePlanFacts {
    /// The plan.
    pub plan_id: Uuid,
    /// The version it has after this.
    pub version: i64,
    /// The agency.
    pub agency_id: Uuid,
    /// The agency responsible for it now.
    pub responsible_agency_id: Uuid,
    /// The year.
    pub year: i32,
    /// `draft` or `issued`.
    pub state: String,
    /// The decision that issued it.
    pub decision: Option<Decision>,
    /// How many lines it has.
    pub entry_total: usize,
    /// The lines that this change wrote, at most 100 of them.
    pub entries: Vec<FilePlanEntryFacts>,
}

/// A loan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseFileLoanFacts {
    /// The loan.
    pub loan_id: Uuid,
    /// The version it has after this.
    pub version: i64,
    /// The case file.
    pub case_file_id: Uuid,
    /// Who keeps it.
    pub keeper_agency_id: Uuid,
    /// Who borrows it.
    pub borrower_officer_id: Uuid,
    /// `requested`, `approved`, `refused` or `returned`.
    pub state: String,
    /// When it is to be given back.
    pub due_on: NaiveDate,
}

/// A destruction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DestructionFacts {
    /// The destruction.
    pub destruction_id: Uuid,
    /// The version it has after this.
    pub version: i64,
    /// The agency.
    pub agency_id: Uuid,
    /// The agency responsible for it now.
    pub responsible_agency_id: Uuid,
    /// `proposed`, `decided`, `refused` or `done`.
    pub state: String,
    /// The decision.
    pub decision: Option<Decision>,
    /// How many case files are on its list.
    pub case_file_total: i64,
}

/// Tells of a change of a case file.
///
/// # Errors
/// When the database fails.
pub(super) fn tell(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    row: &CaseFileRow,
) -> TxResult<()> {
    record(tx, journal, stamp, kind, (row.id.0, row.version), &CaseFileFacts::of(row)?)
}

/// Tells of a change of anything of this room, by its id and version.
///
/// # Errors
/// When the database fails.
pub(super) fn record(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    (subject, version): (Uuid, i64),
    facts: &impl Serialize,
) -> TxResult<()> {
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    journal.record(tx, stamp, &Change { kind, subject, version, data: &data }).map(drop)
}
