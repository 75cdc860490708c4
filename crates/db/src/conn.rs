//! One connection type for both databases.

#![expect(missing_docs, reason = "what diesel derives for a `MultiConnection` has none")]

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{Connection, QueryResult};

/// A connection to whichever database is configured.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL 15 or newer: a province and up.
    Postgres(diesel::PgConnection),
    /// SQLite, bundled: the embedded default.
    Sqlite(diesel::SqliteConnection),
}

/// Runs one diesel expression on whichever backend is behind `$conn`; the body is written once.
///
/// For what `MultiConnection` does not compile: `ON CONFLICT`, batch insert, `UNION` and the like.
#[macro_export]
macro_rules! on_each {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::Conn::Postgres($c) => $body,
            $crate::Conn::Sqlite($c) => $body,
        }
    };
}

// Transactions go through diesel's manager, which counts them: a batch insert opens one of its own and must know that it
// is inside ours.
type Manager = <Conn as Connection>::TransactionManager;

/// Begins a transaction; SQLite takes its write lock at once, because one taken later can fail with "database is locked".
pub(crate) fn begin(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
    }
}

/// Commits a transaction.
pub(crate) fn commit(conn: &mut Conn) -> QueryResult<()> {
    Manager::commit_transaction(conn)
}

/// Rolls a transaction back.
pub(crate) fn rollback(conn: &mut Conn) -> QueryResult<()> {
    Manager::rollback_transaction(conn)
}
