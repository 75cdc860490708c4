//! The way of a dossier, from submission until its result waits for a number.

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::support::{Province, dossier, read};

on_both_databases! {
    async fn receipt_gives_the_code_of_the_agencys_day_and_the_due_date(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        let receiver = province.officer("C1", "receiver");
        let submitted = portal.submit(|_| {}).await.ok();
        assert_eq!(submitted["code"], json!(null));
        assert_eq!(submitted["state"]["local"], "submitted");
        assert!(submitted["tracking_reference"].as_str().unwrap().len() >= 10);
        for number in 1..=3 {
            let id = if number == 1 { submitted["id"].as_str().unwrap().to_owned() } else { portal.submitted().await };
            let received = receiver.step(&id, &json!({"action": "receive"})).await.ok();
            assert_eq!(received["code"], format!("H1.1-261116-{number:04}"));
            assert_eq!(received["state"]["national"], 2);
            // Five working days after Monday the 16th: the following Monday, at the end of office hours in Vietnam.
            assert_eq!(received["due_at"], "2026-11-23T10:00:00Z");
            assert_eq!(received["first_due_at"], received["due_at"]);
        }
        // Half past midnight in Vietnam is another day, whatever day it is in London.
        province.clock.set_business("2026-11-16T17:30:00Z".parse().unwrap());
        let id = portal.submitted().await;
        let next_day = receiver.step(&id, &json!({"action": "receive"})).await.ok();
        assert_eq!(next_day["code"], "H1.1-261117-0001");
        // The 24th is a public holiday, so the fifth working day is the 25th.
        assert_eq!(next_day["due_at"], "2026-11-25T10:00:00Z");
        province.stop().await;
    }

    async fn codes_of_one_day_have_no_gap_and_no_double_under_eight_receivers(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        let mut ids = Vec::new();
        for _ in 0..24 { ids.push(portal.submitted().await); }
        let receiver = province.officer("C1", "receiver");
        let receive = json!({"action": "receive"});
        let (receiver, receive) = (&receiver, &receive);
        let steps = ids.chunks(3).map(|some| async move {
            let mut codes = Vec::new();
            for id in some {
                // Twice: the second finds another state, and takes no number.
                let (first, second) = tokio::join!(receiver.step_from(id, 1, receive), receiver.step_from(id, 1, receive));
                let mut statuses = [first.status, second.status];
                statuses.sort_unstable();
                assert_eq!(statuses, [200, 412]);
                let won = if first.status == 200 { first } else { second };
                codes.push(won.body["code"].as_str().unwrap().to_owned());
            }
            codes
        });
        let mut codes: Vec<String> = futures_util::future::join_all(steps).await.into_iter().flatten().collect();
        codes.sort();
        let expected: Vec<String> = (1..=24).map(|n| format!("H1.1-261116-{n:04}")).collect();
        assert_eq!(codes, expected);
        province.stop().await;
    }

    async fn officers_process_and_approve_and_the_result_waits_while_documents_is_away(database) {
        let province = Province::start(database).await;
        let id = province.portal().submitted().await;
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        province.officer("C1", "processor").step(&id, &json!({"action": "process"})).await.ok();
        let approver = province.officer("C1", "approver");
        let file = approver.upload(b"%PDF-1.7 result").await;
        let step = json!({"action": "approve", "result": {"subject": "Về việc thanh toán", "file_id": file}});
        let approved = approver.step(&id, &step).await.ok();
        assert_eq!(approved["state"]["local"], "issuing");
        assert_eq!(approved["state"]["national"], 4);
        assert_eq!(approved["result"]["number"], json!(null));
        assert_eq!(approved["allowed_actions"], json!([]));
        // The applicant's portal sees it and may read the result's file, nobody else may.
        let content = province.portal().get(&format!("/v1/files/{file}/content")).await;
        assert_eq!(content.status, 200);
        assert_eq!(province.officer("C2", "approver").get(&format!("/v1/files/{file}/content")).await.code(404), "not_found");
        province.stop().await;
    }

    async fn the_same_submission_twice_is_one_dossier(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        let send = || async {
            let request = portal.request(reqwest::Method::POST, "/v1/dossiers").header("Idempotency-Key", "once").json(&dossier());
            read(request.send().await.unwrap()).await
        };
        let answers = futures_util::future::join_all((0..6).map(|_| send())).await;
        let ids: std::collections::BTreeSet<String> =
            answers.iter().map(|answer| { assert_eq!(answer.status, 201); answer.body["id"].to_string() }).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(answers.iter().filter(|answer| !answer.headers.contains_key("idempotency-replayed")).count(), 1);
        let count = portal.get("/v1/dossiers?count=exact").await.ok();
        assert_eq!(count["count"], 1);
        province.stop().await;
    }

    async fn a_procedure_may_be_decided_and_issued_by_others_than_the_receiver(database) {
        let province = Province::start(database).await;
        let created = province.portal().submit(|body| body["procedure"] = json!("1.000828")).await.ok();
        assert_eq!(created["agencies"]["receiving"]["code"], "H1.1");
        assert_eq!(created["agencies"]["competent"]["code"], "H1.3");
        assert_eq!(created["agencies"]["issuing"]["code"], "H1");
        let id = created["id"].as_str().unwrap();
        province.officer("C1", "receiver").step(id, &json!({"action": "receive"})).await.ok();
        let here = province.officer("C1", "processor").step(id, &json!({"action": "process"})).await;
        assert_eq!(here.code(403), "dossier.not_yours");
        province.officer("D3", "processor").step(id, &json!({"action": "process"})).await.ok();
        province.stop().await;
    }
}
