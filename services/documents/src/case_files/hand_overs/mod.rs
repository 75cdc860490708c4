//! Handing case files in to the archive (nộp lưu hồ sơ), and the reminder before its limit.
//!
//! Decree 30/2020/NĐ-CP, Articles 28 to 31: a year after the work ends, three months for construction, later by written
//! agreement for at most two years; only what is kept for 5 years or more. The agency's clerk or head hands several in at
//! once; the archive takes or returns each by a step of the case file. The list (mục lục hồ sơ nộp lưu) has two parts: what
//! is kept for ever, and what for a time.

pub mod http;
mod ops;
pub mod reminder;
mod sheet;
mod store;

pub(super) use store::{answered, move_hand_overs};
