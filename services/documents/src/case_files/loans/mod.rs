//! Borrowing case files (sử dụng bản lưu): asked for by who sees the case file, for an officer and a purpose, agreed to by
//! who directs the keeper's documents, until a day.
//!
//! `requested` → `approved` → `returned`, or `refused`. The keeper is the agency responsible, and the archive once it has
//! taken the case file. A borrower sees the list of the case file from the agreement to the return or the day, whichever
//! comes first; documents in it open by their own predicates.

pub mod http;
mod ops;
mod sheet;
mod store;

pub(super) use store::move_loans;
