//! Opinions of other agencies on dossiers, and the timers of waits, over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod answering;
mod asking;
mod ending;
mod house;
mod limits;
mod seeing;
mod silence;
#[path = "../dossiers/support.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod support;
