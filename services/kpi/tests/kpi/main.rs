//! What the service of indicators promises, on both databases: facts made of events alone, exactly once and again from
//! the beginning; figures that a slow recount agrees with; lists as long as their figures; who sees what, and how soon.
//! Data elements that people enter, check and approve, and targets for what they come to.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a surprise is the failure of the test that meets it"
)]

mod access;
mod alerts;
mod announcing;
mod cutting;
mod definitions;
mod digests;
mod elements;
mod exports;
mod fact_fields;
mod facts;
mod following;
#[path = "../../../procedures/tests/exchange/mail_server.rs"]
#[expect(dead_code, reason = "the tests of the other service need more of it")]
mod mail_server;
mod neighbour;
mod office;
mod on_time;
mod province;
mod publishing;
mod quality;
mod reports;
mod responsibility;
mod scores;
mod setting;
mod tables;
mod taking;
mod targets;
mod trouble;
mod unknown;
