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
mod year;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::sync::Arc;
use std::time::{Duration, Instant};

use motcua_db::{Backend, Db};
use motcua_journal::{Event, Follow};
use motcua_kpi::facts::{DocumentFollow, DossierFollow};
use motcua_kpi::{TableDigest, digest, fill_measures, replay};
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use province::at;
use setting::Setting;
use year::{NOW, Year};

fn is_full() -> bool {
    std::env::var("MOTCUA_TEST_SIZE").is_ok_and(|size| size == "full")
}

/// So many dossiers; each is told of twice or three times.
fn dossiers() -> usize {
    let asked = std::env::var("MOTCUA_TEST_DOSSIERS").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(if is_full() { 1_000_000 } else { 1_500 })
}

/// So many communes.
fn communes() -> usize {
    let asked = std::env::var("MOTCUA_TEST_COMMUNES").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(200)
}

/// As many events as a follower takes in at once while more is waiting.
const PAGE: usize = 10_000;

/// Takes events in page by page; how many, and how long that took without making them up.
async fn take(db: &Db, year: &Year) -> (usize, Duration) {
    let catalogue = year.catalogue();
    db.write("take", move |tx| DossierFollow.apply_page(tx, &catalogue)).await.unwrap();
    // Made up in parts, because a million dossiers told at once need more memory than the service does.
    let (mut events, mut time, all) = (0, Duration::ZERO, dossiers());
    for from in (0..all).step_by(20_000) {
        let feed = year.dossiers(from, all.min(from + 20_000));
        events += feed.len();
        let pages: Vec<Arc<Vec<Event>>> = feed.chunks(PAGE).map(|page| Arc::new(page.to_vec())).collect();
        drop(feed);
        let began = Instant::now();
        for page in pages {
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
        let year = Year::new(tenant, communes(), dossiers());
        let told: Vec<Event> = year.directory().iter().map(|news| news.event(tenant)).collect();
        db.write("take", move |tx| DocumentFollow.apply_page(tx, &told)).await.unwrap();
        fill_measures(&db, tenant).await.unwrap();
        let (events, time) = take(&db, &year).await;
        println!("{name}: {} dossiers, {events} events in {time:.1?}: {:.0} a second", dossiers(), events as f64 / time.as_secs_f64());

        let (rounds, reader) = (if is_full() { 100 } else { 3 }, setting.reader());
        let path = "/v1/scores/ranking?set=qd766&period=2026-10&agency=under:H50&kind=commune";
        setting.get_until(path, &reader, |answer| answer.status == 200).await;
        let mut times = Vec::new();
        for _ in 0..rounds {
            let began = Instant::now();
            let answer = setting.get(path, &reader).await;
            times.push(began.elapsed());
            assert_eq!(answer.body["items"].as_array().unwrap().len(), communes());
        }
        println!("{name}: ranking of {} agencies: median {:.1?}, 95 of 100 within {:.1?}", communes(), percentile(&mut times, 50), percentile(&mut times, 95));
        let mut times = Vec::new();
        for n in 0..rounds {
            let path = format!("/v1/scores?set=qd766&period=2026-10&agency=under:H50.{n:03}");
            let began = Instant::now();
            assert_eq!(setting.get(&path, &reader).await.status, 200);
            times.push(began.elapsed());
        }
        println!("{name}: scorecard of one agency: median {:.1?}, 95 of 100 within {:.1?}", percentile(&mut times, 50), percentile(&mut times, 95));

        keep_pages(&setting).await;
        for page in PAGES {
            let address = format!("{}/v1/public/pages/{page}?period=2026-11", setting.service.url());
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
        let (again, taking) = take(&db, &year).await;
        assert_eq!(again, events);
        println!("{name}: made anew in {taking:.1?} ({:.1?} with the making up)", began.elapsed());
        assert_eq!(of_dossiers(digest(&db, tenant).await.unwrap()), before);
    }
}

/// Pages, as they stand behind `/v1/public/pages/`.
const PAGES: [&str; 3] = ["operations", "agencies/H50.001", "indicators/qd766/2.1"];

/// Keeps pages where `MOTCUA_TEST_KEEP_PAGES` says, for `scripts/check-pages --html FOLDER`.
async fn keep_pages(setting: &Setting) {
    let Ok(folder) = std::env::var("MOTCUA_TEST_KEEP_PAGES").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    let mut headers = serde_json::Map::new();
    for (page, name) in PAGES.into_iter().zip(["operations", "agency", "indicator"]) {
        for language in ["vi", "en"] {
            let address = setting.service.url();
            let address = format!("{address}/v1/public/pages/{page}?period=2026-11&lang={language}");
            let answer = setting.client.get(&address).send().await.unwrap();
            let told = answer.headers().iter().map(|(name, value)| json!([name.as_str(), value.to_str().unwrap()]));
            let file = format!("{name}.system.{language}.html");
            headers.insert(file.clone(), told.collect());
            std::fs::write(folder.join(file), answer.text().await.unwrap()).unwrap();
        }
    }
    std::fs::write(folder.join("headers.json"), serde_json::Value::Object(headers).to_string()).unwrap();
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
