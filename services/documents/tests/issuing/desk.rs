//! A running service with a small province, and callers for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web::Data;
use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{
    AgencyKind, AgencyRecord, DatedCode, GrantRecord, OfficerRecord, SuccessionKind, SuccessionRecord, put_agency,
    put_officer, put_succession,
};
use motcua_db::{Conn, Db, TxResult};
use motcua_documents::incoming::IncomingDocuments;
use motcua_documents::outgoing::{DocumentFiles, OutgoingDocuments, OutgoingLines, OutgoingSearch};
use motcua_documents::registers::Registers;
use motcua_documents::search::Searches;
use motcua_documents::working_days::WorkingDays;
use motcua_documents::{files, outgoing, registers, search};
use motcua_files::{FileStore, Files};
use motcua_journal::{Feed, Visibility};
use motcua_kernel::{Actor, ActorKind, Clock, Role, Uuid, new_id};
use motcua_service::{Foundation, Plan, RunningService, Shared};
use motcua_testkit::TestDatabase;
use motcua_web::auth::{DEVELOPMENT_ISSUER, DevelopmentIssuer, TokenRequest};
use motcua_web::settings::Settings;
use motcua_web::{About, Limits};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;

/// What a service of ours may do.
pub(crate) const SERVICE: &[&str] = &["documents:files:write", "documents:decisions:issue"];
/// What an officer's token allows; grants narrow it.
pub(crate) const OFFICER: &[&str] = &[
    "documents:files:write",
    "documents:documents:read",
    "documents:documents:write",
    "documents:registers:read",
    "documents:registers:write",
    "documents:events:read",
];

/// A running service.
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) tenant: Uuid,
    pub(crate) running: RunningService,
    /// Agencies by code.
    pub(crate) agencies: BTreeMap<&'static str, Uuid>,
    client: reqwest::Client,
    issuer: DevelopmentIssuer,
}

fn routes(config: &mut ServiceConfig) {
    files::routes(config);
    registers::http::routes(config);
    outgoing::http::routes(config);
    search::http::routes(config);
    config.service(motcua_journal::list_events);
}

struct OwnPredicates;

impl Visibility for OwnPredicates {
    fn visible(&self, conn: &mut Conn, actor: &Actor, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
        match subject {
            "outgoing-documents" => outgoing::visible_among(conn, actor, ids),
            "registers" => registers::visible_among(conn, actor, ids),
            "register-books" => registers::plans_visible_among(conn, actor, ids),
            _ => Ok(Vec::new()),
        }
    }
}

impl Desk {
    /// A service on a fixed Saturday in November 2026.
    pub(crate) async fn open(database: &TestDatabase) -> Self {
        let data_dir = database.folder.path().join("data").display().to_string();
        let variables = [
            ("MOTCUA_DATA_DIR", data_dir.as_str()),
            ("MOTCUA_DOCUMENTS__DATABASE_URL", &database.url),
            ("MOTCUA_DOCUMENTS__LISTEN", "127.0.0.1:0"),
        ];
        let shared = Shared::prepare(Settings::from_sources(None, variables).unwrap()).await.unwrap();
        shared.clock.set_business("2026-11-21T03:00:00Z".parse().unwrap());
        let settings = &shared.settings.documents;
        let migrations = [motcua_files::MIGRATIONS, motcua_documents::MIGRATIONS];
        let foundation = Foundation::open(&shared, "documents", settings, &migrations).await.unwrap();
        let db = foundation.db.clone();
        let store = FileStore::in_directory(&settings.files_dir).unwrap();
        let shelf = Data::new(Files::new(db.clone(), store, files::SCOPES, Arc::new(DocumentFiles)));
        let journal = foundation.journal.clone();
        let receivers = Arc::new(IncomingDocuments::new(db.clone(), journal.clone(), WorkingDays::new().unwrap()));
        let lines = OutgoingLines::new(Arc::<IncomingDocuments>::clone(&receivers));
        let books = Data::new(Registers::new(db.clone(), journal.clone(), vec![Arc::new(lines)]));
        let documents = Data::new(OutgoingDocuments::new(db.clone(), journal, receivers));
        let searches = Searches::new(db.clone(), vec![Box::new(OutgoingSearch::new(db.clone()))]);
        let searches = Data::new(searches);
        let feed = Data::new(Feed::new(db.clone(), foundation.journal.clone(), Arc::new(OwnPredicates)));
        let plan = Plan {
            about: About { name: "documents", title: "Documents", description: "Test.", version: "0.1.0" },
            routes,
            public: |_| {},
            state: Arc::new(move |config| {
                config.app_data(shelf.clone()).app_data(books.clone()).app_data(documents.clone());
                config.app_data(feed.clone()).app_data(searches.clone());
            }),
            workers: Vec::new(),
            files: None,
            checks: Vec::new(),
            limits: Limits { workers: 2, ..Limits::default() },
        };
        let running = motcua_service::start(foundation, plan).unwrap();
        let issuer = DevelopmentIssuer::load(&shared.settings, &shared.clock).unwrap();
        let (client, agencies) = (reqwest::Client::new(), BTreeMap::new());
        let (clock, tenant) = (shared.clock.clone(), shared.settings.tenant);
        let desk = Self { db, clock, tenant, running, agencies, client, issuer };
        desk.with_province().await
    }

