//! Reading the directory. Names are personal data: whoever sees them is noted before the answer goes out.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{ClientRecord, OfficerRecord, names, resolve};
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Error, Kind, Page, PageRequest, Result, Role, Uuid, Vault};
use motcua_web::TraceContext;

use super::http::{Client, Grant, Officer, OfficersQuery};
use super::store::{self, Agencies, Wanted};
use super::{People, persons};

const SCOPE: &str = "documents:directory:read";

pub(super) async fn list_officers(
    room: &People,
    actor: Arc<Actor>,
    query: &OfficersQuery,
    request: PageRequest,
) -> Result<Page<Officer>> {
    actor.require_scope(SCOPE)?;
    let today = room.db.clock.business().day_in_vietnam();
    let roles = query.role.as_deref().map(roles).transpose()?;
    let agency = query.agency.as_deref().map(agency_filter).transpose()?;
    let (reader, asked, vault) = (Arc::clone(&actor), request.clone(), room.db.vault.clone());
    let page = room
        .db
        .read("officers_list", move |conn| {
            let agencies = match &agency {
                None => None,
                Some((reference, under)) => {
                    let found = resolve(conn, reader.tenant, reference, today)?;
                    Some(if *under { Agencies::Under(found) } else { Agencies::At(found) })
                }
            };
            let wanted = Wanted { roles: roles.clone(), agencies };
            let scope = format!("officers?{wanted:?}");
            let after: Option<(String, Uuid)> = asked.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
            let rows = store::officers_page(conn, &reader, &wanted, today, after, &asked)?;
            let page = Page::cut(rows, &asked, &scope, |row| (row.subject.clone(), row.id))?;
            let count = if asked.count { Some(store::officers_count(conn, &reader, &wanted, today)?) } else { None };
            let items = shown(conn, &vault, reader.tenant, page.items, today)?;
            Ok(Page { items, next: page.next, count })
        })
        .await
        .map_err(as_parameter)?;
    note(room, &actor, "list_officers", page.items.iter().map(|officer| officer.id).collect()).await?;
    Ok(page)
}

pub(super) async fn get_officer(room: &People, actor: Arc<Actor>, id: Uuid) -> Result<(Officer, i64)> {
    actor.require_scope(SCOPE)?;
    let today = room.db.clock.business().day_in_vietnam();
    let (reader, vault) = (Arc::clone(&actor), room.db.vault.clone());
    let found = room
        .db
        .read("officers_get", move |conn| {
            let record = store::officer(conn, &reader, id)?.ok_or_else(Error::not_found)?;
            let version = record.version;
            Ok((show(conn, &vault, reader.tenant, record, today)?, version))
        })
        .await?;
    note(room, &actor, "get_officer", vec![id]).await?;
    Ok(found)
}

pub(super) async fn list_clients(room: &People, actor: Arc<Actor>, request: PageRequest) -> Result<Page<Client>> {
    actor.require_scope(SCOPE)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("clients_list", move |conn| {
            let after: Option<(String, Uuid)> =
                request.after.as_ref().map(|cursor| cursor.read("clients")).transpose()?;
            let rows = store::clients_page(conn, &actor, after, &request)?;
            let page = Page::cut(rows, &request, "clients", |row| (row.subject.clone(), row.id))?;
            let count = if request.count { Some(store::clients_count(conn, &actor)?) } else { None };
            let items = clients(conn, actor.tenant, page.items, today)?;
            Ok(Page { items, next: page.next, count })
        })
        .await
}

pub(super) async fn get_client(room: &People, actor: Arc<Actor>, id: Uuid) -> Result<(Client, i64)> {
    actor.require_scope(SCOPE)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("clients_get", move |conn| {
            let record = store::client(conn, &actor, id)?.ok_or_else(Error::not_found)?;
            let version = record.version;
            Ok((client(conn, actor.tenant, record, today)?, version))
        })
        .await
}

