//! The procedures service in a small province of two communes, with a documents service that can't be reached.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{
    AgencyKind, AgencyRecord, ClientRecord, DatedCode, GrantRecord, OfficerRecord, SuccessionKind, SuccessionRecord,
    put_agency, put_client, put_officer, put_succession,
};
use motcua_kernel::{ActorKind, Clock, Role, Uuid, new_id};
use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{Catalogue, ImportFile, import};
use motcua_service::{Foundation, RunningService, Shared};
use motcua_testkit::TestDatabase;
use motcua_web::auth::{DEVELOPMENT_ISSUER, DevelopmentIssuer, TokenRequest};
use motcua_web::settings::Settings;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A commune's procedure with a form of five constrained fields, one of a department of the province, one without term.
const PROCEDURES: &str = include_str!("procedures.jsonl");

pub(crate) struct Province {
    pub service: Option<RunningService>,
    pub url: String,
    pub clock: Clock,
    pub foundation: Foundation,
    issuer: DevelopmentIssuer,
    client: Client,
}

pub(crate) struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.body);
        self.body
    }

    pub(crate) fn code(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        self.body["code"].as_str().unwrap().to_owned()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn agency(code: &str, name: &str, kind: AgencyKind, parent: Option<Uuid>, closed: Option<&str>) -> AgencyRecord {
    let (valid_from, valid_to) = (day("2020-01-01"), closed.map(day));
    AgencyRecord {
        id: new_id(),
        name: name.into(),
        name_en: String::new(),
        kind,
        symbol: "UBND".into(),
        parent_id: parent,
        valid_from,
        valid_to,
        codes: vec![DatedCode { code: code.into(), valid_from, valid_to }],
        units: Vec::new(),
        note: String::new(),
        version: 1,
    }
}

impl Province {
    /// A province on a Monday morning, 2026-11-16 09:00 in Vietnam.
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        Self::start_with(database, &[]).await
    }

    /// The same with more settings.
    pub(crate) async fn start_with(database: &TestDatabase, more: &[(&'static str, String)]) -> Self {
        let mut variables = vec![
            ("MOTCUA_MODE", "sandbox".to_owned()),
            ("MOTCUA_DATA_DIR", database.folder.path().display().to_string()),
            ("MOTCUA_PROCEDURES__DATABASE_URL", database.url.clone()),
            ("MOTCUA_PROCEDURES__LISTEN", "127.0.0.1:0".to_owned()),
            // Tests say in a header from where they ask, as a proxy would.
            ("MOTCUA_PROCEDURES__PROXIES", "1".to_owned()),
            // Nothing listens on the discard port.
            ("MOTCUA_PROCEDURES__PEERS__DOCUMENTS", "http://127.0.0.1:9".to_owned()),
        ];
        variables.extend_from_slice(more);
        let settings = Settings::from_sources(None, variables).unwrap();
        // The log of a test that fails says what the server would not tell its client; the second start finds it started.
        motcua_web::telemetry::start(&settings.log).ok();
        let shared = Shared::prepare(settings).await.unwrap();
        let clock = shared.clock.clone();
        clock.set_business("2026-11-16T02:00:00Z".parse().unwrap());
        let foundation = motcua_procedures::open(&shared).await.unwrap();
        seed(&foundation).await;
        let catalogue = Catalogue::new(foundation.db.clone(), foundation.journal.clone());
        let file = ImportFile { name: "test.jsonl".into(), content: PROCEDURES.as_bytes(), written_by: Source::Local };
        let report = import(&catalogue, foundation.tenant, "service:test", file, |_| {}).await.unwrap();
        assert_eq!((report.refused, report.loaded + report.with_warnings), (0, 4), "{:?}", report.refusals);
        let service = motcua_procedures::start(&shared).await.unwrap();
        let issuer = DevelopmentIssuer::load(&shared.settings, &clock).unwrap();
        let client = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { url: service.url(), service: Some(service), clock, foundation, issuer, client }
    }

    pub(crate) fn token(&self, kind: ActorKind, subject: &str, personal_id: Option<&str>) -> String {
        let mut request = TokenRequest::new(kind, subject);
        request.personal_id = personal_id.map(str::to_owned);
        request.scopes.push("procedures:events:read".to_owned());
        self.issuer.mint(&request).unwrap()
    }

    pub(crate) fn portal(&self) -> Caller<'_> {
        self.caller(ActorKind::Client, "portal", None)
    }

    /// An officer by agency and role: `C1`/`receiver`.
    pub(crate) fn officer(&self, agency: &str, role: &str) -> Caller<'_> {
        self.caller(ActorKind::Officer, &format!("{agency}-{role}"), None)
    }

    pub(crate) fn caller(&self, kind: ActorKind, subject: &str, personal_id: Option<&str>) -> Caller<'_> {
        Caller { province: self, token: self.token(kind, subject, personal_id) }
    }

    /// Business time goes on from an instant.
    pub(crate) fn travel(&self, to: &str) {
        self.clock.set_business(to.parse().unwrap());
    }

    /// A dossier of a procedure that H1.1 has received and works on.
    pub(crate) async fn processing(&self, procedure: &str) -> String {
        let submitted = self.portal().submit(|body| body["procedure"] = json!(procedure)).await.ok();
        let id = submitted["id"].as_str().unwrap().to_owned();
        self.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        self.officer("C1", "processor").step(&id, &json!({"action": "process"})).await.ok();
        id
    }

    /// Waits until every event written so far has its position: that comes a moment after the commit.
    pub(crate) async fn all_events_are_in_the_feed(&self) {
        let (written, portal) = (self.clock.system().0, self.portal());
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let feed = portal.get("/v1/events?limit=1").await;
            let complete: DateTime<Utc> = feed.headers["complete-to"].to_str().unwrap().parse().unwrap();
            if complete >= written {
                return;
            }
            assert!(Instant::now() < until, "the feed is still at {complete}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn stop(mut self) {
        if let Some(service) = self.service.take() {
            service.stop().await.unwrap();
        }
    }
}

