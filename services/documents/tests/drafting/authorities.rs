//! Who may sign: recording it and ending it.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::stage::{Stage, faults, merge};

on_both_databases! {
    async fn prefixes_name_whom_the_signer_signs_for(database) {
        let stage = Stage::without_signers(database).await;
        let deputy = json!({"capacity": "deputy", "position": "PHÓ CHỦ TỊCH"});
        // While there is no head the title must be said; then a deputy in charge signs in the head's place (Article 13.1).
        assert_eq!(faults(&stage.record("admin", "vice", deputy.clone()).await), [("/for_title".into(), "required".into())]);
        let mut titled = deputy.clone();
        merge(&mut titled, json!({"for_title": "CHỦ TỊCH"}));
        assert_eq!(stage.authority("vice2", titled).await["prefix"], "KT. CHỦ TỊCH");
        let head = stage.authority("chair", json!({"capacity": "head", "position": "CHỦ TỊCH"})).await;
        assert_eq!((&head["prefix"], &head["capacity"]), (&json!(""), &json!("head")));
        assert_eq!(stage.authority("vice", deputy).await["prefix"], "KT. CHỦ TỊCH");
        let collective = json!({
            "capacity": "collective", "position": "PHÓ CHỦ TỊCH", "for_title": "ỦY BAN NHÂN DÂN", "deputy_of": "CHỦ TỊCH",
        });
        assert_eq!(stage.authority("vice", collective).await["prefix"], "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH");
        let by_order = json!({
            "capacity": "by_order_deputy", "position": "PHÓ CHÁNH VĂN PHÒNG", "deputy_of": "CHÁNH VĂN PHÒNG",
            "document_types": ["TB", "GM"],
        });
        let by_order = stage.authority("signer", by_order).await;
        assert_eq!(by_order["prefix"], "TL. CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG");
        assert_eq!(by_order["document_types"], json!(["TB", "GM"]));
        let listed = stage.as_("clerk").list(&format!("/v1/agencies/{}/signing-authorities", stage.province().await), "capacity").await;
        assert_eq!(listed, ["by_order_deputy", "collective", "deputy", "head", "deputy"]);
        stage.stop().await;
    }

    async fn an_agency_has_one_head_or_acting_head_on_a_day(database) {
        let stage = Stage::open(database).await;
        let second = stage.record("admin", "vice", json!({"capacity": "head", "position": "CHỦ TỊCH"})).await;
        assert_eq!(second.problem(409), "signing.head_exists");
        let acting = json!({"capacity": "acting_head", "position": "CHỦ TỊCH", "for_title": "CHỦ TỊCH", "valid_from": "2026-12-01"});
        assert_eq!(stage.record("admin", "vice", acting.clone()).await.problem(409), "signing.head_exists");
        let heads = stage.as_("admin").get(&format!("/v1/agencies/{}/signing-authorities", stage.province().await)).await.ok();
        let head = heads["items"].as_array().unwrap().iter().find(|one| one["capacity"] == "head").unwrap();
        let path = format!("/v1/signing-authorities/{}", head["id"].as_str().unwrap());
        let end = json!({"on": "2026-12-01", "reason": "Nghỉ hưu theo chế độ"});
        assert_eq!(stage.as_("admin").post(&format!("{path}/ending"), &end).await.problem(428), "precondition.required");
        let etag = stage.as_("admin").get(&path).await.etag().to_owned();
        assert_eq!(stage.as_("stranger").get(&path).await.problem(404), "not_found");
        let clerk = stage.as_("clerk").change(Method::POST, &format!("{path}/ending"), &etag, &end).await;
        assert_eq!(clerk.problem(403), "signing.not_yours");
        let early = json!({"on": "2026-11-22", "reason": "Nghỉ hưu theo chế độ"});
        let early = stage.as_("admin").change(Method::POST, &format!("{path}/ending"), &etag, &early).await;
        assert_eq!(faults(&early), [("/on".into(), "order".into())]);
        let ended = stage.as_("admin").change(Method::POST, &format!("{path}/ending"), &etag, &end).await;
        assert_eq!((ended.status, &ended.body["ended_on"]), (200, &json!("2026-12-01")), "{}", ended.body);
        let stale = stage.as_("admin").change(Method::POST, &format!("{path}/ending"), &etag, &end).await;
        assert_eq!(stale.problem(412), "precondition.stale");
        let again = stage.as_("admin").change(Method::POST, &format!("{path}/ending"), ended.etag(), &end).await;
        assert_eq!(again.problem(409), "signing.ended");
        assert_eq!(stage.record("admin", "vice", acting).await.ok()["prefix"], "Q. CHỦ TỊCH");
        stage.stop().await;
    }

    async fn only_the_head_authorises_for_a_time_and_nobody_passes_it_on(database) {
        let stage = Stage::open(database).await;
        let tuq = json!({
            "capacity": "authorised", "position": "GIÁM ĐỐC SỞ TÀI CHÍNH", "valid_from": "2026-11-23",
            "valid_to": "2026-12-31", "legal_basis": "15/GUQ-UBND", "document_types": ["QĐ"],
        });
        assert_eq!(stage.record("admin", "signer", tuq.clone()).await.problem(403), "signing.head_only");
        assert_eq!(stage.record("vice", "signer", tuq.clone()).await.problem(403), "signing.head_only");
        let mut open_ended = tuq.clone();
        merge(&mut open_ended, json!({"valid_to": null}));
        assert_eq!(faults(&stage.record("chair", "signer", open_ended).await), [("/valid_to".into(), "required".into())]);
        let mut unfounded = tuq.clone();
        unfounded["legal_basis"] = json!(" ");
        assert_eq!(faults(&stage.record("chair", "signer", unfounded).await), [("/legal_basis".into(), "required".into())]);
        let mut unbounded = tuq.clone();
        merge(&mut unbounded, json!({"document_types": null}));
        assert_eq!(faults(&stage.record("chair", "signer", unbounded).await), [("/document_types".into(), "required".into())]);
        let given = stage.record("chair", "signer", tuq.clone()).await.ok();
        assert_eq!((&given["prefix"], given["given_under_id"].is_string()), (&json!("TUQ. CHỦ TỊCH"), true));
        assert_eq!(stage.record("signer", "ministry", tuq.clone()).await.problem(403), "signing.passed_on");
        assert_eq!(stage.record("chair", "chair", tuq).await.problem(403), "signing.to_oneself");
        stage.stop().await;
    }

    async fn by_order_some_types_are_signed_by_somebody_of_the_agency_since_it_exists(database) {
        let stage = Stage::open(database).await;
        for capacity in ["by_order", "by_order_deputy"] {
            let all = json!({"capacity": capacity, "position": "PHÓ CHÁNH VĂN PHÒNG", "deputy_of": "CHÁNH VĂN PHÒNG"});
            let refused = faults(&stage.record("admin", "clerk", all).await);
            assert!(refused.contains(&("/document_types".into(), "required".into())), "{capacity}: {refused:?}");
        }
        let by_order = |more| {
            let mut body = json!({"capacity": "by_order", "position": "CHÁNH VĂN PHÒNG", "document_types": ["TB"]});
            merge(&mut body, more);
            body
        };
        let early = stage.record("admin", "clerk", by_order(json!({"valid_from": "1950-01-01"}))).await;
        assert_eq!(faults(&early), [("/valid_from".into(), "signing.before_agency".into())]);
        let endless = stage.record("admin", "clerk", by_order(json!({"valid_to": "2199-12-31"}))).await;
        assert_eq!(faults(&endless), [("/valid_to".into(), "date.too_far".into())]);
        // Of the province sign those of the province and of what belongs to it; of a ward nobody of another ward or above.
        stage.record("admin", "signer", by_order(json!({}))).await.ok();
        let ward = format!("/v1/agencies/{}/signing-authorities", stage.as_("admin").agency("H50.12").await);
        for (capacity, officer) in [("by_order", "stranger"), ("by_order", "clerk"), ("head", "vice")] {
            let mut body = json!({"officer": officer, "legal_basis": "2/QĐ-UBND"});
            merge(&mut body, by_order(json!({"capacity": capacity, "for_title": "CHỦ TỊCH"})));
            let refused = stage.as_("admin").post(&ward, &body).await;
            assert_eq!(faults(&refused), [("/officer".into(), "signing.of_another_agency".into())], "{officer}");
        }
        let mut own = json!({"officer": "author", "legal_basis": "2/QĐ-UBND", "for_title": "CHỦ TỊCH"});
        merge(&mut own, by_order(json!({})));
        stage.as_("admin").post(&ward, &own).await.ok();
        stage.stop().await;
    }

    async fn who_acts_on_a_lent_post_gives_nobody_an_authority(database) {
        let stage = Stage::open(database).await;
        let page = stage.as_("admin").get("/v1/officers?limit=200").await.ok();
        let chair = page["items"].as_array().unwrap().iter().find(|one| one["subject"] == "chair").unwrap()["id"].clone();
        let lend = json!({
            "delegate": "ministry", "agency": "H50", "role": "leader", "valid_from": "2026-11-23", "valid_to": "2026-11-24",
        });
        stage.as_("chair").post(&format!("/v1/officers/{}/delegations", chair.as_str().unwrap()), &lend).await.ok();
        stage.here.running.foundation.directory.refresh().await.unwrap();
        for capacity in ["deputy", "acting_head"] {
            let asked = json!({"capacity": capacity, "position": "PHÓ CHỦ TỊCH", "for_title": "CHỦ TỊCH"});
            for officer in ["vice2", "ministry", "chair"] {
                let refused = stage.record("ministry", officer, asked.clone()).await;
                assert_eq!(refused.problem(403), "signing.by_delegation", "{capacity} {officer}");
                assert!(refused.body["legal_basis"].as_str().unwrap().contains("564"), "{}", refused.body);
            }
        }
        // Whose post it is does in their own name.
        stage.record("chair", "vice2", json!({"capacity": "deputy", "position": "PHÓ CHỦ TỊCH"})).await.ok();
        stage.stop().await;
    }

    async fn authorities_are_recorded_by_who_keeps_the_agency_and_never_for_oneself(database) {
        let stage = Stage::open(database).await;
        let deputy = json!({"capacity": "deputy", "position": "PHÓ CHỦ TỊCH"});
        for by in ["clerk", "stranger", "author", "unitadmin"] {
            assert_eq!(stage.record(by, "vice2", deputy.clone()).await.problem(403), "signing.not_yours", "{by}");
        }
        assert_eq!(stage.record("chair", "chair", deputy.clone()).await.problem(403), "signing.to_oneself");
        let nobody = stage.record("chair", "nobody", deputy.clone()).await;
        assert_eq!(faults(&nobody), [("/officer".into(), "signing.officer_unknown".into())]);
        let mut over = deputy.clone();
        merge(&mut over, json!({"valid_to": "2026-11-23"}));
        assert_eq!(faults(&stage.record("chair", "vice2", over).await), [("/valid_to".into(), "order".into())]);
        let reader = stage.here.scoped(motcua_kernel::ActorKind::Officer, "admin", &["documents:directory:read"]);
        let path = format!("/v1/agencies/{}/signing-authorities", stage.province().await);
        let mut body = json!({"officer": "vice2", "legal_basis": "1/QĐ"});
        merge(&mut body, deputy);
        assert_eq!(reader.post(&path, &body).await.problem(403), "scope.missing");
        let closed = stage.here.import_agencies(crate::installation::AGENCIES).await;
        assert_eq!(closed.changes(), 0);
        stage.stop().await;
    }
}
