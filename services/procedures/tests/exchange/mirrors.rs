//! Dossiers that a ministry's system tells of.

use futures_util::future::join_all;
use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use motcua_web::auth::{DevelopmentIssuer, TokenRequest};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, Province, read};

const CODE: &str = "G01.99.05-261116-0007";

/// A system that may tell of dossiers.
fn source<'a>(province: &'a Province, subject: &str) -> Caller<'a> {
    let issuer = DevelopmentIssuer::load(&province.foundation.shared.settings, &province.clock).unwrap();
    let mut request = TokenRequest::new(ActorKind::Client, subject);
    request.scopes.push("procedures:mirrors:write".to_owned());
    let mut caller = province.caller(ActorKind::Client, subject, None);
    caller.token = issuer.mint(&request).unwrap();
    caller
}

fn word() -> Value {
    json!({
        "source": "G01-DKKD", "procedure": "2.002080", "agency": "H1.1", "channel": 2, "state": 4,
        "applicant": {"kind": "citizen", "name": "Trần Thị Ví Dụ", "identity_number": "045190000001"},
        "subject": "Đăng ký của bà Trần Thị Ví Dụ",
        "as_of": "2026-11-16T01:30:00Z", "submitted_at": "2026-11-13T01:00:00Z",
        "received_at": "2026-11-13T02:00:00Z", "due_at": "2026-11-20T10:00:00Z",
        "fees": [{"name": "Lệ phí", "amount": {"amount": 50_000, "currency": "VND"}, "paid": true}]
    })
}

fn at(as_of: &str, state: u8) -> Value {
    let mut word = word();
    word["as_of"] = json!(as_of);
    word["state"] = json!(state);
    if [3, 7, 8, 9, 10].contains(&state) {
        word["ended_at"] = json!("2026-11-16T01:00:00Z");
    }
    if state == 10 {
        word["returned_at"] = json!("2026-11-16T01:10:00Z");
    }
    word
}

async fn put(caller: &Caller<'_>, code: &str, word: &Value) -> Answer {
    let request = caller.request(Method::PUT, &format!("/v1/mirrored-dossiers/{code}"));
    read(request.json(word).send().await.unwrap()).await
}

async fn events(province: &Province) -> Vec<Value> {
    province.all_events_are_in_the_feed().await;
    let ministry = source(province, "ministry");
    let feed = ministry.get("/v1/events?limit=1000").await.ok();
    let kind = "mirrored_dossier.changed.v1";
    feed.as_array().unwrap().iter().filter(|event| event["type"] == kind).cloned().collect()
}

