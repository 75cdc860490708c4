//! The registers of incoming documents.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{Office, REASON};

const NOVEMBER: &str = "/v1/incoming-documents/register?agency=H50.12&from=2026-11-01&to=2026-11-23";

on_both_databases! {
    async fn the_columns_of_both_registers_are_there(database) {
        let office = Office::open(database).await;
        office.step("clerk-12", &office.take_in("clerk-12", &json!({"number": "9"})).await.ok(), &json!({"action": "return", "reason": REASON})).await.ok();
        let first = office.assigned(&json!({"deadline": {"on": "2026-11-20"}})).await;
        office.step("officer-12", &first, &json!({"action": "start"})).await.ok();
        let (issued, dispatch) = office.sent("H50.12").await;
        let second = office.steps(office.get("clerk-12", &dispatch).await.ok(), &[
            ("clerk-12", json!({"action": "register", "checks": {"signature": "none"}})),
            ("leader-12", json!({"action": "assign", "lead": {"unit": "H50.12.01"}})),
            ("unit-1", json!({"action": "start"})),
            ("unit-1", json!({"action": "complete", "answer": {"kind": "not_needed"}})),
        ]).await;
        let read = office.officer("clerk-12").get(NOVEMBER).await.ok();
        let lines = read["register"].as_array().unwrap();
        assert_eq!(lines.len(), 2, "what was sent back stands in no register");
        let expected = json!({
            "document_id": first["id"], "arrived_on": "2026-11-16", "arrival_number": 1, "issuer": "Sở Xây dựng tỉnh Nghệ An",
            "full_number": "05/QĐ-SXD", "issued_on": "2026-11-13",
            "type_and_subject": "Quyết định (cá biệt). Về việc kiểm tra công trình của ông Nguyễn Văn A",
            "recipient": "Đặng Văn Chuyên Viên", "note": null,
        });
        for (column, value) in expected.as_object().unwrap() {
            assert_eq!(&lines[0][column], value, "{column}");
        }
        assert!(lines[0]["transferred_at"].is_string() && lines[0]["acknowledged_at"].is_string());
        assert_eq!((&lines[1]["recipient"], &lines[1]["note"]), (&json!("Phòng Kinh tế phường Đông Hà"), &json!("Để biết; Chưa kiểm tra tính toàn vẹn")));
        let progress = read["progress"].as_array().unwrap();
        assert_eq!(progress[0]["document"], "Quyết định (cá biệt), 05/QĐ-SXD, 13/11/2026, Sở Xây dựng tỉnh Nghệ An");
        assert_eq!((&progress[0]["due_at"], &progress[0]["state"]), (&json!("2026-11-20T16:59:59Z"), &json!("processing")));
        assert_eq!((&progress[1]["answered_by"], &progress[1]["arrival_number"]), (&json!("Không cần trả lời"), &second["arrival_number"]));
        assert!(progress[1]["document"].as_str().unwrap().contains(issued["full_number"].as_str().unwrap()));
        let noted = office.texts("SELECT CAST(subjects AS TEXT) AS text FROM read_audit WHERE operation = 'get_incoming_register'").await;
        assert!(noted[0].contains(first["id"].as_str().unwrap()) && noted[0].contains(dispatch["id"].as_str().unwrap()));
        office.here.stop().await;
    }

    async fn the_report_counts_each_document_once_by_who_has_the_lead(database) {
        let office = Office::open(database).await;
        let due = json!({"deadline": {"on": "2026-11-18"}});
        let number = |number: &str| json!({"number": number});
        let register = [("clerk-12", json!({"action": "register"})), ("clerk-12", json!({"action": "submit"}))];
        // Done in time, done late, open and late by officer-12; one without a term by a unit; one nobody has; one revoked.
        for (which, done_on) in [("1", Some("2026-11-18T03:00:00Z")), ("2", Some("2026-11-19T03:00:00Z")), ("3", None)] {
            office.at(crate::office::MONDAY);
            let document = office.take_in("clerk-12", &number(which)).await.ok();
            let document = office.steps(document, &register).await;
            let mut direction = json!({"action": "assign", "lead": {"officer_id": office.id_of("officer-12").await}});
            direction["deadline"] = due["deadline"].clone();
            let document = office.steps(document, &[("leader-12", direction), ("officer-12", json!({"action": "start"}))]).await;
            if let Some(at) = done_on {
                office.at(at);
                office.step("officer-12", &document, &json!({"action": "complete", "answer": {"kind": "not_needed"}})).await.ok();
            }
        }
        office.at("2026-11-20T03:00:00Z");
        let document = office.take_in("clerk-12", &number("4")).await.ok();
        let unit = json!({"action": "assign", "lead": {"unit": "H50.12.01"}});
        office.steps(office.steps(document, &register).await, &[("leader-12", unit)]).await;
        let document = office.take_in("clerk-12", &number("5")).await.ok();
        office.steps(document, &register[..1]).await;
        let path = "/v1/incoming-documents/report?agency=H50.12&from=2026-11-01&to=2026-11-30";
        let report = office.officer("leader-12").get(path).await.ok();
        let rows: Vec<Value> = report["rows"].as_array().unwrap().iter().map(|row| {
            json!([row["name"], row["total"], row["done_in_time"], row["done_late"], row["open_in_time"], row["open_late"]])
        }).collect();
        let expected = [
            json!(["Phòng Kinh tế phường Đông Hà", 1, 0, 0, 1, 0]),
            json!(["Đặng Văn Chuyên Viên", 3, 1, 1, 0, 1]),
            json!([null, 1, 0, 0, 1, 0]),
        ];
        assert_eq!(rows, expected);
        assert_eq!(report["total"], json!({
            "total": 5, "done_in_time": 1, "done_late": 1, "open_in_time": 2, "open_late": 1, "given_up": 0,
        }));
        let clerk = office.officer("clerk-12");
        let page = clerk.request(reqwest::Method::GET, &format!("{path}&format=html")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("33,3") && page.contains("Chưa phân công") && page.contains("TỔNG SỐ"), "{page}");
        for outsider in ["officer-12", "unit-1", "clerk-13"] {
            assert_eq!(office.officer(outsider).get(path).await.problem(403), "incoming.not_yours", "{outsider}");
        }

        let path = "/v1/incoming-documents/tracking?agency=H50.12&from=2026-11-01&to=2026-11-30";
        let tracking = clerk.get(path).await.ok();
        assert_eq!(tracking["rows"].as_array().unwrap().len(), 5);
        let page = clerk.request(reqwest::Method::GET, &format!("{path}&format=html")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("đang xử lý, quá hạn") && page.contains("18/11/2026"), "{page}");
        let noted = office.texts("SELECT CAST(subjects AS TEXT) AS text FROM read_audit WHERE operation = 'get_incoming_tracking'").await;
        assert_eq!(noted.len(), 2);
        office.here.stop().await;
    }

    async fn the_book_is_printed_with_its_ten_columns(database) {
        let office = Office::open(database).await;
        let first = office.assigned(&json!({})).await;
        let clerk = office.officer("clerk-12");
        let register = first["arrival"]["register_id"].as_str().unwrap();
        let sheet = clerk.get(&format!("/v1/registers/{register}/sheet")).await.ok();
        assert_eq!(sheet["columns"][2]["title"], "Tác giả (3)");
        let cells = [
            "16/11/2026", "1", "Sở Xây dựng tỉnh Nghệ An", "05/QĐ-SXD", "13/11/2026",
            "Quyết định (cá biệt). Về việc kiểm tra công trình của ông Nguyễn Văn A", "Đặng Văn Chuyên Viên", "16/11/2026", "", "",
        ];
        assert_eq!(sheet["rows"][0]["cells"], json!(cells));
        let page = clerk.request(reqwest::Method::GET, &format!("/v1/registers/{register}/sheet?format=html")).send().await.unwrap();
        let page = page.text().await.unwrap();
        assert!(page.contains("Sổ đăng ký văn bản đến") || page.contains("SỔ ĐĂNG KÝ VĂN BẢN ĐẾN"), "{page}");
        assert!(page.contains("Sở Xây dựng tỉnh Nghệ An"));
        // Its documents and its lines are held against each other.
        let checked = clerk.get(&format!("/v1/registers/{register}/check")).await.ok();
        assert_eq!((&checked["in_order"], &checked["used"]), (&json!(true), &json!(1)), "{checked}");
        office.here.stop().await;
    }

    async fn only_who_keeps_or_directs_reads_it_and_for_a_year_at_most(database) {
        let office = Office::open(database).await;
        office.registered().await;
        for outsider in ["officer-12", "unit-1", "clerk-13", "clerk-04"] {
            assert_eq!(office.officer(outsider).get(NOVEMBER).await.problem(403), "incoming.not_yours", "{outsider}");
        }
        assert_eq!(office.officer("leader-12").get(NOVEMBER).await.ok()["register"].as_array().unwrap().len(), 1);
        let ask = |from: &str, to: &str| format!("/v1/incoming-documents/register?agency=H50.12&from={from}&to={to}");
        let clerk = office.officer("clerk-12");
        assert_eq!(clerk.get(&ask("2026-01-01", "2026-12-31")).await.status, 200);
        assert_eq!(clerk.get(&ask("2024-01-01", "2024-12-31")).await.status, 200);
        for (from, to) in [("2026-01-01", "2027-01-02"), ("2026-12-01", "2026-11-23")] {
            assert_eq!(clerk.get(&ask(from, to)).await.problem(400), "register.period");
        }
        assert_eq!(clerk.get(&ask("2026-11-17", "2026-11-23")).await.ok()["register"], Value::Array(Vec::new()));
        assert_eq!(clerk.get("/v1/incoming-documents/register?agency=H99&from=2026-11-01&to=2026-11-23").await.status, 422);
        office.here.stop().await;
    }
}
