//! What the journal tells of registers, without personal data: why a number was reserved or is void stays here.

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::RegisterKind;
use super::store::RegisterRow;

/// The head of an agency decided which documents share a book.
pub const BOOK_DECIDED: EventKind = EventKind { name: "register.book_decided.v1", subject: "register-books" };
/// Numbers were reserved.
pub const NUMBER_RESERVED: EventKind = EventKind { name: "register.number_reserved.v1", subject: "registers" };
/// A reserved number became void.
pub const NUMBER_VOIDED: EventKind = EventKind { name: "register.number_voided.v1", subject: "registers" };
/// A document got a number behind another one.
pub const LATE_NUMBER_GIVEN: EventKind = EventKind { name: "register.late_number_given.v1", subject: "registers" };
/// A register was closed.
pub const REGISTER_CLOSED: EventKind = EventKind { name: "register.closed.v1", subject: "registers" };

/// The facts of [`BOOK_DECIDED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BookDecided {
    /// The agency.
    pub agency_id: Uuid,
    /// The version of its books as a whole.
    pub version: i64,
    /// Of which kind.
    pub kind: RegisterKind,
    /// The book.
    pub book: String,
    /// The first year.
    pub from_year: i32,
    /// What is numbered in it.
    pub document_types: Vec<String>,
    /// What was numbered in it before and has the book that nothing else is decided for.
    pub released_types: Vec<String>,
    /// Number and date of the decision.
    pub decision: String,
}

/// A register, as every event about one names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegisterFacts {
    /// The register.
    pub register_id: Uuid,
    /// Its version after the change.
    pub version: i64,
    /// The agency whose documents it numbers.
    pub agency_id: Uuid,
    /// The agency responsible for it now.
    pub responsible_agency_id: Uuid,
    /// Its kind.
    pub kind: RegisterKind,
    /// Its book.
    pub book: String,
    /// Its year.
    pub year: i32,
}

impl RegisterFacts {
    pub(super) fn of(row: &RegisterRow) -> Result<Self, Error> {
        Ok(Self {
            register_id: row.id.0,
            version: row.version,
            agency_id: row.agency_id.0,
            responsible_agency_id: row.responsible_agency_id.0,
            kind: row.kind.parse().map_err(Error::internal)?,
            book: row.book.clone(),
            year: row.year,
        })
    }
}

/// The facts of [`NUMBER_RESERVED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumberReserved {
    /// The register.
    #[serde(flatten)]
    pub register: RegisterFacts,
    /// The numbers.
    pub numbers: Vec<i64>,
    /// Code of the type they are reserved for.
    pub document_type: String,
    /// The notation.
    pub notation: String,
}

/// The facts of [`NUMBER_VOIDED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumberVoided {
    /// The register.
    #[serde(flatten)]
    pub register: RegisterFacts,
    /// The number.
    pub number: i64,
    /// Number and notation that no document has.
    pub full_number: String,
}

/// The facts of [`LATE_NUMBER_GIVEN`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LateNumberGiven {
    /// The register.
    #[serde(flatten)]
    pub register: RegisterFacts,
    /// The number it stands behind.
    pub number: i64,
    /// Its letter.
    pub suffix: String,
    /// As it stands on the document.
    pub full_number: String,
    /// The document.
    pub document_id: Uuid,
    /// The day of the document: that of the number it stands behind.
    pub document_on: NaiveDate,
    /// Number of the decision.
    pub decision_number: String,
    /// Its day.
    pub decision_on: NaiveDate,
    /// The decision itself, where it is kept here.
    pub decision_document_id: Option<Uuid>,
}

/// The facts of [`REGISTER_CLOSED`]: with the place of this event in the journal, its chain signs them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegisterClosed {
    /// The register.
    #[serde(flatten)]
    pub register: RegisterFacts,
    /// The last number.
    pub last_number: i64,
    /// How many numbers, late ones included, documents have.
    pub used: i64,
    /// How many numbers are void.
    pub void: i64,
    /// How many numbers with a letter there are.
    pub late: i64,
    /// SHA-256 over the canonical lines of the register, in hexadecimal.
    pub sha256: String,
    /// Whether it was closed before its year ended.
    pub early: bool,
}

/// Writes the event of a change of a register.
pub(super) fn tell(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    register: &RegisterRow,
    facts: &impl Serialize,
) -> TxResult<Uuid> {
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    journal.record(tx, stamp, &Change { kind, subject: register.id.0, version: register.version, data: &data })
}
