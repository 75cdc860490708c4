//! Tables as a workbook (XLSX): headings that stay in sight, numbers as numbers, days as days.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use motcua_kernel::text::Language;
use motcua_kernel::time::vietnam;
use motcua_kernel::{Error, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::table::{Cell, Head, Kind};

/// So many digits a spreadsheet's numbers hold for certain; longer ones are written as text, so that none is lost.
const DIGITS: usize = 15;
/// The longest name that a sheet may have.
const NAME: usize = 31;

/// A workbook being written.
pub(super) struct Book {
    file: Workbook,
    row: u32,
    day: Format,
    instant: Format,
}

impl Book {
    /// Begins a workbook with its headings.
    pub(super) fn begin(head: &Head, language: Language) -> Result<Self> {
        let mut book = Workbook::new();
        begin(&mut book, head, language).map_err(Error::internal)?;
        let day = Format::new().set_num_format("dd/mm/yyyy");
        let instant = Format::new().set_num_format("dd/mm/yyyy hh:mm:ss");
        Ok(Self { file: book, row: 0, day, instant })
    }

    /// Writes a row.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.row += 1;
        let sheet = self.file.worksheet_from_index(0).map_err(Error::internal)?;
        for (column, cell) in (0_u16..).zip(cells) {
            write(sheet, (self.row, column), cell, (&self.day, &self.instant)).map_err(Error::internal)?;
        }
        Ok(())
    }

    /// The bytes.
    pub(super) fn finish(mut self) -> Result<Vec<u8>> {
        self.file.save_to_buffer().map_err(Error::internal)
    }
}

fn begin(book: &mut Workbook, head: &Head, language: Language) -> Result<(), XlsxError> {
    let title = head.title.in_language(language);
    let properties = DocProperties::new().set_title(title).set_creation_datetime(&local(head.made_at)?);
    book.set_properties(&properties);
    let sheet = book.add_worksheet();
    let name: String = title.chars().filter(|sign| !"[]:*?/\\'".contains(*sign)).take(NAME).collect();
    sheet.set_name(name)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter);
    let mut last = 0;
    for (column, one) in (0_u16..).zip(&head.columns) {
        sheet.write_string_with_format(0, column, one.name.in_language(language), &heading)?;
        sheet.set_column_width(column, width(one.kind))?;
        last = column;
    }
    sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?.autofilter(0, 0, 0, last)?;
    Ok(())
}

/// In characters.
fn width(kind: Kind) -> f64 {
    match kind {
        Kind::Word => 14.0,
        Kind::Text => 44.0,
        Kind::Number | Kind::Day => 12.0,
        Kind::Instant => 19.0,
    }
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    (day, instant): (&Format, &Format),
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        // As text, always: what somebody wrote is no formula.
        Cell::Text(text) => drop(sheet.write_string(row, column, text)?),
        Cell::Number(number) => match held(number) {
            Some(held) => drop(sheet.write_number(row, column, held)?),
            None => drop(sheet.write_string(row, column, number)?),
        },
        Cell::Day(on) => drop(sheet.write_datetime_with_format(row, column, &midnight(*on)?, day)?),
        Cell::Instant(at) => drop(sheet.write_datetime_with_format(row, column, &local(*at)?, instant)?),
    }
    Ok(())
}

/// The number, where a spreadsheet holds all of its digits.
fn held(number: &str) -> Option<f64> {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    number.parse().ok().filter(|_| digits <= DIGITS)
}

fn midnight(on: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let part = |part: u32| u8::try_from(part).unwrap_or_default();
    ExcelDateTime::from_ymd(u16::try_from(on.year()).unwrap_or_default(), part(on.month()), part(on.day()))
}

/// An instant by the clock in Vietnam: a workbook's times know no zone.
fn local(at: DateTime<Utc>) -> Result<ExcelDateTime, XlsxError> {
    let at = at.with_timezone(&vietnam());
    let part = |part: u32| u8::try_from(part).unwrap_or_default();
    midnight(at.date_naive())?.and_hms(u16::from(part(at.hour())), part(at.minute()), f64::from(at.second()))
}
