//! What the chassis promises for every endpoint, held against a tiny service over real HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, and one handler panics on purpose"
)]

mod contract;
mod errors;
mod files;
mod head;
mod public;
mod reading;
mod running;
mod shape;
mod tiny;
mod writing;
