//! What one client may cost: sizes, times and numbers, with defaults that suit a public server.

use std::time::Duration;

/// Limits of a running service.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Worker threads; each serves many connections.
    pub workers: usize,
    /// Open connections per worker; more wait in the operating system's queue.
    pub connections: usize,
    /// Requests of the whole service being answered at once; one more is answered 503 without being looked at.
    pub requests: usize,
    /// The largest JSON body in bytes; a scope may set another with [`BodyLimit`].
    pub body: usize,
    /// How many proxies of our own stand before the service and add to `X-Forwarded-For`; with none the header is not
    /// believed.
    pub proxies: u8,
    /// How long a request head may take to arrive.
    pub head_time: Duration,
    /// How long a JSON body may take to arrive.
    pub body_time: Duration,
    /// How long an upload may pause between two pieces.
    pub upload_pause: Duration,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long requests in flight may take to end when the service is stopped.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            connections: 10_000,
            requests: 2_000,
            body: 1 << 20,
            proxies: 0,
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(30),
            upload_pause: Duration::from_secs(30),
            keep_alive: Duration::from_secs(75),
            shutdown: Duration::from_secs(30),
        }
    }
}

/// Another limit of JSON bodies for the routes of one scope: `scope.app_data(BodyLimit(8 << 20))`.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);
