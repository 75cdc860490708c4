//! What the service promises about places, agencies and people, over real HTTP on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod agencies;
mod agencies_import;
mod clients;
mod delegations;
mod installation;
mod officers;
#[path = "../../../procedures/tests/webhooks/receiver.rs"]
#[expect(dead_code, reason = "the tests of the procedures service need more of it")]
mod receiver;
mod sandbox;
mod saved_searches;
mod succession;
mod tables;
mod units;
mod units_import;
mod webhooks;
