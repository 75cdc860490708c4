//! What journals hold fits the committed schemas: followers elsewhere are written against those.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonschema::Validator;
use motcua_tests::{Installation, Kind, Service, eventually};
use serde_json::{Value, json};

fn schema(kind: &str) -> Validator {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/events").join(format!("{kind}.json"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&serde_json::from_str(&text).unwrap())
        .unwrap()
}

#[tokio::test]
async fn every_event_of_a_dossier_on_its_way_fits_its_schema() {
    let installation = Installation::new(Kind::Sqlite);
    installation.start_all().await;
    let desk = |role: &str| {
        let token = installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", role]);
        installation.api(Service::Procedures, &token)
    };
    let portal = installation.api(Service::Procedures, &installation.token(&["--kind", "client"]));
    portal.directory_has_arrived().await;
    let created = portal.post("/v1/dossiers", "schemas", &motcua_tests::dossier()).await.ok();
    let id = created["id"].as_str().unwrap();
    desk("receiver").step(id, &json!({"action": "receive"})).await.ok();
    desk("processor").step(id, &json!({"action": "process"})).await.ok();
    let approver = desk("approver");
    let file = approver.upload("ket-qua.pdf", b"%PDF-1.7 result".to_vec()).await;
    let result = json!({"subject": "Về việc thanh toán thù lao", "file_id": file});
    approver.step(id, &json!({"action": "approve", "result": result})).await.ok();
    eventually("the result has its number", 60, async || {
        portal.get(&format!("/v1/dossiers/{id}")).await.ok()["result"]["number"].is_string()
    })
    .await;

    let service = installation.token(&["--kind", "service"]);
    let (mut schemas, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for name in [Service::Documents, Service::Procedures] {
        let feed = installation.api(name, &service);
        eventually("the whole feed", 30, async || {
            let events = feed.get("/v1/events?limit=1000").await.ok();
            let events = events.as_array().cloned().unwrap_or_default();
            for event in &events {
                let kind = event["type"].as_str().unwrap().to_owned();
                let schema: &Validator = schemas.entry(kind.clone()).or_insert_with(|| schema(&kind));
                let faults: Vec<String> = schema.iter_errors(&event["data"]).map(|fault| fault.to_string()).collect();
                assert!(faults.is_empty(), "{kind}: {faults:?} in {}", event["data"]);
                seen.insert(kind);
            }
            let last = if name == Service::Documents { "document.issued.v1" } else { "dossier.done.v1" };
            seen.contains(last)
        })
        .await;
    }
    for kind in ["agency.recorded.v1", "officer.recorded.v1", "procedure.published.v1", "dossier.submitted.v1"] {
        assert!(seen.contains(kind), "{seen:?}");
    }
    assert!(!schema("document.issued.v1").is_valid(&Value::Null));
}
