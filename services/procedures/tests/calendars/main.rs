//! Calendars as data over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod changing;
mod keeping;
mod office;
mod reaching;
mod succession;
#[path = "../dossiers/support.rs"]
#[expect(dead_code, reason = "the province of the dossiers' tests, of which calendars need less")]
mod support;
