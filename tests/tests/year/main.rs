//! A scripted year: random legal histories over HTTP while business time runs through 2026. Every due date equals the
//! slow oracle's at every step, and the report Biểu 06, which the service counts by SQL, equals a recount in plain code
//! from the script's own book. `MOTCUA_TEST_SIZE=full` sends 5,000 dossiers through it, else 200.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]
#![expect(clippy::match_same_arms, reason = "tables of states read line by line")]

#[expect(dead_code, reason = "the clock's own tests use more of it")]
#[path = "../../../crates/clock/tests/clock/history_oracle.rs"]
mod history_oracle;
#[expect(dead_code, reason = "the clock's own tests use more of it")]
#[path = "../../../crates/clock/tests/clock/oracle.rs"]
mod oracle;

mod book;
mod recount;
mod rules;
mod script;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use motcua_tests::{Api, Installation, Kind, Service, eventually, full_size};
use serde_json::Value;

use book::Book;
use rules::RULES;
use script::{Dice, Office, Script};

/// How many dossiers move at once.
const TOGETHER: usize = 4;

/// The people of the offices, by agency and role.
struct People {
    portal: Api,
    officers: BTreeMap<(&'static str, &'static str), Api>,
    leader: Api,
}

impl People {
    fn of(installation: &Installation) -> Self {
        let procedures = |arguments: &[&str]| installation.api(Service::Procedures, &installation.token(arguments));
        let mut officers = BTreeMap::new();
        for agency in ["H50.05", "H50.11", "H50.12", "H50.13"] {
            for role in ["receiver", "processor", "approver"] {
                let api = procedures(&["--kind", "officer", "--agency", agency, "--role", role]);
                officers.insert((agency, role), api);
            }
        }
        let leader = procedures(&["--kind", "officer", "--agency", "H50", "--role", "leader"]);
        Self { portal: procedures(&["--kind", "client"]), officers, leader }
    }

    fn officer(&self, agency: &'static str, role: &'static str) -> &Api {
        &self.officers[&(agency, role)]
    }
}

async fn a_year(database: Kind) {
    let installation = Installation::new(database);
    installation.start(Service::Documents).await;
    installation.start(Service::Procedures).await;
    let people = People::of(&installation);
    people.portal.directory_has_arrived().await;
    people.leader.set_clock(&world::written(world::FIRST_WORKING_MINUTE)).await;
    let file = installation.folder.path().join("year.jsonl");
    let lines: Vec<String> = RULES.iter().map(|rule| rule.procedure().to_string()).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let imported = installation.run(&["import", "procedures", file.to_str().unwrap()]);
    assert!(imported.contains("6 loaded"), "{imported}");

    let (dossiers, ticks, seed) = if full_size() { (5_000, 2_400, 41) } else { (200, 160, 17) };
    let script = Script::new(&mut Dice::new(seed), dossiers, ticks);
    let world = world::world();
    let mut books: Vec<Book> = script.stories.iter().map(Book::of).collect();
    let moved = AtomicUsize::new(0);
    for (number, minute) in script.ticks.iter().enumerate() {
        let due: Vec<&mut Book> = books.iter_mut().filter(|book| book.next() == Some(number)).collect();
        if due.is_empty() {
            continue;
        }
        people.leader.set_clock(&world::written(*minute)).await;
        let turn = std::time::Instant::now();
        futures_util::stream::iter(due)
            .for_each_concurrent(TOGETHER, async |book| {
                book.act(&people, &world, *minute).await;
                moved.fetch_add(1, Ordering::Relaxed);
            })
            .await;
        assert!(turn.elapsed().as_secs() < 58, "the moves of a minute took longer than it: fewer dossiers a tick");
    }

    // The last clocks of the year pass.
    let end = world::LAST_MINUTE;
    people.leader.set_clock(&world::written(end)).await;
    eventually("the silent ones are closed", 120, async || {
        for book in &books {
            if book.closes_by_silence(&world, end) && book.state(&people).await != "stopped" {
                return false;
            }
        }
        true
    })
    .await;
    let mut tally = BTreeMap::<String, usize>::new();
    for book in &mut books {
        let told = book.compare_at_the_end(&people, &world, end).await;
        *tally.entry(told).or_default() += 1;
    }
    let cells = recount::compare(&people.leader, &books, end).await;
    let (steps, refused) = (moved.load(Ordering::Relaxed), books.iter().map(|book| book.refused).sum::<usize>());
    #[expect(clippy::print_stdout, reason = "the figures of the run")]
    {
        println!("{dossiers} dossiers, {steps} steps of which {refused} refused by the clock and the oracle alike");
        println!("ended as {tally:?}; {cells} cells of Biểu 06 recounted");
    }
    assert!(refused > 0, "no history was refused: the script is too tame");
    for state in ["done", "stopped", "withdrawn", "processing", "awaiting_supplement"] {
        assert!(tally.contains_key(state), "no dossier is {state}");
    }
}

/// A dossier of the year as the API takes it.
fn dossier(number: usize, rule: &rules::Rule, office: Office, online: bool) -> Value {
    serde_json::json!({
        "procedure": rule.code,
        "receiving_agency": office.receiving,
        "channel": if online { "online" } else { "in_person" },
        "applicant": {
            "kind": "citizen", "name": "Trần Thị Ví Dụ",
            "identity_number": format!("{:012}", 45_190_000_000_u64 + number as u64)
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_due_date_of_a_year_is_the_oracles_and_the_report_is_a_recount_sqlite() {
    a_year(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_due_date_of_a_year_is_the_oracles_and_the_report_is_a_recount_postgres() {
    a_year(Kind::Postgres).await;
}
