//! Finding case files.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::handing_over::hand_over;
use crate::office::Office;
use crate::plans;
use crate::shelf::{at, closed, found, opened, read, step, version};

async fn codes(office: &Office, who: &str, asked: &Value) -> Vec<String> {
    let hits = found(office, who, asked).await;
    hits.iter().map(|hit| hit["code"].as_str().unwrap().to_owned()).collect()
}

on_both_databases! {
    async fn it_is_found_by_its_words_and_by_those_of_its_line_of_the_plan(database) {
        let office = Office::open(database).await;
        let plan = plans::issued(&office, 2026).await;
        let officer = office.officer("officer-12");
        let planned = json!({"agency": "H50.12", "plan_entry": plan["entries"][2]["id"], "started_on": "2026-11-01"});
        officer.post("/v1/case-files", &planned).await.ok();
        let own = opened(&office, "99.KT", &json!({"description": "Kèm bản vẽ hoàn công"})).await;
        let (first, second) = ("H50.12.2026.01.VP", "H50.12.2026.99.KT");
        for q in ["Lịch công tác", "lich cong tac", "\"LỊCH CÔNG TÁC\"", "van phong", "\"lưu ở phòng\"", "01.vp", first] {
            assert_eq!(codes(&office, "officer-12", &json!({"q": q})).await, [first], "{q}");
        }
        for q in ["khiếu nại", "\"nguyen van a\"", "ban ve hoan cong", "99.KT", "99.kt nại"] {
            assert_eq!(codes(&office, "officer-12", &json!({"q": q})).await, [second], "{q}");
        }
        assert!(codes(&office, "officer-12", &json!({"q": "\"nại khiếu\""})).await.is_empty());
        // What was begun last stands first, a page at a time.
        assert_eq!(codes(&office, "officer-12", &json!({})).await, [second, first]);
        let page = officer.post("/v1/case-files/search", &json!({"limit": 1})).await.ok();
        assert_eq!((page["items"].as_array().unwrap().len(), &page["items"][0]["id"]), (1, &own["id"]));
        let rest = officer.post("/v1/case-files/search", &json!({"limit": 1, "after": page["next"]})).await.ok();
        assert_eq!((&rest["items"][0]["code"], &rest["next"]), (&json!(first), &Value::Null));
        let elsewhere = officer.post("/v1/case-files/search", &json!({"limit": 1, "year": 2026, "after": page["next"]})).await;
        assert_eq!(elsewhere.problem(400), "cursor.invalid");
        // A new title is found at once, and the old one no more.
        let title = json!({"title": "Hồ sơ đất đai"});
        officer.change(Method::PATCH, &at(&own), &version(&own), &title).await.ok();
        assert_eq!(codes(&office, "clerk-12", &json!({"q": "dat dai"})).await, [second]);
        assert!(codes(&office, "clerk-12", &json!({"q": "khieu nai"})).await.is_empty());
        let noted = "SELECT operation AS text FROM read_audit WHERE operation = 'search_case_files'";
        assert!(!office.texts(noted).await.is_empty());
        office.here.stop().await;
    }

    async fn hits_are_narrowed_and_no_search_of_documents_finds_a_case_file(database) {
        let office = Office::open(database).await;
        let open = opened(&office, "01.A", &json!({"started_on": "2025-12-31"})).await;
        let shut = closed(&office, "02.A", &json!({"retention": {"kind": "permanent"}})).await;
        let (first, second) = (open["code"].as_str().unwrap(), shut["code"].as_str().unwrap());
        for (narrow, expected) in [
            (json!({"agency": "H50.12"}), vec![second, first]),
            (json!({"agency": "under:H50"}), vec![second, first]),
            (json!({"agency": "H50"}), vec![]),
            (json!({"year": 2025}), vec![first]),
            (json!({"states": ["closed", "accepted"]}), vec![second]),
            (json!({"retention": {"years": 20}}), vec![first]),
            (json!({"retention": {"kind": "permanent"}, "states": ["open"]}), vec![]),
            (json!({"q": "khieu nai", "retention": {"kind": "permanent"}}), vec![second]),
        ] {
            assert_eq!(codes(&office, "clerk-12", &narrow).await, expected, "{narrow}");
        }
        let clerk = office.officer("clerk-12");
        assert_eq!(clerk.list("/v1/case-files?retention=permanent", "code").await, [second]);
        assert_eq!(clerk.list("/v1/case-files?retention=20", "code").await, [first]);
        assert_eq!(clerk.get("/v1/case-files?retention=long").await.status, 400);
        let wrong = clerk.post("/v1/case-files/search", &json!({"q": "-/", "limit": 0})).await;
        assert_eq!(crate::office::faults(&wrong), ["/q search.no_words"]);
        let documents = clerk.post("/v1/documents/search", &json!({"q": "khieu nai"})).await.ok();
        assert_eq!(documents["items"], json!([]));
        assert_eq!(clerk.post("/v1/documents/search", &json!({"kinds": ["case_file"]})).await.status, 400);
        let reader = office.here.scoped(motcua_kernel::ActorKind::Officer, "clerk-12", &["documents:documents:read"]);
        assert_eq!(reader.post("/v1/case-files/search", &json!({})).await.problem(403), "scope.missing");
        office.here.stop().await;
    }

    async fn who_sees_it_finds_it_and_nobody_else(database) {
        let office = Office::open(database).await;
        let case_file = closed(&office, "01.A", &json!({})).await;
        let finds = async |who: &str| !found(&office, who, &json!({"q": "khieu nai"})).await.is_empty();
        for who in ["officer-12", "clerk-12", "leader-12", "clerk-50", "province"] {
            assert!(finds(who).await, "{who}");
        }
        for who in ["other-12", "unit-1", "clerk-13", "leader-13", "clerk-04"] {
            assert!(!finds(who).await, "{who}");
        }
        // A borrower, by name and until the day.
        let person = office.id_of("clerk-13").await;
        let loan = json!({"case_file": case_file["id"], "person": person, "purpose": "Thẩm tra", "due_on": "2026-11-17"});
        let loan = office.officer("clerk-12").post("/v1/case-file-loans", &loan).await.ok();
        assert!(!finds("clerk-13").await);
        let path = format!("/v1/case-file-loans/{}/transitions", loan["id"].as_str().unwrap());
        let lent = crate::shelf::change(&office, "leader-12", &path, &loan, &json!({"action": "approve"})).await.ok();
        assert!(finds("clerk-13").await && !finds("leader-13").await);
        crate::shelf::change(&office, "clerk-13", &path, &lent, &json!({"action": "return"})).await.ok();
        assert!(!finds("clerk-13").await);
        // Whoever it is given to.
        let assign = json!({"action": "assign", "officer": office.id_of("other-12").await});
        step(&office, "clerk-12", &case_file, &assign).await.ok();
        assert!(finds("other-12").await && !finds("officer-12").await);
        // The archive, while it is there.
        hand_over(&office, "clerk-12", &[&case_file]).await.ok();
        assert!(finds("clerk-04").await);
        let handed = read(&office, "clerk-04", &case_file).await;
        let back = json!({"action": "return", "reason": "Thiếu biên bản bàn giao"});
        step(&office, "clerk-04", &handed, &back).await.ok();
        assert!(!finds("clerk-04").await && finds("leader-12").await);
        office.here.stop().await;
    }
}
