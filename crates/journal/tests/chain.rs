//! What the journal promises: every committed event once, in one order, without gaps, and tampering shows.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::verify::{Report, verify};
use motcua_journal::{Change, Checkpoints, EventKind, Journal, MIGRATIONS, Sequencer, Stamp};
use motcua_kernel::{Error, Uuid, new_id};
use motcua_testkit::{TestDatabase, on_both_databases, test_vault};
use serde_json::json;

const HAPPENED: EventKind = EventKind { name: "thing.happened.v1", subject: "things" };

fn checkpoints(database: &TestDatabase) -> Checkpoints {
    Checkpoints::new("tests", database.folder.path().join("checkpoints.ndjson"), &test_vault()).unwrap()
}

fn sequencer(database: &TestDatabase, db: &Db, journal: &Journal) -> Sequencer {
    Sequencer::new(db.clone(), journal.clone(), checkpoints(database))
}

async fn happen(db: &Db, journal: &Journal, subject: Uuid, version: i64, fail: bool) -> bool {
    let (journal, stamp) = (journal.clone(), Stamp::by_service("tests", Uuid::nil(), &db.clock));
    db.write("happen", move |tx| {
        let data = json!({"tên": "Đỗ", "version": version});
        journal.record(tx, &stamp, &Change { kind: HAPPENED, subject, version, data: &data })?;
        if fail { Err(Error::conflict("no", "không", "no").into()) } else { Ok(()) }
    })
    .await
    .is_ok()
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Nullable<BigInt>)]
    position: Option<i64>,
    #[diesel(sql_type = BigInt)]
    subject_version: i64,
}

fn places(conn: &mut Conn) -> TxResult<Vec<(Option<i64>, i64)>> {
    let rows: Vec<Place> =
        diesel::sql_query("SELECT position, subject_version FROM journal_events ORDER BY position, id").load(conn)?;
    Ok(rows.into_iter().map(|row| (row.position, row.subject_version)).collect())
}

async fn alter(db: &Db, statement: &'static str) {
    db.write("alter", move |tx| Ok(diesel::sql_query(statement).execute(tx)?)).await.unwrap();
}

async fn report(database: &TestDatabase, db: &Db) -> Report {
    verify(db, &checkpoints(database)).await.unwrap()
}

/// Forty events with positions, and a checkpoint at the end.
async fn forty(database: &TestDatabase) -> Db {
    let db = database.open(&[MIGRATIONS]);
    let journal = Journal::new("tests");
    for _ in 0..40 {
        assert!(happen(&db, &journal, new_id(), 1, false).await);
    }
    let mut sequencer = sequencer(database, &db, &journal);
    assert_eq!(sequencer.sequence_all().await.unwrap(), 40);
    sequencer.finish().await;
    assert_eq!(report(database, &db).await, Report { events: 40, checkpoints: 1, fault: None });
    db
}

