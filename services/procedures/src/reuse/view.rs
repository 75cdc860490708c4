//! What can be re-used, as the API shows it.

use chrono::{DateTime, Utc};
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose files are looked for, for which procedure.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReusableComponentSearch {
    /// The procedure, by code or id.
    #[schema(example = "2.002080")]
    pub procedure: String,
    /// Identification number or tax code of the applicant.
    #[schema(example = "045190000001")]
    pub identity_number: String,
}

/// What a person can re-use for a procedure. Personal data.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReusableComponents {
    /// Code of the procedure.
    #[schema(example = "2.002080")]
    pub procedure: String,
    /// The version that is in force today.
    pub version_id: Uuid,
    /// Every component of that version.
    pub components: Vec<ReusableComponent>,
}

/// A component, and what it can be taken from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReusableComponent {
    /// Its code in the procedure version.
    #[schema(example = "1.001193-TP01")]
    pub component: String,
    /// Its name.
    pub name: String,
    /// Whether a dossier is incomplete without it.
    pub required: bool,
    /// Files of earlier dossiers, the newest first, at most 20.
    pub files: Vec<ReusableFile>,
}

/// What a file was in its dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReusableKind {
    /// It was handed in (thành phần hồ sơ).
    Component,
    /// It was the result (kết quả).
    Result,
}

/// A file of an earlier dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReusableFile {
    /// The file: handed in with origin `reused`.
    pub file_id: Uuid,
    /// What it was.
    pub kind: ReusableKind,
    /// The dossier it comes from: named as its `source`.
    pub dossier_id: Uuid,
    /// The code of that dossier.
    #[schema(example = "H50.12-261121-0001")]
    pub dossier_code: Option<String>,
    /// Code of the procedure of that dossier.
    pub procedure: String,
    /// Its name.
    pub procedure_name: String,
    /// When the dossier was submitted, or the result issued.
    pub dated_at: DateTime<Utc>,
    /// Number of the result.
    pub number: Option<String>,
}
