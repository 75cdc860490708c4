//! Tokens for calls: fetched once for many, renewed in time, replaced when refused.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod setting;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use motcua_peer::{AccessToken, ClientCredentials, Peer, PeerError, TokenSource};
use serde_json::{Value, json};
use wiremock::matchers::{body_string, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use setting::{counted_tokens, patient};

fn peer(server: &MockServer, tokens: TokenSource) -> Peer {
    Peer::new(&server.uri(), Arc::new(tokens), patient(), Vec::new).unwrap()
}

async fn any_call() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path("/v1/x")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    server
}

async fn tokens_seen(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    let calls = requests.iter().filter(|request| request.url.path() == "/v1/x");
    calls
        .map(|request| request.headers.get("authorization").unwrap().to_str().unwrap().replace("Bearer ", ""))
        .collect()
}

/// Lets time pass at once: nobody else's speed decides what a test sees.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

fn credentials(server: &MockServer) -> ClientCredentials {
    ClientCredentials {
        token_url: format!("{}/token", server.uri()),
        client_id: "motcua-procedures".to_owned(),
        client_secret: "s:e c&ret".to_owned(),
        scopes: vec!["documents:decisions:issue".to_owned(), "documents:events:read".to_owned()],
    }
}

#[tokio::test]
async fn a_token_is_fetched_with_the_clients_credentials_once_for_many_calls() {
    let server = any_call().await;
    let answer = ResponseTemplate::new(200)
        .set_delay(Duration::from_millis(50))
        .set_body_json(json!({"access_token": "issued", "token_type": "Bearer", "expires_in": 300}));
    Mock::given(method("POST"))
        .and(path("/token"))
        // base64 of `motcua-procedures:s%3Ae+c%26ret`
        .and(header("authorization", "Basic bW90Y3VhLXByb2NlZHVyZXM6cyUzQWUrYyUyNnJldA=="))
        .and(body_string("grant_type=client_credentials&scope=documents%3Adecisions%3Aissue+documents%3Aevents%3Aread"))
        .respond_with(answer)
        .expect(1)
        .mount(&server)
        .await;
    let peer = peer(&server, TokenSource::client_credentials(credentials(&server)).unwrap());
    let calls = join_all((0..20).map(|_| peer.get("/v1/x").send::<Value>())).await;
    assert!(calls.iter().all(Result::is_ok));
    assert_eq!(tokens_seen(&server).await, vec!["issued"; 20]);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let server = any_call().await;
    let peer = peer(&server, counted_tokens(Duration::from_mins(5)));
    peer.get("/v1/x").send::<Value>().await.unwrap();
    peer.get("/v1/x").send::<Value>().await.unwrap();
    pass(Duration::from_secs(280)).await;
    peer.get("/v1/x").send::<Value>().await.unwrap();
    assert_eq!(tokens_seen(&server).await, ["token-1", "token-1", "token-2"]);
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_serves_to_its_end() {
    let server = any_call().await;
    let down = Arc::new(AtomicBool::new(false));
    let tokens = TokenSource::minted({
        let down = Arc::clone(&down);
        move || {
            if down.load(Ordering::SeqCst) {
                return Err("the issuer is away".to_owned());
            }
            Ok(AccessToken { value: "old".to_owned(), lifetime: Duration::from_mins(5) })
        }
    });
    let peer = peer(&server, tokens);
    peer.get("/v1/x").send::<Value>().await.unwrap();
    down.store(true, Ordering::SeqCst);
    pass(Duration::from_secs(280)).await;
    peer.get("/v1/x").send::<Value>().await.unwrap();
    pass(Duration::from_secs(25)).await;
    let error = peer.get("/v1/x").send::<Value>().await.unwrap_err();
    assert!(matches!(error, PeerError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("the issuer is away"), "{error}");
    assert_eq!(tokens_seen(&server).await, ["old", "old"]);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_and_the_call_made_again() {
    let server = MockServer::start().await;
    Mock::given(header("authorization", "Bearer token-1"))
        .respond_with(ResponseTemplate::new(401).set_body_json(json!({"code": "token.bad_signature"})))
        .mount(&server)
        .await;
    Mock::given(header("authorization", "Bearer token-2"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let call = peer(&server, counted_tokens(Duration::from_hours(1))).post("/v1/x", &json!({}));
    assert!(call.send::<Value>().await.is_ok());

    let strict = MockServer::start().await;
    let never = ResponseTemplate::new(401).set_body_json(json!({"code": "account.closed"}));
    Mock::given(method("GET")).respond_with(never).expect(2).mount(&strict).await;
    let error = peer(&strict, counted_tokens(Duration::from_hours(1))).get("/v1/x").send::<Value>().await.unwrap_err();
    assert_eq!(error.code(), Some("account.closed"));
}

#[tokio::test]
async fn an_issuer_that_refuses_us_is_named_without_the_secret_and_left_alone_for_a_while() {
    let server = any_call().await;
    let refusal = json!({"error": "invalid_client", "error_description": "secret s:e c&ret is wrong"});
    Mock::given(path("/token"))
        .respond_with(ResponseTemplate::new(401).set_body_json(refusal))
        .expect(1)
        .mount(&server)
        .await;
    let tokens = TokenSource::client_credentials(credentials(&server)).unwrap();
    assert!(!format!("{tokens:?}").contains("s:e c&ret"));
    let peer = peer(&server, tokens);
    let errors = join_all((0..5).map(|_| peer.get("/v1/x").send::<Value>())).await;
    for error in errors {
        let text = error.unwrap_err().to_string();
        assert!(text.contains("invalid_client") && !text.contains("s:e c&ret"), "{text}");
    }
    assert!(tokens_seen(&server).await.is_empty());
}

#[tokio::test]
async fn a_token_of_absurd_length_of_life_does_no_harm() {
    let server = any_call().await;
    let times = Arc::new(AtomicUsize::new(0));
    let tokens = TokenSource::minted({
        let times = Arc::clone(&times);
        move || {
            times.fetch_add(1, Ordering::SeqCst);
            Ok(AccessToken { value: "t".to_owned(), lifetime: Duration::MAX })
        }
    });
    let peer = peer(&server, tokens);
    peer.get("/v1/x").send::<Value>().await.unwrap();
    peer.get("/v1/x").send::<Value>().await.unwrap();
    assert_eq!(times.load(Ordering::SeqCst), 1);
}
