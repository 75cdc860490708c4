//! Random events: after each what it touched, after every hundredth everything, equals a recount from the beginning.

use chrono::{Days, NaiveDate};
use motcua_kernel::Uuid;
use motcua_testkit::{TestDatabase, on_both_databases};

use super::asking::{Both, SETS};
use super::dice::{Dice, is_full_size, seed};
use super::history::History;
use super::plain::book::{Structure, Touched};
use super::plain::count::{Extent, has_begun};
use super::plain::measures::{CRITERIA, DOCUMENTS, DOSSIERS, INCOMING, RATINGS};
use super::plain::period::{KINDS, Period, day_of};

/// A run: what is told, and the dice that say where to look.
struct Run {
    both: Both,
    history: History,
    looks: Dice,
    events: usize,
    compared: usize,
}

/// So many differences are told before the run gives up.
const MOST: usize = 20;

impl Run {
    async fn start(database: &TestDatabase) -> Self {
        let events = if is_full_size() { 20_000 } else { 2_000 };
        let both = Both::start(database).await;
        Self { both, history: History::of(seed(), events), looks: Dice::of(seed() + 1), events, compared: 0 }
    }

    async fn go(&mut self) {
        let mut last = String::new();
        for n in 1..=self.events {
            let told = self.history.next();
            let touched = self.both.tell(&told, self.history.now).await;
            let mut differences = self.look_at(&touched).await;
            if n % 100 == 0 {
                differences.extend(self.look_at_all().await);
            }
            let event =
                format!("{n}: {} of {} at {}: {}", told.news.kind.name, told.news.subject, told.at, told.news.data);
            if !differences.is_empty() {
                differences.truncate(MOST);
                panic!("seed {}, after {last}\nand {event}\n{}", seed(), differences.join("\n"));
            }
            last = event;
        }
        assert!(self.compared > self.events, "only {} comparisons", self.compared);
    }

    async fn compare(&mut self, set: &str, extent: &Extent) -> Vec<String> {
        self.compared += 1;
        self.both.compare(set, extent).await
    }

    /// The figures that an event may have changed: of an agency whose it was or is, alone and with those above it.
    async fn look_at(&mut self, touched: &Touched) -> Vec<String> {
        let sets: &[&str] = match touched.subject {
            "dossier" => &["qd766", "bieu06"],
            "document" | "incoming_document" => &["van-ban"],
            "procedure" => &["qd766"],
            "rating" => &["qd766", "mot-cua"],
            _ => return Vec::new(),
        };
        let (agency, day) = (*self.looks.of_these(&touched.agencies), *self.looks.of_these(&touched.days));
        let way = self.both.book.agencies.up_from(agency);
        let above = *self.looks.of_these(&way);
        let mut differences = Vec::new();
        for set in sets {
            for (agency, with_below) in [(agency, false), (above, true)] {
                let structure = self.structure(day);
                if let Some(extent) = self.extent(agency, with_below, day, structure) {
                    differences.extend(self.compare(set, &extent).await);
                }
            }
        }
        differences
    }

    /// Every set of every agency, alone and with all below it, in some period; and some lists of records.
    async fn look_at_all(&mut self) -> Vec<String> {
        let mut differences = Vec::new();
        let all: Vec<Uuid> = self.both.book.agencies.all.keys().copied().collect();
        for agency in all {
            for set in SETS {
                for with_below in [false, true] {
                    let day = self.some_day();
                    let structure = self.structure(day);
                    if let Some(extent) = self.extent(agency, with_below, day, structure) {
                        differences.extend(self.compare(set, &extent).await);
                    }
                }
            }
        }
        for _ in 0..12 {
            differences.extend(self.look_at_records().await);
        }
        differences
    }

    async fn look_at_records(&mut self) -> Vec<String> {
        let measures: Vec<(&str, &str)> = [DOSSIERS.iter().map(|one| (one.set, one.code)).collect::<Vec<_>>()]
            .into_iter()
            .chain([DOCUMENTS.iter().map(|one| (one.set, one.code)).collect()])
            .chain([INCOMING.iter().map(|one| (one.set, one.code)).collect()])
            .chain([RATINGS.iter().chain(CRITERIA.iter().flatten()).map(|one| (one.set, one.code)).collect()])
            .flatten()
            .collect();
        let (set, measure) = *self.looks.of_these(&measures);
        let all: Vec<Uuid> = self.both.book.agencies.all.keys().copied().collect();
        let agency = *self.looks.of_these(&all);
        let (day, limit) = (self.some_day(), self.looks.weighed(&[(1, 7), (1, 200)]));
        let Some(extent) = self.extent(agency, true, day, Structure::AsIs) else { return Vec::new() };
        self.both.compare_records(set, measure, &extent, limit).await
    }

    fn some_day(&mut self) -> NaiveDate {
        let back = u64::try_from(self.looks.between(0, 150)).unwrap();
        day_of(self.history.now) - Days::new(back)
    }

    fn structure(&mut self, day: NaiveDate) -> Structure {
        self.looks.weighed(&[(70, Structure::AsIs), (15, Structure::AsWas), (15, Structure::AsOf(day))])
    }

    /// A period of some kind around a day; none when it has not begun.
    fn extent(&mut self, agency: Uuid, with_below: bool, day: NaiveDate, structure: Structure) -> Option<Extent> {
        let period = Period::around(self.looks.below(KINDS), day);
        let until = self.history.now;
        has_begun(&period, until).then_some(Extent {
            agency,
            with_below,
            period,
            structure,
            until,
            today: day_of(until),
        })
    }
}

on_both_databases! {
    async fn after_every_event_the_figures_equal_a_recount_from_the_beginning(database) {
        Run::start(database).await.go().await;
    }
}

#[test]
fn histories_of_a_seed_have_every_kind_of_event() {
    let mut history = History::of(seed(), 2_000);
    let mut kinds = std::collections::BTreeMap::new();
    for _ in 0..4_000 {
        *kinds.entry(history.next().news.kind.name).or_insert(0) += 1;
    }
    for kind in [
        "agency.succeeded.v1",
        "dossier.withdrawn.v1",
        "dossier.supplemented.v1",
        "dossier.responsibility_moved.v1",
        "dossier.transferred.v1",
        "dossier.result_revoked.v1",
        "dossier.wait_limit_passed.v1",
        "document.recalled.v1",
        "document.responsibility_moved.v1",
        "incoming_document.reopened.v1",
        "incoming_document.responsibility_moved.v1",
        "procedure.abolished.v1",
        "rating.given.v1",
    ] {
        assert!(kinds.contains_key(kind), "{kind} is missing of {kinds:?}");
    }
}
