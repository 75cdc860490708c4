//! The services this one follows, reduced to a real journal with its sequencer and a real feed on a port of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use motcua_agencies::DirectoryReader;
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Change, Checkpoints, Feed, Journal, Sequencer, Stamp, Visibility};
use motcua_kernel::{Actor, Clock, Uuid};
use motcua_testkit::TestDatabase;
use motcua_web::auth::{Authenticate, Authenticator, KeySource};
use motcua_web::settings::Settings;
use motcua_web::{About, Limits, Running, Service};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::province::News;

pub(crate) struct Neighbour {
    pub running: Running,
    db: Db,
    journal: Journal,
    tenant: Uuid,
    stop: watch::Sender<bool>,
    sequencer: JoinHandle<()>,
    _database: TestDatabase,
}

/// Whoever may read the feed at all sees everything in it.
struct Everything;

impl Visibility for Everything {
    fn visible(&self, _: &mut Conn, _: &Actor, _: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
        Ok(ids.to_vec())
    }
}

impl Neighbour {
    pub(crate) async fn start(name: &'static str, settings: &Settings, clock: &Clock) -> Self {
        let database = TestDatabase::sqlite();
        let db = database.open_at(&[motcua_journal::MIGRATIONS, motcua_agencies::MIGRATIONS], clock.clone());
        let journal = Journal::new(name);
        let file = database.folder.path().join("checkpoints.ndjson");
        let checkpoints = Checkpoints::new(name, file, &db.vault).unwrap();
        let (stop, stopped) = watch::channel(false);
        let sequencer = tokio::spawn(Sequencer::new(db.clone(), journal.clone(), checkpoints).run(stopped));
        let keys = KeySource::start(settings, clock).await.unwrap();
        let directory = Arc::new(DirectoryReader::new(db.clone()));
        let authenticator = Authenticator::new(settings, keys, directory, db.vault.clone(), clock.clone());
        let feed = actix_web::web::Data::new(Feed::new(db.clone(), journal.clone(), Arc::new(Everything)));
        let service = Service {
            about: About { name, title: name, description: "A neighbour of the tests.", version: "0.0.0" },
            routes: |config| {
                config.service(motcua_journal::list_events);
            },
            public: |_| {},
            state: Arc::new(move |config| {
                config.app_data(feed.clone());
            }),
            checks: Vec::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: String::new(),
            limits: Limits { workers: 1, ..Limits::default() },
        };
        let running = motcua_web::start(service, Authenticate::new(Arc::new(authenticator))).unwrap();
        Self { running, db, journal, tenant: settings.tenant, stop, sequencer, _database: database }
    }

    /// Records news, each in a transaction of its own, as a service does with its changes.
    pub(crate) async fn tell(&self, news: impl IntoIterator<Item = News>) {
        for news in news {
            self.tell_at_once(vec![news]).await;
        }
    }

    /// Records news in one transaction.
    pub(crate) async fn tell_at_once(&self, all: Vec<News>) {
        let stamp = Stamp::by_service(self.journal.service(), self.tenant, &self.db.clock);
        let journal = self.journal.clone();
        let record = move |tx: &mut Conn| {
            for News { kind, subject, version, data } in &all {
                journal.record(tx, &stamp, &Change { kind: *kind, subject: *subject, version: *version, data })?;
            }
            Ok(())
        };
        self.db.write("tell", record).await.unwrap();
    }

    pub(crate) fn name(&self) -> &'static str {
        self.journal.service()
    }

    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        self.running.stop().await.unwrap();
        self.sequencer.await.unwrap();
    }
}
