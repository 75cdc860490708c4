//! Asking the index: the newest documents that have all the words, narrowed. The predicate of their kind has the last word.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::query_builder::BoxedSqlQuery;
use diesel::sql_types::{BigInt, Date, Text};
use motcua_db::sql::{Id, Uid};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::words::Search;

/// What hits are narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    /// Kinds of documents; all those given.
    pub kinds: Vec<&'static str>,
    pub document_types: Option<Vec<String>>,
    /// Agencies responsible.
    pub agencies: Option<Vec<Uuid>>,
    /// Agencies of whose officers some may see it, and the caller; none for callers whose sight is not by agency.
    pub readers: Option<Vec<Uuid>>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// A candidate: the predicate of its kind has the last word.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct Candidate {
    #[diesel(sql_type = BigInt)]
    pub place: i64,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Uid)]
    pub document_id: Id,
}

/// A value of a statement.
enum Value {
    Uuid(Uuid),
    Number(i64),
    Text(String),
    Day(NaiveDate),
}

/// A statement that is put together, its values beside it.
struct Statement {
    sql: String,
    values: Vec<Value>,
    numbered: bool,
}

impl Statement {
    fn value(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        let mark = if self.numbered { format!("${}", self.values.len()) } else { "?".to_owned() };
        self.add(&mark)
    }

    fn add(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    fn one_of(&mut self, column: &str, values: impl IntoIterator<Item = Value>) {
        self.add(&format!(" AND {column} IN ("));
        let mut first = true;
        for value in values {
            if !std::mem::take(&mut first) {
                self.add(", ");
            }
            self.value(value);
        }
        self.add(if first { "NULL)" } else { ")" });
    }
}

/// The newest candidates before a place that have all the words.
pub(super) fn candidates(
    conn: &mut Conn,
    tenant: Uuid,
    search: Option<&Search>,
    narrow: &Narrow,
    before: i64,
    most: usize,
) -> TxResult<Vec<Candidate>> {
    let numbered = matches!(conn, Conn::Postgres(_));
    let mut asked = Statement { sql: String::new(), values: Vec::new(), numbered };
    asked.add("SELECT e.place, e.kind, e.document_id FROM ");
    match (search, numbered) {
        (None, _) => asked.add("search_entries e WHERE "),
        (Some(search), true) => asked
            .add("search_index i JOIN search_entries e ON e.tenant_id = i.tenant_id AND e.place = i.place WHERE i.tenant_id = ")
            .value(Value::Uuid(tenant))
            .add(" AND i.words @@ ")
            .value(Value::Text(search.of_postgres()))
            .add("::tsquery AND i.place < ")
            .value(Value::Number(before))
            .add(" AND "),
        // In this order, and no other: the index is walked by its places from the newest, and stops when enough were found.
        (Some(search), false) => asked
            .add("search_index i CROSS JOIN search_entries e ON e.place = i.rowid WHERE search_index MATCH ")
            .value(Value::Text(search.of_sqlite()))
            .add(" AND i.rowid < ")
            .value(Value::Number(before))
            .add(" AND "),
    };
    asked.add("e.tenant_id = ").value(Value::Uuid(tenant));
    asked.add(" AND e.place < ").value(Value::Number(before));
    asked.one_of("e.kind", narrow.kinds.iter().map(|kind| Value::Text((*kind).to_owned())));
    if let Some(types) = &narrow.document_types {
        asked.one_of("e.document_type", types.iter().cloned().map(Value::Text));
    }
    if let Some(agencies) = &narrow.agencies {
        asked.one_of("e.responsible_agency_id", agencies.iter().copied().map(Value::Uuid));
    }
    if let Some(agencies) = &narrow.readers {
        asked.add(" AND EXISTS (SELECT 1 FROM search_readers r WHERE r.tenant_id = e.tenant_id AND r.place = e.place");
        asked.one_of("r.reader_id", agencies.iter().copied().map(Value::Uuid));
        asked.add(")");
    }
    if let Some(from) = narrow.from {
        asked.add(" AND e.dated >= ").value(Value::Day(from));
    }
    if let Some(to) = narrow.to {
        asked.add(" AND e.dated <= ").value(Value::Day(to));
    }
    let by = match (search, numbered) {
        (None, _) => "e.place",
        (Some(_), true) => "i.place",
        (Some(_), false) => "i.rowid",
    };
    asked.add(&format!(" ORDER BY {by} DESC LIMIT ")).value(Value::Number(i64::try_from(most).unwrap_or(i64::MAX)));
    load(conn, asked)
}

/// The query with its values, for whichever database.
macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Uuid(id) => query.bind::<Uid, _>(Id(id)),
                Value::Number(number) => query.bind::<BigInt, _>(number),
                Value::Text(text) => query.bind::<Text, _>(text),
                Value::Day(day) => query.bind::<Date, _>(day),
            };
        }
        query
    }};
}

fn load(conn: &mut Conn, asked: Statement) -> TxResult<Vec<Candidate>> {
    let Statement { sql, values, .. } = asked;
    match conn {
        Conn::Postgres(conn) => {
            let query: BoxedSqlQuery<'_, diesel::pg::Pg, _> = diesel::sql_query(sql).into_boxed();
            Ok(bound!(query, values).load(conn)?)
        }
        Conn::Sqlite(conn) => {
            let query: BoxedSqlQuery<'_, diesel::sqlite::Sqlite, _> = diesel::sql_query(sql).into_boxed();
            Ok(bound!(query, values).load(conn)?)
        }
    }
}

/// A place after all others.
pub(super) const END: i64 = i64::MAX;
