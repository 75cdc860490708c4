use serde_json::json;
use tokio::time::sleep;
use wiremock::ResponseTemplate;

use super::*;

#[tokio::test]
async fn a_new_key_is_fetched_when_the_first_token_names_it() {
    let (old, new) = (SigningKey::rsa("2026-10"), SigningKey::ec("2026-11"));
    let desk = Desk::with(&[&old], &[], quick()).await;
    desk.issuer.publish(&[&old, &new]);
    assert!(desk.admit(&new.token(&desk.claims())).await.is_ok());
    assert!(desk.admit(&old.token(&desk.claims())).await.is_ok());
    assert_eq!(desk.issuer.times_asked(), 2);
}

#[tokio::test]
async fn many_tokens_with_a_new_key_cause_one_fetch() {
    let (old, new) = (SigningKey::rsa("old"), SigningKey::ed("new"));
    let pace = Pace { at_most_every: Duration::from_millis(50), ..quick() };
    let desk = Desk::with(&[&old], &[], pace).await;
    sleep(pace.at_most_every).await;
    desk.issuer.publish(&[&new]);
    let tokens: Vec<String> =
        (0..20).map(|number| new.token(&desk.claims_with(&json!({"sub": format!("officer-{number}")})))).collect();
    let admitted = futures_util::future::join_all(tokens.iter().map(|token| desk.admit(token))).await;
    assert!(admitted.iter().all(Result::is_ok));
    assert_eq!(desk.issuer.times_asked(), 2);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_stop_the_fetch_they_caused() {
    let (old, new) = (SigningKey::rsa("old"), SigningKey::ed("new"));
    let pace = Pace { at_most_every: Duration::from_millis(50), ..quick() };
    let desk = Desk::with(&[&old], &[], pace).await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_millis(100));
    desk.issuer.answer("/keys", slow.set_body_json(json!({"keys": [new.jwk]}))).await;
    sleep(pace.at_most_every).await;
    let token = new.token(&desk.claims());
    assert!(tokio::time::timeout(Duration::from_millis(30), desk.admit(&token)).await.is_err());
    sleep(Duration::from_millis(300)).await;
    let fetched = tokio::time::timeout(Duration::from_millis(50), desk.admit(&token)).await;
    assert!(fetched.is_ok_and(|admitted| admitted.is_ok()));
}

#[tokio::test]
async fn unknown_key_names_cannot_make_us_flood_the_issuer() {
    let (ours, unknown) = (SigningKey::rsa("r"), SigningKey::ed("unknown"));
    let desk = Desk::open(&[&ours]).await;
    for number in 0..50 {
        let header = json!({"alg": "EdDSA", "kid": format!("guess-{number}")});
        let token = unknown.token_with_header(&header, &desk.claims());
        assert_eq!(desk.code(&token).await, "token.bad_signature");
    }
    assert_eq!(desk.issuer.times_asked(), 1);
}

#[tokio::test]
async fn a_withdrawn_key_ends_the_callers_it_admitted() {
    let (leaked, new) = (SigningKey::rsa("leaked"), SigningKey::rsa("new"));
    let desk = Desk::with(&[&leaked], &[], quick()).await;
    let token = leaked.token(&desk.claims());
    assert!(desk.admit(&token).await.is_ok());
    desk.issuer.publish(&[&new]);
    assert!(desk.admit(&new.token(&desk.claims())).await.is_ok());
    assert_eq!(desk.code(&token).await, "token.bad_signature");
}

#[tokio::test]
async fn a_new_key_under_the_old_name_ends_the_callers_too() {
    let (old, replaced, other) = (SigningKey::rsa("key"), SigningKey::rsa("key"), SigningKey::ed("other"));
    let desk = Desk::with(&[&old], &[], quick()).await;
    let token = old.token(&desk.claims());
    assert!(desk.admit(&token).await.is_ok());
    desk.issuer.publish(&[&replaced, &other]);
    assert!(desk.admit(&other.token(&desk.claims())).await.is_ok());
    assert_eq!(desk.code(&token).await, "token.bad_signature");
}

#[tokio::test]
async fn a_withdrawn_key_is_noticed_without_any_token() {
    let (leaked, new) = (SigningKey::rsa("leaked"), SigningKey::rsa("new"));
    let pace = Pace { at_least_every: Duration::from_millis(30), ..quick() };
    let desk = Desk::with(&[&leaked], &[], pace).await;
    let token = leaked.token(&desk.claims());
    assert!(desk.admit(&token).await.is_ok());
    desk.issuer.publish(&[&new]);
    for _ in 0..200 {
        if desk.admit(&token).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("the withdrawn key was never noticed");
}

#[tokio::test]
async fn fetching_ends_when_nobody_needs_the_issuer_any_more() {
    let key = SigningKey::rsa("r");
    let pace = Pace { at_least_every: Duration::from_millis(5), ..quick() };
    let Desk { issuer, authenticator, .. } = Desk::with(&[&key], &[], pace).await;
    drop(authenticator);
    sleep(Duration::from_millis(50)).await;
    let asked = issuer.times_asked();
    sleep(Duration::from_millis(100)).await;
    assert_eq!(issuer.times_asked(), asked);
}
