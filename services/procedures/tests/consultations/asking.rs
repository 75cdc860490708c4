//! Who may ask whom, when, and what it does to the dossier.

use futures_util::future::join_all;
use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::house::{
    LAW, LIMITED, QUESTION, RUNS_ON, STANDS_STILL, agree, ask, ask_as, ask_from, events, id, kinds, province, state,
};

on_both_databases! {
    async fn a_term_that_stands_still_for_opinions_goes_on_by_itself_with_the_last(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = ask(&province, &dossier, "ALL").await;
        assert_eq!((asked.status, asked.headers["etag"].to_str().unwrap().starts_with("\"v1")), (201, true), "{}", asked.body);
        let asked = asked.ok();
        assert_eq!((&asked["state"], &asked["stops_clock"], &asked["question"]), (&json!("open"), &json!(true), &json!(QUESTION)));
        assert_eq!(asked["agencies"][0]["due_at"], "2026-11-18T10:00:00Z");
        assert_eq!(state(&province, &dossier).await, "paused");
        let processor = province.officer("C1", "processor");
        let clock = processor.get(&format!("/v1/dossiers/{dossier}/clock")).await.ok();
        assert_eq!(clock["waiting"], true);
        province.travel("2026-11-18T03:00:00Z");
        let first = agree(&province.officer("C2", "approver"), &id(&asked)).await.ok();
        assert_eq!((&first["state"], state(&province, &dossier).await.as_str()), (&json!("open"), "paused"));
        let last = agree(&province.officer("D3", "processor"), &id(&asked)).await.ok();
        assert_eq!((&last["state"], &last["outcome"]), (&json!("concluded"), &json!("agreed")));
        let after = processor.get(&format!("/v1/dossiers/{dossier}")).await.ok();
        assert_eq!(after["state"]["local"], "processing");
        // Ten working days without the two that were waited.
        assert_eq!((&after["first_due_at"], &after["due_at"]), (&json!("2026-12-01T10:00:00Z"), &json!("2026-12-03T10:00:00Z")));
        let told = events(&province, &format!("dossiers/{dossier}")).await;
        let path = ["dossier.submitted.v1", "dossier.received.v1", "dossier.processing.v1", "dossier.paused.v1", "dossier.resumed.v1"];
        assert_eq!(kinds(&told), path);
        let wait = &told[4]["data"]["waits"][0];
        assert_eq!((&wait["kind"], &wait["legal_basis"]), (&json!("consultation"), &json!(LAW)));
        assert!(wait["ended_at"].as_str().unwrap().starts_with("2026-11-18T03:00:0"), "{wait}");
        assert_eq!(told[4]["data"]["agencies"]["consulted"].as_array().unwrap().len(), 2);
        let told = events(&province, &format!("consultations/{}", id(&asked))).await;
        let path = ["consultation.asked.v1", "consultation.answered.v1", "consultation.answered.v1", "consultation.concluded.v1"];
        assert_eq!(kinds(&told), path);
        assert!(!told.iter().any(|event| event.to_string().contains("Ví Dụ")), "an event names a person");
        province.stop().await;
    }

    async fn a_term_that_does_not_stand_still_runs_on_while_opinions_are_waited_for(database) {
        let province = province(database).await;
        let dossier = province.processing(RUNS_ON).await;
        let asked = ask(&province, &dossier, "ALL").await.ok();
        assert_eq!((&asked["stops_clock"], state(&province, &dossier).await.as_str()), (&json!(false), "processing"));
        let processor = province.officer("C1", "processor");
        assert_eq!(ask(&province, &dossier, "ALL").await.code(409), "dossier.consultation_open");
        let other = ask(&province, &dossier, "FIRST").await.ok();
        let approver = province.officer("C1", "approver");
        let file = approver.upload(b"%PDF-1.7 result").await;
        let approve = json!({"action": "approve", "result": {"subject": "Về việc cấp phép", "file_id": file}});
        assert_eq!(approver.step(&dossier, &approve).await.code(409), "dossier.consultation_open");
        let turn_down = json!({"action": "turn_down", "reason": "Không đủ điều kiện", "legal_basis": LAW});
        assert_eq!(approver.step(&dossier, &turn_down).await.code(409), "dossier.consultation_open");
        province.travel("2026-11-17T03:00:00Z");
        for agency in ["C2", "D3"] {
            agree(&province.officer(agency, "approver"), &id(&asked)).await.ok();
        }
        agree(&province.officer("C2", "approver"), &id(&other)).await.ok();
        let after = processor.get(&format!("/v1/dossiers/{dossier}")).await.ok();
        assert_eq!((&after["due_at"], &after["first_due_at"]), (&after["first_due_at"], &json!("2026-12-01T10:00:00Z")));
        let told = events(&province, &format!("dossiers/{dossier}")).await;
        assert_eq!(kinds(&told)[3..], ["dossier.consulted.v1"; 2]);
        approver.step(&dossier, &approve).await.ok();
        province.stop().await;
    }

    async fn only_a_processor_of_the_deciding_agency_asks_and_only_while_it_is_worked_on(database) {
        let province = province(database).await;
        let body = json!({"rule": "ALL", "question": QUESTION});
        let received = province.portal().submit(|body| body["procedure"] = json!(STANDS_STILL)).await.ok();
        let received = id(&received);
        assert_eq!(ask(&province, &received, "ALL").await.code(409), "dossier.state");
        let dossier = province.processing(STANDS_STILL).await;
        assert_eq!(ask_as(&province.officer("C2", "processor"), &dossier, &body).await.code(404), "not_found");
        assert_eq!(ask_as(&province.officer("C1", "approver"), &dossier, &body).await.code(403), "dossier.not_yours");
        assert_eq!(ask_as(&province.portal(), &dossier, &body).await.status, 403);
        let processor = province.officer("C1", "processor");
        assert_eq!(ask_from(&processor, &dossier, 1, "", &body).await.code(412), "precondition.stale");
        let path = format!("/v1/dossiers/{dossier}/consultations");
        assert_eq!(processor.post(&path, &body).await.code(428), "precondition.required");
        ask(&province, &dossier, "ALL").await.ok();
        let paused = ask(&province, &dossier, "FIRST").await;
        assert_eq!((paused.code(409), &paused.body["state"]), ("dossier.state".to_owned(), &json!("paused")));
        assert_eq!(processor.step(&dossier, &json!({"action": "resume"})).await.code(409), "dossier.consultation_open");
        // Whoever is asked sees the dossier and asks nobody.
        assert_eq!(ask_as(&province.officer("D3", "processor"), &dossier, &body).await.code(403), "dossier.not_yours");
        province.stop().await;
    }

    async fn everything_wrong_with_a_question_is_told_at_once(database) {
        let province = province(database).await;
        let dossier = province.processing(RUNS_ON).await;
        let processor = province.officer("C1", "processor");
        let term = json!({"count": 2, "unit": "working_day"});
        let cases = [
            (json!({"question": " "}), vec![("/question", "required"), ("/term", "required"), ("/join", "required"), ("/agencies", "length")]),
            (
                json!({"question": "Hỏi", "agencies": ["H1.2", "H1.1", "H1.2", "H7", "H1.9"], "term": {"count": 0, "unit": "working_day"}, "join": "all"}),
                vec![("/term/count", "term.zero"), ("/agencies/1", "repeated"), ("/agencies/2", "repeated"), ("/agencies/3", "agency.unknown"), ("/agencies/4", "agency.closed")],
            ),
            (
                json!({"question": "Hỏi", "rule": "ALL", "agencies": ["H1.2"], "term": term, "join": "all"}),
                vec![("/agencies", "consultation.said_by_rule"), ("/term", "consultation.said_by_rule"), ("/join", "consultation.said_by_rule")],
            ),
            (json!({"question": "Hỏi", "rule": "NEVER"}), vec![("/rule", "consultation.unknown_rule")]),
        ];
        for (body, expected) in cases {
            let refused = ask_as(&processor, &dossier, &body).await;
            assert_eq!(refused.code(422), "validation");
            let told: Vec<_> = refused.body["errors"].as_array().unwrap().iter()
                .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect();
            assert_eq!(told, expected, "{body}");
        }
        let silence = json!({"question": "Hỏi", "agencies": ["H1.2"], "term": term, "join": "all", "silence": "consent"});
        assert_eq!(ask_as(&processor, &dossier, &silence).await.status, 400, "beside the rules silence is never consent");
        let none = processor.get(&format!("/v1/dossiers/{dossier}/consultations")).await.ok();
        assert_eq!(none["items"], json!([]));
        province.stop().await;
    }

    async fn beside_the_rules_a_processor_asks_whom_they_name_and_silence_means_nothing(database) {
        let province = province(database).await;
        let dossier = province.processing(LIMITED).await;
        let hours = json!({"count": 4, "unit": "working_hour"});
        let body = json!({"question": "Hỏi", "agencies": ["H1.3"], "term": hours, "join": "first"});
        let asked = ask_as(&province.officer("C1", "processor"), &dossier, &body).await.ok();
        assert_eq!((&asked["silence"], &asked["rule"], &asked["legal_basis"]), (&json!("none"), &json!(null), &json!(null)));
        // 09:00 to 11:30 and 13:30 to 15:00.
        assert!(asked["agencies"][0]["due_at"].as_str().unwrap().starts_with("2026-11-16T08:00:"), "{asked}");
        province.stop().await;
    }

    async fn of_several_who_ask_at_once_one_does_and_a_repeated_request_asks_once(database) {
        let province = province(database).await;
        let dossier = province.processing(RUNS_ON).await;
        let processor = province.officer("C1", "processor");
        let body = json!({"rule": "ALL", "question": QUESTION});
        let answers = join_all((0..5).map(|_| ask_from(&processor, &dossier, 3, "", &body))).await;
        let statuses = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((statuses(201), statuses(412)), (1, 4));
        let body = json!({"rule": "FIRST", "question": QUESTION});
        let (one, other) = futures_util::join!(
            ask_from(&processor, &dossier, 4, "ask-once", &body),
            ask_from(&processor, &dossier, 4, "ask-once", &body)
        );
        assert_eq!(one.ok(), other.ok());
        let all = processor.get(&format!("/v1/dossiers/{dossier}/consultations")).await.ok();
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        province.stop().await;
    }
}
