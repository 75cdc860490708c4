//! What drafting, checking, signing, issuing and recalling documents promise, over real HTTP on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod authorities;
mod bad_input;
mod checks;
mod circle;
mod feed;
#[path = "../ground/file_text.rs"]
mod file_text;
#[path = "../ground/installation.rs"]
#[expect(dead_code, reason = "the tests of the ground need more of it")]
mod installation;
mod lifecycle;
mod numbers;
mod opinions;
mod races;
mod searching;
mod signing;
mod stage;
mod succession;
mod way;
