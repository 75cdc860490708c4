//! What this service reads of other services' events.
//!
//! Hand-written, with only the fields a fact is made of: a field that is added to an event disturbs nothing, a field we
//! need that is missing stops the follower there, by name. A field that may be empty must stand there as `null`, or a
//! renamed one would turn into an empty fact silently.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Uuid;
use serde::{Deserialize, Deserializer};

/// Reads a field that may be `null` and must be there.
fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// A dossier (hồ sơ) after a change, as every `dossier.*.v1` event tells it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct DossierFacts {
    pub version: i64,
    #[serde(deserialize_with = "nullable")]
    pub code: Option<String>,
    pub procedure: ProcedureFacts,
    pub agencies: AgencyFacts,
    pub channel: String,
    pub state: String,
    pub national_state: i32,
    pub submitted_at: DateTime<Utc>,
    #[serde(deserialize_with = "nullable")]
    pub received_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub first_due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub finished_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub returned_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub ended_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub result: Option<ResultFacts>,
}

/// The procedure (thủ tục) of a dossier.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ProcedureFacts {
    pub code: String,
    pub name: String,
    pub field_code: String,
    pub field_name: String,
}

/// The agencies (cơ quan) of a dossier that figures are counted by.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct AgencyFacts {
    pub receiving: AgencyFact,
    pub competent: AgencyFact,
}

/// An agency as it was written, and who is responsible now.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct AgencyFact {
    pub written_id: Uuid,
    pub written_code: String,
    pub responsible_id: Uuid,
}

/// The result (kết quả) of a dossier.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ResultFacts {
    #[serde(deserialize_with = "nullable")]
    pub number: Option<String>,
}

/// An issued document (văn bản đi), as `document.issued.v1` tells it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct IssuedDocument {
    pub issuing_agency_id: Uuid,
    pub issuing_agency_code: String,
    #[serde(rename = "type")]
    pub document_type: String,
    pub number: i64,
    pub full_number: String,
    pub book: String,
    pub year: i32,
    pub issued_on: NaiveDate,
}
