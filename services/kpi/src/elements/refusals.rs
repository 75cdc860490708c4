//! Why something is refused here, with stable codes.

use motcua_kernel::{Error, FieldError, Kind, Result, Text};
use serde_json::json;

use super::http::values::ValueNotice;
use super::rules::entry::ValueFault;
use super::rules::state::{ValueAction, ValueState};
use super::store::closings::ClosingRow;
use super::store::values::ValueRow;

/// Refuses a change by somebody who has read another version.
pub(crate) fn check_version(current: i64, read: i64) -> Result<()> {
    if current == read { Ok(()) } else { Err(stale(current)) }
}

/// Somebody else changed it in between.
pub(crate) fn stale(current: i64) -> Error {
    let error = Error::new(
        Kind::Stale,
        "precondition.stale",
        "Dữ liệu đã thay đổi sau khi bạn đọc. Hãy đọc lại rồi sửa.",
        "It has changed since you read it. Read it again before you change it.",
    );
    error.with("version", current)
}

pub(super) fn at(pointer: &str, fault: ValueFault) -> FieldError {
    FieldError::new(pointer, fault.code, fault.message)
}

pub(crate) fn element_unknown(pointer: &str) -> FieldError {
    let text = Text::new("Không có số liệu mang mã này.", "There is no element with this code.");
    FieldError::new(pointer, "data_element.unknown", text)
}

pub(crate) fn agency_unknown(pointer: &str) -> FieldError {
    let text =
        Text::new("Không có cơ quan mang mã này trong kỳ đó.", "There is no agency with this code in that period.");
    FieldError::new(pointer, "agency.unknown", text)
}

pub(super) fn agency_kind(pointer: &str) -> FieldError {
    let text =
        Text::new("Loại cơ quan này không nhập số liệu này.", "Agencies of this kind do not enter this element.");
    FieldError::new(pointer, "agency.kind", text)
}

pub(super) fn not_entering() -> Error {
    Error::forbidden(
        "element_value.not_entering",
        "Chỉ người thụ lý hoặc văn thư của cơ quan này hay cơ quan cấp trên được nhập số liệu.",
        "Only processors and clerks of this agency or of one above it enter its values.",
    )
}

pub(super) fn not_allowed(action: ValueAction) -> Error {
    let roles: Vec<&str> = action.roles().iter().map(|role| role.as_str()).collect();
    Error::forbidden(
        "element_value.not_allowed",
        "Bạn không có vai trò để làm bước này tại cơ quan.",
        format!("This step takes one of these roles in the agency or above it: {}.", roles.join(", ")),
    )
    .with("roles", roles)
}

pub(super) fn same_person() -> Error {
    Error::forbidden(
        "element_value.same_person",
        "Người nhập, người kiểm tra và người duyệt phải là ba người khác nhau.",
        "Who enters, who checks and who approves must be three persons.",
    )
}

/// The state forbids it.
pub(super) fn state(current: ValueState) -> Error {
    let actions: Vec<&str> = current.actions().iter().map(|action| action.as_str()).collect();
    Error::conflict(
        "element_value.state",
        format!("Số liệu đang ở trạng thái `{current}`."),
        format!("The value is `{current}`."),
    )
    .with("state", current.as_str())
    .with("allowed_actions", actions)
}

pub(super) fn exists(row: &ValueRow) -> Error {
    Error::conflict(
        "element_value.exists",
        "Đã có số liệu này của cơ quan trong kỳ; hãy sửa bản đã có.",
        "The agency has a value in this period already; change that one.",
    )
    .with("id", row.id.0.to_string())
    .with("state", row.state.clone())
}

/// Somebody entered it in this moment.
pub(super) fn exists_now() -> Error {
    Error::conflict(
        "element_value.exists",
        "Có người khác vừa nhập số liệu này; hãy đọc lại.",
        "Somebody has just entered this value; read it again.",
    )
}

pub(super) fn closed(closing: &ClosingRow) -> Error {
    Error::conflict(
        "element_period.closed",
        format!("Kỳ {} đã chốt số liệu.", closing.period),
        format!("The period {} is closed.", closing.period),
    )
    .with("closing", json!({"id": closing.id.0, "agency_code": closing.agency_code, "period": closing.period}))
}

/// A value that is not fit to be submitted: every reason at once.
pub(super) fn not_ready(faults: Vec<FieldError>) -> Error {
    Error::invalid(faults)
}

/// A rule that does not hold, as a fault of the value.
pub(super) fn broken(notice: &ValueNotice) -> FieldError {
    FieldError::new("/value", format!("rule.{}", notice.code), notice.message.clone())
}

pub(super) fn warnings_open() -> FieldError {
    let text = Text::new(
        "Số liệu có cảnh báo; hãy ghi lý do chấp nhận.",
        "There are warnings about the value; say why it is right in spite of them.",
    );
    FieldError::new("/accepted_because", "warnings.open", text)
}

pub(super) fn evidence_missing() -> FieldError {
    let text = Text::new("Số liệu này cần tài liệu kiểm chứng.", "This element needs evidence.");
    FieldError::new("/evidence", "required", text)
}

pub(super) fn not_defining() -> Error {
    Error::forbidden(
        "data_element.not_administrator",
        "Chỉ quản trị của cơ quan cao nhất được định nghĩa số liệu.",
        "Only administrators of an agency that has none above it define elements.",
    )
}

pub(super) fn not_closing() -> Error {
    Error::forbidden(
        "element_period.not_allowed",
        "Chỉ người phê duyệt hoặc quản trị của cơ quan này hay cơ quan cấp trên được chốt hoặc mở lại kỳ số liệu.",
        "Only approvers and administrators of this agency or of one above it close and re-open periods.",
    )
}
