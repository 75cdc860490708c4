//! Keeping, changing, reading and taking away searches.

use std::sync::Arc;

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_journal::{Change, EventKind, Moment, Stamp};
use motcua_kernel::text::fold;
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Page, PageRequest, Result, Text, Uuid, new_id};

use super::facts::{CHANGED, DELETED, SAVED, SavedSearchFacts};
use super::http::{PutSavedSearch, SavedSearch};
use super::store::{self, Content, SavedRow};
use super::{READ, SavedSearches};
use crate::precondition::check_version;
use crate::search::words::Search;
use crate::text_fields::needed;

/// The most searches one keeps: more than anybody finds again in a list.
const MOST: i64 = 100;
const LONGEST_NAME: usize = 200;

/// Keeps a search.
///
/// # Errors
/// `saved_search.too_many`, `saved_search.name_taken`; faults of the search.
pub(super) async fn create(
    room: &SavedSearches,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: PutSavedSearch,
) -> Result<Answer> {
    actor.require_scope(READ)?;
    let content = checked(new)?;
    let own = room.clone();
    room.db
        .write_once("saved_search_create", actor.tenant, key, move |tx| {
            if store::count(tx, &actor)? >= MOST {
                return Err(too_many().into());
            }
            let (id, moment) = (new_id(), Moment::of(&own.db.clock));
            let row = SavedRow {
                tenant_id: Id(actor.tenant),
                id: Id(id),
                owner: actor.reference(),
                content: content.seal(&own.db.vault, id)?,
                name_hash: name_hash(&own, &content.name),
                saved_at: At(moment.occurred.0),
                version: 1,
            };
            refuse_taken_name(tx, &row)?;
            store::insert(tx, &row)?;
            record(tx, &own, &actor, moment, SAVED, &row)?;
            let view = view(&own, &row)?;
            Ok(Answer::created(format!("/v1/saved-searches/{id}"), &view)?.version(1).personal())
        })
        .await
}

/// Changes one, whole.
///
/// # Errors
/// `not_found`, `precondition.stale`, `saved_search.name_taken`; faults of the search.
pub(super) async fn put(
    room: &SavedSearches,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, expected): (Uuid, i64),
    new: PutSavedSearch,
) -> Result<Answer> {
    actor.require_scope(READ)?;
    let content = checked(new)?;
    let own = room.clone();
    room.db
        .write_once("saved_search_put", actor.tenant, key, move |tx| {
            let mut row = load_at(tx, &actor, id, expected)?;
            row.content = content.seal(&own.db.vault, id)?;
            row.name_hash = name_hash(&own, &content.name);
            row.version += 1;
            refuse_taken_name(tx, &row)?;
            if !store::update(tx, &row)? {
                return Err(changed_meanwhile(tx, &actor, id, expected));
            }
            record(tx, &own, &actor, Moment::of(&own.db.clock), CHANGED, &row)?;
            Ok(Answer::done(&view(&own, &row)?)?.version(row.version).personal())
        })
        .await
}

/// Takes one away.
///
/// # Errors
/// `not_found`, `precondition.stale`.
pub(super) async fn delete(
    room: &SavedSearches,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, expected): (Uuid, i64),
) -> Result<Answer> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db
        .write_once("saved_search_delete", actor.tenant, key, move |tx| {
            let mut row = load_at(tx, &actor, id, expected)?;
            if !store::delete(tx, &row)? {
                return Err(changed_meanwhile(tx, &actor, id, expected));
            }
            let last = view(&own, &row)?;
            row.version += 1;
            record(tx, &own, &actor, Moment::of(&own.db.clock), DELETED, &row)?;
            Ok(Answer::done(&last)?.personal())
        })
        .await
}

/// One of the caller's own.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(room: &SavedSearches, actor: Arc<Actor>, id: Uuid, request_id: String) -> Result<SavedSearch> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let shown = room
        .db
        .read("saved_search_get", move |conn| {
            let row = store::find(conn, &reader, id)?.ok_or_else(Error::not_found)?;
            Ok(view(&own, &row)?)
        })
        .await?;
    room.db.audit_read(ReadEntry::of(&actor, "get_saved_search", request_id, vec![id])).await?;
    Ok(shown)
}

