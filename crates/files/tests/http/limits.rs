use std::time::{Duration, Instant};

use motcua_testkit::on_both_databases;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::desk::Desk;

/// Sends a request by hand, so that what the client declares and what it sends may differ. Gives the answer and how many
/// bytes of the body the service took before.
async fn raw(desk: &Desk, headers: &str, pieces: usize, piece: &[u8]) -> (String, usize) {
    let connection = TcpStream::connect(desk.running.address()).await.unwrap();
    let (mut from, mut to) = connection.into_split();
    let token = desk.officer("anh");
    let head = format!("POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{headers}\r\n\r\n");
    to.write_all(head.as_bytes()).await.unwrap();
    let answer = tokio::spawn(async move {
        let mut answer = vec![0; 64 << 10];
        let mut length = 0;
        while !String::from_utf8_lossy(&answer[..length]).contains("\"request_id\"") {
            match from.read(&mut answer[length..]).await {
                Ok(0) | Err(_) => break,
                Ok(read) => length += read,
            }
        }
        String::from_utf8_lossy(&answer[..length]).into_owned()
    });
    let mut taken = 0;
    for _ in 0..pieces {
        if answer.is_finished() || to.write_all(piece).await.is_err() {
            break;
        }
        taken += piece.len();
    }
    (tokio::time::timeout(Duration::from_secs(20), answer).await.unwrap().unwrap(), taken)
}

/// Waits until there are so many whole files and so many in the making.
async fn until_on_disk(desk: &Desk, expected: (usize, usize)) {
    let until = Instant::now() + Duration::from_secs(20);
    while desk.on_disk() != expected {
        assert!(Instant::now() < until, "on disk: {:?}", desk.on_disk());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

on_both_databases! {
    async fn a_declared_gibibyte_is_refused_at_once_without_reading_it(database) {
        let desk = Desk::open(database);
        let began = Instant::now();
        let (answer, _) = raw(&desk, "Content-Length: 1073741824", 0, b"").await;
        assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("file.too_large"), "{answer}");
        assert!(answer.contains("\"limit\":52428800") && began.elapsed() < Duration::from_secs(5));
        assert_eq!(desk.on_disk(), (0, 0));
    }

    async fn an_undeclared_length_is_counted_and_cut_off_at_the_limit(database) {
        let desk = Desk::with_limit(database, 1 << 20);
        let piece = [b"8000\r\n".as_slice(), "x".repeat(0x8000).as_bytes(), b"\r\n"].concat();
        let (answer, taken) = raw(&desk, "Transfer-Encoding: chunked", 4000, &piece).await;
        assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("file.too_large"), "{answer}");
        assert!(taken < 100 << 20, "the service went on reading: {taken}");
        assert_eq!(desk.on_disk(), (0, 0));
    }

    async fn exactly_the_limit_is_taken(database) {
        let desk = Desk::with_limit(database, 1 << 20);
        let token = desk.officer("anh");
        assert_eq!(desk.post(&token, vec![7; 1 << 20]).send().await.unwrap().status(), 201);
        assert_eq!(desk.post(&token, vec![7; (1 << 20) + 1]).send().await.unwrap().status(), 413);
    }

    async fn a_client_that_hangs_up_half_way_leaves_nothing(database) {
        let desk = Desk::open(database);
        let mut connection = TcpStream::connect(desk.running.address()).await.unwrap();
        let token = desk.officer("anh");
        let head = format!("POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 5000000\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(&vec![b'x'; 3_000_000]).await.unwrap();
        until_on_disk(&desk, (0, 1)).await;
        drop(connection);
        until_on_disk(&desk, (0, 0)).await;
    }
}
