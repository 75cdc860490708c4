//! The rows of registers, and the one predicate of who sees them.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Uuid, new_id};

use super::rules::{Numbered, RegisterKind};
use crate::agency_filter::{AgencyFilter, agency_tree, below, granted};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// Which book a document type of an agency is numbered in, from which year on.
    register_books (tenant_id, agency_id, kind, document_type, from_year) {
        tenant_id -> Uid,
        agency_id -> Uid,
        kind -> Text,
        document_type -> Text,
        from_year -> Integer,
        book -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// A register: the sequence of one book in one year.
    register_sequences (tenant_id, agency_id, kind, book, year) {
        tenant_id -> Uid,
        agency_id -> Uid,
        kind -> Text,
        book -> Text,
        year -> Integer,
        id -> Uid,
        last_number -> BigInt,
        responsible_agency_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    register_entries (tenant_id, register_id, number) {
        tenant_id -> Uid,
        register_id -> Uid,
        number -> BigInt,
        document_id -> Uid,
        document_type -> Text,
        notation -> Text,
        registered_on -> Date,
        registered_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(register_sequences, agency_tree);

/// A register as it is stored.
#[derive(Debug, Clone, Queryable)]
pub(super) struct RegisterRow {
    pub tenant_id: Id,
    pub agency_id: Id,
    pub kind: String,
    pub book: String,
    pub year: i32,
    pub id: Id,
    pub last_number: i64,
    pub responsible_agency_id: Id,
}

/// An entry as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = register_entries, treat_none_as_default_value = false)]
pub(super) struct EntryRow {
    pub tenant_id: Id,
    pub register_id: Id,
    pub number: i64,
    pub document_id: Id,
    pub document_type: String,
    pub notation: String,
    pub registered_on: NaiveDate,
    pub registered_at: At,
}

/// The book of a document type in a year, where the agency has decided on one.
pub(super) fn book_of(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    kind: RegisterKind,
    document_type: &str,
    year: i32,
) -> TxResult<Option<String>> {
    Ok(register_books::table
        .select(register_books::book)
        .filter(register_books::tenant_id.eq(Id(tenant)).and(register_books::agency_id.eq(Id(agency))))
        .filter(register_books::kind.eq(kind.as_str()).and(register_books::document_type.eq(document_type)))
        .filter(register_books::from_year.le(year))
        .order(register_books::from_year.desc())
        .first(conn)
        .optional()?)
}

/// Puts a document type into a book from a year on; the same again changes nothing.
pub(super) fn put_book(
    tx: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    kind: RegisterKind,
    document_type: &str,
    from_year: i32,
    book: &str,
) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(register_books::table)
            .values((
                register_books::tenant_id.eq(Id(tenant)),
                register_books::agency_id.eq(Id(agency)),
                register_books::kind.eq(kind.as_str()),
                register_books::document_type.eq(document_type),
                register_books::from_year.eq(from_year),
                register_books::book.eq(book),
            ))
            .on_conflict((
                register_books::tenant_id,
                register_books::agency_id,
                register_books::kind,
                register_books::document_type,
                register_books::from_year,
            ))
            .do_update()
            .set(register_books::book.eq(book))
            .execute(c)
    })?;
    Ok(())
}

