//! A draft follows the agency that answers for it.

use std::time::Duration;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, merge, path};

/// The draft once the agency responsible for it is this one.
async fn moved(stage: &Stage, subject: &str, draft: &Value, code: &str) -> Value {
    for _ in 0..200 {
        let reply = stage.as_(subject).get(&path(draft)).await;
        if reply.status == 200 && reply.body["responsible_agency"]["code"] == code {
            return reply.body;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the draft has not followed");
}

on_both_databases! {
    async fn an_open_draft_goes_on_at_the_successor_and_a_signature_without_a_number_lapses(database) {
        let stage = Stage::without_signers(database).await;
        let wards = "subject,name,agency_code,role,email
head13,Chủ tịch phường,H50.13,leader,
clerk13,Văn thư phường,H50.13,clerk,
clerk12,Văn thư phường,H50.12,clerk,
";
        stage.here.import_officers(wards).await;
        stage.here.running.foundation.directory.refresh().await.unwrap();
        for (ward, officer) in [("H50.13", "head13"), ("H50.12", "head")] {
            let path = format!("/v1/agencies/{}/signing-authorities", stage.as_("admin").agency(ward).await);
            let head = json!({"officer": officer, "capacity": "head", "position": "CHỦ TỊCH", "legal_basis": "1/NQ-HĐND"});
            stage.as_("admin").post(&path, &head).await.ok();
        }
        let mut request = stage.request("asked").await;
        merge(&mut request, json!({"agency": "H50.13", "unit": null}));
        let draft = stage.as_("asked").post("/v1/drafts", &request).await.ok();
        let act = async |by: &str, step: Value| {
            let etag = stage.as_("clerk").get(&path(&draft)).await.etag().to_owned();
            stage.act_at(by, &draft, &etag, step).await
        };
        act("asked", json!({"action": "submit"})).await.ok();
        act("stranger", json!({"action": "approve_content", "revision": 1})).await.ok();
        act("clerk13", json!({"action": "approve_form", "revision": 1})).await.ok();
        act("head13", json!({"action": "sign", "revision": 1})).await.ok();

        let admin = stage.as_("admin");
        let ward = format!("/v1/agencies/{}", admin.agency("H50.13").await);
        let merger = json!({
            "kind": "merged_into", "successors": ["H50.12"], "effective_on": "2026-12-01", "legal_basis": "1/NQ-HĐND",
        });
        let etag = admin.get(&ward).await.etag().to_owned();
        admin.change(Method::POST, &format!("{ward}/successions"), &etag, &merger).await.ok();
        stage.at("2026-12-01T02:00:00Z").await;
        let after = moved(&stage, "clerk", &draft, "H50.12").await;
        assert_eq!((&after["agency"]["code"], &after["state"], &after["signature"]), (&json!("H50.13"), &json!("signing"), &Value::Null));
        // The head of the ward that is no more signs nothing; the head of the other does, and its register numbers.
        let old = act("head13", json!({"action": "sign", "revision": 1})).await;
        assert!(["signing.no_authority", "not_found"].contains(&old.body["code"].as_str().unwrap()), "{}", old.body);
        act("head", json!({"action": "sign", "revision": 1})).await.ok();
        let numbered = act("clerk12", json!({"action": "number"})).await.ok();
        let document = stage.as_("clerk12").get(&crate::stage::document(&numbered)).await.ok();
        assert_eq!((&document["issuing_agency"]["code"], &document["full_number"]), (&json!("H50.12"), &json!("01/QĐ-UBND")));
        let kinds = stage.as_("clerk").list(&format!("{}/steps", path(&draft)), "kind").await;
        assert!(kinds.contains(&"moved".to_owned()), "{kinds:?}");
        stage.stop().await;
    }

    async fn what_a_unit_drafts_goes_on_with_its_successor_and_is_told(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.act("author", &draft, json!({"action": "submit"})).await.ok();
        assert_eq!(stage.as_("stranger").get(&path(&draft)).await.status, 404);
        let admin = stage.as_("admin");
        let (unit, successor) = (admin.agency("H50.12").await, admin.agency("H50.13").await);
        let ward = format!("/v1/agencies/{unit}");
        let merger = json!({
            "kind": "merged_into", "successors": ["H50.13"], "effective_on": "2026-11-23", "legal_basis": "1/NQ-HĐND",
        });
        let etag = admin.get(&ward).await.etag().to_owned();
        admin.change(Method::POST, &format!("{ward}/successions"), &etag, &merger).await.ok();
        let mut told = None;
        for _ in 0..400 {
            let events = stage.here.events(1).await;
            told = events.into_iter().find(|event| event["type"] == "draft.unit_moved.v1");
            if told.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let told = told.unwrap();
        let data = &told["data"];
        assert_eq!((&data["draft_id"], &data["unit_id"], &data["version"]), (&draft["id"], &json!(successor), &json!(3)));
        assert!(!serde_json::to_string(&told).unwrap().contains("Nguyễn"));
        let seen = stage.see("stranger", &draft).await;
        assert_eq!((&seen["unit"]["code"], &seen["version"]), (&json!("H50.13"), &json!(3)));
        stage.stop().await;
    }

    async fn what_was_numbered_for_an_agency_that_is_no_more_is_given_up_and_what_was_sealed_goes_out(database) {
        let stage = Stage::without_signers(database).await;
        let wards = "subject,name,agency_code,role,email
head13,Chủ tịch phường,H50.13,leader,
clerk13,Văn thư phường,H50.13,clerk,
clerk12,Văn thư phường,H50.12,clerk,
";
        stage.here.import_officers(wards).await;
        stage.here.running.foundation.directory.refresh().await.unwrap();
        let ward = format!("/v1/agencies/{}", stage.as_("admin").agency("H50.13").await);
        let head = json!({"officer": "head13", "capacity": "head", "position": "CHỦ TỊCH", "legal_basis": "1/NQ-HĐND"});
        stage.as_("admin").post(&format!("{ward}/signing-authorities"), &head).await.ok();
        let mut drafts = Vec::new();
        for last in ["number", "seal"] {
            let mut request = stage.request("asked").await;
            merge(&mut request, json!({"agency": "H50.13", "unit": null}));
            let draft = stage.as_("asked").post("/v1/drafts", &request).await.ok();
            let way = [
                ("asked", json!({"action": "submit"})),
                ("stranger", json!({"action": "approve_content", "revision": 1})),
                ("clerk13", json!({"action": "approve_form", "revision": 1})),
                ("head13", json!({"action": "sign", "revision": 1})),
                ("clerk13", json!({"action": "number"})),
                ("clerk13", json!({"action": "seal"})),
            ];
            for (by, step) in way {
                stage.act(by, &draft, step.clone()).await.ok();
                if step["action"] == last {
                    break;
                }
            }
            drafts.push(draft);
        }
        let merger = json!({
            "kind": "merged_into", "successors": ["H50.12"], "effective_on": "2026-12-01", "legal_basis": "1/NQ-HĐND",
        });
        let etag = stage.as_("admin").get(&ward).await.etag().to_owned();
        stage.as_("admin").change(Method::POST, &format!("{ward}/successions"), &etag, &merger).await.ok();
        stage.at("2026-12-01T02:00:00Z").await;
        let [numbered, sealed] = drafts.as_slice() else { panic!("two drafts") };
        for draft in &drafts {
            moved(&stage, "clerk", draft, "H50.12").await;
        }
        // The signature of an agency that has closed is put on nothing; the number is void, and the work begins anew.
        let offered = |draft: Value| draft["allowed_actions"].clone();
        assert_eq!(offered(stage.as_("clerk12").get(&path(numbered)).await.ok()), json!([]));
        assert_eq!(offered(stage.as_("clerk12").get(&path(sealed)).await.ok()), json!(["issue"]));
        assert_eq!(offered(stage.as_("head").get(&path(numbered)).await.ok()), json!(["cancel"]));
        let late = stage.act("clerk12", numbered, json!({"action": "seal"})).await;
        assert_eq!((late.problem(409), &late.body["successor"]), ("agency.closed", &json!("H50.12")));
        let given_up = stage.act("head", numbered, json!({"action": "cancel", "reason": "Cơ quan ban hành đã sáp nhập"})).await.ok();
        assert_eq!(given_up["state"], "cancelled");
        // What has the signature is complete, and goes out in the name it bears, by whoever went on with the work.
        let issued = stage.act("clerk12", sealed, json!({"action": "issue"})).await.ok();
        let document = stage.as_("clerk12").get(&crate::stage::document(&issued)).await.ok();
        assert_eq!((&document["state"], &document["issuing_agency"]["code"]), (&json!("issued"), &json!("H50.13")));
        let steps = stage.as_("clerk12").get(&format!("{}/steps", path(sealed))).await.ok();
        let last = steps["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["kind"], &last["actor"]), (&json!("issued"), &json!("officer:clerk12@motcua-development")));
        stage.stop().await;
    }
}
