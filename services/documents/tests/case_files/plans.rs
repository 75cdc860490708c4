//! The yearly list of case files.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::office::{Office, faults};
use crate::shelf::{change, printed, told, version};

fn entries() -> Value {
    json!([
        {"notation": "01.TCCB", "heading": "Tổ chức cán bộ", "title": "Hồ sơ tuyển dụng của ông Nguyễn Văn A", "retention": {"years": 20}},
        {"notation": "02.TCCB", "heading": "Tổ chức cán bộ", "title": "Hồ sơ nâng lương", "retention": {"kind": "permanent"}, "unit": "H50.12.01"},
        {"notation": "01.VP", "heading": "Văn phòng", "title": "Lịch công tác", "retention": {"years": 5}, "note": "Lưu ở phòng"},
    ])
}

pub(crate) async fn drafted(office: &Office, year: i32) -> Value {
    let clerk = office.officer("clerk-12");
    let ward = office.officer("province").agency("H50.12").await;
    clerk.post(&format!("/v1/agencies/{ward}/file-plans"), &json!({"year": year, "entries": entries()})).await.ok()
}

fn at(plan: &Value) -> String {
    format!("/v1/file-plans/{}", plan["id"].as_str().unwrap())
}

fn issue() -> Value {
    json!({"action": "issue", "decision": {"number": "05/QĐ-UBND", "date": "2026-01-05"}})
}

pub(crate) async fn issued(office: &Office, year: i32) -> Value {
    let plan = drafted(office, year).await;
    change(office, "leader-12", &format!("{}/transitions", at(&plan)), &plan, &issue()).await.ok()
}

