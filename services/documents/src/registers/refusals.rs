//! What registers refuse, with the rule of law where one refuses.

use motcua_kernel::{Error, Text};

use super::store::RegisterRow;

/// The law on numbers, as refusals name it.
const LAW_VI: &str = "Nghị định 30/2020/NĐ-CP, Điều 15";
const LAW_EN: &str = "Decree 30/2020/NĐ-CP, Article 15";

pub(super) fn not_clerk() -> Error {
    Error::forbidden(
        "register.not_clerk",
        "Chỉ văn thư của cơ quan hoặc cơ quan cấp trên được giữ số.",
        "Only a clerk of the agency or of one above it reserves numbers.",
    )
}

pub(super) fn not_keeper() -> Error {
    Error::forbidden(
        "register.not_keeper",
        "Chỉ văn thư hoặc lãnh đạo của cơ quan đang quản lý sổ được làm việc này.",
        "Only a clerk or leader of the agency responsible for the register may do this.",
    )
}

pub(super) fn not_head() -> Error {
    Error::forbidden(
        "register.not_head",
        format!(
            "Người đứng đầu cơ quan quyết định việc lập sổ ({LAW_VI}.2); bạn không giữ vai trò lãnh đạo hoặc quản trị."
        ),
        format!("The head of the agency decides on its books ({LAW_EN}.2); you are neither leader nor administrator."),
    )
}

pub(super) fn closed(row: &RegisterRow) -> Error {
    Error::conflict(
        "register.closed",
        format!("Sổ {} năm {} đã đóng; không ghi thêm được.", row.book, row.year),
        format!("The register {} of {} is closed; nothing can be added.", row.book, row.year),
    )
    .with("register_id", row.id.0.to_string())
    .with("state", "closed")
}

pub(super) fn year_begun(from_year: i32, classes: &[String]) -> Error {
    Error::conflict(
        "register.year_begun",
        format!("Sổ năm {from_year} của cơ quan đã có số; chỉ đổi được từ năm sau ({LAW_VI}.1)."),
        format!(
            "The agency has numbered such documents in {from_year}; their book can change from the next year on ({LAW_EN}.1)."
        ),
    )
    .with("document_types", classes.to_vec())
}

pub(super) fn reservation_unknown() -> Error {
    let text =
        Text::new("Không có số giữ này của cơ quan ban hành.", "The issuing agency has no such reserved number.");
    Error::invalid_field("/reservation", "register.reservation_unknown", text)
}

pub(super) fn reservation_differs(document_type: &str, notation: &str) -> Error {
    let text = Text::new(
        format!("Số này được giữ cho loại {document_type}, ký hiệu {notation}."),
        format!("This number was reserved for the type {document_type} with the notation {notation}."),
    );
    Error::invalid_field("/reservation", "register.reservation_differs", text)
}

pub(super) fn number_taken(number: i64) -> Error {
    Error::conflict(
        "register.number_taken",
        format!("Số {number:02} đã cấp cho một văn bản khác ({LAW_VI}.1)."),
        format!("Number {number:02} was given to another document ({LAW_EN}.1)."),
    )
}

pub(super) fn number_void(number: i64) -> Error {
    Error::conflict(
        "register.number_void",
        format!("Số {number:02} đã hủy và không bao giờ được cấp lại ({LAW_VI}.1)."),
        format!("Number {number:02} is void and never given again ({LAW_EN}.1)."),
    )
}

pub(super) fn reservation_of_other_year(year: i32) -> Error {
    Error::conflict(
        "register.reservation_of_other_year",
        format!("Số được giữ của năm {year} không dùng được cho văn bản năm khác; hãy hủy số này ({LAW_VI}.1)."),
        format!("A number reserved in {year} can't be of a document of another year; void it ({LAW_EN}.1)."),
    )
    .with("year", year)
}

pub(super) fn reserved_later() -> Error {
    Error::conflict(
        "register.reserved_later",
        "Số này được giữ sau thời điểm ban hành.",
        "This number was reserved after the moment of issue.",
    )
}

