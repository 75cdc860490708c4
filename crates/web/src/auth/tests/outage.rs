use std::net::TcpListener;

use serde_json::json;
use tokio::time::{Instant, sleep};
use wiremock::ResponseTemplate;

use super::*;

#[tokio::test]
async fn known_keys_serve_through_an_outage_and_unknown_ones_are_not_judged() {
    let (known, new) = (SigningKey::rsa("known"), SigningKey::rsa("new"));
    let desk = Desk::with(&[&known], &[], quick()).await;
    desk.issuer.publish(&[&known, &new]);
    desk.issuer.go_down(true);
    assert_eq!(desk.code(&new.token(&desk.claims())).await, "unavailable");
    assert!(desk.admit(&known.token(&desk.claims())).await.is_ok());
    desk.issuer.go_down(false);
    assert!(desk.admit(&new.token(&desk.claims())).await.is_ok());
}

#[tokio::test]
async fn a_service_starts_without_its_issuer_and_recovers_by_itself() {
    let key = SigningKey::rsa("r");
    let issuer = TestIssuer::start(&[&key]).await;
    issuer.go_down(true);
    let pace = Pace { at_most_every: Duration::from_millis(20), ..quick() };
    let source = KeySource::Oidc(OidcIssuer::start(&issuer.address(), pace).await.unwrap());
    let directory = Arc::new(TestDirectory::default());
    let authenticator = authenticator(&settings(&[]), source, &directory);
    let desk = Desk { issuer, directory, authenticator };
    assert_eq!(desk.code(&key.token(&desk.claims())).await, "unavailable");
    desk.issuer.go_down(false);
    sleep(Duration::from_millis(200)).await;
    desk.issuer.go_down(true);
    assert!(desk.admit(&key.token(&desk.claims())).await.is_ok(), "keys were fetched without a request");
}

#[tokio::test]
async fn nothing_listening_at_the_issuers_address_is_an_outage() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let source = KeySource::Oidc(OidcIssuer::start(&address, quick()).await.unwrap());
    let authenticator = authenticator(&settings(&[]), source, &Arc::new(TestDirectory::default()));
    let claims = json!({"iss": address, "aud": "motcua", "sub": "s", "kind": "officer", "exp": now() + 60});
    let error = authenticator.admit(&SigningKey::ed("d").token(&claims)).await.unwrap_err();
    assert_eq!(error.code, "unavailable");
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_given_up_after_the_patience() {
    let key = SigningKey::rsa("r");
    let pace = Pace { patience: Duration::from_millis(100), ..quick() };
    let desk = Desk::with(&[&key], &[], pace).await;
    desk.issuer.answer("/keys", ResponseTemplate::new(200).set_delay(Duration::from_secs(20))).await;
    let started = Instant::now();
    assert_eq!(desk.code(&SigningKey::rsa("new").token(&desk.claims())).await, "unavailable");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn broken_answers_of_the_issuer_leave_the_known_keys() {
    let (known, other) = (SigningKey::rsa("known"), SigningKey::rsa("other"));
    let elsewhere = TestIssuer::start(&[&other]).await;
    let redirect = ResponseTemplate::new(302).insert_header("location", format!("{}/keys", elsewhere.address()));
    let too_much = json!({"keys": [other.jwk]}).to_string() + &" ".repeat(2 * 1024 * 1024);
    for (what, answer) in [
        ("no JSON", ResponseTemplate::new(200).set_body_string("<html>maintenance</html>")),
        ("no keys", ResponseTemplate::new(200).set_body_json(json!({"keys": []}))),
        ("too much", ResponseTemplate::new(200).set_body_string(too_much)),
        ("a redirect", redirect),
    ] {
        let desk = Desk::with(&[&known], &[], quick()).await;
        desk.issuer.answer("/keys", answer).await;
        assert_eq!(desk.code(&other.token(&desk.claims())).await, "unavailable", "{what}");
        assert!(desk.admit(&known.token(&desk.claims())).await.is_ok(), "{what}");
    }
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_is_not_believed() {
    let key = SigningKey::rsa("r");
    let desk = Desk::with(&[&key], &[], quick()).await;
    let elsewhere = TestIssuer::start(&[&SigningKey::rsa("theirs")]).await;
    let theirs = json!({"issuer": elsewhere.address(), "jwks_uri": format!("{}/keys", elsewhere.address())});
    desk.issuer.answer("/.well-known/openid-configuration", ResponseTemplate::new(200).set_body_json(theirs)).await;
    assert_eq!(desk.code(&SigningKey::rsa("theirs").token(&desk.claims())).await, "unavailable");
    assert_eq!(elsewhere.times_asked(), 0);
}
