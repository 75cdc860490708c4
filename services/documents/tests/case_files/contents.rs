//! Documents in case files.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{Office, faults};
use crate::shelf::{at, change, opened, printed, read, step, told, uploaded};

on_both_databases! {
    async fn one_document_is_in_several_case_files_and_in_each_once(database) {
        let office = Office::open(database).await;
        let arrived = office.registered().await;
        let (first, second) = (opened(&office, "01.A", &json!({})).await, opened(&office, "02.A", &json!({})).await);
        let link = json!({"document": {"kind": "incoming", "id": arrived["id"]}, "pages": 3, "note": "Bản gốc"});
        let clerk = office.officer("clerk-12");
        let added = clerk.post(&format!("{}/documents", at(&first)), &link).await.ok();
        assert_eq!((&added["number"], &added["dated"], &added["pages"]), (&json!("05/QĐ-SXD"), &json!("2026-11-13"), &json!(3)));
        assert_eq!(added["title"], "Quyết định: Về việc kiểm tra công trình của ông Nguyễn Văn A");
        let twice = clerk.post(&format!("{}/documents", at(&first)), &link).await;
        assert_eq!(twice.problem(409), "case_file.has_document");
        clerk.post(&format!("{}/documents", at(&second)), &link).await.ok();
        let holding = format!("/v1/case-files?document=incoming:{}", arrived["id"].as_str().unwrap());
        let mut codes = clerk.list(&holding, "code").await;
        codes.sort();
        assert_eq!(codes, ["H50.12.2026.01.A", "H50.12.2026.02.A"]);
        assert_eq!(office.texts("SELECT CAST(count(*) AS TEXT) AS text FROM incoming_documents").await, ["1"]);
        let shown = office.get("clerk-12", &arrived).await.ok();
        assert_eq!(shown["case_files"], json!([{"id": first["id"], "code": codes[0]}, {"id": second["id"], "code": codes[1]}]));
        let now = read(&office, "clerk-12", &first).await;
        assert_eq!((&now["document_total"], &now["page_total"]), (&json!(1), &json!(3)));
        let events = told(&office, "case_file.document_added", 2).await;
        assert_eq!((&events[0]["data"]["document_kind"], &events[0]["data"]["document_id"]), (&json!("incoming"), &arrived["id"]));
        assert!(!serde_json::to_string(&events).unwrap().contains("Nguyễn"));
        office.here.stop().await;
    }

    async fn adding_takes_sight_and_what_one_may_not_see_shows_number_and_day_alone(database) {
        let office = Office::open(database).await;
        let (arrived, issued) = (office.registered().await, office.issued().await);
        let case_file = opened(&office, "01.A", &json!({})).await;
        let documents = format!("{}/documents", at(&case_file));
        let link = json!({"document": {"kind": "incoming", "id": arrived["id"]}});
        // Who keeps the case file was not given the document.
        assert_eq!(faults(&office.officer("officer-12").post(&documents, &link).await), ["/document/id document.unknown"]);
        office.officer("clerk-12").post(&documents, &link).await.ok();
        let outgoing = json!({"document": {"kind": "outgoing", "id": issued["id"]}});
        assert_eq!(faults(&office.officer("clerk-12").post(&documents, &outgoing).await), ["/document/id document.unknown"]);
        office.officer("clerk-50").post(&documents, &outgoing).await.ok();
        let seen = office.officer("officer-12").get(&documents).await.ok();
        assert_eq!(seen["items"].as_array().unwrap().len(), 2);
        for item in seen["items"].as_array().unwrap() {
            assert_eq!((&item["may_see"], &item["title"], &item["author"], &item["note"]), (&json!(false), &json!(null), &json!(null), &json!(null)));
            assert!(item["number"].as_str().unwrap().contains('/'));
        }
        let half = office.officer("clerk-12").get(&documents).await.ok();
        let titles: Vec<bool> = half["items"].as_array().unwrap().iter().map(|item| item["title"].is_string()).collect();
        assert_eq!(titles, [true, false]);
        let list = office.officer("officer-12").get(&format!("{}/document-list", at(&case_file))).await.ok();
        assert_eq!((&list["rows"][0][1], &list["rows"][0][3], &list["rows"][0][4]), (&json!("05/QĐ-SXD"), &json!(""), &json!("")));
        let own = json!({"document": {"kind": "incoming", "id": arrived["id"]}, "title": "Khác", "number": "1"});
        assert_eq!(faults(&office.officer("clerk-12").post(&documents, &own).await), ["/title case_file.said_by_document", "/number case_file.said_by_document"]);
        office.here.stop().await;
    }

    async fn only_what_is_registered_or_issued_goes_in(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        let documents = format!("{}/documents", at(&case_file));
        let arrived = office.arrived().await;
        let link = json!({"document": {"kind": "incoming", "id": arrived["id"]}});
        let clerk = office.officer("clerk-12");
        assert_eq!(clerk.post(&documents, &link).await.problem(409), "document.unregistered");
        office.step("clerk-12", &arrived, &json!({"action": "register"})).await.ok();
        clerk.post(&documents, &link).await.ok();
        // As a draft leaves it that has its number and is not issued.
        let issued = office.issued().await;
        office.run("UPDATE outgoing_documents SET state = 'numbered'").await;
        let link = json!({"document": {"kind": "outgoing", "id": issued["id"]}});
        let refused = office.officer("clerk-50").post(&documents, &link).await;
        assert_eq!(faults(&refused), ["/document/id document.unissued"]);
        office.here.stop().await;
    }

    async fn documents_stand_in_the_order_of_their_days_and_can_be_taken_out_with_a_reason(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        uploaded(&office, "officer-12", &case_file, "sau", "2026-11-10").await;
        let early = uploaded(&office, "officer-12", &case_file, "trước", "2026-11-05").await;
        let officer = office.officer("officer-12");
        assert_eq!(officer.list(&format!("{}/documents", at(&case_file)), "title").await, ["Ảnh trước", "Ảnh sau"]);
        assert_eq!(officer.list(&format!("{}/documents?limit=1", at(&case_file)), "title").await, ["Ảnh trước"]);
        let list = officer.get(&format!("{}/document-list", at(&case_file))).await.ok();
        assert_eq!(list["columns"].as_array().unwrap().len(), 7);
        assert_eq!(list["rows"][1], json!(["2", "", "10/11/2026", "Ảnh sau", "", "3-4", ""]));
        printed(&office, "officer-12", &format!("{}/document-list", at(&case_file)), &["MỤC LỤC VĂN BẢN", "Ảnh trước"]).await;
        let removal = format!("{}/documents/{}/removal", at(&case_file), early["id"].as_str().unwrap());
        assert_eq!(faults(&officer.post(&removal, &json!({"reason": "Trùng"})).await), ["/reason too_short"]);
        let reason = json!({"reason": "Ảnh trùng với ảnh của ông Nguyễn Văn A"});
        assert_eq!(office.officer("province").post(&removal, &reason).await.problem(403), "case_file.not_yours");
        let without = officer.post(&removal, &reason).await.ok();
        assert_eq!((&without["document_total"], &without["page_total"]), (&json!(1), &json!(2)));
        assert_eq!(officer.post(&removal, &reason).await.status, 404);
        let notes = officer.get(&format!("{}/notes", at(&case_file))).await.ok();
        assert_eq!(notes["items"][3]["text"], reason["reason"]);
        assert!(!serde_json::to_string(&told(&office, "case_file.document_removed", 1).await).unwrap().contains("Nguyễn"));
        office.here.stop().await;
    }

    async fn nothing_is_added_after_it_was_closed(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        let empty = step(&office, "officer-12", &case_file, &json!({"action": "close", "ended_on": "2026-11-16"})).await;
        assert_eq!(empty.problem(409), "case_file.empty");
        let entry = uploaded(&office, "officer-12", &case_file, "a", "2026-11-05").await;
        let case_file = read(&office, "officer-12", &case_file).await;
        step(&office, "officer-12", &case_file, &json!({"action": "close", "ended_on": "2026-11-16"})).await.ok();
        let officer = office.officer("officer-12");
        let file = office.upload(&officer, "late").await;
        let late = json!({"document": {"kind": "upload", "id": file}, "title": "Muộn", "dated": "2026-11-16"});
        let refused = officer.post(&format!("{}/documents", at(&case_file)), &late).await;
        assert_eq!((refused.problem(409), &refused.body["state"], &refused.body["allowed_actions"]), ("case_file.state", &json!("closed"), &json!(["lend"])));
        let removal = format!("{}/documents/{}/removal", at(&case_file), entry["id"].as_str().unwrap());
        assert_eq!(officer.post(&removal, &json!({"reason": "Không thuộc hồ sơ này"})).await.problem(409), "case_file.state");
        office.here.stop().await;
    }

    async fn an_uploaded_file_is_open_to_who_sees_the_case_file(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        let entry = uploaded(&office, "officer-12", &case_file, "a", "2026-11-05").await;
        let file = format!("/v1/files/{}", entry["document"]["id"].as_str().unwrap());
        assert_eq!(office.officer("leader-12").get(&file).await.status, 200);
        assert_eq!(office.officer("other-12").get(&file).await.status, 404);
        let theirs = json!({"document": entry["document"], "title": "Của người khác", "dated": "2026-11-05"});
        let second = opened(&office, "02.A", &json!({})).await;
        let refused = office.officer("clerk-12").post(&format!("{}/documents", at(&second)), &theirs).await;
        assert_eq!(faults(&refused), ["/document/id file.unknown"]);
        let change_of_nothing = change(&office, "officer-12", &format!("{}/transitions", at(&second)), &second, &json!({"action": "close", "ended_on": "2026-11-01"})).await;
        assert_eq!(faults(&change_of_nothing), ["/ended_on date.before_start"]);
        office.here.stop().await;
    }

    async fn all_fields_of_the_annex_come_at_once_and_hidden_documents_tell_number_and_day(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({"description": "Gồm hai phần"})).await;
        let documents = format!("{}/documents", at(&case_file));
        let letter = office.take_in("clerk-12", &json!({"subject": format!("{} dài", "x".repeat(608))})).await.ok();
        let arrived = office.step("clerk-12", &letter, &json!({"action": "register"})).await.ok();
        let issued = office.issued().await;
        let path = format!("{}/dispatches", crate::office::outgoing(&issued));
        office.officer("clerk-50").post(&path, &json!({"receivers": ["H50.13"], "due_on": "2026-11-30"})).await.ok();
        let link = |kind: &str, document: &Value| json!({"document": {"kind": kind, "id": document["id"]}});
        office.officer("clerk-12").post(&documents, &link("incoming", &arrived)).await.ok();
        office.officer("clerk-50").post(&documents, &link("outgoing", &issued)).await.ok();
        uploaded(&office, "officer-12", &case_file, "a", "2026-11-16").await;
        let path = format!("{}/metadata", at(&case_file));
        let all = office.officer("clerk-50").get(&path).await.ok();
        assert_eq!(all["file_code"], json!({"organ_id": "H50.12", "file_catalog": 2026, "file_notation": "01.A"}));
        assert_eq!((&all["maintenance"], &all["maintenance_code"], &all["rights"]), (&json!("20 năm"), &json!("05"), &json!("Có điều kiện")));
        assert_eq!((&all["doc_total"], &all["creator"], &all["description"]), (&json!(3), &json!("Đặng Văn Chuyên Viên"), &json!("Gồm hai phần")));
        let [first, second, third] = &all["documents"].as_array().unwrap()[..] else { panic!("{all}") };
        assert_eq!((&first["doc_ordinal"], &first["code_number"], &first["code_notation"]), (&json!(1), &json!("05"), &json!("QĐ-SXD")));
        assert_eq!((&first["arrival_number"], &first["signer_info"]["full_name"]), (&json!(1), &json!("Trần Văn B")));
        assert_eq!((&first["organ_name"], &first["issued_date"]), (&json!("Sở Xây dựng tỉnh Nghệ An"), &json!("2026-11-13")));
        assert_eq!((&second["doc_ordinal"], &second["subject"]), (&json!(2), &issued["subject"]));
        assert_eq!(second["due_date"], "2026-11-30");
        assert_eq!(second["to"], json!([{"organ_id": "H50.13", "organ_name": "Ủy ban nhân dân phường Đồng Hới"}]));
        assert_eq!((&third["subject"], &third["page_amount"]), (&json!("Ảnh a"), &json!(2)));
        // What is longer than the annex has it is given whole, and said so.
        let long: Vec<(&Value, &Value, &Value)> = all["warnings"].as_array().unwrap().iter()
            .map(|warning| (&warning["pointer"], &warning["length"], &warning["longest"])).collect();
        assert_eq!(long, [(&json!("/documents/0/subject"), &json!(612), &json!(500))]);
        assert_eq!(first["subject"].as_str().unwrap().chars().count(), 612);
        // A page at a time, the ordinals go on.
        let page = office.officer("clerk-50").get(&format!("{path}?limit=2")).await.ok();
        let rest = format!("{path}?limit=2&after={}", page["next"].as_str().unwrap());
        let rest = office.officer("clerk-50").get(&rest).await.ok();
        assert_eq!((&rest["documents"], &rest["next"]), (&json!([third]), &json!(null)));
        // Who keeps it may see neither the letter nor the decision.
        let half = office.officer("officer-12").get(&path).await.ok();
        for document in &half["documents"].as_array().unwrap()[..2] {
            assert_eq!((&document["may_see"], &document["subject"], &document["organ_name"]), (&json!(false), &json!(null), &json!(null)));
            assert!(document["full_number"].as_str().unwrap().contains('/'));
        }
        assert_eq!(office.officer("clerk-13").get(&path).await.status, 404);
        office.here.stop().await;
    }
}
