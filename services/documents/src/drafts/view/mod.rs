//! What the API says of drafts.

mod opinion;
mod step;

use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{DraftAction, DraftState};
use crate::marks::{CirculationMark, SecrecyMark, Urgency};
use crate::signing::Capacity;

pub use opinion::{Consulted, CreateDraftAnswer, CreateDraftConsultation, DraftConsultation};
pub use step::{CreateComment, CreateDraftTransition, DraftReader, DraftStep};

/// A draft to begin.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDraft {
    /// The agency that shall issue it, by code or id; it must be open today.
    #[schema(example = "H50")]
    pub agency: String,
    /// The unit that drafts it (đơn vị soạn thảo), below the agency, by code or id.
    #[serde(default)]
    #[schema(example = "H50.12")]
    pub unit: Option<String>,
    /// Abbreviation of its type (Decree 30/2020/NĐ-CP, Annex III); `CV` for an official letter, `SY`, `TrS` or `SL` for a
    /// copy.
    #[serde(rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: String,
    /// Whether it is a normative document (văn bản quy phạm pháp luật), a resolution or decision with the year in its
    /// notation and a sequence of its own.
    #[serde(default)]
    pub normative: bool,
    /// What it is about (trích yếu nội dung), at most 2,000 characters. Personal data.
    #[schema(max_length = 2000, example = "Phê duyệt kế hoạch cải cách hành chính năm 2027")]
    pub subject: String,
    /// How urgent it is.
    #[serde(default)]
    pub urgency: Urgency,
    /// Who may keep it, and how long.
    #[serde(default)]
    pub circulation: Option<CirculationMark>,
    /// Whether it stays within the agency (văn bản nội bộ).
    #[serde(default)]
    pub internal: bool,
    /// The issuer in the notation; the agency's own when none is given. An official letter needs one with the drafting unit
    /// or field, such as `UBND-VX`.
    #[serde(default)]
    #[schema(max_length = 40, example = "UBND")]
    pub symbol: Option<String>,
    /// By when it should be issued.
    #[serde(default)]
    pub due_at: Option<DateTime<Utc>>,
    /// The incoming document it answers, one that you see.
    #[serde(default)]
    pub reply_to: Option<Uuid>,
    /// Its text, a file you have uploaded.
    pub file_id: Uuid,
    /// Its attachments in order, at most 50 files you have uploaded.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attachments: Vec<Uuid>,
    /// A note on this version for who checks it, at most 2,000 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Its secrecy mark. Any mark is refused: this system is on a network.
    #[serde(default)]
    pub secrecy: Option<SecrecyMark>,
}

/// A new version of a draft, whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRevision {
    /// What it is about now, at most 2,000 characters; as before when left out. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub subject: Option<String>,
    /// Its text, a file you have uploaded.
    pub file_id: Uuid,
    /// Its attachments in order, at most 50 files you have uploaded or the draft has already; as before when left out.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attachments: Option<Vec<Uuid>>,
    /// What changed and why, at most 2,000 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Its secrecy mark. Any mark is refused.
    #[serde(default)]
    pub secrecy: Option<SecrecyMark>,
}

/// A file of a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftFile {
    /// The file; its content is at `/v1/files/{id}/content`.
    pub id: Uuid,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// A version of a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i32,
    /// Who made it.
    pub author_id: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What it is about. Personal data.
    pub subject: String,
    /// The author's note. Personal data.
    pub note: Option<String>,
    /// The text.
    pub file: DraftFile,
    /// The attachments in order.
    pub attachments: Vec<DraftFile>,
}

/// Draft (dự thảo văn bản).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Draft {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: DraftSummary,
    /// The version that is its text now.
    pub current: Revision,
    /// The checks; none for who is only asked for an opinion.
    pub checks: Option<Checks>,
    /// The signature, once it is signed; none for who is only asked for an opinion.
    pub signature: Option<Signature>,
    /// What the caller may do now: `POST …/transitions`.
    pub allowed_actions: Vec<DraftAction>,
}

/// A draft as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftSummary {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub state: DraftState,
    /// The agency it was begun for, with the code it had then.
    pub agency: Named,
    /// The agency responsible for it now.
    pub responsible_agency: Named,
    /// The unit that drafts it.
    pub unit: Option<Named>,
    /// Its type, by code.
    #[serde(rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: String,
    /// Whether it is a normative document (văn bản quy phạm pháp luật).
    pub normative: bool,
    /// The issuer in the notation, where it is not the agency's own.
    pub symbol: Option<String>,
    /// What it is about. Personal data.
    pub subject: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Who may keep it, and how long.
    pub circulation: Option<CirculationMark>,
    /// Whether it stays within the agency.
    pub internal: bool,
    /// By when it should be issued.
    pub due_at: Option<DateTime<Utc>>,
    /// The incoming document it answers.
    pub reply_to: Option<Uuid>,
    /// The number of its current version.
    pub revision: i32,
    /// Its author.
    pub author_id: Uuid,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was first given to be checked.
    pub submitted_at: Option<DateTime<Utc>>,
    /// The document it became, once it has its number.
    pub document_id: Option<Uuid>,
    /// Rises with every step.
    pub version: i64,
}

/// The two checks before the signature (Decree 30/2020/NĐ-CP, Article 12).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Checks {
    /// What it says, by the head of the drafting unit.
    pub content: Option<Check>,
    /// Form and procedure, by the clerk.
    pub form: Option<Check>,
    /// Who approved an older version and has to see this one, and nobody else.
    pub goes_back_to: Option<Uuid>,
}

/// A check that approved a version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Check {
    /// Who approved.
    pub by: Uuid,
    /// Which version.
    pub revision: i32,
    /// Whether that is the current version; an approval of an older one does not count.
    pub counts: bool,
}

/// The signature of a draft (chữ ký).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Signature {
    /// Its id.
    pub id: Uuid,
    /// Who signed.
    pub officer_id: Uuid,
    /// By which authority.
    pub authority_id: Uuid,
    /// In which capacity.
    pub capacity: Capacity,
    /// What stands above the post; empty for the head.
    #[schema(example = "KT. CHỦ TỊCH")]
    pub prefix: String,
    /// The post.
    #[schema(example = "PHÓ CHỦ TỊCH")]
    pub position: String,
    /// Which version was signed.
    pub revision: i32,
    /// The file that was signed: what is issued.
    pub file: DraftFile,
    /// The text of that version, which both checks approved.
    pub checked_file: DraftFile,
    /// Whether what was signed is another file than what was checked: `false` when they are the same byte for byte. A
    /// machine can't compare the scan of a signed paper with the text it was printed from, so it is not refused: whoever
    /// numbers and issues it compares the two.
    pub replaces_checked_file: bool,
    /// When.
    pub signed_at: DateTime<Utc>,
    /// By when it should have its number: the end of the next working day.
    pub number_due_at: Option<DateTime<Utc>>,
    /// By when it should be issued: the end of the next working day, or within two working hours when it is urgent.
    pub issue_due_at: Option<DateTime<Utc>>,
    /// When it got its number.
    pub numbered_at: Option<DateTime<Utc>>,
    /// When it was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// Whether the number or the issue came, or is still to come, after its time.
    pub late: bool,
}
