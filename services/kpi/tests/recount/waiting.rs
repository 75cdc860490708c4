//! Waiting time is credited once (domain D.2), through the API: it moves the due instant, or it is taken off the end.

use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_journal::EventKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::asking::Both;
use super::history::Told;
use super::plain::book::Structure;
use super::plain::count::Extent;
use super::plain::period::{Period, day_of};
use super::province::{DONE, Dossier, News, agency, agency_news, at, day};

const RECEIVED: &str = "2026-10-02T02:00:00Z";
const FIRST_DUE: &str = "2026-10-09T10:00:00Z";

/// A dossier that waited three days for a supplement, with the due instant after that and the end.
fn waited(agency: &AgencyRecord, due: &str, finished: &str, kind: EventKind) -> News {
    let mut news = Dossier::at(agency, RECEIVED, FIRST_DUE).finished(finished).news(kind, 5);
    news.data["due_at"] = json!(due);
    news.data["supplements_requested"] = json!(1);
    news.data["waits"] = json!([{
        "kind": "supplement", "started_at": "2026-10-05T00:00:00Z", "ended_at": "2026-10-08T00:00:00Z",
        "due_before": FIRST_DUE, "due_after": due,
    }]);
    news
}

on_both_databases! {
    async fn a_dossier_whose_waiting_would_be_credited_twice_is_late_by_either_variant(database) {
        let mut both = Both::start(database).await;
        let ward = AgencyRecord { kind: AgencyKind::Commune, ..agency("H50.12", None, "2020-01-01", None) };
        let now = at("2026-11-02T00:00:00Z");
        both.set_clock(now);
        let told = |news: News| Told { news, at: now };
        both.tell(&[told(agency_news(&ward))]).await;
        // Its due instant moved by the three days, and it ended three days after that: only both together forgive it.
        both.tell(&[told(waited(&ward, "2026-10-12T10:00:00Z", "2026-10-15T09:00:00Z", DONE))]).await;
        // This one ended by the due instant that was moved, and so also by the first one less the wait.
        both.tell(&[told(waited(&ward, "2026-10-12T10:00:00Z", "2026-10-12T10:00:00Z", DONE))]).await;
        // The due instant stayed where it was: only the wait that is taken off forgives it.
        both.tell(&[told(waited(&ward, FIRST_DUE, "2026-10-12T09:00:00Z", DONE))]).await;

        let period = Period::around(2, day("2026-10-15"));
        let until = period.end();
        let extent = Extent { agency: ward.id, with_below: false, period, structure: Structure::Now, until, today: day_of(until) };
        assert_eq!(both.compare("qd766", &extent).await, Vec::<String>::new());
        let figures = both.book.count("qd766", &extent);
        let values = ["received", "on_time", "on_time_less_waits", "late"].map(|code| figures[code].value);
        assert_eq!(values, [3, 1, 2, 2]);

        let path = format!("/v1/scores?set=qd766&period=2026-10&agency={}", ward.id);
        for (variants, points) in [("", "6.67"), ("&variants=2.1:first_due", "13.33")] {
            let answer = both.ask(&format!("{path}{variants}")).await;
            let indicators = answer["indicators"].as_array().unwrap();
            let told: Vec<&Value> = indicators.iter().filter(|one| one["code"] == "2.1").collect();
            assert_eq!((told.len(), &told[0]["points"]), (1, &json!(points)), "{answer}");
        }
    }
}
