//! What an issuer does about a document after it was sent reaches whoever received it.

use std::sync::Arc;

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{Office, REASON, outgoing};

const WRONG: &str = "Ban hành sai thẩm quyền của bà Trần Thị B";

/// What was told of the documents of a decision's receivers: kind and receiver.
async fn told(office: &Office, kind: &str) -> Vec<Value> {
    let events = office.here.told().await;
    assert!(!json!(events).to_string().contains("Trần Thị B"));
    let mut told: Vec<Value> =
        events.into_iter().filter(|event| event["type"] == kind).map(|event| event["data"].clone()).collect();
    told.sort_by_key(|data| data["receiving_agency_code"].as_str().unwrap_or_default().to_owned());
    told
}

on_both_databases! {
    async fn a_recall_stops_the_work_of_everybody_who_has_the_document(database) {
        let office = Office::open(database).await;
        let issued = office.issued().await;
        let sent = office.send(&issued, &["H50.12", "H50.13"]).await.ok();
        let (first, second) = (&sent["items"][0], &sent["items"][1]);
        let document = office.get("clerk-12", first).await.ok();
        let document = office.steps(document, &[("clerk-12", json!({"action": "register"}))]).await;
        let file = format!("/v1/files/{}/content", issued["file"]["id"].as_str().unwrap());
        assert_eq!(office.officer("clerk-12").get(&file).await.status, 200);

        office.recall(&issued, WRONG).await.ok();
        for (clerk, leader, one) in [("clerk-12", "leader-12", first), ("clerk-13", "leader-13", second)] {
            let seen = office.get(clerk, one).await.ok();
            assert_eq!((&seen["state"], &seen["end_reason"]), (&json!("cancelled"), &json!(WRONG)), "{clerk}");
            // What was known of it stays; what it says in its file does not.
            assert_eq!((&seen["full_number"], &seen["files"]), (&issued["full_number"], &json!([])));
            assert_eq!(office.officer(clerk).get(&file).await.status, 404);
            for (who, step) in [
                (clerk, json!({"action": "register"})),
                (clerk, json!({"action": "submit"})),
                (clerk, json!({"action": "return", "reason": REASON})),
                (leader, json!({"action": "close"})),
            ] {
                assert_eq!(office.step(who, &seen, &step).await.problem(409), "incoming.state", "{who} {step}");
            }
            assert_eq!(seen["allowed_actions"], json!(["confirm_cancellation"]));
            office.step(clerk, &seen, &json!({"action": "confirm_cancellation"})).await.ok();
        }
        // The number of arrival stays its own.
        assert_eq!(office.get("clerk-12", first).await.ok()["arrival_number"], document["arrival_number"]);
        assert_eq!(office.registered().await["arrival_number"], 2);
        let cancelled = told(&office, "incoming_document.cancelled.v1").await;
        let receivers: Vec<&Value> = cancelled.iter().map(|data| &data["receiving_agency_code"]).collect();
        assert_eq!(receivers, ["H50.12", "H50.13"]);
        assert_eq!(office.send(&issued, &["H50.04"]).await.problem(409), "document.recalled");
        office.here.stop().await;
    }

    async fn taken_back_and_recalled_stay_two_things(database) {
        let office = Office::open(database).await;
        let issued = office.issued().await;
        let sent = office.send(&issued, &["H50.12", "H50.13"]).await.ok();
        let path = format!("{}/dispatches/{}/take-back", outgoing(&issued), sent["items"][0]["id"].as_str().unwrap());
        office.officer("clerk-50").post(&path, &json!({"reason": REASON})).await.ok();
        office.recall(&issued, WRONG).await.ok();
        let stands = office.officer("clerk-50").get(&format!("{}/dispatches", outgoing(&issued))).await.ok();
        let states: Vec<&Value> = stands["items"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
        assert_eq!(states, ["taken_back", "cancelled"]);
        assert_eq!(told(&office, "incoming_document.cancelled.v1").await.len(), 1);
        let taken = office.get("clerk-12", &sent["items"][0]).await.ok();
        assert_eq!((&taken["end_reason"], &taken["take_back"]["reason"]), (&Value::Null, &json!(REASON)));
        office.here.stop().await;
    }

    async fn only_a_leader_recalls_and_a_receiver_does_not(database) {
        let office = Office::open(database).await;
        let (issued, dispatch) = office.sent("H50.12").await;
        let path = format!("{}/transitions", outgoing(&issued));
        let recall = json!({"action": "recall", "reason": WRONG});
        for (who, status) in [("clerk-50", 403), ("leader-12", 404), ("clerk-04", 404)] {
            let refused = office.officer(who).change(reqwest::Method::POST, &path, "\"v1\"", &recall).await;
            assert_eq!(refused.status, status, "{who}: {}", refused.body);
        }
        let bare = office.officer("leader-50").post(&path, &recall).await;
        assert_eq!(bare.problem(428), "precondition.required");
        assert_eq!(office.get("clerk-12", &dispatch).await.ok()["state"], "received");
        office.here.stop().await;
    }

    async fn whoever_has_it_is_told_that_it_was_replaced_or_corrected(database) {
        let office = Office::open(database).await;
        let (wrong, dispatch) = office.sent("H50.12").await;
        let clerk = office.officer("clerk-50");
        let letter = json!({
            "issuing_agency": "H50", "type": "CV", "symbol": "UBND-VP", "subject": "Đính chính",
            "file_id": office.upload(&clerk, "letter").await,
        });
        let letter = clerk.post("/v1/outgoing-documents", &letter).await.ok();
        office.decide(&wrong, &json!({"action": "correct", "by": letter["id"]})).await.ok();
        // Who receives it now knows as well.
        let later = office.send(&wrong, &["H50.13"]).await.ok()["items"][0].clone();
        for (who, one) in [("clerk-12", &dispatch), ("clerk-13", &later)] {
            let seen = office.get(who, one).await.ok();
            assert_eq!((&seen["state"], &seen["original_corrected_by"]), (&json!("received"), &json!([letter["id"]])), "{who}");
        }
        let right = office.issued().await;
        office.decide(&wrong, &json!({"action": "replace", "by": right["id"]})).await.ok();
        let seen = office.get("clerk-12", &dispatch).await.ok();
        assert_eq!((&seen["state"], &seen["original_replaced_by"]), (&json!("received"), &right["id"]));
        // Work on it goes on, and what was done says so.
        let seen = office.steps(seen, &[("clerk-12", json!({"action": "register"}))]).await;
        let notes = office.officer("clerk-12").list(&format!("{}/notes", crate::office::path(&seen)), "action").await;
        assert_eq!(notes, ["receive", "correct", "replace", "register"]);
        let replaced = told(&office, "incoming_document.original_replaced.v1").await;
        let facts: Vec<(&Value, &Value)> = replaced.iter().map(|data| (&data["receiving_agency_code"], &data["replaced_by_id"])).collect();
        assert_eq!(facts, [(&json!("H50.12"), &right["id"]), (&json!("H50.13"), &right["id"])]);
        assert_eq!(told(&office, "incoming_document.original_corrected.v1").await.len(), 1);
        assert_eq!(office.send(&wrong, &["H50.04"]).await.problem(409), "document.state");
        office.here.stop().await;
    }

    async fn a_recall_amid_registering_and_sending_leaves_nobody_with_the_document(database) {
        let office = Arc::new(Office::open(database).await);
        for round in 0..4 {
            let issued = office.issued().await;
            let sent = office.send(&issued, &["H50.12", "H50.13"]).await.ok();
            let document = office.get("clerk-12", &sent["items"][0]).await.ok();
            let register = {
                let office = Arc::clone(&office);
                tokio::spawn(async move { office.step("clerk-12", &document, &json!({"action": "register"})).await.status })
            };
            let send = {
                let (office, issued) = (Arc::clone(&office), issued.clone());
                tokio::spawn(async move { office.send(&issued, &["H50.04"]).await.status })
            };
            office.recall(&issued, WRONG).await.ok();
            let (registered, sent) = (register.await.unwrap(), send.await.unwrap());
            assert!(matches!(registered, 200 | 409 | 412) && matches!(sent, 201 | 409), "{registered} {sent}");
            let stands = office.officer("clerk-50").get(&format!("{}/dispatches", outgoing(&issued))).await.ok();
            let stands = stands["items"].as_array().unwrap();
            assert_eq!(stands.len(), if sent == 201 { 3 } else { 2 }, "{round}");
            assert!(stands.iter().all(|one| one["state"] == "cancelled" && one["end_reason"] == WRONG), "{stands:?}");
            assert_eq!(stands[0]["arrival_number"].is_null(), registered != 200);
        }
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn the_book_shows_to_whom_a_document_was_sent_and_who_has_it(database) {
        let office = Office::open(database).await;
        let issued = office.issued().await;
        let sheet = format!("/v1/registers/{}/sheet", issued["register"]["id"].as_str().unwrap());
        let cells = |sheet: &Value| -> Vec<String> {
            (4..10).map(|column| sheet["rows"][0]["cells"][column].as_str().unwrap().to_owned()).collect()
        };
        let clerk = office.officer("clerk-50");
        assert_eq!(cells(&clerk.get(&sheet).await.ok()), ["", "", "", "", "", ""]);
        let sent = office.send(&issued, &["H50.12"]).await.ok();
        office.at("2026-11-18T02:00:00Z");
        office.send(&issued, &["H50.13"]).await.ok();
        let (wards, days) = ("Ủy ban nhân dân phường Đông Hà; Ủy ban nhân dân phường Đồng Hới", "16/11/2026; 18/11/2026");
        assert_eq!(cells(&clerk.get(&sheet).await.ok()), [wards, "", "2", days, "", ""]);
        let document = office.get("clerk-12", &sent["items"][0]).await.ok();
        office.steps(document, &[("clerk-12", json!({"action": "register"}))]).await;
        assert_eq!(cells(&clerk.get(&sheet).await.ok())[4], "Đã tiếp nhận 1/2");
        office.recall(&issued, WRONG).await.ok();
        assert_eq!(cells(&clerk.get(&sheet).await.ok()), [wards, "", "2", days, "Đã tiếp nhận 1/2", "Thu hồi ngày 18/11/2026"]);
        office.here.stop().await;
    }

    async fn an_answer_that_was_recalled_answers_nothing(database) {
        let office = Office::open(database).await;
        let clerk = office.officer("clerk-12");
        let answer = json!({
            "issuing_agency": "H50.12", "type": "TB", "subject": "Trả lời về công trình của ông Nguyễn Văn A",
            "file_id": office.upload(&clerk, "answer").await,
        });
        let answer = clerk.post("/v1/outgoing-documents", &answer).await.ok();
        let by_document = json!({"action": "complete", "answer": {"kind": "document", "document_id": answer["id"]}});
        let steps = [("officer-12", json!({"action": "start"})), ("officer-12", by_document.clone())];
        let document = office.steps(office.assigned(&json!({})).await, &steps).await;
        assert_eq!(document["answer"]["document_id"], answer["id"]);
        let leader = office.officer("leader-12");
        let etag = leader.get(&outgoing(&answer)).await.etag().to_owned();
        let recall = json!({"action": "recall", "reason": WRONG});
        leader.change(reqwest::Method::POST, &format!("{}/transitions", outgoing(&answer)), &etag, &recall).await.ok();
        let refused = office.step("leader-12", &document, &json!({"action": "close"})).await;
        assert_eq!(refused.problem(409), "incoming.answer_not_in_force");
        let again = office.step("officer-12", &document, &by_document).await;
        assert_eq!(crate::office::faults(&again), ["/answer/document_id document.not_in_force"]);
        let steps = [
            ("officer-12", json!({"action": "complete", "answer": {"kind": "text", "text": "Đã trả lời trực tiếp"}})),
            ("leader-12", json!({"action": "close"})),
        ];
        assert_eq!(office.steps(document, &steps).await["state"], "finished");
        office.here.stop().await;
    }
}
