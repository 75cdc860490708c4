//! Incoming documents are found by everything that is written of them, at once.

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::office::{Office, REASON};

on_both_databases! {
    async fn all_fields_are_found_however_they_are_written(database) {
        let office = Office::open(database).await;
        let document = office.take_in("clerk-12", &json!({
            "signer_position": "Phó Giám đốc", "description": "Kèm bản vẽ hoàn công", "replies_to": ["77/UBND-KT"],
        })).await.ok();
        for q in [
            "kiem tra cong trinh", "\"Nguyễn Văn A\"", "05/QĐ-SXD", "05/qd-sxd", "so xay dung nghe an", "quyet dinh",
            "tran van b", "pho giam doc", "\"ban ve\"", "77/UBND-KT",
        ] {
            assert_eq!(office.found("clerk-12", &json!({"q": q})).await, [document["id"].clone()], "{q}");
        }
        assert!(office.found("clerk-12", &json!({"q": "\"Nguyễn Văn B\""})).await.is_empty());
        let narrow = json!({"from": "2026-11-13", "to": "2026-11-13", "types": ["QĐ"], "agency": "under:H50"});
        assert_eq!(office.found("clerk-12", &narrow).await.len(), 1);
        assert!(office.found("clerk-12", &json!({"agency": "H50"})).await.is_empty(), "it is the ward's, not the province's");
        let hit = office.officer("clerk-12").post("/v1/documents/search", &json!({"q": "cong trinh"})).await.ok()["items"][0].clone();
        let expected = json!({
            "kind": "incoming", "id": document["id"], "type": "QĐ", "full_number": "05/QĐ-SXD", "dated": "2026-11-13",
            "subject": document["subject"],
        });
        assert_eq!(hit, expected);
        office.here.stop().await;
    }

    async fn a_document_without_type_number_and_day_is_found_too(database) {
        let office = Office::open(database).await;
        let bare = json!({"number": "", "notation": "", "issued_on": null, "type": null, "type_name": "Thư công"});
        let document = office.take_in("clerk-12", &bare).await.ok();
        let page = office.officer("clerk-12").post("/v1/documents/search", &json!({"q": "thu cong"})).await.ok();
        let hit = &page["items"][0];
        assert_eq!((&hit["id"], &hit["full_number"], &hit["type"], &hit["dated"]), (&document["id"], &json!(null), &json!(null), &json!("2026-11-16")));
        office.here.stop().await;
    }

    async fn a_number_of_arrival_is_found_once_there_is_one(database) {
        let office = Office::open(database).await;
        office.registered().await;
        let arrived = office.take_in("clerk-12", &json!({"number": "31"})).await.ok();
        let second = json!({"q": "2 \"cong trinh\""});
        assert!(office.found("clerk-12", &second).await.is_empty());
        office.step("clerk-12", &arrived, &json!({"action": "register"})).await.ok();
        assert_eq!(office.found("clerk-12", &second).await, [arrived["id"].clone()]);
        office.here.stop().await;
    }

    async fn who_it_was_given_to_finds_it_then_and_not_before(database) {
        let office = Office::open(database).await;
        let document = office.submitted().await;
        for outsider in ["officer-12", "unit-1", "clerk-13"] {
            assert!(office.found(outsider, &json!({"q": "cong trinh"})).await.is_empty(), "{outsider}");
        }
        let direction = json!({
            "action": "assign", "lead": {"officer_id": office.id_of("unit-2").await}, "informed": [{"unit": "H50.12.01"}],
        });
        office.step("leader-12", &document, &direction).await.ok();
        // By name, though the agency it is with lies above their own; and by their unit.
        for inside in ["unit-2", "unit-1"] {
            assert_eq!(office.found(inside, &json!({"q": "cong trinh"})).await, [document["id"].clone()], "{inside}");
        }
        for outsider in ["officer-12", "clerk-13"] {
            assert!(office.found(outsider, &json!({"q": "cong trinh"})).await.is_empty(), "{outsider}");
        }
        office.here.stop().await;
    }

    async fn a_page_tells_nothing_of_what_is_hidden(database) {
        let office = Office::open(database).await;
        let own = office.assigned(&json!({})).await;
        let ask = json!({"q": "cong trinh", "limit": 1});
        let alone = office.officer("officer-12").post("/v1/documents/search", &ask).await.ok();
        assert_eq!((&alone["items"][0]["id"], &alone["next"]), (&own["id"], &json!(null)));
        // The same words in a document that others have.
        office.take_in("clerk-12", &json!({"number": "66"})).await.ok();
        let beside = office.officer("officer-12").post("/v1/documents/search", &ask).await.ok();
        assert_eq!(beside, alone);
        let clerk = office.officer("clerk-12").post("/v1/documents/search", &ask).await.ok();
        assert!(clerk["next"].is_string(), "who sees both has a second page");
        let second = json!({"q": "cong trinh", "limit": 1, "after": clerk["next"]});
        let second = office.officer("clerk-12").post("/v1/documents/search", &second).await.ok();
        assert_ne!(second["items"][0]["id"], clerk["items"][0]["id"]);
        assert_eq!(second["next"], json!(null));
        let long = json!({"types": vec!["QĐ"; 41]});
        assert_eq!(office.officer("clerk-12").post("/v1/documents/search", &long).await.status, 422);
        office.here.stop().await;
    }

    async fn what_was_sent_here_is_found_with_its_receiver_until_it_is_given_back(database) {
        let office = Office::open(database).await;
        let (issued, dispatch) = office.sent("H50.12").await;
        let q = json!({"q": issued["full_number"]});
        assert_eq!(office.found("clerk-12", &q).await, [dispatch["id"].clone()]);
        assert!(office.found("clerk-13", &q).await.is_empty());
        let received = office.get("clerk-12", &dispatch).await.ok();
        office.step("clerk-12", &received, &json!({"action": "return", "reason": REASON})).await.ok();
        assert_eq!(office.found("clerk-12", &q).await, [dispatch["id"].clone()], "that it was here is known still");
        let file = "SELECT kind AS text FROM search_files WHERE kind = 'incoming'";
        assert!(office.texts(file).await.is_empty(), "its file is searched here no more");
        office.here.stop().await;
    }
}
