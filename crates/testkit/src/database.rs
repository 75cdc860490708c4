//! A database for one test.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use motcua_db::{Backend, Db, Migrations, Options};
use motcua_kernel::{Clock, Vault, new_id};
use tempfile::TempDir;

/// The variable that names the throw-away PostgreSQL cluster of a test run; `scripts/test` sets it.
const POSTGRES: &str = "MOTCUA_TEST_POSTGRES";

/// A database for one test, gone with it.
pub struct TestDatabase {
    /// Its URL, as settings take it.
    pub url: String,
    /// A folder for whatever else the test writes.
    pub folder: TempDir,
    drop_with: Option<(String, String)>,
}

impl TestDatabase {
    /// A SQLite file.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Self { url, folder, drop_with: None }
    }

    /// A database in the run's PostgreSQL cluster.
    #[must_use]
    pub fn postgres() -> Self {
        let cluster = std::env::var(POSTGRES).unwrap_or_else(|_| {
            panic!("{POSTGRES} is not set: run `scripts/test`, or `scripts/postgres run cargo test …`")
        });
        let name = format!("test_{}", new_id().simple());
        let mut admin = PgConnection::establish(&cluster).expect("the test cluster");
        admin.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database of our own");
        let (server, _) = cluster.rsplit_once('/').expect("a database in the URL");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { url: format!("{server}/{name}"), folder, drop_with: Some((cluster, name)) }
    }

    /// How `Db` connects to it.
    #[must_use]
    pub fn options(&self) -> Options {
        let backend = Backend::from_url(&self.url).expect("a known scheme");
        Options { backend, connections: 8, statement_cache: true }
    }

    /// Opens it with its tables made.
    #[must_use]
    pub fn open(&self, migrations: &[Migrations]) -> Db {
        self.open_at(migrations, Clock::new())
    }

    /// Opens it with its tables made and a clock the test moves.
    #[must_use]
    pub fn open_at(&self, migrations: &[Migrations], clock: Clock) -> Db {
        Migrations::run(&self.options(), migrations).expect("the migrations");
        Db::open(&self.options(), test_vault(), clock).expect("the database")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some((cluster, name)) = &self.drop_with else { return };
        if let Ok(mut admin) = PgConnection::establish(cluster) {
            // The cluster goes with the run; a database left behind costs a little disk until then.
            drop(admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        }
    }
}

/// Keys that every test installation shares.
#[must_use]
pub fn test_vault() -> Vault {
    Vault::new(&BTreeMap::from([(1, vec![1; 32])]), &[2; 32]).expect("keys of 32 bytes")
}
