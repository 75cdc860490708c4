//! Nobody outside its circle sees a document: by its id, in lists, counted, in the feed, or its files.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{Office, path};

/// Everybody there is.
const PEOPLE: [&str; 12] = [
    "province",
    "clerk-50",
    "clerk-04",
    "clerk-12",
    "second-clerk-12",
    "leader-12",
    "officer-12",
    "other-12",
    "unit-1",
    "unit-2",
    "clerk-13",
    "leader-13",
];

/// Those who keep and direct the documents of the ward, or of the province above it.
const KEEPERS: [&str; 5] = ["province", "clerk-50", "clerk-12", "second-clerk-12", "leader-12"];

async fn circle(office: &Office, document: &Value, file: &Value) -> Vec<&'static str> {
    let mut seeing = Vec::new();
    for who in PEOPLE {
        let sees = office.sees(who, document).await;
        let content = office.officer(who).get(&format!("/v1/files/{}/content", file.as_str().unwrap())).await;
        assert_eq!(content.status, if sees { 200 } else { 404 }, "{who}: the file follows the document");
        if sees {
            seeing.push(who);
        }
    }
    seeing
}

on_both_databases! {
    async fn only_its_circle_sees_a_document(database) {
        let office = Office::open(database).await;
        let file = office.upload(&office.officer("clerk-12"), "letter").await;
        let document = office.take_in("clerk-12", &json!({"file_id": file})).await.ok();
        assert_eq!(circle(&office, &document, &file).await, KEEPERS);
        let steps = [("clerk-12", json!({"action": "register"})), ("clerk-12", json!({"action": "submit"}))];
        let document = office.steps(document, &steps).await;
        let direction = json!({
            "action": "assign", "lead": {"officer_id": office.id_of("officer-12").await},
            "informed": [{"unit": "H50.12.01"}],
        });
        let document = office.step("leader-12", &document, &direction).await.ok();
        let mut wider = KEEPERS.to_vec();
        wider.extend(["officer-12", "unit-1"]);
        assert_eq!(circle(&office, &document, &file).await, wider);
        // Who was given it sees it still when it went to another.
        let direction = json!({"action": "assign", "lead": {"officer_id": office.id_of("other-12").await}});
        let document = office.step("leader-12", &document, &direction).await.ok();
        wider.insert(6, "other-12");
        assert_eq!(circle(&office, &document, &file).await, wider);
        assert_eq!(office.here.citizen().get(&path(&document)).await.status, 403);
        office.here.stop().await;
    }

    async fn services_see_all_by_the_scope_of_reading_and_else_what_they_brought_in(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({})).await;
        let reader = office.system(&["documents:documents:read"]);
        assert_eq!(reader.get(&path(&document)).await.status, 200);
        let sender = office.system(&["documents:incoming:submit", "documents:files:write"]);
        assert_eq!(sender.get(&path(&document)).await.status, 404);
        let mut letter = Office::letter();
        letter["external_ref"] = json!("1");
        let sent = sender.post("/v1/incoming-documents", &letter).await.ok();
        let steps = [("clerk-12", json!({"action": "register"})), ("clerk-12", json!({"action": "submit"}))];
        let sent = office.steps(sent, &steps).await;
        let direction = json!({"action": "assign", "lead": {"officer_id": office.id_of("officer-12").await}});
        let sent = office.step("leader-12", &sent, &direction).await.ok();
        // Where it stands, not who deals with it.
        let seen = office.here.scoped(ActorKind::Service, "kpi", &["documents:incoming:submit"]).get(&path(&sent)).await.ok();
        assert_eq!((&seen["state"], &seen["arrival_number"]), (&json!("assigned"), &json!(2)));
        for inside in ["notes", "assignments", "readers"] {
            assert_eq!(sender.get(&format!("{}/{inside}", path(&sent))).await.status, 404, "{inside}");
        }
        assert_eq!(sender.get("/v1/incoming-documents?count=exact").await.ok()["count"], 1);
        let unscoped = office.system(&["documents:agencies:read"]).get(&path(&sent)).await;
        assert_eq!(unscoped.problem(403), "scope.missing");
        office.here.stop().await;
    }

    async fn another_tenants_rows_are_not_seen_or_moved(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({})).await;
        let elsewhere = motcua_kernel::new_id();
        office.run(&format!("UPDATE incoming_documents SET tenant_id = '{elsewhere}'")).await;
        for who in ["clerk-12", "leader-12", "officer-12"] {
            assert!(!office.sees(who, &document).await, "{who}");
            assert_eq!(office.step(who, &document, &json!({"action": "start"})).await.status, 404, "{who}");
        }
        office.here.stop().await;
    }

    async fn the_feed_shows_events_of_what_the_caller_sees(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({})).await;
        office.here.events(5).await;
        for _ in 0..100 {
            if told(&office, "leader-12", &document).await.len() == 4 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let all = ["received", "registered", "submitted", "assigned"].map(|what| format!("incoming_document.{what}.v1"));
        for (who, seen) in [("leader-12", &all[..]), ("officer-12", &all[..]), ("other-12", &[]), ("clerk-13", &[])] {
            assert_eq!(told(&office, who, &document).await, seen, "{who}");
        }
        office.here.stop().await;
    }

    async fn lists_are_narrowed_and_paged(database) {
        let office = Office::open(database).await;
        let mut ids = Vec::new();
        for (at, urgency) in ["normal", "express", "urgent", "normal", "very_urgent"].into_iter().enumerate() {
            let number = json!({"number": at.to_string(), "urgency": urgency});
            ids.push(office.take_in("clerk-12", &number).await.ok()["id"].as_str().unwrap().to_owned());
        }
        let clerk = office.officer("clerk-12");
        let of = |order: &[usize]| order.iter().map(|at| ids[*at].clone()).collect::<Vec<_>>();
        assert_eq!(clerk.list("/v1/incoming-documents", "id").await, of(&[4, 3, 2, 1, 0]));
        assert_eq!(clerk.list("/v1/incoming-documents?sort=urgency", "id").await, of(&[1, 4, 2, 0, 3]));
        for query in ["", "&sort=urgency"] {
            let (mut found, mut after) = (Vec::new(), String::new());
            loop {
                let page = clerk.get(&format!("/v1/incoming-documents?limit=2{query}{after}")).await.ok();
                found.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            assert_eq!(found, clerk.list(&format!("/v1/incoming-documents?limit=50{query}"), "id").await);
        }
        for (query, found) in [
            ("state=registered", 0), ("state=in:received,registered", 5), ("urgency=in:urgent,very_urgent", 2),
            ("source=internal", 0), ("arrived_on=2026-11-16", 5), ("arrived_on=lt:2026-11-16", 0), ("agency=H50", 0),
            ("agency=under:H50", 5), ("overdue=true", 0), ("assigned=me", 0),
        ] {
            assert_eq!(clerk.list(&format!("/v1/incoming-documents?{query}"), "id").await.len(), found, "{query}");
        }
        for wrong in ["state=done", "urgency=fast", "assigned=you", "arrived_on=2026", "sort=number", "agency=H99"] {
            assert_eq!(clerk.get(&format!("/v1/incoming-documents?{wrong}")).await.status, 400, "{wrong}");
        }
        office.here.stop().await;
    }
}

async fn told(office: &Office, who: &str, document: &Value) -> Vec<String> {
    let events = office.officer(who).get("/v1/events?limit=1000").await.ok();
    let about = format!("incoming-documents/{}", document["id"].as_str().unwrap());
    let events = events.as_array().unwrap().iter().filter(|event| event["subject"] == about);
    events.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}
