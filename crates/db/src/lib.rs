//! Storage: SQLite and PostgreSQL behind one connection, transactions that retry, SQL types, migrations.
//!
//! `Db::read` and `Db::write` are the only ways in. They own the hop to a blocking thread, bounded retries, the group
//! commit of SQLite and the mapping of database errors to the vocabulary of `kernel`. This crate knows no HTTP.

mod answers;
mod conn;
mod error;
mod group_commit;
mod lease;
mod migrations;
mod pool;
mod read_audit;
mod read_write;
pub mod sql;

pub use answers::{KEPT, SWEPT_AT_ONCE, sweep_answers};
pub use conn::{Conn, MultiBackend, MultiRawValue};
pub use error::{Failure, TxResult, is_unique_violation};
pub use lease::{Lease, acquire_lease, hold_lease, release_lease};
pub use migrations::{Migrations, OWN_MIGRATIONS};
pub use pool::{Backend, Options};
pub use read_audit::ReadEntry;
pub use read_write::{Db, ping};
