//! What is allowed: exact numbers, values of an element, formulas between values, outliers and the states of a value.
//! Pure: no database, no HTTP, no clock.

pub(crate) mod entry;
pub(crate) mod formula;
pub(crate) mod number;
pub(crate) mod outlier;
pub(crate) mod state;
