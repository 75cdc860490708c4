//! What a version of a procedure says: written once at publishing, never changed, kept as one document.

use chrono::NaiveDate;
use motcua_clock::Term;
use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The content of a procedure version (nội dung thủ tục hành chính), after the parts of Decree 63/2010, article 8.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VersionContent {
    /// Name in Vietnamese.
    pub name: String,
    /// Name in English, when somebody has translated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Field (lĩnh vực).
    pub field: Field,
    /// Levels at which it is carried out (cấp thực hiện), as words: `ministry`, `province`, `commune` …
    pub levels: Vec<String>,
    /// Who may ask for it (đối tượng thực hiện).
    pub audience: Vec<String>,
    /// The announcing decision (quyết định công bố).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Legal bases (căn cứ pháp lý).
    pub legal_bases: Vec<LegalBasis>,
    /// Channels with their own terms and fees (cách thức thực hiện): a service may be faster or cheaper online.
    pub channels: Vec<ChannelRule>,
    /// Components of the dossier (thành phần hồ sơ).
    pub components: Vec<Component>,
    /// Papers that end it (kết quả).
    pub results: Vec<ResultPaper>,
    /// Which agency is competent to decide (cơ quan có thẩm quyền).
    pub competent: AgencyRule,
    /// Which agency issues the result, and so whose register numbers it.
    pub issuing: AgencyRule,
    /// What kind of document the result is.
    pub issuing_document: IssuingDocument,
    /// JSON Schema (2020-12) of the electronic form; none when only papers are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Value>,
    /// `full` when everything can be done online, `partial` only with a published reason (Decree 224/2026, article 14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_level: Option<String>,
    /// Why it is only partial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_reason: Option<String>,
    /// What it is about, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// Everything else the source said, as it said it: steps, conditions, agencies in words, addresses of the source.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub source: Value,
}

/// A field of administration (lĩnh vực).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Field {
    /// Code; empty when the source has none.
    pub code: String,
    /// Name.
    pub name: String,
}

/// A decision that announced the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// Number and notation.
    pub number: String,
    /// Its date, when known.
    pub date: Option<NaiveDate>,
}

/// A legal basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LegalBasis {
    /// Number and notation.
    pub number: String,
    /// Title.
    pub title: String,
    /// When it takes effect, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<NaiveDate>,
}

/// How a dossier reaches the agency (kênh thực hiện).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// At the desk (trực tiếp); 1 at the national portal.
    InPerson,
    /// On a portal (trực tuyến); 2.
    Online,
    /// By public post (bưu chính công ích); 3.
    Post,
}

impl Channel {
    /// The word as columns and events write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::Online => "online",
            Self::Post => "post",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::InPerson, Self::Online, Self::Post].into_iter().find(|channel| channel.as_str() == word)
    }
}

/// Term and fees of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelRule {
    /// The channel.
    pub channel: Channel,
    /// The term; none when the source's can't be read, and then no dossier is taken.
    #[schema(value_type = Option<Object>)]
    pub term: Option<Term>,
    /// The term as the source writes it, when it is not what `term` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_text: Option<String>,
    /// Fees and charges.
    pub fees: Vec<Fee>,
    /// What the source says of fees as a whole: `free`, `charged` or `not_stated`. Absent when `fees` says it all, and an
    /// empty list then means free of charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_statement: Option<String>,
    /// What the source adds in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A fee (phí) or a charge (lệ phí).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fee {
    /// `fee` (phí), `charge` (lệ phí) or `other`.
    pub kind: String,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Whole đồng.
    pub amount: i64,
}

/// A paper of the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Component {
    /// Code, unique within the version.
    pub code: String,
    /// Name.
    pub name: String,
    /// How many originals.
    pub originals: u32,
    /// How many copies.
    pub copies: u32,
    /// Whether a dossier is incomplete without it.
    #[serde(default)]
    pub required: bool,
    /// Whether it must be digitised at receipt (Circular 01/2023/TT-VPCP).
    #[serde(default)]
    pub digitise: bool,
    /// The case in which it is asked for (trường hợp), when the source groups components.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The form to fill in, by its file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_file: Option<String>,
}

/// A paper that ends a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResultPaper {
    /// Code; empty when the source has none.
    pub code: String,
    /// Name.
    pub name: String,
}

/// Which agency does something: the one that received the dossier, or a named one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct AgencyRule(pub String);

impl AgencyRule {
    /// The agency that received the dossier.
    pub const RECEIVING: &str = "receiving";

    /// The code of the named agency, or none for the receiving one.
    #[must_use]
    pub fn named(&self) -> Option<&str> {
        (self.0 != Self::RECEIVING).then_some(self.0.as_str())
    }
}

/// What kind of document the result is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuingDocument {
    /// Abbreviation of the document type (Decree 30/2020, Annex III): `QĐ`, `TB` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Symbol of the issuing agency in the notation; the agency's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
}
