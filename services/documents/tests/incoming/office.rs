//! A running service with two wards, their units and their people, and letters that arrive there.

use motcua_testkit::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{Caller, Installation, Reply, send};

const AGENCIES: &str = "\
code,name,name_en,kind,parent_code,valid_from,valid_to,successor_code,succession_kind,legal_basis,symbol,units,note
H46,Ủy ban nhân dân tỉnh Quảng Bình,,province,,1989-07-01,2025-07-01,H50,merged_into,202/2025/QH15,UBND,44,
H50,Ủy ban nhân dân tỉnh Quảng Trị,People's Committee,province,,2025-07-01,,,,202/2025/QH15,UBND,44,
H50.04,Sở Tài chính,,department,H50,2025-07-01,,,,,STC,44,
H50.12,Ủy ban nhân dân phường Đông Hà,,commune,H50,2025-07-01,,,,1680/NQ-UBTVQH15,UBND,19333,
H50.12.01,Phòng Kinh tế phường Đông Hà,,department,H50.12,2025-07-01,,,,,PKT,19333,
H50.12.02,Phòng Văn hóa phường Đông Hà,,department,H50.12,2025-07-01,,,,,PVH,19333,
H50.13,Ủy ban nhân dân phường Đồng Hới,,commune,H50,2025-07-01,,,,1680/NQ-UBTVQH15,UBND,18880,
";

const OFFICERS: &str = "\
subject,name,agency_code,role,email
province,Vũ Văn Quản Trị,H50,administrator,
clerk-50,Trần Thị Văn Thư,H50,clerk,
clerk-04,Ngô Văn Tài,H50.04,clerk,
clerk-12,Phạm Văn Vào Sổ,H50.12,clerk,
second-clerk-12,Phạm Thị Vào Sổ,H50.12,clerk,
leader-12,Lê Thị Chủ Tịch,H50.12,leader,
officer-12,Đặng Văn Chuyên Viên,H50.12,processor,
other-12,Đỗ Thị Chuyên Viên,H50.12,processor,
unit-1,Bùi Văn Kinh Tế,H50.12.01,processor,
unit-2,Bùi Thị Văn Hóa,H50.12.02,processor,
clerk-13,Hoàng Thị Ghi Chép,H50.13,clerk,
leader-13,Hồ Văn Chủ Tịch,H50.13,leader,
leader-50,Phan Thị Chủ Tịch,H50,leader,
";

/// A Monday morning, nine o'clock in Vietnam.
pub(crate) const MONDAY: &str = "2026-11-16T02:00:00Z";

pub(crate) const REASON: &str = "Văn bản gửi nhầm nơi nhận";

/// A running service.
pub(crate) struct Office {
    pub(crate) here: Installation,
}

impl Office {
    pub(crate) async fn open(database: &TestDatabase) -> Self {
        Self::with_settings(database, Vec::new()).await
    }

    pub(crate) async fn with_settings(database: &TestDatabase, mut variables: Vec<(&str, String)>) -> Self {
        variables.push(("MOTCUA_MODE", "sandbox".to_owned()));
        let here = Installation::with_settings(database, variables).await;
        assert_eq!(here.import_agencies(AGENCIES).await.changes(), 7);
        assert_eq!(here.import_officers(OFFICERS).await.changes(), 13);
        let office = Self { here };
        office.at(MONDAY);
        office
    }

    /// Moves business time.
    pub(crate) fn at(&self, instant: &str) {
        self.here.shared.clock.set_business(instant.parse().unwrap());
    }

