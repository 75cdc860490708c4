//! The agency that helps to submit.

use motcua_journal::Stamp;
use motcua_kernel::Uuid;
use motcua_procedures::dossiers::move_dossiers;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{CITIZEN, citizen, faults, province, told};

fn helped(body: &mut Value) {
    body["supporting_agency"] = json!("H1.2");
}

on_both_databases! {
    async fn an_officer_helps_at_their_own_desk_and_sees_what_they_helped_with(database) {
        let (province, _documents) = province(database).await;
        let helper = province.officer("C2", "receiver");
        assert_eq!(helper.submit(|_| {}).await.code(403), "dossier.not_a_desk");
        let submitted = helper.submit(helped).await.ok();
        let id = submitted["id"].as_str().unwrap();
        let agencies = &submitted["agencies"];
        assert_eq!((&agencies["supporting"]["code"], &agencies["receiving"]["code"]), (&json!("H1.2"), &json!("H1.1")));
        for caller in [province.officer("C2", "leader"), province.officer("C1", "receiver"), citizen(&province, CITIZEN)] {
            assert_eq!(caller.get(&format!("/v1/dossiers/{id}")).await.status, 200);
        }
        assert_eq!(province.officer("D3", "receiver").get(&format!("/v1/dossiers/{id}")).await.code(404), "not_found");
        let list = helper.get("/v1/dossiers?agency=H1.2&count=exact").await.ok();
        assert_eq!((&list["count"], &list["items"][0]["id"]), (&json!(1), &json!(id)));
        let facts = told(&province, id, "dossier.submitted.v1").await.remove(0);
        assert_eq!(facts["agencies"]["supporting"]["written_code"], "H1.2");
        let alone = province.portal().submit(|_| {}).await.ok();
        assert_eq!(alone["agencies"]["supporting"], json!(null));
        province.stop().await;
    }

    async fn it_adds_what_was_asked_for_and_does_nothing_else(database) {
        let (province, _documents) = province(database).await;
        let helper = province.officer("C2", "receiver");
        let id = helper.submit(helped).await.ok()["id"].as_str().unwrap().to_owned();
        for step in [
            json!({"action": "receive"}),
            json!({"action": "withdraw"}),
            json!({"action": "refuse", "reason": "Thiếu", "legal_basis": "Nghị định 118/2025/NĐ-CP"}),
        ] {
            assert_eq!(helper.step(&id, &step).await.code(403), "dossier.not_yours", "{step}");
        }
        let desk = province.officer("C1", "receiver");
        let ask = json!({"action": "request_supplement", "legal_basis": "Nghị định 118/2025/NĐ-CP",
            "items": [{"component": "2.002080-TP01", "what": "Đơn", "reason": "Thiếu"}]});
        desk.step(&id, &ask).await.ok();
        assert_eq!(helper.get(&format!("/v1/dossiers/{id}")).await.ok()["allowed_actions"], json!(["supplement"]));
        let file = helper.upload(b"%PDF-1.7 application").await;
        let add = json!({"action": "supplement", "files": [{"component": "2.002080-TP01", "file_id": file}]});
        assert_eq!(province.officer("C2", "processor").step(&id, &add).await.code(403), "dossier.not_yours");
        let added = helper.step(&id, &add).await.ok();
        assert_eq!((&added["state"]["local"], &added["missing_components"]), (&json!("submitted"), &json!([])));
        desk.step(&id, &json!({"action": "receive"})).await.ok();
        province.officer("C1", "processor").step(&id, &ask).await.ok();
        let again = helper.upload(b"%PDF-1.7 application, signed").await;
        let add = json!({"action": "supplement", "files": [{"component": "2.002080-TP01", "file_id": again}]});
        assert_eq!(helper.step(&id, &add).await.ok()["state"]["local"], "received");
        province.stop().await;
    }

    async fn it_must_be_open_another_one_and_the_officers_own(database) {
        let (province, _documents) = province(database).await;
        let portal = province.portal();
        let closed = portal.submit(|body| body["supporting_agency"] = json!("H1.9")).await;
        assert_eq!((closed.code(409), &closed.body["successor"]), ("agency.closed".to_owned(), &json!("H1.1")));
        let unknown = portal.submit(|body| body["supporting_agency"] = json!("H7")).await;
        assert_eq!(faults(&unknown), ["/supporting_agency agency.unknown"]);
        let same = portal.submit(|body| body["supporting_agency"] = json!("H1.1")).await;
        assert_eq!(faults(&same), ["/supporting_agency agency.repeated"]);
        for caller in [province.officer("C1", "receiver"), province.officer("C2", "processor"), province.officer("D3", "receiver")] {
            assert_eq!(caller.submit(helped).await.code(403), "dossier.not_a_desk");
        }
        portal.submit(helped).await.ok();
        province.stop().await;
    }

    async fn a_succession_moves_it_like_every_party_and_what_was_written_stays(database) {
        let (province, _documents) = province(database).await;
        let helper = province.officer("C2", "receiver");
        let submitted = helper.submit(helped).await.ok();
        let elsewhere = province.portal().submit(|body| body["procedure"] = json!("1.000828")).await.ok();
        let agency = |dossier: &Value, party: &str| dossier["agencies"][party]["id"].as_str().unwrap().parse::<Uuid>().unwrap();
        let (from, to) = (agency(&submitted, "supporting"), agency(&elsewhere, "competent"));
        let (foundation, clock) = (&province.foundation, province.clock.clone());
        let (journal, tenant) = (foundation.journal.clone(), foundation.tenant);
        let moved = foundation.db.write("move", move |tx| {
            let stamp = Stamp::by_service("procedures", tenant, &clock);
            move_dossiers(tx, &journal, &stamp, tenant, from, to)
        }).await.unwrap();
        assert_eq!(moved, 1);
        let id = submitted["id"].as_str().unwrap();
        assert_eq!(helper.get(&format!("/v1/dossiers/{id}")).await.code(404), "not_found");
        let seen = province.officer("D3", "receiver").get(&format!("/v1/dossiers/{id}")).await.ok();
        let supporting = &seen["agencies"]["supporting"];
        assert_eq!((&supporting["code"], &supporting["written_code"]), (&json!("H1.3"), &json!("H1.2")));
        let facts = told(&province, id, "dossier.responsibility_moved.v1").await.remove(0);
        assert_eq!(facts["agencies"]["supporting"]["responsible_id"], json!(to));
        province.stop().await;
    }
}
