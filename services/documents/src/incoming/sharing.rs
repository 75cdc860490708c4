//! Incoming documents as other rooms read them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};

use super::IncomingDocuments;
use super::show::{Referred, full_number, type_name};
use super::store;
use crate::marks::Urgency;

/// What a document that arrived says of itself.
#[derive(Clone)]
pub(crate) struct Arrived {
    /// Number and notation.
    pub number: String,
    /// Its day, or that of its arrival where it has none.
    pub dated: NaiveDate,
    /// Its type in words.
    pub type_name: Option<String>,
    /// Personal data.
    pub subject: String,
    /// Who issued it. Personal data.
    pub issuer: String,
    pub pages: Option<u32>,
    /// Whether it stands in the register.
    pub registered: bool,
    /// Its number, as written.
    pub code_number: String,
    /// Its notation, as written.
    pub code_notation: String,
    pub language: Option<String>,
    /// Personal data.
    pub description: Option<String>,
    /// Personal data.
    pub signer_name: Option<String>,
    pub signer_position: Option<String>,
    pub urgency: Urgency,
    /// By when its issuer asks for an answer.
    pub due_on: Option<NaiveDate>,
    pub received_on: NaiveDate,
    pub arrival_number: Option<i64>,
}

/// The files that came with a document from outside.
pub(crate) fn own_files(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Vec<Uuid>> {
    Ok(store::files_of(conn, tenant, id)?.into_iter().map(|file| file.file_id.0).collect())
}

/// The documents from outside that a file came with.
pub(crate) fn with_own_file(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<Vec<Uuid>> {
    store::came_with(conn, tenant, file)
}

/// The agency responsible for a document now.
pub(crate) fn responsible_for(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<Uuid>> {
    Ok(store::load_own(conn, tenant, id)?.map(|row| row.responsible_agency_id.0))
}

/// What some documents say, whoever asks: the caller of this function answers for permission and the read audit.
pub(crate) fn arrived(
    conn: &mut Conn,
    room: &IncomingDocuments,
    tenant: Uuid,
    ids: &[Uuid],
) -> TxResult<BTreeMap<Uuid, Arrived>> {
    let rows = store::of_ids(conn, tenant, ids)?;
    let referred = Referred::by(conn, room, tenant, &rows)?;
    let said = rows.iter().map(|row| {
        let content = referred.content(room, row)?;
        let issuer = referred.issuer(row, &content)?.name;
        let facts = row.facts()?;
        let arrived = Arrived {
            number: full_number(row),
            dated: row.issued_on.unwrap_or(row.arrived_on),
            type_name: type_name(row, &content),
            issuer,
            pages: content.pages,
            registered: row.arrival_number.is_some(),
            code_number: row.number.clone(),
            code_notation: row.notation.clone(),
            language: content.language,
            description: content.description,
            signer_name: content.signer_name,
            signer_position: content.signer_position,
            urgency: facts.urgency,
            due_on: facts.due_on,
            received_on: row.arrived_on,
            arrival_number: row.arrival_number,
            subject: content.subject,
        };
        Ok((row.id.0, arrived))
    });
    Ok(said.collect::<Result<_>>()?)
}