on_both_databases! {
    async fn a_mirrored_dossier_says_what_its_source_said_to_those_whom_it_concerns(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        let created = put(&ministry, CODE, &word()).await;
        assert_eq!((created.status, &created.body["version"]), (201, &json!(1)), "{}", created.body);
        assert!(created.body.get("applicant").is_none(), "no personal data in the answer");
        let path = format!("/v1/mirrored-dossiers/{CODE}");
        let citizen = province.caller(ActorKind::Citizen, "tran-thi-vi-du", Some("045190000001"));
        for caller in [&province.officer("C1", "processor"), &province.officer("P", "leader"), &citizen, &ministry] {
            let seen = caller.get(&path).await.ok();
            assert_eq!((&seen["state"]["national"], &seen["applicant"]["name"]), (&json!(4), &json!("Trần Thị Ví Dụ")));
            assert_eq!(seen["agency"]["code"], "H1.1");
            assert_eq!(seen["fees"][0]["amount"]["amount"], 50_000);
            let list = caller.get("/v1/mirrored-dossiers?count=exact").await.ok();
            assert_eq!((&list["items"][0]["code"], &list["count"]), (&json!(CODE), &json!(1)));
            assert!(list["items"][0].get("applicant").is_none());
        }
        let other = province.caller(ActorKind::Citizen, "le-van-khac", Some("045190000002"));
        for caller in [&province.officer("C2", "processor"), &other, &province.portal()] {
            assert_eq!(caller.get(&path).await.status, 404);
            assert_eq!(caller.get("/v1/mirrored-dossiers").await.ok()["items"], json!([]));
        }
        assert_eq!(citizen.get("/v1/dossiers").await.ok()["items"], json!([]), "the list of own dossiers stays that");
        let officer = province.officer("C1", "processor");
        for (query, count) in [
            ("state=in:4,5", 1), ("state=9", 0), ("procedure=2.002080", 1), ("source=G02", 0), ("agency=H1.1", 1),
            ("agency=under:H1", 1), ("agency=H1.2", 0)
        ] {
            let list = officer.get(&format!("/v1/mirrored-dossiers?{query}")).await.ok();
            assert_eq!(list["items"].as_array().unwrap().len(), count, "{query}");
        }
        assert_eq!(officer.get("/v1/mirrored-dossiers?state=11").await.status, 400);
        let told = events(&province).await;
        assert_eq!((told.len(), &told[0]["data"]["national_state"]), (1, &json!(4)));
        let all = serde_json::to_string(&told).unwrap();
        assert!(!all.contains("Ví Dụ") && !all.contains("045190000001"), "{all}");
        province.stop().await;
    }

    async fn only_a_later_word_changes_anything(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        put(&ministry, CODE, &word()).await.ok();
        let again = put(&ministry, CODE, &word()).await;
        assert_eq!((again.status, &again.body["version"]), (200, &json!(1)));
        let older = put(&ministry, CODE, &at("2026-11-16T01:29:59Z", 9)).await;
        assert_eq!((older.code(409), &older.body["kept_as_of"]), ("mirror.older".to_owned(), &json!("2026-11-16T01:30:00Z")));
        assert_eq!(put(&ministry, CODE, &at("2026-11-16T01:30:00Z", 5)).await.code(409), "mirror.contradiction");
        let later = put(&ministry, CODE, &at("2026-11-16T01:31:00Z", 5)).await.ok();
        assert_eq!((&later["state"]["national"], &later["version"]), (&json!(5), &json!(2)));
        assert_eq!(events(&province).await.len(), 2);
        province.stop().await;
    }

    async fn a_state_is_kept_as_it_was_given_and_an_ended_dossier_goes_on_only_by_a_later_word(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        let path = format!("/v1/mirrored-dossiers/{CODE}");
        for (minute, state) in [(31, 5), (32, 6), (33, 8), (34, 4), (35, 9), (36, 10)] {
            let word = at(&format!("2026-11-16T01:{minute}:00Z"), state);
            assert_eq!(put(&ministry, CODE, &word).await.ok()["state"]["national"], state);
        }
        assert_eq!(put(&ministry, CODE, &at("2026-11-16T01:33:30Z", 4)).await.code(409), "mirror.older");
        let history = ministry.get(&path).await.ok()["history"].clone();
        let told: Vec<(i64, bool)> = history.as_array().unwrap().iter()
            .map(|told| (told["state"]["national"].as_i64().unwrap(), told["reopened"].as_bool().unwrap())).collect();
        assert_eq!(told, [(5, false), (6, false), (8, false), (4, true), (9, false), (10, false)]);
        let told = events(&province).await;
        assert_eq!((&told[3]["data"]["previous_state"], &told[3]["data"]["reopened"]), (&json!(8), &json!(true)));
        province.stop().await;
    }

    async fn words_that_come_at_once_and_out_of_order_leave_the_latest(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        let words: Vec<Value> = [35, 31, 34, 32, 33].map(|minute| at(&format!("2026-11-16T01:{minute}:00Z"), 4)).into();
        let answers = join_all(words.iter().chain(&words).map(|word| put(&ministry, CODE, word))).await;
        for answer in &answers {
            assert!(answer.status < 300 || answer.code(409) == "mirror.older", "{}", answer.body);
        }
        let kept = ministry.get(&format!("/v1/mirrored-dossiers/{CODE}")).await.ok();
        assert_eq!(kept["as_of"], "2026-11-16T01:35:00Z");
        assert_eq!(events(&province).await.len(), usize::try_from(kept["version"].as_i64().unwrap()).unwrap());
        province.stop().await;
    }

    async fn who_may_not_tell_of_a_dossier_is_refused(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        assert_eq!(put(&province.portal(), CODE, &word()).await.code(403), "scope.missing");
        put(&ministry, CODE, &word()).await.ok();
        let other = source(&province, "other-portal");
        assert_eq!(put(&other, CODE, &at("2026-11-16T01:40:00Z", 5)).await.code(409), "mirror.taken");
        let id = province.portal().submitted().await;
        let desk = province.officer("C1", "receiver");
        let own = desk.step(&id, &json!({"action": "receive"})).await.ok()["code"].as_str().unwrap().to_owned();
        assert_eq!(put(&ministry, &own, &word()).await.code(409), "mirror.own_dossier");
        assert_eq!(events(&province).await.len(), 1);
        province.stop().await;
    }

    async fn a_code_that_a_source_has_used_is_passed_over_by_our_own(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        assert_eq!(put(&ministry, "H1.1-261116-0002", &word()).await.status, 201);
        assert_eq!(put(&ministry, "h1.1-261116-0003", &word()).await.status, 201);
        assert_eq!(put(&ministry, "H1.1-261116-0003", &at("2026-11-16T01:40:00Z", 5)).await.ok()["code"], "h1.1-261116-0003");
        let (portal, desk) = (province.portal(), province.officer("C1", "receiver"));
        let mut codes = Vec::new();
        for _ in 0..2 {
            let id = portal.submitted().await;
            codes.push(desk.step(&id, &json!({"action": "receive"})).await.ok()["code"].as_str().unwrap().to_owned());
        }
        assert_eq!(codes, ["H1.1-261116-0001", "H1.1-261116-0004"]);
        for own in ["H1.1-261116-0004", "h1.1-261116-0001"] {
            assert_eq!(put(&ministry, own, &word()).await.code(409), "mirror.own_dossier");
        }
        // The source goes on telling of its own.
        put(&ministry, "H1.1-261116-0002", &at("2026-11-16T01:40:00Z", 5)).await.ok();
        assert_eq!(desk.get("/v1/mirrored-dossiers/h1.1-261116-0002").await.ok()["state"]["national"], 5);
        province.stop().await;
    }

    async fn no_code_is_given_and_mirrored_at_once(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        let (portal, desk) = (province.portal(), province.officer("C1", "receiver"));
        let mut ids = Vec::new();
        for _ in 0..12 {
            ids.push(portal.submitted().await);
        }
        let numbers: Vec<String> = (1..=12).map(|number| format!("H1.1-261116-{number:04}")).collect();
        let receive = json!({"action": "receive"});
        let told = word();
        let (received, mirrored) = futures_util::future::join(
            join_all(ids.iter().map(|id| desk.step(id, &receive))),
            join_all(numbers.iter().map(|code| put(&ministry, code, &told))),
        ).await;
        let own: Vec<String> =
            received.into_iter().map(|answer| answer.ok()["code"].as_str().unwrap().to_owned()).collect();
        for (code, answer) in numbers.iter().zip(&mirrored) {
            assert_eq!(answer.status == 201, !own.contains(code), "{code}: {} and {own:?}", answer.body);
            assert!(answer.status == 201 || answer.code(409) == "mirror.own_dossier", "{}", answer.body);
        }
        province.stop().await;
    }

    async fn a_source_that_names_a_version_overwrites_no_other(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        let path = format!("/v1/mirrored-dossiers/{CODE}");
        let stale = ministry.put(&path, 1, &word()).await;
        assert_eq!((stale.code(412), &stale.body["version"]), ("precondition.stale".to_owned(), &json!(0)));
        assert_eq!(ministry.put(&path, 0, &word()).await.status, 201);
        let later = at("2026-11-16T01:40:00Z", 5);
        assert_eq!(ministry.put(&path, 99, &later).await.code(412), "precondition.stale");
        assert_eq!(ministry.put(&path, 99, &word()).await.code(412), "precondition.stale");
        assert_eq!(ministry.put(&path, 1, &later).await.ok()["version"], 2);
        // Without one the instant decides, as for most sources.
        assert_eq!(put(&ministry, CODE, &at("2026-11-16T01:41:00Z", 5)).await.ok()["version"], 3);
        assert_eq!(events(&province).await.len(), 3);
        province.stop().await;
    }

    async fn every_fault_of_a_word_is_told_at_once(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        let mut bad = at("2026-11-17T01:30:00Z", 10);
        bad["source"] = json!("");
        bad["channel"] = json!(4);
        bad["applicant"]["identity_number"] = json!("000000001");
        bad["received_at"] = json!("2026-11-12T00:00:00Z");
        bad["returned_at"] = Value::Null;
        bad["results"] = json!([{"name": "Giấy chứng nhận", "link": "http://insecure.example/1"}]);
        let refused = put(&ministry, "mã", &bad).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let codes: Vec<&str> =
            refused.body["errors"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect();
        assert_eq!(codes, [
            "mirror.code", "text.one_line", "mirror.channel", "mirror.ahead", "identity_number.placeholder", "required",
            "mirror.order", "mirror.link"
        ]);
        let mut elsewhere = word();
        elsewhere["agency"] = json!("H9.9");
        let refused = put(&ministry, CODE, &elsewhere).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!("/agency")));
        assert_eq!(events(&province).await.len(), 0);
        province.stop().await;
    }

    async fn a_closed_agency_s_mirrored_dossiers_are_its_successor_s(database) {
        let province = Province::start(database).await;
        let ministry = source(&province, "ministry");
        let mut word = word();
        word["agency"] = json!("H1.9");
        let created = put(&ministry, CODE, &word).await.ok();
        assert_eq!((&created["agency"]["code"], &created["written_agency"]), (&json!("H1.1"), &json!("H1.9")));
        province.officer("C1", "receiver").get(&format!("/v1/mirrored-dossiers/{CODE}")).await.ok();
        province.stop().await;
    }
}
