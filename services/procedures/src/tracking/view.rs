//! What anybody with a tracking reference sees, and asks.

use chrono::{DateTime, Utc};
use motcua_kernel::{Money, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dossiers::linked::facts::LinkedStatus;
use crate::dossiers::rules::State;

/// Which dossier.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackingRequest {
    /// The reference given at submission (mã tra cứu); small letters, blanks and dashes do not matter.
    #[schema(example = "7F3K-9Q2M-XA")]
    pub tracking_reference: String,
    /// The dossier code, to be sure that it is this one.
    #[serde(default)]
    #[schema(example = "H50.12-261121-0001")]
    pub code: Option<String>,
}

/// Where a dossier stands, for one screen. It names no person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrackedDossier {
    /// Dossier code, once received.
    pub code: Option<String>,
    /// Name of the procedure.
    pub procedure: String,
    /// The state.
    pub state: State,
    /// The national state code, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub national_state: u8,
    /// Its name.
    pub state_name: Text,
    /// What happens next and who has it, in a sentence.
    pub next: Text,
    /// Who has it now; none once it has ended.
    pub held_by: Option<TrackedAgency>,
    /// Where it was handed in and the result is fetched.
    pub received_by: TrackedAgency,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// When the result is due (hẹn trả); none before receipt, and while the clock stands still unless it had passed before.
    pub due_at: Option<DateTime<Utc>>,
    /// The due date in words: the term and what has changed it.
    pub due: Option<Text>,
    /// For what the clock stands still, if it does: `supplement`, `financial_duty`, `posting` …
    pub waiting_for: Option<String>,
    /// When processing ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the result was handed over.
    pub returned_at: Option<DateTime<Utc>>,
    /// Number of the result.
    pub result_number: Option<String>,
    /// When the result was revoked; it holds no more then.
    pub result_revoked_at: Option<DateTime<Utc>>,
    /// What the applicant must do now.
    pub todo: Todo,
    /// What it brings about at other agencies (liên thông), and who has it there.
    pub linked: Vec<TrackedLinked>,
}

/// A linked dossier.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrackedLinked {
    /// Name of the step.
    #[schema(example = "Đăng ký thường trú cho trẻ")]
    pub name: String,
    /// Its dossier's code, once received.
    pub code: Option<String>,
    /// How it stands.
    pub status: LinkedStatus,
    /// Where its dossier stands, for people.
    pub state_name: Text,
    /// The agency that has it now.
    pub held_by: Option<TrackedAgency>,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// An agency of a dossier.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrackedAgency {
    /// Code.
    #[schema(example = "H50.12")]
    pub code: String,
    /// Name.
    pub name: String,
}

/// What the applicant must do (việc người nộp cần làm).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Todo {
    /// What.
    pub action: TodoAction,
    /// In a sentence.
    pub text: Text,
    /// How many things are to be added; which ones is told at the desk and to who is logged in.
    pub supplement_items: usize,
    /// What is to be paid, now or with the result.
    pub due: Money,
}

/// What an applicant can have to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TodoAction {
    /// Nothing.
    Nothing,
    /// Add or correct something.
    Supplement,
    /// Pay.
    Pay,
    /// Fetch the result.
    CollectResult,
}
