//! Events about procedures, and about how applicants rate them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Uuid;
use serde::Deserialize;

use super::nullable;

/// A version of a procedure as it was published.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct PublishedFacts {
    pub version: i64,
    pub version_id: Uuid,
    pub number: i64,
    pub code: String,
    pub name: String,
    pub field: Field,
    pub status: String,
    pub source: String,
    pub effective_from: NaiveDate,
    pub published_at: DateTime<Utc>,
    #[serde(deserialize_with = "nullable")]
    pub decision: Option<Decision>,
    #[serde(deserialize_with = "nullable")]
    pub bases_effective_on: Option<NaiveDate>,
    pub check: PartsCheck,
    pub levels: Vec<String>,
    pub channels: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    pub service_level: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub partial_reason: Option<String>,
    pub has_fee: bool,
    pub returns_paper: bool,
    #[serde(deserialize_with = "nullable")]
    pub proactive_level: Option<i32>,
    #[serde(default)]
    pub audience: Vec<String>,
    pub connected_databases: Vec<String>,
}

/// The field (lĩnh vực) of a procedure.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Field {
    pub code: String,
    pub name: String,
}

/// An announcing decision (quyết định công bố).
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Decision {
    pub number: String,
    #[serde(deserialize_with = "nullable")]
    pub date: Option<NaiveDate>,
}

/// Which of the seven parts are missing.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct PartsCheck {
    pub complete: bool,
    pub missing: Vec<String>,
}

/// Where a procedure stands after it was suspended, resumed or abolished.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct LifeFacts {
    pub version: i64,
    pub code: String,
    pub status: String,
    #[serde(deserialize_with = "nullable")]
    pub suspension: Option<Suspension>,
    #[serde(deserialize_with = "nullable")]
    pub abolition: Option<Abolition>,
}

/// No dossiers are taken for the time being.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Suspension {
    pub since: DateTime<Utc>,
}

/// From when a procedure is abolished.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Abolition {
    pub effective_from: NaiveDate,
    pub decision: Decision,
    #[serde(deserialize_with = "nullable")]
    pub legal_basis: Option<LegalBasis>,
}

/// What abolished it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct LegalBasis {
    #[serde(default)]
    pub effective_on: Option<NaiveDate>,
}

/// A rating (đánh giá) of a month that is over.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct RatingFacts {
    pub agency_id: Uuid,
    pub field_code: String,
    pub procedure_code: String,
    pub month: String,
    pub scores: BTreeMap<String, i64>,
    #[serde(deserialize_with = "nullable")]
    pub total: Option<i64>,
}
