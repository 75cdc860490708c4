//! The fixed clocks over real HTTP, on both databases: each passes once, and not before its time.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

#[path = "../dossiers/support.rs"]
#[expect(dead_code, reason = "shared with the tests of dossiers, which use all of it")]
mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use motcua_journal::Stamp;
use motcua_kernel::{ActorKind, Uuid};
use motcua_procedures::dossiers::move_dossiers;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};
use support::Province;

const LAW: &str = "Nghị định 118/2025/NĐ-CP, Điều 17";

/// How often each kind of event was told of a dossier.
async fn told(province: &Province, id: &str) -> BTreeMap<String, usize> {
    province.all_events_are_in_the_feed().await;
    let feed = province.portal().get("/v1/events?limit=1000").await.ok();
    let mut told = BTreeMap::new();
    for event in feed.as_array().unwrap().iter().filter(|event| event["subject"] == format!("dossiers/{id}")) {
        *told.entry(event["type"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    told
}

async fn event(province: &Province, id: &str, kind: &str) -> Value {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let feed = province.portal().get("/v1/events?limit=1000").await.ok();
        let subject = format!("dossiers/{id}");
        let found = feed.as_array().unwrap().iter().find(|event| event["type"] == kind && event["subject"] == subject);
        if let Some(event) = found {
            return event.clone();
        }
        assert!(Instant::now() < until, "no {kind} of {id}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Ends the service and starts it again on the same database, after what is done meanwhile.
async fn restart(province: &mut Province, meanwhile: impl FnOnce(&Province)) {
    province.service.take().unwrap().stop().await.unwrap();
    meanwhile(province);
    let service = motcua_procedures::start(&province.foundation.shared).await.unwrap();
    province.url = service.url();
    province.service = Some(service);
}

fn ask() -> Value {
    let item = json!({"what": "Bản vẽ", "reason": "Bản nộp không đọc được", "copies": 1});
    json!({"action": "request_supplement", "items": [item], "legal_basis": LAW})
}

fn kinds(notices: &Value) -> Vec<&str> {
    notices["items"].as_array().unwrap().iter().map(|notice| notice["kind"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn an_online_dossier_alerts_its_desk_and_a_missed_check_is_told_each_once(database) {
        let province = Province::start(database).await;
        let receiver = province.officer("C1", "receiver");
        let (early, id) = (province.portal().submitted().await, province.portal().submitted().await);
        receiver.step(&early, &json!({"action": "receive"})).await.ok();
        // Monday 09:00; two working hours end at 11:00. A moment before them nothing is told.
        province.travel("2026-11-16T03:59:50Z");
        let paper = province.portal().submit(|body| body["channel"] = json!("in_person")).await.ok();
        let paper = paper["id"].as_str().unwrap();
        assert_eq!(told(&province, &id).await, BTreeMap::from([("dossier.submitted.v1".into(), 1)]));
        province.travel("2026-11-16T04:30:00Z");
        let alerted = event(&province, &id, "dossier.alerted.v1").await;
        assert_eq!((&alerted["data"]["clock"], &alerted["actor"]), (&json!("alert"), &json!("service:procedures")));
        assert!(alerted["data"]["passed_at"].as_str().unwrap().starts_with("2026-11-16T04:00:0"), "{alerted}");
        assert_eq!(alerted["data"]["state"], "submitted", "with every fact: {alerted}");
        province.travel("2026-11-17T10:00:01Z");
        let missed = event(&province, &id, "dossier.check_overdue.v1").await;
        assert_eq!(missed["data"]["clock"], "online_check");
        assert_eq!(event(&province, paper, "dossier.check_overdue.v1").await["data"]["clock"], "paper_check");
        let expected = ["dossier.alerted.v1", "dossier.check_overdue.v1", "dossier.submitted.v1"];
        assert_eq!(told(&province, &id).await, expected.map(|kind| (kind.to_owned(), 1)).into());
        assert!(!told(&province, &early).await.contains_key("dossier.alerted.v1"), "what is received needs no alert");

        // The desk of the commune is told, and nobody else's.
        let notices = receiver.get(&format!("/v1/notices?dossier={id}&count=exact")).await.ok();
        assert_eq!((kinds(&notices), &notices["count"]), (vec!["online_check", "alert"], &json!(2)));
        assert_eq!(notices["items"][1]["role"], "receiver");
        let leader = province.officer("C1", "leader");
        assert_eq!(kinds(&leader.get(&format!("/v1/notices?dossier={id}")).await.ok()), ["online_check"]);
        assert_eq!(kinds(&receiver.get("/v1/notices?kind=paper_check").await.ok()), ["paper_check"]);
        for other in [province.officer("C2", "receiver"), province.officer("C1", "processor")] {
            assert_eq!(other.get("/v1/notices").await.ok()["items"], json!([]));
        }
        assert_eq!(receiver.get("/v1/notices?officer=me").await.ok()["items"], json!([]), "nobody has claimed it");
        assert_eq!(receiver.get("/v1/notices?kind=never").await.status, 400);
        let citizen = province.caller(ActorKind::Citizen, "tran-thi-vi-du", Some("045190000001"));
        assert_eq!(citizen.get("/v1/notices").await.code(403), "officers.only");
        province.stop().await;
    }

    async fn a_day_off_that_comes_later_moves_the_clocks_of_the_desk_too(database) {
        let province = Province::start(database).await;
        let submitted = province.portal().submit(|_| {}).await.ok();
        let (id, agency) = (submitted["id"].as_str().unwrap(), submitted["agencies"]["competent"]["id"].as_str().unwrap());
        let storm = json!({"date": "2026-11-17", "kind": "closed", "reason_vi": "Bão", "reason_en": "Storm", "source": "Công điện 15"});
        let admin = province.officer("C1", "administrator");
        let set = admin.post(&format!("/v1/agencies/{agency}/calendar-exceptions"), &storm).await.ok();
        let path = format!("/v1/calendar-changes/{}", set["set_by"]["change_id"].as_str().unwrap());
        let until = Instant::now() + Duration::from_secs(30);
        while admin.get(&path).await.ok()["state"] != "applied" {
            assert!(Instant::now() < until, "the change does not reach the dossiers");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        // Eight working hours from Monday 09:00 ended on Tuesday at 09:30; Tuesday is off now.
        province.travel("2026-11-18T03:00:00Z");
        let missed = event(&province, id, "dossier.check_overdue.v1").await;
        assert!(missed["data"]["passed_at"].as_str().unwrap().starts_with("2026-11-18T02:30:0"), "{missed}");
        assert_eq!(told(&province, id).await["dossier.check_overdue.v1"], 1);
        province.stop().await;
    }

    async fn a_notice_is_kept_for_its_days_and_its_event_for_ever(database) {
        let kept = [("MOTCUA_REMINDERS__NOTICES_KEPT_DAYS", "30".to_owned())];
        let mut province = Province::start_with(database, &kept).await;
        let id = province.processing("2.002080").await;
        province.travel("2026-11-23T10:00:01Z");
        event(&province, &id, "dossier.overdue.v1").await;
        let notices = async |province: &Province| {
            let own = province.officer("C1", "processor").get("/v1/notices").await.ok();
            kinds(&own).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        restart(&mut province, |province| province.travel("2026-12-22T09:00:00Z")).await;
        assert_eq!(notices(&province).await, ["overdue", "apology"], "29 days");
        restart(&mut province, |province| province.travel("2026-12-23T10:05:00Z")).await;
        let until = Instant::now() + Duration::from_secs(30);
        while !notices(&province).await.is_empty() {
            assert!(Instant::now() < until, "still {:?}", notices(&province).await);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(told(&province, &id).await["dossier.overdue.v1"], 1);
        province.stop().await;
    }

    async fn a_dossier_that_stays_overdue_is_told_upwards_step_by_step(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let [processor, approver, leader] = ["processor", "approver", "leader"].map(|role| province.officer("C1", role));
        let claim = processor.request(reqwest::Method::POST, &format!("/v1/dossiers/{id}/claims"));
        support::read(claim.send().await.unwrap()).await.ok();
        province.travel("2026-11-20T10:00:01Z");
        let due = event(&province, &id, "dossier.apology_due.v1").await;
        assert_eq!(due["data"]["passed_at"], "2026-11-20T10:00:00Z");
        assert!(due["data"]["assignee_id"].is_string());
        province.travel("2026-11-23T10:00:01Z");
        assert_eq!(event(&province, &id, "dossier.overdue.v1").await["data"]["passed_at"], "2026-11-23T10:00:00Z");
        assert_eq!(kinds(&processor.get("/v1/notices?officer=me").await.ok()), ["overdue", "apology"]);
        assert_eq!(kinds(&leader.get("/v1/notices").await.ok()), [""; 0]);
        province.travel("2026-11-30T02:00:00Z");
        let until = Instant::now() + Duration::from_secs(30);
        while kinds(&leader.get("/v1/notices").await.ok()).is_empty() {
            assert!(Instant::now() < until, "the leader was not told");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(kinds(&leader.get("/v1/notices").await.ok()), ["overdue_leader"]);
        assert_eq!(kinds(&approver.get("/v1/notices").await.ok()), ["overdue_approver", "apology"]);
        let feed = province.portal().get("/v1/events?limit=1000").await.ok();
        let escalated = feed.as_array().unwrap().iter().filter(|event| event["type"] == "dossier.escalated.v1");
        let clocks: Vec<&str> = escalated.map(|event| event["data"]["clock"].as_str().unwrap()).collect();
        assert_eq!(clocks, ["overdue_approver", "overdue_leader"]);
        province.stop().await;
    }

    async fn notices_go_with_the_competence_and_with_the_work_of_an_agency(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let elsewhere = province.portal().submit(|body| body["receiving_agency"] = json!("H1.2")).await.ok();
        province.travel("2026-11-20T10:00:01Z");
        event(&province, &id, "dossier.apology_due.v1").await;
        let seen = async || {
            let mut seen = Vec::new();
            for agency in ["C1", "D3", "C2"] {
                let notices = province.officer(agency, "processor").get(&format!("/v1/notices?dossier={id}")).await.ok();
                seen.extend((!kinds(&notices).is_empty()).then_some(agency));
            }
            seen
        };
        assert_eq!(seen().await, ["C1"]);
        let transfer = json!({"action": "transfer", "to": "H1.3", "reason": "Thuộc thẩm quyền của Sở", "legal_basis": LAW});
        let moved = province.officer("C1", "approver").step(&id, &transfer).await.ok();
        assert_eq!(seen().await, ["D3"]);
        let agency = |dossier: &Value, party: &str| dossier["agencies"][party]["id"].as_str().unwrap().parse().unwrap();
        let (from, to): (Uuid, Uuid) = (agency(&moved, "competent"), agency(&elsewhere, "receiving"));
        let (foundation, clock) = (&province.foundation, province.clock.clone());
        let (journal, tenant) = (foundation.journal.clone(), foundation.tenant);
        foundation.db.write("move", move |tx| {
            let stamp = Stamp::by_service("procedures", tenant, &clock);
            move_dossiers(tx, &journal, &stamp, tenant, from, to)
        }).await.unwrap();
        assert_eq!(seen().await, ["C2"]);
        province.stop().await;
    }

    async fn what_passes_while_the_service_is_down_is_told_once_it_is_up(database) {
        let mut province = Province::start(database).await;
        let id = province.portal().submitted().await;
        restart(&mut province, |province| province.travel("2026-11-16T04:30:00Z")).await;
        event(&province, &id, "dossier.alerted.v1").await;
        restart(&mut province, |province| province.travel("2026-11-17T10:00:01Z")).await;
        event(&province, &id, "dossier.check_overdue.v1").await;
        restart(&mut province, |_| ()).await;
        let other = province.portal().submitted().await;
        province.travel("2026-11-18T10:00:01Z");
        event(&province, &other, "dossier.alerted.v1").await;
        let expected = ["dossier.alerted.v1", "dossier.check_overdue.v1", "dossier.submitted.v1"];
        assert_eq!(told(&province, &id).await, expected.map(|kind| (kind.to_owned(), 1)).into());
        province.stop().await;
    }

    async fn two_copies_of_the_service_tell_each_clock_once(database) {
        let province = Province::start(database).await;
        let second = motcua_procedures::start(&province.foundation.shared).await.unwrap();
        let mut ids = Vec::new();
        for _ in 0..40 {
            ids.push(province.portal().submitted().await);
        }
        province.travel("2026-11-16T04:30:00Z");
        for id in &ids {
            event(&province, id, "dossier.alerted.v1").await;
        }
        province.travel("2026-11-17T10:00:01Z");
        for id in &ids {
            event(&province, id, "dossier.check_overdue.v1").await;
        }
        let expected = ["dossier.alerted.v1", "dossier.check_overdue.v1", "dossier.submitted.v1"];
        for id in &ids {
            assert_eq!(told(&province, id).await, expected.map(|kind| (kind.to_owned(), 1)).into());
        }
        second.stop().await.unwrap();
        province.stop().await;
    }

    async fn silence_ends_a_dossier_by_itself_and_an_answer_in_time_does_not(database) {
        let province = Province::start(database).await;
        let processor = province.officer("C1", "processor");
        let (silent, answered) = (province.processing("1.000777").await, province.processing("1.000777").await);
        for id in [&silent, &answered] {
            processor.step(id, &ask()).await.ok();
        }
        province.travel("2026-12-08T02:00:00Z");
        let form = support::dossier()["form"].clone();
        let file = province.portal().upload(b"%PDF-1.7 more").await;
        let component = processor.get(&format!("/v1/dossiers/{answered}")).await.ok()["missing_components"][0].clone();
        let add = match component {
            Value::Null => json!({"action": "supplement", "form": form}),
            code => json!({"action": "supplement", "files": [{"component": code, "file_id": file}]}),
        };
        province.portal().step(&answered, &add).await.ok();
        province.travel("2026-12-08T09:59:58Z");
        assert_eq!(processor.get(&format!("/v1/dossiers/{silent}")).await.ok()["state"]["local"], "awaiting_supplement");
        province.travel("2026-12-08T10:00:01Z");
        let stopped = event(&province, &silent, "dossier.stopped.v1").await;
        assert_eq!((&stopped["actor"], &stopped["data"]["national_state"]), (&json!("service:procedures"), &json!(8)));
        let closing = processor.get(&format!("/v1/dossiers/{silent}")).await.ok()["closing"].clone();
        assert_eq!(closing["legal_basis"], LAW);
        assert!(closing["reason"].as_str().unwrap().contains("15 ngày làm việc"), "{closing}");
        let clock = processor.get(&format!("/v1/dossiers/{silent}/clock")).await;
        assert_eq!(clock.status, 200, "an ended clock still explains itself: {}", clock.body);
        let other = processor.get(&format!("/v1/dossiers/{answered}")).await.ok();
        assert_eq!(other["state"]["local"], "processing");
        assert_eq!(told(&province, &silent).await["dossier.stopped.v1"], 1);
        province.stop().await;
    }

    async fn a_due_date_that_moves_takes_its_timers_along(database) {
        let province = Province::start(database).await;
        let processor = province.officer("C1", "processor");
        let (moved, kept) = (province.processing("2.002080").await, province.processing("2.002080").await);
        province.travel("2026-11-17T03:00:00Z");
        processor.step(&moved, &ask()).await.ok();
        province.travel("2026-11-19T03:00:00Z");
        let form = support::dossier()["form"].clone();
        let added = province.portal().step(&moved, &json!({"action": "supplement", "form": form})).await.ok();
        assert_eq!(added["due_at"], "2026-11-26T10:00:00Z");
        province.travel("2026-11-23T10:00:01Z");
        event(&province, &kept, "dossier.overdue.v1").await;
        let told_of_moved = told(&province, &moved).await;
        assert!(!told_of_moved.contains_key("dossier.apology_due.v1"), "{told_of_moved:?}");
        province.travel("2026-11-25T10:00:01Z");
        let apology = event(&province, &moved, "dossier.apology_due.v1").await;
        assert_eq!(apology["data"]["passed_at"], "2026-11-25T10:00:00Z");
        assert!(!told(&province, &moved).await.contains_key("dossier.overdue.v1"));
        province.stop().await;
    }
}
