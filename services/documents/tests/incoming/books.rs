//! Into which book an arrival goes: the one the head of the agency decided on for its type, else the common one.

use std::sync::Arc;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::Reply;
use crate::office::Office;

/// What the leader of the ward of Đông Hà decides about a book of this year.
async fn decide(office: &Office, book: &str, version: u32, types: &[&str]) -> Reply {
    let agency = office.officer("province").agency("H50.12").await;
    let path = format!("/v1/agencies/{agency}/register-books/incoming/{book}");
    let body = json!({"document_types": types, "from_year": 2026, "decision": "12/QĐ-UBND ngày 05/01/2026"});
    office.officer("leader-12").change(Method::PUT, &path, &format!("\"v{version}\""), &body).await
}

/// Registers a letter of this type: its register, and what it says of the arrival.
async fn register(office: &Office, number: usize, kind: &Value) -> Value {
    let name = if kind.is_null() { json!("Thư ngỏ") } else { Value::Null };
    let letter = json!({"number": number.to_string(), "type": kind, "type_name": name});
    let document = office.take_in("clerk-12", &letter).await.ok();
    office.step("clerk-12", &document, &json!({"action": "register"})).await.ok()["arrival"].clone()
}

async fn book_of(office: &Office, arrival: &Value) -> String {
    let path = format!("/v1/registers/{}", arrival["register_id"].as_str().unwrap());
    office.officer("clerk-12").get(&path).await.ok()["book"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn an_arrival_goes_into_the_book_decided_for_its_type(database) {
        let office = Office::open(database).await;
        decide(&office, "ĐƠN", 0, &["ThC", "CV"]).await.ok();
        let kinds = [json!("ThC"), json!("QĐ"), Value::Null, json!("CV"), json!("QĐ")];
        let (mut arrivals, mut books) = (Vec::new(), Vec::new());
        for (turn, kind) in kinds.iter().enumerate() {
            let arrival = register(&office, turn, kind).await;
            books.push(format!("{} {}", book_of(&office, &arrival).await, arrival["number"]));
            arrivals.push(arrival);
        }
        assert_eq!(books, ["ĐƠN 1", "ĐẾN 1", "ĐẾN 2", "ĐƠN 2", "ĐẾN 3"]);

        // An arrival number has no notation, and its line the document's own type.
        let clerk = office.officer("clerk-12");
        let mut lines = Vec::new();
        for arrival in &arrivals[..2] {
            let register = format!("/v1/registers/{}", arrival["register_id"].as_str().unwrap());
            let entries = clerk.get(&format!("{register}/entries")).await.ok();
            for line in entries["items"].as_array().unwrap() {
                lines.push(format!("{} {}", line["full_number"].as_str().unwrap(), line["document_type"]));
            }
            let checked = clerk.get(&format!("{register}/check")).await.ok();
            assert_eq!((&checked["in_order"], &checked["differing_documents"]), (&json!(true), &json!([])), "{checked}");
            assert_eq!(clerk.get(&format!("{register}/sheet")).await.ok()["rows"][0]["cells"][1], "1");
        }
        assert_eq!(lines, ["01 \"ThC\"", "02 \"CV\"", "01 \"QĐ\"", "02 null", "03 \"QĐ\""]);

        // The plan lists types and nothing else; what has begun stands for the year.
        let agency = office.officer("province").agency("H50.12").await;
        let plan = office.officer("leader-12").get(&format!("/v1/agencies/{agency}/register-books")).await.ok();
        let mut shown: Vec<String> = plan["books"].as_array().unwrap().iter()
            .map(|book| format!("{} {} {}", book["book"].as_str().unwrap(), book["document_types"], book["begun"]))
            .collect();
        // Databases sort letters each in their own way.
        shown.sort();
        assert_eq!(shown, ["ĐƠN [\"CV\",\"ThC\"] true", "ĐẾN [\"QĐ\"] true"]);
        let begun = decide(&office, "QUYẾT ĐỊNH", 1, &["QĐ", "BC"]).await;
        assert_eq!((begun.problem(409), &begun.body["document_types"]), ("register.year_begun", &json!(["QĐ"])));
        office.here.stop().await;
    }

    async fn a_decision_and_first_arrivals_at_once_leave_every_type_in_one_book(database) {
        let office = Arc::new(Office::open(database).await);
        let kinds = ["QĐ", "TB", "KH", "BC"];
        let deciding = {
            let office = Arc::clone(&office);
            tokio::spawn(async move {
                for (version, kind) in (0..).zip(kinds) {
                    // Whether it comes before the first number or after, both are right.
                    let decided = decide(&office, "RIÊNG", version, &[kind]).await;
                    assert!(matches!(decided.status, 200 | 409 | 412), "{}", decided.body);
                }
            })
        };
        let calls: Vec<_> = (0..12).map(|turn| {
            let office = Arc::clone(&office);
            tokio::spawn(async move {
                let arrival = register(&office, turn, &json!(kinds[turn % 4])).await;
                (kinds[turn % 4], book_of(&office, &arrival).await)
            })
        }).collect();
        let mut books = std::collections::BTreeMap::new();
        for call in calls {
            let (kind, book) = call.await.unwrap();
            assert_eq!(books.entry(kind).or_insert_with(|| book.clone()), &book, "{kind}");
        }
        deciding.await.unwrap();
        for register in office.officer("clerk-12").list("/v1/registers", "id").await {
            let checked = office.officer("clerk-12").get(&format!("/v1/registers/{register}/check")).await.ok();
            assert_eq!(checked["in_order"], true, "{checked}");
        }
        Arc::into_inner(office).unwrap().here.stop().await;
    }
}
