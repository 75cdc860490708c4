//! Facts are what the newest event says, whatever comes twice, late or unknown.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Event, EventKind};
use motcua_kernel::{Uuid, new_id};
use motcua_kpi::{TableDigest, digest, replay};
use motcua_testkit::on_both_databases;
use serde_json::json;

use super::province::{DONE, Dossier, MOVED, News, PAUSED, RECEIVED, agency, issued_news, tell_otherwise};
use super::taking::{apply_page, open};

/// Takes events in, one transaction each, as many times as they stand there.
async fn take_in(db: &Db, tenant: Uuid, news: &[&News]) {
    for news in news {
        apply(db, news.event(tenant)).await.unwrap();
    }
}

async fn apply(db: &Db, event: Event) -> motcua_kernel::Result<()> {
    db.write("apply", move |tx| apply_page(tx, std::slice::from_ref(&event))).await
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Kept {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Nullable<Text>)]
    result_number: Option<String>,
}

fn kept(conn: &mut Conn) -> TxResult<Vec<Kept>> {
    Ok(diesel::sql_query("SELECT version, result_number FROM dossier_facts ORDER BY version").load(conn)?)
}

async fn of_table(db: &Db, tenant: Uuid, table: &str) -> TableDigest {
    digest(db, tenant).await.unwrap().into_iter().find(|digest| digest.table == table).unwrap()
}

on_both_databases! {
    async fn the_newest_version_wins_in_whatever_order_and_however_often_it_comes(database) {
        let db = open(database);
        let commune = agency("H50.12", None, "2025-07-01", None);
        let received = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let done = received.clone().finished("2026-11-05T03:00:00Z");
        let (one, two, three) = (received.news(RECEIVED, 1), received.news(PAUSED, 2), done.news(DONE, 3));
        let orders: [&[&News]; 5] = [
            &[&one, &two, &three],
            &[&three, &two, &one],
            &[&two, &one, &three, &three],
            &[&one, &one, &three, &two, &one],
            &[&three],
        ];
        let tenant = new_id();
        let mut digests = Vec::new();
        for order in orders {
            take_in(&db, tenant, order).await;
            assert_eq!(db.read("kept", kept).await.unwrap(), [Kept { version: 3, result_number: Some("15/QĐ-UBND".to_owned()) }]);
            digests.push(digest(&db, tenant).await.unwrap());
            replay(&db, tenant).await.unwrap();
        }
        digests.dedup();
        assert_eq!(digests.len(), 1);
    }

    async fn the_same_version_with_other_words_changes_nothing_and_a_newer_one_may_empty_a_field(database) {
        let db = open(database);
        let tenant = new_id();
        let commune = agency("H50.12", None, "2025-07-01", None);
        let done = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z").finished("2026-11-05T03:00:00Z");
        take_in(&db, tenant, &[&done.news(DONE, 3)]).await;
        let before = of_table(&db, tenant, "dossier_facts").await;
        let mut forged = done.news(DONE, 3);
        forged.data["result"]["number"] = json!("99/QĐ-UBND");
        take_in(&db, tenant, &[&forged]).await;
        assert_eq!(of_table(&db, tenant, "dossier_facts").await, before);
        let mut reopened = done.clone();
        reopened.finished_at = None;
        take_in(&db, tenant, &[&reopened.news(MOVED, 4)]).await;
        assert_eq!(db.read("kept", kept).await.unwrap(), [Kept { version: 4, result_number: None }]);
    }

    async fn a_known_event_without_a_field_stops_the_follower_by_name(database) {
        let db = open(database);
        let commune = agency("H50.12", None, "2025-07-01", None);
        let dossier = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let fields = [
            "version", "received_at", "due_at", "finished_at", "agencies", "result", "national_state", "waits", "fees",
            "components", "withdrawn_at", "vneid_verified", "occurred_at",
        ];
        for field in fields {
            let mut news = dossier.news(RECEIVED, 1);
            news.data.as_object_mut().unwrap().remove(field);
            let mut event = news.event(new_id());
            tell_otherwise(&mut event, |facts| {
                facts.as_object_mut().unwrap().remove(field);
            });
            let error = apply(&db, event).await.unwrap_err();
            assert!(error.inside.unwrap().contains(field), "{field}");
        }
        assert_eq!(db.read("kept", kept).await.unwrap(), []);
    }

    async fn a_step_of_a_newer_service_is_taken_when_it_tells_the_same_facts_and_passed_over_else(database) {
        let db = open(database);
        let tenant = new_id();
        let commune = agency("H50.12", None, "2025-07-01", None);
        let dossier = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let rated = EventKind { name: "dossier.rated.v1", subject: "dossiers" };
        let second = EventKind { name: "dossier.received.v2", subject: "dossiers" };
        let elsewhere = EventKind { name: "task.assigned.v1", subject: "tasks" };
        let other = |kind| News { kind, subject: dossier.id, version: 9, data: json!({"stars": 5}) };
        take_in(&db, tenant, &[
            &dossier.news(PAUSED, 2),
            &other(rated),
            &dossier.news(second, 7),
            &other(elsewhere),
        ]).await;
        assert_eq!(db.read("kept", kept).await.unwrap(), [Kept { version: 2, result_number: None }]);
    }

    async fn an_issued_document_is_kept_once_as_it_was_issued(database) {
        let db = open(database);
        let tenant = new_id();
        let commune = agency("H50.12", None, "2025-07-01", None);
        let document = new_id();
        take_in(&db, tenant, &[&issued_news(document, &commune, 15)]).await;
        let first = of_table(&db, tenant, "document_facts").await;
        take_in(&db, tenant, &[&issued_news(document, &commune, 15), &issued_news(document, &commune, 16)]).await;
        assert_eq!((of_table(&db, tenant, "document_facts").await, first.rows), (first.clone(), 1));
        take_in(&db, tenant, &[&issued_news(new_id(), &commune, 16)]).await;
        assert_eq!(of_table(&db, tenant, "document_facts").await.rows, 2);
        for field in ["issued_on", "full_number", "issuing_agency_id", "book"] {
            let mut broken = issued_news(new_id(), &commune, 17);
            broken.data.as_object_mut().unwrap().remove(field);
            assert!(apply(&db, broken.event(tenant)).await.unwrap_err().inside.unwrap().contains(field), "{field}");
        }
    }
}
