//! Who is told what becomes of a draft, and for how long they see it.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::send;
use crate::stage::{Stage, path};

/// The kinds of the events about something that somebody is told.
async fn told(stage: &Stage, subject: &str, about: &str) -> Vec<String> {
    let feed = stage.as_(subject).get("/v1/events?limit=1000").await.ok();
    let events = feed.as_array().unwrap().iter().filter(|event| event["subject"] == about);
    events.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

/// Whether somebody sees a draft: read, listed, and its file.
async fn sees(stage: &Stage, subject: &str, draft: &Value) -> [bool; 3] {
    let caller = stage.as_(subject);
    let listed = caller.list("/v1/drafts?limit=200", "id").await;
    let file = draft["current"]["file"]["id"].as_str().unwrap();
    [
        caller.get(&path(draft)).await.status == 200,
        listed.iter().any(|id| draft["id"] == id.as_str()),
        caller.get(&format!("/v1/files/{file}/content")).await.status == 200,
    ]
}

on_both_databases! {
    async fn a_draft_is_told_to_its_circle_and_a_question_to_who_is_asked(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let question = json!({"agencies": ["H50.13"], "question": "Thời hạn ở Điều 3?", "working_days": 2});
        let asked = stage.as_("author").post(&format!("{}/consultations", path(&draft)), &question).await.ok();
        stage.up_to("numbered", &draft).await;
        stage.act("chair", &draft, json!({"action": "cancel", "reason": "Không còn cần thiết"})).await.ok();
        let all = stage.here.told().await;
        let about = format!("drafts/{}", draft["id"].as_str().unwrap());
        let whole: Vec<&str> =
            all.iter().filter(|event| event["subject"] == about.as_str()).map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!((whole.len(), whole.last()), (7, Some(&"draft.cancelled.v1")), "{whole:?}");
        for inside in ["author", "head", "chair", "vice2", "clerk", "admin"] {
            assert_eq!(told(&stage, inside, &about).await, whole, "{inside}");
        }
        for outside in ["asked", "stranger", "ministry", "signer", "unitadmin"] {
            assert_eq!(told(&stage, outside, &about).await, [""; 0], "{outside}");
        }
        let consulted = format!("draft-consultations/{}", asked["id"].as_str().unwrap());
        for (who, events) in [("author", 1), ("clerk", 1), ("asked", 1), ("ministry", 0), ("signer", 0), ("unitadmin", 0)] {
            assert_eq!(told(&stage, who, &consulted).await.len(), events, "{who}");
        }
        stage.stop().await;
    }

    async fn who_is_asked_hears_nothing_of_what_others_were_asked_and_answered(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let ask = json!({"agencies": ["H50.13"], "officers": ["ministry", "signer"], "question": "Thời hạn?", "working_days": 2});
        let asked = stage.as_("author").post(&format!("{}/consultations", path(&draft)), &ask).await.ok();
        let answers = format!("/v1/draft-consultations/{}/answers", asked["id"].as_str().unwrap());
        stage.as_("ministry").post(&answers, &json!({"stance": "disagree", "text": "Chưa có căn cứ"})).await.ok();
        stage.as_("asked").post(&answers, &json!({"stance": "agree"})).await.ok();
        stage.here.told().await;
        let lines = asked["asked"].as_array().unwrap();
        let who = |line: &Value| line["officer_id"].as_str().or(line["agency"]["id"].as_str()).unwrap().to_owned();
        let all: Vec<String> = lines.iter().map(who).collect();
        assert_eq!(all.len(), 3);
        for (reader, own) in [("asked", &all[0]), ("ministry", &all[1]), ("signer", &all[2])] {
            let feed = stage.as_(reader).get("/v1/events?limit=1000").await.ok();
            let about = |event: &&Value| event["type"].as_str().unwrap().starts_with("draft.");
            let events: Vec<&Value> = feed.as_array().unwrap().iter().filter(about).collect();
            assert_eq!((events.len(), &events[0]["type"]), (1, &json!("draft.consulted.v1")), "{reader}: {events:?}");
            let text = events[0].to_string();
            for other in all.iter().filter(|id| *id != own) {
                assert!(!text.contains(other.as_str()), "{reader} reads of {other}: {text}");
            }
            assert!(!text.contains("agree"), "{reader}: {text}");
        }
        for inside in ["author", "clerk", "chair"] {
            let feed = stage.as_(inside).get("/v1/events?limit=1000").await.ok();
            let answered: Vec<&Value> =
                feed.as_array().unwrap().iter().filter(|event| event["type"] == "draft.answered.v1").collect();
            assert_eq!(answered.len(), 2, "{inside}");
            let stances: Vec<&Value> = answered[1]["data"]["asked"].as_array().unwrap().iter().map(|one| &one["stance"]).collect();
            assert_eq!(stances, [&json!("agree"), &json!("disagree"), &Value::Null], "{inside}");
        }
        stage.stop().await;
    }

    async fn an_answer_is_not_given_again_to_who_has_lost_sight_of_the_draft(database) {
        let stage = Stage::open(database).await;
        let request = stage.request("author").await;
        let author = stage.as_("author");
        let again = || author.request(Method::POST, "/v1/drafts").header("Idempotency-Key", "draft-1").json(&request);
        let draft = send(again()).await.ok();
        assert_eq!(send(again()).await.ok()["id"], draft["id"]);
        stage.leave("unitadmin", "author", "H50.12", "processor").await;
        assert_eq!(stage.as_("author").get(&path(&draft)).await.problem(404), "not_found");
        assert_eq!(send(again()).await.problem(404), "not_found");
        assert_eq!(stage.as_("clerk").list("/v1/drafts", "id").await.len(), 1);
        stage.stop().await;
    }

    async fn who_leaves_the_post_sees_what_they_wrote_and_signed_no_more(database) {
        let stage = Stage::open(database).await;
        let signed = stage.draft().await;
        for (by, step) in [
            ("author", json!({"action": "submit"})),
            ("head", json!({"action": "approve_content", "revision": 1})),
            ("clerk", json!({"action": "approve_form", "revision": 1})),
            ("vice", json!({"action": "sign", "revision": 1})),
        ] {
            stage.act(by, &signed, step).await.ok();
        }
        for who in ["author", "vice", "head"] {
            assert_eq!(sees(&stage, who, &signed).await, [true; 3], "{who}");
        }
        stage.leave("unitadmin", "author", "H50.12", "processor").await;
        stage.leave("admin", "vice", "H50", "approver").await;
        let about = format!("drafts/{}", signed["id"].as_str().unwrap());
        stage.here.told().await;
        // The file that somebody uploaded stays open to who uploaded it.
        for (gone, file) in [("author", true), ("vice", false)] {
            assert_eq!(sees(&stage, gone, &signed).await, [false, false, file], "{gone}");
            assert_eq!(told(&stage, gone, &about).await, [""; 0], "{gone}");
            let etag = stage.etag(&signed).await;
            assert_eq!(stage.act_at(gone, &signed, &etag, json!({"action": "return", "reason": "Không còn cần thiết"})).await.problem(404), "not_found");
        }
        assert_eq!(sees(&stage, "head", &signed).await, [true; 3]);
        // What was begun by who has left goes on at the hands of those who are there.
        stage.act("clerk", &signed, json!({"action": "number"})).await.ok();
        stage.stop().await;
    }
}
