//! What the tests of calendars share: the year 2026 with a swap, and waiting for a change to be through.

use std::time::{Duration, Instant};

use motcua_service::Shared;
use motcua_testkit::TestDatabase;
use motcua_web::settings::Settings;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, Province};

pub(crate) const DECREE: &str = "Thông báo 12000/TB-BNV";

/// 2026 as it comes with the program, with Monday 23 November swapped for Saturday 28 November.
pub(crate) async fn with_a_swap(keeper: &Caller<'_>) -> (i64, Value) {
    let year = keeper.get("/v1/calendar-years/2026").await.ok();
    let mut days = year["days"].as_array().unwrap().clone();
    let day = |date: &str, kind: &str, linked: &str| {
        json!({
            "date": date, "kind": kind, "linked_date": linked, "name_vi": "Hoán đổi dịp Ngày Văn hóa",
            "name_en": "Swapped for Culture Day", "source": DECREE
        })
    };
    days.push(day("2026-11-23", "swapped_day_off", "2026-11-28"));
    days.push(day("2026-11-28", "make_up_working_day", "2026-11-23"));
    let table = json!({
        "name_vi": year["name_vi"], "name_en": year["name_en"], "source": DECREE, "days": days
    });
    (year["revision"].as_i64().unwrap(), table)
}

/// A dossier that an agency has received.
pub(crate) async fn received(province: &Province, agency: &str, officers: &str) -> String {
    let submitted = province.portal().submit(|body| body["receiving_agency"] = json!(agency)).await.ok();
    let id = submitted["id"].as_str().unwrap().to_owned();
    province.officer(officers, "receiver").step(&id, &json!({"action": "receive"})).await.ok();
    id
}

pub(crate) async fn due(province: &Province, id: &str) -> (Value, Value) {
    let dossier = province.portal().get(&format!("/v1/dossiers/{id}")).await.ok();
    (dossier["due_at"].clone(), dossier["first_due_at"].clone())
}

/// A change once its walk has ended.
pub(crate) async fn through(keeper: &Caller<'_>, change: &Value) -> Value {
    let path = format!("/v1/calendar-changes/{}", change.as_str().unwrap());
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let job = keeper.get(&path).await.ok();
        if !job["ended_at"].is_null() {
            return job;
        }
        assert!(Instant::now() < until, "{job}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What a change does to dossiers, all of it.
pub(crate) async fn moved(keeper: &Caller<'_>, change: &Value) -> Vec<Value> {
    let first = format!("/v1/calendar-changes/{}/dossiers?limit=20", change.as_str().unwrap());
    let (mut path, mut rows) = (first.clone(), Vec::new());
    loop {
        let page = keeper.get(&path).await.ok();
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => path = format!("{first}&after={next}"),
            None => return rows,
        }
    }
}

/// The events of one type in the feed.
pub(crate) async fn events(province: &Province, kind: &str) -> Vec<Value> {
    province.all_events_are_in_the_feed().await;
    let keeper = province.officer("P", "administrator");
    let (mut after, mut found) = (0, Vec::new());
    loop {
        let feed = keeper.get(&format!("/v1/events?limit=1000&after={after}")).await;
        let scanned = feed.headers["scanned-to"].to_str().unwrap().parse::<i64>().unwrap();
        found.extend(feed.ok().as_array().unwrap().iter().filter(|event| event["type"] == kind).cloned());
        if scanned == after {
            return found;
        }
        after = scanned;
    }
}

pub(crate) async fn agency_id(province: &Province, id: &str) -> String {
    let dossier = province.portal().get(&format!("/v1/dossiers/{id}")).await.ok();
    dossier["agencies"]["competent"]["id"].as_str().unwrap().to_owned()
}

pub(crate) fn faults(refused: &Answer) -> Vec<(String, String)> {
    let of = |fault: &Value, what: &str| fault[what].as_str().unwrap().to_owned();
    let errors = refused.body["errors"].as_array().unwrap();
    errors.iter().map(|fault| (of(fault, "pointer"), of(fault, "code"))).collect()
}

/// Starts the service again over the database it was stopped on.
pub(crate) async fn start_again(province: &mut Province, database: &TestDatabase, business: &str) {
    let variables = [
        ("MOTCUA_MODE", "sandbox".to_owned()),
        ("MOTCUA_DATA_DIR", database.folder.path().display().to_string()),
        ("MOTCUA_PROCEDURES__DATABASE_URL", database.url.clone()),
        ("MOTCUA_PROCEDURES__LISTEN", "127.0.0.1:0".to_owned()),
        ("MOTCUA_PROCEDURES__PEERS__DOCUMENTS", "http://127.0.0.1:9".to_owned()),
    ];
    let shared = Shared::prepare(Settings::from_sources(None, variables).unwrap()).await.unwrap();
    shared.clock.set_business(business.parse().unwrap());
    let service = motcua_procedures::start(&shared).await.unwrap();
    province.url = service.url();
    province.clock = shared.clock.clone();
    province.service = Some(service);
}
