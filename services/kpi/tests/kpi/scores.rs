//! Scores over HTTP: figures, points, ranks, explanations and the lists behind them, live.

use std::collections::BTreeSet;

use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_kernel::{ActorKind, new_id};
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::province::{DONE, Dossier, MOVED, PAUSED, RECEIVED, agency, agency_news, published_news, rating_news};
use super::setting::Setting;

/// A province with two communes and their dossiers of November.
struct Story {
    setting: Setting,
    token: String,
    province: AgencyRecord,
    communes: [AgencyRecord; 2],
    late: Dossier,
}

/// The business time of these tests: a day after November.
const NOW: &str = "2026-12-02T02:00:00Z";

impl Story {
    async fn told(database: &TestDatabase) -> Self {
        let setting = Setting::start(database).await;
        setting.around.clock.set_business(NOW.parse().unwrap());
        let mut province = agency("H50", None, "2025-07-01", None);
        province.kind = AgencyKind::Province;
        let mut communes = [
            agency("H50.11", Some(province.id), "2025-07-01", None),
            agency("H50.12", Some(province.id), "2025-07-01", None),
        ];
        for commune in &mut communes {
            commune.kind = AgencyKind::Commune;
        }
        setting
            .around
            .documents
            .tell([agency_news(&province), agency_news(&communes[0]), agency_news(&communes[1])])
            .await;
        let on_time =
            Dossier::at(&communes[0], "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z").finished("2026-11-05T03:00:00Z");
        let late =
            Dossier::at(&communes[0], "2026-11-03T02:00:00Z", "2026-11-10T10:00:00Z").finished("2026-11-11T03:00:00Z");
        let open = Dossier::at(&communes[1], "2026-11-20T02:00:00Z", "2026-12-20T10:00:00Z");
        let overdue = Dossier::at(&communes[1], "2026-11-23T02:00:00Z", "2026-11-27T10:00:00Z");
        let october =
            Dossier::at(&communes[1], "2026-10-20T02:00:00Z", "2026-11-20T10:00:00Z").finished("2026-11-18T03:00:00Z");
        let news = vec![
            published_news(new_id(), 1, 1),
            on_time.news(RECEIVED, 2),
            on_time.news(DONE, 5),
            late.news(RECEIVED, 2),
            late.news(DONE, 5),
            open.news(RECEIVED, 2),
            overdue.news(RECEIVED, 2),
            october.news(RECEIVED, 2),
            october.news(DONE, 5),
            rating_news(&communes[0]),
        ];
        setting.around.procedures.tell(news).await;
        let token = setting.reader();
        let story = Self { setting, token, province, communes, late };
        // What was told last has come.
        story
            .until("/v1/scores/figures?set=mot-cua&period=2026-10&agency=under:H50", |body| {
                figure(body, "ratings") == 1
            })
            .await;
        story
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.setting.get(path, &self.token).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    async fn until(&self, path: &str, expected: impl Fn(&Value) -> bool) -> Value {
        self.setting.get_until(path, &self.token, |answer| answer.status == 200 && expected(&answer.body)).await.0.body
    }

    async fn figures(&self, set: &str, period: &str, agency: &str) -> Value {
        self.get(&format!("/v1/scores/figures?set={set}&period={period}&agency={agency}")).await
    }

    /// The ids behind a figure.
    async fn listed(&self, question: &str, part: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut path = format!("/v1/scores/records?{question}&part={part}&limit=2");
        loop {
            let page = self.get(&path).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => path = format!("/v1/scores/records?{question}&part={part}&limit=2&after={next}"),
                None => return items,
            }
        }
    }
}

fn figure(sheet: &Value, measure: &str) -> i64 {
    let figures = sheet["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["measure"] == measure).unwrap()["value"].as_i64().unwrap()
}

fn indicator<'v>(card: &'v Value, code: &str) -> &'v Value {
    card["indicators"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap()
}

