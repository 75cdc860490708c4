//! Serving a report as it is asked for.

use chrono::{DateTime, Utc};
use motcua_kernel::Error;
use motcua_paper::Report;
use motcua_web::{Reply, WebResult};

use super::pdf;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// As what a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// A page to print.
    Html,
    /// PDF/A.
    Pdf,
    /// A workbook.
    Xlsx,
}

/// The report as an answer. The name is that of a file, without its ending; nothing on it is personal data.
pub(super) async fn serve(report: Report, made: Made, name: &str, at: DateTime<Utc>) -> WebResult {
    let name: String = name.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
    match made {
        Made::Html => Reply::html(motcua_paper::page(&report.sheet())),
        Made::Pdf => {
            let file = tokio::task::spawn_blocking(move || pdf::print(&report.sheet(), at)).await;
            Reply::file(&format!("{name}.pdf"), "application/pdf", file.map_err(Error::internal)??)
        }
        Made::Xlsx => {
            let file = tokio::task::spawn_blocking(move || motcua_paper::xlsx(&report.sheet())).await;
            let file = file.map_err(Error::internal)?.map_err(Error::internal)?;
            Reply::file(&format!("{name}.xlsx"), XLSX, file)
        }
    }
}
