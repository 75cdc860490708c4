//! Shape: versions, ids of requests and traces, text.

use crate::tiny::{THING, Tiny};

#[tokio::test]
async fn every_answer_has_the_api_version_and_no_sniffing_and_is_private() {
    let tiny = Tiny::start();
    for path in ["/v1/things", "/v1/nothing", "/v1/fail?how=panic", "/livez"] {
        let answer = tiny.get(path).await;
        assert_eq!(answer.header("api-version"), "1.2.3-tiny", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        if path.starts_with("/v1") {
            assert_eq!(answer.header("cache-control"), "private, no-cache", "{path}");
        }
    }
}

#[tokio::test]
async fn a_request_id_is_echoed_when_safe_and_made_otherwise() {
    let tiny = Tiny::start();
    let given = tiny.get_with("/v1/things", ("x-request-id", "portal-2026-1")).await;
    assert_eq!(given.header("x-request-id"), "portal-2026-1");
    let unsafe_id = tiny.get_with("/v1/nothing", ("x-request-id", "a b\"c")).await;
    assert_eq!(unsafe_id.header("x-request-id").len(), 36);
    assert_eq!(unsafe_id.problem().0, 404);
}

#[tokio::test]
async fn a_traceparent_is_echoed_and_passed_on_to_other_services() {
    let tiny = Tiny::start();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let answer = tiny.get_with("/v1/trace", ("traceparent", parent)).await;
    assert_eq!(answer.header("traceparent"), parent);
    assert_eq!(answer.json()["trace"], "4bf92f3577b34da6a3ce929d0e0e4736");
    let passed_on = answer.json()["headers"].to_string();
    assert!(passed_on.contains("00-4bf92f3577b34da6a3ce929d0e0e4736-") && !passed_on.contains(parent), "{passed_on}");
    let begun = tiny.get("/v1/trace").await;
    assert!(begun.header("traceparent").contains(begun.json()["trace"].as_str().unwrap()));
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_by_name_on_every_operation() {
    let tiny = Tiny::start();
    let answer = tiny.get("/v1/things?limit=2&colour=red").await;
    assert_eq!(answer.problem(), (400, "parameter.unknown".to_owned()));
    assert_eq!(answer.json()["parameter"], "colour");
    let none_taken = tiny.get(&format!("{THING}?x=1")).await;
    assert_eq!(none_taken.problem(), (400, "parameter.unknown".to_owned()));
    let written = tiny.post("/v1/things?x=1", r#"{"name": "A"}"#).await;
    assert_eq!(written.problem(), (400, "parameter.unknown".to_owned()));
}

#[tokio::test]
async fn text_arrives_in_normal_form_c() {
    let tiny = Tiny::start();
    let answer = tiny.post("/v1/things", "{\"name\": \"Qua\u{309}ng Tri\\u0323\"}").await;
    assert_eq!(answer.json()["name"], "Quảng Trị");
}

#[tokio::test]
async fn an_id_that_is_no_id_is_not_found() {
    let tiny = Tiny::start();
    assert_eq!(tiny.get("/v1/things/H50.12").await.problem(), (404, "not_found".to_owned()));
}
