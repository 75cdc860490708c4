//! What is allowed: exact numbers, values of an element, formulas between values, outliers and the states of a value.
//! Pure: no database, no HTTP, no clock.

pub mod entry;
pub(crate) mod formula;
pub mod number;
pub mod outlier;
pub mod state;
