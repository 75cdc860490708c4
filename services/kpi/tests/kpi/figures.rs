//! Every figure equals a slow recount by plain code, every list is as long as its figure, and parts sum up to the whole.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta, Utc};
use diesel::RunQueryDsl;
use motcua_agencies::AgencyRecord;
use motcua_db::Db;
use motcua_kernel::{ActorKind, Uuid, new_id};
use motcua_kpi::facts::{DocumentFollow, DossierFollow};
use motcua_testkit::{TestDatabase, on_both_databases};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::province::{Dossier, RECEIVED, agency, agency_news, at};
use super::setting::{Setting, Shown, shown};
use super::taking::apply_page;

/// What proptest makes up: a tree by each agency's parent, dossiers, the order and number of their tellings.
#[derive(Debug, Clone)]
struct Case {
    parents: Vec<Option<usize>>,
    dossiers: Vec<Made>,
    order: Vec<usize>,
    page: u32,
}

#[derive(Debug, Clone)]
struct Made {
    state: u8,
    receiving: usize,
    competent: usize,
    received: Option<DateTime<Utc>>,
    due: Option<DateTime<Utc>>,
    finished: Option<DateTime<Utc>>,
}

const MONTHS: [&str; 3] = ["2026-10", "2026-11", "2026-12"];

/// Instants around the midnights at which months begin in Vietnam, and around those of UTC, and some in between.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let midnights = [
        "2026-09-30T17:00:00Z",
        "2026-10-31T17:00:00Z",
        "2026-11-01T00:00:00Z",
        "2026-11-15T08:00:00Z",
        "2026-11-30T17:00:00Z",
        "2026-12-01T00:00:00Z",
        "2026-12-31T17:00:00Z",
    ];
    let steps = [0, 1, -1, 1_000_000, -1_000_000, 3_600_000_000, -3_600_000_000, 86_400_000_000, 100_000_000_000];
    (prop::sample::select(midnights.to_vec()), prop::sample::select(steps.to_vec()))
        .prop_map(|(midnight, step)| at(midnight) + TimeDelta::microseconds(step))
}

