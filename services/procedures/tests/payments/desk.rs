//! A cash desk of H1.1, and a procedure that costs something.

use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{Catalogue, ImportFile, import};
use motcua_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, Province};

/// The procedure whose fees are those of [`fees`].
pub(crate) const COSTLY: &str = "1.000555";

/// What COSTLY costs at the desk: a charge of 20,000 at receipt, a fee of 150,000 against the result in H1.1, a fee for
/// enterprises, one that is owed no longer, and one of other places.
fn fees() -> Value {
    json!([
        {"kind": "charge", "code": "LP1", "name": "Lệ phí cấp giấy", "amount": 20000, "legal_basis": "15/2026/NQ-HĐND",
         "reductions": [{"code": "poor", "name": "Hộ nghèo", "percent": 50, "legal_basis": "Luật Phí và lệ phí, Điều 10"}]},
        {"kind": "fee", "code": "P1", "name": "Phí thẩm định", "amount": 150_000, "collected": "at_result", "places": ["H1.1"]},
        {"kind": "fee", "code": "P2", "name": "Phí doanh nghiệp", "amount": 300_000, "applicants": ["enterprise"]},
        {"kind": "fee", "code": "P3", "name": "Phí cũ", "amount": 1, "valid_to": "2026-11-16"},
        {"kind": "fee", "code": "P4", "name": "Phí nơi khác", "amount": 2, "places": ["H1.2"]}
    ])
}

/// The province with the costly procedure in its catalogue.
pub(crate) async fn province(database: &TestDatabase) -> Province {
    let province = Province::start(database).await;
    let line = include_str!("../dossiers/procedures.jsonl").lines().last().unwrap();
    let mut record: Value = serde_json::from_str(line).unwrap();
    record["code"] = json!(COSTLY);
    record["components"] = json!([]);
    for channel in record["channels"].as_array_mut().unwrap() {
        if channel["channel"] == "in_person" {
            channel["fees"] = fees();
        }
    }
    let catalogue = Catalogue::new(province.foundation.db.clone(), province.foundation.journal.clone());
    let content = record.to_string().into_bytes();
    let file =
        ImportFile { name: "costly.jsonl".into(), content: std::io::Cursor::new(content), written_by: Source::Local };
    let report = import(&catalogue, province.foundation.tenant, "service:test", file, |_| {}).await.unwrap();
    assert_eq!((report.refused, report.loaded + report.with_warnings), (0, 1), "{:?}", report.refusals);
    province
}

/// A dossier of the costly procedure, submitted at a desk.
pub(crate) async fn costly(province: &Province) -> Value {
    let change = |body: &mut Value| {
        body["procedure"] = json!(COSTLY);
        body["channel"] = json!("in_person");
    };
    province.portal().submit(change).await.ok()
}

/// The same, worked on; its id.
pub(crate) async fn worked_on(province: &Province) -> String {
    let id = costly(province).await["id"].as_str().unwrap().to_owned();
    province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
    province.officer("C1", "processor").step(&id, &json!({"action": "process"})).await.ok();
    id
}

pub(crate) async fn obligations(caller: &Caller<'_>, id: &str) -> Value {
    caller.get(&format!("/v1/dossiers/{id}/obligations")).await.ok()
}

/// The obligation with a code.
pub(crate) async fn obligation(caller: &Caller<'_>, id: &str, code: &str) -> Value {
    let all = obligations(caller, id).await;
    all["items"].as_array().unwrap().iter().find(|item| item["fee_code"] == code).unwrap().clone()
}

pub(crate) fn vnd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "VND"})
}

pub(crate) async fn pay(caller: &Caller<'_>, id: &str, obligation: &Value, amount: i64, more: Value) -> Answer {
    let mut body = json!({"parts": [{"obligation_id": obligation["id"], "amount": vnd(amount)}], "method": "counter"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    caller.post(&format!("/v1/dossiers/{id}/payments"), &body).await
}

/// The events of a dossier's money, with their kinds and facts.
pub(crate) async fn events(province: &Province, kind: &str) -> Vec<Value> {
    province.all_events_are_in_the_feed().await;
    let feed = province.portal().get("/v1/events?after=0").await.ok();
    feed.as_array().unwrap().iter().filter(|event| event["type"] == kind).cloned().collect()
}
