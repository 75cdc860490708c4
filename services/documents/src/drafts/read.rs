//! Reading drafts, and showing them.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_agencies::{Named, names};
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_kernel::{Actor, Answer, Error, Page, PageRequest, Result, Uuid, Vault};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Drafts;
use super::access::{Hands, Viewer};
use super::http::READ;
use super::rules::allowed_actions;
use super::store::{self, DraftRow, FileRow, Narrow, RevisionRow, SignatureRow, StepRow};
use super::tell::{capacity_of, said_column};
use super::view::{Check, Checks, Draft, DraftFile, DraftReader, DraftStep, DraftSummary, Revision, Signature};

/// Refuses whoever is outside the circle of a draft, before a kept answer is given again.
pub(super) async fn admit(room: &Drafts, actor: &Arc<Actor>, id: Uuid) -> Result<()> {
    let (actor, now) = (Arc::clone(actor), room.db.clock.business());
    room.db
        .read("draft_admit", move |conn| {
            let viewer = Viewer::of(conn, &actor, now)?;
            store::find_in_circle(conn, &viewer, id).map(drop)
        })
        .await
}

/// Notes what was read in the read audit.
pub(super) async fn noted(
    room: &Drafts,
    actor: &Actor,
    operation: &'static str,
    request_id: String,
    read: Vec<Uuid>,
) -> Result<()> {
    room.db.audit_read(ReadEntry::of(actor, operation, request_id, read)).await
}

/// Gives an answer that shows a draft, also when it is given again.
pub(super) async fn shown(
    room: &Drafts,
    actor: &Actor,
    answer: Answer,
    operation: &'static str,
    request_id: String,
) -> Result<Answer> {
    noted(room, actor, operation, request_id, vec![shown_id(&answer)?]).await?;
    Ok(answer)
}

/// The draft that an answer shows.
pub(super) fn shown_id(answer: &Answer) -> Result<Uuid> {
    let id = answer.body.get("id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("a draft was answered without an id"))
}

/// One draft. Who reads it is kept with it, and in the read audit.
pub(super) async fn get(room: &Drafts, actor: Arc<Actor>, id: Uuid, request_id: String) -> Result<Draft> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("draft_get", move |conn| {
            let viewer = Viewer::of(conn, &reader, own.db.clock.business())?;
            let row = store::find(conn, &viewer, id)?;
            let shown = draft(conn, &own, &reader, &row)?;
            Ok((shown, viewer.officer))
        })
        .await?;
    note_reader(room, &actor, id, found.1).await?;
    noted(room, &actor, "get_draft", request_id, vec![id]).await?;
    Ok(found.0)
}

async fn note_reader(room: &Drafts, actor: &Actor, id: Uuid, officer: Option<Uuid>) -> Result<()> {
    let Some(officer) = officer else { return Ok(()) };
    let (tenant, at) = (actor.tenant, room.db.clock.business().0);
    room.db.write("draft_reader", move |tx| store::note_reader(tx, tenant, id, officer, at)).await
}

/// A page of drafts, the newest first.
pub(super) async fn list(
    room: &Drafts,
    actor: Arc<Actor>,
    (narrow, mine): (Narrow, bool),
    page: PageRequest,
    request_id: String,
) -> Result<Page<DraftSummary>> {
    actor.require_scope(READ)?;
    let scope = format!("drafts {narrow:?} {mine}");
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("draft_list", move |conn| {
            let viewer = Viewer::of(conn, &reader, own.db.clock.business())?;
            let author = if mine { Some(viewer.officer.unwrap_or_default()) } else { None };
            let narrow = Narrow { author, ..narrow.clone() };
            let rows = store::list(conn, &viewer, &narrow, &page, after)?;
            let count = if page.count { Some(store::count(conn, &viewer, &narrow)?) } else { None };
            let page = Page::cut(rows, &page, &scope, |row| row.id.0)?;
            let items = summaries(conn, &own, &page.items)?;
            Ok(Page { items, next: page.next, count })
        })
        .await?;
    let read: Vec<Uuid> = found.items.iter().map(|draft: &DraftSummary| draft.id).collect();
    if !read.is_empty() {
        noted(room, &actor, "list_drafts", request_id, read).await?;
    }
    Ok(found)
}

