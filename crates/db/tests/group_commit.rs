//! What requests owe each other that SQLite's one writer commits together: nobody is told what did not happen, and
//! nobody is blamed for what another's statement did to the file.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Error, Kind, Result};
use motcua_testkit::TestDatabase;
use tokio::task::JoinHandle;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

fn count(conn: &mut Conn) -> TxResult<i64> {
    Ok(diesel::sql_query("SELECT COUNT(*) AS value FROM things").get_result::<Number>(conn)?.value)
}

fn refused_when_there_is_a_thing(tx: &mut Conn) -> TxResult<()> {
    if count(tx)? == 0 { Ok(()) } else { Err(Error::conflict("thing.exists", "đã có", "there is one").into()) }
}

async fn run(db: &Db, statements: &'static str) -> Result<()> {
    db.write("run", move |tx| Ok(tx.batch_execute(statements)?)).await
}

/// Runs the works in this order in one commit: they queue while the writer is busy with another.
async fn together(db: &Db, works: Vec<fn(&mut Conn) -> TxResult<()>>) -> Vec<Result<()>> {
    let busy = db.clone();
    let mut calls: Vec<JoinHandle<Result<()>>> = vec![tokio::spawn(async move {
        busy.write("busy", |_| {
            std::thread::sleep(Duration::from_millis(500));
            Ok(())
        })
        .await
    })];
    for work in works {
        tokio::time::sleep(Duration::from_millis(40)).await;
        let db = db.clone();
        calls.push(tokio::spawn(async move { db.write("work", work).await }));
    }
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers.remove(0).unwrap();
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_in_one_request_is_told_to_all_whose_work_went_with_it() {
    let database = TestDatabase::sqlite();
    let db = database.open(&[]);
    run(&db, "CREATE TABLE things (body BLOB NOT NULL)").await.unwrap();
    // The limit belongs to the writer's connection; SQLite undoes the whole transaction when a statement meets it.
    run(&db, "PRAGMA max_page_count = 64").await.unwrap();
    let small = |tx: &mut Conn| Ok(tx.batch_execute("INSERT INTO things VALUES (zeroblob(10))")?);
    let large = |tx: &mut Conn| Ok(tx.batch_execute("INSERT INTO things VALUES (zeroblob(1000000))")?);
    let answers = together(&db, vec![small, large, refused_when_there_is_a_thing, small]).await;
    let kinds: Vec<Kind> = answers.into_iter().map(|answer| answer.unwrap_err().kind).collect();
    assert_eq!(kinds, [Kind::StorageFull; 4]);

    run(&db, "INSERT INTO things VALUES (zeroblob(10))").await.unwrap();
    assert_eq!(db.read("count", count).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_that_hides_a_full_disk_does_not_hurt_the_others_silently() {
    let database = TestDatabase::sqlite();
    let db = database.open(&[]);
    run(&db, "CREATE TABLE things (body BLOB NOT NULL)").await.unwrap();
    run(&db, "PRAGMA max_page_count = 64").await.unwrap();
    let small = |tx: &mut Conn| Ok(tx.batch_execute("INSERT INTO things VALUES (zeroblob(10))")?);
    let hiding = |tx: &mut Conn| {
        drop(tx.batch_execute("INSERT INTO things VALUES (zeroblob(1000000))"));
        Ok(())
    };
    let answers = together(&db, vec![small, hiding]).await;
    let kinds: Vec<Kind> = answers.into_iter().map(|answer| answer.unwrap_err().kind).collect();
    assert_eq!(kinds, [Kind::Unavailable; 2]);
    assert_eq!(db.read("count", count).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_told_when_what_it_rests_on_was_never_committed() {
    let database = TestDatabase::sqlite();
    let db = database.open(&[]);
    let tables = "CREATE TABLE owners (id INTEGER PRIMARY KEY);
        CREATE TABLE things (owner INTEGER NOT NULL REFERENCES owners (id) DEFERRABLE INITIALLY DEFERRED)";
    run(&db, tables).await.unwrap();
    // Looked at only at the commit, which fails.
    let orphan = |tx: &mut Conn| Ok(tx.batch_execute("INSERT INTO things VALUES (7)")?);
    let answers = together(&db, vec![orphan, refused_when_there_is_a_thing]).await;
    let codes: Vec<String> = answers.into_iter().map(|answer| answer.unwrap_err().code).collect();
    assert_eq!(codes, ["internal", "internal"]);
    assert_eq!(db.read("count", count).await.unwrap(), 0);
}
