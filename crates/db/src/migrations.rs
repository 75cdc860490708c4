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
        let outcome = std::iter::once(&OWN_MIGRATIONS)
            .chain(sources)
            .try_for_each(|source| source.run_one(&mut conn))
            .and_then(|()| settle_plans(&mut conn));
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

/// Tells SQLite that every table is long and that what lies between the tenant and the id of a row narrows it little.
///
/// It has no figures of a new table and nobody analyses it later, so it would guess; and where it is asked for twenty rows
/// by their ids of those an agency may see, it guesses that the agency has few and reads all it has. PostgreSQL looks by
/// itself. The figures are of a big province: a plan that is good for it is quick on little as well, and the same
/// statement is planned the same on the first day and in the tenth year.
fn settle_plans(conn: &mut Conn) -> Result<()> {
    if let Conn::Sqlite(conn) = conn {
        conn.immediate_transaction(|conn| conn.batch_execute(PLANS)).map_err(Error::unavailable)?;
    }
    Ok(())
}

/// A row of figures is that of the table, then how many rows share the first column of the index, the first two, and so
/// on (see <https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table>). The tables of a full-text index are not
/// ours to speak of.
const PLANS: &str = r#"
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT t.name, i.name, '1000000' || (
    SELECT group_concat(' ' || CASE
        WHEN c.seqno = (SELECT max(seqno) FROM pragma_index_info(i.name)) AND i."unique" THEN 1
        WHEN c.seqno = 0 THEN 1000000
        WHEN c.seqno = 1 THEN 5000
        WHEN c.seqno = 2 THEN 100
        ELSE 2
    END, '')
    FROM (SELECT seqno FROM pragma_index_info(i.name) ORDER BY seqno) c
)
FROM sqlite_schema t, pragma_index_list(t.name) i
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.sql NOT LIKE 'CREATE VIRTUAL%'
  AND NOT EXISTS (
    SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND t.name LIKE v.name || '\_%' ESCAPE '\'
  );
"#;