/// A page of the versions of a draft, the first one first.
pub(super) async fn revisions(
    room: &Drafts,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
    request_id: String,
) -> Result<Page<Revision>> {
    actor.require_scope(READ)?;
    let scope = format!("drafts/{id}/revisions");
    let after: Option<i32> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (found, officer) = room
        .db
        .read("draft_revisions", move |conn| {
            let viewer = Viewer::of(conn, &reader, own.db.clock.business())?;
            let row = store::find(conn, &viewer, id)?;
            let (rows, files) = store::revision_page(conn, &row, &page, after.unwrap_or(0))?;
            // They are numbered without a gap.
            let count = page.count.then(|| i64::from(row.revision));
            let page = Page::cut(rows, &page, &scope, |row| row.number)?;
            let items = page.items.iter().map(|one| revision(&own.db.vault, one, &files)).collect::<Result<_>>()?;
            Ok((Page { items, next: page.next, count }, viewer.officer))
        })
        .await?;
    note_reader(room, &actor, id, officer).await?;
    noted(room, &actor, "list_draft_revisions", request_id, vec![id]).await?;
    Ok(found)
}

/// A page of what happened to a draft, in order, for its circle.
pub(super) async fn steps(
    room: &Drafts,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
    request_id: String,
) -> Result<Page<DraftStep>> {
    actor.require_scope(READ)?;
    let scope = format!("drafts/{id}/steps");
    let after: Option<i32> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("draft_steps", move |conn| {
            let viewer = Viewer::of(conn, &reader, own.db.clock.business())?;
            let row = store::find_in_circle(conn, &viewer, id)?;
            let rows = store::steps(conn, &row, &page, after.unwrap_or(0))?;
            let page = Page::cut(rows, &page, &scope, |row| row.number)?;
            let items = page.items.iter().map(|one| step(&own.db.vault, one)).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count: None })
        })
        .await?;
    noted(room, &actor, "list_draft_steps", request_id, vec![id]).await?;
    Ok(found)
}

/// A page of who read a draft, for its circle.
pub(super) async fn readers(
    room: &Drafts,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<DraftReader>> {
    actor.require_scope(READ)?;
    let scope = format!("drafts/{id}/readers");
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let now = room.db.clock.business();
    room.db
        .read("draft_readers", move |conn| {
            let viewer = Viewer::of(conn, &actor, now)?;
            let row = store::find_in_circle(conn, &viewer, id)?;
            let rows = store::readers(conn, &row, &page, after)?;
            let page = Page::cut(rows, &page, &scope, |(officer, ..)| officer.0)?;
            Ok(page.map(|(officer, first, last)| DraftReader {
                officer_id: officer.0,
                first_read_at: first.0,
                last_read_at: last.0,
            }))
        })
        .await
}

/// A draft as the caller may see it: who is only asked for an opinion sees the text alone.
pub(super) fn draft(conn: &mut Conn, room: &Drafts, actor: &Actor, row: &DraftRow) -> TxResult<Draft> {
    let now = room.db.clock.business();
    let viewer = Viewer::of(conn, actor, now)?;
    let summary = summaries(conn, room, std::slice::from_ref(row))?.pop();
    let summary = summary.ok_or_else(|| Error::internal("a draft has no summary"))?;
    let (rows, files) = store::revisions(conn, row, Some(row.revision))?;
    let current = rows.first().ok_or_else(|| Error::internal(format!("draft {} has no version", row.id.0)))?;
    let current = revision(&room.db.vault, current, &files)?;
    if !store::in_circle(conn, &viewer, row.id.0)? {
        return Ok(Draft { summary, current, checks: None, signature: None, allowed_actions: Vec::new() });
    }
    let standing = Hands::of(conn, actor, &viewer, row)?.standing;
    let check = |by: &Option<motcua_db::sql::Id>, revision: Option<i32>| {
        let (by, revision) = (by.as_ref()?.0, revision?);
        Some(Check { by, revision, counts: revision == row.revision })
    };
    let checks = Checks {
        content: check(&row.content_by_id, row.content_revision),
        form: check(&row.form_by_id, row.form_revision),
        goes_back_to: standing.goes_back_to,
    };
    let signed = store::signature(conn, row)?;
    let signature = match &signed {
        Some(signed) => Some(signature(signed, store::checked_file(conn, row, signed.revision)?, now.0)?),
        None => None,
    };
    let allowed_actions = allowed_actions(&standing);
    Ok(Draft { summary, current, checks: Some(checks), signature, allowed_actions })
}

fn summaries(conn: &mut Conn, room: &Drafts, rows: &[DraftRow]) -> TxResult<Vec<DraftSummary>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let agencies = rows
        .iter()
        .flat_map(|row| [Some(&row.written_agency_id), Some(&row.responsible_agency_id), row.unit_id.as_ref()]);
    let agencies: Vec<Uuid> = agencies.flatten().map(|id| id.0).collect();
    let today = room.db.clock.business().day_in_vietnam();
    let named = names(conn, first.tenant_id.0, &agencies, today)?;
    Ok(rows.iter().map(|row| summary(&room.db.vault, row, &named)).collect::<Result<_>>()?)
}

