//! The circle of a draft: who sees it, and nobody else.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::stage::{Stage, path};

/// What somebody is answered who asks for a draft in every way there is: get, list, count, text file.
async fn sees(stage: &Stage, subject: &str, draft: &Value) -> Vec<bool> {
    let caller = stage.as_(subject);
    let id = draft["id"].as_str().unwrap();
    let listed = caller.get("/v1/drafts?count=exact&limit=200").await.ok();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(listed["count"], items.len());
    let file = draft["current"]["file"]["id"].as_str().unwrap();
    let got = caller.get(&path(draft)).await.status;
    assert!([200, 404].contains(&got));
    vec![
        got == 200,
        items.iter().any(|item| item["id"] == id),
        caller.get(&format!("/v1/files/{file}/content")).await.status == 200,
    ]
}

on_both_databases! {
    async fn a_draft_is_seen_by_its_circle_alone_in_every_way(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        for inside in ["author", "chair", "vice", "vice2", "clerk", "admin"] {
            assert_eq!(sees(&stage, inside, &draft).await, [true; 3], "{inside}");
        }
        // The heads of the unit see what is given to them, and not before.
        for outside in ["head", "stranger", "asked", "ministry", "unitadmin", "signer"] {
            assert_eq!(sees(&stage, outside, &draft).await, [false; 3], "{outside}");
        }
        stage.act("author", &draft, json!({"action": "submit"})).await.ok();
        for inside in ["head", "head2"] {
            assert_eq!(sees(&stage, inside, &draft).await, [true; 3], "{inside}");
        }
        for outside in ["stranger", "unitadmin", "signer"] {
            assert_eq!(sees(&stage, outside, &draft).await, [false; 3], "{outside}");
            for sub in ["steps", "readers", "revisions", "consultations"] {
                assert_eq!(stage.as_(outside).get(&format!("{}/{sub}", path(&draft))).await.problem(404), "not_found");
            }
            assert_eq!(stage.act(outside, &draft, json!({"action": "submit"})).await.problem(404), "not_found");
            let comment = stage.as_(outside).post(&format!("{}/comments", path(&draft)), &json!({"text": "?"})).await;
            assert_eq!(comment.problem(404), "not_found");
            let feed = stage.as_(outside).get("/v1/events?limit=1000").await.ok();
            assert!(!feed.to_string().contains(draft["id"].as_str().unwrap()), "{outside}");
        }
        stage.stop().await;
    }

    async fn who_may_sign_for_the_agency_sees_what_waits_for_it_while_the_authority_holds(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let authority = json!({
            "capacity": "by_order", "position": "CHÁNH VĂN PHÒNG", "valid_from": "2026-11-24", "valid_to": "2026-11-25",
            "document_types": ["QĐ", "TB"],
        });
        stage.authority("signer", authority).await;
        assert_eq!(sees(&stage, "signer", &draft).await, [false; 3]);
        stage.at("2026-11-24T02:00:00Z").await;
        assert_eq!(sees(&stage, "signer", &draft).await, [false; 3], "it is drafted still");
        stage.up_to("signing", &draft).await;
        assert_eq!(sees(&stage, "signer", &draft).await, [true; 3]);
        stage.at("2026-11-25T02:00:00Z").await;
        assert_eq!(sees(&stage, "signer", &draft).await, [false; 3]);
        stage.stop().await;
    }

    async fn a_numbered_document_is_seen_by_who_keeps_documents_until_it_is_issued(database) {
        let stage = Stage::open(database).await;
        // An officer of the province who keeps nothing there.
        stage.here.import_officers("subject,name,agency_code,role,email\nworker,Phan Văn Việc,H50,processor,\n").await;
        stage.here.running.foundation.directory.refresh().await.unwrap();
        let draft = stage.draft().await;
        let numbered = stage.up_to("sealed", &draft).await;
        let at = crate::stage::document(&numbered);
        let file = format!("/v1/files/{}/content", numbered["current"]["attachments"][0]["id"].as_str().unwrap());
        assert_eq!(stage.as_("worker").get(&at).await.problem(404), "not_found");
        assert_eq!(stage.as_("worker").get(&file).await.problem(404), "not_found");
        assert_eq!(stage.as_("worker").get("/v1/outgoing-documents?count=exact").await.ok()["count"], 0);
        assert_eq!(stage.as_("clerk").get("/v1/outgoing-documents?state=sealed&count=exact").await.ok()["count"], 1);
        stage.act("clerk", &draft, json!({"action": "issue"})).await.ok();
        assert_eq!(stage.as_("worker").get(&at).await.status, 200);
        assert_eq!(stage.as_("worker").get(&file).await.status, 200);
        assert_eq!(stage.as_("worker").get(&path(&draft)).await.problem(404), "not_found");
        stage.stop().await;
    }

    async fn another_tenants_draft_does_not_exist(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let other = motcua_kernel::new_id();
        for table in ["drafts", "draft_people", "draft_revisions", "draft_files"] {
            stage.run(format!("UPDATE {table} SET tenant_id = '{other}'")).await;
        }
        for subject in ["author", "chair", "clerk"] {
            assert_eq!(sees(&stage, subject, &draft).await[..2], [false; 2], "{subject}");
        }
        let step = stage.act_at("author", &draft, "\"v1.0\"", json!({"action": "submit"})).await;
        assert_eq!(step.problem(404), "not_found");
        stage.stop().await;
    }
}