pub(super) fn late_year() -> Error {
    let text = Text::new(
        "Số chèn chỉ thuộc sổ năm nay hoặc sổ năm trước chưa đóng.",
        "A late number belongs to this year's register or to last year's that is still open.",
    );
    Error::invalid_field("/late_number/year", "register.late_year", text)
}

pub(super) fn number_unknown(number: i64, year: i32) -> Error {
    let text = Text::new(
        format!("Sổ năm {year} không có số {number:02}."),
        format!("The register of {year} has no number {number:02}."),
    );
    Error::invalid_field("/late_number/after", "register.number_unknown", text)
}

/// A reserved number has its day only when its document has it; a late number behind it would stand before it.
pub(super) fn late_behind_reserved(number: i64) -> Error {
    Error::conflict(
        "register.late_behind_reserved",
        format!("Số {number:02} đang được giữ, chưa có ngày; hãy dùng hoặc hủy số này trước khi chèn số sau nó."),
        format!("Number {number:02} is reserved and has no day yet; use or void it before one is put behind it."),
    )
}

pub(super) fn late_in_future() -> Error {
    let text = Text::new("Số đứng trước có ngày ở tương lai.", "The number before is of a day to come.");
    Error::invalid_field("/late_number/after", "register.late_in_future", text)
}

pub(super) fn late_numbers_full(number: i64) -> Error {
    Error::conflict(
        "register.late_numbers_full",
        format!("Sau số {number:02} đã có đủ 26 số chèn, từ a đến z."),
        format!("Behind number {number:02} there are 26 late numbers already, a to z."),
    )
}

pub(super) fn entry_issued() -> Error {
    Error::conflict(
        "register.entry_issued",
        "Số đã cấp cho văn bản đã ban hành thì không hủy được; hãy thu hồi hoặc thay thế văn bản (Nghị định \
         30/2020/NĐ-CP, Điều 18).",
        "The number of an issued document can't be void; recall or replace the document (Decree 30/2020/NĐ-CP, Article \
         18).",
    )
    .with("state", "used")
}

pub(super) fn entry_void() -> Error {
    Error::conflict("register.entry_void", "Số này đã hủy.", "This number is void already.").with("state", "void")
}

pub(super) fn reservations_open(numbers: Vec<i64>) -> Error {
    Error::conflict(
        "register.reservations_open",
        "Sổ còn số đang giữ; hãy dùng hoặc hủy các số này trước khi đóng sổ.",
        "Numbers of the register are still reserved; use or void them before it is closed.",
    )
    .with("numbers", numbers)
}

pub(super) fn documents_unissued(numbers: Vec<String>) -> Error {
    Error::conflict(
        "register.documents_unissued",
        "Sổ còn văn bản đã cấp số nhưng chưa phát hành; hãy phát hành hoặc hủy trước khi đóng sổ.",
        "Documents of the register have a number and are not issued; issue them or give them up before it is closed.",
    )
    .with("numbers", numbers)
}

pub(super) fn year_not_ended(year: i32) -> Error {
    Error::conflict(
        "register.year_not_ended",
        format!(
            "Sổ năm {year} kết thúc vào ngày 31 tháng 12 ({LAW_VI}.1); chỉ đóng sớm khi cơ quan kết thúc hoạt động."
        ),
        format!(
            "The register of {year} ends on 31 December ({LAW_EN}.1); it closes earlier only when its agency does."
        ),
    )
}

pub(super) fn reversed_period() -> Error {
    Error::malformed("register.period", "Ngày đầu sau ngày cuối.", "The first day is after the last.")
        .with("parameter", "to")
}

pub(super) fn too_long() -> Error {
    Error::malformed(
        "register.too_long",
        "Sổ có hơn 5.000 dòng trong thời gian này; hãy chọn thời gian ngắn hơn bằng from và to.",
        "The register has more than 5,000 rows in this time; choose a shorter one by from and to.",
    )
    .with("parameter", "from")
}