/// Keeps who has read whose names; without it there is no answer either.
pub(super) async fn note(room: &People, actor: &Actor, operation: &'static str, subjects: Vec<Uuid>) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    let request = TraceContext::current().map(|trace| trace.request_id).unwrap_or_default();
    room.db.audit_read(ReadEntry::of(actor, operation, request, subjects)).await
}

fn roles(text: &str) -> Result<Vec<Role>> {
    let words = match Filter::parse("role", text)? {
        Filter::Is(word) => vec![word],
        Filter::In(words) => words,
        _ => return Err(Filter::refuse("role", text)),
    };
    words.iter().map(|word| word.parse().map_err(|_unknown| Filter::refuse("role", text))).collect()
}

fn agency_filter(text: &str) -> Result<(String, bool)> {
    match Filter::parse("agency", text)? {
        Filter::Is(reference) => Ok((reference, false)),
        Filter::Under(reference) => Ok((reference, true)),
        _ => Err(Filter::refuse("agency", text)),
    }
}

/// An unknown agency in a filter is a wrong parameter, not a wrong field of a body.
fn as_parameter(mut error: Error) -> Error {
    if error.kind != Kind::Invalid {
        return error;
    }
    error.kind = Kind::Malformed;
    if let Some(field) = error.fields.pop() {
        error.code = field.code;
        error.detail = field.message;
    }
    error.with("parameter", "agency")
}

/// Officers as the API shows them: three statements however many there are.
pub(super) fn shown(
    conn: &mut Conn,
    vault: &Vault,
    tenant: Uuid,
    records: Vec<OfficerRecord>,
    on: NaiveDate,
) -> TxResult<Vec<Officer>> {
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let agencies: Vec<Uuid> = records.iter().flat_map(|record| &record.grants).map(|grant| grant.agency_id).collect();
    let mut people = persons::open(conn, vault, tenant, &ids)?;
    let names = names(conn, tenant, &agencies, on)?;
    let show = |record: OfficerRecord| {
        let (name, email) = people.remove(&record.id).map_or((None, None), |person| (Some(person.name), person.email));
        let grants = record.grants.into_iter().filter_map(|grant| {
            let agency = names.get(&grant.agency_id).cloned()?;
            Some(Grant { agency, role: grant.role, valid_from: grant.valid_from, valid_to: grant.valid_to })
        });
        let grants = grants.collect();
        Officer {
            id: record.id,
            issuer: record.issuer,
            subject: record.subject,
            name,
            email,
            active: record.active,
            grants,
        }
    };
    Ok(records.into_iter().map(show).collect())
}

/// One officer as the API shows it.
pub(super) fn show(
    conn: &mut Conn,
    vault: &Vault,
    tenant: Uuid,
    record: OfficerRecord,
    on: NaiveDate,
) -> TxResult<Officer> {
    let officer = shown(conn, vault, tenant, vec![record], on)?.pop();
    Ok(officer.ok_or_else(|| Error::internal("an officer went in and none came out"))?)
}

fn clients(conn: &mut Conn, tenant: Uuid, records: Vec<ClientRecord>, on: NaiveDate) -> TxResult<Vec<Client>> {
    let owners: Vec<Uuid> = records.iter().filter_map(|record| record.owner_agency_id).collect();
    let names = names(conn, tenant, &owners, on)?;
    let show = |record: ClientRecord| Client {
        id: record.id,
        issuer: record.issuer,
        subject: record.subject,
        name: record.name,
        owner_agency: record.owner_agency_id.and_then(|owner| names.get(&owner).cloned()),
        active: record.active,
    };
    Ok(records.into_iter().map(show).collect())
}

/// One client as the API shows it.
pub(super) fn client(conn: &mut Conn, tenant: Uuid, record: ClientRecord, on: NaiveDate) -> TxResult<Client> {
    let client = clients(conn, tenant, vec![record], on)?.pop();
    Ok(client.ok_or_else(|| Error::internal("a client went in and none came out"))?)
}
