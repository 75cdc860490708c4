//! Official books and lists as people take them away: rows, a sheet for a spreadsheet program, a page to print, PDF.

use chrono::{DateTime, Utc};
use motcua_kernel::Error;
use motcua_paper::Book;
use motcua_web::{Reply, WebResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::pdf;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How a sheet is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RegisterSheetFormat)]
pub enum SheetFormat {
    /// Its rows.
    Json,
    /// A sheet for a spreadsheet program.
    Xlsx,
    /// A page to print.
    Html,
    /// PDF/A, where the service was built with it; 501 otherwise.
    Pdf,
}

/// Serves a book as it is asked for: its rows when nothing is asked for. What it shows is personal data. The name is that
/// of a file, without its ending.
pub(crate) async fn serve(
    rows: &impl Serialize,
    book: Book,
    format: Option<SheetFormat>,
    name: &str,
    now: DateTime<Utc>,
) -> WebResult {
    match format {
        None | Some(SheetFormat::Json) => Reply::object(rows, None, true),
        Some(SheetFormat::Html) => Reply::html(motcua_paper::page(&book.sheet())).map(Reply::personal),
        Some(SheetFormat::Xlsx) => {
            let file = tokio::task::spawn_blocking(move || motcua_paper::xlsx(&book.sheet())).await;
            let file = file.map_err(Error::internal)?.map_err(Error::internal)?;
            Reply::file(&format!("{name}.xlsx"), XLSX, file).map(Reply::personal)
        }
        Some(SheetFormat::Pdf) => {
            let file = tokio::task::spawn_blocking(move || pdf::print(&book.sheet(), now)).await;
            let file = file.map_err(Error::internal)??;
            Reply::file(&format!("{name}.pdf"), "application/pdf", file).map(Reply::personal)
        }
    }
}
