//! Opening case files, and changing what they say.

use std::sync::Arc;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::office::{Office, faults};
use crate::plans;
use crate::shelf::{TITLE, at, beside, opened, read, sees, told, version};

on_both_databases! {
    async fn it_is_opened_by_the_plan_or_beside_it(database) {
        let office = Office::open(database).await;
        let draft = plans::drafted(&office, 2027).await;
        let officer = office.officer("officer-12");
        let by_draft = officer.post("/v1/case-files", &json!({"agency": "H50.12", "plan_entry": draft["entries"][0]["id"]})).await;
        assert_eq!(by_draft.problem(409), "file_plan.not_issued");
        let plan = plans::issued(&office, 2026).await;
        let planned = officer.post("/v1/case-files", &json!({"agency": "H50.12", "plan_entry": plan["entries"][1]["id"]})).await.ok();
        assert_eq!((&planned["code"], &planned["title"]), (&json!("H50.12.2026.02.TCCB"), &json!("Hồ sơ nâng lương")));
        assert_eq!((&planned["retention"]["name"], &planned["state"], &planned["language"]), (&json!("Vĩnh viễn"), &json!("open"), &json!("Tiếng Việt")));
        assert_eq!(planned["creator"]["name"], "Đặng Văn Chuyên Viên");
        let own = opened(&office, "99.KT", &json!({})).await;
        assert_eq!((&own["code"], &own["title"]), (&json!("H50.12.2026.99.KT"), &json!(TITLE)));
        assert_eq!(own["allowed_actions"], json!(["edit", "add_document", "remove_document", "close"]));
        for (line, period) in [(1, json!({"years": 1})), (0, json!({"years": 19}))] {
            let entry = &plan["entries"][line]["id"];
            let shorter = officer.post("/v1/case-files", &json!({"agency": "H50.12", "plan_entry": entry, "retention": period})).await;
            assert_eq!(faults(&shorter), ["/retention retention.below_plan"]);
        }
        let shortened = officer.change(Method::PATCH, &at(&planned), &version(&planned), &json!({"retention": {"years": 70}})).await;
        assert_eq!(faults(&shortened), ["/retention retention.below_plan"]);
        let of_other = officer.post("/v1/case-files", &json!({"agency": "H50.13", "plan_entry": plan["entries"][0]["id"]})).await;
        assert_eq!(of_other.problem(403), "case_file.not_of_agency");
        let events = told(&office, "case_file.opened", 2).await;
        assert_eq!(events[1]["data"]["retention_years"], 20);
        assert!(!serde_json::to_string(&events).unwrap().contains("Nguyễn"));
        assert!(office.texts("SELECT CAST(count(*) AS TEXT) AS text FROM read_audit WHERE operation = 'create_case_file'").await[0] != "0");
        office.here.stop().await;
    }

    async fn what_is_wrong_is_told_at_once(database) {
        let office = Office::open(database).await;
        let officer = office.officer("officer-12");
        let wrong = json!({"agency": "H50.12", "notation": "a b", "retention": {"years": 0}, "started_on": "2026-11-17"});
        let refused = officer.post("/v1/case-files", &wrong).await;
        assert_eq!(faults(&refused), ["/retention/years range", "/notation case_file.notation_invalid", "/title required", "/started_on date.in_future"]);
        let mut secret = beside("01.A");
        secret["secrecy"] = json!("secret");
        assert_eq!(officer.post("/v1/case-files", &secret).await.problem(422), "document.secret_refused");
        secret["secrecy"] = json!("Tối mật");
        assert_eq!(officer.post("/v1/case-files", &secret).await.problem(422), "document.secret_refused");
        let mut closed = beside("01.A");
        closed["agency"] = json!("H46");
        let refused = office.officer("province").post("/v1/case-files", &closed).await;
        assert_eq!((refused.problem(409), &refused.body["successor"]), ("agency.closed", &json!("H50")));
        let mut other = beside("01.A");
        other["creator"] = json!(office.id_of("clerk-13").await);
        assert_eq!(officer.post("/v1/case-files", &other).await.problem(403), "case_file.not_of_agency");
        assert_eq!(faults(&office.officer("clerk-12").post("/v1/case-files", &other).await), ["/creator officer.unfit"]);
        other["creator"] = json!(office.id_of("other-12").await);
        let for_other = office.officer("clerk-12").post("/v1/case-files", &other).await.ok();
        assert_eq!(for_other["creator"]["id"], other["creator"]);
        let long = opened(&office, &"0123456789".repeat(3), &json!({"title": "Đ".repeat(2000)})).await;
        assert_eq!((&long["warnings"][0]["code"], &long["warnings"][1]["code"]), (&json!("case_file.notation_long"), &json!("case_file.title_long")));
        office.here.stop().await;
    }

    async fn two_who_open_the_same_at_once_open_one(database) {
        let office = Arc::new(Office::open(database).await);
        let calls: Vec<_> = ["officer-12", "other-12", "clerk-12", "leader-12"].into_iter().map(|who| {
            let office = Arc::clone(&office);
            tokio::spawn(async move { office.officer(who).post("/v1/case-files", &beside("01.A")).await.status })
        }).collect();
        let mut statuses = Vec::new();
        for call in calls {
            statuses.push(call.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409]);
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn who_keeps_it_and_who_keeps_the_agencys_documents_see_it(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        for who in ["officer-12", "clerk-12", "leader-12", "clerk-50", "province"] {
            assert!(sees(&office, who, &case_file).await, "{who}");
        }
        for who in ["other-12", "unit-1", "clerk-13", "leader-13", "clerk-04"] {
            assert!(!sees(&office, who, &case_file).await, "{who}");
        }
        assert_eq!(office.here.citizen().get(&at(&case_file)).await.status, 403);
        office.run("UPDATE case_files SET tenant_id = '00000000-0000-7000-8000-000000000000'").await;
        assert!(!sees(&office, "clerk-12", &case_file).await);
        office.here.stop().await;
    }

    async fn it_is_changed_while_it_is_open_by_who_has_read_it(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        let officer = office.officer("officer-12");
        let patch = json!({"title": "Hồ sơ khiếu nại đất đai", "description": "Gồm hai phần", "rights": "open"});
        let without = crate::installation::send(officer.request(Method::PATCH, &at(&case_file)).json(&patch)).await;
        assert_eq!(without.problem(428), "precondition.required");
        let changed = officer.change(Method::PATCH, &at(&case_file), &version(&case_file), &patch).await.ok();
        assert_eq!((&changed["title"], &changed["description"], &changed["rights"]), (&patch["title"], &patch["description"], &json!("open")));
        let stale = office.officer("clerk-12").change(Method::PATCH, &at(&case_file), &version(&case_file), &patch).await;
        assert_eq!(stale.problem(412), "precondition.stale");
        let stranger = office.officer("other-12").change(Method::PATCH, &at(&case_file), &version(&changed), &patch).await;
        assert_eq!(stranger.status, 404);
        let seeing = office.officer("province").change(Method::PATCH, &at(&case_file), &version(&changed), &patch).await;
        assert_eq!(seeing.problem(403), "case_file.not_yours");
        let emptied = officer.change(Method::PATCH, &at(&case_file), &version(&changed), &json!({"description": ""})).await.ok();
        assert!(emptied["description"].is_null());
        assert_eq!(read(&office, "clerk-12", &case_file).await["version"], 3);
        office.here.stop().await;
    }

    async fn who_leaves_hands_over_what_is_open(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        let (leaver, other) = (office.id_of("officer-12").await, office.id_of("other-12").await);
        let clerk = office.officer("clerk-12");
        assert_eq!(clerk.list(&format!("/v1/officers/{leaver}/case-files?state=open"), "code").await, ["H50.12.2026.01.A"]);
        assert!(clerk.list(&format!("/v1/officers/{leaver}/case-files?state=closed"), "code").await.is_empty());
        assert!(office.officer("clerk-13").list(&format!("/v1/officers/{leaver}/case-files"), "code").await.is_empty());
        let stranger = json!({"action": "assign", "officer": office.id_of("clerk-13").await});
        assert_eq!(faults(&crate::shelf::step(&office, "clerk-12", &case_file, &stranger).await), ["/officer officer.unfit"]);
        let assign = json!({"action": "assign", "officer": other, "reason": "Chuyển công tác"});
        assert_eq!(crate::shelf::step(&office, "officer-12", &case_file, &assign).await.problem(403), "case_file.not_yours");
        let given = crate::shelf::step(&office, "clerk-12", &case_file, &assign).await.ok();
        assert_eq!(given["creator"]["name"], "Đỗ Thị Chuyên Viên");
        assert!(!sees(&office, "officer-12", &case_file).await);
        assert!(sees(&office, "other-12", &case_file).await);
        let notes = clerk.get(&format!("{}/notes", at(&case_file))).await.ok();
        assert_eq!((&notes["items"][1]["action"], &notes["items"][1]["text"]), (&json!("assign"), &json!("Chuyển công tác")));
        office.here.stop().await;
    }
}
