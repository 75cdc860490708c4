//! What incoming documents and dispatches promise, over real HTTP, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod aftermath;
mod books;
mod circle;
#[path = "../ground/file_text.rs"]
mod file_text;
#[path = "../ground/installation.rs"]
#[expect(dead_code, reason = "the tests of the ground need more of it")]
mod installation;
mod long_texts;
mod moving;
mod office;
mod races;
#[path = "../../../procedures/tests/webhooks/receiver.rs"]
#[expect(dead_code, reason = "the tests of the procedures service need more of it")]
mod receiver;
mod receiving;
mod register;
mod searching;
mod sending;
mod taking_back;
mod telling;
mod telling_systems;
mod timers;
mod working;
