//! Hand-overs of papers.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, Province, read};

pub(crate) const FORM: &str = "1.000828-TP01";

/// A dossier that H1.1 received at its counter and H1.3 decides.
pub(crate) async fn at_the_counter(province: &Province) -> String {
    let counter = |body: &mut Value| {
        body["procedure"] = json!("1.000828");
        body["channel"] = json!("in_person");
    };
    let id = province.portal().submit(counter).await.ok()["id"].as_str().unwrap().to_owned();
    province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
    id
}

pub(crate) fn over(from: &str, to: &str) -> Value {
    json!({"from_agency": from, "to_agency": to, "papers": [{"component": FORM, "originals": 1}]})
}

pub(crate) async fn give(caller: &Caller<'_>, id: &str, body: &Value) -> Answer {
    caller.post(&format!("/v1/dossiers/{id}/handovers"), body).await
}

pub(crate) async fn receive(caller: &Caller<'_>, handover: &Value, body: &Value) -> Answer {
    caller.post(&format!("/v1/handovers/{}/receipts", handover["id"].as_str().unwrap()), body).await
}

pub(crate) async fn events(province: &Province, kind: &str) -> Vec<Value> {
    province.all_events_are_in_the_feed().await;
    let feed = province.portal().get("/v1/events?limit=1000").await.ok();
    feed.as_array().unwrap().iter().filter(|event| event["type"] == kind).cloned().collect()
}

