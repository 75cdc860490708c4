//! Financial duties that a dossier waits for.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{events, obligation, obligations, pay, province, vnd, worked_on};

fn request() -> Value {
    json!({"action": "request_payment", "legal_basis": "Luật Đất đai 2024, Điều 153", "obligations": [
        {"name": "Lệ phí trước bạ", "kind": "charge", "amount": vnd(700), "code": "TB"},
        {"name": "Tiền sử dụng đất", "kind": "other", "amount": vnd(3000), "code": "SDD"}
    ]})
}

on_both_databases! {
    async fn the_dossier_goes_on_by_itself_when_all_of_the_duty_is_paid(database) {
        let province = province(database).await;
        let (receiver, processor) = (province.officer("C1", "receiver"), province.officer("C1", "processor"));
        let id = worked_on(&province).await;
        let mut wrong = request();
        wrong["obligations"][0]["amount"] = vnd(0);
        wrong["obligations"][1]["name"] = json!("");
        assert_eq!(processor.step(&id, &wrong).await.body["errors"].as_array().unwrap().len(), 2);
        let waiting = processor.step(&id, &request()).await.ok();
        assert_eq!((&waiting["state"]["local"], &waiting["due_at"]), (&json!("awaiting_payment"), &json!(null)));
        let all = obligations(&receiver, &id).await;
        assert_eq!(all["items"].as_array().unwrap().iter().filter(|item| item["of_duty"] == true).count(), 2);
        let levy = obligation(&receiver, &id, "SDD").await;
        pay(&receiver, &id, &levy, 3000, json!({})).await.ok();
        province.travel("2026-11-17T02:00:00Z");
        assert_eq!(receiver.get(&format!("/v1/dossiers/{id}")).await.body["state"]["local"], "awaiting_payment");
        let charge = obligation(&receiver, &id, "TB").await;
        pay(&receiver, &id, &charge, 700, json!({})).await.ok();
        let now = receiver.get(&format!("/v1/dossiers/{id}")).await.ok();
        assert_eq!(now["state"]["local"], "processing");
        assert!(now["due_at"].as_str() > now["first_due_at"].as_str(), "the wait moved the due date");
        let told = events(&province, "dossier.payment_confirmed.v1").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["data"]["fees"]["items"].as_array().unwrap().len(), 4);
        province.stop().await;
    }

    async fn by_hand_a_duty_is_confirmed_with_the_proof_of_payment(database) {
        let province = province(database).await;
        let (receiver, processor) = (province.officer("C1", "receiver"), province.officer("C1", "processor"));
        let id = worked_on(&province).await;
        processor.step(&id, &request()).await.ok();
        let unproved = processor.step(&id, &json!({"action": "confirm_payment"})).await;
        assert_eq!((unproved.status, &unproved.body["errors"][0]["pointer"]), (422, &json!("/proof")));
        let charge = obligation(&receiver, &id, "TB").await;
        let under_way = pay(&receiver, &id, &charge, 700, json!({"pending": true})).await.ok();
        let proved = json!({"action": "confirm_payment", "proof": "GNT 0123456"});
        assert_eq!(processor.step(&id, &proved).await.code(409), "payment.pending");
        let outcomes = format!("/v1/dossiers/{id}/payments/{}/outcomes", under_way["id"].as_str().unwrap());
        receiver.post(&outcomes, &json!({"outcome": "failed", "reason": "Không chuyển"})).await.ok();
        let going_on = processor.step(&id, &proved).await.ok();
        assert_eq!(going_on["state"]["local"], "processing");
        let levy = obligation(&receiver, &id, "SDD").await;
        assert_eq!((&levy["state"], &levy["due"]), (&json!("paid"), &vnd(0)));
        let list = receiver.get(&format!("/v1/dossiers/{id}/payments")).await.ok();
        let last = list["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["method"], &last["amount"], &last["receipt_number"]), (&json!("elsewhere"), &vnd(3700), &json!("GNT 0123456")));
        province.stop().await;
    }

    async fn one_proof_of_a_treasury_may_cover_several_dossiers(database) {
        let province = province(database).await;
        let processor = province.officer("C1", "processor");
        for _ in 0..2 {
            let id = worked_on(&province).await;
            processor.step(&id, &request()).await.ok();
            let confirmed = processor.step(&id, &json!({"action": "confirm_payment", "proof": "0001234"})).await.ok();
            assert_eq!(confirmed["state"]["local"], "processing");
        }
        let receiver = province.officer("C1", "receiver");
        let id = worked_on(&province).await;
        let charge = obligation(&receiver, &id, "LP1").await;
        let faults = [
            (json!({"method": "elsewhere"}), "/receipt_number"),
            (json!({"method": "elsewhere", "transaction_reference": "0001234"}), "/transaction_reference"),
        ];
        for (proof, pointer) in faults {
            assert_eq!(pay(&receiver, &id, &charge, 100, proof).await.body["errors"][0]["pointer"], pointer);
        }
        let proof = json!({"method": "elsewhere", "receipt_number": "0001234"});
        pay(&receiver, &id, &charge, 100, proof).await.ok();
        province.stop().await;
    }

    async fn a_duty_without_amounts_is_confirmed_as_before(database) {
        let province = province(database).await;
        let processor = province.officer("C1", "processor");
        let id = worked_on(&province).await;
        processor.step(&id, &json!({"action": "request_payment", "legal_basis": "Luật Đất đai 2024"})).await.ok();
        let done = processor.step(&id, &json!({"action": "confirm_payment"})).await.ok();
        assert_eq!(done["state"]["local"], "processing");
        province.stop().await;
    }
}
