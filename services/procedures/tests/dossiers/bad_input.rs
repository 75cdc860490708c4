//! What a hostile or careless client gets.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::support::{Province, read};

on_both_databases! {
    async fn a_form_that_breaks_its_schema_in_five_places_hears_of_five(database) {
        let province = Province::start(database).await;
        let broken = json!({"team": "A", "from": "01/07/2026", "kind": "theft", "cases": 0, "account": "12-34"});
        let answer = province.portal().submit(|body| body["form"] = broken).await;
        assert_eq!(answer.code(422), "validation");
        let pointers: Vec<&str> = answer.body["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/form/account", "/form/cases", "/form/from", "/form/kind", "/form/team"]);
        province.stop().await;
    }

    async fn faults_of_applicant_form_and_files_come_together(database) {
        let province = Province::start(database).await;
        let answer = province.portal().submit(|body| {
            body["applicant"]["identity_number"] = json!("12");
            body["form"]["cases"] = json!(0);
            body["channel"] = json!("post");
            body["files"] = json!([{"component": "no-such", "file_id": "0197c1c8-0280-7000-8000-000000000001"}]);
        }).await;
        assert_eq!(answer.code(422), "validation");
        let found: Vec<String> = answer.body["errors"].as_array().unwrap().iter()
            .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
        assert_eq!(found, [
            "/applicant/identity_number identity_number",
            "/channel channel.not_offered",
            "/form/cases minimum",
            "/files/0/component component.unknown",
            "/files/0/file_id file.unknown",
        ]);
        province.stop().await;
    }

    async fn unknown_procedures_and_closed_agencies_are_named(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        let unknown = portal.submit(|body| body["procedure"] = json!("9.999999")).await;
        unknown.code(422);
        assert_eq!(unknown.body["errors"][0]["code"], "procedure.unknown");
        let closed = portal.submit(|body| body["receiving_agency"] = json!("H1.9")).await;
        assert_eq!(closed.code(409), "agency.closed");
        assert_eq!(closed.body["successor"], "H1.1");
        let never = portal.submit(|body| body["receiving_agency"] = json!("H7")).await;
        assert_eq!(never.body["errors"][0]["code"], "agency.unknown");
        province.stop().await;
    }

    async fn stale_missing_and_repeated_steps_change_nothing(database) {
        let province = Province::start(database).await;
        let id = province.portal().submitted().await;
        let receiver = province.officer("C1", "receiver");
        let receive = json!({"action": "receive"});
        let path = format!("/v1/dossiers/{id}/transitions");
        let missing = read(receiver.request(Method::POST, &path).json(&receive).send().await.unwrap()).await;
        assert_eq!(missing.code(428), "precondition.required");
        assert_eq!(receiver.step_from(&id, 7, &receive).await.code(412), "precondition.stale");
        receiver.step_from(&id, 1, &receive).await.ok();
        let stale = receiver.step_from(&id, 1, &receive).await;
        assert_eq!(stale.code(412), "precondition.stale");
        assert!(stale.headers["etag"].to_str().unwrap().starts_with("\"v2"));
        let again = receiver.step_from(&id, 2, &receive).await;
        assert_eq!(again.code(409), "dossier.state");
        assert_eq!(again.body["state"], "received");
        assert_eq!(again.body["allowed_actions"], json!(["withdraw"]));
        let refuse = province.officer("C1", "receiver").step(&province.portal().submitted().await, &json!({"action": "refuse"})).await;
        assert_eq!(refuse.code(422), "validation");
        province.stop().await;
    }

    async fn nobody_submits_in_another_name_at_anothers_desk_or_at_the_wrong_level(database) {
        let province = Province::start(database).await;
        let nameless = province.caller(ActorKind::Citizen, "nameless", None);
        assert_eq!(nameless.submit(|_| {}).await.code(403), "dossier.no_person");
        let other = province.caller(ActorKind::Citizen, "other", Some("045190000009"));
        let answer = other.submit(|_| {}).await;
        answer.code(422);
        assert_eq!(answer.body["errors"][0]["code"], "applicant.not_you");
        let own = province.caller(ActorKind::Citizen, "own", Some("045190000001"));
        let verified = own.submit(|body| body["vneid_verified"] = json!(true)).await;
        assert_eq!(verified.body["errors"][0]["code"], "vneid.not_yours_to_say");
        own.submit(|_| {}).await.ok();
        let elsewhere = province.officer("C2", "receiver").submit(|_| {}).await;
        assert_eq!(elsewhere.code(403), "dossier.not_a_desk");
        province.officer("C1", "receiver").submit(|_| {}).await.ok();
        let department = province.portal().submit(|body| body["receiving_agency"] = json!("H1.3")).await;
        department.code(422);
        assert_eq!(department.body["errors"][0]["pointer"], "/receiving_agency");
        assert_eq!(department.body["errors"][0]["code"], "agency.wrong_level");
        province.stop().await;
    }

    async fn a_refusal_keeps_its_reason_and_a_kept_answer_says_that_it_is_one(database) {
        let province = Province::start(database).await;
        let id = province.portal().submitted().await;
        let receiver = province.officer("C1", "receiver");
        let refuse = json!({"action": "refuse", "reason": "Thiếu giấy tờ", "legal_basis": "Nghị định 118/2025/NĐ-CP, Điều 17"});
        let refused = receiver.step(&id, &refuse).await.ok();
        assert_eq!(refused.get("closing"), None, "what a step answers names nobody");
        assert_eq!(province.portal().get(&format!("/v1/dossiers/{id}")).await.ok()["closing"]["reason"], "Thiếu giấy tờ");
        for replayed in [false, true] {
            let mut body = crate::support::dossier();
            body["receiving_agency"] = json!("H7");
            let request = province.portal().request(Method::POST, "/v1/dossiers").header("Idempotency-Key", "kept").json(&body);
            let answer = read(request.send().await.unwrap()).await;
            answer.code(422);
            assert_eq!(answer.headers.contains_key("idempotency-replayed"), replayed);
        }
        province.stop().await;
    }

    async fn an_external_reference_is_taken_once_for_ever(database) {
        let province = Province::start(database).await;
        let first = province.portal().submit(|body| body["external_ref"] = json!("A-1")).await.ok();
        let second = province.portal().submit(|body| body["external_ref"] = json!("A-1")).await;
        assert_eq!(second.code(409), "dossier.external_ref_taken");
        assert_eq!(second.body["existing_id"], first["id"]);
        let other = province.caller(ActorKind::Client, "other-portal", None);
        other.submit(|body| body["external_ref"] = json!("A-1")).await.ok();
        province.stop().await;
    }

    async fn unknown_fields_parameters_and_filters_are_refused(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        assert_eq!(portal.submit(|body| body["surprise"] = json!(1)).await.code(400), "body.unknown_field");
        assert_eq!(portal.get("/v1/dossiers?statee=1").await.code(400), "parameter.unknown");
        assert_eq!(portal.get("/v1/dossiers?state=flying").await.code(400), "filter.invalid");
        assert_eq!(portal.get("/v1/dossiers?agency=under:H99").await.code(400), "agency.unknown");
        assert_eq!(portal.get("/v1/dossiers/not-an-id").await.code(404), "not_found");
        province.stop().await;
    }
}
