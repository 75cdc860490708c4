//! Agencies close: their case files go on with who went on with their work.

use std::time::Duration;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::installation::send;
use crate::office::Office;
use crate::plans;
use crate::shelf::{at, beside, closed, opened, sees, told, uploaded};

on_both_databases! {
    async fn who_has_left_sees_nothing_by_name(database) {
        let office = Office::open(database).await;
        let opening = async || {
            let request = office.officer("officer-12").request(Method::POST, "/v1/case-files");
            send(request.header("Idempotency-Key", "opening").json(&beside("01.A"))).await
        };
        let case_file = opening().await.ok();
        assert_eq!(opening().await.ok(), case_file);
        let entry = uploaded(&office, "officer-12", &case_file, "a", "2026-11-05").await;
        assert!(sees(&office, "officer-12", &case_file).await);
        let file = format!("/v1/files/{}", entry["document"]["id"].as_str().unwrap());
        // Their last post at the agency ends today; they go on elsewhere.
        let (province, leaver) = (office.officer("province"), office.id_of("officer-12").await);
        let path = format!("/v1/officers/{leaver}");
        let etag = province.get(&path).await.etag().to_owned();
        let elsewhere = json!({"agency": "H50.13", "role": "processor"});
        let given = province.change(Method::POST, &format!("{path}/grants"), &etag, &elsewhere).await;
        let ending = json!({"agency": "H50.12", "role": "processor"});
        province.change(Method::POST, &format!("{path}/revocations"), given.etag(), &ending).await.ok();
        office.here.running.foundation.directory.refresh().await.unwrap();
        assert!(!sees(&office, "officer-12", &case_file).await);
        let leaver = office.officer("officer-12");
        // Nor is what they were told when they opened it told again.
        assert_eq!(opening().await.status, 404);
        for path in [format!("{}/documents", at(&case_file)), format!("{}/notes", at(&case_file))] {
            assert_eq!(leaver.get(&path).await.status, 404);
        }
        let patch = json!({"title": "Hồ sơ khác"});
        assert_eq!(leaver.change(Method::PATCH, &at(&case_file), "\"v2\"", &patch).await.status, 404);
        // What they uploaded they may go on to see, as every uploader; the case file's other files not.
        assert_eq!(leaver.get(&file).await.status, 200);
        let other = uploaded(&office, "clerk-12", &case_file, "b", "2026-11-06").await;
        let other = format!("/v1/files/{}", other["document"]["id"].as_str().unwrap());
        assert_eq!(leaver.get(&other).await.status, 404);
        office.here.stop().await;
    }

    async fn case_files_follow_the_agency_responsible_and_keep_their_code(database) {
        let office = Office::open(database).await;
        let plan = plans::issued(&office, 2026).await;
        let (open, shut) = (opened(&office, "01.A", &json!({})).await, closed(&office, "02.A", &json!({})).await);
        assert!(!sees(&office, "clerk-13", &open).await);
        let province = office.officer("province");
        let id = province.agency("H50.12").await;
        let merger = json!({
            "kind": "merged_into", "successors": ["H50.13"], "effective_on": "2026-11-16", "legal_basis": "1/NQ-HĐND",
        });
        province.change(Method::POST, &format!("/v1/agencies/{id}/successions"), "\"v1\"", &merger).await.ok();
        told(&office, "case_file.responsibility_moved", 2).await;
        for case_file in [&open, &shut] {
            let moved = office.officer("clerk-13").get(&at(case_file)).await.ok();
            assert_eq!((&moved["code"], &moved["agency"]["code"]), (&case_file["code"], &json!("H50.12")));
            assert_eq!(moved["responsible_agency"]["code"], "H50.13");
        }
        let path = format!("/v1/file-plans/{}", plan["id"].as_str().unwrap());
        for _ in 0..200 {
            if office.officer("clerk-13").get(&path).await.status == 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(office.officer("clerk-13").get(&path).await.status, 200);
        let moved = told(&office, "file_plan.responsibility_moved", 1).await.remove(0);
        let next = plan["version"].as_i64().unwrap() + 1;
        assert_eq!((&moved["subjectversion"], &moved["data"]["plan_id"]), (&json!(next.to_string()), &plan["id"]));
        assert_eq!((&moved["data"]["version"], &moved["data"]["entry_total"]), (&json!(next), &json!(3)));
        assert_eq!(moved["data"]["responsible_agency_id"], json!(office.officer("province").agency("H50.13").await));
        assert!(!serde_json::to_string(&moved).unwrap().contains("Nguyễn"));
        let new = crate::shelf::beside("03.A");
        let refused = office.officer("clerk-50").post("/v1/case-files", &new).await;
        assert_eq!((refused.problem(409), &refused.body["successor"]), ("agency.closed", &json!("H50.13")));
        office.here.stop().await;
    }
}
