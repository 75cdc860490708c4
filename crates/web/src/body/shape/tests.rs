#![expect(dead_code, reason = "only the types of the fields matter")]

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Uuid;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::faults;
use crate::body::typed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Order {
    number: Uuid,
    customer: Customer,
    #[serde(default)]
    lines: Vec<Line>,
    deliver_on: Option<NaiveDate>,
    ordered_at: Option<DateTime<Utc>>,
    #[serde(default)]
    paid: bool,
    #[serde(default)]
    prices: BTreeMap<String, u32>,
    payment: Option<Payment>,
    second: Option<Customer>,
    form: Option<Value>,
}

#[derive(Debug, Deserialize, ToSchema)]
struct Customer {
    name: String,
    kind: Kind,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    article: String,
    #[serde(default)]
    pieces: Option<i32>,
    #[serde(default)]
    weight: f64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Citizen,
    Business,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
enum Payment {
    Cash { amount: u32 },
    Transfer { account: String, bank: String },
    Card(Card),
}

#[derive(Debug, Deserialize, ToSchema)]
struct Card {
    holder: String,
}

fn told(body: &Value) -> Vec<String> {
    faults::<Order>(body).into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
}

/// A right order with some members set to other values.
fn order(changes: Value) -> Value {
    let mut order = json!({
        "number": "019aa5c2-7b1e-7c44-9d0a-5b8f2f0c6a11",
        "customer": {"name": "A", "kind": "citizen"},
        "lines": [{"article": "chair", "pieces": 4, "weight": 2}],
        "deliver_on": "2026-11-21",
        "ordered_at": "2026-11-21T01:30:00Z",
        "paid": true,
        "prices": {"chair": 3_000_000_000_u32},
        "payment": {"by": "cash", "amount": 5},
        "second": null,
        "form": {"anything": [1, {"at": "all"}]},
    });
    let (Value::Object(members), Value::Object(changes)) = (&mut order, changes) else { panic!("objects only") };
    members.extend(changes);
    order
}

#[test]
fn what_the_type_takes_has_no_fault() {
    let orders = [
        order(json!({})),
        order(json!({"payment": null, "form": null, "deliver_on": null, "prices": {}})),
        order(json!({"payment": {"by": "card", "holder": "A"}, "second": {"name": "B", "kind": "business"}})),
        order(json!({"payment": {"amount": 1, "by": "cash"}, "lines": []})),
    ];
    for order in orders {
        typed::<Order>(&order).unwrap();
        assert_eq!(told(&order), Vec::<String>::new(), "{order}");
    }
}

#[test]
fn every_fault_is_told_in_the_order_of_the_document() {
    let body = json!({
        "colour": "red",
        "lines": [{"pieces": 1.5, "article": 7}, 3, {"weight": "2", "price": 1}],
        "paid": "yes",
        "customer": {"kind": "king", "nick": "B"},
        "deliver_on": "21/11/2026",
        "ordered_at": "today",
        "prices": {"a": -1, "b": 4_294_967_296_u64, "c/d": null},
        "form": 7,
    });
    let expected = [
        "/colour unknown",
        "/lines/0/pieces type",
        "/lines/0/article type",
        "/lines/1 type",
        "/lines/2/weight type",
        "/lines/2/price unknown",
        "/lines/2/article required",
        "/paid type",
        "/customer/kind enum",
        "/customer/nick unknown",
        "/customer/name required",
        "/deliver_on value",
        "/ordered_at value",
        "/prices/a value",
        "/prices/b value",
        "/prices/c~1d type",
        "/number required",
    ];
    assert_eq!(told(&body), expected);
    let error = typed::<Order>(&body).unwrap_err();
    assert_eq!((error.code.as_str(), error.fields.len()), ("validation", expected.len()));
}

#[test]
fn a_tagged_case_is_judged_by_its_tag_alone() {
    let payment = |payment: Value| told(&order(json!({"payment": payment})));
    assert_eq!(
        payment(json!({"by": "transfer", "amount": 5})),
        ["/payment/amount unknown", "/payment/account required", "/payment/bank required"]
    );
    assert_eq!(payment(json!({"by": "card", "holder": 1})), ["/payment/holder type"]);
    assert_eq!(payment(json!({"by": "barter", "amount": "x"})), ["/payment/by enum"]);
    assert_eq!(payment(json!({"by": 1})), ["/payment/by type"]);
    assert_eq!(payment(json!({"amount": 5})), ["/payment/by required"]);
    assert_eq!(payment(json!(["cash"])), ["/payment type"]);
    let error = typed::<Order>(&order(json!({"payment": {"by": "barter"}}))).unwrap_err();
    assert_eq!(error.fields[0].message.en, "Must be one of: cash, transfer, card.");
}

#[test]
fn what_may_be_null_is_judged_like_what_may_not() {
    assert_eq!(told(&order(json!({"second": {"name": "B"}}))), ["/second/kind required"]);
    assert_eq!(told(&order(json!({"second": "B", "deliver_on": 7}))), ["/deliver_on type", "/second type"]);
    assert_eq!(told(&order(json!({"customer": null, "paid": null}))), ["/customer type", "/paid type"]);
    let second = &faults::<Order>(&order(json!({"second": "B"})))[0];
    assert_eq!(second.message.en, "Wrong type; an object is expected.");
    let payment = &faults::<Order>(&order(json!({"payment": "cash"})))[0];
    assert_eq!(payment.message.en, "Wrong type; an object is expected.");
}

#[test]
fn a_body_of_another_kind_is_one_fault() {
    for body in [json!([]), json!("A"), json!(7)] {
        assert_eq!(told(&body), [" type"], "{body}");
    }
}

#[test]
fn no_message_repeats_what_was_sent() {
    let body = json!({"number": "045084000123", "customer": {"kind": "045084000123", "name": ["045084000123"]}});
    let shown = format!("{:?}", faults::<Order>(&body));
    assert!(!shown.contains("045084000123"), "{shown}");
}

#[test]
fn an_answer_is_not_many_times_as_large_as_the_body() {
    let body = json!({"lines": vec![1; 100_000]});
    assert_eq!(typed::<Order>(&body).unwrap_err().fields.len(), 1000);
}

#[test]
fn what_a_type_judges_for_itself_stands_at_its_place_among_the_others() {
    #[derive(Debug, Deserialize, ToSchema)]
    struct Person {
        name: String,
        #[schema(value_type = String)]
        #[serde(deserialize_with = "identity_number")]
        number: String,
        age: u8,
    }
    fn identity_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() == 12 { Ok(text) } else { Err(serde::de::Error::custom("not twelve digits")) }
    }
    let told = |body: Value| -> Vec<String> {
        let error = typed::<Person>(&body).unwrap_err();
        error.fields.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
    };
    assert_eq!(
        told(json!({"more": 1, "number": "1", "age": "x"})),
        ["/more unknown", "/number value", "/age type", "/name required"]
    );
    assert_eq!(told(json!({"name": "A", "number": "1", "age": 300})), ["/number value"]);
    assert_eq!(told(json!({"name": 1, "number": "045084000123", "age": 300})), ["/name type"]);
    assert_eq!(told(json!({"age": 300, "name": "A"})), ["/age value", "/number required"]);
}
