//! The number of a signed draft is that of the register like any other: the next, a reserved or a late one.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::file_text::{WORD, is_read, long_text};
use crate::stage::{Stage, document, faults, merge};

async fn signed(stage: &Stage, more: Value) -> Value {
    let mut request = stage.request("author").await;
    merge(&mut request, more);
    let draft = stage.as_("author").post("/v1/drafts", &request).await.ok();
    stage.up_to("signed", &draft).await
}

async fn reserve(stage: &Stage, count: u32) -> String {
    let body = json!({"agency": "H50", "type": "QĐ", "count": count, "reason": "Quyết định ký ngoài giờ"});
    let reserved = stage.as_("clerk").post("/v1/register-reservations", &body).await.ok();
    reserved["register"]["id"].as_str().unwrap().to_owned()
}

fn late(after: i64, decision: &Value) -> Value {
    json!({"action": "number", "late_number": {"after": after, "decision": decision}})
}

fn decision() -> Value {
    json!({"number": "20/QĐ-UBND", "date": "2026-11-20"})
}

on_both_databases! {
    async fn a_draft_gets_the_number_that_was_reserved_for_it(database) {
        let stage = Stage::open(database).await;
        let register = reserve(&stage, 2).await;
        let reserved = |number: i64| json!({"action": "number", "reservation": {"register_id": register, "number": number}});
        let draft = signed(&stage, json!({})).await;
        let unknown = stage.act("clerk", &draft, reserved(9)).await;
        assert_eq!(faults(&unknown), [("/reservation".into(), "register.reservation_unknown".into())]);
        let notice = signed(&stage, json!({"type": "TB"})).await;
        let other = stage.act("clerk", &notice, reserved(2)).await;
        assert_eq!(faults(&other), [("/reservation".into(), "register.reservation_differs".into())]);
        let both = json!({
            "action": "number", "reservation": {"register_id": register, "number": 2},
            "late_number": {"after": 1, "decision": decision()},
        });
        assert_eq!(faults(&stage.act("clerk", &draft, both).await), [("/late_number".into(), "register.reservation_or_late".into())]);
        // What was refused took no number, and the draft is as it was.
        assert_eq!(stage.see("clerk", &draft).await["state"], "signed");
        let numbered = stage.act("clerk", &draft, reserved(2)).await.ok();
        let shown = stage.as_("clerk").get(&document(&numbered)).await.ok();
        assert_eq!((&shown["full_number"], &shown["state"]), (&json!("02/QĐ-UBND"), &json!("numbered")));
        let again = signed(&stage, json!({})).await;
        assert_eq!(stage.act("clerk", &again, reserved(2)).await.problem(409), "register.number_taken");
        stage.act("clerk", &draft, json!({"action": "seal"})).await.ok();
        stage.act("clerk", &draft, json!({"action": "issue"})).await.ok();
        let told: Vec<Value> = stage.here.told().await.into_iter()
            .filter(|event| ["document.numbered.v1", "document.issued.v1"].map(Value::from).contains(&event["type"]))
            .map(|event| event["data"]["from_reservation"].clone()).collect();
        assert_eq!(told, [true, true]);
        stage.stop().await;
    }

    async fn a_late_number_needs_its_decision_and_its_void_keeps_its_letter(database) {
        let stage = Stage::open(database).await;
        let first = stage.issued().await;
        let draft = signed(&stage, json!({})).await;
        let without = stage.act("clerk", &draft, late(1, &Value::Null)).await;
        assert_eq!(faults(&without), [("/late_number/decision".into(), "register.late_number_without_decision".into())]);
        let to_come = stage.act("clerk", &draft, late(1, &json!({"number": "20/QĐ-UBND", "date": "2026-12-20"}))).await;
        assert_eq!(faults(&to_come), [("/late_number/decision/date".into(), "register.decision_in_future".into())]);
        assert_eq!(faults(&stage.act("clerk", &draft, late(7, &decision())).await), [("/late_number/after".into(), "register.number_unknown".into())]);
        stage.at("2026-11-25T02:00:00Z").await;
        let mut based = decision();
        for (field, of_first) in [("document_id", "id"), ("number", "full_number"), ("date", "issued_on")] {
            based[field] = first[of_first].clone();
        }
        let numbered = stage.act("clerk", &draft, late(1, &based)).await.ok();
        let shown = stage.as_("clerk").get(&document(&numbered)).await.ok();
        assert_eq!((&shown["full_number"], &shown["suffix"]), (&json!("01a/QĐ-UBND"), &json!("a")));
        assert_eq!(shown["issued_on"], first["issued_on"]);
        stage.act("chair", &draft, json!({"action": "cancel", "reason": "Không còn cần thiết"})).await.ok();
        let register = first["register"]["id"].as_str().unwrap();
        let line = stage.as_("clerk").get(&format!("/v1/registers/{register}/entries/1a")).await.ok();
        assert_eq!((&line["state"], &line["void_reason"]), (&json!("void"), &json!("Không còn cần thiết")));
        let next = signed(&stage, json!({})).await;
        let next = stage.act("clerk", &next, late(1, &decision())).await.ok();
        assert_eq!(stage.as_("clerk").get(&document(&next)).await.ok()["full_number"], "01b/QĐ-UBND");
        let check = stage.as_("clerk").get(&format!("/v1/registers/{register}/check")).await.ok();
        assert_eq!((&check["in_order"], &check["late"], &check["void"]), (&json!(true), &json!(2), &json!(1)), "{check}");
        let told = stage.here.told().await;
        assert_eq!(told.iter().filter(|event| event["type"] == "register.late_number_given.v1").count(), 2);
        stage.stop().await;
    }

    async fn normative_documents_and_letters_are_numbered_by_their_class(database) {
        let stage = Stage::open(database).await;
        let normative = signed(&stage, json!({"normative": true})).await;
        assert_eq!(normative["normative"], true);
        let numbered = stage.act("clerk", &normative, json!({"action": "number"})).await.ok();
        let shown = stage.as_("clerk").get(&document(&numbered)).await.ok();
        assert_eq!((&shown["full_number"], &shown["normative"]), (&json!("01/2026/QĐ-UBND"), &json!(true)));
        assert_eq!(shown["register"]["book"], "QPPL-QĐ");
        for (wrong, fault) in [
            (json!({"type": "TB", "normative": true}), ("/normative", "document.type_not_normative")),
            (json!({"type": "CV"}), ("/symbol", "document.symbol_without_unit")),
            (json!({"type": "CV", "symbol": "QĐ-UBND"}), ("/symbol", "document.symbol_ambiguous")),
            (json!({"type": "ThC"}), ("/type", "document.type_not_numbered")),
        ] {
            let mut request = stage.request("author").await;
            merge(&mut request, wrong);
            let refused = stage.as_("author").post("/v1/drafts", &request).await;
            assert_eq!(faults(&refused), [(fault.0.to_owned(), fault.1.to_owned())]);
        }
        stage.stop().await;
    }

    async fn a_book_that_was_closed_keeps_its_numbers_as_they_were_signed(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let numbered = stage.up_to("numbered", &draft).await;
        let shown = stage.as_("clerk").get(&document(&numbered)).await.ok();
        let register = format!("/v1/registers/{}", shown["register"]["id"].as_str().unwrap());
        stage.at("2027-01-04T02:00:00Z").await;
        let etag = stage.as_("clerk").get(&register).await.etag().to_owned();
        let close = async || {
            let path = format!("{register}/closing");
            stage.as_("clerk").change(reqwest::Method::POST, &path, &etag, &json!({})).await
        };
        // A number that may still be given up keeps the book open.
        let refused = close().await;
        assert_eq!((refused.problem(409), &refused.body["numbers"]), ("register.documents_unissued", &json!(["01/QĐ-UBND"])));
        stage.act("chair", &draft, json!({"action": "cancel", "reason": "Không còn cần thiết"})).await.ok();
        let etag = stage.as_("clerk").get(&register).await.etag().to_owned();
        let path = format!("{register}/closing");
        stage.as_("clerk").change(reqwest::Method::POST, &path, &etag, &json!({})).await.ok();
        assert_eq!(stage.as_("clerk").get(&document(&numbered)).await.ok()["state"], "void");
        let check = stage.as_("clerk").get(&format!("{register}/check")).await.ok();
        assert_eq!((&check["in_order"], &check["agrees_with_journal"]), (&json!(true), &json!(true)), "{check}");
        stage.stop().await;
    }

    async fn files_are_read_before_a_number_is_taken(database) {
        let stage = Stage::open(database).await;
        let draft = signed(&stage, json!({})).await;
        let foundation = &stage.here.running.foundation;
        let sha256 = draft["current"]["file"]["sha256"].as_str().unwrap();
        is_read(&foundation.db, foundation.tenant, sha256, &long_text()).await;
        let (etag, clock) = (stage.etag(&draft).await, &stage.here.shared.clock);
        let begun = clock.business().0;
        let numbered = stage.act_at("clerk", &draft, &etag, json!({"action": "number"})).await.ok();
        let ended = clock.business().0;
        let at: chrono::DateTime<chrono::Utc> = numbered["signature"]["numbered_at"].as_str().unwrap().parse().unwrap();
        assert!(at - begun > ended - at, "begun {begun}, numbered {at}, ended {ended}");
        let found = stage.as_("clerk").post("/v1/documents/search", &json!({"q": WORD})).await.ok();
        let kinds: Vec<&Value> = found["items"].as_array().unwrap().iter().map(|hit| &hit["kind"]).collect();
        // The draft says what it said: it is entered anew by whoever reads its text, and not with its number.
        assert_eq!(kinds, ["outgoing"], "{found}");
        stage.stop().await;
    }
}
