//! Money amid the kills: a duty of two obligations, an attempt to pay that fails, one that pays both, and a refund.

use std::collections::BTreeMap;

use motcua_tests::Api;
use serde_json::{Value, json};

use super::{Answered, Run, kind, read};

/// The step that asks for the duty.
pub(crate) const DUTY: &str = "request_duty";
/// Everything that then happens at the cash desk.
pub(crate) const PAY: &str = "pay";
/// How many requests that is.
pub(crate) const ACTS: usize = 5;
/// How many attempts to pay.
pub(crate) const ATTEMPTS: usize = 2;
/// What of it the dossier tells: that it goes on, and that something went back.
pub(crate) const DOSSIER_EVENTS: usize = 2;

/// What the duty asks for: code and amount.
const OWED: [(&str, i64); 2] = [("TB", 700), ("SDD", 3_000)];
/// What goes back of the second.
const BACK: i64 = 1_000;

fn vnd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "VND"})
}

pub(crate) fn duty() -> Value {
    let obligation =
        |(code, amount): (&str, i64)| json!({"name": "Nghĩa vụ", "kind": "other", "code": code, "amount": vnd(amount)});
    json!({"action": "request_payment", "legal_basis": "Luật Đất đai 2024", "obligations": OWED.map(obligation)})
}

fn of_code<'v>(obligations: &'v Value, code: &str) -> &'v Value {
    obligations["items"].as_array().unwrap().iter().find(|item| item["fee_code"] == code).unwrap()
}

impl Run<'_> {
    /// Pays the duty of a dossier at the second attempt, and gives some of it back.
    pub(crate) async fn pay(&self, id: &str) {
        let owed = read(&self.desk.receiver, &format!("/v1/dossiers/{id}/obligations")).await.body;
        let parts =
            OWED.map(|(code, amount)| json!({"obligation_id": of_code(&owed, code)["id"], "amount": vnd(amount)}));
        let payments = format!("/v1/dossiers/{id}/payments");
        let begin = |parts: &[Value]| json!({"parts": parts, "method": "transfer", "pending": true});
        let of = |payment: &Value, what: &str| format!("{payments}/{}/{what}", payment["id"].as_str().unwrap());

        let first = self.act(id, "begin", payments.clone(), begin(&parts[..1])).await;
        let failed = json!({"outcome": "failed", "reason": "Ngân hàng từ chối"});
        self.act(id, "fail", of(&first, "outcomes"), failed).await;
        let second = self.act(id, "begin-again", payments.clone(), begin(&parts)).await;
        let came = json!({"outcome": "succeeded", "transaction_reference": format!("FT-{id}")});
        self.act(id, "succeed", of(&second, "outcomes"), came).await;
        let back = json!({
            "obligation_id": parts[1]["obligation_id"], "amount": vnd(BACK), "reason": "Thu thừa",
            "transaction_reference": format!("HT-{id}")
        });
        self.act(id, "refund", of(&second, "refunds"), back).await;
    }

    async fn act(&self, id: &str, what: &str, path: String, body: Value) -> Value {
        let (api, key) = (&self.desk.receiver, format!("{id}-{what}"));
        let reply = self.until_answered(api, &path, &key, None, &body).await;
        let answer = reply.ok();
        self.paid.lock().unwrap().push(Answered { api, path, key, tag: None, body, answer: answer.clone() });
        answer
    }
}

/// Every đồng is where the answers said, and was told of once.
pub(crate) async fn check(api: &Api, id: &str, dossier: &[Value], told: &BTreeMap<String, Vec<Value>>) {
    let owed = read(api, &format!("/v1/dossiers/{id}/obligations")).await.body;
    assert_eq!(owed["items"].as_array().unwrap().len(), OWED.len(), "{id}: {owed}");
    for (code, amount, returned) in [(OWED[0].0, OWED[0].1, 0), (OWED[1].0, OWED[1].1, BACK)] {
        let item = of_code(&owed, code);
        for (name, amount) in [
            ("amount", amount),
            ("paid", amount - returned),
            ("returned", returned),
            ("pending", 0),
            ("due", 0),
            ("waived", 0),
        ] {
            assert_eq!(item[name], vnd(amount), "{id}: {name} of {item}");
        }
    }
    let all = read(api, &format!("/v1/dossiers/{id}/payments")).await.body;
    let items = all["items"].as_array().unwrap();
    let brief: Vec<_> = items.iter().map(|item| (item["state"].as_str().unwrap(), item["amount"].clone())).collect();
    assert_eq!(brief, [("failed", vnd(OWED[0].1)), ("succeeded", vnd(OWED[0].1 + OWED[1].1))], "{id}");
    let refunds: Vec<Vec<&Value>> = items
        .iter()
        .map(|item| item["refunds"].as_array().unwrap().iter().map(|refund| &refund["amount"]).collect())
        .collect();
    assert_eq!(refunds, [vec![], vec![&vnd(BACK)]], "{id}");
    let expected: [&[&str]; ATTEMPTS] =
        [&["payment.started", "payment.failed"], &["payment.started", "payment.succeeded", "payment.refunded"]];
    for (item, expected) in items.iter().zip(expected) {
        let events = &told[item["id"].as_str().unwrap()];
        assert_eq!(events.iter().map(kind).collect::<Vec<_>>(), expected, "{id}");
    }
    let paid = |event: &Value| -> i64 {
        event["data"]["fees"]["items"].as_array().unwrap().iter().map(|item| item["paid"].as_i64().unwrap()).sum()
    };
    let sums: Vec<i64> = dossier
        .iter()
        .filter(|event| ["payment_requested", "payment_confirmed", "fees_changed"].contains(&kind(event)))
        .map(paid)
        .collect();
    let whole: i64 = OWED.iter().map(|(_, amount)| amount).sum();
    assert_eq!(sums, [0, whole, whole - BACK], "{id}");
}
