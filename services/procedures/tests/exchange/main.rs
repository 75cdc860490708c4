//! Papers that change hands, dossiers mirrored from other systems, and notices by e-mail, over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod handovers;
mod mail;
mod mail_server;
mod mail_tls;
mod mirrors;
mod slip;
mod sources;
#[path = "../dossiers/support.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod support;
