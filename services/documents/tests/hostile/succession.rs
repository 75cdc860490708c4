use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Text;
use motcua_db::TxResult;
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{Caller, Installation, send};

async fn issue(service: &Caller<'_>) -> Value {
    let upload =
        service.request(Method::POST, "/v1/files").header("Content-Type", "application/pdf").body("%PDF-1.7 decision");
    let file = send(upload).await.ok();
    let decision = json!({
        "external_ref": "dossier-1", "issuing_agency": "H50.13", "type": "QĐ", "subject": "Cấp giấy phép",
        "file_id": file["id"],
    });
    service.post("/v1/outgoing-documents", &decision).await.ok()
}

#[derive(QueryableByName)]
struct Noted {
    #[diesel(sql_type = Text)]
    noted: String,
}

on_both_databases! {
    async fn every_answer_with_a_subject_is_noted(database) {
        let here = Installation::with_province(database).await;
        let issued = issue(&here.service(&["documents:files:write", "documents:decisions:issue"])).await;
        let rows = here.running.foundation.db.read("audit", |conn| -> TxResult<Vec<Noted>> {
            let query = "SELECT operation || ' ' || CAST(subjects AS TEXT) AS noted FROM read_audit";
            Ok(diesel::sql_query(query).load(conn)?)
        }).await.unwrap();
        assert_eq!(rows[0].noted, format!("issue_outgoing_document [\"{}\"]", issued["id"].as_str().unwrap()));
        here.stop().await;
    }

    async fn a_document_that_follows_its_agency_is_told_of(database) {
        let here = Installation::with_province(database).await;
        let issued = issue(&here.service(&["documents:files:write", "documents:decisions:issue"])).await;
        let province = here.officer("province");
        let ids = [province.agency("H50.13").await, province.agency("H50.12").await];
        let merger = json!({
            "kind": "merged_into", "successors": ["H50.12"], "effective_on": "2026-11-21", "legal_basis": "1/NQ-HĐND",
        });
        province.change(Method::POST, &format!("/v1/agencies/{}/successions", ids[0]), "\"v1\"", &merger).await.ok();
        let feed = here.service(&["documents:events:read", "documents:decisions:issue", "documents:documents:read"]);
        let mut told = None;
        for _ in 0..600 {
            let events = feed.get("/v1/events?limit=1000").await.ok();
            let found = events.as_array().unwrap().iter().find(|e| e["type"] == "document.responsibility_moved.v1").cloned();
            if found.is_some() {
                told = found;
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let told = told.expect("the event");
        assert_eq!(told["subjectversion"], "2");
        let data = &told["data"];
        assert_eq!((&data["document_id"], &data["version"]), (&issued["id"], &json!(2)));
        assert_eq!((&data["previous_agency_id"], &data["responsible_agency_id"]), (&json!(ids[0]), &json!(ids[1])));
        here.stop().await;
    }

    async fn events_of_an_agency_have_rising_versions_also_when_it_is_split(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let path = format!("/v1/agencies/{}", province.agency("H50.13").await);
        let split = json!({
            "kind": "split_into", "successors": ["H50.12", "H50.04"], "effective_on": "2026-12-01", "legal_basis": "1",
        });
        let closed = province.change(Method::POST, &format!("{path}/successions"), "\"v1\"", &split).await;
        assert_eq!(closed.etag(), province.get(&path).await.etag());
        let feed = here.service(&["documents:events:read", "documents:agencies:read"]);
        let mut events = Value::Null;
        for _ in 0..600 {
            events = feed.get("/v1/events?limit=1000").await.ok();
            if events.as_array().unwrap().len() >= 15 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut newest = std::collections::BTreeMap::<String, i64>::new();
        for event in events.as_array().unwrap() {
            let version = event["subjectversion"].as_str().unwrap().parse().unwrap();
            let before = newest.insert(event["subject"].as_str().unwrap().to_owned(), version);
            assert!(before.is_none_or(|before| before < version), "{event}");
        }
        assert_eq!(newest[path.trim_start_matches("/v1/")], 4);
        assert!(closed.etag().starts_with("\"v4"), "{}", closed.etag());
        here.stop().await;
    }
}
