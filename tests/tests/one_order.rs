//! Many write at once; whoever follows the feed sees everything once, in one order, and derives the same from it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};
use motcua_tests::{Api, Desk, Installation, Kind, Service, eventually, full_size};
use serde_json::Value;

const WRITERS: usize = 8;
/// What a dossier tells of on its way.
const STEPS: [&str; 5] =
    ["dossier.submitted.v1", "dossier.received.v1", "dossier.processing.v1", "dossier.approved.v1", "dossier.done.v1"];

/// Position, id, subject and type of an event.
type Seen = (u64, String, String, String);

fn seen(event: &Value) -> Seen {
    let text = |member: &str| event[member].as_str().unwrap().to_owned();
    (text("position").parse().unwrap(), text("id"), text("subject"), text("type"))
}

/// Reads on from where a reader stands and checks that nothing is left out or comes in another order.
async fn read_on(feed: &Api, wait: u32, read: &mut Vec<Seen>) -> usize {
    let after = read.last().map_or(0, |last| last.0);
    let page = feed.get(&format!("/v1/events?after={after}&limit=100&wait={wait}")).await;
    let scanned: u64 = page.headers["scanned-to"].to_str().unwrap().parse().unwrap();
    let events: Vec<Seen> = page.ok().as_array().unwrap().iter().map(seen).collect();
    for (expected, event) in (after + 1..).zip(&events) {
        assert_eq!(event.0, expected, "positions have a gap or go back");
    }
    assert_eq!(scanned, events.last().map_or(after, |last| last.0), "this reader sees everything");
    read.extend(events);
    read.len()
}

/// A reader that watches until told to stop.
async fn watch(feed: Api, stop: Arc<AtomicBool>) -> Vec<Seen> {
    let mut read = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        read_on(&feed, 1, &mut read).await;
    }
    read
}

/// The events a journal holds, looked at behind the service's back.
fn recorded(installation: &Installation, kind: Kind) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        events: i64,
    }
    let count = diesel::sql_query("SELECT count(*) AS events FROM journal_events");
    let url = &installation.database(Service::Procedures).url;
    let found: Count = match kind {
        Kind::Sqlite => {
            count.get_result(&mut SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap()).unwrap()
        }
        Kind::Postgres => count.get_result(&mut PgConnection::establish(url).unwrap()).unwrap(),
    };
    found.events
}

async fn many_writers(kind: Kind) {
    let each = if full_size() { 100 } else { 4 };
    let installation = Installation::new(kind);
    installation.start_all().await;
    let desk = Arc::new(Desk::of(&installation));
    desk.portal.directory_has_arrived().await;
    let feed = installation.api(Service::Procedures, &installation.token(&["--kind", "service"]));
    let stop = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(feed.clone(), Arc::clone(&stop)));

    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                let mut ids = Vec::new();
                for at in 0..each {
                    let (id, file) = desk.ready(&format!("{writer}-{at}")).await;
                    desk.approve(&id, &file).await;
                    ids.push(id);
                }
                ids
            })
        })
        .collect();
    let mut dossiers = Vec::new();
    for writer in writers {
        dossiers.extend(writer.await.unwrap());
    }
    for id in &dossiers {
        eventually("every dossier has its number", 120, async || desk.number(id).await.is_some()).await;
    }
    let events = usize::try_from(recorded(&installation, kind)).unwrap();
    let mut all = Vec::new();
    eventually("the whole journal is in the feed", 60, async || read_on(&feed, 0, &mut all).await >= events).await;
    assert_eq!(all.len(), events);
    stop.store(true, Ordering::Relaxed);
    let watched = watching.await.unwrap();
    assert!(!watched.is_empty() && all.starts_with(&watched), "who watched saw another order than who came later");
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, _, subject, kind) in &all {
        if let Some(id) = subject.strip_prefix("dossiers/") {
            told.entry(id).or_default().push(kind);
        }
    }
    assert_eq!(told.len(), WRITERS * each);
    for id in &dossiers {
        assert_eq!(told[id.as_str()], STEPS, "{id}");
    }

    // kpi has followed over HTTP all the while. Derived again from the first event, its tables are the same.
    let tables = || installation.run(&["replay", "--digest"]);
    let rows = |table: &str| format!("{table} {} rows ", WRITERS * each);
    eventually("kpi has followed both feeds", 60, async || {
        let tables = tables();
        tables.contains(&rows("dossier_facts")) && tables.contains(&rows("document_facts"))
    })
    .await;
    eventually("the last step of every dossier has come by", 60, async || {
        finished(&installation).await == WRITERS * each
    })
    .await;
    installation.kill(Service::Kpi);
    let before = tables();
    installation.run(&["replay"]);
    assert_ne!(tables(), before, "the replay emptied nothing");
    installation.start(Service::Kpi).await;
    eventually("the tables are identical", 60, async || tables() == before).await;
    for service in Service::ALL {
        installation.kill(service);
    }
    let verified = installation.run(&["verify"]);
    assert!(verified.lines().all(|line| line.contains("events in order")), "{verified}");
}

/// How many dossiers were finished this month at the tour's agency.
#[expect(clippy::disallowed_methods, reason = "from outside, the machine's clock is the only one there is")]
async fn finished(installation: &Installation) -> Value {
    let leader = installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", "leader"]);
    let month = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()) + chrono::TimeDelta::hours(7);
    let path = format!("/v1/scores/figures?set=qd766&agency=under:H50.12&period={}", month.format("%Y-%m"));
    let body = installation.api(Service::Kpi, &leader).get(&path).await.body;
    let figures = body["figures"].as_array().into_iter().flatten();
    figures.filter(|one| one["measure"] == "finished").map(|one| one["value"].clone()).next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_writers_one_order_and_the_same_indicators_twice_sqlite() {
    many_writers(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_writers_one_order_and_the_same_indicators_twice_postgres() {
    many_writers(Kind::Postgres).await;
}
