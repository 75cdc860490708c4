//! What this program does not know is counted and shown, never left out silently, and taken in by one that does.

use diesel::RunQueryDsl;
use motcua_journal::EventKind;
use motcua_kernel::{ActorKind, new_id};
use motcua_kpi::{digest, replay};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::province::{Dossier, News, RECEIVED, agency, agency_news};
use super::setting::{Answer, Setting, Surroundings, follow_all};
use super::taking::{of_table, open, placed, rows, take_page};

const SUNG: EventKind = EventKind { name: "dossier.sung.v1", subject: "dossiers" };
const SECOND: EventKind = EventKind { name: "dossier.received.v2", subject: "dossiers" };
const TASK: EventKind = EventKind { name: "task.assigned.v1", subject: "tasks" };
const DRAFT: EventKind = EventKind { name: "draft.created.v1", subject: "drafts" };

fn told(kind: EventKind) -> News {
    News { kind, subject: new_id(), version: 1, data: json!({"anything": true}) }
}

on_both_databases! {
    async fn each_unknown_type_is_counted_with_its_places_and_what_is_known_to_be_of_no_use_is_not(database) {
        let (db, tenant) = (open(database), new_id());
        let commune = agency("H50.12", None, "2025-07-01", None);
        let dossier = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let news = [told(TASK), told(SUNG), told(SECOND), dossier.news(SUNG, 3), told(TASK), told(EventKind { name: "payment.started.v1", subject: "payments" })];
        let events = placed(tenant, &news);
        take_page(&db, events[..3].to_vec()).await;
        take_page(&db, events[3..].to_vec()).await;
        let expected = [
            "kind = 'task.assigned.v1' AND events = 2 AND taken = 0 AND first_position = 1 AND last_position = 5",
            "kind = 'dossier.sung.v1' AND events = 2 AND taken = 1 AND first_position = 2 AND last_position = 4",
            "kind = 'dossier.received.v2' AND events = 1 AND taken = 0 AND first_position = 3 AND last_position = 3",
        ];
        for condition in expected {
            assert_eq!(rows(&db, "unknown_events", condition).await, 1, "{condition}");
        }
        assert_eq!(rows(&db, "unknown_events", "feed = 'procedures'").await, 3);
        assert_eq!(rows(&db, "dossier_facts", "version = 3").await, 1);
    }

    async fn following_anew_counts_the_same_and_a_program_that_knows_more_takes_them_in(database) {
        let around = Surroundings::of(database).await;
        let (db, tenant) = (around.open(database), around.tenant());
        let commune = agency("H50.12", None, "2025-07-01", None);
        let dossier = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        around.procedures.tell([dossier.news(RECEIVED, 2), told(TASK), told(SECOND), told(TASK)]).await;
        around.documents.tell([agency_news(&commune), told(TASK), told(DRAFT)]).await;
        let followers = around.followers(&db);
        follow_all(&followers, 7).await;
        let first = digest(&db, tenant).await.unwrap();
        assert_eq!(of_table(&first, "unknown_events").rows, 3);
        // A program of before knew less: what it kept of a dossier's receipt is that the type came by.
        let forget = "UPDATE unknown_events SET kind = 'dossier.received.v1' WHERE kind = 'dossier.received.v2'";
        let unknown_once = |sql: &'static str| {
            let db = db.clone();
            async move { db.write("before", move |tx| Ok(diesel::sql_query(sql).execute(tx)?)).await.unwrap() }
        };
        assert_eq!(unknown_once("DELETE FROM dossier_facts").await, 1);
        assert_eq!(unknown_once(forget).await, 1);
        replay(&db, tenant).await.unwrap();
        follow_all(&followers, 7).await;
        assert_eq!(digest(&db, tenant).await.unwrap(), first);
        assert_eq!(rows(&db, "dossier_facts", "version = 2").await, 1);
    }

    async fn the_list_and_the_metric_show_them_to_officers_and_services(database) {
        let setting = Setting::start(database).await;
        let tenant = setting.around.tenant();
        let reader = setting.token_with(ActorKind::Service, &["kpi:unknown-events:read"], tenant);
        let (path, empty) = ("/v1/unknown-events", json!({"items": [], "next": null}));
        let answer = setting.get(path, &reader).await;
        assert_eq!((answer.status, &answer.body), (200, &empty));
        setting.around.procedures.tell([told(SECOND), told(SECOND)]).await;
        setting.around.documents.tell([told(TASK)]).await;
        let two = |body: &Value| body["items"].as_array().is_some_and(|items| items.len() == 2);
        let counted = |body: &Value| two(body) && body["items"][1]["events"] == 2;
        let (answer, _) = setting.get_until(path, &reader, |answer| counted(&answer.body)).await;
        let items = &answer.body["items"];
        assert_eq!((&items[0]["feed"], &items[0]["type"]), (&json!("documents"), &json!("task.assigned.v1")));
        assert_eq!((&items[1]["type"], &items[1]["known_now"]), (&json!("dossier.received.v2"), &json!(false)));
        assert_eq!((&items[1]["first_position"], &items[1]["last_position"]), (&json!("1"), &json!("2")));
        assert_eq!(items[1]["taken"], 0);

        let page = setting.get("/v1/unknown-events?limit=1&count=exact", &reader).await.body;
        assert_eq!((&page["items"][0], page["items"].as_array().unwrap().len(), &page["count"]), (&items[0], 1, &json!(2)));
        let next = format!("/v1/unknown-events?limit=1&after={}", page["next"].as_str().unwrap());
        let page = setting.get(&next, &reader).await.body;
        assert_eq!((&page["items"], &page["next"]), (&json!([items[1]]), &json!(null)));
        let rows = crate::exports::fetch(&setting, &format!("{path}?format=csv"), &reader).await.rows();
        assert_eq!((rows.len(), &json!(rows[1][1])), (3, &items[0]["type"]));


        let metrics = setting.client.get(format!("{}/metrics", setting.service.url())).send().await.unwrap().text().await.unwrap();
        let line = metrics.lines().find(|line| line.starts_with("unknown_events_total") && line.contains("dossier.received.v2"));
        assert!(line.is_some_and(|line| line.contains("feed=\"procedures\"")), "{metrics}");

        let citizen = setting.token_with(ActorKind::Citizen, &["kpi:unknown-events:read"], tenant);
        assert_eq!(setting.get(path, &citizen).await.problem(), (403, "unknown_events.officers_only"));
        let without = setting.token_with(ActorKind::Service, &["kpi:indicators:read"], tenant);
        assert_eq!(setting.get(path, &without).await.problem(), (403, "scope.missing"));
        let elsewhere = setting.token_with(ActorKind::Service, &["kpi:unknown-events:read"], new_id());
        assert_eq!(setting.get(path, &elsewhere).await.body, empty);
    }

    async fn what_was_unknown_and_is_known_now_says_so(database) {
        let setting = Setting::start(database).await;
        let reader = setting.token_with(ActorKind::Service, &["kpi:unknown-events:read"], setting.around.tenant());
        setting.around.procedures.tell([told(SECOND)]).await;
        let seen = |answer: &Answer| answer.body["items"].as_array().is_some_and(|items| items.len() == 1);
        setting.get_until("/v1/unknown-events", &reader, seen).await;
        // As a program of before left it.
        let sql = "UPDATE unknown_events SET kind = 'dossier.received.v1'";
        let db = setting.around.open(database);
        db.write("before", move |tx| Ok(diesel::sql_query(sql).execute(tx)?)).await.unwrap();
        let answer = setting.get("/v1/unknown-events", &reader).await;
        assert_eq!(answer.body["items"][0]["known_now"], true);
    }
}
