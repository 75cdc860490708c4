//! The catalogue: importing files with faults, versions, and reading it over HTTP, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod drafting;
mod importing;
mod keeping;
mod life;
mod own_format;
mod reading;
mod support;
mod whole_file;
