//! Following a dossier without login.

use motcua_testkit::on_both_databases;
use reqwest::Client;
use serde_json::{Value, json};

use crate::desk::{costly, province, vnd, worked_on};
use crate::support::{Answer, Province, read};

/// Somebody without a token, from some address: the tests' own stands for a balancer.
pub(crate) async fn anybody(province: &Province, path: &str, from: &str, body: &Value) -> Answer {
    let url = format!("{}/v1/public/{path}", province.url);
    read(Client::new().post(url).header("X-Forwarded-For", from).json(body).send().await.unwrap()).await
}

async fn track(province: &Province, reference: &Value) -> Value {
    let answer = anybody(province, "tracking", "192.0.2.1", &json!({"tracking_reference": reference})).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    answer.ok()
}

on_both_databases! {
    async fn whoever_has_the_reference_sees_where_the_dossier_stands_and_no_person(database) {
        let province = province(database).await;
        let (receiver, processor) = (province.officer("C1", "receiver"), province.officer("C1", "processor"));
        let submitted = costly(&province).await;
        let (id, reference) = (submitted["id"].as_str().unwrap(), &submitted["tracking_reference"]);
        let screen = track(&province, reference).await;
        assert_eq!((&screen["state"], &screen["code"], &screen["due"]), (&json!("submitted"), &json!(null), &json!(null)));
        assert_eq!((&screen["held_by"]["code"], &screen["todo"]["due"]), (&json!("H1.1"), &vnd(170_000)));
        let code = receiver.step(id, &json!({"action": "receive"})).await.ok()["code"].clone();
        processor.step(id, &json!({"action": "process"})).await.ok();
        let items = json!([{"what": "Bản sao của Trần Thị Ví Dụ", "reason": "Không đọc được"}, {"what": "Ảnh", "reason": "Mờ"}]);
        let ask = json!({"action": "request_supplement", "items": items, "legal_basis": "Điều 17", "contact": "Lê Văn Cán Bộ, 0901234567"});
        processor.step(id, &ask).await.ok();
        let typed = json!(reference.as_str().unwrap().replace('-', " ").to_lowercase());
        let screen = track(&province, &typed).await;
        assert_eq!((&screen["code"], &screen["waiting_for"]), (&code, &json!("supplement")));
        assert_eq!((&screen["todo"]["action"], &screen["todo"]["supplement_items"]), (&json!("supplement"), &json!(2)));
        assert_eq!(screen["due"]["vi"], "Thời hạn 10 ngày làm việc; đang tạm dừng tính.");
        assert_eq!(screen["next"]["en"], "The agency waits for what you have to add and then goes on.");
        let shown = screen.to_string();
        for secret in ["Ví Dụ", "045190000001", "Cán Bộ", "0901234567", "Ảnh", id, reference.as_str().unwrap()] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        province.stop().await;
    }

    async fn a_wrong_reference_and_a_wrong_code_are_the_same(database) {
        let province = province(database).await;
        let id = worked_on(&province).await;
        let dossier = province.portal().get(&format!("/v1/dossiers/{id}")).await.ok();
        let (reference, code) = (&dossier["tracking_reference"], &dossier["code"]);
        let both = json!({"tracking_reference": reference, "code": code});
        assert_eq!(anybody(&province, "tracking", "192.0.2.1", &both).await.ok()["due"]["vi"], "Thời hạn 10 ngày làm việc; hẹn trả trước 17:00 ngày 30/11/2026.");
        let wrong = [
            json!({"tracking_reference": reference, "code": "H1.1-261116-9999"}),
            json!({"tracking_reference": "2222-2222-22"}),
            json!({"tracking_reference": "2222-2222-22", "code": code}),
            json!({"tracking_reference": code}),
            json!({"tracking_reference": ""}),
        ];
        let mut told = Vec::new();
        for body in wrong {
            let begun = std::time::Instant::now();
            let answer = anybody(&province, "tracking", "192.0.2.2", &body).await;
            assert!(begun.elapsed().as_millis() >= 95, "what is wrong does not show in the time");
            assert_eq!((answer.code(404), &answer.headers["cache-control"]), ("tracking.unknown".into(), &"no-store".parse().unwrap()));
            told.push(answer.body["detail"].clone());
        }
        told.dedup();
        assert_eq!(told.len(), 1);
        let url = format!("{}/v1/public/tracking?tracking_reference={}", province.url, reference.as_str().unwrap());
        let in_address = read(Client::new().post(url).json(&json!({"tracking_reference": reference})).send().await.unwrap()).await;
        assert_eq!(in_address.code(400), "parameter.unknown");
        province.stop().await;
    }

    async fn who_guesses_is_slowed_down_and_others_are_not(database) {
        let province = province(database).await;
        let reference = costly(&province).await["tracking_reference"].clone();
        let guess = json!({"tracking_reference": "2222-2222-22"});
        for _ in 0..10 {
            assert_eq!(anybody(&province, "tracking", "192.0.2.3", &guess).await.code(404), "tracking.unknown");
        }
        assert_eq!(anybody(&province, "tracking", "192.0.2.3", &guess).await.code(429), "tracking.too_many");
        let right = json!({"tracking_reference": reference});
        let barred = anybody(&province, "tracking", "192.0.2.3", &right).await;
        assert_eq!(barred.code(429), "tracking.too_many");
        assert!(barred.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
        assert_eq!(anybody(&province, "ratings", "192.0.2.3", &json!({"tracking_reference": reference, "scores": {"attitude": 2}})).await.status, 429);
        anybody(&province, "tracking", "192.0.2.4", &right).await.ok();
        province.stop().await;
    }
}
