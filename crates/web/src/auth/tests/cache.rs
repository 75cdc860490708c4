use serde_json::json;
use tokio::time::sleep;

use super::*;

#[tokio::test]
async fn a_caller_is_looked_up_once_and_then_remembered() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    let token = key.token(&desk.claims());
    let first = desk.admit(&token).await.unwrap();
    let second = desk.admit(&token).await.unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(desk.directory.times_asked(), 1);
}

#[tokio::test]
async fn a_remembered_caller_ends_with_their_token() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    let token = key.token(&desk.claims_with(&json!({"exp": now() + 2})));
    assert!(desk.admit(&token).await.is_ok());
    sleep(Duration::from_millis(2100)).await;
    assert_eq!(desk.code(&token).await, "token.expired");
}

#[tokio::test]
async fn a_caller_is_forgotten_after_the_time_in_the_settings() {
    let key = SigningKey::rsa("r");
    let desk = Desk::with(&[&key], &[("MOTCUA_AUTH__CACHE_SECONDS", "1")], Pace::default()).await;
    let token = key.token(&desk.claims());
    assert!(desk.admit(&token).await.is_ok());
    // Closed elsewhere: this service's directory has not heard of it, so only time can help.
    desk.directory.closed.store(true, Ordering::SeqCst);
    assert!(desk.admit(&token).await.is_ok());
    sleep(Duration::from_millis(1100)).await;
    assert_eq!(desk.code(&token).await, "account.closed");

    let desk = Desk::with(&[&key], &[("MOTCUA_AUTH__CACHE_SECONDS", "0")], Pace::default()).await;
    let token = key.token(&desk.claims());
    desk.admit(&token).await.unwrap();
    desk.admit(&token).await.unwrap();
    assert_eq!(desk.directory.times_asked(), 2);
}

#[tokio::test]
async fn a_change_in_the_directory_takes_effect_at_once() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    let token = key.token(&desk.claims());
    assert!(desk.admit(&token).await.is_ok());
    desk.directory.close_accounts();
    assert_eq!(desk.code(&token).await, "account.closed");
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    let token = key.token(&desk.claims());
    desk.directory.closed.store(true, Ordering::SeqCst);
    assert_eq!(desk.code(&token).await, "account.closed");
    desk.directory.closed.store(false, Ordering::SeqCst);
    assert!(desk.admit(&token).await.is_ok());
}

#[tokio::test]
async fn a_directory_that_is_away_is_an_outage_and_no_refusal() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    let (known, unknown) = (key.token(&desk.claims()), key.token(&desk.claims_with(&json!({"sub": "officer-2"}))));
    assert!(desk.admit(&known).await.is_ok());
    desk.directory.away.store(true, Ordering::SeqCst);
    assert_eq!(desk.code(&unknown).await, "unavailable");
    assert!(desk.admit(&known).await.is_ok(), "whoever is remembered can go on");
    desk.directory.away.store(false, Ordering::SeqCst);
    assert!(desk.admit(&unknown).await.is_ok());
}

#[tokio::test]
async fn the_number_of_remembered_callers_is_bounded() {
    let key = SigningKey::ed("d");
    let desk = Desk::with(&[&key], &[("MOTCUA_AUTH__CACHE_ENTRIES", "10")], Pace::default()).await;
    for number in 0..500 {
        let token = key.token(&desk.claims_with(&json!({"sub": format!("officer-{number}")})));
        desk.admit(&token).await.unwrap();
    }
    assert!(desk.authenticator.remembered() <= 10, "{}", desk.authenticator.remembered());
}
