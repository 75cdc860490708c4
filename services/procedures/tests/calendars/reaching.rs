//! A change on its way through the dossiers, and what comes in between.

use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::changing::{ask, storm};
use crate::office::{agency_id, due, events, moved, received, through};
use crate::support::{Answer, Caller, Province, dossier, read};

const NEW: &str = "2026-11-25T10:00:00Z";

/// Does something to the tables that no step does.
async fn run(province: &Province, statement: impl Into<String>) {
    let statement: String = statement.into();
    let db = province.foundation.db.clone();
    db.write("run", move |tx| Ok(diesel::sql_query(statement.clone()).execute(tx).map(drop)?)).await.unwrap();
}

/// A commune's office is closed on a day.
async fn closed(province: &Province, officers: &str, agency: &str, day: &str) -> Value {
    let path = format!("/v1/agencies/{agency}/calendar-exceptions");
    province.officer(officers, "administrator").post(&path, &storm(day)).await.ok()["set_by"]["change_id"].clone()
}

async fn extended(approver: &Caller<'_>, id: &str, version: i64, key: &str) -> Answer {
    let step = json!({
        "action": "extend", "reason": key, "legal_basis": "Nghị định 118/2025/NĐ-CP, Điều 17", "due_on": "2026-11-27"
    });
    let request = approver.request(Method::POST, &format!("/v1/dossiers/{id}/transitions"));
    let request = request.header("If-Match", format!("\"v{version}\"")).header("Idempotency-Key", key);
    read(request.json(&step).send().await.unwrap()).await
}

