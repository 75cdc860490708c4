//! Where a document that was sent stands with each receiver.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, names};
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};

use super::http::Dispatch;
use crate::incoming::facts::TakeBackState;
use crate::incoming::rules::{Action, READ, State};
use crate::incoming::store::{self, IncomingRow, NoteRow};
use crate::incoming::view::TakeBackView;
use crate::incoming::{CANCEL, IncomingDocuments, TAKE_BACK};
use crate::outgoing::seen_issued;

/// A page of the dispatches of a document the caller may see, the oldest first.
///
/// # Errors
/// `not_found`.
pub(super) async fn list(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    document: Uuid,
    page: PageRequest,
    request_id: String,
) -> Result<Page<Dispatch>> {
    actor.require_scope(READ)?;
    let scope = format!("outgoing-documents/{document}/dispatches");
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("dispatch_list", move |conn| {
            seen_issued(conn, &own.db.vault, &reader, document)?.ok_or_else(Error::not_found)?;
            let rows = store::deliveries_page(conn, reader.tenant, document, &page, after)?;
            let count = if page.count { Some(store::deliveries(conn, reader.tenant, document)?) } else { None };
            let page = Page::cut(rows, &page, &scope, |row| (row.received_at.0, row.id.0))?;
            Ok(Page { items: views(conn, &own, reader.tenant, &page.items)?, next: page.next, count })
        })
        .await?;
    room.db.audit_read(ReadEntry::of(&actor, "list_dispatches", request_id, vec![document])).await?;
    Ok(found)
}

/// Dispatches as the API shows them to their sender.
pub(super) fn views(
    conn: &mut Conn,
    room: &IncomingDocuments,
    tenant: Uuid,
    rows: &[IncomingRow],
) -> TxResult<Vec<Dispatch>> {
    let today = room.db.clock.business().day_in_vietnam();
    let agencies: Vec<Uuid> =
        rows.iter().flat_map(|row| [row.written_agency_id.0, row.responsible_agency_id.0]).collect();
    let named = names(conn, tenant, &agencies, today)?;
    let documents: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let told = [Action::Return.as_str(), Action::RefuseTakeBack.as_str(), TAKE_BACK, CANCEL];
    let notes = store::last_note(conn, tenant, &documents, &told)?;
    let said = |row: &IncomingRow, action: &str| last(room, &notes, row, action);
    let agency = |id: Uuid| {
        let found = named.get(&id).cloned();
        found.ok_or_else(|| Error::internal(format!("the agency {id} of a dispatch is gone")))
    };
    let view = |row: &IncomingRow| {
        let facts = row.facts()?;
        let take_back = match &facts.take_back {
            Some(wish) => Some(TakeBackView {
                state: wish.state,
                asked_at: wish.asked_at,
                reason: said(row, TAKE_BACK)?,
                answered_at: wish.answered_at,
                refusal: match wish.state {
                    TakeBackState::Refused => said(row, Action::RefuseTakeBack.as_str())?,
                    TakeBackState::Requested | TakeBackState::Agreed => None,
                },
            }),
            None => None,
        };
        let end_reason = match facts.state {
            State::Returned => said(row, Action::Return.as_str())?,
            State::Cancelled => said(row, CANCEL)?,
            _ => None,
        };
        Ok(Dispatch {
            id: row.id.0,
            receiver: Named { code: row.written_code.clone(), ..agency(row.written_agency_id.0)? },
            responsible_agency: agency(row.responsible_agency_id.0)?,
            state: facts.state,
            received_at: facts.received_at,
            registered_at: facts.registered_at,
            arrival_number: facts.arrival_number,
            assigned_at: facts.assigned_at,
            started_at: facts.started_at,
            ended_at: facts.ended_at,
            end_reason,
            take_back,
            cancellation_confirmed_at: facts.cancellation_confirmed_at,
            version: row.version,
        })
    };
    Ok(rows.iter().map(view).collect::<Result<_>>()?)
}

fn last(room: &IncomingDocuments, notes: &[NoteRow], row: &IncomingRow, action: &str) -> Result<Option<String>> {
    let note = notes.iter().rev().find(|note| note.document_id == row.id && note.action == action);
    note.map(|note| store::opened(&room.db.vault, note)).transpose().map(Option::flatten)
}
