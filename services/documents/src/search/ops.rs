//! Searching: candidates from the index, and the predicate of their kind over each.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{resolve, under};
use motcua_db::sql::Id;
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, ActorKind, Cursor, Error, FieldError, Page, PageRequest, Result, Role, Text, Uuid};

use super::candidates::{Candidate, END, Narrow, candidates};
use super::http::SearchDocuments;
use super::words::Search;
use super::{SearchHit, Searchable, Searches};

/// How many candidates are fetched first; each time nothing was found among them, so many times more.
const FIRST: usize = 200;
const MORE: usize = 5;
/// The most candidates that are fetched at once: some megabytes.
const MOST_FETCHED: usize = 100_000;
/// How many candidates the predicates of their kinds judge together.
const TOGETHER: usize = 200;
/// More types, and kinds, than there are, and longer words than theirs: a search is kept, and is a statement's values.
const MOST_TYPES: usize = 40;
const MOST_KINDS: usize = 10;
const LONGEST_WORD: usize = 20;

/// A page of hits, noted in the read audit with everything on it.
pub(super) async fn search(
    room: &Searches,
    actor: Arc<Actor>,
    asked: SearchDocuments,
    request_id: String,
) -> Result<Page<SearchHit>> {
    let kinds = kinds_of(room, &actor, asked.kinds.as_deref())?;
    let search = asked.q.as_deref().map(Search::read).transpose()?;
    let limit = asked.checked()? as usize;
    let scope = asked.scope()?;
    let before = match &asked.after {
        Some(cursor) => Cursor(cursor.clone()).read::<i64>(&scope)?,
        None => END,
    };
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (hits, next) = room
        .db
        .read("document_search", move |conn| {
            let mut narrow = narrowed(conn, &reader, &asked, kinds.clone(), today)?;
            if let Some(readers) = &mut narrow.readers {
                for kind in own.kinds.iter().filter(|kind| kinds.contains(&kind.kind())) {
                    readers.extend(kind.readers(conn, &reader)?);
                }
            }
            let shown = |conn: &mut Conn, found: &[Candidate]| own.shown(conn, &reader, found);
            walk(conn, reader.tenant, search.as_ref(), &narrow, (before, limit), shown)
        })
        .await?;
    let subjects: Vec<Uuid> = hits.iter().map(|hit| hit.id).collect();
    if !subjects.is_empty() {
        room.db.audit_read(ReadEntry::of(&actor, "search_documents", request_id, subjects)).await?;
    }
    let next = next.map(|place| Cursor::write(&scope, &place)).transpose()?.map(|cursor| cursor.0);
    Ok(Page { items: hits, next, count: None })
}

/// The kinds somebody searches: those they may read, of those they name.
fn kinds_of(room: &Searches, actor: &Actor, named: Option<&[String]>) -> Result<Vec<&'static str>> {
    if let Some(unknown) = named.unwrap_or_default().iter().find(|name| room.kinds.iter().all(|k| k.kind() != **name)) {
        return Err(Filter::refuse("kinds", unknown));
    }
    let wanted = |kind: &&dyn Searchable| named.is_none_or(|named| named.iter().any(|name| name == kind.kind()));
    let wanted: Vec<&dyn Searchable> = room.kinds.iter().map(AsRef::as_ref).filter(wanted).collect();
    let kinds: Vec<&'static str> =
        wanted.iter().filter(|kind| actor.scopes.contains(kind.scope())).map(|kind| kind.kind()).collect();
    match wanted.first() {
        Some(first) if kinds.is_empty() => actor.require_scope(first.scope()).map(|()| kinds),
        _ => Ok(kinds),
    }
}

fn narrowed(
    conn: &mut Conn,
    actor: &Actor,
    asked: &SearchDocuments,
    kinds: Vec<&'static str>,
    today: NaiveDate,
) -> TxResult<Narrow> {
    let agencies = match &asked.agency {
        None => None,
        Some(text) => Some(agencies_named(conn, actor.tenant, text, today)?),
    };
    let readers = readers_of(conn, actor)?;
    Ok(Narrow { kinds, document_types: asked.types.clone(), agencies, readers, from: asked.from, to: asked.to })
}

/// The agencies that `agency` of a search means.
pub(super) fn agencies_named(conn: &mut Conn, tenant: Uuid, text: &str, today: NaiveDate) -> TxResult<Vec<Uuid>> {
    match Filter::parse("agency", text)? {
        Filter::Is(reference) => resolve(conn, tenant, &reference, today),
        Filter::Under(reference) => {
            let roots = resolve(conn, tenant, &reference, today)?;
            under(conn, tenant, &roots)
        }
        _ => Err(Filter::refuse("agency", text).into()),
    }
}

