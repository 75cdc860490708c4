//! Incoming documents as other rooms read them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};

use super::IncomingDocuments;
use super::show::{Referred, full_number, type_name};
use super::store;

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
        let arrived = Arrived {
            number: full_number(row),
            dated: row.issued_on.unwrap_or(row.arrived_on),
            type_name: type_name(row, &content),
            issuer,
            pages: content.pages,
            registered: row.arrival_number.is_some(),
            subject: content.subject,
        };
        Ok((row.id.0, arrived))
    });
    Ok(said.collect::<Result<_>>()?)
}
