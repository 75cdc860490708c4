//! A procedures service with an empty catalogue, and small national records to fill it with.

use std::io::Cursor;
use std::time::Duration;

use motcua_kernel::{ActorKind, Clock};
use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{Catalogue, ImportFile, ImportReport, import};
use motcua_service::{Foundation, RunningService, Shared};
use motcua_testkit::TestDatabase;
use motcua_web::auth::{DevelopmentIssuer, TokenRequest};
use motcua_web::settings::Settings;
use reqwest::Client;
use serde_json::{Value, json};

pub(crate) struct House {
    pub foundation: Foundation,
    pub room: Catalogue,
    pub clock: Clock,
    service: RunningService,
    issuer: DevelopmentIssuer,
    client: Client,
}

pub(crate) struct Answer {
    pub status: u16,
    pub etag: String,
    pub link: String,
    /// How far a feed has come in time.
    pub complete_to: String,
    pub body: Value,
}

impl Answer {
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    pub(crate) fn good(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.body);
        self.body
    }

    pub(crate) fn code(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.body);
        self.body["code"].as_str().unwrap()
    }
}

impl House {
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.service.url()))
    }

    pub(crate) fn mint(&self, token: &TokenRequest) -> String {
        self.issuer.mint(token).unwrap()
    }

    /// The events of procedures in the feed, once there are as many as expected.
    pub(crate) async fn catalogue_events(&self, expected: usize) -> Vec<Value> {
        let patience = std::time::Instant::now() + Duration::from_secs(20);
        loop {
            let feed = self
                .get_with("/v1/events?limit=1000", &["procedures:events:read", "procedures:catalogue:read"], "")
                .await
                .ok();
            let of = |event: &&Value| event["type"].as_str().unwrap().starts_with("procedure.");
            let found: Vec<Value> = feed.as_array().unwrap().iter().filter(of).cloned().collect();
            if found.len() >= expected || std::time::Instant::now() > patience {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A service on a Monday morning, 2026-11-16 09:00 in Vietnam.
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        let variables = [
            ("MOTCUA_MODE", "sandbox".to_owned()),
            ("MOTCUA_DATA_DIR", database.folder.path().display().to_string()),
            ("MOTCUA_PROCEDURES__DATABASE_URL", database.url.clone()),
            ("MOTCUA_PROCEDURES__LISTEN", "127.0.0.1:0".to_owned()),
            // Nothing listens on the discard port.
            ("MOTCUA_PROCEDURES__PEERS__DOCUMENTS", "http://127.0.0.1:9".to_owned()),
        ];
        let shared = Shared::prepare(Settings::from_sources(None, variables).unwrap()).await.unwrap();
        let clock = shared.clock.clone();
        clock.set_business("2026-11-16T02:00:00Z".parse().unwrap());
        let foundation = motcua_procedures::open(&shared).await.unwrap();
        let service = motcua_procedures::start(&shared).await.unwrap();
        let issuer = DevelopmentIssuer::load(&shared.settings, &clock).unwrap();
        let client = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        let room = Catalogue::new(foundation.db.clone(), foundation.journal.clone());
        Self { foundation, room, clock, service, issuer, client }
    }

    pub(crate) async fn stop(self) {
        self.service.stop().await.unwrap();
    }

    pub(crate) async fn import(&self, content: impl Into<Vec<u8>>) -> ImportReport {
        self.import_as(content, Source::Local).await
    }

    pub(crate) async fn import_as(&self, content: impl Into<Vec<u8>>, written_by: Source) -> ImportReport {
        let file = ImportFile { name: "file.jsonl".to_owned(), content: Cursor::new(content.into()), written_by };
        import(&self.room, self.foundation.tenant, "service:test", file, |_| {}).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &["procedures:catalogue:read"], "").await
    }

    pub(crate) async fn get_with(&self, path: &str, scopes: &[&str], if_none_match: &str) -> Answer {
        let mut token = TokenRequest::new(ActorKind::Citizen, "somebody");
        token.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let mut request =
            self.client.get(format!("{}{path}", self.service.url())).bearer_auth(self.issuer.mint(&token).unwrap());
        if !if_none_match.is_empty() {
            request = request.header("If-None-Match", if_none_match);
        }
        read(request.send().await.unwrap()).await
    }

    /// The procedure with a code, as the list shows it.
    pub(crate) async fn summary(&self, code: &str) -> Value {
        let page = self.get(&format!("/v1/procedures?code={code}")).await.ok();
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{code}");
        page["items"][0].clone()
    }

    /// The id of the version a reference means on a day.
    pub(crate) async fn version_on(&self, reference: &str, day: &str) -> Result<Option<String>, String> {
        let (room, tenant) = (self.room.clone(), self.foundation.tenant);
        let (reference, day) = (reference.to_owned(), day.parse().unwrap());
        let found = self
            .foundation
            .db
            .read("test", move |conn| room.published(conn, tenant, &reference, day))
            .await
            .map_err(|error| error.code)?;
        Ok(found.map(|published| published.version_id.to_string()))
    }
}

pub(crate) async fn read(response: reqwest::Response) -> Answer {
    let header =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (status, etag, link) = (response.status().as_u16(), header("etag"), header("link"));
    let complete_to = header("complete-to");
    let bytes = response.bytes().await.unwrap();
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
    Answer { status, etag, link, complete_to, body }
}

/// A national record without a fault.
pub(crate) fn record(code: &str, name: &str) -> Value {
    json!({
        "code": code, "name": name, "decision": "163/QĐ-BTP", "level": "Cấp xã",
        "kind": "TTHC không được luật giao cho địa phương quy định", "field": "Hộ tịch", "audience": "Công dân Việt Nam",
        "issuing_ministry": "Bộ Tư pháp", "implementing_agency": "UBND cấp xã", "competent_authority": "Chủ tịch UBND cấp xã",
        "receiving_address": "", "coordinating_agency": "", "online_channel": "no", "postal_channel": "no",
        "in_person_channel": "yes", "n_documents": 1, "n_legal_bases": 1,
        "channels": [{"channel": "Trực tiếp", "time_raw": "5 Ngày làm việc", "time_value": null, "time_unit": "",
            "fee_kind": "miễn phí", "fee_amounts_vnd": [], "fee_and_note": "Miễn phí"}],
        "dossier": [{"group": "--", "name": "Tờ khai", "form_file": "TK.docx", "originals": 1, "copies": 0}],
        "legal_basis": [{"number": "60/2014/QH13", "title": "Luật Hộ tịch"}],
        "result_items": [{"code": "KQ.G15.000031", "name": "Giấy khai sinh"}],
        "steps": "Nộp hồ sơ.", "conditions": "", "source": "nguồn", "source_date": "2026-06", "source_url": ""
    })
}

/// The same with a term that lost its unit.
pub(crate) fn faulty(code: &str, name: &str) -> Value {
    let mut record = record(code, name);
    record["channels"][0]["time_raw"] = json!("5");
    record
}

/// Lines of a file.
pub(crate) fn lines(records: &[Value]) -> String {
    records.iter().fold(String::new(), |file, record| file + &record.to_string() + "\n")
}
