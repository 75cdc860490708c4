//! How soon events get their positions: whatever happened to the sequencer, and whoever else writes much.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Change, Checkpoints, EventKind, Journal, MIGRATIONS, Sequencer, Stamp};
use motcua_kernel::{Uuid, new_id};
use motcua_testkit::{TestDatabase, on_both_databases, test_vault};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const HAPPENED: EventKind = EventKind { name: "thing.happened.v1", subject: "things" };

fn sequencer(database: &TestDatabase, db: &Db, journal: &Journal) -> Sequencer {
    let file = database.folder.path().join("checkpoints.ndjson");
    Sequencer::new(db.clone(), journal.clone(), Checkpoints::new("tests", file, &test_vault()).unwrap())
}

fn start(database: &TestDatabase, db: &Db, journal: &Journal) -> (JoinHandle<()>, watch::Sender<bool>) {
    let (stop, stopped) = watch::channel(false);
    (tokio::spawn(sequencer(database, db, journal).run(stopped)), stop)
}

/// Records events of a tenant in one transaction that commits a while after the last of them.
async fn happen(db: &Db, journal: &Journal, tenant: Uuid, count: usize) {
    let (journal, stamp) = (journal.clone(), Stamp::by_service("tests", tenant, &db.clock));
    db.write("happen", move |tx| {
        for _ in 0..count {
            journal.record(tx, &stamp, &Change { kind: HAPPENED, subject: new_id(), version: 1, data: &json!({}) })?;
        }
        std::thread::sleep(Duration::from_millis(20));
        Ok(())
    })
    .await
    .unwrap();
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

fn placed(conn: &mut Conn) -> TxResult<i64> {
    let query = "SELECT COUNT(*) AS value FROM journal_events WHERE position IS NOT NULL";
    Ok(diesel::sql_query(query).get_result::<Number>(conn)?.value)
}

fn tenants_served(conn: &mut Conn) -> TxResult<i64> {
    Ok(diesel::sql_query("SELECT COUNT(*) AS value FROM journal_heads").get_result::<Number>(conn)?.value)
}

/// Waits until so many events have a position, and says how long that took; half a lease is too long.
async fn until_placed(db: &Db, count: i64) -> Duration {
    let since = Instant::now();
    while db.read("placed", placed).await.unwrap() < count {
        assert!(since.elapsed() < Duration::from_secs(5), "events wait for a lease that nobody else holds");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    since.elapsed()
}

async fn alter(db: &Db, statement: &'static str) {
    db.write("alter", move |tx| Ok(diesel::sql_query(statement).execute(tx)?)).await.unwrap();
}

on_both_databases! {
    async fn an_error_that_passes_does_not_stop_sequencing_for_the_length_of_a_lease(database) {
        let db = database.open(&[MIGRATIONS]);
        let journal = Journal::new("tests");
        let (running, stop) = start(database, &db, &journal);
        happen(&db, &journal, Uuid::nil(), 1).await;
        until_placed(&db, 1).await;
        alter(&db, "ALTER TABLE journal_heads RENAME TO journal_heads_away").await;
        happen(&db, &journal, Uuid::nil(), 1).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        alter(&db, "ALTER TABLE journal_heads_away RENAME TO journal_heads").await;
        until_placed(&db, 2).await;
        stop.send_replace(true);
        running.await.unwrap();
    }

    async fn a_sequencer_started_again_after_a_panic_leads_at_once(database) {
        let db = database.open(&[MIGRATIONS]);
        let journal = Journal::new("tests");
        let (running, _stop) = start(database, &db, &journal);
        happen(&db, &journal, Uuid::nil(), 1).await;
        until_placed(&db, 1).await;
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());

        let (running, stop) = start(database, &db, &journal);
        happen(&db, &journal, Uuid::nil(), 1).await;
        until_placed(&db, 2).await;
        stop.send_replace(true);
        running.await.unwrap();
    }

    async fn an_event_whose_commit_comes_after_the_signal_is_placed_soon_after_it(database) {
        let db = database.open(&[MIGRATIONS]);
        let journal = Journal::new("tests");
        let (running, stop) = start(database, &db, &journal);
        let mut fastest = Duration::MAX;
        for n in 1..=5 {
            // Long enough for the sequencer to have gone to sleep.
            tokio::time::sleep(Duration::from_millis(700)).await;
            happen(&db, &journal, Uuid::nil(), 1).await;
            fastest = fastest.min(until_placed(&db, n).await);
        }
        // The fastest, because the machine of a test run is busy with other tests.
        assert!(fastest < Duration::from_millis(120), "{fastest:?}");
        stop.send_replace(true);
        running.await.unwrap();
    }

    async fn a_tenant_with_endless_events_does_not_starve_the_next(database) {
        let db = database.open(&[MIGRATIONS]);
        let journal = Journal::new("tests");
        happen(&db, &journal, Uuid::nil(), 2500).await;
        happen(&db, &journal, new_id(), 1).await;
        let mut sequencer = sequencer(database, &db, &journal);
        assert!(sequencer.sequence_once().await.unwrap() < 2501);
        assert_eq!(db.read("tenants", tenants_served).await.unwrap(), 2);
        sequencer.sequence_all().await.unwrap();
        assert_eq!(db.read("placed", placed).await.unwrap(), 2501);
    }
}
