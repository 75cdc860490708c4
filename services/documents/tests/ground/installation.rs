//! A running service, and callers for it.

use std::time::Duration;

use motcua_documents::{FileReport, agencies, directory};
use motcua_kernel::{ActorKind, Uuid};
use motcua_service::{RunningService, Shared};
use motcua_testkit::TestDatabase;
use motcua_web::auth::{DEVELOPMENT_ISSUER, DevelopmentIssuer, TokenRequest};
use motcua_web::settings::Settings;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// Quảng Trị before and after the merger, small: H50 twice, H46 once, a chain of two mergers, two wards.
pub(crate) const AGENCIES: &str = "\
code,name,name_en,kind,parent_code,valid_from,valid_to,successor_code,succession_kind,legal_basis,symbol,units,note
H50,Ủy ban nhân dân tỉnh Quảng Trị (cũ),,province,,1989-07-01,2025-07-01,H50,merged_into,202/2025/QH15,UBND,45,
H46,Ủy ban nhân dân tỉnh Quảng Bình,,province,,1989-07-01,2025-07-01,H50,merged_into,202/2025/QH15,UBND,44,
H50.30,Sở Kế hoạch và Đầu tư,,department,H50,1989-07-01,2025-03-01,H50.04,merged_into,45/2025/NĐ-CP,SKHĐT,45,
H50.04,Sở Tài chính (cũ),,department,H50,1989-07-01,2025-07-01,H50.04,merged_into,202/2025/QH15,STC,45,
H50,Ủy ban nhân dân tỉnh Quảng Trị,People's Committee,province,,2025-07-01,,,,202/2025/QH15,UBND,44,
H50.04,Sở Tài chính,,department,H50,2025-07-01,,,,,STC,44,
H50.12,Ủy ban nhân dân phường Đông Hà,,commune,H50,2025-07-01,,,,1680/NQ-UBTVQH15,UBND,19333,
H50.13,Ủy ban nhân dân phường Đồng Hới,,commune,H50,2025-07-01,,,,1680/NQ-UBTVQH15,UBND,18880,
";

/// People of that province: administrators of the province and of one ward, and a clerk of each ward.
pub(crate) const OFFICERS: &str = "\
subject,name,agency_code,role,email
province,Vũ Văn Quản Trị,H50,administrator,quantri@quangtri.example
ward,Lê Thị Phường,H50.12,administrator,phuong@quangtri.example
clerk-12,Phạm Văn Vào Sổ,H50.12,clerk,vaoso@quangtri.example
clerk-13,Hoàng Thị Ghi Chép,H50.13,clerk,
";

/// A running service.
pub(crate) struct Installation {
    pub(crate) shared: Shared,
    pub(crate) running: RunningService,
    client: reqwest::Client,
    issuer: DevelopmentIssuer,
}

impl Installation {
    /// A service with nothing in it, in November 2026.
    pub(crate) async fn empty(database: &TestDatabase) -> Self {
        Self::in_mode(database, "sandbox").await
    }

    pub(crate) async fn in_mode(database: &TestDatabase, mode: &str) -> Self {
        Self::with_settings(database, vec![("MOTCUA_MODE", mode.to_owned())]).await
    }

    pub(crate) async fn with_settings(database: &TestDatabase, mut variables: Vec<(&str, String)>) -> Self {
        let data_dir = database.folder.path().join("data").display().to_string();
        variables.extend([
            ("MOTCUA_DATA_DIR", data_dir),
            ("MOTCUA_DOCUMENTS__DATABASE_URL", database.url.clone()),
            ("MOTCUA_DOCUMENTS__LISTEN", "127.0.0.1:0".to_owned()),
        ]);
        let shared = Shared::prepare(Settings::from_sources(None, variables).unwrap()).await.unwrap();
        shared.clock.set_business("2026-11-21T03:00:00Z".parse().unwrap());
        let running = motcua_documents::start(&shared).await.unwrap();
        let issuer = DevelopmentIssuer::load(&shared.settings, &shared.clock).unwrap();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { shared, running, client, issuer }
    }

