//! End to end: real processes of the real program, and nothing but HTTP and the command line between them and the tests.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::indexing_slicing,
    reason = "test support may panic: the panic is the test's failure"
)]

mod api;
mod desk;
mod installation;

pub use api::{Api, Reply, send};
pub use desk::Desk;
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

/// A dossier of the tour: a commune pays its mediators.
#[must_use]
pub fn dossier() -> serde_json::Value {
    serde_json::json!({
        "procedure": "2.002080",
        "receiving_agency": "H50.12",
        "channel": "online",
        "applicant": {"kind": "citizen", "name": "Trần Thị Ví Dụ", "identity_number": "045190000001"},
        "form": {
            "team_name": "Tổ hòa giải khu phố Mẫu 1",
            "period_from": "2026-07-01",
            "period_to": "2026-09-30",
            "main_kind": "land",
            "cases": 4,
            "cases_settled": 3,
            "amount_vnd": 1_200_000,
            "payment": "bank",
            "bank_name": "Ngân hàng Ví Dụ",
            "bank_account": "1234567890"
        }
    })
}

/// So many bytes of nothing, in pieces.
pub fn endless(bytes: usize) -> impl futures_util::Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    const PIECE: usize = 64 * 1024;
    futures_util::stream::iter((0..bytes / PIECE).map(|_| Ok(vec![0_u8; PIECE])))
}
