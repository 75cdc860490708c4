//! The report as a sheet, laid out like the printed form: head, numbered columns, groups, totals.

use motcua_kernel::{Error, Result};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::ops::Form06;
use super::rules::Counts;

/// Above the numbers of the columns.
const HEADS: [&str; 11] = [
    "Tổng số",
    "Trực tuyến",
    "Trực tiếp, dịch vụ bưu chính",
    "Từ kỳ trước",
    "Tổng số",
    "Trước hạn",
    "Đúng hạn",
    "Quá hạn",
    "Tổng số",
    "Trong hạn",
    "Quá hạn",
];
const FIRST_ROW: u32 = 4;

/// The report as XLSX.
///
/// # Errors
/// When it can't be written, which is a defect.
pub(super) fn form_06(report: &Form06) -> Result<Vec<u8>> {
    write(report).map_err(Error::internal)
}

fn write(report: &Form06) -> std::result::Result<Vec<u8>, XlsxError> {
    let font = || Format::new().set_font_name("Times New Roman").set_font_size(11);
    let cell = || font().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::VerticalCenter);
    let head = cell().set_bold().set_align(FormatAlign::Center);
    let strong = cell().set_bold();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Biểu 06")?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(FIRST_ROW, FIRST_ROW + 2)?;
    sheet.set_column_width(0, 6)?.set_column_width(1, 38)?;
    let title = font().set_bold().set_align(FormatAlign::Center).set_font_size(13);
    let below = font().set_align(FormatAlign::Center).set_italic();
    let name = "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH";
    sheet.merge_range(0, 0, 0, 12, name, &title)?;
    let days = (report.period.from.format("%d/%m/%Y"), report.period.to.format("%d/%m/%Y"));
    let whose = format!("{} ({}), từ ngày {} đến ngày {}", report.agency.name, report.agency.code, days.0, days.1);
    sheet.merge_range(1, 0, 1, 12, &whose, &below)?;
    sheet.merge_range(2, 0, 2, 12, "Biểu số II.06/VPCP/KSTT; đơn vị tính: số hồ sơ", &below)?;
    sheet.merge_range(FIRST_ROW, 0, FIRST_ROW + 1, 0, "STT", &head)?;
    sheet.merge_range(FIRST_ROW, 1, FIRST_ROW + 1, 1, "Lĩnh vực, công việc giải quyết", &head)?;
    sheet.merge_range(FIRST_ROW, 2, FIRST_ROW, 5, "Số hồ sơ nhận giải quyết", &head)?;
    sheet.merge_range(FIRST_ROW, 6, FIRST_ROW, 9, "Số lượng hồ sơ đã giải quyết", &head)?;
    sheet.merge_range(FIRST_ROW, 10, FIRST_ROW, 12, "Số lượng hồ sơ đang giải quyết", &head)?;
    for (column, text) in (2_u16..).zip(HEADS) {
        sheet.write_with_format(FIRST_ROW + 1, column, text, &head)?;
        sheet.write_with_format(FIRST_ROW + 2, column, format!("({})", column - 1), &head)?;
        sheet.set_column_width(column, 11)?;
    }
    sheet.write_with_format(FIRST_ROW + 2, 0, "", &head)?;
    sheet.write_with_format(FIRST_ROW + 2, 1, "", &head)?;
    let mut row = FIRST_ROW + 3;
    for (tier, letter) in report.tiers.iter().zip('A'..) {
        line(sheet, row, &letter.to_string(), &tier.tier.name().vi, &tier.total, &strong)?;
        row += 1;
        for (number, field) in (1..).zip(&tier.rows) {
            line(sheet, row, &number.to_string(), &field.field_name, &field.counts, &cell())?;
            row += 1;
        }
    }
    line(sheet, row, "", "TỔNG CỘNG", &report.total, &strong)?;
    book.save_to_buffer()
}

fn line(
    sheet: &mut Worksheet,
    row: u32,
    mark: &str,
    name: &str,
    counts: &Counts,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    sheet.write_with_format(row, 0, mark, format)?.write_with_format(row, 1, name, format)?;
    let number = format.clone().set_num_format("#,##0");
    for (column, count) in (2_u16..).zip(counts.columns()) {
        // A sheet's numbers are floating point; `u32` is exact, and no report counts more.
        sheet.write_number_with_format(row, column, u32::try_from(count).unwrap_or(u32::MAX), &number)?;
    }
    Ok(())
}
