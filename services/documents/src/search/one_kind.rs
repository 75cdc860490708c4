//! Searching one kind of things by the room that has them: the same words and the same index, the room's own filters, and
//! hits as its lists show them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Cursor, FieldError, Result, Uuid};

use super::candidates::{Candidate, END, Narrow};
use super::ops::{agencies_named, page_size, readers_of, walk};
use super::words::Search;

/// What is searched among things of one kind.
#[derive(Debug, Clone)]
pub(crate) struct OneKind {
    /// The word of the kind, under which it was entered.
    pub kind: &'static str,
    /// The words; everything when none are asked for.
    pub search: Option<Search>,
    /// The agency responsible now, by code or id; `under:` it and all below.
    pub agency: Option<String>,
}

/// A page of a search: its size, and the place to go on from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SearchPage {
    before: i64,
    limit: usize,
}

/// Reads what page is asked for. `scope` names the search that a cursor is made for.
///
/// # Errors
/// `cursor.invalid`.
pub(crate) fn page_of(
    scope: &str,
    limit: Option<u32>,
    after: Option<&str>,
    faults: &mut Vec<FieldError>,
) -> Result<SearchPage> {
    let before = match after {
        Some(cursor) => Cursor(cursor.to_owned()).read::<i64>(scope)?,
        None => END,
    };
    Ok(SearchPage { before, limit: page_size(limit, faults) as usize })
}

impl OneKind {
    /// Hits of a page, the newest first, and the cursor of the next page. `also` are readers the caller is entered as
    /// beside the agencies within their reach; `shown` is what of these the caller may see, which has the last word.
    ///
    /// # Errors
    /// `agency.unknown`, or when the database fails.
    pub(crate) fn find<H>(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        also: impl IntoIterator<Item = Uuid>,
        (scope, page, today): (&str, SearchPage, NaiveDate),
        shown: impl Fn(&mut Conn, &[Uuid]) -> TxResult<BTreeMap<Uuid, H>>,
    ) -> TxResult<(Vec<H>, Option<String>)> {
        let agencies = match &self.agency {
            Some(text) => Some(agencies_named(conn, actor.tenant, text, today)?),
            None => None,
        };
        let mut readers = readers_of(conn, actor)?;
        if let Some(readers) = &mut readers {
            readers.extend(also);
        }
        let narrow = Narrow { kinds: vec![self.kind], agencies, readers, ..Narrow::default() };
        let of_kind = |conn: &mut Conn, found: &[Candidate]| {
            let ids: Vec<Uuid> = found.iter().map(|candidate| candidate.document_id.0).collect();
            let hits = shown(conn, &ids)?;
            Ok(hits.into_iter().map(|(id, hit)| ((self.kind.to_owned(), id), hit)).collect())
        };
        let at = (page.before, page.limit);
        let (hits, next) = walk(conn, actor.tenant, self.search.as_ref(), &narrow, at, of_kind)?;
        let next = next.map(|place| Cursor::write(scope, &place)).transpose()?.map(|cursor| cursor.0);
        Ok((hits, next))
    }
}
