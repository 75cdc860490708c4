//! Reading incoming documents: every answer with personal data leaves an entry in the read audit, and who read a document
//! first when is kept with it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_db::sql::At;
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Page, PageRequest, Result, Uuid};

use super::store::{self, IncomingRow, Narrow, PageKey};
use super::view::{Assignment, IncomingDocument, IncomingDocumentSummary, IncomingNote, IncomingReader};
use super::{IncomingDocuments, people, rules, show};
use crate::directory;

/// One document.
///
/// # Errors
/// `not_found` when there is none the caller may see.
pub(super) async fn get(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    id: Uuid,
    request_id: String,
) -> Result<IncomingDocument> {
    rules::admit_reader(&actor)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (document, known) = room
        .db
        .read("incoming_get", move |conn| {
            let row = store::load(conn, &reader, id)?;
            // Only people read; systems fetch.
            let known =
                reader.kind != ActorKind::Officer || store::has_read(conn, reader.tenant, id, &reader.reference())?;
            Ok((show::whole(conn, &own, &reader, &row)?, known))
        })
        .await?;
    if !known {
        let (tenant, reader, at) = (actor.tenant, actor.reference(), At(room.db.clock.business().0));
        room.db.write("incoming_read", move |tx| store::read_first(tx, tenant, id, &reader, &at)).await?;
    }
    room.db.audit_read(ReadEntry::of(&actor, "get_incoming_document", request_id, vec![id])).await?;
    Ok(document)
}

/// One page of documents.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    narrow: Narrow,
    page: PageRequest,
    scope: String,
    request_id: String,
) -> Result<Page<IncomingDocumentSummary>> {
    rules::admit_reader(&actor)?;
    let after: Option<PageKey> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("incoming_list", move |conn| {
            let rows = store::list(conn, &reader, &narrow, &page, after)?;
            let count = if page.count { Some(store::count(conn, &reader, &narrow)?) } else { None };
            let page = Page::cut(rows, &page, &scope, |row| store::page_key(row, &narrow))?;
            let items = summaries(conn, &own, reader.tenant, &page.items)?;
            Ok(Page { items, next: page.next, count })
        })
        .await?;
    let subjects: Vec<Uuid> = found.items.iter().map(|document| document.id).collect();
    note_reading(room, &actor, "list_incoming_documents", request_id, subjects).await?;
    Ok(found)
}

fn summaries(
    conn: &mut Conn,
    room: &IncomingDocuments,
    tenant: Uuid,
    rows: &[IncomingRow],
) -> TxResult<Vec<IncomingDocumentSummary>> {
    let referred = show::Referred::by(conn, room, tenant, rows)?;
    let shown = rows.iter().map(|row| referred.summary(row, &row.facts()?, &referred.content(room, row)?));
    Ok(shown.collect::<Result<_>>()?)
}

/// What was done and written about a document, the oldest first.
///
/// # Errors
/// `not_found`, also for the system that sent it: what is said inside is not for it.
pub(super) async fn notes(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
    request_id: String,
) -> Result<Page<IncomingNote>> {
    admit_inside(&actor)?;
    let scope = format!("incoming-documents/{id}/notes");
    let after: Option<i64> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("incoming_notes", move |conn| {
            let row = store::load(conn, &reader, id)?;
            let rows = store::notes_of(conn, &row, page.fetch(), after.unwrap_or(0))?;
            let page = Page::cut(rows, &page, &scope, |note| note.version)?;
            let items = page.items.into_iter().map(|note| {
                Ok(IncomingNote {
                    text: store::opened(&own.db.vault, &note)?,
                    action: note.action,
                    actor: note.actor,
                    on_behalf_of: note.on_behalf_of,
                    noted_at: note.noted_at.0,
                    version: note.version,
                })
            });
            Ok(Page { items: items.collect::<Result<_>>()?, next: page.next, count: None })
        })
        .await?;
    note_reading(room, &actor, "list_incoming_notes", request_id, vec![id]).await?;
    Ok(found)
}

/// The directions about a document, the newest first.
///
/// # Errors
/// `not_found`, also for the system that sent it.
pub(super) async fn assignments(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    id: Uuid,
    request_id: String,
) -> Result<Page<Assignment>> {
    admit_inside(&actor)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let items = room
        .db
        .read("incoming_assignments", move |conn| {
            let row = store::load(conn, &reader, id)?;
            people::assignments(conn, &own, &row)
        })
        .await?;
    note_reading(room, &actor, "list_incoming_assignments", request_id, vec![id]).await?;
    Ok(Page { items, next: None, count: None })
}

/// Who has read a document, and when first.
///
/// # Errors
/// `incoming.not_yours` for those who neither keep nor direct the agency's documents.
pub(super) async fn readers(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<IncomingReader>> {
    admit_inside(&actor)?;
    let scope = format!("incoming-documents/{id}/readers");
    let after: Option<(DateTime<Utc>, String)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("incoming_readers", move |conn| {
            let row = store::load(conn, &actor, id)?;
            if actor.kind == ActorKind::Officer && !store::keeps(conn, &actor, row.responsible_agency_id.0)? {
                return Err(rules::not_yours().into());
            }
            let after = after.clone().map(|(at, reader)| (At(at), reader));
            let rows = store::readers_of(conn, &row, page.fetch(), after)?;
            let page = Page::cut(rows, &page, &scope, |(reader, at)| (at.0, reader.clone()))?;
            Ok(page.map(|(reader, at)| IncomingReader { reader, first_read_at: at.0 }))
        })
        .await
}

/// What is said about a document inside the agency is for officers and our own services, not for who sent it.
fn admit_inside(actor: &Actor) -> Result<()> {
    rules::admit_reader(actor)?;
    match actor.kind {
        ActorKind::Officer => Ok(()),
        ActorKind::Service if actor.scopes.contains(rules::READ) => Ok(()),
        ActorKind::Service | ActorKind::Client | ActorKind::Citizen => Err(Error::not_found()),
    }
}

async fn note_reading(
    room: &IncomingDocuments,
    actor: &Actor,
    operation: &'static str,
    request_id: String,
    subjects: Vec<Uuid>,
) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    room.db.audit_read(ReadEntry::of(actor, operation, request_id, subjects)).await
}

/// The caller in the directory of officers.
///
/// # Errors
/// `officers.only` for callers who are none.
pub(super) async fn own_officer(room: &IncomingDocuments, actor: &Arc<Actor>) -> Result<Uuid> {
    let caller = Arc::clone(actor);
    let id = room.db.read("officer_find", move |conn| directory::officer_id(conn, &caller)).await?;
    id.ok_or_else(|| {
        Error::forbidden("officers.only", "Chỉ cán bộ mới có việc được giao.", "Only officers have work given to them.")
    })
}
