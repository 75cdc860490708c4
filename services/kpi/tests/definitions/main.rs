//! Definitions as pure rules: what is read and what is refused, filters on records, figures to points.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a surprise is the failure of the test that meets it")]

mod filters;
mod interpreter;
mod reading;
mod scoring;
