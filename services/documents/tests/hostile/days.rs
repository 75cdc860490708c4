use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::Installation;

const WRONG: [&str; 8] =
    ["-262143-01-01", "+262142-12-31", "9999-12-31", "1899-12-31", "0001-01-01", "2026-2-1", "2026-02-30", "tomorrow"];

on_both_databases! {
    async fn days_in_parameters_have_four_digits_and_a_year_of_these_centuries(database) {
        let here = Installation::with_province(database).await;
        let citizen = here.citizen();
        for day in WRONG {
            let day = day.replace('+', "%2B");
            for path in ["/v1/agencies?open_on=", "/v1/administrative-units?on="] {
                let refused = citizen.get(&format!("{path}{day}")).await;
                assert_eq!(refused.problem(400), "parameter.invalid", "{path}{day}");
                assert!(path.contains(refused.body["parameter"].as_str().unwrap()), "{}", refused.body);
            }
        }
        for day in ["1900-01-01", "2199-12-31"] {
            assert_eq!(citizen.get(&format!("/v1/agencies?open_on={day}")).await.status, 200);
            assert_eq!(citizen.get(&format!("/v1/administrative-units?on={day}")).await.status, 200);
        }
        here.stop().await;
    }

    async fn days_in_bodies_are_refused_at_their_field(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let refused = async |method: Method, path: &str, body: &Value, pointer: &str| {
            let reply = province.change(method, path, "\"v1\"", body).await;
            assert_eq!(reply.problem(422), "validation", "{path} {body}");
            assert_eq!(reply.body["errors"][0]["pointer"], pointer, "{body}");
        };
        let ward = format!("/v1/agencies/{}", province.agency("H50.13").await);
        for day in WRONG {
            let new = json!({"code": "H50.14", "name": "A", "kind": "commune", "parent": "H50", "valid_from": day});
            refused(Method::POST, "/v1/agencies", &new, "/valid_from").await;
            let with = |from: &str, to: Value, code_to: Value| json!({
                "name": "A", "kind": "commune", "parent": "H50", "valid_from": from, "valid_to": to,
                "codes": [{"code": "H50.13", "valid_from": "2025-07-01", "valid_to": code_to}],
            });
            refused(Method::PUT, &ward, &with(day, Value::Null, Value::Null), "/valid_from").await;
            refused(Method::PUT, &ward, &with("2025-07-01", json!(day), Value::Null), "/valid_to").await;
            refused(Method::PUT, &ward, &with("2025-07-01", Value::Null, json!(day)), "/codes/0/valid_to").await;
            let merger = json!({"kind": "renamed", "successors": ["H50.12"], "effective_on": day, "legal_basis": "1"});
            refused(Method::POST, &format!("{ward}/successions"), &merger, "/effective_on").await;
            let grant = json!({"agency": "H50.12", "role": "clerk", "valid_from": "2026-12-01", "valid_to": day});
            let officer = json!({"subject": "new", "name": "A", "grants": [grant]});
            refused(Method::POST, "/v1/officers", &officer, "/grants/0/valid_to").await;
        }
        here.stop().await;
    }
}
