//! The types beside decisions: letters, copies, normative documents.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, answer};

async fn of(desk: &Desk, token: &str, change: Value) -> Value {
    let mut request = desk.decision(token, &change.to_string()).await;
    for (name, value) in change.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

on_both_databases! {
    async fn letters_copies_and_normative_documents_have_their_notation_and_book(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        for (change, full, book) in [
            (json!({"type": "CV", "symbol": "UBND-VX"}), "01/UBND-VX", "CV"),
            (json!({"type": "CV", "symbol": "UBND-NC"}), "02/UBND-NC", "CV"),
            (json!({"type": "SY"}), "01/SY-UBND", "SY"),
            (json!({"type": "TrS"}), "01/TrS-UBND", "TrS"),
            (json!({"type": "QĐ", "normative": true}), "01/2026/QĐ-UBND", "QPPL-QĐ"),
            (json!({"type": "QĐ"}), "01/QĐ-UBND", "QĐ"),
            (json!({"type": "QĐ", "normative": true, "subject": "2"}), "02/2026/QĐ-UBND", "QPPL-QĐ"),
        ] {
            let request = of(&desk, &token, change).await;
            let issued = desk.issue(&token, &request, 201).await;
            assert_eq!((&issued["full_number"], &issued["register"]["book"]), (&json!(full), &json!(book)));
            assert_eq!(issued["normative"], json!(book == "QPPL-QĐ"));
            assert_eq!(desk.issue(&token, &request, 200).await["id"], issued["id"]);
        }
        let listed = desk.get(&desk.officer("lan", "H50", motcua_kernel::Role::Leader).await, "outgoing-documents?type=in:CV,SY").await;
        assert_eq!(answer(listed, 200).await["items"].as_array().unwrap().len(), 3);
    }

    async fn symbols_have_letters_of_the_vietnamese_alphabet(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        // В of Cyrillic looks like B and is another letter.
        for foreign in ["U\u{412}ND", "UB\u{39d}D", "UBND\u{ff11}"] {
            let refused = desk.issue(&token, &of(&desk, &token, json!({"symbol": foreign})).await, 422).await;
            let fault = &refused["errors"][0];
            assert_eq!((&fault["pointer"], &fault["code"]), (&json!("/symbol"), &json!("document.symbol_letter")), "{foreign}");
            let letter = foreign.chars().find(|letter| !letter.is_ascii()).unwrap();
            assert!(fault["message"].as_str().unwrap().contains(&format!("U+{:04X}", u32::from(letter))), "{fault}");
        }
        // Eth is the Đ it was meant for.
        let eth = desk.issue(&token, &of(&desk, &token, json!({"symbol": "UBN\u{d0}"})).await, 201).await;
        assert_eq!(eth["full_number"], "01/QĐ-UBNĐ");
        let clerk = desk.officer("vân", "H50", motcua_kernel::Role::Clerk).await;
        let reserve = json!({"agency": "H50", "type": "QĐ", "symbol": "U\u{412}ND", "reason": "Quyết định ký sau"});
        let refused = answer(desk.post(&clerk, "register-reservations", &reserve).send().await.unwrap(), 422).await;
        assert_eq!(refused["errors"][0]["code"], "document.symbol_letter");
    }

    async fn what_can_not_be_numbered_is_refused_at_its_field(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        for (change, pointer, code) in [
            (json!({"type": "CV"}), "/symbol", "document.symbol_without_unit"),
            (json!({"type": "CV", "symbol": "UBND"}), "/symbol", "document.symbol_without_unit"),
            (json!({"type": "CV", "symbol": "QĐ-UBND"}), "/symbol", "document.symbol_ambiguous"),
            (json!({"type": "ThC"}), "/type", "document.type_not_numbered"),
            (json!({"type": "CV", "symbol": "UBND-VX", "normative": true}), "/normative", "document.type_not_normative"),
        ] {
            let refused = desk.issue(&token, &of(&desk, &token, change.clone()).await, 422).await;
            let first = &refused["errors"][0];
            assert_eq!((&first["pointer"], &first["code"]), (&json!(pointer), &json!(code)), "{change}");
        }
        let twice = of(&desk, &token, json!({"type": "QĐ"})).await;
        desk.issue(&token, &twice, 201).await;
        let mut other = twice.clone();
        other["normative"] = json!(true);
        assert_eq!(desk.issue(&token, &other, 409).await["errors"][0]["pointer"], "/normative");
    }
}
