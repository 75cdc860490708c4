//! What a national record says beside the parts our content has a field for. It stands in `content.source`, typed here
//! and nowhere else, so that nothing the source said is lost and everything can be read back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::content::VersionContent;
use super::national::{Channel, ProcedureKind};

/// The rest of a national record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SourceWords {
    /// Suffix of the province that made the procedure its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province_suffix: Option<String>,
    /// Kind by who may set its rules (loại thủ tục).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ProcedureKind>,
    /// The kind as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind_as_written: Option<String>,
    /// The levels as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels_as_written: Option<String>,
    /// Who may apply, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience_as_written: Option<String>,
    /// Ministry that issued it (bộ, ngành ban hành).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuing_ministry: Option<String>,
    /// Agencies that carry it out (cơ quan thực hiện), in words.
    pub implementing_agencies: Vec<String>,
    /// Who decides (cơ quan có thẩm quyền), in words.
    pub competent_authorities: Vec<String>,
    /// Agencies consulted (cơ quan phối hợp), in words.
    pub coordinating_agencies: Vec<String>,
    /// Where dossiers are handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiving_address: Option<String>,
    /// Every row of the ways to submit; a way may have several, of which the content keeps what is certain.
    pub channels: Vec<Channel>,
    /// Components of which the content can't say everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentWords>,
    /// Steps (trình tự thực hiện).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<String>,
    /// Conditions (yêu cầu, điều kiện).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<String>,
    /// Where the record was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// When it was taken, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_date: Option<String>,
    /// Page of the procedure there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_url: Option<String>,
}

/// What is known of a component beside its name: counts that are not certain are absent here and 0 in the content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ComponentWords {
    /// Code in the content.
    pub code: String,
    /// Originals asked for, where certain.
    pub originals: Option<u32>,
    /// Copies asked for, where certain.
    pub copies: Option<u32>,
    /// File names of all its forms.
    pub form_files: Vec<String>,
}

impl SourceWords {
    /// The words of a version that came from a national record; none for one that was written here.
    pub(super) fn of(content: &VersionContent) -> Option<Self> {
        match &content.source {
            Value::Object(members) if !members.is_empty() => Self::deserialize(&content.source).ok(),
            _ => None,
        }
    }
}
