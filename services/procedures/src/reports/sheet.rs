//! Report and register as sheets, laid out like the printed forms.

use chrono::{DateTime, Utc};
use motcua_clock::vietnam_time::to_local;
use motcua_kernel::{Error, Result};
use motcua_paper::{Content, Form, Register};
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

/// The register as XLSX, one row a dossier.
///
/// # Errors
/// When it can't be written, which is a defect.
pub(super) fn register(form: &Form) -> Result<Vec<u8>> {
    let Content::Register(register) = &form.content else {
        return Err(Error::internal("a form that is no register was to be written as one"));
    };
    write_register(&form.letterhead.agency, register).map_err(Error::internal)
}

/// Above the columns of the register.
const REGISTER_HEADS: [&str; 12] = [
    "STT",
    "Mã hồ sơ",
    "Tên thủ tục",
    "Số bộ",
    "Tên cá nhân, tổ chức",
    "Địa chỉ, điện thoại",
    "Cơ quan chủ trì",
    "Nhận hồ sơ",
    "Hẹn trả",
    "Chuyển xử lý",
    "Có kết quả",
    "Trả kết quả",
];

fn write_register(agency: &str, register: &Register) -> std::result::Result<Vec<u8>, XlsxError> {
    let cell = Format::new().set_font_name("Times New Roman").set_font_size(11).set_border(FormatBorder::Thin);
    let head = cell.clone().set_bold().set_text_wrap().set_align(FormatAlign::Center);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Sổ theo dõi")?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let title = Format::new().set_font_name("Times New Roman").set_font_size(13).set_bold();
    sheet.write_with_format(0, 0, format!("SỔ THEO DÕI HỒ SƠ: {agency}"), &title)?;
    sheet.set_repeat_rows(1, 1)?.set_column_width(2, 40)?.set_column_width(4, 28)?.set_column_width(5, 36)?;
    for (column, text) in (0_u16..).zip(REGISTER_HEADS) {
        sheet.write_with_format(1, column, text, &head)?;
    }
    for (at, row) in (2_u32..).zip(&register.rows) {
        let texts = [
            (at - 1).to_string(),
            row.dossier_code.clone(),
            row.procedure_name.clone(),
            row.sets.map(|sets| sets.to_string()).unwrap_or_default(),
            row.applicant_name.clone(),
            row.contact.clone().unwrap_or_default(),
            row.lead_agency.clone(),
            local(row.received_at),
            local(row.due_at),
            local(row.sent_at),
            local(row.result_received_at),
            local(row.returned_at),
        ];
        for (column, text) in (0_u16..).zip(texts) {
            // As text, always: what somebody wrote as their name is no formula.
            sheet.write_string_with_format(at, column, &text, &cell)?;
        }
    }
    book.save_to_buffer()
}

fn local(at: Option<DateTime<Utc>>) -> String {
    let local = at.and_then(|at| to_local(at).ok());
    local.map(|local| local.format("%d/%m/%Y %H:%M").to_string()).unwrap_or_default()
}
