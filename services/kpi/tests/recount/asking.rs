//! What the service says, beside what the plain book says.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use motcua_db::Db;
use motcua_kernel::{ActorKind, Role, Uuid};
use motcua_testkit::TestDatabase;
use serde_json::{Value, json};

use super::history::Told;
use super::plain::book::{Book, Structure, Touched};
use super::plain::count::{Extent, Figure, counted_until};
use super::plain::period::day_of;
use super::province::{at, officer_news};
use super::setting::{Answer, Setting};
use super::taking::apply_page;

/// The sets that are counted both ways.
pub(crate) const SETS: [&str; 4] = ["qd766", "bieu06", "van-ban", "mot-cua"];

/// A set that is recorded while things are under way.
pub(crate) const LATER: &str = "thu";

/// The service beside the plain book, both of which are told the same.
pub(crate) struct Both {
    pub setting: Setting,
    pub book: Book,
    db: Db,
    token: String,
    told: usize,
}

impl Both {
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        let setting = Setting::start(database).await;
        let db = setting.around.open(database);
        let token = setting.reader();
        Self { setting, book: Book::new(), db, token, told: 0 }
    }

    /// Tells both of something in one page of the feed.
    pub(crate) async fn tell(&mut self, page: &[Told]) -> Vec<Touched> {
        let place = |(n, told): (usize, &Told)| told.event(self.setting.around.tenant(), self.told + n + 1);
        let events: Vec<_> = page.iter().enumerate().map(place).collect();
        self.told += events.len();
        let touched = events.iter().map(|event| self.book.take(event)).collect();
        self.db.write("tell", move |tx| apply_page(tx, &events)).await.unwrap();
        touched
    }

    /// Forgets all that the service derived, and tells it everything again.
    pub(crate) async fn tell_again(&mut self, all: &[Told]) {
        motcua_kpi::replay(&self.db, self.setting.around.tenant()).await.unwrap();
        for page in all.chunks(400) {
            self.tell(page).await;
        }
    }

    /// Records the set that comes later, as an administrator of the province.
    pub(crate) async fn record_later_set(&mut self, province: Uuid) {
        let news = officer_news("administrator", province, Role::Administrator);
        let event = news.event(self.setting.around.tenant());
        self.db.write("tell", move |tx| apply_page(tx, std::slice::from_ref(&event))).await.unwrap();
        let token = self.setting.token(ActorKind::Officer, "administrator");
        let body = json!({"text": include_str!("thu.yaml")});
        let answer = self.setting.post("/v1/indicator-set-versions", &token, "thu", &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }

    /// Sets the business clock of both, just after an instant.
    pub(crate) fn set_clock(&self, now: DateTime<Utc>) {
        self.setting.around.clock.set_business(now + TimeDelta::milliseconds(1));
    }

    /// Asks for what must be there, once the service is ready to count.
    pub(crate) async fn ask(&self, path: &str) -> Value {
        let is_ready = |answer: &Answer| answer.problem() != (503, "figures.not_ready");
        let (answer, _) = self.setting.get_until(path, &self.token, is_ready).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// Whom the service counts for when it is asked for an agency; none after a split, when it refuses.
    fn meant(&self, wanted: &Extent) -> Option<Uuid> {
        if wanted.structure != Structure::Now {
            return Some(wanted.agency);
        }
        let all: Vec<Uuid> = self.book.agencies.goes_on(wanted.agency, wanted.today).into_iter().collect();
        match all.as_slice() {
            [] => Some(wanted.agency),
            [one] => Some(*one),
            _ => None,
        }
    }

    fn today(&self) -> NaiveDate {
        day_of(self.setting.around.clock.business().0)
    }

    /// Asks for figures, and says for whom and until when they were counted; none after a split.
    async fn figures(&self, set: &str, wanted: &Extent) -> Option<(Value, Extent)> {
        let query = query(set, wanted);
        loop {
            let wanted = Extent { today: self.today(), ..wanted.clone() };
            let Some(agency) = self.meant(&wanted) else {
                let refused = self.setting.get(&format!("/v1/scores/figures?{query}"), &self.token).await;
                assert_eq!(refused.problem(), (409, "agency.split"), "{query}");
                return None;
            };
            let answer = self.ask(&format!("/v1/scores/figures?{query}")).await;
            if self.today() != wanted.today {
                // Midnight passed in between.
                continue;
            }
            assert_eq!(answer["agency"]["id"], json!(agency), "{query}");
            let until = at(answer["counted_until"].as_str().unwrap());
            let latest = counted_until(&wanted.period, self.setting.around.clock.business().0);
            assert!(until <= latest && latest - until < TimeDelta::minutes(1), "{query}: {until} instead of {latest}");
            return Some((answer, Extent { agency, until, ..wanted }));
        }
    }

    /// Compares every measure of a set; says what differs.
    pub(crate) async fn compare(&self, set: &str, wanted: &Extent) -> Vec<String> {
        let query = query(set, wanted);
        let Some((answer, wanted)) = self.figures(set, wanted).await else { return Vec::new() };
        let until = wanted.until;
        let expected = self.book.count(set, &wanted);
        let figures: BTreeMap<&str, &Value> = answer["figures"]
            .as_array()
            .unwrap()
            .iter()
            .map(|figure| (figure["measure"].as_str().unwrap(), figure))
            .collect();
        let both: BTreeSet<&str> = figures.keys().copied().chain(expected.keys().copied()).collect();
        let mut differences = Vec::new();
        for measure in both {
            let told = figures.get(measure).map(|figure| (number(&figure["value"]), number(&figure["excluded"])));
            let plain = expected.get(measure).map(|figure| (Some(figure.value), figure.excluded));
            if told != plain {
                let records = self.unlike(&query, measure, expected.get(measure)).await;
                differences
                    .push(format!("{query} {measure}: told {told:?}, counted {plain:?}, until {until}\n  {records}"));
            }
        }
        differences
    }

    /// Pages through the records of a measure and compares them with the plain ones; says what differs.
    pub(crate) async fn compare_records(&self, set: &str, measure: &str, wanted: &Extent, limit: u32) -> Vec<String> {
        let query = query(set, wanted);
        let Some((_, wanted)) = self.figures(set, wanted).await else { return Vec::new() };
        let expected = self.book.count(set, &wanted).remove(measure).unwrap();
        let mut differences = Vec::new();
        let told = self.records(&format!("{query}&measure={measure}&part=counted&limit={limit}")).await;
        if !agree(&told, &expected) {
            differences.push(format!("{query} {measure}: records {told:?} instead of {expected:?}"));
        }
        if let Some(excluded) = expected.excluded {
            let told = self.records(&format!("{query}&measure={measure}&part=excluded&limit={limit}")).await;
            if i64::try_from(told.len()).unwrap() != excluded {
                differences.push(format!("{query} {measure}: {} excluded instead of {excluded}", told.len()));
            }
        }
        differences
    }

    /// Which records are listed and not counted by hand, and the other way round.
    async fn unlike(&self, query: &str, measure: &str, expected: Option<&Figure>) -> String {
        let query = format!("{query}&measure={measure}&part=counted&limit=200");
        let first = self.setting.get(&format!("/v1/scores/records?{query}"), &self.token).await;
        if first.status != 200 {
            return format!("no list: {:?}", first.problem());
        }
        let listed = self.records(&query).await;
        let listed: BTreeSet<Uuid> = listed.into_iter().map(|(id, _)| id).collect();
        let counted: BTreeSet<Uuid> =
            expected.into_iter().flat_map(|figure| &figure.counted).map(|(id, _)| *id).collect();
        let shown = |id: &Uuid| match (self.book.dossiers.get(id), self.book.incoming.get(id)) {
            (Some(dossier), _) => format!("{id} {dossier:?}"),
            (_, Some(document)) => format!("{id} {document:?}"),
            _ => id.to_string(),
        };
        let only_listed: Vec<String> = listed.difference(&counted).map(shown).collect();
        let only_counted: Vec<String> = counted.difference(&listed).map(shown).collect();
        format!("{} listed; only listed {only_listed:?}; only counted {only_counted:?}", listed.len())
    }

    async fn records(&self, query: &str) -> Vec<(Uuid, i64)> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.ask(&format!("/v1/scores/records?{query}{after}")).await;
            for item in page["items"].as_array().unwrap() {
                let counts = item["counts"].as_i64().unwrap_or_else(|| panic!("{item}"));
                all.push((item["id"].as_str().unwrap().parse().unwrap(), counts));
            }
            let Some(next) = page["next"].as_str() else { return all };
            after = format!("&after={next}");
        }
    }
}

/// Whether a list of records is as long as its figure, and of the records that are counted.
fn agree(told: &[(Uuid, i64)], expected: &Figure) -> bool {
    let ids = |all: &[(Uuid, i64)]| -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = all.iter().map(|(id, _)| *id).collect();
        ids.sort();
        ids
    };
    let sum: i64 = told.iter().map(|(_, counts)| counts).sum();
    ids(told) == ids(&expected.counted) && (expected.is_distinct || sum == expected.value)
}

/// Whose figures of which period, as the API asks for them.
fn query(set: &str, wanted: &Extent) -> String {
    let under = if wanted.with_below { "under:" } else { "" };
    let (period, structure) = (&wanted.period.name, wanted.structure.word());
    format!("set={set}&period={period}&agency={under}{}&structure={structure}", wanted.agency)
}

/// A number, which is told as one or as decimal text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().map(|text| text.parse().unwrap()))
}
