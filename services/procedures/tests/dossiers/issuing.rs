//! The number of the result, which another service gives by its own clock.

use std::time::{Duration, Instant};

use motcua_testkit::on_both_databases;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::Province;

on_both_databases! {
    async fn a_number_given_by_a_clock_that_is_behind_ends_a_dossier_when_it_was_decided(database) {
        let documents = MockServer::start().await;
        let file = json!({"id": "0197c1c8-0280-7000-8000-0000000000f1"});
        // An hour before the dossier was received, by ours.
        let document = json!({
            "id": "0197c1c8-0280-7000-8000-0000000000d1",
            "full_number": "15/QĐ-UBND",
            "issued_at": "2026-11-16T01:00:00Z"
        });
        for (address, body) in [("/v1/files", file), ("/v1/outgoing-documents", document)] {
            let answer = ResponseTemplate::new(201).set_body_json(body);
            Mock::given(method("POST")).and(path(address)).respond_with(answer).mount(&documents).await;
        }
        let beside = [("MOTCUA_PROCEDURES__PEERS__DOCUMENTS", documents.uri())];
        let province = Province::start_with(database, &beside).await;
        let id = province.processing("2.002080").await;
        let approver = province.officer("C1", "approver");
        let result = approver.upload(b"%PDF-1.7 result").await;
        let approve = json!({"action": "approve", "result": {"subject": "Về việc thanh toán", "file_id": result}});
        approver.step(&id, &approve).await.ok();
        let until = Instant::now() + Duration::from_secs(30);
        let done = loop {
            let dossier = approver.get(&format!("/v1/dossiers/{id}")).await.ok();
            if dossier["state"]["local"] == "done" {
                break dossier;
            }
            assert!(Instant::now() < until, "the dossier stays issuing: {dossier}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(done["result"]["issued_at"], "2026-11-16T01:00:00Z", "the document's own time stays");
        assert_eq!((&done["finished_at"], done["approved_at"].is_string()), (&done["approved_at"], true), "{done}");
        province.stop().await;
    }
}
