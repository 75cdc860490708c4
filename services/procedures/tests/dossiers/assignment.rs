//! Who works on a dossier: claims, hand-overs, the inbox by urgency.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Caller, Province, read};

/// A documents service that gives every result its number.
async fn documents() -> MockServer {
    let server = MockServer::start().await;
    let file = json!({"id": "0197c1c8-0280-7000-8000-0000000000f1"});
    let document = json!({
        "id": "0197c1c8-0280-7000-8000-0000000000d1",
        "full_number": "15/QĐ-UBND",
        "issued_at": "2026-11-16T04:00:00Z"
    });
    for (address, body) in [("/v1/files", file), ("/v1/outgoing-documents", document)] {
        let answer = ResponseTemplate::new(201).set_body_json(body);
        Mock::given(method("POST")).and(path(address)).respond_with(answer).mount(&server).await;
    }
    server
}

/// Approves a dossier and waits for its number.
async fn finish(province: &Province, id: &str) -> Value {
    province.travel("2026-11-16T04:30:00Z");
    let approver = province.officer("C1", "approver");
    let result = approver.upload(b"%PDF-1.7 result").await;
    let step = json!({"action": "approve", "result": {"subject": "Về việc thanh toán", "file_id": result}});
    approver.step(id, &step).await.ok();
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let now = approver.get(&format!("/v1/dossiers/{id}")).await.ok();
        if now["state"]["local"] == "done" {
            return now;
        }
        assert!(Instant::now() < until, "the result has no number");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

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

    async fn nobody_is_told_that_the_inbox_is_empty_while_more_waits_than_others_take(database) {
        let province = Province::start(database).await;
        let receiver = province.officer("C1", "receiver");
        for _ in 0..40 {
            province.portal().submitted().await;
        }
        let claims = futures_util::future::join_all((0..40).map(|_| claim_next(&receiver))).await;
        let got: BTreeSet<String> = claims.into_iter().map(|claim| claim.ok()["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(got.len(), 40);
        assert_eq!(claim_next(&receiver).await.code(404), "inbox.empty");
        province.stop().await;
    }

    async fn a_dossier_that_others_go_on_with_is_nobodys_and_in_their_inbox(database) {
        let documents = documents().await;
        let beside = [("MOTCUA_PROCEDURES__PEERS__DOCUMENTS", documents.uri())];
        let province = Province::start_with(database, &beside).await;
        let (receiver, processor) = (province.officer("C1", "receiver"), province.officer("C1", "processor"));
        let id = province.portal().submitted().await;
        assert!(claim(&receiver, &id).await.ok()["assignee_id"].is_string());
        let received = receiver.step(&id, &json!({"action": "receive"})).await.ok();
        assert_eq!(received["assignee_id"], json!(null), "the desk has nothing to do with it now");
        assert_eq!(ids(&processor.get("/v1/dossiers?assignee=none").await.ok()), [id.as_str()]);
        let claimed = claim_next(&processor).await.ok();
        assert_eq!(claimed["id"], json!(id));
        // It stays with whoever can still move it, whatever others do meanwhile.
        let item = json!({"what": "Đơn", "reason": "Thiếu chữ ký", "copies": 1});
        let law = "Nghị định 118/2025/NĐ-CP, Điều 17";
        let form = crate::support::dossier()["form"].clone();
        processor.step(&id, &json!({"action": "process"})).await.ok();
        processor.step(&id, &json!({"action": "request_supplement", "items": [item], "legal_basis": law})).await.ok();
        let added = province.portal().step(&id, &json!({"action": "supplement", "form": form})).await.ok();
        assert_eq!(added["assignee_id"], claimed["assignee_id"]);
        assert_eq!(finish(&province, &id).await["assignee_id"], json!(null));
        assert!(claim(&receiver, &id).await.ok()["assignee_id"].is_string(), "the desk that hands it over can claim it");
        province.stop().await;
    }

    async fn a_result_that_lies_ready_is_not_among_what_is_urgent(database) {
        let documents = documents().await;
        let beside = [("MOTCUA_PROCEDURES__PEERS__DOCUMENTS", documents.uri())];
        let province = Province::start_with(database, &beside).await;
        let receiver = province.officer("C1", "receiver");
        let id = province.processing("2.002080").await;
        assert_eq!(finish(&province, &id).await["act_by_at"], json!(null));
        assert_eq!(claim_next(&receiver).await.code(404), "inbox.empty");
        let waiting = province.portal().submitted().await;
        assert_eq!(ids(&receiver.get("/v1/dossiers?sort=urgency").await.ok()), [waiting.as_str()]);
        assert_eq!(claim_next(&receiver).await.ok()["id"], json!(waiting));
        assert_eq!(ids(&receiver.get("/v1/dossiers?state=done").await.ok()), [id.as_str()]);
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
