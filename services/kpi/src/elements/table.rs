//! Elements and values as tables.

use motcua_kernel::text::Language;
use motcua_kernel::{BusinessTime, Text, Uuid};

use super::http::closings::ElementPeriodClosing;
use super::http::definitions::DataElement;
use super::http::values::{ElementValue, ElementValueStep, StepBy, ValueNotice};
use super::rules::entry::ElementKind;
use super::rules::state::ValueState;
use crate::exports::{Cell, Column, Head, Kind, decimal, instant, number, text};

/// The head of values.
pub(super) fn values(now: BusinessTime) -> Head {
    Head {
        file: format!("so-lieu-nhap-{}", now.day_in_vietnam()),
        title: Text::new("Số liệu nhập", "Values of elements"),
        columns: vec![
            Column::new(Kind::Word, "Mã số liệu", "Element"),
            Column::new(Kind::Text, "Tên số liệu", "Name"),
            Column::new(Kind::Word, "Đơn vị tính", "Unit"),
            Column::new(Kind::Word, "Mã cơ quan", "Agency code"),
            Column::new(Kind::Text, "Cơ quan", "Agency"),
            Column::new(Kind::Word, "Mã cơ quan trong kỳ", "Agency code in the period"),
            Column::new(Kind::Word, "Kỳ", "Period"),
            Column::new(Kind::Number, "Giá trị", "Value"),
            Column::new(Kind::Word, "Trạng thái", "State"),
            Column::new(Kind::Text, "Tài liệu kiểm chứng", "Evidence"),
            Column::new(Kind::Word, "Số văn bản", "Document number"),
            Column::new(Kind::Text, "Liên kết", "Link"),
            Column::new(Kind::Text, "Cảnh báo", "Warnings"),
            Column::new(Kind::Text, "Giải trình cảnh báo", "Why it is right"),
            Column::new(Kind::Text, "Quy tắc chưa thỏa", "Broken rules"),
            Column::new(Kind::Word, "Người nhập", "Entered by"),
            Column::new(Kind::Word, "Người kiểm tra", "Checked by"),
            Column::new(Kind::Word, "Người duyệt", "Approved by"),
            Column::new(Kind::Instant, "Thay đổi lần cuối (giờ Việt Nam)", "Changed last (Vietnam time)"),
        ],
        made_at: now.0,
    }
}

/// A value.
pub(super) fn value(value: &ElementValue, language: Language) -> Vec<Cell> {
    let notices = |notices: &[ValueNotice]| {
        let said: Vec<&str> = notices.iter().map(|notice| notice.message.in_language(language)).collect();
        text(said.join("; "))
    };
    let optional = |one: &Option<String>| text(one.as_deref().unwrap_or_default());
    let by = |step: Option<&StepBy>| text(step.map_or("", |step| &step.actor));
    vec![
        text(&value.element.code),
        text(value.element.name.in_language(language)),
        text(&value.element.unit),
        text(&value.agency.responsible.code),
        text(&value.agency.responsible.name),
        text(&value.agency.written_code),
        text(&value.period),
        decimal(Some(&value.value)),
        text(state(value.state).in_language(language)),
        optional(&value.evidence.text),
        optional(&value.evidence.document_number),
        optional(&value.evidence.link),
        notices(&value.warnings),
        optional(&value.accepted_because),
        notices(&value.broken_rules),
        by(Some(&value.entered)),
        by(value.checked.as_ref()),
        by(value.approved.as_ref()),
        instant(value.changed_at),
    ]
}

fn state(state: ValueState) -> Text {
    match state {
        ValueState::Draft => Text::new("đang nhập", "draft"),
        ValueState::Submitted => Text::new("đã trình", "submitted"),
        ValueState::Checked => Text::new("đã kiểm tra", "checked"),
        ValueState::Approved => Text::new("đã duyệt", "approved"),
        ValueState::Returned => Text::new("bị trả lại", "returned"),
        ValueState::Locked => Text::new("đã khóa", "locked"),
    }
}

/// The head of elements.
pub(super) fn elements(now: BusinessTime) -> Head {
    Head {
        file: format!("danh-muc-so-lieu-{}", now.day_in_vietnam()),
        title: Text::new("Danh mục số liệu nhập", "Data elements"),
        columns: vec![
            Column::new(Kind::Word, "Mã số liệu", "Element"),
            Column::new(Kind::Text, "Tên số liệu", "Name"),
            Column::new(Kind::Word, "Đơn vị tính", "Unit"),
            Column::new(Kind::Word, "Kiểu", "Kind"),
            Column::new(Kind::Number, "Số chữ số thập phân", "Decimals"),
            Column::new(Kind::Number, "Nhỏ nhất", "Minimum"),
            Column::new(Kind::Number, "Lớn nhất", "Maximum"),
            Column::new(Kind::Word, "Các lựa chọn", "Choices"),
            Column::new(Kind::Word, "Loại kỳ", "Kind of period"),
            Column::new(Kind::Word, "Loại cơ quan nhập", "Entered by"),
            Column::new(Kind::Word, "Cần tài liệu kiểm chứng", "Needs evidence"),
            Column::new(Kind::Text, "Văn bản quy định", "Legal source"),
        ],
        made_at: now.0,
    }
}

