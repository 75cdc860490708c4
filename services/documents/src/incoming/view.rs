//! Incoming documents as the API shows them.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Text, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::facts::{AnswerKind, Channel, Source, TakeBackState};
use super::rules::{Action, Checks, State, TimedStep};
use super::store::Part;
use crate::case_files::CaseFileReference;
use crate::marks::{CirculationMark, Urgency};

/// Who issued a document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Issuer {
    /// The agency, where it is one of this installation.
    pub agency: Option<Named>,
    /// Its name: as written, or that of the agency. Personal data.
    pub name: String,
}

/// An incoming document (văn bản đến) in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingDocumentSummary {
    /// Its id.
    pub id: Uuid,
    /// Where it came from.
    pub source: Source,
    /// Where it stands.
    pub state: State,
    /// The agency that received it, with the code it had then.
    pub receiving_agency: Named,
    /// The agency responsible for it now.
    pub responsible_agency: Named,
    /// Who issued it.
    pub issuer: Issuer,
    /// Its number, as written.
    #[schema(example = "05")]
    pub number: String,
    /// Its notation, as written.
    #[schema(example = "QĐ-UBND")]
    pub notation: String,
    /// Number and notation as they stand on the document.
    #[schema(example = "05/QĐ-UBND")]
    pub full_number: String,
    /// The day of the document.
    pub issued_on: Option<NaiveDate>,
    /// Code of its type.
    #[serde(rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: Option<String>,
    /// Its type in words.
    #[schema(example = "Quyết định (cá biệt)")]
    pub type_name: Option<String>,
    /// What it is about (trích yếu nội dung). Personal data.
    pub subject: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Who may keep it, and how long.
    pub circulation: Option<CirculationMark>,
    /// Nobody signed it: it is to be known, not to be acted on (để biết; Decision 28/2018/QĐ-TTg, Article 4).
    pub information_only: bool,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Its number of arrival (số đến); `null` until it is registered.
    pub arrival_number: Option<i64>,
    /// By when somebody must act next; `null` when nobody must.
    pub act_by_at: Option<DateTime<Utc>>,
    /// Whether that has passed.
    pub late: bool,
    /// Whether its sender asks to have it back and waits for an answer.
    pub take_back_requested: bool,
    /// Rises with every change.
    pub version: i64,
}

/// An incoming document (văn bản đến).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingDocument {
    /// What a list shows of it.
    #[serde(flatten)]
    pub summary: IncomingDocumentSummary,
    /// On which way it arrived, when from outside.
    pub channel: Option<Channel>,
    /// The outgoing document it is, when sent within this installation.
    pub outgoing_document_id: Option<Uuid>,
    /// Who signed it. Personal data.
    pub signer_name: Option<String>,
    /// The position they signed in.
    pub signer_position: Option<String>,
    /// How many pages.
    pub pages: Option<u32>,
    /// Its language.
    pub language: Option<String>,
    /// Anything else about it. Personal data.
    pub description: Option<String>,
    /// The documents it answers.
    pub replies_to: Vec<String>,
    /// Whether it came on paper as well.
    pub paper: bool,
    /// The day by which its issuer asks for an answer.
    pub due_on: Option<NaiveDate>,
    /// What was found when it arrived.
    pub checks: Checks,
    /// Its files, the document itself first.
    pub files: Vec<IncomingFile>,
    /// Its place in the register; `null` until it is registered.
    pub arrival: Option<Arrival>,
    /// Before which officer it was brought, when one was named.
    pub submitted_to: Option<Uuid>,
    /// The steps that have a time.
    pub steps: Vec<TimedStep>,
    /// The direction that holds; `null` before the first, and for the system that sent it.
    pub assignment: Option<Assignment>,
    /// How it was answered.
    pub answer: Option<AnswerView>,
    /// The sender's wish to have it back, the last one.
    pub take_back: Option<TakeBackView>,
    /// When it ended: returned, finished, cancelled or taken back.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was returned or cancelled. Personal data.
    pub end_reason: Option<String>,
    /// When it was confirmed to its issuer that it was cancelled here.
    pub cancellation_confirmed_at: Option<DateTime<Utc>>,
    /// The document by which its issuer replaced it (thay thế), where it was sent within this installation.
    pub original_replaced_by: Option<Uuid>,
    /// The official letters by which its issuer corrected its form (đính chính).
    pub original_corrected_by: Vec<Uuid>,
    /// What people should look at.
    pub warnings: Vec<Warning>,
    /// The reference its client gave.
    pub external_ref: Option<String>,
    /// The case files it is in, of those the caller may see.
    pub case_files: Vec<CaseFileReference>,
    /// What the caller may do now.
    pub allowed_actions: Vec<Action>,
}

