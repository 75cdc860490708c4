//! What case files promise, from the yearly plan to the protocol of their destruction, over real HTTP, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod borrowing;
mod closing;
mod contents;
mod destroyed_contents;
mod destroying;
mod handing_over;
#[path = "../ground/installation.rs"]
#[expect(dead_code, reason = "the tests of the ground need more of it")]
mod installation;
mod moving;
#[path = "../incoming/office.rs"]
#[expect(dead_code, reason = "the tests of incoming documents need more of it")]
mod office;
mod opening;
mod plans;
mod races;
mod searching;
mod shelf;
