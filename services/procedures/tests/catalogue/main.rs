//! The catalogue: importing files with faults, versions, and reading it over HTTP, on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::large_futures,
    unreachable_pub,
    reason = "test support may panic: the panic is the test's failure"
)]

mod importing;
mod own_format;
mod reading;
mod support;
mod whole_file;
