use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{Caller, Installation, Reply};

/// The id of the account a caller speaks for.
async fn own_id(caller: &Caller<'_>, subject: &str) -> String {
    let page = caller.get("/v1/officers?limit=200").await.ok();
    let found = page["items"].as_array().unwrap().iter().find(|officer| officer["subject"] == subject);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

fn post_of_the_ward(to: &str) -> Value {
    json!({
        "delegate": to, "agency": "H50.12", "role": "administrator",
        "valid_from": "2026-11-23", "valid_to": "2026-11-26", "legal_basis": "12/QĐ-UBND",
    })
}

fn at(here: &Installation, day: &str) {
    here.shared.clock.set_business(format!("{day}T03:00:00Z").parse().unwrap());
}

/// Lets the service see another day at once, as the sandbox does.
async fn move_to(here: &Installation, day: &str) {
    at(here, day);
    here.running.foundation.directory.refresh().await.unwrap();
}

/// A new ward below H50.12, which takes an administrator there.
async fn add_agency(caller: &Caller<'_>, code: &str) -> Reply {
    let new =
        json!({"code": code, "name": "Trạm y tế", "kind": "other", "parent": "H50.12", "valid_from": "2026-11-01"});
    caller.post("/v1/agencies", &new).await
}

/// The events that a test is looking for, once there are as many.
async fn found(here: &Installation, count: usize, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    for _ in 0..100 {
        let events: Vec<Value> = here.events(1).await.into_iter().filter(&wanted).collect();
        if events.len() >= count {
            return events;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("fewer than {count} came");
}

/// The event of a type that came in this place.
async fn told(here: &Installation, kind: &str, place: usize) -> Value {
    found(here, place, |event| event["type"] == kind).await.swap_remove(place - 1)
}

/// Who made an object, and for whom.
async fn author(here: &Installation, id: &Value) -> (Value, Value) {
    let event = found(here, 1, |event| event["data"]["id"] == *id).await.swap_remove(0);
    (event["actor"].clone(), event["onbehalfof"].clone())
}

on_both_databases! {
    async fn a_delegated_post_holds_from_its_first_day_until_it_ends_and_acts_name_both(database) {
        let here = Installation::with_province(database).await;
        let (ward, clerk) = (here.officer("ward"), here.officer("clerk-12"));
        let path = format!("/v1/officers/{}/delegations", own_id(&ward, "ward").await);
        let given = ward.post(&path, &post_of_the_ward("clerk-12")).await;
        assert_eq!(given.status, 201, "{}", given.body);
        assert_eq!(given.body["delegator"]["subject"], "ward");
        assert_eq!(given.body["legal_basis"], "12/QĐ-UBND");
        assert_eq!(ward.get(given.headers["location"].to_str().unwrap()).await.etag(), given.etag());

        move_to(&here, "2026-11-22").await;
        assert_eq!(add_agency(&clerk, "H50.12.01").await.problem(403), "agency.not_administrator");
        move_to(&here, "2026-11-23").await;
        let created = add_agency(&clerk, "H50.12.01").await;
        assert_eq!(created.status, 201, "{}", created.body);
        let own = add_agency(&ward, "H50.12.02").await;
        assert_eq!(own.status, 201, "{}", own.body);
        move_to(&here, "2026-11-26").await;
        assert_eq!(add_agency(&clerk, "H50.12.03").await.problem(403), "agency.not_administrator");

        let delegated = told(&here, "post.delegated.v1", 1).await;
        assert_eq!(delegated["actor"], "officer:ward@motcua-development");
        assert_eq!(delegated["onbehalfof"], Value::Null);
        assert_eq!(delegated["data"]["valid_to"], "2026-11-26");
        let both = (json!("officer:clerk-12@motcua-development"), json!("officer:ward@motcua-development"));
        assert_eq!(author(&here, &created.body["id"]).await, both);
        assert_eq!(author(&here, &own.body["id"]).await, (json!("officer:ward@motcua-development"), Value::Null));
        here.stop().await;
    }

    async fn a_post_is_delegated_by_its_holder_or_an_administrator_and_never_passed_on(database) {
        let here = Installation::with_province(database).await;
        let (province, ward, clerk) = (here.officer("province"), here.officer("ward"), here.officer("clerk-12"));
        let wards = format!("/v1/officers/{}/delegations", own_id(&ward, "ward").await);
        let clerks = format!("/v1/officers/{}/delegations", own_id(&clerk, "clerk-12").await);
        assert_eq!(clerk.post(&wards, &post_of_the_ward("clerk-12")).await.problem(404), "not_found");
        assert_eq!(here.officer("clerk-13").post(&clerks, &post_of_the_ward("clerk-13")).await.problem(404), "not_found");
        assert_eq!(here.citizen().post(&wards, &post_of_the_ward("clerk-12")).await.problem(403), "scope.missing");

        let given = province.post(&wards, &post_of_the_ward("clerk-12")).await;
        assert_eq!(given.status, 201, "{}", given.body);
        assert_eq!(ward.post(&wards, &post_of_the_ward("clerk-12")).await.problem(409), "delegation.exists");
        let field = |reply: Reply| {
            assert_eq!(reply.status, 422, "{}", reply.body);
            (reply.body["errors"][0]["pointer"].clone(), reply.body["errors"][0]["code"].clone())
        };
        let to_oneself = field(ward.post(&wards, &post_of_the_ward("ward")).await);
        assert_eq!(to_oneself, (json!("/delegate"), json!("delegation.to_oneself")));
        let nobody = field(ward.post(&wards, &post_of_the_ward("nobody")).await);
        assert_eq!(nobody, (json!("/delegate"), json!("delegation.delegate_unknown")));
        let mut late = post_of_the_ward("clerk-13");
        late["valid_to"] = json!("2026-11-23");
        assert_eq!(field(ward.post(&wards, &late).await), (json!("/valid_to"), json!("order")));
        let mut other = post_of_the_ward("clerk-13");
        other["role"] = json!("approver");
        assert_eq!(ward.post(&wards, &other).await.problem(409), "delegation.not_held");

        move_to(&here, "2026-11-23").await;
        assert_eq!(clerk.post(&clerks, &post_of_the_ward("clerk-13")).await.problem(409), "delegation.passed_on");
        // Through the account of another, as an administrator by delegation, neither.
        let mut renewed = post_of_the_ward("clerk-13");
        (renewed["valid_from"], renewed["valid_to"]) = (json!("2026-11-24"), json!("2026-12-24"));
        assert_eq!(clerk.post(&wards, &renewed).await.problem(403), "delegation.by_delegation");
        let own = format!("/v1/officers/{}", own_id(&clerk, "clerk-12").await);
        let etag = clerk.get(&own).await.etag().to_owned();
        let grant = json!({"agency": "H50.12", "role": "administrator"});
        let taken = clerk.change(Method::POST, &format!("{own}/grants"), &etag, &grant).await;
        assert_eq!(taken.problem(403), "grant.to_oneself");
        here.stop().await;
    }

    async fn a_delegation_ends_by_hand_at_once_and_is_kept(database) {
        let here = Installation::with_province(database).await;
        let (ward, clerk) = (here.officer("ward"), here.officer("clerk-12"));
        let wards = format!("/v1/officers/{}/delegations", own_id(&ward, "ward").await);
        let mut new = post_of_the_ward("clerk-12");
        new["valid_from"] = json!("2026-11-21");
        let given = ward.post(&wards, &new).await;
        let path = given.headers["location"].to_str().unwrap().to_owned();
        assert_eq!(add_agency(&clerk, "H50.12.01").await.status, 201);

        let revocations = format!("{path}/revocations");
        assert_eq!(ward.post(&revocations, &json!({})).await.problem(428), "precondition.required");
        let ended = ward.change(Method::POST, &revocations, given.etag(), &json!({})).await;
        assert_eq!(ended.status, 200, "{}", ended.body);
        assert_eq!((&ended.body["ended_on"], &ended.body["end_reason"]), (&json!("2026-11-21"), &json!("ended")));
        assert_eq!(add_agency(&clerk, "H50.12.02").await.problem(403), "agency.not_administrator");
        let stale = ward.change(Method::POST, &revocations, given.etag(), &json!({})).await;
        assert_eq!(stale.problem(412), "precondition.stale");
        let again = ward.change(Method::POST, &revocations, ended.etag(), &json!({})).await;
        assert_eq!(again.problem(409), "delegation.ended");
        told(&here, "post.delegation_ended.v1", 1).await;

        // Who has it sees it under their own account, and others do not see it.
        let clerks = format!("/v1/officers/{}/delegations?count=exact", own_id(&clerk, "clerk-12").await);
        let seen = clerk.get(&clerks).await.ok();
        assert_eq!((&seen["count"], &seen["items"][0]["id"]), (&json!(1), &ended.body["id"]));
        assert_eq!(here.officer("clerk-13").get(&path).await.problem(404), "not_found");
        assert_eq!(here.officer("clerk-13").get(&clerks).await.problem(404), "not_found");
        here.stop().await;
    }

    async fn a_delegation_ends_with_the_post_behind_it_and_with_either_account(database) {
        let here = Installation::with_province(database).await;
        let (province, ward, clerk) = (here.officer("province"), here.officer("ward"), here.officer("clerk-12"));
        let wards = format!("/v1/officers/{}", own_id(&ward, "ward").await);
        let delegations = format!("{wards}/delegations");
        let mut new = post_of_the_ward("clerk-12");
        new["valid_from"] = json!("2026-11-21");
        ward.post(&delegations, &new).await.ok();
        new["delegate"] = json!("clerk-13");
        ward.post(&delegations, &new).await.ok();
        assert_eq!(add_agency(&clerk, "H50.12.01").await.status, 201);

        let path = format!("/v1/officers/{}", own_id(&province, "clerk-13").await);
        let etag = province.get(&path).await.etag().to_owned();
        let close = json!({"action": "disable"});
        province.change(Method::POST, &format!("{path}/transitions"), &etag, &close).await.ok();
        let closed = told(&here, "post.delegation_ended.v1", 1).await;
        assert_eq!((&closed["data"]["end_reason"], &closed["data"]["ended_on"]), (&json!("account_closed"), &json!("2026-11-21")));

        let etag = province.get(&wards).await.etag().to_owned();
        let post = json!({"agency": "H50.12", "role": "administrator", "ends_on": "2026-11-24"});
        province.change(Method::POST, &format!("{wards}/revocations"), &etag, &post).await.ok();
        let cut = told(&here, "post.delegation_ended.v1", 2).await;
        assert_eq!((&cut["data"]["end_reason"], &cut["data"]["ended_on"]), (&json!("post_ended"), &json!("2026-11-24")));
        move_to(&here, "2026-11-23").await;
        assert_eq!(add_agency(&clerk, "H50.12.02").await.status, 201);
        move_to(&here, "2026-11-24").await;
        assert_eq!(add_agency(&clerk, "H50.12.03").await.problem(403), "agency.not_administrator");
        here.stop().await;
    }
}
