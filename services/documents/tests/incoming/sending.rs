//! Documents sent within the installation: one document, no copies, a state with each receiver.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::send;
use crate::office::{Office, REASON, faults, outgoing, path};

on_both_databases! {
    async fn each_receiver_has_a_state_of_its_own_and_reads_the_original(database) {
        let office = Office::open(database).await;
        let issued = office.issued().await;
        let file = issued["file"]["id"].as_str().unwrap();
        let content = format!("/v1/files/{file}/content");
        assert_eq!(office.officer("clerk-12").get(&content).await.status, 404);
        let sent = office.send(&issued, &["H50.12", "H50.13", "H50.04"]).await.ok();
        let codes: Vec<&Value> = sent["items"].as_array().unwrap().iter().map(|one| &one["receiver"]["code"]).collect();
        assert_eq!(codes, ["H50.12", "H50.13", "H50.04"]);
        let mine = &sent["items"][0];
        let document = office.get("clerk-12", mine).await.ok();
        let expected = json!({
            "source": "internal", "state": "received", "outgoing_document_id": issued["id"], "subject": issued["subject"],
            "full_number": issued["full_number"], "type": "QĐ", "issued_on": issued["issued_on"], "channel": null,
            "checks": {"recipient_right": true, "signature": "not_checked", "integrity": "intact"},
        });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&document[field], value, "{field}");
        }
        assert_eq!(document["issuer"]["agency"]["code"], "H50");
        assert_eq!(document["files"], json!([{"id": file, "sha256": issued["file"]["sha256"], "main": true}]));
        assert_eq!(office.officer("clerk-12").get(&content).await.status, 200);
        assert_eq!(office.officer("officer-12").get(&content).await.status, 404);
        // Not of each other, and not the original.
        assert_eq!(office.get("clerk-13", mine).await.status, 404);
        assert_eq!(office.officer("clerk-12").get(&outgoing(&issued)).await.status, 404);
        let registered = office.step("clerk-12", &document, &json!({"action": "register"})).await.ok();
        assert_eq!(registered["arrival_number"], 1);
        let other = office.get("clerk-13", &sent["items"][1]).await.ok();
        office.step("clerk-13", &other, &json!({"action": "return", "reason": REASON})).await.ok();
        let stands = office.officer("clerk-50").get(&format!("{}/dispatches", outgoing(&issued))).await.ok();
        let told: Vec<(&Value, &Value, &Value)> = stands["items"].as_array().unwrap().iter()
            .map(|one| (&one["state"], &one["arrival_number"], &one["end_reason"]))
            .collect();
        let null = &Value::Null;
        let expected = [
            (&json!("registered"), &json!(1), null), (&json!("returned"), null, &json!(REASON)), (&json!("received"), null, null),
        ];
        assert_eq!(told, expected);
        assert!(stands["items"][0].get("assignment").is_none());
        // What was sent back is closed, and can be sent again.
        assert_eq!(office.officer("clerk-13").get(&content).await.status, 404);
        assert_eq!(office.get("clerk-13", &other).await.ok()["files"], json!([]));
        assert_eq!(office.send(&issued, &["H50.13"]).await.status, 201);
        assert_eq!(office.texts("SELECT 'x' AS text FROM outgoing_documents").await.len(), 1);
        office.here.stop().await;
    }

    async fn dispatches_are_read_page_by_page(database) {
        let office = Office::open(database).await;
        let issued = office.issued().await;
        office.send(&issued, &["H50.12"]).await.ok();
        office.send(&issued, &["H50.13", "H50.04"]).await.ok();
        let (clerk, at) = (office.officer("clerk-50"), format!("{}/dispatches", outgoing(&issued)));
        let whole = clerk.list(&at, "id").await;
        let first = clerk.get(&format!("{at}?limit=2&count=exact")).await.ok();
        assert_eq!((first["items"].as_array().unwrap().len(), &first["count"]), (2, &json!(3)));
        let last = clerk.get(&format!("{at}?limit=2&after={}", first["next"].as_str().unwrap())).await.ok();
        let ids: Vec<&str> = [&first, &last].iter().flat_map(|page| page["items"].as_array().unwrap())
            .map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!((ids, &last["next"]), (whole.iter().map(String::as_str).collect(), &Value::Null));
        office.here.stop().await;
    }

    async fn days_that_nobody_can_mean_are_refused(database) {
        let office = Office::open(database).await;
        for (field, day) in [("issued_on", "2199-01-01"), ("issued_on", "1900-01-01"), ("due_on", "2199-12-31"), ("due_on", "1900-01-01")] {
            let refused = office.take_in("clerk-12", &json!({field: day})).await;
            assert_eq!(faults(&refused), [format!("/{field} date.too_far")], "{day}");
        }
        for day in ["9999-12-31", "0001-01-01"] {
            let refused = office.take_in("clerk-12", &json!({"issued_on": day})).await;
            assert!(matches!(refused.status, 400 | 422), "{}", refused.body);
        }
        let issued = office.issued().await;
        let far = json!({"receivers": ["H50.12"], "due_on": "2190-01-01"});
        assert_eq!(faults(&office.officer("clerk-50").post(&format!("{}/dispatches", outgoing(&issued)), &far).await), ["/due_on date.too_far"]);
        let submitted = office.submitted().await;
        let lead = json!({"officer_id": office.id_of("officer-12").await});
        for (name, far) in [("at", "9999-12-31T23:59:59Z"), ("at", "0001-01-01T00:00:00Z"), ("on", "2199-01-01")] {
            let direction = json!({"action": "assign", "lead": lead, "deadline": {name: far}});
            assert_eq!(faults(&office.step("leader-12", &submitted, &direction).await), [format!("/deadline/{name} date.too_far")]);
        }
        office.here.stop().await;
    }

    async fn wrong_receivers_are_told_at_once_and_nobody_gets_anything(database) {
        let office = Office::open(database).await;
        let issued = office.issued().await;
        let twice = office.send(&issued, &["H50.12", "H50", "H50.12"]).await;
        assert_eq!(faults(&twice), ["/receivers/1 dispatch.to_itself", "/receivers/2 dispatch.twice"]);
        assert_eq!(faults(&office.send(&issued, &["H50.12", "H99", " "]).await), ["/receivers/1 agency.unknown", "/receivers/2 agency.unknown"]);
        let closed = office.send(&issued, &["H50.12", "H46"]).await;
        assert_eq!((closed.problem(409), &closed.body["successor"]), ("agency.closed", &json!("H50")));
        assert_eq!(faults(&office.send(&issued, &[]).await), ["/receivers required"]);
        assert_eq!(faults(&office.send(&issued, &["H50.12"; 501]).await), ["/receivers too_many"]);
        assert_eq!(office.texts("SELECT 'x' AS text FROM incoming_documents").await.len(), 0);
        office.send(&issued, &["H50.12"]).await.ok();
        assert_eq!(faults(&office.send(&issued, &["H50.13", "H50.12"]).await), ["/receivers/1 dispatch.already_sent"]);
        assert_eq!(office.texts("SELECT 'x' AS text FROM incoming_documents").await.len(), 1);
        office.here.stop().await;
    }

    async fn only_a_clerk_of_the_issuer_sends(database) {
        let office = Office::open(database).await;
        let issued = office.issued().await;
        let to = json!({"receivers": ["H50.12"]});
        let path = format!("{}/dispatches", outgoing(&issued));
        assert_eq!(office.officer("province").post(&path, &to).await.problem(403), "dispatch.not_clerk");
        for stranger in ["clerk-12", "clerk-04"] {
            assert_eq!(office.officer(stranger).post(&path, &to).await.status, 404, "{stranger}");
            assert_eq!(office.officer(stranger).get(&path).await.status, 404, "{stranger}");
        }
        let unscoped = office.system(&["documents:documents:read"]).post(&path, &to).await;
        assert_eq!(unscoped.problem(403), "scope.missing");
        office.here.stop().await;
    }

    async fn sixty_agencies_get_a_document_in_one_request(database) {
        let office = Office::open(database).await;
        let mut lines = "code,name,name_en,kind,parent_code,valid_from,valid_to,successor_code,succession_kind,legal_basis,symbol,units,note\n".to_owned();
        let codes: Vec<String> = (100..160).map(|at| format!("H50.{at}")).collect();
        for code in &codes {
            lines.extend([format!("{code},Ủy ban nhân dân xã {code},,commune,H50,2025-07-01,,,,1680/NQ-UBTVQH15,UBND,,\n")]);
        }
        assert_eq!(office.here.import_agencies(&lines).await.changes(), 60);
        let issued = office.issued().await;
        let receivers: Vec<&str> = codes.iter().map(String::as_str).collect();
        let clerk = office.officer("clerk-50");
        let dispatch = || {
            let request = clerk.request(Method::POST, &format!("{}/dispatches", outgoing(&issued)));
            send(request.header("Idempotency-Key", "k").json(&json!({"receivers": receivers, "urgency": "express"})))
        };
        let (first, second) = (dispatch().await, dispatch().await);
        assert_eq!((first.status, &first.body), (201, &second.body));
        assert_eq!(first.body["items"].as_array().unwrap().len(), 60);
        let rows = office.texts("SELECT written_code AS text FROM incoming_documents WHERE urgency = 3 ORDER BY 1").await;
        assert_eq!(rows, codes);
        let arrived = office.here.events(60).await;
        assert!(!arrived.iter().any(|event| event.to_string().contains("Nguyễn")));
        office.here.stop().await;
    }

    async fn a_scan_of_what_was_sent_already_warns(database) {
        let office = Office::open(database).await;
        let (issued, dispatch) = office.sent("H50.12").await;
        let scan = office.take_in("clerk-12", &json!({
            "issuer": {"name": "Ủy ban nhân dân tỉnh Quảng Trị"}, "number": "1", "notation": "QĐ-UBND", "issued_on": issued["issued_on"],
        })).await.ok();
        assert_eq!(scan["issuer"]["agency"]["code"], "H50");
        assert_eq!(scan["warnings"][0]["document_id"], dispatch["id"]);
        assert_eq!(path(&dispatch), format!("/v1/incoming-documents/{}", scan["warnings"][0]["document_id"].as_str().unwrap()));
        office.here.stop().await;
    }
}
