//! One connection type for both databases.

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
