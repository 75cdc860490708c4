//! Recall, replacement and correction of an issued document.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::Reply;
use crate::stage::{Stage, document, faults};

async fn act(stage: &Stage, subject: &str, document: &Value, step: &Value) -> Reply {
    let path = format!("/v1/outgoing-documents/{}", document["id"].as_str().unwrap());
    let etag = stage.as_("clerk").get(&path).await.etag().to_owned();
    stage.as_(subject).change(Method::POST, &format!("{path}/transitions"), &etag, step).await
}

on_both_databases! {
    async fn what_bears_the_agencys_signature_is_given_up_by_its_head_and_not_by_the_drafting_units(database) {
        let stage = Stage::open(database).await;
        let cancel = || json!({"action": "cancel", "reason": "Không còn cần thiết"});
        for state in ["signed", "numbered", "sealed"] {
            let draft = stage.draft().await;
            stage.up_to(state, &draft).await;
            assert_eq!(stage.see("head", &draft).await["allowed_actions"], json!([]), "{state}");
            for unit in ["head", "head2", "author"] {
                assert_eq!(stage.act(unit, &draft, cancel()).await.problem(403), "draft.not_yours", "{unit} {state}");
            }
            assert_eq!(stage.see("clerk", &draft).await["state"], state);
            assert_eq!(stage.see("chair", &draft).await["allowed_actions"], json!(["cancel"]), "{state}");
            assert_eq!(stage.act("chair", &draft, cancel()).await.ok()["state"], "cancelled");
        }
        let open = stage.draft().await;
        stage.up_to("signing", &open).await;
        assert_eq!(stage.act("head", &open, cancel()).await.ok()["state"], "cancelled");
        stage.stop().await;
    }

    async fn what_is_internal_stays_within_its_agency_and_marks_travel(database) {
        let stage = Stage::open(database).await;
        let mut internal = stage.request("author").await;
        internal["internal"] = json!(true);
        let mut express = stage.request("author").await;
        express["urgency"] = json!("express");
        let mut issued = Vec::new();
        for request in [internal, express] {
            let draft = stage.as_("author").post("/v1/drafts", &request).await.ok();
            issued.push(stage.up_to("issued", &draft).await);
        }
        let to = |draft: &Value| format!("{}/dispatches", document(draft));
        let send = json!({"receivers": ["H50.13"]});
        assert_eq!(stage.as_("clerk").post(&to(&issued[0]), &send).await.problem(409), "dispatch.internal");
        stage.as_("clerk").post(&to(&issued[1]), &send).await.ok();
        let urgencies = stage.texts("SELECT CAST(urgency AS TEXT) AS text FROM incoming_documents").await;
        assert_eq!(urgencies, ["3"], "as urgent as the document");
        stage.stop().await;
    }

    async fn a_leader_recalls_a_document_once_and_it_is_kept_with_its_file(database) {
        let stage = Stage::open(database).await;
        let document = stage.issued().await;
        let recall = json!({"action": "recall", "reason": "Gửi nhầm nơi nhận, ông A không liên quan"});
        assert_eq!(act(&stage, "clerk", &document, &recall).await.problem(403), "document.not_leader");
        assert_eq!(act(&stage, "stranger", &document, &recall).await.problem(404), "not_found");
        let short = act(&stage, "chair", &document, &json!({"action": "recall", "reason": "nhầm"})).await;
        assert_eq!(crate::stage::faults(&short), [("/reason".into(), "too_short".into())]);
        let recalled = act(&stage, "chair", &document, &recall).await.ok();
        assert_eq!((&recalled["state"], &recalled["reason"]), (&json!("recalled"), &recall["reason"]));
        assert_eq!((&recalled["full_number"], &recalled["allowed_actions"]), (&document["full_number"], &json!([])));
        assert_eq!(act(&stage, "chair", &document, &recall).await.problem(409), "document.recalled");
        let file = format!("/v1/files/{}/content", document["file"]["id"].as_str().unwrap());
        assert_eq!(stage.as_("clerk").get(&file).await.status, 200);
        let told = stage.here.told().await;
        let event = told.iter().find(|event| event["type"] == "document.recalled.v1").unwrap();
        assert_eq!((&event["data"]["state"], &event["actor"]), (&json!("recalled"), &json!("officer:chair@motcua-development")));
        assert!(!json!(told).to_string().contains("Gửi nhầm"));
        stage.stop().await;
    }

    async fn what_was_issued_in_one_step_is_recalled_as_well(database) {
        let stage = Stage::open(database).await;
        let body = json!({
            "issuing_agency": "H50", "type": "QĐ", "subject": "Cấp giấy phép", "file_id": stage.upload("clerk", "one step").await,
        });
        let document = stage.as_("clerk").post("/v1/outgoing-documents", &body).await.ok();
        assert_eq!((&document["state"], &document["urgency"], &document["draft_id"]), (&json!("issued"), &json!("normal"), &Value::Null));
        assert_eq!((&document["origin"], &stage.issued().await["origin"]), (&json!("direct"), &json!("draft")));
        let path = format!("/v1/outgoing-documents/{}", document["id"].as_str().unwrap());
        let stale = stage.as_("chair").change(Method::POST, &format!("{path}/transitions"), "\"v7.0\"",
            &json!({"action": "recall", "reason": "Gửi nhầm nơi nhận"})).await;
        assert_eq!(stale.problem(412), "precondition.stale");
        let recalled = act(&stage, "vice", &document, &json!({"action": "recall", "reason": "Gửi nhầm nơi nhận"})).await.ok();
        assert_eq!((&recalled["state"], &recalled["released_at"]), (&json!("recalled"), &document["released_at"]));
        stage.stop().await;
    }

    async fn a_document_is_replaced_by_one_of_equal_form(database) {
        let stage = Stage::open(database).await;
        let (wrong, right) = (stage.issued().await, stage.issued().await);
        let mut notice = stage.request("author").await;
        notice["type"] = json!("TB");
        let notice = stage.as_("author").post("/v1/drafts", &notice).await.ok();
        let notice = stage.up_to("issued", &notice).await;
        let by = |id: &Value| json!({"action": "replace", "by": id});
        let other = act(&stage, "chair", &wrong, &by(&notice["document_id"])).await;
        assert_eq!(crate::stage::faults(&other), [("/by".into(), "document.other_form".into())]);
        // A decision with legal rules in it is of the same type and of another form, in either direction.
        let mut rules = stage.request("author").await;
        rules["normative"] = json!(true);
        let rules = stage.as_("author").post("/v1/drafts", &rules).await.ok();
        let rules = stage.up_to("issued", &rules).await;
        let rules = stage.as_("chair").get(&document(&rules)).await.ok();
        for (replaced, by_other) in [(&wrong, &rules), (&rules, &right)] {
            let other = act(&stage, "chair", replaced, &by(&by_other["id"])).await;
            assert_eq!(crate::stage::faults(&other), [("/by".into(), "document.other_form".into())]);
        }
        let itself = act(&stage, "chair", &wrong, &by(&wrong["id"])).await;
        assert_eq!(crate::stage::faults(&itself), [("/by".into(), "document.unknown".into())]);
        let letter = act(&stage, "chair", &wrong, &json!({"action": "correct", "by": right["id"]})).await;
        assert_eq!(crate::stage::faults(&letter), [("/by".into(), "document.no_official_letter".into())]);
        let replaced = act(&stage, "chair", &wrong, &by(&right["id"])).await.ok();
        assert_eq!((&replaced["state"], &replaced["replaced_by"]), (&json!("replaced"), &right["id"]));
        let seen = stage.as_("clerk").get(&format!("/v1/outgoing-documents/{}", right["id"].as_str().unwrap())).await.ok();
        assert_eq!(seen["replaces"], json!([wrong["id"]]));
        // What was replaced replaces nothing.
        let back = act(&stage, "chair", &right, &by(&wrong["id"])).await;
        assert_eq!(crate::stage::faults(&back), [("/by".into(), "document.unknown".into())]);
        assert_eq!(act(&stage, "chair", &wrong, &by(&right["id"])).await.problem(409), "document.state");
        stage.stop().await;
    }

    async fn an_official_letter_corrects_the_form(database) {
        let stage = Stage::open(database).await;
        let wrong = stage.issued().await;
        let mut letter = stage.request("author").await;
        crate::stage::merge(&mut letter, json!({"type": "CV", "symbol": "UBND-VP"}));
        let letter = stage.as_("author").post("/v1/drafts", &letter).await.ok();
        let letter = stage.up_to("issued", &letter).await;
        let letter = stage.as_("chair").get(&crate::stage::document(&letter)).await.ok();
        assert_eq!(letter["full_number"], "01/UBND-VP");
        let corrected = act(&stage, "chair", &wrong, &json!({"action": "correct", "by": letter["id"]})).await.ok();
        assert_eq!((&corrected["state"], &corrected["corrected_by"]), (&json!("corrected"), &json!([letter["id"]])));
        assert_eq!(corrected["allowed_actions"], json!(["recall", "replace", "correct"]));
        let again = act(&stage, "chair", &corrected, &json!({"action": "correct", "by": letter["id"]})).await;
        assert_eq!(faults(&again), [("/by".to_owned(), "document.linked_already".to_owned())]);
        act(&stage, "chair", &wrong, &json!({"action": "recall", "reason": "Gửi nhầm nơi nhận"})).await.ok();
        stage.stop().await;
    }
}
