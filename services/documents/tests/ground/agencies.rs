use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{Installation, send};

fn new_ward() -> Value {
    json!({
        "code": "H50.14", "name": "Ủy ban nhân dân phường Quảng Trị", "kind": "commune", "symbol": "UBND",
        "parent": "H50", "valid_from": "2026-12-01", "units": ["19360"],
    })
}

on_both_databases! {
    async fn lists_tell_the_structure_as_it_is_as_it_was_and_in_all(database) {
        let here = Installation::with_province(database).await;
        let citizen = here.citizen();
        let names = async |query: &str| citizen.list(&format!("/v1/agencies?{query}"), "name").await;
        assert_eq!(names("").await.len(), 8);
        assert_eq!(names("code=H50").await, ["Ủy ban nhân dân tỉnh Quảng Trị", "Ủy ban nhân dân tỉnh Quảng Trị (cũ)"]);
        assert_eq!(names("code=H50&open_on=2026-01-01").await, ["Ủy ban nhân dân tỉnh Quảng Trị"]);
        assert_eq!(names("open_on=2025-02-01").await.len(), 4);
        assert_eq!(names("parent=H50&open_on=2025-06-30").await, ["Sở Tài chính (cũ)"]);
        assert_eq!(names("parent=under:H50").await.len(), 3);
        assert_eq!(names("kind=in:commune,department&open_on=2026-01-01").await.len(), 3);
        assert_eq!(names("q=dong%20ha").await, ["Ủy ban nhân dân phường Đông Hà"]);
        assert_eq!(names("q=h50.1").await.len(), 2);
        assert_eq!(names("q=h50.1%25").await, [""; 0]);
        assert_eq!(citizen.get("/v1/agencies?parent=H99").await.problem(400), "agency.unknown");
        assert_eq!(citizen.get("/v1/agencies?kind=kingdom").await.problem(400), "filter.invalid");
        assert_eq!(here.service(&[]).get("/v1/agencies").await.problem(403), "scope.missing");
        here.stop().await;
    }

    async fn pages_hold_every_agency_once_and_the_link_leads_on(database) {
        let here = Installation::with_province(database).await;
        let citizen = here.citizen();
        let (mut seen, mut path) = (Vec::new(), "/v1/agencies?limit=3&count=exact".to_owned());
        loop {
            let reply = citizen.get(&path).await;
            let link = reply.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
            let page = reply.ok();
            assert_eq!(page["count"], 8);
            seen.extend(page["items"].as_array().unwrap().iter().map(|agency| agency["id"].as_str().unwrap().to_owned()));
            let Some(link) = link else { break };
            link.trim_start_matches('<').split('>').next().unwrap().clone_into(&mut path);
        }
        assert_eq!(seen.len(), 8);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 8);
        here.stop().await;
    }

    async fn an_agency_tells_its_codes_units_and_successions(database) {
        let here = Installation::with_province(database).await;
        let citizen = here.citizen();
        let id = citizen.agency("H50.04").await;
        let agency = citizen.get(&format!("/v1/agencies/{id}")).await.ok();
        assert_eq!((&agency["code"], &agency["parent"]["code"]), (&"H50.04".into(), &"H50".into()));
        assert_eq!(agency["codes"], json!([{"code": "H50.04", "valid_from": "2025-07-01", "valid_to": null}]));
        assert_eq!(agency["units"], json!(["44"]));
        let before = &agency["predecessors"][0];
        assert_eq!((&before["kind"], &before["effective_on"]), (&"merged_into".into(), &"2025-07-01".into()));
        let older = citizen.get(&format!("/v1/agencies/{}", before["agency"]["id"].as_str().unwrap())).await.ok();
        assert_eq!(older["valid_to"], "2025-07-01");
        assert_eq!(older["successors"][0]["agency"]["id"], id.as_str());
        assert_eq!(older["predecessors"][0]["agency"]["code"], "H50.30");
        assert_eq!(citizen.get(&format!("/v1/agencies/{}", here.tenant())).await.problem(404), "not_found");
        here.stop().await;
    }

    async fn an_administrator_opens_an_agency_below_and_nobody_else_does(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let reply = province.post("/v1/agencies", &new_ward()).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        let location = reply.headers["location"].to_str().unwrap().to_owned();
        assert_eq!(province.get(&location).await.etag(), reply.etag());
        assert_eq!(province.get(&location).await.ok()["parent"]["code"], "H50");

        assert_eq!(here.officer("ward").post("/v1/agencies", &new_ward()).await.problem(403), "agency.not_administrator");
        assert_eq!(here.officer("clerk-12").post("/v1/agencies", &new_ward()).await.problem(403), "agency.not_administrator");
        let service = here.service(&["documents:agencies:write"]);
        assert_eq!(service.post("/v1/agencies", &new_ward()).await.problem(403), "agency.not_administrator");
        assert_eq!(here.citizen().post("/v1/agencies", &new_ward()).await.problem(403), "scope.missing");
        here.stop().await;
    }

    async fn the_same_request_twice_opens_one_agency(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let request = || province.request(Method::POST, "/v1/agencies").header("Idempotency-Key", "ward-14").json(&new_ward());
        let (first, second) = (send(request()).await, send(request()).await);
        assert_eq!((first.status, second.status), (201, 201));
        assert_eq!(first.body["id"], second.body["id"]);
        assert_eq!(second.headers["idempotency-replayed"], "true");
        let other = send(province.request(Method::POST, "/v1/agencies").header("Idempotency-Key", "ward-14").json(&json!({}))).await;
        assert_eq!(other.status, 422);
        here.stop().await;
    }

    async fn an_agency_that_is_wrong_is_refused_with_the_field(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let refused = async |field: &str, value: Value| {
            let mut ward = new_ward();
            ward[field] = value;
            province.post("/v1/agencies", &ward).await
        };
        let taken = refused("code", json!("H50.12")).await;
        assert_eq!(taken.problem(409), "agency.code_taken");
        assert_eq!(refused("code", json!("H50-12")).await.body["errors"][0]["pointer"], "/code");
        assert_eq!(refused("parent", json!("H77")).await.body["errors"][0]["pointer"], "/parent");
        assert_eq!(refused("parent", json!("H46")).await.problem(409), "agency.closed");
        assert_eq!(refused("units", json!(["x"])).await.body["errors"][0]["pointer"], "/units/0");
        assert_eq!(refused("kind", json!("kingdom")).await.body["errors"][0]["code"], "enum");
        assert_eq!(refused("colour", json!("red")).await.problem(400), "body.unknown_field");
        here.stop().await;
    }

    async fn a_replacement_needs_the_version_that_was_read(database) {
        let here = Installation::with_province(database).await;
        let ward = here.officer("ward");
        let path = format!("/v1/agencies/{}", ward.agency("H50.12").await);
        let reply = ward.get(&path).await;
        let etag = reply.etag().to_owned();
        let read = reply.ok();
        let new = json!({
            "name": "Ủy ban nhân dân phường Đông Hà (mới)", "kind": "commune", "symbol": "UBND", "parent": "H50",
            "valid_from": read["valid_from"], "valid_to": null, "codes": read["codes"], "units": ["19333"],
        });
        assert_eq!(send(ward.request(Method::PUT, &path).json(&new)).await.problem(428), "precondition.required");
        let replaced = ward.change(Method::PUT, &path, &etag, &new).await;
        assert_eq!(replaced.status, 200, "{}", replaced.body);
        let stale = ward.change(Method::PUT, &path, &etag, &new).await;
        assert_eq!(stale.problem(412), "precondition.stale");
        assert_eq!(stale.etag(), "\"v2\"");
        assert_eq!(ward.get(&path).await.etag(), replaced.etag());
        let events = here.events(17).await;
        let last = events.iter().rev().find(|event| event["type"] == "agency.recorded.v1").unwrap();
        assert_eq!((&last["data"]["version"], &last["data"]["name"]), (&2.into(), &new["name"]));

        // Another ward is not theirs; and to stand under nobody is nobody's to decide.
        let elsewhere = format!("/v1/agencies/{}", ward.agency("H50.13").await);
        let etag = ward.get(&elsewhere).await.etag().to_owned();
        assert_eq!(ward.change(Method::PUT, &elsewhere, &etag, &new).await.problem(403), "agency.not_administrator");
        let mut top = new.clone();
        top["parent"] = Value::Null;
        assert_eq!(ward.change(Method::PUT, &path, replaced.etag(), &top).await.problem(403), "agency.not_administrator");
        here.stop().await;
    }

    async fn of_two_changes_at_once_exactly_one_wins(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let path = format!("/v1/agencies/{}", province.agency("H50.13").await);
        let reply = province.get(&path).await;
        let (etag, read) = (reply.etag().to_owned(), reply.body);
        let change = async |name: &str| {
            let new = json!({
                "name": name, "kind": "commune", "parent": "H50", "valid_from": read["valid_from"], "codes": read["codes"],
            });
            province.change(Method::PUT, &path, &etag, &new).await.status
        };
        let mut all = vec![change("A").await];
        let (b, c, d) = tokio::join!(change("B"), change("C"), change("D"));
        all.extend([b, c, d]);
        assert_eq!(all, [200, 412, 412, 412]);
        here.stop().await;
    }

    async fn a_closed_agency_has_its_successors_and_stays_closed(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let path = format!("/v1/agencies/{}", province.agency("H50.13").await);
        let etag = province.get(&path).await.etag().to_owned();
        let merger = |successors: Value, kind: &str| json!({
            "kind": kind, "successors": successors, "effective_on": "2026-12-01", "legal_basis": "1/NQ-HĐND",
        });
        let close = async |body: Value| province.change(Method::POST, &format!("{path}/successions"), &etag, &body).await;
        assert_eq!(close(merger(json!(["H50.12", "H50.04"]), "merged_into")).await.body["errors"][0]["code"], "succession.successors");
        assert_eq!(close(merger(json!(["H50.12"]), "split_into")).await.body["errors"][0]["code"], "succession.successors");
        assert_eq!(close(merger(json!(["H50.13"]), "merged_into")).await.body["errors"][0]["pointer"], "/successors/0");
        assert_eq!(close(merger(json!(["H50.99"]), "merged_into")).await.body["errors"][0]["code"], "agency.unknown");
        let mut groundless = merger(json!(["H50.12"]), "merged_into");
        groundless["legal_basis"] = json!(" ");
        assert_eq!(close(groundless).await.body["errors"][0]["pointer"], "/legal_basis");

        let closed = close(merger(json!(["H50.12"]), "merged_into")).await;
        assert_eq!(closed.status, 201, "{}", closed.body);
        assert_eq!((&closed.body["valid_to"], &closed.body["codes"][0]["valid_to"]), (&"2026-12-01".into(), &"2026-12-01".into()));
        assert_eq!(closed.body["successors"][0]["agency"]["code"], "H50.12");
        let again = province.change(Method::POST, &format!("{path}/successions"), closed.etag(), &merger(json!(["H50.04"]), "dissolved_into")).await;
        assert_eq!(again.problem(409), "agency.succeeded");

        here.shared.clock.set_business("2026-11-30T17:00:00Z".parse().unwrap());
        let mut below = new_ward();
        below["parent"] = json!("H50.13");
        let refused = province.post("/v1/agencies", &below).await;
        assert_eq!(refused.problem(409), "agency.closed");
        assert_eq!(refused.body["successor"], "H50.12");
        here.stop().await;
    }

    async fn work_goes_only_to_agencies_within_the_administrators_reach(database) {
        let here = Installation::with_province(database).await;
        let ward = here.officer("ward");
        let path = format!("/v1/agencies/{}", ward.agency("H50.12").await);
        let etag = ward.get(&path).await.etag().to_owned();
        let away = json!({
            "kind": "merged_into", "successors": ["H50.13"], "effective_on": "2026-12-01", "legal_basis": "1/NQ-HĐND",
        });
        let refused = ward.change(Method::POST, &format!("{path}/successions"), &etag, &away).await;
        assert_eq!(refused.problem(403), "agency.not_administrator");
        assert_eq!(ward.get(&path).await.etag(), etag);
        here.stop().await;
    }

    async fn a_code_passes_on_the_day_its_holder_gives_it_up(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let path = format!("/v1/agencies/{}", province.agency("H50.13").await);
        let reply = province.get(&path).await;
        let etag = reply.etag().to_owned();
        let given_up = json!({
            "name": "Ủy ban nhân dân phường Đồng Hới", "kind": "commune", "parent": "H50", "valid_from": "2025-07-01",
            "codes": [
                {"code": "H50.13", "valid_from": "2025-07-01", "valid_to": "2026-12-01"},
                {"code": "H50.33", "valid_from": "2026-12-01", "valid_to": null},
            ],
        });
        province.change(Method::PUT, &path, &etag, &given_up).await.ok();
        let mut taker = new_ward();
        taker["code"] = json!("H50.13");
        taker["valid_from"] = json!("2026-11-30");
        assert_eq!(province.post("/v1/agencies", &taker).await.problem(409), "agency.code_taken");
        taker["valid_from"] = json!("2026-12-01");
        province.post("/v1/agencies", &taker).await.ok();
        let holders = async |day: &str| province.list(&format!("/v1/agencies?code=H50.13&open_on={day}"), "name").await;
        assert_eq!(holders("2026-11-30").await, ["Ủy ban nhân dân phường Đồng Hới"]);
        assert_eq!(holders("2026-12-01").await, ["Ủy ban nhân dân phường Quảng Trị"]);
        here.stop().await;
    }

    async fn the_feed_shows_agencies_to_whoever_may_read_them(database) {
        let here = Installation::with_province(database).await;
        here.events(16).await;
        let with = here.service(&["documents:events:read", "documents:agencies:read"]).get("/v1/events").await;
        let kinds: std::collections::BTreeSet<_> =
            with.body.as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["agency.recorded.v1", "agency.succeeded.v1"]);
        assert_eq!(with.headers["scanned-to"], "16");
        let without = here.service(&["documents:events:read"]).get("/v1/events").await;
        assert_eq!(without.body, json!([]));
        here.stop().await;
    }
}
