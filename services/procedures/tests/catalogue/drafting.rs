//! A draft tells all its faults, is published once, and only by those who keep the catalogue.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::keeping::{Beside, content, province, publication};
use crate::support::{lines, record};

on_both_databases! {
    async fn a_draft_with_twelve_faults_tells_all_twelve_and_is_not_published(database) {
        let house = province(database).await;
        let mut faulty = content();
        faulty["name"] = json!("");
        faulty["levels"] = json!(["village"]);
        faulty["channels"] = json!([faulty["channels"][0], faulty["channels"][0]]);
        faulty["channels"][0]["fees"] = json!([{"kind": "charge", "amount": -5}]);
        faulty["components"] = json!([faulty["components"][0], faulty["components"][0]]);
        faulty["competent"] = json!("H99");
        faulty["process"][0]["role"] = json!("");
        faulty["process"][0]["half_days"] = json!(11);
        faulty["form"] = json!({"type": "objekt"});
        faulty["service_level"] = json!("partial");
        faulty["proactive_level"] = json!(9);
        faulty.as_object_mut().unwrap().remove("sets");
        let body = json!({"code": "1.012753.H50", "content": faulty});
        let draft = house.keeper_post("/v1/procedures", &body, Beside::default()).await.good();
        let path = format!("/v1/procedure-drafts/{}", draft["id"].as_str().unwrap());
        let checked = house.keeper_get(&format!("{path}/faults")).await;
        let told: Vec<(&str, &str)> = checked["faults"].as_array().unwrap().iter()
            .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                ("/content/name", "required"),
                ("/content/levels/0", "enum"),
                ("/content/channels/0/fees/0/amount", "minimum"),
                ("/content/channels/1/channel", "repeated"),
                ("/content/components/1/code", "repeated"),
                ("/content/process/0/role", "required"),
                ("/content/channels/0/term", "process.longer_than_term"),
                ("/content/channels/1/term", "process.longer_than_term"),
                ("/content/form", "form.broken"),
                ("/content/partial_reason", "partial_reason.required"),
                ("/content/proactive_level", "range"),
                ("/content/sets", "required"),
                ("/content/competent", "agency.unknown"),
            ]
        );
        assert_eq!(checked["ready"], false);
        let refused = house.publish(&draft, "2026-11-16").await;
        assert_eq!(refused.code(422), "draft.faulty");
        assert_eq!(refused.body["errors"].as_array().unwrap().len(), told.len());
        assert_eq!(house.get("/v1/procedures?count=exact").await.ok()["count"], 0, "nothing was published");
        house.stop().await;
    }

    async fn a_linked_procedure_that_is_not_published_warns_and_one_that_is_the_same_refuses(database) {
        let house = province(database).await;
        let mut linked = content();
        linked["linked"] = json!([
            {"code": "a", "name": "Bước một", "procedure": "1.009999", "agency": "H50.31", "legal_basis": "Điều 7"},
            {"code": "b", "name": "Bước hai", "procedure": "1.012753", "agency": "H50.99", "legal_basis": "Điều 7"}
        ]);
        let body = json!({"code": "1.012753.H50", "content": linked});
        let draft = house.keeper_post("/v1/procedures", &body, Beside::default()).await.good();
        let path = format!("/v1/procedure-drafts/{}", draft["id"].as_str().unwrap());
        let checked = house.keeper_get(&format!("{path}/faults")).await;
        let told = |what: &str| -> Vec<(String, String)> {
            let text = |fault: &Value, member: &str| fault[member].as_str().unwrap().to_owned();
            checked[what].as_array().unwrap().iter().map(|fault| (text(fault, "pointer"), text(fault, "code"))).collect()
        };
        let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        assert_eq!(told("faults"), [
            pair("/content/linked/1/procedure", "linked.itself"),
            pair("/content/linked/1/agency", "agency.unknown"),
        ]);
        assert_eq!(told("warnings")[0], pair("/content/linked/0/procedure", "linked.not_published"));
        assert_eq!(house.publish(&draft, "2026-11-16").await.code(422), "draft.faulty");
        linked["linked"].as_array_mut().unwrap().pop();
        let draft = house.keeper_put(&path, &json!({"content": linked}), 1).await.good();
        house.publish(&draft, "2026-11-16").await.good();
        house.stop().await;
    }

    async fn a_draft_is_written_by_one_at_a_time_and_published_once(database) {
        let house = province(database).await;
        let body = json!({"code": "1.012753.H50", "content": {"name": "Chưa xong"}});
        let begun = house.keeper_post("/v1/procedures", &body, Beside { version: None, key: "begin" }).await;
        let draft = begun.good();
        let again = house.keeper_post("/v1/procedures", &body, Beside { version: None, key: "begin" }).await.good();
        assert_eq!(draft, again, "the same key");
        assert_eq!(house.keeper_post("/v1/procedures", &body, Beside::default()).await.code(409), "draft.exists");
        let path = format!("/v1/procedure-drafts/{}", draft["id"].as_str().unwrap());
        let wanted = json!({"content": content()});
        let written = house.keeper_put(&path, &wanted, 1).await.good();
        assert_eq!((&written["version"], &written["content"]["sets"]), (&json!(2), &json!(1)));
        assert_eq!(house.keeper_put(&path, &wanted, 1).await.code(412), "precondition.stale");
        assert_eq!(house.get("/v1/procedures?count=exact").await.ok()["count"], 0, "a draft is no procedure");

        let step = format!("{path}/transitions");
        let unread = house.keeper_post(&step, &publication("2026-11-16"), Beside::default()).await;
        assert_eq!(unread.code(428), "precondition.required");
        let with_key = Beside { version: Some(2), key: "publish" };
        let published = house.keeper_post(&step, &publication("2026-11-16"), with_key).await.good();
        let repeated = house.keeper_post(&step, &publication("2026-11-16"), with_key).await.good();
        assert_eq!(published, repeated);
        assert_eq!(house.keeper_post(&step, &publication("2026-11-16"), Beside { version: Some(3), key: "" }).await.code(409), "draft.state");
        assert_eq!(house.keeper_put(&path, &wanted, 3).await.code(409), "draft.state");
        let procedure = house.summary("1.012753.H50").await;
        assert_eq!((&procedure["source"], &procedure["current_number"]), (&json!("local"), &json!(1)));
        assert_eq!(house.keeper_post("/v1/procedures", &body, Beside::default()).await.code(409), "procedure.code_taken");
        let listed = house.keeper_get("/v1/procedure-drafts?state=published").await;
        assert_eq!(listed["items"][0]["published_version_id"], procedure["current_version_id"]);
        house.stop().await;
    }

    async fn publishing_needs_a_day_to_come_a_decision_and_a_place_behind_what_is_planned(database) {
        let house = province(database).await;
        let id = house.published("1.012753.H50", &content(), "2026-11-16").await;
        let draft = house.keeper_post(&format!("/v1/procedures/{id}/drafts"), &json!({}), Beside::default()).await.good();
        assert_eq!(draft["content"]["name"], "Hỗ trợ học phí");
        let path = format!("/v1/procedure-drafts/{}/transitions", draft["id"].as_str().unwrap());
        let beside = Beside { version: Some(1), key: "" };
        for (body, pointer, code) in [
            (json!({"action": "publish", "decision": {"number": "1", "date": "2026-11-16"}}), "/effective_from", "required"),
            (json!({"action": "publish", "effective_from": "2026-11-16"}), "/decision", "required"),
            (json!({"action": "publish", "effective_from": "2026-11-15", "decision": {"number": "1", "date": "2026-11-16"}}), "/effective_from", "date.past"),
            (json!({"action": "publish", "effective_from": "2026-11-16", "decision": {"number": "1", "date": "2026-11-17"}}), "/decision/date", "date.future"),
            (json!({"action": "publish", "effective_from": "2026-11-16", "decision": {"number": "", "date": "2026-11-16"}}), "/decision/number", "required"),
        ] {
            let refused = house.keeper_post(&path, &body, beside).await;
            assert_eq!(refused.code(422), "validation", "{body}");
            assert_eq!((&refused.body["errors"][0]["pointer"], &refused.body["errors"][0]["code"]), (&json!(pointer), &json!(code)));
        }
        house.publish(&draft, "2026-12-01").await.good();
        assert_eq!(house.summary("1.012753.H50").await["next_version_from"], "2026-12-01");
        let draft = house.keeper_post(&format!("/v1/procedures/{id}/drafts"), &json!({}), Beside::default()).await.good();
        for day in ["2026-11-20", "2026-12-01"] {
            let refused = house.publish(&draft, day).await;
            assert_eq!((refused.code(409), &refused.body["effective_from"]), ("version.overlaps", &json!("2026-12-01")), "{day}");
        }
        house.publish(&draft, "2027-01-01").await.good();
        let versions = house.get(&format!("/v1/procedures/{id}/versions?limit=2")).await.ok();
        let told = |page: &Value| -> Vec<(i64, Value)> {
            page["items"].as_array().unwrap().iter().map(|v| (v["number"].as_i64().unwrap(), v["effective_to"].clone())).collect()
        };
        assert_eq!(told(&versions), [(3, Value::Null), (2, json!("2027-01-01"))]);
        let next = versions["next"].as_str().unwrap();
        let rest = house.get(&format!("/v1/procedures/{id}/versions?limit=2&after={next}")).await.ok();
        assert_eq!(told(&rest), [(1, json!("2026-12-01"))]);
        house.stop().await;
    }

    async fn only_an_administrator_of_the_province_keeps_the_catalogue(database) {
        let house = province(database).await;
        let id = house.published("1.012753.H50", &content(), "2026-11-16").await;
        let draft = house.keeper_post(&format!("/v1/procedures/{id}/drafts"), &json!({}), Beside::default()).await.good();
        let draft = format!("/v1/procedure-drafts/{}", draft["id"].as_str().unwrap());
        let requests = [
            (Method::POST, "/v1/procedures".to_owned(), json!({"code": "1.012754.H50", "content": content()})),
            (Method::POST, format!("/v1/procedures/{id}/drafts"), json!({})),
            (Method::GET, "/v1/procedure-drafts".to_owned(), Value::Null),
            (Method::GET, draft.clone(), Value::Null),
            (Method::GET, format!("{draft}/faults"), Value::Null),
            (Method::PUT, draft.clone(), json!({"content": content()})),
            (Method::POST, format!("{draft}/transitions"), publication("2026-11-16")),
            (Method::POST, format!("/v1/procedures/{id}/transitions"), json!({"action": "resume"})),
        ];
        for who in [
            (ActorKind::Officer, "leader"),
            (ActorKind::Officer, "ward-keeper"),
            (ActorKind::Officer, "receiver"),
            (ActorKind::Citizen, "citizen"),
            (ActorKind::Client, "portal"),
        ] {
            for (method, path, body) in &requests {
                let body = (!body.is_null()).then_some(body);
                let beside = Beside { version: Some(1), key: "" };
                let refused = house.ask(who, method.clone(), path, body, beside).await;
                assert_eq!(refused.status, 403, "{who:?} {method} {path}: {}", refused.body);
            }
        }
        house.stop().await;
    }

    async fn a_local_code_ends_with_the_province_and_a_draft_of_nothing_is_not_found(database) {
        let house = province(database).await;
        for (code, fault) in [("khai sinh", "code.invalid"), ("1.012753", "code.not_local"), ("1.012753.H51", "code.not_local")] {
            let body = json!({"code": code, "content": content()});
            let refused = house.keeper_post("/v1/procedures", &body, Beside::default()).await;
            assert_eq!(refused.code(422), "validation");
            assert_eq!(refused.body["errors"][0]["code"], fault, "{code}");
        }
        let nothing = "019aa5c2-7b1e-7c44-9d0a-5b8f2f0c6a11";
        let beside = Beside { version: Some(1), key: "" };
        for path in [format!("/v1/procedures/{nothing}/drafts"), format!("/v1/procedure-drafts/{nothing}/transitions")] {
            let body = if path.ends_with("drafts") { json!({}) } else { publication("2026-11-16") };
            assert_eq!(house.keeper_post(&path, &body, beside).await.code(404), "not_found", "{path}");
        }
        let unknown = json!({"code": "1.012753.H50", "content": {"colour": "red"}});
        assert_eq!(house.keeper_post("/v1/procedures", &unknown, Beside::default()).await.code(400), "body.unknown_field");
        house.stop().await;
    }

    async fn a_national_procedure_is_completed_here_and_both_go_on_living_together(database) {
        let house = province(database).await;
        house.import(lines(&[record("1.000001", "Khai sinh")])).await;
        let id = house.summary("1.000001").await["id"].as_str().unwrap().to_owned();
        let draft = house.keeper_post(&format!("/v1/procedures/{id}/drafts"), &json!({}), Beside::default()).await.good();
        let mut completed = draft["content"].clone();
        completed["competent"] = json!("H50.12");
        completed["service_level"] = json!("partial");
        completed["partial_reason"] = json!("presence_required");
        completed["sets"] = json!(1);
        completed["legal_bases"][0]["effective_on"] = json!("2016-01-01");
        completed["process"] = json!([{"name": "Ký", "role": "approver", "half_days": 2}]);
        completed["source"] = json!({"steps": "forged"});
        let path = format!("/v1/procedure-drafts/{}", draft["id"].as_str().unwrap());
        let draft = house.keeper_put(&path, &json!({"content": completed}), 1).await.good();
        assert_eq!(draft["content"]["source"]["steps"], "Nộp hồ sơ.", "what the source said is not ours to write");
        let checked = house.keeper_get(&format!("{path}/faults")).await;
        assert_eq!(checked["faults"], json!([]));

        // The record changes before it is published: the draft would undo that.
        let mut changed = record("1.000001", "Khai sinh mới");
        changed["channels"][0]["time_raw"] = json!("3 Ngày làm việc");
        house.import(lines(&[changed.clone()])).await;
        let refused = house.publish(&draft, "2026-11-16").await;
        assert_eq!(refused.code(409), "draft.outdated");
        let newest = refused.body["newest_version_id"].clone();
        completed["name"] = json!("Khai sinh mới");
        completed["channels"][0]["term"]["count"] = json!(3);
        let draft = house.keeper_put(&path, &json!({"content": completed, "based_on": newest}), 2).await.good();
        house.publish(&draft, "2026-11-16").await.good();
        assert_eq!(house.summary("1.000001").await["source"], "local");

        // A second run of the same file says nothing new; a changed record keeps what was completed.
        assert_eq!(house.import(lines(&[changed.clone()])).await.unchanged, 1);
        changed["steps"] = json!("Nộp hồ sơ rồi chờ.");
        assert_eq!(house.import(lines(&[changed])).await.loaded, 1);
        let now = house.get(&format!("/v1/procedures/{id}")).await.ok()["version"]["content"].clone();
        assert_eq!((&now["competent"], &now["partial_reason"]), (&json!("H50.12"), &json!("presence_required")));
        assert_eq!((&now["process"][0]["role"], &now["sets"]), (&json!("approver"), &json!(1)));
        assert_eq!(now["source"]["steps"], "Nộp hồ sơ rồi chờ.");
        house.stop().await;
    }
}
