//! From figures to points, and from points to ranks: pure.

pub mod rank;
pub mod score;
pub mod total;

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a surprise is the failure of the test that meets it"
)]
mod tests;
