//! Registers and their lines as the API shows them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Error, Result, Uuid, Vault};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{EntryState, RegisterKind, suffixed_number};
use super::store::RegisterRow;
use super::store::closings::ClosingRow;
use super::store::entries::EntryRow;

/// Whether a register takes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegisterState {
    /// It does, within its year.
    Open,
    /// Nothing can be added any more.
    Closed,
}

/// A register (sổ đăng ký văn bản): one book of an agency in one year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Register {
    /// Its id.
    pub id: Uuid,
    /// The agency whose documents it numbers.
    pub agency: Named,
    /// The agency responsible for it now: the same, or the one that went on with its work.
    pub responsible_agency: Named,
    /// What it registers.
    pub kind: RegisterKind,
    /// Its book: the code of the one document type in it, or the name the agency gave.
    #[schema(example = "QĐ")]
    pub book: String,
    /// Its year.
    #[schema(example = 2026)]
    pub year: i32,
    /// The last number given; every number up to it is in the register.
    #[schema(example = 15)]
    pub last_number: i64,
    /// Whether it takes numbers.
    pub state: RegisterState,
    /// What was signed when it was closed.
    pub closing: Option<RegisterClosing>,
    /// Rises with every number and every change.
    pub version: i64,
}

/// What was signed when a register was closed (đóng sổ).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterClosing {
    /// When.
    pub closed_at: DateTime<Utc>,
    /// By whom, as events name them.
    pub closed_by: String,
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
    /// The event in the journal that says the same.
    pub event_id: Uuid,
}

/// A register with what was written when it was closed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterDetail {
    /// The register.
    #[serde(flatten)]
    pub register: Register,
    /// Why it was closed before its year ended. Personal data.
    pub closing_reason: Option<String>,
    /// What was noted when it was closed. Personal data.
    pub closing_note: Option<String>,
}

impl Register {
    pub(super) fn of(
        row: &RegisterRow,
        named: &BTreeMap<Uuid, Named>,
        closings: &BTreeMap<Uuid, ClosingRow>,
    ) -> Result<Self> {
        let agency = |id: Uuid| {
            let found = named.get(&id).cloned();
            found.ok_or_else(|| Error::internal(format!("agency {id} of register {} is gone", row.id.0)))
        };
        let closing = |row: &ClosingRow| RegisterClosing {
            closed_at: row.closed_at.0,
            closed_by: row.closed_by.clone(),
            last_number: row.last_number,
            used: row.used,
            void: row.void,
            late: row.late,
            sha256: row.sha256.clone(),
            event_id: row.event_id.0,
        };
        Ok(Self {
            id: row.id.0,
            agency: agency(row.agency_id.0)?,
            responsible_agency: agency(row.responsible_agency_id.0)?,
            kind: row.kind.parse().map_err(Error::internal)?,
            book: row.book.clone(),
            year: row.year,
            last_number: row.last_number,
            state: if row.closed_at.is_some() { RegisterState::Closed } else { RegisterState::Open },
            closing: closings.get(&row.id.0).map(closing),
            version: row.version,
        })
    }
}

/// One line of a register. What the document says is read from the document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterEntry {
    /// The number.
    #[schema(example = 5)]
    pub number: i64,
    /// The letter of a late number (số chèn): `a` of 12a.
    pub suffix: Option<String>,
    /// Number and notation as they stand on the document; of what comes in the arrival number alone.
    #[schema(example = "05/QĐ-UBND")]
    pub full_number: String,
    /// What has become of the number.
    pub state: EntryState,
    /// Code of the document's type; null of an incoming document whose type has none.
    #[schema(example = "QĐ")]
    pub document_type: Option<String>,
    /// The document; null while the number is reserved, and of a void one.
    pub document_id: Option<Uuid>,
    /// The day it was registered, in Vietnam: the day of the document.
    pub registered_on: NaiveDate,
    /// The instant it was registered.
    pub registered_at: DateTime<Utc>,
    /// When the number was reserved, if it was.
    pub reserved_at: Option<DateTime<Utc>>,
    /// By whom, as events name them.
    pub reserved_by: Option<String>,
    /// Why. Personal data.
    pub reason: Option<String>,
    /// When it became void.
    pub voided_at: Option<DateTime<Utc>>,
    /// By whom, as events name them.
    pub voided_by: Option<String>,
    /// Why; told to who keeps or leads the agency. Personal data.
    pub void_reason: Option<String>,
    /// The decision that a late number rests on.
    pub decision: Option<EntryDecision>,
    /// Rises with every change of the line.
    pub version: i64,
}

