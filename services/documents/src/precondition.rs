//! What a caller must have read before it may change an object.

use motcua_kernel::{Error, Kind, Result};

/// Refuses a change by somebody who has read another version.
///
/// # Errors
/// `precondition.stale`, with the version the object has now.
pub(crate) fn check_version(current: i64, read: i64) -> Result<()> {
    if current == read {
        return Ok(());
    }
    let error = Error::new(
        Kind::Stale,
        "precondition.stale",
        "Dữ liệu đã thay đổi sau khi bạn đọc. Hãy đọc lại rồi sửa.",
        "It has changed since you read it. Read it again before you change it.",
    );
    Err(error.with("version", current))
}
