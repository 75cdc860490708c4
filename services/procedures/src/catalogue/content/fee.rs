//! What a procedure costs. Law and councils set fees by channel, day, place and class of applicant, so all four are data.

use chrono::NaiveDate;
use motcua_kernel::time::deserialize_optional_day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When a fee is collected (hình thức thu); the codes of the national portal beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Collection {
    /// With the dossier, at receipt; 1.
    AtReceipt,
    /// When the dossier is supplemented; 2.
    AtSupplement,
    /// Against the result; 4.
    AtResult,
}

/// A fee (phí) or a charge (lệ phí).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Fee {
    /// `fee` (phí, pays for the work), `charge` (lệ phí, set by law) or `other`.
    #[schema(required = true, example = "charge")]
    pub kind: String,
    /// Code of the item, for payment and accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Whole đồng.
    #[schema(required = true, example = 20000)]
    pub amount: i64,
    /// When it is collected; at receipt when nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collected: Option<Collection>,
    /// First day it is owed.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "deserialize_optional_day")]
    pub valid_from: Option<NaiveDate>,
    /// First day it is owed no longer.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "deserialize_optional_day")]
    pub valid_to: Option<NaiveDate>,
    /// Codes of the agencies where it is owed; anywhere when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["H50.12"]))]
    pub places: Vec<String>,
    /// Kinds of applicants who owe it: `citizen`, `enterprise`, `organisation` …; anybody when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applicants: Vec<String>,
    /// Who pays less or nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reductions: Vec<Reduction>,
    /// Number of the act that sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
}

impl Fee {
    /// Whether a dossier owes it.
    #[must_use]
    pub fn is_owed(&self, on: NaiveDate, places: &[&str], applicant: &str) -> bool {
        self.valid_from.is_none_or(|from| from <= on)
            && self.valid_to.is_none_or(|to| on < to)
            && (self.places.is_empty() || self.places.iter().any(|place| places.contains(&place.as_str())))
            && (self.applicants.is_empty() || self.applicants.iter().any(|who| who == applicant))
    }
}

/// A reduction or a waiver (giảm, miễn phí) for a class of applicants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Reduction {
    /// Code, unique within the fee.
    #[schema(required = true, example = "poor_household")]
    pub code: String,
    /// Who it is for.
    #[schema(required = true, example = "Hộ nghèo, hộ cận nghèo")]
    pub name: String,
    /// How much less, in percent; 100 is a waiver.
    #[schema(required = true, minimum = 1, maximum = 100)]
    pub percent: u8,
    /// Number of the act that grants it.
    #[schema(required = true, example = "Luật Phí và lệ phí, Điều 10")]
    pub legal_basis: String,
}
