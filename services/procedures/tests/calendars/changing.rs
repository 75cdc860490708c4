//! What a change of calendars does to open dossiers.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{DECREE, agency_id, due, events, moved, received, start_again, through, with_a_swap};
use crate::support::Province;

const OLD: &str = "2026-11-23T10:00:00Z";
const NEW: &str = "2026-11-25T10:00:00Z";

pub(crate) fn ask() -> Value {
    let item = json!({"what": "Đơn", "reason": "Bản nộp không đọc được", "copies": 1});
    json!({"action": "request_supplement", "items": [item], "legal_basis": "Nghị định 118/2025/NĐ-CP, Điều 17"})
}

pub(crate) fn storm(day: &str) -> Value {
    json!({"date": day, "kind": "closed", "reason_vi": "Bão", "reason_en": "Storm", "source": "Công điện 15"})
}

on_both_databases! {
    async fn what_a_dry_run_of_a_swap_day_tells_is_what_its_decree_then_does(database) {
        let province = Province::start(database).await;
        let keeper = province.officer("P", "administrator");
        let (first, second) = (received(&province, "H1.1", "C1").await, received(&province, "H1.2", "C2").await);
        let waiting = province.processing("2.002080").await;
        province.officer("C1", "processor").step(&waiting, &ask()).await.ok();
        let withdrawn = received(&province, "H1.1", "C1").await;
        province.portal().step(&withdrawn, &json!({"action": "withdraw"})).await.ok();
        let (_, table) = with_a_swap(&keeper).await;
        let change = json!({"kind": "year", "year": 2026, "table": table});

        let asked = keeper.post("/v1/calendar-changes", &json!({"dry_run": true, "change": change})).await;
        assert_eq!((asked.status, &asked.body["state"]), (202, &json!("counting")), "{}", asked.body);
        let dry = through(&keeper, &asked.body["id"]).await;
        assert_eq!((&dry["state"], &dry["seen"], &dry["moved"]), (&json!("counted"), &json!(3), &json!(2)), "{dry}");
        let told = moved(&keeper, &dry["id"]).await;
        let ids: Vec<&str> = told.iter().map(|row| row["dossier_id"].as_str().unwrap()).collect();
        assert_eq!(ids, [first.as_str(), second.as_str()]);
        for row in &told {
            assert_eq!((&row["old_due_at"], &row["new_due_at"], &row["fault"]), (&json!(OLD), &json!(NEW), &json!(null)));
        }
        assert_eq!(due(&province, &first).await, (json!(OLD), json!(OLD)), "a dry run changes nothing");
        assert_eq!(keeper.get("/v1/calendar-years/2026").await.ok()["revision"], 0);

        let made = json!({"dry_run": false, "base_revision": dry["base_revision"], "change": change});
        let asked = keeper.post("/v1/calendar-changes", &made).await.ok();
        let done = through(&keeper, &asked["id"]).await;
        assert_eq!((&done["state"], &done["revision"]), (&json!("applied"), &json!(1)), "{done}");
        assert_eq!(moved(&keeper, &done["id"]).await, told);
        for dossier in [&first, &second] {
            assert_eq!(due(&province, dossier).await, (json!(NEW), json!(OLD)), "what was promised first stays");
        }
        let clock = province.portal().get(&format!("/v1/dossiers/{first}/clock")).await.ok();
        let day = clock["ledger"].as_array().unwrap().iter().find(|line| line["date"] == "2026-11-23").unwrap();
        assert_eq!((&day["code"], &clock["first_due_at"]), (&json!("swapped_day_off"), &json!(OLD)), "{day}");

        let told = events(&province, "dossier.due_changed.v1").await;
        assert_eq!(told.len(), 2, "{told:?}");
        for event in &told {
            let change = &event["data"]["due_changes"][0];
            assert_eq!((&change["from"], &change["to"], &change["reason"]), (&json!(OLD), &json!(NEW), &json!(DECREE)));
            assert_eq!((&event["data"]["first_due_at"], &event["data"]["calendar_revision"]), (&json!(OLD), &json!(1)));
        }
        let decreed = events(&province, "calendar.decreed.v1").await;
        assert_eq!((decreed.len(), &decreed[0]["data"]["year"]), (1, &json!(2026)));

        // What waited goes on by the new calendar, and what comes now is promised by it.
        province.travel("2026-11-17T03:00:00Z");
        let file = province.portal().upload(b"%PDF-1.7 more").await;
        let add = json!({"action": "supplement", "files": [{"component": "2.002080-TP01", "file_id": file}]});
        province.portal().step(&waiting, &add).await.ok();
        assert_eq!(due(&province, &waiting).await.1, OLD);
        assert_ne!(due(&province, &waiting).await.0, json!(OLD));
        let later = received(&province, "H1.1", "C1").await;
        assert_eq!(due(&province, &later).await, (json!("2026-11-26T10:00:00Z"), json!("2026-11-26T10:00:00Z")));
        assert_eq!(due(&province, &withdrawn).await.0, OLD, "what has ended stays");
        let again = keeper.post("/v1/calendar-changes", &made).await;
        assert_eq!((again.code(409), &again.body["revision"]), ("calendar.moved_on".into(), &json!(1)));
        province.stop().await;
    }

    async fn a_storm_that_closes_a_commune_moves_its_dossiers_and_no_others(database) {
        let province = Province::start(database).await;
        let (first, second) = (received(&province, "H1.1", "C1").await, received(&province, "H1.2", "C2").await);
        let (own, other) = (agency_id(&province, &first).await, agency_id(&province, &second).await);
        let admin = province.officer("C1", "administrator");
        let elsewhere = admin.post(&format!("/v1/agencies/{other}/calendar-exceptions"), &storm("2026-11-18")).await;
        assert_eq!(elsewhere.code(403), "calendar.not_administrator");
        let path = format!("/v1/agencies/{own}/calendar-exceptions");
        let set = admin.post(&path, &storm("2026-11-18")).await;
        assert_eq!(set.status, 201, "{}", set.body);
        let set = set.body;
        let done = through(&admin, &set["set_by"]["change_id"]).await;
        assert_eq!((&done["seen"], &done["moved"]), (&json!(1), &json!(1)));
        assert_eq!(due(&province, &first).await, (json!(NEW), json!(OLD)));
        assert_eq!(due(&province, &second).await, (json!(OLD), json!(OLD)));
        let clock = province.portal().get(&format!("/v1/dossiers/{first}/clock")).await.ok();
        let day = clock["ledger"].as_array().unwrap().iter().find(|line| line["date"] == "2026-11-18").unwrap();
        assert!(day["reason"]["vi"].as_str().unwrap().contains("Bão"), "{day}");

        // On one day there is one, and one that changes nothing is a wrong date.
        let twice = admin.post(&path, &storm("2026-11-18")).await;
        assert_eq!(twice.body["errors"][0]["code"], "calendar.exception_twice", "{}", twice.body);
        let needless = admin.post(&path, &storm("2026-11-24")).await;
        assert_eq!(needless.body["errors"][0]["code"], "calendar.exception_changes_nothing", "{}", needless.body);

        let revoke = |version: i64| {
            let path = format!("/v1/calendar-exceptions/{}/transitions", set["id"].as_str().unwrap());
            let step = json!({"action": "revoke", "source": "Công điện 16"});
            admin.request(reqwest::Method::POST, &path).header("If-Match", format!("\"v{version}\"")).json(&step)
        };
        assert_eq!(revoke(7).send().await.unwrap().status().as_u16(), 412);
        let revoked: Value = revoke(1).send().await.unwrap().json().await.unwrap();
        through(&admin, &revoked["revoked_by"]["change_id"]).await;
        assert_eq!(due(&province, &first).await, (json!(OLD), json!(OLD)));
        assert_eq!(events(&province, "dossier.due_changed.v1").await.len(), 2);
        assert_eq!(events(&province, "calendar.exception_revoked.v1").await.len(), 1);
        assert_eq!(admin.get(&path).await.ok()["items"][0]["revoked_by"]["source"], "Công điện 16");
        province.stop().await;
    }

    async fn a_new_appointment_that_becomes_a_day_off_goes_on_to_the_next_working_day(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let law = "Nghị định 118/2025/NĐ-CP, Điều 17";
        let extend = json!({"action": "extend", "reason": "Mưa bão", "legal_basis": law, "due_on": "2026-11-27"});
        let approver = province.officer("C1", "approver");
        for day in ["2026-11-28", "2026-11-24"] {
            let mut on_a_day_off = extend.clone();
            on_a_day_off["due_on"] = json!(day);
            assert_eq!(approver.step(&id, &on_a_day_off).await.code(409), "clock.extended_to_uncounted_day");
        }
        approver.step(&id, &extend).await.ok();
        let (admin, own) = (province.officer("C1", "administrator"), agency_id(&province, &id).await);
        let set = admin.post(&format!("/v1/agencies/{own}/calendar-exceptions"), &storm("2026-11-27")).await.ok();
        let done = through(&admin, &set["set_by"]["change_id"]).await;
        assert_eq!((&done["moved"], &done["refused"]), (&json!(1), &json!(0)), "{done}");
        let told = moved(&admin, &done["id"]).await;
        assert!(told[0]["fault"].is_null() && told[0]["new_due_at"] == "2026-11-30T10:00:00Z", "{told:?}");
        assert_eq!(due(&province, &id).await.0, "2026-11-30T10:00:00Z");
        let asked = province.officer("C1", "processor").step(&id, &ask()).await.ok();
        assert_eq!(asked["state"]["local"], "awaiting_supplement");
        province.portal().get(&format!("/v1/dossiers/{id}/clock")).await.ok();
        province.stop().await;
    }

    async fn a_step_that_comes_before_the_walk_starts_from_the_due_instant_of_the_new_calendar(database) {
        let province = Province::start(database).await;
        let mut all = Vec::new();
        for _ in 0..12 {
            all.push(province.processing("2.002080").await);
        }
        let keeper = province.officer("P", "administrator");
        let (approver, processor) = (province.officer("C1", "approver"), province.officer("C1", "processor"));
        let law = "Nghị định 118/2025/NĐ-CP, Điều 17";
        let extend = json!({"action": "extend", "reason": "Mưa bão", "legal_basis": law, "due_on": "2026-12-07"});
        let request = ask();
        let (revision, table) = with_a_swap(&keeper).await;
        let (extended, asked) = (all.pop().unwrap(), all.pop().unwrap());
        let version = keeper.get(&format!("/v1/dossiers/{extended}")).await.ok()["version"].as_i64().unwrap();
        keeper.put("/v1/calendar-years/2026", revision, &table).await.ok();
        let (one, two) = futures_util::join!(
            approver.step_from(&extended, version, &extend),
            processor.step_from(&asked, version, &request)
        );
        // The walk may have been faster after all.
        for (answer, id, caller, step) in [(one, &extended, &approver, &extend), (two, &asked, &processor, &request)] {
            if answer.status == 412 {
                caller.step(id, step).await.ok();
            } else {
                answer.ok();
            }
        }
        let told = events(&province, "dossier.extended.v1").await;
        assert_eq!(told[0]["data"]["extensions"][0]["from"], NEW);
        let told = events(&province, "dossier.supplement_requested.v1").await;
        assert_eq!(told[0]["data"]["waits"][0]["due_before"], NEW);
        province.stop().await;
    }

    async fn a_walk_that_is_cut_off_goes_on_and_moves_every_dossier_once(database) {
        let mut province = Province::start(database).await;
        let mut all = Vec::new();
        for _ in 0..60 {
            all.push(received(&province, "H1.1", "C1").await);
        }
        {
            let keeper = province.officer("P", "administrator");
            let (revision, table) = with_a_swap(&keeper).await;
            keeper.put("/v1/calendar-years/2026", revision, &table).await.ok();
            // A step that comes before the walk takes its dossier along.
            let last = all.last().unwrap();
            province.officer("C1", "processor").step(last, &json!({"action": "process"})).await.ok();
        }
        province.service.take().unwrap().stop().await.unwrap();
        start_again(&mut province, database, "2026-11-16T02:10:00Z").await;
        let keeper = province.officer("P", "administrator");
        let change = keeper.get("/v1/calendar-years/2026").await.ok()["change_id"].clone();
        let done = through(&keeper, &change).await;
        assert_eq!((&done["state"], &done["seen"], &done["moved"]), (&json!("applied"), &json!(60), &json!(60)), "{done}");
        let mut told: Vec<String> = events(&province, "dossier.due_changed.v1")
            .await
            .iter()
            .map(|event| event["subject"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
            .collect();
        told.sort();
        all.sort();
        assert_eq!(told, all);
        for id in &all {
            assert_eq!(due(&province, id).await, (json!(NEW), json!(OLD)));
        }
        province.stop().await;
    }
}
