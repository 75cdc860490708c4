//! What a system that brought a document in is told of it: no more in the feed or by webhook than its view shows.

use std::time::{Duration, Instant};

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::installation::Caller;
use crate::office::{Office, path};
use crate::receiver::Receiver;

const PORTAL: &[&str] =
    &["documents:incoming:submit", "documents:events:read", "documents:webhooks:write", "documents:documents:read"];
/// What of the facts the view of such a system hides: who deals with the document, and how it was answered.
const HIDDEN: [&str; 5] = ["submitted_to", "lead_officer_id", "lead_agency_id", "answer", "answer_document_id"];

/// The kinds of events about a document that a caller reads, each without anything hidden.
async fn told(caller: &Caller<'_>, about: &str) -> Vec<String> {
    let feed = caller.get("/v1/events?limit=1000").await.ok();
    let events = feed.as_array().unwrap().iter().filter(|event| event["subject"] == about);
    events.map(without_hidden).collect()
}

fn without_hidden(event: &Value) -> String {
    for field in HIDDEN {
        assert_eq!(event["data"][field], Value::Null, "{field}: {event}");
    }
    event["type"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn a_system_reads_in_events_no_more_than_in_its_view(database) {
        let receiver = Receiver::start();
        let office = Office::with_settings(database, Receiver::settings()).await;
        let new = json!({"subject": "portal", "name": "Trục liên thông", "owner_agency": "H50"});
        office.officer("province").post("/v1/clients", &new).await.ok();
        let portal = office.here.scoped(ActorKind::Client, "portal", PORTAL);
        let webhook = portal.post("/v1/webhooks", &json!({"url": receiver.url()})).await.ok();
        let mut letter = Office::letter();
        letter["external_ref"] = json!("VXP-1");
        let sent = portal.post("/v1/incoming-documents", &letter).await.ok();

        let leader = json!({"action": "submit", "to": office.id_of("leader-12").await});
        let lead = json!({"action": "assign", "lead": {"officer_id": office.id_of("officer-12").await}});
        let answer = json!({"action": "complete", "answer": {"kind": "not_needed"}});
        office.steps(office.get("clerk-12", &sent).await.ok(), &[
            ("clerk-12", json!({"action": "register"})),
            ("clerk-12", leader),
            ("leader-12", lead),
            ("officer-12", json!({"action": "start"})),
            ("officer-12", answer),
            ("leader-12", json!({"action": "close"})),
        ]).await;

        let view = portal.get(&path(&sent)).await.ok();
        assert_eq!((&view["state"], &view["submitted_to"], &view["assignment"]), (&json!("finished"), &Value::Null, &Value::Null));
        let all = office.here.told().await;
        let about = format!("incoming-documents/{}", sent["id"].as_str().unwrap());
        assert_eq!(all.iter().filter(|event| event["subject"] == about.as_str()).count(), 7);
        let open = ["incoming_document.received.v1", "incoming_document.registered.v1"];
        assert_eq!(told(&portal, &about).await, open);
        // Those who may read everything of it still do.
        let clerk = office.officer("clerk-12").get("/v1/events?limit=1000").await.ok();
        assert_eq!(clerk.as_array().unwrap().iter().filter(|event| event["subject"] == about.as_str()).count(), 7);

        let last: i64 = all.last().unwrap()["position"].as_str().unwrap().parse().unwrap();
        let hook = format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap());
        let until = Instant::now() + Duration::from_secs(30);
        while portal.get(&hook).await.ok()["position"].as_str().unwrap().parse::<i64>().unwrap() < last {
            assert!(Instant::now() < until, "the feed is not looked at");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let messages = receiver.until("both", |messages| {
            messages.iter().filter(|one| one.subject() == about).count() >= 2
        }).await;
        let pushed: Vec<String> =
            messages.iter().filter(|one| one.subject() == about).map(|one| without_hidden(&one.event)).collect();
        assert_eq!(pushed, open);
        office.here.stop().await;
    }
}
