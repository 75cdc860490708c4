use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{Caller, Installation};

/// An agency below the ward H50.12, whose administrator is no more than that.
fn below_the_ward(code: &str) -> Value {
    json!({"code": code, "name": "Trạm y tế", "kind": "other", "parent": "H50.12", "valid_from": "2026-11-21"})
}

/// What a replacement of an agency says that changes nothing, and its path and tag.
async fn as_it_is(caller: &Caller<'_>, code: &str) -> (String, String, Value) {
    let path = format!("/v1/agencies/{}", caller.agency(code).await);
    let reply = caller.get(&path).await;
    let etag = reply.etag().to_owned();
    let read = reply.ok();
    let mut new = json!({});
    for field in ["name", "kind", "symbol", "valid_from", "valid_to", "codes", "units"] {
        new[field] = read[field].clone();
    }
    new["parent"] = read["parent"]["code"].clone();
    (path, etag, new)
}

fn dated(code: &str, from: &str, to: Option<&str>) -> Value {
    json!({"code": code, "valid_from": from, "valid_to": to})
}

on_both_databases! {
    async fn an_administrator_gives_codes_below_its_own_and_no_others(database) {
        let here = Installation::with_province(database).await;
        let ward = here.officer("ward");
        for code in ["H46", "H46.12", "G01", "H50.13", "H50.30", "H50.99", "H50.120", "H50.1", "H50", "H50.12"] {
            let refused = ward.post("/v1/agencies", &below_the_ward(code)).await;
            assert_eq!(refused.problem(403), "agency.code_not_yours", "{code}");
        }
        assert_eq!(ward.post("/v1/agencies", &below_the_ward("H50.12.01")).await.status, 201);
        // Whoever stands at the top gives any code that is free.
        let province = here.officer("province");
        for code in ["H46", "G01", "H50.30"] {
            let given = province.post("/v1/agencies", &below_the_ward(code)).await;
            assert_eq!(given.status, 201, "{}", given.body);
        }
        here.stop().await;
    }

    async fn a_code_that_was_anothers_is_given_anew_at_the_top_only(database) {
        let here = Installation::with_province(database).await;
        let (ward, province) = (here.officer("ward"), here.officer("province"));
        ward.post("/v1/agencies", &below_the_ward("H50.12.01")).await.ok();
        let (path, etag, mut new) = as_it_is(&ward, "H50.12.01").await;
        new["codes"] = json!([
            dated("H50.12.01", "2026-11-21", Some("2026-12-01")), dated("H50.12.02", "2026-12-01", None),
        ]);
        let recoded = ward.change(Method::PUT, &path, &etag, &new).await;
        assert_eq!(recoded.status, 200, "{}", recoded.body);
        let mut taker = below_the_ward("H50.12.01");
        taker["valid_from"] = json!("2026-12-01");
        assert_eq!(ward.post("/v1/agencies", &taker).await.problem(403), "agency.code_not_yours");
        assert_eq!(province.post("/v1/agencies", &taker).await.status, 201);
        // To take it back is to take it from somebody.
        new["codes"] = json!([dated("H50.12.01", "2026-11-21", None)]);
        let back = ward.change(Method::PUT, &path, recoded.etag(), &new).await;
        assert_eq!(back.problem(403), "agency.code_not_yours");
        here.stop().await;
    }

    async fn an_agency_does_not_decide_its_own_kind_and_codes(database) {
        let here = Installation::with_province(database).await;
        let (ward, province) = (here.officer("ward"), here.officer("province"));
        let (path, etag, same) = as_it_is(&ward, "H50.12").await;
        let with = |field: &str, value: Value| {
            let mut new = same.clone();
            new[field] = value;
            new
        };
        let since = "2025-07-01";
        let codes = [
            json!([dated("H46", since, None)]),
            json!([dated("H50.12", since, Some("2026-11-22")), dated("H50.98", "2026-11-22", None)]),
            json!([dated("H50.12", since, None), dated("H46", "2026-11-22", None)]),
        ];
        for codes in codes {
            let refused = ward.change(Method::PUT, &path, &etag, &with("codes", codes)).await;
            assert_eq!(refused.problem(403), "agency.decided_above");
        }
        let kind = with("kind", json!("province"));
        assert_eq!(ward.change(Method::PUT, &path, &etag, &kind).await.problem(403), "agency.decided_above");
        let named = ward.change(Method::PUT, &path, &etag, &with("name", json!("Phường Đông Hà"))).await;
        assert_eq!(named.status, 200, "{}", named.body);
        assert_eq!(province.change(Method::PUT, &path, named.etag(), &kind).await.status, 200);
        here.stop().await;
    }

    async fn an_open_agency_has_exactly_one_code_on_every_day_from_today(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let (path, etag, mut new) = as_it_is(&province, "H50.13").await;
        let since = "2025-07-01";
        for codes in [
            json!([dated("H50.13", "2026-12-01", None)]),
            json!([dated("H50.13", since, Some("2026-11-01"))]),
            json!([dated("H50.13", since, Some("2026-12-01")), dated("H50.33", "2026-12-02", None)]),
            json!([dated("H50.13", since, None), dated("H50.33", "2026-12-01", None)]),
        ] {
            new["codes"] = codes;
            let refused = province.change(Method::PUT, &path, &etag, &new).await;
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert_eq!((&refused.body["errors"][0]["code"], &refused.body["errors"][0]["pointer"]),
                (&json!("agency.codes_gap"), &json!("/codes")));
        }
        here.stop().await;
    }

    async fn an_agency_that_opens_later_shows_the_code_it_will_have(database) {
        let here = Installation::with_province(database).await;
        let mut later = below_the_ward("H50.12.01");
        later["valid_from"] = json!("2027-01-01");
        let created = here.officer("ward").post("/v1/agencies", &later).await.ok();
        assert_eq!(created["code"], "H50.12.01");
        let path = format!("/v1/agencies/{}", created["id"].as_str().unwrap());
        assert_eq!(here.citizen().get(&path).await.ok()["code"], "H50.12.01");
        here.stop().await;
    }
}
