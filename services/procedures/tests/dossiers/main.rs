//! Dossiers over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod access;
mod bad_input;
mod delegation;
mod path;
mod support;
mod tables;
