//! Why something is refused here, with stable codes.

use motcua_kernel::{Error, FieldError, Text};

use super::rules::CourseFault;
use super::store::TargetRow;

pub(super) fn not_setting() -> Error {
    Error::forbidden(
        "target.not_allowed",
        "Chỉ lãnh đạo hoặc quản trị của cơ quan này hay cơ quan cấp trên được giao mục tiêu.",
        "Only leaders and administrators of this agency or of one above it set its targets.",
    )
}

pub(super) fn overlap(other: &TargetRow) -> Error {
    Error::conflict(
        "target.overlap",
        format!("Cơ quan đã có mục tiêu cho chỉ tiêu này trong kỳ {}.", other.period),
        format!("The agency has a target for this in {} already.", other.period),
    )
    .with("id", other.id.0.to_string())
    .with("period", other.period.clone())
}

pub(super) fn withdrawn() -> Error {
    Error::conflict("target.withdrawn", "Mục tiêu này đã được rút.", "This target is withdrawn.")
        .with("state", "withdrawn")
        .with("allowed_actions", Vec::<String>::new())
}

pub(super) fn course(fault: CourseFault) -> FieldError {
    let (pointer, code, vi, en) = match fault {
        CourseFault::Backwards => (
            "/target_value".to_owned(),
            "target.backwards",
            "Giá trị mục tiêu kém hơn giá trị ban đầu theo chiều đã chọn.",
            "The target is worse than the start in the chosen direction.",
        ),
        CourseFault::PointDay(place) => (
            format!("/points/{place}/on"),
            "target.point_day",
            "Ngày phải nằm trong kỳ và sau mốc trước.",
            "The day must lie within the period and after the point before.",
        ),
        CourseFault::PointValue(place) => (
            format!("/points/{place}/value"),
            "target.point_value",
            "Giá trị không được lùi so với mốc trước hay vượt mục tiêu.",
            "The value must not fall back behind the point before, nor pass the target.",
        ),
    };
    FieldError::new(pointer, code, Text::new(vi, en))
}

pub(super) fn fault(pointer: &str, code: &str, vi: &str, en: &str) -> FieldError {
    FieldError::new(pointer, code, Text::new(vi, en))
}
