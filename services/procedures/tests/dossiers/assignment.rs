//! Who works on a dossier: claims, hand-overs, the inbox by urgency.

use std::collections::BTreeSet;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Caller, Province, read};

async fn claim_next(caller: &Caller<'_>) -> crate::support::Answer {
    read(caller.request(Method::POST, "/v1/inbox/claims").send().await.unwrap()).await
}

async fn claim(caller: &Caller<'_>, id: &str) -> crate::support::Answer {
    read(caller.request(Method::POST, &format!("/v1/dossiers/{id}/claims")).send().await.unwrap()).await
}

on_both_databases! {
    async fn of_two_officers_who_claim_one_dossier_one_gets_it(database) {
        let province = Province::start(database).await;
        let (processor, approver) = (province.officer("C1", "processor"), province.officer("C1", "approver"));
        let id = province.processing("2.002080").await;
        let (one, other) = tokio::join!(claim(&processor, &id), claim(&approver, &id));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.body, other.body);
        let (winner, loser) = if one.status == 200 { (one, other) } else { (other, one) };
        assert_eq!(loser.code(409), "dossier.claimed");
        assert_eq!(loser.body["assignee_id"], winner.body["assignee_id"]);
        assert_eq!(claim(&province.officer("C1", "leader"), &id).await.code(403), "dossier.not_yours");
        assert_eq!(claim(&province.officer("C2", "processor"), &id).await.code(404), "not_found");
        province.stop().await;
    }

    async fn many_officers_who_ask_for_the_next_each_get_another(database) {
        let province = Province::start(database).await;
        let mut waiting = BTreeSet::new();
        for _ in 0..6 {
            waiting.insert(province.processing("2.002080").await);
        }
        let processor = province.officer("C1", "processor");
        let claims = futures_util::future::join_all((0..8).map(|_| claim_next(&processor))).await;
        let got: Vec<&Value> = claims.iter().filter(|answer| answer.status == 200).map(|answer| &answer.body["id"]).collect();
        assert_eq!(got.len(), 6);
        assert_eq!(got.iter().map(|id| id.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(), waiting);
        assert!(claims.iter().filter(|answer| answer.status != 200).all(|answer| answer.code(404) == "inbox.empty"));
        let mine = processor.get("/v1/dossiers?assignee=me&sort=urgency&limit=4").await.ok();
        assert_eq!(mine["items"].as_array().unwrap().len(), 4);
        let rest = format!("/v1/dossiers?assignee=me&sort=urgency&limit=4&after={}", mine["next"].as_str().unwrap());
        assert_eq!(processor.get(&rest).await.ok()["items"].as_array().unwrap().len(), 2);
        assert_eq!(processor.get("/v1/dossiers?assignee=none").await.ok()["items"], json!([]));
        province.stop().await;
    }

    async fn a_dossier_is_handed_on_by_its_officer_or_a_director_to_one_who_can_work_on_it(database) {
        let province = Province::start(database).await;
        let (processor, leader) = (province.officer("C1", "processor"), province.officer("C1", "leader"));
        let id = province.processing("2.002080").await;
        let claimed = claim(&processor, &id).await.ok();
        let path = format!("/v1/dossiers/{id}/assignee");
        let version = claimed["version"].as_i64().unwrap();
        let approver = claim(&province.officer("C1", "approver"), &province.processing("2.002080").await).await.ok();
        let to = json!({"officer_id": approver["assignee_id"]});
        assert_eq!(province.officer("C1", "receiver").put(&path, version, &to).await.code(403), "dossier.not_yours");
        let handed = processor.put(&path, version, &to).await.ok();
        assert_eq!(handed["assignee_id"], approver["assignee_id"]);
        assert_eq!(leader.put(&path, version, &to).await.code(412), "precondition.stale");
        let unfit = json!({"officer_id": "01890000-0000-7000-8000-000000000000"});
        let refused = leader.put(&path, version + 1, &unfit).await;
        assert_eq!((refused.code(422), &refused.body["errors"][0]["code"]), ("validation".into(), &json!("assignee.unfit")));
        let free = leader.put(&path, version + 1, &json!({"officer_id": null})).await.ok();
        assert_eq!(free["assignee_id"], json!(null));
        province.stop().await;
    }
}
