//! Incoming documents as they are searched.

use std::collections::BTreeMap;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid};

use super::IncomingDocuments;
use super::facts::Source;
use super::rules::READ;
use super::show::{Referred, full_number, type_name};
use super::store::{self, AssigneeRow, IncomingRow};
use crate::search::{Entry, FileContent, SearchHit, Searchable, put};

/// Their word among kinds of documents.
const KIND: &str = "incoming";

impl Searchable for IncomingDocuments {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn scope(&self) -> &'static str {
        READ
    }

    fn shown(&self, conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<SearchHit>> {
        let rows = store::among(conn, actor, ids)?;
        let referred = Referred::by(conn, self, actor.tenant, &rows)?;
        let hits = rows.iter().map(|row| {
            Ok(SearchHit {
                kind: KIND.to_owned(),
                id: row.id.0,
                document_type: row.document_type.clone(),
                full_number: Some(full_number(row)).filter(|number| !number.is_empty()),
                dated: row.issued_on.unwrap_or(row.arrived_on),
                subject: referred.content(self, row)?.subject,
            })
        });
        Ok(hits.collect::<Result<_>>()?)
    }

    fn enter(&self, tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
        let Some(row) = store::load_own(tx, tenant, id)? else { return Ok(()) };
        index(tx, self, std::slice::from_ref(&row))
    }
}

/// Enters documents of one tenant into the index: when they arrive, and when their number, their circle or the agency's
/// right to their file has changed.
pub(super) fn index(tx: &mut Conn, room: &IncomingDocuments, rows: &[IncomingRow]) -> TxResult<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let tenant = first.tenant_id.0;
    let referred = Referred::by(tx, room, tenant, rows)?;
    let assignees = store::assignees_of(tx, rows)?;
    // One document that is sent to many is read once.
    let mut originals: BTreeMap<Uuid, Option<FileContent>> = BTreeMap::new();
    for row in rows {
        let content = referred.content(room, row)?;
        let files = match referred.file(row)? {
            Some(file) => match originals.get(&file) {
                Some(known) => known.clone(),
                None => originals.entry(file).or_insert(content_of(tx, tenant, file)?).clone(),
            }
            .into_iter()
            .collect(),
            None if row.source == Source::Internal.as_str() => Vec::new(),
            None => {
                let own = store::files_of(tx, tenant, row.id.0)?;
                let contents = own.iter().map(|file| content_of(tx, tenant, file.file_id.0));
                contents.collect::<TxResult<Vec<_>>>()?.into_iter().flatten().collect()
            }
        };
        let issuer = referred.issuer(row, &content)?.name;
        let (number, arrival) = (full_number(row), row.arrival_number.map(|number| number.to_string()));
        let type_name = type_name(row, &content);
        let replies = content.replies_to.join(" ");
        let texts = [
            Some(number.as_str()),
            arrival.as_deref(),
            type_name.as_deref(),
            Some(content.subject.as_str()),
            Some(issuer.as_str()),
            content.signer_name.as_deref(),
            content.signer_position.as_deref(),
            content.description.as_deref(),
            Some(replies.as_str()),
        ];
        let entry = Entry {
            kind: KIND,
            document: row.id.0,
            document_type: row.document_type.as_deref().unwrap_or_default(),
            dated: row.issued_on.unwrap_or(row.arrived_on),
            responsible_agency: row.responsible_agency_id.0,
            readers: assignees.iter().filter(|one| one.document_id == row.id).filter_map(reader).collect(),
            texts: texts.into_iter().flatten().collect(),
            files,
        };
        put(tx, &room.db, tenant, &entry)?;
    }
    Ok(())
}

/// Whom somebody a direction names is found by: the officer, or the agency that is the unit now.
fn reader(one: &AssigneeRow) -> Option<Uuid> {
    one.officer_id.as_ref().or(one.responsible_agency_id.as_ref()).map(|id| id.0)
}

fn content_of(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<Option<FileContent>> {
    let file = motcua_files::load(conn, tenant, file)?;
    Ok(file.map(|file| FileContent { sha256: file.sha256, size: file.size }))
}
