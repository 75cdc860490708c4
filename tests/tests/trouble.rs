//! Databases that go away, disks that are full, journals that somebody edits, indicators that are derived again.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};
use motcua_tests::{Api, Installation, Kind, Service, dossier, eventually};
use reqwest::Method;
use serde_json::json;

/// A database that refuses everybody, and after a while lets them in again.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_answers_503_and_recovers_by_itself() {
    let installation = Installation::new(Kind::Postgres);
    installation.start_all().await;
    let portal = installation.api(Service::Procedures, &installation.token(&["--kind", "client"]));
    portal.directory_has_arrived().await;
    portal.post("/v1/dossiers", "before", &dossier()).await.ok();

    let url = installation.database(Service::Procedures).url.clone();
    let (server, name) = url.rsplit_once('/').unwrap();
    let mut admin = PgConnection::establish(&format!("{server}/postgres")).unwrap();
    admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).unwrap();
    admin
        .batch_execute(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
        .unwrap();
    let read = portal.get("/v1/dossiers").await;
    assert_eq!(read.problem(503), "unavailable");
    assert!(read.headers.contains_key("retry-after"));
    assert_eq!(portal.post("/v1/dossiers", "meanwhile", &dossier()).await.problem(503), "unavailable");
    assert_eq!(portal.get("/readyz").await.status, 503);
    assert_eq!(portal.get("/livez").await.status, 200);

    admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).unwrap();
    eventually("the service answers again", 30, async || portal.get("/v1/dossiers").await.status == 200).await;
    portal.post("/v1/dossiers", "meanwhile", &dossier()).await.ok();
    let list = portal.get("/v1/dossiers?count=exact").await.ok();
    assert_eq!(list["count"], 2, "what was refused left nothing, what was answered stayed");
}

/// The file size limit of the process stands for a full disk: writing beyond it fails as it does when no block is left.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_keeps_what_was_acknowledged() {
    let installation = Installation::new(Kind::Sqlite);
    installation.start(Service::Documents).await;
    let path = installation.database(Service::Procedures).url.strip_prefix("sqlite:").unwrap().to_owned();
    let kilobytes = std::fs::metadata(&path).unwrap().len() / 1024 + 5000;
    installation.start_limited(Service::Procedures, kilobytes).await;
    let portal = installation.api(Service::Procedures, &installation.token(&["--kind", "client"]));
    portal.directory_has_arrived().await;
    let (mut acknowledged, mut refused) = (0, None);
    for at in 0..3000 {
        let reply = portal.post("/v1/dossiers", &format!("disk-{at}"), &dossier()).await;
        if reply.status == 201 {
            acknowledged += 1;
        } else {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.expect("the disk is full some time");
    assert!([503, 507].contains(&refused.status), "{} {}", refused.status, refused.body);
    refused.problem(refused.status);
    installation.kill(Service::Procedures);
    installation.start(Service::Procedures).await;
    let list = portal.get("/v1/dossiers?count=exact").await.ok();
    assert_eq!(list["count"], acknowledged, "acknowledged and nothing else");
    portal.post("/v1/dossiers", "again", &dossier()).await.ok();
}

/// Drives one dossier to its end and returns the month's figures of its agency.
async fn one_of_one(installation: &Installation) -> Api {
    let officer = |role: &str| installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", role]);
    let portal = installation.api(Service::Procedures, &installation.token(&["--kind", "client"]));
    portal.directory_has_arrived().await;
    let created = portal.post("/v1/dossiers", "one", &dossier()).await.ok();
    let id = created["id"].as_str().unwrap().to_owned();
    let at = |role: &str| installation.api(Service::Procedures, &officer(role));
    at("receiver").step(&id, &json!({"action": "receive"})).await.ok();
    at("processor").step(&id, &json!({"action": "process"})).await.ok();
    let approver = at("approver");
    let file = approver.upload("result.pdf", b"%PDF-1.7 result".to_vec()).await;
    let step = json!({"action": "approve", "result": {"subject": "Về việc thanh toán", "file_id": file}});
    approver.step(&id, &step).await.ok();
    eventually("the result has its number", 30, async || {
        portal.get(&format!("/v1/dossiers/{id}")).await.ok()["state"]["local"] == "done"
    })
    .await;
    let finished = std::time::Instant::now();
    let leader = installation.api(Service::Kpi, &officer("leader"));
    eventually("the indicator shows it", 10, async || figures(&leader).await.2 == json!("1")).await;
    assert!(finished.elapsed() < Duration::from_secs(5));
    leader
}

/// Of what was received this month at the tour's agency: on time, all, and the rate.
#[expect(clippy::disallowed_methods, reason = "from outside, the machine's clock is the only one there is")]
async fn figures(leader: &Api) -> (serde_json::Value, serde_json::Value, serde_json::Value) {
    let month = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()) + chrono::TimeDelta::hours(7);
    let month = month.format("%Y-%m");
    let path = format!("/v1/scores/explanation?set=qd766&period={month}&agency=under:H50.12&indicator=2.1");
    let body = leader.get(&path).await.body;
    let score = &body["indicator"];
    (score["numerator"].clone(), score["denominator"].clone(), score["value"].clone())
}

