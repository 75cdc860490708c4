//! What events tell of linked steps. No personal data: a fault says what is wrong and never what somebody wrote.

use chrono::{DateTime, Utc};
use motcua_kernel::{FieldError, Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many faults of a step are kept: an event stays small.
const MOST_FAULTS: usize = 10;

/// How a linked step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkedStatus {
    /// It waits for what must come before it (chờ bước trước).
    Waiting,
    /// Its dossier is under way (đang thực hiện).
    Started,
    /// Its dossier could not be made; the faults say why (chưa tạo được hồ sơ).
    Failed,
    /// Its dossier ended with a result (đã có kết quả).
    Done,
    /// Its dossier ended without a result (kết thúc không có kết quả).
    Closed,
    /// It starts no dossier any more: what it waited for ended without a result (không thực hiện).
    Skipped,
}

impl LinkedStatus {
    /// Whether it may still come to an end.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Started | Self::Failed)
    }

    /// The name for people.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::Waiting => Text::new("Chờ bước trước", "Waits for an earlier step"),
            Self::Started => Text::new("Đang thực hiện", "Under way"),
            Self::Failed => {
                Text::new("Chưa tạo được hồ sơ; cán bộ đang xử lý", "Could not be started yet; officers look into it")
            }
            Self::Done => Text::new("Đã có kết quả", "Has its result"),
            Self::Closed => Text::new("Kết thúc không có kết quả", "Ended without a result"),
            Self::Skipped => Text::new("Không thực hiện", "Not carried out"),
        }
    }
}

/// A linked step of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkedFact {
    /// Code of the step in the procedure version.
    pub code: String,
    /// Code of the linked procedure.
    pub procedure_code: String,
    /// How it stands.
    pub status: LinkedStatus,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Its dossier.
    pub dossier_id: Option<Uuid>,
    /// Why its dossier could not be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<LinkedFault>,
}

impl LinkedFact {
    pub(super) fn set(&mut self, status: LinkedStatus, at: DateTime<Utc>) {
        self.status = status;
        self.since = at;
        self.faults.clear();
    }

    pub(super) fn fail(&mut self, faults: Vec<FieldError>, at: DateTime<Utc>) {
        self.set(LinkedStatus::Failed, at);
        self.faults = faults.into_iter().take(MOST_FAULTS).map(LinkedFault::from).collect();
    }
}

/// Something that keeps a linked dossier from being made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkedFault {
    /// JSON Pointer into what would be submitted: `/form/name`.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// What is wrong.
    pub message: Text,
}

impl From<FieldError> for LinkedFault {
    fn from(fault: FieldError) -> Self {
        Self { pointer: fault.pointer, code: fault.code, message: fault.message }
    }
}

/// The dossier that brought this one about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParentFact {
    /// The first dossier.
    pub dossier_id: Uuid,
    /// Code of the step in its procedure version.
    pub step: String,
}
