//! Which types go into which book, by year, and who sees to it that two do not decide at once.

use std::collections::BTreeMap;

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

use super::super::class::default_book;
use super::super::rules::RegisterKind;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// Which book a class of documents is numbered in, from which year on. The row of the very year is written with the
    /// first number at the latest, and stands from then on.
    register_books (tenant_id, agency_id, kind, document_type, from_year) {
        tenant_id -> Uid,
        agency_id -> Uid,
        kind -> Text,
        document_type -> Text,
        from_year -> Integer,
        book -> Text,
        decision -> Nullable<Text>,
        begun -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// The books of an agency as one object, with its version.
    register_plans (tenant_id, agency_id) { tenant_id -> Uid, agency_id -> Uid, version -> BigInt, }
}

/// A line of an agency's plan.
#[derive(Debug, Clone, Queryable)]
pub(in super::super) struct BookRow {
    pub kind: String,
    pub document_type: String,
    pub from_year: i32,
    pub book: String,
    pub decision: Option<String>,
    pub begun: bool,
}

type Columns = (
    register_books::kind,
    register_books::document_type,
    register_books::from_year,
    register_books::book,
    register_books::decision,
    register_books::begun,
);
const COLUMNS: Columns = (
    register_books::kind,
    register_books::document_type,
    register_books::from_year,
    register_books::book,
    register_books::decision,
    register_books::begun,
);

/// Whose documents of which kind.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Plan {
    pub tenant: Uuid,
    pub agency: Uuid,
    pub kind: RegisterKind,
}

fn lines(plan: Plan) -> register_books::BoxedQuery<'static, motcua_db::MultiBackend> {
    register_books::table
        .filter(register_books::tenant_id.eq(Id(plan.tenant)).and(register_books::agency_id.eq(Id(plan.agency))))
        .filter(register_books::kind.eq(plan.kind.as_str()))
        .into_boxed()
}

fn newest(conn: &mut Conn, plan: Plan, class: &str, year: i32) -> TxResult<Option<BookRow>> {
    Ok(lines(plan)
        .filter(register_books::document_type.eq(class.to_owned()).and(register_books::from_year.le(year)))
        .order(register_books::from_year.desc())
        .select(COLUMNS)
        .first(conn)
        .optional()?)
}

/// The book of a class in a year as the plan stands.
pub(in super::super) fn book_in(conn: &mut Conn, plan: Plan, class: &str, year: i32) -> TxResult<String> {
    let line = newest(conn, plan, class, year)?;
    Ok(line.map_or_else(|| default_book(plan.kind, class), |line| line.book))
}

/// The book of a class for a number that is taken now; from the first number on it stands for the year. Who decides on
/// the same class at the same moment waits here, and then finds that the year has begun.
pub(in super::super) fn begin(tx: &mut Conn, plan: Plan, class: &str, year: i32) -> TxResult<String> {
    let line = newest(tx, plan, class, year)?;
    if let Some(line) = &line
        && line.from_year == year
        && line.begun
    {
        return Ok(line.book.clone());
    }
    let (book, decision) = match line {
        Some(line) => (line.book, line.decision),
        None => (default_book(plan.kind, class), None),
    };
    Ok(on_each!(tx, |c| {
        diesel::insert_into(register_books::table)
            .values((
                register_books::tenant_id.eq(Id(plan.tenant)),
                register_books::agency_id.eq(Id(plan.agency)),
                register_books::kind.eq(plan.kind.as_str()),
                register_books::document_type.eq(class),
                register_books::from_year.eq(year),
                register_books::book.eq(&book),
                register_books::decision.eq(&decision),
                register_books::begun.eq(true),
            ))
            .on_conflict((
                register_books::tenant_id,
                register_books::agency_id,
                register_books::kind,
                register_books::document_type,
                register_books::from_year,
            ))
            .do_update()
            .set(register_books::begun.eq(true))
            .returning(register_books::book)
            .get_result(c)
    })?)
}

/// Puts a class into a book from a year on, unless it was numbered in another book that year; says whether it is there
/// now.
pub(in super::super) fn put(
    tx: &mut Conn,
    plan: Plan,
    class: &str,
    from_year: i32,
    book: &str,
    decision: &str,
) -> TxResult<bool> {
    let row: BookRow = on_each!(tx, |c| {
        diesel::insert_into(register_books::table)
            .values((
                register_books::tenant_id.eq(Id(plan.tenant)),
                register_books::agency_id.eq(Id(plan.agency)),
                register_books::kind.eq(plan.kind.as_str()),
                register_books::document_type.eq(class),
                register_books::from_year.eq(from_year),
                register_books::book.eq(book),
                register_books::decision.eq(Some(decision)),
                register_books::begun.eq(false),
            ))
            .on_conflict((
                register_books::tenant_id,
                register_books::agency_id,
                register_books::kind,
                register_books::document_type,
                register_books::from_year,
            ))
            .do_update()
            // The row is held from here on, with the book it has.
            .set(register_books::from_year.eq(from_year))
            .returning(COLUMNS)
            .get_result(c)
    })?;
    if row.begun {
        return Ok(row.book == book);
    }
    diesel::update(register_books::table)
        .filter(register_books::tenant_id.eq(Id(plan.tenant)).and(register_books::agency_id.eq(Id(plan.agency))))
        .filter(register_books::kind.eq(plan.kind.as_str()).and(register_books::document_type.eq(class)))
        .filter(register_books::from_year.eq(from_year))
        .set((register_books::book.eq(book), register_books::decision.eq(Some(decision))))
        .execute(tx)?;
    Ok(true)
}

/// The classes that the plan has in a book in a year.
pub(in super::super) fn classes_in(conn: &mut Conn, plan: Plan, book: &str, year: i32) -> TxResult<Vec<String>> {
    let rows: Vec<BookRow> = lines(plan)
        .filter(register_books::from_year.le(year))
        .order((register_books::document_type, register_books::from_year))
        .select(COLUMNS)
        .load(conn)?;
    // Of each class the newest line comes last.
    let in_force: BTreeMap<String, String> = rows.into_iter().map(|row| (row.document_type, row.book)).collect();
    Ok(in_force.into_iter().filter(|(_, of)| of == book).map(|(class, _)| class).collect())
}

/// Everything an agency decided or began, the newest year first.
pub(in super::super) fn all(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Vec<BookRow>> {
    Ok(register_books::table
        .filter(register_books::tenant_id.eq(Id(tenant)).and(register_books::agency_id.eq(Id(agency))))
        .order((
            register_books::from_year.desc(),
            register_books::kind.desc(),
            register_books::book,
            register_books::document_type,
        ))
        .select(COLUMNS)
        .load(conn)?)
}

/// The version of an agency's plan; 0 before the first decision.
pub(in super::super) fn version(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<i64> {
    let found: Option<i64> = register_plans::table
        .select(register_plans::version)
        .filter(register_plans::tenant_id.eq(Id(tenant)).and(register_plans::agency_id.eq(Id(agency))))
        .first(conn)
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Takes an agency's plan for a change: others wait. The version it has from now on.
pub(in super::super) fn hold(tx: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<i64> {
    Ok(on_each!(tx, |c| {
        diesel::insert_into(register_plans::table)
            .values((
                register_plans::tenant_id.eq(Id(tenant)),
                register_plans::agency_id.eq(Id(agency)),
                register_plans::version.eq(1_i64),
            ))
            .on_conflict((register_plans::tenant_id, register_plans::agency_id))
            .do_update()
            .set(register_plans::version.eq(register_plans::version + 1))
            .returning(register_plans::version)
            .get_result(c)
    })?)
}
