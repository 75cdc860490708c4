//! Closed periods and corrections.

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::office::Office;

const REASON: &str = "Bổ sung số liệu của hai thôn";

on_both_databases! {
    async fn a_closed_period_takes_no_values_of_the_agency_and_of_all_below_it(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        assert_eq!(office.define("y", json!({"period_kind": "month"})).await.status, 201);
        let draft = office.enter("x", "2026-Q3", "5").await;
        let path = "/v1/element-period-closings";
        let body = |agency: &str, period: &str| json!({"agency": agency, "period": period});
        let running = office.post("admin", path).json(&body("H50", "2026-Q4")).await;
        assert_eq!(running.faults(), [("/period".to_owned(), "period.not_over".to_owned())]);
        assert_eq!(office.post("leader", path).json(&body("H50.12", "2026-Q3")).await.problem(), (403, "element_period.not_allowed"));
        assert_eq!(office.post("stranger", path).json(&body("H50.12", "2026-Q3")).await.problem(), (404, "not_found"));
        let closing = office.post("admin", path).json(&body("H50", "2026-Q3")).await;
        assert_eq!((closing.status, &closing.body["reopened_at"]), (201, &json!(null)));
        assert_eq!(office.post("approver", path).json(&body("H50.12", "2026-08")).await.problem(), (409, "element_period.closed"));

        let refused = office.enter("y", "2026-08", "5").await;
        assert_eq!((refused.problem(), &refused.body["closing"]["id"]), ((409, "element_period.closed"), &closing.body["id"]));
        assert_eq!(office.step("clerk", &draft, "submit").await.problem(), (409, "element_period.closed"));
        let value = format!("/v1/element-values/{}", draft.body["id"].as_str().unwrap());
        let change = office.patch("clerk", &value).at(&draft).json(&json!({"value": "6"})).await;
        assert_eq!(change.problem(), (409, "element_period.closed"));
        assert_eq!(office.enter("x", "2026-Q2", "5").await.status, 201, "another period is open");

        let own = format!("{path}/{}", closing.body["id"].as_str().unwrap());
        assert_eq!(office.get("clerk", &own).await.body, closing.body, "who is closed sees it");
        let reopen = format!("{own}/reopenings");
        assert_eq!(office.post("admin", &reopen).json(&json!({"reason": REASON})).await.problem(), (428, "precondition.required"));
        let short = office.post("admin", &reopen).at(&closing).json(&json!({"reason": "vì thế"})).await;
        assert_eq!(short.faults(), [("/reason".to_owned(), "too_short".to_owned())]);
        assert_eq!(office.post("approver", &reopen).at(&closing).json(&json!({"reason": REASON})).await.problem(), (403, "element_period.not_allowed"));
        let open = office.post("admin", &reopen).at(&closing).json(&json!({"reason": REASON})).await;
        assert_eq!((open.status, &open.body["reason"]), (200, &REASON.into()));
        assert_eq!(office.post("admin", &reopen).at(&open).json(&json!({"reason": REASON})).await.problem(), (409, "element_period.open"));
        assert_eq!(office.step("clerk", &draft, "submit").await.status, 200);
        let told = office.told("element-period-closings", 2).await;
        let types: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["element_period.closed.v1", "element_period.reopened.v1"]);
        assert_eq!(office.get("clerk", &format!("{path}?count=exact")).await.body["count"], 1);
    }

    async fn of_many_who_close_at_once_one_does_and_no_value_slips_in(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        let body = json!({"agency": "H50.12", "period": "2026-Q3"});
        let closings = futures_util::future::join_all((0..8).map(|_| office.post("admin", "/v1/element-period-closings").json(&body)));
        let (closings, entered) = tokio::join!(closings, office.enter("x", "2026-Q3", "5"));
        assert_eq!(closings.iter().filter(|answer| answer.status == 201).count(), 1, "{closings:?}");
        assert_eq!(closings.iter().filter(|answer| answer.problem() == (409, "element_period.closed")).count(), 7);
        // Before the closing or not at all: what the answer said is so.
        let known = office.get("clerk", "/v1/element-values?period=2026-Q3").await;
        assert_eq!(known.body["items"].as_array().unwrap().len(), usize::from(entered.status == 201), "{entered:?}");
        let closing = closings.iter().find(|answer| answer.status == 201).unwrap();
        let reopen = format!("/v1/element-period-closings/{}/reopenings", closing.body["id"].as_str().unwrap());
        assert_eq!(office.post("admin", &reopen).at(closing).json(&json!({"reason": REASON})).await.status, 200);
        assert_ne!(office.enter("x", "2026-Q3", "5").await.problem().1, "element_period.closed", "it is open again");
    }

    async fn one_locked_value_is_corrected_while_its_period_stays_closed(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        let approved = office.approved("x", "2026-Q3", "5").await;
        let locked = office.step("approver", &approved, "lock").await;
        let body = json!({"agency": "H50", "period": "2026-Q3"});
        assert_eq!(office.post("admin", "/v1/element-period-closings").json(&body).await.status, 201);
        let path = format!("/v1/element-values/{}", locked.body["id"].as_str().unwrap());
        assert_eq!(office.patch("clerk", &path).at(&locked).json(&json!({"value": "6"})).await.problem(), (409, "element_value.state"));
        let silent = office.post("approver", &format!("{path}/transitions")).at(&locked).json(&json!({"action": "reopen"})).await;
        assert_eq!(silent.faults(), [("/reason".to_owned(), "required".to_owned())]);
        let open = office.step("approver", &locked, "reopen").await;
        assert_eq!((&open.body["state"], &open.body["correcting"], &open.body["approved"]), (&"draft".into(), &true.into(), &json!(null)));
        let mut value = office.patch("clerk", &path).at(&open).json(&json!({"value": "6"})).await;
        for (officer, action) in [("clerk", "submit"), ("leader", "check"), ("approver", "approve"), ("approver", "lock")] {
            value = office.step(officer, &value, action).await;
            assert_eq!(value.status, 200, "{action}: {value:?}");
        }
        assert_eq!((&value.body["value"], &value.body["correcting"]), (&"6".into(), &false.into()));
    }
}
