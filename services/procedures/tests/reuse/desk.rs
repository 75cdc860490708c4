//! Two procedures of which one gives a paper that the other asks for, and a documents service that numbers it.

use std::time::{Duration, Instant};

use motcua_kernel::ActorKind;
use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{Catalogue, ImportFile, import};
use motcua_testkit::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Answer, Caller, Province, read};

/// Gives the paper `KQ.T.000001` and asks for one component.
pub(crate) const GIVES: &str = "1.000111";
/// Asks for a request of its own, for the paper that GIVES gives, and for what the population database knows as well.
pub(crate) const ASKS: &str = "1.000222";
/// The number of the citizen whose papers these are.
pub(crate) const CITIZEN: &str = "045190000001";
/// The number of somebody else.
pub(crate) const OTHER: &str = "045190000002";

/// The province with both procedures, beside a documents service that gives every result its number.
pub(crate) async fn province(database: &TestDatabase) -> (Province, MockServer) {
    let documents = MockServer::start().await;
    let file = json!({"id": "0197c1c8-0280-7000-8000-0000000000f1"});
    let document = json!({
        "id": "0197c1c8-0280-7000-8000-0000000000d1",
        "full_number": "15/QĐ-UBND",
        "issued_at": "2026-11-16T04:00:00Z"
    });
    for (address, body) in [("/v1/files", file), ("/v1/outgoing-documents", document)] {
        let answer = ResponseTemplate::new(201).set_body_json(body);
        Mock::given(method("POST")).and(path(address)).respond_with(answer).mount(&documents).await;
    }
    let beside = [("MOTCUA_PROCEDURES__PEERS__DOCUMENTS", documents.uri())];
    let province = Province::start_with(database, &beside).await;
    let component = |number: u32, name: &str| json!({"code": format!("-TP{number:02}"), "name": name, "originals": 1, "copies": 0, "required": true, "digitise": false});
    let mut gives = record(GIVES);
    gives["results"] = json!([{"code": "KQ.T.000001", "name": "Giấy khai sinh"}]);
    gives["components"] = json!([component(1, "Tờ khai")]);
    let mut asks = record(ASKS);
    asks["results"] = json!([{"code": "KQ.T.000002", "name": "Quyết định"}]);
    asks["connected_databases"] = json!(["population", "land"]);
    asks["components"] = json!([component(1, "Đơn"), component(2, "Giấy khai sinh"), component(3, "Xác nhận cư trú")]);
    asks["components"][1]["result_code"] = json!("KQ.T.000001");
    asks["components"][2]["replaced_by"] = json!({"database": "population", "legal_basis": "66.7/2025/NQ-CP"});
    for record in [&mut gives, &mut asks] {
        let procedure = record["code"].as_str().unwrap().to_owned();
        for component in record["components"].as_array_mut().unwrap() {
            component["code"] = json!(format!("{procedure}{}", component["code"].as_str().unwrap()));
        }
    }
    publish(&province, &[gives, asks]).await;
    (province, documents)
}

/// A record of a procedure, as the first of the test province, under another code.
pub(crate) fn record(code: &str) -> Value {
    let line = include_str!("../dossiers/procedures.jsonl").lines().next().unwrap();
    let mut record: Value = serde_json::from_str(line).unwrap();
    record["code"] = json!(code);
    record
}

/// Publishes procedures.
pub(crate) async fn publish(province: &Province, records: &[Value]) {
    let catalogue = Catalogue::new(province.foundation.db.clone(), province.foundation.journal.clone());
    let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
    let content = std::io::Cursor::new(lines.join("\n").into_bytes());
    let file = ImportFile { name: "reuse.jsonl".into(), content, written_by: Source::Local };
    let report = import(&catalogue, province.foundation.tenant, "service:test", file, |_| {}).await.unwrap();
    assert_eq!((report.refused, report.loaded), (0, records.len() as u64), "{:?}", report.refusals);
}

pub(crate) fn citizen<'a>(province: &'a Province, number: &str) -> Caller<'a> {
    province.caller(ActorKind::Citizen, &format!("citizen-{number}"), Some(number))
}

/// A component of a procedure.
pub(crate) fn component(procedure: &str, number: u32) -> String {
    format!("{procedure}-TP{number:02}")
}

/// A dossier of GIVES of the citizen with a file, received at H1.1: its id and the file.
pub(crate) async fn received(province: &Province) -> (String, String) {
    let citizen = citizen(province, CITIZEN);
    let file = citizen.upload(b"%PDF-1.7 application").await;
    let files = json!([{"component": component(GIVES, 1), "file_id": file}]);
    let submitted = citizen
        .submit(|body| {
            body["procedure"] = json!(GIVES);
            body["files"] = files;
        })
        .await
        .ok();
    let id = submitted["id"].as_str().unwrap().to_owned();
    province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
    (id, file)
}

/// The same, decided and numbered: its id, what was handed in, and the file of the result.
pub(crate) async fn finished(province: &Province) -> (String, String, String) {
    let (id, file) = received(province).await;
    province.officer("C1", "processor").step(&id, &json!({"action": "process"})).await.ok();
    // After the instant at which the document is issued, which must have passed.
    province.travel("2026-11-16T04:30:00Z");
    let approver = province.officer("C1", "approver");
    let result = approver.upload(b"%PDF-1.7 result").await;
    let step = json!({"action": "approve", "result": {"subject": "Giấy khai sinh", "file_id": result}});
    approver.step(&id, &step).await.ok();
    let until = Instant::now() + Duration::from_mins(1);
    while approver.get(&format!("/v1/dossiers/{id}")).await.ok()["state"]["local"] != "done" {
        assert!(Instant::now() < until, "the result has no number");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (id, file, result)
}

/// The faults of an answer, as `pointer code`.
pub(crate) fn faults(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.code(422), "validation");
    let word = |fault: &Value, name: &str| fault[name].as_str().unwrap().to_owned();
    let errors = answer.body["errors"].as_array().unwrap();
    errors.iter().map(|fault| format!("{} {}", word(fault, "pointer"), word(fault, "code"))).collect()
}

/// Writes to a dossier from the version it has now, under a key when there is one.
pub(crate) async fn write(caller: &Caller<'_>, id: &str, what: &str, key: Option<&str>, body: &Value) -> Answer {
    let version = caller.get(&format!("/v1/dossiers/{id}")).await.body["version"].as_i64().unwrap_or(1);
    write_from(caller, id, what, version, key, body).await
}

/// The same from a version the caller names.
pub(crate) async fn write_from(
    caller: &Caller<'_>,
    id: &str,
    what: &str,
    version: i64,
    key: Option<&str>,
    body: &Value,
) -> Answer {
    let request = caller.request(Method::POST, &format!("/v1/dossiers/{id}/{what}"));
    let request = request.header("If-Match", format!("\"v{version}\"")).json(body);
    let request = match key {
        Some(key) => request.header("Idempotency-Key", key),
        None => request,
    };
    read(request.send().await.unwrap()).await
}

/// What the newest event of a kind about a dossier tells.
pub(crate) async fn told(province: &Province, id: &str, kind: &str) -> Vec<Value> {
    province.all_events_are_in_the_feed().await;
    let events = province.officer("P", "leader").get("/v1/events?after=0&limit=1000").await.ok();
    let about = format!("dossiers/{id}");
    let of = |event: &&Value| event["type"] == kind && event["subject"] == about.as_str();
    events.as_array().unwrap().iter().filter(of).map(|event| event["data"].clone()).collect()
}
