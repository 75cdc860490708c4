//! Lines of a file, each cell with its place, whatever kind of file it was.

use motcua_kernel::{Error, FieldError, Kind, Result, Text};

use super::MOST_LINES;
use crate::elements::http::import::{ImportPlace, ImportRemark};

/// The columns there must be.
const REQUIRED: [&str; 4] = ["element", "agency", "period", "value"];
/// The columns there may be.
const OPTIONAL: [&str; 4] = ["evidence_text", "evidence_link", "document_number", "accepted_because"];
/// The most faults and warnings that are listed.
const MOST_REMARKS: usize = 1000;

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The lines that can be read.
    pub lines: Vec<Line>,
    /// What can't be read.
    pub broken: Remarks,
}

/// A line with something in it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub sheet: Option<String>,
    /// The line of a text or the row of a sheet, from 1.
    pub number: u64,
    pub cells: Vec<Cell>,
}

/// A cell of a known column.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub column: &'static str,
    pub text: String,
    /// A number as the workbook holds it: written with a point, whatever the sheet shows.
    pub is_number: bool,
    /// Its place in a sheet.
    pub address: Option<String>,
}

impl Line {
    /// The cell of a column, when it has something in it.
    pub(super) fn cell(&self, column: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.column == column && !cell.text.is_empty())
    }

    pub(super) fn text(&self, column: &str) -> &str {
        self.cell(column).map_or("", |cell| cell.text.as_str())
    }

    /// Something about a cell of the line.
    pub(super) fn remark(&self, column: &'static str, code: impl Into<String>, message: Text) -> ImportRemark {
        let address = self.cells.iter().find(|cell| cell.column == column).and_then(|cell| cell.address.clone());
        ImportRemark {
            place: ImportPlace {
                sheet: self.sheet.clone(),
                line: self.number,
                column: Some(column.to_owned()),
                cell: address,
            },
            code: code.into(),
            message,
        }
    }
}

/// Remarks, of which not all are kept: a report must not be many times as large as the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Remarks {
    pub listed: Vec<ImportRemark>,
    pub more: usize,
    /// The lines that are refused.
    pub lines: std::collections::BTreeSet<u64>,
}

impl Remarks {
    pub(super) fn add(&mut self, remark: ImportRemark) {
        self.lines.insert(remark.place.line);
        if self.listed.len() < MOST_REMARKS { self.listed.push(remark) } else { self.more += 1 }
    }
}

/// The columns a header names, in its order.
///
/// # Errors
/// `import.columns` naming every column that is missing, not known or there twice: what nobody reads would be lost.
pub(super) fn columns(header: &[String]) -> Result<Vec<&'static str>> {
    let known = || REQUIRED.into_iter().chain(OPTIONAL);
    let mut faults = Vec::new();
    let mut columns: Vec<&'static str> = Vec::new();
    for name in header {
        match known().find(|column| column == name) {
            Some(column) if !columns.contains(&column) => columns.push(column),
            Some(column) => faults.push((column.to_owned(), "duplicate", "Cột bị lặp.", "The column is there twice.")),
            None => {
                let shown = name.chars().filter(|c| !c.is_control()).take(60).collect();
                faults.push((shown, "unknown", "Không có cột này.", "There is no such column."));
            }
        }
    }
    for name in REQUIRED {
        if !columns.contains(&name) {
            faults.push((name.to_owned(), "required", "Thiếu cột này.", "This column is missing."));
        }
    }
    if faults.is_empty() {
        return Ok(columns);
    }
    let field =
        |(name, code, vi, en): (String, &str, &str, &str)| FieldError::new(format!("/{name}"), code, Text::new(vi, en));
    let mut error = Error::invalid(faults.into_iter().map(field).collect());
    "import.columns".clone_into(&mut error.code);
    let (required, optional) = (REQUIRED.join(", "), OPTIONAL.join(", "));
    error.detail = Text::new(
        format!("Tiêu đề của tệp không đúng; cần có: {required}; có thể có: {optional}."),
        format!("The header of the file is wrong; it needs {required} and may have {optional}."),
    );
    Err(error)
}

/// More lines than one import takes.
pub(super) fn too_many() -> Error {
    Error::new(
        Kind::TooLarge,
        "import.too_many_lines",
        format!("Tệp có hơn {MOST_LINES} dòng; hãy chia nhỏ."),
        format!("The file has more than {MOST_LINES} lines; split it."),
    )
    .with("limit", MOST_LINES)
}

/// A file that is not of the kind it says.
pub(super) fn unreadable(cause: impl std::fmt::Display) -> Error {
    Error::new(Kind::Invalid, "import.unreadable", "Không đọc được tệp.", "The file can't be read.").because(cause)
}
