//! One service's database with everything that stands directly on it.

use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use diesel::dsl::{select, sql};
use diesel::sql_types::Bool;
use motcua_agencies::DirectoryReader;
use motcua_db::{Backend, Conn, Db, Migrations, Options, TxResult, on_each};
use motcua_journal::{Checkpoints, Journal, Sequencer};
use motcua_kernel::{Error, Kind, Result, Uuid};
use motcua_web::settings::ServiceSettings;

use crate::shared::Shared;

/// A database may be a little slower to start than the service beside it.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_secs(1);

/// What one service stands on. Copies are handles.
#[derive(Debug, Clone)]
pub struct Foundation {
    /// What it shares with the other services of the process.
    pub shared: Shared,
    /// The service: `documents`.
    pub name: &'static str,
    /// Its own settings.
    pub settings: ServiceSettings,
    /// The installation's tenant.
    pub tenant: Uuid,
    /// Its database.
    pub db: Db,
    /// Its journal.
    pub journal: Journal,
    /// Who may do what where.
    pub directory: DirectoryReader,
}

impl Foundation {
    /// Opens a service's database and brings it to the newest tables: those of every floor it stands on, then its own.
    /// Waits a minute for a database that is not up yet. In a sandbox business time stands where it was left.
    ///
    /// # Errors
    /// When the address is none of ours, the database stays away, or a migration fails.
    pub async fn open(
        shared: &Shared,
        name: &'static str,
        settings: &ServiceSettings,
        migrations: &[Migrations],
    ) -> Result<Self> {
        let options = options(settings)?;
        let db = Db::open(&options, shared.vault.clone(), shared.clock.clone())?;
        let common = [motcua_journal::MIGRATIONS, motcua_agencies::MIGRATIONS, crate::MIGRATIONS];
        migrate(name, &options, common.iter().chain(migrations).copied().collect()).await?;
        let foundation = Self::on(db, shared, name, settings);
        foundation.catch_up_with_clock().await?;
        Ok(foundation)
    }

    /// Opens a service's database as it is, for commands that only read: nothing is made and nothing migrated, and where
    /// the service never was, it says so instead of finding an empty journal in order.
    ///
    /// # Errors
    /// `database.missing` when there is no file or no journal in it; when the database is away.
    pub async fn open_existing(shared: &Shared, name: &'static str, settings: &ServiceSettings) -> Result<Self> {
        let options = options(settings)?;
        if let Backend::Sqlite(path) = &options.backend
            && !path.exists()
        {
            return Err(missing(name).because(format!("no file {}", path.display())));
        }
        let db = Db::open(&options, shared.vault.clone(), shared.clock.clone())?;
        if !db.read("has_journal", has_journal).await? {
            return Err(missing(name).because("the database has no journal"));
        }
        Ok(Self::on(db, shared, name, settings))
    }

    fn on(db: Db, shared: &Shared, name: &'static str, settings: &ServiceSettings) -> Self {
        Self {
            shared: shared.clone(),
            name,
            settings: settings.clone(),
            tenant: shared.settings.tenant,
            journal: Journal::new(name),
            directory: DirectoryReader::new(db.clone()),
            db,
        }
    }

    /// Where the service signs how far its journal is.
    ///
    /// # Errors
    /// When the key can't be derived.
    pub fn checkpoints(&self) -> Result<Checkpoints> {
        Checkpoints::new(self.name, self.settings.checkpoint_file.clone(), &self.shared.vault)
    }

    /// Gives what a command has written its positions, unless the running service is doing so already.
    ///
    /// # Errors
    /// When the signing key can't be derived.
    pub async fn sequence(&self) -> Result<()> {
        Sequencer::new(self.db.clone(), self.journal.clone(), self.checkpoints()?).finish().await;
        Ok(())
    }
}

fn options(settings: &ServiceSettings) -> Result<Options> {
    Ok(Options {
        backend: Backend::from_url(settings.database_url.expose())?,
        connections: settings.database_pool,
        statement_cache: settings.statement_cache,
    })
}

fn missing(name: &str) -> Error {
    Error::new(
        Kind::Conflict,
        "database.missing",
        format!("Dịch vụ {name} chưa từng chạy trên cơ sở dữ liệu này."),
        format!("The service {name} has never run on the database that the settings name."),
    )
}

fn has_journal(conn: &mut Conn) -> TxResult<bool> {
    let there = match conn {
        Conn::Postgres(_) => "to_regclass('journal_events') IS NOT NULL",
        Conn::Sqlite(_) => "EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'journal_events')",
    };
    Ok(on_each!(conn, |c| select(sql::<Bool>(there)).get_result(c))?)
}

async fn migrate(name: &'static str, options: &Options, migrations: Vec<Migrations>) -> Result<()> {
    let since = Instant::now();
    loop {
        let (options, migrations) = (options.clone(), migrations.clone());
        let outcome = tokio::task::spawn_blocking(move || Migrations::run(&options, &migrations)).await;
        match outcome.map_err(Error::internal)? {
            Err(error) if error.kind == Kind::Unavailable && since.elapsed() < PATIENCE => {
                tracing::warn!(service = name, %error, "the database is not there yet; waiting for it");
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}
