//! Which agency does something, and what kind of document it issues.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which agency does something: the one that received the dossier, or a named one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "receiving")]
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

impl Default for AgencyRule {
    fn default() -> Self {
        Self(Self::RECEIVING.to_owned())
    }
}

/// What kind of document the result is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct IssuingDocument {
    /// Abbreviation of the document type (Decree 30/2020, Annex III): `QĐ`, `TB` …
    #[serde(rename = "type")]
    #[schema(required = true, example = "QĐ")]
    pub kind: String,
    /// Symbol of the issuing agency in the notation; the agency's own when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
}
