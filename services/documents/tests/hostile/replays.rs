use motcua_testkit::on_both_databases;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::installation::{Caller, Installation, send};

/// A change with a key, so that the same one again is a replay.
fn with_key(caller: &Caller<'_>, method: Method, path: &str, etag: &str, body: &Value) -> RequestBuilder {
    caller.request(method, path).header("If-Match", etag).header("Idempotency-Key", "once").json(body)
}

async fn officer(caller: &Caller<'_>, subject: &str) -> (String, String) {
    let page = caller.get("/v1/officers?limit=200").await.ok();
    let found = page["items"].as_array().unwrap().iter().find(|officer| officer["subject"] == subject);
    let path = format!("/v1/officers/{}", found.unwrap()["id"].as_str().unwrap());
    let etag = caller.get(&path).await.etag().to_owned();
    (path, etag)
}

on_both_databases! {
    async fn who_has_lost_the_right_gets_no_earlier_answer(database) {
        let here = Installation::with_province(database).await;
        let (province, ward) = (here.officer("province"), here.officer("ward"));
        let (clerk, clerk_tag) = officer(&province, "clerk-12").await;
        let grant = json!({"agency": "H50.12", "role": "receiver", "valid_from": "2026-12-01"});
        let grants = format!("{clerk}/grants");
        let replay_grant = || send(with_key(&ward, Method::POST, &grants, &clerk_tag, &grant));
        let path = format!("/v1/agencies/{}", ward.agency("H50.12").await);
        let new = json!({
            "name": "B", "kind": "commune", "symbol": "UBND", "parent": "H50", "valid_from": "2025-07-01",
            "codes": [{"code": "H50.12", "valid_from": "2025-07-01"}], "units": ["19333"],
        });
        let replay_put = || send(with_key(&ward, Method::PUT, &path, "\"v1\"", &new));
        let created = json!({"subject": "new", "name": "A", "grants": [{"agency": "H50.12", "role": "clerk"}]});
        let replay_create = || send(ward.request(Method::POST, "/v1/officers").header("Idempotency-Key", "once").json(&created));
        for _ in 0..2 {
            assert_eq!(replay_grant().await.status, 200);
            assert_eq!(replay_put().await.status, 200);
            assert_eq!(replay_create().await.status, 201);
        }
        // The ward's administrator loses the ward and gets another one, where the tokens still hold.
        let (admin, tag) = officer(&province, "ward").await;
        let given = json!({"agency": "H50.13", "role": "administrator"});
        let given = province.change(Method::POST, &format!("{admin}/grants"), &tag, &given).await;
        let taken = json!({"agency": "H50.12", "role": "administrator"});
        let taken = province.change(Method::POST, &format!("{admin}/revocations"), given.etag(), &taken).await;
        assert_eq!(taken.status, 200, "{}", taken.body);
        assert_eq!(replay_grant().await.problem(403), "agency.not_administrator");
        assert_eq!(replay_put().await.problem(403), "agency.not_administrator");
        // And then the other one, too.
        let gone = json!({"agency": "H50.13", "role": "administrator"});
        province.change(Method::POST, &format!("{admin}/revocations"), taken.etag(), &gone).await.ok();
        assert_eq!(replay_create().await.problem(403), "agency.not_administrator");
        here.stop().await;
    }
}
