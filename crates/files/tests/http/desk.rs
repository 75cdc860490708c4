//! A service with nothing but files, and callers for it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use diesel::prelude::*;
use motcua_db::{Conn, Db, TxResult};
use motcua_files::{FileStore, FileVisibility, Files, MIGRATIONS};
use motcua_kernel::{Actor, ActorKind, Directory, Result, Standing, Uuid, Who};
use motcua_testkit::{TestDatabase, test_vault};
use motcua_web::auth::{Authenticate, Authenticator, DevelopmentIssuer, KeySource, TokenRequest};
use motcua_web::settings::Settings;
use motcua_web::{About, Limits, Running, Service};
use reqwest::RequestBuilder;

mod routes {
    motcua_files::file_routes! { write: "documents:files:write", read: "documents:documents:read" }
}

/// A running service with its directory of files.
pub(crate) struct Desk {
    pub db: Db,
    pub directory: tempfile::TempDir,
    pub visibility: Arc<Shared>,
    pub running: Running,
    pub client: reqwest::Client,
    issuer: Arc<DevelopmentIssuer>,
}

/// Files that stand open to some callers, by subject.
#[derive(Default)]
pub(crate) struct Shared(pub Mutex<BTreeSet<(String, Uuid)>>);

impl FileVisibility for Shared {
    fn may_read(&self, _: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        Ok(self.0.lock().unwrap().contains(&(actor.subject.clone(), file)))
    }
}

struct Everybody;

#[async_trait]
impl Directory for Everybody {
    async fn standing(&self, _: &Who) -> Result<Standing> {
        Ok(Standing { active: true, grants: Vec::new() })
    }

    fn revision(&self) -> u64 {
        0
    }
}

impl Desk {
    pub(crate) fn open(database: &TestDatabase) -> Self {
        Self::with_limit(database, Files::LIMIT)
    }

    pub(crate) fn with_limit(database: &TestDatabase, limit: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let db = database.open(&[MIGRATIONS]);
        let visibility = Arc::new(Shared::default());
        let store = FileStore::in_directory(directory.path().join("files")).unwrap();
        let room = Files::new(db.clone(), store, routes::SCOPES, Arc::<Shared>::clone(&visibility)).with_limit(limit);
        let data_dir = directory.path().join("settings");
        let settings = Settings::from_sources(None, [("MOTCUA_DATA_DIR", &data_dir)]).unwrap();
        let issuer = Arc::new(DevelopmentIssuer::load(&settings, &db.clock).unwrap());
        let keys = KeySource::Development(Arc::clone(&issuer));
        let admit = Authenticator::new(&settings, keys, Arc::new(Everybody), test_vault(), db.clock.clone());
        let service = Service {
            about: About { name: "files", title: "Files", description: "Files alone.", version: "0.1.0" },
            routes: routes::routes,
            public: |_| {},
            state: Arc::new(move |config| {
                config.app_data(actix_web::web::Data::new(room.clone()));
            }),
            checks: Vec::new(),
            listen: ([127, 0, 0, 1], 0).into(),
            public_url: String::new(),
            limits: Limits { workers: 2, ..Limits::default() },
        };
        let running = motcua_web::start(service, Authenticate::new(Arc::new(admit))).unwrap();
        Self { db, directory, visibility, running, client: reqwest::Client::new(), issuer }
    }

    /// A token with these scopes.
    pub(crate) fn token(&self, kind: ActorKind, subject: &str, scopes: &[&str]) -> String {
        let scopes = scopes.iter().map(ToString::to_string).collect();
        self.issuer.mint(&TokenRequest { scopes, ..TokenRequest::new(kind, subject) }).unwrap()
    }

    /// A token of an officer who may upload and read.
    pub(crate) fn officer(&self, subject: &str) -> String {
        self.token(ActorKind::Officer, subject, &["documents:files:write", "documents:documents:read"])
    }

    pub(crate) fn post(&self, token: &str, content: impl Into<reqwest::Body>) -> RequestBuilder {
        self.client.post(format!("{}/v1/files", self.running.url())).bearer_auth(token).body(content)
    }

    pub(crate) fn get(&self, token: &str, path: &str) -> RequestBuilder {
        self.client.get(format!("{}/v1/files/{path}", self.running.url())).bearer_auth(token)
    }

    /// Uploads, and gives the id.
    pub(crate) async fn upload(&self, token: &str, content: &[u8]) -> Uuid {
        let file = json(self.post(token, content.to_vec()).send().await.unwrap(), 201).await;
        file["id"].as_str().unwrap().parse().unwrap()
    }

    /// How many files of content there are on the disk, under hashes and half-written.
    pub(crate) fn on_disk(&self) -> (usize, usize) {
        let count = |folder: &str| count_files(&self.directory.path().join("files").join(folder));
        (count("sha256"), count("uploads"))
    }

    pub(crate) async fn text(&self, query: &'static str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let rows = self.db.read("text", move |conn| Ok(diesel::sql_query(query).load::<Row>(conn)?)).await.unwrap();
        rows.into_iter().map(|row| row.text).collect()
    }
}

fn count_files(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count_files(&path) } else { 1 }).sum()
}

/// The body of an answer, which must have this status.
pub(crate) async fn json(response: reqwest::Response, status: u16) -> serde_json::Value {
    let found = response.status().as_u16();
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(found, status, "{body:#}");
    body
}
