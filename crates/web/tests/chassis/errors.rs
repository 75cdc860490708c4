//! Errors: problem documents from every layer, which tell what helps and nothing more.

use std::time::Duration;

use crate::tiny::{THING, Tiny, limits};
use motcua_web::Limits;

#[tokio::test]
async fn an_unknown_route_is_a_problem_inside_and_outside_of_v1() {
    let tiny = Tiny::start();
    for path in ["/v1/nothing", "/nothing", "/v1", "/v1/things/", "/v2/things", "/docs/nothing.js"] {
        assert_eq!(tiny.get(path).await.problem(), (404, "route.unknown".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let tiny = Tiny::start();
    for (method, path, allowed) in [
        ("DELETE", "/v1/things", "GET, HEAD, POST"),
        ("POST", THING, "GET, HEAD, PUT"),
        ("DELETE", "/v1/things/search", "GET, HEAD, POST, PUT"),
        ("POST", "/livez", "GET, HEAD"),
        ("PUT", "/openapi.json", "GET, HEAD"),
        ("POST", "/docs/", "GET, HEAD"),
    ] {
        let answer = tiny.send(method, path, &[], "").await;
        assert_eq!(answer.problem(), (405, "method.not_allowed".to_owned()), "{method} {path}");
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_panic_is_a_problem_and_the_service_lives_on() {
    let tiny = Tiny::start();
    for _ in 0..3 {
        let answer = tiny.get("/v1/fail?how=panic").await;
        assert_eq!(answer.problem(), (500, "internal".to_owned()));
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    }
    assert_eq!(tiny.get("/v1/things").await.status, 200);
}

#[tokio::test]
async fn the_inside_of_an_error_is_never_sent() {
    let tiny = Tiny::start();
    for (how, status) in [("internal", 500), ("unavailable", 503)] {
        let answer = tiny.get(&format!("/v1/fail?how={how}")).await;
        assert_eq!(answer.problem().0, status);
        assert!(!String::from_utf8_lossy(&answer.body).to_lowercase().contains("secret"), "{answer:?}");
    }
}

#[tokio::test]
async fn texts_follow_accept_language_and_are_vietnamese_without_one() {
    let tiny = Tiny::start();
    let vietnamese = tiny.get("/v1/nothing").await;
    assert_eq!((vietnamese.header("content-language"), vietnamese.header("vary")), ("vi", "Accept-Language"));
    assert_eq!(vietnamese.json()["title"], "Không tìm thấy");
    let english = tiny.get_with("/v1/nothing", ("accept-language", "en-GB, vi;q=0.5")).await;
    assert_eq!((english.header("content-language"), english.header("vary")), ("en", "Accept-Language"));
    assert_eq!(english.json()["title"], "Not found");
    let headers = [("content-type", "application/json"), ("accept-language", "en")];
    let fields = tiny.send("POST", "/v1/things", &headers, "{}").await;
    assert_eq!(fields.json()["errors"][0]["message"], "This field is required.");
}

#[tokio::test]
async fn members_of_an_error_reach_the_client_and_some_become_headers() {
    let tiny = Tiny::start();
    let conflict = tiny.get("/v1/fail?how=foreign").await;
    assert_eq!(conflict.problem(), (409, "thing.state".to_owned()));
    assert_eq!(conflict.json()["state"], "closed");
    assert_eq!(tiny.get("/v1/fail?how=too-many").await.header("retry-after"), "7");
    assert_eq!(tiny.get("/v1/fail?how=unavailable").await.header("retry-after"), "5");
    let scope = tiny.get("/v1/fail?how=scope").await;
    assert_eq!(scope.problem(), (403, "scope.missing".to_owned()));
    assert!(scope.header("www-authenticate").contains("scope=\"tiny:things:write\""));
}

#[tokio::test]
async fn an_error_of_a_middleware_is_a_problem_and_401_asks_for_a_token() {
    let tiny = Tiny::start();
    for path in ["/v1/things", "/v1/nothing", "/v1/fail?how=panic"] {
        let answer = tiny.get_with(path, ("x-nobody", "1")).await;
        assert_eq!(answer.problem(), (401, "token.missing".to_owned()), "{path}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
    }
}

#[tokio::test]
async fn nobody_learns_from_a_bad_body_without_a_token() {
    let tiny = Tiny::start();
    let headers = [("x-nobody", "1"), ("content-type", "text/plain")];
    assert_eq!(tiny.send("POST", "/v1/things?x=1", &headers, "{").await.status, 401);
}

#[tokio::test]
async fn a_bare_status_from_below_becomes_a_problem() {
    let tiny = Tiny::start();
    let answer = tiny.get("/v1/fail?how=plain").await;
    assert_eq!(answer.problem(), (500, "internal".to_owned()));
    assert!(!String::from_utf8_lossy(&answer.body).contains("nginx"));
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_by_its_declared_length_or_when_it_passes() {
    let tiny = Tiny::start();
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1 << 20));
    assert_eq!(tiny.post("/v1/things", &large).await.problem(), (413, "body.too_large".to_owned()));
    let pieces = futures_util::stream::iter((0..32).map(|_| Ok::<_, std::io::Error>("x".repeat(1 << 16))));
    let json = [("content-type", "application/json")];
    let chunked = tiny.send("POST", "/v1/things", &json, reqwest::Body::wrap_stream(pieces)).await;
    assert_eq!(chunked.problem(), (413, "body.too_large".to_owned()));
    assert_eq!(tiny.post("/v1/bulk/things", &large).await.status, 200, "a scope may have a limit of its own");
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_given_up() {
    let tiny = Tiny::with(Limits { body_time: Duration::from_millis(300), ..limits() });
    let head = "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let answer = tiny.raw(head.as_bytes(), Duration::from_secs(5)).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request.timeout"), "{answer}");
}

#[tokio::test]
async fn a_head_that_comes_too_slowly_is_given_up() {
    let tiny = Tiny::with(Limits { head_time: Duration::from_millis(300), ..limits() });
    let answer = tiny.raw(b"GET /v1/things HTTP/1.1\r\nHost: x\r\n", Duration::from_secs(5)).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn overload_is_answered_early_and_leaves_health_alone() {
    let tiny = Tiny::with(Limits { requests: 2, ..limits() });
    let waiting = tokio::spawn(futures_util::future::join_all([tiny.wait(), tiny.wait()]));
    let refused = tiny.until_overloaded().await;
    assert_eq!(refused.problem(), (503, "overloaded".to_owned()));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(tiny.get("/livez").await.status, 200);
    tiny.running.stop().await.unwrap();
    assert_eq!(waiting.await.unwrap(), [200, 200]);
}
