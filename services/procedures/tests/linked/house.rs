//! The province with inter-linked procedures, beside something that gives numbers as the documents service does.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use motcua_kernel::{Clock, new_id};
use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{Catalogue, ImportFile, import};
use motcua_testkit::TestDatabase;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{Province, dossier};

/// A birth (H1.1) that brings about a residence (H1.2), after it an insurance (H1.3), and with its result an allowance
/// (H1.1).
pub(crate) const BIRTH: &str = "1.100001";
pub(crate) const RESIDENCE: &str = "1.100002";
pub(crate) const LAW: &str = "Nghị định 63/2024/NĐ-CP, Điều 7";

pub(crate) struct House {
    pub province: Province,
    /// By how many seconds the clock of the documents service is ahead.
    pub ahead: Arc<AtomicI64>,
    // Answers as long as it is held.
    _documents: MockServer,
}

/// A procedure without anything special: a form with a child's name, one paper, decided by whoever receives it.
pub(crate) fn plain(code: &str, name: &str) -> Value {
    let first = include_str!("../dossiers/procedures.jsonl").lines().next().unwrap();
    let mut record: Value = serde_json::from_str(first).unwrap();
    record["code"] = json!(code);
    record["name"] = json!(name);
    record["level"] = json!(["commune", "province"]);
    record["components"] = json!([
        {"code": format!("{code}-TP01"), "name": "Tờ khai", "originals": 1, "copies": 0, "required": true, "digitise": false}
    ]);
    record["form"] = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "title": "Tờ khai",
        "additionalProperties": false, "required": ["name"],
        "properties": {
            "name": {"title": "Họ tên", "type": "string", "minLength": 3, "x-personal": true},
            "kind": {"title": "Loại", "enum": ["birth", "move"]}
        }
    });
    record
}

/// The first procedure, changed.
pub(crate) fn birth(change: impl FnOnce(&mut Value)) -> Value {
    let mut record = plain(BIRTH, "Khai sinh liên thông");
    record["form"] = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "title": "Tờ khai",
        "additionalProperties": false, "required": ["child"],
        "properties": {"child": {"title": "Trẻ", "type": "object", "properties": {"name": {"title": "Họ tên", "type": "string"}}}}
    });
    record["linked"] = json!([
        {"code": "residence", "name": "Đăng ký thường trú", "procedure": RESIDENCE, "agency": "H1.2",
         "form_map": {"name": {"from": "/child/name"}, "kind": {"value": "birth"}}, "legal_basis": LAW,
         "components": [{"code": format!("{RESIDENCE}-TP01"), "from_component": format!("{BIRTH}-TP01")}],
         "must_end_before": "approval"},
        {"code": "insurance", "name": "Cấp thẻ bảo hiểm y tế", "procedure": "1.100003", "agency": "H1.3",
         "after": ["residence"], "form_map": {"name": {"from": "/child/name"}}, "legal_basis": LAW,
         "components": [{"code": "1.100003-TP01", "from_step": "residence"}], "must_end_before": "return"},
        {"code": "allowance", "name": "Trợ cấp", "procedure": "1.100004", "agency": "receiving",
         "starts": "on_result", "form_map": {"name": {"from": "/child/name"}}, "legal_basis": LAW,
         "components": [{"code": "1.100004-TP01", "from_result": true}]}
    ]);
    change(&mut record);
    record
}

pub(crate) async fn take_in(province: &Province, records: &[Value]) {
    let catalogue = Catalogue::new(province.foundation.db.clone(), province.foundation.journal.clone());
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let content = std::io::Cursor::new(lines.join("\n").into_bytes());
    let file = ImportFile { name: "linked.jsonl".into(), content, written_by: Source::Local };
    let report = import(&catalogue, province.foundation.tenant, "service:test", file, |_| {}).await.unwrap();
    assert_eq!(report.refused, 0, "{:?}", report.refusals);
}

