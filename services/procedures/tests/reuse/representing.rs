//! Who submits for somebody else.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{CITIZEN, OTHER, citizen, faults, province, told};

/// OTHER, authorised until the 18th.
fn authorised() -> Value {
    json!({
        "kind": "authorised",
        "name": "Lê Văn Thí Dụ",
        "identity_number": OTHER,
        "phone": "0912345678",
        "mandate": {"kind": "authorisation_contract", "number": "12/2026/HĐUQ", "issued_on": "2026-11-01", "valid_to": "2026-11-18"}
    })
}

on_both_databases! {
    async fn a_citizen_submits_for_another_only_as_their_representative_and_then_sees_the_dossier(database) {
        let (province, _documents) = province(database).await;
        let other = citizen(&province, OTHER);
        assert_eq!(faults(&other.submit(|_| {}).await), ["/applicant/identity_number applicant.not_you"]);
        let stranger = citizen(&province, "045190000003");
        let pretended = stranger.submit(|body| body["representative"] = authorised()).await;
        assert_eq!(faults(&pretended), ["/representative/identity_number representative.not_you"]);
        let own = other.submit(|body| {
            body["applicant"]["identity_number"] = json!(OTHER);
            body["representative"] = authorised();
        }).await;
        assert_eq!(faults(&own), ["/representative/identity_number representative.is_applicant"]);

        let submitted = other.submit(|body| body["representative"] = authorised()).await.ok();
        assert!(!submitted.to_string().contains("Thí Dụ"), "what submitting answers names nobody");
        let id = submitted["id"].as_str().unwrap();
        for caller in [&other, &citizen(&province, CITIZEN), &province.officer("C1", "receiver")] {
            let seen = caller.get(&format!("/v1/dossiers/{id}")).await.ok();
            assert_eq!(seen["representative"], authorised());
            assert_eq!(seen["applicant"]["identity_number"], CITIZEN);
        }
        assert_eq!(stranger.get(&format!("/v1/dossiers/{id}")).await.code(404), "not_found");
        let facts = told(&province, id, "dossier.submitted.v1").await.remove(0);
        assert_eq!(facts["representative"], "authorised");
        assert!(!facts.to_string().contains("Thí Dụ") && !facts.to_string().contains(OTHER));

        province.officer("C1", "receiver").step(id, &json!({"action": "receive"})).await.ok();
        let receipt = other.get(&format!("/v1/dossiers/{id}/forms/receipt")).await.ok();
        assert_eq!(receipt["content"]["submitter"], "Lê Văn Thí Dụ");
        assert_eq!(receipt["content"]["applicant"]["name"], "Trần Thị Ví Dụ");
        let register = province.officer("C1", "leader").get("/v1/reports/register?agency=H1.1&period=2026-11").await.ok();
        assert_eq!(register["content"]["rows"][0]["note"], "Người nộp: Lê Văn Thí Dụ");
        province.stop().await;
        if let Some(path) = database.url.strip_prefix("sqlite:") {
            let mut bytes = std::fs::read(path).unwrap();
            bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
            for secret in ["Lê Văn Thí Dụ", OTHER, "12/2026/HĐUQ"] {
                assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} stands in the file");
            }
        }
    }

    async fn a_mandate_that_has_ended_submits_nothing_and_moves_nothing(database) {
        let (province, _documents) = province(database).await;
        let other = citizen(&province, OTHER);
        let id = other.submit(|body| body["representative"] = authorised()).await.ok()["id"].as_str().unwrap().to_owned();
        province.travel("2026-11-18T16:59:00Z");
        let kept = other.submit(|body| body["representative"] = authorised()).await;
        kept.ok();
        // Midnight in Vietnam.
        province.travel("2026-11-18T17:00:00Z");
        let other = citizen(&province, OTHER);
        let late = other.submit(|body| body["representative"] = authorised()).await;
        assert_eq!(faults(&late), ["/representative/mandate/valid_to mandate.ended"]);
        let withdraw = json!({"action": "withdraw"});
        let refused = other.step(&id, &withdraw).await;
        assert_eq!((refused.code(403), &refused.body["valid_to"]), ("mandate.ended".to_owned(), &json!("2026-11-18")));
        assert_eq!(other.get(&format!("/v1/dossiers/{id}")).await.ok()["allowed_actions"], json!([]));
        citizen(&province, CITIZEN).step(&id, &withdraw).await.ok();
        province.stop().await;
    }

    async fn who_submits_for_a_business_says_by_what_right_and_the_postman_sees_nothing(database) {
        let (province, _documents) = province(database).await;
        let other = citizen(&province, OTHER);
        let business = |body: &mut Value| {
            body["applicant"] = json!({"kind": "business", "name": "Công ty Ví Dụ", "identity_number": "3200123456"});
        };
        assert_eq!(faults(&other.submit(business).await), ["/representative required"]);
        let mut director = authorised();
        (director["kind"], director["mandate"]) = (json!("legal_representative"), json!({"kind": "registration"}));
        other.submit(|body| { business(body); body["representative"] = director; }).await.ok();
        let mut postman = authorised();
        (postman["kind"], postman["mandate"]) = (json!("postal_agent"), json!({"kind": "service_contract"}));
        let carried = other.submit(|body| body["representative"] = postman).await.ok()["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/dossiers/{carried}");
        assert_eq!((other.get(&path).await.status, citizen(&province, CITIZEN).get(&path).await.status), (404, 200));
        province.stop().await;
    }

    async fn who_is_authorised_proves_it_by_a_number_or_a_file_that_the_desk_can_read(database) {
        let (province, _documents) = province(database).await;
        let other = citizen(&province, OTHER);
        let mut bare = authorised();
        bare["mandate"] = json!({"kind": "authorisation_letter"});
        let without = other.submit(|body| body["representative"] = bare.clone()).await;
        assert_eq!(faults(&without), ["/representative/mandate mandate.proof_required"]);
        let foreign = province.portal().upload(b"%PDF-1.7 letter").await;
        bare["mandate"]["file_id"] = json!(foreign);
        let anothers = other.submit(|body| body["representative"] = bare.clone()).await;
        assert_eq!(faults(&anothers), ["/representative/mandate/file_id file.unknown"]);
        let file = other.upload(b"%PDF-1.7 letter").await;
        bare["mandate"]["file_id"] = json!(file);
        let both = other.submit(|body| {
            body["representative"] = bare.clone();
            body["files"] = json!([{"component": "2.002080-TP01", "file_id": file}]);
        }).await;
        assert_eq!(faults(&both), ["/representative/mandate/file_id file.repeated"]);
        let as_mandate = other.submit(|body| {
            body["representative"] = authorised();
            body["files"] = json!([{"component": "2.002080-TP01", "file_id": file, "origin": "mandate"}]);
        }).await;
        assert_eq!(faults(&as_mandate), ["/files/0/origin origin.mandate"]);
        let desk = province.officer("C1", "receiver");
        let content = format!("/v1/files/{file}/content");
        assert_eq!(desk.get(&content).await.code(404), "not_found");
        let submitted = other.submit(|body| body["representative"] = bare.clone()).await.ok();
        assert_eq!(submitted["missing_components"], json!(["2.002080-TP01"]), "a mandate is no component");
        assert_eq!(desk.get(&content).await.status, 200);
        let seen = desk.get(&format!("/v1/dossiers/{}", submitted["id"].as_str().unwrap())).await.ok();
        assert_eq!(seen["files"], json!([{"component": "", "file_id": file, "origin": "mandate"}]));
        province.stop().await;
    }

    async fn a_desk_names_who_came_and_the_post_only_carries(database) {
        let (province, _documents) = province(database).await;
        let desk = province.officer("C1", "receiver");
        let named = desk.submit(|body| body["representative"] = authorised()).await.ok();
        let other = citizen(&province, OTHER);
        assert_eq!(other.get(&format!("/v1/dossiers/{}", named["id"].as_str().unwrap())).await.status, 200);
        let mut postman = authorised();
        postman["kind"] = json!("postal_agent");
        postman["mandate"] = json!({"kind": "service_contract"});
        let carried = desk.submit(|body| body["representative"] = postman).await.ok();
        assert_eq!(other.get(&format!("/v1/dossiers/{}", carried["id"].as_str().unwrap())).await.code(404), "not_found");
        let portal = province.caller(ActorKind::Client, "portal", None);
        let broken = portal.submit(|body| {
            body["applicant"]["identity_number"] = json!("1");
            body["representative"] = json!({"kind": "guardian", "name": "", "identity_number": "2", "phone": "3",
                "mandate": {"kind": "registration", "issued_on": "2027-01-01"}});
        }).await;
        assert_eq!(faults(&broken), [
            "/applicant/identity_number identity_number",
            "/representative/name required",
            "/representative/identity_number identity_number",
            "/representative/phone phone",
            "/representative/mandate/kind mandate.kind",
            "/representative/mandate/issued_on date.in_future",
        ]);
        province.stop().await;
    }
}
