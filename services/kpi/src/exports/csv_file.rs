//! Tables as CSV (RFC 4180).

use chrono::SecondsFormat;
use motcua_kernel::time::vietnam;
use motcua_kernel::{Error, Result};

use super::table::Cell;

/// By this spreadsheet programs know that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file being written.
pub(super) struct CsvFile(csv::Writer<Vec<u8>>);

impl CsvFile {
    /// Begins a file with its headings.
    pub(super) fn begin<'h>(headings: impl Iterator<Item = &'h str>) -> Result<Self> {
        let mut bytes = BYTE_ORDER_MARK.to_vec();
        bytes.reserve(4_096);
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(bytes);
        writer.write_record(headings.map(harmless)).map_err(Error::internal)?;
        Ok(Self(writer))
    }

    /// Writes a row.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.0.write_record(cells.iter().map(written)).map_err(Error::internal)
    }

    /// The bytes.
    pub(super) fn finish(self) -> Result<Vec<u8>> {
        self.0.into_inner().map_err(|error| Error::internal(error.error()))
    }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => harmless(text),
        Cell::Number(number) => number.clone(),
        Cell::Day(day) => day.to_string(),
        Cell::Instant(at) => at.with_timezone(&vietnam()).to_rfc3339_opts(SecondsFormat::Secs, false),
    }
}

/// A text that no spreadsheet program takes for a formula: with an apostrophe before what could begin one.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_numbers_stay_numbers_and_no_text_is_a_formula() {
        let mut file = CsvFile::begin(["Mã", "Tên, đủ"].into_iter()).unwrap();
        let at = "2026-11-21T18:00:00Z".parse().unwrap();
        file.row(&[Cell::Text("=1+1".into()), Cell::Text("a \"b\"\nc".into())]).unwrap();
        file.row(&[Cell::Number("-2.5".into()), Cell::Instant(at)]).unwrap();
        file.row(&[Cell::Text("@x".into()), Cell::Empty]).unwrap();
        let bytes = file.finish().unwrap();
        let expected =
            "\u{feff}Mã,\"Tên, đủ\"\r\n'=1+1,\"a \"\"b\"\"\nc\"\r\n-2.5,2026-11-22T01:00:00+07:00\r\n'@x,\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
