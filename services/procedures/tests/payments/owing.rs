//! What a dossier owes from its submission.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{COSTLY, costly, events, obligations, province};

fn owed(all: &Value) -> Vec<(&str, i64)> {
    let items = all["items"].as_array().unwrap();
    items.iter().map(|item| (item["fee_code"].as_str().unwrap(), item["due"]["amount"].as_i64().unwrap())).collect()
}

on_both_databases! {
    async fn a_dossier_owes_the_fees_of_its_channel_day_place_and_applicant(database) {
        let province = province(database).await;
        let portal = province.portal();
        let here = costly(&province).await;
        let all = obligations(&portal, here["id"].as_str().unwrap()).await;
        assert_eq!(owed(&all), [("LP1", 20_000), ("P1", 150_000)]);
        assert_eq!(all["due"]["amount"], 170_000);
        assert_eq!(all["items"][1]["collected"], "at_result");
        let elsewhere = portal.submit(|body| {
            body["procedure"] = json!(COSTLY);
            body["channel"] = json!("in_person");
            body["receiving_agency"] = json!("H1.2");
            body["applicant"] = json!({"kind": "business", "name": "Công ty Ví Dụ", "identity_number": "0100109106"});
        }).await.ok();
        let all = obligations(&portal, elsewhere["id"].as_str().unwrap()).await;
        assert_eq!(owed(&all), [("LP1", 20_000), ("P2", 300_000), ("P4", 2)]);
        let online = portal.submit(|body| body["procedure"] = json!(COSTLY)).await.ok();
        assert_eq!(owed(&obligations(&portal, online["id"].as_str().unwrap()).await), []);
        let told = events(&province, "dossier.submitted.v1").await;
        let of = |id: &Value| told.iter().find(|event| event["subject"] == format!("dossiers/{}", id.as_str().unwrap())).unwrap();
        assert_eq!(of(&here["id"])["data"]["fees"]["items"].as_array().unwrap().len(), 2);
        assert_eq!(of(&here["id"])["data"]["fees"]["paid_by"], json!(null));
        province.stop().await;
    }

    async fn money_is_shown_to_whoever_sees_the_dossier_and_to_nobody_else(database) {
        let province = province(database).await;
        let id = costly(&province).await["id"].as_str().unwrap().to_owned();
        for path in [format!("/v1/dossiers/{id}/obligations"), format!("/v1/dossiers/{id}/payments")] {
            assert_eq!(province.portal().get(&path).await.status, 200);
            let other = province.caller(motcua_kernel::ActorKind::Client, "other-portal", None);
            assert_eq!(other.get(&path).await.code(404), "not_found");
            assert_eq!(province.officer("C2", "receiver").get(&path).await.code(404), "not_found");
        }
        province.stop().await;
    }
}
