//! Inter-linked dossiers and transfers of competence over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod chain;
mod clock;
mod house;
mod issuing;
mod mending;
#[path = "../dossiers/support.rs"]
#[expect(dead_code, reason = "shared with the tests of dossiers, which use all of it")]
mod support;
mod transfer;
