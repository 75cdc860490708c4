//! Destroying case files whose retention has ended.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::handing_over::hand_over;
use crate::installation::Reply;
use crate::office::{Office, faults};
use crate::shelf::{at, change, closed, opened, printed, read, told};

pub(crate) async fn proposed(office: &Office, who: &str, agency: &str, case_files: &[&Value]) -> Reply {
    let agency = office.officer("province").agency(agency).await;
    let ids: Vec<&Value> = case_files.iter().map(|case_file| &case_file["id"]).collect();
    let body = json!({"case_files": ids, "reason": "Hồ sơ hết thời hạn bảo quản"});
    office.officer(who).post(&format!("/v1/agencies/{agency}/destructions"), &body).await
}

async fn step(office: &Office, who: &str, destruction: &Value, step: &Value) -> Reply {
    let path = format!("/v1/destructions/{}/transitions", destruction["id"].as_str().unwrap());
    change(office, who, &path, destruction, step).await
}

fn decide() -> Value {
    json!({
        "action": "decide", "decision": {"number": "30/QĐ-UBND", "date": "2032-01-05"}, "opinion": "Nhất trí tiêu hủy",
        "members": ["Lê Thị Chủ Tịch", "Phạm Văn Vào Sổ", "Trần Văn B"],
    })
}

/// Case files of the ward that were destroyed.
pub(crate) async fn destroyed(office: &Office, case_files: &[&Value]) -> Value {
    destroyed_by(office, ("clerk-12", "leader-12", "H50.12"), case_files).await
}

pub(crate) async fn destroyed_by(
    office: &Office,
    (clerk, head, agency): (&str, &str, &str),
    case_files: &[&Value],
) -> Value {
    let destruction = proposed(office, clerk, agency, case_files).await.ok();
    let decided = step(office, head, &destruction, &decide()).await.ok();
    step(office, clerk, &decided, &json!({"action": "destroy"})).await.ok()
}

