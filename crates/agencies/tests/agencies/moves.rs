use std::sync::{Arc, Mutex};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use motcua_agencies::{Moved, SuccessionMover, put_succession, successions_waiting};
use motcua_testkit::on_both_databases;

use super::*;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

async fn with_letters(db: &Db, tenant: Uuid, agencies: &[Uuid]) {
    let agencies = agencies.to_vec();
    db.write("letters", move |tx| {
        diesel::sql_query(
            "CREATE TABLE letters (id CHAR(36) PRIMARY KEY, tenant_id CHAR(36), responsible_agency_id CHAR(36))",
        )
        .execute(tx)?;
        for agency in &agencies {
            let id = new_id();
            diesel::sql_query(format!("INSERT INTO letters VALUES ('{id}', '{tenant}', '{agency}')")).execute(tx)?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

async fn letters_of(db: &Db, agency: Uuid) -> i64 {
    let count = format!("SELECT count(*) AS number FROM letters WHERE responsible_agency_id = '{agency}'");
    db.read("count", move |conn| Ok(diesel::sql_query(count.clone()).get_result::<Number>(conn)?.number)).await.unwrap()
}

type Calls = Arc<Mutex<Vec<(Uuid, Uuid)>>>;

fn mover(db: &Db) -> (SuccessionMover, Calls) {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let mover = SuccessionMover::new(db.clone(), "letters", move |tx, tenant, from, to| {
        seen.lock().unwrap().push((from, to));
        Ok(diesel::sql_query(format!(
            "UPDATE letters SET responsible_agency_id = '{to}' WHERE tenant_id = '{tenant}' AND responsible_agency_id = '{from}'"
        ))
        .execute(tx)?)
    });
    (mover, calls)
}

on_both_databases! {
    async fn rows_follow_on_the_day_a_succession_takes_effect_and_once(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        with_letters(&db, p.tenant, &[p.planning.id, p.planning.id, p.old_finance.id, p.ward.id]).await;
        let (mover, _) = mover(&db);
        db.clock.set_business("2025-02-28T05:00:00Z".parse().unwrap());
        assert_eq!(mover.step().await.unwrap(), Moved::default());
        db.clock.set_business("2025-02-28T17:00:00Z".parse().unwrap());
        assert_eq!(mover.step().await.unwrap(), Moved { successions: 1, rows: 2, waiting: 0 });
        assert_eq!(letters_of(&db, p.old_finance.id).await, 3);
        db.clock.set_business("2025-07-01T00:00:00Z".parse().unwrap());
        assert_eq!(mover.step().await.unwrap(), Moved { successions: 3, rows: 3, waiting: 0 });
        assert_eq!(letters_of(&db, p.finance.id).await, 3);
        assert_eq!(letters_of(&db, p.ward.id).await, 1);
        assert_eq!(mover.step().await.unwrap(), Moved::default());
    }

    async fn a_succession_told_of_late_leads_past_agencies_that_closed_since(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        db.clock.set_business("2026-01-01T00:00:00Z".parse().unwrap());
        let forgotten = agency("H50.31", Some(p.old.id), "1989-07-01", Some("2025-03-01"));
        with_letters(&db, p.tenant, &[forgotten.id]).await;
        let (mover, _) = mover(&db);
        mover.step().await.unwrap();
        let late = succession(&forgotten, &p.old_finance, SuccessionKind::MergedInto, "2025-03-01");
        let (tenant, from) = (p.tenant, forgotten.id);
        db.write("late", move |tx| put_all(tx, tenant, &[&forgotten], std::slice::from_ref(&late))).await.unwrap();
        assert_eq!(mover.step().await.unwrap(), Moved { successions: 1, rows: 1, waiting: 0 });
        assert_eq!((letters_of(&db, from).await, letters_of(&db, p.finance.id).await), (0, 1));
    }

    async fn what_was_split_waits_for_people_and_is_listed(database) {
        let db = open(database);
        let tenant = new_id();
        db.clock.set_business("2026-02-01T00:00:00Z".parse().unwrap());
        let whole = agency("H50.20", None, "2020-01-01", Some("2026-01-01"));
        let parts = [agency("H50.21", None, "2026-01-01", None), agency("H50.22", None, "2026-01-01", None)];
        with_letters(&db, tenant, &[whole.id]).await;
        let (from, first, second) = (whole.id, whole.clone(), whole.clone());
        let other = parts[1].clone();
        db.write("split", move |tx| {
            put_all(tx, tenant, &[&first, &parts[0], &parts[1]], &[succession(&first, &parts[0], SuccessionKind::SplitInto, "2026-01-01")])
        }).await.unwrap();
        let (mover, calls) = mover(&db);
        // One part is known and the other not yet: it must not get everything.
        assert_eq!(mover.step().await.unwrap(), Moved { successions: 0, rows: 0, waiting: 1 });
        db.write("split", move |tx| put_succession(tx, tenant, &succession(&second, &other, SuccessionKind::SplitInto, "2026-01-01"))).await.unwrap();
        assert_eq!(mover.step().await.unwrap(), Moved { successions: 0, rows: 0, waiting: 2 });
        assert_eq!(letters_of(&db, from).await, 1);
        assert!(calls.lock().unwrap().is_empty());
        let waiting = db.read("waiting", move |conn| successions_waiting(conn, tenant, "letters", day("2026-02-01"))).await.unwrap();
        assert_eq!(waiting.iter().map(|s| s.from_agency_id).collect::<Vec<_>>(), [from, from]);
    }

    async fn what_was_written_while_the_agency_closed_is_found_later(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        db.clock.set_business("2026-01-01T00:00:00Z".parse().unwrap());
        with_letters(&db, p.tenant, &[]).await;
        let (mover, _) = mover(&db);
        mover.step().await.unwrap();
        let (tenant, from) = (p.tenant, p.old_finance.id);
        db.write("late letter", move |tx| {
            diesel::sql_query(format!("INSERT INTO letters VALUES ('{}', '{tenant}', '{from}')", new_id())).execute(tx)?;
            Ok(())
        }).await.unwrap();
        assert_eq!(mover.step().await.unwrap(), Moved { successions: 0, rows: 1, waiting: 0 });
        assert_eq!(letters_of(&db, p.finance.id).await, 1);
    }

    async fn copies_of_a_service_move_a_row_once(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        db.clock.set_business("2026-01-01T00:00:00Z".parse().unwrap());
        with_letters(&db, p.tenant, &[p.old.id]).await;
        let steps: Vec<_> = (0..4).map(|_| {
            let (mover, _) = mover(&db);
            tokio::spawn(async move { mover.step().await.unwrap() })
        }).collect();
        let mut all = Moved::default();
        for step in steps {
            let moved = step.await.unwrap();
            all.successions += moved.successions;
            all.rows += moved.rows;
        }
        assert_eq!(all, Moved { successions: 4, rows: 1, waiting: 0 });
        let counted = db.read("noted", |conn| {
            Ok(diesel::sql_query("SELECT CAST(sum(moved_rows) AS BIGINT) AS number FROM succession_moves").get_result::<Number>(conn)?.number)
        }).await.unwrap();
        assert_eq!(counted, 1);
    }
}
