//! What the journal tells of outgoing documents, without personal data: a subject may name a person, so it stays here.

use chrono::NaiveDate;
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::states::DocumentState;
use super::store::DocumentRow;

/// A document got its number and was issued.
pub const DOCUMENT_ISSUED: EventKind = EventKind { name: "document.issued.v1", subject: "outgoing-documents" };

/// A signed draft got its number and day; it is not issued yet.
pub const DOCUMENT_NUMBERED: EventKind = EventKind { name: "document.numbered.v1", subject: "outgoing-documents" };

/// The agency's signature was put on it.
pub const DOCUMENT_SEALED: EventKind = EventKind { name: "document.sealed.v1", subject: "outgoing-documents" };

/// It was given up before it was issued; its number is never given again.
pub const DOCUMENT_VOIDED: EventKind = EventKind { name: "document.voided.v1", subject: "outgoing-documents" };

/// It was recalled: who received it cancels it and says so.
pub const DOCUMENT_RECALLED: EventKind = EventKind { name: "document.recalled.v1", subject: "outgoing-documents" };

/// Another document of equal form replaced it.
pub const DOCUMENT_REPLACED: EventKind = EventKind { name: "document.replaced.v1", subject: "outgoing-documents" };

/// An official letter corrected its form.
pub const DOCUMENT_CORRECTED: EventKind = EventKind { name: "document.corrected.v1", subject: "outgoing-documents" };

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
    /// The draft it was, when it was drafted here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_id: Option<Uuid>,
    /// Whether it was issued later than the law allows after its signature, when it was signed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<bool>,
}

impl DocumentIssued {
    pub(super) fn of(row: &DocumentRow, was_reserved: bool) -> Self {
        Self {
            document_id: row.id.0,
            issuing_agency_id: row.written_agency_id.0,
            issuing_agency_code: row.written_code.clone(),
            document_type: row.document_type.clone(),
            number: row.number,
            notation: row.notation.clone(),
            full_number: row.full_number(),
            register_id: row.register_id.0,
            book: row.book.clone(),
            year: row.year,
            issued_on: row.issued_on,
            has_external_ref: row.external_ref.is_some(),
            has_file: true,
            suffix: row.letter(),
            normative: row.normative.then_some(true),
            from_reservation: was_reserved.then_some(true),
            draft_id: None,
            late: None,
        }
    }
}

/// The facts of a document that got its number, or whose state changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DocumentFacts {
    /// The document.
    pub document_id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// Where it stands now.
    pub state: DocumentState,
    /// The agency that gave it its number.
    pub issuing_agency_id: Uuid,
    /// Its code when it did.
    pub issuing_agency_code: String,
    /// The agency responsible now.
    pub responsible_agency_id: Uuid,
    /// Its type.
    #[serde(rename = "type")]
    pub document_type: String,
    /// Whether it is a normative document.
    pub normative: bool,
    /// The number.
    pub number: i64,
    /// The letter of a late number.
    pub suffix: Option<String>,
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
    /// The draft it was, when it was drafted here.
    pub draft_id: Option<Uuid>,
    /// In which capacity it was signed, when it was signed here.
    pub signer_capacity: Option<String>,
    /// Whether it got its number later than the next working day after its signature.
    pub late: Option<bool>,
    /// Whether its number had been reserved; told when it gets it.
    pub from_reservation: Option<bool>,
    /// The document that replaced or corrected it.
    pub by_document_id: Option<Uuid>,
}
