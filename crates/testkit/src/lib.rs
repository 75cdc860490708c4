//! What tests stand on: a database of their own on both kinds, real servers, signed callers, a clock they move.
//!
//! A development dependency only. Tests run on SQLite and on PostgreSQL; a missing PostgreSQL fails them, because a
//! database skipped silently is a database untested.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "test support may panic: the panic is the test's failure"
)]

mod database;
mod statements;
mod tables;

pub use database::{TestDatabase, test_vault};
pub use statements::{run, texts};
pub use tables::assert_same_tables;

/// Writes a test once and runs it on both databases, as `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a rule may need nothing of its file")]
            use super::*;

            $(#[$meta])*
            async fn rule($database: &$crate::TestDatabase) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let database = $crate::TestDatabase::sqlite();
                rule(&database).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                let database = $crate::TestDatabase::postgres();
                rule(&database).await;
            }
        }
    )+};
}
