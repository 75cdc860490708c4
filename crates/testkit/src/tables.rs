//! Two folders of migrations, one result: the tables SQLite and PostgreSQL end up with are read back and compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{PgConnection, SqliteConnection};
use motcua_db::{Backend, Migrations, Options};

use crate::TestDatabase;

/// Fails unless the migrations make the same tables on both databases, and every key begins with the tenant.
///
/// Compared are the versions applied, tables, columns with type and whether they may be empty, primary keys, and indexes
/// with columns and whether they are unique. Give the migrations a service opens its database with; those of
/// `motcua_db` itself come along.
pub fn assert_same_tables(migrations: &[Migrations]) {
    let (sqlite, postgres) = (TestDatabase::sqlite(), TestDatabase::postgres());
    for database in [&sqlite, &postgres] {
        Migrations::run(&database.options(), migrations).expect("the migrations");
    }
    let (sqlite, postgres) = (of_sqlite(&sqlite.options()), of_postgres(&postgres.options()));
    assert!(sqlite.tables.contains_key("answers"), "no tables were found to compare");
    let mut faults = Vec::new();
    compare("migrations", &sqlite.versions, &postgres.versions, &mut faults);
    let tables = sqlite.tables.keys().chain(postgres.tables.keys()).filter(|table| !is_of_its_own_kind(table));
    let tables: BTreeSet<&String> = tables.collect();
    for table in tables {
        match (sqlite.tables.get(table), postgres.tables.get(table)) {
            (Some(left), Some(right)) => {
                compare(&format!("columns of {table}"), &left.columns, &right.columns, &mut faults);
                compare(&format!("primary key of {table}"), &left.primary_key, &right.primary_key, &mut faults);
                compare(&format!("indexes of {table}"), &left.indexes, &right.indexes, &mut faults);
                left.check_tenant(table, &mut faults);
            }
            (left, _) => {
                faults.push(format!("{table} is only on {}", if left.is_some() { "SQLite" } else { "PostgreSQL" }));
            }
        }
    }
    assert!(faults.is_empty(), "the two databases differ:\n{}", faults.join("\n"));
}

/// Full-text indexes are of each database's own kind; SQLite's brings tables of its own with it.
fn is_of_its_own_kind(table: &str) -> bool {
    table == "search_index" || table.starts_with("search_index_")
}

fn compare<T: Debug + PartialEq>(what: &str, sqlite: &T, postgres: &T, faults: &mut Vec<String>) {
    if sqlite != postgres {
        faults.push(format!("{what}:\n  SQLite     {sqlite:?}\n  PostgreSQL {postgres:?}"));
    }
}

#[derive(Debug, Default)]
struct Schema {
    versions: BTreeSet<String>,
    tables: BTreeMap<String, Table>,
}

#[derive(Debug, Default)]
struct Table {
    /// Type and whether it may be empty, by name.
    columns: BTreeMap<String, (String, bool)>,
    primary_key: Vec<String>,
    indexes: BTreeMap<String, Index>,
}

#[derive(Debug, PartialEq)]
struct Index {
    unique: bool,
    columns: Vec<String>,
}

impl Table {
    fn check_tenant(&self, table: &str, faults: &mut Vec<String>) {
        let begins = |columns: &[String]| columns.first().is_some_and(|column| column == "tenant_id");
        if !begins(&self.primary_key) {
            faults.push(format!("the primary key of {table} does not begin with tenant_id: {:?}", self.primary_key));
        }
        for (name, index) in self.indexes.iter().filter(|(_, index)| index.unique && !begins(&index.columns)) {
            faults
                .push(format!("the unique index {name} of {table} does not begin with tenant_id: {:?}", index.columns));
        }
    }
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    /// Its place in the primary key, 0 outside.
    #[diesel(sql_type = BigInt)]
    key_place: i64,
}

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    index_name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    #[diesel(sql_type = Text)]
    column_name: String,
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = Text)]
    version: String,
}

const VERSIONS: &str = "SELECT version FROM __diesel_schema_migrations";

