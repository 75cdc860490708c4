//! What an agency issued, counted by type.

use motcua_kernel::Role;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, answer};

const NOVEMBER: &str = "outgoing-documents/report?agency=H50&from=2026-11-01&to=2026-11-30";

async fn issue(desk: &Desk, agency: &str, kind: &str, subject: &str) -> Value {
    let token = desk.procedures();
    let mut request = desk.decision(&token, &format!("{agency} {kind} {subject}")).await;
    (request["issuing_agency"], request["type"], request["subject"]) = (json!(agency), json!(kind), json!(subject));
    desk.issue(&token, &request, 201).await
}

on_both_databases! {
    async fn each_document_is_counted_once_by_its_type_and_what_became_of_it(database) {
        let desk = Desk::open(database).await;
        let first = issue(&desk, "H50", "QĐ", "Việc thứ nhất").await;
        issue(&desk, "H50", "QĐ", "Việc thứ hai").await;
        issue(&desk, "H50", "TB", "Việc thứ ba").await;
        issue(&desk, "H50.12", "TB", "Việc của sở").await;
        desk.at("2026-12-01T03:00:00Z");
        issue(&desk, "H50", "QĐ", "Việc của tháng sau").await;
        let leader = desk.officer("lan", "H50", Role::Leader).await;
        let path = format!("outgoing-documents/{}/transitions", first["id"].as_str().unwrap());
        let recall = json!({"action": "recall", "reason": "Gửi nhầm nơi nhận của văn bản"});
        let recalled = desk.change(&leader, reqwest::Method::POST, &path, first["version"].as_i64().unwrap(), &recall).await;
        answer(recalled, 200).await;
        let report = answer(desk.get(&leader, NOVEMBER).await, 200).await;
        let counts = |row: &Value| json!([row["type"], row["total"], row["issued"], row["recalled"], row["void"]]);
        let rows: Vec<Value> = report["rows"].as_array().unwrap().iter().map(counts).collect();
        assert_eq!(rows, [json!(["QĐ", 2, 1, 1, 0]), json!(["TB", 1, 1, 0, 0])]);
        assert_eq!((&report["total"]["total"], &report["total"]["recalled"]), (&json!(3), &json!(1)));
        let page = desk.get(&leader, &format!("{NOVEMBER}&format=html")).await.text().await.unwrap();
        assert!(page.contains("BÁO CÁO VĂN BẢN ĐI") && page.contains("TỔNG SỐ"), "{page}");
    }

    async fn only_those_who_keep_or_direct_its_documents_read_it_and_for_a_year_at_most(database) {
        let desk = Desk::open(database).await;
        for (subject, agency, role) in [("sở", "H50.12", Role::Leader), ("chuyên viên", "H50", Role::Processor)] {
            let officer = desk.officer(subject, agency, role).await;
            assert_eq!(answer(desk.get(&officer, NOVEMBER).await, 403).await["code"], "report.not_yours", "{subject}");
        }
        let clerk = desk.officer("văn thư", "H50", Role::Clerk).await;
        let report = answer(desk.get(&clerk, NOVEMBER).await, 200).await;
        assert_eq!((&report["rows"], &report["total"]["total"]), (&json!([]), &json!(0)));
        for days in ["from=2026-11-30&to=2026-11-01", "from=2025-01-01&to=2026-06-30"] {
            let refused = desk.get(&clerk, &format!("outgoing-documents/report?agency=H50&{days}")).await;
            assert_eq!(answer(refused, 400).await["code"], "report.period");
        }
    }
}
