//! What is refused on the way in: all of it at once, and nothing is kept.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::desk::{faults, province, publish};
use crate::support::read;

/// Birth registration (đăng ký khai sinh), as the demo publishes it: a form of twelve fields.
fn birth_registration() -> Value {
    let line = include_str!("../../../../crates/motcua/demo/procedures.jsonl").lines().next().unwrap();
    serde_json::from_str(line).unwrap()
}

on_both_databases! {
    async fn a_form_with_twelve_faults_hears_of_twelve_each_at_its_place(database) {
        let (province, _documents) = province(database).await;
        let procedure = birth_registration();
        publish(&province, std::slice::from_ref(&procedure)).await;
        let broken = json!({
            "child_full_name": "A",
            "child_birth_date": "30/02/2026",
            "child_gender": "other",
            "child_birth_place": "x",
            "child_ethnicity": "K",
            "birth_certificate_number": "",
            "mother_full_name": "M",
            "mother_identity_number": "04519000000",
            "father_full_name": 7,
            "father_identity_number": "04519000000a",
            "relationship": "neighbour",
            "copies": 21
        });
        assert_eq!(procedure["form"]["properties"].as_object().unwrap().len(), 12);
        let submit = async |form: &Value| {
            province.portal().submit(|body| { body["procedure"] = procedure["code"].clone(); body["form"] = form.clone(); }).await
        };
        let answer = submit(&broken).await;
        assert_eq!(faults(&answer), [
            "/form/birth_certificate_number min_length",
            "/form/child_birth_date format",
            "/form/child_birth_place min_length",
            "/form/child_ethnicity min_length",
            "/form/child_full_name min_length",
            "/form/child_gender enum",
            "/form/copies maximum",
            "/form/father_full_name type",
            "/form/father_identity_number pattern",
            "/form/mother_full_name min_length",
            "/form/mother_identity_number pattern",
            "/form/relationship enum",
        ]);
        let told = answer.body["errors"].as_array().unwrap();
        assert!(told.iter().all(|fault| fault["message"].as_str().is_some_and(|text| text.len() > 5)), "{told:?}");
        assert_eq!(province.portal().get("/v1/dossiers").await.ok()["items"], json!([]));
        submit(&procedure["form"]["examples"][0]).await.ok();
        province.stop().await;
    }

    async fn an_applicant_has_a_number_of_their_kind_on_both_ways_in(database) {
        let (province, _documents) = province(database).await;
        for (kind, number, code) in [
            ("citizen", "04519000000", "identity_number"),
            ("citizen", "0451900000011", "identity_number"),
            ("citizen", "04519000000x", "identity_number"),
            ("citizen", " 045190000001", "identity_number"),
            ("citizen", "", "identity_number"),
            ("citizen", "0100109106-001", "identity_number"),
            ("business", "123456789", "tax_code"),
            ("business", "0100109106-01", "tax_code"),
            ("organisation", "01001091061", "tax_code"),
        ] {
            for caller in [province.portal(), province.officer("C1", "receiver")] {
                let refused = caller.submit(|body| body["applicant"] = json!({"kind": kind, "name": "Ví Dụ", "identity_number": number})).await;
                assert_eq!(faults(&refused), [format!("/applicant/identity_number {code}")], "{kind} {number}");
            }
        }
        for (kind, number) in [("citizen", "045190000001"), ("citizen", "123456789"), ("business", "0100109106-001"), ("organisation", "0100109106")] {
            province.portal().submit(|body| body["applicant"] = json!({"kind": kind, "name": "Ví Dụ", "identity_number": number})).await.ok();
        }
        province.stop().await;
    }

    async fn a_procedure_abolished_yesterday_takes_nothing_and_says_by_which_decision(database) {
        let (province, _documents) = province(database).await;
        let before = province.portal().submitted().await;
        let keeper = province.officer("P", "administrator");
        let abolish = json!({"action": "abolish", "effective_from": "2026-11-17", "decision": {"number": "2200/QĐ-UBND", "date": "2026-11-16"}});
        let found = keeper.get("/v1/procedures?code=2.002080").await.ok();
        let path = format!("/v1/procedures/{}", found["items"][0]["id"].as_str().unwrap());
        let tag = keeper.get(&path).await.headers["etag"].clone();
        let request = keeper.request(Method::POST, &format!("{path}/transitions")).header("If-Match", tag).json(&abolish);
        read(request.send().await.unwrap()).await.ok();
        province.portal().submitted().await;
        province.travel("2026-11-18T02:00:00Z");
        let refused = province.portal().submit(|_| {}).await;
        assert_eq!(refused.code(409), "procedure.abolished");
        assert_eq!((&refused.body["effective_from"], &refused.body["decision"]["number"]), (&json!("2026-11-17"), &json!("2200/QĐ-UBND")));
        let offers = province.officer("C1", "receiver").post("/v1/reusable-component-searches", &json!({"procedure": "2.002080", "identity_number": "045190000001"})).await;
        assert_eq!(offers.code(409), "procedure.abolished");
        // What was submitted before goes on.
        province.officer("C1", "receiver").step(&before, &json!({"action": "receive"})).await.ok();
        province.stop().await;
    }

    async fn an_attachment_that_is_not_what_its_type_says_never_becomes_a_file(database) {
        let (province, _documents) = province(database).await;
        let portal = province.portal();
        let upload = async |media_type: &str, name: &str, content: &[u8]| {
            let request = portal.request(Method::POST, "/v1/files").header("Content-Type", media_type);
            let request = request.header("Content-Disposition", format!("attachment; filename=\"{name}\""));
            read(request.body(content.to_vec()).send().await.unwrap()).await
        };
        let program = b"MZ\x90\0\x03\0\0\0";
        for (media_type, name, declared) in [("application/pdf", "a", "application/pdf"), ("application/octet-stream", "a.pdf", "pdf"), ("image/png", "a.png", "image/png")] {
            let refused = upload(media_type, name, program).await;
            assert_eq!(refused.code(422), "file.not_its_type");
            assert_eq!(refused.body["declared"], declared);
            assert_eq!(refused.body["id"], json!(null));
        }
        upload("application/pdf", "a.pdf", b"%PDF-1.7").await.ok();
        province.stop().await;
    }
}
