//! Numbering, entering, and reading registers.

use std::sync::Arc;

use motcua_agencies::names;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Clock, Error, Page, PageRequest, Result, Uuid};

use super::Registers;
use super::http::{Register, RegisterEntry};
use super::rules::{Numbered, RegisterKind, instant_of_number, register_year};
use super::store::{self, Narrow};

const READ: &str = "documents:registers:read";

/// Takes the next number for a document type of an agency, at business time now.
///
/// From here on the register is held until the transaction ends, so everything that does not need the number is done
/// before. A rollback gives the number back.
///
/// # Errors
/// When the database fails.
pub fn take_number(
    tx: &mut Conn,
    clock: &Clock,
    tenant: Uuid,
    agency: Uuid,
    kind: RegisterKind,
    document_type: &str,
) -> TxResult<Numbered> {
    let asked = clock.business();
    let year = register_year(asked);
    let decided = store::book_of(tx, tenant, agency, kind, document_type, year)?;
    let book = decided.unwrap_or_else(|| document_type.to_owned());
    let (register, number) = store::next_number(tx, tenant, agency, kind, &book, year)?;
    let at = instant_of_number(asked, clock.business());
    Ok(Numbered { register, book, year, number, at })
}

/// A document that goes into a register under its number.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// The document.
    pub document: Uuid,
    /// Abbreviation of its type.
    pub document_type: &'a str,
    /// Its notation: `QĐ-UBND`.
    pub notation: &'a str,
}

/// Enters a document under the number taken for it.
///
/// # Errors
/// When the database fails.
pub fn enter(tx: &mut Conn, tenant: Uuid, entry: NewEntry<'_>, numbered: &Numbered) -> TxResult<()> {
    store::insert_entry(tx, tenant, entry.document, entry.document_type, entry.notation, numbered)
}

/// Decides that documents of these types share one book of an agency, from a year on (Decree 30/2020, Article 15.2).
///
/// # Errors
/// `register.year_begun` when the agency has numbered documents in that year: a type that changed its book now would
/// bring out a number and notation a second time.
pub fn assign_book(
    tx: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    kind: RegisterKind,
    book: &str,
    document_types: &[&str],
    from_year: i32,
) -> TxResult<()> {
    if store::has_numbers(tx, tenant, agency, kind, from_year)? {
        return Err(Error::conflict(
            "register.year_begun",
            format!("Sổ năm {from_year} của cơ quan đã có số; chỉ đổi được từ năm sau."),
            format!("The agency has numbered documents in {from_year}; its books can change from the next year on."),
        )
        .into());
    }
    document_types
        .iter()
        .try_for_each(|document_type| store::put_book(tx, tenant, agency, kind, document_type, from_year, book))
}

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
            let items = page.items.iter().map(|row| Register::of(row, &named)).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count })
        })
        .await
}

pub(super) async fn entries(
    room: &Registers,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<RegisterEntry>> {
    actor.require_scope(READ)?;
    let scope = format!("registers/{id}/entries");
    let after: Option<i64> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("register_entries", move |conn| {
            let register = store::load(conn, &actor, id)?;
            let rows = store::entries(conn, &register, &page, after.unwrap_or(0))?;
            let mut found = Page::cut(rows, &page, &scope, |row| row.number)?.map(RegisterEntry::from);
            // No number is ever missing from a register, so the last one counts its entries.
            found.count = page.count.then_some(register.last_number);
            Ok(found)
        })
        .await
}
