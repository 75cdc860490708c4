//! Two at once.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::stage::{Stage, document, path};

on_both_databases! {
    async fn a_revision_and_a_signature_at_once_leave_no_signature_of_an_unapproved_text(database) {
        let stage = Stage::open(database).await;
        for round in 0..5 {
            let draft = stage.draft().await;
            stage.up_to("signing", &draft).await;
            let etag = stage.etag(&draft).await;
            let body = json!({"file_id": stage.upload("author", &format!("second {round}")).await});
            let (author, revisions) = (stage.as_("author"), format!("{}/revisions", path(&draft)));
            let revise = author.change(Method::POST, &revisions, &etag, &body);
            let sign = stage.act_at("chair", &draft, &etag, json!({"action": "sign", "revision": 1}));
            let (revised, signed) = tokio::join!(revise, sign);
            let now = stage.see("clerk", &draft).await;
            if signed.status == 200 {
                assert_eq!(revised.problem(412), "precondition.stale");
                assert_eq!((&now["state"], &now["revision"]), (&json!("signed"), &json!(1)));
            } else {
                assert_eq!((signed.problem(412), revised.status), ("precondition.stale", 201));
                assert_eq!((&now["state"], &now["signature"]), (&json!("content_check"), &json!(null)));
            }
        }
        stage.stop().await;
    }

    async fn a_draft_numbered_by_two_clerks_at_once_has_one_number(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.up_to("signed", &draft).await;
        let etag = stage.etag(&draft).await;
        let number = || json!({"action": "number"});
        let (one, two) = tokio::join!(
            stage.act_at("clerk", &draft, &etag, number()), stage.act_at("clerk2", &draft, &etag, number()),
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        let registers = stage.as_("clerk").get("/v1/registers?agency=H50").await.ok();
        assert_eq!(registers["items"][0]["last_number"], 1);
        stage.stop().await;
    }

    async fn two_recalls_at_once_are_one_and_comments_at_once_are_all_kept(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let at = format!("{}/comments", path(&draft));
        let say = async |subject: &str| stage.as_(subject).post(&at, &json!({"text": format!("Ý kiến của {subject}")})).await.status;
        let said = tokio::join!(say("author"), say("clerk"), say("chair"), say("vice"), say("vice2"), say("clerk2"));
        assert_eq!(said, (201, 201, 201, 201, 201, 201));
        let steps = stage.as_("clerk").list(&format!("{}/steps", path(&draft)), "kind").await;
        assert_eq!(steps.iter().filter(|kind| *kind == "commented").count(), 6);
        let issued = stage.up_to("issued", &draft).await;
        let etag = stage.as_("chair").get(&document(&issued)).await.etag().to_owned();
        let recall = async |subject: &str| {
            let step = json!({"action": "recall", "reason": "Gửi nhầm nơi nhận"});
            stage.as_(subject).change(Method::POST, &format!("{}/transitions", document(&issued)), &etag, &step).await.status
        };
        let (one, two) = tokio::join!(recall("chair"), recall("vice"));
        let mut statuses = [one, two];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        stage.stop().await;
    }

    async fn two_heads_recorded_at_once_are_one(database) {
        let stage = Stage::without_signers(database).await;
        let head = || json!({"capacity": "head", "position": "CHỦ TỊCH"});
        let (one, two) = tokio::join!(stage.record("admin", "vice", head()), stage.record("admin", "vice2", head()));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        stage.stop().await;
    }
}