/// A file of a document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingFile {
    /// The file; its content is at `/v1/files/{id}/content`.
    pub id: Uuid,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Whether it is the document itself.
    pub main: bool,
}

/// The place of a document in the register of its agency (sổ văn bản đến).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Arrival {
    /// The register.
    pub register_id: Uuid,
    /// Its number of arrival (số đến).
    pub number: i64,
    /// The day it arrived, in Vietnam (ngày đến).
    pub arrived_on: NaiveDate,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
}

/// A direction of a leader: who deals with a document, and until when (bút phê, phân công).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Assignment {
    /// Which one, counted from 1.
    pub revision: i32,
    /// Whether it holds.
    pub current: bool,
    /// Who gave it: `officer:subject@issuer`.
    pub assigned_by: String,
    /// For whom, on a delegated post.
    pub on_behalf_of: Option<String>,
    /// When.
    pub assigned_at: DateTime<Utc>,
    /// What is to be done. Personal data.
    pub instruction: Option<String>,
    /// Until when.
    pub due_at: Option<DateTime<Utc>>,
    /// Who.
    pub assignees: Vec<Assignee>,
}

/// Somebody a document was given to: an officer, or a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Assignee {
    /// What part they have.
    pub part: Part,
    /// The officer, by id.
    pub officer_id: Option<Uuid>,
    /// Their name. Personal data.
    pub name: Option<String>,
    /// The unit.
    pub unit: Option<Named>,
    /// Whether they can still act on it: false of an officer who left, so that a leader gives it to another.
    pub active: bool,
}

/// How a document was answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerView {
    /// How.
    pub kind: AnswerKind,
    /// The outgoing document that answers it.
    pub document_id: Option<Uuid>,
    /// What was written. Personal data.
    pub text: Option<String>,
    /// When.
    pub completed_at: DateTime<Utc>,
}

/// A wish of the sender to have a document back (lấy lại).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TakeBackView {
    /// How it stands.
    pub state: TakeBackState,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Why. Personal data.
    pub reason: Option<String>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// Why it was refused. Personal data.
    pub refusal: Option<String>,
}

/// Something people should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// `document.duplicate`: the agency has a document of the same number, notation and issuer in that year.
    /// `document.subject_long`: the subject is longer than the 500 characters that the forms of Decree 30/2020/NĐ-CP,
    /// Annex VI hold.
    #[schema(example = "document.duplicate")]
    pub code: &'static str,
    /// What it says.
    pub message: Text,
    /// The other document.
    pub document_id: Option<Uuid>,
    /// Its number of arrival.
    pub arrival_number: Option<i64>,
}

/// An act on a document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingNote {
    /// What was done: an action, or `take_back`, `cancel`, `replace`, `correct`, `receive`.
    #[schema(example = "assign")]
    pub action: String,
    /// By whom: `officer:subject@issuer`.
    pub actor: String,
    /// For whom, on a delegated post.
    pub on_behalf_of: Option<String>,
    /// When.
    pub noted_at: DateTime<Utc>,
    /// The version the document had after it.
    pub version: i64,
    /// What was written: a reason, a progress report, a question, a direction, an opinion, an answer. Personal data.
    pub text: Option<String>,
}

/// Who has read a document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingReader {
    /// Who: `officer:subject@issuer`.
    pub reader: String,
    /// When they read it first.
    pub first_read_at: DateTime<Utc>,
}
