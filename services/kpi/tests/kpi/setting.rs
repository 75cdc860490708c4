//! The service under test between its two neighbours, and callers of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use motcua_db::Db;
use motcua_journal::{Follow, Follower};
use motcua_kernel::{ActorKind, Clock, Uuid};
use motcua_kpi::facts::{DocumentFollow, DossierFollow};
use motcua_peer::{AccessToken, Peer, Timing, TokenSource};
use motcua_service::{RunningService, Shared};
use motcua_testkit::TestDatabase;
use motcua_web::auth::{DevelopmentIssuer, TokenRequest};
use motcua_web::settings::Settings;
use reqwest::header::HeaderMap;
use serde_json::Value;
use tempfile::TempDir;

use super::neighbour::Neighbour;

/// The neighbours, and what the service needs to follow them.
pub(crate) struct Surroundings {
    pub settings: Settings,
    pub clock: Clock,
    pub documents: Neighbour,
    pub procedures: Neighbour,
    issuer: DevelopmentIssuer,
    _folder: TempDir,
}

impl Surroundings {
    pub(crate) async fn of(database: &TestDatabase) -> Self {
        Self::with(database, &[]).await
    }

    /// The same with any settings.
    pub(crate) async fn with(database: &TestDatabase, more: &[(&'static str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().display().to_string();
        let base = [
            ("MOTCUA_DATA_DIR", data.clone()),
            ("MOTCUA_KPI__LISTEN", "127.0.0.1:0".to_owned()),
            ("MOTCUA_KPI__DATABASE_URL", database.url.clone()),
            // Everything a test changes in the directory holds at once.
            ("MOTCUA_AUTH__CACHE_SECONDS", "0".to_owned()),
        ];
        let settings = Settings::from_sources(None, base.clone()).unwrap();
        let clock = Clock::new();
        let issuer = DevelopmentIssuer::load(&settings, &clock).unwrap();
        let documents = Neighbour::start("documents", &settings, &clock).await;
        let procedures = Neighbour::start("procedures", &settings, &clock).await;
        let peers = [
            ("MOTCUA_KPI__PEERS__DOCUMENTS", documents.running.url()),
            ("MOTCUA_KPI__PEERS__PROCEDURES", procedures.running.url()),
        ];
        let settings = Settings::from_sources(None, base.into_iter().chain(peers).chain(more.iter().cloned())).unwrap();
        Self { settings, clock, documents, procedures, issuer, _folder: folder }
    }

    pub(crate) fn tenant(&self) -> Uuid {
        self.settings.tenant
    }

    /// The database of the service, beside the service.
    pub(crate) fn open(&self, database: &TestDatabase) -> Db {
        let all = [
            motcua_journal::MIGRATIONS,
            motcua_agencies::MIGRATIONS,
            motcua_calendars::MIGRATIONS,
            motcua_kpi::MIGRATIONS,
        ];
        database.open_at(&all, self.clock.clone())
    }

    /// A follower of each neighbour, taken step by step.
    pub(crate) fn followers(&self, db: &Db) -> [Follower; 2] {
        let follower = |neighbour: &Neighbour, name: &str, follow: Arc<dyn Follow>| {
            let (issuer, service) = (self.issuer.clone(), neighbour.name());
            let tokens = TokenSource::minted(move || {
                let mut request = TokenRequest::new(ActorKind::Service, "motcua-kpi");
                request.scopes = vec![format!("{service}:events:read"), format!("{service}:events:verify")];
                let value = issuer.mint(&request).map_err(|error| error.to_string())?;
                Ok(AccessToken { value, lifetime: Duration::from_mins(5) })
            });
            let peer = Peer::new(&neighbour.running.url(), Arc::new(tokens), Timing::default(), Vec::new).unwrap();
            Follower::new(db.clone(), peer, self.tenant(), name, follow)
        };
        [
            follower(&self.documents, DocumentFollow::NAME, Arc::new(DocumentFollow)),
            follower(&self.procedures, DossierFollow::NAME, Arc::new(DossierFollow)),
        ]
    }
}

/// Follows both neighbours to the end of `events` events of their feeds together.
pub(crate) async fn follow_all(followers: &[Follower; 2], events: usize) {
    let mut taken = 0;
    let until = Instant::now() + Duration::from_secs(20);
    while taken < events {
        for follower in followers {
            taken += follower.step(0).await.unwrap();
        }
        assert!(Instant::now() < until, "{taken} of {events} events came");
    }
    assert_eq!(taken, events);
}

/// The service, started as it is in earnest.
pub(crate) struct Setting {
    pub around: Surroundings,
    pub service: RunningService,
    pub client: reqwest::Client,
}

impl Setting {
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        Self::start_with(database, &[]).await
    }

    /// The same with any settings.
    pub(crate) async fn start_with(database: &TestDatabase, settings: &[(&'static str, String)]) -> Self {
        let around = Surroundings::with(database, settings).await;
        let service = Self::another(&around).await;
        Self { around, service, client: reqwest::Client::new() }
    }

    /// Another copy of the service on the same database.
    pub(crate) async fn another(around: &Surroundings) -> RunningService {
        let mut shared = Shared::prepare(around.settings.clone()).await.unwrap();
        shared.clock = around.clock.clone();
        motcua_kpi::start(&shared).await.unwrap()
    }

    /// A token for a caller with what its kind usually may do.
    pub(crate) fn token(&self, kind: ActorKind, subject: &str) -> String {
        self.around.issuer.mint(&TokenRequest::new(kind, subject)).unwrap()
    }

    /// A token with these scopes, for a tenant.
    pub(crate) fn token_with(&self, kind: ActorKind, scopes: &[&str], tenant: Uuid) -> String {
        let mut request = TokenRequest::new(kind, "somebody");
        request.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        request.tenant = Some(tenant);
        self.around.issuer.mint(&request).unwrap()
    }

    /// A token of one of our own services that reads figures.
    pub(crate) fn reader(&self) -> String {
        self.token_with(ActorKind::Service, &["kpi:indicators:read"], self.around.tenant())
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        ask(&self.client, &self.service.url(), path, token).await
    }

    /// Sends a body under an idempotency key.
    pub(crate) async fn post(&self, path: &str, token: &str, key: &str, body: &Value) -> Answer {
        let request = self.client.post(format!("{}{path}", self.service.url())).bearer_auth(token);
        let response = request.header("Idempotency-Key", key).json(body).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        Answer { status, headers, body: serde_json::from_slice(&body).unwrap() }
    }

    /// Asks until the answer is as expected, and says how long that took.
    pub(crate) async fn get_until(
        &self,
        path: &str,
        token: &str,
        expected: impl Fn(&Answer) -> bool,
    ) -> (Answer, Duration) {
        let began = Instant::now();
        loop {
            let answer = self.get(path, token).await;
            if expected(&answer) {
                return (answer, began.elapsed());
            }
            assert!(began.elapsed() < Duration::from_secs(20), "{path} still answers {answer:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Asks a service.
pub(crate) async fn ask(client: &reqwest::Client, url: &str, path: &str, token: &str) -> Answer {
    let response = client.get(format!("{url}{path}")).bearer_auth(token).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await.unwrap();
    Answer { status, headers, body: serde_json::from_slice(&body).unwrap() }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a problem.
    pub(crate) fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    /// What a measure comes to in a sheet of figures.
    pub(crate) fn figure(&self, measure: &str) -> i64 {
        let figures = self.body["figures"].as_array().unwrap();
        figures.iter().find(|one| one["measure"] == measure).unwrap()["value"].as_i64().unwrap()
    }
}
