//! The internal process: what happens to a dossier between the desk and the result.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A step of the internal process (bước của quy trình nội bộ).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ProcessStep {
    /// What is done.
    #[schema(required = true, example = "Thẩm định hồ sơ")]
    pub name: String,
    /// Who does it: `receiver`, `processor`, `approver`, `clerk`, `leader` or `administrator`.
    #[schema(required = true, example = "processor")]
    pub role: String,
    /// Where: `receiving`, `competent`, `issuing`, or the code of an agency; the competent one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "competent")]
    pub agency: Option<String>,
    /// Unit within the agency (phòng, ban chuyên môn).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its part of the term, in half working days.
    #[schema(required = true, example = 2)]
    pub half_days: u32,
    /// What the step leaves behind (sản phẩm).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Tờ trình kèm dự thảo quyết định")]
    pub product: Option<String>,
    /// Number of the act it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
}
