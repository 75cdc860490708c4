//! A post delegated at the documents service is worth something at the procedures service, as long as it lasts.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use motcua_tests::{Api, Installation, Kind, Service, eventually, send};
use reqwest::Method;
use serde_json::{Value, json};

async fn officer(api: &Api, subject: &str) -> String {
    let page = api.get("/v1/officers?limit=200&agency=H50.12").await.ok();
    let found = page["items"].as_array().unwrap().iter().find(|officer| officer["subject"] == subject);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn processed(installation: &Installation, name: &str) -> String {
    let desk = |role: &str| {
        let token = installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", role]);
        installation.api(Service::Procedures, &token)
    };
    let portal = installation.api(Service::Procedures, &installation.token(&["--kind", "client"]));
    portal.directory_has_arrived().await;
    let created = portal.post("/v1/dossiers", name, &motcua_tests::dossier()).await.ok();
    let id = created["id"].as_str().unwrap().to_owned();
    desk("receiver").step(&id, &json!({"action": "receive"})).await.ok();
    desk("processor").step(&id, &json!({"action": "process"})).await.ok();
    id
}

async fn delegate_and_end(kind: Kind) {
    let installation = Installation::new(kind);
    installation.start_all().await;
    let token = |role: &str| installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", role]);
    let (first, second) = (processed(&installation, "first").await, processed(&installation, "second").await);

    let approver = installation.api(Service::Documents, &token("approver"));
    let own = officer(&approver, "officer-h50-12-approver").await;
    let new = json!({
        "delegate": "officer-h50-12-clerk", "agency": "H50.12", "role": "approver", "valid_to": "2199-01-01",
    });
    let given = approver.post(&format!("/v1/officers/{own}/delegations"), "delegate", &new).await;
    let path = given.headers["location"].to_str().unwrap().to_owned();

    let clerk = installation.api(Service::Procedures, &token("clerk"));
    let may_approve = async |id: &str| {
        let dossier = clerk.get(&format!("/v1/dossiers/{id}")).await.ok();
        dossier["allowed_actions"].as_array().unwrap().contains(&json!("approve"))
    };
    eventually("the post has arrived", 30, async || may_approve(&first).await).await;
    let file = clerk.upload("ket-qua.pdf", b"%PDF-1.7 result".to_vec()).await;
    let result = json!({"subject": "Về việc thanh toán thù lao", "file_id": file});
    let approve = json!({"action": "approve", "result": result});
    clerk.step(&first, &approve).await.ok();

    let revocations = format!("{path}/revocations");
    let end = approver.request(Method::POST, &revocations).header("If-Match", given.etag.unwrap()).json(&json!({}));
    send(end).await.unwrap().ok();
    eventually("the end has arrived", 30, async || !may_approve(&second).await).await;
    assert_eq!(clerk.step(&second, &approve).await.problem(403), "dossier.not_yours");

    let feed = installation.api(Service::Procedures, &installation.token(&["--kind", "service"]));
    let mut approved = Value::Null;
    eventually("the approval is in the feed", 30, async || {
        let events = feed.get("/v1/events?limit=1000").await.ok();
        let found = events.as_array().unwrap().iter().find(|event| event["type"] == "dossier.approved.v1").cloned();
        approved = found.unwrap_or_default();
        approved.is_object()
    })
    .await;
    assert_eq!(approved["actor"], "officer:officer-h50-12-clerk@motcua-development");
    assert_eq!(approved["onbehalfof"], "officer:officer-h50-12-approver@motcua-development");
    installation.run(&["verify"]);
}

#[tokio::test]
async fn a_delegated_post_works_at_the_other_service_until_it_is_ended_sqlite() {
    delegate_and_end(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_delegated_post_works_at_the_other_service_until_it_is_ended_postgres() {
    delegate_and_end(Kind::Postgres).await;
}