    /// H50 with two departments, and H46, which was merged into it.
    async fn with_province(mut self) -> Self {
        for (code, symbol, parent, closed) in [
            ("H50", "UBND", None, None),
            ("H50.12", "SXD", Some("H50"), None),
            ("H50.13", "STC", Some("H50"), None),
            ("H46", "UBND", None, Some("2025-07-01")),
        ] {
            let record = AgencyRecord {
                id: new_id(),
                name: format!("Cơ quan {code}"),
                name_en: String::new(),
                kind: AgencyKind::Department,
                symbol: symbol.to_owned(),
                parent_id: parent.map(|parent| self.agencies[parent]),
                valid_from: day("2010-01-01"),
                valid_to: closed.map(day),
                codes: vec![DatedCode {
                    code: code.to_owned(),
                    valid_from: day("2010-01-01"),
                    valid_to: closed.map(day),
                }],
                units: Vec::new(),
                note: String::new(),
                version: 1,
            };
            self.agencies.insert(code, record.id);
            let tenant = self.tenant;
            self.db.write("agency", move |tx| put_agency(tx, tenant, &record)).await.unwrap();
        }
        self.merge("H46", "H50", "2025-07-01").await;
        self
    }

    /// Lets one agency's work go to another.
    pub(crate) async fn merge(&self, from: &str, to: &str, on: &str) {
        let record = SuccessionRecord {
            id: new_id(),
            from_agency_id: self.agencies[from],
            to_agency_id: self.agencies[to],
            kind: SuccessionKind::MergedInto,
            effective_on: day(on),
            legal_basis: "202/2025/QH15".to_owned(),
        };
        let tenant = self.tenant;
        self.db.write("merge", move |tx| put_succession(tx, tenant, &record).map(drop)).await.unwrap();
    }

    /// Closes an agency on a day.
    pub(crate) async fn close(&self, code: &str, on: &str) {
        let (tenant, id, on) = (self.tenant, self.agencies[code], day(on));
        self.db
            .write("close", move |tx| {
                let mut record = motcua_agencies::load_agency(tx, tenant, id)?.unwrap();
                record.valid_to = Some(on);
                record.version += 1;
                put_agency(tx, tenant, &record)
            })
            .await
            .unwrap();
    }

    /// A token of a kind of caller with these scopes.
    pub(crate) fn token(&self, kind: ActorKind, subject: &str, scopes: &[&str]) -> String {
        let scopes = scopes.iter().map(ToString::to_string).collect();
        self.issuer.mint(&TokenRequest { scopes, ..TokenRequest::new(kind, subject) }).unwrap()
    }

    /// The token of the procedures service.
    pub(crate) fn procedures(&self) -> String {
        self.token(ActorKind::Service, "procedures", SERVICE)
    }

