//! CSV as offices save it: with or without byte order mark, separated by commas or semicolons.

use motcua_kernel::{Result, Text, text};

use super::MOST_LINES;
use super::lines::{Cell, Line, Lines, columns, too_many, unreadable};
use crate::elements::http::import::{ImportPlace, ImportQuery, ImportRemark};

/// Reads a file whose header names the columns.
///
/// # Errors
/// `import.columns`, `import.too_many_lines`, `import.unreadable`.
pub(super) fn read(bytes: &[u8], _: &ImportQuery) -> Result<Lines> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(separator(bytes)).has_headers(false).from_reader(bytes);
    let mut records = reader.byte_records();
    let header = records.next().transpose().map_err(unreadable)?.unwrap_or_default();
    let header: Vec<String> = header.iter().map(|name| text::normalise(&String::from_utf8_lossy(name))).collect();
    let columns = columns(&header)?;
    let mut counter = LineCounter { bytes, at: 0, line: 1 };
    let mut all = Lines::default();
    for record in records {
        let record = record.map_err(unreadable)?;
        let number = counter.line_at(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        if all.lines.len() + all.broken.lines.len() >= MOST_LINES {
            return Err(too_many());
        }
        match cells(&record, &columns) {
            Ok(cells) => all.lines.push(Line { sheet: None, number, cells }),
            Err((code, message)) => {
                let place = ImportPlace { sheet: None, line: number, column: None, cell: None };
                all.broken.add(ImportRemark { place, code: code.to_owned(), message });
            }
        }
    }
    Ok(all)
}

/// The separator the header is written with: a semicolon, which Excel takes where the comma is the decimal mark, or a comma.
fn separator(bytes: &[u8]) -> u8 {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if header.contains(&b';') { b';' } else { b',' }
}

fn cells(record: &csv::ByteRecord, columns: &[&'static str]) -> Result<Vec<Cell>, (&'static str, Text)> {
    if record.len() != columns.len() {
        let (found, wanted) = (record.len(), columns.len());
        let message = Text::new(
            format!("Dòng có {found} ô, tiêu đề có {wanted} cột; số có dấu phẩy cần đặt trong ngoặc kép."),
            format!("The line has {found} cells, the header {wanted} columns; a number with a comma needs quotes."),
        );
        return Err(("line.cells", message));
    }
    let mut cells = Vec::with_capacity(columns.len());
    for (cell, column) in record.iter().zip(columns.iter().copied()) {
        let written = std::str::from_utf8(cell).ok().filter(|written| !written.contains('\0'));
        let Some(written) = written else {
            let (vi, en) = ("Dòng có ô không phải văn bản UTF-8.", "A cell of the line is not UTF-8 text.");
            return Err(("line.encoding", Text::new(vi, en)));
        };
        cells.push(Cell { column, text: text::normalise(written), is_number: false, address: None });
    }
    Ok(cells)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Lines {
        let query: ImportQuery = serde_json::from_str("{}").unwrap();
        read(text.as_bytes(), &query).unwrap()
    }

    #[test]
    fn byte_order_mark_semicolons_crlf_and_quotes_are_read_and_lines_keep_their_numbers() {
        let all = lines(
            "\u{feff}element;agency;period;value\r\nfibre;H50;2026-Q3;\"74,3\"\r\n\r\n;;;\r\nfibre;H50;2026;1\r\nx;y\r\n",
        );
        let read: Vec<_> =
            all.lines.iter().map(|line| (line.number, line.text("element"), line.text("value"))).collect();
        assert_eq!(read, [(2, "fibre", "74,3"), (5, "fibre", "1")]);
        let broken = &all.broken.listed[0];
        assert_eq!((broken.place.line, broken.code.as_str()), (6, "line.cells"));
        // A bare decimal comma makes a cell more where the comma separates.
        let all = lines("element,agency,period,value\nfibre,H50,2026,74,3\n");
        assert_eq!((all.lines.len(), all.broken.listed[0].code.as_str()), (0, "line.cells"));
    }

    #[test]
    fn a_header_is_told_all_its_faults() {
        let query: ImportQuery = serde_json::from_str("{}").unwrap();
        let error = read(b"element,agency,value,value,valeu\n", &query).unwrap_err();
        let faults: Vec<_> = error.fields.iter().map(|f| (f.pointer.as_str(), f.code.as_str())).collect();
        assert_eq!(error.code, "import.columns");
        assert_eq!(faults, [("/value", "duplicate"), ("/valeu", "unknown"), ("/period", "required")]);
        assert_eq!(read(b"", &query).unwrap_err().code, "import.columns");
    }
}
