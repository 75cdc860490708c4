//! Definitions of indicators (định nghĩa chỉ tiêu): data, not code.
//!
//! A **set** (bộ chỉ số) is a YAML file, one for each of its versions: groups with their maxima, **measures** (số đo: counts
//! of records, filtered in CEL over the fields of [`vocabulary`]), **elements** (số liệu nhập: what people enter because no
//! system knows it), **indicators** (chỉ tiêu: how measures and elements become points), classes and the rule of ranking.
//! What no event tells is defined as well and says that it is not measured, with the reason; it is never 0.
//!
//! A file is read whole: every fault is told at once, with line and column ([`read`]). What was read is [`model`], what
//! follows from it and the figures is [`rules`]; both are pure. A version is kept as it was written, with its digest, and
//! never changes: another text under the same version is refused, and a version that begins on a day that another one
//! governs already would change what was scored, so it is refused too. Which version governs a period is decided by the
//! period's first day.

pub mod exact;
pub mod faults;
pub mod filter;
pub mod formula;
pub mod model;
pub mod rules;
pub mod vocabulary;

mod expression;
mod reading;
mod yaml;

pub use reading::read;
