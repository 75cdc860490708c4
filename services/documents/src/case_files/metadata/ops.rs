//! Reading the fields of a case file and of its documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{Named, names};
use motcua_db::sql::At;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};

use super::http::{CaseFileDocumentMetadata, CaseFileMetadata, DocumentFields, FileCode, ReceiverField, SignerInfo};
use super::limits;
use crate::case_files::contents::{DocumentKind, kind_of, open_to};
use crate::case_files::files::rules::AccessMode;
use crate::case_files::files::whole;
use crate::case_files::store::{self, CaseFileRow, DocumentRow};
use crate::case_files::{CaseFiles, READ};
use crate::document_types::DocumentType;
use crate::incoming::{self, Arrived};
use crate::outgoing::{self, Original, Receivers, Sent};

/// The fields of a case file with a page of its documents, noted in the read audit.
///
/// # Errors
/// `not_found`, also for borrowers.
pub(super) async fn get(room: &CaseFiles, actor: Arc<Actor>, id: Uuid, page: PageRequest) -> Result<CaseFileMetadata> {
    actor.require_scope(READ)?;
    let scope = format!("case-files/{id}/metadata");
    let after: Option<(i64, NaiveDate, DateTime<Utc>, Uuid)> =
        page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read_snapshot("case_file_metadata", move |conn| {
            let row = store::find(conn, &reader, id, None)?.ok_or_else(Error::not_found)?;
            let (before, place) = match after {
                Some((ordinal, dated, at, id)) => (ordinal, Some((dated, At(at), id))),
                None => (0, None),
            };
            let rows = store::document_rows(conn, reader.tenant, id, page.fetch(), place)?;
            let numbered: Vec<(i64, DocumentRow)> = (before + 1..).zip(rows).collect();
            let key = |(ordinal, row): &(i64, DocumentRow)| (*ordinal, row.dated, row.added_at.0, row.id.0);
            let page = Page::cut(numbered, &page, &scope, key)?;
            let documents = documents(conn, &own, &reader, &row, &page.items)?;
            fields(conn, &own, &reader, &row, (documents, page.next))
        })
        .await?;
    let seen = found.documents.iter().filter(|document| document.may_see).map(|document| document.id);
    room.note_reading(&actor, "get_case_file_metadata", std::iter::once(id).chain(seen).collect()).await?;
    Ok(found)
}

fn fields(
    conn: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    row: &CaseFileRow,
    (documents, next): (Vec<CaseFileDocumentMetadata>, Option<String>),
) -> TxResult<CaseFileMetadata> {
    let view = whole(conn, room, actor, row)?;
    let rights = match view.rights {
        AccessMode::Open => "Công khai",
        AccessMode::Conditional => "Có điều kiện",
    };
    let summary = view.summary;
    let mut found = CaseFileMetadata {
        id: summary.id,
        file_code: FileCode {
            organ_id: summary.agency.code,
            file_catalog: summary.year,
            file_notation: summary.notation,
        },
        title: summary.title,
        maintenance: summary.retention.name,
        maintenance_code: summary.retention.code,
        rights: rights.to_owned(),
        creator: summary.creator.name,
        language: view.language,
        start_date: summary.started_on,
        end_date: summary.ended_on,
        doc_total: summary.document_total,
        page_total: summary.page_total,
        description: view.description,
        list_sha256: view.list_sha256,
        documents,
        next,
        warnings: Vec::new(),
    };
    found.warnings = limits::warnings(&found);
    Ok(found)
}

