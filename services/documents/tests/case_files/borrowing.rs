//! Borrowing case files.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::destroying::proposed;
use crate::handing_over::hand_over;
use crate::installation::Reply;
use crate::office::{Office, faults};
use crate::shelf::{at, change, closed, opened, printed, read, sees, told};

pub(crate) async fn asked(office: &Office, who: &str, case_file: &Value, person: &str, due_on: &str) -> Reply {
    let person = office.id_of(person).await;
    let body = json!({"case_file": case_file["id"], "person": person, "purpose": "Thẩm tra đơn của ông Nguyễn Văn A", "due_on": due_on});
    office.officer(who).post("/v1/case-file-loans", &body).await
}

pub(crate) async fn step(office: &Office, who: &str, loan: &Value, step: &Value) -> Reply {
    change(office, who, &format!("/v1/case-file-loans/{}/transitions", loan["id"].as_str().unwrap()), loan, step).await
}

on_both_databases! {
    async fn a_borrower_sees_the_list_from_the_agreement_to_the_day(database) {
        let office = Office::open(database).await;
        let case_file = closed(&office, "01.A", &json!({})).await;
        assert_eq!(asked(&office, "other-12", &case_file, "other-12", "2026-11-20").await.status, 404);
        assert_eq!(faults(&asked(&office, "clerk-12", &case_file, "clerk-13", "2026-11-15").await), ["/due_on date.past"]);
        let loan = asked(&office, "clerk-12", &case_file, "clerk-13", "2026-11-20").await.ok();
        assert_eq!((&loan["state"], &loan["person"]["name"]), (&json!("requested"), &json!("Hoàng Thị Ghi Chép")));
        assert!(!sees(&office, "clerk-13", &case_file).await);
        assert_eq!(step(&office, "clerk-12", &loan, &json!({"action": "approve"})).await.problem(403), "loan.not_yours");
        assert_eq!(step(&office, "leader-13", &loan, &json!({"action": "approve"})).await.status, 404);
        let lent = step(&office, "leader-12", &loan, &json!({"action": "approve"})).await.ok();
        assert_eq!((&lent["state"], &lent["decider"]["name"]), (&json!("approved"), &json!("Lê Thị Chủ Tịch")));
        assert_eq!(step(&office, "leader-12", &loan, &json!({"action": "approve"})).await.problem(412), "precondition.stale");
        assert_eq!(step(&office, "leader-12", &lent, &json!({"action": "approve"})).await.problem(409), "loan.state");
        assert!(sees(&office, "clerk-13", &case_file).await);
        let borrower = office.officer("clerk-13");
        let listed = borrower.get(&format!("{}/documents", at(&case_file))).await.ok();
        assert_eq!((&listed["items"][0]["dated"], &listed["items"][0]["may_see"]), (&json!("2026-11-05"), &json!(false)));
        let file = listed["items"][0]["document"]["id"].as_str().unwrap();
        assert_eq!(borrower.get(&format!("/v1/files/{file}")).await.status, 404);
        assert_eq!(borrower.get(&format!("{}/notes", at(&case_file))).await.status, 404);
        assert_eq!(asked(&office, "clerk-13", &case_file, "leader-13", "2026-11-20").await.status, 404);
        office.at("2026-11-20T16:59:00Z");
        assert!(sees(&office, "clerk-13", &case_file).await);
        office.at("2026-11-20T17:00:00Z");
        assert!(!sees(&office, "clerk-13", &case_file).await);
        let late = office.officer("clerk-12").get("/v1/case-file-loans?late=true").await.ok();
        assert_eq!((&late["items"][0]["id"], &late["items"][0]["late"]), (&loan["id"], &json!(true)));
        let back = step(&office, "clerk-13", &lent, &json!({"action": "return"})).await.ok();
        assert_eq!(back["state"], "returned");
        assert!(office.officer("clerk-12").list("/v1/case-file-loans?late=true", "id").await.is_empty());
        let events = told(&office, "case_file_loan.", 3).await;
        assert_eq!(events[2]["data"]["state"], "returned");
        assert!(!serde_json::to_string(&events).unwrap().contains("Nguyễn"));
        office.here.stop().await;
    }

    async fn what_is_lent_is_neither_handed_in_nor_destroyed_and_what_is_listed_is_not_lent(database) {
        let office = Office::open(database).await;
        let case_file = closed(&office, "01.A", &json!({"retention": {"years": 5}})).await;
        let loan = asked(&office, "clerk-12", &case_file, "other-12", "2026-11-20").await.ok();
        let later = asked(&office, "clerk-12", &case_file, "clerk-13", "2032-02-20").await.ok();
        let lent = step(&office, "leader-12", &loan, &json!({"action": "approve"})).await.ok();
        let named = json!([{"loan_id": loan["id"], "case_file_id": case_file["id"]}]);
        let refused = hand_over(&office, "clerk-12", &[&case_file]).await;
        assert_eq!((refused.problem(409), &refused.body["loans"]), ("case_file.lent", &named));
        office.at("2032-01-05T03:00:00Z");
        // The day is long past, and it has not come back.
        let refused = proposed(&office, "clerk-12", "H50.12", &[&case_file]).await;
        assert_eq!((refused.problem(409), &refused.body["loans"]), ("case_file.lent", &named));
        step(&office, "clerk-12", &lent, &json!({"action": "return"})).await.ok();
        let listed = proposed(&office, "clerk-12", "H50.12", &[&case_file]).await.ok();
        let refused = asked(&office, "clerk-12", &case_file, "other-12", "2032-02-20").await;
        assert_eq!((refused.problem(409), &refused.body["destruction_id"]), ("case_file.to_be_destroyed", &listed["id"]));
        let refused = step(&office, "leader-12", &later, &json!({"action": "approve"})).await;
        assert_eq!((refused.problem(409), &refused.body["destruction_id"]), ("case_file.to_be_destroyed", &listed["id"]));
        let path = format!("/v1/destructions/{}/transitions", listed["id"].as_str().unwrap());
        let no = json!({"action": "refuse", "reason": "Hồ sơ còn giá trị tra cứu"});
        change(&office, "leader-12", &path, &listed, &no).await.ok();
        step(&office, "leader-12", &later, &json!({"action": "approve"})).await.ok();
        office.here.stop().await;
    }

    async fn what_was_asked_for_is_not_lent_after_the_archive_took_it_or_it_was_opened_again(database) {
        let office = Office::open(database).await;
        let handed = closed(&office, "01.A", &json!({})).await;
        let loan = asked(&office, "clerk-12", &handed, "other-12", "2026-11-20").await.ok();
        hand_over(&office, "clerk-12", &[&handed]).await.ok();
        let waiting = read(&office, "clerk-04", &handed).await;
        crate::shelf::step(&office, "clerk-04", &waiting, &json!({"action": "accept"})).await.ok();
        assert_eq!(step(&office, "leader-12", &loan, &json!({"action": "approve"})).await.problem(409), "loan.keeper_changed");
        let again = closed(&office, "02.A", &json!({})).await;
        let loan = asked(&office, "clerk-12", &again, "other-12", "2026-11-20").await.ok();
        let reopen = json!({"action": "reopen", "reason": "Còn thiếu biên bản làm việc"});
        crate::shelf::step(&office, "leader-12", &again, &reopen).await.ok();
        assert_eq!(step(&office, "leader-12", &loan, &json!({"action": "approve"})).await.problem(409), "case_file.state");
        office.here.stop().await;
    }

    async fn the_book_has_nine_columns(database) {
        let office = Office::open(database).await;
        let case_file = closed(&office, "01.A", &json!({})).await;
        let first = asked(&office, "officer-12", &case_file, "other-12", "2026-11-20").await.ok();
        let lent = step(&office, "leader-12", &first, &json!({"action": "approve"})).await.ok();
        step(&office, "clerk-12", &lent, &json!({"action": "return"})).await.ok();
        let refused = asked(&office, "clerk-12", &case_file, "clerk-13", "2026-11-20").await.ok();
        let no = json!({"action": "refuse", "reason": "Không thuộc phạm vi công việc"});
        assert_eq!(step(&office, "leader-12", &refused, &no).await.ok()["refusal"], no["reason"]);
        let ward = office.officer("province").agency("H50.12").await;
        let path = format!("/v1/agencies/{ward}/case-file-loans/sheet?from=2026-11-01&to=2026-11-30");
        let sheet = office.officer("clerk-12").get(&path).await.ok();
        assert_eq!((sheet["columns"].as_array().unwrap().len(), sheet["rows"].as_array().unwrap().len()), (9, 1));
        let expected = json!([
            "16/11/2026", "Đỗ Thị Chuyên Viên", "", crate::shelf::TITLE, "H50.12.2026.01.A", "", "16/11/2026", "Lê Thị Chủ Tịch",
            "Thẩm tra đơn của ông Nguyễn Văn A"
        ]);
        assert_eq!(sheet["rows"][0], expected);
        printed(&office, "clerk-12", &path, &["SỔ SỬ DỤNG BẢN LƯU"]).await;
        assert_eq!(office.officer("clerk-13").get(&path).await.status, 404);
        let open = opened(&office, "02.A", &json!({})).await;
        assert_eq!(asked(&office, "clerk-12", &open, "other-12", "2026-11-20").await.problem(409), "case_file.state");
        office.here.stop().await;
    }
}
