//! Signing with an authority that holds, and with none.

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::stage::Stage;

/// A draft that waits for its signature, and one of another type.
async fn waiting(stage: &Stage, document_type: &str) -> serde_json::Value {
    let mut request = stage.request("author").await;
    request["type"] = json!(document_type);
    let draft = stage.as_("author").post("/v1/drafts", &request).await.ok();
    stage.act("author", &draft, json!({"action": "submit"})).await.ok();
    stage.act("head", &draft, json!({"action": "approve_content", "revision": 1})).await.ok();
    let step = json!({"action": "approve_form", "revision": 1, "signer": "signer"});
    stage.act("clerk", &draft, step).await.ok();
    draft
}

/// What happened to a draft, in order.
async fn kinds(stage: &Stage, draft: &serde_json::Value) -> Vec<String> {
    stage.as_("clerk").list(&format!("{}/steps", crate::stage::path(draft)), "kind").await
}

on_both_databases! {
    async fn an_authorisation_lapses_when_its_giver_leaves_the_agency(database) {
        let stage = Stage::open(database).await;
        let tuq = json!({
            "capacity": "authorised", "position": "GIÁM ĐỐC SỞ TÀI CHÍNH", "valid_from": "2026-11-23",
            "valid_to": "2026-12-31", "legal_basis": "15/GUQ-UBND", "document_types": ["QĐ"],
        });
        stage.record("chair", "signer", tuq.clone()).await.ok();
        let (first, second) = (waiting(&stage, "QĐ").await, waiting(&stage, "QĐ").await);
        let sign = json!({"action": "sign", "revision": 1});
        stage.act("signer", &first, sign.clone()).await.ok();
        stage.leave("admin", "chair", "H50", "leader").await;
        assert_eq!(stage.see("signer", &second).await["allowed_actions"], json!([]));
        let refused = stage.act("signer", &second, sign.clone()).await;
        assert_eq!((refused.problem(409), refused.body["legal_basis"].is_string()), ("signing.giver_left", true));
        assert!(refused.body["detail"].as_str().unwrap().contains("15/GUQ-UBND"), "{}", refused.body);
        // Nor does who has left give another.
        assert_eq!(stage.record("chair", "signer", tuq).await.problem(403), "signing.head_only");
        // The deputy signs in the agency's own right.
        stage.act("vice", &second, sign).await.ok();
        stage.stop().await;
    }

    async fn an_authorisation_that_ended_yesterday_signs_nothing_and_the_day_is_told(database) {
        let stage = Stage::open(database).await;
        let tuq = json!({
            "capacity": "authorised", "position": "GIÁM ĐỐC SỞ TÀI CHÍNH", "valid_from": "2026-11-23",
            "valid_to": "2026-11-25", "legal_basis": "15/GUQ-UBND", "document_types": ["QĐ"],
        });
        stage.record("chair", "signer", tuq).await.ok();
        let (first, second) = (waiting(&stage, "QĐ").await, waiting(&stage, "QĐ").await);
        stage.at("2026-11-24T16:59:00Z").await;
        let signed = stage.act("signer", &first, json!({"action": "sign", "revision": 1})).await.ok();
        assert_eq!((&signed["signature"]["capacity"], &signed["signature"]["prefix"]), (&json!("authorised"), &json!("TUQ. CHỦ TỊCH")));
        // Midnight in Vietnam.
        stage.at("2026-11-24T17:00:00Z").await;
        let late = stage.act("signer", &second, json!({"action": "sign", "revision": 1})).await;
        assert_eq!(late.problem(409), "signing.authority_ended");
        assert_eq!((&late.body["ended_on"], late.body["legal_basis"].is_string()), (&json!("2026-11-25"), true));
        assert!(late.body["detail"].as_str().unwrap().contains("15/GUQ-UBND"), "{}", late.body);
        assert_eq!(stage.see("clerk", &second).await["state"], "signing");
        stage.stop().await;
    }

    async fn an_authorisation_ends_with_the_headship_it_was_given_under(database) {
        let stage = Stage::open(database).await;
        let tuq = json!({
            "capacity": "authorised", "position": "GIÁM ĐỐC SỞ TÀI CHÍNH", "valid_from": "2026-11-23",
            "valid_to": "2026-12-31", "legal_basis": "15/GUQ-UBND", "document_types": ["QĐ"],
        });
        let given = stage.record("chair", "signer", tuq).await.ok();
        let path = format!("/v1/signing-authorities/{}", given["given_under_id"].as_str().unwrap());
        let etag = stage.as_("admin").get(&path).await.etag().to_owned();
        let end = json!({"on": "2026-11-24", "reason": "Chuyển công tác"});
        stage.as_("admin").change(reqwest::Method::POST, &format!("{path}/ending"), &etag, &end).await.ok();
        let draft = waiting(&stage, "QĐ").await;
        stage.at("2026-11-24T02:00:00Z").await;
        let refused = stage.act("signer", &draft, json!({"action": "sign", "revision": 1})).await;
        assert_eq!((refused.problem(409), &refused.body["ended_on"]), ("signing.authority_ended", &json!("2026-11-24")));
        stage.stop().await;
    }

    async fn an_authority_that_begins_tomorrow_signs_tomorrow(database) {
        let stage = Stage::open(database).await;
        let to_come = json!({"capacity": "by_order", "position": "CHÁNH VĂN PHÒNG", "valid_from": "2026-11-24", "document_types": ["QĐ"]});
        stage.authority("signer", to_come).await;
        let draft = waiting(&stage, "QĐ").await;
        let early = stage.act("signer", &draft, json!({"action": "sign", "revision": 1})).await;
        assert_eq!((early.problem(409), &early.body["begins_on"]), ("signing.authority_not_begun", &json!("2026-11-24")));
        stage.at("2026-11-24T02:00:00Z").await;
        let signed = stage.act("signer", &draft, json!({"action": "sign", "revision": 1})).await.ok();
        assert_eq!(signed["signature"]["prefix"], "TL. CHỦ TỊCH");
        stage.stop().await;
    }

    async fn who_has_no_authority_or_none_for_this_type_does_not_sign(database) {
        let stage = Stage::open(database).await;
        let only = json!({"capacity": "by_order", "position": "CHÁNH VĂN PHÒNG", "document_types": ["TB"]});
        stage.authority("signer", only).await;
        let (decision, notice) = (waiting(&stage, "QĐ").await, waiting(&stage, "TB").await);
        let sign = json!({"action": "sign", "revision": 1});
        let offered = async |draft: &serde_json::Value| stage.see("signer", draft).await["allowed_actions"].clone();
        assert_eq!((offered(&decision).await, offered(&notice).await), (json!([]), json!(["return", "sign"])));
        let other = stage.act("signer", &decision, sign.clone()).await;
        assert_eq!(other.problem(403), "signing.type_not_covered");
        stage.act("signer", &notice, sign.clone()).await.ok();
        for nobody in ["vice2", "clerk", "author", "admin"] {
            assert_eq!(stage.act(nobody, &decision, sign.clone()).await.problem(403), "signing.no_authority", "{nobody}");
        }
        let vice = stage.act("vice", &decision, sign).await.ok();
        assert_eq!((&vice["signature"]["prefix"], &vice["signature"]["position"]), (&json!("KT. CHỦ TỊCH"), &json!("PHÓ CHỦ TỊCH")));
        stage.stop().await;
    }

    async fn a_signed_file_takes_the_place_of_the_text_and_its_hash_is_what_is_kept(database) {
        let stage = Stage::open(database).await;
        let draft = waiting(&stage, "QĐ").await;
        let foreign = stage.upload("author", "signed by another").await;
        let step = json!({"action": "sign", "revision": 1, "file_id": foreign});
        let refused = stage.act("chair", &draft, step).await;
        assert_eq!(crate::stage::faults(&refused), [("/file_id".into(), "file.unknown".into())]);
        // The text as it was checked, uploaded again, is the same file byte for byte.
        let same = waiting(&stage, "QĐ").await;
        let again = stage.upload("chair", "first").await;
        let signed = stage.act("chair", &same, json!({"action": "sign", "revision": 1, "file_id": again})).await.ok();
        assert_eq!((&signed["signature"]["file"]["id"], &signed["signature"]["replaces_checked_file"]), (&json!(again), &json!(false)));
        assert_eq!(signed["signature"]["checked_file"], same["current"]["file"]);
        assert_eq!(kinds(&stage, &same).await.last().unwrap(), "signed");
        let file = stage.upload("chair", "signed").await;
        let signed = stage.act("chair", &draft, json!({"action": "sign", "revision": 1, "file_id": file})).await.ok();
        assert_eq!(signed["signature"]["file"]["id"], json!(file));
        assert_ne!(signed["signature"]["file"]["sha256"], draft["current"]["file"]["sha256"]);
        // Everybody who goes on with it is told that the two checks were of another file.
        for reader in ["author", "head", "clerk", "chair"] {
            let signature = stage.see(reader, &draft).await["signature"].clone();
            assert_eq!((&signature["replaces_checked_file"], &signature["checked_file"]), (&json!(true), &draft["current"]["file"]), "{reader}");
            assert_eq!(kinds(&stage, &draft).await.last().unwrap(), "signed_another_file");
        }
        let told = stage.here.told().await;
        let facts: Vec<_> = told.iter().filter(|event| event["type"] == "draft.signed.v1").map(|event| &event["data"]["signature"]).collect();
        assert_eq!((&facts[0]["replaces_checked_file"], &facts[1]["replaces_checked_file"]), (&json!(false), &json!(true)));
        assert_eq!((&facts[1]["checked_sha256"], &facts[1]["sha256"]), (&draft["current"]["file"]["sha256"], &signed["signature"]["file"]["sha256"]));
        let numbered = stage.act("clerk", &draft, json!({"action": "number"})).await.ok();
        let document = stage.as_("clerk").get(&crate::stage::document(&numbered)).await.ok();
        assert_eq!(document["file"], signed["signature"]["file"]);
        stage.stop().await;
    }

    async fn the_seal_comes_only_after_a_signature_and_a_number(database) {
        let stage = Stage::open(database).await;
        let draft = waiting(&stage, "QĐ").await;
        for action in ["seal", "issue", "number"] {
            let early = stage.act("clerk", &draft, json!({"action": action})).await;
            assert_eq!(early.problem(409), "draft.state", "{action}");
            assert_eq!((&early.body["state"], early.body["allowed_actions"].is_array()), (&json!("signing"), true));
        }
        stage.act("chair", &draft, json!({"action": "sign", "revision": 1})).await.ok();
        assert_eq!(stage.act("clerk", &draft, json!({"action": "seal"})).await.problem(409), "draft.state");
        for other in ["author", "head", "chair"] {
            let number = stage.act(other, &draft, json!({"action": "number"})).await;
            assert_eq!(number.problem(403), "draft.not_yours", "{other}");
        }
        stage.stop().await;
    }
}
