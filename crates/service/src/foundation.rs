//! One service's database with everything that stands directly on it.

use std::time::{Duration, Instant};

use motcua_agencies::DirectoryReader;
use motcua_db::{Backend, Db, Migrations, Options};
use motcua_journal::{Checkpoints, Journal, Sequencer};
use motcua_kernel::{Error, Kind, Result, Uuid};
use motcua_web::settings::ServiceSettings;

use crate::shared::Shared;

/// A database may be a little slower to start than the service beside it.
const PATIENCE: Duration = Duration::from_secs(60);
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
    /// Waits a minute for a database that is not up yet.
    ///
    /// # Errors
    /// When the address is none of ours, the database stays away, or a migration fails.
    pub async fn open(
        shared: &Shared,
        name: &'static str,
        settings: &ServiceSettings,
        migrations: &[Migrations],
    ) -> Result<Self> {
        let options = Options {
            backend: Backend::from_url(settings.database_url.expose())?,
            connections: settings.database_pool,
            statement_cache: settings.statement_cache,
        };
        let db = Db::open(&options, shared.vault.clone(), shared.clock.clone())?;
        let common = [motcua_journal::MIGRATIONS, motcua_agencies::MIGRATIONS];
        migrate(name, &options, common.iter().chain(migrations).copied().collect()).await?;
        Ok(Self {
            shared: shared.clone(),
            name,
            settings: settings.clone(),
            tenant: shared.settings.tenant,
            journal: Journal::new(name),
            directory: DirectoryReader::new(db.clone()),
            db,
        })
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
