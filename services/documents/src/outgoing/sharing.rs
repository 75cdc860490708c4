//! Outgoing documents as other rooms read them: one document, no copies, whoever it was sent to.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid, Vault};

use super::http::DocumentFile;
use super::store::{self, DocumentRow, Personal, outgoing_documents};

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
    pub issuing_agency: Uuid,
    pub responsible_agency: Uuid,
    pub issued_on: NaiveDate,
    pub file: DocumentFile,
}

impl Original {
    fn of(vault: &Vault, row: &DocumentRow) -> Result<Self> {
        let personal = Personal::open(vault, row)?;
        Ok(Self {
            id: row.id.0,
            document_type: row.document_type.clone(),
            number: format!("{:02}{}", row.number, row.suffix),
            notation: row.notation.clone(),
            subject: personal.subject,
            signer_name: personal.signer_name,
            issuing_agency: row.written_agency_id.0,
            responsible_agency: row.responsible_agency_id.0,
            issued_on: row.issued_on,
            file: DocumentFile { id: row.file_id.0, sha256: row.file_sha256.clone() },
        })
    }
}

/// What some issued documents say, whoever asks: the caller of this function answers for permission and the read audit.
pub(crate) fn issued(conn: &mut Conn, vault: &Vault, tenant: Uuid, ids: &[Uuid]) -> TxResult<BTreeMap<Uuid, Original>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<DocumentRow> = outgoing_documents::table
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.iter().map(|row| Ok((row.id.0, Original::of(vault, row)?))).collect::<Result<_>>()?)
}

/// What an issued document says to a caller who may see it.
pub(crate) fn seen_issued(conn: &mut Conn, vault: &Vault, actor: &Actor, id: Uuid) -> TxResult<Option<Original>> {
    let row = store::find(conn, actor, id)?;
    Ok(row.map(|row| Original::of(vault, &row)).transpose()?)
}

/// The documents a file belongs to.
pub(crate) fn with_file(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<Vec<Uuid>> {
    let rows: Vec<Id> = outgoing_documents::table
        .select(outgoing_documents::id)
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::file_id.eq(Id(file))))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}
