//! Handing case files in to the archive.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::installation::Reply;
use crate::office::{Office, faults, path};
use crate::shelf::{at, closed, opened, printed, read, sees, step, told};

/// Hands case files of the ward in to the archive of the finance department.
pub(crate) async fn hand_over(office: &Office, who: &str, case_files: &[&Value]) -> Reply {
    let ward = office.officer("province").agency("H50.12").await;
    let ids: Vec<&Value> = case_files.iter().map(|case_file| &case_file["id"]).collect();
    let body = json!({"archive_agency": "H50.04", "case_files": ids});
    office.officer(who).post(&format!("/v1/agencies/{ward}/hand-overs"), &body).await
}

on_both_databases! {
    async fn the_archive_takes_or_returns_each(database) {
        let office = Office::open(database).await;
        let permanent = closed(&office, "01.A", &json!({"retention": {"kind": "permanent"}})).await;
        let limited = closed(&office, "02.A", &json!({})).await;
        assert!(!sees(&office, "clerk-04", &permanent).await);
        assert_eq!(hand_over(&office, "officer-12", &[&permanent]).await.problem(403), "hand_over.not_keeper");
        assert_eq!(hand_over(&office, "clerk-13", &[&permanent]).await.status, 404);
        let handed = hand_over(&office, "clerk-12", &[&permanent, &limited]).await.ok();
        assert_eq!((&handed["handed_on"], &handed["case_files"][0]["outcome"]), (&json!("2026-11-16"), &json!("waiting")));
        let (permanent, limited) = (read(&office, "clerk-04", &permanent).await, read(&office, "clerk-04", &limited).await);
        assert_eq!((&permanent["state"], &permanent["allowed_actions"]), (&json!("handed_over"), &json!(["accept", "return", "lend"])));
        assert_eq!(step(&office, "leader-12", &permanent, &json!({"action": "accept"})).await.problem(403), "case_file.not_yours");
        let accepted = step(&office, "clerk-04", &permanent, &json!({"action": "accept"})).await.ok();
        assert_eq!((&accepted["state"], &accepted["archive_agency"]["code"]), (&json!("accepted"), &json!("H50.04")));
        let reason = json!({"action": "return", "reason": "Thiếu biên bản bàn giao"});
        let again = step(&office, "clerk-04", &permanent, &reason).await;
        assert_eq!(again.problem(412), "precondition.stale");
        assert_eq!(step(&office, "clerk-04", &accepted, &reason).await.problem(409), "case_file.state");
        step(&office, "clerk-04", &limited, &reason).await.ok();
        assert!(!sees(&office, "clerk-04", &limited).await);
        let back = read(&office, "clerk-12", &limited).await;
        assert_eq!((&back["state"], &back["archive_agency"]), (&json!("returned"), &json!(null)));
        let path = format!("/v1/hand-overs/{}", handed["id"].as_str().unwrap());
        let seen = office.officer("clerk-04").get(&path).await.ok();
        let outcomes: Vec<&Value> = seen["case_files"].as_array().unwrap().iter().map(|item| &item["outcome"]).collect();
        assert_eq!(outcomes, [&json!("accepted"), &json!("returned")]);
        assert_eq!(office.officer("clerk-13").get(&path).await.status, 404);
        for (part, code) in [("permanent", "H50.12.2026.01.A"), ("time_limited", "H50.12.2026.02.A")] {
            let list = office.officer("clerk-04").get(&format!("{path}/list?part={part}")).await.ok();
            assert_eq!((list["columns"].as_array().unwrap().len(), list["rows"].as_array().unwrap().len()), (7, 1));
            assert_eq!((&list["rows"][0][1], &list["rows"][0][3]), (&json!(code), &json!("02/11/2026 - 16/11/2026")));
            printed(&office, "clerk-04", &format!("{path}/list?part={part}"), &["MỤC LỤC HỒ SƠ", code]).await;
        }
        hand_over(&office, "leader-12", &[&limited]).await.ok();
        assert_eq!(office.officer("clerk-04").list("/v1/hand-overs", "handed_on").await.len(), 2);
        office.here.stop().await;
    }

    async fn the_archive_reads_what_it_took_and_what_it_returned_no_more(database) {
        let office = Office::open(database).await;
        let case_file = opened(&office, "01.A", &json!({})).await;
        let scan = office.upload(&office.officer("clerk-12"), "letter").await;
        let letter = office.take_in("clerk-12", &json!({"file_id": scan})).await.ok();
        let letter = office.step("clerk-12", &letter, &json!({"action": "register"})).await.ok();
        let ward = office.officer("clerk-12");
        let decision = json!({"issuing_agency": "H50.12", "type": "QĐ", "subject": "Phê duyệt", "file_id": office.upload(&ward, "decision").await});
        let decision = ward.post("/v1/outgoing-documents", &decision).await.ok();
        for (kind, document) in [("incoming", &letter), ("outgoing", &decision)] {
            let link = json!({"document": {"kind": kind, "id": document["id"]}});
            office.officer("clerk-12").post(&format!("{}/documents", at(&case_file)), &link).await.ok();
        }
        let case_file = read(&office, "officer-12", &case_file).await;
        let case_file = step(&office, "officer-12", &case_file, &json!({"action": "close", "ended_on": "2026-11-16"})).await.ok();
        let file = |id: &Value| format!("/v1/files/{}/content", id.as_str().unwrap());
        let paths = [path(&letter), format!("/v1/outgoing-documents/{}", decision["id"].as_str().unwrap()), file(&scan), file(&decision["file"]["id"])];
        let reads = async |who: &str| {
            let mut all = Vec::new();
            for path in &paths {
                all.push(office.officer(who).get(path).await.status);
            }
            let lists = ["/v1/incoming-documents?count=exact", "/v1/outgoing-documents?count=exact"];
            for list in lists {
                all.push(u16::try_from(office.officer(who).get(list).await.ok()["count"].as_u64().unwrap()).unwrap());
            }
            all
        };
        assert_eq!(reads("clerk-04").await, [404, 404, 404, 404, 0, 0]);
        hand_over(&office, "clerk-12", &[&case_file]).await.ok();
        assert_eq!(reads("clerk-04").await, [200, 200, 200, 200, 1, 1]);
        let documents = office.officer("clerk-04").get(&format!("{}/documents", at(&case_file))).await.ok();
        assert!(documents["items"].as_array().unwrap().iter().all(|item| item["may_see"] == true && item["title"] != ""));
        assert_eq!(reads("clerk-13").await, [404, 404, 404, 404, 0, 0]);
        let handed = read(&office, "clerk-04", &case_file).await;
        step(&office, "clerk-04", &handed, &json!({"action": "return", "reason": "Thiếu biên bản bàn giao"})).await.ok();
        assert_eq!(reads("clerk-04").await, [404, 404, 404, 404, 0, 0]);
        office.here.stop().await;
    }

    async fn only_what_is_closed_and_kept_long_enough_is_handed_in(database) {
        let office = Office::open(database).await;
        let (open, short) = (opened(&office, "01.A", &json!({})).await, closed(&office, "02.A", &json!({"retention": {"years": 4}})).await);
        let good = closed(&office, "03.A", &json!({"retention": {"years": 5}})).await;
        assert!(short["hand_over_due_on"].is_null());
        let nobody = json!({"id": "0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa"});
        let refused = hand_over(&office, "clerk-12", &[&open, &short, &good, &good, &nobody]).await;
        let expected = [
            "/case_files/0 case_file.state",
            "/case_files/1 case_file.retention_short",
            "/case_files/3 repeated",
            "/case_files/4 case_file.unknown",
        ];
        assert_eq!(faults(&refused), expected);
        assert_eq!(read(&office, "clerk-12", &good).await["state"], "closed");
        let keep = json!({"action": "keep_back", "until": "2027-12-31", "decision": {"number": "1/VB", "date": "2026-11-16"}});
        assert_eq!(step(&office, "leader-12", &short, &keep).await.problem(409), "case_file.not_for_archive");
        office.here.stop().await;
    }

    async fn the_keeper_is_reminded_thirty_days_before_and_again_when_it_was_kept_back(database) {
        let office = Office::open(database).await;
        let case_file = closed(&office, "01.A", &json!({})).await;
        let building = closed(&office, "02.A", &json!({"kind": "construction"})).await;
        assert_eq!((&case_file["hand_over_due_on"], &building["hand_over_due_on"]), (&json!("2027-11-16"), &json!("2027-02-16")));
        office.at("2027-01-16T16:00:00Z");
        tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
        assert!(told(&office, "case_file.hand_over_due", 0).await.is_empty());
        office.at("2027-01-16T18:00:00Z");
        let first = told(&office, "case_file.hand_over_due", 1).await;
        assert_eq!((&first[0]["data"]["code"], &first[0]["data"]["hand_over_due_on"]), (&json!("H50.12.2026.02.A"), &json!("2027-02-16")));
        let keep = |until: &str| json!({"action": "keep_back", "until": until, "decision": {"number": "7/VB-UBND", "date": "2027-01-10"}});
        let building = read(&office, "leader-12", &building).await;
        assert_eq!(step(&office, "clerk-12", &building, &keep("2027-06-01")).await.problem(403), "case_file.not_yours");
        for wrong in ["2027-02-16", "2029-02-17"] {
            assert_eq!(faults(&step(&office, "leader-12", &building, &keep(wrong)).await), ["/until case_file.keep_back_limit"]);
        }
        let kept = step(&office, "leader-12", &building, &keep("2027-06-01")).await.ok();
        assert_eq!((&kept["hand_over_due_on"], &kept["keep_back"]["decision"]["number"]), (&json!("2027-06-01"), &json!("7/VB-UBND")));
        office.at("2027-05-03T03:00:00Z");
        let second = told(&office, "case_file.hand_over_due", 2).await;
        assert_eq!(second[1]["data"]["kept_back_until"], "2027-06-01");
        tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
        assert_eq!(told(&office, "case_file.hand_over_due", 2).await.len(), 2);
        let due = office.officer("clerk-12").list("/v1/case-files?hand_over_due_on=lt:2027-06-02", "code").await;
        assert_eq!(due, ["H50.12.2026.02.A"]);
        office.here.stop().await;
    }

    async fn two_who_hand_the_same_in_at_once_hand_it_in_once(database) {
        let office = std::sync::Arc::new(Office::open(database).await);
        let case_file = closed(&office, "01.A", &json!({})).await;
        let calls: Vec<_> = ["clerk-12", "second-clerk-12", "leader-12"].into_iter().map(|who| {
            let (office, case_file) = (std::sync::Arc::clone(&office), case_file.clone());
            tokio::spawn(async move { hand_over(&office, who, &[&case_file]).await.status })
        }).collect();
        let mut done = 0;
        for call in calls {
            let status = call.await.unwrap();
            assert!(matches!(status, 201 | 412 | 422), "{status}");
            done += u32::from(status == 201);
        }
        assert_eq!((done, office.texts("SELECT 'x' AS text FROM hand_overs").await.len()), (1, 1));
        assert_eq!(office.officer("clerk-12").get(&at(&case_file)).await.ok()["state"], "handed_over");
        std::sync::Arc::into_inner(office).unwrap().here.stop().await;
    }
}
