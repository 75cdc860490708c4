//! What a transaction promises, on both databases.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use motcua_db::sql::Id;
use motcua_db::{Conn, Db, Failure, TxResult, acquire_lease, hold_lease, sweep_answers};
use motcua_kernel::{Answer, Error, Idempotency, Kind, Uuid, new_id};
use motcua_testkit::{TestDatabase, on_both_databases};

async fn with_counter(db: &Db) -> Uuid {
    let id = new_id();
    db.write("make", move |tx| {
        diesel::sql_query(
            "CREATE TABLE counters (id CHAR(36) PRIMARY KEY, value BIGINT NOT NULL, version BIGINT NOT NULL)",
        )
        .execute(tx)?;
        diesel::sql_query(format!("INSERT INTO counters VALUES ('{id}', 0, 1)")).execute(tx)?;
        Ok(())
    })
    .await
    .unwrap();
    id
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

fn value(conn: &mut Conn) -> TxResult<i64> {
    Ok(diesel::sql_query("SELECT value FROM counters").get_result::<Number>(conn)?.value)
}

fn add(tx: &mut Conn) -> TxResult<()> {
    diesel::sql_query("UPDATE counters SET value = value + 1").execute(tx)?;
    Ok(())
}

fn request(key: &str, fingerprint: &str) -> Idempotency {
    Idempotency {
        issuer: "issuer".into(),
        client: "client".into(),
        subject: "subject".into(),
        operation: "POST /v1/things".into(),
        key: key.into(),
        fingerprint: fingerprint.into(),
    }
}

async fn add_once(db: &Db, key: &str, fingerprint: &str) -> motcua_kernel::Result<Answer> {
    db.write_once("add", Uuid::nil(), Some(request(key, fingerprint)), |tx| {
        add(tx)?;
        Ok(Answer::done(&value(tx)?)?)
    })
    .await
}

on_both_databases! {
    async fn a_refused_or_panicking_write_leaves_nothing_and_hurts_nobody_else(database) {
        let db = database.open(&[]);
        with_counter(&db).await;
        let writes = (0..60).map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write("add", move |tx| {
                    add(tx)?;
                    assert!(n % 3 != 1, "a defect");
                    if n % 3 == 2 { Err(Error::conflict("no", "không", "no").into()) } else { Ok(n) }
                })
                .await
            })
        });
        let mut kinds = Vec::new();
        for write in writes.collect::<Vec<_>>() {
            kinds.push(write.await.unwrap().map_err(|error| error.kind));
        }
        assert_eq!(kinds.iter().filter(|k| k.is_ok()).count(), 20);
        assert_eq!(kinds.iter().filter(|k| **k == Err(Kind::Internal)).count(), 20);
        assert_eq!(kinds.iter().filter(|k| **k == Err(Kind::Conflict)).count(), 20);
        assert_eq!(db.read("value", value).await.unwrap(), 20);
    }

    async fn the_same_request_at_once_acts_once_and_everybody_gets_its_answer(database) {
        let db = database.open(&[]);
        with_counter(&db).await;
        let calls: Vec<_> = (0..12)
            .map(|_| { let db = db.clone(); tokio::spawn(async move { add_once(&db, "key", "same").await }) })
            .collect();
        let mut fresh = 0;
        for call in calls {
            let answer = call.await.unwrap().unwrap();
            assert_eq!(answer.body, 1);
            fresh += u32::from(!answer.replayed);
        }
        assert_eq!(fresh, 1);
        assert_eq!(db.read("value", value).await.unwrap(), 1);
        assert_eq!(add_once(&db, "key", "other").await.unwrap_err().code, "idempotency.key_reused");
        assert_eq!(add_once(&db, "another", "same").await.unwrap().body, 2);
    }

    async fn what_a_rule_refused_is_replayed_and_changed_nothing(database) {
        let db = database.open(&[]);
        with_counter(&db).await;
        let tries = Arc::new(AtomicU32::new(0));
        for _ in 0..3 {
            let tries = Arc::clone(&tries);
            let refused = db
                .write_once("refuse", Uuid::nil(), Some(request("k", "f")), move |tx| {
                    add(tx)?;
                    let n = tries.fetch_add(1, Ordering::SeqCst);
                    Err(Error::conflict(format!("try.{n}"), "không", "no").into())
                })
                .await
                .unwrap_err();
            assert_eq!(refused.code, "try.0");
        }
        assert_eq!(tries.load(Ordering::SeqCst), 1);
        assert_eq!(db.read("value", value).await.unwrap(), 0);
    }

    async fn our_own_failures_are_not_kept_under_the_key(database) {
        let db = database.open(&[]);
        with_counter(&db).await;
        for kind in [Kind::Unavailable, Kind::NotImplemented] {
            let fail = move |_: &mut Conn| Err(Error::new(kind, "fail", "hỏng", "failed").into());
            let failed = db.write_once("fail", Uuid::nil(), Some(request("k", "f")), fail).await.unwrap_err();
            assert_eq!(failed.kind, kind);
        }
        assert!(!add_once(&db, "k", "f").await.unwrap().replayed);
    }

    async fn a_row_that_is_missing_where_nobody_expects_it_is_our_defect_and_no_404(database) {
        let db = database.open(&[]);
        with_counter(&db).await;
        let missing = |conn: &mut Conn| {
            Ok(diesel::sql_query("SELECT value FROM counters WHERE value = 99").get_result::<Number>(conn)?.value)
        };
        assert_eq!(db.read("missing", missing).await.unwrap_err().kind, Kind::Internal);
    }

    async fn old_answers_are_swept_a_thousand_at_a_time_and_young_ones_stay(database) {
        let db = database.open(&[]);
        db.write("fill", |tx| {
            for n in 0..1501 {
                let day = if n == 1500 { "2099-01-01" } else { "2020-01-01" };
                diesel::sql_query(format!(
                    "INSERT INTO answers (tenant_id, scope, key, fingerprint, expires_at) \
                     VALUES ('{}', 's', '{n}', 'f', '{day}T00:00:00.{n:06}Z')",
                    Uuid::nil()
                ))
                .execute(tx)?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let now = db.clock.system();
        let mut swept = Vec::new();
        for _ in 0..3 {
            swept.push(db.write("sweep", move |tx| sweep_answers(tx, now)).await.unwrap());
        }
        assert_eq!(swept, [1000, 500, 0]);
    }

    async fn a_key_is_kept_a_day_or_as_long_as_its_operation_asks(database) {
        let db = database.open(&[]);
        let request = |key: &str| Idempotency {
            issuer: "i".into(),
            client: "c".into(),
            subject: "s".into(),
            operation: "pay".into(),
            key: key.into(),
            fingerprint: "f".into(),
        };
        let month = Duration::from_hours(30 * 24);
        let answer = |_: &mut Conn| Ok(Answer::done(&1)?);
        db.write_once("usual", Uuid::nil(), Some(request("usual")), answer).await.unwrap();
        db.write_once_kept("long", month, Uuid::nil(), Some(request("long")), answer).await.unwrap();
        let now = db.clock.system();
        let mut swept = Vec::new();
        for hours in [24, 26, 29 * 24, 31 * 24] {
            let then = motcua_kernel::SystemTime(now.0 + chrono::TimeDelta::hours(hours));
            swept.push(db.write("sweep", move |tx| sweep_answers(tx, then)).await.unwrap());
        }
        assert_eq!(swept, [0, 1, 0, 1]);
    }

    async fn read_then_write_loses_no_update_when_versions_are_checked(database) {
        let db = database.open(&[]);
        with_counter(&db).await;
        let tasks: Vec<_> = (0..8).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut done = 0;
                while done < 10 {
                    let won = db.write("increment", |tx| {
                        let n = value(tx)?;
                        let rows = diesel::sql_query(format!("UPDATE counters SET value = {} WHERE value = {n}", n + 1)).execute(tx)?;
                        Ok(rows == 1)
                    }).await.unwrap();
                    done += i32::from(won);
                }
            })
        }).collect();
        for task in tasks { task.await.unwrap(); }
        assert_eq!(db.read("value", value).await.unwrap(), 80);
    }

    async fn a_lease_has_one_holder_and_a_late_one_is_fenced_off(database) {
        let db = database.open(&[]);
        let (first, second) = (new_id(), new_id());
        let now = db.clock.system();
        let later = motcua_kernel::SystemTime(now.0 + chrono::TimeDelta::seconds(11));
        let length = Duration::from_secs(10);
        let held = db.write("a", move |tx| acquire_lease(tx, "job", first, now, length)).await.unwrap().unwrap();
        assert!(db.write("b", move |tx| acquire_lease(tx, "job", second, now, length)).await.unwrap().is_none());
        let taken = db.write("c", move |tx| acquire_lease(tx, "job", second, later, length)).await.unwrap().unwrap();
        assert_eq!(taken.fence, held.fence + 1);
        assert!(!db.write("d", move |tx| hold_lease(tx, &held, later, length)).await.unwrap());
        assert!(db.write("e", move |tx| hold_lease(tx, &taken, later, length)).await.unwrap());
    }

    async fn a_holder_that_forgot_its_lease_takes_it_again_and_fences_its_earlier_self_off(database) {
        let db = database.open(&[]);
        let (me, now, length) = (new_id(), db.clock.system(), Duration::from_secs(10));
        let before = db.write("a", move |tx| acquire_lease(tx, "job", me, now, length)).await.unwrap().unwrap();
        let again = db.write("b", move |tx| acquire_lease(tx, "job", me, now, length)).await.unwrap().unwrap();
        assert_eq!(again.fence, before.fence + 1);
        assert!(!db.write("c", move |tx| hold_lease(tx, &before, now, length)).await.unwrap());
        assert!(db.write("d", move |tx| hold_lease(tx, &again, now, length)).await.unwrap());
    }

    async fn ids_and_instants_come_back_as_they_went(database) {
        let db = database.open(&[]);
        let id = new_id();
        let back = db.read("echo", move |conn| {
            let back: Id = diesel::select(Id(id).into_sql::<motcua_db::sql::Uid>()).get_result(conn)?;
            Ok::<_, Failure>(back.0)
        }).await.unwrap();
        assert_eq!(back, id);
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Deadlocks, full disks and lost connections are told from each other by PostgreSQL's words.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_speaks_english_to_us_where_we_may_choose() {
    let database = TestDatabase::postgres();
    let db = database.open(&[]);
    db.write("speak otherwise", |tx| {
        let name = diesel::sql_query("SELECT current_database() AS value").get_result::<Setting>(tx)?.value;
        diesel::sql_query(format!("ALTER DATABASE {name} SET lc_messages = 'POSIX'")).execute(tx)?;
        Ok(())
    })
    .await
    .unwrap();
    let fresh = database.open(&[]);
    let language = |conn: &mut Conn| {
        let setting =
            diesel::sql_query("SELECT current_setting('lc_messages') AS value").get_result::<Setting>(conn)?;
        Ok(setting.value)
    };
    assert_eq!(fresh.read("language", language).await.unwrap(), "C");
}
