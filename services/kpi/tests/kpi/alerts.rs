//! Alerts: each kind is raised at its threshold and not before it, once however often it is looked for, and ends by itself.

use motcua_journal::Journal;
use motcua_kernel::ActorKind;
use motcua_kpi::alerts::Alerts;
use motcua_kpi::definitions::Definitions;
use motcua_kpi::scores::Scores;
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::office::Office;
use super::province::{DONE, Dossier, News, PAUSED, RECEIVED};

const SCOPES: [&str; 3] = ["kpi:events:read", "kpi:alerts:read", "kpi:indicators:read"];

/// The room of alerts beside the service, which looks when it is asked to.
fn room(office: &Office, database: &TestDatabase) -> Alerts {
    let (db, journal) = (office.setting.around.open(database), Journal::new("kpi"));
    let scores = Scores::new(db.clone(), Definitions::new(db.clone(), journal.clone())).unwrap();
    Alerts::new(db, journal, scores, office.setting.around.tenant())
}

impl Office {
    fn alert_reader(&self) -> String {
        self.setting.token_with(ActorKind::Service, &SCOPES, self.setting.around.tenant())
    }

    /// Tells of dossiers and waits until `received` of them have come altogether.
    async fn dossiers(&self, period: &str, received: i64, news: Vec<News>) {
        self.setting.around.procedures.tell(news).await;
        let path = format!("/v1/scores/figures?set=qd766&period={period}&agency=H50.12");
        let is = |body: &Value| {
            let figures = body["figures"].as_array().cloned().unwrap_or_default();
            figures.iter().any(|one| one["measure"] == "received" && one["value"] == received)
        };
        self.setting.get_until(&path, &self.alert_reader(), |answer| is(&answer.body)).await;
    }