on_both_databases! {
    async fn of_two_steps_at_once_on_a_dossier_that_a_change_left_as_it_was_one_wins(database) {
        let province = Province::start(database).await;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(province.processing("2.002080").await);
        }
        // Their due instants stay, so none of them was written since it was counted by the revision before.
        let elsewhere = agency_id(&province, &received(&province, "H1.2", "C2").await).await;
        let change = closed(&province, "C2", &elsewhere, "2026-11-18").await;
        through(&province.officer("C2", "administrator"), &change).await;
        let approver = province.officer("C1", "approver");
        for id in &all {
            let version = approver.get(&format!("/v1/dossiers/{id}")).await.ok()["version"].as_i64().unwrap();
            let keys = [format!("{id}-one"), format!("{id}-other")];
            let (one, other) =
                tokio::join!(extended(&approver, id, version, &keys[0]), extended(&approver, id, version, &keys[1]));
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412], "{} {}", one.body, other.body);
            let now = approver.get(&format!("/v1/dossiers/{id}")).await.ok();
            assert_eq!((&now["version"], &now["due_at"]), (&json!(version + 1), &json!("2026-11-27T10:00:00Z")));
        }
        province.stop().await;
    }

    async fn a_walk_leaves_the_timers_of_a_step_that_comes_with_it(database) {
        let province = Province::start(database).await;
        let before = 40;
        for _ in 0..before {
            received(&province, "H1.1", "C1").await;
        }
        let id = province.processing("1.000777").await;
        province.officer("C1", "processor").step(&id, &ask()).await.ok();
        if database.url.starts_with("postgres") {
            // The walk comes upon it there.
            stop_at_overdue_timers(&province).await;
        }
        let own = agency_id(&province, &id).await;
        let portal = province.portal();
        let version = portal.get(&format!("/v1/dossiers/{id}")).await.ok()["version"].as_i64().unwrap();
        let add = json!({"action": "supplement", "form": dossier()["form"]});
        // After every due date, and before the end of the silence.
        let change = closed(&province, "C1", &own, "2026-12-02").await;
        let added = portal.step_from(&id, version, &add).await;
        let done = through(&province.officer("C1", "administrator"), &change).await;
        assert_eq!(done["seen"], json!(before + 1));
        if added.status == 412 {
            portal.step(&id, &add).await.ok();
        } else {
            added.ok();
        }
        // The silence that was waited for would end on 7 or 8 December: nobody waits for it any more.
        province.travel("2026-12-15T02:00:00Z");
        let until = Instant::now() + Duration::from_secs(30);
        while events(&province, "dossier.overdue.v1").await.len() <= before {
            assert!(Instant::now() < until, "not every dossier is told overdue");
        }
        assert_eq!(count(&province, "SELECT count(*) AS number FROM timers WHERE kind = 'silence'").await, 0);
        province.stop().await;
    }

    async fn a_change_goes_before_the_steps_that_come_after_it(database) {
        if database.url.starts_with("sqlite") {
            // One writer at a time has no line to jump.
            return;
        }
        let province = Province::start(database).await;
        let later = received(&province, "H1.1", "C1").await;
        let elsewhere = agency_id(&province, &received(&province, "H1.2", "C2").await).await;
        let slow = province.portal().submitted().await;
        stop_at_overdue_timers(&province).await;
        let (receiver, processor) = (province.officer("C1", "receiver"), province.officer("C1", "processor"));
        let (receive, process) = (json!({"action": "receive"}), json!({"action": "process"}));
        tokio::join!(
            async { receiver.step(&slow, &receive).await.ok() },
            async {
                some(&province, "SELECT count(*) AS number FROM pg_stat_activity WHERE wait_event = 'PgSleep' \
                    AND datname = current_database()").await;
                closed(&province, "C2", &elsewhere, "2026-11-18").await
            },
            async {
                some(&province, "SELECT count(*) AS number FROM pg_locks JOIN pg_stat_activity USING (pid) \
                    WHERE NOT granted AND datname = current_database()").await;
                processor.step(&later, &process).await.ok()
            }
        );
        let revision_of = |events: Vec<Value>, id: &str| {
            let subject = format!("dossiers/{id}");
            let of = events.into_iter().rfind(|event| event["subject"] == json!(subject)).unwrap();
            of["data"]["calendar_revision"].clone()
        };
        assert_eq!(revision_of(events(&province, "dossier.received.v1").await, &slow), 0);
        assert_eq!(revision_of(events(&province, "dossier.processing.v1").await, &later), 1);
        province.stop().await;
    }

    async fn a_clock_passes_by_the_calendar_that_holds_even_where_its_change_has_not_come_yet(database) {
        let province = Province::start(database).await;
        let id = received(&province, "H1.1", "C1").await;
        let own = agency_id(&province, &id).await;
        // The walk goes by what it takes for ended, as if it had not come yet.
        run(&province, "UPDATE dossiers SET ended_at = submitted_at").await;
        let change = closed(&province, "C1", &own, "2026-11-18").await;
        let done = through(&province.officer("C1", "administrator"), &change).await;
        assert_eq!(done["seen"], json!(0));
        run(&province, "UPDATE dossiers SET ended_at = NULL").await;
        province.travel("2026-11-23T10:00:01Z");
        let until = Instant::now() + Duration::from_secs(30);
        while events(&province, "dossier.due_changed.v1").await.is_empty() {
            assert!(Instant::now() < until, "the clock did not ask which calendar holds");
        }
        assert_eq!(due(&province, &id).await.0, NEW);
        province.travel("2026-11-25T10:00:01Z");
        while events(&province, "dossier.overdue.v1").await.is_empty() {
            assert!(Instant::now() < until, "the dossier is not told overdue");
        }
        let overdue = events(&province, "dossier.overdue.v1").await;
        assert_eq!((overdue.len(), &overdue[0]["data"]["passed_at"]), (1, &json!(NEW)));
        province.stop().await;
    }

    async fn a_dossier_that_cannot_be_taken_along_is_told_with_the_change_which_goes_on(database) {
        let province = Province::start(database).await;
        let (bad, good) = (received(&province, "H1.1", "C1").await, received(&province, "H1.1", "C1").await);
        let own = agency_id(&province, &good).await;
        let admin = province.officer("C1", "administrator");
        let code = admin.get(&format!("/v1/dossiers/{bad}")).await.ok()["code"].as_str().unwrap().to_owned();
        run(&province, format!("UPDATE dossiers SET facts = '{{}}' WHERE code = '{code}'")).await;
        let counted = json!({"dry_run": true, "change": {"kind": "exception", "agency_id": own, "exception": storm("2026-11-18")}});
        let dry = admin.post("/v1/calendar-changes", &counted).await;
        let dry = through(&admin, &dry.ok()["id"]).await;
        assert_eq!((&dry["state"], &dry["seen"], &dry["refused"]), (&json!("counted"), &json!(2), &json!(1)), "{dry}");
        for day in ["2026-11-18", "2026-11-19"] {
            let done = through(&admin, &closed(&province, "C1", &own, day).await).await;
            let figures = (&done["state"], &done["seen"], &done["moved"], &done["refused"]);
            assert_eq!(figures, (&json!("applied"), &json!(2), &json!(1), &json!(1)), "{done}");
            let told = moved(&admin, &done["id"]).await;
            let left = told.iter().find(|row| row["dossier_id"] == json!(bad)).unwrap();
            assert_eq!((&left["fault"], &left["code"]), (&json!("internal"), &json!(code)));
        }
        assert_eq!(due(&province, &good).await.0, "2026-11-26T10:00:00Z");
        province.stop().await;
    }
}

/// Steps stop for a while between their timers and their dossier.
async fn stop_at_overdue_timers(province: &Province) {
    let wait = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN PERFORM pg_sleep(2); RETURN NEW; END $$";
    run(province, wait).await;
    let trigger = "CREATE TRIGGER slow BEFORE INSERT ON timers FOR EACH ROW WHEN (NEW.kind = 'overdue') \
        EXECUTE FUNCTION slow()";
    run(province, trigger).await;
}

/// Waits until a query counts something.
async fn some(province: &Province, query: &'static str) {
    let until = Instant::now() + Duration::from_secs(30);
    while count(province, query).await == 0 {
        assert!(Instant::now() < until, "nothing: {query}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn count(province: &Province, query: &'static str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let db = &province.foundation.db;
    db.read("count", move |conn| Ok(diesel::sql_query(query).get_result::<Count>(conn)?.number)).await.unwrap()
}
