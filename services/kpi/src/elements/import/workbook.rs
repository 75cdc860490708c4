//! Workbooks (XLSX), read cell by cell, so that no sheet can ask for more memory than it has cells.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, copy, sink};

use calamine::{Data, DataRef, Reader, Xlsx};
use motcua_kernel::{Error, Kind, Result, Text, text};

use super::MOST_LINES;
use super::lines::{Cell, Line, Lines, columns, too_many, unreadable};
use crate::elements::http::import::{ImportPlace, ImportQuery, ImportRemark};

/// What a workbook may hold when it is unpacked.
const MOST_UNPACKED: u64 = 512 << 20;
/// The parts a workbook may have.
const MOST_PARTS: usize = 2000;
/// The columns that are looked at: more than any header may name.
const MOST_COLUMNS: u32 = 100;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads the one sheet of a workbook, or the one that is named.
///
/// # Errors
/// `import.sheet` naming the sheets, `import.columns`, `import.too_many_lines`, `import.unreadable`.
pub(super) fn read(bytes: &[u8], query: &ImportQuery) -> Result<Lines> {
    check_size(bytes)?;
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let sheet = sheet(&book.sheet_names(), query.sheet.as_deref())?;
    let merged = book.merge_cells_by_sheet_name(&sheet).map_err(unreadable)?;
    let per_cents = per_cents(&mut book, &sheet)?;
    let rows = rows(&mut book, &sheet)?;
    let mut rows = rows.into_iter();
    let (first, header) = rows.next().unwrap_or_default();
    let names = columns_of(&header)?;
    let mut all = Lines::default();
    let merged_any = !merged.is_empty();
    for region in merged {
        let ((top, left), (bottom, right)) = (region.start, region.end);
        let cell = format!("{}:{}", address(top, left), address(bottom, right));
        let place =
            ImportPlace { sheet: Some(sheet.clone()), line: u64::from(top) + 1, column: None, cell: Some(cell) };
        let message = Text::new("Không nhận trang tính có ô gộp.", "A sheet with merged cells is not taken.");
        all.broken.add(ImportRemark { place, code: "cell.merged".to_owned(), message });
    }
    for (row, cells) in rows {
        if row <= first || cells.values().all(Found::is_blank) {
            continue;
        }
        if all.lines.len() >= MOST_LINES {
            return Err(too_many());
        }
        let mut line = Line { sheet: Some(sheet.clone()), number: u64::from(row) + 1, cells: Vec::new() };
        for (column, found) in cells {
            let place = |name: Option<&str>| ImportPlace {
                sheet: Some(sheet.clone()),
                line: u64::from(row) + 1,
                column: name.map(str::to_owned),
                cell: Some(address(row, column)),
            };
            let Some(name) = names.get(&column).copied() else {
                if !found.is_blank() {
                    let message = Text::new("Ô nằm ngoài các cột có tiêu đề.", "The cell stands beside the columns.");
                    all.broken.add(ImportRemark { place: place(None), code: "cell.outside".to_owned(), message });
                }
                continue;
            };
            match found.read(per_cents.contains(&(row, column))) {
                Ok((text, is_number)) => {
                    line.cells.push(Cell { column: name, text, is_number, address: Some(address(row, column)) });
                }
                Err((code, message)) => {
                    all.broken.add(ImportRemark { place: place(Some(name)), code: code.to_owned(), message });
                }
            }
        }
        if !all.broken.lines.contains(&line.number) {
            all.lines.push(line);
        }
    }
    if merged_any {
        // Which rows a merged cell speaks for is anybody's guess: nothing of the sheet is taken.
        all.broken.lines.extend(all.lines.drain(..).map(|line| line.number));
    }
    Ok(all)
}

/// Refuses what is small packed and large unpacked, by unpacking it into nothing.
fn check_size(bytes: &[u8]) -> Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MOST_PARTS {
        return Err(unreadable("too many parts"));
    }
    let mut unpacked = 0;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(unreadable)?;
        unpacked += copy(&mut part.take(MOST_UNPACKED - unpacked + 1), &mut sink()).map_err(unreadable)?;
        if unpacked > MOST_UNPACKED {
            return Err(Error::new(
                Kind::TooLarge,
                "import.too_large_unpacked",
                "Nội dung tệp sau giải nén quá lớn.",
                "The file is too large when it is unpacked.",
            )
            .with("limit", MOST_UNPACKED));
        }
    }
    Ok(())
}

fn sheet(names: &[String], wanted: Option<&str>) -> Result<String> {
    let found = match (wanted, names) {
        (Some(wanted), _) => names.iter().find(|name| *name == wanted),
        (None, [one]) => Some(one),
        (None, _) => None,
    };
    found.cloned().ok_or_else(|| {
        let listed = names.join(", ");
        Error::new(
            Kind::Invalid,
            "import.sheet",
            format!("Hãy nêu một trang tính của tệp: {listed}."),
            format!("Name one of the sheets of the file: {listed}."),
        )
        .with("sheets", names.to_vec())
    })
}

