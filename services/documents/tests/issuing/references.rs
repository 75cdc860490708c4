use std::sync::Arc;

use motcua_kernel::{ActorKind, Role};
use motcua_testkit::on_both_databases;
use serde_json::json;

use super::desk::{Desk, SERVICE, answer};

const NUMBERS: &str = "SELECT notation AS text FROM outgoing_documents";

on_both_databases! {
    async fn the_same_reference_gives_the_same_document_after_the_key_expired(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let request = desk.decision(&token, "dossier-1").await;
        let keyed = || desk.post(&token, "outgoing-documents", &request).header("Idempotency-Key", "k1");
        let first = answer(keyed().send().await.unwrap(), 201).await;
        let replayed = keyed().send().await.unwrap();
        assert_eq!(replayed.headers()["idempotency-replayed"], "true");
        assert_eq!(answer(replayed, 201).await, first);
        desk.run("DELETE FROM answers").await;
        desk.clock.set_business("2031-02-03T03:00:00Z".parse().unwrap());
        assert_eq!(answer(keyed().send().await.unwrap(), 200).await, first);
        assert_eq!(desk.issue(&token, &request, 200).await, first);
        assert_eq!(desk.texts(NUMBERS).await.len(), 1);
    }

    async fn twelve_at_once_under_one_reference_use_one_number(database) {
        let desk = Arc::new(Desk::open(database).await);
        let token = desk.procedures();
        let request = desk.decision(&token, "dossier-1").await;
        let calls: Vec<_> = (0..12)
            .map(|call| {
                let (desk, token, request) = (Arc::clone(&desk), token.clone(), request.clone());
                tokio::spawn(async move {
                    let sent = desk.post(&token, "outgoing-documents", &request);
                    // Half with a key of their own each, half without any.
                    let sent = if call % 2 == 0 { sent } else { sent.header("Idempotency-Key", call.to_string()) };
                    let response = sent.send().await.unwrap();
                    (response.status().as_u16(), response.json::<serde_json::Value>().await.unwrap())
                })
            })
            .collect();
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.unwrap());
        }
        assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|(_, body)| *body == answers[0].1), "{answers:?}");
        let next = desk.issue(&token, &desk.decision(&token, "dossier-2").await, 201).await;
        assert_eq!(next["number"], 2);
    }

    async fn another_content_under_a_reference_is_refused_and_says_where_it_differs(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let request = desk.decision(&token, "dossier-1").await;
        let first = desk.issue(&token, &request, 201).await;
        for (field, value) in [
            ("subject", json!("Từ chối cấp phép")),
            ("type", json!("TB")),
            ("issuing_agency", json!("H50.12")),
            ("symbol", json!("UBND-VX")),
            ("signer_name", json!("Trần Thị B")),
            ("file_id", json!(desk.upload(&token, "another file").await)),
        ] {
            let mut other = request.clone();
            other[field] = value;
            let refused = desk.issue(&token, &other, 409).await;
            assert_eq!((&refused["code"], &refused["document_id"]), (&json!("document.external_ref_reused"), &first["id"]));
            assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"));
            assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
        }
        assert_eq!(desk.texts(NUMBERS).await.len(), 1);
    }

    async fn saying_the_same_in_other_words_is_the_same(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let mut request = desk.decision(&token, "dossier-1").await;
        let first = desk.issue(&token, &request, 201).await;
        request["file_id"] = json!(desk.upload(&token, "dossier-1").await);
        request["issuing_agency"] = json!(desk.agencies["H50"]);
        request["symbol"] = json!("UBND");
        request["subject"] = json!(format!("  {} ", request["subject"].as_str().unwrap()));
        assert_eq!(desk.issue(&token, &request, 200).await, first);
    }

    async fn a_reference_outlives_the_agency_that_issued_under_it(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let mut request = desk.decision(&token, "dossier-1").await;
        request["issuing_agency"] = json!("H50.13");
        let first = desk.issue(&token, &request, 201).await;
        desk.close("H50.13", "2027-01-01").await;
        desk.merge("H50.13", "H50.12", "2027-01-01").await;
        desk.clock.set_business("2027-01-05T03:00:00Z".parse().unwrap());
        assert_eq!(desk.issue(&token, &request, 200).await["id"], first["id"]);
        request["issuing_agency"] = json!(desk.agencies["H50.12"]);
        assert_eq!(desk.issue(&token, &request, 200).await["id"], first["id"]);
        request["issuing_agency"] = json!(desk.agencies["H50"]);
        assert_eq!(desk.issue(&token, &request, 409).await["errors"][0]["pointer"], "/issuing_agency");
    }

    async fn references_of_two_clients_do_not_meet(database) {
        let desk = Desk::open(database).await;
        let (procedures, other) = (desk.procedures(), desk.token(ActorKind::Service, "archive", SERVICE));
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let mut numbers = Vec::new();
        for token in [&procedures, &other, &clerk] {
            let issued = desk.issue(token, &desk.decision(token, "dossier-1").await, 201).await;
            numbers.push(issued["number"].as_i64().unwrap());
        }
        assert_eq!(numbers, [1, 2, 3]);
    }

    async fn a_refused_request_leaves_its_reference_free_and_uses_no_number(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let mut request = desk.decision(&token, "dossier-1").await;
        let right = request["file_id"].take();
        request["file_id"] = json!(motcua_kernel::new_id());
        let refused = desk.issue(&token, &request, 422).await;
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/file_id"), &json!("file.unknown")));
        request["file_id"] = right;
        assert_eq!(desk.issue(&token, &request, 201).await["number"], 1);
    }
}
