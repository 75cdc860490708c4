//! A decision gets exactly one number, whatever happens to the documents service meanwhile.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::time::Duration;

use motcua_tests::{Api, Desk, Installation, Kind, Service, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// What documents refuses for good is asked again after this long (`issuing/worker.rs`).
const RETRY_PAUSE: Duration = Duration::from_secs(15);

async fn twenty_kills(kind: Kind) {
    let installation = Installation::new(kind);
    installation.start_all().await;
    let desk = Desk::of(&installation);
    desk.portal.directory_has_arrived().await;
    let kills = 20_u64;
    let mut dossiers = Vec::new();
    for at in 0..kills {
        dossiers.push(desk.ready(&format!("kill-{at}")).await);
    }
    for (at, (id, file)) in (0_u64..).zip(&dossiers) {
        if at == 0 {
            // Once it is already down when the approval comes.
            installation.kill(Service::Documents);
        }
        desk.approve(id, file).await;
        // From at once to well after the number, in steps of a few milliseconds.
        tokio::time::sleep(Duration::from_millis(at * 4)).await;
        installation.kill(Service::Documents);
        let waiting = desk.dossier(id).await;
        let state = waiting["state"]["local"].as_str().unwrap();
        assert!(["issuing", "done"].contains(&state), "{state}");
        installation.start(Service::Documents).await;
    }
    let mut numbers = BTreeSet::new();
    for (id, _) in &dossiers {
        eventually("every dossier has its number", 60, async || desk.number(id).await.is_some()).await;
        let number = desk.number(id).await.unwrap();
        assert!(numbers.insert(number.clone()), "{number} was given twice");
    }
    let expected: BTreeSet<String> = (1..=kills).map(|n| format!("{n:02}/QĐ-UBND")).collect();
    assert_eq!(numbers, expected, "a number is missing or unused");
    let documents = desk.documents().await.ok();
    assert_eq!(documents["count"], json!(kills), "documents without a dossier");
    let registers = desk.clerk.get("/v1/registers").await.ok();
    let last: Vec<&Value> = registers["items"].as_array().unwrap().iter().map(|book| &book["last_number"]).collect();
    assert_eq!(last, [&json!(kills)]);
    for service in Service::ALL {
        installation.kill(service);
    }
    let verified = installation.run(&["verify"]);
    assert!(verified.lines().all(|line| line.contains("events in order")), "{verified}");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_killed_twenty_times_between_approval_and_number_sqlite() {
    twenty_kills(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_killed_twenty_times_between_approval_and_number_postgres() {
    twenty_kills(Kind::Postgres).await;
}

/// The register can't write a notation for an agency whose abbreviation nobody has recorded.
async fn a_cause_repaired(kind: Kind) {
    let installation = Installation::new(kind);
    installation.start_all().await;
    let desk = Desk::of(&installation);
    desk.portal.directory_has_arrived().await;
    let administrator = installation.token(&["--kind", "officer", "--agency", "H50", "--role", "administrator"]);
    let administrator = installation.api(Service::Documents, &administrator);
    set_symbol(&administrator, "").await;
    let (id, file) = desk.ready("refused").await;
    desk.approve(&id, &file).await;
    eventually("the refusal is told", 30, async || {
        let log = std::fs::read_to_string(installation.log(Service::Procedures)).unwrap();
        log.lines().any(|line| {
            line.contains("no number yet")
                && line.contains(&id)
                && line.contains("/v1/outgoing-documents: refused with 422")
        })
    })
    .await;
    let waiting = desk.dossier(&id).await;
    assert_eq!((&waiting["state"]["local"], &waiting["result"]["number"]), (&json!("issuing"), &Value::Null));
    let metrics = reqwest::get(format!("{}/metrics", installation.url(Service::Procedures))).await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.lines().any(|line| line == "dossiers_waiting_for_number 1"), "{metrics}");
    assert_eq!(desk.documents().await.ok()["count"], json!(0));

    set_symbol(&administrator, "UBND").await;
    let repaired = std::time::Instant::now();
    eventually("the number follows", 60, async || desk.number(&id).await.is_some()).await;
    let took = repaired.elapsed();
    // Five seconds are for the attempt itself, on a machine that is busy with other tests.
    assert!(took < RETRY_PAUSE + Duration::from_secs(5), "{took:?}");
    assert_eq!(desk.number(&id).await.as_deref(), Some("01/QĐ-UBND"), "what was refused has used no number");
    assert_eq!(desk.dossier(&id).await["state"]["local"], "done");
    assert_eq!(desk.documents().await.ok()["count"], json!(1));
}

/// Writes the abbreviation of the tour's agency.
async fn set_symbol(administrator: &Api, symbol: &str) {
    let found = administrator.get("/v1/agencies?code=H50.12").await.ok();
    let path = format!("/v1/agencies/{}", found["items"][0]["id"].as_str().unwrap());
    let read = administrator.get(&path).await;
    let (tag, agency) = (read.etag.clone().unwrap(), read.ok());
    let kept = ["name", "name_en", "kind", "valid_from", "valid_to", "codes", "units", "note"];
    let mut changed: Value = kept.iter().map(|member| ((*member).to_owned(), agency[*member].clone())).collect();
    changed["parent"] = agency["parent"]["id"].clone();
    changed["symbol"] = json!(symbol);
    let request = administrator.request(Method::PUT, &path).header("If-Match", tag).json(&changed);
    motcua_tests::send(request).await.unwrap().ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_documents_refuses_waits_and_follows_once_its_cause_is_repaired_sqlite() {
    a_cause_repaired(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_documents_refuses_waits_and_follows_once_its_cause_is_repaired_postgres() {
    a_cause_repaired(Kind::Postgres).await;
}
