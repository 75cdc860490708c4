//! What a call sends, and what its caller gets to hear.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod setting;

use std::time::Duration;

use futures_util::stream;
use motcua_peer::{ByteStream, PeerError, Timing};
use serde_json::{Value, json};
use wiremock::matchers::{body_json, header, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use setting::{patient, peer, peer_with};

#[tokio::test]
async fn a_read_carries_token_language_and_the_headers_of_its_request() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/agencies"))
        .and(query_param("agency", "under:H50"))
        .and(query_param("name", "Quảng Trị & Huế"))
        .and(header("authorization", "Bearer token-1"))
        .and(header("accept-language", "vi"))
        .and(header("x-request-id", "request-7"))
        .and(header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
        .respond_with(ResponseTemplate::new(200).insert_header("etag", "\"3\"").set_body_json(json!({"items": [1]})))
        .expect(1)
        .mount(&server)
        .await;
    let call = peer(&server).get("/v1/agencies").query("agency", "under:H50").query("name", "Quảng Trị & Huế");
    let answer = call.send::<Value>().await.unwrap();
    assert_eq!((answer.status, answer.header("ETag")), (200, Some("\"3\"")));
    assert_eq!(answer.body, json!({"items": [1]}));
}

#[tokio::test]
async fn a_write_carries_its_key_and_precondition() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/decisions"))
        .and(header("idempotency-key", "dossier-1"))
        .and(header("if-match", "\"3\""))
        .and(header("content-type", "application/json"))
        .and(body_json(json!({"external_ref": "dossier-1"})))
        .respond_with(
            ResponseTemplate::new(201).insert_header("location", "/v1/d/1").set_body_json(json!({"number": 15})),
        )
        .expect(1)
        .mount(&server)
        .await;
    let call = peer(&server).post("/v1/decisions", &json!({"external_ref": "dossier-1"}));
    let answer = call.idempotency_key("dossier-1").header("If-Match", "\"3\"").send::<Value>().await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (201, Some("/v1/d/1")));
}

#[tokio::test]
async fn a_long_poll_may_take_as_long_as_it_asked_for() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_millis(600)).set_body_json(json!([]));
    Mock::given(query_param("wait", "1")).respond_with(slow).mount(&server).await;
    let peer = peer_with(&server, Timing { request: Duration::from_millis(200), ..patient() });
    let answer = peer.get("/v1/events").wait_up_to(Duration::from_secs(1)).send::<Value>().await;
    assert!(answer.is_ok(), "{answer:?}");
}

#[tokio::test]
async fn a_file_is_streamed_and_begun_anew_for_every_attempt() {
    let server = MockServer::start().await;
    let sent =
        || Mock::given(method("POST")).and(header("content-length", "11")).and(header("content-type", "text/plain"));
    sent().respond_with(ResponseTemplate::new(503)).up_to_n_times(1).with_priority(1).mount(&server).await;
    sent().respond_with(ResponseTemplate::new(201).set_body_json(json!({"size": 11}))).mount(&server).await;
    let open = || -> motcua_peer::Opening {
        Box::pin(async {
            let parts = ["hello", " ", "world"].map(|part| Ok(bytes::Bytes::from(part)));
            Ok(Box::pin(stream::iter(parts)) as ByteStream)
        })
    };
    let call = peer(&server).upload("/v1/files", "text/plain", 11, open).idempotency_key("file-1");
    assert_eq!(call.send::<Value>().await.unwrap().body, json!({"size": 11}));
    let bodies: Vec<_> = server.received_requests().await.unwrap().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [b"hello world", b"hello world"]);
}

#[tokio::test]
async fn a_file_of_ours_that_cannot_be_read_is_no_fault_of_theirs() {
    let server = MockServer::start().await;
    let open = || -> motcua_peer::Opening { Box::pin(async { Err(std::io::Error::other("disk gone")) }) };
    let error = peer(&server).upload("/v1/files", "text/plain", 11, open).idempotency_key("f").send::<Value>().await;
    assert!(error.unwrap_err().to_string().contains("our own file: disk gone"));
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_keeps_the_whole_problem_document() {
    let server = MockServer::start().await;
    let problem = json!({"status": 409, "code": "agency.closed", "successor": "H50", "detail": "…"});
    let answer = ResponseTemplate::new(409).set_body_raw(problem.to_string(), "application/problem+json");
    Mock::given(path("/v1/decisions")).respond_with(answer).expect(1).mount(&server).await;
    let call = peer(&server).post("/v1/decisions", &json!({})).idempotency_key("k");
    let error = call.send::<Value>().await.unwrap_err();
    assert_eq!(error.code(), Some("agency.closed"));
    assert!(!error.may_succeed_later());
    let PeerError::Refused { status: 409, problem, .. } = error else { panic!("{error:?}") };
    assert_eq!(problem["successor"], "H50");
}

#[tokio::test]
async fn later_and_never_can_be_told_apart() {
    for (status, code, later) in [
        (400, "query.unknown", false),
        (401, "token.expired", true),
        (403, "scope.missing", false),
        (404, "not_found", false),
        (409, "dossier.state", false),
        (409, "idempotency.in_progress", true),
        (412, "precondition.failed", false),
        (422, "validation", false),
        (429, "too_many_requests", true),
        (500, "internal", true),
        (501, "not_implemented", false),
        (503, "unavailable", true),
        (507, "storage.full", true),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_json(json!({"code": code}));
        Mock::given(method("GET")).respond_with(answer).mount(&server).await;
        let error = peer(&server).get("/v1/x").send::<Value>().await.unwrap_err();
        assert_eq!((error.code(), error.may_succeed_later()), (Some(code), later), "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_the_contract_is_said_to() {
    for answer in [
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_json(json!({"other": 1})),
        ResponseTemplate::new(200),
        ResponseTemplate::new(200).set_body_string("[".repeat(33 * 1024 * 1024)),
        ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/"),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .and(header_exists("authorization"))
            .respond_with(answer)
            .expect(1)
            .mount(&server)
            .await;
        let error = peer(&server).get("/v1/x").send::<Vec<u8>>().await.unwrap_err();
        assert!(matches!(error, PeerError::Broken { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn an_empty_answer_is_nothing_and_a_refusal_without_a_document_has_its_status() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    assert!(peer(&server).get("/v1/x").send::<()>().await.is_ok());
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(404).set_body_string("<html>")).mount(&server).await;
    assert_eq!(peer(&server).get("/v1/x").send::<()>().await.unwrap_err().code(), Some("http.404"));
}
