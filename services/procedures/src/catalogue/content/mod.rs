//! What a version of a procedure says: written once at publishing, never changed, kept as one document.
//!
//! Words of closed lists (levels, kinds of fees, roles …) are kept as text and judged by [`super::check`], so that a draft
//! with twelve faults can be stored and told all twelve. Every part may be missing in a stored document: what was
//! published before a part was thought of can still be read.

mod agency;
mod channel;
mod component;
mod consultation;
mod fee;
mod law;
mod linked;
mod online;
mod process;

use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use agency::{AgencyRule, IssuingDocument};
pub use channel::{Channel, ChannelRule};
pub use component::{Component, DigitisationGround, Replacement, ResultPaper};
pub use consultation::ConsultationRule;
pub use fee::{Collection, Fee, Reduction};
pub use law::{Decision, Field, LegalBasis};
pub use linked::{
    BEFORE_APPROVAL, BEFORE_RETURN, FormSource, GATES, LinkedStep, ON_RECEIPT, ON_RESULT, PassedComponent, STARTS,
};
pub use online::{DATABASES, DatabaseText, PARTIAL_REASONS};
pub use process::ProcessStep;

/// The content of a procedure version (nội dung thủ tục hành chính), after the parts of Decree 63/2010, article 8.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct VersionContent {
    /// Name in Vietnamese.
    #[schema(required = true, example = "Thủ tục đăng ký khai sinh")]
    pub name: String,
    /// Name in English, when somebody has translated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Field (lĩnh vực).
    #[schema(required = true)]
    pub field: Field,
    /// Levels at which it is carried out (cấp thực hiện), as words: `ministry`, `province`, `commune` …
    #[schema(required = true, example = json!(["commune"]))]
    pub levels: Vec<String>,
    /// Who may ask for it (đối tượng thực hiện): `citizen`, `enterprise`, `organisation` …
    #[schema(required = true, example = json!(["citizen"]))]
    pub audience: Vec<String>,
    /// The announcing decision (quyết định công bố); publishing sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Legal bases (căn cứ pháp lý).
    #[schema(required = true)]
    pub legal_bases: Vec<LegalBasis>,
    /// Sequence of steps for the applicant (trình tự thực hiện), where the source's record does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<String>,
    /// Requirements and conditions (yêu cầu, điều kiện), where the source's record does not say them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<String>,
    /// Channels with their own terms and fees (cách thức thực hiện): a service may be faster or cheaper online.
    #[schema(required = true)]
    pub channels: Vec<ChannelRule>,
    /// Components of the dossier (thành phần hồ sơ).
    #[schema(required = true)]
    pub components: Vec<Component>,
    /// How many sets of the dossier are asked for (số lượng hồ sơ).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    pub sets: Option<u32>,
    /// Papers that end it (kết quả).
    #[schema(required = true)]
    pub results: Vec<ResultPaper>,
    /// Which agency is competent to decide (cơ quan có thẩm quyền).
    #[schema(required = true)]
    pub competent: AgencyRule,
    /// Which agency issues the result, and so whose register numbers it.
    #[schema(required = true)]
    pub issuing: AgencyRule,
    /// What kind of document the result is.
    #[schema(required = true)]
    pub issuing_document: IssuingDocument,
    /// Internal process (quy trình nội bộ giải quyết): who does what in which part of the term.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub process: Vec<ProcessStep>,
    /// Consultations of other agencies that it provides for (lấy ý kiến).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consultations: Vec<ConsultationRule>,
    /// Dossiers of other procedures that one of this brings about (liên thông).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<LinkedStep>,
    /// JSON Schema (2020-12) of the electronic form, with the keywords of `x-order`, `x-prefill` and `x-personal`; none
    /// when only papers are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Value>,
    /// `full` when everything can be done online, `partial` only with a published reason (Decree 224/2026, article 14).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "full")]
    pub service_level: Option<String>,
    /// Why it is only partial: `presence_required`, `on_site_check`, `technical` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial_reason: Option<String>,
    /// How proactive the service is, 1 to 4 (Decree 224/2026, article 16): 1 reminds, 2 prepares the dossier, 3 recommends,
    /// 4 carries it out by itself and restores what was when the person declines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 4)]
    pub proactive_level: Option<u8>,
    /// Databases it is connected to, by code; `GET /v1/procedure-databases` lists them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["population"]))]
    pub connected_databases: Vec<String>,
    /// What it is about, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// Everything else the source said, as it said it: steps, conditions, agencies in words, addresses of the source.
    /// Nobody writes it: a draft keeps that of the version it was begun from.
    #[schema(value_type = Object)]
    pub source: Value,
}
