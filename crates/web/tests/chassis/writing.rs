//! Writing: bodies, idempotency, preconditions.

use crate::tiny::{THING, Tiny};

const CHAIR: &str = r#"{"name": "Ghế"}"#;

#[tokio::test]
async fn a_new_object_is_answered_with_its_place_and_its_tag() {
    let tiny = Tiny::start();
    let answer = tiny.post("/v1/things", CHAIR).await;
    assert_eq!((answer.status, answer.header("location")), (201, THING));
    assert!(answer.header("etag").starts_with("\"v1."));
    assert!(!answer.headers.contains_key("idempotency-replayed"));
}

#[tokio::test]
async fn the_fingerprint_tells_requests_apart_by_what_they_ask() {
    let tiny = Tiny::start();
    let key = ("idempotency-key", "k-1");
    let first = tiny.post_with("/v1/things", key, CHAIR).await.json();
    assert_eq!((&first["operation"], &first["key"]), (&"POST /v1/things".into(), &"k-1".into()));
    let respaced = tiny.post_with("/v1/things", key, "{ \"name\":\"Ghê\u{301}\" }").await.json();
    assert_eq!(first["fingerprint"], respaced["fingerprint"]);
    let other = tiny.post_with("/v1/things", key, r#"{"name": "Bàn"}"#).await.json();
    assert_ne!(first["fingerprint"], other["fingerprint"]);
    let headers = [("content-type", "application/json"), key, ("if-match", "\"v1\"")];
    let conditional = tiny.send("POST", "/v1/things", &headers, CHAIR).await.json();
    assert_ne!(first["fingerprint"], conditional["fingerprint"]);
}

#[tokio::test]
async fn an_idempotency_key_is_1_to_255_visible_characters_and_a_replay_says_so() {
    let tiny = Tiny::start();
    let replay = tiny.post_with("/v1/things", ("idempotency-key", "seen"), CHAIR).await;
    assert_eq!((replay.status, replay.header("idempotency-replayed")), (201, "true"));
    let longest = "k".repeat(255);
    assert_eq!(tiny.post_with("/v1/things", ("idempotency-key", &longest), CHAIR).await.status, 201);
    for key in [format!("{longest}k"), "two words".to_owned(), "khoá".to_owned(), String::new()] {
        let answer = tiny.post_with("/v1/things", ("idempotency-key", &key), CHAIR).await;
        assert_eq!(answer.problem(), (400, "idempotency_key.invalid".to_owned()), "{key}");
    }
}

#[tokio::test]
async fn if_match_is_required_and_compares_versions_only() {
    let tiny = Tiny::start();
    let json = ("content-type", "application/json");
    let missing = tiny.send("PUT", THING, &[json], CHAIR).await;
    assert_eq!(missing.problem(), (428, "precondition.required".to_owned()));
    for stale in ["\"v2.0123456789ab\"", "\"foreign\"", "W/\"v3\""] {
        let answer = tiny.send("PUT", THING, &[json, ("if-match", stale)], CHAIR).await;
        assert_eq!(answer.problem(), (412, "thing.stale".to_owned()), "{stale}");
        assert_eq!(answer.header("etag"), "\"v3\"");
    }
    for current in ["\"v3\"", "\"v3.0123456789ab\""] {
        let answer = tiny.send("PUT", THING, &[json, ("if-match", current)], CHAIR).await;
        assert_eq!(answer.status, 200, "{current}");
        assert!(answer.header("etag").starts_with("\"v4."));
    }
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let tiny = Tiny::start();
    let unknown = tiny.post("/v1/things", r#"{"name": "A", "colour": 1, "price": 2}"#).await;
    assert_eq!(unknown.problem(), (400, "body.unknown_field".to_owned()));
    assert_eq!(unknown.json()["errors"][0]["pointer"], "/colour");
    assert_eq!(unknown.json()["errors"][1]["pointer"], "/price");
    for malformed in ["{", "{\"name\": }", "name=A"] {
        assert_eq!(
            tiny.post("/v1/things", malformed).await.problem(),
            (400, "json.malformed".to_owned()),
            "{malformed}"
        );
    }
    let mistyped = tiny.post("/v1/things", r#"{"name": "A", "size": "big"}"#).await;
    assert_eq!(mistyped.problem(), (422, "validation".to_owned()));
    assert_eq!(mistyped.json()["errors"][0]["pointer"], "/size");
    assert_eq!(tiny.post("/v1/things", "").await.problem(), (400, "body.missing".to_owned()));
}

#[tokio::test]
async fn every_fault_of_a_body_is_told_at_once_in_both_languages() {
    let tiny = Tiny::start();
    let right = r#"{"things": [{"name": "A", "size": 1}], "to": {"street": "B", "code": "019aa5c2-7b1e-7c44-9d0a-5b8f2f0c6a11"},
        "on": "2026-11-21", "way": "rail"}"#;
    assert_eq!(tiny.post("/v1/things/sendings", right).await.status, 200);
    let wrong = r#"{"things": [{"size": "big"}, 7], "to": {"code": "045084000123", "town": "C"}, "on": "21/11/2026",
        "way": "air", "insured": 1, "colour": "red"}"#;
    let (mut pointers, mut english) = (Vec::new(), Vec::new());
    for language in ["vi", "en"] {
        let headers = [("content-type", "application/json"), ("accept-language", language)];
        let answer = tiny.send("POST", "/v1/things/sendings", &headers, wrong).await;
        assert_eq!(answer.problem(), (422, "validation".to_owned()));
        assert!(!String::from_utf8_lossy(&answer.body).contains("045084000123"));
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        let word = |error: &serde_json::Value, name: &str| error[name].as_str().unwrap().to_owned();
        pointers = errors.iter().map(|error| format!("{} {}", word(error, "pointer"), word(error, "code"))).collect();
        let messages: Vec<String> = errors.iter().map(|error| word(error, "message")).collect();
        assert!(messages.iter().zip(&english).all(|(one, other)| one != other));
        english = messages;
    }
    let expected = [
        "/things/0/size type",
        "/things/0/name required",
        "/things/1 type",
        "/to/code value",
        "/to/town unknown",
        "/to/street required",
        "/on value",
        "/way enum",
        "/insured type",
        "/colour unknown",
    ];
    assert_eq!(pointers, expected);
    assert_eq!(english[7], "Must be one of: road, rail.");
}

#[tokio::test]
async fn only_uncompressed_json_is_taken() {
    let tiny = Tiny::start();
    for kind in ["text/plain", "application/xml", "application/json; charset=iso-8859-1", "nonsense"] {
        let answer = tiny.send("POST", "/v1/things", &[("content-type", kind)], CHAIR).await;
        assert_eq!(answer.problem(), (415, "media_type.unsupported".to_owned()), "{kind}");
    }
    assert_eq!(tiny.send("POST", "/v1/things", &[], CHAIR).await.status, 415);
    assert_eq!(tiny.post_with("/v1/things", ("content-encoding", "gzip"), CHAIR).await.status, 415);
    let with_charset = tiny.send("POST", "/v1/things", &[("content-type", "application/json; charset=UTF-8")], CHAIR);
    assert_eq!(with_charset.await.status, 201);
}

#[tokio::test]
async fn an_operation_without_body_takes_none_or_an_empty_object() {
    let tiny = Tiny::start();
    let answer = tiny.send("POST", "/v1/act", &[], "").await;
    assert_eq!((answer.status, answer.header("location"), answer.header("etag")), (202, "/v1/jobs/1", ""));
    assert_eq!(tiny.post("/v1/act", "{}").await.status, 202);
    assert_eq!(tiny.post("/v1/act", r#"{"force": true}"#).await.problem().1, "body.unknown_field");
}

#[tokio::test]
async fn a_search_by_post_is_no_representation_and_has_no_tag() {
    let tiny = Tiny::start();
    let answer = tiny.post_with("/v1/things/search", ("if-none-match", "*"), r#"{"q": 1}"#).await;
    assert_eq!((answer.status, answer.header("etag")), (200, ""));
    assert_eq!(answer.header("cache-control"), "private, no-cache");
}
