//! A scripted year of documents of one province: random flows over HTTP by 300 officers of 60 agencies while business time
//! runs through 2026 and into January 2027. The script keeps a book of its own, in plain code that shares nothing with the
//! services: it foretells every refusal, and holds against the service who sees what, by when things are due, what stands in
//! the registers and what the reports of Decree 30/2020/NĐ-CP, Annex VI, Part V say.
//!
//! `MOTCUA_TEST_SIZE=full` sends 20,000 documents through it, else 500. `MOTCUA_TEST_SEED` throws other dice;
//! `MOTCUA_TEST_DOCUMENTS` sends another number of documents. With `MOTCUA_TEST_KEEP_REPORTS=DIR` the six reports of an
//! agency's month are saved there as sheets and as PDF.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]
#![expect(clippy::match_same_arms, reason = "tables of states read line by line")]
#![expect(clippy::too_many_arguments, reason = "a step is told with everything it is about")]
#![expect(clippy::print_stdout, reason = "the figures of the run")]

mod acts;
mod calendar;
mod case_files;
mod checks;
mod dice;
mod drafts;
mod ending;
mod incoming;
mod mishaps;
mod moves;
mod opinions;
mod outgoing;
mod province;
mod registers;
mod reports;
mod story;
mod succeed;
mod year;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use chrono::{Datelike, NaiveDate};
use futures_util::StreamExt;
use motcua_tests::{Installation, Kind, Service, full_size};

use calendar::{day, second, worked, written};
use dice::Dice;
use province::Province;
use story::Story;
use year::{Now, Year};

/// How many stories take a step at once.
const TOGETHER: usize = 8;
/// Longer than this the steps of a tick must not take: the clock runs on meanwhile, and midnight is ten minutes away.
const LONGEST_TICK: u64 = 500;

/// The moments at which things happen: mostly by day, some in the evening and on days off, and both sides of New Year.
fn ticks(dice: &mut Dice, full: bool) -> Vec<Now> {
    let hours: &[i64] = &[8 * 60 + 12, 11 * 60 + 47, 14 * 60 + 3, 16 * 60 + 41, 19 * 60 + 22];
    let mut all = Vec::new();
    let last = day("2027-01-13");
    for today in day("2026-01-06").iter_days().take_while(|today| *today <= last) {
        if today == day("2026-12-31") || today == day("2027-01-01") {
            continue;
        }
        let chosen: Vec<i64> = if full && worked(today) {
            vec![hours[0], hours[1 + dice.throw(2)], hours[3 + dice.throw(2)]]
        } else if dice.chance(if worked(today) { 55 } else { 10 }) {
            vec![hours[dice.throw(hours.len())]]
        } else {
            Vec::new()
        };
        all.extend(chosen.into_iter().map(|minute| Now { second: second(today, minute * 60), day: today }));
    }
    let turn = [("2026-12-31", 9 * 60), ("2026-12-31", 23 * 60 + 49), ("2027-01-01", 1)];
    all.extend(turn.map(|(today, minute)| Now { second: second(day(today), minute * 60), day: day(today) }));
    all.sort_by_key(|now| now.second);
    all
}

struct Size {
    documents: usize,
    seed: u64,
    /// At most so many ticks between two steps of a story.
    pace: usize,
    /// Looks at circles, and books read, at the end of a month.
    looks: usize,
    books: usize,
}

impl Size {
    fn asked() -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let seed = number("MOTCUA_TEST_SEED").unwrap_or(2026);
        let documents = number("MOTCUA_TEST_DOCUMENTS").map(|number| usize::try_from(number).unwrap());
        if full_size() {
            Self { documents: documents.unwrap_or(20_000), seed, pace: 36, looks: 240, books: 400 }
        } else {
            Self { documents: documents.unwrap_or(500), seed, pace: 7, looks: 18, books: 8 }
        }
    }
}

async fn prepare(installation: Installation) -> Year {
    let mut province = Province::plan();
    province.load(&installation);
    installation.start(Service::Documents).await;
    let begin = second(day("2026-01-05"), 8 * 3_600);
    province.api(&installation, province.administrator).await.set_clock(&written(begin)).await;
    province.settle(&installation).await;
    let year = Year {
        installation,
        province,
        registers: registers::Registers::default(),
        shelves: case_files::Shelves::default(),
        steps: AtomicUsize::new(0),
        refusals: Mutex::default(),
    };
    let now = Now { second: begin, day: day("2026-01-05") };
    for agency in year.province.issuing() {
        if agency.is_multiple_of(2) {
            case_files::decide_book(&year, agency).await;
        }
        year.shelves.open(&year, now, agency).await;
    }
    year
}

fn refused(year: &Year) -> usize {
    year.refusals.lock().unwrap().values().sum()
}