/// A cell as the workbook holds it.
#[derive(Debug, Default)]
struct Found {
    data: Data,
    has_formula: bool,
}

impl Found {
    fn is_blank(&self) -> bool {
        let blank = match &self.data {
            Data::Empty => true,
            Data::String(text) => text.trim().is_empty(),
            _ => false,
        };
        blank && !self.has_formula
    }

    /// Its text and whether it is a number, or why it can't be taken.
    fn read(&self, shown_as_per_cent: bool) -> Result<(String, bool), (&'static str, Text)> {
        if self.has_formula {
            let (vi, en) = ("Không nhận công thức; hãy dán giá trị.", "Formulas are not taken; paste the value.");
            return Err(("cell.formula", Text::new(vi, en)));
        }
        match &self.data {
            Data::Empty => Ok((String::new(), false)),
            Data::String(written) if written.contains('\0') => {
                Err(("cell.text", Text::new("Ô có ký tự NUL.", "The cell has a NUL character.")))
            }
            Data::String(written) => Ok((text::normalise(written), false)),
            Data::Int(_) | Data::Float(_) if shown_as_per_cent => {
                let (vi, en) = (
                    "Ô hiển thị phần trăm nhưng chứa một phần của 1 (74,3% là 0,743); hãy ghi số thường.",
                    "The cell shows per cents and holds a part of 1 (74.3% is 0.743); write a plain number.",
                );
                Err(("cell.per_cent", Text::new(vi, en)))
            }
            Data::Int(number) => Ok((number.to_string(), true)),
            // The shortest text that means this number: what was typed.
            Data::Float(number) => Ok((number.to_string(), true)),
            Data::Bool(truth) => Ok((if *truth { "yes" } else { "no" }.to_owned(), false)),
            Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) => {
                let (vi, en) = ("Ô là ngày giờ; hãy định dạng ô là văn bản.", "The cell is a date; make it a text.");
                Err(("cell.date", Text::new(vi, en)))
            }
            Data::Error(_) => Err(("cell.error", Text::new("Ô có lỗi của bảng tính.", "The cell holds an error."))),
        }
    }
}

type Row = (u32, BTreeMap<u32, Found>);

/// The rows with cells, in order.
fn rows(book: &mut Book<'_>, sheet: &str) -> Result<Vec<Row>> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, Found>> = BTreeMap::new();
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(unreadable)? {
        let (row, column) = record.pos;
        let found = Found { data: owned(record.value), has_formula: record.formula.is_some() };
        // Excel writes cells that only have a colour.
        if found.is_blank() {
            continue;
        }
        if column >= MOST_COLUMNS {
            return Err(unreadable("too many columns"));
        }
        rows.entry(row).or_default().insert(column, found);
        if rows.len() > MOST_LINES + 1 {
            return Err(too_many());
        }
    }
    Ok(rows.into_iter().collect())
}

fn owned(data: DataRef<'_>) -> Data {
    match data {
        DataRef::Int(number) => Data::Int(number),
        DataRef::Float(number) => Data::Float(number),
        DataRef::String(text) => Data::String(text),
        DataRef::SharedString(text) => Data::String(text.to_owned()),
        DataRef::Bool(truth) => Data::Bool(truth),
        DataRef::DateTime(at) => Data::DateTime(at),
        DataRef::DateTimeIso(at) => Data::DateTimeIso(at),
        DataRef::DurationIso(time) => Data::DurationIso(time),
        DataRef::Error(error) => Data::Error(error),
        DataRef::Empty => Data::Empty,
    }
}

/// The cells whose numbers are shown as per cents.
fn per_cents(book: &mut Book<'_>, sheet: &str) -> Result<BTreeSet<(u32, u32)>> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let shows =
        |style: &calamine::Style| style.number_format.as_ref().is_some_and(|format| format.format_code.contains('%'));
    let shown: Vec<bool> = reader.styles().iter().map(shows).collect();
    let mut cells = BTreeSet::new();
    while let Some((row, column, style)) = reader.next_style_id().map_err(unreadable)? {
        if shown.get(style) == Some(&true) {
            cells.insert((row, column));
        }
    }
    Ok(cells)
}

fn columns_of(header: &BTreeMap<u32, Found>) -> Result<BTreeMap<u32, &'static str>> {
    let text = |found: &Found| found.read(false).map(|(text, _)| text).unwrap_or_default();
    let names: Vec<String> = header.values().map(text).collect();
    Ok(header.keys().copied().zip(columns(&names)?).collect())
}

/// The place of a cell as a sheet names it: `D7`.
fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", letters.into_iter().collect::<String>(), u64::from(row) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_sheets_name_them() {
        for (row, column, name) in
            [(0, 0, "A1"), (6, 3, "D7"), (0, 25, "Z1"), (0, 26, "AA1"), (99, 701, "ZZ100"), (0, 702, "AAA1")]
        {
            assert_eq!(address(row, column), name);
        }
    }
}
