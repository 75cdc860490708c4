//! What issuing documents and their registers promise, over real HTTP, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod books;
mod closing;
mod delegation;
mod desk;
mod files;
mod late;
mod numbering;
mod reading;
mod references;
mod refusals;
mod registers;
mod reports;
mod reserving;
mod searching;
mod sheets;
mod types;
