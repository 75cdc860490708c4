//! Random events: after each what it touched, after every hundredth everything, equals a recount from the beginning.

use chrono::{Days, NaiveDate, TimeDelta};
use motcua_kernel::Uuid;
use motcua_testkit::{TestDatabase, on_both_databases};

use super::asking::{Both, LATER, SETS};
use super::dice::{Dice, is_full_size, seed};
use super::history::{History, Told};
use super::plain::book::{Structure, Touched};
use super::plain::count::{Extent, has_begun};
use super::plain::measures::{
    ANNOUNCED, CRITERIA, DOCUMENTS, DOSSIERS, INCOMING, ISSUED, PROCEDURES, RATINGS, RECEIVED,
};
use super::plain::period::{KINDS, Period, day_of};

/// A run: what is told, and the dice that say where to look.
struct Run {
    both: Both,
    history: History,
    looks: Dice,
    /// The sets there are.
    sets: Vec<&'static str>,
    events: usize,
    compared: usize,
}

/// Fails where the two differ.
fn stop_at(when: &str, differences: &[String]) {
    let shown = &differences[..differences.len().min(MOST)];
    assert!(differences.is_empty(), "seed {}, {when}\n{}", seed(), shown.join("\n"));
}

/// The events of a page.
fn shown(page: &[Told]) -> String {
    let one =
        |told: &Told| format!("{} of {} at {}: {}", told.news.kind.name, told.news.subject, told.at, told.news.data);
    page.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// So many differences are told before the run gives up.
const MOST: usize = 20;

impl Run {
    async fn start(database: &TestDatabase) -> Self {
        let events = if is_full_size() { 20_000 } else { 2_000 };
        let both = Both::start(database).await;
        Self {
            both,
            history: History::of(seed(), events),
            looks: Dice::of(seed() + 1),
            sets: SETS.to_vec(),
            events,
            compared: 0,
        }
    }

    async fn go(&mut self) {
        let mut all: Vec<Told> = Vec::new();
        while all.len() < self.events {
            // Most pages of the feed have one event, some have more.
            let size = if self.looks.chance(90) { 1 } else { self.looks.below(12) + 1 };
            let page: Vec<Told> = (0..size).map(|_| self.history.next()).collect();
            self.both.set_clock(self.history.now);
            let before = all.len();
            all.extend(page.iter().cloned());
            if before < self.events / 4 && self.events / 4 <= all.len() {
                self.record_later_set().await;
            }
            let mut differences = Vec::new();
            for touched in self.both.tell(&page).await {
                differences.extend(self.look_at(&touched).await);
            }
            if before / 100 < all.len() / 100 {
                differences.extend(self.look_at_all().await);
            }
            stop_at(&format!("after {} events, the last {}", all.len(), shown(&page)), &differences);
        }
        // A month later nothing has happened, but much is late.
        self.history.now += TimeDelta::days(30);
        self.both.set_clock(self.history.now);
        let differences = self.look_at_all().await;
        stop_at("a month later", &differences);
        self.both.tell_again(&all).await;
        let differences = self.look_at_all().await;
        stop_at("told again from the beginning", &differences);
        assert!(self.compared > self.events, "only {} comparisons", self.compared);
    }

    /// Another set is recorded while events come in: what was there before it is counted beside what comes.
    async fn record_a_set_between(&mut self) {
        for n in 0..700 {
            let told = self.history.next();
            self.both.set_clock(self.history.now);
            self.both.tell(&[told]).await;
            if n == 500 {
                self.record_later_set().await;
            }
        }
        let differences = self.look_at_all().await;
        stop_at("a set was recorded while events came", &differences);
    }

    async fn record_later_set(&mut self) {
        let agencies = &self.both.book.agencies.all;
        let province = agencies.values().find(|record| record.parent_id.is_none()).map(|record| record.id).unwrap();
        self.both.record_later_set(province).await;
        self.sets.push(LATER);
    }

    async fn compare(&mut self, set: &str, extent: &Extent) -> Vec<String> {
        self.compared += 1;
        self.both.compare(set, extent).await
    }

    /// The figures that an event may have changed: of an agency whose it was or is, alone and with those above it.
    async fn look_at(&mut self, touched: &Touched) -> Vec<String> {
        let mut sets: Vec<&str> = match touched.subject {
            "dossier" => vec!["qd766", "bieu06"],
            "document" | "incoming_document" => vec!["van-ban"],
            "procedure" => vec!["qd766"],
            "rating" => vec!["qd766", "mot-cua"],
            _ => return Vec::new(),
        };
        sets.extend(self.sets.iter().filter(|set| **set == LATER && touched.subject != "procedure"));
        let (agency, day) = (*self.looks.of_these(&touched.agencies), *self.looks.of_these(&touched.days));
        let way = self.both.book.agencies.up_from(agency);
        let above = *self.looks.of_these(&way);
        let mut differences = Vec::new();
        let mut looks: Vec<(&str, Uuid, bool)> =
            sets.into_iter().flat_map(|set| [(set, agency, false), (set, above, true)]).collect();
        if !is_full_size() {
            // One of them, thrown: a small run is to be over in a minute.
            looks = vec![*self.looks.of_these(&looks)];
        }
        for (set, agency, with_below) in looks {
            let structure = self.structure(day);
            if let Some(extent) = self.extent(agency, with_below, day, structure) {
                differences.extend(self.compare(set, &extent).await);
            }
        }
        differences
    }

    /// Every set of every agency, alone and with all below it, in some period; and some lists of records.
    async fn look_at_all(&mut self) -> Vec<String> {
        let mut differences = Vec::new();
        let all: Vec<Uuid> = self.both.book.agencies.all.keys().copied().collect();
        for agency in all {
            for set in self.sets.clone() {
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
        let measures: Vec<(&str, &str)> =
            all_measures().into_iter().filter(|(set, _)| self.sets.contains(set)).collect();
        let (set, measure) = *self.looks.of_these(&measures);
        let all: Vec<Uuid> = self.both.book.agencies.all.keys().copied().collect();
        let agency = *self.looks.of_these(&all);
        let (day, limit) = (self.some_day(), self.looks.weighed(&[(1, 7), (1, 200)]));
        let (with_below, structure) = (self.looks.chance(80), self.structure(day));
        let Some(extent) = self.extent(agency, with_below, day, structure) else { return Vec::new() };
        self.both.compare_records(set, measure, &extent, limit).await
    }

    fn some_day(&mut self) -> NaiveDate {
        let back = u64::try_from(self.looks.between(0, 150)).unwrap();
        day_of(self.history.now) - Days::new(back)
    }

    fn structure(&mut self, day: NaiveDate) -> Structure {
        self.looks.weighed(&[(70, Structure::Now), (15, Structure::Written), (15, Structure::On(day))])
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

/// Every measure with its set.
fn all_measures() -> Vec<(&'static str, &'static str)> {
    let dossiers = [DOSSIERS, RECEIVED, ISSUED].into_iter().flatten().map(|one| (one.set, one.code));
    let documents = DOCUMENTS.iter().map(|one| (one.set, one.code));
    let incoming = INCOMING.iter().map(|one| (one.set, one.code));
    let ratings = RATINGS.iter().chain(CRITERIA.iter().flatten()).map(|one| (one.set, one.code));
    let procedures = PROCEDURES.iter().map(|(code, _)| *code).chain(ANNOUNCED.iter().map(|(code, _)| *code));
    let procedures = procedures.map(|code| ("qd766", code));
    dossiers.chain(documents).chain(incoming).chain(ratings).chain(procedures).collect()
}

on_both_databases! {
    async fn after_every_event_the_figures_equal_a_recount_from_the_beginning(database) {
        Run::start(database).await.go().await;
    }

    async fn a_set_that_is_recorded_while_events_come_counts_what_was_there_and_what_comes(database) {
        Run::start(database).await.record_a_set_between().await;
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
