//! Events about dossiers: our own, and those of other systems.

use chrono::{DateTime, Utc};
use motcua_kernel::Uuid;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::nullable;

/// A dossier (hồ sơ) after a change, as every `dossier.*.v1` event tells it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct DossierFacts {
    pub version: i64,
    #[serde(deserialize_with = "nullable")]
    pub code: Option<String>,
    pub procedure: Procedure,
    pub agencies: Agencies,
    pub channel: String,
    pub state: String,
    pub national_state: i32,
    pub submitted_at: DateTime<Utc>,
    #[serde(deserialize_with = "nullable")]
    pub received_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub processing_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub term: Option<Term>,
    #[serde(deserialize_with = "nullable")]
    pub first_due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub due_at: Option<DateTime<Utc>>,
    pub waits: Vec<Wait>,
    #[serde(default)]
    pub supplements_requested: i64,
    #[serde(default)]
    pub extensions: Vec<IgnoredAny>,
    #[serde(default)]
    pub due_changes: Vec<IgnoredAny>,
    #[serde(deserialize_with = "nullable")]
    pub approved_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub finished_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub returned_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub ended_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub result: Option<ResultPaper>,
    pub fees: Fees,
    pub components: Vec<Component>,
    pub vneid_verified: bool,
    #[serde(default)]
    pub representative: Option<IgnoredAny>,
    #[serde(default)]
    pub linked: Vec<IgnoredAny>,
    #[serde(default)]
    pub parent: Option<IgnoredAny>,
    #[serde(default)]
    pub transfers: Vec<IgnoredAny>,
    /// When it happened in law.
    pub occurred_at: DateTime<Utc>,
}

/// The procedure (thủ tục) of a dossier.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Procedure {
    pub id: Uuid,
    pub version_id: Uuid,
    pub code: String,
    pub name: String,
    pub field_code: String,
    pub field_name: String,
    pub levels: Vec<String>,
    pub returns_paper: bool,
}

/// The agencies (cơ quan) of a dossier.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Agencies {
    pub receiving: Agency,
    pub competent: Agency,
    pub issuing: Agency,
    #[serde(default)]
    pub supporting: Option<Agency>,
    #[serde(default)]
    pub consulted: Vec<IgnoredAny>,
}

/// An agency as it was written, and who is responsible now.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Agency {
    pub written_id: Uuid,
    pub written_code: String,
    pub responsible_id: Uuid,
}

/// The term (thời hạn giải quyết) that counts.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Term {
    pub count: i64,
    pub unit: String,
}

/// A time that does not count.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Wait {
    pub kind: String,
    pub started_at: DateTime<Utc>,
    #[serde(deserialize_with = "nullable")]
    pub ended_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub due_before: Option<DateTime<Utc>>,
}

/// The result (kết quả) of a dossier.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct ResultPaper {
    #[serde(deserialize_with = "nullable")]
    pub paper_code: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub document_id: Option<Uuid>,
    #[serde(deserialize_with = "nullable")]
    pub number: Option<String>,
    pub has_file: bool,
    #[serde(default)]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Fees and charges (phí, lệ phí), as the law asks them of the applicant.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Fees {
    pub items: Vec<Fee>,
    pub all_zero: bool,
    #[serde(deserialize_with = "nullable")]
    pub paid_by: Option<String>,
}

/// One of them, in đồng.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Fee {
    pub amount: i64,
    #[serde(default)]
    pub paid: i64,
    #[serde(default)]
    pub paid_by: Option<String>,
}

/// A component (thành phần hồ sơ) that was handed in.
#[derive(Debug, Clone, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are counted one by one")]
pub(in crate::facts) struct Component {
    pub has_file: bool,
    pub digitised: bool,
    pub reused: bool,
    pub from_personal_store: bool,
    #[serde(deserialize_with = "nullable")]
    pub replaced_by: Option<String>,
}

/// A dossier that another system handles, as `mirrored_dossier.changed.v1` tells it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct MirrorFacts {
    pub version: i64,
    pub code: String,
    pub source: String,
    pub procedure_code: String,
    pub agency_id: Uuid,
    pub agency_code: String,
    pub channel: u8,
    pub national_state: i32,
    pub reopened: bool,
    pub as_of: DateTime<Utc>,
    pub submitted_at: DateTime<Utc>,
    #[serde(deserialize_with = "nullable")]
    pub received_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub ended_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub returned_at: Option<DateTime<Utc>>,
}
