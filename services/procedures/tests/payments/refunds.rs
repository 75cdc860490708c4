//! Money that goes back, and what is not owed at all.

use diesel::RunQueryDsl;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{costly, events, obligation, pay, province, vnd, worked_on};

on_both_databases! {
    async fn what_was_paid_goes_back_by_an_act_with_a_reason_and_never_beyond_it(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = worked_on(&province).await;
        let charge = obligation(&receiver, &id, "LP1").await;
        let paid = pay(&receiver, &id, &charge, 20_000, json!({})).await.ok();
        let step = json!({"action": "turn_down", "reason": "Không đủ điều kiện", "legal_basis": "Luật X, Điều 5"});
        province.officer("C1", "approver").step(&id, &step).await.ok();
        assert_eq!(obligation(&receiver, &id, "LP1").await["paid"], vnd(20_000), "a refusal pays nothing back");
        let refunds = format!("/v1/dossiers/{id}/payments/{}/refunds", paid["id"].as_str().unwrap());
        let refund = |amount: i64, reason: &str, still_owed: bool| {
            json!({"obligation_id": charge["id"], "amount": vnd(amount), "reason": reason, "still_owed": still_owed})
        };
        let unreasoned = receiver.post(&refunds, &refund(1, " ", false)).await;
        assert_eq!((unreasoned.status, &unreasoned.body["errors"][0]["pointer"]), (422, &json!("/reason")));
        let too_much = receiver.post(&refunds, &refund(20_001, "Thu nhầm", false)).await;
        assert_eq!((too_much.code(409), &too_much.body["refundable_amount"]), ("payment.exceeds_paid".into(), &json!(20_000)));
        receiver.post(&refunds, &refund(5_000, "Thu nhầm người", true)).await.ok();
        assert_eq!(obligation(&receiver, &id, "LP1").await["due"], vnd(5_000), "owed again");
        let whole = receiver.post(&refunds, &refund(15_000, "Thu thừa", false)).await.ok();
        assert_eq!(whole["refunds"].as_array().unwrap().len(), 2);
        assert_eq!(whole["parts"][0]["refunded"], vnd(20_000));
        assert_eq!(receiver.post(&refunds, &refund(1, "Nữa", false)).await.code(409), "payment.exceeds_paid");
        pay(&receiver, &id, &charge, 5_000, json!({})).await.ok();
        let now = obligation(&receiver, &id, "LP1").await;
        assert_eq!((&now["state"], &now["returned"], &now["paid"]), (&json!("paid"), &vnd(15_000), &vnd(5_000)));
        let told = events(&province, "payment.refunded.v1").await;
        let amounts: Vec<&Value> = told.iter().map(|event| &event["data"]["refunded"]).collect();
        assert_eq!(amounts, [5_000, 15_000]);
        assert!(!serde_json::to_string(&told).unwrap().contains("Thu nhầm"), "reasons stay out of events");
        province.stop().await;
    }

    async fn a_waiver_needs_a_law_and_a_reduction_is_granted_once(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let (charge, fee) = (obligation(&receiver, &id, "LP1").await, obligation(&receiver, &id, "P1").await);
        let path = |of: &Value| format!("/v1/dossiers/{id}/obligations/{}/waivers", of["id"].as_str().unwrap());
        let baseless = receiver.post(&path(&fee), &json!({})).await;
        assert_eq!((baseless.status, &baseless.body["errors"][0]["pointer"]), (422, &json!("/legal_basis")));
        let unknown = receiver.post(&path(&charge), &json!({"reduction": "rich"})).await;
        assert_eq!(unknown.body["errors"][0]["code"], "reduction.unknown");
        let half = receiver.post(&path(&charge), &json!({"reduction": "poor", "reason": "Hộ bà Ví Dụ"})).await.ok();
        assert_eq!((&half["due"], &half["waivers"][0]["legal_basis"]), (&vnd(10_000), &json!("Luật Phí và lệ phí, Điều 10")));
        let again = receiver.post(&path(&charge), &json!({"reduction": "poor"})).await;
        assert_eq!(again.code(409), "obligation.reduced_before");
        let law = "15/2026/NQ-HĐND";
        let over = json!({"legal_basis": law, "amount": vnd(150_001)});
        assert_eq!(receiver.post(&path(&fee), &over).await.code(409), "obligation.exceeds_owed");
        assert_eq!(receiver.post(&path(&fee), &json!({"legal_basis": law})).await.ok()["state"], "waived");
        assert_eq!(pay(&receiver, &id, &charge, 10_001, json!({})).await.code(409), "payment.exceeds_owed");
        pay(&receiver, &id, &charge, 10_000, json!({})).await.ok();
        let told = events(&province, "obligation.waived.v1").await;
        assert_eq!((&told[0]["data"]["amount"], &told[1]["data"]["due"]), (&json!(10_000), &json!(0)));
        assert!(!serde_json::to_string(&told).unwrap().contains("Ví Dụ"), "reasons stay out of events");
        let facts = events(&province, "dossier.fees_changed.v1").await;
        let items = &facts.last().unwrap()["data"]["fees"]["items"];
        assert_eq!((&items[0]["amount"], &items[1]["amount"]), (&json!(10_000), &json!(0)), "after reductions");
        province.stop().await;
    }

    async fn a_result_is_not_handed_over_while_what_is_collected_with_it_is_unpaid(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = worked_on(&province).await;
        let done = format!("UPDATE dossiers SET state = 'done' WHERE id = '{id}'");
        province.foundation.db.write("done", move |tx| Ok(diesel::sql_query(&done).execute(tx)?)).await.unwrap();
        let unpaid = receiver.step(&id, &json!({"action": "return"})).await;
        assert_eq!((unpaid.code(409), &unpaid.body["due_amount"]), ("dossier.unpaid".into(), &json!(150_000)));
        assert_eq!(unpaid.body["legal_basis"], "Nghị định 118/2025/NĐ-CP, Điều 24");
        let fee = obligation(&receiver, &id, "P1").await;
        pay(&receiver, &id, &fee, 150_000, json!({})).await.ok();
        let returned = receiver.step(&id, &json!({"action": "return"})).await.ok();
        assert_eq!(returned["state"]["local"], "returned", "what is collected at receipt does not hold the result back");
        province.stop().await;
    }
}