/// The decision that a late number rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntryDecision {
    /// Its number and notation.
    #[schema(example = "20/QĐ-UBND")]
    pub number: String,
    /// Its day.
    pub date: NaiveDate,
    /// The document itself, where it is kept here.
    pub document_id: Option<Uuid>,
}

impl RegisterEntry {
    /// As somebody reads it who keeps or leads the agency, or who does not: why a number is void may say what the document
    /// was about that nobody but its circle has seen, so that is told to the first alone.
    pub(super) fn of(vault: &Vault, row: &EntryRow, keeps: bool) -> Result<Self> {
        let decision = row.decision_number.clone().zip(row.decision_on).map(|(number, date)| EntryDecision {
            number,
            date,
            document_id: row.decision_document_id.as_ref().map(|id| id.0),
        });
        Ok(Self {
            number: row.number,
            suffix: (!row.suffix.is_empty()).then(|| row.suffix.clone()),
            full_number: suffixed_number(row.number, &row.suffix, &row.notation),
            state: row.state()?,
            document_type: (!row.document_type.is_empty()).then(|| row.document_type.clone()),
            document_id: row.document_id.as_ref().map(|id| id.0),
            registered_on: row.registered_on,
            registered_at: row.registered_at.0,
            reserved_at: row.reserved_at.as_ref().map(|at| at.0),
            reserved_by: row.reserved_by.clone(),
            reason: open_reason(vault, row)?,
            voided_at: row.voided_at.as_ref().map(|at| at.0),
            voided_by: row.voided_by.clone(),
            void_reason: if keeps { open_void_reason(vault, row)? } else { None },
            decision,
            version: row.version,
        })
    }

    /// Whether it shows what somebody wrote about it.
    pub(super) fn is_personal(&self) -> bool {
        self.reason.is_some() || self.void_reason.is_some()
    }
}

/// Seals a text of a line.
pub(super) fn seal(vault: &Vault, column: &str, row: &EntryRow, text: &str) -> Result<Vec<u8>> {
    vault.seal(&context(column, row), text.as_bytes())
}

/// Why a number was reserved.
pub(super) fn open_reason(vault: &Vault, row: &EntryRow) -> Result<Option<String>> {
    let open = |sealed| open(vault, "reason", row, sealed);
    row.reason.as_deref().map(open).transpose()
}

/// Why a number is void.
pub(super) fn open_void_reason(vault: &Vault, row: &EntryRow) -> Result<Option<String>> {
    let open = |sealed| open(vault, "void_reason", row, sealed);
    row.void_reason.as_deref().map(open).transpose()
}

fn open(vault: &Vault, column: &str, row: &EntryRow, sealed: &[u8]) -> Result<String> {
    String::from_utf8(vault.open(&context(column, row), sealed)?).map_err(Error::internal)
}

fn context(column: &str, row: &EntryRow) -> String {
    format!("register_entries.{column}:{}:{}{}", row.register_id.0, row.number, row.suffix)
}

impl RegisterDetail {
    /// Whether it shows what somebody wrote about it.
    pub(super) fn is_personal(&self) -> bool {
        self.closing_reason.is_some() || self.closing_note.is_some()
    }
}
