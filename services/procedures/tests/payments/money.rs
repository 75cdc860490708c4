//! Attempts to pay.

use diesel::prelude::*;
use futures_util::future::join_all;
use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::desk::{costly, events, obligation, pay, province, vnd, worked_on};
use crate::support::read;

on_both_databases! {
    async fn of_two_who_pay_the_last_dong_at_once_one_wins(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let charge = obligation(&receiver, &id, "LP1").await;
        pay(&receiver, &id, &charge, 19_999, json!({})).await.ok();
        let answers = join_all((0..6).map(|_| pay(&receiver, &id, &charge, 1, json!({})))).await;
        let won = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(won, 1);
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(answer.code(409), "payment.exceeds_owed");
            assert_eq!((&answer.body["open_amount"], &answer.body["obligation_id"]), (&json!(0), &charge["id"]));
        }
        assert_eq!(obligation(&receiver, &id, "LP1").await["paid"], vnd(20_000));
        province.stop().await;
    }

    async fn two_who_pay_different_obligations_at_once_both_win(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let (charge, fee) = (obligation(&receiver, &id, "LP1").await, obligation(&receiver, &id, "P1").await);
        let none = || json!({});
        let (one, other) = futures_util::join!(
            pay(&receiver, &id, &charge, 20_000, none()),
            pay(&receiver, &id, &fee, 150_000, none())
        );
        assert_eq!((one.status, other.status), (201, 201), "{} {}", one.body, other.body);
        let told = events(&province, "dossier.fees_changed.v1").await;
        let last = told.iter().max_by_key(|event| event["data"]["version"].as_i64()).unwrap();
        assert_eq!(last["data"]["fees"]["paid_by"], "counter");
        province.stop().await;
    }

    async fn partial_payments_add_up_and_never_exceed_what_is_owed(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let (charge, fee) = (obligation(&receiver, &id, "LP1").await, obligation(&receiver, &id, "P1").await);
        let first = pay(&receiver, &id, &charge, 5_000, json!({"receipt_number": "BL 0001"})).await.ok();
        assert_eq!((first["state"].as_str(), first["receipt_number"].as_str()), (Some("succeeded"), Some("BL 0001")));
        assert_eq!(obligation(&receiver, &id, "LP1").await["state"], "partly_paid");
        let parts = json!({"method": "counter", "parts": [
            {"obligation_id": charge["id"], "amount": vnd(15_000)}, {"obligation_id": fee["id"], "amount": vnd(150_001)}
        ]});
        let too_much = receiver.post(&format!("/v1/dossiers/{id}/payments"), &parts).await;
        assert_eq!(too_much.code(409), "payment.exceeds_owed");
        assert_eq!(obligation(&receiver, &id, "LP1").await["paid"], vnd(5_000), "nothing of a refused payment counts");
        let transfer = json!({"method": "transfer", "transaction_reference": "FT26320001", "parts": [
            {"obligation_id": charge["id"], "amount": vnd(15_000)}, {"obligation_id": fee["id"], "amount": vnd(150_000)}
        ]});
        let both = receiver.post(&format!("/v1/dossiers/{id}/payments"), &transfer).await.ok();
        assert_eq!(both["amount"], vnd(165_000));
        let told = events(&province, "payment.succeeded.v1").await;
        assert_eq!(told.len(), 2);
        assert_eq!(told[1]["data"]["amount"], 165_000);
        assert_eq!(told[1]["data"]["parts"].as_array().unwrap().len(), 2);
        let facts = events(&province, "dossier.fees_changed.v1").await;
        assert_eq!(facts.last().unwrap()["data"]["fees"]["paid_by"], "transfer");
        assert!(!serde_json::to_string(&told).unwrap().contains("Ví Dụ"));
        let list = receiver.get(&format!("/v1/dossiers/{id}/payments")).await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        province.stop().await;
    }

    async fn a_failed_attempt_counts_as_nothing_and_another_may_follow(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let charge = obligation(&receiver, &id, "LP1").await;
        let transfer = json!({"method": "transfer", "pending": true});
        let begun = pay(&receiver, &id, &charge, 20_000, transfer.clone()).await.ok();
        assert_eq!(begun["state"], "pending");
        let now = obligation(&receiver, &id, "LP1").await;
        assert_eq!((&now["state"], &now["pending"], &now["paid"]), (&json!("owed"), &vnd(20_000), &vnd(0)));
        let meanwhile = pay(&receiver, &id, &charge, 1, json!({})).await;
        assert_eq!(meanwhile.code(409), "payment.exceeds_owed", "a pending attempt keeps what it would pay");
        let outcomes = format!("/v1/dossiers/{id}/payments/{}/outcomes", begun["id"].as_str().unwrap());
        let failed = json!({"outcome": "failed", "reason": "Ngân hàng từ chối"});
        assert_eq!(receiver.post(&outcomes, &failed).await.ok()["failure"], "Ngân hàng từ chối");
        assert_eq!(receiver.post(&outcomes, &json!({"outcome": "succeeded"})).await.code(409), "payment.settled");
        assert_eq!(obligation(&receiver, &id, "LP1").await["due"], vnd(20_000));
        let again = pay(&receiver, &id, &charge, 20_000, transfer).await.ok();
        let outcomes = format!("/v1/dossiers/{id}/payments/{}/outcomes", again["id"].as_str().unwrap());
        let nameless = receiver.post(&outcomes, &json!({"outcome": "succeeded"})).await;
        assert_eq!((nameless.status, &nameless.body["errors"][0]["pointer"]), (422, &json!("/transaction_reference")));
        let came = json!({"outcome": "succeeded", "transaction_reference": "FT26320002"});
        assert_eq!(receiver.post(&outcomes, &came).await.ok()["state"], "succeeded");
        assert_eq!(obligation(&receiver, &id, "LP1").await["state"], "paid");
        assert_eq!(events(&province, "payment.failed.v1").await.len(), 1);
        assert_eq!(events(&province, "payment.succeeded.v1").await.len(), 1);
        province.stop().await;
    }

    async fn a_transfer_that_came_to_nothing_leaves_its_reference_to_another(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let charge = obligation(&receiver, &id, "LP1").await;
        let pending = json!({"method": "transfer", "transaction_reference": "FT2", "pending": true});
        let begun = pay(&receiver, &id, &charge, 100, pending.clone()).await.ok();
        assert_eq!(pay(&receiver, &id, &charge, 100, pending).await.code(409), "payment.reference_taken");
        let outcomes = format!("/v1/dossiers/{id}/payments/{}/outcomes", begun["id"].as_str().unwrap());
        receiver.post(&outcomes, &json!({"outcome": "failed", "reason": "Ngân hàng từ chối"})).await.ok();
        let came = json!({"method": "transfer", "transaction_reference": "FT2"});
        pay(&receiver, &id, &charge, 100, came).await.ok();
        province.stop().await;
    }

    async fn a_transaction_pays_once_and_a_repeated_request_is_one_payment(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let charge = obligation(&receiver, &id, "LP1").await;
        let transfer = json!({"method": "transfer", "transaction_reference": "FT1"});
        pay(&receiver, &id, &charge, 100, transfer.clone()).await.ok();
        assert_eq!(pay(&receiver, &id, &charge, 100, transfer).await.code(409), "payment.reference_taken");
        let body = json!({"parts": [{"obligation_id": charge["id"], "amount": vnd(50)}], "method": "counter"});
        let path = format!("/v1/dossiers/{id}/payments");
        for replayed in [false, true] {
            let request = receiver.request(reqwest::Method::POST, &path).header("Idempotency-Key", "k").json(&body);
            let answer = read(request.send().await.unwrap()).await;
            assert_eq!((answer.status, answer.headers.contains_key("idempotency-replayed")), (201, replayed));
        }
        assert_eq!(obligation(&receiver, &id, "LP1").await["paid"], vnd(150));
        province.stop().await;
    }

    async fn only_a_receiver_of_the_desk_moves_money_and_every_fault_is_told(database) {
        let province = province(database).await;
        let id = worked_on(&province).await;
        let receiver = province.officer("C1", "receiver");
        let charge = obligation(&receiver, &id, "LP1").await;
        for (name, role) in [("C1", "processor"), ("C1", "clerk"), ("P", "leader")] {
            let answer = pay(&province.officer(name, role), &id, &charge, 1, json!({})).await;
            assert_eq!(answer.code(403), "dossier.not_yours", "{name} {role}");
        }
        assert_eq!(pay(&province.officer("C2", "receiver"), &id, &charge, 1, json!({})).await.code(404), "not_found");
        assert_eq!(pay(&province.portal(), &id, &charge, 1, json!({})).await.code(403), "scope.missing");
        let wrong = json!({"method": "gateway", "receipt_number": "a\nb", "parts": [
            {"obligation_id": charge["id"], "amount": vnd(0)}, {"obligation_id": charge["id"], "amount": vnd(1)},
            {"obligation_id": id, "amount": vnd(1)}
        ]});
        let answer = receiver.post(&format!("/v1/dossiers/{id}/payments"), &wrong).await;
        let codes: Vec<&str> = answer.body["errors"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["payment.no_gateway", "minimum", "repeated", "obligation.unknown", "text.one_line", "required"]);
        let refused = costly(&province).await["id"].as_str().unwrap().to_owned();
        let charge = obligation(&receiver, &refused, "LP1").await;
        receiver.step(&refused, &json!({"action": "refuse", "reason": "Sai nơi", "legal_basis": "Điều 17"})).await.ok();
        assert_eq!(pay(&receiver, &refused, &charge, 1, json!({})).await.code(409), "payment.dossier_ended");
        province.stop().await;
    }

    async fn an_attempt_whose_outcome_nobody_tells_expires_after_a_day_and_counts_as_nothing(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let charge = obligation(&receiver, &id, "LP1").await;
        let transfer = json!({"method": "transfer", "pending": true});
        let begun = pay(&receiver, &id, &charge, 20_000, transfer.clone()).await.ok();
        let path = format!("/v1/dossiers/{id}/payments/{}", begun["id"].as_str().unwrap());
        province.travel("2026-11-17T01:59:00Z");
        assert_eq!(receiver.get(&path).await.ok()["state"], "pending", "a minute before");
        province.travel("2026-11-17T02:01:00Z");
        expired(&receiver, &path).await;
        let now = obligation(&receiver, &id, "LP1").await;
        assert_eq!((&now["state"], &now["pending"], &now["paid"]), (&json!("owed"), &vnd(0), &vnd(0)));
        let told = events(&province, "payment.expired.v1").await;
        assert_eq!((told.len(), &told[0]["actor"], &told[0]["data"]["state"]), (1, &json!("service:procedures"), &json!("expired")));

        // The money came after all, and nobody had paid meanwhile.
        let came = json!({"outcome": "succeeded", "transaction_reference": "FT26320009"});
        let late = receiver.post(&format!("{path}/outcomes"), &came).await.ok();
        assert_eq!(late["state"], "succeeded");
        assert_eq!(obligation(&receiver, &id, "LP1").await["state"], "paid");
        let told = events(&province, "payment.succeeded.v1").await;
        assert_eq!((told.len(), &told[0]["data"]["late"]), (1, &json!(true)));
        assert_eq!(receiver.post(&format!("{path}/outcomes"), &came).await.code(409), "payment.settled");
        province.stop().await;
    }

    async fn money_that_comes_late_for_what_others_have_paid_is_refused(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let charge = obligation(&receiver, &id, "LP1").await;
        let begun = pay(&receiver, &id, &charge, 20_000, json!({"method": "transfer", "pending": true})).await.ok();
        let path = format!("/v1/dossiers/{id}/payments/{}", begun["id"].as_str().unwrap());
        province.travel("2026-11-18T02:00:00Z");
        expired(&receiver, &path).await;
        pay(&receiver, &id, &charge, 15_000, json!({})).await.ok();
        let came = json!({"outcome": "succeeded", "transaction_reference": "FT26320010"});
        let refused = receiver.post(&format!("{path}/outcomes"), &came).await;
        assert_eq!(refused.code(409), "payment.expired_and_paid");
        assert_eq!((&refused.body["open_amount"], &refused.body["obligation_id"]), (&json!(5_000), &charge["id"]));
        assert_eq!((&refused.body["amount"], &refused.body["paid_amount"]), (&json!(20_000), &json!(15_000)));
        assert_eq!((&refused.body["waived_amount"], &refused.body["pending_amount"]), (&json!(0), &json!(0)));
        let text = refused.body["detail"].as_str().unwrap();
        assert!(text.contains("5000") && text.contains("20000"), "{text}");
        let failed = json!({"outcome": "failed", "reason": "Đã hoàn cho người nộp"});
        assert_eq!(receiver.post(&format!("{path}/outcomes"), &failed).await.ok()["state"], "failed");
        let now = obligation(&receiver, &id, "LP1").await;
        assert_eq!((&now["due"], &now["pending"], &now["paid"]), (&vnd(5_000), &vnd(0), &vnd(15_000)));
        province.stop().await;
    }

    async fn an_attempt_that_cannot_expire_keeps_no_other_from_it(database) {
        let province = province(database).await;
        let receiver = province.officer("C1", "receiver");
        let mut begun = Vec::new();
        for _ in 0..2 {
            let id = costly(&province).await["id"].as_str().unwrap().to_owned();
            let charge = obligation(&receiver, &id, "LP1").await;
            let one = pay(&receiver, &id, &charge, 1_000, json!({"method": "transfer", "pending": true})).await.ok();
            begun.push((charge["id"].as_str().unwrap().to_owned(), format!("/v1/dossiers/{id}/payments/{}", one["id"].as_str().unwrap())));
        }
        // What the first pays is gone, which no rule allows.
        let broken = format!("DELETE FROM obligations WHERE id = '{}'", begun[0].0);
        province.foundation.db.write("break", move |tx| Ok(diesel::sql_query(&broken).execute(tx)?)).await.unwrap();
        province.travel("2026-11-18T02:00:00Z");
        expired(&receiver, &begun[1].1).await;
        assert_eq!(receiver.get(&begun[0].1).await.ok()["state"], "pending");
        province.stop().await;
    }

    async fn two_copies_of_the_service_expire_an_attempt_once(database) {
        let province = province(database).await;
        let second = motcua_procedures::start(&province.foundation.shared).await.unwrap();
        let receiver = province.officer("C1", "receiver");
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        let charge = obligation(&receiver, &id, "LP1").await;
        let mut begun = Vec::new();
        for _ in 0..10 {
            let one = pay(&receiver, &id, &charge, 1_000, json!({"method": "transfer", "pending": true})).await.ok();
            begun.push(format!("/v1/dossiers/{id}/payments/{}", one["id"].as_str().unwrap()));
        }
        province.travel("2026-11-18T02:00:00Z");
        for path in &begun {
            expired(&receiver, path).await;
        }
        assert_eq!(events(&province, "payment.expired.v1").await.len(), 10);
        assert_eq!(obligation(&receiver, &id, "LP1").await["pending"], vnd(0));
        second.stop().await.unwrap();
        province.stop().await;
    }
}

/// Waits until an attempt has expired.
async fn expired(receiver: &crate::support::Caller<'_>, path: &str) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while receiver.get(path).await.ok()["state"] != "expired" {
        assert!(std::time::Instant::now() < until, "{path} is pending still");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
