//! PDF where the service was built with it.

use chrono::{DateTime, Utc};
use motcua_kernel::{Error, Result};
use motcua_paper::Sheet;

/// The sheet as PDF/A, dated `made_at`.
///
/// # Errors
/// When the typesetter fails, which is a defect.
#[cfg(feature = "pdf")]
pub(super) fn print(sheet: &Sheet, made_at: DateTime<Utc>) -> Result<Vec<u8>> {
    let printer = motcua_paper_pdf::Printer::shared().map_err(Error::internal)?;
    printer.print(sheet, made_at).map_err(Error::internal)
}

/// Says that there is no PDF here.
///
/// # Errors
/// `form.no_pdf`, always.
#[cfg(not(feature = "pdf"))]
pub(super) fn print(_: &Sheet, _: DateTime<Utc>) -> Result<Vec<u8>> {
    Err(Error::new(
        motcua_kernel::Kind::NotImplemented,
        "form.no_pdf",
        "Dịch vụ này được dựng không kèm PDF; hãy lấy trang in (format=html).",
        "This service was built without PDF; ask for the page to print (format=html).",
    ))
}
