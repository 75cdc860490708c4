//! What a draft refuses to be.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::stage::{Stage, faults, merge, path};

on_both_databases! {
    async fn every_fault_of_a_draft_is_told_at_once(database) {
        let stage = Stage::open(database).await;
        let mut wrong = stage.request("author").await;
        let many: Vec<String> = (0..60).map(|_| motcua_kernel::new_id().to_string()).collect();
        merge(&mut wrong, json!({
            "subject": "S".repeat(3000), "type": "QD", "symbol": "UB/ND", "attachments": many, "note": "N".repeat(2001),
        }));
        let refused = stage.as_("author").post("/v1/drafts", &wrong).await;
        assert_eq!(faults(&refused), [
            ("/subject".into(), "too_long".into()),
            ("/symbol".into(), "document.symbol_invalid".into()),
            ("/type".into(), "document.type_unknown".into()),
            ("/note".into(), "too_long".into()),
            ("/attachments".into(), "max_items".into()),
        ]);
        let mut foreign = stage.request("author").await;
        foreign["attachments"] = json!([stage.upload("head", "of another").await, foreign["file_id"]]);
        let refused = stage.as_("author").post("/v1/drafts", &foreign).await;
        assert_eq!(faults(&refused), [("/attachments/1".into(), "file.repeated".into())]);
        foreign["attachments"].as_array_mut().unwrap().pop();
        let refused = stage.as_("author").post("/v1/drafts", &foreign).await;
        assert_eq!(faults(&refused), [("/attachments/0".into(), "file.unknown".into())]);
        stage.stop().await;
    }

    async fn fifty_attachments_are_kept_in_their_order(database) {
        let stage = Stage::open(database).await;
        let mut request = stage.request("author").await;
        let mut files = Vec::new();
        for at in 0..50 {
            files.push(stage.upload("author", &format!("annex {at}")).await);
        }
        request["attachments"] = json!(files);
        let draft = stage.as_("author").post("/v1/drafts", &request).await.ok();
        let kept: Vec<&str> = draft["current"]["attachments"].as_array().unwrap().iter().map(|file| file["id"].as_str().unwrap()).collect();
        assert_eq!(kept, files);
        stage.stop().await;
    }

    async fn a_secrecy_mark_is_refused_before_anything_else(database) {
        let stage = Stage::open(database).await;
        let mut secret = stage.request("author").await;
        merge(&mut secret, json!({"secrecy": "confidential", "subject": "", "type": "QD"}));
        let refused = stage.as_("author").post("/v1/drafts", &secret).await;
        assert_eq!(refused.problem(422), "document.secret_refused");
        let draft = stage.draft().await;
        let body = json!({"file_id": stage.upload("author", "secret").await, "secrecy": "top_secret"});
        let etag = stage.etag(&draft).await;
        let refused = stage.as_("author").change(Method::POST, &format!("{}/revisions", path(&draft)), &etag, &body).await;
        assert_eq!(refused.problem(422), "document.secret_refused");
        assert_eq!(stage.see("author", &draft).await["revision"], 1);
        stage.stop().await;
    }

    async fn a_word_that_is_no_mark_is_a_secret_all_the_same(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let etag = stage.etag(&draft).await;
        for word in [json!("tuyệt mật!"), json!("TOP SECRET"), json!(""), json!(3)] {
            let mut secret = stage.request("author").await;
            secret["secrecy"] = word.clone();
            assert_eq!(stage.as_("author").post("/v1/drafts", &secret).await.problem(422), "document.secret_refused", "{word}");
            let body = json!({"file_id": draft["current"]["file"]["id"], "secrecy": word});
            let refused = stage.as_("author").change(Method::POST, &format!("{}/revisions", path(&draft)), &etag, &body).await;
            assert_eq!(refused.problem(422), "document.secret_refused", "{word}");
        }
        stage.stop().await;
    }

    async fn a_draft_answers_an_incoming_document_that_its_author_sees(database) {
        let stage = Stage::open(database).await;
        let letter = json!({
            "receiving_agency": "H50", "issuer": {"name": "Sở Xây dựng tỉnh Nghệ An"}, "channel": "paper_scan",
            "number": "05", "notation": "SXD-VP", "type": "CV", "subject": "Về việc phối hợp",
        });
        let letter = stage.as_("clerk").post("/v1/incoming-documents", &letter).await.ok();
        let begin = async |subject: &str, answered: &serde_json::Value| {
            let mut request = stage.request(subject).await;
            request["reply_to"] = answered.clone();
            stage.as_(subject).post("/v1/drafts", &request).await
        };
        // There is no such thing, it is something else, and it is there but not to be seen by them.
        let draft = stage.draft().await;
        for (subject, answered) in [("clerk", &json!(motcua_kernel::new_id())), ("clerk", &draft["id"]), ("author", &letter["id"])] {
            assert_eq!(faults(&begin(subject, answered).await), [("/reply_to".into(), "incoming.unknown".into())], "{subject}");
        }
        assert_eq!(begin("clerk", &letter["id"]).await.ok()["reply_to"], letter["id"]);
        stage.stop().await;
    }

    async fn deadlines_that_nobody_can_mean_are_refused(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        for far in ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2037-12-01T00:00:00Z"] {
            let mut request = stage.request("author").await;
            request["due_at"] = json!(far);
            assert_eq!(faults(&stage.as_("author").post("/v1/drafts", &request).await), [("/due_at".into(), "date.too_far".into())], "{far}");
            let question = json!({"agencies": ["H50.13"], "question": "Thời hạn?", "due_at": far});
            let refused = stage.as_("author").post(&format!("{}/consultations", path(&draft)), &question).await;
            assert_eq!(faults(&refused), [("/due_at".into(), "date.too_far".into())], "{far}");
        }
        stage.stop().await;
    }

    async fn a_draft_is_for_an_open_agency_by_one_of_its_own(database) {
        let stage = Stage::open(database).await;
        let request = stage.request("stranger").await;
        assert_eq!(stage.as_("stranger").post("/v1/drafts", &request).await.problem(403), "draft.not_there");
        let mut elsewhere = stage.request("stranger").await;
        merge(&mut elsewhere, json!({"agency": "H50.13", "unit": "H50.12"}));
        let refused = stage.as_("stranger").post("/v1/drafts", &elsewhere).await;
        assert_eq!(faults(&refused), [("/unit".into(), "draft.unit_elsewhere".into())]);
        let mut closed = stage.request("author").await;
        merge(&mut closed, json!({"agency": "H46", "unit": null}));
        let refused = stage.as_("author").post("/v1/drafts", &closed).await;
        assert_eq!((refused.problem(409), &refused.body["successor"]), ("agency.closed", &json!("H50")));
        let mut unknown = stage.request("author").await;
        unknown["agency"] = json!("X99");
        let refused = stage.as_("author").post("/v1/drafts", &unknown).await;
        assert_eq!(faults(&refused), [("/agency".into(), "agency.unknown".into())]);
        let citizen = stage.here.scoped(motcua_kernel::ActorKind::Citizen, "someone", &["documents:documents:write"]);
        assert_eq!(citizen.post("/v1/drafts", &unknown).await.status, 422);
        unknown["agency"] = json!("H50");
        assert_eq!(citizen.post("/v1/drafts", &unknown).await.problem(403), "draft.not_there");
        stage.stop().await;
    }

    async fn a_step_needs_the_version_that_was_read(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let steps = format!("{}/transitions", path(&draft));
        let submit = json!({"action": "submit"});
        assert_eq!(stage.as_("author").post(&steps, &submit).await.problem(428), "precondition.required");
        let old = stage.etag(&draft).await;
        stage.act("author", &draft, submit).await.ok();
        let stale = stage.act_at("head", &draft, &old, json!({"action": "approve_content", "revision": 1})).await;
        assert_eq!(stale.problem(412), "precondition.stale");
        let body = json!({"file_id": stage.upload("author", "second").await});
        let stale = stage.as_("author").change(Method::POST, &format!("{}/revisions", path(&draft)), &old, &body).await;
        assert_eq!(stale.problem(412), "precondition.stale");
        let unread = stage.act("head", &draft, json!({"action": "approve_content", "revision": 2})).await;
        assert_eq!(unread.problem(409), "draft.approval_outdated");
        let pages = stage.act("clerk", &draft, json!({"action": "number", "pages": 0})).await;
        assert_eq!(faults(&pages), [("/pages".into(), "range".into())]);
        assert_eq!(stage.act("head", &draft, json!({"action": "approve"})).await.status, 422);
        stage.stop().await;
    }
}
