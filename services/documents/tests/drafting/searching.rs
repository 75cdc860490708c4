//! A draft is found by its words, by its circle alone.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::stage::{Stage, merge, path};

/// The drafts somebody finds.
async fn found(stage: &Stage, subject: &str, words: &str) -> Vec<Value> {
    let page = stage.as_(subject).post("/v1/documents/search", &json!({"q": words, "kinds": ["draft"]})).await.ok();
    page["items"].as_array().unwrap().clone()
}

async fn finds(stage: &Stage, subject: &str, words: &str) -> bool {
    !found(stage, subject, words).await.is_empty()
}

on_both_databases! {
    async fn who_sees_a_draft_finds_it_and_nobody_else(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        for inside in ["author", "chair", "vice", "clerk", "admin"] {
            assert!(finds(&stage, inside, "khen thuong").await, "{inside}");
        }
        for outside in ["head", "stranger", "asked", "ministry", "unitadmin", "signer"] {
            assert!(!finds(&stage, outside, "khen thuong").await, "{outside}");
        }
        stage.act("author", &draft, json!({"action": "submit"})).await.ok();
        assert!(finds(&stage, "head", "KHEN THƯỞNG").await);
        // Who is asked, by name or for an agency, finds the text, and its sub-agencies do not.
        let ask = json!({"agencies": ["H50.13"], "officers": ["ministry"], "working_days": 2, "question": "Ý kiến?"});
        stage.as_("author").post(&format!("{}/consultations", path(&draft)), &ask).await.ok();
        for inside in ["ministry", "asked", "stranger"] {
            assert!(finds(&stage, inside, "khen thuong").await, "{inside}");
        }
        assert!(!finds(&stage, "unitadmin", "khen thuong").await && !finds(&stage, "signer", "khen thuong").await);
        // Who may sign for the agency from tomorrow on, from tomorrow on.
        let authority = json!({"capacity": "by_order", "position": "CHÁNH VĂN PHÒNG", "valid_from": "2026-11-24", "valid_to": "2026-11-25", "document_types": ["QĐ"]});
        stage.authority("signer", authority).await;
        assert!(!finds(&stage, "signer", "khen thuong").await);
        stage.at("2026-11-24T02:00:00Z").await;
        assert!(!finds(&stage, "signer", "khen thuong").await, "it does not wait for a signature");
        stage.act("head", &draft, json!({"action": "approve_content", "revision": 1})).await.ok();
        stage.act("clerk", &draft, json!({"action": "approve_form", "revision": 1})).await.ok();
        assert!(finds(&stage, "signer", "khen thuong").await);
        stage.at("2026-11-26T02:00:00Z").await;
        assert!(!finds(&stage, "signer", "khen thuong").await);
        stage.stop().await;
    }

    async fn who_is_only_asked_finds_nothing_by_what_was_signed_nor_hears_its_number(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let ask = json!({"agencies": ["H50.13"], "working_days": 2, "question": "Ý kiến?"});
        stage.as_("author").post(&format!("{}/consultations", path(&draft)), &ask).await.ok();
        // What is signed has a word that the draft has not. It waits to be read as the attachment of another draft.
        let word = "chữkýsố";
        let file = stage.upload("chair", "signed").await;
        let other = json!({"agency": "H50", "type": "TB", "subject": "Khác", "file_id": file});
        let other = stage.as_("chair").post("/v1/drafts", &other).await.ok();
        let sha256 = other["current"]["file"]["sha256"].as_str().unwrap();
        let foundation = &stage.here.running.foundation;
        crate::file_text::is_read(&foundation.db, foundation.tenant, sha256, word).await;
        let cancel = json!({"action": "cancel", "reason": "Không còn cần thiết"});
        stage.act("chair", &other, cancel).await.ok();
        stage.up_to("signing", &draft).await;
        stage.act("chair", &draft, json!({"action": "sign", "revision": 1, "file_id": file})).await.ok();
        stage.act("clerk", &draft, json!({"action": "number"})).await.ok();
        let all = async |subject: &str, words: &str| {
            let page = stage.as_(subject).post("/v1/documents/search", &json!({"q": words})).await.ok();
            page["items"].as_array().unwrap().iter().map(|hit| (hit["kind"].clone(), hit["full_number"].clone())).collect::<Vec<_>>()
        };
        let (kept, number) = (json!("outgoing"), json!("01/QĐ-UBND"));
        for asked in ["asked", "stranger"] {
            for words in [word, "01/qd-ubnd"] {
                assert!(all(asked, words).await.is_empty(), "{asked} {words}");
            }
            assert_eq!(all(asked, "khen thuong").await, [(json!("draft"), Value::Null)], "{asked}");
        }
        // The document it is to become is found by its keepers.
        for words in [word, "01/qd-ubnd"] {
            assert_eq!(all("clerk", words).await, [(kept.clone(), number.clone())], "{words}");
        }
        assert_eq!(all("clerk", "khen thuong").await.len(), 2);
        stage.stop().await;
    }

    async fn it_is_found_by_what_it_says_now_and_by_its_number(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let said = json!({"text": "Đề nghị bổ sung căn cứ"});
        stage.as_("author").post(&format!("{}/comments", path(&draft)), &said).await.ok();
        assert!(!finds(&stage, "clerk", "bổ sung căn cứ").await, "what is said about it is not searched");
        let etag = stage.etag(&draft).await;
        let mut revision = json!({"file_id": stage.upload("author", "second").await});
        merge(&mut revision, json!({"subject": "Tặng bằng khen cho tập thể"}));
        let revised = format!("{}/revisions", path(&draft));
        stage.as_("author").change(reqwest::Method::POST, &revised, &etag, &revision).await.ok();
        assert!(!finds(&stage, "clerk", "khen thưởng").await);
        let hit = found(&stage, "clerk", "bang khen").await.remove(0);
        assert_eq!((&hit["id"], &hit["kind"], &hit["full_number"]), (&draft["id"], &json!("draft"), &Value::Null));
        assert_eq!((&hit["type"], &hit["dated"]), (&json!("QĐ"), &json!("2026-11-23")));
        stage.up_to("numbered", &draft).await;
        // The number is told to the circle; by it the document is found, and not the draft.
        assert_eq!(found(&stage, "author", "bang khen").await[0]["full_number"], "01/QĐ-UBND");
        assert!(!finds(&stage, "author", "01/qd-ubnd").await);
        // The document it became is found beside it, by those who see it.
        let both = stage.as_("clerk").post("/v1/documents/search", &json!({"q": "bang khen"})).await.ok();
        assert_eq!(both["items"].as_array().unwrap().len(), 2);
        let read = stage.texts("SELECT operation AS text FROM read_audit WHERE operation = 'search_documents'").await;
        assert_eq!(read.len(), 3);
        stage.stop().await;
    }
}
