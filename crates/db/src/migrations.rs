//! Migrations: two folders with equal version names, forward only, run at the start.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use motcua_kernel::{Error, Result};

use crate::conn::Conn;
use crate::pool::{Options, connect};

/// The migrations of one crate for both databases.
#[derive(Clone, Copy)]
pub struct Migrations {
    /// For SQLite.
    pub sqlite: fn() -> EmbeddedMigrations,
    /// For PostgreSQL.
    pub postgres: fn() -> EmbeddedMigrations,
}

/// The tables this crate keeps in every database: answers, leases and the read audit.
pub const OWN_MIGRATIONS: Migrations = Migrations {
    sqlite: || {
        const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
        SQLITE
    },
    postgres: || {
        const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
        POSTGRES
    },
};

// Any number of copies may start at once; "motcua" in ASCII.
const LOCK: &str = "SELECT pg_advisory_lock(120265074046817)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(120265074046817)";

impl Migrations {
    /// Brings a database to the newest version: this crate's own tables, then each of `sources` in order. Copies that
    /// start at once wait for each other. Needs a session of its own, not a pooler in transaction mode.
    ///
    /// # Errors
    /// When the database is away or a migration fails, naming it.
    pub fn run(options: &Options, sources: &[Self]) -> Result<()> {
        let mut conn = connect(options, false).map_err(Error::unavailable)?;
        if matches!(conn, Conn::Postgres(_)) {
            conn.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0").map_err(Error::internal)?;
            conn.batch_execute(LOCK).map_err(Error::internal)?;
        }
        let outcome = std::iter::once(&OWN_MIGRATIONS).chain(sources).try_for_each(|source| source.run_one(&mut conn));
        if matches!(conn, Conn::Postgres(_)) {
            conn.batch_execute(UNLOCK).map_err(Error::internal)?;
        }
        outcome
    }

    fn run_one(&self, conn: &mut Conn) -> Result<()> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::internal(format!("migration: {error}"));
        match conn {
            Conn::Postgres(conn) => conn.run_pending_migrations((self.postgres)()).map(drop).map_err(failed),
            Conn::Sqlite(conn) => {
                conn.batch_execute("BEGIN IMMEDIATE; COMMIT").map_err(Error::unavailable)?;
                conn.run_pending_migrations((self.sqlite)()).map(drop).map_err(failed)
            }
        }
    }
}
