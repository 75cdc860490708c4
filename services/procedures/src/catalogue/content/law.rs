//! The field a procedure belongs to, the decision that announced it, and the law it stands on.

use chrono::NaiveDate;
use motcua_kernel::time::deserialize_optional_day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A field of administration (lĩnh vực).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Field {
    /// Code; empty when the source has none.
    #[schema(required = true, example = "G15-HT01")]
    pub code: String,
    /// Name.
    #[schema(required = true, example = "Hộ tịch")]
    pub name: String,
}

/// A decision that announced the procedure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Decision {
    /// Number and notation.
    #[schema(required = true, example = "163/QĐ-BTP")]
    pub number: String,
    /// Its date, when known.
    #[serde(deserialize_with = "deserialize_optional_day")]
    pub date: Option<NaiveDate>,
}

/// A legal basis.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct LegalBasis {
    /// Number and notation.
    #[schema(required = true, example = "60/2014/QH13")]
    pub number: String,
    /// Title.
    #[schema(required = true, example = "Luật Hộ tịch")]
    pub title: String,
    /// When it takes effect, when known.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "deserialize_optional_day")]
    pub effective_on: Option<NaiveDate>,
}
