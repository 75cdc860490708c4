//! Connections by URL scheme, kept in a bounded pool, with the settings each database needs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::{CacheSize, SimpleConnection};
use diesel::r2d2::{ManageConnection, Pool};
use diesel::{Connection, PgConnection, SqliteConnection};
use motcua_kernel::{Error, Result};

use crate::conn::Conn;

/// Which database a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// SQLite in this file.
    Sqlite(PathBuf),
    /// PostgreSQL at this URL.
    Postgres(String),
}

impl Backend {
    /// Reads `sqlite:path` or `postgres://…`.
    ///
    /// # Errors
    /// When the scheme is another.
    pub fn from_url(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path))));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let scheme = url.split(':').next().unwrap_or_default();
        Err(Error::internal(format!(
            "database_url begins with `{scheme}:`; known are `sqlite:PATH` and `postgres://USER@HOST/NAME`"
        )))
    }
}

/// How connections are made.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database.
    pub backend: Backend,
    /// The most connections at once.
    pub connections: u32,
    /// Whether statements stay prepared on a connection; off behind `PgBouncer` in transaction mode.
    pub statement_cache: bool,
}

/// A pooled connection and whether it may go back.
pub(crate) struct Pooled {
    pub(crate) conn: Conn,
    pub(crate) broken: bool,
}

pub(crate) struct Manager {
    options: Options,
    read_only: bool,
}

impl Manager {
    /// A database that is away at the start must not stop the service: nothing is connected before it is asked for.
    pub(crate) fn pool(options: &Options, read_only: bool) -> Pool<Self> {
        Pool::builder()
            .max_size(options.connections.max(1))
            .min_idle(Some(1))
            // A connection is tried when it is used: a test before each use would cost a round trip.
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(3))
            .max_lifetime(Some(Duration::from_mins(30)))
            .idle_timeout(Some(Duration::from_mins(10)))
            .error_handler(Box::new(Quiet))
            .build_unchecked(Self { options: options.clone(), read_only })
    }
}

/// The pool logs nothing itself: `Db` reports what a request suffered, once, with its name.
#[derive(Debug)]
struct Quiet;

impl diesel::r2d2::HandleError<diesel::r2d2::Error> for Quiet {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::debug!(%error, "a pooled connection could not be made");
    }
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Pooled, Self::Error> {
        let conn = connect(&self.options, self.read_only).map_err(diesel::r2d2::Error::ConnectionError)?;
        Ok(Pooled { conn, broken: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), Self::Error> {
        pooled.conn.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.broken
    }
}

pub(crate) fn connect(options: &Options, read_only: bool) -> diesel::ConnectionResult<Conn> {
    let mut conn = match &options.backend {
        Backend::Postgres(url) => Conn::Postgres(PgConnection::establish(url)?),
        Backend::Sqlite(path) => Conn::Sqlite(SqliteConnection::establish(&file_of(path))?),
    };
    let setup = match &conn {
        // A waiter on a row or key gives up before its client does. `error` knows the server's English words; another
        // language than the server's own may be chosen by superusers and whoever was granted it.
        Conn::Postgres(_) => {
            "SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET statement_timeout = '60s'; \
             SET idle_in_transaction_session_timeout = '60s'; \
             SELECT set_config('lc_messages', 'C', false) WHERE has_parameter_privilege('lc_messages', 'SET')"
        }
        Conn::Sqlite(_) if read_only => {
            "PRAGMA busy_timeout = 10000; PRAGMA query_only = ON; PRAGMA cache_size = -16384"
        }
        // What a statement would need to undo itself is put aside in memory: a few pages, once for every row that takes the
        // place of another.
        Conn::Sqlite(_) => {
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000; \
             PRAGMA temp_store = MEMORY"
        }
    };
    conn.batch_execute(setup).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    if !options.statement_cache {
        conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    }
    Ok(conn)
}

fn file_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
