//! The pages: what they say, what they never say, how large they are and how fast. `scripts/check-pages` looks at the same
//! samples in a browser.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a surprise is the failure of the test that meets it"
)]

mod answers;
mod limits;
mod samples;
mod words;
