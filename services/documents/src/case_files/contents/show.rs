//! What the documents in a case file say of themselves, and to whom.

use std::collections::{BTreeMap, BTreeSet};

use motcua_agencies::names;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Result, Uuid};

use super::DocumentKind;
use super::http::{CaseFileDocument, DocumentReference};
use crate::case_files::CaseFiles;
use crate::case_files::store::{self, CaseFileRow, DocumentRow};
use crate::document_types::DocumentType;
use crate::{incoming, outgoing};

/// What a document is about.
#[derive(Clone, Default)]
pub(super) struct Said {
    /// Type and subject. Personal data.
    pub title: String,
    /// Who issued it. Personal data.
    pub author: String,
    /// What was written when it was put in. Personal data.
    pub note: Option<String>,
}

pub(in crate::case_files) fn kind_of(row: &DocumentRow) -> Result<DocumentKind> {
    let kind = DocumentKind::from_word(&row.kind);
    kind.ok_or_else(|| Error::internal(format!("unknown kind of document {}", row.kind)))
}

fn ids(rows: &[DocumentRow], kind: DocumentKind) -> Vec<Uuid> {
    rows.iter().filter(|row| row.kind == kind.as_str()).map(|row| row.document_id.0).collect()
}

/// Type and subject as lists write them.
pub(super) fn titled(type_name: Option<&str>, subject: &str) -> String {
    // The decree's list says which decisions it means (cá biệt); a list names the type alone.
    let name = type_name.and_then(|name| name.split(" (").next()).filter(|name| !name.is_empty());
    name.map_or_else(|| subject.to_owned(), |name| format!("{name}: {subject}"))
}

/// What some documents say, by the id of their entry, whoever asks.
pub(super) fn said(
    conn: &mut Conn,
    room: &CaseFiles,
    tenant: Uuid,
    rows: &[DocumentRow],
) -> TxResult<BTreeMap<Uuid, Said>> {
    let arrived = incoming::arrived(conn, &room.arrivals, tenant, &ids(rows, DocumentKind::Incoming))?;
    let issued = outgoing::issued(conn, &room.db.vault, tenant, &ids(rows, DocumentKind::Outgoing))?;
    let issuers: BTreeSet<Uuid> = issued.values().map(|original| original.issuing_agency).collect();
    let issuers: Vec<Uuid> = issuers.into_iter().collect();
    let issuers = names(conn, tenant, &issuers, room.db.clock.business().day_in_vietnam())?;
    let mut all = BTreeMap::new();
    for row in rows {
        let content = row.content(&room.db.vault)?;
        let document = row.document_id.0;
        let (title, author) = match kind_of(row)? {
            DocumentKind::Incoming => arrived
                .get(&document)
                .map_or_else(Default::default, |it| (titled(it.type_name.as_deref(), &it.subject), it.issuer.clone())),
            DocumentKind::Outgoing => issued.get(&document).map_or_else(Default::default, |it| {
                let type_name = DocumentType::by_code(&it.document_type).map(|known| known.vi);
                let author = issuers.get(&it.issuing_agency).map(|named| named.name.clone());
                (titled(type_name, &it.subject), author.unwrap_or_default())
            }),
            DocumentKind::Upload => {
                (content.title.clone().unwrap_or_default(), content.author.clone().unwrap_or_default())
            }
        };
        all.insert(row.id.0, Said { title, author, note: content.note });
    }
    Ok(all)
}

/// Of some documents of a case file, by kind and id, those the caller may see themselves.
pub(in crate::case_files) fn open_to(
    conn: &mut Conn,
    actor: &Actor,
    case_file: &CaseFileRow,
    documents: &[(DocumentKind, Uuid)],
) -> TxResult<BTreeSet<(DocumentKind, Uuid)>> {
    let of = |kind: DocumentKind| -> Vec<Uuid> {
        documents.iter().filter(|(known, _)| *known == kind).map(|(_, id)| *id).collect()
    };
    let mut seen = BTreeSet::new();
    for id in incoming::visible_among(conn, actor, &of(DocumentKind::Incoming))? {
        seen.insert((DocumentKind::Incoming, id));
    }
    for id in outgoing::visible_among(conn, actor, &of(DocumentKind::Outgoing))? {
        seen.insert((DocumentKind::Outgoing, id));
    }
    // Uploaded files have no predicate of their own: they are the case file's.
    if !store::visible_among(conn, actor, &[case_file.id.0])?.is_empty() {
        seen.extend(of(DocumentKind::Upload).into_iter().map(|id| (DocumentKind::Upload, id)));
    }
    Ok(seen)
}

/// Some documents of a case file as a caller sees them.
pub(super) fn views(
    conn: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    case_file: &CaseFileRow,
    rows: &[DocumentRow],
) -> TxResult<Vec<CaseFileDocument>> {
    let named = rows.iter().map(|row| Ok((kind_of(row)?, row.document_id.0))).collect::<Result<Vec<_>>>()?;
    let seen = open_to(conn, actor, case_file, &named)?;
    let mut said = said(conn, room, case_file.tenant_id.0, rows)?;
    let views = rows.iter().zip(named).map(|(row, named)| {
        let said = said.remove(&row.id.0).filter(|_| seen.contains(&named));
        CaseFileDocument {
            id: row.id.0,
            document: DocumentReference { kind: named.0, id: named.1 },
            number: row.number.clone(),
            dated: row.dated,
            pages: row.pages,
            may_see: said.is_some(),
            title: said.as_ref().map(|said| said.title.clone()),
            author: said.as_ref().map(|said| said.author.clone()),
            note: said.and_then(|said| said.note),
            added_at: row.added_at.0,
        }
    });
    Ok(views.collect())
}
