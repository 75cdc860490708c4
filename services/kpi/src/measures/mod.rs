//! Measures (số đo): how many records there are of a kind, for an agency, in a period.
//!
//! Every change of a fact changes the **tallies** (bảng đếm) by its difference, in the same transaction: what the record
//! counted for before is taken off, what it counts for now is added ([`contributions`], pure). So a figure is read, not
//! reckoned, and a score over a million dossiers takes milliseconds; and the tallies are still nothing but a function of
//! the facts, which the tests recount from scratch.
//!
//! What is tallied comes from the sets of indicators: each distinct measure has a number ([`slot`]). A measure that is new
//! is filled in the background ([`filling`]); until that is done figures that need it answer `figures.not_ready`. Tallies
//! are kept for who was responsible when a record was written and, beside it, for what moved since, so that the agencies
//! can be looked at as they were and as they are.
//!
//! Procedures are some thousands, and what is asked of them depends on the calendar: they are counted when they are asked
//! for ([`procedures`]). The list behind a figure ([`listing`]) judges each record by the same rules as the tallies.

pub(crate) mod contributions;
pub(crate) mod filling;
pub(crate) mod kept;
pub(crate) mod listing;
pub(crate) mod numbers;
pub(crate) mod records;

mod counts;
mod procedures;
mod register;
mod slot;
mod store;
mod tallies;
mod turns;

use chrono::NaiveDate;

pub(crate) use filling::hold_all;
pub(crate) use procedures::{Procedures, level_of};
pub(crate) use register::{prepare, register};
pub(crate) use slot::{Key, tallied};
pub(crate) use store::{forget, has_unfilled as is_filling, tallies_after, turns_after};
pub(crate) use tallies::Tallying;

/// The day on which counts stand that belong to no day.
pub(crate) fn standing_day() -> NaiveDate {
    chrono::DateTime::UNIX_EPOCH.date_naive()
}
