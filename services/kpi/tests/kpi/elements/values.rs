//! The way of a value: who enters, checks and approves, what stops it, and what is kept of it.

use motcua_agencies::SuccessionKind;
use motcua_kernel::{ActorKind, Role};
use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::office::Office;
use crate::province::{agency, agency_news, officer_news, succession_news};

on_both_databases! {
    async fn a_value_goes_its_way_through_three_persons_and_keeps_every_version(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        let entered = office.enter("x", "2026-Q3", "0100").await;
        assert_eq!((entered.status, &entered.body["value"], &entered.body["state"]), (201, &"100".into(), &"draft".into()));
        assert_eq!(entered.body["agency"]["responsible"]["id"], office.ward.id.to_string());
        let path = format!("/v1/element-values/{}", entered.body["id"].as_str().unwrap());
        let changed = office.patch("processor", &path).at(&entered).json(&json!({"value": "110"})).await;
        assert_eq!((changed.status, &changed.body["value"]), (200, &"110".into()));
        assert!(changed.body["entered"]["actor"].as_str().unwrap().starts_with("officer:processor@"));
        let early = office.step("leader", &changed, "check").await;
        assert_eq!((early.problem(), &early.body["allowed_actions"]), ((409, "element_value.state"), &json!(["submit"])));
        let submitted = office.step("clerk", &changed, "submit").await;
        let sealed = office.patch("clerk", &path).at(&submitted).json(&json!({"value": "1"})).await;
        assert_eq!((sealed.problem(), &sealed.body["state"]), ((409, "element_value.state"), &"submitted".into()));
        for (officer, action) in [("clerk", "check"), ("leader", "approve"), ("processor", "return")] {
            assert_eq!(office.step(officer, &submitted, action).await.problem(), (403, "element_value.not_allowed"));
        }
        let returned = office.step("leader", &submitted, "return").await;
        assert_eq!((returned.status, &returned.body["state"]), (200, &"returned".into()));
        let again = office.step("clerk", &returned, "submit").await;
        let checked = office.step("approver", &again, "check").await;
        assert_eq!(office.step("approver", &checked, "approve").await.problem(), (403, "element_value.same_person"));
        let approved = office.step("province-approver", &checked, "approve").await;
        assert_eq!((approved.status, &approved.body["state"]), (200, &"approved".into()));
        let locked = office.step("approver", &approved, "lock").await;
        assert_eq!(locked.body["allowed_actions"], json!(["reopen"]));

        let steps = office.get("clerk", &format!("{path}/steps?limit=200&count=exact")).await;
        let of = |step: &serde_json::Value| {
            let text = |name: &str| step[name].as_str().unwrap().to_owned();
            (step["version"].as_i64().unwrap(), text("action"), text("state"), text("value"))
        };
        let kept: Vec<_> = steps.body["items"].as_array().unwrap().iter().rev().map(of).collect();
        let step = |version, action: &str, state: &str, value: &str| (version, action.to_owned(), state.to_owned(), value.to_owned());
        assert_eq!(kept, [
            step(1, "enter", "draft", "100"),
            step(2, "enter", "draft", "110"),
            step(3, "submit", "submitted", "110"),
            step(4, "return", "returned", "110"),
            step(5, "submit", "submitted", "110"),
            step(6, "check", "checked", "110"),
            step(7, "approve", "approved", "110"),
            step(8, "lock", "locked", "110"),
        ]);
        assert_eq!(steps.body["items"][4]["reason"], "Rà soát lại số liệu của các thôn");
        let told = office.told("element-values", 8).await;
        let types: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(types, [
            "element_value.entered.v1", "element_value.entered.v1", "element_value.submitted.v1", "element_value.returned.v1",
            "element_value.submitted.v1", "element_value.checked.v1", "element_value.approved.v1", "element_value.locked.v1",
        ]);
        assert!(!told[3].to_string().contains("Rà soát"), "what people write freely is not told");
    }

    async fn who_entered_a_value_does_not_check_it_even_with_the_role(database) {
        let office = Box::pin(Office::start(database)).await;
        let both = officer_news("both", office.ward.id, Role::Clerk);
        let mut data = both.data.clone();
        let mut grant = data["grants"][0].clone();
        grant["role"] = "approver".into();
        data["grants"].as_array_mut().unwrap().push(grant);
        office.tell([crate::province::News { data, ..both }]).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        let body = json!({"element": "x", "agency": "H50.12", "period": "2026-Q3", "value": "1"});
        let entered = office.post("both", "/v1/element-values").json(&body).await;
        let submitted = office.step("both", &entered, "submit").await;
        assert_eq!(office.step("both", &submitted, "check").await.problem(), (403, "element_value.same_person"));
        let checked = office.step("leader", &submitted, "check").await;
        assert_eq!(office.step("both", &checked, "approve").await.problem(), (403, "element_value.same_person"));

        // Whoever entered the number stays one of those who entered it, also after somebody else has added to it.
        let mine = office.post("both", "/v1/element-values").json(&json!({"element": "x", "agency": "H50.12", "period": "2026-Q1", "value": "5"})).await;
        let path = format!("/v1/element-values/{}", mine.body["id"].as_str().unwrap());
        let ours = office.patch("clerk", &path).at(&mine).json(&json!({"evidence": {"document_number": "15/BC-UBND"}})).await;
        assert_eq!(ours.status, 200, "{ours:?}");
        let submitted = office.step("clerk", &ours, "submit").await;
        assert_eq!(office.step("both", &submitted, "check").await.problem(), (403, "element_value.same_person"));
        let checked = office.step("leader", &submitted, "check").await;
        assert_eq!(office.step("both", &checked, "approve").await.problem(), (403, "element_value.same_person"));
        assert_eq!(office.step("approver", &checked, "approve").await.status, 200);
    }

    async fn a_value_is_submitted_with_its_evidence_and_in_agreement_with_the_rules(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("population", json!({})).await.problem(), (409, "data_element.exists"));
        assert_eq!(office.define("people", json!({})).await.status, 201);
        let rule = json!([{"code": "within", "formula": "trained <= people", "message": {"vi": "Nhiều hơn dân số", "en": "More than there are"}}]);
        assert_eq!(office.define("trained", json!({"rules": rule, "needs_evidence": true})).await.status, 201);
        let trained = office.enter("trained", "2026-Q3", "30").await;
        assert_eq!(trained.body["broken_rules"], json!([]), "there is nothing to compare with yet");
        let people = office.enter("people", "2026-Q3", "20").await;
        assert_eq!(people.body["broken_rules"][0]["code"], "trained/within", "the rule is about both");
        let refused = office.step("clerk", &trained, "submit").await;
        let faults = [("/evidence", "required"), ("/value", "rule.trained/within")].map(|(p, c)| (p.to_owned(), c.to_owned()));
        assert_eq!((refused.status, refused.faults()), (422, faults.to_vec()));
        assert_eq!(office.step("clerk", &people, "submit").await.faults()[0].1, "rule.trained/within");
        let path = format!("/v1/element-values/{}", trained.body["id"].as_str().unwrap());
        let bad = json!({"evidence": {"link": "http://x", "document_number": "1\n2"}});
        let refused = office.patch("clerk", &path).at(&trained).json(&bad).await;
        let at: Vec<String> = refused.faults().into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(at, ["/evidence/link", "/evidence/document_number"]);
        let good = json!({"value": "20", "evidence": {"document_number": "15/BC-UBND"}});
        let mended = office.patch("clerk", &path).at(&trained).json(&good).await;
        assert_eq!(office.step("clerk", &mended, "submit").await.status, 200);
        assert_eq!(office.step("clerk", &people, "submit").await.status, 200);
    }

    async fn an_outlier_is_submitted_only_with_a_reason(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({"outliers": {"change_percent": "20"}})).await.status, 201);
        assert_eq!(office.enter("x", "2026-Q2", "100").await.body["warnings"], json!([]));
        let usual = office.enter("x", "2026-Q3", "120").await;
        assert_eq!(usual.body["warnings"], json!([]));
        let path = format!("/v1/element-values/{}", usual.body["id"].as_str().unwrap());
        let odd = office.patch("clerk", &path).at(&usual).json(&json!({"value": "121"})).await;
        assert_eq!(odd.body["warnings"][0]["code"], "outlier.change");
        assert_eq!(office.step("clerk", &odd, "submit").await.faults(), [("/accepted_because".to_owned(), "warnings.open".to_owned())]);
        let accepted = json!({"accepted_because": "Hai thôn sáp nhập vào phường trong quý"});
        let accepted = office.patch("clerk", &path).at(&odd).json(&accepted).await;
        assert_eq!(office.step("clerk", &accepted, "submit").await.status, 200);
        // Another value needs another reason.
        let next = office.enter("x", "2026-Q4", "500").await;
        let path = format!("/v1/element-values/{}", next.body["id"].as_str().unwrap());
        let reasoned = office.patch("clerk", &path).at(&next).json(&json!({"accepted_because": "Đã rà soát từng thôn"})).await;
        let other = office.patch("clerk", &path).at(&reasoned).json(&json!({"value": "600"})).await;
        assert_eq!(other.body["accepted_because"], serde_json::Value::Null);
    }

    async fn a_foreign_agency_is_not_found_and_a_missing_role_is_named(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({"agency_kinds": ["commune"]})).await.status, 201);
        let body = |agency: &str| json!({"element": "x", "agency": agency, "period": "2026-Q3", "value": "1"});
        let value = office.enter("x", "2026-Q3", "1").await;
        let path = format!("/v1/element-values/{}", value.body["id"].as_str().unwrap());
        assert_eq!(office.post("stranger", "/v1/element-values").json(&body("H50.12")).await.problem(), (404, "not_found"));
        assert_eq!(office.get("stranger", &path).await.problem(), (404, "not_found"));
        assert_eq!(office.get("stranger", &format!("{path}/steps")).await.problem(), (404, "not_found"));
        assert_eq!(office.step("stranger", &value, "submit").await.problem(), (404, "not_found"));
        assert_eq!(office.get("stranger", "/v1/element-values").await.body["items"], json!([]));
        assert_eq!(office.get("province-leader", "/v1/element-values").await.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(office.post("leader", "/v1/element-values").json(&body("H50.12")).await.problem(), (403, "element_value.not_entering"));
        let unknown = office.post("clerk", "/v1/element-values").json(&body("H99")).await;
        assert_eq!(unknown.faults(), [("/agency".to_owned(), "agency.unknown".to_owned())]);
        let kind = office.post("province-clerk", "/v1/element-values").json(&body("H50")).await;
        assert_eq!(kind.faults(), [("/agency".to_owned(), "agency.kind".to_owned())]);
        let tenant = office.setting.around.tenant();
        let citizen = office.setting.token_with(ActorKind::Citizen, &["kpi:elements:read"], tenant);
        assert_eq!(office.setting.get("/v1/element-values", &citizen).await.body["items"], json!([]));
        let without = office.setting.token_with(ActorKind::Service, &["kpi:indicators:read"], tenant);
        assert_eq!(office.setting.get("/v1/element-values", &without).await.problem(), (403, "scope.missing"));
        let service = office.setting.token_with(ActorKind::Service, &["kpi:elements:read"], tenant);
        assert_eq!(office.setting.get(&path, &service).await.status, 200);
    }

    async fn bad_values_are_refused_by_place(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({"kind": "percent", "decimals": 1, "maximum": "100"})).await.status, 201);
        for (period, value, pointer, code) in [
            ("2026-Q3", "-1", "/value", "value.negative"),
            ("2026-Q3", "74,3", "/value", "value.decimal_mark"),
            ("2026-Q3", "74.31", "/value", "value.decimals"),
            ("2026-Q3", "100.1", "/value", "value.maximum"),
            ("2026-Q3", "", "/value", "value.number"),
            ("2027-Q1", "1", "/period", "period.future"),
            ("2026-11", "1", "/period", "period.kind"),
            ("quý 3", "1", "/period", "period.malformed"),
        ] {
            let answer = office.enter("x", period, value).await;
            assert_eq!((answer.status, answer.faults()), (422, vec![(pointer.to_owned(), code.to_owned())]), "{period} {value}");
        }
        assert_eq!(office.enter("nothing", "2026-Q3", "1").await.faults(), [("/element".to_owned(), "data_element.unknown".to_owned())]);
        let value = office.enter("x", "2026-Q3", "74.3").await;
        let path = format!("/v1/element-values/{}", value.body["id"].as_str().unwrap());
        assert_eq!(office.patch("clerk", &path).json(&json!({})).await.problem(), (428, "precondition.required"));
        let changed = office.patch("clerk", &path).at(&value).json(&json!({"value": "75"})).await;
        assert_eq!(changed.body["value"], "75.0");
        assert_eq!(office.patch("clerk", &path).at(&value).json(&json!({})).await.problem(), (412, "precondition.stale"));
        let twice = office.enter("x", "2026-Q3", "1").await;
        assert_eq!((twice.problem(), &twice.body["id"]), ((409, "element_value.exists"), &value.body["id"]));
        for wrong in ["period=Q3", "state=open", "agency=H99", "element=nothing", "agency=in:H50,H51"] {
            assert_eq!(office.get("clerk", &format!("/v1/element-values?{wrong}")).await.problem(), (400, "filter.invalid"), "{wrong}");
        }
        let found = office.get("clerk", "/v1/element-values?period=in:2026-Q2,2026-Q3&state=draft&agency=under:H50&element=x&count=exact").await;
        assert_eq!(found.body["count"], 1);
    }

    async fn the_same_request_acts_once_and_of_two_at_once_one_wins(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        let body = json!({"element": "x", "agency": "H50.12", "period": "2026-Q3", "value": "1"});
        let one = office.post("clerk", "/v1/element-values").key("k").json(&body).await;
        let two = office.post("clerk", "/v1/element-values").key("k").json(&body).await;
        assert_eq!((one.status, &one.body, two.header("idempotency-replayed")), (201, &two.body, "true"));
        let other = json!({"element": "x", "agency": "H50.12", "period": "2026-Q2", "value": "1"});
        let both = tokio::join!(
            office.post("clerk", "/v1/element-values").json(&other),
            office.post("processor", "/v1/element-values").json(&other)
        );
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }

    async fn a_code_means_its_holder_in_the_period_and_who_goes_on_may_correct(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({"period_kind": "year"})).await.status, 201);
        let old = agency("H51.7", Some(office.province.id), "1990-01-01", Some("2025-07-01"));
        let new = agency("H51.7", Some(office.province.id), "2025-07-01", None);
        let succession = succession_news(&old, &new, SuccessionKind::MergedInto);
        let clerk = officer_news("new-clerk", new.id, Role::Clerk);
        office.tell([agency_news(&old), agency_news(&new), succession, clerk]).await;
        let body = |period: &str| json!({"element": "x", "agency": "H51.7", "period": period, "value": "1"});
        let then = office.post("new-clerk", "/v1/element-values").json(&body("2024")).await;
        let now = office.post("new-clerk", "/v1/element-values").json(&body("2026")).await;
        assert_eq!((then.status, now.status), (201, 201), "{then:?}");
        assert_eq!(then.body["agency"]["id"], old.id.to_string());
        assert_eq!(then.body["agency"]["responsible"]["id"], new.id.to_string());
        assert_eq!(now.body["agency"]["id"], new.id.to_string());
        // A ward that is merged tomorrow takes its values with it.
        let ward = office.enter("x", "2026", "5").await;
        let heir = agency("H50.99", Some(office.province.id), "2026-11-01", None);
        let closed = motcua_agencies::AgencyRecord { valid_to: Some("2026-11-20".parse().unwrap()), version: 2, ..office.ward.clone() };
        let succession = succession_news(&closed, &heir, SuccessionKind::MergedInto);
        office.tell([agency_news(&heir), agency_news(&closed), succession, officer_news("heir", heir.id, Role::Clerk)]).await;
        let path = format!("/v1/element-values/{}", ward.body["id"].as_str().unwrap());
        let token = office.token("heir");
        let (moved, _) = office.setting.get_until(&path, &token, |answer| answer.status == 200).await;
        assert_eq!(moved.body["agency"]["responsible"]["code"], "H50.99");
        let changed = office.patch("heir", &path).at(&moved).json(&json!({"value": "6"})).await;
        assert_eq!((changed.status, &changed.body["agency"]["written_code"]), (200, &"H50.12".into()));
    }
}
