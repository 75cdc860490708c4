//! The procedures service is killed at random moments while it sends notices by e-mail to a server that misbehaves as well:
//! no message is lost, and one that comes twice says by its `Message-ID` that it is the same.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

#[path = "../../services/procedures/tests/exchange/mail_server.rs"]
#[expect(dead_code, reason = "the tests of the service need more of it")]
mod mail_server;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mail_server::{MailServer, Manner};
use motcua_tests::{Desk, Installation, Kind, Service, eventually, send};
use reqwest::Method;
use serde_json::{Value, json};

const DOSSIERS: usize = 12;
const ADDRESSES: [&str; 2] = ["motcua@phuong.example", "quay2@phuong.example"];

async fn kills_while_it_sends(database: Kind) {
    let (installation, server) = (Installation::new(database), MailServer::start());
    installation.set(server.settings());
    installation.start_all().await;
    let desk = Desk::of(&installation);
    desk.portal.directory_has_arrived().await;
    // A Monday morning.
    desk.clerk.set_clock("2027-03-01T01:00:00Z").await;
    eventually("the clock has arrived", 30, async || {
        let clock = desk.receiver.get("/sandbox/clock").await;
        clock.body["at"].as_str().is_some_and(|at| at.starts_with("2027-03-01T01"))
    })
    .await;
    let mut ids = Vec::new();
    for number in 0..DOSSIERS {
        let created = desk.portal.post("/v1/dossiers", &format!("mail-{number}"), &motcua_tests::dossier()).await.ok();
        if ids.is_empty() {
            let agency = created["agencies"]["receiving"]["id"].as_str().unwrap();
            let addresses = ADDRESSES.map(|email| json!({"role": "receiver", "email": email}));
            let token = installation.token(&["--kind", "officer", "--agency", "H50", "--role", "administrator"]);
            let request = installation
                .api(Service::Procedures, &token)
                .request(Method::PUT, &format!("/v1/agencies/{agency}/notice-addresses"))
                .header("If-Match", "\"v0\"")
                .json(&json!({"addresses": addresses}));
            send(request).await.unwrap().ok();
        }
        ids.push(created["id"].as_str().unwrap().to_owned());
    }
    // Past the two working hours in which a desk is alerted.
    desk.clerk.set_clock("2027-03-01T04:30:00Z").await;
    let manners = [Manner::Take, Manner::Silent, Manner::DropAfterData, Manner::Take, Manner::Busy, Manner::Take];
    for (round, manner) in manners.into_iter().enumerate() {
        server.behave(manner);
        tokio::time::sleep(Duration::from_millis(400 + 350 * u64::try_from(round).unwrap())).await;
        installation.kill(Service::Procedures);
        installation.start(Service::Procedures).await;
    }
    server.behave(Manner::Take);
    eventually("every notice has gone to both addresses", 120, async || {
        let notices = desk.receiver.get("/v1/notices?kind=alert&limit=200").await.ok();
        let items = notices["items"].as_array().unwrap();
        items.len() == DOSSIERS && items.iter().all(|notice| notice["mail"]["sent"] == 2)
    })
    .await;
    let mut taken = BTreeMap::<String, BTreeSet<String>>::new();
    for delivery in server.deliveries() {
        assert!(ADDRESSES.contains(&delivery.to.as_str()), "{}", delivery.to);
        let copies = taken.entry(delivery.header("Message-ID")).or_default();
        copies.insert(delivery.message.clone());
        assert_eq!(copies.len(), 1, "a copy that differs: {copies:?}");
    }
    assert_eq!(taken.len(), DOSSIERS * ADDRESSES.len(), "each message has a name of its own, and no other has come");
    let notices = desk.receiver.get("/v1/notices?kind=alert&limit=200").await.ok();
    let of = |notice: &Value| notice["dossier_id"].as_str().unwrap().to_owned();
    let told: BTreeSet<String> = notices["items"].as_array().unwrap().iter().map(of).collect();
    assert_eq!(told, ids.into_iter().collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_notices_are_sent_lose_none_sqlite() {
    kills_while_it_sends(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_notices_are_sent_lose_none_postgres() {
    kills_while_it_sends(Kind::Postgres).await;
}
