//! The legal clock of dossiers over HTTP: waits, supplements, new dates, ends without a result.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::support::Province;

const LAW: &str = "Nghị định 118/2025/NĐ-CP, Điều 17";

fn ask(what: &str) -> Value {
    let item = json!({"what": what, "reason": "Bản nộp không đọc được", "copies": 1});
    json!({"action": "request_supplement", "items": [item], "legal_basis": LAW})
}

fn on_law(action: &str) -> Value {
    json!({"action": action, "reason": "Không đủ điều kiện", "legal_basis": LAW})
}

on_both_databases! {
    async fn a_supplement_stops_the_clock_and_the_answer_lets_it_go_on(database) {
        let province = Province::start(database).await;
        let processor = province.officer("C1", "processor");
        let id = province.processing("2.002080").await;
        province.travel("2026-11-17T03:00:00Z");
        let asked = processor.step(&id, &ask("Đơn đề nghị")).await.ok();
        assert_eq!(asked["state"]["local"], "awaiting_supplement");
        assert_eq!(asked["state"]["national"], 5);
        assert_eq!((&asked["due_at"], &asked["first_due_at"]), (&json!(null), &json!("2026-11-23T10:00:00Z")));
        // The applicant sees what to add and why, and may add or withdraw; nobody else may do either for them.
        let portal = province.portal();
        let seen = portal.get(&format!("/v1/dossiers/{id}")).await.ok();
        assert_eq!(seen["supplements"][0]["items"][0]["reason"], "Bản nộp không đọc được");
        assert_eq!(seen["allowed_actions"], json!(["supplement", "withdraw"]));
        province.travel("2026-11-19T03:00:00Z");
        let file = portal.upload(b"%PDF-1.7 more").await;
        let empty = portal.step(&id, &json!({"action": "supplement"})).await;
        assert_eq!((empty.code(422), &empty.body["errors"][0]["code"]), ("validation".into(), &json!("supplement.empty")));
        let add = json!({"action": "supplement", "files": [{"component": "2.002080-TP01", "file_id": file}]});
        let added = portal.step(&id, &add).await.ok();
        assert_eq!(added["state"]["local"], "processing");
        // 17 is day 1, 18 and 19 were waited, 20 and 23 are days 2 and 3, 24 is a holiday, 25 and 26 are days 4 and 5.
        assert_eq!(added["due_at"], "2026-11-26T10:00:00Z");
        assert_eq!(added["first_due_at"], "2026-11-23T10:00:00Z");
        let clock = portal.get(&format!("/v1/dossiers/{id}/clock")).await.ok();
        let of = |day: &str| clock["ledger"].as_array().unwrap().iter().find(|line| line["date"] == day).unwrap().clone();
        assert_eq!((&of("2026-11-18")["counted"], &of("2026-11-20")["day_number"]), (&json!(false), &json!(2)));
        assert_eq!((&of("2026-11-24")["code"], &of("2026-11-26")["day_number"]), (&json!("public_holiday"), &json!(5)));
        let counted = clock["ledger"].as_array().unwrap().iter().filter(|line| line["counted"] == true).count();
        assert_eq!((counted, &clock["due_at"]), (5, &json!("2026-11-26T10:00:00Z")));
        // The rule allows one request; a second changes nothing.
        let before = processor.get(&format!("/v1/dossiers/{id}")).await.ok();
        let again = processor.step(&id, &ask("Thêm nữa")).await;
        assert_eq!(again.code(409), "clock.supplements_used_up");
        assert_eq!(again.body["legal_basis"], "Nghị quyết 66.7/2025/NQ-CP");
        assert_eq!(processor.get(&format!("/v1/dossiers/{id}")).await.ok(), before);
        province.stop().await;
    }

    async fn every_item_that_is_asked_for_has_its_reason_and_a_known_component(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let items = json!([
            {"what": "Đơn", "reason": " "},
            {"what": "", "reason": "Thiếu"},
            {"component": "KHONG-CO", "what": "Đơn", "reason": "Thiếu"},
        ]);
        let step = json!({"action": "request_supplement", "items": items, "legal_basis": ""});
        let refused = province.officer("C1", "processor").step(&id, &step).await;
        assert_eq!(refused.code(422), "validation");
        let pointers: Vec<&str> =
            refused.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/items/0/reason", "/items/1/what", "/legal_basis"]);
        let unknown = json!({"action": "request_supplement", "items": [items[2]], "legal_basis": LAW});
        let refused = province.officer("C1", "processor").step(&id, &unknown).await;
        assert_eq!((refused.code(422), &refused.body["errors"][0]["code"]), ("validation".into(), &json!("component.unknown")));
        province.stop().await;
    }

    async fn before_receipt_a_correction_is_asked_for_without_a_clock(database) {
        let province = Province::start(database).await;
        let (receiver, portal) = (province.officer("C1", "receiver"), province.portal());
        let id = portal.submitted().await;
        let asked = receiver.step(&id, &ask("Ghi lại ngày sinh")).await.ok();
        assert_eq!((&asked["state"]["local"], &asked["state"]["national"]), (&json!("awaiting_correction"), &json!(5)));
        assert_eq!(receiver.get(&format!("/v1/dossiers/{id}/clock")).await.code(409), "dossier.not_received");
        let mut form = crate::support::dossier()["form"].clone();
        form["cases"] = json!("bốn");
        let wrong = portal.step(&id, &json!({"action": "supplement", "form": form})).await;
        assert_eq!(wrong.code(422), "validation");
        form["cases"] = json!(5);
        let corrected = portal.step(&id, &json!({"action": "supplement", "form": form})).await.ok();
        assert_eq!(corrected["state"]["local"], "submitted");
        assert_eq!(portal.get(&format!("/v1/dossiers/{id}")).await.ok()["form"]["cases"], 5);
        let received = receiver.step(&id, &json!({"action": "receive"})).await.ok();
        assert_eq!(received["due_at"], "2026-11-23T10:00:00Z");
        province.stop().await;
    }

    async fn a_submission_is_sent_back_once_and_not_again_and_again(database) {
        let province = Province::start(database).await;
        let (receiver, portal) = (province.officer("C1", "receiver"), province.portal());
        let id = portal.submitted().await;
        receiver.step(&id, &ask("Ghi lại ngày sinh")).await.ok();
        let form = crate::support::dossier()["form"].clone();
        portal.step(&id, &json!({"action": "supplement", "form": form})).await.ok();
        let before = receiver.get(&format!("/v1/dossiers/{id}")).await.ok();
        let again = receiver.step(&id, &ask("Ghi lại nơi sinh")).await;
        assert_eq!(again.code(409), "dossier.supplements_used_up");
        assert_eq!(again.body["legal_basis"], "Nghị quyết 66.7/2025/NQ-CP", "{}", again.body);
        assert_eq!(receiver.get(&format!("/v1/dossiers/{id}")).await.ok(), before, "nothing is written");
        // Who decides has a request of their own, which the clock counts.
        receiver.step(&id, &json!({"action": "receive"})).await.ok();
        let asked = province.officer("C1", "processor").step(&id, &ask("Bản chính")).await.ok();
        assert_eq!(asked["state"]["local"], "awaiting_supplement");
        province.stop().await;
    }

    async fn a_new_date_is_given_once_and_before_the_old_one_has_passed(database) {
        let province = Province::start(database).await;
        let approver = province.officer("C1", "approver");
        let extend = |day: &str| json!({"action": "extend", "reason": "Mưa bão", "legal_basis": LAW, "due_on": day});
        let id = province.processing("2.002080").await;
        assert_eq!(approver.step(&id, &extend("2026-11-24")).await.status, 409, "a holiday is no appointment");
        assert_eq!(approver.step(&id, &extend("2026-11-20")).await.status, 409, "earlier than the old date");
        let extended = approver.step(&id, &extend("2026-11-27")).await.ok();
        assert_eq!((&extended["due_at"], &extended["first_due_at"]), (&json!("2026-11-27T10:00:00Z"), &json!("2026-11-23T10:00:00Z")));
        let second = approver.step(&id, &extend("2026-12-01")).await;
        assert_eq!(second.status, 409, "{}", second.body);
        let late = province.processing("2.002080").await;
        province.travel("2026-11-23T10:00:01Z");
        let after = approver.step(&late, &extend("2026-11-30")).await;
        assert_eq!(after.status, 409, "{}", after.body);
        assert_eq!(province.officer("C1", "processor").step(&id, &extend("2026-12-02")).await.code(403), "dossier.not_yours");
        province.stop().await;
    }

    async fn a_rule_that_refuses_says_by_which_law(database) {
        let province = Province::start(database).await;
        let (processor, approver) = (province.officer("C1", "processor"), province.officer("C1", "approver"));
        let extend = |day: &str| json!({"action": "extend", "reason": "Mưa bão", "legal_basis": LAW, "due_on": day});
        let one_stop = json!("Nghị định 118/2025/NĐ-CP");
        let own = json!("35/2013/QH13");
        let id = province.processing("2.002080").await;
        let pause = json!({"action": "pause", "wait": "posting", "legal_basis": LAW});
        let paused = processor.step(&id, &pause).await;
        assert_eq!((paused.code(409), &paused.body["legal_basis"]), ("dossier.wait_not_excluded".into(), &own));
        for (day, code) in [("2026-11-24", "clock.extended_to_uncounted_day"), ("2026-11-20", "clock.extension_not_later")] {
            let refused = approver.step(&id, &extend(day)).await;
            assert_eq!((refused.code(409), &refused.body["legal_basis"]), (code.into(), &one_stop));
        }
        approver.step(&id, &extend("2026-11-27")).await.ok();
        let second = approver.step(&id, &extend("2026-12-01")).await;
        assert_eq!((second.code(409), &second.body["legal_basis"]), ("clock.extensions_used_up".into(), &one_stop));
        let (late, silent) = (province.processing("2.002080").await, province.processing("1.000777").await);
        let never = province.processing("2.002080").await;
        processor.step(&silent, &ask("Bản vẽ")).await.ok();
        processor.step(&never, &ask("Bản vẽ")).await.ok();
        for (id, code) in [(&silent, "dossier.silence_too_short"), (&never, "dossier.no_closing_by_silence")] {
            let refused = processor.step(id, &on_law("stop")).await;
            assert_eq!((refused.code(409), &refused.body["legal_basis"]), (code.into(), &own));
        }
        province.travel("2026-11-23T10:00:01Z");
        let after = approver.step(&late, &extend("2026-11-30")).await;
        assert_eq!((after.code(409), &after.body["legal_basis"]), ("clock.extended_after_due".into(), &one_stop));
        province.stop().await;
    }

    async fn a_wait_that_the_rule_excludes_stops_the_clock_and_another_does_not(database) {
        let province = Province::start(database).await;
        let processor = province.officer("C1", "processor");
        let id = province.processing("1.000777").await;
        let pause = |wait: &str| json!({"action": "pause", "wait": wait, "legal_basis": "Luật Đất đai 2024"});
        assert_eq!(processor.step(&id, &pause("expertise")).await.code(409), "dossier.wait_not_excluded");
        let paused = processor.step(&id, &pause("posting")).await.ok();
        assert_eq!((&paused["state"]["national"], &paused["due_at"]), (&json!(4), &json!(null)));
        province.travel("2026-11-18T02:00:00Z");
        let resumed = processor.step(&id, &json!({"action": "resume"})).await.ok();
        // Received before 15:00, so the 16th is day 1; 17 and 18 were waited; the 24th is a holiday.
        assert_eq!(resumed["due_at"], "2026-12-02T10:00:00Z");
        let duty = json!({"action": "request_payment", "legal_basis": "Luật Đất đai 2024"});
        let paying = processor.step(&id, &duty).await.ok();
        assert_eq!((&paying["state"]["national"], &paying["due_at"]), (&json!(6), &json!(null)));
        province.travel("2026-11-19T02:00:00Z");
        let paid = province.officer("C1", "receiver").step(&id, &json!({"action": "confirm_payment"})).await.ok();
        assert_eq!(paid["due_at"], "2026-12-03T10:00:00Z");
        province.stop().await;
    }

    async fn silence_ends_a_dossier_after_its_time_and_not_before(database) {
        let province = Province::start(database).await;
        let processor = province.officer("C1", "processor");
        let id = province.processing("1.000777").await;
        processor.step(&id, &ask("Bản vẽ")).await.ok();
        province.travel("2026-12-01T02:00:00Z");
        let early = processor.step(&id, &on_law("stop")).await;
        assert_eq!(early.code(409), "dossier.silence_too_short");
        assert_eq!(early.body["closes_at"], "2026-12-08T10:00:00Z");
        province.travel("2026-12-08T10:00:01Z");
        // An officer may be faster than the timer that closes it by itself.
        let answer = processor.step(&id, &on_law("stop")).await;
        assert!(answer.status == 200 || answer.code(409) == "dossier.state", "{}", answer.body);
        let stopped = processor.get(&format!("/v1/dossiers/{id}")).await.ok();
        assert_eq!((&stopped["state"]["national"], &stopped["allowed_actions"]), (&json!(8), &json!([])));
        assert_eq!(stopped["closing"]["legal_basis"], LAW);
        let other = province.processing("2.002080").await;
        processor.step(&other, &ask("Bản vẽ")).await.ok();
        let never = processor.step(&other, &on_law("stop")).await;
        assert_eq!(never.code(409), "dossier.no_closing_by_silence");
        province.stop().await;
    }

    async fn an_applicant_takes_a_dossier_back_until_it_is_decided(database) {
        let province = Province::start(database).await;
        let citizen = province.caller(ActorKind::Citizen, "tran-thi-vi-du", Some("045190000001"));
        let id = province.processing("2.002080").await;
        let another = province.caller(ActorKind::Citizen, "another", Some("045190000002"));
        assert_eq!(another.step(&id, &json!({"action": "withdraw"})).await.code(404), "not_found");
        let back = citizen.step(&id, &json!({"action": "withdraw", "reason": "Nộp nhầm"})).await.ok();
        assert_eq!((&back["state"]["national"], &back["allowed_actions"]), (&json!(7), &json!([])));
        let decided = province.processing("2.002080").await;
        let approver = province.officer("C1", "approver");
        let file = approver.upload(b"%PDF-1.7 result").await;
        let approve = json!({"action": "approve", "result": {"subject": "Về việc thanh toán", "file_id": file}});
        approver.step(&decided, &approve).await.ok();
        let late = citizen.step(&decided, &json!({"action": "withdraw"})).await;
        assert_eq!((late.code(409), &late.body["state"]), ("dossier.state".into(), &json!("issuing")));
        province.stop().await;
    }
}
