//! What somebody who means ill, or sends nonsense, must not get out of the service, over real HTTP on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod codes;
mod days;
#[expect(dead_code, reason = "shared with the tests of the ground")]
#[path = "../ground/installation.rs"]
mod installation;
mod marks;
mod replays;
mod succession;
mod texts;
mod units;
