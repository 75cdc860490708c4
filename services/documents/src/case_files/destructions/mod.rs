//! Destroying case files whose retention has ended (tiêu hủy tài liệu hết thời hạn bảo quản).
//!
//! Somebody who keeps the agency's documents proposes a list; another person, who directs them, writes down the opinion of
//! the council and the decision; then it is done, and the protocol (biên bản) says so. `proposed` → `decided` → `done`, or
//! `refused`. What is kept for ever is never destroyed.
//!
//! What is known of a case file and of its documents stays (Decree 30/2020/NĐ-CP, Annex VI: metadata are kept). What was
//! received and stands in no other case file loses its content ([`contents`]): who asks for it is told of the decision.

mod contents;
pub mod http;
mod ops;
mod read;
mod rules;
mod sheet;
mod store;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Uuid};

pub use contents::remover;
pub(super) use ops::move_destructions;

/// Refuses to lend what is to be destroyed. Whoever asks holds the case file, so nobody lists it meanwhile.
///
/// # Errors
/// `case_file.to_be_destroyed` naming the destruction.
pub(super) fn refuse_listed(conn: &mut Conn, tenant: Uuid, case_file: Uuid) -> TxResult<()> {
    let Some(destruction) = store::open_list_with(conn, tenant, case_file)? else { return Ok(()) };
    let error = Error::conflict(
        "case_file.to_be_destroyed",
        "Hồ sơ đang nằm trong danh mục đề nghị tiêu hủy, không cho mượn.",
        "The case file is on a list of what is to be destroyed; it is not lent.",
    );
    Err(error.with("destruction_id", destruction.to_string()).into())
}