fn made(agencies: usize) -> impl Strategy<Value = Made> {
    let often = || prop::option::weighted(0.8, instant());
    (1_u8..=10, 0..agencies, 0..agencies, often(), often(), often()).prop_map(
        |(state, receiving, competent, received, due, finished)| Made {
            state,
            receiving,
            competent,
            received,
            due,
            finished,
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    (2_usize..8).prop_flat_map(|agencies| {
        let parents = (1..agencies).map(|at| prop::option::weighted(0.9, 0..at)).collect::<Vec<_>>();
        let dossiers = prop::collection::vec(made(agencies), 0..30);
        (parents, dossiers, 1_u32..7).prop_flat_map(|(parents, dossiers, page)| {
            let all = (0..dossiers.len() * 2).collect::<Vec<_>>();
            Just(all).prop_shuffle().prop_map(move |order| {
                let parents = std::iter::once(None).chain(parents.clone()).collect();
                Case { parents, dossiers: dossiers.clone(), order, page }
            })
        })
    })
}

/// A case told to the service, and what is known of it beside the service.
struct Told {
    agencies: Vec<AgencyRecord>,
    parents: Vec<Option<usize>>,
    dossiers: Vec<(Uuid, Made)>,
    page: u32,
    token: String,
}

impl Told {
    async fn tell(setting: &Setting, db: &Db, case: Case) -> Self {
        let tenant = new_id();
        let mut agencies: Vec<AgencyRecord> = Vec::new();
        for (n, parent) in case.parents.iter().enumerate() {
            let parent = parent.map(|parent| agencies[parent].id);
            agencies.push(agency(&format!("H50.{n:02}"), parent, "2025-07-01", None));
        }
        let party = |n: usize| (agencies[n].id, agencies[n].codes[0].code.clone());
        let dossiers: Vec<(Uuid, Made)> = case.dossiers.into_iter().map(|made| (new_id(), made)).collect();
        let mut events: Vec<_> = agencies.iter().map(|record| agency_news(record).event(tenant)).collect();
        for telling in case.order {
            let (id, made) = &dossiers[telling % dossiers.len()];
            let newest = Dossier {
                id: *id,
                national_state: made.state,
                receiving: party(made.receiving),
                competent: party(made.competent),
                received_at: made.received,
                due_at: made.due,
                finished_at: made.finished,
            };
            // Every dossier is told twice: as it is, and as it was when it had only been submitted.
            let is_old = telling >= dossiers.len();
            let told = if is_old {
                Dossier { national_state: 1, received_at: None, due_at: None, finished_at: None, ..newest }
            } else {
                newest
            };
            events.push(told.news(RECEIVED, if is_old { 1 } else { 2 }).event(tenant));
        }
        db.write("tell", move |tx| {
            events.iter().try_for_each(|event| apply_page(tx, std::slice::from_ref(event)))?;
            for name in [DocumentFollow::NAME, DossierFollow::NAME] {
                let insert = "INSERT INTO followers (tenant_id, name, position, as_of) VALUES ";
                let row = format!("('{tenant}', '{name}', 1, '2026-11-21T00:00:00.000000Z')");
                diesel::sql_query(format!("{insert}{row}")).execute(tx)?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let token = setting.token_with(ActorKind::Service, &["kpi:indicators:read"], tenant);
        Self { agencies, parents: case.parents, dossiers, page: case.page, token }
    }

    /// Whether an agency is another or stands below it, by walking up.
    fn is_below(&self, agency: usize, top: usize) -> bool {
        let mut at = Some(agency);
        while let Some(here) = at {
            if here == top {
                return true;
            }
            at = self.parents[here];
        }
        false
    }

    fn count(&self, counted: impl Fn(&Made) -> bool) -> BTreeSet<Uuid> {
        self.dossiers.iter().filter(|(_, made)| counted(made)).map(|(id, _)| *id).collect()
    }

    /// The dossiers behind each figure, by plain code that shares nothing with the service's.
    fn recount(&self, top: usize, with_below: bool, by: &str, month: &str) -> BTreeMap<&'static str, BTreeSet<Uuid>> {
        let in_month = |at: &Option<DateTime<Utc>>| {
            at.is_some_and(|at| {
                let there = at.with_timezone(&FixedOffset::east_opt(7 * 3600).unwrap());
                format!("{:04}-{:02}", there.year(), there.month()) == month
            })
        };
        let here = |made: &Made| {
            let agency = if by == "receiving" { made.receiving } else { made.competent };
            if with_below { self.is_below(agency, top) } else { agency == top }
        };
        let done = |made: &Made| here(made) && in_month(&made.finished);
        BTreeMap::from([
            ("received", self.count(|m| here(m) && in_month(&m.received) && m.state != 1 && m.state != 3)),
            ("finished", self.count(done)),
            ("on_time", self.count(|m| done(m) && m.due.is_some_and(|due| m.finished.unwrap() <= due))),
            ("late", self.count(|m| done(m) && m.due.is_some_and(|due| m.finished.unwrap() > due))),
            ("no_due_date", self.count(|m| done(m) && m.due.is_none())),
        ])
    }

    async fn check(&self, setting: &Setting) {
        for by in ["competent", "receiving"] {
            for month in MONTHS {
                for top in 0..self.agencies.len() {
                    for with_below in [true, false] {
                        self.check_one(setting, top, with_below, by, month).await;
                    }
                    self.check_breakdown(setting, top, by, month).await;
                }
            }
        }
    }

    async fn check_one(&self, setting: &Setting, top: usize, with_below: bool, by: &str, month: &str) {
        let under = if with_below { "under:" } else { "" };
        let code = &self.agencies[top].codes[0].code;
        // The default is asked for by saying nothing.
        let asked_by = if by == "competent" { String::new() } else { format!("&by={by}") };
        let path = format!("/v1/dossier-figures?agency={under}{code}&month={month}{asked_by}");
        let answer = setting.get(&path, &self.token).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let expected = self.recount(top, with_below, by, month);
        assert_eq!(answer.figures(), as_shown(&expected), "{path}");
        assert_eq!(answer.header("data-as-of"), "2026-11-21T00:00:00Z");
        for (figure, dossiers) in expected {
            let link = answer.body["figures"][figure]["records"].as_str().unwrap();
            self.check_records(setting, link, figure, &dossiers).await;
        }
    }

    async fn check_records(&self, setting: &Setting, link: &str, figure: &str, expected: &BTreeSet<Uuid>) {
        let mut seen: Vec<(String, Uuid)> = Vec::new();
        let mut path = format!("{link}&limit={}&count=exact", self.page);
        loop {
            let page = setting.get(&path, &self.token).await;
            assert_eq!(page.status, 200, "{page:?}");
            assert_eq!(page.body["count"], expected.len(), "{path}");
            for item in page.body["items"].as_array().unwrap() {
                let key = if figure == "received" { "received_at" } else { "finished_at" };
                seen.push((
                    at(item[key].as_str().unwrap()).to_rfc3339(),
                    item["dossier_id"].as_str().unwrap().parse().unwrap(),
                ));
                assert_reason(figure, item);
            }
            let Some(next) = page.body["next"].as_str() else { break };
            path = format!("{link}&limit={}&count=exact&after={next}", self.page);
        }
        let ids: BTreeSet<Uuid> = seen.iter().map(|(_, id)| *id).collect();
        assert_eq!((ids.len(), &ids), (seen.len(), expected), "{link}");
        assert!(seen.is_sorted_by(|a, b| (at(&a.0), a.1) >= (at(&b.0), b.1)), "{link}");
    }

    async fn check_breakdown(&self, setting: &Setting, top: usize, by: &str, month: &str) {
        let code = &self.agencies[top].codes[0].code;
        let path = format!("/v1/dossier-figures/breakdown?agency=under:{code}&month={month}&by={by}");
        let answer = setting.get(&path, &self.token).await;
        assert_eq!(answer.figures(), as_shown(&self.recount(top, true, by, month)), "{path}");
        let own = shown(&answer.body["own"]);
        assert_eq!(own, as_shown(&self.recount(top, false, by, month)), "{path}");
        let mut sum = own;
        let children: Vec<usize> = (0..self.agencies.len()).filter(|at| self.parents[*at] == Some(top)).collect();
        let rows = answer.body["children"].as_array().unwrap();
        assert_eq!(rows.len(), children.len(), "{path}");
        for (row, child) in rows.iter().zip(children) {
            // Both are in the order of the codes.
            assert_eq!(row["agency"]["code"], self.agencies[child].codes[0].code.as_str(), "{path}");
            let figures = shown(&row["figures"]);
            assert_eq!(figures, as_shown(&self.recount(child, true, by, month)), "{path} {child}");
            sum = plus(&sum, &figures);
        }
        let whole = answer.figures();
        assert_eq!(
            (sum.received, sum.finished, sum.on_time, sum.late),
            (whole.received, whole.finished, whole.on_time, whole.late)
        );
        assert_eq!((sum.no_due_date, sum.rate.0, sum.rate.1), (whole.no_due_date, whole.rate.0, whole.rate.1));
    }
}

fn assert_reason(figure: &str, item: &Value) {
    let code = item["reason"]["code"].as_str().unwrap();
    let instant = |name: &str| item[name].as_str().map(at);
    let (finished, due) = (instant("finished_at"), instant("due_at"));
    let holds = match code {
        "received_in_month" => figure == "received" && instant("received_at").is_some(),
        "finished_in_month" => figure == "finished" && finished.is_some(),
        "finished_by_due" => figure == "on_time" && finished <= due && due.is_some(),
        "finished_after_due" => figure == "late" && finished > due && due.is_some(),
        "finished_without_due" => figure == "no_due_date" && finished.is_some() && due.is_none(),
        _ => false,
    };
    assert!(holds, "{figure}: {item}");
    assert!(["vi", "en"].iter().all(|language| item["reason"]["text"][language].is_string()));
}

fn as_shown(dossiers: &BTreeMap<&'static str, BTreeSet<Uuid>>) -> Shown {
    let value = |name: &str| i64::try_from(dossiers[name].len()).unwrap();
    let (on_time, of) = (value("on_time"), value("on_time") + value("late"));
    // By way of decimal text, which the service does not take.
    let percent = (of > 0).then(|| {
        let thousandths = on_time * 100_000 / of;
        let rounded = thousandths / 10 + i64::from(thousandths % 10 >= 5);
        format!("{}.{:02}", rounded / 100, rounded % 100).parse().unwrap()
    });
    Shown {
        received: value("received"),
        finished: value("finished"),
        on_time,
        late: value("late"),
        no_due_date: value("no_due_date"),
        rate: (on_time, of, percent),
    }
}

fn plus(a: &Shown, b: &Shown) -> Shown {
    Shown {
        received: a.received + b.received,
        finished: a.finished + b.finished,
        on_time: a.on_time + b.on_time,
        late: a.late + b.late,
        no_due_date: a.no_due_date + b.no_due_date,
        rate: (a.rate.0 + b.rate.0, a.rate.1 + b.rate.1, None),
    }
}

/// Few by default, because each asks the service hundreds of times; `MOTCUA_TEST_SIZE=full` takes its time.
fn cases() -> u32 {
    if std::env::var("MOTCUA_TEST_SIZE").is_ok_and(|size| size == "full") { 100 } else { 6 }
}

async fn recount_many(database: &TestDatabase) {
    let setting = Setting::start(database).await;
    let db = setting.around.open(database);
    let runtime = tokio::runtime::Handle::current();
    let config = Config { cases: cases(), max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&case(), |case| {
            runtime.block_on(async {
                let told = Told::tell(&setting, &db, case).await;
                told.check(&setting).await;
            });
            Ok(())
        })
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

on_both_databases! {
    async fn figures_lists_and_breakdowns_equal_a_slow_recount(database) {
        recount_many(database).await;
    }
}
