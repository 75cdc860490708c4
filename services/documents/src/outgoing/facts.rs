//! What the journal tells of outgoing documents, without personal data: a subject may name a person, so it stays here.

use chrono::NaiveDate;
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A document got its number and was issued.
pub const DOCUMENT_ISSUED: EventKind = EventKind { name: "document.issued.v1", subject: "outgoing-documents" };

/// An agency closed, and another is responsible for the document now.
pub const RESPONSIBILITY_MOVED: EventKind =
    EventKind { name: "document.responsibility_moved.v1", subject: "outgoing-documents" };

/// The facts of [`RESPONSIBILITY_MOVED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DocumentResponsibilityMoved {
    /// The document.
    pub document_id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// The agency that was responsible.
    pub previous_agency_id: Uuid,
    /// The agency responsible now.
    pub responsible_agency_id: Uuid,
}

/// The facts of [`DOCUMENT_ISSUED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DocumentIssued {
    /// The document.
    pub document_id: Uuid,
    /// The agency that issued it.
    pub issuing_agency_id: Uuid,
    /// Its code when it did.
    pub issuing_agency_code: String,
    /// Code of the type: `QĐ`.
    #[serde(rename = "type")]
    pub document_type: String,
    /// The number.
    pub number: i64,
    /// The notation: `QĐ-UBND`.
    pub notation: String,
    /// Both as they stand on the document: `15/QĐ-UBND`.
    pub full_number: String,
    /// The register.
    pub register_id: Uuid,
    /// Its book.
    pub book: String,
    /// Its year.
    pub year: i32,
    /// The day of the document, in Vietnam.
    pub issued_on: NaiveDate,
    /// Whether the client gave a reference of its own.
    pub has_external_ref: bool,
    /// Whether the file is kept.
    pub has_file: bool,
    /// The letter of a late number; absent from every other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// That it is a normative document; absent from every other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normative: Option<bool>,
    /// That its number had been reserved; absent from every other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_reservation: Option<bool>,
}
