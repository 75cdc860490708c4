//! Gathering opinions on a draft.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::stage::{Stage, faults, path};

async fn ask(stage: &Stage, draft: &Value) -> Value {
    let body = json!({"agencies": ["H50.13", "H50.04"], "officers": ["vice2"], "question": "Thời hạn ở Điều 3?", "working_days": 2});
    let reply = stage.as_("author").post(&format!("{}/consultations", path(draft)), &body).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.body
}

fn answers(consultation: &Value) -> String {
    format!("/v1/draft-consultations/{}/answers", consultation["id"].as_str().unwrap())
}

on_both_databases! {
    async fn who_is_asked_sees_the_text_and_its_versions_and_nothing_else(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        assert_eq!(stage.as_("asked").get(&path(&draft)).await.problem(404), "not_found");
        let consultation = ask(&stage, &draft).await;
        assert_eq!((&consultation["due_at"], consultation["asked"].as_array().unwrap().len()), (&json!("2026-11-26T10:00:00Z"), 3));
        stage.as_("clerk").post(&format!("{}/comments", path(&draft)), &json!({"text": "Nội bộ"})).await.ok();
        let seen = stage.see("asked", &draft).await;
        assert_eq!((&seen["checks"], &seen["signature"], &seen["allowed_actions"]), (&Value::Null, &Value::Null, &json!([])));
        assert_eq!(stage.as_("asked").get(&format!("{}/revisions", path(&draft))).await.status, 200);
        let file = seen["current"]["file"]["id"].as_str().unwrap();
        assert_eq!(stage.as_("asked").get(&format!("/v1/files/{file}/content")).await.status, 200);
        for hidden in ["steps", "readers"] {
            assert_eq!(stage.as_("asked").get(&format!("{}/{hidden}", path(&draft))).await.problem(404), "not_found");
        }
        let comment = stage.as_("asked").post(&format!("{}/comments", path(&draft)), &json!({"text": "Ý kiến"})).await;
        assert_eq!(comment.problem(404), "not_found");
        let mine = stage.as_("asked").get(&format!("{}/consultations", path(&draft))).await.ok();
        let lines = mine["items"][0]["asked"].as_array().unwrap();
        assert_eq!((lines.len(), &lines[0]["agency"]["code"]), (1, &json!("H50.13")));
        // The file of the signature is not theirs either.
        let signed = stage.upload("chair", "signed").await;
        stage.act("author", &draft, json!({"action": "submit"})).await.ok();
        stage.act("head", &draft, json!({"action": "approve_content", "revision": 1})).await.ok();
        stage.act("clerk", &draft, json!({"action": "approve_form", "revision": 1})).await.ok();
        stage.act("chair", &draft, json!({"action": "sign", "revision": 1, "file_id": signed})).await.ok();
        assert_eq!(stage.as_("asked").get(&format!("/v1/files/{signed}/content")).await.problem(404), "not_found");
        assert_eq!(stage.as_("clerk").get(&format!("/v1/files/{signed}/content")).await.status, 200);
        stage.stop().await;
    }

    async fn silence_is_never_consent_and_a_late_answer_is_kept_as_late(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let consultation = ask(&stage, &draft).await;
        let wordless = stage.as_("asked").post(&answers(&consultation), &json!({"stance": "disagree"})).await;
        assert_eq!(faults(&wordless), [("/text".into(), "required".into())]);
        let stranger = stage.as_("author").post(&answers(&consultation), &json!({"stance": "agree"})).await;
        assert_eq!(stranger.problem(404), "not_found");
        let answered = stage.as_("asked").post(&answers(&consultation), &json!({"stance": "agree_with_comments", "text": "Nên là 10 ngày"})).await.ok();
        assert_eq!((&answered["asked"][0]["state"], &answered["asked"][0]["stance"]), (&json!("answered"), &json!("agree_with_comments")));
        let again = stage.as_("stranger").post(&answers(&consultation), &json!({"stance": "agree"})).await;
        assert_eq!(again.problem(409), "draft.answered");
        stage.at("2026-11-26T10:00:01Z").await;
        let list = format!("{}/consultations", path(&draft));
        let states = async || {
            let all = stage.as_("author").get(&list).await.ok();
            let asked = all["items"][0]["asked"].as_array().unwrap().clone();
            asked.iter().map(|one| (one["state"].clone(), one["stance"].clone())).collect::<Vec<_>>()
        };
        let silent = (json!("silent"), Value::Null);
        assert_eq!(states().await, [(json!("answered"), json!("agree_with_comments")), silent.clone(), silent.clone()]);
        stage.as_("vice2").post(&answers(&consultation), &json!({"stance": "agree"})).await.ok();
        assert_eq!(states().await[1..], [silent, (json!("answered_late"), json!("agree"))]);
        let told = stage.here.told().await;
        let last = told.iter().rev().find(|event| event["type"] == "draft.answered.v1").unwrap();
        assert_eq!((&last["data"]["asked"][2]["late"], &last["data"]["asked"][1]["stance"]), (&json!(true), &Value::Null));
        assert!(!json!(told).to_string().contains("Nên là 10 ngày"));
        stage.stop().await;
    }

    async fn a_question_names_whom_it_asks_and_until_when(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let at = format!("{}/consultations", path(&draft));
        let wrong = json!({"question": " ", "working_days": 3, "due_at": "2026-12-01T00:00:00Z"});
        let refused = stage.as_("author").post(&at, &wrong).await;
        let found: Vec<String> = faults(&refused).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(found, ["/question", "/agencies", "/due_at"]);
        let past = json!({"agencies": ["H50.13"], "question": "?", "due_at": "2026-11-23T01:00:00Z"});
        assert_eq!(faults(&stage.as_("author").post(&at, &past).await), [("/due_at".into(), "draft.deadline".into())]);
        let unknown = json!({"agencies": ["H50.13", "H50.13", "X1"], "officers": ["nobody"], "question": "?", "working_days": 1});
        assert_eq!(faults(&stage.as_("author").post(&at, &unknown).await), [
            ("/agencies/1".into(), "draft.asked_twice".into()),
            ("/agencies/2".into(), "agency.unknown".into()),
            ("/officers/0".into(), "officer.unknown".into()),
        ]);
        let closed = json!({"agencies": ["H46"], "question": "?", "working_days": 1});
        assert_eq!(stage.as_("author").post(&at, &closed).await.problem(409), "agency.closed");
        let good = json!({"agencies": ["H50.13"], "question": "?", "working_days": 1});
        assert_eq!(stage.as_("clerk").post(&at, &good).await.problem(403), "draft.not_yours");
        stage.up_to("signed", &draft).await;
        assert_eq!(stage.as_("author").post(&at, &good).await.problem(409), "draft.state");
        stage.stop().await;
    }
}
