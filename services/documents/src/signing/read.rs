//! Reading signing authorities.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{load_agency, names};
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};

use super::SigningAuthorities;
use super::http::{READ, SigningAuthority};
use super::store::{self, AuthorityRow, Narrow};
use crate::directory::officer_id;

/// A page of the authorities of an agency; the reasons on it are noted in the read audit.
pub(super) async fn list(
    room: &SigningAuthorities,
    actor: Arc<Actor>,
    agency: Uuid,
    on: Option<NaiveDate>,
    page: PageRequest,
    request_id: String,
) -> Result<Page<SigningAuthority>> {
    actor.require_scope(READ)?;
    let scope = format!("agencies/{agency}/signing-authorities {on:?}");
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("signing_list", move |conn| {
            load_agency(conn, reader.tenant, agency)?.ok_or_else(Error::not_found)?;
            let me = officer_id(conn, &reader)?;
            let narrow = Narrow { agency, on };
            let rows = store::list(conn, &reader, me, narrow, &page, after)?;
            let count = if page.count { Some(store::count(conn, &reader, me, narrow)?) } else { None };
            let page = Page::cut(rows, &page, &scope, |row| row.id.0)?;
            let items = views(conn, &own, &page.items)?;
            Ok(Page { items, next: page.next, count })
        })
        .await?;
    let read: Vec<Uuid> = found.items.iter().filter(|one| one.end_reason.is_some()).map(|one| one.id).collect();
    if !read.is_empty() {
        room.db.audit_read(ReadEntry::of(&actor, "list_signing_authorities", request_id, read)).await?;
    }
    Ok(found)
}

/// One authority, noted in the read audit when it shows why it was ended.
pub(super) async fn get(
    room: &SigningAuthorities,
    actor: Arc<Actor>,
    id: Uuid,
    request_id: String,
) -> Result<SigningAuthority> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("signing_get", move |conn| {
            let me = officer_id(conn, &reader)?;
            let row = store::find(conn, &reader, me, id)?.ok_or_else(Error::not_found)?;
            view(conn, &own, &row)
        })
        .await?;
    if found.end_reason.is_some() {
        room.db.audit_read(ReadEntry::of(&actor, "get_signing_authority", request_id, vec![id])).await?;
    }
    Ok(found)
}

pub(super) fn view(conn: &mut Conn, room: &SigningAuthorities, row: &AuthorityRow) -> TxResult<SigningAuthority> {
    let shown = views(conn, room, std::slice::from_ref(row))?.pop();
    Ok(shown.ok_or_else(|| Error::internal("an authority has no view"))?)
}

fn views(conn: &mut Conn, room: &SigningAuthorities, rows: &[AuthorityRow]) -> TxResult<Vec<SigningAuthority>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let today = room.db.clock.business().day_in_vietnam();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.agency_id.0).collect();
    let named = names(conn, first.tenant_id.0, &ids, today)?;
    let shown = rows.iter().map(|row| {
        let mut agency = named
            .get(&row.agency_id.0)
            .cloned()
            .ok_or_else(|| Error::internal(format!("agency {} is gone", row.agency_id.0)))?;
        agency.code.clone_from(&row.agency_code);
        Ok(SigningAuthority {
            id: row.id.0,
            agency,
            officer_id: row.officer_id.0,
            capacity: row.capacity()?,
            prefix: row.prefix.clone(),
            position: row.position.clone(),
            document_types: row.types()?,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            legal_basis: row.legal_basis.clone(),
            given_under_id: row.given_under_id.as_ref().map(|id| id.0),
            granted_at: row.granted_at.0,
            ended_on: row.ended_on,
            end_reason: row.end_reason(room.vault())?,
            version: row.version,
        })
    });
    Ok(shown.collect::<Result<_>>()?)
}