/// The agencies by which a caller is entered among the readers; none for callers whose sight is not by agency.
pub(super) fn readers_of(conn: &mut Conn, actor: &Actor) -> TxResult<Option<Vec<Uuid>>> {
    match actor.kind {
        ActorKind::Officer => Ok(Some(under(conn, actor.tenant, &actor.agencies_with(&Role::ALL))?)),
        ActorKind::Citizen | ActorKind::Client | ActorKind::Service => Ok(None),
    }
}

/// Walks the candidates from a place until a page is full or none is left. `shown` says what of some the caller may see, each
/// by kind and id. The place is that of the last hit of the page; none when the caller sees nothing more.
///
/// Nothing of what the caller may not see shows itself: a page that is not full is the last, and a place is that of a hit. So
/// somebody who sees none of many thousand candidates has them all looked at, and the index is asked for ever more at once:
/// to find the same words again costs more than to judge what was found.
pub(super) fn walk<H>(
    conn: &mut Conn,
    tenant: Uuid,
    search: Option<&Search>,
    narrow: &Narrow,
    (mut before, limit): (i64, usize),
    shown: impl Fn(&mut Conn, &[Candidate]) -> TxResult<BTreeMap<(String, Uuid), H>>,
) -> TxResult<(Vec<H>, Option<i64>)> {
    let mut hits = Vec::new();
    let mut last_shown = before;
    // Most often a page is full of what was found first.
    let mut most = (limit + 1).min(FIRST);
    loop {
        let found = candidates(conn, tenant, search, narrow, before, most)?;
        for some in found.chunks(TOGETHER) {
            let mut shown = shown(conn, some)?;
            for candidate in some {
                // Only what the caller may see decides whether a page has a next: else a hidden document would show itself.
                if let Some(hit) = shown.remove(&(candidate.kind.clone(), candidate.document_id.0)) {
                    if hits.len() == limit {
                        return Ok((hits, Some(last_shown)));
                    }
                    hits.push(hit);
                    last_shown = candidate.place;
                }
                before = candidate.place;
            }
        }
        if found.len() < most {
            return Ok((hits, None));
        }
        most = (most.max(FIRST) * MORE).min(MOST_FETCHED);
    }
}

impl Searches {
    /// What of these the caller may see.
    fn shown(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        found: &[Candidate],
    ) -> TxResult<BTreeMap<(String, Uuid), SearchHit>> {
        let mut shown = BTreeMap::new();
        for kind in self.kinds.iter() {
            let of_kind = found.iter().filter(|candidate| candidate.kind == kind.kind());
            let ids: Vec<Uuid> = of_kind.map(|Candidate { document_id: Id(id), .. }| *id).collect();
            if !ids.is_empty() {
                let hits = kind.shown(conn, actor, &ids)?;
                shown.extend(hits.into_iter().map(|hit| ((hit.kind.clone(), hit.id), hit)));
            }
        }
        Ok(shown)
    }
}

/// How many hits a page of a search is to have.
pub(super) fn page_size(limit: Option<u32>, faults: &mut Vec<FieldError>) -> u32 {
    let limit = limit.unwrap_or(PageRequest::DEFAULT);
    if !(1..=PageRequest::MOST).contains(&limit) {
        let text = Text::new(
            format!("Số dòng của một trang từ 1 đến {}.", PageRequest::MOST),
            format!("A page has 1 to {} rows.", PageRequest::MOST),
        );
        faults.push(FieldError::new("/limit", "limit.invalid", text));
    }
    limit
}

impl SearchDocuments {
    /// How many hits are wanted, when the rest can be searched too.
    pub(super) fn checked(&self) -> Result<u32> {
        let mut faults = Vec::new();
        let limit = page_size(self.limit, &mut faults);
        let named = [("/types", &self.types, MOST_TYPES), ("/kinds", &self.kinds, MOST_KINDS)];
        for (pointer, names, most) in named {
            let names = names.as_deref().unwrap_or_default();
            if names.len() > most || names.iter().any(|name| name.chars().count() > LONGEST_WORD) {
                let text = Text::new(
                    format!("Nhiều nhất {most} mã, mỗi mã nhiều nhất {LONGEST_WORD} ký tự."),
                    format!("At most {most} codes of at most {LONGEST_WORD} characters each."),
                );
                faults.push(FieldError::new(pointer, "too_many", text));
            }
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            let text = Text::new("Ngày đầu sau ngày cuối.", "The first day is after the last.");
            faults.push(FieldError::new("/to", "period.reversed", text));
        }
        if faults.is_empty() { Ok(limit) } else { Err(Error::invalid(faults)) }
    }

    /// What a cursor is made for: this search and no other.
    fn scope(&self) -> Result<String> {
        let same = Self { after: None, limit: None, ..self.clone() };
        serde_json::to_string(&same).map(|text| format!("search {text}")).map_err(Error::internal)
    }
}