/// A page of the caller's own, the newest first.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(
    room: &SavedSearches,
    actor: Arc<Actor>,
    page: PageRequest,
    request_id: String,
) -> Result<Page<SavedSearch>> {
    const SCOPE: &str = "saved-searches";
    actor.require_scope(READ)?;
    let before: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(SCOPE)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("saved_search_list", move |conn| {
            let rows = store::page(conn, &reader, page.fetch(), before)?;
            let count = if page.count { Some(store::count(conn, &reader)?) } else { None };
            let page = Page::cut(rows, &page, SCOPE, |row| row.id.0)?;
            let items = page.items.iter().map(|row| view(&own, row)).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count })
        })
        .await?;
    let subjects: Vec<Uuid> = found.items.iter().map(|one| one.id).collect();
    if !subjects.is_empty() {
        room.db.audit_read(ReadEntry::of(&actor, "list_saved_searches", request_id, subjects)).await?;
    }
    Ok(found)
}

/// What is kept, when it can be searched: where a page begins is not part of it.
fn checked(new: PutSavedSearch) -> Result<Content> {
    let mut faults = Vec::new();
    let name = needed(&new.name, "/name", LONGEST_NAME, &mut faults);
    let search = new.search;
    if search.after.is_some() {
        let text = Text::new("Không lưu vị trí trang.", "Where a page begins is not kept.");
        faults.push(FieldError::new("/search/after", "saved_search.place", text));
    }
    let judged = [search.checked().err(), search.q.as_deref().and_then(|q| Search::read(q).err())];
    for error in judged.into_iter().flatten() {
        if error.fields.is_empty() {
            return Err(error);
        }
        faults.extend(error.fields.into_iter().map(|mut fault| {
            fault.pointer = format!("/search{}", fault.pointer);
            fault
        }));
    }
    if faults.is_empty() { Ok(Content { name, search }) } else { Err(Error::invalid(faults)) }
}

fn view(room: &SavedSearches, row: &SavedRow) -> Result<SavedSearch> {
    let Content { name, search } = Content::open(&room.db.vault, row)?;
    Ok(SavedSearch { id: row.id.0, name, search, saved_at: row.saved_at.0, version: row.version })
}

fn load_at(tx: &mut Conn, actor: &Actor, id: Uuid, expected: i64) -> TxResult<SavedRow> {
    let row = store::find(tx, actor, id)?.ok_or_else(Error::not_found)?;
    check_version(row.version, expected)?;
    Ok(row)
}

fn changed_meanwhile(tx: &mut Conn, actor: &Actor, id: Uuid, expected: i64) -> motcua_db::Failure {
    match load_at(tx, actor, id, expected) {
        Ok(_) => Error::internal(format!("the saved search {id} was not written")).into(),
        Err(refused) => refused,
    }
}

/// Names are the same however they are written.
fn name_hash(room: &SavedSearches, name: &str) -> String {
    room.db.vault.lookup("saved_searches.name", &hex::encode(fold(name)))
}

fn refuse_taken_name(tx: &mut Conn, row: &SavedRow) -> TxResult<()> {
    if !store::has_name(tx, row)? {
        return Ok(());
    }
    Err(Error::conflict(
        "saved_search.name_taken",
        "Bạn đã lưu một câu hỏi tìm kiếm khác với tên này.",
        "You have kept another search by this name.",
    )
    .into())
}

fn too_many() -> Error {
    Error::conflict(
        "saved_search.too_many",
        format!("Mỗi người lưu nhiều nhất {MOST} câu hỏi tìm kiếm; hãy xóa bớt."),
        format!("One keeps at most {MOST} searches; take some away."),
    )
}

fn record(
    tx: &mut Conn,
    room: &SavedSearches,
    actor: &Actor,
    moment: Moment,
    kind: EventKind,
    row: &SavedRow,
) -> TxResult<()> {
    let facts = SavedSearchFacts { saved_search_id: row.id.0, version: row.version };
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    let stamp = Stamp::of(&actor.in_own_name(), moment);
    room.journal.record(tx, &stamp, &Change { kind, subject: row.id.0, version: row.version, data: &data })?;
    Ok(())
}
