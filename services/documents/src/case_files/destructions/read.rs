//! Reading destructions, and what a caller may do with one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, authority_in, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Authority, Error, Page, PageRequest, Result, Role, Uuid};

use super::http::{Destruction, DestructionSummary};
use super::rules::{DECIDED, PROPOSED};
use super::store::{self, DestructionRow};
use crate::case_files::decision::Decision;
use crate::case_files::files::summaries;
use crate::case_files::store as case_files;
use crate::case_files::{CaseFiles, HEADS, READ};

/// What a caller may do with a destruction now, each with the right it rests on. Two persons: who proposed does not
/// decide, neither in their own name nor by the post of another, nor does who they acted for.
pub(super) fn rights(
    conn: &mut Conn,
    actor: &Actor,
    row: &DestructionRow,
) -> TxResult<BTreeMap<&'static str, Authority>> {
    let agency = row.responsible_agency_id.0;
    let mut rights = BTreeMap::new();
    if row.state == PROPOSED
        && let Some(by) = authority_in(conn, actor, agency, &HEADS)?
    {
        let persons = [Some(by.actor().to_owned()), by.on_behalf_of()];
        let proposers = [Some(row.proposed_by.clone()), row.proposed_for.clone()];
        let same = persons.iter().flatten().any(|person| proposers.iter().flatten().any(|other| other == person));
        rights.insert("refuse", by.clone());
        if !same {
            rights.insert("decide", by);
        }
    }
    if row.state == DECIDED
        && let Some(by) = authority_in(conn, actor, agency, &[Role::Clerk, Role::Leader, Role::Approver])?
    {
        rights.insert("destroy", by);
    }
    Ok(rights)
}

/// The decision of a destruction.
pub(super) fn decision_of(row: &DestructionRow) -> Option<Decision> {
    Some(Decision { number: row.decision_number.clone()?, date: row.decision_on? })
}

/// One destruction.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<Destruction> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("destruction_get", move |conn| {
            let row = store::load(conn, &reader, id)?;
            view(conn, &own, &reader, &row)
        })
        .await?;
    let shown = std::iter::once(id).chain(found.case_files.iter().map(|case_file| case_file.id)).collect();
    room.note_reading(&actor, "get_destruction", shown).await?;
    Ok(found)
}

/// One page of destructions.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(room: &CaseFiles, actor: Arc<Actor>, page: PageRequest) -> Result<Page<DestructionSummary>> {
    actor.require_scope(READ)?;
    let scope = "destructions";
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("destruction_list", move |conn| {
            let rows = store::list(conn, &actor, &page, after)?;
            let page = Page::cut(rows, &page, scope, |row| (row.proposed_at.0, row.id.0))?;
            let ids: BTreeSet<Uuid> = page.items.iter().map(|row| row.written_agency_id.0).collect();
            let named = names(conn, actor.tenant, &ids.into_iter().collect::<Vec<_>>(), today)?;
            let items = page.items.iter().map(|row| summary(row, &named)).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count: None })
        })
        .await
}

fn summary(row: &DestructionRow, named: &BTreeMap<Uuid, Named>) -> Result<DestructionSummary> {
    let agency = named.get(&row.written_agency_id.0).cloned();
    let agency = agency.ok_or_else(|| Error::internal("the agency of a destruction is gone"))?;
    Ok(DestructionSummary {
        id: row.id.0,
        agency: Named { code: row.written_code.clone(), ..agency },
        state: row.state.clone(),
        proposed_at: row.proposed_at.0,
        proposed_by: row.proposed_by.clone(),
        decision: decision_of(row),
        decided_at: row.decided_at.as_ref().map(|at| at.0),
        decided_by: row.decided_by.clone(),
        destroyed_at: row.destroyed_at.as_ref().map(|at| at.0),
        version: row.version,
    })
}

/// A destruction with its case files, for a caller.
pub(super) fn view(conn: &mut Conn, room: &CaseFiles, actor: &Actor, row: &DestructionRow) -> TxResult<Destruction> {
    let tenant = row.tenant_id.0;
    let today = room.db.clock.business().day_in_vietnam();
    let named = names(conn, tenant, &[row.written_agency_id.0], today)?;
    let ids = store::items(conn, row)?;
    let rows = case_files::rows_of(conn, tenant, &ids)?;
    let shown = summaries(conn, room, tenant, &rows)?;
    let mut shown: BTreeMap<Uuid, _> = shown.into_iter().map(|summary| (summary.id, summary)).collect();
    let content = row.content(&room.db.vault)?;
    Ok(Destruction {
        summary: summary(row, &named)?,
        reason: content.reason,
        opinion: content.opinion,
        members: content.members,
        refusal: content.refusal,
        case_files: ids.iter().filter_map(|id| shown.remove(id)).collect(),
        allowed_actions: rights(conn, actor, row)?.into_keys().collect(),
    })
}
