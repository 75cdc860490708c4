//! Who answers, once, and how answers join.

use futures_util::future::join_all;
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::house::{RUNS_ON, STANDS_STILL, agree, ask, disagree, events, id, kinds, opinion, province, state};
use crate::support::read;

on_both_databases! {
    async fn an_agency_answers_once_and_only_by_its_approvers_and_processors(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "ALL").await.ok());
        for (agency, role) in [("D3", "leader"), ("D3", "receiver"), ("C1", "processor"), ("C1", "approver")] {
            let refused = agree(&province.officer(agency, role), &asked).await;
            assert_eq!(refused.code(403), "consultation.not_yours", "{agency} {role}");
        }
        assert_eq!(agree(&province.portal(), &asked).await.status, 403);
        let (approver, processor) = (province.officer("D3", "approver"), province.officer("D3", "processor"));
        agree(&approver, &asked).await.ok();
        assert_eq!(agree(&approver, &asked).await.code(409), "consultation.answered");
        assert_eq!(disagree(&processor, &asked).await.code(409), "consultation.answered");
        agree(&province.officer("C2", "processor"), &asked).await.ok();
        let ended = agree(&province.officer("C2", "approver"), &asked).await;
        assert_eq!((ended.code(409), &ended.body["state"]), ("consultation.ended".to_owned(), &json!("concluded")));
        let unasked = province.processing(STANDS_STILL).await;
        let other = id(&ask(&province, &unasked, "ALL").await.ok());
        province.officer("C2", "approver").get(&format!("/v1/consultations/{other}")).await.ok();
        let nowhere = motcua_kernel::new_id().to_string();
        assert_eq!(agree(&approver, &nowhere).await.code(404), "not_found");
        province.stop().await;
    }

    async fn answers_at_once_are_counted_one_after_the_other(database) {
        let province = province(database).await;
        for _ in 0..4 {
            let dossier = province.processing(STANDS_STILL).await;
            let asked = id(&ask(&province, &dossier, "ALL").await.ok());
            let callers = [province.officer("C2", "approver"), province.officer("C2", "processor"),
                province.officer("D3", "approver"), province.officer("D3", "processor")];
            let answers = join_all(callers.iter().map(|caller| agree(caller, &asked))).await;
            let statuses = |status| answers.iter().filter(|answer| answer.status == status).count();
            assert_eq!((statuses(201), statuses(409)), (2, 2), "each agency once");
            assert_eq!(state(&province, &dossier).await, "processing");
            let told = events(&province, &format!("consultations/{asked}")).await;
            let last = ["consultation.answered.v1", "consultation.answered.v1", "consultation.concluded.v1"];
            assert_eq!(kinds(&told)[1..], last);
            let told = events(&province, &format!("dossiers/{dossier}")).await;
            assert_eq!(told.iter().filter(|event| event["type"] == "dossier.resumed.v1").count(), 1);
        }
        province.stop().await;
    }

    async fn a_repeated_opinion_is_one_opinion(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "FIRST").await.ok());
        let approver = province.officer("D3", "approver");
        let send = || async {
            let request = approver.request(Method::POST, &format!("/v1/consultations/{asked}/opinions"));
            read(request.header("Idempotency-Key", "opinion").json(&json!({"stance": "agree"})).send().await.unwrap()).await
        };
        let (first, second) = (send().await, send().await);
        assert_eq!(second.headers["idempotency-replayed"], "true");
        assert_eq!(first.ok(), second.ok());
        province.stop().await;
    }

    async fn the_majority_concludes_as_soon_as_it_is_certain_and_the_first_at_once(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "MAJORITY").await.ok());
        disagree(&province.officer("D3", "approver"), &asked).await.ok();
        assert_eq!(state(&province, &dossier).await, "paused");
        let second = disagree(&province.officer("C2", "approver"), &asked).await.ok();
        assert_eq!((&second["state"], &second["outcome"]), (&json!("concluded"), &json!("disagreed")));
        let released: Vec<_> = second["agencies"].as_array().unwrap().iter().map(|agency| &agency["state"]).collect();
        assert_eq!(released.iter().filter(|state| **state == "released").count(), 1);
        assert_eq!(state(&province, &dossier).await, "processing");
        let asked = id(&ask(&province, &dossier, "FIRST").await.ok());
        let conditions = json!({"stance": "agree_with_conditions", "text": "Giữ khoảng lùi 6 m."});
        let first = opinion(&province.officer("C2", "processor"), &asked, &conditions).await.ok();
        assert_eq!((&first["state"], &first["outcome"]), (&json!("concluded"), &json!("agreed")));
        province.stop().await;
    }

    async fn whoever_answers_for_several_agencies_says_for_which(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "MAJORITY").await.ok());
        let provincial = province.officer("P", "approver");
        let unclear = agree(&provincial, &asked).await;
        assert_eq!((unclear.code(422), &unclear.body["errors"][0]["pointer"]), ("validation".to_owned(), &json!("/agency")));
        let wrong = opinion(&provincial, &asked, &json!({"stance": "agree", "agency": "H1.1"})).await;
        assert_eq!(wrong.body["errors"][0]["code"], "consultation.agency_not_asked");
        let body = json!({"stance": "agree", "agency": "H1"});
        opinion(&provincial, &asked, &body).await.ok();
        assert_eq!(opinion(&provincial, &asked, &body).await.code(409), "consultation.answered");
        province.stop().await;
    }

    async fn everything_wrong_with_an_opinion_is_told_at_once(database) {
        let province = province(database).await;
        let dossier = province.processing(RUNS_ON).await;
        let asked = id(&ask(&province, &dossier, "ALL").await.ok());
        let (approver, other) = (province.officer("D3", "approver"), province.officer("C2", "approver"));
        let foreign = other.upload(b"%PDF-1.7 theirs").await;
        province.travel("2026-11-18T10:00:01Z");
        let body = json!({"stance": "disagree", "text": " ", "files": [foreign, foreign]});
        let refused = opinion(&approver, &asked, &body).await;
        assert_eq!(refused.code(422), "validation");
        let told: Vec<_> = refused.body["errors"].as_array().unwrap().iter()
            .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect();
        let expected = [("/text", "required"), ("/late_reason", "late_reason.required"), ("/files/0", "file.unknown"),
            ("/files/1", "file.repeated"), ("/files/1", "file.unknown")];
        assert_eq!(told, expected);
        let late = json!({"stance": "disagree", "text": "Không đồng ý.", "late_reason": "Chờ kết quả kiểm tra."});
        let answered = opinion(&approver, &asked, &late).await.ok();
        let theirs = answered["agencies"].as_array().unwrap().iter().find(|one| one["written_code"] == "H1.3").unwrap().clone();
        assert_eq!((&theirs["late"], &theirs["opinion"]["late_reason"]), (&json!(true), &json!("Chờ kết quả kiểm tra.")));
        province.stop().await;
    }
}