/// Whether an agency has numbered documents of this kind in this year or a later one.
pub(super) fn has_numbers(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    kind: RegisterKind,
    from_year: i32,
) -> TxResult<bool> {
    let found: Option<Id> = register_sequences::table
        .select(register_sequences::id)
        .filter(register_sequences::tenant_id.eq(Id(tenant)).and(register_sequences::agency_id.eq(Id(agency))))
        .filter(register_sequences::kind.eq(kind.as_str()).and(register_sequences::year.ge(from_year)))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The next number of a sequence, and its register. One statement; from here on the sequence is held until the
/// transaction ends.
pub(super) fn next_number(
    tx: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    kind: RegisterKind,
    book: &str,
    year: i32,
) -> TxResult<(Uuid, i64)> {
    let (register, number): (Id, i64) = on_each!(tx, |c| {
        diesel::insert_into(register_sequences::table)
            .values((
                register_sequences::tenant_id.eq(Id(tenant)),
                register_sequences::agency_id.eq(Id(agency)),
                register_sequences::kind.eq(kind.as_str()),
                register_sequences::book.eq(book),
                register_sequences::year.eq(year),
                register_sequences::id.eq(Id(new_id())),
                register_sequences::last_number.eq(1_i64),
                register_sequences::responsible_agency_id.eq(Id(agency)),
            ))
            .on_conflict((
                register_sequences::tenant_id,
                register_sequences::agency_id,
                register_sequences::kind,
                register_sequences::book,
                register_sequences::year,
            ))
            .do_update()
            .set(register_sequences::last_number.eq(register_sequences::last_number + 1))
            .returning((register_sequences::id, register_sequences::last_number))
            .get_result(c)
    })?;
    Ok((register.0, number))
}

pub(super) fn insert_entry(
    tx: &mut Conn,
    tenant: Uuid,
    document: Uuid,
    document_type: &str,
    notation: &str,
    numbered: &Numbered,
) -> TxResult<()> {
    let row = EntryRow {
        tenant_id: Id(tenant),
        register_id: Id(numbered.register),
        number: numbered.number,
        document_id: Id(document),
        document_type: document_type.to_owned(),
        notation: notation.to_owned(),
        registered_on: numbered.on(),
        registered_at: numbered.at.into(),
    };
    diesel::insert_into(register_entries::table).values(row).execute(tx)?;
    Ok(())
}

type Filtered = Box<dyn BoxableExpression<register_sequences::table, MultiBackend, SqlType = Bool>>;

/// The predicate: what a caller may see of registers. Officers see those of agencies within reach of a grant, our own
/// services all, others none.
fn visible(actor: &Actor) -> Filtered {
    let tenant = register_sequences::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Service => Box::new(tenant),
        ActorKind::Officer => Box::new(
            tenant.and(register_sequences::responsible_agency_id.eq_any(below(Id(actor.tenant), granted(actor)))),
        ),
        ActorKind::Citizen | ActorKind::Client => Box::new(tenant.and(register_sequences::id.eq_any(Vec::<Id>::new()))),
    }
}

/// What a list of registers is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub agencies: Option<AgencyFilter>,
    pub kind: Option<RegisterKind>,
    pub year: Option<i32>,
    pub book: Option<String>,
}

fn narrowed(actor: &Actor, narrow: &Narrow) -> register_sequences::BoxedQuery<'static, MultiBackend> {
    let mut query = register_sequences::table.filter(visible(actor)).into_boxed::<MultiBackend>();
    if let Some(agencies) = &narrow.agencies {
        let responsible = register_sequences::responsible_agency_id;
        query = match agencies.clone() {
            AgencyFilter::At(agencies) => query.filter(responsible.eq_any(agencies)),
            AgencyFilter::Under(agencies) => query.filter(responsible.eq_any(below(Id(actor.tenant), agencies))),
        };
    }
    if let Some(kind) = narrow.kind {
        query = query.filter(register_sequences::kind.eq(kind.as_str()));
    }
    if let Some(year) = narrow.year {
        query = query.filter(register_sequences::year.eq(year));
    }
    if let Some(book) = narrow.book.clone() {
        query = query.filter(register_sequences::book.eq(book));
    }
    query
}

/// A page of registers, the newest year first.
pub(super) fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<(i32, Uuid)>,
) -> TxResult<Vec<RegisterRow>> {
    let mut query = narrowed(actor, narrow);
    if let Some((year, id)) = after {
        let same_year = register_sequences::year.eq(year).and(register_sequences::id.lt(Id(id)));
        query = query.filter(register_sequences::year.lt(year).or(same_year));
    }
    let order = (register_sequences::year.desc(), register_sequences::id.desc());
    Ok(query.order(order).limit(page.fetch()).load(conn)?)
}

pub(super) fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(actor, narrow).count().get_result(conn)?)
}

/// A register the caller may see.
pub(super) fn load(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<RegisterRow> {
    let found = narrowed(actor, &Narrow::default()).filter(register_sequences::id.eq(Id(id))).first(conn).optional()?;
    Ok(found.ok_or_else(Error::not_found)?)
}

/// A page of a register's entries, in the order of their numbers.
pub(super) fn entries(
    conn: &mut Conn,
    register: &RegisterRow,
    page: &PageRequest,
    after: i64,
) -> TxResult<Vec<EntryRow>> {
    Ok(register_entries::table
        .filter(register_entries::tenant_id.eq(register.tenant_id.clone()))
        .filter(register_entries::register_id.eq(register.id.clone()))
        .filter(register_entries::number.gt(after))
        .order(register_entries::number)
        .limit(page.fetch())
        .load(conn)?)
}

/// Gives the registers of one responsible agency to another, for the follower of successions; says how many.
///
/// # Errors
/// When the database fails.
pub fn move_rows(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    Ok(diesel::update(register_sequences::table)
        .filter(register_sequences::tenant_id.eq(Id(tenant)))
        .filter(register_sequences::responsible_agency_id.eq(Id(from)))
        .set(register_sequences::responsible_agency_id.eq(Id(to)))
        .execute(tx)?)
}
