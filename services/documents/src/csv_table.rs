//! CSV files of imports, read strictly: every column is known, every line has its number, no line is lost.

use std::io::Read;
use std::sync::Arc;

use motcua_kernel::{Error, FieldError, Result, Text, text};

use crate::import_report::Remark;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Table {
    /// The lines below the header that can be read, in order.
    pub lines: Vec<Line>,
    /// Those that can't.
    pub broken: Vec<Remark>,
    columns: Arc<[String]>,
}

/// One line, its texts in normal form C without white space around them.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Its number in the file; the header is line 1.
    pub number: u64,
    columns: Arc<[String]>,
    cells: Vec<String>,
}

impl Table {
    /// Whether the file has a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known == column)
    }
}

impl Line {
    /// The cell of a column, empty when the file has no such column.
    pub(crate) fn cell(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|known| known == column);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// The cell of a column, or none when it is empty.
    pub(crate) fn optional(&self, column: &str) -> Option<&str> {
        Some(self.cell(column)).filter(|cell| !cell.is_empty())
    }
}

/// Reads a file whose header names every required column and none beside these and the optional ones.
///
/// # Errors
/// `import.columns` naming every column that is missing or not known: what nobody reads would be lost silently.
pub(crate) fn read(mut source: impl Read, required: &[&str], optional: &[&str]) -> Result<Table> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(unreadable)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader.byte_headers().map_err(unreadable)?.clone();
    let columns: Arc<[String]> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    check(&columns, required, optional)?;
    let mut table = Table { lines: Vec::new(), broken: Vec::new(), columns: Arc::clone(&columns) };
    let mut counter = LineCounter { bytes, at: 0, line: 1 };
    for record in reader.byte_records() {
        let record = record.map_err(unreadable)?;
        let number = counter.line_at(record.position().map_or(0, csv::Position::byte));
        match cells(&record, columns.len()) {
            Ok(cells) => table.lines.push(Line { number, columns: Arc::clone(&columns), cells }),
            Err(reason) => table.broken.push(Remark { line: number, reason }),
        }
    }
    Ok(table)
}

/// Counts lines as editors do. The reader's own count is late by one behind `\r\n` and by each empty line.
struct LineCounter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl LineCounter<'_> {
    /// The line of a record whose place in the file is `place`, or before it the line ends that were passed over.
    fn line_at(&mut self, place: u64) -> u64 {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.at).filter(|byte| self.at < place || matches!(byte, b'\r' | b'\n')) {
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn cells(record: &csv::ByteRecord, columns: usize) -> Result<Vec<String>, Text> {
    if record.len() != columns {
        let found = record.len();
        return Err(Text::new(
            format!("Dòng có {found} ô, tiêu đề có {columns} cột."),
            format!("The line has {found} cells, the header {columns} columns."),
        ));
    }
    record
        .iter()
        .map(|cell| match std::str::from_utf8(cell) {
            Ok(text) if !text.contains('\0') => Ok(text::normalise(text)),
            _ => Err(Text::new("Dòng có ô không phải văn bản UTF-8.", "A cell of the line is not UTF-8 text.")),
        })
        .collect()
}

fn check(columns: &[String], required: &[&str], optional: &[&str]) -> Result<()> {
    let missing = required.iter().filter(|name| !columns.iter().any(|column| column == *name));
    let missing = missing.map(|name| {
        FieldError::new(format!("/{name}"), "required", Text::new("Thiếu cột này.", "This column is missing."))
    });
    let unknown = columns.iter().filter(|column| !required.iter().chain(optional).any(|name| name == column));
    let unknown = unknown.map(|name| {
        FieldError::new(format!("/{name}"), "unknown", Text::new("Không có cột này.", "There is no such column."))
    });
    let fields: Vec<FieldError> = missing.chain(unknown).collect();
    if fields.is_empty() {
        return Ok(());
    }
    let mut error = Error::invalid(fields);
    "import.columns".clone_into(&mut error.code);
    error.detail = Text::new(
        format!("Tiêu đề của tệp không đúng; cần có: {}.", required.join(", ")),
        format!("The header of the file is wrong; it needs {}.", required.join(", ")),
    );
    Err(error)
}

fn unreadable(cause: impl std::fmt::Display) -> Error {
    Error::malformed("import.unreadable", "Không đọc được tệp CSV.", "The CSV file can't be read.").because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_line_breaks_byte_order_mark_and_crlf_are_read_and_lines_keep_their_numbers() {
        let text = "\u{feff}code,name\r\nH50,\"a, \"\"b\"\"\r\nc\"\r\n\r\nH51, Quả\u{323}ng \r\n";
        let table = read(text.as_bytes(), &["code"], &["name", "note"]).unwrap();
        let lines: Vec<_> =
            table.lines.iter().map(|line| (line.number, line.cell("code"), line.cell("name"))).collect();
        assert_eq!(lines, [(2, "H50", "a, \"b\"\r\nc"), (5, "H51", "Quạ\u{309}ng")]);
        assert!(table.has("name") && !table.has("note"));
        assert_eq!(table.lines[0].optional("note"), None);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_and_takes_no_other_with_it() {
        let text = b"code,name\nH50,a\nH51\nH52,\xff\nH53,b\n";
        let table = read(text.as_slice(), &["code", "name"], &[]).unwrap();
        assert_eq!(table.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 5]);
        assert_eq!(table.broken.iter().map(|remark| remark.line).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn a_header_with_a_missing_or_an_unknown_column_is_refused() {
        let error = read("code,nmae\n".as_bytes(), &["code", "name"], &[]).unwrap_err();
        assert_eq!(error.code, "import.columns");
        let faults: Vec<_> = error.fields.iter().map(|f| (f.pointer.as_str(), f.code.as_str())).collect();
        assert_eq!(faults, [("/name", "required"), ("/nmae", "unknown")]);
    }
}
