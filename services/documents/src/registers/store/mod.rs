//! The rows of registers, and the one predicate of who sees them.

pub(super) mod books;
pub(super) mod closings;
pub(super) mod entries;

use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::{agencies, authority_in};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Role, Uuid, new_id};

use super::class::as_meant;
use super::rules::RegisterKind;
use crate::agency_filter::{AgencyFilter, agency_tree, below, granted};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
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
        version -> BigInt,
        closed_at -> Nullable<Instant>,
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
    pub version: i64,
    pub closed_at: Option<At>,
}

/// Which register is meant: a book of an agency in a year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Book<'a> {
    pub tenant: Uuid,
    pub agency: Uuid,
    pub kind: RegisterKind,
    pub name: &'a str,
    pub year: i32,
}

/// Takes the next `count` numbers of a sequence; its row then. One statement; from here on the sequence is held until the
/// transaction ends.
pub(super) fn next_numbers(tx: &mut Conn, book: Book<'_>, count: i64) -> TxResult<RegisterRow> {
    Ok(on_each!(tx, |c| {
        diesel::insert_into(register_sequences::table)
            .values((
                register_sequences::tenant_id.eq(Id(book.tenant)),
                register_sequences::agency_id.eq(Id(book.agency)),
                register_sequences::kind.eq(book.kind.as_str()),
                register_sequences::book.eq(book.name),
                register_sequences::year.eq(book.year),
                register_sequences::id.eq(Id(new_id())),
                register_sequences::last_number.eq(count),
                register_sequences::responsible_agency_id.eq(Id(book.agency)),
                register_sequences::version.eq(1_i64),
            ))
            .on_conflict((
                register_sequences::tenant_id,
                register_sequences::agency_id,
                register_sequences::kind,
                register_sequences::book,
                register_sequences::year,
            ))
            .do_update()
            .set((
                register_sequences::last_number.eq(register_sequences::last_number + count),
                register_sequences::version.eq(register_sequences::version + 1),
            ))
            .returning(register_sequences::all_columns)
            .get_result(c)
    })?)
}

/// Takes a register for what changes one of its numbers: others wait for the end of the transaction. Its row, with the
/// version it has now; none when there is no such register.
pub(super) fn hold(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<RegisterRow>> {
    Ok(on_each!(tx, |c| {
        diesel::update(register_sequences::table)
            .filter(register_sequences::tenant_id.eq(Id(tenant)).and(register_sequences::id.eq(Id(id))))
            .set(register_sequences::version.eq(register_sequences::version + 1))
            .returning(register_sequences::all_columns)
            .get_result(c)
            .optional()
    })?)
}

/// The register of a book, when it has begun.
pub(super) fn of_book(conn: &mut Conn, book: Book<'_>) -> TxResult<Option<Uuid>> {
    let found: Option<Id> = register_sequences::table
        .select(register_sequences::id)
        .filter(
            register_sequences::tenant_id.eq(Id(book.tenant)).and(register_sequences::agency_id.eq(Id(book.agency))),
        )
        .filter(register_sequences::kind.eq(book.kind.as_str()).and(register_sequences::book.eq(book.name)))
        .filter(register_sequences::year.eq(book.year))
        .first(conn)
        .optional()?;
    Ok(found.map(|id| id.0))
}

/// A register that is there.
pub(super) fn of_id(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<RegisterRow> {
    let key = register_sequences::tenant_id.eq(Id(tenant)).and(register_sequences::id.eq(Id(id)));
    Ok(register_sequences::table.filter(key).first(conn)?)
}

/// Marks a register as closed.
pub(super) fn set_closed(tx: &mut Conn, tenant: Uuid, id: Uuid, at: At) -> TxResult<()> {
    diesel::update(register_sequences::table)
        .filter(register_sequences::tenant_id.eq(Id(tenant)).and(register_sequences::id.eq(Id(id))))
        .set(register_sequences::closed_at.eq(Some(at)))
        .execute(tx)?;
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

/// Whether a caller may see how an agency numbers, which is as much as seeing its registers.
pub(super) fn sees_agency(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<bool> {
    Ok(match actor.kind {
        ActorKind::Service => true,
        ActorKind::Officer => authority_in(conn, actor, agency, &Role::ALL)?.is_some(),
        ActorKind::Citizen | ActorKind::Client => false,
    })
}

/// Of these registers, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = register_sequences::table
        .select(register_sequences::id)
        .filter(visible(actor))
        .filter(register_sequences::id.eq_any(wanted))
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// Of these agencies, those whose books the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn plans_visible_among(conn: &mut Conn, actor: &Actor, agencies: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted = agencies.iter().copied().map(Id).collect::<Vec<_>>();
    Ok(match actor.kind {
        ActorKind::Service => agencies.to_vec(),
        ActorKind::Officer => {
            let reached = below(Id(actor.tenant), granted(actor)).filter(agency_tree::descendant_id.eq_any(wanted));
            let seen: Vec<Id> = reached.load(conn)?;
            seen.into_iter().map(|id| id.0).collect()
        }
        ActorKind::Citizen | ActorKind::Client => Vec::new(),
    })
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

/// The abbreviation an agency has in notations; empty when nobody gave one.
pub(crate) fn symbol_of(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<String> {
    let symbol: String = agencies::table
        .select(agencies::symbol)
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(agency))))
        .first(conn)?;
    Ok(as_meant(&symbol))
}

/// Gives the registers of one responsible agency to another, for the follower of successions; says how many.
///
/// # Errors
/// When the database fails.
pub fn move_rows(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    Ok(diesel::update(register_sequences::table)
        .filter(register_sequences::tenant_id.eq(Id(tenant)))
        .filter(register_sequences::responsible_agency_id.eq(Id(from)))
        .set((
            register_sequences::responsible_agency_id.eq(Id(to)),
            register_sequences::version.eq(register_sequences::version + 1),
        ))
        .execute(tx)?)
}