fn documents(
    conn: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    case_file: &CaseFileRow,
    rows: &[(i64, DocumentRow)],
) -> TxResult<Vec<CaseFileDocumentMetadata>> {
    let tenant = case_file.tenant_id.0;
    let named = rows.iter().map(|(_, row)| Ok((kind_of(row)?, row.document_id.0))).collect::<Result<Vec<_>>>()?;
    let seen = open_to(conn, actor, case_file, &named)?;
    let of = |kind| -> Vec<Uuid> {
        seen.iter().filter(|(of_kind, _)| *of_kind == kind).map(|(_, document)| *document).collect()
    };
    let arrived = incoming::arrived(conn, &room.arrivals, tenant, &of(DocumentKind::Incoming))?;
    let outgoing = of(DocumentKind::Outgoing);
    let issued = outgoing::issued(conn, &room.db.vault, tenant, &outgoing)?;
    let mut sent: BTreeMap<Uuid, Vec<Sent>> = BTreeMap::new();
    for one in room.arrivals.sent(conn, tenant, &outgoing)? {
        sent.entry(one.document).or_default().push(one);
    }
    let mut agencies: Vec<Uuid> = sent.values().flatten().map(|one| one.receiver).collect();
    agencies.extend(issued.values().map(|original| original.issuing_agency));
    agencies.sort_unstable();
    agencies.dedup();
    let agencies = names(conn, tenant, &agencies, room.db.clock.business().day_in_vietnam())?;
    let mut shown = Vec::new();
    for ((ordinal, row), (kind, id)) in rows.iter().zip(named) {
        let may_see = seen.contains(&(kind, id));
        let mut fields = match kind {
            _ if !may_see => DocumentFields::default(),
            DocumentKind::Incoming => arrived.get(&id).map(of_arrived).unwrap_or_default(),
            DocumentKind::Outgoing => {
                let to = sent.get(&id).map(Vec::as_slice).unwrap_or_default();
                issued.get(&id).map(|original| of_issued(original, to, &agencies)).unwrap_or_default()
            }
            DocumentKind::Upload => {
                let content = row.content(&room.db.vault)?;
                DocumentFields {
                    subject: content.title,
                    organ_name: content.author,
                    description: content.note,
                    ..DocumentFields::default()
                }
            }
        };
        if may_see {
            fields.page_amount = row.pages.or(fields.page_amount);
        }
        let (full_number, issued_date) = (row.number.clone(), row.dated);
        let doc_ordinal = *ordinal;
        shown.push(CaseFileDocumentMetadata { kind, id, doc_ordinal, may_see, full_number, issued_date, fields });
    }
    Ok(shown)
}

fn of_arrived(document: &Arrived) -> DocumentFields {
    DocumentFields {
        type_name: document.type_name.clone(),
        code_number: said(&document.code_number),
        code_notation: said(&document.code_notation),
        organ_name: Some(document.issuer.clone()),
        subject: Some(document.subject.clone()),
        language: document.language.clone(),
        page_amount: document.pages.and_then(|pages| i32::try_from(pages).ok()),
        description: document.description.clone(),
        signer_info: signer(document.signer_position.as_ref(), document.signer_name.as_ref()),
        priority: Some(document.urgency),
        due_date: document.due_on,
        to: Vec::new(),
        issued_amount: None,
        arrival_date: Some(document.received_on),
        arrival_number: document.arrival_number,
    }
}

fn of_issued(document: &Original, sent: &[Sent], agencies: &BTreeMap<Uuid, Named>) -> DocumentFields {
    let to = sent.iter().filter_map(|one| agencies.get(&one.receiver));
    DocumentFields {
        type_name: DocumentType::by_code(&document.document_type).map(|known| known.vi.to_owned()),
        code_number: said(&document.number),
        code_notation: said(&document.notation),
        organ_name: agencies.get(&document.issuing_agency).map(|named| named.name.clone()),
        subject: Some(document.subject.clone()),
        language: document.language.clone(),
        page_amount: document.pages,
        description: document.description.clone(),
        signer_info: signer(document.signer_position.as_ref(), document.signer_name.as_ref()),
        priority: Some(document.urgency),
        to: to.map(|named| ReceiverField { organ_id: named.code.clone(), organ_name: named.name.clone() }).collect(),
        issued_amount: document.copies,
        due_date: sent.iter().filter_map(|one| one.due_on).min(),
        ..DocumentFields::default()
    }
}

fn said(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn signer(position: Option<&String>, name: Option<&String>) -> Option<SignerInfo> {
    (position.is_some() || name.is_some()).then(|| SignerInfo { position: position.cloned(), full_name: name.cloned() })
}
