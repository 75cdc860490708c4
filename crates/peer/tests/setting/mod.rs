//! Peers for tests: quick to retry, with tokens that count themselves.
#![allow(dead_code, reason = "each test program uses a part")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use motcua_peer::{AccessToken, Peer, Timing, TokenSource};
use wiremock::MockServer;

/// Four attempts that take no time in between.
pub(crate) fn patient() -> Timing {
    Timing { first_wait: Duration::from_millis(5), ..Timing::default() }
}

pub(crate) fn peer(server: &MockServer) -> Peer {
    peer_with(server, patient())
}

pub(crate) fn peer_with(server: &MockServer, timing: Timing) -> Peer {
    peer_at(&server.uri(), timing)
}

pub(crate) fn peer_at(address: &str, timing: Timing) -> Peer {
    Peer::new(address, Arc::new(counted_tokens(Duration::from_hours(1))), timing, trace).unwrap()
}

/// `token-1`, `token-2` …
pub(crate) fn counted_tokens(lifetime: Duration) -> TokenSource {
    let count = AtomicUsize::new(0);
    TokenSource::minted(move || {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(AccessToken { value: format!("token-{number}"), lifetime })
    })
}

fn trace() -> Vec<(&'static str, String)> {
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    vec![("x-request-id", "request-7".to_owned()), ("traceparent", parent.to_owned())]
}