    /// An officer with a role at an agency.
    pub(crate) async fn officer(&self, subject: &str, agency: &str, role: Role) -> String {
        let grant =
            GrantRecord { agency_id: self.agencies[agency], role, valid_from: day("2020-01-01"), valid_to: None };
        let record = OfficerRecord {
            id: new_id(),
            issuer: DEVELOPMENT_ISSUER.to_owned(),
            subject: subject.to_owned(),
            active: true,
            grants: vec![grant],
            version: 1,
        };
        let tenant = self.tenant;
        self.db.write("officer", move |tx| put_officer(tx, tenant, &record)).await.unwrap();
        self.token(ActorKind::Officer, subject, OFFICER)
    }

    pub(crate) fn post(&self, token: &str, path: &str, body: &Value) -> RequestBuilder {
        self.client.post(format!("{}/v1/{path}", self.running.url())).bearer_auth(token).json(body)
    }

    /// A change of what has this version.
    pub(crate) async fn change(&self, token: &str, method: Method, path: &str, version: i64, body: &Value) -> Response {
        let request = self.client.request(method, format!("{}/v1/{path}", self.running.url())).bearer_auth(token);
        request.header("If-Match", format!("\"v{version}\"")).json(body).send().await.unwrap()
    }

    /// Moves business time.
    pub(crate) fn at(&self, instant: &str) {
        self.clock.set_business(instant.parse().unwrap());
    }

    /// Every event that a reader sees, once there are so many.
    pub(crate) async fn events(&self, token: &str, count: usize) -> Vec<Value> {
        for _ in 0..400 {
            let events = answer(self.get(token, "events?limit=1000").await, 200).await;
            let events = events.as_array().unwrap();
            if events.len() >= count {
                return events.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("fewer than {count} events came");
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Response {
        self.client.get(format!("{}/v1/{path}", self.running.url())).bearer_auth(token).send().await.unwrap()
    }

    /// Uploads a file and gives its id.
    pub(crate) async fn upload(&self, token: &str, content: &str) -> String {
        let url = format!("{}/v1/files", self.running.url());
        let request = self.client.post(url).bearer_auth(token).header("Content-Type", "application/pdf");
        let file = answer(request.body(format!("%PDF-1.7 {content}")).send().await.unwrap(), 201).await;
        file["id"].as_str().unwrap().to_owned()
    }

    /// A request that issues a decision of H50, with a file of the caller.
    pub(crate) async fn decision(&self, token: &str, external_ref: &str) -> Value {
        json!({
            "external_ref": external_ref,
            "issuing_agency": "H50",
            "type": "QĐ",
            "subject": "Cấp giấy phép xây dựng cho ông Nguyễn Văn A",
            "file_id": self.upload(token, external_ref).await,
        })
    }

    /// Sends a request to issue, and gives the answer, which must have this status.
    pub(crate) async fn issue(&self, token: &str, request: &Value, status: u16) -> Value {
        answer(self.post(token, "outgoing-documents", request).send().await.unwrap(), status).await
    }

    /// Texts of one column.
    pub(crate) async fn texts(&self, query: &str) -> Vec<String> {
        motcua_testkit::texts(&self.db, query).await
    }

    /// How SQLite would answer a query, step by step.
    pub(crate) async fn plan(&self, query: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Step {
            #[diesel(sql_type = diesel::sql_types::Text)]
            detail: String,
        }
        let query = format!("EXPLAIN QUERY PLAN {query}");
        let steps = self.db.read("plan", move |conn| Ok(diesel::sql_query(&query).load::<Step>(conn)?)).await.unwrap();
        steps.into_iter().map(|step| step.detail).collect()
    }

    /// Runs a statement, as somebody at the database would.
    pub(crate) async fn run(&self, statement: &str) {
        motcua_testkit::run(&self.db, statement).await;
    }
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The body of an answer, which must have this status.
pub(crate) async fn answer(response: Response, status: u16) -> Value {
    let found = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!(found, status, "{body:#}");
    body
}
