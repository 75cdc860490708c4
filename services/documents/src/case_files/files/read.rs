//! Reading case files: every answer with a title leaves an entry in the read audit.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_kernel::{Actor, Page, PageRequest, Result, Uuid};

use super::show;
use super::view::{CaseFile, CaseFileNote, CaseFileSummary};
use crate::case_files::store::{self, Narrow};
use crate::case_files::{CaseFiles, READ};

/// One case file.
///
/// # Errors
/// `not_found` when there is none the caller may see.
pub(super) async fn get(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<CaseFile> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("case_file_get", move |conn| {
            let row = store::load(conn, &reader, id, today)?;
            show::whole(conn, &own, &reader, &row)
        })
        .await?;
    room.note_reading(&actor, "get_case_file", vec![id]).await?;
    Ok(found)
}

/// One page of case files, the newest first.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(
    room: &CaseFiles,
    actor: Arc<Actor>,
    narrow: Narrow,
    page: PageRequest,
) -> Result<Page<CaseFileSummary>> {
    actor.require_scope(READ)?;
    let scope = format!("case-files {narrow:?}");
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("case_file_list", move |conn| {
            let rows = store::list(conn, &reader, &narrow, today, &page, after)?;
            let count = if page.count { Some(store::count(conn, &reader, &narrow, today)?) } else { None };
            let page = Page::cut(rows, &page, &scope, |row| (row.opened_at.0, row.id.0))?;
            let items = show::summaries(conn, &own, reader.tenant, &page.items)?;
            Ok(Page { items, next: page.next, count })
        })
        .await?;
    room.note_reading(&actor, "list_case_files", found.items.iter().map(|item| item.id).collect()).await?;
    Ok(found)
}

/// What was done with a case file, the oldest first.
///
/// # Errors
/// `not_found`.
pub(super) async fn notes(
    room: &CaseFiles,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<CaseFileNote>> {
    actor.require_scope(READ)?;
    let scope = format!("case-files/{id}/notes");
    let after: Option<i64> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("case_file_notes", move |conn| {
            // What was said inside is not for borrowers.
            let row = store::find(conn, &reader, id, None)?.ok_or_else(motcua_kernel::Error::not_found)?;
            let rows = store::notes_of(conn, &row, page.fetch(), after.unwrap_or(0))?;
            let page = Page::cut(rows, &page, &scope, |note| note.version)?;
            let items = page.items.into_iter().map(|note| {
                Ok(CaseFileNote {
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
    room.note_reading(&actor, "list_case_file_notes", vec![id]).await?;
    Ok(found)
}
