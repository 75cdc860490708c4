//! Taking documents in from outside.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{Office, faults, path};

const SUBMIT: &[&str] = &["documents:incoming:submit", "documents:files:write"];

fn warned(document: &Value) -> Vec<&str> {
    document["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn a_letter_is_taken_in_with_everything_it_says(database) {
        let office = Office::open(database).await;
        let clerk = office.officer("clerk-12");
        let (main, map) = (office.upload(&clerk, "letter").await, office.upload(&clerk, "map").await);
        let document = office.take_in("clerk-12", &json!({
            "file_id": main, "attachments": [map], "urgency": "express", "circulation": "internal_only", "paper": true,
            "pages": 3, "replies_to": ["12/UBND-VP"], "due_on": "2026-12-01", "signer_position": "Giám đốc",
            "checks": {"recipient_right": true, "signature": "none", "integrity": "intact"},
        })).await.ok();
        assert_eq!(office.get("clerk-12", &document).await.ok(), document);
        let expected = json!({
            "source": "outside", "state": "received", "full_number": "05/QĐ-SXD", "type": "QĐ", "urgency": "express",
            "circulation": "internal_only", "information_only": true, "arrival_number": null, "version": 1, "paper": true,
            "pages": 3, "replies_to": ["12/UBND-VP"], "due_on": "2026-12-01", "signer_name": "Trần Văn B",
            "signer_position": "Giám đốc", "warnings": [], "allowed_actions": ["return", "register"], "assignment": null,
        });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&document[field], value, "{field}");
        }
        assert_eq!(document["issuer"], json!({"agency": null, "name": "Sở Xây dựng tỉnh Nghệ An"}));
        let files: Vec<(&Value, bool)> =
            document["files"].as_array().unwrap().iter().map(|f| (&f["id"], f["main"].as_bool().unwrap())).collect();
        assert_eq!(files, [(&main, true), (&map, false)]);
        let subject: Vec<String> = office.texts("SELECT CAST(facts AS TEXT) AS text FROM incoming_documents").await;
        assert!(!subject[0].contains("Nguyễn"), "{subject:?}");
        office.here.stop().await;
    }

    async fn every_fault_is_told_at_once_and_nothing_is_kept(database) {
        let office = Office::open(database).await;
        let sixty: Vec<String> = (0..60).map(|_| motcua_kernel::new_id().to_string()).collect();
        let refused = office.take_in("clerk-12", &json!({
            "subject": "x".repeat(3000), "attachments": sixty, "type": "Q\u{d0}", "issuer": {}, "number": "1".repeat(21),
        })).await;
        let expected = [
            "/issuer/name required", "/number too_long", "/type document.type_unknown", "/subject too_long",
            "/attachments too_many",
        ];
        assert_eq!(faults(&refused), expected);
        let long = refused.body["errors"].as_array().unwrap().iter().find(|e| e["pointer"] == "/subject").unwrap();
        assert!(long["message"].as_str().unwrap().contains("2000"), "{long}");
        let stranger = office.take_in("clerk-12", &json!({"attachments": [motcua_kernel::new_id()]})).await;
        assert_eq!(faults(&stranger), ["/attachments/0 file.unknown"]);
        let file = office.upload(&office.officer("clerk-13"), "theirs").await;
        assert_eq!(faults(&office.take_in("clerk-12", &json!({"file_id": file})).await), ["/file_id file.unknown"]);
        assert_eq!(office.texts("SELECT 'x' AS text FROM incoming_documents").await.len(), 0);
        office.here.stop().await;
    }

    async fn a_secrecy_mark_is_refused_and_nothing_of_it_is_kept(database) {
        let office = Office::open(database).await;
        for mark in ["confidential", "secret", "top_secret", "TOP SECRET", "tuyệt mật!", "None"] {
            let refused = office.take_in("clerk-12", &json!({"secrecy": mark})).await;
            assert_eq!(refused.problem(422), "document.secret_refused");
            assert!(!refused.body.to_string().contains("Nguyễn"));
        }
        assert_eq!(office.texts("SELECT 'x' AS text FROM incoming_documents").await.len(), 0);
        office.take_in("clerk-12", &json!({"secrecy": "none"})).await.ok();
        office.here.stop().await;
    }

    async fn fifty_attachments_and_two_thousand_characters_are_kept_and_warned_about(database) {
        let office = Office::open(database).await;
        let clerk = office.officer("clerk-12");
        let mut attachments = Vec::new();
        for at in 0..50 {
            attachments.push(office.upload(&clerk, &format!("attachment {at}")).await);
        }
        let long = json!({"attachments": attachments, "subject": "Đ".repeat(2000)});
        let document = office.take_in("clerk-12", &long).await.ok();
        assert_eq!(document["files"].as_array().unwrap().len(), 50);
        assert_eq!((document["subject"].as_str().unwrap(), warned(&document)), ("Đ".repeat(2000).as_str(), vec!["document.subject_long"]));
        office.here.stop().await;
    }

    async fn a_closed_agency_receives_nothing_and_its_successor_is_named(database) {
        let office = Office::open(database).await;
        let refused = office.take_in("clerk-50", &json!({"receiving_agency": "H46"})).await;
        assert_eq!((refused.problem(409), &refused.body["successor"]), ("agency.closed", &json!("H50")));
        let unknown = office.take_in("clerk-50", &json!({"receiving_agency": "H99"})).await;
        assert_eq!(faults(&unknown), ["/receiving_agency agency.unknown"]);
        let unknown = office.take_in("clerk-12", &json!({"issuer": {"agency": "H99"}})).await;
        assert_eq!(faults(&unknown), ["/issuer/agency agency.unknown"]);
        // Old documents of a closed agency keep arriving.
        let old = office.take_in("clerk-12", &json!({"issuer": {"agency": "H46"}})).await.ok();
        assert_eq!(old["issuer"]["agency"]["code"], "H46");
        office.here.stop().await;
    }

    async fn only_clerks_of_the_agency_and_systems_with_the_scope_bring_documents_in(database) {
        let office = Office::open(database).await;
        for who in ["leader-12", "officer-12", "clerk-13", "unit-1"] {
            assert_eq!(office.take_in(who, &json!({})).await.problem(403), "incoming.not_clerk", "{who}");
        }
        // The clerk of the province reaches down.
        office.take_in("clerk-50", &json!({})).await.ok();
        let citizen = office.here.citizen().post("/v1/incoming-documents", &Office::letter()).await;
        assert_eq!(citizen.problem(403), "incoming.senders_only");
        let unscoped = office.system(&["documents:documents:read"]).post("/v1/incoming-documents", &Office::letter()).await;
        assert_eq!((unscoped.problem(403), &unscoped.body["scope"]), ("scope.missing", &json!("documents:incoming:submit")));
        assert_eq!(office.here.nobody().post("/v1/incoming-documents", &Office::letter()).await.status, 401);
        office.here.stop().await;
    }

    async fn what_arrives_is_checked_by_its_receiver_and_not_by_who_sends_it(database) {
        let office = Office::open(database).await;
        let system = office.system(SUBMIT);
        let mut letter = Office::letter();
        (letter["external_ref"], letter["channel"]) = (json!("VXP-1"), json!("other_system"));
        letter["checks"] = json!({"signature": "valid", "integrity": "intact"});
        assert_eq!(faults(&system.post("/v1/incoming-documents", &letter).await), ["/checks incoming.checks_not_yours"]);
        letter["checks"] = json!({});
        let taken = system.post("/v1/incoming-documents", &letter).await.ok();
        let unchecked = json!({"recipient_right": true, "signature": "not_checked", "integrity": "not_checked"});
        assert_eq!(taken["checks"], unchecked);
        // Registered without a look at it, the book says so.
        let found = office.get("clerk-12", &taken).await.ok();
        let registered = office.step("clerk-12", &found, &json!({"action": "register"})).await.ok();
        assert_eq!(registered["checks"], unchecked);
        letter["external_ref"] = json!("VXP-2");
        letter["number"] = json!("06");
        let second = system.post("/v1/incoming-documents", &letter).await.ok();
        let second = office.get("clerk-12", &second).await.ok();
        let checks = json!({"signature": "valid", "integrity": "intact"});
        office.step("clerk-12", &second, &json!({"action": "register", "checks": checks})).await.ok();
        let register = "/v1/incoming-documents/register?agency=H50.12&from=2026-11-01&to=2026-11-23";
        let lines = office.officer("clerk-12").get(register).await.ok()["register"].clone();
        let notes: Vec<&Value> = lines.as_array().unwrap().iter().map(|line| &line["note"]).collect();
        assert_eq!(notes, [&json!("Chưa kiểm tra tính xác thực, tính toàn vẹn"), &Value::Null]);
        office.here.stop().await;
    }

    async fn a_reference_stands_for_one_document_for_ever(database) {
        let office = Office::open(database).await;
        let system = office.system(SUBMIT);
        let mut letter = Office::letter();
        assert_eq!(faults(&system.post("/v1/incoming-documents", &letter).await), ["/external_ref required"]);
        letter["external_ref"] = json!("VXP-1");
        letter["file_id"] = office.upload(&system, "letter").await;
        let first = system.post("/v1/incoming-documents", &letter).await;
        assert_eq!(first.status, 201);
        // The same file uploaded anew, the agency by another name.
        letter["file_id"] = office.upload(&system, "letter").await;
        letter["receiving_agency"] = first.body["receiving_agency"]["id"].clone();
        let again = system.post("/v1/incoming-documents", &letter).await;
        assert_eq!((again.status, &again.body), (200, &first.body));
        for (field, value) in [("subject", json!("Khác")), ("receiving_agency", json!("H50.13")), ("number", json!("6"))] {
            let mut other = letter.clone();
            other[field] = value;
            let refused = system.post("/v1/incoming-documents", &other).await;
            assert_eq!((refused.problem(409), &refused.body["document_id"]), ("document.external_ref_reused", &first.body["id"]));
        }
        assert_eq!(office.texts("SELECT 'x' AS text FROM incoming_documents").await.len(), 1);
        // Another system's references are its own.
        let other = office.here.scoped(ActorKind::Service, "mail", SUBMIT);
        letter["file_id"] = office.upload(&other, "letter").await;
        assert_eq!(other.post("/v1/incoming-documents", &letter).await.status, 201);
        assert_eq!(other.get(&path(&first.body)).await.status, 404);
        office.here.stop().await;
    }

    async fn the_same_request_twice_is_one_document(database) {
        let office = Office::open(database).await;
        let clerk = office.officer("clerk-12");
        let post = || {
            let request = clerk.request(reqwest::Method::POST, "/v1/incoming-documents");
            crate::installation::send(request.header("Idempotency-Key", "k1").json(&Office::letter()))
        };
        let (first, second) = (post().await, post().await);
        assert_eq!((first.status, &first.body), (201, &second.body));
        assert_eq!(second.headers["idempotency-replayed"], "true");
        assert_eq!(office.texts("SELECT 'x' AS text FROM incoming_documents").await.len(), 1);
        office.here.stop().await;
    }

    async fn a_second_document_of_the_same_number_warns_and_is_refused_only_when_asked(database) {
        let office = Office::open(database).await;
        let first = office.arrived().await;
        // Eth for Đ, no leading zero, the name decomposed and in capitals.
        let alike = json!({
            "notation": "Q\u{d0}-SXD", "number": "5", "issuer": {"name": "SO\u{31b}\u{309} XÂY DỰNG TỈNH NGHỆ AN"},
        });
        let second = office.take_in("clerk-12", &alike).await.ok();
        assert_eq!(second["warnings"][0]["code"], "document.duplicate");
        assert_eq!(second["warnings"][0]["document_id"], first["id"]);
        // Also later, and from the other side.
        assert_eq!(office.get("clerk-12", &first).await.ok()["warnings"][0]["document_id"], second["id"]);
        let refused = office.take_in("clerk-12", &json!({"on_duplicate": "refuse"})).await;
        assert_eq!(refused.problem(409), "document.duplicate");
        // Another case, year, issuer or agency is another document.
        for other in [
            json!({"notation": "QĐ-sxd"}), json!({"issued_on": "2025-11-20"}),
            json!({"issuer": {"name": "Sở Xây dựng tỉnh Hà Tĩnh"}}), json!({"number": "50"}),
        ] {
            assert_eq!(warned(&office.take_in("clerk-12", &other).await.ok()), Vec::<&str>::new(), "{other}");
        }
        let elsewhere = office.take_in("clerk-13", &json!({"receiving_agency": "H50.13"})).await.ok();
        assert_eq!(warned(&elsewhere), Vec::<&str>::new());
        // What was sent back is no duplicate any more.
        office.step("clerk-12", &second, &json!({"action": "return", "reason": crate::office::REASON})).await.ok();
        assert_eq!(warned(&office.get("clerk-12", &first).await.ok()), Vec::<&str>::new());
        office.here.stop().await;
    }
}
