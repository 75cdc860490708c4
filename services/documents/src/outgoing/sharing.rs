//! Outgoing documents as other rooms read them: one document, no copies, whoever it was sent to.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Result, Uuid, Vault};

use super::details::{self, DetailsRow, outgoing_files};
use super::http::DocumentFile;
use super::states::{DocumentState, refused};
use super::store::{self, DocumentRow, Personal, outgoing_documents};
use crate::marks::{CirculationMark, Urgency};

/// What an issued document says.
#[derive(Debug, Clone)]
pub(crate) struct Original {
    pub id: Uuid,
    pub document_type: String,
    /// As it stands on the document, with its leading zero.
    pub number: String,
    pub notation: String,
    /// Personal data.
    pub subject: String,
    /// Personal data.
    pub signer_name: Option<String>,
    pub signer_position: Option<String>,
    pub pages: Option<i32>,
    /// How many copies were issued.
    pub copies: Option<i32>,
    pub language: Option<String>,
    /// Personal data.
    pub description: Option<String>,
    pub issuing_agency: Uuid,
    pub responsible_agency: Uuid,
    pub issued_on: NaiveDate,
    pub file: DocumentFile,
    pub attachments: Vec<DocumentFile>,
    pub state: DocumentState,
    pub urgency: Urgency,
    pub circulation: Option<CirculationMark>,
    /// Whether it stays within the agency (văn bản nội bộ).
    pub internal: bool,
}

impl Original {
    /// Refuses what was not issued yet, or does not hold any more.
    ///
    /// # Errors
    /// `document.recalled`, or `document.state`.
    pub(crate) fn require_in_force(&self) -> Result<()> {
        if self.state.is_in_force() { Ok(()) } else { Err(refused(self.state)) }
    }

    /// Refuses what stays within the agency that issued it.
    ///
    /// # Errors
    /// `dispatch.internal`.
    pub(crate) fn require_outward(&self) -> Result<()> {
        if !self.internal && self.circulation != Some(CirculationMark::InternalOnly) {
            return Ok(());
        }
        Err(Error::conflict(
            "dispatch.internal",
            "Văn bản nội bộ hoặc lưu hành nội bộ không gửi ra ngoài cơ quan.",
            "An internal document, or one marked for internal circulation, is not sent out of its agency.",
        ))
    }

    fn of(vault: &Vault, row: &DocumentRow, details: &DetailsRow, attachments: Vec<(Uuid, String)>) -> Result<Self> {
        let personal = Personal::open(vault, row)?;
        Ok(Self {
            id: row.id.0,
            document_type: row.document_type.clone(),
            number: format!("{:02}{}", row.number, row.suffix),
            notation: row.notation.clone(),
            subject: personal.subject,
            signer_name: personal.signer_name,
            signer_position: details.signer_position.clone(),
            pages: details.pages,
            copies: details.copies,
            language: details.language.clone(),
            description: details.open_description(vault)?,
            issuing_agency: row.written_agency_id.0,
            responsible_agency: row.responsible_agency_id.0,
            issued_on: row.issued_on,
            file: DocumentFile { id: row.file_id.0, sha256: row.file_sha256.clone() },
            attachments: attachments.into_iter().map(|(id, sha256)| DocumentFile { id, sha256 }).collect(),
            state: row.state()?,
            urgency: details.urgency()?,
            circulation: details.circulation()?,
            internal: details.internal,
        })
    }
}

/// What some documents say, whoever asks: the caller of this function answers for permission and the read audit.
pub(crate) fn issued(conn: &mut Conn, vault: &Vault, tenant: Uuid, ids: &[Uuid]) -> TxResult<BTreeMap<Uuid, Original>> {
    let rows = store::rows(conn, tenant, ids)?;
    originals(conn, vault, tenant, &rows)
}

/// What a document says to a caller who may see it.
pub(crate) fn seen_issued(conn: &mut Conn, vault: &Vault, actor: &Actor, id: Uuid) -> TxResult<Option<Original>> {
    let Some(row) = store::find(conn, actor, id)? else { return Ok(None) };
    Ok(originals(conn, vault, actor.tenant, std::slice::from_ref(&row))?.remove(&id))
}

fn originals(conn: &mut Conn, vault: &Vault, tenant: Uuid, rows: &[DocumentRow]) -> TxResult<BTreeMap<Uuid, Original>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let mut files = details::attachments_of(conn, tenant, &ids)?;
    let mut details = details::details_of(conn, tenant, &ids)?;
    let original = |row: &DocumentRow| {
        let attachments = files.remove(&row.id.0).unwrap_or_default();
        let details = details.remove(&row.id.0).unwrap_or_else(|| DetailsRow::of_one_step(row));
        Ok((row.id.0, Original::of(vault, row, &details, attachments)?))
    };
    Ok(rows.iter().map(original).collect::<Result<_>>()?)
}

/// Lets whoever recalls, replaces or corrects a document wait until this transaction ends.
pub(crate) fn hold(tx: &mut Conn, tenant: Uuid, document: Uuid) -> TxResult<()> {
    details::hold(tx, tenant, &[document])
}

/// The official letters that corrected a document.
pub(crate) fn corrections_of(conn: &mut Conn, tenant: Uuid, document: Uuid) -> TxResult<Vec<Uuid>> {
    details::corrections(conn, tenant, document)
}

/// Number and notation of some documents, as they stand on them.
pub(crate) fn full_numbers(conn: &mut Conn, tenant: Uuid, ids: &[Uuid]) -> TxResult<BTreeMap<Uuid, String>> {
    Ok(store::rows(conn, tenant, ids)?.into_iter().map(|row| (row.id.0, row.full_number())).collect())
}

/// The documents a file belongs to, be it the document itself or an attachment.
pub(crate) fn with_file(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<Vec<Uuid>> {
    let attached = outgoing_files::table
        .select(outgoing_files::document_id)
        .filter(outgoing_files::tenant_id.eq(Id(tenant)).and(outgoing_files::file_id.eq(Id(file))));
    let rows: Vec<Id> = outgoing_documents::table
        .select(outgoing_documents::id)
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)))
        .filter(outgoing_documents::file_id.eq(Id(file)).or(outgoing_documents::id.eq_any(attached)))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}
