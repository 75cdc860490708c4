//! Reading registers and their lines, and having a register counted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{authority_in, names};
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_journal::recorded_facts;
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Role, Uuid, Vault};

use super::facts::RegisterClosed;
use super::http::lines::RegisterCheck;
use super::rules::RegisterKind;
use super::store::closings;
use super::store::entries;
use super::store::{self, Narrow, RegisterRow};
use super::view::{Register, RegisterDetail, RegisterEntry};
use super::voiding::place;
use super::{READ, Registers, closing, inventory};

pub(super) async fn list(
    room: &Registers,
    actor: Arc<Actor>,
    narrow: Narrow,
    page: PageRequest,
) -> Result<Page<Register>> {
    actor.require_scope(READ)?;
    let scope = format!("registers {narrow:?}");
    let after: Option<(i32, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("register_list", move |conn| {
            let rows = store::list(conn, &actor, &narrow, &page, after)?;
            let count = if page.count { Some(store::count(conn, &actor, &narrow)?) } else { None };
            let page = Page::cut(rows, &page, &scope, |row| (row.year, row.id.0))?;
            let agencies = page.items.iter().flat_map(|row| [row.agency_id.0, row.responsible_agency_id.0]);
            let agencies: Vec<Uuid> = agencies.collect();
            let named = names(conn, actor.tenant, &agencies, today)?;
            let ids: Vec<Uuid> = page.items.iter().map(|row| row.id.0).collect();
            let closings = closings::of(conn, actor.tenant, &ids)?;
            let items = page.items.iter().map(|row| Register::of(row, &named, &closings)).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count })
        })
        .await
}

/// One register; what was written when it was closed is noted in the read audit.
pub(super) async fn get(room: &Registers, actor: Arc<Actor>, id: Uuid, request_id: String) -> Result<RegisterDetail> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    let (vault, reader) = (room.db.vault.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("register_get", move |conn| {
            let row = store::load(conn, &reader, id)?;
            detail(conn, &vault, &row, today)
        })
        .await?;
    if found.is_personal() {
        room.db.audit_read(ReadEntry::of(&actor, "get_register", request_id, vec![id])).await?;
    }
    Ok(found)
}

/// A register with what was written when it was closed.
pub(super) fn detail(conn: &mut Conn, vault: &Vault, row: &RegisterRow, today: NaiveDate) -> TxResult<RegisterDetail> {
    let tenant = row.tenant_id.0;
    let named = names(conn, tenant, &[row.agency_id.0, row.responsible_agency_id.0], today)?;
    let closings = closings::of(conn, tenant, &[row.id.0])?;
    let (closing_reason, closing_note) = match closings.get(&row.id.0) {
        Some(closing) => closing::written(vault, closing)?,
        None => (None, None),
    };
    Ok(RegisterDetail { register: Register::of(row, &named, &closings)?, closing_reason, closing_note })
}

pub(super) async fn entries(
    room: &Registers,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
    request_id: String,
) -> Result<Page<RegisterEntry>> {
    actor.require_scope(READ)?;
    let scope = format!("registers/{id}/entries");
    let after: Option<(i64, String)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let after = after.unwrap_or_default();
    let (vault, reader) = (room.db.vault.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("register_entries", move |conn| {
            let register = store::load(conn, &reader, id)?;
            let rows = entries::behind(conn, reader.tenant, register.id.0, &after, page.fetch())?;
            let count = if page.count { Some(entries::count(conn, reader.tenant, id)?) } else { None };
            let page = Page::cut(rows, &page, &scope, |row| (row.number, row.suffix.clone()))?;
            let keeps = keeps(conn, &reader, &register)?;
            let items = page.items.iter().map(|row| RegisterEntry::of(&vault, row, keeps)).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count })
        })
        .await?;
    if found.items.iter().any(RegisterEntry::is_personal) {
        room.db.audit_read(ReadEntry::of(&actor, "list_register_entries", request_id, vec![id])).await?;
    }
    Ok(found)
}

