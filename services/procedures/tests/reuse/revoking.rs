//! Results that are revoked.

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::desk::{ASKS, CITIZEN, citizen, component, faults, finished, province, received, told, write, write_from};

const WHAT: &str = "result-revocations";

on_both_databases! {
    async fn a_revoked_result_says_so_once_and_is_offered_no_more(database) {
        let (province, _documents) = province(database).await;
        let (id, _, result) = finished(&province).await;
        let body = json!({"decision": "27/QĐ-UBND", "legal_basis": "Luật Hộ tịch 2014, Điều 71"});
        let approver = province.officer("C1", "approver");
        assert_eq!(write(&province.officer("C2", "approver"), &id, WHAT, None, &body).await.code(404), "not_found");
        assert_eq!(write(&province.officer("C1", "processor"), &id, WHAT, None, &body).await.code(403), "dossier.not_yours");
        assert_eq!(write_from(&approver, &id, WHAT, 1, None, &body).await.code(412), "precondition.stale");
        let empty = write(&approver, &id, WHAT, None, &json!({"decision": " ", "legal_basis": ""})).await;
        assert_eq!(faults(&empty), ["/decision text.one_line", "/legal_basis text.one_line"]);
        let version = approver.get(&format!("/v1/dossiers/{id}")).await.ok()["version"].as_i64().unwrap();
        let (one, two) = tokio::join!(
            write_from(&approver, &id, WHAT, version, Some("a"), &body),
            write_from(&approver, &id, WHAT, version, Some("b"), &body)
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "of two at once one revokes");
        let (won, key) = if one.status == 200 { (one, "a") } else { (two, "b") };
        let again = write_from(&approver, &id, WHAT, version, Some(key), &body).await;
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!(again.ok(), won.body);
        assert_eq!(won.body["result"]["revocation"]["decision"], "27/QĐ-UBND");
        assert_eq!(won.body["state"]["local"], "done");
        let twice = write(&approver, &id, WHAT, None, &body).await;
        assert_eq!((twice.code(409), &twice.body["decision"]), ("result.revoked".to_owned(), &json!("27/QĐ-UBND")));
        let returned = province.officer("C1", "receiver").step(&id, &json!({"action": "return"})).await;
        assert_eq!(returned.code(409), "result.revoked", "nobody is handed what holds no more");
        let facts = told(&province, &id, "dossier.result_revoked.v1").await;
        assert_eq!(facts.len(), 1);
        assert!(facts[0]["result"]["revoked_at"].as_str().unwrap().starts_with("2026-11-16T04:"));

        let me = citizen(&province, CITIZEN);
        let offers = me.get(&format!("/v1/reusable-components?procedure={ASKS}")).await.ok();
        assert_eq!(offers["components"][1]["files"], json!([]));
        let file = json!({"component": component(ASKS, 2), "file_id": result, "origin": "reused", "source": {"dossier_id": id}});
        let taken = me.submit(|body| { body["procedure"] = json!(ASKS); body["files"] = json!([file]); }).await;
        assert_eq!(faults(&taken), ["/files/0/source reuse.not_offered"]);
        province.stop().await;
    }

    async fn what_has_no_result_has_none_to_revoke(database) {
        let (province, _documents) = province(database).await;
        let (id, _) = received(&province).await;
        let body = json!({"decision": "27/QĐ-UBND", "legal_basis": "Luật"});
        assert_eq!(write(&province.officer("C1", "approver"), &id, WHAT, None, &body).await.code(409), "result.none");
        province.stop().await;
    }

    async fn a_revoked_result_is_not_offered_by_way_of_a_dossier_that_used_it_again(database) {
        let (province, _documents) = province(database).await;
        let (id, _, result) = finished(&province).await;
        let me = citizen(&province, CITIZEN);
        let reused = |source: &str| json!([{"component": component(ASKS, 2), "file_id": result, "origin": "reused", "source": {"dossier_id": source}}]);
        let submitted = me.submit(|body| { body["procedure"] = json!(ASKS); body["files"] = reused(&id); }).await.ok();
        let between = submitted["id"].as_str().unwrap();
        province.officer("C1", "receiver").step(between, &json!({"action": "receive"})).await.ok();
        let offers = async || me.get(&format!("/v1/reusable-components?procedure={ASKS}")).await.ok()["components"][1]["files"].clone();
        assert_eq!(offers().await.as_array().unwrap().len(), 1);
        let body = json!({"decision": "27/QĐ-UBND", "legal_basis": "Luật Hộ tịch 2014, Điều 71"});
        write(&province.officer("C1", "approver"), &id, WHAT, None, &body).await.ok();
        assert_eq!(offers().await, json!([]));
        let taken = me.submit(|body| { body["procedure"] = json!(ASKS); body["files"] = reused(between); }).await;
        assert_eq!(faults(&taken), ["/files/0/source reuse.not_offered"]);
        province.stop().await;
    }
}
