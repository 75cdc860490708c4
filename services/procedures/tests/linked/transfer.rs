//! Transfers of competence: who may, to whom, and what does not change by them.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{BIRTH, House, LAW, step_of};
use crate::support::{Province, dossier, read};

fn transfer(to: &str) -> Value {
    json!({"action": "transfer", "to": to, "reason": "Thuộc thẩm quyền của Sở", "legal_basis": LAW})
}

on_both_databases! {
    async fn a_transferred_dossier_is_received_at_the_other_agency_and_due_as_before(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let [receiver, approver, processor] = ["receiver", "approver", "processor"].map(|role| province.officer("C1", role));
        let claim = processor.request(Method::POST, &format!("/v1/dossiers/{id}/claims"));
        let before = read(claim.send().await.unwrap()).await.ok();
        province.travel("2026-11-17T03:00:00Z");
        let moved = approver.step(&id, &transfer("H1.3")).await.ok();
        assert_eq!((&moved["state"]["local"], &moved["assignee_id"]), (&json!("received"), &json!(null)));
        assert_eq!((&moved["due_at"], &moved["first_due_at"], &moved["code"]), (&before["due_at"], &before["first_due_at"], &before["code"]));
        for party in ["competent", "issuing"] {
            assert_eq!((&moved["agencies"][party]["code"], &moved["agencies"][party]["written_code"]), (&json!("H1.3"), &json!("H1.1")), "{party}");
        }
        assert_eq!(moved["agencies"]["receiving"]["code"], "H1.1");
        let notices = province.officer("D3", "leader").get("/v1/notices?kind=transferred").await.ok();
        let told = notices["items"].as_array().unwrap();
        assert_eq!((told.len(), &told[0]["dossier_id"]), (1, &json!(id)));
        // The old agency can do no more, except as the one that received it.
        assert_eq!(processor.step(&id, &json!({"action": "process"})).await.code(403), "dossier.not_yours");
        province.officer("D3", "processor").step(&id, &json!({"action": "process"})).await.ok();
        let dossier = receiver.get(&format!("/v1/dossiers/{id}")).await.ok();
        let told = &dossier["transfers"][0];
        assert_eq!((&told["from"]["code"], &told["to"]["code"], &told["reason"]), (&json!("H1.1"), &json!("H1.3"), &json!("Thuộc thẩm quyền của Sở")));
        assert_eq!(dossier["due_at"], before["due_at"], "nor does the next step move it");
        let clock = receiver.get(&format!("/v1/dossiers/{id}/clock")).await.ok();
        assert_eq!((&clock["due_at"], &clock["transfers"][0]["due_at"]), (&before["due_at"], &before["due_at"]));
        assert!(clock["transfers"][0]["reason"].as_object().unwrap().values().all(|text| text.as_str().unwrap().contains(LAW)));
        let slip = receiver.get(&format!("/v1/dossiers/{id}/forms/control_slip")).await.ok();
        let hops: Vec<(&str, &str)> = slip["content"]["hops"].as_array().unwrap().iter()
            .map(|hop| (hop["from_agency"].as_str().unwrap(), hop["to_agency"].as_str().unwrap())).collect();
        assert_eq!(hops[1..], [("UBND phường Một", "UBND phường Một"), ("UBND phường Một", "Sở Xây dựng")]);
        province.all_events_are_in_the_feed().await;
        let feed = province.portal().get("/v1/events?limit=1000").await.ok();
        let event = feed.as_array().unwrap().iter().find(|event| event["type"] == "dossier.transferred.v1").unwrap().clone();
        assert_eq!(event["data"]["transfers"][0]["due_at"], before["due_at"]);
        assert_eq!((&event["data"]["agencies"]["competent"]["written_code"], &event["data"]["state"]), (&json!("H1.1"), &json!("received")));
        assert!(!event.to_string().contains("thẩm quyền của Sở"), "the reason stays sealed: {event}");
        province.stop().await;
    }

    async fn transfers_come_to_an_end(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let ends = [(province.officer("C1", "approver"), "H1.3"), (province.officer("D3", "approver"), "H1.1")];
        for (approver, to) in ends.iter().cycle().take(20) {
            approver.step(&id, &transfer(to)).await.ok();
        }
        let refused = ends[0].0.step(&id, &transfer("H1.3")).await;
        assert_eq!((refused.code(409), &refused.body["most"]), ("transfer.too_many".to_owned(), &json!(20)));
        province.all_events_are_in_the_feed().await;
        let feed = province.portal().get("/v1/events?limit=1000").await.ok();
        let longest = feed.as_array().unwrap().iter().map(|event| event.to_string().len()).max().unwrap();
        assert!(longest < 20_000, "{longest}");
        province.stop().await;
    }

    async fn a_calendar_of_the_other_agency_does_not_move_the_due_instant(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let before = province.portal().get(&format!("/v1/dossiers/{id}")).await.ok();
        let built = province.portal().submit(|body| body["procedure"] = json!("1.000828")).await.ok();
        let department = built["agencies"]["competent"]["id"].as_str().unwrap();
        let storm = json!({"date": "2026-11-18", "kind": "closed", "reason_vi": "Bão", "reason_en": "Storm", "source": "Công điện 15"});
        let path = format!("/v1/agencies/{department}/calendar-exceptions");
        province.officer("D3", "administrator").post(&path, &storm).await.ok();
        province.officer("C1", "approver").step(&id, &transfer("H1.3")).await.ok();
        province.officer("D3", "processor").step(&id, &json!({"action": "process"})).await.ok();
        assert_eq!(province.portal().get(&format!("/v1/dossiers/{id}")).await.ok()["due_at"], before["due_at"]);
        province.stop().await;
    }

    async fn a_transfer_is_refused_to_the_same_a_closed_or_an_unknown_agency_and_by_others(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let approver = province.officer("C1", "approver");
        assert_eq!(approver.step(&id, &transfer("H1.1")).await.code(409), "transfer.same_agency");
        let closed = approver.step(&id, &transfer("H1.9")).await;
        assert_eq!((closed.code(409), &closed.body["successor"]), ("agency.closed".into(), &json!("H1.1")));
        let unknown = approver.step(&id, &transfer("H9")).await;
        assert_eq!((unknown.status, &unknown.body["errors"][0]["pointer"]), (422, &json!("/to")));
        let mut empty = transfer("H1.2");
        (empty["reason"], empty["legal_basis"]) = (json!(" "), json!(""));
        assert_eq!(approver.step(&id, &empty).await.body["errors"].as_array().unwrap().len(), 2);
        for (agency, role, status) in [("C1", "processor", 403), ("C2", "approver", 404), ("C1", "receiver", 403)] {
            assert_eq!(province.officer(agency, role).step(&id, &transfer("H1.2")).await.status, status, "{agency} {role}");
        }
        let dossier = province.portal().get(&format!("/v1/dossiers/{id}")).await.ok();
        assert_eq!((&dossier["transfers"], &dossier["agencies"]["competent"]["code"]), (&json!([]), &json!("H1.1")));
        // Of two approvers who transfer at once from the same version, one does.
        let version = dossier["version"].as_i64().unwrap();
        let (there, department) = (transfer("H1.2"), transfer("H1.3"));
        let (one, other) = tokio::join!(approver.step_from(&id, version, &there), approver.step_from(&id, version, &department));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!((statuses[0], statuses[1] == 412 || statuses[1] == 404), (200, true), "{statuses:?}");
        let submitted = province.portal().submitted().await;
        assert_eq!(approver.step(&submitted, &transfer("H1.2")).await.code(409), "dossier.state");
        province.stop().await;
    }

    async fn an_agency_that_was_only_the_one_that_decided_still_sees_where_it_went_and_can_do_nothing(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        province.officer("C1", "approver").step(&id, &transfer("H1.3")).await.ok();
        let department = province.officer("D3", "approver");
        let path = format!("/v1/dossiers/{id}");
        let version = department.get(&path).await.ok()["version"].as_i64().unwrap();
        let onward = || department.request(Method::POST, &format!("{path}/transitions")).header("If-Match", format!("\"v{version}\""))
            .header("Idempotency-Key", "onward-from-the-department-0001").json(&transfer("H1.2"));
        let moved = read(onward().send().await.unwrap()).await.ok();
        // Whoever lost the answer asks again and hears the same.
        assert_eq!(read(onward().send().await.unwrap()).await.ok(), moved);
        let seen = department.get(&path).await.ok();
        assert_eq!((&seen["agencies"]["competent"]["code"], &seen["allowed_actions"]), (&json!("H1.2"), &json!([])));
        assert_eq!(department.step(&id, &transfer("H1.3")).await.code(403), "dossier.not_yours");
        assert_eq!(province.officer("C2", "approver").get(&path).await.status, 200);
        province.stop().await;
    }

    async fn who_helps_or_acts_with_the_first_dossier_gets_no_more_of_the_others(database) {
        let house = House::start(database).await;
        let province = &house.province;
        let someone = "045190000009";
        let desk = province.officer("D3", "receiver");
        let paper = desk.upload(b"%PDF-1.7 birth").await;
        let mut body = dossier();
        body["procedure"] = json!(BIRTH);
        body["form"] = json!({"child": {"name": "Trần Văn Bé"}});
        body["files"] = json!([{"component": format!("{BIRTH}-TP01"), "file_id": paper}]);
        body["supporting_agency"] = json!("H1.3");
        body["representative"] = json!({
            "kind": "authorised", "name": "Lê Văn Thí Dụ", "identity_number": someone,
            "mandate": {"kind": "authorisation_contract", "number": "12/2026/HĐUQ", "valid_to": "2026-11-16"},
        });
        let id = desk.post("/v1/dossiers", &body).await.ok()["id"].as_str().unwrap().to_owned();
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        let seen = province.officer("C1", "receiver").get(&format!("/v1/dossiers/{id}")).await.ok();
        let residence = step_of(&seen, "residence")["dossier_id"].as_str().unwrap().to_owned();
        let path = format!("/v1/dossiers/{residence}");
        assert_eq!((desk.get(&format!("/v1/dossiers/{id}")).await.status, desk.get(&path).await.status), (200, 404));
        let agent = || province.caller(motcua_kernel::ActorKind::Citizen, "le-van-thi-du", Some(someone));
        assert_eq!(agent().get(&path).await.ok()["representative"], body["representative"]);
        province.travel("2026-11-17T02:00:00Z");
        for dossier in [&residence, &id] {
            assert_eq!(agent().step(dossier, &json!({"action": "withdraw"})).await.code(403), "mandate.ended");
        }
        house.stop().await;
    }

    async fn sight_of_linked_dossiers_goes_with_the_competence(database) {
        let house = House::start(database).await;
        let id = house.received().await;
        let residence = house.child(&id, "residence").await;
        let department = house.province.officer("D3", "processor");
        assert_eq!(department.get(&format!("/v1/dossiers/{residence}")).await.status, 404);
        house.province.officer("C1", "approver").step(&id, &transfer("H1.3")).await.ok();
        for dossier in [&id, &residence] {
            assert_eq!(department.get(&format!("/v1/dossiers/{dossier}")).await.status, 200);
        }
        house.province.officer("C2", "receiver").step(&residence, &json!({"action": "receive"})).await.ok();
        house.province.officer("C2", "approver").step(&residence, &transfer("H1.1")).await.ok();
        assert_eq!(house.province.officer("C2", "receiver").get(&format!("/v1/dossiers/{id}")).await.status, 200, "still the one that received");
        house.stop().await;
    }
}
