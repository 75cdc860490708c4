//! What nobody hands in twice, who hands in for others, and what is refused on the way in, over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod bad_input;
mod desk;
mod lookups;
mod papers;
mod representing;
mod reusing;
mod revoking;
#[path = "../dossiers/support.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod support;
mod supporting;
