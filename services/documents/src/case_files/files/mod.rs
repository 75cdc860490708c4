//! A case file (hồ sơ): opened by the file plan or beside it, kept by one officer, closed with the list of its documents.
//!
//! `open` → `closed` → `handed_over` → (`accepted` | `returned`); `destroyed` when its retention has ended. What may be
//! done is said once, in [`rules`]: the same function lists the allowed actions and refuses the others.

mod change;
pub mod http;
mod open;
mod read;
pub mod rules;
mod show;
mod steps;
pub mod transition;
pub mod view;

pub(super) use open::notation_fault;

pub use change::ChangeCaseFile;
pub use open::CreateCaseFile;
pub(super) use rules::act_on;
pub(super) use show::{summaries, whole};
pub(super) use steps::{admit, hands};