    pub(crate) fn officer(&self, subject: &str) -> Caller<'_> {
        self.here.officer(subject)
    }

    /// Another system that brings documents in.
    pub(crate) fn system(&self, scopes: &[&str]) -> Caller<'_> {
        self.here.service(scopes)
    }

    pub(crate) async fn upload(&self, who: &Caller<'_>, content: &str) -> Value {
        let request = who.request(Method::POST, "/v1/files").header("Content-Type", "application/pdf");
        send(request.body(format!("%PDF-1.7 {content}"))).await.ok()["id"].clone()
    }

    /// A letter to the ward of Đông Hà.
    pub(crate) fn letter() -> Value {
        json!({
            "receiving_agency": "H50.12",
            "issuer": {"name": "Sở Xây dựng tỉnh Nghệ An"},
            "channel": "paper_scan",
            "number": "05",
            "notation": "QĐ-SXD",
            "issued_on": "2026-11-13",
            "type": "QĐ",
            "subject": "Về việc kiểm tra công trình của ông Nguyễn Văn A",
            "signer_name": "Trần Văn B",
        })
    }

    /// Takes the letter in with these fields changed.
    pub(crate) async fn take_in(&self, who: &str, changed: &Value) -> Reply {
        let mut letter = Self::letter();
        for (field, value) in changed.as_object().unwrap() {
            letter[field] = value.clone();
        }
        self.officer(who).post("/v1/incoming-documents", &letter).await
    }

    /// A letter that arrived at the ward of Đông Hà.
    pub(crate) async fn arrived(&self) -> Value {
        self.take_in("clerk-12", &json!({})).await.ok()
    }

    /// A step of a document by somebody who has read it as it is here.
    pub(crate) async fn step(&self, who: &str, document: &Value, step: &Value) -> Reply {
        let path = format!("/v1/incoming-documents/{}/transitions", document["id"].as_str().unwrap());
        self.officer(who).change(Method::POST, &path, &format!("\"v{}\"", document["version"]), step).await
    }

    /// Several steps that all succeed.
    pub(crate) async fn steps(&self, mut document: Value, steps: &[(&str, Value)]) -> Value {
        for (who, step) in steps {
            document = self.step(who, &document, step).await.ok();
        }
        document
    }

    pub(crate) async fn registered(&self) -> Value {
        self.steps(self.arrived().await, &[("clerk-12", json!({"action": "register"}))]).await
    }

    pub(crate) async fn submitted(&self) -> Value {
        self.steps(self.registered().await, &[("clerk-12", json!({"action": "submit"}))]).await
    }

    /// Given to `officer-12` who has the lead, with these fields added to the direction.
    pub(crate) async fn assigned(&self, added: &Value) -> Value {
        let mut direction = json!({"action": "assign", "lead": {"officer_id": self.id_of("officer-12").await}});
        for (field, value) in added.as_object().unwrap() {
            direction[field] = value.clone();
        }
        self.steps(self.submitted().await, &[("leader-12", direction)]).await
    }

    pub(crate) async fn get(&self, who: &str, document: &Value) -> Reply {
        self.officer(who).get(&path(document)).await
    }

    /// Whether somebody sees a document: by its id, in the list, counted, and with its notes.
    pub(crate) async fn sees(&self, who: &str, document: &Value) -> bool {
        let (caller, id) = (self.officer(who), document["id"].as_str().unwrap());
        let read = caller.get(&path(document)).await.status;
        assert!(matches!(read, 200 | 404), "{who}: {read}");
        let list = caller.get("/v1/incoming-documents?count=exact").await.ok();
        let listed = list["items"].as_array().unwrap().iter().any(|item| item["id"] == id);
        assert_eq!(list["count"], list["items"].as_array().unwrap().len(), "{who}");
        let notes = caller.get(&format!("{}/notes", path(document))).await.status;
        assert_eq!((read == 200, read), (listed, notes), "{who}: read, listed and noted by one predicate");
        let found = self.found(who, &json!({})).await.contains(&document["id"]);
        assert_eq!(read == 200, found, "{who}: found by the same predicate");
        listed
    }

    /// The incoming documents a search finds, by id.
    pub(crate) async fn found(&self, who: &str, asked: &Value) -> Vec<Value> {
        let mut asked = asked.clone();
        asked["kinds"] = json!(["incoming"]);
        let page = self.officer(who).post("/v1/documents/search", &asked).await.ok();
        page["items"].as_array().unwrap().iter().map(|hit| hit["id"].clone()).collect()
    }

    /// The id of an officer.
    pub(crate) async fn id_of(&self, subject: &str) -> String {
        let query = format!("SELECT CAST(id AS TEXT) AS text FROM officers WHERE subject = '{subject}'");
        self.texts(&query).await.remove(0)
    }

    /// Texts of one column.
    pub(crate) async fn texts(&self, query: &str) -> Vec<String> {
        motcua_testkit::texts(&self.here.running.foundation.db, query).await
    }

    /// Runs a statement, as somebody at the database would.
    pub(crate) async fn run(&self, statement: &str) {
        motcua_testkit::run(&self.here.running.foundation.db, statement).await;
    }

    /// A decision issued by the province.
    pub(crate) async fn issued(&self) -> Value {
        let clerk = self.officer("clerk-50");
        let decision = json!({
            "issuing_agency": "H50", "type": "QĐ", "subject": "Giao nhiệm vụ cho ông Nguyễn Văn A",
            "file_id": self.upload(&clerk, "decision").await,
        });
        clerk.post("/v1/outgoing-documents", &decision).await.ok()
    }

    /// Sends a document of the province.
    pub(crate) async fn send(&self, document: &Value, receivers: &[&str]) -> Reply {
        let path = format!("{}/dispatches", outgoing(document));
        self.officer("clerk-50").post(&path, &json!({"receivers": receivers})).await
    }

    /// What the leader of the province decides about a document it issued: recall, replace, correct.
    pub(crate) async fn decide(&self, issued: &Value, step: &Value) -> Reply {
        let path = outgoing(issued);
        let leader = self.officer("leader-50");
        let etag = leader.get(&path).await.etag().to_owned();
        leader.change(Method::POST, &format!("{path}/transitions"), &etag, step).await
    }

    pub(crate) async fn recall(&self, issued: &Value, reason: &str) -> Reply {
        self.decide(issued, &json!({"action": "recall", "reason": reason})).await
    }

    /// The one dispatch of a decision of the province to a ward, and the decision.
    pub(crate) async fn sent(&self, receiver: &str) -> (Value, Value) {
        let issued = self.issued().await;
        let sent = self.send(&issued, &[receiver]).await.ok();
        (issued, sent["items"][0].clone())
    }
}

pub(crate) fn path(document: &Value) -> String {
    format!("/v1/incoming-documents/{}", document["id"].as_str().unwrap())
}

pub(crate) fn outgoing(document: &Value) -> String {
    format!("/v1/outgoing-documents/{}", document["id"].as_str().unwrap())
}

/// The faults of a refused request, as `pointer code`.
pub(crate) fn faults(refused: &Reply) -> Vec<String> {
    assert_eq!(refused.status, 422, "{}", refused.body);
    let errors = refused.body["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect()
}
