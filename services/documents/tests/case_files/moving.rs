//! Agencies close: their case files go on with who went on with their work.

use std::time::Duration;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::office::Office;
use crate::plans;
use crate::shelf::{at, closed, opened, sees, told};

on_both_databases! {
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
        let new = crate::shelf::beside("03.A");
        let refused = office.officer("clerk-50").post("/v1/case-files", &new).await;
        assert_eq!((refused.problem(409), &refused.body["successor"]), ("agency.closed", &json!("H50.13")));
        office.here.stop().await;
    }
}