    /// A service with the small province and its people.
    pub(crate) async fn with_province(database: &TestDatabase) -> Self {
        let here = Self::empty(database).await;
        assert_eq!(here.import_agencies(AGENCIES).await.changes(), 8);
        assert_eq!(here.import_officers(OFFICERS).await.changes(), 4);
        here
    }

    pub(crate) fn tenant(&self) -> Uuid {
        self.shared.settings.tenant
    }

    pub(crate) async fn import_agencies(&self, text: &str) -> FileReport {
        let here = &self.running.foundation;
        agencies::import(&here.db, &here.journal, here.tenant, text.as_bytes(), &|_, _| ()).await.unwrap()
    }

    pub(crate) async fn import_officers(&self, text: &str) -> FileReport {
        let here = &self.running.foundation;
        let imported =
            directory::import(&here.db, &here.journal, here.tenant, DEVELOPMENT_ISSUER, text.as_bytes(), &|_, _| ());
        imported.await.unwrap()
    }

    pub(crate) fn token(&self, kind: ActorKind, subject: &str, scopes: Option<&[&str]>) -> String {
        let mut request = TokenRequest::new(kind, subject);
        if let Some(scopes) = scopes {
            request.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        }
        self.issuer.mint(&request).unwrap()
    }

    pub(crate) fn officer(&self, subject: &str) -> Caller<'_> {
        Caller { here: self, token: self.token(ActorKind::Officer, subject, None) }
    }

    pub(crate) fn citizen(&self) -> Caller<'_> {
        Caller { here: self, token: self.token(ActorKind::Citizen, "somebody", None) }
    }

    /// A service of ours with some scopes.
    pub(crate) fn service(&self, scopes: &[&str]) -> Caller<'_> {
        self.scoped(ActorKind::Service, "kpi", scopes)
    }

    /// Somebody with some scopes.
    pub(crate) fn scoped(&self, kind: ActorKind, subject: &str, scopes: &[&str]) -> Caller<'_> {
        Caller { here: self, token: self.token(kind, subject, Some(scopes)) }
    }

    /// A caller without a token.
    pub(crate) fn nobody(&self) -> Caller<'_> {
        Caller { here: self, token: String::new() }
    }

    /// Every event there is, once the sequencer has placed `count` or more.
    pub(crate) async fn events(&self, count: usize) -> Vec<Value> {
        let feed = self.service(&["documents:events:read", "documents:events:verify"]);
        for _ in 0..600 {
            let events = feed.get("/v1/events?limit=1000").await.ok();
            let events = events.as_array().unwrap();
            if events.len() >= count {
                return events.clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("fewer than {count} events came");
    }

    /// Every event that was recorded, once all of them have their place.
    pub(crate) async fn told(&self) -> Vec<Value> {
        for _ in 0..600 {
            let waiting = "SELECT CAST(id AS TEXT) AS text FROM journal_events WHERE position IS NULL";
            if motcua_testkit::texts(&self.running.foundation.db, waiting).await.is_empty() {
                return self.events(0).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("events go on waiting for their place");
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await.unwrap();
    }
}

/// A caller with a token.
pub(crate) struct Caller<'a> {
    here: &'a Installation,
    token: String,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.body);
        self.body
    }

    /// The stable code of a problem of this status.
    pub(crate) fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        self.body["code"].as_str().unwrap()
    }

    pub(crate) fn etag(&self) -> &str {
        self.headers["etag"].to_str().unwrap()
    }
}

impl Caller<'_> {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.here.client.request(method, format!("{}{path}", self.here.running.url()));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// A change of what has this entity tag.
    pub(crate) async fn change(&self, method: Method, path: &str, etag: &str, body: &Value) -> Reply {
        send(self.request(method, path).header("If-Match", etag).json(body)).await
    }

    /// A field of every item of a list.
    pub(crate) async fn list(&self, path: &str, field: &str) -> Vec<String> {
        let body = self.get(path).await.ok();
        let items = body["items"].as_array().unwrap();
        items.iter().map(|item| item[field].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The id of the agency that holds a code now.
    pub(crate) async fn agency(&self, code: &str) -> String {
        let today = "2026-11-21";
        let mut found = self.list(&format!("/v1/agencies?code={code}&open_on={today}"), "id").await;
        assert_eq!(found.len(), 1, "{code}");
        found.remove(0)
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    Reply { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}
