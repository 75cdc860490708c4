//! Consultations that end without an outcome.

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::house::{LAW, RUNS_ON, STANDS_STILL, agree, ask, events, id, kinds, province, state};

on_both_databases! {
    async fn whoever_asked_takes_it_back_with_a_reason_and_the_dossier_goes_on(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "ALL").await.ok());
        let path = format!("/v1/consultations/{asked}/cancellations");
        let body = json!({"reason": "Đã có văn bản thống nhất trước đó."});
        for other in [province.officer("D3", "processor"), province.officer("C1", "approver")] {
            assert_eq!(other.post(&path, &body).await.code(403), "dossier.not_yours");
        }
        let processor = province.officer("C1", "processor");
        assert_eq!(processor.post(&path, &json!({"reason": ""})).await.code(422), "validation");
        agree(&province.officer("D3", "approver"), &asked).await.ok();
        let taken_back = processor.post(&path, &body).await.ok();
        assert_eq!((&taken_back["state"], &taken_back["outcome"]), (&json!("cancelled"), &json!(null)));
        assert_eq!(taken_back["cancellation_reason"], body["reason"]);
        assert_eq!(state(&province, &dossier).await, "processing");
        let again = processor.post(&path, &body).await;
        assert_eq!((again.code(409), &again.body["state"]), ("consultation.ended".to_owned(), &json!("cancelled")));
        assert_eq!(agree(&province.officer("C2", "approver"), &asked).await.code(409), "consultation.ended");
        ask(&province, &dossier, "ALL").await.ok();
        province.stop().await;
    }

    async fn a_dossier_that_ends_closes_what_is_open(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "ALL").await.ok());
        province.portal().step(&dossier, &json!({"action": "withdraw"})).await.ok();
        let closed = province.officer("D3", "approver").get(&format!("/v1/consultations/{asked}")).await.ok();
        assert_eq!(closed["state"], "closed");
        assert_eq!(agree(&province.officer("D3", "approver"), &asked).await.code(409), "consultation.ended");
        assert_eq!(kinds(&events(&province, &format!("consultations/{asked}")).await)[1..], ["consultation.closed.v1"]);
        province.travel("2026-11-25T02:00:00Z");
        let told = events(&province, &format!("dossiers/{dossier}")).await;
        assert_eq!(kinds(&told).last(), Some(&"dossier.withdrawn.v1"), "the end of the dossier is the end of its clocks");
        province.stop().await;
    }

    async fn a_dossier_that_waits_for_its_applicant_closes_them_too_when_it_ends(database) {
        let province = province(database).await;
        let dossier = province.processing(RUNS_ON).await;
        let asked = id(&ask(&province, &dossier, "ALL").await.ok());
        let processor = province.officer("C1", "processor");
        let item = json!({"what": "Bản vẽ", "reason": "Bản nộp không đọc được", "copies": 1});
        let more = json!({"action": "request_supplement", "items": [item], "legal_basis": LAW});
        processor.step(&dossier, &more).await.ok();
        province.portal().step(&dossier, &json!({"action": "withdraw"})).await.ok();
        let closed = processor.get(&format!("/v1/consultations/{asked}")).await.ok();
        assert_eq!((&closed["state"], &closed["agencies"][0]["state"]), (&json!("closed"), &json!("released")));
        province.stop().await;
    }
}
