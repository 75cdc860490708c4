//! Incoming documents as they are searched.

use std::collections::BTreeMap;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid};

use super::IncomingDocuments;
use super::rules::READ;
use super::show::{Referred, files, full_number, type_name};
use super::store::{self, AssigneeRow, IncomingRow};
use crate::directory::officer_id;
use crate::search::{Entry, FileContent, FileWords, SearchHit, Searchable, add_readers, contents_of, put};

/// Their word among kinds of documents.
const KIND: &str = "incoming";

impl Searchable for IncomingDocuments {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn scope(&self) -> &'static str {
        READ
    }

    fn readers(&self, conn: &mut Conn, actor: &Actor) -> TxResult<Vec<Uuid>> {
        Ok(officer_id(conn, actor)?.into_iter().collect())
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
        index(tx, self, std::slice::from_ref(&row), &mut FileWords::default())
    }
}

/// Enters documents of one tenant into the index: when they arrive, and when their number or the agency's right to their
/// file has changed.
///
/// `words` is what was read of their files before, where that was done before a number was waited for.
pub(super) fn index(
    tx: &mut Conn,
    room: &IncomingDocuments,
    rows: &[IncomingRow],
    words: &mut FileWords,
) -> TxResult<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let tenant = first.tenant_id.0;
    let referred = Referred::by(tx, room, tenant, rows)?;
    let assignees = store::assignees_of(tx, rows)?;
    // One document that is sent to many is read once.
    let mut known: BTreeMap<Vec<Uuid>, Vec<FileContent>> = BTreeMap::new();
    for row in rows {
        let content = referred.content(room, row)?;
        let files: Vec<Uuid> = files(tx, &referred, row, &row.facts()?)?.into_iter().map(|file| file.id).collect();
        let contents = match known.get(&files) {
            Some(contents) => contents.clone(),
            None => contents_of(tx, tenant, files.iter().copied())?,
        };
        known.insert(files, contents.clone());
        let body = words.of(tx, &room.db, tenant, row.id.0, contents)?;
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
            body: &body,
        };
        put(tx, tenant, &entry)?;
    }
    Ok(())
}

/// Reads what the files of a document say, before its number is waited for.
pub(super) fn read_files(tx: &mut Conn, room: &IncomingDocuments, row: &IncomingRow) -> TxResult<FileWords> {
    let tenant = row.tenant_id.0;
    let referred = Referred::by(tx, room, tenant, std::slice::from_ref(row))?;
    let files: Vec<Uuid> = files(tx, &referred, row, &row.facts()?)?.into_iter().map(|file| file.id).collect();
    let contents = contents_of(tx, tenant, files)?;
    let mut words = FileWords::default();
    words.of(tx, &room.db, tenant, row.id.0, contents)?;
    Ok(words)
}

/// Lets those find a document whom it was given to.
pub(super) fn widen(tx: &mut Conn, row: &IncomingRow) -> TxResult<()> {
    let named: Vec<Uuid> = store::assignees_of(tx, std::slice::from_ref(row))?.iter().filter_map(reader).collect();
    add_readers(tx, row.tenant_id.0, KIND, row.id.0, &named)
}

/// Whom somebody a direction names is found by: the officer, or the agency that is the unit now.
fn reader(one: &AssigneeRow) -> Option<Uuid> {
    one.officer_id.as_ref().or(one.responsible_agency_id.as_ref()).map(|id| id.0)
}