on_both_databases! {
    async fn the_head_issues_it_and_afterwards_lines_are_only_added(database) {
        let office = Office::open(database).await;
        let plan = drafted(&office, 2026).await;
        assert_eq!((&plan["state"], &plan["allowed_actions"]), (&json!("draft"), &json!(["put", "add_entries"])));
        assert_eq!(plan["entries"][1]["retention"], json!({"kind": "permanent", "years": null, "code": "01", "name": "Vĩnh viễn"}));
        let transitions = format!("{}/transitions", at(&plan));
        assert_eq!(change(&office, "clerk-12", &transitions, &plan, &issue()).await.problem(403), "file_plan.not_head");
        let future = json!({"action": "issue", "decision": {"number": " ", "date": "2026-11-17"}});
        assert_eq!(faults(&change(&office, "leader-12", &transitions, &plan, &future).await), ["/decision/number required", "/decision/date decision.in_future"]);
        let issued = change(&office, "leader-12", &transitions, &plan, &issue()).await.ok();
        assert_eq!((&issued["state"], &issued["decision"]["number"]), (&json!("issued"), &json!("05/QĐ-UBND")));
        assert_eq!(change(&office, "leader-12", &transitions, &plan, &issue()).await.problem(412), "precondition.stale");
        let again = change(&office, "leader-12", &transitions, &issued, &issue()).await;
        assert_eq!((again.problem(409), &again.body["allowed_actions"]), ("file_plan.state", &json!(["add_entries"])));
        let put = office.officer("clerk-12").change(Method::PUT, &at(&plan), &version(&issued), &json!({"entries": entries()})).await;
        assert_eq!(put.problem(409), "file_plan.state");
        let more = json!({"entries": [{"notation": "03.TCCB", "heading": "Tổ chức cán bộ", "title": "Hồ sơ thi đua", "retention": {"years": 10}}]});
        let added = change(&office, "clerk-12", &format!("{}/entries", at(&plan)), &issued, &more).await.ok();
        assert_eq!((&added["entries"][3]["added_on"], &added["entries"][0]["added_on"]), (&json!("2026-11-16"), &Value::Null));
        let repeated = change(&office, "clerk-12", &format!("{}/entries", at(&plan)), &added, &more).await;
        assert_eq!(faults(&repeated), ["/entries/0/notation file_plan.notation_repeated"]);
        let events = told(&office, "file_plan.", 3).await;
        assert_eq!(events[1]["data"]["state"], "issued");
        assert!(!serde_json::to_string(&events).unwrap().contains("Nguyễn"));
        office.here.stop().await;
    }

    async fn it_is_printed_in_five_columns_under_roman_headings(database) {
        let office = Office::open(database).await;
        let plan = issued(&office, 2026).await;
        let sheet = office.officer("leader-12").get(&format!("{}/sheet", at(&plan))).await.ok();
        assert_eq!(sheet["columns"].as_array().unwrap().len(), 5);
        assert_eq!(sheet["rows"][0][1], "I. TỔ CHỨC CÁN BỘ");
        assert_eq!(sheet["rows"][1], json!(["01.TCCB", "Hồ sơ tuyển dụng của ông Nguyễn Văn A", "20 năm", "", ""]));
        assert_eq!(sheet["rows"][2], json!(["02.TCCB", "Hồ sơ nâng lương", "Vĩnh viễn", "Phòng Kinh tế phường Đông Hà", ""]));
        assert_eq!(sheet["rows"][3][1], "II. VĂN PHÒNG");
        printed(&office, "leader-12", &format!("{}/sheet", at(&plan)), &["DANH MỤC HỒ SƠ NĂM 2026", "05/QĐ-UBND"]).await;
        office.here.stop().await;
    }

    async fn there_is_one_a_year_and_the_next_is_copied_from_it(database) {
        let office = Office::open(database).await;
        let plan = issued(&office, 2026).await;
        let ward = office.officer("province").agency("H50.12").await;
        let path = format!("/v1/agencies/{ward}/file-plans");
        let clerk = office.officer("clerk-12");
        let twice = clerk.post(&path, &json!({"year": 2026, "entries": entries()})).await;
        assert_eq!((twice.problem(409), &twice.body["file_plan_id"]), ("file_plan.exists", &plan["id"]));
        assert_eq!(faults(&clerk.post(&path, &json!({"year": 2028})).await), ["/year range"]);
        assert_eq!(faults(&clerk.post(&path, &json!({"year": 2027})).await), ["/entries required"]);
        assert_eq!(faults(&clerk.post(&path, &json!({"year": 2027, "from_year": 2020})).await), ["/from_year file_plan.unknown"]);
        let next = clerk.post(&path, &json!({"year": 2027, "from_year": 2026})).await.ok();
        assert_eq!((next["entries"].as_array().unwrap().len(), &next["entries"][2]["note"]), (3, &json!("Lưu ở phòng")));
        assert_ne!(next["entries"][0]["id"], plan["entries"][0]["id"]);
        assert_eq!(next["state"], "draft");
        office.here.stop().await;
    }

    async fn a_repeated_request_makes_one_plan_and_strangers_see_none(database) {
        let office = Office::open(database).await;
        let ward = office.officer("province").agency("H50.12").await;
        let path = format!("/v1/agencies/{ward}/file-plans");
        let ask = || office.officer("clerk-12").request(Method::POST, &path).header("Idempotency-Key", "plan-1").json(&json!({"year": 2026, "entries": entries()}));
        let first = crate::installation::send(ask()).await.ok();
        let second = crate::installation::send(ask()).await;
        assert_eq!((second.status, &second.body["id"]), (201, &first["id"]));
        assert_eq!(office.officer("clerk-13").post(&path, &json!({"year": 2027, "entries": entries()})).await.status, 404);
        assert_eq!(office.officer("officer-12").post(&path, &json!({"year": 2027, "entries": entries()})).await.problem(403), "file_plan.not_keeper");
        assert_eq!(office.officer("clerk-13").get(&at(&first)).await.status, 404);
        assert!(office.officer("clerk-13").list("/v1/file-plans", "id").await.is_empty());
        assert_eq!(office.officer("officer-12").list("/v1/file-plans?agency=H50.12", "id").await.len(), 1);
        // The units named in it see it once it is issued.
        assert_eq!(office.officer("unit-1").get(&at(&first)).await.status, 404);
        change(&office, "leader-12", &format!("{}/transitions", at(&first)), &first, &issue()).await.ok();
        assert_eq!(office.officer("unit-1").get(&at(&first)).await.status, 200);
        assert_eq!(office.officer("unit-2").get(&at(&first)).await.status, 404);
        let reader = office.here.scoped(motcua_kernel::ActorKind::Officer, "clerk-12", &["documents:documents:read"]);
        assert_eq!(reader.get(&at(&first)).await.problem(403), "scope.missing");
        office.here.stop().await;
    }
}
