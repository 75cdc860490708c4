//! What is stored: elements, values with every version they had, and closed periods.

pub(crate) mod closings;
pub(crate) mod elements;
pub(crate) mod steps;
pub(crate) mod values;
