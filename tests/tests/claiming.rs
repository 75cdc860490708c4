//! Officers of many agencies claim from shared inboxes at once: nobody gets a dossier that somebody else has, none is
//! left lying, and nobody gets one of another agency. `MOTCUA_TEST_SIZE=full` has 200 officers on 50 agencies, else 40
//! on 10.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use futures_util::StreamExt;
use futures_util::stream::iter;
use motcua_tests::{Api, Installation, Kind, Service, eventually, full_size};
use reqwest::Method;
use serde_json::json;

const OFFICERS_AN_AGENCY: usize = 4;
const DOSSIERS_AN_AGENCY: usize = 12;

/// What one officer was given.
struct Claimed {
    agency: usize,
    officer: usize,
    dossiers: Vec<String>,
    /// Claims that found somebody else's hand on the dossier.
    lost: usize,
}

fn code(agency: usize) -> String {
    format!("H50.{}", 100 + agency)
}

fn subject(agency: usize, officer: usize) -> String {
    format!("desk-{agency}-{officer}")
}

/// Communes of the demo province beside its own, and officers for the desk of each.
fn import(installation: &Installation, agencies: usize) {
    let mut of_agencies = "code,name,name_en,kind,parent_code,valid_from,valid_to,successor_code,succession_kind,\
                           legal_basis,symbol,units,note\n"
        .to_owned();
    let mut of_officers = "subject,name,agency_code,role,email\n".to_owned();
    for agency in 0..agencies {
        let code = code(agency);
        writeln!(of_agencies, "{code},Xã thử {agency},Commune {agency},commune,H50,2025-07-01,,,,,UBND,,").unwrap();
        for officer in 0..OFFICERS_AN_AGENCY {
            let subject = subject(agency, officer);
            writeln!(of_officers, "{subject},Cán bộ {officer},{code},receiver,{subject}@quangtri.example").unwrap();
        }
    }
    for (what, text) in [("agencies", of_agencies), ("officers", of_officers)] {
        let file = installation.folder.path().join(format!("{what}.csv"));
        std::fs::write(&file, text).unwrap();
        installation.run(&["import", what, file.to_str().unwrap()]);
    }
}

/// One officer claims until nothing is left. Every second one takes something from the inbox as it is listed, which
/// everybody else at the desk sees as well; the others let the service choose.
async fn claim_all(api: &Api, agency: usize, officer: usize) -> Claimed {
    let mut claimed = Claimed { agency, officer, dossiers: Vec::new(), lost: 0 };
    loop {
        let path = if officer.is_multiple_of(2) {
            "/v1/inbox/claims".to_owned()
        } else {
            let inbox = api.get("/v1/dossiers?assignee=none&sort=urgency&state=submitted&limit=10").await.ok();
            let listed = inbox["items"].as_array().unwrap();
            let picked = (claimed.lost + officer) % listed.len().max(1);
            match listed.get(picked).and_then(|item| item["id"].as_str()) {
                Some(id) => format!("/v1/dossiers/{id}/claims"),
                None => return claimed,
            }
        };
        let reply = motcua_tests::send(api.request(Method::POST, &path).json(&json!({}))).await.unwrap();
        match (reply.status, reply.body["code"].as_str()) {
            (200, _) => claimed.dossiers.push(reply.body["id"].as_str().unwrap().to_owned()),
            (409, Some("dossier.claimed")) => claimed.lost += 1,
            (_, Some("inbox.empty")) => return claimed,
            _ => assert_eq!(reply.status, 200, "{path}: {}", reply.body),
        }
    }
}

async fn everybody_claims(database: Kind) {
    let agencies = if full_size() { 50 } else { 10 };
    let installation = Installation::new(database);
    import(&installation, agencies);
    installation.start(Service::Documents).await;
    installation.start(Service::Procedures).await;
    let portal = installation.api(Service::Procedures, &installation.token(&["--kind", "client"]));
    portal.directory_has_arrived().await;
    let last = format!("/v1/dossiers?limit=1&agency={}", code(agencies - 1));
    eventually("the agencies have arrived", 60, async || portal.get(&last).await.status == 200).await;

    let mut at = BTreeMap::<String, usize>::new();
    for number in 0..agencies * DOSSIERS_AN_AGENCY {
        let mut body = motcua_tests::dossier();
        body["receiving_agency"] = json!(code(number % agencies));
        let created = portal.post("/v1/dossiers", &format!("claim-{number}"), &body).await.ok();
        at.insert(created["id"].as_str().unwrap().to_owned(), number % agencies);
    }
    let desks = (0..agencies).flat_map(|agency| (0..OFFICERS_AN_AGENCY).map(move |officer| (agency, officer)));
    let officers: Vec<(usize, usize, Api)> = desks
        .map(|(agency, officer)| {
            let token = installation.token(&["--kind", "officer", "--subject", &subject(agency, officer)]);
            (agency, officer, installation.api(Service::Procedures, &token))
        })
        .collect();
    let claims: Vec<Claimed> = iter(&officers)
        .map(|(agency, officer, api)| claim_all(api, *agency, *officer))
        .buffer_unordered(officers.len())
        .collect()
        .await;

    let mut holders = BTreeMap::<&str, (usize, usize)>::new();
    for claim in &claims {
        for dossier in &claim.dossiers {
            let before = holders.insert(dossier, (claim.agency, claim.officer));
            assert_eq!(before, None, "{dossier} was given to two");
            assert_eq!(at[dossier], claim.agency, "{dossier} is another agency's");
        }
    }
    assert_eq!(holders.len(), at.len(), "dossiers that nobody was given");
    let leader = installation
        .api(Service::Procedures, &installation.token(&["--kind", "officer", "--agency", "H50", "--role", "leader"]));
    let unclaimed = leader.get("/v1/dossiers?assignee=none&state=submitted&limit=1").await.ok();
    assert_eq!(unclaimed["items"].as_array().unwrap().len(), 0, "{unclaimed}");
    let busy = claims.iter().filter(|claim| !claim.dossiers.is_empty()).count();
    let lost: usize = claims.iter().map(|claim| claim.lost).sum();
    #[expect(clippy::print_stdout, reason = "the figures of the run")]
    {
        println!(
            "{} officers on {agencies} agencies claimed {} dossiers, each once; {busy} got some, {lost} claims came second",
            claims.len(),
            holders.len()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_a_dossier_that_somebody_has_sqlite() {
    everybody_claims(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_a_dossier_that_somebody_has_postgres() {
    everybody_claims(Kind::Postgres).await;
}
