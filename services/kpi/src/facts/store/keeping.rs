//! Writing many rows at once, with statements that the database has read before.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;

/// Writes rows, whether they are new or take the place of others. A batch names no row twice.
///
/// PostgreSQL takes a column as an array, with a statement that is the same for any number of rows; SQLite takes row after
/// row with a statement that it has read before ([`TakingPlace`]). A list of values is another statement each time, and
/// reading and planning it takes both of them longer than writing the rows.
///
/// `new` says that none of the rows is there yet: PostgreSQL writes them in half the time then.
macro_rules! keep {
    ($tx:expr, $table:ident, $rows:expr, [$($key:ident),+], [$($column:ident),+ $(,)?]) => {
        $crate::facts::store::keep!($tx, $table, $rows, [$($key),+], [$($column),+], new: false)
    };
    ($tx:expr, $table:ident, $rows:expr, [$($key:ident),+], [$($column:ident),+ $(,)?], new: $new:expr) => {
        match $tx {
            ::motcua_db::Conn::Postgres(conn) => {
                let text = $crate::facts::store::keeping::statement(
                    stringify!($table),
                    &[$(stringify!($key)),+],
                    &[$(stringify!($column)),+],
                    $new,
                );
                for rows in $rows.chunks($crate::facts::store::keeping::ROWS) {
                    type Values<Column> = ::diesel::sql_types::Array<::diesel::dsl::SqlTypeOf<Column>>;
                    ::diesel::sql_query(text.as_str())
                        .into_boxed::<::diesel::pg::Pg>()
                        $(.bind::<Values<$table::$key>, _>(rows.iter().map(|row| &row.$key).collect::<Vec<_>>()))+
                        $(.bind::<Values<$table::$column>, _>(rows.iter().map(|row| &row.$column).collect::<Vec<_>>()))+
                        .execute(conn)?;
                }
            }
            ::motcua_db::Conn::Sqlite(conn) => {
                let rest = $crate::facts::store::keeping::taking_place(
                    &[$(stringify!($key)),+],
                    &[$(stringify!($column)),+],
                );
                for row in $rows {
                    let insert = ::diesel::insert_into($table::table).values(row);
                    $crate::facts::store::keeping::TakingPlace { insert, rest: &rest }.execute(conn)?;
                }
            }
        }
    };
}
pub(crate) use keep;

/// So many rows PostgreSQL takes with one statement, which it reads and plans each time.
pub(crate) const ROWS: usize = 1000;

/// The statement by which PostgreSQL takes rows as one array a column.
pub(crate) fn statement(table: &str, keys: &[&str], columns: &[&str], new: bool) -> String {
    let all: Vec<&str> = keys.iter().chain(columns).copied().collect();
    let arrays: Vec<String> = (1..=all.len()).map(|place| format!("${place}")).collect();
    let (all, arrays) = (all.join(", "), arrays.join(", "));
    let rest = if new { String::new() } else { taking_place(keys, columns) };
    format!("INSERT INTO {table} ({all}) SELECT * FROM unnest({arrays}){rest}")
}

/// The end of an insert that takes the place of a row with the same key.
pub(crate) fn taking_place(keys: &[&str], columns: &[&str]) -> String {
    let set: Vec<String> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    format!(" ON CONFLICT ({}) DO UPDATE SET {}", keys.join(", "), set.join(", "))
}

/// An insert of one row that takes the place of another. Diesel's own is read again for every row; here the end is the same
/// for all inserts of a type, so that the type tells the statement.
pub(crate) struct TakingPlace<'r, Insert> {
    pub insert: Insert,
    /// As [`taking_place`] has it for the table.
    pub rest: &'r str,
}

impl<Insert: QueryFragment<Sqlite>> QueryFragment<Sqlite> for TakingPlace<'_, Insert> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.insert.walk_ast(out.reborrow())?;
        out.push_sql(self.rest);
        Ok(())
    }
}

impl<Insert: QueryId> QueryId for TakingPlace<'_, Insert> {
    type QueryId = TakingPlace<'static, Insert::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = Insert::HAS_STATIC_QUERY_ID;
}

impl<Insert, Connection> RunQueryDsl<Connection> for TakingPlace<'_, Insert> {}
