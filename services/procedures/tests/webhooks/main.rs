//! The events of the procedures service, pushed over real HTTP to a receiver that misbehaves, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod delivering;
mod desk;
mod failing;
mod keeping;
mod patience;
mod receiver;
mod reminding;
mod replaying;
mod seeing;
#[path = "../dossiers/support.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod support;
