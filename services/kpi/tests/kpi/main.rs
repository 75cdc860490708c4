//! What the service of indicators promises, on both databases: facts made of events alone, exactly once and again from
//! the beginning; figures that a slow recount agrees with; lists as long as their figures; who sees what, and how soon.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a surprise is the failure of the test that meets it"
)]

mod access;
mod definitions;
mod facts;
mod figures;
mod following;
mod neighbour;
mod province;
mod setting;
mod tables;
