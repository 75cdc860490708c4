//! The way of a document through an agency.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::send;
use crate::office::{Office, REASON, faults, path};

fn allowed(document: &Value) -> Vec<&str> {
    document["allowed_actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()).collect()
}

on_both_databases! {
    async fn a_document_goes_from_arrival_to_its_answer(database) {
        let office = Office::open(database).await;
        let document = office.arrived().await;
        let document = office.step("clerk-12", &document, &json!({
            "action": "register", "checks": {"recipient_right": true, "signature": "valid", "integrity": "intact"},
        })).await.ok();
        assert_eq!((&document["state"], &document["arrival"]["number"]), (&json!("registered"), &json!(1)));
        assert_eq!(document["arrival"]["arrived_on"], "2026-11-16");
        let leader = office.id_of("leader-12").await;
        let note = json!({"action": "submit", "to": leader, "note": "Đề xuất giao Phòng Kinh tế"});
        let document = office.step("clerk-12", &document, &note).await.ok();
        assert_eq!((&document["state"], &document["submitted_to"]), (&json!("submitted"), &json!(leader)));
        let inbox = office.officer("leader-12").list("/v1/incoming-documents?assigned=me", "id").await;
        assert_eq!(inbox, [document["id"].as_str().unwrap()]);
        let document = office.step("leader-12", &document, &json!({
            "action": "assign", "lead": {"officer_id": office.id_of("officer-12").await},
            "coordinators": [{"unit": "H50.12.01"}], "informed": [{"officer_id": office.id_of("unit-2").await}],
            "instruction": "Kiểm tra và báo cáo", "deadline": {"working_days": 3},
        })).await.ok();
        assert_eq!(document["state"], "assigned");
        let parts: Vec<&Value> =
            document["assignment"]["assignees"].as_array().unwrap().iter().map(|one| &one["part"]).collect();
        assert_eq!(parts, ["lead", "coordinator", "information"]);
        assert_eq!(document["assignment"]["assignees"][0]["name"], "Đặng Văn Chuyên Viên");
        assert_eq!(document["assignment"]["instruction"], "Kiểm tra và báo cáo");
        // Monday, and three working days: Thursday at five.
        assert_eq!(document["assignment"]["due_at"], "2026-11-19T10:00:00Z");
        let steps = [
            ("officer-12", json!({"action": "start"})),
            ("officer-12", json!({"action": "report", "text": "Đã kiểm tra một nửa"})),
            ("officer-12", json!({"action": "ask", "text": "Có mời sở dự không?"})),
            ("leader-12", json!({"action": "advise", "text": "Có"})),
            ("unit-1", json!({"action": "give_opinion", "text": "Đồng ý"})),
        ];
        let document = office.steps(document, &steps).await;
        assert_eq!(allowed(&office.officer("officer-12").get(&path(&document)).await.ok()), ["report", "ask", "complete"]);
        assert_eq!(office.step("officer-12", &document, &json!({"action": "close"})).await.problem(409), "incoming.not_answered");
        let answer = json!({"action": "complete", "answer": {"kind": "text", "text": "Công trình đúng phép"}});
        let document = office.step("officer-12", &document, &answer).await.ok();
        assert_eq!((&document["answer"]["kind"], &document["answer"]["text"]), (&json!("text"), &json!("Công trình đúng phép")));
        assert_eq!(allowed(&document), ["report", "ask", "complete", "close"]);
        let document = office.step("leader-12", &document, &json!({"action": "close"})).await.ok();
        assert_eq!((&document["state"], allowed(&document)), (&json!("finished"), vec!["reopen"]));
        let notes = office.officer("clerk-12").get(&format!("{}/notes", path(&document))).await.ok();
        let acts: Vec<&str> = notes["items"].as_array().unwrap().iter().map(|n| n["action"].as_str().unwrap()).collect();
        let expected = [
            "receive", "register", "submit", "assign", "start", "report", "ask", "advise", "give_opinion", "complete", "close",
        ];
        assert_eq!(acts, expected);
        assert_eq!(notes["items"][6]["text"], "Có mời sở dự không?");
        assert_eq!(notes["items"][6]["actor"], "officer:officer-12@motcua-development");
        office.here.stop().await;
    }

    async fn a_document_goes_back_with_a_reason_its_sender_can_read(database) {
        let office = Office::open(database).await;
        let document = office.arrived().await;
        for short in ["", "   ", "Gửi nhầm"] {
            let refused = office.step("clerk-12", &document, &json!({"action": "return", "reason": short})).await;
            assert_eq!(faults(&refused).len(), 1);
        }
        let returned = office.step("clerk-12", &document, &json!({
            "action": "return", "reason": REASON, "checks": {"recipient_right": false},
        })).await.ok();
        assert_eq!((&returned["state"], &returned["end_reason"]), (&json!("returned"), &json!(REASON)));
        assert_eq!((&returned["checks"]["recipient_right"], allowed(&returned)), (&json!(false), vec![]));
        let refused = office.step("clerk-12", &returned, &json!({"action": "register"})).await;
        assert_eq!((refused.problem(409), &refused.body["state"]), ("incoming.state", &json!("returned")));
        office.here.stop().await;
    }

    async fn what_fails_a_check_does_not_go_into_the_register(database) {
        let office = Office::open(database).await;
        let document = office.arrived().await;
        for checks in [json!({"recipient_right": false}), json!({"signature": "invalid"}), json!({"integrity": "damaged"})] {
            let refused = office.step("clerk-12", &document, &json!({"action": "register", "checks": checks})).await;
            assert_eq!(refused.problem(409), "incoming.check_failed");
            assert_eq!(refused.body["legal_basis"], "Nghị định 30/2020/NĐ-CP, Điều 21");
        }
        let registered = office.step("clerk-12", &document, &json!({"action": "register", "checks": {"signature": "none"}})).await.ok();
        assert_eq!((&registered["arrival_number"], &registered["information_only"]), (&json!(1), &json!(true)));
        office.here.stop().await;
    }

    async fn each_step_is_for_who_has_the_role_and_has_read_the_document_as_it_is(database) {
        let office = Office::open(database).await;
        let document = office.arrived().await;
        let register = json!({"action": "register"});
        assert_eq!(office.step("leader-12", &document, &register).await.problem(403), "incoming.not_yours");
        for outsider in ["officer-12", "clerk-13", "unit-1", "clerk-04"] {
            assert_eq!(office.step(outsider, &document, &register).await.problem(404), "not_found", "{outsider}");
        }
        let unmatched = office.officer("clerk-12").post(&format!("{}/transitions", path(&document)), &register).await;
        assert_eq!(unmatched.problem(428), "precondition.required");
        let registered = office.step("clerk-12", &document, &register).await.ok();
        assert_eq!(office.step("clerk-12", &document, &register).await.problem(412), "precondition.stale");
        assert_eq!(office.step("clerk-12", &registered, &register).await.problem(409), "incoming.state");
        let unscoped = office.here.scoped(motcua_kernel::ActorKind::Officer, "clerk-12", &["documents:documents:read"]);
        let refused = unscoped.change(Method::POST, &format!("{}/transitions", path(&document)), "\"v2\"", &json!({"action": "submit"})).await;
        assert_eq!(refused.problem(403), "scope.missing");
        let assigned = office.assigned(&json!({})).await;
        assert_eq!(office.step("other-12", &assigned, &json!({"action": "start"})).await.status, 404);
        assert_eq!(office.step("clerk-12", &assigned, &json!({"action": "start"})).await.problem(403), "incoming.not_yours");
        office.here.stop().await;
    }

    async fn the_same_step_twice_under_one_key_is_one_number(database) {
        let office = Office::open(database).await;
        let document = office.arrived().await;
        let clerk = office.officer("clerk-12");
        let register = || {
            let request = clerk.request(Method::POST, &format!("{}/transitions", path(&document)));
            send(request.header("If-Match", "\"v1\"").header("Idempotency-Key", "k").json(&json!({"action": "register"})))
        };
        let (first, second) = (register().await, register().await);
        assert_eq!((first.status, &first.body), (200, &second.body));
        assert_eq!(office.texts("SELECT CAST(last_number AS TEXT) AS text FROM register_sequences").await, ["1"]);
        office.here.stop().await;
    }

    async fn another_direction_replaces_the_one_before_and_none_is_lost(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({"instruction": "Một"})).await;
        let document = office.step("officer-12", &document, &json!({"action": "start"})).await.ok();
        let other = office.id_of("other-12").await;
        let document = office.step("leader-12", &document, &json!({
            "action": "assign", "lead": {"officer_id": other}, "instruction": "Hai",
        })).await.ok();
        // Another lead has to start anew; the first acts no more on it and still sees what they had.
        assert_eq!((&document["state"], &document["assignment"]["revision"]), (&json!("assigned"), &json!(2)));
        assert_eq!(office.step("officer-12", &document, &json!({"action": "start"})).await.problem(403), "incoming.not_yours");
        assert!(office.sees("officer-12", &document).await);
        assert_eq!(office.officer("officer-12").list("/v1/incoming-documents?assigned=me", "id").await, Vec::<String>::new());
        let all = office.officer("leader-12").get(&format!("{}/assignments", path(&document))).await.ok();
        let told: Vec<(&Value, &Value)> =
            all["items"].as_array().unwrap().iter().map(|one| (&one["instruction"], &one["current"])).collect();
        assert_eq!(told, [(&json!("Hai"), &json!(true)), (&json!("Một"), &json!(false))]);
        // The same lead goes on where they are.
        let document = office.step("other-12", &document, &json!({"action": "start"})).await.ok();
        let document = office.step("leader-12", &document, &json!({
            "action": "assign", "lead": {"officer_id": other}, "coordinators": [{"unit": "H50.12.02"}],
        })).await.ok();
        assert_eq!(document["state"], "processing");
        office.step("unit-2", &document, &json!({"action": "give_opinion", "text": "Đồng ý"})).await.ok();
        office.here.stop().await;
    }

    async fn only_people_and_units_of_the_agency_are_given_work_each_once(database) {
        let office = Office::open(database).await;
        let document = office.submitted().await;
        let (own, stranger) = (office.id_of("officer-12").await, office.id_of("clerk-13").await);
        let refused = office.step("leader-12", &document, &json!({
            "action": "assign", "lead": {"officer_id": stranger},
            "coordinators": [{"unit": "H50.13"}, {"officer_id": own}, {"unit": "H50.12"}], "informed": [{"officer_id": own}],
        })).await;
        let expected = [
            "/lead/officer_id assignee.unfit", "/coordinators/0/unit assignee.unfit", "/coordinators/2/unit assignee.unfit",
            "/informed/0 assignee.twice",
        ];
        assert_eq!(faults(&refused), expected);
        let unknown = json!({"action": "assign", "lead": {"unit": "H99"}});
        assert_eq!(faults(&office.step("leader-12", &document, &unknown).await), ["/lead/unit agency.unknown"]);
        let past = json!({"action": "assign", "lead": {"officer_id": own}, "deadline": {"on": "2026-11-15"}});
        assert_eq!(faults(&office.step("leader-12", &document, &past).await), ["/deadline/on deadline.past"]);
        let unfit = json!({"action": "submit", "to": own});
        assert_eq!(faults(&office.step("clerk-12", &document, &unfit).await), ["/to officer.unfit"]);
        office.here.stop().await;
    }

    async fn a_unit_with_the_lead_works_through_its_people(database) {
        let office = Office::open(database).await;
        let document = office.submitted().await;
        let document = office.step("leader-12", &document, &json!({"action": "assign", "lead": {"unit": "H50.12.01"}})).await.ok();
        assert_eq!(document["assignment"]["assignees"][0]["unit"]["code"], "H50.12.01");
        let inbox = office.officer("unit-1").list("/v1/incoming-documents?assigned=me", "id").await;
        assert_eq!(inbox, [document["id"].as_str().unwrap()]);
        let issued = office.issued().await;
        let document = office.step("unit-1", &document, &json!({"action": "start"})).await.ok();
        let unseen = json!({"action": "complete", "answer": {"kind": "document", "document_id": issued["id"]}});
        assert_eq!(faults(&office.step("unit-1", &document, &unseen).await), ["/answer/document_id document.unknown"]);
        let steps = [
            ("unit-1", json!({"action": "complete", "answer": {"kind": "not_needed"}})),
            ("unit-1", json!({"action": "close"})),
        ];
        assert_eq!(office.steps(document, &steps).await["state"], "finished");
        office.here.stop().await;
    }

    async fn a_finished_document_is_taken_up_again_with_a_reason(database) {
        let office = Office::open(database).await;
        let known = office.steps(office.submitted().await, &[("leader-12", json!({"action": "close", "note": "Để biết, lưu"}))]).await;
        assert_eq!(known["state"], "finished");
        let reopened = office.step("leader-12", &known, &json!({"action": "reopen", "reason": "Có đơn mới liên quan"})).await.ok();
        assert_eq!((&reopened["state"], &reopened["ended_at"]), (&json!("submitted"), &Value::Null));
        let steps = [
            ("officer-12", json!({"action": "start"})),
            ("officer-12", json!({"action": "complete", "answer": {"kind": "not_needed"}})),
            ("officer-12", json!({"action": "close"})),
        ];
        let done = office.steps(office.assigned(&json!({})).await, &steps).await;
        assert_eq!(office.step("officer-12", &done, &json!({"action": "reopen", "reason": REASON})).await.problem(403), "incoming.not_yours");
        let reopened = office.step("leader-12", &done, &json!({"action": "reopen", "reason": "Trả lời chưa đủ"})).await.ok();
        assert_eq!((&reopened["state"], &reopened["answer"]), (&json!("processing"), &Value::Null));
        office.here.stop().await;
    }

    async fn who_read_it_and_when_first_is_kept(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({})).await;
        office.get("officer-12", &document).await.ok();
        office.at("2026-11-16T03:00:00Z");
        office.get("leader-12", &document).await.ok();
        office.at("2026-11-17T03:00:00Z");
        office.get("officer-12", &document).await.ok();
        let readers = office.officer("clerk-12").get(&format!("{}/readers", path(&document))).await.ok();
        let read: Vec<(&str, &str)> = readers["items"].as_array().unwrap().iter()
            .map(|one| (one["reader"].as_str().unwrap(), one["first_read_at"].as_str().unwrap().get(..13).unwrap()))
            .collect();
        let name = |who: &str| format!("officer:{who}@motcua-development");
        assert_eq!(read, [(name("officer-12").as_str(), "2026-11-16T02"), (name("leader-12").as_str(), "2026-11-16T03")]);
        assert_eq!(office.officer("officer-12").get(&format!("{}/readers", path(&document))).await.problem(403), "incoming.not_yours");
        let noted = office.texts("SELECT operation AS text FROM read_audit WHERE operation = 'get_incoming_document'").await;
        assert_eq!(noted.len(), 3);
        office.here.stop().await;
    }
}
