//! What may be defined, and by whom.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{Office, element};

on_both_databases! {
    async fn an_element_is_defined_by_administrators_of_the_top_and_told_of(database) {
        let office = Box::pin(Office::start(database)).await;
        let defined = office.define("households_seen", json!({"minimum": "1", "agency_kinds": ["commune"]})).await;
        assert_eq!((defined.status, defined.header("location").is_empty()), (201, false));
        assert_eq!(office.define("households_seen", json!({})).await.problem(), (409, "data_element.exists"));
        for officer in ["clerk", "leader", "approver", "province-leader"] {
            let answer = office.post(officer, "/v1/data-elements").json(&element("other", json!({}))).await;
            assert_eq!(answer.problem(), (403, "data_element.not_administrator"), "{officer}");
        }
        let path = format!("/v1/data-elements/{}", defined.body["id"].as_str().unwrap());
        let read = office.get("stranger", &path).await;
        assert_eq!((read.status, &read.body), (200, &defined.body));
        let list = office.get("clerk", "/v1/data-elements?limit=200&count=exact").await;
        let codes: Vec<&str> = list.body["items"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"households_seen") && codes.contains(&"households_with_fibre") && codes.is_sorted());
        assert_eq!(list.body["count"], codes.len());
        // A page has what comes after it.
        let first = office.get("clerk", "/v1/data-elements?limit=3").await;
        let next = first.body["next"].as_str().unwrap();
        let second = office.get("clerk", &format!("/v1/data-elements?limit=3&after={next}")).await;
        assert_eq!(second.body["items"][0]["code"], codes[3]);
        let events = office.told("data-elements", codes.len()).await;
        let told = events.last().unwrap();
        assert_eq!((&told["type"], &told["data"]["code"]), (&"data_element.recorded.v1".into(), &"households_seen".into()));
    }

    async fn a_definition_tells_all_its_faults_and_a_wrong_formula_its_place(database) {
        let office = Box::pin(Office::start(database)).await;
        let rule = |formula: &str| json!([{"code": "r", "formula": formula, "message": {"vi": "Sai", "en": "Wrong"}}]);
        let one = |members: Value, pointer: &str, code: &str| (members, vec![(pointer.to_owned(), code.to_owned())]);
        for (members, faults) in [
            one(json!({"code": "Number"}), "/code", "code"),
            one(json!({"code": "in"}), "/code", "code"),
            one(json!({"decimals": 2}), "/decimals", "value.maximum"),
            one(json!({"kind": "percent", "minimum": "5", "maximum": "4"}), "/maximum", "order"),
            one(json!({"minimum": "1,5"}), "/minimum", "value.number"),
            one(json!({"kind": "yes_no", "maximum": "1"}), "/maximum", "value.number"),
            one(json!({"period_kind": "decade"}), "/period_kind", "enum"),
            one(json!({"kind": "choice"}), "/choices", "length"),
            one(json!({"outliers": {"change_percent": "-1"}}), "/outliers/change_percent", "value.number"),
            one(json!({"legal_source": ""}), "/legal_source", "text.one_line"),
            one(json!({"rules": rule("nothing > 1")}), "/rules/0/formula", "formula.unknown"),
            one(json!({"rules": rule("x / 0 > 1")}), "/rules/0/formula", "formula.zero_division"),
            one(json!({"rules": rule("x >")}), "/rules/0/formula", "formula.syntax"),
            one(json!({"rules": rule("x <= steering_committee_meetings")}), "/rules/0/formula", "formula.period"),
            one(json!({"rules": rule("[1].all(i, i < x)")}), "/rules/0/formula", "formula.unsupported"),
        ] {
            let answer = office.define("x", members.clone()).await;
            assert_eq!((answer.status, answer.faults()), (422, faults), "{members}");
        }
        let placed = office.define("x", json!({"rules": rule("x > 1 &&\n nothing > 1")})).await;
        assert!(placed.body["errors"][0]["message"].as_str().unwrap().contains("dòng 2, cột 2"), "{placed:?}");
        let unknown = office.define("x", json!({"colour": "red"})).await;
        assert_eq!(unknown.problem(), (400, "body.unknown_field"));
    }

    async fn what_values_and_rules_rest_on_does_not_change(database) {
        let office = Box::pin(Office::start(database)).await;
        let defined = office.define("x", json!({})).await;
        let rule = json!([{"code": "r", "formula": "y <= x", "message": {"vi": "Sai", "en": "Wrong"}}]);
        assert_eq!(office.define("y", json!({"rules": rule})).await.status, 201);
        let path = format!("/v1/data-elements/{}", defined.body["id"].as_str().unwrap());
        let without = office.put("admin", &path).json(&element("x", json!({}))).await;
        assert_eq!(without.problem(), (428, "precondition.required"));
        let used = office.put("admin", &path).at(&defined).json(&element("x", json!({"kind": "yes_no"}))).await;
        assert_eq!((used.problem(), &used.body["element"]), ((409, "data_element.used"), &"y".into()));
        let changed = office.put("admin", &path).at(&defined).json(&element("x", json!({"maximum": "9"}))).await;
        assert_eq!((changed.status, &changed.body["maximum"]), (200, &"9".into()));
        let stale = office.put("admin", &path).at(&defined).json(&element("x", json!({}))).await;
        assert_eq!(stale.problem(), (412, "precondition.stale"));
        assert_eq!(office.enter("x", "2026-Q3", "5").await.status, 201);
        let other = json!({"code": "z", "kind": "decimal", "decimals": 1, "period_kind": "month"});
        let fixed = office.put("admin", &path).at(&changed).json(&element("x", other)).await;
        let at: Vec<String> = fixed.faults().into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!((fixed.status, at), (422, ["/code", "/kind", "/decimals", "/period_kind"].map(str::to_owned).to_vec()));
    }
}