/// H1 with the communes H1.1 and H1.2, the department H1.3, and H1.9 which closed into H1.1.
async fn seed(foundation: &Foundation) {
    let tenant = foundation.tenant;
    let province = agency("H1", "UBND tỉnh", AgencyKind::Province, None, None);
    let first = agency("H1.1", "UBND phường Một", AgencyKind::Commune, Some(province.id), None);
    let second = agency("H1.2", "UBND xã Hai", AgencyKind::Commune, Some(province.id), None);
    let department = agency("H1.3", "Sở Xây dựng", AgencyKind::Department, Some(province.id), None);
    let closed = agency("H1.9", "UBND xã Chín", AgencyKind::Commune, Some(province.id), Some("2025-07-01"));
    let succession = SuccessionRecord {
        id: new_id(),
        from_agency_id: closed.id,
        to_agency_id: first.id,
        kind: SuccessionKind::MergedInto,
        effective_on: day("2025-07-01"),
        legal_basis: "1/NQ-UBTVQH15".into(),
    };
    let mut officers = Vec::new();
    for (name, id) in [("C1", first.id), ("C2", second.id), ("D3", department.id), ("P", province.id)] {
        for role in Role::ALL {
            officers.push(OfficerRecord {
                id: new_id(),
                issuer: DEVELOPMENT_ISSUER.into(),
                subject: format!("{name}-{role}"),
                active: true,
                grants: vec![GrantRecord { agency_id: id, role, valid_from: day("2025-07-01"), valid_to: None }],
                version: 1,
            });
        }
    }
    let clients: Vec<ClientRecord> = ["portal", "other-portal", "ministry"]
        .into_iter()
        .map(|subject| ClientRecord {
            id: new_id(),
            issuer: DEVELOPMENT_ISSUER.into(),
            subject: subject.into(),
            name: subject.into(),
            owner_agency_id: None,
            active: true,
            version: 1,
        })
        .collect();
    let agencies = Arc::new([province, first, second, department, closed]);
    let people = Arc::new((officers, clients, succession));
    foundation
        .db
        .write("seed", move |tx| {
            agencies.iter().try_for_each(|agency| put_agency(tx, tenant, agency))?;
            people.0.iter().try_for_each(|officer| put_officer(tx, tenant, officer))?;
            people.1.iter().try_for_each(|client| put_client(tx, tenant, client))?;
            put_succession(tx, tenant, &people.2).map(drop)
        })
        .await
        .unwrap();
}

pub(crate) struct Caller<'a> {
    province: &'a Province,
    pub token: String,
}

impl Caller<'_> {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.province.client.request(method, format!("{}{path}", self.province.url)).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    /// The status of a HEAD, which has no body to read.
    pub(crate) async fn head(&self, path: &str) -> u16 {
        self.request(Method::HEAD, path).send().await.unwrap().status().as_u16()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        read(self.request(Method::POST, path).json(body).send().await.unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, version: i64, body: &Value) -> Answer {
        let request = self.request(Method::PUT, path).header("If-Match", format!("\"v{version}\""));
        read(request.json(body).send().await.unwrap()).await
    }

    pub(crate) async fn submit(&self, change: impl FnOnce(&mut Value)) -> Answer {
        let mut body = dossier();
        change(&mut body);
        self.post("/v1/dossiers", &body).await
    }

    pub(crate) async fn submitted(&self) -> String {
        self.submit(|_| {}).await.ok()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn step_from(&self, id: &str, version: i64, step: &Value) -> Answer {
        let path = format!("/v1/dossiers/{id}/transitions");
        let request = self.request(Method::POST, &path).header("If-Match", format!("\"v{version}\"")).json(step);
        read(request.send().await.unwrap()).await
    }

    /// A step from the version the dossier has now; once more when a clock of it has passed in between.
    pub(crate) async fn step(&self, id: &str, step: &Value) -> Answer {
        loop {
            let now = self.get(&format!("/v1/dossiers/{id}")).await;
            if now.status != 200 {
                return self.step_from(id, 1, step).await;
            }
            let answer = self.step_from(id, now.body["version"].as_i64().unwrap(), step).await;
            if answer.status != 412 {
                return answer;
            }
        }
    }

    pub(crate) async fn upload(&self, content: &[u8]) -> String {
        let request = self.request(Method::POST, "/v1/files").header("Content-Type", "application/pdf");
        read(request.body(content.to_vec()).send().await.unwrap()).await.ok()["id"].as_str().unwrap().to_owned()
    }
}

pub(crate) async fn read(response: Response) -> Answer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}

/// A dossier without fault.
pub(crate) fn dossier() -> Value {
    json!({
        "procedure": "2.002080",
        "receiving_agency": "H1.1",
        "channel": "online",
        "applicant": {"kind": "citizen", "name": "Trần Thị Ví Dụ", "identity_number": "045190000001"},
        "form": {
            "team": "Tổ hòa giải số 1",
            "from": "2026-07-01",
            "kind": "land",
            "cases": 4,
            "account": "1234567890"
        }
    })
}
