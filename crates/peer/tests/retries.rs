//! Another service that misbehaves: away, slow, overloaded, cut off in the middle.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod setting;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use motcua_peer::{PeerError, Timing};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use setting::{patient, peer, peer_at, peer_with};

/// Answers `failures` times with a status and then well.
async fn recovering(failures: u64, status: u16) -> MockServer {
    let server = MockServer::start().await;
    let failing = ResponseTemplate::new(status);
    Mock::given(wiremock::matchers::any())
        .respond_with(failing)
        .up_to_n_times(failures)
        .with_priority(1)
        .mount(&server)
        .await;
    let well = ResponseTemplate::new(200).set_body_json(json!("done"));
    Mock::given(wiremock::matchers::any()).respond_with(well).mount(&server).await;
    server
}

async fn calls(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_read_is_tried_again_while_the_other_side_is_away() {
    for status in [429, 502, 503, 504] {
        let server = recovering(3, status).await;
        assert!(peer(&server).get("/v1/x").send::<Value>().await.is_ok(), "{status}");
        assert_eq!(calls(&server).await, 4);
    }
}

#[tokio::test]
async fn trying_again_ends() {
    let server = recovering(100, 503).await;
    let error = peer(&server).get("/v1/x").send::<Value>().await.unwrap_err();
    assert!(matches!(error, PeerError::Refused { status: 503, .. }), "{error:?}");
    assert_eq!(calls(&server).await, 4);
}

#[tokio::test]
async fn a_write_is_tried_again_only_with_an_idempotency_key() {
    let server = recovering(1, 503).await;
    assert!(peer(&server).post("/v1/x", &json!({})).send::<Value>().await.is_err());
    assert_eq!(calls(&server).await, 1);

    let server = recovering(1, 503).await;
    assert!(peer(&server).post("/v1/x", &json!({})).idempotency_key("k").send::<Value>().await.is_ok());
    let keys: Vec<_> = server
        .received_requests()
        .await
        .unwrap()
        .into_iter()
        .map(|request| request.headers["idempotency-key"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(keys, ["k", "k"]);
}

#[tokio::test]
async fn what_the_other_side_decided_is_not_asked_again() {
    for status in [400, 403, 404, 409, 422, 500, 501, 507] {
        let server = recovering(1, status).await;
        assert!(peer(&server).get("/v1/x").send::<Value>().await.is_err(), "{status}");
        assert_eq!(calls(&server).await, 1, "{status}");
    }
}

#[tokio::test]
async fn a_wait_that_the_other_side_asks_for_is_kept() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "1");
    Mock::given(method("GET")).respond_with(busy).up_to_n_times(1).with_priority(1).mount(&server).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let started = Instant::now();
    assert!(peer(&server).get("/v1/x").send::<Value>().await.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_wait_longer_than_our_patience_is_left_to_the_caller() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "120");
    Mock::given(method("GET")).respond_with(busy).expect(1).mount(&server).await;
    let error = peer(&server).get("/v1/x").send::<Value>().await.unwrap_err();
    let PeerError::Refused { status: 429, retry_after, .. } = error else { panic!("{error:?}") };
    assert_eq!(retry_after, Some(Duration::from_mins(2)));
}

#[tokio::test]
async fn a_slow_answer_is_given_up_and_not_waited_for_twice() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(20));
    Mock::given(method("GET")).respond_with(slow).mount(&server).await;
    let peer = peer_with(&server, Timing { request: Duration::from_millis(200), ..patient() });
    let started = Instant::now();
    let error = peer.get("/v1/x").send::<Value>().await.unwrap_err();
    assert!(matches!(error, PeerError::Unreachable { .. }) && error.may_succeed_later(), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert_eq!(calls(&server).await, 1);
}

#[tokio::test]
async fn nothing_listening_is_tried_again_until_something_does() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let peer = peer_at(&format!("http://{address}"), Timing { first_wait: Duration::from_millis(200), ..patient() });
    let call = tokio::spawn(peer.get("/v1/x").send::<Value>());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let server = MockServer::builder().listener(std::net::TcpListener::bind(address).unwrap()).start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    assert!(call.await.unwrap().is_ok());

    drop(server);
    let error = peer_at("http://127.0.0.1:1", patient()).get("/v1/x").send::<Value>().await.unwrap_err();
    assert!(matches!(error, PeerError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("refused"), "the cause is told: {error}");
}

/// A server that reads a request, answers with these bytes and closes; after `times` it answers well.
async fn cutting(answer: &'static str, times: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            if stream.read(&mut request).await.unwrap_or_default() == 0 {
                continue;
            }
            let well = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n\"done\"";
            let text = if counted.fetch_add(1, Ordering::SeqCst) < times { answer } else { well };
            stream.write_all(text.as_bytes()).await.unwrap();
        }
    });
    (address, seen)
}

#[tokio::test]
async fn a_connection_cut_before_or_within_the_answer_is_tried_again() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n\"half"] {
        let (address, seen) = cutting(answer, 2).await;
        let answer = peer_at(&address, patient()).get("/v1/x").send::<String>().await;
        assert_eq!(answer.unwrap().body, "done");
        assert_eq!(seen.load(Ordering::SeqCst), 3);
    }
}

#[tokio::test]
async fn a_write_cut_off_without_a_key_is_not_repeated_because_it_may_have_been_done() {
    let (address, seen) = cutting("", 1).await;
    let error = peer_at(&address, patient()).post("/v1/x", &json!({})).send::<Value>().await.unwrap_err();
    assert!(matches!(error, PeerError::Unreachable { .. }), "{error:?}");
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}
