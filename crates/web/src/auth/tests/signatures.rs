use aws_lc_rs::hmac;
use serde_json::json;

use super::issuer::{base64, signed};
use super::*;

#[tokio::test]
async fn tokens_signed_with_each_allowed_algorithm_are_believed() {
    let keys = [SigningKey::rsa("r"), SigningKey::ec("e"), SigningKey::ed("d")];
    let desk = Desk::open(&keys.each_ref()).await;
    for key in &keys {
        let actor = desk.admit(&key.token(&desk.claims())).await.unwrap();
        assert_eq!(actor.subject, "officer-1", "{}", key.algorithm());
    }
    assert_eq!(desk.issuer.times_asked(), 1);
}

#[tokio::test]
async fn an_unsigned_token_is_refused_however_it_says_so() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let token = signed(&json!({"alg": none, "kid": "r"}), &desk.claims(), |_| Vec::new());
        assert_eq!(desk.code(&token).await, "token.unsupported_algorithm", "{none}");
    }
    let token = signed(&json!({"alg": "RS256", "kid": "r"}), &desk.claims(), |_| Vec::new());
    assert_eq!(desk.code(&token).await, "token.bad_signature");
}

#[tokio::test]
async fn a_public_key_is_never_taken_for_a_shared_secret() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    for secret in [key.jwk["n"].as_str().unwrap().to_owned(), key.jwk.to_string()] {
        for alg in ["HS256", "HS384", "HS512"] {
            let token = signed(&json!({"alg": alg, "kid": "r"}), &desk.claims(), |message| {
                hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message).as_ref().to_vec()
            });
            assert_eq!(desk.code(&token).await, "token.unsupported_algorithm");
        }
    }
}

#[tokio::test]
async fn a_shared_secret_in_the_key_set_is_never_used() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    let secret = json!({"kty": "oct", "kid": "s", "k": base64(b"secret"), "alg": "HS256"});
    desk.issuer.publish_raw(json!({"keys": [secret, key.jwk]}));
    let token = signed(&json!({"alg": "HS256", "kid": "s"}), &desk.claims(), |message| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"secret"), message).as_ref().to_vec()
    });
    assert_eq!(desk.code(&token).await, "token.unsupported_algorithm");
}

#[tokio::test]
async fn the_algorithm_must_be_that_of_the_key() {
    let (rsa, ec, ed) = (SigningKey::rsa("r"), SigningKey::ec("e"), SigningKey::ed("d"));
    let desk = Desk::open(&[&rsa, &ec, &ed]).await;
    for (signer, named) in [(&rsa, "e"), (&ec, "r"), (&ed, "r"), (&ec, "d")] {
        let token = signer.token_with_header(&json!({"alg": signer.algorithm(), "kid": named}), &desk.claims());
        assert_eq!(desk.code(&token).await, "token.unsupported_algorithm");
    }
    for alg in ["RS384", "RS512", "PS256", "ES384", "Ed448", "rs256"] {
        let token = rsa.token_with_header(&json!({"alg": alg, "kid": "r"}), &desk.claims());
        assert_eq!(desk.code(&token).await, "token.unsupported_algorithm", "{alg}");
    }
}

#[tokio::test]
async fn keys_for_another_use_are_left_out_and_hide_no_others() {
    let good = SigningKey::rsa("good");
    let marks = [json!({"use": "enc"}), json!({"alg": "RS512"}), json!({"key_ops": ["encrypt"]}), json!({"kty": "PQ"})];
    let mut published = Vec::new();
    let mut bad = Vec::new();
    for (number, mark) in marks.iter().enumerate() {
        let key = SigningKey::rsa(&format!("bad-{number}"));
        let mut jwk = key.jwk.clone();
        jwk.as_object_mut().unwrap().extend(mark.as_object().unwrap().clone());
        published.push(jwk);
        bad.push(key);
    }
    published.push(json!("not a key at all"));
    published.push(good.jwk.clone());
    let desk = Desk::with(&[&good], &[], quick()).await;
    desk.issuer.publish_raw(json!({ "keys": published }));
    for key in &bad {
        assert_eq!(desk.code(&key.token(&desk.claims())).await, "token.bad_signature", "{}", key.kid());
    }
    assert!(desk.admit(&good.token(&desk.claims())).await.is_ok());
}

