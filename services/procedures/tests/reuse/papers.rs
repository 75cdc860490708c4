//! As what papers were handed in.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{ASKS, component, faults, province, told};

const COMPONENT: &str = "2.002080-TP01";

fn papers(receipt: &Value) -> Vec<(String, u64)> {
    let papers = receipt["content"]["papers"].as_array().unwrap();
    papers
        .iter()
        .map(|paper| (paper["kind"].as_str().unwrap().to_owned(), paper["quantity"].as_u64().unwrap()))
        .collect()
}

on_both_databases! {
    async fn the_receipt_lists_each_paper_by_kind_and_number_as_the_desk_counted_them(database) {
        let (province, _documents) = province(database).await;
        let desk = province.officer("C1", "receiver");
        let mut files = Vec::new();
        for (kind, quantity) in [(Some("original"), Some(1)), (Some("copy"), Some(2)), (Some("copy"), Some(3))] {
            let file = desk.upload(b"%PDF-1.7 scan").await;
            files.push(json!({"component": COMPONENT, "file_id": file, "origin": "digitised", "kind": kind, "quantity": quantity}));
        }
        let submitted = desk.submit(|body| { body["channel"] = json!("in_person"); body["files"] = json!(files); }).await.ok();
        let id = submitted["id"].as_str().unwrap();
        desk.step(id, &json!({"action": "receive"})).await.ok();
        let seen = desk.get(&format!("/v1/dossiers/{id}")).await.ok();
        assert!(seen["files"].as_array().unwrap().iter().any(|file| file["kind"] == "copy" && file["quantity"] == 3));
        let receipt = desk.get(&format!("/v1/dossiers/{id}/forms/receipt")).await.ok();
        assert_eq!(papers(&receipt), [("original".to_owned(), 1), ("copy".to_owned(), 5)]);
        province.stop().await;
    }

    async fn what_nobody_counted_is_one_of_what_the_procedure_asks_for(database) {
        let (province, _documents) = province(database).await;
        let desk = province.officer("C1", "receiver");
        for (origin, kind) in [("digitised", "original"), ("applicant", "electronic")] {
            let (one, two) = (desk.upload(b"%PDF-1.7 a").await, desk.upload(b"%PDF-1.7 b").await);
            let files = [one, two].map(|file| json!({"component": COMPONENT, "file_id": file, "origin": origin}));
            let submitted = desk.submit(|body| body["files"] = json!(files)).await.ok();
            let id = submitted["id"].as_str().unwrap();
            desk.step(id, &json!({"action": "receive"})).await.ok();
            let receipt = desk.get(&format!("/v1/dossiers/{id}/forms/receipt")).await.ok();
            assert_eq!(papers(&receipt), [(kind.to_owned(), 1)]);
        }
        province.stop().await;
    }

    async fn a_component_is_told_once_however_often_it_is_handed_in_and_a_file_stays_where_it_is(database) {
        let (province, _documents) = province(database).await;
        let desk = province.officer("C1", "receiver");
        let (first, second) = (component(ASKS, 1), component(ASKS, 2));
        let file = desk.upload(b"%PDF-1.7 a").await;
        let files = json!([{"component": first, "file_id": file}]);
        let submitted =
            desk.submit(|body| { body["procedure"] = json!(ASKS); body["files"] = files; }).await.ok();
        let id = submitted["id"].as_str().unwrap();
        let ask = json!({"action": "request_supplement", "legal_basis": "Nghị định 118/2025/NĐ-CP",
            "items": [{"what": "Bản chính", "reason": "Mờ"}]});
        desk.step(id, &ask).await.ok();
        let again = desk.step(id, &json!({"action": "supplement", "files": [{"component": second, "file_id": file}]})).await;
        assert_eq!(faults(&again), ["/files/0/file_id file.attached"]);
        let mut scans = Vec::new();
        for kind in ["copy", "original"] {
            let scan = desk.upload(b"%PDF-1.7 scan").await;
            scans.push(json!({"component": first, "file_id": scan, "origin": "digitised", "kind": kind}));
        }
        desk.step(id, &json!({"action": "supplement", "files": scans})).await.ok();
        let forms = async |event: &str| {
            let facts = told(&province, id, event).await.remove(0);
            let of = |one: &Value| (one["code"].clone(), one["form"].clone(), one["digitised"].clone());
            facts["components"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(forms("dossier.submitted.v1").await, [(json!(first), json!("electronic"), json!(false))]);
        assert_eq!(forms("dossier.supplemented.v1").await, [(json!(first), json!("original"), json!(true))]);
        province.stop().await;
    }

    async fn a_scan_is_of_paper_and_nothing_else_is(database) {
        let (province, _documents) = province(database).await;
        let portal = province.portal();
        let (one, two) = (portal.upload(b"%PDF-1.7 a").await, portal.upload(b"%PDF-1.7 b").await);
        let answer = portal.submit(|body| body["files"] = json!([
            {"component": COMPONENT, "file_id": one, "origin": "digitised", "kind": "electronic", "quantity": 0},
            {"component": COMPONENT, "file_id": two, "kind": "original", "quantity": 1001},
        ])).await;
        let expected = ["/files/0/kind kind.origin", "/files/0/quantity range", "/files/1/kind kind.origin", "/files/1/quantity range"];
        assert_eq!(faults(&answer), expected);
        province.stop().await;
    }
}
