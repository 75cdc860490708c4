//! Files: streamed both ways, limited, in ranges.

use std::time::Duration;

use crate::tiny::{THING, Tiny, limits};
use motcua_web::Limits;
use serde_json::Value;

const MIB: usize = 1 << 20;

fn upload_path() -> String {
    format!("{THING}/files")
}

#[tokio::test]
async fn a_gibibyte_is_refused_before_a_byte_of_it_is_sent() {
    let tiny = Tiny::start();
    let head = format!("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", upload_path(), 1 << 30);
    let answer = tiny.raw(head.as_bytes(), Duration::from_secs(2)).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("file.too_large"), "{answer}");
    assert!(answer.contains("50 MiB"), "{answer}");
}

#[tokio::test]
async fn a_client_that_sends_on_regardless_still_reads_the_refusal() {
    let tiny = Tiny::start();
    let body = vec![0_u8; 60 * MIB];
    assert_eq!(tiny.send("POST", &upload_path(), &[], body).await.problem(), (413, "file.too_large".to_owned()));
}

#[tokio::test]
async fn a_file_streams_through_with_flat_memory_and_is_cut_at_the_limit() {
    let tiny = Tiny::start();
    let pieces = |count| {
        let piece = bytes::Bytes::from(vec![7_u8; MIB / 4]);
        reqwest::Body::wrap_stream(futures_util::stream::iter(
            (0..count * 4).map(move |_| Ok::<_, std::io::Error>(piece.clone())),
        ))
    };
    let before = resident_kib();
    let answer = tiny.send("POST", &upload_path(), &[], pieces(49)).await;
    assert_eq!((answer.status, &answer.json()["seen"]), (201, &Value::from(49 * MIB)));
    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 24 * 1024, "memory grew by {grown} KiB while 49 MiB passed");
    assert_eq!(tiny.send("POST", &upload_path(), &[], pieces(51)).await.problem().1, "file.too_large");
}

#[tokio::test]
async fn an_upload_names_its_file_and_joins_idempotency_with_its_digest() {
    let tiny = Tiny::start();
    let headers = [
        ("content-type", "application/pdf; version=1.7"),
        ("content-disposition", "attachment; filename*=UTF-8''..%2F%C4%91%C6%A1n.pdf"),
        ("idempotency-key", "k"),
    ];
    let answer = tiny.send("POST", &upload_path(), &headers, "PDF").await.json();
    assert_eq!((&answer["name"], &answer["type"]), (&"đơn.pdf".into(), &"application/pdf".into()));
    assert_eq!(answer["fingerprint"].as_str().unwrap().len(), 64);
    let form = tiny.send("POST", &upload_path(), &[("content-type", "multipart/form-data; boundary=x")], "--x").await;
    assert_eq!(form.problem(), (415, "media_type.unsupported".to_owned()));
}

#[tokio::test]
async fn an_upload_that_stalls_or_breaks_off_ends() {
    let tiny = Tiny::with(Limits { upload_pause: Duration::from_millis(300), ..limits() });
    let head = format!("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc", upload_path());
    let answer = tiny.raw(head.as_bytes(), Duration::from_secs(5)).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request.timeout"), "{answer}");
}

#[tokio::test]
async fn a_download_is_named_in_vietnamese_and_kept_by_nobody() {
    let tiny = Tiny::start();
    let answer = tiny.get("/v1/file").await;
    assert_eq!((answer.status, answer.body.len()), (200, 1000));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!((answer.header("content-length"), answer.header("accept-ranges")), ("1000", "bytes"));
    assert!(answer.header("content-disposition").contains("filename*=UTF-8''%C4%90%C6%A1n%20xin.pdf"));
    assert!(answer.header("content-security-policy").contains("sandbox"));
    assert_eq!(tiny.get_with("/v1/file", ("if-none-match", "\"abc123\"")).await.status, 304);
}

#[tokio::test]
async fn a_range_is_answered_in_part() {
    let tiny = Tiny::start();
    let whole = tiny.get("/v1/file").await.body;
    for (range, shown, from, to) in [
        ("bytes=0-99", "bytes 0-99/1000", 0, 100),
        ("bytes=990-", "bytes 990-999/1000", 990, 1000),
        ("bytes=-5", "bytes 995-999/1000", 995, 1000),
        ("bytes=500-9999", "bytes 500-999/1000", 500, 1000),
    ] {
        let part = tiny.get_with("/v1/file", ("range", range)).await;
        assert_eq!((part.status, part.header("content-range")), (206, shown), "{range}");
        assert_eq!(part.body, whole[from..to], "{range}");
    }
}

#[tokio::test]
async fn a_range_outside_the_file_is_416_and_one_we_do_not_know_is_the_whole() {
    let tiny = Tiny::start();
    let outside = tiny.get_with("/v1/file", ("range", "bytes=1000-")).await;
    assert_eq!(outside.problem(), (416, "range.not_satisfiable".to_owned()));
    assert_eq!(outside.header("content-range"), "bytes */1000");
    for range in ["bytes=0-1,5-6", "lines=1-2", "bytes=x"] {
        assert_eq!(tiny.get_with("/v1/file", ("range", range)).await.status, 200, "{range}");
    }
    for (tag, status) in [("\"abc123\"", 206), ("\"other\"", 200)] {
        let headers = [("range", "bytes=0-9"), ("if-range", tag)];
        assert_eq!(tiny.send("GET", "/v1/file", &headers, "").await.status, status, "{tag}");
    }
}

/// The memory this process holds now.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}