/// An element.
pub(super) fn element(element: &DataElement, language: Language) -> Vec<Cell> {
    let defined = &element.definition;
    let choices: Vec<&str> = defined.choices.iter().map(|choice| choice.code.as_str()).collect();
    let kinds: Vec<&str> = defined.agency_kinds.iter().map(|kind| kind.as_str()).collect();
    let kind = match defined.kind {
        ElementKind::Count => Text::new("số đếm", "count"),
        ElementKind::Decimal => Text::new("số thập phân", "decimal"),
        ElementKind::Percent => Text::new("tỷ lệ phần trăm", "percentage"),
        ElementKind::YesNo => Text::new("có, không", "yes or no"),
        ElementKind::Choice => Text::new("lựa chọn", "choice"),
    };
    let needs = if defined.needs_evidence { Text::new("có", "yes") } else { Text::new("không", "no") };
    vec![
        text(&defined.code),
        text(defined.name.in_language(language)),
        text(&defined.unit),
        text(kind.in_language(language)),
        number(i64::from(defined.decimals)),
        decimal(defined.minimum.as_deref()),
        decimal(defined.maximum.as_deref()),
        text(choices.join(" ")),
        text(&defined.period_kind),
        text(kinds.join(" ")),
        text(needs.in_language(language)),
        text(&defined.legal_source),
    ]
}

/// The head of a value's steps.
pub(super) fn steps(value: Uuid, now: BusinessTime) -> Head {
    Head {
        file: format!("cac-buoc-so-lieu-{value}"),
        title: Text::new("Các bước của số liệu", "Steps of a value"),
        columns: vec![
            Column::new(Kind::Number, "Bản", "Version"),
            Column::new(Kind::Word, "Thao tác", "Action"),
            Column::new(Kind::Word, "Trạng thái", "State"),
            Column::new(Kind::Number, "Giá trị", "Value"),
            Column::new(Kind::Text, "Tài liệu kiểm chứng", "Evidence"),
            Column::new(Kind::Word, "Số văn bản", "Document number"),
            Column::new(Kind::Text, "Giải trình cảnh báo", "Why it is right"),
            Column::new(Kind::Text, "Lý do", "Reason"),
            Column::new(Kind::Word, "Người thực hiện", "By"),
            Column::new(Kind::Instant, "Lúc (giờ Việt Nam)", "At (Vietnam time)"),
        ],
        made_at: now.0,
    }
}

/// A step.
pub(super) fn step(step: &ElementValueStep, language: Language) -> Vec<Cell> {
    let optional = |one: &Option<String>| text(one.as_deref().unwrap_or_default());
    vec![
        number(step.version),
        text(&step.action),
        text(state(step.state).in_language(language)),
        decimal(Some(&step.value)),
        optional(&step.evidence.text),
        optional(&step.evidence.document_number),
        optional(&step.accepted_because),
        optional(&step.reason),
        text(&step.by.actor),
        instant(step.at),
    ]
}

/// The head of closings.
pub(super) fn closings(now: BusinessTime) -> Head {
    Head {
        file: format!("ky-da-chot-so-lieu-{}", now.day_in_vietnam()),
        title: Text::new("Kỳ đã chốt số liệu", "Closed periods"),
        columns: vec![
            Column::new(Kind::Word, "Mã cơ quan", "Agency code"),
            Column::new(Kind::Word, "Kỳ", "Period"),
            Column::new(Kind::Day, "Ngày đầu", "First day"),
            Column::new(Kind::Day, "Ngày cuối", "Last day"),
            Column::new(Kind::Word, "Người chốt", "Closed by"),
            Column::new(Kind::Instant, "Chốt lúc (giờ Việt Nam)", "Closed at (Vietnam time)"),
            Column::new(Kind::Word, "Người mở lại", "Re-opened by"),
            Column::new(Kind::Instant, "Mở lại lúc (giờ Việt Nam)", "Re-opened at (Vietnam time)"),
            Column::new(Kind::Text, "Lý do mở lại", "Why"),
        ],
        made_at: now.0,
    }
}

/// A closing.
pub(super) fn closing(one: &ElementPeriodClosing, _: Language) -> Vec<Cell> {
    vec![
        text(&one.agency_code),
        text(&one.period),
        Cell::Day(one.first_day),
        Cell::Day(one.last_day),
        text(&one.closed_by),
        instant(one.closed_at),
        text(one.reopened_by.as_deref().unwrap_or_default()),
        instant(one.reopened_at),
        text(one.reason.as_deref().unwrap_or_default()),
    ]
}
