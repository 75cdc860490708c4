//! Which forms there are, and what each circular calls them. A circular renumbers and renames; what a form is for stays.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A form by what it is for; the same whatever a circular numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormCode {
    /// Receipt and appointment (Giấy tiếp nhận hồ sơ và hẹn trả kết quả).
    Receipt,
    /// Request to supplement (Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ).
    SupplementRequest,
    /// Refusal (Phiếu từ chối tiếp nhận giải quyết hồ sơ).
    Refusal,
    /// Apology and extension (Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết).
    Extension,
    /// Notice that work stops (Thông báo dừng giải quyết hồ sơ).
    StopNotice,
    /// Control slip of the hand-overs (Phiếu kiểm soát quá trình giải quyết hồ sơ).
    ControlSlip,
    /// Register of dossiers (Sổ theo dõi hồ sơ).
    Register,
}

impl FormCode {
    /// All of them, in the order of Circular 03/2025/TT-VPCP.
    pub const ALL: [Self; 7] = [
        Self::Receipt,
        Self::SupplementRequest,
        Self::Refusal,
        Self::Extension,
        Self::StopNotice,
        Self::ControlSlip,
        Self::Register,
    ];
}

/// A set of forms (bộ biểu mẫu): the annex of one circular.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum FormSet {
    /// Circular 03/2025/TT-VPCP of 15 September 2025, Annex I: seven forms.
    #[default]
    #[serde(rename = "tt_03_2025")]
    Tt03Of2025,
    /// Circular 01/2018/TT-VPCP of 23 November 2018: six forms; dossiers of its day and provinces that have not changed yet.
    #[serde(rename = "tt_01_2018")]
    Tt01Of2018,
}

impl FormSet {
    /// Both, the one in force first.
    pub const ALL: [Self; 2] = [Self::Tt03Of2025, Self::Tt01Of2018];

    /// The number of a form in this set (mẫu số), or nothing where the set has no such form.
    #[must_use]
    pub const fn number(self, form: FormCode) -> Option<&'static str> {
        match (self, form) {
            (_, FormCode::Receipt) => Some("01"),
            (_, FormCode::SupplementRequest) => Some("02"),
            (_, FormCode::Refusal) => Some("03"),
            (_, FormCode::Extension) => Some("04"),
            (Self::Tt03Of2025, FormCode::StopNotice) | (Self::Tt01Of2018, FormCode::ControlSlip) => Some("05"),
            (Self::Tt03Of2025, FormCode::ControlSlip) | (Self::Tt01Of2018, FormCode::Register) => Some("06"),
            (Self::Tt03Of2025, FormCode::Register) => Some("07"),
            (Self::Tt01Of2018, FormCode::StopNotice) => None,
        }
    }

    /// The title as this set has it. A form the set lacks keeps the title of the set that has it.
    #[must_use]
    pub const fn title(self, form: FormCode) -> &'static str {
        match (self, form) {
            (_, FormCode::Receipt) => "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            (_, FormCode::SupplementRequest) => "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
            (_, FormCode::Refusal) => "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
            (Self::Tt03Of2025, FormCode::Extension) => "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
            (Self::Tt01Of2018, FormCode::Extension) => "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
            (_, FormCode::StopNotice) => "Thông báo dừng giải quyết hồ sơ",
            (_, FormCode::ControlSlip) => "Phiếu kiểm soát quá trình giải quyết hồ sơ",
            (_, FormCode::Register) => "Sổ theo dõi hồ sơ",
        }
    }

    /// The circular, as the foot of a form names it.
    #[must_use]
    pub const fn circular(self) -> &'static str {
        match self {
            Self::Tt03Of2025 => "Thông tư số 03/2025/TT-VPCP",
            Self::Tt01Of2018 => "Thông tư số 01/2018/TT-VPCP",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_circular_of_2025_numbers_seven_forms_and_that_of_2018_six() {
        let numbers = |set: FormSet| FormCode::ALL.iter().filter_map(|form| set.number(*form)).collect::<Vec<_>>();
        assert_eq!(numbers(FormSet::Tt03Of2025), ["01", "02", "03", "04", "05", "06", "07"]);
        assert_eq!(numbers(FormSet::Tt01Of2018), ["01", "02", "03", "04", "05", "06"]);
    }

    #[test]
    fn a_set_keeps_its_name_on_the_wire() {
        let names = FormSet::ALL.map(|set| serde_json::to_value(set).unwrap());
        assert_eq!(names, ["tt_03_2025", "tt_01_2018"]);
    }
}
