//! The register in the columns of the official book.

use motcua_kernel::Role;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, answer};
use super::late::late;
use super::reserving::{register, reserve, void};

async fn filled(desk: &Desk, clerk: &str) -> String {
    let mut first = desk.decision(clerk, "1").await;
    first["signer_name"] = json!("Lê Thị <b>Chủ</b> Tịch");
    first["subject"] = json!("=HYPERLINK(\"http://x\")");
    desk.issue(clerk, &first, 201).await;
    let reserved = reserve(desk, clerk, json!({"count": 2}), 201).await;
    let id = register(&reserved);
    void(desk, clerk, &id, "2", 1, 200).await;
    desk.issue(clerk, &late(desk, clerk, "1a", 1).await, 201).await;
    desk.at("2026-12-01T03:00:00Z");
    desk.issue(clerk, &desk.decision(clerk, "4").await, 201).await;
    id
}

fn cells(sheet: &Value, column: usize) -> Vec<String> {
    let rows = sheet["rows"].as_array().unwrap();
    rows.iter().map(|row| row["cells"][column].as_str().unwrap().to_owned()).collect()
}

on_both_databases! {
    async fn the_book_has_ten_columns_and_void_numbers_with_their_reasons(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let id = filled(&desk, &clerk).await;
        let sheet = answer(desk.get(&clerk, &format!("registers/{id}/sheet")).await, 200).await;
        assert_eq!(sheet["columns"].as_array().unwrap().len(), 10);
        assert_eq!(sheet["columns"][0]["title"], "Số, ký hiệu văn bản (1)");
        assert_eq!(cells(&sheet, 0), ["01/QĐ-UBND", "01a/QĐ-UBND", "02/QĐ-UBND", "03/QĐ-UBND", "04/QĐ-UBND"]);
        assert_eq!(cells(&sheet, 1), ["21/11/2026", "21/11/2026", "21/11/2026", "21/11/2026", "01/12/2026"]);
        assert_eq!(cells(&sheet, 2)[0], "Quyết định: =HYPERLINK(\"http://x\")");
        assert_eq!(cells(&sheet, 3)[0], "Lê Thị <b>Chủ</b> Tịch");
        let notes = cells(&sheet, 9);
        assert_eq!(notes[1], "Số chèn theo 20/QĐ-UBND ngày 20/11/2026");
        assert_eq!(notes[2], "HỦY SỐ ngày 21/11/2026: Văn bản của bà Trần Thị B không ban hành nữa; giữ số ngày 21/11/2026: Quyết định của ông Nguyễn Văn A ký ngoài giờ");
        assert!(notes[3].starts_with("Đang giữ số ngày 21/11/2026: "));
        let part = answer(desk.get(&clerk, &format!("registers/{id}/sheet?from=2026-12-01&to=2026-12-31")).await, 200).await;
        assert_eq!(cells(&part, 0), ["04/QĐ-UBND"]);
        let reversed = desk.get(&clerk, &format!("registers/{id}/sheet?from=2026-12-31&to=2026-12-01")).await;
        assert_eq!(answer(reversed, 400).await["code"], "register.period");
        let noted = desk.texts("SELECT operation AS text FROM read_audit WHERE operation = 'get_register_sheet'").await;
        assert_eq!(noted.len(), 2);
    }

    async fn it_comes_as_spreadsheet_page_and_pdf(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let id = filled(&desk, &clerk).await;
        let page = desk.get(&clerk, &format!("registers/{id}/sheet?format=html")).await;
        assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let page = page.text().await.unwrap();
        assert!(page.contains("SỔ ĐĂNG KÝ VĂN BẢN ĐI") && page.contains("01a/QĐ-UBND"));
        assert!(page.contains("&lt;b&gt;Chủ") && !page.contains("<b>Chủ"));
        let sheet = desk.get(&clerk, &format!("registers/{id}/sheet?format=xlsx")).await;
        let name = sheet.headers()["content-disposition"].to_str().unwrap();
        assert!(name.starts_with(&format!("attachment; filename=\"so-2026-{id}.xlsx\"")), "{name}");
        assert!(sheet.bytes().await.unwrap().starts_with(b"PK"));
        let print = desk.get(&clerk, &format!("registers/{id}/sheet?format=pdf")).await;
        if cfg!(feature = "pdf") {
            assert_eq!(print.headers()["content-type"], "application/pdf");
            assert!(print.bytes().await.unwrap().starts_with(b"%PDF"));
        } else {
            assert_eq!(answer(print, 501).await["code"], "form.no_pdf");
        }
        assert_eq!(answer(desk.get(&clerk, &format!("registers/{id}/sheet?format=doc")).await, 400).await["code"], "parameter.invalid");
    }

    async fn who_does_not_see_the_documents_does_not_see_the_book(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let id = filled(&desk, &clerk).await;
        let foreign = desk.officer("tú", "H50.13", Role::Leader).await;
        assert_eq!(desk.get(&foreign, &format!("registers/{id}/sheet")).await.status(), 404);
        let unscoped = desk.token(motcua_kernel::ActorKind::Officer, "vân", &["documents:registers:read"]);
        let refused = answer(desk.get(&unscoped, &format!("registers/{id}/sheet")).await, 403).await;
        assert_eq!(refused["scope"], "documents:documents:read");
        // A document that went elsewhere than its register keeps its number in the book and nothing else.
        desk.run("UPDATE outgoing_documents SET responsible_agency_id = '00000000-0000-0000-0000-000000000001' WHERE suffix = '' AND number = 1").await;
        let sheet = answer(desk.get(&clerk, &format!("registers/{id}/sheet")).await, 200).await;
        assert_eq!((cells(&sheet, 0)[0].as_str(), cells(&sheet, 2)[0].as_str(), cells(&sheet, 3)[0].as_str()), ("01/QĐ-UBND", "Quyết định", ""));
    }
}