on_both_databases! {
    async fn figures_are_summed_over_the_tree_and_each_is_a_list(database) {
        let story = Story::told(database).await;
        for (agency, received, on_time) in [("under:H50", 4, 2), ("H50", 0, 0), ("H50.11", 2, 1), ("H50.12", 2, 1)] {
            let sheet = story.figures("qd766", "2026-11", agency).await;
            assert_eq!((figure(&sheet, "received"), figure(&sheet, "on_time")), (received, on_time), "{agency}");
            for one in sheet["figures"].as_array().unwrap() {
                let measure = one["measure"].as_str().unwrap();
                let question = format!("set=qd766&period=2026-11&agency={agency}&measure={measure}");
                let listed = story.listed(&question, "counted").await;
                if one["excluded"].is_number() {
                    let excluded = story.listed(&question, "excluded").await;
                    assert_eq!(one["excluded"], excluded.len(), "{agency} {measure}");
                    assert_eq!(one["value"], listed.len(), "{agency} {measure}");
                }
            }
        }
        // Every kind of period.
        for (period, received) in [
            ("2026-11-20", 1), ("2026-W47", 1), ("2026-11", 4), ("2026-Q4", 5), ("2026-H2", 5), ("2026", 5),
            ("2026-R11", 3), ("2026-R12", 2), ("2026-RQ4", 5), ("2026-RY", 5), ("2026-12", 0),
        ] {
            let sheet = story.figures("qd766", period, "under:H50").await;
            assert_eq!(figure(&sheet, "received"), received, "{period}");
        }
    }

    async fn every_figure_of_every_shipped_set_is_a_list(database) {
        let story = Story::told(database).await;
        let scopes = ["kpi:indicators:read", "kpi:definitions:read"];
        let token = story.setting.token_with(ActorKind::Service, &scopes, story.setting.around.tenant());
        let sets = story.setting.get("/v1/indicator-sets?limit=100", &token).await.body;
        let mut with_records = 0;
        for set in sets["items"].as_array().unwrap() {
            let of = format!("set={}&period=2026-11&agency=under:H50", set["code"].as_str().unwrap());
            let answer = story.setting.get(&format!("/v1/scores?{of}"), &story.token).await;
            if answer.problem() == (409, "indicator_set.none_governs") {
                continue;
            }
            assert_eq!(answer.status, 200, "{of}: {}", answer.body);
            for indicator in answer.body["indicators"].as_array().unwrap() {
                let code = indicator["code"].as_str().unwrap();
                let told = story.get(&format!("/v1/scores/explanation?{of}&indicator={code}")).await;
                for input in told["inputs"].as_array().unwrap() {
                    let Some(link) = input["records"].as_str() else {
                        assert!(input["name"].as_str().unwrap().starts_with("element."), "{of} {code}: {input}");
                        continue;
                    };
                    let question = link.split_once('?').unwrap().1.replace("&part=counted", "");
                    let listed = story.listed(&question, "counted").await;
                    with_records += listed.len();
                    assert!(listed.iter().all(|record| record["reason"]["vi"].is_string()), "{link}");
                    // Values are told apart within an agency: over several, what each has is summed.
                    let apart = |record: &'_ Value| Some((record["agency"]["id"].to_string(), record["value"].as_str()?.to_owned()));
                    let told_apart: BTreeSet<(String, String)> = listed.iter().filter_map(apart).collect();
                    let sum: i64 = listed.iter().map(|record| record["counts"].as_i64().unwrap()).sum();
                    let length = if told_apart.is_empty() { sum } else { i64::try_from(told_apart.len()).unwrap() };
                    assert_eq!(input["value"], length.to_string(), "{link}");
                }
            }
        }
        assert!(with_records > 100, "{with_records}");
    }

    async fn a_past_period_that_was_read_before_changes_with_what_changes_in_it(database) {
        let story = Story::told(database).await;
        // In the structure of a day the whole province is read, and kept.
        let path = "/v1/scores/figures?set=qd766&period=2026-11&agency=under:H50&structure=2026-12-01";
        for _ in 0..2 {
            assert_eq!(figure(&story.get(path).await, "on_time"), 2);
        }
        let corrected = story.late.clone().finished("2026-11-09T03:00:00Z");
        story.setting.around.procedures.tell([corrected.news(DONE, 6)]).await;
        story.until(path, |body| figure(body, "on_time") == 3).await;
        let other = "/v1/scores/figures?set=bieu06&period=2026-11&agency=under:H50&structure=2026-12-01";
        assert_eq!(figure(&story.get(other).await, "solved_late"), 0);
    }

    async fn what_is_open_is_counted_at_the_end_of_the_period_or_now(database) {
        let story = Story::told(database).await;
        let row = |sheet: &Value| {
            ["carried_over", "received_online", "solved_early", "solved_on_time", "solved_late", "open_in_term", "open_late"]
                .map(|measure| figure(sheet, measure))
        };
        // October: one was received and was open and in term when it ended.
        assert_eq!(row(&story.figures("bieu06", "2026-10", "under:H50").await), [0, 1, 0, 0, 0, 1, 0]);
        // November: that one was carried over; of the five, three were solved, and two are open.
        assert_eq!(row(&story.figures("bieu06", "2026-11", "under:H50").await), [1, 4, 2, 0, 1, 1, 1]);
        // December goes on: both are still there.
        assert_eq!(row(&story.figures("bieu06", "2026-12", "under:H50").await), [2, 0, 0, 0, 0, 1, 1]);
        // The last one's day comes while nothing happens to it.
        story.setting.around.clock.set_business("2026-12-20T10:00:00Z".parse().unwrap());
        assert_eq!(row(&story.figures("bieu06", "2026-12", "under:H50").await)[5..], [0, 2]);
        // What was is not touched by that.
        assert_eq!(row(&story.figures("bieu06", "2026-11", "under:H50").await)[5..], [1, 1]);
    }

    async fn a_score_says_what_is_measured_how_and_of_what(database) {
        let story = Story::told(database).await;
        let card = story.get("/v1/scores?set=qd766&period=2026-11&agency=under:H50").await;
        let of = indicator(&card, "2.1");
        assert_eq!((&of["numerator"], &of["denominator"], &of["points"]), (&json!("2"), &json!("4"), &json!("10.00")));
        let unmeasured = indicator(&card, "1.4");
        assert!(unmeasured["points"].is_null() && unmeasured["not_measured"]["vi"].is_string());
        let group = card["groups"].as_array().unwrap().iter().find(|group| group["code"] == "TDGQ").unwrap();
        assert_eq!((&group["points"], &group["maximum"]), (&json!("10.00"), &json!("20")));
        assert_eq!(card["total"]["maximum"], "100");

        let path = "/v1/scores/explanation?set=qd766&period=2026-11&agency=under:H50&indicator=2.1&variants=2.1:first_due";
        let explained = story.get(path).await;
        assert_eq!(explained["indicator"]["variant"], "first_due");
        assert_eq!(explained["definition_sha256"].as_str().unwrap().len(), 64);
        assert!(explained["steps"].as_array().unwrap().len() >= 3, "{explained}");
        let inputs = explained["inputs"].as_array().unwrap();
        assert_eq!(inputs.len(), 2);
        let listed = story.get(inputs[1]["records"].as_str().unwrap()).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), 4);
        let excluded = story.listed("set=qd766&period=2026-11&agency=under:H50&measure=on_time", "excluded").await;
        let late = excluded.iter().find(|one| one["id"] == json!(story.late.id)).unwrap();
        assert!(late["reason"]["en"].as_str().unwrap().contains("dossier.on_time"), "{late}");
        assert_eq!(late["agency"]["code"], "H50.11");
    }

    async fn agencies_are_ranked_and_their_movement_is_told(database) {
        let story = Story::told(database).await;
        let ranking = story.get("/v1/scores/ranking?set=qd766&period=2026-11&agency=under:H50&kind=commune").await;
        let items = ranking["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert!(items.iter().all(|one| one["kind"] == "commune"));
        let ranks: Vec<_> = items.iter().map(|one| one["rank"].as_u64()).collect();
        assert!(ranks.is_sorted_by_key(|rank| rank.unwrap_or(u64::MAX)), "{ranks:?}");
        assert_eq!(ranking["previous_period"], "2026-10");
        assert_eq!(ranking["above"]["id"], json!(story.province.id));
    }

    async fn a_dossier_that_moves_is_counted_where_it_is_and_was_where_it_was(database) {
        let story = Story::told(database).await;
        let mut moved = story.late.clone();
        moved.competent.0 = story.communes[1].id;
        let mut news = moved.news(MOVED, 6);
        news.data["agencies"]["competent"]["responsible_id"] = json!(story.communes[1].id);
        news.data["agencies"]["competent"]["written_id"] = json!(story.communes[0].id);
        story.setting.around.procedures.tell([news]).await;
        let path = "/v1/scores/figures?set=qd766&period=2026-11&agency=H50.12";
        story.until(path, |sheet| figure(sheet, "received") == 3).await;
        let was = story.get(&format!("{path}&structure=as_was")).await;
        assert_eq!(figure(&was, "received"), 2);
        let then = story.get("/v1/scores/figures?set=qd766&period=2026-11&agency=H50.11&structure=2026-11-30").await;
        assert_eq!(figure(&then, "received"), 2);
        let now = story.get("/v1/scores/figures?set=qd766&period=2026-11&agency=H50.11").await;
        assert_eq!(figure(&now, "received"), 1);
        let of = "set=qd766&period=2026-11&agency=H50.11&measure=received";
        assert_eq!(story.listed(of, "counted").await.len(), 1);
        assert_eq!(story.listed(&format!("{of}&structure=as_was"), "counted").await.len(), 2);
    }

    async fn a_clock_that_stands_still_keeps_a_dossier_in_term(database) {
        let story = Story::told(database).await;
        let waiting = Dossier::at(&story.communes[0], "2026-11-25T02:00:00Z", "2026-11-30T10:00:00Z");
        let mut paused = waiting.news(PAUSED, 3);
        paused.data["due_at"] = json!(null);
        paused.data["waits"] = json!([{"kind": "supplement", "started_at": "2026-11-27T00:00:00Z", "ended_at": null,
            "due_before": "2026-11-30T10:00:00Z"}]);
        story.setting.around.procedures.tell([paused]).await;
        let path = "/v1/scores/figures?set=bieu06&period=2026-12&agency=H50.11";
        story.until(path, |sheet| figure(sheet, "open_in_term") == 1).await;
    }

    async fn pages_show_the_figures_to_anybody_and_name_no_dossier(database) {
        let story = Story::told(database).await;
        let client = reqwest::Client::new();
        for (path, expected) in [
            ("operations?period=2026-11", "H50.11"),
            ("operations?period=2026-11&lang=en&theme=dark", "H50.12"),
            ("agencies/H50?period=2026-11", "10,00"),
            ("agencies/H50.11?period=2026-11&lang=en", "10.00"),
            ("indicators/qd766/2.1?period=2026-11", "2.1"),
            ("indicators/bieu06/9?period=2026-11&agency=H50.12", "H50.12"),
        ] {
            let url = format!("{}/v1/public/pages/{path}", story.setting.service.url());
            let began = std::time::Instant::now();
            let response = client.get(&url).send().await.unwrap();
            assert_eq!(response.status(), 200, "{path}");
            assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
            let page = response.text().await.unwrap();
            assert!(page.contains(expected), "{path}: {page}");
            assert!(page.len() < 200_000 && began.elapsed() < std::time::Duration::from_secs(5), "{path}");
            // Public pages are of sums alone.
            assert!(!page.contains(&story.late.id.to_string()) && !page.contains("H50.12-261121-"), "{path}");
            let internal = format!("{}/v1/pages/{path}", story.setting.service.url());
            assert_eq!(client.get(&internal).send().await.unwrap().status(), 401, "{path}");
            assert_eq!(client.get(&internal).bearer_auth(&story.token).send().await.unwrap().status(), 200, "{path}");
        }
        // With a token the records behind a figure are listed, and nobody else is shown them.
        let list = "indicators/qd766/2.1?period=2026-11&measure=on_time&part=excluded";
        let own = format!("{}/v1/pages/{list}", story.setting.service.url());
        let page = client.get(&own).bearer_auth(&story.token).send().await.unwrap().text().await.unwrap();
        assert_eq!(page.matches("H50.12-261121-").count(), 2, "{page}");
        let public = format!("{}/v1/public/pages/{list}", story.setting.service.url());
        assert!(!client.get(&public).send().await.unwrap().text().await.unwrap().contains("H50.12-261121-"));
        // A list for each measure of the formula, as long as its figure.
        for indicator in ["2.1", "4.2", "5.4"] {
            let path = format!("indicators/qd766/{indicator}");
            let show = |query: String| {
                let url = format!("{}/v1/pages/{path}{}", story.setting.service.url(), query.replace("&amp;", "&"));
                let request = client.get(url).bearer_auth(&story.token);
                async move {
                    let response = request.send().await.unwrap();
                    assert_eq!(response.status(), 200);
                    response.text().await.unwrap()
                }
            };
            let page = show("?period=2026-11".to_owned()).await;
            let terms = page.split("class=\"facts terms\"").nth(1).unwrap().split("</dl>").next().unwrap();
            let mut listed = 0;
            for term in terms.split("<dt><code>").skip(1) {
                let (code, rest) = term.split_once('<').unwrap();
                let value = rest.split("<b>").nth(1).unwrap().split('<').next().unwrap();
                let start = format!("measure={code}&amp;part=counted");
                let link = page.split("href=\"").find(|link| link.contains(&start)).unwrap();
                let list = show(link.split('#').next().unwrap().to_owned()).await;
                assert_eq!(list.matches("<th class=\"code\"").count().to_string(), value, "{indicator} {code}: {list}");
                listed += 1;
            }
            assert!(listed >= 2, "{indicator}: {terms}");
        }
        for (path, status) in [
            ("indicators/qd766/2.1?period=2026-11&measure=none", 400),
            ("indicators/qd766/2.1?period=2026-11&part=excluded", 400),
            ("indicators/qd766/2.1?period=2026-11&measure=finished", 404),
        ] {
            let url = format!("{}/v1/pages/{path}", story.setting.service.url());
            assert_eq!(client.get(&url).bearer_auth(&story.token).send().await.unwrap().status(), status, "{path}");
        }
        for (path, status) in [
            ("operations?period=2026-13", 400),
            ("operations?colour=red", 400),
            ("operations?set=none", 404),
            ("agencies/H99?period=2026-11", 404),
            ("indicators/qd766/9.9?period=2026-11", 404),
            ("operations?period=2019-11", 409),
        ] {
            let url = format!("{}/v1/public/pages/{path}", story.setting.service.url());
            assert_eq!(client.get(&url).send().await.unwrap().status(), status, "{path}");
        }
    }

    async fn wrong_questions_are_refused_by_name(database) {
        let story = Story::told(database).await;
        let officer = story.setting.token(ActorKind::Citizen, "somebody");
        for (path, token, expected) in [
            ("/v1/scores?set=none&period=2026-11&agency=H50", &story.token, (404, "not_found")),
            ("/v1/scores?set=qd766&period=2026-13&agency=H50", &story.token, (400, "parameter.invalid")),
            ("/v1/scores?set=qd766&period=2026-11&agency=H99", &story.token, (404, "not_found")),
            ("/v1/scores?set=qd766&period=2019-11&agency=H50", &story.token, (409, "indicator_set.none_governs")),
            ("/v1/scores?set=qd766&period=2026-11&agency=H50&variants=2.1:none", &story.token, (400, "variant.unknown")),
            ("/v1/scores/records?set=qd766&period=2026-11&agency=H50&measure=none", &story.token, (400, "measure.unknown")),
            (
                "/v1/scores/records?set=qd766&period=2026-11&agency=H50&measure=announced&part=excluded",
                &story.token,
                (400, "part.not_listed"),
            ),
            (
                "/v1/scores/explanation?set=qd766&period=2026-11&agency=H50&indicator=9.9",
                &story.token,
                (400, "indicator.unknown"),
            ),
            ("/v1/scores/ranking?set=qd766&period=2026-11&agency=H50&kind=kingdom", &story.token, (400, "parameter.invalid")),
        ] {
            assert_eq!(story.setting.get(path, token).await.problem(), expected, "{path}");
        }
        let answer = story.setting.get("/v1/scores?set=qd766&period=2026-11&agency=H50", &officer).await;
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
}
