//! Why a period is not published, with stable codes.

use motcua_kernel::{Error, Uuid};

use crate::periods::Period;

pub(super) fn not_publishing() -> Error {
    Error::forbidden(
        "period.not_allowed",
        "Chỉ quản trị của tỉnh được chốt và công bố kỳ.",
        "Only administrators of the province publish periods.",
    )
}

pub(super) fn not_over(period: Period) -> Error {
    Error::conflict(
        "period.not_over",
        format!("Kỳ {period} chưa kết thúc."),
        format!("The period {period} is not over."),
    )
}

pub(super) fn behind(period: Period) -> Error {
    Error::conflict(
        "figures.behind",
        format!("Số liệu chưa được cập nhật đến hết kỳ {period}; vui lòng thử lại sau."),
        format!("Not everything until the end of {period} has been taken in; please try again later."),
    )
}

pub(super) fn not_scored(set: &str, period: Period) -> Error {
    let kind = period.kind().as_str();
    Error::conflict(
        "period.not_scored",
        format!("Bộ chỉ số {set} không được tính theo loại kỳ này ({kind})."),
        format!("The set {set} is not scored for this kind of period ({kind})."),
    )
}

pub(super) fn published(period: Period, id: Uuid) -> Error {
    Error::conflict(
        "period.published",
        format!("Kỳ {period} đã được công bố."),
        format!("The period {period} is published already."),
    )
    .with("id", id.to_string())
}
