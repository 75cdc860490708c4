//! What records say, and what of it at which instants.

mod as_of;
mod fields;
