//! Events about documents, outgoing and incoming.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Uuid;
use serde::Deserialize;

use super::nullable;

/// An issued document (văn bản đi), as `document.issued.v1` tells it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct IssuedDocument {
    pub issuing_agency_id: Uuid,
    pub issuing_agency_code: String,
    #[serde(rename = "type")]
    pub document_type: String,
    pub number: i64,
    pub notation: String,
    pub full_number: String,
    pub book: String,
    pub year: i32,
    pub issued_on: NaiveDate,
    pub has_file: bool,
    // Left out where they say nothing, and by events of before.
    #[serde(default)]
    pub suffix: Option<String>,
    #[serde(default)]
    pub normative: Option<bool>,
    #[serde(default)]
    pub from_reservation: Option<bool>,
    #[serde(default)]
    pub draft_id: Option<Uuid>,
    #[serde(default)]
    pub late: Option<bool>,
}

/// A document that got its number, or whose state changed.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct DocumentState {
    pub version: i64,
    pub state: String,
    pub issuing_agency_id: Uuid,
    pub issuing_agency_code: String,
    pub responsible_agency_id: Uuid,
    #[serde(rename = "type")]
    pub document_type: String,
    pub normative: bool,
    pub number: i64,
    #[serde(deserialize_with = "nullable")]
    pub suffix: Option<String>,
    pub notation: String,
    pub full_number: String,
    pub book: String,
    pub year: i32,
    pub issued_on: NaiveDate,
    #[serde(deserialize_with = "nullable")]
    pub draft_id: Option<Uuid>,
    #[serde(deserialize_with = "nullable")]
    pub signer_capacity: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub late: Option<bool>,
    #[serde(deserialize_with = "nullable")]
    pub from_reservation: Option<bool>,
    #[serde(deserialize_with = "nullable")]
    pub by_document_id: Option<Uuid>,
}

/// Another agency is responsible for a document.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct DocumentMoved {
    pub version: i64,
    pub responsible_agency_id: Uuid,
    /// When it happened in law.
    pub occurred_at: DateTime<Utc>,
}

/// What a document sent within this installation has come to with its receiver.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Dispatch {
    pub document_id: Uuid,
    pub version: i64,
    pub receiving_agency_id: Uuid,
    pub state: String,
    pub received_at: DateTime<Utc>,
    #[serde(deserialize_with = "nullable")]
    pub registered_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub ended_at: Option<DateTime<Utc>>,
}

/// An incoming document (văn bản đến) as it stands with the agency that received it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Incoming {
    pub version: i64,
    pub source: String,
    #[serde(deserialize_with = "nullable")]
    pub channel: Option<String>,
    pub state: String,
    pub urgency: String,
    pub paper: bool,
    pub receiving_agency_id: Uuid,
    pub receiving_agency_code: String,
    pub responsible_agency_id: Uuid,
    #[serde(deserialize_with = "nullable")]
    pub outgoing_document_id: Option<Uuid>,
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub document_type: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub issued_on: Option<NaiveDate>,
    #[serde(deserialize_with = "nullable")]
    pub due_on: Option<NaiveDate>,
    pub checks: Checks,
    pub information_only: bool,
    pub received_at: DateTime<Utc>,
    #[serde(deserialize_with = "nullable")]
    pub register_due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub registered_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub submit_due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub submitted_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub assigned_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub started_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub completed_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "nullable")]
    pub answer: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub ended_at: Option<DateTime<Utc>>,
    /// When it happened in law.
    pub occurred_at: DateTime<Utc>,
}

/// What the clerk found when it arrived.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::facts) struct Checks {
    pub signature: String,
    pub integrity: String,
}