/// Sets the clock, has what closes that day close, and takes every step of the tick.
async fn tick(year: &Year, stories: &mut [Story], at: usize, now: Now, before: NaiveDate, pace: usize) {
    year.province.api(&year.installation, year.province.administrator).await.set_clock(&written(now.second)).await;
    let began = Instant::now();
    for one in year.province.successions.clone() {
        let announced = one.on.checked_sub_days(chrono::Days::new(10)).unwrap();
        if before < announced && announced <= now.day {
            succeed::announce(year, one).await;
        }
        if before < one.on && one.on <= now.day {
            succeed::follow(year, stories, now, one).await;
        }
    }
    let due: Vec<&mut Story> = stories.iter_mut().filter(|story| story.next == Some(at)).collect();
    futures_util::stream::iter(due)
        .for_each_concurrent(TOGETHER, async |story| {
            let goes_on = story.act(year, now).await;
            let later = at + 1 + story.dice.throw(pace);
            story.next = goes_on.then_some(later);
        })
        .await;
    assert!(began.elapsed().as_secs() < LONGEST_TICK, "the steps of a tick took too long for its clock");
}

async fn a_year(kind: Kind) {
    let began = Instant::now();
    let size = Size::asked();
    println!("{kind:?}: seed {}, {} documents", size.seed, size.documents);
    let year = prepare(Installation::new(kind)).await;
    println!("{kind:?}: prepared after {} s", began.elapsed().as_secs());
    let mut dice = Dice::new(size.seed, 0);
    let ticks = ticks(&mut dice, full_size());
    let mut stories: Vec<Story> = Vec::new();
    let (mut looks, mut lines, mut before) = (0, 0, day("2026-01-05"));
    for (at, now) in ticks.iter().enumerate() {
        let made: usize = stories.iter().map(|story| story.documents().max(1)).sum();
        let wanted = size.documents * (at + 1) / (ticks.len() * 19 / 20);
        for _ in made..wanted.min(size.documents) {
            stories.push(Story::new(size.seed, stories.len(), at));
        }
        tick(&year, &mut stories, at, *now, before, size.pace).await;
        before = now.day;
        if ticks.get(at + 1).is_none_or(|next| next.day.month() != now.day.month()) {
            looks += checks::circles(&year, &stories, *now, &mut dice, size.looks).await;
            let (books, read) = checks::books(&year, *now, &mut dice, size.books).await;
            lines += read;
            let documents: usize = stories.iter().map(Story::documents).sum();
            let (steps, month) = (year.steps.load(Ordering::Relaxed), now.day.format("%Y-%m"));
            println!(
                "{kind:?}: {month}: {documents} documents, {steps} steps, {} refused, {books} books read, {} s",
                refused(&year),
                began.elapsed().as_secs()
            );
        }
    }
    let (books, closed) = end(&year, &mut stories, looks).await;
    let documents: usize = stories.iter().map(Story::documents).sum();
    let steps = year.steps.load(Ordering::Relaxed);
    tell_states(&stories);
    println!("refusals: {:?}", year.refusals.lock().unwrap());
    println!(
        "{kind:?}: {documents} documents in {} matters, {steps} steps of which {} refused as foretold; {books} books with \
         {closed} lines closed, {lines} lines read before, {} s",
        stories.len(),
        refused(&year),
        began.elapsed().as_secs()
    );
    year.installation.kill(Service::Documents);
    checks::verified(&year);
    assert!(documents >= size.documents, "fewer documents than asked for");
    assert!(refused(&year) > 0, "nothing was refused: the script is too tame");
}

/// January: the books of the year are read and closed, and everything is counted once more.
async fn end(year: &Year, stories: &mut [Story], looks: usize) -> (usize, usize) {
    let now = Now { second: second(day("2027-01-14"), 9 * 3_600), day: day("2027-01-14") };
    year.province.api(&year.installation, year.province.administrator).await.set_clock(&written(now.second)).await;
    ending::wind_up(year, stories, now).await;
    checks::all_registered(year, stories, now).await;
    let freed = ending::free_reservations(year, stories, now).await;
    let (books, lines) = ending::close_books(year, now, 2026).await;
    ending::knock_at_a_closed_book(year, stories, now).await;
    let counted = ending::recount_all(year, stories, now).await;
    let (listed, handed) = year.shelves.close(year, now).await;
    println!(
        "{looks} documents looked at with officers' eyes, {freed} reserved numbers made void, {counted} documents recounted \
         in reports, {listed} in lists of case files"
    );
    if let (Ok(folder), Some(hand_over)) = (std::env::var("MOTCUA_TEST_KEEP_REPORTS"), handed) {
        let shelves = year.shelves.all();
        let fullest = shelves.iter().max_by_key(|(_, shelf)| shelf.documents.len()).unwrap();
        let ((agency, _), shelf) = fullest;
        let folder = std::path::Path::new(&folder);
        let period = reports::month(2026, 11);
        let saved =
            reports::save(year, year.province.now(*agency, now.day), period, &shelf.id, &hand_over, folder).await;
        println!("saved: {}", saved.join(", "));
    }
    (books, lines)
}

fn tell_states(stories: &[Story]) {
    let mut states: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for story in stories {
        let arrived = story.arrived.iter().map(|one| ("incoming", one.state));
        let drafts = story.drafts.iter().map(|one| ("draft", one.state));
        let issued = story.issued.iter().map(|one| ("outgoing", one.state));
        for state in arrived.chain(drafts).chain(issued) {
            *states.entry(state).or_default() += 1;
        }
    }
    println!("{states:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_documents_is_what_the_book_says_sqlite() {
    a_year(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_documents_is_what_the_book_says_postgres() {
    a_year(Kind::Postgres).await;
}
