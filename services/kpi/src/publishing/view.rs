//! Published periods as the API and the document show them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::scores::view::{PointSum, SetReference};

/// What the first member of a document says it is.
pub(super) const FORMAT: &str = "motcua.published-period.v1";

/// A period to publish.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"set": "qd766", "period": "2026-10", "agency": "H50"}))]
pub struct CreatePublishedPeriod {
    /// Code of the set of indicators.
    pub set: String,
    /// The period; it must be over.
    pub period: String,
    /// Code or id of the agency; all below it are published with it.
    pub agency: String,
}

/// A published period (kỳ đã chốt).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PublishedPeriod {
    /// Its id.
    pub id: Uuid,
    /// Code of the set of indicators.
    #[schema(example = "qd766")]
    pub set: String,
    /// Its version.
    pub set_version: String,
    /// The id of the version.
    pub set_version_id: Uuid,
    /// The period.
    #[schema(example = "2026-10")]
    pub period: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// The agency.
    pub agency_id: Uuid,
    /// Its code in the period.
    #[schema(example = "H50")]
    pub written_code: String,
    /// SHA-256 of the document, in hexadecimal.
    pub sha256: String,
    /// Ed25519 signature of the document's bytes, in base64.
    pub signature: String,
    /// The key that signed it.
    pub key_id: String,
    /// Who published it.
    pub published_by: String,
    /// When.
    pub published_at: DateTime<Utc>,
    /// Path of the document.
    pub document: String,
}

/// The public half of the key that signs documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublishingKey {
    /// What it is called: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes.
    pub key_id: String,
    /// The algorithm.
    #[schema(example = "Ed25519")]
    pub algorithm: String,
    /// Its 32 bytes, in base64.
    pub base64: String,
    /// As other programs read it.
    pub pem: String,
}

/// The document: what was published of a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublishedDocument {
    /// `motcua.published-period.v1`
    pub format: String,
    /// Its id.
    pub id: Uuid,
    /// The set of indicators.
    pub set: SetReference,
    /// SHA-256 of the set's text, in hexadecimal.
    pub set_sha256: String,
    /// The period.
    pub period: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// The instant to which it is counted.
    pub counted_until: DateTime<Utc>,
    /// Everything until this instant was taken in.
    pub data_as_of: DateTime<Utc>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// How agencies are looked at: always `as_was`.
    pub structure: String,
    /// The agency.
    pub agency: Named,
    /// What is counted, in the order of the set.
    pub measures: Vec<FrozenMeasure>,
    /// The agency and all below it that are scored, in the order of their codes, each with everything below it.
    pub agencies: Vec<FrozenAgency>,
    /// What each agency by itself came to, by its id and the measure; what is not named is 0.
    pub own_figures: BTreeMap<Uuid, BTreeMap<String, i64>>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FrozenMeasure {
    /// Code of the measure.
    pub measure: String,
    /// Its name.
    pub name: Text,
    /// What kind of record.
    pub subject: String,
}

/// What was published of an agency with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FrozenAgency {
    /// The agency, as it was called.
    pub agency: Named,
    /// What kind of agency.
    pub kind: String,
    /// Every measure.
    pub figures: BTreeMap<String, i64>,
    /// Indicators that apply to it, in the order of the set.
    pub indicators: Vec<FrozenIndicator>,
    /// Groups, in the order of the set.
    pub groups: Vec<FrozenGroup>,
    /// All groups together.
    pub total: PointSum,
    /// Code of its class.
    pub class: Option<String>,
    /// Its rank among the published agencies of its kind.
    pub rank: Option<usize>,
    /// Why it has none.
    pub unranked: Option<Text>,
}

/// What was published of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FrozenIndicator {
    /// Its number in the law.
    pub code: String,
    /// By which variant it was scored.
    pub variant: String,
    /// The numerator.
    pub numerator: Option<String>,
    /// The denominator.
    pub denominator: Option<String>,
    /// The ratio or value, exactly.
    pub value: Option<String>,
    /// The points as they were rounded; absent where it was not measured.
    pub points: Option<String>,
    /// Why it was not measured.
    pub not_measured: Option<Text>,
}

/// What was published of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FrozenGroup {
    /// Its code.
    pub code: String,
    /// Its points.
    #[serde(flatten)]
    pub sum: PointSum,
}

/// What changed of a published figure afterwards (điều chỉnh số liệu): of an agency by itself.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Restatement {
    /// Its id.
    pub id: Uuid,
    /// The agency for which the record was written.
    pub agency: Named,
    /// Code of the measure.
    #[schema(example = "on_time")]
    pub measure: String,
    /// Its name.
    pub name: Text,
    /// The agency's own figure before, beginning with the published one; absent where different values are counted.
    pub old: Option<i64>,
    /// And with this change.
    pub new: Option<i64>,
    /// The event through which it changed.
    pub event_id: Uuid,
    /// Its type.
    #[schema(example = "dossier.done.v1")]
    pub event_type: String,
    /// When it was recorded.
    pub event_time: DateTime<Utc>,
    /// What kind of record.
    pub subject: String,
    /// The record, at the service that keeps it.
    pub record_id: Uuid,
    /// Why, in words.
    pub reason: Text,
    /// When it was noted here.
    pub noted_at: Option<DateTime<Utc>>,
}

/// What was published of an agency beside what would be said today.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    /// The agency.
    pub agency: Named,
    /// Everything that happened until this instant is in today's points.
    pub data_as_of: DateTime<Utc>,
    /// The version of the set by which it is scored today.
    pub set_version: String,
    /// All groups together.
    pub total: PointChange,
    /// Indicators, in the order of the set.
    pub indicators: Vec<PointChange>,
}

/// Points as they were published and as they are today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PointChange {
    /// Number of the indicator; absent for the total.
    pub code: Option<String>,
    /// As published; absent where it was not measured.
    pub old: Option<String>,
    /// As they are today; absent where it is not measured.
    pub new: Option<String>,
    /// New less old; absent where one is not measured.
    pub difference: Option<String>,
}