impl House {
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        Self::start_with(database, |_| {}).await
    }

    /// The house with its first procedure changed.
    pub(crate) async fn start_with(database: &TestDatabase, change: impl FnOnce(&mut Value)) -> Self {
        let documents = MockServer::start().await;
        let clock: Arc<OnceLock<Clock>> = Arc::default();
        let (now, ahead) = (Arc::clone(&clock), Arc::<AtomicI64>::default());
        let skew = Arc::clone(&ahead);
        let file = ResponseTemplate::new(201).set_body_json(json!({"id": new_id()}));
        Mock::given(method("POST")).and(path("/v1/files")).respond_with(file).mount(&documents).await;
        let number = move |_: &Request| {
            let issued_at =
                now.get().map(|clock| clock.business().0 + TimeDelta::seconds(skew.load(Ordering::Relaxed)));
            ResponseTemplate::new(201)
                .set_body_json(json!({"id": new_id(), "full_number": "15/QĐ-UBND", "issued_at": issued_at}))
        };
        Mock::given(method("POST")).and(path("/v1/outgoing-documents")).respond_with(number).mount(&documents).await;
        let beside = [("MOTCUA_PROCEDURES__PEERS__DOCUMENTS", documents.uri())];
        let province = Province::start_with(database, &beside).await;
        clock.set(province.clock.clone()).ok();
        let records = [
            birth(change),
            plain(RESIDENCE, "Đăng ký thường trú"),
            plain("1.100003", "Cấp thẻ bảo hiểm y tế"),
            plain("1.100004", "Trợ cấp"),
        ];
        take_in(&province, &records).await;
        Self { province, ahead, _documents: documents }
    }

    /// A birth as the portal submits it, with its paper; its id.
    pub(crate) async fn birth(&self) -> String {
        let portal = self.province.portal();
        let paper = portal.upload(b"%PDF-1.7 birth").await;
        let mut body = dossier();
        body["procedure"] = json!(BIRTH);
        body["form"] = json!({"child": {"name": "Trần Văn Bé"}});
        body["files"] = json!([{"component": format!("{BIRTH}-TP01"), "file_id": paper}]);
        portal.post("/v1/dossiers", &body).await.ok()["id"].as_str().unwrap().to_owned()
    }

    /// The same, received by H1.1.
    pub(crate) async fn received(&self) -> String {
        let id = self.birth().await;
        self.province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        id
    }

    pub(crate) async fn get(&self, id: &str) -> Value {
        self.province.portal().get(&format!("/v1/dossiers/{id}")).await.ok()
    }

    /// A linked step of a dossier.
    pub(crate) async fn linked(&self, id: &str, code: &str) -> Value {
        step_of(&self.get(id).await, code)
    }

    /// The id of a step's dossier.
    pub(crate) async fn child(&self, id: &str, code: &str) -> String {
        self.linked(id, code).await["dossier_id"].as_str().unwrap().to_owned()
    }

    /// From submitted to decided, by the officers of one agency.
    pub(crate) async fn decide(&self, id: &str, agency: &str) {
        let officer = |role: &str| self.province.officer(agency, role);
        if self.get(id).await["state"]["local"] == "submitted" {
            officer("receiver").step(id, &json!({"action": "receive"})).await.ok();
        }
        officer("processor").step(id, &json!({"action": "process"})).await.ok();
        self.approve(id, agency).await.ok();
    }

    pub(crate) async fn approve(&self, id: &str, agency: &str) -> crate::support::Answer {
        let approver = self.province.officer(agency, "approver");
        let file = approver.upload(format!("%PDF-1.7 result of {id}").as_bytes()).await;
        approver
            .step(id, &json!({"action": "approve", "result": {"subject": "Về việc giải quyết", "file_id": file}}))
            .await
    }

    /// Waits until a dossier stands so.
    pub(crate) async fn until(&self, id: &str, state: &str) -> Value {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let now = self.get(id).await;
            if now["state"]["local"] == state {
                return now;
            }
            assert!(Instant::now() < until, "{id} is still {}", now["state"]["local"]);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// The kinds of events about a dossier, in their order.
    pub(crate) async fn told(&self, id: &str) -> Vec<String> {
        self.events(id).await.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn events(&self, id: &str) -> Vec<Value> {
        self.province.all_events_are_in_the_feed().await;
        let feed = self.province.portal().get("/v1/events?limit=1000").await.ok();
        let subject = json!(format!("dossiers/{id}"));
        feed.as_array().unwrap().iter().filter(|event| event["subject"] == subject).cloned().collect()
    }

    pub(crate) async fn stop(self) {
        self.province.stop().await;
    }
}

pub(crate) fn step_of(dossier: &Value, code: &str) -> Value {
    let steps = dossier["linked"].as_array().unwrap();
    steps.iter().find(|step| step["code"] == code).unwrap().clone()
}
