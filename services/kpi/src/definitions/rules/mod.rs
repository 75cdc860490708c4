//! From figures to points, and from points to ranks: pure.

pub mod rank;
pub mod score;
pub mod total;
