//! The tables of a sheet for a spreadsheet program, laid out like the printed page.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::sheet::{Block, Sheet, Table};

/// A column's share of the page, as characters of a spreadsheet's column.
const CHARACTERS: f64 = 0.55;
/// The narrowest column that still shows a day.
const NARROWEST: f64 = 7.0;

/// The sheet as XLSX. Cells are texts, so that what somebody wrote is no formula, and numbers where the table says so.
///
/// # Errors
/// When it can't be written: more than a million rows, or a defect.
pub fn xlsx(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let font = || Format::new().set_font_name("Times New Roman").set_font_size(11);
    let (title, line) = (font().set_bold().set_font_size(13), font().set_italic());
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_paper_size(9).set_print_fit_to_pages(1, 0);
    if sheet.landscape {
        page.set_landscape();
    }
    page.write_string_with_format(0, 0, &sheet.agency, &font().set_bold())?;
    page.write_string_with_format(1, 0, &sheet.title, &title)?;
    page.write_string_with_format(2, 0, sheet.subtitle.as_deref().unwrap_or_default(), &line)?;
    let mut row = 4;
    for block in &sheet.blocks {
        if let Block::Table(rows) = block {
            row = table(page, rows, row)?;
        }
    }
    for note in &sheet.notes {
        page.write_string_with_format(row, 0, note, &line)?;
        row += 1;
    }
    book.save_to_buffer()
}

/// A number as it is written in Vietnamese: points between thousands, a comma before decimals.
fn number(text: &str) -> Option<f64> {
    let plain = text.replace('.', "").replace(',', ".").replace('−', "-");
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Writes a table from a row on; the row after it, one left free.
fn table(page: &mut Worksheet, table: &Table, first: u32) -> Result<u32, XlsxError> {
    let cell = Format::new()
        .set_font_name("Times New Roman")
        .set_font_size(11)
        .set_border(FormatBorder::Thin)
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let centred = cell.clone().set_align(FormatAlign::Center);
    let counted = centred.clone().set_num_format("General");
    let head = centred.clone().set_bold().set_align(FormatAlign::VerticalCenter);
    let mut row = first;
    if table.heads.iter().any(|head| head.group.is_some()) {
        let mut column = 0_u16;
        for one in &table.heads {
            let last = column + u16::try_from(one.columns.len()).unwrap_or(1).saturating_sub(1);
            match &one.group {
                Some(group) if last > column => drop(page.merge_range(row, column, row, last, group, &head)?),
                group => {
                    page.write_string_with_format(row, column, group.as_deref().unwrap_or_default(), &head)?;
                }
            }
            column = last + 1;
        }
        row += 1;
    }
    for (column, one) in (0_u16..).zip(table.columns()) {
        page.write_string_with_format(row, column, one.label, &head)?;
        page.set_column_width(column, (f64::from(one.width) * CHARACTERS).max(NARROWEST))?;
    }
    page.set_repeat_rows(first, row)?;
    for cells in &table.rows {
        row += 1;
        for ((column, one), text) in (0_u16..).zip(table.columns()).zip(cells) {
            let format = if one.centred { &centred } else { &cell };
            match number(text).filter(|_| table.numbers && one.centred) {
                Some(number) => page.write_number_with_format(row, column, number, &counted)?,
                None => page.write_string_with_format(row, column, text, format)?,
            };
        }
    }
    Ok(row + 2)
}
