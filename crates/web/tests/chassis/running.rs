//! Running: health, metrics, documentation, stopping.

use std::path::Path;
use std::sync::atomic::Ordering;

use motcua_web::Limits;

use crate::tiny::{THING, Tiny, limits};

#[tokio::test]
async fn readiness_names_the_failing_check_and_recovers() {
    let tiny = Tiny::start();
    assert_eq!(tiny.get("/livez").await.status, 200);
    assert_eq!(tiny.get("/readyz").await.json()["checks"]["database"], "ok");
    tiny.database_is_there.store(false, Ordering::Relaxed);
    let answer = tiny.get("/readyz").await;
    assert_eq!(answer.problem(), (503, "not_ready".to_owned()));
    assert_eq!(answer.json()["checks"]["database"], "failing");
    assert!(answer.json()["detail"].as_str().unwrap().contains("database"));
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret-host"));
    assert_eq!(tiny.get("/livez").await.status, 200);
    tiny.database_is_there.store(true, Ordering::Relaxed);
    assert_eq!(tiny.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn the_log_knows_routes_ids_and_causes_and_no_personal_data() {
    let lines = crate::tiny::log();
    let tiny = Tiny::start();
    tiny.get_with(&format!("{THING}?name=045084000123"), ("x-request-id", "log-1")).await;
    tiny.get_with("/v1/fail?how=internal", ("x-request-id", "log-2")).await;
    let of = |id: &str| -> Vec<String> {
        lines.read().lines().filter(|line| line.contains(id)).map(str::to_owned).collect()
    };
    let access = of("log-1").into_iter().find(|line| line.contains("access")).unwrap();
    for part in ["tiny", "GET", "/v1/things/{id}", "400", "ms=", "trace_id"] {
        assert!(access.contains(part), "{part} is missing in {access}");
    }
    assert!(of("log-1").iter().all(|line| !line.contains("045084000123") && !line.contains("019aa5c2")));
    assert!(of("log-2").iter().any(|line| line.contains("ERROR") && line.contains("SELECT secret FROM things")));
}

#[tokio::test]
async fn metrics_are_by_route_pattern_and_hold_no_ids() {
    let tiny = Tiny::start();
    tiny.get(THING).await;
    tiny.get("/v1/wp-login.php").await;
    tiny.send("BREW", "/v1/things", &[], "").await;
    let answer = tiny.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("text/plain"));
    let text = String::from_utf8(answer.body).unwrap();
    let line = "http_requests_total{service=\"tiny\",route=\"/v1/things/{id}\",method=\"GET\",status=\"2xx\"}";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("http_request_duration_seconds_bucket{"), "{text}");
    assert!(text.contains("route=\"unmatched\"") && text.contains("method=\"other\""), "{text}");
    assert!(!text.contains("019aa5c2") && !text.contains("wp-login") && !text.contains("BREW"), "{text}");
}

#[tokio::test]
async fn two_services_of_one_process_share_the_recorder() {
    let (one, two) = (Tiny::start(), Tiny::start());
    one.get(THING).await;
    assert!(String::from_utf8(two.get("/metrics").await.body).unwrap().contains("/v1/things/{id}"));
}

#[tokio::test]
async fn the_documentation_works_offline() {
    let tiny = Tiny::start();
    let page = tiny.get("/docs").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    let html = String::from_utf8(page.body).unwrap();
    let script = String::from_utf8(tiny.get("/docs/swagger-initializer.js").await.body).unwrap();
    for text in [&html, &script] {
        assert!(!text.contains("://") && !text.contains("src=\"//"), "{text}");
    }
    assert!(script.contains("\"/openapi.json\"") && script.contains("\"validatorUrl\": \"none\""), "{script}");
    for part in html
        .split(['"', '\''])
        .filter(|part| Path::new(part).extension().is_some_and(|kind| kind == "js" || kind == "css"))
    {
        let part = part.trim_start_matches("./");
        assert_eq!(tiny.get(&format!("/docs/{part}")).await.status, 200, "{part}");
    }
    assert!(!html.contains("<script>"), "the policy of the page forbids scripts in it: {html}");
}

#[tokio::test]
async fn the_document_is_served_as_it_is_written_and_cached() {
    let tiny = Tiny::start();
    let answer = tiny.get("/openapi.json").await;
    let document = motcua_web::openapi::document(&crate::tiny::ABOUT, crate::tiny::routes, crate::tiny::public);
    assert_eq!(String::from_utf8(answer.body.clone()).unwrap(), motcua_web::openapi::text(&document).unwrap());
    let tag = answer.header("etag").to_owned();
    assert_eq!(tiny.get_with("/openapi.json", ("if-none-match", &tag)).await.status, 304);
}

#[tokio::test]
async fn stopping_lets_a_request_in_flight_end() {
    let tiny = Tiny::with(Limits { requests: 1, ..limits() });
    let address = tiny.running.address();
    let waiting = tokio::spawn(tiny.wait());
    tiny.until_overloaded().await;
    tiny.running.stop().await.unwrap();
    assert_eq!(waiting.await.unwrap(), 200);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_names_it() {
    let tiny = Tiny::start();
    let mut second = crate::tiny::service(&tiny.database_is_there, crate::tiny::limits());
    second.listen = tiny.running.address();
    let error = motcua_web::start(second, crate::tiny::Admit).unwrap_err();
    assert!(error.to_string().contains(&tiny.running.address().to_string()), "{error}");
}