const SQLITE_COLUMNS: &str = "\
    SELECT m.name AS table_name, p.name AS column_name, upper(p.type) AS kind, p.\"notnull\" = 0 AS nullable, \
           p.pk AS key_place \
    FROM sqlite_master m JOIN pragma_table_info(m.name) p \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND m.name <> '__diesel_schema_migrations'";

// Indexes that only stand for a key are the key.
const SQLITE_INDEXES: &str = "\
    SELECT m.name AS table_name, l.name AS index_name, l.\"unique\" AS is_unique, \
           coalesce(i.name, '(expression)') AS column_name \
    FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i \
    WHERE m.type = 'table' AND m.name <> '__diesel_schema_migrations' AND l.origin <> 'pk' \
    ORDER BY l.name, i.seqno";

const POSTGRES_COLUMNS: &str = "\
    SELECT c.relname::text AS table_name, a.attname::text AS column_name, \
           upper(format_type(a.atttypid, a.atttypmod)) AS kind, NOT a.attnotnull AS nullable, \
           coalesce(array_position(k.conkey, a.attnum), 0)::bigint AS key_place \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' \
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p' \
    WHERE c.relkind = 'r' AND c.relname <> '__diesel_schema_migrations'";

const POSTGRES_INDEXES: &str = "\
    SELECT c.relname::text AS table_name, i.relname::text AS index_name, x.indisunique AS is_unique, \
           coalesce(a.attname::text, '(expression)') AS column_name \
    FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' \
    CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS u(attnum, place) \
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum AND u.attnum > 0 \
    WHERE NOT x.indisprimary AND c.relname <> '__diesel_schema_migrations' \
    ORDER BY i.relname, u.place";

fn of_sqlite(options: &Options) -> Schema {
    let Backend::Sqlite(path) = &options.backend else { panic!("not SQLite") };
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("the database");
    read(
        diesel::sql_query(VERSIONS).load(&mut conn).expect("versions"),
        diesel::sql_query(SQLITE_COLUMNS).load(&mut conn).expect("columns"),
        diesel::sql_query(SQLITE_INDEXES).load(&mut conn).expect("indexes"),
    )
}

fn of_postgres(options: &Options) -> Schema {
    let Backend::Postgres(url) = &options.backend else { panic!("not PostgreSQL") };
    let mut conn = PgConnection::establish(url).expect("the database");
    let mut columns: Vec<ColumnRow> = diesel::sql_query(POSTGRES_COLUMNS).load(&mut conn).expect("columns");
    for column in &mut columns {
        column.kind = on_sqlite(&column.kind).to_owned();
    }
    read(
        diesel::sql_query(VERSIONS).load(&mut conn).expect("versions"),
        columns,
        diesel::sql_query(POSTGRES_INDEXES).load(&mut conn).expect("indexes"),
    )
}

/// What stands on SQLite for a type of PostgreSQL.
fn on_sqlite(kind: &str) -> &str {
    match kind {
        "UUID" | "JSONB" | "TIMESTAMP WITH TIME ZONE" => "TEXT",
        "BYTEA" => "BLOB",
        "DOUBLE PRECISION" => "DOUBLE",
        same => same,
    }
}

fn read(versions: Vec<VersionRow>, columns: Vec<ColumnRow>, indexes: Vec<IndexRow>) -> Schema {
    let mut schema = Schema { versions: versions.into_iter().map(|row| row.version).collect(), ..Schema::default() };
    let mut keys: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
    for row in columns {
        if row.key_place > 0 {
            keys.entry(row.table_name.clone()).or_default().insert(row.key_place, row.column_name.clone());
        }
        let table = schema.tables.entry(row.table_name).or_default();
        table.columns.insert(row.column_name, (row.kind, row.nullable));
    }
    for (table, key) in keys {
        schema.tables.entry(table).or_default().primary_key = key.into_values().collect();
    }
    for row in indexes {
        let table = schema.tables.entry(row.table_name).or_default();
        let index = table.indexes.entry(row.index_name).or_insert(Index { unique: row.is_unique, columns: Vec::new() });
        index.columns.push(row.column_name);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_every_database_agree() {
        assert_same_tables(&[]);
    }
}
