//! The quality of the data itself: every count moves when its fault is made, for who may see it.

use std::time::{Duration, Instant};

use motcua_journal::EventKind;
use motcua_kernel::{ActorKind, new_id};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::office::Office;
use super::province::{DONE, Dossier, News, RECEIVED, agency};
use super::setting::Answer;

const PATH: &str = "/v1/data-quality";
/// A type that nobody here has thought of.
const STRANGE: EventKind = EventKind { name: "dossier.weighed.v9", subject: "scales" };

/// How often a fault is there.
fn count(body: &Value, fault: &str, of: Option<&str>) -> i64 {
    let faults = body["faults"].as_array().unwrap();
    let one = faults.iter().find(|one| one["fault"] == fault && one["of"].as_str() == of);
    one.unwrap_or_else(|| panic!("no {fault} {of:?} in {body}"))["count"].as_i64().unwrap()
}

/// The agencies named for a fault, with how often it is there.
fn worst(body: &Value, fault: &str, of: Option<&str>) -> Vec<(String, i64)> {
    let faults = body["faults"].as_array().unwrap();
    let one = faults.iter().find(|one| one["fault"] == fault && one["of"].as_str() == of).unwrap();
    let named = |one: &Value| (one["agency"]["code"].as_str().unwrap().to_owned(), one["count"].as_i64().unwrap());
    one["agencies"].as_array().unwrap().iter().map(named).collect()
}

impl Office {
    /// Waits until the quality is as expected.
    async fn quality(&self, expected: impl Fn(&Value) -> bool) -> Value {
        let is = |answer: &Answer| answer.status == 200 && expected(&answer.body);
        self.setting.get_until(PATH, &self.setting.reader(), is).await.0.body
    }

    /// Waits until a gauge shows a value. Other tests of this process set the same gauges, so it is measured right before.
    async fn gauge(&self, line: &str, value: i64) {
        let until = Instant::now() + Duration::from_secs(20);
        let expected = format!("{line} {value}");
        loop {
            self.setting.get(PATH, &self.setting.reader()).await;
            let url = format!("{}/metrics", self.setting.service.url());
            let page = self.setting.client.get(url).send().await.unwrap().text().await.unwrap();
            if page.lines().any(|line| line == expected) {
                return;
            }
            let near: Vec<&str> = page.lines().filter(|own| own.starts_with(line)).collect();
            assert!(Instant::now() < until, "no `{expected}`, but {near:?}");
        }
    }
}

on_both_databases! {
    async fn every_count_of_facts_moves_when_its_fault_is_made(database) {
        let office = Box::pin(Office::start(database)).await;
        let before = office.quality(|body| body["feeds"][1]["lag_seconds"].is_number()).await;
        for (fault, of) in [
            ("facts_without_agency", Some("dossier")), ("facts_incomplete", Some("due_at")),
            ("facts_incomplete", Some("order")), ("facts_incomplete", Some("code")), ("facts_incomplete", Some("field")),
        ] {
            assert_eq!(count(&before, fault, of), 0, "{fault} {of:?}");
        }
        let dossier = || Dossier::at(&office.ward, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let nobody = agency("H50.99", None, "2020-01-01", None);
        let lost = Dossier::at(&nobody, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let endless = Dossier { due_at: None, ..dossier().finished("2026-11-05T02:00:00Z") };
        let backwards = dossier().finished("2026-11-01T02:00:00Z");
        let (mut nameless, mut fieldless) = (dossier().news(RECEIVED, 2), dossier().news(RECEIVED, 2));
        nameless.data["code"] = json!(null);
        fieldless.data["procedure"]["field_code"] = json!("");
        let strange = News { kind: STRANGE, subject: new_id(), version: 1, data: json!({"version": 1}) };
        let news = [lost.news(RECEIVED, 2), endless.news(DONE, 5), backwards.news(DONE, 5), nameless, fieldless, strange];
        office.setting.around.procedures.tell(news).await;
        let after = office.quality(|body| body["feeds"][1]["unknown_events"] == 1).await;
        assert_eq!(after["feeds"][1]["feed"], "procedures");
        let ward = [("H50.12".to_owned(), 1)];
        for of in ["due_at", "order", "code", "field"] {
            assert_eq!(count(&after, "facts_incomplete", Some(of)), 1, "{of}: {after}");
            assert_eq!(worst(&after, "facts_incomplete", Some(of)), ward, "{of}");
        }
        assert_eq!(worst(&after, "facts_without_agency", Some("dossier")), [(String::new(), 1)]);
        office.gauge("kpi_facts_without_agency{subject=\"dossier\"}", 1).await;
        office.gauge("kpi_facts_incomplete{field=\"due_at\"}", 1).await;
        office.gauge("kpi_unknown_events{feed=\"procedures\"}", 1).await;

        let seen = async |officer: &str| office.get(officer, PATH).await.body;
        let clerk = seen("clerk").await;
        assert_eq!((count(&clerk, "facts_incomplete", Some("order")), count(&clerk, "facts_without_agency", Some("dossier"))), (1, 0));
        assert_eq!(count(&seen("stranger").await, "facts_incomplete", Some("order")), 0, "of another ward");
        assert_eq!(count(&seen("province-clerk").await, "facts_without_agency", Some("dossier")), 1);
        let citizen = office.setting.token_with(ActorKind::Citizen, &["kpi:indicators:read"], office.setting.around.tenant());
        assert_eq!(office.setting.get(PATH, &citizen).await.status, 403);
        let elsewhere = office.setting.token_with(ActorKind::Service, &["kpi:indicators:read"], new_id());
        let foreign = office.setting.get(PATH, &elsewhere).await.body;
        assert_eq!(count(&foreign, "facts_incomplete", Some("order")), 0, "of another tenant");
    }

    async fn values_that_are_missing_late_and_odd_are_counted(database) {
        let office = Box::pin(Office::start(database)).await;
        let counts = async || {
            let body = office.setting.get(PATH, &office.setting.reader()).await.body;
            ["elements_missing", "elements_late", "elements_outliers"].map(|fault| count(&body, fault, None))
        };
        let [missing, late, odd] = counts().await;
        assert_eq!((late, odd), (0, 0));
        // Of the last quarter, for each of the two wards.
        let rule = json!({"agency_kinds": ["commune"], "outliers": {"change_percent": "20"}});
        assert_eq!(office.define("x", rule).await.status, 201);
        assert_eq!(counts().await, [missing + 2, 0, 0]);
        // On 22 November the third quarter has been due since 15 October.
        assert_eq!(office.enter("x", "2026-Q2", "100").await.status, 201);
        assert_eq!(counts().await, [missing + 2, 0, 0], "an older period is looked at no more");
        assert_eq!(office.enter("x", "2026-Q3", "100").await.status, 201);
        assert_eq!(counts().await, [missing + 1, 1, 0]);
        assert_eq!(office.enter("x", "2026-Q4", "150").await.status, 201);
        assert_eq!(counts().await, [missing + 1, 1, 1], "odd, and in time");
        office.gauge("kpi_elements_late", 1).await;
        office.gauge("kpi_elements_outliers", 1).await;
        office.gauge("kpi_elements_missing", missing + 1).await;
        let stranger = office.get("stranger", PATH).await.body;
        assert_eq!(count(&stranger, "elements_late", None), 0);
    }
}
