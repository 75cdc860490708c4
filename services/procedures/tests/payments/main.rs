//! Money of dossiers, tracking without login and ratings, over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod desk;
mod duties;
mod money;
mod owing;
mod ratings;
mod refunds;
#[path = "../dossiers/support.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod support;
mod tracking;
