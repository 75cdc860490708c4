//! Waits with a limit, and the applicant's silence before receipt.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::house::{LAW, LIMITED, RUNS_ON, ask, ask_as, events, eventually, id, kinds, province, restart, state};
use crate::support::Province;

async fn heard(province: &Province, dossier: &str, kind: &str) -> usize {
    let told = events(province, &format!("dossiers/{dossier}")).await;
    kinds(&told).iter().filter(|one| **one == kind).count()
}

async fn notices(province: &Province, role: &str, kind: &str) -> usize {
    let list = province.officer("C1", role).get(&format!("/v1/notices?kind={kind}")).await.ok();
    list["items"].as_array().unwrap().len()
}

on_both_databases! {
    async fn a_wait_that_takes_longer_than_the_rule_excludes_sets_the_clock_going_once(database) {
        let mut province = province(database).await;
        let (posted, consulted) = (province.processing(LIMITED).await, province.processing(LIMITED).await);
        let processor = province.officer("C1", "processor");
        let pause = json!({"action": "pause", "wait": "posting", "legal_basis": LAW});
        processor.step(&posted, &pause).await.ok();
        ask(&province, &consulted, "FIRST").await.ok();
        province.travel("2026-11-19T09:59:58Z");
        for dossier in [&posted, &consulted] {
            assert_eq!(processor.get(&format!("/v1/dossiers/{dossier}")).await.ok()["due_at"], Value::Null);
        }
        restart(&mut province, |province| province.travel("2026-11-19T10:00:01Z")).await;
        for dossier in [&posted, &consulted] {
            eventually("the clock goes on", async || heard(&province, dossier, "dossier.wait_limit_passed.v1").await == 1).await;
            let now = province.officer("C1", "processor").get(&format!("/v1/dossiers/{dossier}")).await.ok();
            // Ten working days and the three that the rule excludes at most.
            assert_eq!((&now["state"]["local"], &now["due_at"]), (&json!("paused"), &json!("2026-12-04T10:00:00Z")));
            assert_eq!(now["act_by_at"], now["due_at"]);
            let told = events(&province, &format!("dossiers/{dossier}")).await;
            assert_eq!((&told.last().unwrap()["data"]["clock"], &told.last().unwrap()["data"]["passed_at"]), (&json!("wait_limit"), &json!("2026-11-19T10:00:00Z")));
        }
        assert_eq!((notices(&province, "processor", "wait_limit").await, notices(&province, "approver", "wait_limit").await), (2, 2));
        assert_eq!(notices(&province, "leader", "wait_limit").await, 0);
        restart(&mut province, |province| province.travel("2026-11-20T02:00:00Z")).await;
        province.officer("C1", "processor").step(&posted, &json!({"action": "resume"})).await.ok();
        let after = province.officer("C1", "processor").get(&format!("/v1/dossiers/{posted}")).await.ok();
        assert_eq!(after["due_at"], "2026-12-04T10:00:00Z", "no more is taken out");
        assert_eq!(heard(&province, &posted, "dossier.wait_limit_passed.v1").await, 1);
        province.stop().await;
    }

    async fn a_wait_that_ends_in_time_has_no_limit_to_pass(database) {
        let province = province(database).await;
        let dossier = province.processing(LIMITED).await;
        let processor = province.officer("C1", "processor");
        processor.step(&dossier, &json!({"action": "pause", "wait": "posting", "legal_basis": LAW})).await.ok();
        province.travel("2026-11-18T02:00:00Z");
        processor.step(&dossier, &json!({"action": "resume"})).await.ok();
        let beside = province.processing(LIMITED).await;
        processor.step(&beside, &json!({"action": "pause", "wait": "posting", "legal_basis": LAW})).await.ok();
        province.travel("2026-11-23T10:00:01Z");
        eventually("the other passed", async || heard(&province, &beside, "dossier.wait_limit_passed.v1").await == 1).await;
        assert_eq!(heard(&province, &dossier, "dossier.wait_limit_passed.v1").await, 0);
        province.stop().await;
    }

    async fn waits_come_to_an_end(database) {
        let province = province(database).await;
        let dossier = province.processing(LIMITED).await;
        let processor = province.officer("C1", "processor");
        let pause = json!({"action": "pause", "wait": "posting", "legal_basis": LAW});
        for _ in 0..50 {
            processor.step(&dossier, &pause).await.ok();
            processor.step(&dossier, &json!({"action": "resume"})).await.ok();
        }
        let refused = processor.step(&dossier, &pause).await;
        assert_eq!((refused.code(409), &refused.body["most"]), ("dossier.too_many_waits".to_owned(), &json!(50)));
        assert_eq!(ask(&province, &dossier, "FIRST").await.code(409), "dossier.too_many_waits");
        let told = events(&province, &format!("dossiers/{dossier}")).await;
        let longest = told.iter().map(|event| event.to_string().len()).max().unwrap();
        assert!(longest < 20_000, "{longest}");
        let item = json!({"what": "Đơn đề nghị", "reason": "Thiếu chữ ký", "originals": 1});
        let supplement = json!({"action": "request_supplement", "items": [item], "legal_basis": LAW});
        processor.step(&dossier, &supplement).await.ok();
        province.stop().await;
    }

    async fn a_dossier_asks_for_opinions_fifty_times(database) {
        let province = province(database).await;
        let dossier = province.processing(RUNS_ON).await;
        let processor = province.officer("C1", "processor");
        let term = json!({"count": 1, "unit": "working_day"});
        let body = json!({"question": "Hỏi", "agencies": ["H1.3"], "term": term, "join": "all"});
        for _ in 0..50 {
            ask_as(&processor, &dossier, &body).await.ok();
        }
        let refused = ask_as(&processor, &dossier, &body).await;
        assert_eq!((refused.code(409), &refused.body["most"]), ("dossier.too_many_consultations".to_owned(), &json!(50)));
        province.stop().await;
    }

    async fn silence_before_receipt_closes_a_dossier_once_with_its_notice(database) {
        let mut province = province(database).await;
        let desk = province.officer("C1", "receiver");
        let item = json!({"what": "Đơn đề nghị", "reason": "Thiếu chữ ký", "originals": 1});
        let ask = json!({"action": "request_supplement", "items": [item], "legal_basis": LAW});
        let mut asked = Vec::new();
        for _ in 0..2 {
            let dossier = id(&province.portal().submit(|body| body["procedure"] = json!("2.002080")).await.ok());
            desk.step(&dossier, &ask).await.ok();
            asked.push(dossier);
        }
        let (silent, answered) = (&asked[0], &asked[1]);
        province.travel("2026-12-08T02:00:00Z");
        let form = crate::support::dossier()["form"].clone();
        province.portal().step(answered, &json!({"action": "supplement", "form": form})).await.ok();
        province.travel("2026-12-08T09:59:58Z");
        assert_eq!(state(&province, silent).await, "awaiting_correction");
        restart(&mut province, |province| province.travel("2026-12-08T10:00:01Z")).await;
        eventually("closed", async || state(&province, silent).await == "stopped").await;
        assert_eq!(state(&province, answered).await, "submitted");
        let desk = province.officer("C1", "receiver");
        let closing = desk.get(&format!("/v1/dossiers/{silent}")).await.ok()["closing"].clone();
        assert_eq!(closing["legal_basis"], LAW);
        assert!(closing["reason"].as_str().unwrap().contains("15 ngày làm việc"), "{closing}");
        let notice = desk.get(&format!("/v1/dossiers/{silent}/forms/stop_notice")).await.ok();
        assert_eq!(notice["content"]["form"], "stop_notice");
        let told = events(&province, &format!("dossiers/{silent}")).await;
        assert_eq!(kinds(&told).iter().filter(|kind| **kind == "dossier.stopped.v1").count(), 1);
        assert_eq!((&told.last().unwrap()["actor"], &told.last().unwrap()["data"]["national_state"]), (&json!("service:procedures"), &json!(8)));
        assert_eq!(notices(&province, "receiver", "correction_silence").await, 1);
        province.stop().await;
    }
}
