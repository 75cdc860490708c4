//! From draft to abolition: what is offered when, and what is told of it.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::keeping::{Beside, content, province};
use crate::support::{House, lines, record};

async fn status(house: &House, code: &str) -> Value {
    house.summary(code).await["status"].clone()
}

fn suspend() -> Value {
    json!({
        "action": "suspend", "reason": "Chờ hướng dẫn.",
        "legal_basis": {"number": "9/2026/NQ-HĐND", "title": "Nghị quyết tạm ngừng", "effective_on": "2026-11-16"}
    })
}

fn abolish(from: &str) -> Value {
    json!({"action": "abolish", "effective_from": from, "decision": {"number": "2200/QĐ-UBND", "date": "2026-11-16"}})
}

on_both_databases! {
    async fn a_procedure_lives_from_its_first_day_to_its_last(database) {
        let house = province(database).await;
        let code = "1.012753.H50";
        let id = house.published(code, &content(), "2026-11-20").await;
        assert_eq!(house.submit(code).await.code(422), "validation", "not in force yet");
        house.clock.set_business("2026-11-20T02:00:00Z".parse().unwrap());
        let pinned = house.submit(code).await.good();

        // The next version waits for its day.
        let draft = house.keeper_post(&format!("/v1/procedures/{id}/drafts"), &json!({}), Beside::default()).await.good();
        let mut next = content();
        next["name"] = json!("Hỗ trợ học phí và bữa trưa");
        let path = format!("/v1/procedure-drafts/{}", draft["id"].as_str().unwrap());
        let draft = house.keeper_put(&path, &json!({"content": next}), 1).await.good();
        house.publish(&draft, "2026-12-01").await.good();
        assert_eq!(house.room.enter_into_force().await.unwrap(), 0);
        assert_eq!(house.summary(code).await["name"], "Hỗ trợ học phí");
        house.clock.set_business("2026-12-01T02:00:00Z".parse().unwrap());
        house.room.enter_into_force().await.unwrap();
        let now = house.summary(code).await;
        assert_eq!((&now["name"], &now["current_number"], &now["next_version_from"]),
            (&json!("Hỗ trợ học phí và bữa trưa"), &json!(2), &Value::Null));
        assert_eq!(house.room.enter_into_force().await.unwrap(), 0, "a second look finds nothing to do");

        // Suspended: no new dossiers, by name of the act; then taken again.
        house.step(&id, &suspend()).await.good();
        assert_eq!(status(&house, code).await, "suspended");
        let refused = house.submit(code).await;
        assert_eq!((refused.code(409), &refused.body["legal_basis"]["number"]), ("procedure.suspended", &json!("9/2026/NQ-HĐND")));
        let again = house.step(&id, &suspend()).await;
        assert_eq!(again.code(409), "procedure.state");
        assert_eq!((&again.body["state"], &again.body["allowed_actions"]), (&json!("suspended"), &json!(["resume", "abolish"])));
        house.step(&id, &json!({"action": "resume"})).await.good();
        house.submit(code).await.good();

        // An abolition has a day, and may be withdrawn until then.
        house.step(&id, &abolish("2027-01-01")).await.good();
        assert_eq!(status(&house, code).await, "offered");
        house.step(&id, &json!({"action": "reinstate"})).await.good();
        assert_eq!(house.summary(code).await["abolition"], Value::Null);
        house.step(&id, &abolish("2026-12-02")).await.good();
        house.submit(code).await.good();
        house.clock.set_business("2026-12-03T02:00:00Z".parse().unwrap());
        assert_eq!(status(&house, code).await, "abolished");
        let refused = house.submit(code).await;
        assert_eq!((refused.code(409), &refused.body["decision"]["number"], &refused.body["effective_from"]),
            ("procedure.abolished", &json!("2200/QĐ-UBND"), &json!("2026-12-02")));
        for step in [suspend(), json!({"action": "reinstate"}), abolish("2026-12-05")] {
            assert_eq!(house.step(&id, &step).await.code(409), "procedure.abolished", "{step}");
        }
        let late = house.keeper_post(&format!("/v1/procedures/{id}/drafts"), &json!({}), Beside::default()).await;
        assert_eq!(late.code(409), "procedure.abolished");

        // What was submitted before goes on, by the version of its day.
        let (room, tenant, version) = (house.room.clone(), house.foundation.tenant, pinned.clone());
        assert!(version["id"].is_string());
        let first = house.get(&format!("/v1/procedures/{id}/versions?limit=200")).await.ok()["items"][1]["id"].as_str().unwrap().parse().unwrap();
        let old = house.foundation.db.read("test", move |conn| room.load_version(conn, tenant, first)).await.unwrap();
        assert_eq!(old.content.name, "Hỗ trợ học phí");

        let told: Vec<Value> = house.catalogue_events(7).await;
        let kinds: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, [
            "procedure.published.v1", "procedure.published.v1", "procedure.suspended.v1", "procedure.resumed.v1",
            "procedure.abolished.v1", "procedure.resumed.v1", "procedure.abolished.v1",
        ]);
        assert_eq!(told[0]["data"]["decision"], json!({"number": "2100/QĐ-UBND", "date": "2026-11-16"}));
        assert_eq!((&told[0]["data"]["bases_effective_on"], &told[0]["data"]["connected_databases"], &told[0]["data"]["check"]["complete"]),
            (&json!("2026-12-01"), &json!(["population"]), &json!(true)));
        assert_eq!((&told[2]["data"]["status"], &told[2]["data"]["suspension"]["reason"]), (&json!("suspended"), &json!("Chờ hướng dẫn.")));
        assert_eq!(told[6]["data"]["abolition"]["effective_from"], "2026-12-02");
        house.stop().await;
    }

    async fn a_step_that_lacks_what_the_law_wants_is_told_everything(database) {
        let house = province(database).await;
        let id = house.published("1.012753.H50", &content(), "2026-11-16").await;
        for (step, faults) in [
            (json!({"action": "suspend"}), vec![("/reason", "required"), ("/legal_basis", "required")]),
            (json!({"action": "suspend", "reason": "x", "legal_basis": {"number": ""}, "effective_from": "2026-12-01"}),
                vec![("/legal_basis/number", "required"), ("/legal_basis/title", "required"), ("/effective_from", "unexpected")]),
            (json!({"action": "abolish"}), vec![("/effective_from", "required"), ("/decision", "required")]),
            (json!({"action": "abolish", "effective_from": "2026-11-15", "decision": {"number": "1", "date": null}}),
                vec![("/decision/date", "required"), ("/effective_from", "date.past")]),
        ] {
            let refused = house.step(&id, &step).await;
            assert_eq!(refused.code(422), "validation");
            let told: Vec<(&str, &str)> = refused.body["errors"].as_array().unwrap().iter()
                .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
                .collect();
            assert_eq!(told, faults, "{step}");
        }
        let path = format!("/v1/procedures/{id}/transitions");
        assert_eq!(house.keeper_post(&path, &suspend(), Beside { version: Some(9), key: "" }).await.code(412), "precondition.stale");
        assert_eq!(house.keeper_post(&path, &suspend(), Beside::default()).await.code(428), "precondition.required");
        assert_eq!(status(&house, "1.012753.H50").await, "offered");
        house.stop().await;
    }

    async fn an_import_never_revives_what_was_abolished_and_says_so(database) {
        let house = province(database).await;
        house.import(lines(&[record("1.000001", "Khai sinh")])).await;
        let id = house.summary("1.000001").await["id"].as_str().unwrap().to_owned();
        house.step(&id, &abolish("2026-11-16")).await.good();
        let changed = lines(&[record("1.000001", "Khai sinh mới")]);
        let report = house.import(changed.clone()).await;
        assert_eq!((report.with_warnings, report.loaded), (1, 0));
        assert_eq!(status(&house, "1.000001").await, "abolished");
        let warnings = house.get(&format!("/v1/procedures/{id}/warnings")).await.ok();
        assert_eq!(warnings["items"][0]["code"], "record.abolished_here");
        assert_eq!(house.import(changed).await.unchanged, 1, "a second run changes nothing");
        assert_eq!(house.catalogue_events(3).await[2]["data"]["status"], "abolished");
        house.stop().await;
    }

    async fn procedures_are_found_by_agency_status_and_popularity(database) {
        let house = province(database).await;
        let local = |name: &str, change: fn(&mut Value)| {
            let mut content = content();
            content["name"] = json!(name);
            change(&mut content);
            content
        };
        house.published("1.000001.H50", &local("An", |_| {}), "2026-11-16").await;
        house.published("1.000002.H50", &local("Ba", |c| c["competent"] = json!("H50.31")), "2026-11-16").await;
        house.published("1.000003.H50", &local("Cao", |c| c["levels"] = json!(["province"])), "2026-11-16").await;
        let last = house.published("1.000004.H50", &local("Dung", |_| {}), "2026-11-16").await;
        house.submit("1.000004.H50").await.good();
        house.submit("1.000004.H50").await.good();
        house.submit("1.000001.H50").await.good();
        house.step(&last, &suspend()).await.good();
        assert_eq!(house.room.count_popularity().await.unwrap(), 2);
        assert_eq!(house.room.count_popularity().await.unwrap(), 0, "a second count finds nothing to do");
        for (query, found) in [
            ("agency=H50.12", vec!["An", "Dung"]),
            ("agency=H50.31", vec!["Ba", "Cao"]),
            ("agency=H50", vec!["Cao"]),
            ("agency=under:H50", vec!["An", "Ba", "Cao", "Dung"]),
            ("agency=under:H50.31&status=offered", vec!["Ba", "Cao"]),
            ("status=suspended", vec!["Dung"]),
            ("status=in:offered,suspended&level=commune", vec!["An", "Ba", "Dung"]),
            ("status=abolished", vec![]),
            ("sort=popular", vec!["Dung", "An", "Ba", "Cao"]),
            ("sort=name", vec!["An", "Ba", "Cao", "Dung"]),
        ] {
            let page = house.get(&format!("/v1/procedures?count=exact&{query}")).await.ok();
            let names: Vec<&str> = page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
            assert_eq!(names, found, "{query}");
            assert_eq!(page["count"], found.len(), "{query}");
        }
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = house.get(&format!("/v1/procedures?sort=popular&limit=1{after}")).await.ok();
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["popularity"].as_i64().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen, [2, 1, 0, 0]);
        for query in ["agency=H99", "agency=in:H50,H50.12", "sort=oldest"] {
            assert_eq!(house.get(&format!("/v1/procedures?{query}")).await.status, 400, "{query}");
        }
        house.stop().await;
    }
}