pub(crate) async fn notices(caller: &Caller<'_>, kind: &str, count: usize) -> Value {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let told = caller.get(&format!("/v1/notices?kind={kind}")).await.ok()["items"].clone();
        if told.as_array().unwrap().len() == count {
            return told;
        }
        assert!(Instant::now() < until, "{kind}: {told}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

on_both_databases! {
    async fn papers_go_from_the_desk_to_who_decides_and_back_with_the_result(database) {
        let province = Province::start(database).await;
        let (desk, office) = (province.officer("C1", "receiver"), province.officer("D3", "processor"));
        let id = at_the_counter(&province).await;
        let mut body = over("H1.1", "H1.3");
        body["papers"].as_array_mut().unwrap().push(json!({"name": "Ảnh của Trần Thị Ví Dụ", "copies": 2}));
        body["note"] = json!("Hồ sơ gấp");
        let given = give(&desk, &id, &body).await.ok();
        assert_eq!((&given["number"], &given["state"]), (&json!(1), &json!("given")));
        assert_eq!(given["handed_over_at"].as_str().unwrap().get(..13), Some("2026-11-16T02"));
        let early = give(&office, &id, &over("H1.3", "H1.1")).await;
        assert_eq!(early.code(409), "handover.not_held");
        assert_eq!((&early.body["held_by"]["code"], &early.body["on_the_way"]), (&json!("H1.3"), &json!(true)));
        let received = receive(&office, &given, &json!({})).await.ok();
        assert_eq!((&received["state"], &received["differences"]), (&json!("received"), &json!([])));
        assert_eq!(receive(&office, &given, &json!({})).await.code(409), "handover.received");
        let too_many = json!({"from_agency": "H1.3", "to_agency": "H1.1", "papers": [{"component": FORM, "originals": 2}]});
        let fewer = give(&office, &id, &too_many).await;
        assert_eq!((fewer.code(409), &fewer.body["originals"]), ("handover.fewer".to_owned(), &json!(1)));
        let result = json!({"from_agency": "H1.3", "to_agency": "H1.1", "papers": [{"result": "KQ.G15.000001", "originals": 1}]});
        assert_eq!(give(&office, &id, &result).await.code(409), "handover.not_held", "there is no result yet");
        give(&office, &id, &over("H1.3", "H1.1")).await.ok();
        let again = give(&office, &id, &over("H1.3", "H1.1")).await;
        assert_eq!(again.code(409), "handover.not_held");
        assert_eq!((&again.body["held_by"]["code"], &again.body["on_the_way"]), (&json!("H1.1"), &json!(true)));

        let list = desk.get(&format!("/v1/dossiers/{id}/handovers")).await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        let held: Vec<(&str, bool)> = list["held"].as_array().unwrap().iter()
            .map(|paper| (paper["agency"]["code"].as_str().unwrap(), paper["on_the_way"].as_bool().unwrap())).collect();
        assert_eq!(held, [("H1.1", true), ("H1.3", false)], "{list}");
        let told = events(&province, "handover.given.v1").await;
        assert_eq!((told.len(), &told[0]["data"]["papers"][0]["code"]), (2, &json!(FORM)));
        let all = serde_json::to_string(&told).unwrap();
        assert!(!all.contains("Ví Dụ") && !all.contains("gấp"), "{all}");
        assert_eq!(events(&province, "handover.received.v1").await.len(), 1);

        let slip = desk.get(&format!("/v1/dossiers/{id}/forms/control_slip")).await.ok();
        let hops = slip["content"]["hops"].as_array().cloned().unwrap_or_default();
        assert_eq!(hops.len(), 3, "{slip}");
        assert_eq!((&hops[1]["from_agency"], &hops[1]["to_agency"]), (&json!("UBND phường Một"), &json!("Sở Xây dựng")));
        assert_eq!((&hops[1]["giver"], &hops[1]["receiver"]), (&json!("C1-receiver"), &json!("D3-processor")));
        assert_eq!((&hops[1]["result"], &hops[2]["receiver"]), (&json!("early"), &Value::Null));
        assert!(hops[1]["note"].as_str().unwrap().contains("Đơn đề nghị (1 bản chính)"), "{slip}");
        province.stop().await;
    }

    async fn what_is_missing_stays_with_the_giver_who_is_told(database) {
        let province = Province::start(database).await;
        let (desk, office) = (province.officer("C1", "receiver"), province.officer("D3", "processor"));
        let id = at_the_counter(&province).await;
        let given = give(&desk, &id, &over("H1.1", "H1.3")).await.ok();
        let wrong = json!({"differences": [
            {"component": FORM, "missing": {"originals": 2}, "reason": "Thiếu"},
            {"component": FORM, "missing": {"originals": 1}, "reason": "Thiếu"},
            {"name": "Ảnh", "reason": ""},
            {"component": "TP99", "result": "X", "extra": {"copies": 1}, "reason": "Thừa"}
        ]});
        let refused = receive(&office, &given, &wrong).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let faults: Vec<&str> =
            refused.body["errors"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect();
        assert_eq!(faults, ["paper.missing_more", "repeated", "paper.count", "text.one_line", "paper.which"]);
        let differs = json!({"differences": [
            {"component": FORM, "missing": {"originals": 1}, "reason": "Không có trong túi"},
            {"name": "Bản vẽ", "extra": {"copies": 1}, "reason": "Không ghi trên phiếu"}
        ]});
        let received = receive(&office, &given, &differs).await.ok();
        assert_eq!(received["state"], "received_with_differences");
        let told = notices(&desk, "paper_difference", 1).await;
        assert_eq!((&told[0]["party"], &told[0]["role"]), (&json!("receiving"), &json!("receiver")));
        assert_eq!(notices(&office, "paper_difference", 0).await, json!([]));
        let extra = json!({"from_agency": "H1.3", "to_agency": "H1.1", "papers": [{"name": "Bản vẽ", "copies": 1}]});
        give(&office, &id, &extra).await.ok();
        assert_eq!(give(&office, &id, &over("H1.3", "H1.1")).await.code(409), "handover.not_held");
        give(&desk, &id, &over("H1.1", "H1.3")).await.ok();
        let facts = events(&province, "handover.received.v1").await;
        assert_eq!(facts[0]["data"]["papers"][0]["missing"], 1);
        assert_eq!((&facts[0]["data"]["papers"][1]["code"], &facts[0]["data"]["papers"][1]["extra"]), (&Value::Null, &json!(1)));
        province.stop().await;
    }

    async fn of_two_who_hand_over_or_receive_at_once_one_wins(database) {
        let province = Province::start(database).await;
        let (desk, office) = (province.officer("C1", "receiver"), province.officer("D3", "processor"));
        let id = at_the_counter(&province).await;
        let first = give(&desk, &id, &over("H1.1", "H1.3")).await.ok();
        receive(&office, &first, &json!({})).await.ok();
        let body = over("H1.3", "H1.1");
        let answers = join_all((0..6).map(|_| give(&office, &id, &body))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        assert!(answers.iter().all(|answer| answer.status == 201 || answer.code(409) == "handover.not_held"));
        let given = answers.into_iter().find(|answer| answer.status == 201).unwrap().body;
        let none = json!({});
        let answers = join_all((0..6).map(|_| receive(&desk, &given, &none))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| answer.status == 200 || answer.code(409) == "handover.received"));
        assert_eq!(events(&province, "handover.given.v1").await.len(), 2);
        assert_eq!(events(&province, "handover.received.v1").await.len(), 2);
        province.stop().await;
    }

    async fn a_repeated_hand_over_is_one(database) {
        let province = Province::start(database).await;
        let desk = province.officer("C1", "receiver");
        let id = at_the_counter(&province).await;
        let send = || desk
            .request(Method::POST, &format!("/v1/dossiers/{id}/handovers"))
            .header("Idempotency-Key", "ban-giao-1")
            .json(&over("H1.1", "H1.3"))
            .send();
        let first = read(send().await.unwrap()).await.ok();
        assert_eq!(read(send().await.unwrap()).await.ok()["id"], first["id"]);
        assert_eq!(events(&province, "handover.given.v1").await.len(), 1);
        province.stop().await;
    }

    async fn only_who_acts_for_the_agency_moves_papers_and_only_to_a_party(database) {
        let province = Province::start(database).await;
        let desk = province.officer("C1", "receiver");
        let id = at_the_counter(&province).await;
        let stranger = province.officer("C2", "receiver");
        assert_eq!(give(&stranger, &id, &over("H1.2", "H1.3")).await.status, 404);
        assert_eq!(stranger.get(&format!("/v1/dossiers/{id}/handovers")).await.status, 404);
        let office = province.officer("D3", "processor");
        assert_eq!(give(&office, &id, &over("H1.1", "H1.3")).await.code(403), "handover.not_yours");
        let leader = province.officer("C1", "leader");
        assert_eq!(give(&leader, &id, &over("H1.1", "H1.3")).await.code(403), "handover.not_yours");
        let aside = give(&desk, &id, &over("H1.1", "H1.2")).await;
        assert_eq!((aside.status, &aside.body["errors"][0]["code"]), (422, &json!("handover.not_a_party")));
        let itself = give(&desk, &id, &over("H1.1", "H1.1")).await;
        assert_eq!((itself.status, &itself.body["errors"][0]["pointer"]), (422, &json!("/to_officer_id")));
        let citizen = province.caller(ActorKind::Citizen, "tran-thi-vi-du", Some("045190000001"));
        assert_eq!(give(&citizen, &id, &over("H1.1", "H1.3")).await.code(403), "scope.missing");
        assert_eq!(citizen.get(&format!("/v1/dossiers/{id}/handovers")).await.ok()["items"], json!([]));
        let given = give(&desk, &id, &over("H1.1", "H1.3")).await.ok();
        assert_eq!(receive(&desk, &given, &json!({})).await.code(403), "handover.not_yours");
        assert_eq!(receive(&stranger, &given, &json!({})).await.status, 404);
        let waiting = province.portal().submit(|body| body["channel"] = json!("in_person")).await.ok();
        let early = give(&desk, waiting["id"].as_str().unwrap(), &over("H1.1", "H1.1")).await;
        assert_eq!(early.code(409), "dossier.not_received");
        province.stop().await;
    }

    async fn papers_that_stay_at_a_desk_elsewhere_for_a_working_day_are_told_once(database) {
        let province = Province::start(database).await;
        let desk = province.officer("C1", "receiver");
        let (kept, sent) = (at_the_counter(&province).await, at_the_counter(&province).await);
        let own = province.portal().submit(|body| body["channel"] = json!("in_person")).await.ok();
        desk.step(own["id"].as_str().unwrap(), &json!({"action": "receive"})).await.ok();
        give(&desk, &sent, &over("H1.1", "H1.3")).await.ok();
        province.travel("2026-11-17T09:59:50Z");
        assert_eq!(notices(&desk, "paper_transfer", 0).await, json!([]));
        province.travel("2026-11-17T10:00:01Z");
        let told = notices(&desk, "paper_transfer", 1).await;
        assert_eq!((&told[0]["dossier_id"], &told[0]["passed_at"]), (&json!(kept), &json!("2026-11-17T10:00:00Z")));
        assert_eq!(notices(&province.officer("C1", "leader"), "paper_transfer", 1).await[0]["dossier_id"], json!(kept));
        let events = events(&province, "dossier.papers_overdue.v1").await;
        assert_eq!((events.len(), &events[0]["data"]["clock"]), (1, &json!("paper_transfer")));
        province.stop().await;
    }
}
