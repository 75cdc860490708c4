//! Opinions on a draft, as the API takes and shows them.

use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::drafts::rules::{AnswerState, Stance};

/// Opinions to gather on a draft (lấy ý kiến).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "agencies": ["H50.12"],
    "question": "Đề nghị cho ý kiến về thời hạn tại Điều 3.",
    "working_days": 5
}))]
pub struct CreateDraftConsultation {
    /// The agencies that are asked, by code or id; each must be open today.
    #[serde(default)]
    pub agencies: Vec<String>,
    /// The officers that are asked: ids, or accounts at the installation's issuer. Agencies and officers are at most 50.
    #[serde(default)]
    pub officers: Vec<String>,
    /// What is asked, at most 10,000 characters. Personal data.
    #[schema(max_length = 10000)]
    pub question: String,
    /// The deadline as so many working days of the agency that asks, 1 to 60.
    #[serde(default)]
    pub working_days: Option<u32>,
    /// The deadline as an instant to come.
    #[serde(default)]
    pub due_at: Option<DateTime<Utc>>,
}

/// A gathering of opinions on a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftConsultation {
    /// Its id.
    pub id: Uuid,
    /// The draft.
    pub draft_id: Uuid,
    /// The version that was current when it was asked.
    pub revision: i32,
    /// What is asked. Personal data.
    pub question: String,
    /// Who asks.
    pub asked_by_id: Uuid,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The deadline.
    pub due_at: DateTime<Utc>,
    /// Who is asked, and what they say; who is only asked sees their own line.
    pub asked: Vec<Consulted>,
    /// Rises with every answer.
    pub version: i64,
}

/// Somebody who is asked, and their answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Consulted {
    /// The agency, where one is asked: the one responsible now.
    pub agency: Option<Named>,
    /// The officer, where one is asked.
    pub officer_id: Option<Uuid>,
    /// Where the answer stands. Silence is never consent.
    pub state: AnswerState,
    /// The answer.
    pub stance: Option<Stance>,
    /// What was said with it. Personal data.
    pub text: Option<String>,
    /// The version that was current when it was answered.
    pub revision: Option<i32>,
    /// Who answered.
    pub answered_by_id: Option<Uuid>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
}

/// An answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"stance": "agree"}))]
pub struct CreateDraftAnswer {
    /// For which agency, by code or id, where the caller answers for several.
    #[serde(default)]
    pub agency: Option<String>,
    /// The answer.
    pub stance: Stance,
    /// What is said with it, at most 10,000 characters; needed with comments and disagreement. Personal data.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub text: Option<String>,
}
