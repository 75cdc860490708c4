//! Searching: candidates from the index, narrowed as lists are, and shown as lists show them.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, Result, Uuid};

use super::KIND;
use super::http::SearchCaseFiles;
use crate::case_files::files::rules::State;
use crate::case_files::files::summaries;
use crate::case_files::files::view::CaseFileSummary;
use crate::case_files::people::caller_id;
use crate::case_files::store::{self, Narrow};
use crate::case_files::{CaseFiles, READ};
use crate::search::{OneKind, Search, page_of};

/// A page of hits, noted in the read audit.
///
/// # Errors
/// `search.no_words`, `search.too_long`, `agency.unknown`, `cursor.invalid`.
pub(super) async fn search(
    room: &CaseFiles,
    actor: Arc<Actor>,
    asked: SearchCaseFiles,
) -> Result<Page<CaseFileSummary>> {
    actor.require_scope(READ)?;
    let mut faults = Vec::new();
    let narrow = Narrow {
        states: asked.states.map(|states| states.into_iter().map(State::as_str).collect()),
        year: asked.year,
        retention: asked.retention.map(|period| period.check("/retention", &mut faults)),
        ..Narrow::default()
    };
    let search = asked.q.as_deref().map(Search::read).transpose()?;
    let within = OneKind { kind: KIND, search, agency: asked.agency };
    let scope = format!("case-file-search {within:?} {narrow:?}");
    let page = page_of(&scope, asked.limit, asked.after.as_deref(), &mut faults)?;
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (items, next) = room
        .db
        .read("case_file_search", move |conn| {
            let me = caller_id(conn, &reader)?;
            let shown = |conn: &mut Conn, ids: &[Uuid]| -> TxResult<BTreeMap<Uuid, CaseFileSummary>> {
                let rows = store::among(conn, &reader, &narrow, today, ids)?;
                let shown = summaries(conn, &own, reader.tenant, &rows)?;
                Ok(shown.into_iter().map(|summary| (summary.id, summary)).collect())
            };
            within.find(conn, &reader, me, (&scope, page, today), shown)
        })
        .await?;
    room.note_reading(&actor, "search_case_files", items.iter().map(|item| item.id).collect()).await?;
    Ok(Page { items, next, count: None })
}