/// Who keeps or leads an agency: they see its drafts as well, and so why one was given up.
const KEEPERS: [Role; 4] = [Role::Clerk, Role::Leader, Role::Approver, Role::Administrator];

/// Whether a caller keeps or leads the agency that is responsible for a register.
pub(super) fn keeps(conn: &mut Conn, actor: &Actor, register: &RegisterRow) -> TxResult<bool> {
    Ok(authority_in(conn, actor, register.responsible_agency_id.0, &KEEPERS)?.is_some())
}

/// One line of a register.
pub(super) async fn entry(
    room: &Registers,
    actor: Arc<Actor>,
    (id, line): (Uuid, String),
    request_id: String,
) -> Result<RegisterEntry> {
    actor.require_scope(READ)?;
    let (vault, reader) = (room.db.vault.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("register_entry", move |conn| {
            let register = store::load(conn, &reader, id)?;
            let (number, suffix) = place(&line).ok_or_else(Error::not_found)?;
            let row = entries::find(conn, reader.tenant, register.id.0, number, suffix)?;
            let keeps = keeps(conn, &reader, &register)?;
            Ok(RegisterEntry::of(&vault, &row.ok_or_else(Error::not_found)?, keeps)?)
        })
        .await?;
    if found.is_personal() {
        room.db.audit_read(ReadEntry::of(&actor, "get_register_entry", request_id, vec![id])).await?;
    }
    Ok(found)
}

/// Counts a register and holds it against its documents and, once it is closed, against what the journal says.
pub(super) async fn check(room: &Registers, actor: Arc<Actor>, id: Uuid) -> Result<RegisterCheck> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db
        .read_snapshot("register_check", move |conn| {
            let register = store::load(conn, &actor, id)?;
            let counted = inventory::count(conn, &register)?;
            let closing = closings::of(conn, actor.tenant, &[id])?.remove(&id);
            let signed: Option<RegisterClosed> = match &closing {
                Some(closing) => {
                    let facts = recorded_facts(conn, actor.tenant, closing.event_id.0)?;
                    facts.map(serde_json::from_value).transpose().map_err(Error::internal)?
                }
                None => None,
            };
            let sha256 = counted.sha256();
            let agrees = closing.as_ref().map(|_| {
                signed.as_ref().is_some_and(|signed| {
                    signed.sha256 == sha256
                        && signed.last_number == register.last_number
                        && (signed.used, signed.void, signed.late) == (counted.used, counted.void, counted.late)
                })
            });
            let kind: RegisterKind = register.kind.parse().map_err(Error::internal)?;
            let numbers = own.documents_of(kind)?.numbers(conn, actor.tenant, id)?;
            let unlike = differing(&counted.documents, numbers);
            Ok(RegisterCheck {
                in_order: counted.is_complete() && unlike.is_empty() && agrees != Some(false),
                last_number: register.last_number,
                entries: counted.used + counted.reserved + counted.void,
                used: counted.used,
                reserved: counted.reserved,
                void: counted.void,
                late: counted.late,
                missing: counted.missing,
                astray: counted.astray,
                differing_documents: unlike.into_iter().take(100).collect(),
                sha256,
                signed_sha256: signed.map(|signed| signed.sha256),
                agrees_with_journal: agrees,
            })
        })
        .await
}

/// Documents whose number is not that of their line, that have no line, or whose line has no document.
fn differing(lines: &[(Uuid, i64, String)], documents: Vec<(Uuid, i64, String)>) -> BTreeSet<Uuid> {
    let of = |all: Vec<(Uuid, i64, String)>| -> BTreeMap<Uuid, BTreeSet<(i64, String)>> {
        let mut by_document: BTreeMap<Uuid, BTreeSet<(i64, String)>> = BTreeMap::new();
        for (document, number, suffix) in all {
            by_document.entry(document).or_default().insert((number, suffix));
        }
        by_document
    };
    let (lines, documents) = (of(lines.to_vec()), of(documents));
    let both: BTreeSet<Uuid> = lines.keys().chain(documents.keys()).copied().collect();
    both.into_iter().filter(|id| lines.get(id) != documents.get(id)).collect()
}
