use motcua_kernel::{ActorKind, Role};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, OFFICER, SERVICE};

fn codes(refused: &Value) -> Vec<String> {
    let errors = refused["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect()
}

on_both_databases! {
    async fn a_secrecy_mark_is_refused_and_nothing_of_it_is_kept(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        for mark in ["confidential", "secret", "top_secret", "TOP SECRET", "tuyệt mật!", "None"] {
            let mut request = desk.decision(&token, "dossier-1").await;
            request["secrecy"] = json!(mark);
            let refused = desk.issue(&token, &request, 422).await;
            assert_eq!((refused["code"].as_str(), codes(&refused)), (Some("document.secret_refused"), vec!["/secrecy document.secret_refused".to_owned()]));
            assert!(!refused.to_string().contains("Nguyễn"));
        }
        assert_eq!(desk.texts("SELECT 'x' AS text FROM outgoing_documents").await.len(), 0);
        assert_eq!(desk.texts("SELECT 'x' AS text FROM outgoing_references").await.len(), 0);
        let mut open = desk.decision(&token, "dossier-1").await;
        open["secrecy"] = json!("none");
        desk.issue(&token, &open, 201).await;
    }

    async fn a_closed_agency_issues_nothing_and_its_successor_is_named(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let mut request = desk.decision(&token, "dossier-1").await;
        request["issuing_agency"] = json!("H46");
        let refused = desk.issue(&token, &request, 409).await;
        assert_eq!((&refused["code"], &refused["successor"]), (&json!("agency.closed"), &json!("H50")));
        request["issuing_agency"] = json!("H99");
        assert_eq!(codes(&desk.issue(&token, &request, 422).await), ["/issuing_agency agency.unknown"]);
    }

    async fn every_fault_is_told_at_once(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let request = json!({
            "issuing_agency": " ", "type": "QD", "symbol": "UB/ND", "subject": "", "signer_name": "n".repeat(201),
            "file_id": motcua_kernel::new_id(),
        });
        let found = codes(&desk.issue(&token, &request, 422).await);
        let expected = [
            "/external_ref required", "/issuing_agency required", "/subject required", "/signer_name too_long",
            "/symbol document.symbol_invalid", "/type document.type_unknown",
        ];
        assert_eq!(found, expected);
    }

    async fn a_type_without_abbreviation_or_with_eth_for_d_is_none(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        for kind in ["", "cv", "Q\u{d0}", "qđ", "Công văn"] {
            let mut request = desk.decision(&token, "dossier-1").await;
            request["type"] = json!(kind);
            assert_eq!(codes(&desk.issue(&token, &request, 422).await), ["/type document.type_unknown"], "{kind}");
        }
        let mut decomposed = desk.decision(&token, "dossier-1").await;
        decomposed["type"] = json!("TTr");
        desk.issue(&token, &decomposed, 201).await;
    }

    async fn only_services_with_the_scope_and_clerks_of_the_agency_issue(database) {
        let desk = Desk::open(database).await;
        let request = desk.decision(&desk.procedures(), "dossier-1").await;
        let unscoped = desk.token(ActorKind::Service, "procedures", &["documents:files:write"]);
        assert_eq!(desk.issue(&unscoped, &request, 403).await["scope"], "documents:decisions:issue");
        let citizen = desk.token(ActorKind::Citizen, "someone", &[OFFICER, SERVICE].concat());
        assert_eq!(desk.issue(&citizen, &request, 403).await["code"], "document.issuers_only");
        let processor = desk.officer("hà", "H50", Role::Processor).await;
        assert_eq!(desk.issue(&processor, &request, 403).await["code"], "document.not_clerk");
        let elsewhere = desk.officer("vân", "H50.12", Role::Clerk).await;
        assert_eq!(desk.issue(&elsewhere, &request, 403).await["code"], "document.not_clerk");
    }

    async fn a_clerk_issues_for_the_own_agency_and_those_below_without_a_reference(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        for (agency, number) in [("H50", "01/QĐ-UBND"), ("H50.12", "01/QĐ-SXD")] {
            let mut request = desk.decision(&clerk, "-").await;
            request["external_ref"] = Value::Null;
            request["issuing_agency"] = json!(agency);
            let issued = desk.issue(&clerk, &request, 201).await;
            assert_eq!((&issued["full_number"], &issued["external_ref"]), (&json!(number), &Value::Null));
        }
    }

    async fn nobody_attaches_the_file_of_another(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let mut request = desk.decision(&desk.procedures(), "dossier-1").await;
        assert_eq!(codes(&desk.issue(&clerk, &request, 422).await), ["/file_id file.unknown"]);
        request["unknown"] = json!(1);
        assert_eq!(desk.issue(&clerk, &request, 400).await["code"], "body.unknown_field");
    }
}
