//! Steps whose dossier can't be made, and what keeps a version with linked steps from being published.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{BIRTH, House, RESIDENCE, birth, plain, step_of, take_in};
use crate::support::{Answer, Caller, Province, read};

async fn start(caller: &Caller<'_>, id: &str, code: &str, version: i64, body: &Value) -> Answer {
    let request = caller.request(Method::POST, &format!("/v1/dossiers/{id}/linked/{code}/starts"));
    read(request.header("If-Match", format!("\"v{version}\"")).json(body).send().await.unwrap()).await
}

fn notices(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|notice| notice["kind"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn a_form_that_can_not_be_filled_fails_the_step_and_its_officers_mend_it(database) {
        let house = House::start_with(database, |birth| {
            birth["linked"][0]["form_map"]["kind"] = json!({"value": "theft"});
            birth["linked"][0]["form_map"]["name"] = json!({"from": "/child/nickname"});
        }).await;
        let id = house.received().await;
        let first = house.get(&id).await;
        let (step, version) = (step_of(&first, "residence"), first["version"].as_i64().unwrap());
        assert_eq!((&step["status"], &step["dossier_id"]), (&json!("failed"), &json!(null)));
        let faults: Vec<&str> = step["faults"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
        assert_eq!(faults, ["/form/kind", "/form/name"]);
        let [receiver, processor, elsewhere] = [("C1", "receiver"), ("C1", "processor"), ("C2", "receiver")]
            .map(|(agency, role)| house.province.officer(agency, role));
        for told in [&receiver, &processor] {
            assert_eq!(notices(&told.get(&format!("/v1/notices?dossier={id}")).await.ok()), ["linked_failed"]);
        }

        let again = start(&receiver, &id, "residence", version, &json!({})).await;
        assert_eq!((again.code(422), again.body["errors"].as_array().unwrap().len()), ("linked.faulty".into(), 2));
        assert_eq!(start(&elsewhere, &id, "residence", version, &json!({})).await.status, 404);
        let form = json!({"form": {"name": "Trần Văn Bé", "kind": "move"}});
        assert_eq!(start(&house.province.portal(), &id, "residence", version, &form).await.code(403), "scope.missing");
        assert_eq!(start(&receiver, &id, "insurance", version, &form).await.code(409), "linked.state");
        assert_eq!(start(&receiver, &id, "nothing", version, &form).await.status, 404);
        // Two try at once: one starts it, the other hears that the dossier has changed.
        let (one, other) = tokio::join!(
            start(&receiver, &id, "residence", version, &form),
            start(&processor, &id, "residence", version, &form)
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 412]);
        let started = if one.status == 201 { one } else { other };
        assert_eq!((&started.body["status"], &started.body["faults"]), (&json!("started"), &json!([])));
        let child = house.child(&id, "residence").await;
        assert_eq!(started.headers["location"].to_str().unwrap(), format!("/v1/dossiers/{child}"));
        assert_eq!(house.get(&child).await["form"], form["form"]);
        let told = house.told(&id).await;
        assert_eq!(told.iter().filter(|kind| *kind == "dossier.linked_started.v1").count(), 1);
        house.stop().await;
    }

    async fn a_repeated_start_with_its_key_is_answered_again_and_makes_one_dossier(database) {
        let house = House::start_with(database, |birth| {
            birth["linked"][0]["form_map"] = json!({});
        }).await;
        let id = house.received().await;
        let version = house.get(&id).await["version"].as_i64().unwrap();
        let receiver = house.province.officer("C1", "receiver");
        let ask = async || {
            let request = receiver.request(Method::POST, &format!("/v1/dossiers/{id}/linked/residence/starts"));
            let request = request.header("If-Match", format!("\"v{version}\"")).header("Idempotency-Key", "once");
            read(request.json(&json!({"form": {"name": "Trần Văn Bé"}})).send().await.unwrap()).await.ok()
        };
        let (one, again) = (ask().await, ask().await);
        assert_eq!(one["dossier_id"], again["dossier_id"]);
        assert_eq!(house.province.officer("C2", "receiver").get("/v1/dossiers?agency=H1.2&count=exact").await.ok()["count"], 1);
        house.stop().await;
    }

    async fn a_linked_procedure_that_does_not_exist_or_leads_back_is_told_at_the_start(database) {
        let province = Province::start(database).await;
        let mut back = plain(RESIDENCE, "Đăng ký thường trú");
        back["linked"] = json!([{"code": "again", "name": "Trở lại", "procedure": BIRTH, "agency": "H1.1", "legal_basis": "Điều 7",
            "form_map": {"child": {"value": {"name": "Trần Văn Bé"}}}}]);
        let records = [birth(|birth| {
            birth["linked"][1]["after"] = json!([]);
            birth["linked"][1]["components"] = json!([]);
            birth["linked"][1]["procedure"] = json!("1.100099");
        }), back];
        take_in(&province, &records).await;
        let portal = province.portal();
        let submitted = portal.submit(|body| {
            body["procedure"] = json!(BIRTH);
            body["form"] = json!({"child": {"name": "Trần Văn Bé"}});
        }).await.ok();
        let id = submitted["id"].as_str().unwrap();
        province.officer("C1", "receiver").step(id, &json!({"action": "receive"})).await.ok();
        let first = portal.get(&format!("/v1/dossiers/{id}")).await.ok();
        assert_eq!(step_of(&first, "insurance")["faults"][0]["code"], "procedure.unknown");
        let residence = step_of(&first, "residence")["dossier_id"].as_str().unwrap().to_owned();
        province.officer("C2", "receiver").step(&residence, &json!({"action": "receive"})).await.ok();
        let second = portal.get(&format!("/v1/dossiers/{residence}")).await.ok();
        let again = step_of(&second, "again");
        assert_eq!((&again["status"], &again["faults"][0]["code"]), (&json!("failed"), &json!("linked.circle")));
        province.stop().await;
    }

    async fn an_approver_gives_up_a_step_that_can_not_be_started(database) {
        let house = House::start_with(database, |birth| {
            birth["linked"][0]["form_map"] = json!({});
        }).await;
        let id = house.received().await;
        house.province.officer("C1", "processor").step(&id, &json!({"action": "process"})).await.ok();
        assert_eq!(house.approve(&id, "C1").await.body["open"][0]["status"], "failed");
        let version = house.get(&id).await["version"].as_i64().unwrap();
        let skip = async |role: &str, body: Value| {
            let officer = house.province.officer("C1", role);
            let request = officer.request(Method::POST, &format!("/v1/dossiers/{id}/linked/residence/skips"));
            read(request.header("If-Match", format!("\"v{version}\"")).json(&body).send().await.unwrap()).await
        };
        let why = json!({"reason": "Thủ tục đã bãi bỏ", "legal_basis": "Điều 7"});
        assert_eq!(skip("processor", why.clone()).await.code(403), "dossier.not_yours");
        assert_eq!(skip("approver", json!({"reason": "", "legal_basis": " "})).await.body["errors"].as_array().unwrap().len(), 2);
        let skipped = skip("approver", why.clone()).await.ok();
        assert_eq!((&skipped["status"], &skipped["skipped"]), (&json!("skipped"), &why));
        assert_eq!(skip("approver", why).await.code(412), "precondition.stale");
        assert_eq!(house.linked(&id, "insurance").await["status"], "skipped");
        house.approve(&id, "C1").await.ok();
        assert!(house.told(&id).await.contains(&"dossier.linked_skipped.v1".to_owned()));
        house.stop().await;
    }

    async fn nobody_hands_in_a_file_as_passed_on(database) {
        let house = House::start(database).await;
        let portal = house.province.portal();
        let file = portal.upload(b"%PDF-1.7 x").await;
        let answer = portal.submit(|body| {
            body["files"] = json!([{"component": "2.002080-TP01", "file_id": file, "origin": "linked"}]);
        }).await;
        assert_eq!((answer.code(422), &answer.body["errors"][0]["code"]), ("validation".into(), &json!("origin.linked")));
        house.stop().await;
    }
}
