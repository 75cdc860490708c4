//! The clock of a sandbox is one, though its services run apart.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use motcua_tests::{Api, Installation, Kind, Service, eventually};
use reqwest::Method;
use serde_json::json;

const CLOCK: &str = "/sandbox/clock";

/// How far business time is from system time, and by which move.
async fn shift(api: &Api) -> (TimeDelta, i64) {
    let clock = api.get(CLOCK).await.ok();
    let at = |member: &str| clock[member].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    (at("at") - at("system_at"), clock["version"].as_i64().unwrap())
}

/// Reading both times takes two looks at the machine's clock: a little later for the second.
fn is_about(shift: TimeDelta, expected: TimeDelta) -> bool {
    (shift - expected).abs() < TimeDelta::seconds(1)
}

async fn one_clock(kind: Kind) {
    let installation = Installation::new(kind);
    installation.start_all().await;
    let token = installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", "leader"]);
    let [documents, procedures, kpi] = Service::ALL.map(|service| installation.api(service, &token));
    for api in [&procedures, &kpi] {
        eventually("the directory has arrived", 60, async || api.get(CLOCK).await.status == 200).await;
    }

    let set = json!({"at": "2027-03-01T02:00:00Z"});
    let moved = procedures.post(CLOCK, "once", &set).await.ok();
    assert_eq!((&moved["at"], &moved["version"]), (&set["at"], &json!(1)));
    let (expected, version) = shift(&procedures).await;
    assert_eq!(version, 1, "it holds where it was moved as soon as that is answered");
    assert!(procedures.get(CLOCK).await.ok()["at"].as_str().unwrap().starts_with("2027-03-01T02:0"));
    for api in [&documents, &kpi] {
        eventually("the clock has moved", 10, async || shift(api).await.1 == 1).await;
        assert!(is_about(shift(api).await.0, expected));
    }
    let again = procedures.post(CLOCK, "once", &set).await;
    assert!(again.headers.contains_key("idempotency-replayed"));
    assert_eq!(again.ok(), moved);
    let other = procedures.post(CLOCK, "once", &json!({"at": "2028-01-01T00:00:00Z"})).await;
    assert_eq!(other.problem(422), "idempotency.key_reused");

    for service in [Service::Kpi, Service::Documents] {
        installation.kill(service);
        installation.start(service).await;
    }
    for api in [&documents, &procedures, &kpi] {
        let (now, version) = shift(api).await;
        assert!(version == 1 && is_about(now, expected), "a restart forgets nothing: {now} by move {version}");
    }

    // Followed again from the first event, the clock ends at the newest move.
    kpi.post(CLOCK, "again", &json!({"at": "2026-12-31T17:00:00Z"})).await.ok();
    let (expected, _) = shift(&kpi).await;
    installation.kill(Service::Kpi);
    installation.run(&["replay"]);
    installation.start(Service::Kpi).await;
    eventually("the directory is back", 30, async || kpi.get(CLOCK).await.status == 200).await;
    for api in [&documents, &procedures, &kpi] {
        eventually("the second move has come", 10, async || shift(api).await.1 == 2).await;
        assert!(is_about(shift(api).await.0, expected));
    }

    installation.kill(Service::Documents);
    for refused in [
        procedures.post(CLOCK, "away", &set).await,
        motcua_tests::send(kpi.request(Method::DELETE, CLOCK)).await.unwrap(),
    ] {
        assert_eq!(refused.problem(503), "sandbox.keeper_away");
    }
    assert_eq!(shift(&procedures).await.1, 2, "nothing moved");
    installation.start(Service::Documents).await;

    let reset = motcua_tests::send(kpi.request(Method::DELETE, CLOCK)).await.unwrap().ok();
    assert_eq!(reset["at"], reset["system_at"]);
    for api in [&documents, &procedures, &kpi] {
        eventually("the clock is the machine's again", 10, async || shift(api).await.1 == 3).await;
        assert!(is_about(shift(api).await.0, TimeDelta::zero()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_moved_at_one_service_holds_in_all_and_survives_restarts_sqlite() {
    one_clock(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_moved_at_one_service_holds_in_all_and_survives_restarts_postgres() {
    one_clock(Kind::Postgres).await;
}