fn summary(vault: &Vault, row: &DraftRow, named: &BTreeMap<Uuid, Named>) -> Result<DraftSummary> {
    let agency = |id: Uuid| {
        named.get(&id).cloned().ok_or_else(|| Error::internal(format!("agency {id} of draft {} is gone", row.id.0)))
    };
    Ok(DraftSummary {
        id: row.id.0,
        state: row.state()?,
        agency: Named { code: row.written_code.clone(), ..agency(row.written_agency_id.0)? },
        responsible_agency: agency(row.responsible_agency_id.0)?,
        unit: row.unit_id.as_ref().map(|id| agency(id.0)).transpose()?,
        document_type: row.document_type.clone(),
        normative: row.normative,
        symbol: row.symbol.clone(),
        subject: row.subject(vault)?,
        urgency: from_word(&row.urgency)?,
        circulation: row.circulation.as_deref().map(from_word).transpose()?,
        internal: row.internal,
        due_at: row.due_at.as_ref().map(|at| at.0),
        reply_to: row.reply_to_id.as_ref().map(|id| id.0),
        revision: row.revision,
        author_id: row.author_id.0,
        created_at: row.created_at.0,
        submitted_at: row.submitted_at.as_ref().map(|at| at.0),
        document_id: row.document_id.as_ref().map(|id| id.0),
        version: row.version,
    })
}

fn revision(vault: &Vault, row: &RevisionRow, files: &[FileRow]) -> Result<Revision> {
    let column = |what: &str| format!("draft_revisions.{what}:{}", row.number);
    let note = row.note.as_ref().map(|note| store::open(vault, &column("note"), row.draft_id.0, note));
    let mut own = files
        .iter()
        .filter(|file| file.revision == row.number)
        .map(|file| DraftFile { id: file.file_id.0, sha256: file.sha256.clone() });
    let file = own.next().ok_or_else(|| Error::internal(format!("draft {} has no text", row.draft_id.0)))?;
    Ok(Revision {
        number: row.number,
        author_id: row.author_id.0,
        created_at: row.created_at.0,
        subject: store::open(vault, &column("subject"), row.draft_id.0, &row.subject)?,
        note: note.transpose()?,
        file,
        attachments: own.collect(),
    })
}

fn signature(row: &SignatureRow, checked: FileRow, now: chrono::DateTime<chrono::Utc>) -> Result<Signature> {
    let at = |at: &Option<motcua_db::sql::At>| at.as_ref().map(|at| at.0);
    let late = |due: Option<chrono::DateTime<chrono::Utc>>, done: Option<chrono::DateTime<chrono::Utc>>| {
        due.is_some_and(|due| due < done.unwrap_or(now))
    };
    let (numbered_at, issued_at) = (at(&row.numbered_at), at(&row.issued_at));
    let (number_due_at, issue_due_at) = (at(&row.number_due_at), at(&row.issue_due_at));
    Ok(Signature {
        id: row.id.0,
        officer_id: row.officer_id.0,
        authority_id: row.authority_id.0,
        capacity: capacity_of(row)?,
        prefix: row.prefix.clone(),
        position: row.position.clone(),
        revision: row.revision,
        file: DraftFile { id: row.file_id.0, sha256: row.file_sha256.clone() },
        replaces_checked_file: row.file_sha256 != checked.sha256,
        checked_file: DraftFile { id: checked.file_id.0, sha256: checked.sha256 },
        signed_at: row.signed_at.0,
        number_due_at,
        issue_due_at,
        numbered_at,
        issued_at,
        late: late(number_due_at, numbered_at) || late(issue_due_at, issued_at),
    })
}

pub(super) fn step(vault: &Vault, row: &StepRow) -> Result<DraftStep> {
    let said = row.said.as_ref().map(|said| store::open(vault, &said_column(row.number), row.draft_id.0, said));
    Ok(DraftStep {
        number: row.number,
        kind: row.kind.clone(),
        revision: row.revision,
        officer_id: row.officer_id.as_ref().map(|id| id.0),
        actor: row.actor.clone(),
        on_behalf_of: row.on_behalf_of.clone(),
        taken_at: row.taken_at.0,
        text: said.transpose()?,
    })
}

/// A value as columns write it.
pub(super) fn word(value: &impl Serialize) -> Result<String> {
    let word = serde_json::to_value(value).map_err(Error::internal)?;
    word.as_str().map(str::to_owned).ok_or_else(|| Error::internal("a mark is no word"))
}

/// A word of a column as the API writes it.
pub(super) fn from_word<T: DeserializeOwned>(word: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(Error::internal)
}