    /// Looks, and says what there is of a kind.
    async fn found(&self, room: &Alerts, kind: &str) -> Vec<Value> {
        // Before both feeds came to their end nothing is looked for.
        let ready = "/v1/scores/figures?set=qd766&period=2026-11&agency=H50.12";
        self.setting.get_until(ready, &self.alert_reader(), |answer| answer.status == 200).await;
        room.look().await.unwrap();
        let path = format!("/v1/alerts?kind={kind}&agency=under:H50&limit=200");
        let answer = self.setting.get(&path, &self.alert_reader()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["items"].as_array().unwrap().clone()
    }

    /// The types of the events about alerts, in order.
    async fn events(&self, count: usize) -> Vec<String> {
        let of = |body: &Value| -> Vec<String> {
            let events =
                body.as_array().unwrap().iter().filter(|one| one["subject"].as_str().unwrap().starts_with("alerts/"));
            events.map(|one| one["type"].as_str().unwrap().to_owned()).collect()
        };
        let (answer, _) =
            self.setting.get_until("/v1/events", &self.alert_reader(), |answer| of(&answer.body).len() >= count).await;
        of(&answer.body)
    }
}

/// Dossiers of the ward that were received and finished in November, with or without a result.
fn finished(office: &Office, count: usize, with_result: bool) -> Vec<(Dossier, News)> {
    let one = |n: usize| {
        let received = format!("2026-11-03T{:02}:{:02}:00Z", 1 + n / 60, n % 60);
        let dossier = Dossier::at(&office.ward, &received, "2026-11-12T10:00:00Z").finished("2026-11-10T03:00:00Z");
        let mut news = dossier.news(DONE, 4);
        if !with_result {
            news.data["result"] = json!(null);
        }
        (dossier, news)
    };
    (0..count).map(one).collect()
}

fn news(all: &[(Dossier, News)]) -> Vec<News> {
    all.iter().map(|(_, news)| news.clone()).collect()
}

fn refused(office: &Office, on: &str, count: usize) -> Vec<News> {
    let one = |n: usize| {
        let at = format!("{on}T{:02}:{:02}:00Z", 2 + n / 60, n % 60);
        let mut news = Dossier::at(&office.ward, &at, "2026-11-30T10:00:00Z").news(RECEIVED, 2);
        (news.data["national_state"], news.data["ended_at"]) = (json!(3), json!(at));
        news
    };
    (0..count).map(one).collect()
}

fn paused(office: &Office, count: usize, at: &str) -> Vec<News> {
    let one = |_| {
        let mut news = Dossier::at(&office.ward, "2026-11-03T02:00:00Z", "2026-11-18T03:00:00Z").news(PAUSED, 3);
        news.data["due_at"] = json!(null);
        news.data["waits"] = json!([{"kind": "supplement", "started_at": at, "ended_at": null,
            "due_before": "2026-11-18T03:00:00Z"}]);
        news
    };
    (0..count).map(one).collect()
}

on_both_databases! {
    async fn dossiers_closed_without_a_result_are_told_once_and_end_by_themselves(database) {
        let office = Box::pin(Office::start(database)).await;
        let room = room(&office, database);
        let (bare, good) = (finished(&office, 9, false), finished(&office, 3, true));
        office.dossiers("2026-11", 12, news(&bare).into_iter().chain(news(&good)).collect()).await;
        assert_eq!(office.found(&room, "closed_without_result").await, Vec::<Value>::new());

        let tenth = finished(&office, 1, false);
        office.dossiers("2026-11", 13, news(&tenth)).await;
        // Two copies of the service look at once.
        let (first, second) = tokio::join!(room.look(), room.look());
        assert!(first.is_ok() || second.is_ok(), "{first:?} {second:?}");
        let alerts = office.found(&room, "closed_without_result").await;
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        let alert = &alerts[0];
        assert_eq!((&alert["state"], &alert["figures"]["records"], &alert["figures"]["among"]), (&json!("open"), &json!(10), &json!(13)));
        assert_eq!(alert["agency"]["code"], "H50.12");
        assert_eq!(alert["text"]["vi"], "10 trong 13 hồ sơ kết thúc trong 30 ngày qua không có kết quả (ngưỡng: 20%, từ 10 hồ sơ).");
        assert_eq!(alert["text"]["en"], "10 of 13 dossiers closed in the last 30 days have no result (threshold: 20%, at least 10 dossiers).");

        // The list is as long as the figure, page by page and as a file.
        let path = alert["records"].as_str().unwrap().to_owned();
        let first = office.get("clerk", &format!("{path}?limit=6&count=exact")).await;
        assert_eq!((first.body["items"].as_array().unwrap().len(), &first.body["count"]), (6, &json!(10)), "{first:?}");
        let next = format!("{path}?limit=6&after={}", first.body["next"].as_str().unwrap());
        let rest = office.get("clerk", &next).await;
        assert_eq!(rest.body["items"].as_array().unwrap().len(), 4, "{rest:?}");
        let mut listed: Vec<&str> = [&first, &rest].iter().flat_map(|page| page.body["items"].as_array().unwrap()).map(|one| one["id"].as_str().unwrap()).collect();
        let mut expected: Vec<String> = bare.iter().chain(&tenth).map(|(dossier, _)| dossier.id.to_string()).collect();
        listed.sort_unstable();
        expected.sort();
        assert_eq!(listed, expected);
        let url = format!("{}{path}?format=csv&lang=en", office.setting.service.url());
        let file = office.setting.client.get(url).bearer_auth(office.token("clerk")).send().await.unwrap().text().await.unwrap();
        assert_eq!(file.lines().filter(|line| line.contains("H50.12-261121-")).count(), 10, "{file}");

        // Officers of another ward see nothing of it.
        let own = format!("/v1/alerts/{}", alert["id"].as_str().unwrap());
        for path in [own.as_str(), path.as_str()] {
            assert_eq!(office.get("stranger", path).await.status, 404, "{path}");
        }
        assert_eq!(office.get("stranger", "/v1/alerts").await.body["items"], json!([]));
        let read = office.get("clerk", &own).await;
        assert_eq!(office.found(&room, "closed_without_result").await, alerts);
        assert_eq!(office.get("clerk", &own).await.header("etag"), read.header("etag"));

        // Results come in for some; then they are gone again.
        let late = |with: bool, version: i64| bare.iter().take(5).map(|(dossier, _)| {
            let mut news = dossier.news(DONE, version);
            if !with {
                news.data["result"] = json!(null);
            }
            news
        }).collect::<Vec<_>>();
        office.dossiers("2026-11", 14, late(true, 5).into_iter().chain(news(&finished(&office, 1, true))).collect()).await;
        let over = office.found(&room, "closed_without_result").await;
        assert_eq!((&over[0]["state"], &over[0]["id"]), (&json!("over"), &alert["id"]));
        office.dossiers("2026-11", 15, late(false, 6).into_iter().chain(news(&finished(&office, 1, true))).collect()).await;
        let again = office.found(&room, "closed_without_result").await;
        assert_eq!((again.len(), &again[0]["state"], &again[0]["id"]), (1, &json!("open"), &alert["id"]));
        assert_eq!(office.events(3).await, ["alert.raised.v1", "alert.over.v1", "alert.raised.v1"]);
    }

    async fn alerts_stand_on_pages_for_who_may_see_them_and_for_nobody_else(database) {
        let office = Box::pin(Office::start(database)).await;
        let room = room(&office, database);
        office.dossiers("2026-11", 10, news(&finished(&office, 10, false))).await;
        assert_eq!(office.found(&room, "closed_without_result").await.len(), 1);
        let (leader, province, stranger) =
            (office.token("leader"), office.token("province-leader"), office.token("stranger"));
        let figures_only =
            office.setting.token_with(ActorKind::Service, &["kpi:indicators:read"], office.setting.around.tenant());
        for (path, token, shown) in [
            ("pages/agencies/H50.12", &leader, true),
            ("pages/agencies/H50", &province, true),
            ("pages/operations", &province, true),
            ("pages/operations", &office.alert_reader(), true),
            // Of another ward, of the whole province, without the scope.
            ("pages/agencies/H50.12", &stranger, false),
            ("pages/operations", &leader, false),
            ("pages/operations", &figures_only, false),
            ("pages/agencies/H50.12", &figures_only, false),
            ("public/pages/operations", &province, false),
            ("public/pages/agencies/H50.12", &leader, false),
        ] {
            let url = format!("{}/v1/{path}?period=2026-11", office.setting.service.url());
            let response = office.setting.client.get(url).bearer_auth(token).send().await.unwrap();
            assert_eq!(response.status(), 200, "{path}");
            let page = response.text().await.unwrap();
            for part in ["Kết thúc hồ sơ không có kết quả", "Cảnh báo (1)", "10 trong 10 hồ sơ"] {
                assert_eq!(page.contains(part), shown, "{path} {part}");
            }
        }
    }

    async fn who_looked_into_an_alert_says_what_they_found(database) {
        let office = Box::pin(Office::start(database)).await;
        let room = room(&office, database);
        office.dossiers("2026-11", 10, news(&finished(&office, 10, false))).await;
        let found = office.found(&room, "closed_without_result").await;
        let path = format!("/v1/alerts/{}", found[0]["id"].as_str().unwrap());
        let (act, note) = (format!("{path}/acknowledgements"), json!({"note": "Đã kiểm tra cả mười hồ sơ."}));
        let read = office.get("leader", &path).await;
        assert_eq!(office.post("clerk", &act).at(&read).json(&note).await.problem(), (403, "alert.not_allowed"));
        assert_eq!(office.post("stranger", &act).at(&read).json(&note).await.status, 404);
        assert_eq!(office.post("leader", &act).json(&note).await.status, 428);
        let short = office.post("leader", &act).at(&read).json(&json!({"note": "ok"})).await;
        assert_eq!((short.status, short.faults()[0].0.as_str()), (422, "/note"));
        let done = office.post("leader", &act).at(&read).key("seen").json(&note).await;
        assert_eq!((done.status, &done.body["state"], &done.body["acknowledged_note"]), (200, &json!("acknowledged"), &note["note"]), "{done:?}");
        let twice = office.post("leader", &act).at(&read).key("seen").json(&note).await;
        assert_eq!((twice.status, &twice.body), (200, &done.body));
        assert_eq!(office.post("leader", &act).at(&read).json(&note).await.status, 412);
        assert_eq!(office.post("leader", &act).at(&done).json(&note).await.problem(), (409, "alert.state"));
        // Found again, it stays looked into.
        assert_eq!(office.found(&room, "closed_without_result").await[0]["state"], "acknowledged");
        assert_eq!(office.events(2).await, ["alert.raised.v1", "alert.acknowledged.v1"]);
    }

    async fn thresholds_are_changed_by_administrators_of_the_province(database) {
        let office = Box::pin(Office::start(database)).await;
        let room = room(&office, database);
        office.dossiers("2026-11", 4, news(&finished(&office, 4, false))).await;
        assert_eq!(office.found(&room, "closed_without_result").await, Vec::<Value>::new());
        let path = "/v1/alert-rules/closed_without_result";
        let rule = office.get("admin", path).await;
        assert_eq!((rule.header("etag").starts_with("\"v0."), &rule.body["thresholds"]), (true, &json!({"days": 30, "share_percent": 20, "at_least": 10})));
        assert_eq!(office.get("clerk", "/v1/alert-rules").await.body["items"].as_array().unwrap().len(), 5);
        assert_eq!(office.get("admin", "/v1/alert-rules/moon").await.status, 404);
        let four = json!({"on": true, "thresholds": {"at_least": 4}});
        assert_eq!(office.put("leader", path).at(&rule).json(&four).await.problem(), (403, "alert_rule.not_administrator"));
        let wrong = json!({"on": true, "thresholds": {"at_least": 0, "moons": 3}, "sets": ["qd766"]});
        let wrong = office.put("admin", path).at(&rule).json(&wrong).await;
        let codes: Vec<String> = wrong.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect();
        assert_eq!(codes, ["/thresholds/at_least threshold.range", "/thresholds/moons threshold.unknown", "/sets sets.not_asked"]);
        let changed = office.put("admin", path).at(&rule).json(&four).await;
        assert_eq!((changed.status, changed.header("etag").starts_with("\"v1")), (200, true), "{changed:?}");
        assert_eq!(office.put("admin", path).at(&rule).json(&four).await.status, 412);
        assert_eq!(office.found(&room, "closed_without_result").await[0]["state"], "open");
        let off = office.put("admin", path).at(&changed).json(&json!({"on": false})).await;
        assert_eq!((off.status, off.header("etag").starts_with("\"v2")), (200, true), "{off:?}");
        assert_eq!(office.found(&room, "closed_without_result").await[0]["state"], "over");
    }

    async fn refusals_of_a_day_are_told_when_they_are_many_and_many_more_than_before(database) {
        let office = Box::pin(Office::start(database)).await;
        let room = room(&office, database);
        office.dossiers("2026-11", 9, refused(&office, "2026-11-20", 9)).await;
        assert_eq!(office.found(&room, "mass_refusals").await, Vec::<Value>::new());
        office.dossiers("2026-11", 10, refused(&office, "2026-11-20", 1)).await;
        let found = office.found(&room, "mass_refusals").await;
        assert_eq!((found.len(), &found[0]["period"], &found[0]["figures"]["records"]), (1, &json!("2026-11-20"), &json!(10)));
        assert_eq!(found[0]["text"]["vi"], "10 hồ sơ bị từ chối trong ngày 20/11/2026; 30 ngày trước đó trung bình 0 hồ sơ một ngày (ngưỡng: từ 10 hồ sơ và gấp 3 lần).");
        // A hundred in the thirty days before are a third of ten a day; one more, and ten are not three times as many.
        office.dossiers("2026-11", 110, refused(&office, "2026-11-10", 100)).await;
        assert_eq!(office.found(&room, "mass_refusals").await[0]["state"], "open");
        office.dossiers("2026-11", 111, refused(&office, "2026-11-10", 1)).await;
        assert_eq!(office.found(&room, "mass_refusals").await[0]["state"], "over");
    }

    async fn pauses_just_before_dossiers_were_due_are_told_when_they_are_many_of_all(database) {
        let office = Box::pin(Office::start(database)).await;
        let room = room(&office, database);
        // Twenty-five hours before, after the due instant, and four just before it.
        let (early, passed) = (paused(&office, 10, "2026-11-17T02:00:00Z"), paused(&office, 1, "2026-11-18T03:00:01Z"));
        let all = early.into_iter().chain(passed).chain(paused(&office, 4, "2026-11-17T03:00:00Z"));
        office.dossiers("2026-11", 15, all.collect()).await;
        assert_eq!(office.found(&room, "pauses_before_due").await, Vec::<Value>::new());
        office.dossiers("2026-11", 16, paused(&office, 1, "2026-11-18T02:59:00Z")).await;
        let found = office.found(&room, "pauses_before_due").await;
        assert_eq!((&found[0]["figures"]["records"], &found[0]["figures"]["among"]), (&json!(5), &json!(16)));
        // One more of the others, and they are less than three of ten.
        office.dossiers("2026-11", 17, paused(&office, 1, "2026-11-10T02:00:00Z")).await;
        assert_eq!(office.found(&room, "pauses_before_due").await[0]["state"], "over");
    }

    async fn a_score_that_fell_in_the_newest_month_that_is_over_is_told(database) {
        let office = Box::pin(Office::start(database)).await;
        let room = room(&office, database);
        let month = |month: &str, finished: &str| -> Vec<News> {
            (0..30).map(|n| {
                let received = format!("2026-{month}-01T02:{n:02}:00Z");
                let dossier = Dossier::at(&office.ward, &received, &format!("2026-{month}-10T10:00:00Z"));
                dossier.finished(&format!("2026-{month}-{finished}T03:00:00Z")).news(DONE, 4)
            }).collect()
        };
        office.dossiers("2026-09", 30, month("09", "05")).await;
        office.dossiers("2026-10", 30, month("10", "20")).await;
        let found = office.found(&room, "sudden_fall").await;
        let subjects: Vec<&str> = found.iter().map(|one| one["subject"].as_str().unwrap()).collect();
        assert!(subjects.contains(&"qd766") || subjects.contains(&"qd766/2.1"), "{found:?}");
        assert!(found.iter().all(|one| one["period"] == "2026-10" && one["records"].is_null()), "{found:?}");
        let (fell, stood) = (&found[0]["figures"]["value"], &found[0]["figures"]["against"]);
        let number = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
        assert!(number(fell) + 10.0 <= number(stood), "{found:?}");
        // A month later another month is the newest, and nothing fell in it.
        office.setting.around.clock.set_business("2026-12-02T02:00:00Z".parse().unwrap());
        let states: Vec<Value> = office.found(&room, "sudden_fall").await.into_iter().map(|one| one["state"].clone()).collect();
        assert!(states.iter().all(|state| state == "over"), "{states:?}");
    }

    async fn a_target_behind_its_course_is_told_until_it_is_reached(database) {
        let office = Box::pin(Office::start(database)).await;
        let room = room(&office, database);
        assert_eq!(office.define("x", json!({})).await.status, 201);
        let body = json!({"subject": {"kind": "element", "code": "x"}, "agency": "H50.12", "period": "2026",
            "course": {"direction": "up", "start_value": "0", "target_value": "100", "legal_source": "12/KH-UBND"}});
        assert_eq!(office.post("province-leader", "/v1/targets").json(&body).await.status, 201);
        assert_eq!(office.found(&room, "target_at_risk").await, Vec::<Value>::new());
        office.approved("x", "2026-Q2", "20").await;
        let found = office.found(&room, "target_at_risk").await;
        assert_eq!((found.len(), &found[0]["subject"], &found[0]["period"]), (1, &json!("x"), &json!("2026")), "{found:?}");
        assert_eq!((&found[0]["figures"]["target_state"], &found[0]["figures"]["value"]), (&json!("at_risk"), &json!("20")));
        office.approved("x", "2026-Q3", "100").await;
        assert_eq!(office.found(&room, "target_at_risk").await[0]["state"], "over");
    }
}
