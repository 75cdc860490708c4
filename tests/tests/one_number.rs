//! A decision gets exactly one number, whatever happens to the documents service meanwhile.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::time::Duration;

use motcua_tests::{Api, Installation, Kind, Service, eventually};
use serde_json::{Value, json};

/// The people of the tour's agency.
struct Desk {
    portal: Api,
    receiver: Api,
    processor: Api,
    approver: Api,
    clerk: Api,
}

impl Desk {
    fn of(installation: &Installation) -> Self {
        let officer = |role: &str| installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", role]);
        let procedures = |token: &str| installation.api(Service::Procedures, token);
        Self {
            portal: procedures(&installation.token(&["--kind", "client"])),
            receiver: procedures(&officer("receiver")),
            processor: procedures(&officer("processor")),
            approver: procedures(&officer("approver")),
            clerk: installation.api(Service::Documents, &officer("clerk")),
        }
    }

    /// A dossier ready to be approved, and the file of its result.
    async fn ready(&self, key: &str) -> (String, String) {
        let created = self.portal.post("/v1/dossiers", key, &motcua_tests::dossier()).await.ok();
        let id = created["id"].as_str().unwrap().to_owned();
        self.receiver.step(&id, &json!({"action": "receive"})).await.ok();
        self.processor.step(&id, &json!({"action": "process"})).await.ok();
        let file = self.approver.upload("ket-qua.pdf", format!("%PDF-1.7 result {key}").into_bytes()).await;
        (id, file)
    }

    async fn approve(&self, id: &str, file: &str) {
        let step = json!({"action": "approve", "result": {"subject": "Về việc thanh toán thù lao", "file_id": file}});
        self.approver.step(id, &step).await.ok();
    }

    async fn number(&self, id: &str) -> Option<String> {
        let dossier = self.portal.get(&format!("/v1/dossiers/{id}")).await.ok();
        dossier["result"]["number"].as_str().map(str::to_owned)
    }
}

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
        let waiting = desk.portal.get(&format!("/v1/dossiers/{id}")).await.ok();
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
    let documents = desk.clerk.get("/v1/outgoing-documents?limit=200&count=exact").await.ok();
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
