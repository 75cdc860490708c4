//! What the read audit promises, on both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use motcua_db::{Conn, Db, ReadEntry, TxResult};
use motcua_kernel::{Actor, ActorKind, Kind, Uuid, new_id};
use motcua_testkit::on_both_databases;

#[derive(QueryableByName)]
struct Entry {
    #[diesel(sql_type = Text)]
    actor: String,
    #[diesel(sql_type = Text)]
    request_id: String,
    #[diesel(sql_type = BigInt)]
    subjects: i64,
}

fn entries(conn: &mut Conn) -> TxResult<Vec<Entry>> {
    let length = match conn {
        Conn::Postgres(_) => "jsonb_array_length(subjects)",
        Conn::Sqlite(_) => "json_array_length(subjects)",
    };
    let query = format!("SELECT actor, request_id, CAST({length} AS BIGINT) AS subjects FROM read_audit ORDER BY id");
    Ok(diesel::sql_query(query).load(conn)?)
}

fn reader(kind: ActorKind) -> Actor {
    Actor {
        tenant: Uuid::nil(),
        issuer: "issuer".into(),
        subject: "045084000123".into(),
        client: String::new(),
        kind,
        scopes: BTreeSet::new(),
        grants: Vec::new(),
        person: None,
    }
}

fn entry(request_id: &str) -> ReadEntry {
    ReadEntry::of(&reader(ActorKind::Officer), "get_thing", request_id, vec![new_id(), new_id()])
}

async fn hide_the_table(db: &Db, hidden: bool) {
    let (from, to) = if hidden { ("read_audit", "hidden") } else { ("hidden", "read_audit") };
    db.write("hide", move |tx| {
        diesel::sql_query(format!("ALTER TABLE {from} RENAME TO {to}")).execute(tx)?;
        Ok(())
    })
    .await
    .unwrap();
}

/// As an actix worker does: a runtime of its own thread, dropped at any moment.
fn read_until_stopped(db: &Db, time: Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for n in 0..10 {
            let db = db.clone();
            tokio::spawn(async move { db.audit_read(entry(&n.to_string())).await });
        }
        tokio::time::sleep(time).await;
    });
}

on_both_databases! {
    async fn every_reader_is_noted_once_before_any_is_answered(database) {
        let db = database.open(&[]);
        let readers: Vec<_> = (0..1200)
            .map(|n| { let db = db.clone(); tokio::spawn(async move {
                db.audit_read(entry(&n.to_string())).await.unwrap();
                // A look at everything costs too much for every reader to take it.
                if n % 60 == 0 {
                    let all = db.read("entries", entries).await.unwrap();
                    assert!(all.iter().any(|e| e.request_id == n.to_string()), "answered before the commit");
                }
            }) })
            .collect();
        for reader in readers { reader.await.unwrap(); }
        let all = db.read("entries", entries).await.unwrap();
        let ids: BTreeSet<&str> = all.iter().map(|e| e.request_id.as_str()).collect();
        assert_eq!((all.len(), ids.len()), (1200, 1200));
        assert!(all.iter().all(|e| e.subjects == 2));
    }

    async fn a_citizen_is_named_by_kind_alone_because_a_subject_may_be_an_identity_number(database) {
        let db = database.open(&[]);
        db.audit_read(ReadEntry::of(&reader(ActorKind::Citizen), "get_thing", "r", vec![new_id()])).await.unwrap();
        assert_eq!(db.read("entries", entries).await.unwrap().first().unwrap().actor, "citizen@issuer");
    }

    async fn a_read_that_cannot_be_noted_is_refused_and_the_next_one_works_again(database) {
        let db = database.open(&[]);
        hide_the_table(&db, true).await;
        let refused = db.audit_read(entry("lost")).await.unwrap_err();
        assert_eq!(refused.kind, Kind::Internal);
        hide_the_table(&db, false).await;
        db.audit_read(entry("kept")).await.unwrap();
        assert_eq!(db.read("entries", entries).await.unwrap().len(), 1);
    }

    async fn a_reader_that_gives_up_takes_nothing_of_the_others_with_it(database) {
        let db = database.open(&[]);
        let mut readers = Vec::new();
        for n in 0..200 {
            let db = db.clone();
            readers.push(tokio::spawn(async move { db.audit_read(entry(&n.to_string())).await }));
        }
        tokio::task::yield_now().await;
        let (leaving, staying): (Vec<_>, Vec<_>) = readers.into_iter().enumerate().partition(|(n, _)| n % 2 == 0);
        for (_, reader) in leaving { reader.abort(); }
        for (_, reader) in staying { reader.await.unwrap().unwrap(); }
    }

    async fn a_runtime_that_stops_leaves_the_audit_working_for_the_next(database) {
        let db = database.open(&[]);
        for round in 0..20 {
            let readers = db.clone();
            std::thread::spawn(move || read_until_stopped(&readers, Duration::from_micros(round * 50))).join().unwrap();
            let noted = tokio::time::timeout(Duration::from_secs(20), db.audit_read(entry("after"))).await;
            noted.expect("the audit hangs").unwrap();
        }
    }
}
