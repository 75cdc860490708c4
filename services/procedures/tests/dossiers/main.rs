//! Dossiers over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod access;
mod assignment;
mod bad_input;
mod clock;
mod delegation;
mod issuing;
mod papers;
mod path;
mod reports;
mod support;
mod tables;
