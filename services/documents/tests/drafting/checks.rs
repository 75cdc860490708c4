//! Two checks by two persons, and changes past an approver.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::installation::Caller;
use crate::stage::Stage;

/// The id of the account of an officer.
async fn id_of(admin: &Caller<'_>, subject: &str) -> String {
    let page = admin.get("/v1/officers?limit=200").await.ok();
    let found = page["items"].as_array().unwrap().iter().find(|officer| officer["subject"] == subject);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn nobody_checks_a_draft_of_their_own_and_nobody_checks_twice(database) {
        let stage = Stage::open(database).await;
        let request = stage.request("head").await;
        let draft = stage.as_("head").post("/v1/drafts", &request).await.ok();
        stage.act("head", &draft, json!({"action": "submit"})).await.ok();
        let own = stage.act("head", &draft, json!({"action": "approve_content", "revision": 1})).await;
        assert_eq!(own.problem(403), "draft.own_draft");
        assert!(own.body["legal_basis"].as_str().unwrap().contains("30/2020"));
        let clerk = stage.act("clerk", &draft, json!({"action": "approve_content", "revision": 1})).await;
        assert_eq!(clerk.problem(403), "draft.not_yours");
        stage.act("both", &draft, json!({"action": "approve_content", "revision": 1})).await.ok();
        let twice = stage.act("both", &draft, json!({"action": "approve_form", "revision": 1})).await;
        assert_eq!(twice.problem(403), "draft.same_checker");
        let seen = stage.see("both", &draft).await;
        assert_eq!(seen["allowed_actions"], json!(["return", "cancel"]));
        stage.act("clerk", &draft, json!({"action": "approve_form", "revision": 1})).await.ok();
        let checks = stage.see("clerk", &draft).await["checks"].clone();
        assert_eq!((&checks["content"]["counts"], &checks["form"]["counts"]), (&json!(true), &json!(true)));
        assert_ne!(checks["content"]["by"], checks["form"]["by"]);
        stage.stop().await;
    }

    async fn whoever_wrote_any_version_checks_none(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.act("author", &draft, json!({"action": "submit"})).await.ok();
        assert_eq!(stage.revise("head", &draft, "second").await.status, 201);
        assert_eq!(stage.revise("author", &draft, "third").await.status, 201);
        let between = stage.act("head", &draft, json!({"action": "approve_content", "revision": 3})).await;
        assert_eq!(between.problem(403), "draft.own_draft");
        stage.act("head2", &draft, json!({"action": "approve_content", "revision": 3})).await.ok();
        // Who approved and then wrote a version checks no more, so it does not go back to them.
        assert_eq!(stage.revise("head2", &draft, "fourth").await.status, 201);
        let own = stage.act("head2", &draft, json!({"action": "approve_content", "revision": 4})).await;
        assert_eq!(own.problem(403), "draft.own_draft");
        let seen = stage.see("vice", &draft).await;
        assert_eq!((&seen["checks"]["goes_back_to"], seen["allowed_actions"].as_array().unwrap().contains(&json!("approve_content"))), (&json!(null), true));
        stage.act("vice", &draft, json!({"action": "approve_content", "revision": 4})).await.ok();
        stage.stop().await;
    }

    async fn who_acts_on_the_post_of_the_author_or_of_the_first_checker_is_no_other_person(database) {
        let stage = Stage::open(database).await;
        let admin = stage.as_("unitadmin");
        let head = id_of(&admin, "head").await;
        let lend = json!({
            "delegate": "head2", "agency": "H50.12", "role": "leader", "valid_from": "2026-11-23", "valid_to": "2026-12-01",
        });
        stage.as_("head").post(&format!("/v1/officers/{head}/delegations"), &lend).await.ok();
        // head2 has the right of an approver as well, so the own right goes first; take it away.
        let head2 = format!("/v1/officers/{}", id_of(&admin, "head2").await);
        let etag = admin.get(&head2).await.etag().to_owned();
        let post = json!({"agency": "H50.12", "role": "approver", "ends_on": "2026-11-23"});
        admin.change(Method::POST, &format!("{head2}/revocations"), &etag, &post).await.ok();
        let request = stage.request("head").await;
        let draft = stage.as_("head").post("/v1/drafts", &request).await.ok();
        stage.act("head", &draft, json!({"action": "submit"})).await.ok();
        let for_author = stage.act("head2", &draft, json!({"action": "approve_content", "revision": 1})).await;
        assert_eq!(for_author.problem(403), "draft.own_draft");
        // Of somebody else's draft the delegated post is as good as its own, and both are named.
        let other = stage.draft().await;
        stage.act("author", &other, json!({"action": "submit"})).await.ok();
        stage.act("head2", &other, json!({"action": "approve_content", "revision": 1})).await.ok();
        let steps = stage.as_("clerk").get(&format!("{}/steps", crate::stage::path(&other))).await.ok();
        let last = &steps["items"][2];
        assert_eq!((&last["actor"], &last["on_behalf_of"]), (
            &json!("officer:head2@motcua-development"), &json!("officer:head@motcua-development"),
        ));
        stage.stop().await;
    }

    async fn a_changed_draft_goes_back_to_who_approved_it_and_nobody_signs_past_them(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.up_to("signing", &draft).await;
        let revised = stage.revise("author", &draft, "second").await;
        assert_eq!((revised.status, &revised.body["state"], &revised.body["revision"]), (201, &json!("content_check"), &json!(2)));
        assert_eq!(revised.body["checks"]["content"]["counts"], false);
        let past = stage.act("chair", &draft, json!({"action": "sign", "revision": 2})).await;
        assert_eq!(past.problem(409), "draft.approval_outdated");
        assert_eq!((&past.body["revision"], &past.body["approved_revision"]), (&json!(2), &json!(1)));
        let form = stage.act("clerk", &draft, json!({"action": "approve_form", "revision": 2})).await;
        assert_eq!(form.problem(409), "draft.approval_outdated");
        let other = stage.act("head2", &draft, json!({"action": "approve_content", "revision": 2})).await;
        assert_eq!(other.problem(403), "draft.goes_back");
        let old = stage.act("head", &draft, json!({"action": "approve_content", "revision": 1})).await;
        assert_eq!(old.problem(409), "draft.approval_outdated");
        stage.act("head", &draft, json!({"action": "approve_content", "revision": 2})).await.ok();
        // The form of the old text does not count either.
        let past = stage.act("chair", &draft, json!({"action": "sign", "revision": 2})).await;
        assert_eq!(past.problem(409), "draft.state");
        stage.act("clerk", &draft, json!({"action": "approve_form", "revision": 2})).await.ok();
        let signed = stage.act("chair", &draft, json!({"action": "sign", "revision": 2})).await.ok();
        assert_eq!(signed["signature"]["file"]["sha256"], revised.body["current"]["file"]["sha256"]);
        let revisions = stage.as_("author").get(&format!("{}/revisions", crate::stage::path(&draft))).await.ok();
        assert_eq!(revisions["items"].as_array().unwrap().len(), 2);
        assert_eq!(revisions["items"][0]["note"], "Bản đầu");
        stage.stop().await;
    }

    async fn a_successor_in_the_post_goes_on_when_who_approved_has_left_it(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.up_to("form_check", &draft).await;
        stage.revise("author", &draft, "second").await.ok();
        let other = stage.act("head2", &draft, json!({"action": "approve_content", "revision": 2})).await;
        assert_eq!(other.problem(403), "draft.goes_back");
        let admin = stage.as_("unitadmin");
        let head = format!("/v1/officers/{}", id_of(&admin, "head").await);
        let etag = admin.get(&head).await.etag().to_owned();
        let post = json!({"agency": "H50.12", "role": "leader", "ends_on": "2026-11-23"});
        admin.change(Method::POST, &format!("{head}/revocations"), &etag, &post).await.ok();
        stage.act("head2", &draft, json!({"action": "approve_content", "revision": 2})).await.ok();
        stage.stop().await;
    }

    async fn a_draft_is_returned_with_a_reason_that_says_something(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.up_to("form_check", &draft).await;
        let short = stage.act("clerk", &draft, json!({"action": "return", "reason": "  sai lỗi  "})).await;
        assert_eq!(crate::stage::faults(&short), [("/reason".into(), "too_short".into())]);
        let by_author = stage.act("author", &draft, json!({"action": "return", "reason": "Thiếu căn cứ pháp lý"})).await;
        assert_eq!(by_author.problem(403), "draft.not_yours");
        let returned = stage.act("clerk", &draft, json!({"action": "return", "reason": "Thiếu căn cứ pháp lý"})).await.ok();
        assert_eq!(returned["state"], "drafting");
        let steps = stage.as_("author").get(&format!("{}/steps", crate::stage::path(&draft))).await.ok();
        assert_eq!(steps["items"][3]["text"], "Thiếu căn cứ pháp lý");
        stage.up_to("issued", &draft).await;
        stage.stop().await;
    }

    async fn a_signed_draft_and_an_issued_document_are_never_edited(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.up_to("signed", &draft).await;
        assert_eq!(stage.revise("author", &draft, "later").await.problem(409), "draft.signed");
        stage.act("clerk", &draft, json!({"action": "number"})).await.ok();
        assert_eq!(stage.revise("author", &draft, "later").await.problem(409), "draft.signed");
        stage.act("clerk", &draft, json!({"action": "seal"})).await.ok();
        stage.act("clerk", &draft, json!({"action": "issue"})).await.ok();
        let issued = stage.revise("author", &draft, "later").await;
        assert_eq!(issued.problem(409), "document.issued");
        assert!(issued.body["detail"].as_str().unwrap().contains("Điều 18"), "{}", issued.body);
        assert!(issued.body["transitions"].as_str().unwrap().ends_with("/transitions"));
        let cancelled = stage.act("chair", &draft, json!({"action": "cancel", "reason": "Không còn cần thiết"})).await;
        assert_eq!(cancelled.problem(409), "document.issued");
        stage.stop().await;
    }

    async fn versions_are_read_page_by_page(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        for content in ["second", "third"] {
            assert_eq!(stage.revise("author", &draft, content).await.status, 201);
        }
        let at = format!("{}/revisions", crate::stage::path(&draft));
        let first = stage.as_("author").get(&format!("{at}?limit=2&count=exact")).await.ok();
        let numbers = |page: &serde_json::Value| -> Vec<i64> {
            page["items"].as_array().unwrap().iter().map(|one| one["number"].as_i64().unwrap()).collect()
        };
        assert_eq!((numbers(&first), &first["count"]), (vec![1, 2], &json!(3)));
        assert_eq!(first["items"][1]["attachments"], draft["current"]["attachments"]);
        let next = format!("{at}?limit=2&after={}", first["next"].as_str().unwrap());
        let last = stage.as_("author").get(&next).await.ok();
        assert_eq!((numbers(&last), &last["next"]), (vec![3], &json!(null)));
        assert_eq!(last["items"][0]["file"]["id"], stage.see("author", &draft).await["current"]["file"]["id"]);
        assert_eq!(stage.as_("author").get(&format!("{at}?limit=0")).await.status, 400);
        // A place in another list is none in this one.
        let other = stage.draft().await;
        let astray = format!("{}/revisions?after={}", crate::stage::path(&other), first["next"].as_str().unwrap());
        assert_eq!(stage.as_("author").get(&astray).await.status, 400);
        stage.stop().await;
    }
}