on_both_databases! {
    async fn what_has_ended_is_destroyed_by_two_persons_and_its_metadata_stay(database) {
        let office = Office::open(database).await;
        let case_file = closed(&office, "01.A", &json!({"retention": {"years": 5}})).await;
        let file = office.officer("clerk-12").get(&format!("{}/documents", at(&case_file))).await.ok();
        let file = format!("/v1/files/{}", file["items"][0]["document"]["id"].as_str().unwrap());
        office.at("2031-12-31T16:59:00Z");
        assert_eq!(faults(&proposed(&office, "leader-12", "H50.12", &[&case_file]).await), ["/case_files/0 case_file.retention_not_ended"]);
        office.at("2032-01-05T03:00:00Z");
        assert_eq!(proposed(&office, "officer-12", "H50.12", &[&case_file]).await.problem(403), "destruction.not_keeper");
        assert_eq!(proposed(&office, "clerk-13", "H50.12", &[&case_file]).await.status, 404);
        // Who proposed does not decide.
        let own = proposed(&office, "leader-12", "H50.12", &[&case_file]).await.ok();
        assert_eq!(own["allowed_actions"], json!(["refuse"]));
        assert_eq!(step(&office, "leader-12", &own, &decide()).await.problem(403), "destruction.not_yours");
        let destruction = proposed(&office, "clerk-12", "H50.12", &[&case_file]).await.ok();
        let mut few = decide();
        few["members"] = json!(["Một người"]);
        assert_eq!(faults(&step(&office, "leader-12", &destruction, &few).await), ["/members range"]);
        assert_eq!(step(&office, "clerk-12", &destruction, &decide()).await.problem(403), "destruction.not_yours");
        assert_eq!(step(&office, "clerk-12", &destruction, &json!({"action": "destroy"})).await.problem(409), "destruction.state");
        let decided = step(&office, "leader-12", &destruction, &decide()).await.ok();
        assert_eq!((&decided["state"], &decided["decision"]["number"]), (&json!("decided"), &json!("30/QĐ-UBND")));
        assert_eq!(office.officer("officer-12").get(&file).await.status, 200);
        let done = step(&office, "clerk-12", &decided, &json!({"action": "destroy"})).await.ok();
        assert_eq!(done["state"], "done");
        let gone = read(&office, "clerk-12", &case_file).await;
        assert_eq!((&gone["state"], &gone["title"], &gone["document_total"], &gone["allowed_actions"]), (&json!("destroyed"), &json!(crate::shelf::TITLE), &json!(1), &json!([])));
        assert_eq!(office.officer("clerk-12").list(&format!("{}/documents", at(&case_file)), "title").await, ["Ảnh 01.A"]);
        for who in ["officer-12", "leader-12"] {
            for path in [file.clone(), format!("{file}/content")] {
                let refused = office.officer(who).get(&path).await;
                assert_eq!((refused.problem(404), &refused.body["decision"]), ("file.destroyed", &json!("30/QĐ-UBND")));
            }
        }
        assert_eq!(office.officer("clerk-13").get(&file).await.problem(404), "not_found");
        let path = format!("/v1/destructions/{}", done["id"].as_str().unwrap());
        let protocol = office.officer("leader-12").get(&format!("{path}/protocol")).await.ok();
        assert_eq!((&protocol["title"], &protocol["rows"][0][1]), (&json!("Biên bản tiêu hủy tài liệu"), &json!("H50.12.2026.01.A")));
        printed(&office, "leader-12", &format!("{path}/protocol"), &["BIÊN BẢN TIÊU HỦY", "30/QĐ-UBND", "Nhất trí tiêu hủy"]).await;
        assert_eq!(office.officer("clerk-13").get(&path).await.status, 404);
        // The other proposal finds nothing left to destroy.
        let refused = json!({"action": "refuse", "reason": "Đã tiêu hủy theo đợt khác"});
        step(&office, "leader-12", &own, &refused).await.ok();
        let events = told(&office, "destruction.", 5).await;
        assert!(!serde_json::to_string(&events).unwrap().contains("Chủ Tịch"));
        assert_eq!(told(&office, "case_file.destroyed", 1).await[0]["data"]["destruction_id"], done["id"]);
        office.here.stop().await;
    }

    async fn what_is_kept_for_ever_or_is_open_is_never_destroyed(database) {
        let office = Office::open(database).await;
        let permanent = closed(&office, "01.A", &json!({"retention": {"kind": "permanent"}})).await;
        let open = opened(&office, "02.A", &json!({})).await;
        office.at("2190-01-05T03:00:00Z");
        let refused = proposed(&office, "clerk-12", "H50.12", &[&permanent, &open]).await;
        assert_eq!(faults(&refused), ["/case_files/0 case_file.permanent", "/case_files/1 case_file.state"]);
        office.here.stop().await;
    }

    async fn what_the_archive_keeps_it_destroys_and_what_was_taken_up_again_stays(database) {
        let office = Office::open(database).await;
        let handed = closed(&office, "01.A", &json!({"retention": {"years": 5}})).await;
        let kept = closed(&office, "02.A", &json!({"retention": {"years": 5}})).await;
        hand_over(&office, "clerk-12", &[&handed]).await.ok();
        let handed = read(&office, "clerk-04", &handed).await;
        crate::shelf::step(&office, "clerk-04", &handed, &json!({"action": "accept"})).await.ok();
        office.at("2032-01-05T03:00:00Z");
        assert_eq!(faults(&proposed(&office, "clerk-12", "H50.12", &[&handed]).await), ["/case_files/0 case_file.unknown"]);
        proposed(&office, "clerk-04", "H50.04", &[&handed]).await.ok();
        let destruction = proposed(&office, "clerk-12", "H50.12", &[&kept]).await.ok();
        let decided = step(&office, "leader-12", &destruction, &decide()).await.ok();
        let now = read(&office, "leader-12", &kept).await;
        let reopen = json!({"action": "reopen", "reason": "Có khiếu nại mới về vụ việc"});
        crate::shelf::step(&office, "leader-12", &now, &reopen).await.ok();
        let refused = step(&office, "clerk-12", &decided, &json!({"action": "destroy"})).await;
        assert_eq!((refused.problem(409), &refused.body["case_files"]), ("destruction.not_ended", &json!(["H50.12.2026.02.A"])));
        assert_eq!(read(&office, "leader-12", &kept).await["state"], "open");
        office.here.stop().await;
    }
}
