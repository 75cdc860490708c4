//! From settings to a running service.

use std::sync::Arc;

use actix_web::web;
use motcua_agencies::DirectoryReader;
use motcua_db::{Backend, Db, Migrations, Options};
use motcua_journal::{Checkpoints, Feed, Journal, Sequencer, Visibility};
use motcua_kernel::{Clock, Error, Result, SystemTime, Uuid};
use motcua_peer::{Peer, Timing, TokenSource};
use motcua_web::auth::{Authenticate, Authenticator, KeySource};
use motcua_web::settings::{Mode, ServiceSettings, Settings};
use motcua_web::{About, Check, Limits, Running, Service, TraceContext};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::sandbox;
use crate::tokens::token_source;
use crate::workers::Workers;

/// What a service stands on.
#[derive(Clone)]
pub struct Foundation {
    /// Its name.
    pub name: &'static str,
    /// All settings.
    pub settings: Settings,
    /// Its own settings.
    pub own: ServiceSettings,
    /// Both times.
    pub clock: Clock,
    /// Its database, with all tables made.
    pub db: Db,
    /// Its journal.
    pub journal: Journal,
    /// Officers and clients with what they may do.
    pub directory: DirectoryReader,
    tokens: Arc<TokenSource>,
}

impl Foundation {
    /// Opens what the settings name and brings the database to the newest version.
    ///
    /// # Errors
    /// When the database is away or can't be migrated, or a key file can't be read.
    pub async fn open(
        name: &'static str,
        settings: &Settings,
        own: &ServiceSettings,
        clock: &Clock,
        migrations: &[Migrations],
    ) -> Result<Self> {
        let vault = settings.vault().map_err(Error::internal)?;
        let options = Options {
            backend: Backend::from_url(own.database_url.expose())?,
            connections: own.database_pool,
            statement_cache: own.statement_cache,
        };
        let (for_migration, mut sources) = (options.clone(), vec![motcua_journal::MIGRATIONS]);
        sources.push(motcua_agencies::MIGRATIONS);
        sources.extend_from_slice(migrations);
        tokio::task::spawn_blocking(move || Migrations::run(&for_migration, &sources))
            .await
            .map_err(Error::internal)??;
        let db = Db::open(&options, vault, clock.clone())?;
        Ok(Self {
            name,
            settings: settings.clone(),
            own: own.clone(),
            clock: clock.clone(),
            journal: Journal::new(name),
            directory: DirectoryReader::new(db.clone()),
            db,
            tokens: Arc::new(token_source(name, settings, clock)?),
        })
    }

    /// The tenant the service's own work is for.
    #[must_use]
    pub fn tenant(&self) -> Uuid {
        self.settings.tenant
    }

    /// Another service of the installation, called with our own token.
    ///
    /// # Errors
    /// When the address is none.
    pub fn peer(&self, address: &str) -> Result<Peer> {
        let trace = || TraceContext::current().map(|trace| trace.headers()).unwrap_or_default();
        Peer::new(address, Arc::clone(&self.tokens), Timing::default(), trace).map_err(Error::internal)
    }

    /// The signed checkpoints of the journal.
    ///
    /// # Errors
    /// When the signing key can't be derived.
    pub fn checkpoints(&self) -> Result<Checkpoints> {
        Checkpoints::new(self.name, &self.own.checkpoint_file, &self.db.vault)
    }

    /// The sequencer of the journal; a command that writes runs it once to its end.
    ///
    /// # Errors
    /// When the signing key can't be derived.
    pub fn sequencer(&self) -> Result<Sequencer> {
        Ok(Sequencer::new(self.db.clone(), self.journal.clone(), self.checkpoints()?))
    }

    /// The workers every service has: sequencer, directory watch, sweeping of old answers.
    ///
    /// # Errors
    /// When the signing key can't be derived.
    pub fn workers(&self) -> Result<Workers> {
        let workers = Workers::new();
        let sequencer = self.sequencer()?;
        workers.spawn("sequencer", |stop| sequencer.run(stop));
        let watch = self.directory.watch();
        workers.spawn("directory", |stop| watch.run(stop));
        let db = self.db.clone();
        workers.every("sweep answers", std::time::Duration::from_hours(1), move || {
            let db = db.clone();
            async move {
                let now: SystemTime = db.clock.system();
                db.write("sweep_answers", move |tx| motcua_db::sweep_answers(tx, now)).await.map(drop)
            }
        });
        Ok(workers)
    }

    /// Starts the HTTP server in front of everything.
    ///
    /// # Errors
    /// When the address is taken, the issuer can't be reached, or the API document has faults.
    pub async fn serve(
        self,
        about: About,
        routes: fn(&mut ServiceConfig),
        visibility: Arc<dyn Visibility>,
        state: impl Fn(&mut web::ServiceConfig) + Send + Sync + 'static,
        workers: Workers,
    ) -> Result<Started> {
        let keys = KeySource::start(&self.settings, &self.clock).await.map_err(Error::internal)?;
        let authenticator = Authenticator::new(
            &self.settings,
            keys,
            Arc::new(self.directory.clone()),
            self.db.vault.clone(),
            self.clock.clone(),
        );
        let feed = web::Data::new(Feed::new(self.db.clone(), self.journal.clone(), visibility));
        let clock = web::Data::new(self.clock.clone());
        let sandbox_is_open = self.settings.mode == Mode::Sandbox;
        let checked = self.db.clone();
        let service = Service {
            about,
            routes,
            state: Arc::new(move |config| {
                config.app_data(feed.clone()).app_data(clock.clone());
                if sandbox_is_open {
                    config.configure(sandbox::routes);
                }
                state(config);
            }),
            checks: vec![Check::new("database", move || {
                let db = checked.clone();
                async move { db.read("ready", motcua_db::ping).await }
            })],
            listen: self.own.listen,
            public_url: self.own.public_url.clone(),
            limits: Limits::default(),
        };
        let running = motcua_web::start(service, Authenticate::new(Arc::new(authenticator)))?;
        Ok(Started { running, workers })
    }
}

/// A service that runs.
pub struct Started {
    running: Running,
    workers: Workers,
}

impl Started {
    /// Its address for clients on this machine.
    #[must_use]
    pub fn url(&self) -> String {
        self.running.url()
    }

    /// Stops taking requests, lets those in flight end, then the workers.
    ///
    /// # Errors
    /// When the server had failed before.
    pub async fn stop(self) -> Result<()> {
        let stopped = self.running.stop().await;
        self.workers.stop().await;
        stopped
    }
}
