//! Closing a case file: the list that is made then.

use std::sync::Arc;

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::office::Office;
use crate::shelf::{at, closed, opened, printed, read, step, told, uploaded};

on_both_databases! {
    async fn the_list_is_kept_and_its_digest_signed_into_the_journal(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        uploaded(&office, "officer-12", &case_file, "a", "2026-11-05").await;
        uploaded(&office, "officer-12", &case_file, "b", "2026-11-06").await;
        let case_file = read(&office, "officer-12", &case_file).await;
        let close = json!({"action": "close", "ended_on": "2026-11-10", "retention": {"kind": "permanent"}, "title": "Hồ sơ khiếu nại đã giải quyết"});
        let closed = step(&office, "officer-12", &case_file, &close).await.ok();
        assert_eq!((&closed["state"], &closed["title"], &closed["retention"]["code"]), (&json!("closed"), &close["title"], &json!("01")));
        assert_eq!((&closed["hand_over_due_on"], &closed["page_total"]), (&json!("2027-11-10"), &json!(4)));
        let sha256 = closed["list_sha256"].as_str().unwrap();
        let event = told(&office, "case_file.closed", 1).await.remove(0);
        assert_eq!((event["data"]["list_sha256"].as_str().unwrap(), &event["data"]["document_total"]), (sha256, &json!(2)));
        let list = office.officer("leader-12").get(&format!("{}/document-list", at(&closed))).await.ok();
        assert!(list["notes"][0].as_str().unwrap().ends_with(sha256));
        printed(&office, "leader-12", &format!("{}/document-list", at(&closed)), &[sha256]).await;
        // Somebody at the database changes what was signed.
        office.run("UPDATE case_files SET list_sha256 = 'f00d'").await;
        assert_eq!(office.officer("leader-12").get(&format!("{}/document-list", at(&closed))).await.status, 500);
        office.here.stop().await;
    }

    async fn a_leader_opens_it_again_with_a_reason_and_the_first_list_stays(database) {
        let office = Office::open(database).await;
        let closed = closed(&office, "01.A", &json!({})).await;
        let reopen = json!({"action": "reopen", "reason": "Còn thiếu biên bản làm việc"});
        assert_eq!(step(&office, "clerk-12", &closed, &reopen).await.problem(403), "case_file.not_yours");
        let short = step(&office, "leader-12", &closed, &json!({"action": "reopen", "reason": "Thiếu"})).await;
        assert_eq!(crate::office::faults(&short), ["/reason too_short"]);
        let open = step(&office, "leader-12", &closed, &reopen).await.ok();
        assert_eq!((&open["state"], &open["hand_over_due_on"], &open["list_sha256"]), (&json!("open"), &json!(null), &json!(null)));
        uploaded(&office, "officer-12", &open, "thiếu", "2026-11-15").await;
        let open = read(&office, "officer-12", &open).await;
        let again = step(&office, "officer-12", &open, &json!({"action": "close", "ended_on": "2026-11-16"})).await.ok();
        assert_ne!(again["list_sha256"], closed["list_sha256"]);
        assert_eq!(office.texts("SELECT sha256 AS text FROM case_file_lists ORDER BY closing").await, [closed["list_sha256"].as_str().unwrap(), again["list_sha256"].as_str().unwrap()]);
        let notes = office.officer("leader-12").get(&format!("{}/notes", at(&closed))).await.ok();
        assert!(notes["items"].as_array().unwrap().iter().any(|note| note["text"] == reopen["reason"]));
        office.here.stop().await;
    }

    async fn nothing_in_it_is_younger_than_its_last_day(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({"started_on": "2000-01-01", "retention": {"years": 1}})).await;
        let letter = office.take_in("clerk-12", &json!({"issued_on": "2000-03-01"})).await.ok();
        let letter = office.step("clerk-12", &letter, &json!({"action": "register"})).await.ok();
        let link = json!({"document": {"kind": "incoming", "id": letter["id"]}});
        office.officer("clerk-12").post(&format!("{}/documents", at(&case_file)), &link).await.ok();
        let case_file = read(&office, "officer-12", &case_file).await;
        // The letter is of long ago, but it has arrived today: a year from 2001 would let go of it at once.
        for early in ["2001-01-01", "2026-11-15"] {
            let refused = step(&office, "officer-12", &case_file, &json!({"action": "close", "ended_on": early})).await;
            assert_eq!(crate::office::faults(&refused), ["/ended_on date.before_documents"]);
        }
        step(&office, "officer-12", &case_file, &json!({"action": "close", "ended_on": "2026-11-16"})).await.ok();
        office.here.stop().await;
    }

    async fn what_is_added_while_it_is_closed_is_in_the_list_or_refused(database) {
        let office = Arc::new(Office::open(database).await);
        for round in 0..4 {
            let case_file = opened(&office, &format!("{round}.A"), &json!({})).await;
            uploaded(&office, "officer-12", &case_file, "a", "2026-11-05").await;
            let case_file = read(&office, "officer-12", &case_file).await;
            let file = office.upload(&office.officer("clerk-12"), "b").await;
            let adding = {
                let (office, path) = (Arc::clone(&office), format!("{}/documents", at(&case_file)));
                let body = json!({"document": {"kind": "upload", "id": file}, "title": "b", "dated": "2026-11-06"});
                tokio::spawn(async move { office.officer("clerk-12").post(&path, &body).await.status })
            };
            let closing = step(&office, "officer-12", &case_file, &json!({"action": "close", "ended_on": "2026-11-16"})).await.status;
            let outcome = (closing, adding.await.unwrap());
            assert!(outcome == (200, 409) || outcome == (412, 201), "{outcome:?}");
            let now = read(&office, "officer-12", &case_file).await;
            let list = office.officer("officer-12").get(&format!("{}/document-list", at(&case_file))).await.ok();
            assert_eq!(list["rows"].as_array().unwrap().len(), usize::try_from(now["document_total"].as_u64().unwrap()).unwrap());
        }
        Arc::into_inner(office).unwrap().here.stop().await;
    }
}
