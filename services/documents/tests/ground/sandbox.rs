use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::installation::{Installation, send};

on_both_databases! {
    async fn business_time_moves_in_the_sandbox_and_grants_with_it(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        assert_eq!(province.get("/v1/officers").await.status, 200);
        let moved = province.post("/sandbox/clock", &json!({"at": "2025-06-01T00:00:00Z"})).await.ok();
        assert!(moved["at"].as_str().unwrap().starts_with("2025-06-01T00:00:0"));
        // The province's new committee, and with it the administrator's role, begins a month later.
        assert_eq!(province.list("/v1/officers", "subject").await, ["province"], "nobody but oneself");
        assert!(province.get("/sandbox/clock").await.ok()["at"].as_str().unwrap().starts_with("2025-06-01"));
        let reset = send(province.request(Method::DELETE, "/sandbox/clock")).await.ok();
        assert!(!reset["at"].as_str().unwrap().starts_with("2025-06"));
        here.stop().await;
    }

    async fn the_clock_takes_callers_and_instants_only(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        assert_eq!(here.nobody().post("/sandbox/clock", &json!({"at": "2026-01-01T00:00:00Z"})).await.problem(401), "token.missing");
        let citizen = here.citizen();
        assert_eq!(citizen.post("/sandbox/clock", &json!({"at": "2026-01-01T00:00:00Z"})).await.problem(403), "scope.missing");
        assert_eq!(send(citizen.request(Method::DELETE, "/sandbox/clock")).await.problem(403), "scope.missing");
        assert_eq!(citizen.get("/sandbox/clock").await.status, 200);
        assert_eq!(province.post("/sandbox/clock", &json!({"at": "tomorrow"})).await.status, 422);
        assert_eq!(province.post("/sandbox/clock", &json!({"at": "1900-01-01T00:00:00Z"})).await.problem(422), "validation");
        assert_eq!(province.post("/sandbox/clock", &json!({"to": 1})).await.problem(422), "validation");
        here.stop().await;
    }

    async fn outside_the_sandbox_there_is_no_such_clock(database) {
        let here = Installation::in_mode(database, "development").await;
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let asked = here.citizen().request(method, "/sandbox/clock").json(&json!({"at": "2026-01-01T00:00:00Z"}));
            assert_eq!(send(asked).await.problem(404), "route.unknown");
        }
        here.stop().await;
    }

    async fn the_service_says_how_it_is_and_stops_in_order(database) {
        let here = Installation::with_province(database).await;
        let ready = here.nobody().get("/readyz").await.ok();
        assert_eq!(ready["checks"], json!({"database": "ok", "sequencer": "ok", "background": "ok"}));
        assert_eq!(here.nobody().get("/livez").await.status, 200);
        let db = here.running.foundation.db.clone();
        here.stop().await;
        let pending = db.read("pending", |conn| {
            use diesel::prelude::*;
            #[derive(QueryableByName)]
            struct Count {
                #[diesel(sql_type = diesel::sql_types::BigInt)]
                number: i64,
            }
            let query = "SELECT count(*) AS number FROM journal_events WHERE position IS NULL";
            Ok(diesel::sql_query(query).get_result::<Count>(conn)?.number)
        });
        assert_eq!(pending.await.unwrap(), 0, "every event has its position when the service has stopped");
    }
}