async fn the_whole_path(kind: Kind) {
    let installation = Installation::new(kind);
    installation.start_all().await;
    let leader = one_of_one(&installation).await;
    let before = figures(&leader).await;
    assert_eq!((&before.0, &before.1), (&json!("1"), &json!("1")));

    // Derived again from the first event, the indicators are what they were. Both feeds must have come by before.
    eventually("the document of the result has come by", 20, async || {
        kpi_digest(&installation).contains("document_facts 1 rows")
    })
    .await;
    installation.kill(Service::Kpi);
    let tables = kpi_digest(&installation);
    installation.run(&["replay"]);
    assert_ne!(kpi_digest(&installation), tables, "the replay emptied nothing");
    installation.start(Service::Kpi).await;
    eventually("the indicators are back", 30, async || figures(&leader).await == before).await;
    eventually("the tables are identical", 10, async || kpi_digest(&installation) == tables).await;
}

fn kpi_digest(installation: &Installation) -> String {
    installation.run(&["replay", "--digest"]).trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn submission_to_indicator_and_replay_sqlite() {
    the_whole_path(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn submission_to_indicator_and_replay_postgres() {
    the_whole_path(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_byte_of_one_event_is_named_by_verify() {
    let installation = Installation::new(Kind::Sqlite);
    assert!(installation.run(&["verify"]).contains("documents: "));
    let path = installation.database(Service::Procedures).url.strip_prefix("sqlite:").unwrap().to_owned();
    let mut file = SqliteConnection::establish(&path).unwrap();
    let change = "UPDATE journal_events SET canonical = CAST(replace(CAST(canonical AS TEXT), '\"specversion\":\"1.0\"', \
                  '\"specversion\":\"1.1\"') AS BLOB) WHERE position = 11";
    assert_eq!(diesel::sql_query(change).execute(&mut file).unwrap(), 1);
    let output = installation.command(&["verify"]).output().unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = told.lines().find(|line| line.starts_with("procedures")).unwrap();
    assert!(line.contains("TAMPERED at position 11, event "), "{line}");
    assert!(line.contains("does not match its hash"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_gibibyte_is_refused_at_once_and_memory_stays_flat() {
    let installation = Installation::new(Kind::Sqlite);
    installation.start_all().await;
    let portal = installation.api(Service::Procedures, &installation.token(&["--kind", "client"]));
    portal.directory_has_arrived().await;
    let before = resident(&installation);
    let started = std::time::Instant::now();
    let huge = portal
        .request(Method::POST, "/v1/files")
        .header("Content-Type", "application/pdf")
        .header("Content-Length", (1_u64 << 30).to_string())
        .body(reqwest::Body::wrap_stream(motcua_tests::endless(1 << 30)));
    let reply = motcua_tests::send(huge).await.expect("an answer");
    assert_eq!(reply.problem(413), "file.too_large");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // One that does not say how long it is gets as far as the limit.
    let counted = portal
        .request(Method::POST, "/v1/files")
        .header("Content-Type", "application/pdf")
        .body(reqwest::Body::wrap_stream(motcua_tests::endless(64 << 20)));
    if let Some(reply) = motcua_tests::send(counted).await {
        assert_eq!(reply.problem(413), "file.too_large");
    }
    let grown = resident(&installation).saturating_sub(before);
    assert!(grown < 24 * 1024, "memory grew by {grown} kB");
}

/// Resident memory of the procedures service in kB.
fn resident(installation: &Installation) -> u64 {
    let pid = installation.pid(Service::Procedures).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_signal_ends_the_services_cleanly() {
    let installation = Installation::new(Kind::Sqlite);
    installation.start_all().await;
    for service in Service::ALL {
        assert!(installation.terminate(service), "{} did not end cleanly", service.name());
    }
}
