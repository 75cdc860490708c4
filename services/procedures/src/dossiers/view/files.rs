//! The files of a dossier, and where each comes from.

use chrono::{DateTime, Utc};
use motcua_kernel::Uuid;
use motcua_paper::PaperKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a file of a dossier comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileOrigin {
    /// From the applicant, electronic.
    #[default]
    Applicant,
    /// Digitised from paper at receipt (số hóa).
    Digitised,
    /// Re-used from an earlier dossier (tái sử dụng).
    Reused,
    /// From the person's own store (kho dữ liệu cá nhân).
    PersonalStore,
    /// The result of the dossier.
    Result,
    /// The mandate of the representative (văn bản ủy quyền).
    Mandate,
    /// Passed on between linked dossiers (liên thông); nobody hands such a file in.
    Linked,
}

impl FileOrigin {
    /// The word as columns write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Digitised => "digitised",
            Self::Reused => "reused",
            Self::PersonalStore => "personal_store",
            Self::Result => "result",
            Self::Mandate => "mandate",
            Self::Linked => "linked",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Applicant, Self::Digitised, Self::Reused, Self::PersonalStore, Self::Result, Self::Mandate, Self::Linked]
            .into_iter()
            .find(|origin| origin.as_str() == word)
    }
}

/// A file of a dossier.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierFile {
    /// The component it belongs to, by its code in the procedure version; empty for the result and for a mandate.
    pub component: String,
    /// The file, uploaded before with `POST /v1/files`, or of an earlier dossier when it is re-used.
    pub file_id: Uuid,
    /// Where it comes from.
    #[serde(default)]
    pub origin: FileOrigin,
    /// As what the paper was handed in: a digitised file comes from an original or a copy, any other is electronic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PaperKind>,
    /// How many of the paper were handed in, 1 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    pub quantity: Option<u32>,
    /// The earlier dossier it comes from: of a file that is re-used, and of no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<FileSource>,
}

/// Where a file that is re-used comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSource {
    /// The dossier: an earlier one of the same applicant.
    pub dossier_id: Uuid,
    /// When it was re-used; never sent with a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only)]
    pub reused_at: Option<DateTime<Utc>>,
}
