//! HEAD: what GET answers, without the body.

use std::time::Duration;

use crate::tiny::{THING, Tiny};

/// Differ from one request to the next, whatever its method.
const OF_THE_REQUEST: [&str; 3] = ["date", "x-request-id", "traceparent"];

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let tiny = Tiny::start();
    let paths = ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs/", "/docs/index.css", "/docs"];
    let of_v1 = ["/v1/things?limit=2", THING, "/v1/file", "/v1/fail?how=internal", "/v1/nothing", "/v1/things?x=1"];
    for path in paths.into_iter().chain(of_v1) {
        let (get, head) = (tiny.get(path).await, tiny.send("HEAD", path, &[], "").await);
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        for name in get.headers.keys().filter(|name| !OF_THE_REQUEST.contains(&name.as_str())) {
            // The metrics have grown meanwhile.
            if path != "/metrics" || name != "content-length" {
                assert_eq!(head.header(name.as_str()), get.header(name.as_str()), "{name} of {path}");
            }
        }
        assert_eq!(head.header("content-length").is_empty(), get.header("content-length").is_empty(), "{path}");
    }
    assert_eq!(tiny.send("HEAD", "/v1/file", &[], "").await.header("content-length"), "1000");
}

#[tokio::test]
async fn head_knows_tags_and_ranges_and_the_right_methods() {
    let tiny = Tiny::start();
    let tag = tiny.send("HEAD", THING, &[], "").await.header("etag").to_owned();
    assert_eq!(tiny.send("HEAD", THING, &[("if-none-match", &tag)], "").await.status, 304);
    let part = tiny.send("HEAD", "/v1/file", &[("range", "bytes=0-99")], "").await;
    assert_eq!((part.status, part.header("content-range")), (206, "bytes 0-99/1000"));
    assert_eq!(part.header("content-length"), "100");
    let refused = tiny.send("HEAD", "/v1/things/search/x", &[], "").await;
    assert_eq!(refused.status, 404);
    let no_get = tiny.send("HEAD", "/v1/act", &[], "").await;
    assert_eq!((no_get.status, no_get.header("allow")), (405, "POST"));
    let nobody = tiny.send("HEAD", THING, &[("x-nobody", "1")], "").await;
    assert_eq!((nobody.status, nobody.header("www-authenticate").is_empty()), (401, false));
}

#[tokio::test]
async fn a_connection_goes_on_after_head_even_when_requests_are_sent_ahead() {
    let tiny = Tiny::start();
    let request = |method: &str, path: &str| format!("{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut ahead = request("HEAD", "/v1/file") + &request("HEAD", THING) + &request("HEAD", "/v1/fail?how=internal");
    ahead += "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answers = tiny.raw(ahead.as_bytes(), Duration::from_secs(5)).await;
    let statuses: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect();
    assert_eq!(statuses, ["200", "200", "500", "200"], "{answers}");
    let heads: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).take(3).collect();
    assert!(heads.iter().all(|head| head.ends_with("\r\n\r\n") && head.matches("\r\n\r\n").count() == 1), "{answers}");
    assert!(heads.iter().all(|head| !head.contains("chunked")), "{answers}");
    assert!(answers.ends_with("{\"status\":\"alive\"}"), "{answers}");
}

#[tokio::test]
async fn logs_and_metrics_call_a_head_by_its_name() {
    let lines = crate::tiny::log();
    let tiny = Tiny::start();
    tiny.send("HEAD", THING, &[("x-request-id", "head-1")], "").await;
    let text = lines.read();
    let access = text.lines().find(|line| line.contains("head-1") && line.contains("access")).unwrap();
    assert!(access.contains("HEAD") && access.contains("/v1/things/{id}"), "{access}");
    let metrics = String::from_utf8(tiny.get("/metrics").await.body).unwrap();
    assert!(metrics.contains("route=\"/v1/things/{id}\",method=\"HEAD\",status=\"2xx\""), "{metrics}");
}
