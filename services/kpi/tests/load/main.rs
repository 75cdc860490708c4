//! How fast facts and tallies are made of events, how fast scores are read from them, and that making them anew gives the
//! same. A small number of dossiers by default; `MOTCUA_TEST_SIZE=full` has a million of 200 agencies over a year, and
//! its figures mean something only with the release profile:
//! `MOTCUA_TEST_SIZE=full scripts/postgres run cargo test --release --workspace --features motcua/pdf --test load -- --nocapture`.

#![expect(
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a surprise is the failure of the test that meets it"
)]
#![expect(clippy::print_stdout, reason = "the figures of the run")]

#[path = "../kpi/neighbour.rs"]
#[expect(dead_code, reason = "the other tests need more of it")]
mod neighbour;
#[path = "../kpi/province.rs"]
#[expect(dead_code, reason = "the other tests need more of it")]
mod province;
#[path = "../kpi/setting.rs"]
#[expect(dead_code, reason = "the other tests need more of it")]
mod setting;
mod visibility;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_db::{Backend, Db};
use motcua_journal::{Event, Follow};
use motcua_kernel::Uuid;
use motcua_kpi::facts::{DocumentFollow, DossierFollow};
use motcua_kpi::{TableDigest, digest, fill_measures, replay};
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use province::{DONE, Dossier, News, PAUSED, RECEIVED, agency, agency_news, at};
use setting::Setting;

fn is_full() -> bool {
    std::env::var("MOTCUA_TEST_SIZE").is_ok_and(|size| size == "full")
}

/// So many dossiers; each is told of twice or three times.
fn dossiers() -> usize {
    let asked = std::env::var("MOTCUA_TEST_DOSSIERS").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(if is_full() { 1_000_000 } else { 1_500 })
}

/// As many events as a follower takes in at once while more is waiting.
const PAGE: usize = 2_000;
const YEAR: &str = "2026-01-01T01:00:00Z";
const NOW: &str = "2026-12-20T02:00:00Z";

/// A province with its communes.
fn province(communes: usize) -> (AgencyRecord, Vec<AgencyRecord>) {
    let mut province = agency("H50", None, "2025-07-01", None);
    province.kind = AgencyKind::Province;
    let commune = |n: usize| {
        let mut commune = agency(&format!("H50.{n:03}"), Some(province.id), "2025-07-01", None);
        commune.kind = AgencyKind::Commune;
        commune
    };
    let communes = (0..communes).map(commune).collect();
    (province, communes)
}

/// The events of one dossier of a year, of which most are done in time, some late and some are still open.
fn events_of(n: usize, of: usize, communes: &[AgencyRecord], tenant: Uuid) -> Vec<(DateTime<Utc>, Event)> {
    let begin: DateTime<Utc> = at(YEAR);
    let minutes = i64::try_from(n).unwrap() * 353 * 24 * 60 / i64::try_from(of).unwrap();
    let received = begin + TimeDelta::minutes(minutes);
    let (due, finished) =
        (received + TimeDelta::days(7), received + TimeDelta::days(2 + i64::try_from(n % 8).unwrap()));
    let commune = &communes[n * 7919 % communes.len()];
    let text = |at: DateTime<Utc>| at.to_rfc3339();
    let id = Uuid::from_u128(u128::try_from(n).unwrap() + 1);
    let open = Dossier { id, ..Dossier::at(commune, &text(received), &text(due)) };
    let mut told = vec![(received, open.news(RECEIVED, 2))];
    if n.is_multiple_of(5) {
        let mut paused = open.news(PAUSED, 3);
        paused.data["due_at"] = json!(null);
        paused.data["waits"] = json!([{"kind": "supplement", "started_at": received + TimeDelta::days(1), "ended_at": null,
            "due_before": due}]);
        told.push((received + TimeDelta::days(1), paused));
    }
    if !n.is_multiple_of(50) && finished < at(NOW) {
        told.push((finished, open.finished(&text(finished)).news(DONE, 4)));
    }
    let event = |(at, mut news): (DateTime<Utc>, News)| {
        // The same dossier is told the same again.
        news.data["procedure"]["id"] = json!(Uuid::from_u128(7));
        news.data["procedure"]["version_id"] = json!(Uuid::from_u128(8));
        (at, news.event(tenant))
    };
    told.into_iter().map(event).collect()
}

/// All events in the order in which they are told.
fn feed(communes: &[AgencyRecord], tenant: Uuid, from: usize, to: usize) -> Vec<Event> {
    let mut all: Vec<(DateTime<Utc>, Event)> =
        (from..to).flat_map(|n| events_of(n, dossiers(), communes, tenant)).collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, event)| event).collect()
}

