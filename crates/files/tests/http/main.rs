//! What `/v1/files` promises, over real HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod desk;
mod limits;
mod reading;
mod uploading;
