//! The clock of acknowledgement: two working hours, told once, to both sides.

use std::time::{Duration, Instant};

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::house::House;

fn kinds(notices: &Value) -> Vec<&str> {
    notices["items"].as_array().unwrap().iter().map(|notice| notice["kind"].as_str().unwrap()).collect()
}

async fn until_told(house: &House, id: &str, kind: &str) {
    let until = Instant::now() + Duration::from_secs(30);
    while !house.told(id).await.iter().any(|told| told == kind) {
        assert!(Instant::now() < until, "{kind} was not told");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

on_both_databases! {
    async fn a_linked_dossier_that_nobody_acknowledges_is_told_once_to_both_sides(database) {
        let house = House::start(database).await;
        let (id, taken) = (house.received().await, house.received().await);
        let (late, in_time) = (house.child(&id, "residence").await, house.child(&taken, "residence").await);
        // Monday 09:00; two working hours end at 11:00.
        house.province.travel("2026-11-16T03:59:50Z");
        house.province.officer("C2", "receiver").step(&in_time, &json!({"action": "receive"})).await.ok();
        assert_eq!(house.told(&late).await, ["dossier.submitted.v1"]);
        house.province.travel("2026-11-16T04:30:00Z");
        until_told(&house, &late, "dossier.acknowledgement_overdue.v1").await;
        let event = house.events(&late).await.pop().unwrap();
        assert_eq!((&event["data"]["clock"], &event["data"]["parent"]["dossier_id"]), (&json!("acknowledgement"), &json!(id)));
        assert!(event["data"]["passed_at"].as_str().unwrap().starts_with("2026-11-16T04:00:0"), "{event}");

        for role in ["receiver", "leader", "administrator"] {
            let there = house.province.officer("C2", role);
            assert_eq!(kinds(&there.get(&format!("/v1/notices?dossier={late}")).await.ok()), ["acknowledgement"], "{role}");
        }
        let here = house.province.officer("C1", "processor");
        assert_eq!(kinds(&here.get(&format!("/v1/notices?dossier={id}")).await.ok()), ["linked_unacknowledged"]);
        assert_eq!(kinds(&here.get("/v1/notices").await.ok()), ["linked_unacknowledged"], "the other was acknowledged");
        house.province.travel("2026-11-16T08:00:00Z");
        house.province.officer("C2", "receiver").step(&late, &json!({"action": "receive"})).await.ok();
        let told = house.told(&late).await;
        assert_eq!(told.iter().filter(|kind| *kind == "dossier.acknowledgement_overdue.v1").count(), 1, "{told:?}");
        house.stop().await;
    }

    async fn a_clock_that_passes_while_the_service_is_away_is_told_once_it_runs_again(database) {
        let mut house = House::start(database).await;
        let id = house.received().await;
        let late = house.child(&id, "residence").await;
        house.province.service.take().unwrap().stop().await.unwrap();
        house.province.travel("2026-11-16T04:30:00Z");
        let service = motcua_procedures::start(&house.province.foundation.shared).await.unwrap();
        house.province.url = service.url();
        house.province.service = Some(service);
        until_told(&house, &late, "dossier.acknowledgement_overdue.v1").await;
        // Its next clock: by then the first would have been told again.
        house.province.travel("2026-11-17T03:00:00Z");
        until_told(&house, &late, "dossier.check_overdue.v1").await;
        let told = house.told(&late).await;
        let expected = ["dossier.submitted.v1", "dossier.acknowledgement_overdue.v1", "dossier.check_overdue.v1"];
        assert_eq!(told, expected);
        house.stop().await;
    }

    async fn a_refusal_or_a_request_before_receipt_acknowledges_too(database) {
        let house = House::start(database).await;
        let (one, other) = (house.received().await, house.received().await);
        let (refused, asked) = (house.child(&one, "residence").await, house.child(&other, "residence").await);
        let desk = house.province.officer("C2", "receiver");
        desk.step(&refused, &json!({"action": "refuse", "reason": "Không thuộc địa bàn", "legal_basis": "Điều 17"})).await.ok();
        let item = json!({"what": "Tờ khai", "reason": "Thiếu chữ ký"});
        desk.step(&asked, &json!({"action": "request_supplement", "items": [item], "legal_basis": "Điều 17"})).await.ok();
        house.province.travel("2026-11-16T04:30:00Z");
        // A dossier that waits for its desk passes the clock of the same hours: once it has, theirs would have too.
        let third = house.province.portal().submitted().await;
        house.province.travel("2026-11-16T08:30:00Z");
        until_told(&house, &third, "dossier.alerted.v1").await;
        for dossier in [&refused, &asked] {
            assert!(!house.told(dossier).await.iter().any(|kind| kind == "dossier.acknowledgement_overdue.v1"));
        }
        house.stop().await;
    }
}
