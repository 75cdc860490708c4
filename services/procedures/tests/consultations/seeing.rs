//! Who sees what: the agencies that are asked, the applicant, and those who follow a closed agency.

use chrono::NaiveDate;
use motcua_agencies::{SuccessionKind, SuccessionRecord, load_agency, put_agency, put_succession};
use motcua_db::Conn;
use motcua_kernel::{ActorKind, Uuid, new_id};
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{
    QUESTION, RUNS_ON, STANDS_STILL, agree, ask, ask_as, events, eventually, id, opinion, province, state,
};
use crate::support::Caller;

async fn status_of_file(caller: &Caller<'_>, file: &str) -> u16 {
    caller.request(Method::GET, &format!("/v1/files/{file}/content")).send().await.unwrap().status().as_u16()
}

on_both_databases! {
    async fn an_agency_sees_the_dossier_from_when_it_is_asked_everywhere_and_only_answers(database) {
        let province = province(database).await;
        let portal = province.portal();
        let file = portal.upload(b"%PDF-1.7 drawing").await;
        let submitted = portal.submit(|body| {
            body["procedure"] = json!(STANDS_STILL);
            body["files"] = json!([{"component": "1.000777-TP01", "file_id": file}]);
        }).await.ok();
        let dossier = id(&submitted);
        province.officer("C1", "receiver").step(&dossier, &json!({"action": "receive"})).await.ok();
        province.officer("C1", "processor").step(&dossier, &json!({"action": "process"})).await.ok();
        let asked_one = province.officer("D3", "receiver");
        let seen = async || {
            let get = asked_one.get(&format!("/v1/dossiers/{dossier}")).await.status;
            let list = asked_one.get("/v1/dossiers?count=exact").await.ok();
            let feed = asked_one.get("/v1/events?limit=1000").await.ok();
            let heard = feed.as_array().unwrap().iter().any(|event| event["subject"] == format!("dossiers/{dossier}"));
            (get == 200, list["count"] == 1, heard, status_of_file(&asked_one, &file).await == 200)
        };
        province.all_events_are_in_the_feed().await;
        assert_eq!(seen().await, (false, false, false, false));
        ask(&province, &dossier, "ALL").await.ok();
        province.all_events_are_in_the_feed().await;
        assert_eq!(seen().await, (true, true, true, true));
        let whole = province.officer("D3", "processor").get(&format!("/v1/dossiers/{dossier}")).await.ok();
        assert_eq!(whole["allowed_actions"], json!([]));
        assert_eq!(whole["consulted"].as_array().unwrap().len(), 2);
        let claim = province.officer("D3", "processor").request(Method::POST, &format!("/v1/dossiers/{dossier}/claims"));
        assert_eq!(claim.send().await.unwrap().status(), 403);
        let step = province.officer("D3", "approver").step(&dossier, &json!({"action": "extend", "reason": "x", "legal_basis": "y", "due_on": "2026-12-10"})).await;
        assert_eq!(step.code(403), "dossier.not_yours");
        province.stop().await;
    }

    async fn the_applicant_sees_who_is_asked_until_when_and_nothing_of_what_they_write(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = id(&ask(&province, &dossier, "ALL").await.ok());
        let approver = province.officer("D3", "approver");
        let file = approver.upload(b"%PDF-1.7 opinion").await;
        let words = "Bà Ví Dụ chưa bảo đảm khoảng lùi.";
        opinion(&approver, &asked, &json!({"stance": "disagree", "text": words, "files": [file]})).await.ok();
        let citizen = province.caller(ActorKind::Citizen, "tran-thi-vi-du", Some("045190000001"));
        let own = citizen.get(&format!("/v1/dossiers/{dossier}")).await.ok();
        assert!(own["consulted"][0]["asked_at"].as_str().unwrap().starts_with("2026-11-16T02:0"), "{own}");
        assert_eq!(own["consulted"][0]["due_at"], "2026-11-18T10:00:00Z");
        let names: Vec<_> = own["consulted"].as_array().unwrap().iter().map(|one| one["agency"]["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["UBND xã Hai", "Sở Xây dựng"]);
        for path in [format!("/v1/dossiers/{dossier}/consultations"), format!("/v1/consultations/{asked}")] {
            let told = citizen.get(&path).await.ok().to_string();
            assert!(!told.contains(words) && !told.contains(QUESTION) && !told.contains("disagree"), "{told}");
        }
        for (caller, status) in [(&citizen, 404), (&approver, 200), (&province.officer("C1", "processor"), 200), (&province.officer("C2", "leader"), 200)] {
            assert_eq!(status_of_file(caller, &file).await, status);
        }
        province.all_events_are_in_the_feed().await;
        for applicant in [&citizen, &province.portal()] {
            let feed = applicant.get("/v1/events?limit=1000").await.ok();
            assert!(feed.as_array().unwrap().iter().all(|event| !event["type"].as_str().unwrap().starts_with("consultation.")));
        }
        assert_eq!(citizen.get("/v1/consultations").await.code(403), "officers.only");
        let stranger = province.caller(ActorKind::Citizen, "another", Some("045190000002"));
        assert_eq!(stranger.get(&format!("/v1/consultations/{asked}")).await.code(404), "not_found");
        let whole = approver.get(&format!("/v1/consultations/{asked}")).await.ok();
        assert!(whole.to_string().contains(words));
        province.stop().await;
        if let Some(path) = database.url.strip_prefix("sqlite:") {
            let mut bytes = std::fs::read(path).unwrap();
            bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
            for secret in [words, QUESTION] {
                assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} stands in the file");
            }
        }
    }

    async fn the_inbox_of_the_consulted_has_what_is_due_soonest_first_without_gap(database) {
        let province = province(database).await;
        let mut expected = Vec::new();
        for rule in ["FIRST", "ALL", "MAJORITY", "ALL"] {
            let dossier = province.processing(RUNS_ON).await;
            expected.push((rule, id(&ask(&province, &dossier, rule).await.ok())));
        }
        let department = province.officer("D3", "processor");
        let mut found = Vec::new();
        let mut path = "/v1/consultations?limit=1&state=asked".to_owned();
        loop {
            let page = department.get(&path).await.ok();
            let item = &page["items"][0];
            assert_eq!((&item["agency"]["code"], &item["asked_by"]["code"]), (&json!("H1.3"), &json!("H1.1")));
            assert!(item["dossier_code"].as_str().unwrap().starts_with("H1.1-"));
            found.push((item["due_at"].clone(), item["consultation_id"].as_str().unwrap().to_owned()));
            match &page["next"] {
                Value::String(after) => path = format!("/v1/consultations?limit=1&state=asked&after={after}"),
                _ => break,
            }
        }
        assert_eq!(found.len(), 4);
        assert!(found.is_sorted_by(|left, right| left.0.as_str() <= right.0.as_str()));
        let of = |rule| expected.iter().filter(move |one| one.0 == rule).map(|one| &one.1);
        assert!(of("ALL").all(|one| found[..2].iter().any(|item| item.1 == *one)));
        agree(&department, of("FIRST").next().unwrap()).await.ok();
        let count = async |caller: &Caller<'_>, query: &str| {
            caller.get(&format!("/v1/consultations?count=exact&{query}")).await.ok()["count"].as_i64().unwrap()
        };
        assert_eq!(count(&department, "state=asked").await, 3);
        assert_eq!(count(&department, "state=in:answered,released").await, 1);
        assert_eq!(count(&province.officer("C1", "processor"), "state=asked").await, 0);
        let provincial = province.officer("P", "leader");
        assert_eq!(count(&provincial, "state=asked&agency=H1").await, 1);
        assert_eq!(count(&provincial, "state=asked&agency=under:H1").await, 7);
        assert_eq!(department.get("/v1/consultations?state=never").await.status, 400);
        assert_eq!(department.get("/v1/consultations?agency=H77").await.code(400), "agency.unknown");
        let inbox = department.get("/v1/consultations").await.ok().to_string();
        assert!(!inbox.contains("Ví Dụ"));
        province.stop().await;
    }

    async fn whoever_goes_on_with_the_work_of_a_consulted_agency_answers_for_it(database) {
        let province = province(database).await;
        let dossier = province.processing(STANDS_STILL).await;
        let asked = ask(&province, &dossier, "ALL").await.ok();
        let agency = |code: &str| -> Uuid {
            let found = asked["agencies"].as_array().unwrap().iter().find(|one| one["written_code"] == code).unwrap();
            found["agency"]["id"].as_str().unwrap().parse().unwrap()
        };
        let succession = SuccessionRecord {
            id: new_id(),
            from_agency_id: agency("H1.2"),
            to_agency_id: agency("H1.3"),
            kind: SuccessionKind::MergedInto,
            effective_on: "2026-11-17".parse::<NaiveDate>().unwrap(),
            legal_basis: "2/NQ-UBTVQH15".into(),
        };
        let tenant = province.foundation.tenant;
        let succeed = move |tx: &mut Conn| {
            let mut closing = load_agency(tx, tenant, succession.from_agency_id)?.unwrap();
            closing.valid_to = Some(succession.effective_on);
            closing.version += 1;
            put_agency(tx, tenant, &closing)?;
            put_succession(tx, tenant, &succession).map(drop)
        };
        province.foundation.db.write("succeed", succeed).await.unwrap();
        province.travel("2026-11-17T02:00:00Z");
        let department = province.officer("D3", "approver");
        let path = format!("/v1/consultations/{}", id(&asked));
        eventually("the responsibility moved", async || {
            let found = department.get(&path).await.ok();
            found["agencies"].as_array().unwrap().iter().all(|one| one["agency"]["code"] == "H1.3")
        }).await;
        let inbox = department.get("/v1/consultations?state=asked&count=exact").await.ok();
        assert_eq!(inbox["count"], 2, "what was asked of the closed one waits there too");
        let answered = agree(&department, &id(&asked)).await.ok();
        assert_eq!((&answered["state"], &answered["outcome"]), (&json!("concluded"), &json!("agreed")), "one voice for both");
        assert_eq!(answered["agencies"].as_array().unwrap().iter().filter(|one| one["written_code"] == "H1.2").count(), 1);
        assert_eq!(state(&province, &dossier).await, "processing");
        let told = events(&province, &format!("dossiers/{dossier}")).await;
        let moved = told.iter().find(|event| event["type"] == "dossier.responsibility_moved.v1").unwrap();
        let consulted = moved["data"]["agencies"]["consulted"].as_array().unwrap();
        assert!(consulted.iter().all(|one| one["responsible_id"] == json!(agency("H1.3"))));
        province.stop().await;
    }

    async fn the_control_slip_names_the_agencies_that_were_asked(database) {
        let province = province(database).await;
        let dossier = province.processing(RUNS_ON).await;
        let term = json!({"count": 1, "unit": "working_day"});
        let body = json!({"question": "Hỏi", "agencies": ["H1.3"], "term": term, "join": "all"});
        for _ in 0..2 {
            ask_as(&province.officer("C1", "processor"), &dossier, &body).await.ok();
        }
        let slip = province.officer("C1", "processor").get(&format!("/v1/dossiers/{dossier}/forms/control_slip")).await.ok();
        assert_eq!(slip["content"]["supporting_agencies"], json!(["Sở Xây dựng"]));
        province.stop().await;
    }
}