on_both_databases! {
    async fn eight_writers_and_two_sequencers_lose_no_event_and_leave_no_gap(database) {
        let db = database.open(&[MIGRATIONS]);
        let journal = Journal::new("tests");
        let writing = Arc::new(AtomicBool::new(true));
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let copies: Vec<_> = (0..2)
            .map(|_| tokio::spawn(sequencer(database, &db, &journal).run(stopped.clone())))
            .collect();
        // A reader that follows positions while they are given must never find one behind it.
        let reader = tokio::spawn({
            let (db, writing) = (db.clone(), Arc::clone(&writing));
            async move {
                let mut seen = 0_i64;
                loop {
                    let last_look = !writing.load(Ordering::SeqCst);
                    let placed: Vec<i64> = db.read("places", places).await.unwrap().into_iter().filter_map(|p| p.0).collect();
                    let most = placed.iter().copied().max().unwrap_or(0);
                    assert_eq!(i64::try_from(placed.len()), Ok(most), "a gap was visible");
                    assert!(most >= seen);
                    seen = most;
                    if last_look { return seen; }
                    tokio::time::sleep(Duration::from_millis(3)).await;
                }
            }
        });
        let writers: Vec<_> = (0..8).map(|_| {
            let (db, journal) = (db.clone(), journal.clone());
            tokio::spawn(async move {
                let mut written = 0_i64;
                let subject = new_id();
                for n in 0..60 {
                    written += i64::from(happen(&db, &journal, subject, written + 1, n % 7 == 3).await);
                }
                written
            })
        }).collect();
        let mut committed = 0;
        for writer in writers { committed += writer.await.unwrap(); }
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while db.read("places", places).await.unwrap().iter().any(|place| place.0.is_none()) {
            assert!(std::time::Instant::now() < until, "events stayed without position");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        writing.store(false, Ordering::SeqCst);
        assert_eq!(reader.await.unwrap(), committed);
        stop.send_replace(true);
        for copy in copies { copy.await.unwrap(); }
        let checked = report(database, &db).await;
        assert_eq!((checked.events, checked.fault), (committed, None));
    }

    async fn events_of_one_object_keep_the_order_of_its_versions(database) {
        let db = database.open(&[MIGRATIONS]);
        let journal = Journal::new("tests");
        let subject = new_id();
        // Written by copies whose clocks differ: the ids do not say what came first, the versions do.
        for version in [3, 1, 2] {
            assert!(happen(&db, &journal, subject, version, false).await);
        }
        sequencer(database, &db, &journal).sequence_all().await.unwrap();
        let order: Vec<i64> = db.read("places", places).await.unwrap().into_iter().map(|place| place.1).collect();
        assert_eq!(order, [1, 2, 3]);
    }

    async fn one_changed_byte_is_named_by_position_and_event(database) {
        let db = forty(database).await;
        let change = match db.backend() {
            motcua_db::Backend::Postgres(_) => "UPDATE journal_events SET canonical = set_byte(canonical, 30, get_byte(canonical, 30) # 1) WHERE position = 17",
            motcua_db::Backend::Sqlite(_) => "UPDATE journal_events SET canonical = CAST(replace(CAST(canonical AS TEXT), '\"version\":1', '\"version\":2') AS BLOB) WHERE position = 17",
        };
        alter(&db, change).await;
        let fault = report(database, &db).await.fault.unwrap();
        assert_eq!(fault.position, 17);
        assert!(fault.event.is_some());
        assert_eq!(fault.what, "the event does not match its hash");
    }

    async fn a_deleted_event_a_cut_tail_and_a_changed_column_show(database) {
        let db = forty(database).await;
        alter(&db, "UPDATE journal_events SET kind = 'thing.never.v1' WHERE position = 5").await;
        let fault = report(database, &db).await.fault.unwrap();
        assert_eq!((fault.position, fault.what.as_str()), (5, "a column beside the event differs from it"));
        alter(&db, "UPDATE journal_events SET kind = 'thing.happened.v1' WHERE position = 5").await;
        assert_eq!(report(database, &db).await.fault, None);

        // Who cuts the tail and mends the head as well is still found by the checkpoint.
        alter(&db, "DELETE FROM journal_events WHERE position = 40").await;
        assert!(report(database, &db).await.fault.unwrap().what.starts_with("the chain ends at 39"));
        alter(&db, "UPDATE journal_heads SET position = 39, hash = (SELECT hash FROM journal_events WHERE position = 39)").await;
        let fault = report(database, &db).await.fault.unwrap();
        assert_eq!((fault.position, fault.what.as_str()), (40, "the chain ends before a signed checkpoint: its tail was cut"));

        alter(&db, "DELETE FROM journal_events WHERE position = 8").await;
        assert_eq!(report(database, &db).await.fault.unwrap().what, "position 8 is missing");
    }

    async fn a_head_put_back_and_every_column_changed_show(database) {
        let db = forty(database).await;
        alter(&db, "UPDATE journal_events SET subject_version = 2 WHERE position = 9").await;
        let fault = report(database, &db).await.fault.unwrap();
        assert_eq!((fault.position, fault.what.as_str()), (9, "a column beside the event differs from it"));
        alter(&db, "UPDATE journal_events SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 7").await;
        let fault = report(database, &db).await.fault.unwrap();
        assert_eq!((fault.position, fault.what.as_str()), (7, "a column beside the event differs from it"));

        alter(&db, "UPDATE journal_events SET tenant_id = '00000000-0000-0000-0000-000000000007'").await;
        alter(&db, "UPDATE journal_heads SET tenant_id = '00000000-0000-0000-0000-000000000007'").await;
        let fault = report(database, &db).await.fault.unwrap();
        assert_eq!((fault.position, fault.what.as_str()), (1, "a column beside the event differs from it"));
    }

    async fn events_behind_a_head_that_was_put_back_show(database) {
        let db = forty(database).await;
        std::fs::remove_file(database.folder.path().join("checkpoints.ndjson")).unwrap();
        alter(&db, "UPDATE journal_heads SET position = 39, hash = (SELECT hash FROM journal_events WHERE position = 39)").await;
        let fault = report(database, &db).await.fault.unwrap();
        assert_eq!((fault.position, fault.what.as_str()), (39, "events stand behind the head of the chain"));
    }

    async fn a_journal_that_grows_while_it_is_verified_is_not_called_tampered_with(database) {
        let db = forty(database).await;
        let journal = Journal::new("tests");
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let sequencer = tokio::spawn(sequencer(database, &db, &journal).run(stopped.clone()));
        let writer = tokio::spawn({
            let db = db.clone();
            async move {
                while !*stopped.borrow() {
                    happen(&db, &journal, new_id(), 1, false).await;
                    tokio::time::sleep(Duration::from_millis(3)).await;
                }
            }
        });
        for _ in 0..20 {
            assert_eq!(report(database, &db).await.fault, None);
        }
        stop.send_replace(true);
        writer.await.unwrap();
        sequencer.await.unwrap();
    }

    async fn a_half_written_checkpoint_is_no_tampering_and_the_next_one_replaces_it(database) {
        let db = forty(database).await;
        let file = database.folder.path().join("checkpoints.ndjson");
        let whole = std::fs::read_to_string(&file).unwrap();
        // What a kill or a full disk in the middle of a write leaves behind.
        std::fs::write(&file, format!("{whole}{}", whole.get(..60).unwrap())).unwrap();
        assert_eq!(report(database, &db).await, Report { events: 40, checkpoints: 1, fault: None });

        let journal = Journal::new("tests");
        assert!(happen(&db, &journal, new_id(), 1, false).await);
        sequencer(database, &db, &journal).finish().await;
        assert_eq!(report(database, &db).await, Report { events: 41, checkpoints: 2, fault: None });
        assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 2);
    }

    async fn a_forged_checkpoint_shows(database) {
        let db = forty(database).await;
        let file = database.folder.path().join("checkpoints.ndjson");
        let forged = std::fs::read_to_string(&file).unwrap().replace("\"position\":40", "\"position\":39");
        std::fs::write(&file, forged).unwrap();
        let fault = report(database, &db).await.fault.unwrap();
        assert_eq!(fault.what, "line 1 of the checkpoints has a wrong signature");
    }
}
