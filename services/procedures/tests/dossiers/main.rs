//! Dossiers over real HTTP, on both databases.

// Test support may panic: the panic is the test's failure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod access;
mod bad_input;
mod path;
mod support;
