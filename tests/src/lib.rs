//! End to end: real processes of the real program, and nothing but HTTP and the command line between them and the tests.

// Test support may panic: the panic is the test's failure.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc, clippy::indexing_slicing)]

mod api;
mod installation;

pub use api::{Api, Reply};
pub use installation::{Installation, Kind, Service};

/// Whether heavy tests run at full size (`MOTCUA_TEST_SIZE=full`) or at the size of a continuous build.
#[must_use]
pub fn full_size() -> bool {
    std::env::var("MOTCUA_TEST_SIZE").is_ok_and(|size| size == "full")
}

/// Waits until a condition holds, or fails naming it.
pub async fn eventually<F: AsyncFnMut() -> bool>(what: &str, seconds: u64, mut condition: F) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(seconds);
    while !condition().await {
        assert!(std::time::Instant::now() < until, "not within {seconds} s: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
}
