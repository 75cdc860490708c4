use motcua_kernel::ActorKind;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_token_becomes_a_caller_with_the_grants_of_the_directory() {
    let key = SigningKey::ec("e");
    let desk = Desk::open(&[&key]).await;
    let tenant = motcua_kernel::new_id();
    let claims = desk.claims_with(&json!({"azp": "portal", "tenant": tenant, "scope": " a:b:c  d:e:f "}));
    let actor = desk.admit(&key.token(&claims)).await.unwrap();
    assert_eq!(actor.kind, ActorKind::Officer);
    assert_eq!(actor.client, "portal");
    assert_eq!(actor.tenant, tenant);
    assert_eq!(actor.scopes, ["a:b:c".to_owned(), "d:e:f".to_owned()].into());
    assert_eq!(actor.agencies_with(&[Role::Approver]), [desk.directory.agency]);
    assert_eq!(actor.reference(), format!("officer:officer-1@{}", desk.issuer.address()));
}

#[tokio::test]
async fn what_a_token_leaves_out_has_a_plain_meaning() {
    let key = SigningKey::ec("e");
    let desk = Desk::open(&[&key]).await;
    let claims = desk.claims_with(&json!({"scope": null, "iat": null, "client_id": "desk"}));
    let actor = desk.admit(&key.token(&claims)).await.unwrap();
    assert_eq!(actor.tenant, settings(&[]).tenant);
    assert_eq!(actor.client, "desk");
    assert!(actor.scopes.is_empty());
    assert_eq!(actor.person, None);
}

#[tokio::test]
async fn only_a_citizen_is_known_by_their_identity_number() {
    let key = SigningKey::ec("e");
    let desk = Desk::with(&[&key], &[("MOTCUA_AUTH__CITIZEN_CLAIM", "so_dinh_danh")], Pace::default()).await;
    let number = json!({"kind": "citizen", "so_dinh_danh": "045084000123"});
    let citizen = desk.admit(&key.token(&desk.claims_with(&number))).await.unwrap();
    assert_eq!(citizen.person, Some(vault().lookup("person", "045084000123")));
    assert!(!format!("{citizen:?}").contains("045084000123"));

    for kind in ["officer", "client", "service"] {
        let claims = desk.claims_with(&json!({"kind": kind, "so_dinh_danh": "045084000123"}));
        assert_eq!(desk.admit(&key.token(&claims)).await.unwrap().person, None, "{kind}");
    }
    let nobody = desk.claims_with(&json!({"kind": "citizen", "so_dinh_danh": " "}));
    assert_eq!(desk.admit(&key.token(&nobody)).await.unwrap().person, None);
    let number = desk.claims_with(&json!({"kind": "citizen", "so_dinh_danh": 45_084_000_123_i64}));
    assert_eq!(desk.code(&key.token(&number)).await, "token.malformed");
}

#[tokio::test]
async fn a_token_of_another_issuer_or_for_another_audience_is_refused() {
    let key = SigningKey::ec("e");
    let desk = Desk::open(&[&key]).await;
    for (changes, code) in [
        (json!({"iss": "https://login.elsewhere.vn"}), "token.wrong_issuer"),
        (json!({"iss": format!("{}/", desk.issuer.address())}), "token.wrong_issuer"),
        (json!({"iss": "motcua-development"}), "token.wrong_issuer"),
        (json!({"aud": "portal"}), "token.wrong_audience"),
        (json!({"aud": ["portal", "motcua2"]}), "token.wrong_audience"),
        (json!({"aud": []}), "token.wrong_audience"),
        (json!({"aud": null}), "token.malformed"),
        (json!({"iss": null}), "token.malformed"),
    ] {
        assert_eq!(desk.code(&key.token(&desk.claims_with(&changes))).await, code, "{changes}");
    }
    assert!(desk.admit(&key.token(&desk.claims_with(&json!({"aud": ["portal", "motcua"]})))).await.is_ok());
}

#[tokio::test]
async fn a_foreign_token_does_not_make_us_ask_our_issuer() {
    let (ours, theirs) = (SigningKey::ec("e"), SigningKey::ec("foreign"));
    let desk = Desk::with(&[&ours], &[], quick()).await;
    let claims = desk.claims_with(&json!({"iss": "https://login.elsewhere.vn"}));
    assert_eq!(desk.code(&theirs.token(&claims)).await, "token.wrong_issuer");
    assert_eq!(desk.issuer.times_asked(), 1);
}

#[tokio::test]
async fn a_token_counts_from_its_beginning_to_its_end() {
    let key = SigningKey::ec("e");
    let desk = Desk::open(&[&key]).await;
    for (changes, code) in [
        (json!({"exp": now() - 1}), "token.expired"),
        (json!({"exp": now()}), "token.expired"),
        (json!({"nbf": now() + 60}), "token.not_yet_valid"),
        (json!({"iat": now() + 60}), "token.not_yet_valid"),
        (json!({"exp": null}), "token.malformed"),
        (json!({"exp": "tomorrow"}), "token.malformed"),
        (json!({"exp": -1}), "token.malformed"),
        (json!({"exp": 1e300}), "token.malformed"),
        (json!({"exp": u64::MAX}), "token.malformed"),
    ] {
        assert_eq!(desk.code(&key.token(&desk.claims_with(&changes))).await, code, "{changes}");
    }
    #[expect(clippy::cast_precision_loss, reason = "the seconds since 1970 are exact")]
    let with_fraction = json!({"exp": now() as f64 + 60.5, "nbf": now() - 1});
    assert!(desk.admit(&key.token(&desk.claims_with(&with_fraction))).await.is_ok());
}

#[tokio::test]
async fn clocks_may_differ_by_the_skew_and_no_more() {
    let key = SigningKey::ec("e");
    let desk = Desk::with(&[&key], &[("MOTCUA_AUTH__CLOCK_SKEW_SECONDS", "30")], Pace::default()).await;
    for changes in [json!({"exp": now() - 20}), json!({"nbf": now() + 20}), json!({"iat": now() + 20})] {
        assert!(desk.admit(&key.token(&desk.claims_with(&changes))).await.is_ok(), "{changes}");
    }
    assert_eq!(desk.code(&key.token(&desk.claims_with(&json!({"exp": now() - 40})))).await, "token.expired");
    assert_eq!(desk.code(&key.token(&desk.claims_with(&json!({"nbf": now() + 40})))).await, "token.not_yet_valid");
}

#[tokio::test]
async fn a_token_must_say_who_and_what_kind() {
    let key = SigningKey::ec("e");
    let desk = Desk::open(&[&key]).await;
    for changes in [
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": "x".repeat(256)}),
        json!({"azp": "x".repeat(256)}),
        json!({"kind": null}),
        json!({"kind": "root"}),
        json!({"tenant": "quang-tri"}),
        json!({"scope": ["a:b:c"]}),
    ] {
        assert_eq!(desk.code(&key.token(&desk.claims_with(&changes))).await, "token.malformed", "{changes}");
    }
}

#[tokio::test]
async fn a_claim_given_twice_is_refused() {
    let key = SigningKey::ed("d");
    let desk = Desk::open(&[&key]).await;
    // A checker that reads the first and a user that reads the last would disagree about who is calling.
    let claims = desk.claims().to_string().replace("\"sub\":", "\"sub\":\"admin\",\"sub\":");
    assert_eq!(desk.code(&key.token_of_text(&claims)).await, "token.malformed");
}
