//! What the API takes and shows of drafts.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{FieldError, Result, Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::DraftRow;
use crate::catalogue::content::{Decision, VersionContent};
use crate::catalogue::facts::PartsCheck;
use crate::catalogue::read_content;

/// A new procedure of the province.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CreateProcedure {
    /// Its code, which ends with the code of the province.
    #[schema(example = "1.012753.H50")]
    pub code: String,
    /// What it shall say; may be incomplete.
    pub content: VersionContent,
}

/// A draft of a new version of a procedure.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CreateProcedureDraft {
    /// What it shall say; what the newest version says when absent.
    pub content: Option<VersionContent>,
}

/// What a draft shall say.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct UpdateProcedureDraft {
    /// All of it.
    pub content: VersionContent,
    /// The newest version of the procedure, when it was looked at; the draft's own stays when absent.
    pub based_on: Option<Uuid>,
}

/// What may be done with a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftAction {
    /// Make it a version.
    Publish,
    /// Give it up.
    Discard,
}

/// The end of a draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CreateProcedureDraftTransition {
    /// What to do.
    pub action: DraftAction,
    /// With `publish`: first day on which the version is in force, today or later.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub effective_from: Option<NaiveDate>,
    /// With `publish`: the announcing decision with its date.
    pub decision: Option<Decision>,
}

/// A draft (dự thảo) of a version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcedureDraft {
    /// Id.
    pub id: Uuid,
    /// The procedure; of a new one it can be read from its first publication on.
    pub procedure_id: Uuid,
    /// Code of the procedure.
    pub code: String,
    /// `open`, `published` or `discarded`.
    pub state: String,
    /// The version it was begun from; null for a new procedure.
    pub based_on: Option<Uuid>,
    /// Who wrote it last, as events name people.
    pub author: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
    /// The version it became.
    pub published_version_id: Option<Uuid>,
    /// Version of the draft, which its entity tag begins with.
    pub version: i64,
    /// What it says.
    pub content: VersionContent,
}

impl ProcedureDraft {
    pub(super) fn of(row: DraftRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            procedure_id: row.procedure_id.0,
            code: row.code,
            state: row.state,
            based_on: row.based_on.map(|id| id.0),
            author: row.author,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            published_version_id: row.published_version_id.map(|id| id.0),
            version: row.version,
            content: read_content(row.content.0)?,
        })
    }
}

/// Everything that keeps a draft from being published.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcedureDraftCheck {
    /// Whether nothing does.
    pub ready: bool,
    /// Every fault.
    pub faults: Vec<ProcedureDraftFault>,
    /// What does not keep it from being published and should be looked at: a linked procedure that is not published yet.
    pub warnings: Vec<ProcedureDraftFault>,
    /// Whether it has the seven parts a procedure must have.
    pub parts: PartsCheck,
}

/// Something wrong with a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcedureDraftFault {
    /// JSON Pointer into the draft.
    #[schema(example = "/content/components/0/code")]
    pub pointer: String,
    /// Stable code.
    #[schema(example = "repeated")]
    pub code: String,
    /// What is wrong.
    pub message: Text,
}

impl From<FieldError> for ProcedureDraftFault {
    fn from(fault: FieldError) -> Self {
        Self { pointer: fault.pointer, code: fault.code, message: fault.message }
    }
}
