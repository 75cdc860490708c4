//! Taken back from one receiver, and revoked for all: two different things.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::Reply;
use crate::office::{Office, REASON, faults, outgoing, path};

impl Office {
    async fn take_back(&self, who: &str, issued: &Value, dispatch: &Value) -> Reply {
        let path = format!("{}/dispatches/{}/take-back", outgoing(issued), dispatch["id"].as_str().unwrap());
        self.officer(who).post(&path, &json!({"reason": REASON})).await
    }
}

on_both_databases! {
    async fn before_it_is_registered_it_is_gone_at_once(database) {
        let office = Office::open(database).await;
        let (issued, dispatch) = office.sent("H50.12").await;
        let short = format!("{}/dispatches/{}/take-back", outgoing(&issued), dispatch["id"].as_str().unwrap());
        assert_eq!(faults(&office.officer("clerk-50").post(&short, &json!({"reason": "Nhầm"})).await), ["/reason too_short"]);
        for stranger in ["clerk-12", "clerk-04"] {
            assert_eq!(office.take_back(stranger, &issued, &dispatch).await.status, 404, "{stranger}");
        }
        let taken = office.take_back("clerk-50", &issued, &dispatch).await.ok();
        assert_eq!((&taken["state"], &taken["take_back"]["state"]), (&json!("taken_back"), &json!("agreed")));
        assert_eq!(office.officer("clerk-12").list("/v1/incoming-documents", "id").await, Vec::<String>::new());
        let kept = office.officer("clerk-12").list("/v1/incoming-documents?state=taken_back", "id").await;
        assert_eq!(kept, [dispatch["id"].as_str().unwrap()]);
        let seen = office.get("clerk-12", &dispatch).await.ok();
        assert_eq!((&seen["take_back"]["reason"], &seen["files"]), (&json!(REASON), &json!([])));
        let content = format!("/v1/files/{}/content", issued["file"]["id"].as_str().unwrap());
        assert_eq!(office.officer("clerk-12").get(&content).await.status, 404);
        assert_eq!(office.take_back("clerk-50", &issued, &dispatch).await.problem(409), "take_back.state");
        // And can be sent again.
        office.send(&issued, &["H50.12"]).await.ok();
        office.here.stop().await;
    }

    async fn afterwards_the_receiver_answers(database) {
        let office = Office::open(database).await;
        let (issued, dispatch) = office.sent("H50.12").await;
        let document = office.steps(office.get("clerk-12", &dispatch).await.ok(), &[("clerk-12", json!({"action": "register"}))]).await;
        let unasked = office.step("clerk-12", &document, &json!({"action": "agree_take_back"})).await;
        assert_eq!(unasked.problem(409), "incoming.state");
        let asked = office.take_back("clerk-50", &issued, &dispatch).await.ok();
        assert_eq!((&asked["state"], &asked["take_back"]["state"]), (&json!("registered"), &json!("requested")));
        assert_eq!(office.take_back("clerk-50", &issued, &dispatch).await.problem(409), "take_back.pending");
        let document = office.get("clerk-12", &dispatch).await.ok();
        assert_eq!((&document["take_back_requested"], &document["take_back"]["reason"]), (&json!(true), &json!(REASON)));
        assert_eq!(office.step("leader-12", &document, &json!({"action": "agree_take_back"})).await.problem(403), "incoming.not_yours");
        let refusal = json!({"action": "refuse_take_back", "reason": "Văn bản đang được xử lý"});
        office.step("clerk-12", &document, &refusal).await.ok();
        let stands = office.officer("clerk-50").get(&format!("{}/dispatches", outgoing(&issued))).await.ok();
        let wish = &stands["items"][0]["take_back"];
        assert_eq!((&wish["state"], &wish["refusal"]), (&json!("refused"), &json!("Văn bản đang được xử lý")));
        // Asked for again, it may be given.
        office.take_back("clerk-50", &issued, &dispatch).await.ok();
        let document = office.get("clerk-12", &dispatch).await.ok();
        let given = office.step("clerk-12", &document, &json!({"action": "agree_take_back"})).await.ok();
        assert_eq!((&given["state"], &given["arrival_number"], &given["files"]), (&json!("taken_back"), &json!(1), &json!([])));
        // Its number stays in the register, and no other document gets it.
        let next = office.registered().await;
        assert_eq!(next["arrival_number"], 2);
        office.here.stop().await;
    }

    async fn a_revoked_document_is_cancelled_with_everybody_and_each_confirms(database) {
        let office = Office::open(database).await;
        let issued = office.issued().await;
        let sent = office.send(&issued, &["H50.12", "H50.13", "H50.04"]).await.ok();
        let registered = office.get("clerk-12", &sent["items"][0]).await.ok();
        office.step("clerk-12", &registered, &json!({"action": "register"})).await.ok();
        let returned = office.get("clerk-13", &sent["items"][1]).await.ok();
        office.step("clerk-13", &returned, &json!({"action": "return", "reason": REASON})).await.ok();
        let recalled = office.recall(&issued, "Ban hành sai thẩm quyền").await.ok();
        assert_eq!((&recalled["state"], &recalled["reason"]), (&json!("recalled"), &json!("Ban hành sai thẩm quyền")));
        let cancelled = office.get("clerk-12", &registered).await.ok();
        assert_eq!((&cancelled["state"], &cancelled["arrival_number"]), (&json!("cancelled"), &json!(1)));
        assert_eq!((&cancelled["end_reason"], &cancelled["files"]), (&json!("Ban hành sai thẩm quyền"), &json!([])));
        assert_eq!(cancelled["allowed_actions"], json!(["confirm_cancellation"]));
        assert_eq!(office.take_back("clerk-50", &issued, &sent["items"][0]).await.problem(409), "take_back.state");
        let confirmed = office.step("clerk-12", &cancelled, &json!({"action": "confirm_cancellation"})).await.ok();
        assert_eq!(office.step("clerk-12", &confirmed, &json!({"action": "confirm_cancellation"})).await.problem(409), "incoming.state");
        let stands = office.officer("clerk-50").get(&format!("{}/dispatches", outgoing(&issued))).await.ok();
        let told: Vec<(&Value, bool)> = stands["items"].as_array().unwrap().iter()
            .map(|one| (&one["state"], !one["cancellation_confirmed_at"].is_null()))
            .collect();
        assert_eq!(told, [(&json!("cancelled"), true), (&json!("returned"), false), (&json!("cancelled"), false)]);
        assert_eq!(office.recall(&issued, "Ban hành sai thẩm quyền").await.problem(409), "document.recalled");
        let left = office.officer("clerk-12").change(Method::POST, &format!("{}/transitions", path(&confirmed)), "\"v4\"", &json!({"action": "submit"})).await;
        assert_eq!(left.problem(409), "incoming.state");
        office.here.stop().await;
    }
}
