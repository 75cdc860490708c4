//! The head of an agency decides on its books.

use std::sync::Arc;

use motcua_kernel::{ActorKind, Role, Uuid};
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, answer};

fn path(desk: &Desk, agency: &str, book: &str) -> String {
    format!("agencies/{}/register-books/{book}", desk.agencies[agency])
}

fn books(types: &[&str], year: i32) -> Value {
    json!({"document_types": types, "from_year": year, "decision": "12/QĐ-UBND ngày 15/12/2026"})
}

async fn put(desk: &Desk, token: &str, book: &str, version: i64, body: &Value, status: u16) -> Value {
    answer(desk.change(token, Method::PUT, &path(desk, "H50", book), version, body).await, status).await
}

async fn number(desk: &Desk, kind: &str, reference: &str) -> String {
    let token = desk.procedures();
    let mut request = desk.decision(&token, reference).await;
    request["type"] = json!(kind);
    if kind == "CV" {
        request["symbol"] = json!("UBND-VX");
    }
    desk.issue(&token, &request, 201).await["full_number"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn types_share_a_book_from_the_year_it_was_decided_for(database) {
        let desk = Desk::open(database).await;
        let head = desk.officer("lan", "H50", Role::Leader).await;
        assert_eq!(number(&desk, "QĐ", "a").await, "01/QĐ-UBND");
        // Notices and letters have no number this year yet, decisions have.
        let refused = put(&desk, &head, "outgoing/VB", 0, &books(&["QĐ", "TB"], 2026), 409).await;
        assert_eq!((&refused["code"], &refused["document_types"]), (&json!("register.year_begun"), &json!(["QĐ"])));
        let plan = put(&desk, &head, "outgoing/VB", 0, &books(&["TB", "CV"], 2026), 200).await;
        assert_eq!((&plan["version"], &plan["agency"]["code"]), (&json!(1), &json!("H50")));
        put(&desk, &head, "outgoing/VB", 1, &books(&["QĐ", "TB", "CV"], 2027), 200).await;
        let mut given = Vec::new();
        for (turn, kind) in ["TB", "CV", "QĐ", "TB"].into_iter().enumerate() {
            given.push(number(&desk, kind, &format!("b{turn}")).await);
        }
        assert_eq!(given, ["01/TB-UBND", "02/UBND-VX", "02/QĐ-UBND", "03/TB-UBND"]);
        desk.at("2026-12-31T17:00:00Z");
        let mut next = Vec::new();
        for (turn, kind) in ["QĐ", "TB", "CV", "CT"].into_iter().enumerate() {
            next.push(number(&desk, kind, &format!("c{turn}")).await);
        }
        assert_eq!(next, ["01/QĐ-UBND", "02/TB-UBND", "03/UBND-VX", "01/CT-UBND"]);
        let plan = answer(desk.get(&head, &format!("agencies/{}/register-books", desk.agencies["H50"])).await, 200).await;
        let shown: Vec<String> = plan["books"].as_array().unwrap().iter()
            .map(|book| format!("{} {} {} {}", book["from_year"], book["book"], book["document_types"], book["begun"]))
            .collect();
        let expected = [
            r#"2027 "CT" ["CT"] true"#, r#"2027 "VB" ["CV","QĐ","TB"] true"#, r#"2026 "QĐ" ["QĐ"] true"#,
            r#"2026 "VB" ["CV","TB"] true"#,
        ];
        assert_eq!(shown, expected);
    }

    async fn a_type_that_is_no_longer_named_goes_back_to_its_own_book(database) {
        let desk = Desk::open(database).await;
        let head = desk.officer("lan", "H50", Role::Administrator).await;
        put(&desk, &head, "outgoing/VB", 0, &books(&["QĐ", "TB"], 2027), 200).await;
        put(&desk, &head, "outgoing/VB", 1, &books(&["QĐ"], 2027), 200).await;
        desk.at("2027-01-04T03:00:00Z");
        assert_eq!(number(&desk, "QĐ", "a").await, "01/QĐ-UBND");
        assert_eq!(number(&desk, "TB", "b").await, "01/TB-UBND");
        let begun = put(&desk, &head, "outgoing/VB", 2, &books(&["CT"], 2027), 409).await;
        assert_eq!(begun["document_types"], json!(["QĐ"]));
        let told = desk.events(&head, 4).await;
        let decided: Vec<&Value> = told.iter().filter(|event| event["type"] == "register.book_decided.v1").collect();
        assert_eq!(decided.len(), 2);
        assert_eq!(decided[1]["data"]["released_types"], json!(["TB"]));
        assert_eq!((&decided[1]["subjectversion"], &decided[1]["data"]["book"]), (&json!("2"), &json!("VB")));
    }

    async fn only_the_head_of_an_open_agency_decides_and_knows_what_was_decided(database) {
        let desk = Desk::open(database).await;
        let good = books(&["QĐ"], 2027);
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        assert_eq!(put(&desk, &clerk, "outgoing/VB", 0, &good, 403).await["code"], "register.not_head");
        let elsewhere = desk.officer("hà", "H50.12", Role::Leader).await;
        put(&desk, &elsewhere, "outgoing/VB", 0, &good, 404).await;
        assert_eq!(desk.get(&elsewhere, &format!("agencies/{}/register-books", desk.agencies["H50"])).await.status(), 404);
        let head = desk.officer("lan", "H50", Role::Leader).await;
        let own = desk.change(&head, Method::PUT, &path(&desk, "H50.12", "outgoing/VB"), 0, &good).await;
        answer(own, 200).await;
        put(&desk, &head, "outgoing/VB", 4, &good, 412).await;
        let url = format!("{}/v1/{}", desk.running.url(), path(&desk, "H50", "outgoing/VB"));
        let blind = reqwest::Client::new().put(url).bearer_auth(&head).json(&good).send().await.unwrap();
        assert_eq!(answer(blind, 428).await["code"], "precondition.required");
        put(&desk, &head, "sent/VB", 0, &good, 404).await;
        let unscoped = desk.token(ActorKind::Officer, "lan", &["documents:registers:read"]);
        assert_eq!(put(&desk, &unscoped, "outgoing/VB", 0, &good, 403).await["scope"], "documents:registers:write");
        let unknown = format!("agencies/{}/register-books/outgoing/VB", motcua_kernel::new_id());
        assert_eq!(desk.change(&head, Method::PUT, &unknown, 0, &good).await.status(), 404);
        desk.close("H50.13", "2026-11-01").await;
        desk.merge("H50.13", "H50.12", "2026-11-01").await;
        let closed = desk.change(&head, Method::PUT, &path(&desk, "H50.13", "outgoing/VB"), 0, &good).await;
        assert_eq!(answer(closed, 409).await["successor"], "H50.12");
    }

    async fn faults_of_a_decision_are_told_at_once(database) {
        let desk = Desk::open(database).await;
        let head = desk.officer("lan", "H50", Role::Leader).await;
        let wrong = json!({"document_types": ["QĐ", "XX"], "from_year": 2025, "decision": " "});
        let refused = put(&desk, &head, "outgoing/a_b", 0, &wrong, 422).await;
        let codes: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["register.book_invalid", "document.type_unknown", "register.year_past", "required"]);
        let mixed = put(&desk, &head, "outgoing/VB", 0, &books(&["QĐ", "QPPL-QĐ"], 2027), 422).await;
        assert_eq!(mixed["errors"][0]["code"], "register.normative_alone");
    }

    async fn of_two_decisions_at_once_one_wins(database) {
        let desk = Arc::new(Desk::open(database).await);
        let head = desk.officer("lan", "H50", Role::Leader).await;
        let tries: Vec<_> = ["A", "B", "C", "D"].into_iter().map(|book| {
            let (desk, head) = (Arc::clone(&desk), head.clone());
            tokio::spawn(async move {
                let path = path(&desk, "H50", &format!("outgoing/{book}"));
                desk.change(&head, Method::PUT, &path, 0, &books(&["QĐ"], 2027)).await.status().as_u16()
            })
        }).collect();
        let mut statuses = Vec::new();
        for one in tries {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412, 412]);
    }

    async fn a_decision_and_a_first_number_at_once_never_give_a_number_twice(database) {
        let desk = Arc::new(Desk::open(database).await);
        let head = desk.officer("lan", "H50", Role::Leader).await;
        let token = desk.procedures();
        let kinds = ["NQ", "CT", "QC", "TC", "TB", "HD", "KH", "PA", "DA", "BC"];
        let mut requests = Vec::new();
        for kind in kinds {
            for turn in 0..2 {
                let mut request = desk.decision(&token, &format!("{kind}{turn}")).await;
                request["type"] = json!(kind);
                requests.push(request);
            }
        }
        let deciding = {
            let (desk, head) = (Arc::clone(&desk), head.clone());
            tokio::spawn(async move {
                for (version, kind) in (0..).zip(kinds) {
                    // Whether it comes before the first number or after, both are right.
                    let path = path(&desk, "H50", "outgoing/VB");
                    desk.change(&head, Method::PUT, &path, version, &books(&[kind], 2026)).await;
                }
            })
        };
        let issuing: Vec<_> = requests.into_iter().map(|request| {
            let (desk, token) = (Arc::clone(&desk), token.clone());
            tokio::spawn(async move { desk.issue(&token, &request, 201).await["full_number"].as_str().unwrap().to_owned() })
        }).collect();
        let mut given = Vec::new();
        for one in issuing {
            given.push(one.await.unwrap());
        }
        deciding.await.unwrap();
        let all = given.len();
        given.sort();
        given.dedup();
        assert_eq!(given.len(), all);
        let registers = answer(desk.get(&head, "registers").await, 200).await;
        for register in registers["items"].as_array().unwrap() {
            let check = answer(desk.get(&head, &format!("registers/{}/check", register["id"].as_str().unwrap())).await, 200).await;
            assert_eq!(check["in_order"], true, "{check}");
        }
    }

    async fn another_tenants_books_are_not_seen(database) {
        let desk = Desk::open(database).await;
        let head = desk.officer("lan", "H50", Role::Leader).await;
        put(&desk, &head, "outgoing/VB", 0, &books(&["QĐ"], 2027), 200).await;
        let other = Uuid::from_u128(7).to_string();
        let statement = format!("UPDATE register_books SET tenant_id = '{other}'");
        desk.run(Box::leak(statement.into_boxed_str())).await;
        let plan = answer(desk.get(&head, &format!("agencies/{}/register-books", desk.agencies["H50"])).await, 200).await;
        assert_eq!(plan["books"], json!([]));
    }
}
