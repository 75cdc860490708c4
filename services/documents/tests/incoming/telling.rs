//! What followers are told: everything they need, and nothing about people.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{Office, REASON};

on_both_databases! {
    async fn every_event_has_all_facts_and_no_personal_data(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({"instruction": "Giao ông Nguyễn Văn A", "deadline": {"working_days": 1}})).await;
        let steps = [
            ("officer-12", json!({"action": "start"})),
            ("officer-12", json!({"action": "report", "text": "Ông Nguyễn Văn A vắng"})),
            ("officer-12", json!({"action": "complete", "answer": {"kind": "text", "text": "Đã gặp ông Nguyễn Văn A"}})),
            ("officer-12", json!({"action": "close", "note": "Nguyễn Văn A đã biết"})),
        ];
        office.steps(document.clone(), &steps).await;
        let about = format!("incoming-documents/{}", document["id"].as_str().unwrap());
        let events = told(&office, &about, 8).await;
        let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
        let expected = ["received", "registered", "submitted", "assigned", "started", "noted", "completed", "finished"];
        assert_eq!(kinds, expected.map(|kind| format!("incoming_document.{kind}.v1")));
        for (at, event) in events.iter().enumerate() {
            assert!(!event.to_string().contains("Nguyễn") && !event.to_string().contains("kiểm tra"), "{event}");
            assert_eq!((&event["data"]["version"], event["subjectversion"].as_str().unwrap()), (&json!(at + 1), (at + 1).to_string().as_str()));
        }
        let last = &events[7]["data"];
        let facts = json!({
            "source": "outside", "state": "finished", "urgency": "normal", "receiving_agency_code": "H50.12", "type": "QĐ",
            "arrival_number": 1, "revision": 1, "answer": "text", "due_at": "2026-11-17T10:00:00Z", "paper": false,
        });
        for (field, value) in facts.as_object().unwrap() {
            assert_eq!(&last[field], value, "{field}");
        }
        for instant in ["received_at", "registered_at", "submitted_at", "assigned_at", "started_at", "completed_at", "ended_at"] {
            assert!(last[instant].is_string(), "{instant}");
        }
        office.here.stop().await;
    }

    async fn a_sender_is_told_what_became_of_a_dispatch(database) {
        let office = Office::open(database).await;
        let (_, dispatch) = office.sent("H50.12").await;
        let document = office.get("clerk-12", &dispatch).await.ok();
        office.step("clerk-12", &document, &json!({"action": "return", "reason": REASON})).await.ok();
        let about = format!("dispatches/{}", dispatch["id"].as_str().unwrap());
        let events = told(&office, &about, 2).await;
        let states: Vec<&Value> = events.iter().map(|event| &event["data"]["state"]).collect();
        assert_eq!(states, ["received", "returned"]);
        assert!(!events[1].to_string().contains(REASON));
        // The issuer follows its dispatches, the receiver its documents, and neither the other's.
        for (who, sees) in [("clerk-50", 2), ("clerk-12", 0), ("clerk-13", 0)] {
            let feed = office.officer(who).get("/v1/events?limit=1000").await.ok();
            let seen = feed.as_array().unwrap().iter().filter(|event| event["subject"] == about).count();
            assert_eq!(seen, sees, "{who}");
        }
        office.here.stop().await;
    }
}

/// The events about something, once there are so many.
async fn told(office: &Office, about: &str, count: usize) -> Vec<Value> {
    for _ in 0..200 {
        let all = office.here.events(1).await;
        let of: Vec<Value> = all.into_iter().filter(|event| event["subject"] == about).collect();
        if of.len() >= count {
            return of;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("fewer than {count} events came about {about}");
}
