//! The procedures service is killed at random moments while it pushes events to a receiver that misbehaves as well: none is
//! lost, those about one dossier come in order, and one that comes twice has the same id.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

#[path = "../../services/procedures/tests/webhooks/receiver.rs"]
#[expect(dead_code, reason = "the tests of the service need more of it")]
mod receiver;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use motcua_tests::{Desk, Installation, Kind, Service, eventually};
use receiver::{Manner, Receiver};
use serde_json::{Value, json};

const DOSSIERS: usize = 10;

/// Lets a dossier of each round be received and processed, so that several events about it wait.
async fn work(desk: &Desk, ids: &mut Vec<String>, round: usize) {
    for number in 0..DOSSIERS / 5 {
        let key = format!("push-{round}-{number}");
        let created = desk.portal.post("/v1/dossiers", &key, &motcua_tests::dossier()).await.ok();
        let id = created["id"].as_str().unwrap().to_owned();
        desk.receiver.step(&id, &json!({"action": "receive"})).await.ok();
        desk.processor.step(&id, &json!({"action": "process"})).await.ok();
        ids.push(id);
    }
}

async fn kills_while_it_pushes(database: Kind) {
    let (installation, receiver) = (Installation::new(database), Receiver::start());
    installation.set(Receiver::settings());
    installation.start_all().await;
    let desk = Desk::of(&installation);
    desk.portal.directory_has_arrived().await;
    let body = json!({"url": receiver.url(), "types": ["dossier.*"]});
    let created = desk.portal.post("/v1/webhooks", "subscribe", &body).await.ok();
    let (webhook, secret) = (created["id"].as_str().unwrap(), created["secret"].as_str().unwrap());
    let mut ids = Vec::new();
    let manners = [Manner::Take, Manner::Silent, Manner::Drop, Manner::Answer(503, "busy".to_owned()), Manner::Slow];
    for (round, manner) in manners.into_iter().enumerate() {
        receiver.behave(manner);
        work(&desk, &mut ids, round).await;
        let before = receiver.messages().len();
        // In the middle of sending: at least one more has come, and then a little later each time.
        eventually("something is sent", 60, async || receiver.messages().len() > before).await;
        tokio::time::sleep(Duration::from_millis(70 * u64::try_from(round).unwrap())).await;
        installation.kill(Service::Procedures);
        installation.start(Service::Procedures).await;
    }
    receiver.behave(Manner::Take);
    let deliveries = format!("/v1/webhooks/{webhook}/deliveries?limit=200");
    eventually("everything is delivered", 180, async || {
        let log = desk.portal.get(&deliveries).await.ok();
        let items = log["items"].as_array().unwrap();
        items.len() >= 3 * DOSSIERS && items.iter().all(|one| one["state"] == "delivered")
    })
    .await;

    let feed = desk.portal.get("/v1/events?limit=1000").await.ok();
    let expected: BTreeMap<&str, &Value> = feed
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["type"].as_str().unwrap().starts_with("dossier."))
        .map(|event| (event["id"].as_str().unwrap(), event))
        .collect();
    let messages = receiver.messages();
    let mut first: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for message in &messages {
        assert!(message.is_signed_by(secret));
        assert_eq!(&message.event, expected[message.id()], "every copy is the event of the feed");
        if seen.insert(message.id()) {
            first.entry(message.subject()).or_default().push(message.position());
        }
    }
    assert_eq!(seen, expected.keys().copied().collect(), "every event at least once, and no other");
    assert_eq!(first.len(), ids.len());
    for (subject, positions) in first {
        assert!(positions.is_sorted(), "{subject}: {positions:?}");
    }
    assert!(messages.len() > seen.len(), "kills and manners made some come twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_events_are_pushed_lose_none_sqlite() {
    kills_while_it_pushes(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_events_are_pushed_lose_none_postgres() {
    kills_while_it_pushes(Kind::Postgres).await;
}

/// Each service has webhooks of its own events, and a reminder of the legal clock comes when business time has moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_pushed_when_the_clock_of_the_sandbox_has_moved() {
    let (installation, receiver) = (Installation::new(Kind::Sqlite), Receiver::start());
    installation.set(Receiver::settings());
    installation.start_all().await;
    let desk = Desk::of(&installation);
    desk.portal.directory_has_arrived().await;
    let officer = ["--kind", "officer", "--agency", "H50", "--role", "administrator"];
    let token = installation.token(&officer);
    let body = json!({"url": receiver.url(), "types": ["dossier.alerted.v1"]});
    for service in Service::ALL {
        let types = if service == Service::Procedures { body.clone() } else { json!({"url": receiver.url()}) };
        let created = installation.api(service, &token).post("/v1/webhooks", "subscribe", &types).await;
        assert_eq!(created.status, 201, "{service:?}: {}", created.body);
    }
    // A Monday morning.
    desk.clerk.set_clock("2027-03-01T01:00:00Z").await;
    eventually("the clock has arrived", 30, async || {
        let clock = desk.receiver.get("/sandbox/clock").await;
        clock.body["at"].as_str().is_some_and(|at| at.starts_with("2027-03-01T01"))
    })
    .await;
    let created = desk.portal.post("/v1/dossiers", "reminded", &motcua_tests::dossier()).await.ok();
    desk.clerk.set_clock("2027-03-01T04:30:00Z").await;
    let messages =
        receiver.until("the alert", |messages| messages.iter().any(|one| one.kind() == "dossier.alerted.v1")).await;
    let alert = messages.iter().find(|one| one.kind() == "dossier.alerted.v1").unwrap();
    assert_eq!(alert.subject(), format!("dossiers/{}", created["id"].as_str().unwrap()));
}
