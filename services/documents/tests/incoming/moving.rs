//! Agencies close and officers leave: documents stay in somebody's hands.

use std::time::Duration;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::office::{Office, path};

async fn eventually(office: &Office, who: &str, document: &Value) -> Value {
    for _ in 0..400 {
        let read = office.get(who, document).await;
        if read.status == 200 {
            return read.body;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{who} never sees the document");
}

async fn close(office: &Office, code: &str, successor: &str) {
    let province = office.officer("province");
    let id = province.agency(code).await;
    let merger = json!({
        "kind": "merged_into", "successors": [successor], "effective_on": "2026-11-16", "legal_basis": "1/NQ-HĐND",
    });
    province.change(Method::POST, &format!("/v1/agencies/{id}/successions"), "\"v1\"", &merger).await.ok();
}

on_both_databases! {
    async fn documents_follow_the_agency_responsible_and_keep_the_one_that_received_them(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({})).await;
        assert_eq!(office.get("clerk-13", &document).await.status, 404);
        close(&office, "H50.12", "H50.13").await;
        let moved = eventually(&office, "clerk-13", &document).await;
        assert_eq!((&moved["receiving_agency"]["code"], &moved["responsible_agency"]["code"]), (&json!("H50.12"), &json!("H50.13")));
        assert_eq!((&moved["version"], &moved["arrival_number"]), (&json!(5), &json!(1)));
        // The officer who had it has left the agency responsible now: the leader sees that and gives it to another.
        assert_eq!(moved["assignment"]["assignees"][0]["active"], false);
        assert_eq!(office.step("officer-12", &moved, &json!({"action": "start"})).await.problem(404), "not_found");
        let direction = json!({"action": "assign", "lead": {"officer_id": office.id_of("leader-13").await}});
        let given = office.step("leader-13", &moved, &direction).await.ok();
        office.step("leader-13", &given, &json!({"action": "start"})).await.ok();
        // New documents for the old code are refused, naming the successor.
        let late = office.take_in("clerk-50", &json!({"number": "77"})).await;
        assert_eq!((late.problem(409), &late.body["successor"]), ("agency.closed", &json!("H50.13")));
        let told = office.here.events(8).await;
        assert!(told.iter().any(|event| event["type"] == "incoming_document.responsibility_moved.v1"));
        office.here.stop().await;
    }

    async fn a_unit_that_closes_hands_its_documents_on(database) {
        let office = Office::open(database).await;
        let document = office.submitted().await;
        let document = office.step("leader-12", &document, &json!({"action": "assign", "lead": {"unit": "H50.12.01"}})).await.ok();
        assert_eq!(office.get("unit-2", &document).await.status, 404);
        close(&office, "H50.12.01", "H50.12.02").await;
        let seen = eventually(&office, "unit-2", &document).await;
        assert_eq!(seen["assignment"]["assignees"][0]["unit"]["code"], "H50.12.02");
        let events = office.here.events(8).await;
        let moved = events.iter().find(|event| event["type"] == "incoming_document.unit_moved.v1").unwrap();
        assert_eq!((&moved["data"]["version"], &moved["data"]["document_id"]), (&seen["version"], &document["id"]));
        assert_eq!(moved["data"]["lead_agency_id"], json!(office.officer("province").agency("H50.12.02").await));
        let started = office.step("unit-2", &seen, &json!({"action": "start"})).await.ok();
        // The unit goes on with the work it has: counted as its own, and a direction to the same unit begins nothing anew.
        let report = office.officer("leader-12").get("/v1/incoming-documents/report?agency=H50.12&from=2026-11-01&to=2026-11-30").await.ok();
        let unit = seen["assignment"]["assignees"][0]["unit"]["id"].clone();
        assert_eq!((&report["rows"][0]["unit_id"], &report["rows"][0]["total"]), (&unit, &json!(1)), "{report}");
        let said = json!({"action": "complete", "answer": {"kind": "not_needed"}});
        let answered = office.step("unit-2", &started, &said).await.ok();
        let again = json!({"action": "assign", "lead": {"unit": "H50.12.02"}, "instruction": "Khẩn trương"});
        let again = office.step("leader-12", &answered, &again).await.ok();
        assert_eq!((&again["state"], &again["answer"]["kind"]), (&json!("processing"), &json!("not_needed")));
        let closed = json!({"action": "assign", "lead": {"unit": "H50.12.01"}});
        let refused = office.step("leader-12", &office.get("leader-12", &document).await.ok(), &closed).await;
        assert_eq!((refused.problem(409), &refused.body["successor"]), ("agency.closed", &json!("H50.12.02")));
        office.here.stop().await;
    }

    async fn an_officer_who_left_is_shown_and_replaced(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({})).await;
        assert_eq!(document["assignment"]["assignees"][0]["active"], true);
        office.run("UPDATE officers SET active = FALSE WHERE subject = 'officer-12'").await;
        let seen = office.officer("leader-12").get(&path(&document)).await.ok();
        assert_eq!(seen["assignment"]["assignees"][0]["active"], false);
        let gone = json!({"action": "assign", "lead": {"officer_id": office.id_of("officer-12").await}});
        assert_eq!(crate::office::faults(&office.step("leader-12", &seen, &gone).await), ["/lead/officer_id assignee.unfit"]);
        let direction = json!({"action": "assign", "lead": {"officer_id": office.id_of("other-12").await}});
        office.step("leader-12", &seen, &direction).await.ok();
        office.here.stop().await;
    }
}
