//! A province whose procedures provide for consultations, and what its officers do with them.

use std::time::{Duration, Instant};

use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{Catalogue, ImportFile, import};
use motcua_testkit::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, Province, read};

/// The term stands still for opinions, however long.
pub(crate) const STANDS_STILL: &str = "1.000701";
/// The term runs on.
pub(crate) const RUNS_ON: &str = "1.000702";
/// The term stands still for at most three working days.
pub(crate) const LIMITED: &str = "1.000703";
/// The law that takes the wait out.
pub(crate) const LAW: &str = "Luật Xây dựng 2014, Điều 102";
/// The law that makes silence consent.
pub(crate) const SILENCE_LAW: &str = "Luật Xây dựng 2014, Điều 102, khoản 3";
/// What an agency is asked, with a name in it.
pub(crate) const QUESTION: &str = "Đề nghị cho ý kiến về công trình của bà Trần Thị Ví Dụ.";

pub(crate) async fn province(database: &TestDatabase) -> Province {
    let province = Province::start(database).await;
    let foundation = &province.foundation;
    let catalogue = Catalogue::new(foundation.db.clone(), foundation.journal.clone());
    let lines = std::io::Cursor::new(procedures());
    let file = ImportFile { name: "asked.jsonl".into(), content: lines, written_by: Source::Local };
    let report = import(&catalogue, foundation.tenant, "service:test", file, |_| {}).await.unwrap();
    assert_eq!((report.refused, report.loaded + report.with_warnings), (0, 3), "{:?}", report.refusals);
    province
}

fn procedures() -> String {
    let base = include_str!("../dossiers/procedures.jsonl").lines().last().unwrap();
    let wait = |most: Value| {
        let mut wait = json!({"kind": "consultation", "excluded": true, "legal_basis": LAW});
        if !most.is_null() {
            wait["at_most"] = most;
        }
        wait
    };
    let rule = |code: &str, agencies: &[&str], days: u32, join: &str, silence: &str| {
        let mut rule = json!({"code": code, "name": format!("Lấy ý kiến {code}"), "agencies": agencies,
            "term": {"count": days, "unit": "working_day"}, "join": join, "silence": silence});
        if silence == "consent" {
            rule["legal_basis"] = json!(SILENCE_LAW);
        }
        rule
    };
    let rules = [
        rule("CONSENT", &["H1.2", "H1.3"], 5, "all", "consent"),
        rule("ALL", &["H1.2", "H1.3"], 2, "all", "none"),
        rule("MAJORITY", &["H1.2", "H1.3", "H1"], 5, "majority", "none"),
        rule("FIRST", &["H1.2", "H1.3"], 5, "first", "none"),
    ];
    let three_days = json!({"count": 3, "unit": "working_day"});
    let posting = json!({"kind": "posting", "excluded": true, "legal_basis": LAW, "at_most": three_days});
    let made = [
        (STANDS_STILL, json!([wait(Value::Null)])),
        (RUNS_ON, json!([])),
        (LIMITED, json!([wait(three_days), posting])),
    ];
    let line = |(code, waits): (&str, Value)| {
        let mut record: Value = serde_json::from_str(base).unwrap();
        record["code"] = json!(code);
        record["consultations"] = json!(rules);
        for channel in record["channels"].as_array_mut().unwrap() {
            channel["clock"] = json!({"term": channel["term"], "waits": waits, "supplements_allowed": 2});
        }
        record.to_string()
    };
    made.map(line).join("\n")
}

/// Asks as the processor of H1.1, who has read the dossier just now.
pub(crate) async fn ask(province: &Province, dossier: &str, rule: &str) -> Answer {
    ask_as(&province.officer("C1", "processor"), dossier, &json!({"rule": rule, "question": QUESTION})).await
}

pub(crate) async fn ask_as(caller: &Caller<'_>, dossier: &str, body: &Value) -> Answer {
    let now = caller.get(&format!("/v1/dossiers/{dossier}")).await;
    let version = now.body["version"].as_i64().unwrap_or(1);
    ask_from(caller, dossier, version, "", body).await
}

pub(crate) async fn ask_from(caller: &Caller<'_>, dossier: &str, version: i64, key: &str, body: &Value) -> Answer {
    let request = caller
        .request(Method::POST, &format!("/v1/dossiers/{dossier}/consultations"))
        .header("If-Match", format!("\"v{version}\""));
    let request = if key.is_empty() { request } else { request.header("Idempotency-Key", key) };
    read(request.json(body).send().await.unwrap()).await
}

/// An id that an answer has.
pub(crate) fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn opinion(caller: &Caller<'_>, consultation: &str, body: &Value) -> Answer {
    caller.post(&format!("/v1/consultations/{consultation}/opinions"), body).await
}

pub(crate) async fn agree(caller: &Caller<'_>, consultation: &str) -> Answer {
    opinion(caller, consultation, &json!({"stance": "agree"})).await
}

pub(crate) async fn disagree(caller: &Caller<'_>, consultation: &str) -> Answer {
    opinion(caller, consultation, &json!({"stance": "disagree", "text": "Chưa phù hợp quy hoạch."})).await
}

/// Where a dossier stands.
pub(crate) async fn state(province: &Province, dossier: &str) -> String {
    let dossier = province.officer("C1", "processor").get(&format!("/v1/dossiers/{dossier}")).await.ok();
    dossier["state"]["local"].as_str().unwrap().to_owned()
}

/// Waits until something is so.
pub(crate) async fn eventually(what: &str, mut is: impl AsyncFnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !is().await {
        assert!(Instant::now() < until, "not: {what}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// The events about an object, as an officer of the province hears them.
pub(crate) async fn events(province: &Province, subject: &str) -> Vec<Value> {
    province.all_events_are_in_the_feed().await;
    let feed = province.officer("P", "leader").get("/v1/events?limit=1000").await.ok();
    feed.as_array().unwrap().iter().filter(|event| event["subject"] == subject).cloned().collect()
}

pub(crate) fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

/// Ends the service and starts it again on the same database, after what is done meanwhile.
pub(crate) async fn restart(province: &mut Province, meanwhile: impl FnOnce(&Province)) {
    province.service.take().unwrap().stop().await.unwrap();
    meanwhile(province);
    let service = motcua_procedures::start(&province.foundation.shared).await.unwrap();
    province.url = service.url();
    province.service = Some(service);
}
