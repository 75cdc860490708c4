//! A document from outside, as the API takes it.

use chrono::NaiveDate;
use motcua_kernel::Uuid;
use motcua_kernel::time::deserialize_optional_day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::facts::Channel;
use super::rules::Checks;
use crate::marks::{CirculationMark, SecrecyMark, Urgency};

/// A document that arrived from outside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateIncomingDocument {
    /// Your own reference, at most 100 characters: it stands for this document for ever, so that asking again gives the
    /// same document. Other systems must give one.
    #[schema(max_length = 100, example = "VXP-2026-000123")]
    pub external_ref: Option<String>,
    /// The agency that received it, by code or id; it must be open today.
    #[schema(example = "H50.12")]
    pub receiving_agency: String,
    /// Who issued it (cơ quan ban hành).
    pub issuer: IssuerReference,
    /// On which way it arrived.
    pub channel: Channel,
    /// Its number as written, at most 20 characters.
    #[serde(default)]
    #[schema(max_length = 20, example = "05")]
    pub number: Option<String>,
    /// Its notation as written, at most 60 characters.
    #[serde(default)]
    #[schema(max_length = 60, example = "QĐ-UBND")]
    pub notation: Option<String>,
    /// Its day.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub issued_on: Option<NaiveDate>,
    /// Code of its type: the abbreviation of Decree 30/2020/NĐ-CP, Annex III, `CV` or `ThC`; or `type_name`.
    #[serde(default, rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: Option<String>,
    /// Its type in words when it has no code, at most 100 characters.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub type_name: Option<String>,
    /// What it is about (trích yếu nội dung), at most 2,000 characters. Personal data.
    #[schema(max_length = 2000, example = "Về việc phối hợp kiểm tra")]
    pub subject: String,
    /// Who signed it, at most 200 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub signer_name: Option<String>,
    /// The position they signed in, at most 200 characters.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub signer_position: Option<String>,
    /// How many pages, 1 to 99,999.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 99_999)]
    pub pages: Option<u32>,
    /// Its language, at most 50 characters.
    #[serde(default)]
    #[schema(max_length = 50)]
    pub language: Option<String>,
    /// How urgent it is.
    #[serde(default)]
    pub urgency: Urgency,
    /// Who may keep it, and how long.
    #[serde(default)]
    pub circulation: Option<CirculationMark>,
    /// Its secrecy mark. Any mark is refused: this system is on a network.
    #[serde(default)]
    pub secrecy: Option<SecrecyMark>,
    /// Whether it came on paper as well.
    #[serde(default)]
    pub paper: bool,
    /// The day by which its issuer asks for an answer.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub due_on: Option<NaiveDate>,
    /// Numbers and notations of the documents it answers, at most 20 of at most 100 characters each.
    #[serde(default)]
    pub replies_to: Vec<String>,
    /// Anything else about it, at most 2,000 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// The document itself, a file you have uploaded; may be left out of one that is on paper only.
    #[serde(default)]
    pub file_id: Option<Uuid>,
    /// What is attached to it, at most 50 files you have uploaded.
    #[serde(default)]
    pub attachments: Vec<Uuid>,
    /// What the clerk found when it arrived; not for other systems to say.
    #[serde(default)]
    pub checks: Checks,
    /// What to do when the agency has a document of the same number, notation and issuer in that year.
    #[serde(default)]
    pub on_duplicate: OnDuplicate,
}

/// Who issued a document: an agency of this installation, or anybody else by name.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerReference {
    /// The agency by code or id; it may have closed since.
    #[serde(default)]
    #[schema(example = "H50.04")]
    pub agency: Option<String>,
    /// The name, at most 200 characters; required without an agency. Personal data: it may be that of a person.
    #[serde(default)]
    #[schema(max_length = 200, example = "Sở Xây dựng tỉnh Nghệ An")]
    pub name: Option<String>,
}

/// What to do about a second document of the same number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnDuplicate {
    /// Take it in, and say so in `warnings`.
    #[default]
    Warn,
    /// Refuse it.
    Refuse,
}
