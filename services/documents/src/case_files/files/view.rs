//! Case files as the API shows them.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Text, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{AccessMode, Action, KeepBack, Kind, State};
use crate::case_files::people::Officer;
use crate::case_files::retention::RetentionView;

/// A case file in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseFileSummary {
    /// Its id.
    pub id: Uuid,
    /// Its code: `<agency>.<year>.<notation>` (`FileCode` of Decree 30/2020/NĐ-CP, Annex VI).
    #[schema(example = "H50.12.2026.01.TCCB")]
    pub code: String,
    /// The agency that opened it, with the code it had then.
    pub agency: Named,
    /// The agency responsible for it now.
    pub responsible_agency: Named,
    /// The year of its plan.
    #[schema(example = 2026)]
    pub year: i32,
    /// Its notation (số và ký hiệu hồ sơ).
    #[schema(example = "01.TCCB")]
    pub notation: String,
    /// What kind of work it is about.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// What it is about (tiêu đề). Personal data.
    pub title: String,
    /// How long it is kept (thời hạn bảo quản).
    pub retention: RetentionView,
    /// Who keeps it (người lập hồ sơ). Personal data.
    pub creator: Officer,
    /// The first day of the work.
    pub started_on: NaiveDate,
    /// The last day of the work.
    pub ended_on: Option<NaiveDate>,
    /// How many documents are in it.
    pub document_total: i32,
    /// How many pages these have, as far as known.
    pub page_total: i32,
    /// By when it is to be handed in to the archive.
    pub hand_over_due_on: Option<NaiveDate>,
    /// Rises with every change.
    pub version: i64,
}

/// A case file (hồ sơ).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseFile {
    /// What lists show.
    #[serde(flatten)]
    pub summary: CaseFileSummary,
    /// More about it. Personal data.
    pub description: Option<String>,
    /// Who may use it (chế độ sử dụng).
    pub rights: AccessMode,
    /// The language of its documents.
    #[schema(example = "Tiếng Việt")]
    pub language: String,
    /// The line of the file plan it was opened by; none when it is not on the plan.
    pub plan_entry_id: Option<Uuid>,
    /// When it was opened here.
    pub opened_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// SHA-256 of the list of its documents as it was closed, in hexadecimal; the journal has signed it.
    pub list_sha256: Option<String>,
    /// The agreement to keep it back.
    pub keep_back: Option<KeepBack>,
    /// The archive it was handed to.
    pub archive_agency: Option<Named>,
    /// The hand-over it was part of.
    pub hand_over_id: Option<Uuid>,
    /// The destruction it was part of.
    pub destruction_id: Option<Uuid>,
    /// What the forms of Annex VI can't hold.
    pub warnings: Vec<CaseFileWarning>,
    /// What the caller may do now.
    pub allowed_actions: Vec<Action>,
}

/// Something to know of a case file or plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseFileWarning {
    /// Stable code.
    #[schema(example = "case_file.notation_long")]
    pub code: &'static str,
    /// What it is, for people.
    pub message: Text,
}

/// An act on a case file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseFileNote {
    /// What was done.
    #[schema(example = "reopen")]
    pub action: String,
    /// Who did it.
    pub actor: String,
    /// For whom, when by delegation.
    pub on_behalf_of: Option<String>,
    /// When.
    pub noted_at: DateTime<Utc>,
    /// The version of the case file after that.
    pub version: i64,
    /// What was written then. Personal data.
    pub text: Option<String>,
}