/// Takes events in page by page; how many, and how long that took without making them up.
async fn take(db: &Db, communes: &[AgencyRecord], tenant: Uuid) -> (usize, Duration) {
    // Made up in parts, because a million dossiers told at once need more memory than the service does.
    let (mut events, mut time, all) = (0, Duration::ZERO, dossiers());
    for from in (0..all).step_by(20_000) {
        let feed = feed(communes, tenant, from, all.min(from + 20_000));
        events += feed.len();
        let began = Instant::now();
        for page in feed.chunks(PAGE) {
            let page = Arc::new(page.to_vec());
            let _held = Arc::clone(&page);
            db.write("take", move |tx| DossierFollow.apply_page(tx, &page)).await.unwrap();
        }
        time += began.elapsed();
        if is_full() {
            println!("{}: {events} events, {:.0} a second so far", name_of(db), events as f64 / time.as_secs_f64());
        }
    }
    (events, time)
}

/// Tables whose rows are made of dossiers.
fn of_dossiers(digests: Vec<TableDigest>) -> Vec<TableDigest> {
    let tables = [
        "dossier_facts",
        "dossier_course_facts",
        "dossier_case_facts",
        "dossier_paper_facts",
        "tallies",
        "tally_turns",
    ];
    digests.into_iter().filter(|digest| tables.contains(&digest.table)).collect()
}

fn percentile(times: &mut [Duration], per_cent: usize) -> Duration {
    times.sort();
    times[(times.len() * per_cent / 100).min(times.len() - 1)]
}

on_both_databases! {
    async fn a_year_is_taken_in_scored_and_made_anew(database) {
        let setting = start(database).await;
        let (tenant, db) = (setting.around.tenant(), setting.around.open(database));
        let name = name_of(&db);
        let (province, communes) = province(200);
        let told: Vec<Event> =
            std::iter::once(&province).chain(&communes).map(|record| agency_news(record).event(tenant)).collect();
        db.write("take", move |tx| DocumentFollow.apply_page(tx, &told)).await.unwrap();
        fill_measures(&db, tenant).await.unwrap();
        let (events, time) = take(&db, &communes, tenant).await;
        println!("{name}: {} dossiers, {events} events in {time:.1?}: {:.0} a second", dossiers(), events as f64 / time.as_secs_f64());

        let (rounds, reader) = (if is_full() { 100 } else { 3 }, setting.reader());
        let path = "/v1/scores/ranking?set=qd766&period=2026-10&agency=under:H50&kind=commune";
        setting.get_until(path, &reader, |answer| answer.status == 200).await;
        let mut times = Vec::new();
        for _ in 0..rounds {
            let began = Instant::now();
            let answer = setting.get(path, &reader).await;
            times.push(began.elapsed());
            assert_eq!(answer.body["items"].as_array().unwrap().len(), 200);
        }
        println!("{name}: ranking of 200 agencies: median {:.1?}, 95 of 100 within {:.1?}", percentile(&mut times, 50), percentile(&mut times, 95));
        let mut times = Vec::new();
        for n in 0..rounds {
            let path = format!("/v1/scores?set=qd766&period=2026-10&agency=under:H50.{n:03}");
            let began = Instant::now();
            assert_eq!(setting.get(&path, &reader).await.status, 200);
            times.push(began.elapsed());
        }
        println!("{name}: scorecard of one agency: median {:.1?}, 95 of 100 within {:.1?}", percentile(&mut times, 50), percentile(&mut times, 95));

        for page in ["operations?", "agencies/H50.001?", "indicators/qd766/2.1?"] {
            let address = format!("{}/v1/public/pages/{page}period=2026-11", setting.service.url());
            let mut times = Vec::new();
            for _ in 0..rounds {
                let began = Instant::now();
                let answer = setting.client.get(&address).send().await.unwrap();
                assert_eq!(answer.status(), 200, "{address}");
                assert!(answer.bytes().await.unwrap().len() < 200_000, "{address}");
                times.push(began.elapsed());
            }
            let first = times[0];
            println!("{name}: page {page} first {first:.1?}, median {:.1?}, 95 of 100 within {:.1?}", percentile(&mut times, 50), percentile(&mut times, 95));
        }

        let sheet = setting.get("/v1/scores/figures?set=qd766&period=2026&agency=under:H50", &reader).await;
        let received = sheet.body["figures"].as_array().unwrap().iter().find(|one| one["measure"] == "received").unwrap();
        assert_eq!(received["value"], dossiers());

        let before = of_dossiers(digest(&db, tenant).await.unwrap());
        assert!(before.iter().all(|digest| digest.table == "tally_turns" || digest.rows > 0), "{before:?}");
        let began = Instant::now();
        replay(&db, tenant).await.unwrap();
        println!("{name}: forgotten in {:.1?}", began.elapsed());
        let began = Instant::now();
        let (again, taking) = take(&db, &communes, tenant).await;
        assert_eq!(again, events);
        println!("{name}: made anew in {taking:.1?} ({:.1?} with the making up)", began.elapsed());
        assert_eq!(of_dossiers(digest(&db, tenant).await.unwrap()), before);
    }
}

fn name_of(db: &Db) -> &'static str {
    match db.backend() {
        Backend::Sqlite(_) => "SQLite",
        Backend::Postgres(_) => "PostgreSQL",
    }
}

async fn start(database: &TestDatabase) -> Setting {
    let setting = Setting::start(database).await;
    setting.around.clock.set_business(at(NOW));
    setting
}
