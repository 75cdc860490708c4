//! What silence means, once.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::house::{
    RUNS_ON, SILENCE_LAW, STANDS_STILL, agree, ask, disagree, events, eventually, id, kinds, opinion, province,
    restart, state,
};
use crate::support::{Caller, Province};

async fn is_concluded(province: &Province, consultation: &str) -> bool {
    let found = province.officer("C1", "processor").get(&format!("/v1/consultations/{consultation}")).await.ok();
    found["state"] == "concluded"
}

async fn notices(caller: &Caller<'_>) -> Vec<Value> {
    caller.get("/v1/notices?kind=consultation").await.ok()["items"].as_array().unwrap().clone()
}

on_both_databases! {
    async fn silence_is_consent_by_the_law_of_the_rule_at_the_end_of_the_term(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "CONSENT").await.ok());
        agree(&province.officer("C2", "approver"), &asked).await.ok();
        province.travel("2026-11-23T09:59:58Z");
        assert!(!is_concluded(&province, &asked).await);
        province.travel("2026-11-23T10:00:01Z");
        // Whether the timer was there already or not, the law was.
        assert_eq!(disagree(&province.officer("D3", "approver"), &asked).await.status, 409);
        eventually("concluded", async || is_concluded(&province, &asked).await).await;
        assert_eq!(state(&province, &dossier).await, "processing");
        let found = province.officer("D3", "approver").get(&format!("/v1/consultations/{asked}")).await.ok();
        assert_eq!((&found["legal_basis"], &found["outcome"]), (&json!(SILENCE_LAW), &json!("agreed")));
        let silent = found["agencies"].as_array().unwrap().iter().find(|one| one["written_code"] == "H1.3").unwrap();
        assert_eq!((&silent["state"], &silent["answered_at"]), (&json!("deemed_consent"), &json!("2026-11-23T10:00:00Z")));
        assert_eq!((&silent["opinion"]["stance"], &silent["opinion"]["answered_by"]), (&json!("agree"), &json!(null)));
        let refused = disagree(&province.officer("D3", "approver"), &asked).await;
        assert_eq!(refused.code(409), "consultation.ended");
        assert_eq!(notices(&province.officer("D3", "processor")).await, [Value::Null; 0], "nobody is overdue");
        province.stop().await;
    }

    async fn a_service_that_was_away_when_consent_came_reckons_as_if_it_had_not_been(database) {
        let mut province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "CONSENT").await.ok());
        restart(&mut province, |province| province.travel("2026-11-27T02:00:00Z")).await;
        eventually("concluded", async || is_concluded(&province, &asked).await).await;
        let at = "2026-11-23T10:00:00Z";
        let found = province.officer("D3", "approver").get(&format!("/v1/consultations/{asked}")).await.ok();
        assert_eq!(found["ended_at"], at);
        let feed = province.portal().get("/v1/events?limit=1000").await.ok();
        let resumed = feed.as_array().unwrap().iter().find(|event| event["type"] == "dossier.resumed.v1").unwrap();
        assert_eq!(resumed["data"]["waits"][0]["ended_at"], at);
        province.stop().await;
    }

    async fn consent_by_silence_comes_once_over_restarts_and_copies_of_the_service(database) {
        let mut province = province(database).await;
        let mut asked = Vec::new();
        for _ in 0..12 {
            let dossier = province.processing(STANDS_STILL).await;
            asked.push((id(&ask(&province, &dossier, "CONSENT").await.ok()), dossier));
        }
        restart(&mut province, |province| province.travel("2026-11-23T10:00:01Z")).await;
        let second = motcua_procedures::start(&province.foundation.shared).await.unwrap();
        for (one, _) in &asked {
            eventually("concluded", async || is_concluded(&province, one).await).await;
        }
        restart(&mut province, |_| ()).await;
        for (one, dossier) in &asked {
            let told = events(&province, &format!("consultations/{one}")).await;
            let expected = ["consultation.asked.v1", "consultation.consent_deemed.v1", "consultation.concluded.v1"];
            assert_eq!(kinds(&told), expected);
            assert_eq!(told[1]["data"]["agencies"].as_array().unwrap().iter().filter(|one| one["state"] == "deemed_consent").count(), 2);
            assert_eq!(told[1]["actor"], "service:procedures");
            let told = events(&province, &format!("dossiers/{dossier}")).await;
            assert_eq!(kinds(&told)[3..], ["dossier.paused.v1", "dossier.resumed.v1"]);
        }
        second.stop().await.unwrap();
        province.stop().await;
    }

    async fn an_answer_that_is_overdue_is_told_to_that_agency_and_to_whoever_asked_and_says_why_it_is_late(database) {
        let province = province(database).await;
        let dossier = province.processing(RUNS_ON).await;
        let asked = id(&ask(&province, &dossier, "ALL").await.ok());
        agree(&province.officer("C2", "approver"), &asked).await.ok();
        province.travel("2026-11-18T10:00:01Z");
        let (silent, asking) = (province.officer("D3", "processor"), province.officer("C1", "processor"));
        eventually("a notice", async || !notices(&silent).await.is_empty()).await;
        let told = notices(&silent).await;
        assert_eq!((told.len(), &told[0]["party"], &told[0]["passed_at"]), (1, &json!("consulted"), &json!("2026-11-18T10:00:00Z")));
        assert_eq!(notices(&province.officer("D3", "leader")).await.len(), 1);
        let own = asking.get("/v1/notices?kind=consultation&officer=me").await.ok();
        assert_eq!(own["items"].as_array().unwrap().len(), 1, "whoever asked");
        for other in [province.officer("C2", "processor"), province.officer("C2", "leader"), province.officer("D3", "receiver")] {
            assert_eq!(notices(&other).await, [Value::Null; 0]);
        }
        let bare = agree(&silent, &asked).await;
        assert_eq!((bare.code(422), &bare.body["errors"][0]["code"]), ("validation".to_owned(), &json!("late_reason.required")));
        let late = json!({"stance": "agree", "late_reason": "Chờ khảo sát thực địa."});
        let answered = opinion(&silent, &asked, &late).await.ok();
        assert_eq!((&answered["state"], &answered["outcome"]), (&json!("concluded"), &json!("agreed")));
        let told = events(&province, &format!("consultations/{asked}")).await;
        let path = ["consultation.asked.v1", "consultation.answered.v1", "consultation.overdue.v1", "consultation.answered.v1", "consultation.concluded.v1"];
        assert_eq!(kinds(&told), path);
        province.stop().await;
    }
}