#[tokio::test]
async fn a_token_cannot_bring_its_own_key() {
    let (ours, theirs) = (SigningKey::rsa("r"), SigningKey::rsa("r"));
    let desk = Desk::open(&[&ours]).await;
    let elsewhere = TestIssuer::start(&[&theirs]).await;
    let header = json!({
        "alg": "RS256", "kid": "r", "jwk": theirs.jwk, "jku": format!("{}/keys", elsewhere.address()),
        "x5u": format!("{}/keys", elsewhere.address()),
    });
    assert_eq!(desk.code(&theirs.token_with_header(&header, &desk.claims())).await, "token.bad_signature");
    assert_eq!(elsewhere.times_asked(), 0);
}

#[tokio::test]
async fn the_name_of_a_key_is_only_a_name() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    for kid in ["../../../dev/null", "' OR 1=1 --", "http://169.254.169.254/", ""] {
        let token = key.token_with_header(&json!({"alg": "RS256", "kid": kid}), &desk.claims());
        assert_eq!(desk.code(&token).await, "token.bad_signature", "{kid}");
    }
}

#[tokio::test]
async fn a_token_without_a_key_name_is_believed_only_when_one_key_can_be_meant() {
    let (rsa, ec, second) = (SigningKey::rsa("r"), SigningKey::ec("e"), SigningKey::rsa("r2"));
    let desk = Desk::with(&[&rsa, &ec], &[], quick()).await;
    let token = rsa.token_with_header(&json!({"alg": "RS256"}), &desk.claims());
    assert!(desk.admit(&token).await.is_ok());
    let desk = Desk::open(&[&rsa, &ec, &second]).await;
    let token = rsa.token_with_header(&json!({"alg": "RS256"}), &desk.claims());
    assert_eq!(desk.code(&token).await, "token.bad_signature");
}

#[tokio::test]
async fn one_changed_character_anywhere_is_noticed() {
    let key = SigningKey::ed("d");
    let desk = Desk::open(&[&key]).await;
    let token = key.token(&desk.claims());
    for at in (0..token.len()).step_by(3) {
        let mut altered = token.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        assert!(desk.admit(std::str::from_utf8(&altered).unwrap()).await.is_err(), "character {at}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_malformed() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    let good = key.token(&desk.claims());
    let header = |header: Value| key.token_with_header(&header, &desk.claims());
    for token in [
        String::new(),
        "abc".to_owned(),
        "a.b".to_owned(),
        "..".to_owned(),
        format!("{good}.x"),
        format!("=.{good}"),
        "đ.ơ.n".to_owned(),
        header(json!("RS256")),
        header(json!({"kid": "r"})),
        header(json!({"alg": "RS256", "kid": 7})),
        header(json!({"alg": "RS256", "kid": "r", "crit": ["b64"], "b64": false})),
        header(json!({"alg": "RS256", "kid": "r", "typ": "logout+jwt"})),
        key.token(&json!([])),
    ] {
        assert_eq!(desk.code(&token).await, "token.malformed", "{token}");
    }
    assert!(desk.admit(&header(json!({"alg": "RS256", "kid": "r", "typ": "at+JWT"}))).await.is_ok());
    assert!(desk.admit(&header(json!({"alg": "RS256", "kid": "r"}))).await.is_ok());
}

#[tokio::test]
async fn a_token_beyond_8_kib_is_refused_unread() {
    let key = SigningKey::ed("d");
    let desk = Desk::open(&[&key]).await;
    let padded = |length: usize| key.token(&desk.claims_with(&json!({"padding": "x".repeat(length)})));
    assert!(padded(5_500).len() < 8 * 1024);
    assert!(desk.admit(&padded(5_500)).await.is_ok());
    assert_eq!(desk.code(&padded(6_000)).await, "token.too_large");
}
