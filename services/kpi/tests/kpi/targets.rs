//! Targets: who sets them, what stops them, and the state they are in.

use motcua_kernel::new_id;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::Office;
use crate::province::{DONE, Dossier, RECEIVED, at, published_news};
use crate::setting::Answer;

fn course(start: &str, target: &str) -> Value {
    json!({"direction": "up", "start_value": start, "target_value": target, "legal_source": "12/KH-UBND"})
}

fn target(period: &str, course: &Value) -> Value {
    json!({"subject": {"kind": "element", "code": "x"}, "agency": "H50.12", "period": period, "course": course})
}

const REASON: &str = "Thay bằng mục tiêu của kế hoạch mới";

on_both_databases! {
    async fn a_target_is_judged_by_the_newest_approved_value_and_the_day(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        let mut course = course("0", "100");
        course["points"] = json!([{"on": "2026-06-30", "value": "20"}, {"on": "2026-11-22", "value": "80.5"}]);
        let set = office.post("province-leader", "/v1/targets").json(&target("2026", &course)).await;
        assert_eq!((set.status, &set.body["state"]), (201, &"not_measured".into()), "{set:?}");
        assert_eq!((&set.body["value"], &set.body["expected_value"]), (&json!(null), &"80.500000".into()));
        assert!(set.body["not_measured_because"]["vi"].as_str().unwrap().contains("Chưa có số liệu"));
        let path = format!("/v1/targets/{}", set.body["id"].as_str().unwrap());
        let state = async |officer: &str| office.get(officer, &path).await.body["state"].clone();
        office.approved("x", "2026-Q1", "80").await;
        assert_eq!(state("clerk").await, "at_risk");
        let entered = office.enter("x", "2026-Q3", "90").await;
        assert_eq!(state("clerk").await, "at_risk", "a draft counts for nothing");
        let submitted = office.step("clerk", &entered, "submit").await;
        let checked = office.step("leader", &submitted, "check").await;
        let approved = office.step("approver", &checked, "approve").await;
        let read = office.get("clerk", &path).await;
        assert_eq!((&read.body["state"], &read.body["value"], &read.body["value_period"]), (&"on_track".into(), &"90".into(), &"2026-Q3".into()));
        office.setting.around.clock.set_business(at("2027-01-01T02:00:00Z"));
        assert_eq!(state("clerk").await, "missed");
        // A correction is no value until it is approved.
        office.step("approver", &approved, "reopen").await;
        assert_eq!(office.get("clerk", &path).await.body["value"], "80");
        office.approved("x", "2026-Q4", "100").await;
        assert_eq!(state("clerk").await, "met");
        let list = office.get("clerk", "/v1/targets?element=x&agency=under:H50&period=2026&count=exact").await;
        assert_eq!((&list.body["count"], &list.body["items"][0]["state"]), (&1.into(), &"met".into()));
    }

    async fn a_target_of_an_indicator_is_judged_by_what_is_scored_and_stands_on_the_pages(database) {
        let office = Box::pin(Office::start(database)).await;
        let finished = |day: &str| {
            Dossier::at(&office.ward, &format!("2026-{day}T02:00:00Z"), "2026-11-20T10:00:00Z").finished("2026-11-19T03:00:00Z")
        };
        let (first, second) = (finished("11-10"), finished("11-11"));
        let late = Dossier::at(&office.ward, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z").finished("2026-11-12T03:00:00Z");
        let mut news = vec![published_news(new_id(), 1, 1)];
        for dossier in [&first, &second, &late] {
            news.extend([dossier.news(RECEIVED, 2), dossier.news(DONE, 5)]);
        }
        office.setting.around.procedures.tell(news).await;
        let reader = office.setting.reader();
        let path = "/v1/scores?set=qd766&period=2026-11&agency=H50.12";
        let value = |answer: &Answer| {
            let all = answer.body["indicators"].as_array()?;
            all.iter().find(|one| one["code"] == "2.1")?["value"].as_str().map(str::to_owned)
        };
        let (card, _) = office.setting.get_until(path, &reader, |answer| value(answer).as_deref() == Some("2/3")).await;
        assert_eq!(card.status, 200);

        let aim = |period: &str, target: &str| {
            let course = json!({"start_value": "0.5", "target_value": target, "legal_source": "12/KH-UBND"});
            json!({"subject": {"kind": "indicator", "code": "qd766/2.1"}, "agency": "H50.12", "period": period, "course": course})
        };
        let set = office.post("leader", "/v1/targets").json(&aim("2026", "0.95")).await;
        assert_eq!((set.status, &set.body["state"], &set.body["value"]), (201, &"at_risk".into(), &"2/3".into()), "{set:?}");
        assert_eq!((&set.body["value_period"], &set.body["value_period_over"]), (&"2026-11".into(), &false.into()));
        assert_eq!((&set.body["direction"], &set.body["unit"]["en"]), (&"up".into(), &"ratio (1 is 100%)".into()));
        let of_target = format!("/v1/targets/{}", set.body["id"].as_str().unwrap());
        let met = json!({"start_value": "0.5", "target_value": "0.6", "legal_source": "12/KH-UBND"});
        let changed = office.put("leader", &of_target).at(&set).json(&met).await;
        assert_eq!(changed.body["state"], "met");
        let other = json!({"direction": "down", "start_value": "1", "target_value": "0.9", "legal_source": "12/KH-UBND"});
        let refused = office.put("leader", &of_target).at(&changed).json(&other).await;
        assert_eq!(refused.faults(), [("/direction".to_owned(), "target.direction".to_owned())]);
        // In December nothing is measured yet, and what November came to still counts.
        office.setting.around.clock.set_business(at("2026-12-02T02:00:00Z"));
        let read = office.get("leader", &of_target).await;
        assert_eq!((&read.body["value"], &read.body["value_period"], &read.body["value_period_over"]), (&"2/3".into(), &"2026-11".into(), &true.into()));
        // One that nothing is measured for says why, and is not 0.
        let mut early = aim("2025", "0.9");
        early["agency"] = "H50".into();
        let early = office.post("province-leader", "/v1/targets").json(&early).await;
        assert_eq!((early.status, &early.body["state"], &early.body["value"]), (201, &"not_measured".into(), &json!(null)), "{early:?}");
        assert!(!early.body["not_measured_because"]["vi"].as_str().unwrap().is_empty());

        let page = async |path: &str| {
            let url = format!("{}/v1/public/pages/{path}", office.setting.service.url());
            office.setting.client.get(url).send().await.unwrap().text().await.unwrap()
        };
        let indicator = page("indicators/qd766/2.1?agency=H50.12&period=2026-11&lang=en").await;
        assert!(indicator.contains("12/KH-UBND") && indicator.contains("66.67%") && indicator.contains("Met"), "{indicator}");
        let agency = page("agencies/H50.12?set=qd766&period=2026-11&lang=en").await;
        assert_eq!(agency.matches("state met").count(), 1, "{agency}");
        assert!(!page("indicators/qd766/2.2?agency=H50.12&period=2026-11").await.contains("12/KH-UBND"));
    }

    async fn a_target_of_what_nobody_defined_is_refused_with_the_place(database) {
        let office = Box::pin(Office::start(database)).await;
        let mut body = target("2026", &course("0", "1"));
        for (code, period, fault) in [
            ("2.1", "2026", "code"),
            ("nothing/2.1", "2026", "indicator_set.none_governs"),
            ("qd766/2.1", "2020", "indicator_set.none_governs"),
            ("qd766/99", "2026", "indicator.unknown"),
        ] {
            body["subject"] = json!({"kind": "indicator", "code": code});
            body["period"] = period.into();
            let refused = office.post("leader", "/v1/targets").json(&body).await;
            assert_eq!((refused.status, refused.faults()), (422, vec![("/subject/code".to_owned(), fault.to_owned())]), "{code} {period}");
        }
        body["subject"] = json!({"kind": "indicator", "code": "qd766/2.1"});
        body["period"] = "2026".into();
        let mut sent = async |course: Value| {
            body["course"] = course;
            office.post("leader", "/v1/targets").json(&body).await.faults()
        };
        let faults = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(sent(course("0.9", "0.8")).await, faults("/course/target_value", "target.backwards"));
        let mut down = course("0.9", "0.8");
        down["direction"] = "down".into();
        assert_eq!(sent(down).await, faults("/course/direction", "target.direction"));
    }

    async fn a_target_below_its_start_and_one_that_overlaps_are_refused(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        assert_eq!(office.define("yes", json!({"kind": "yes_no"})).await.status, 201);
        let send = async |body: Value| office.post("leader", "/v1/targets").json(&body).await;
        let faults = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(send(target("2026", &course("10", "9"))).await.faults(), faults("/course/target_value", "target.backwards"));
        let mut down = course("9", "10");
        down["direction"] = "down".into();
        assert_eq!(send(target("2026", &down)).await.faults(), faults("/course/target_value", "target.backwards"));
        assert_eq!(send(target("2026", &course("1,5", "9"))).await.faults(), faults("/course/start_value", "value.decimal_mark"));
        let mut beyond = course("0", "10");
        beyond["points"] = json!([{"on": "2027-01-01", "value": "5"}, {"on": "2026-03-01", "value": "11"}]);
        let at: Vec<_> = send(target("2026", &beyond)).await.faults().into_iter().map(|(_, code)| code).collect();
        assert_eq!(at, ["target.point_day", "target.point_day", "target.point_value"]);
        let mut other = target("2026", &course("0", "1"));
        other["subject"]["code"] = "yes".into();
        assert_eq!(send(other.clone()).await.faults(), faults("/subject/code", "target.no_number"));
        other["subject"]["code"] = "nothing".into();
        assert_eq!(send(other).await.faults(), faults("/subject/code", "data_element.unknown"));
        assert_eq!(send(target("năm 2026", &course("0", "1"))).await.faults(), faults("/period", "period.malformed"));

        let first = send(target("2026-Q1", &course("0", "10"))).await;
        assert_eq!(first.status, 201);
        for period in ["2026", "2026-Q1", "2026-03", "2026-RQ2"] {
            let refused = send(target(period, &course("0", "10"))).await;
            assert_eq!((refused.problem(), &refused.body["id"]), ((409, "target.overlap"), &first.body["id"]), "{period}");
        }
        assert_eq!(send(target("2026-Q2", &course("0", "10"))).await.status, 201);
        let path = format!("/v1/targets/{}", first.body["id"].as_str().unwrap());
        let withdrawals = format!("{path}/withdrawals");
        assert_eq!(office.post("leader", &withdrawals).json(&json!({"reason": REASON})).await.problem(), (428, "precondition.required"));
        let withdrawn = office.post("leader", &withdrawals).at(&first).json(&json!({"reason": REASON})).await;
        assert_eq!((withdrawn.status, &withdrawn.body["state"]), (200, &json!(null)));
        assert_eq!(office.put("leader", &path).at(&withdrawn).json(&course("0", "1")).await.problem(), (409, "target.withdrawn"));
        assert_eq!(send(target("2026-03", &course("0", "10"))).await.status, 201);
        let told = office.told("targets", 4).await;
        let types: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["target.set.v1", "target.set.v1", "target.withdrawn.v1", "target.set.v1"]);
        assert!(!told[2].to_string().contains(REASON));
    }

    async fn targets_are_set_by_leaders_and_administrators_within_their_reach(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        let body = target("2026", &course("0", "10"));
        assert_eq!(office.post("clerk", "/v1/targets").json(&body).await.problem(), (403, "target.not_allowed"));
        assert_eq!(office.post("stranger", "/v1/targets").json(&body).await.problem(), (404, "not_found"));
        let set = office.post("admin", "/v1/targets").key("k").json(&body).await;
        let again = office.post("admin", "/v1/targets").key("k").json(&body).await;
        assert_eq!((set.status, &set.body, again.header("idempotency-replayed")), (201, &again.body, "true"));
        let path = format!("/v1/targets/{}", set.body["id"].as_str().unwrap());
        assert_eq!(office.get("stranger", &path).await.problem(), (404, "not_found"));
        assert_eq!(office.get("stranger", "/v1/targets").await.body["items"], json!([]));
        assert_eq!(office.put("clerk", &path).at(&set).json(&course("0", "20")).await.problem(), (403, "target.not_allowed"));
        let changed = office.put("leader", &path).at(&set).json(&course("0", "20")).await;
        assert_eq!((changed.status, &changed.body["target_value"]), (200, &"20".into()));
        assert_eq!(office.put("leader", &path).at(&set).json(&course("0", "30")).await.problem(), (412, "precondition.stale"));
        let wrong = office.put("leader", &path).at(&changed).json(&course("0", "-1")).await;
        assert_eq!(wrong.faults(), [("/target_value".to_owned(), "target.backwards".to_owned())]);
    }

    async fn of_two_overlapping_targets_at_once_one_is_set(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        for round in 0..5 {
            let (year, quarter) = (format!("{}", 2020 + round), format!("{}-Q2", 2020 + round));
            let (one, two) = (target(&year, &course("0", "10")), target(&quarter, &course("0", "10")));
            let both = tokio::join!(
                office.post("leader", "/v1/targets").json(&one),
                office.post("admin", "/v1/targets").json(&two)
            );
            let mut statuses = [both.0.status, both.1.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 409], "{year}");
        }
    }
}
