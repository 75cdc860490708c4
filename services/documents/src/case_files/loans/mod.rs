//! Borrowing case files (sử dụng bản lưu): asked for by who sees the case file, for an officer and a purpose, agreed to by
//! who directs the keeper's documents, until a day.
//!
//! `requested` → `approved` → `returned`, or `refused`. The keeper is the agency responsible, and the archive once it has
//! taken the case file. A borrower sees the list of the case file from the agreement to the return or the day, whichever
//! comes first; documents in it open by their own predicates.
//!
//! What is lent is neither handed in nor destroyed before it was given back, and what is on a list to be destroyed is not
//! lent. Whoever does the one or the other holds the case file first, so that of two at once the second finds the first.

pub mod http;
mod ops;
mod sheet;
mod store;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Uuid};
use serde_json::json;

pub(super) use ops::move_loans;
pub(super) use store::borrowers;

/// Refuses what takes away case files that are lent. Whoever asks holds them, so nobody lends them meanwhile.
///
/// # Errors
/// `case_file.lent` naming the loans.
pub(super) fn refuse_lent(conn: &mut Conn, tenant: Uuid, case_files: &[Uuid]) -> TxResult<()> {
    let lent = store::lent(conn, tenant, case_files)?;
    if lent.is_empty() {
        return Ok(());
    }
    let error = Error::conflict(
        "case_file.lent",
        "Có hồ sơ đang cho mượn; phải nhận lại trước khi nộp lưu hoặc tiêu hủy.",
        "Some case files are lent; they are given back before they are handed in or destroyed.",
    );
    let loans = lent.into_iter().map(|(loan, case_file)| json!({"loan_id": loan, "case_file_id": case_file}));
    Err(error.with("loans", loans.collect::<Vec<_>>()).into())
}
