//! Definitions as pure rules: what is read and what is refused, filters on records, figures to points.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a surprise is the failure of the test that meets it"
)]

mod filters;
mod reading;
mod scoring;
