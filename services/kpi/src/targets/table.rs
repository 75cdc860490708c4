//! Targets as a table.

use motcua_kernel::text::Language;
use motcua_kernel::{BusinessTime, Text};

use super::http::{SubjectKind, Target};
use super::rules::{Direction, TargetState};
use crate::exports::{Cell, Column, Head, Kind, decimal, instant, text};

/// Its head.
pub(super) fn head(now: BusinessTime) -> Head {
    Head {
        file: format!("muc-tieu-{}", now.day_in_vietnam()),
        title: Text::new("Mục tiêu", "Targets"),
        columns: vec![
            Column::new(Kind::Word, "Mục tiêu của", "Target of"),
            Column::new(Kind::Word, "Mã chỉ tiêu, số liệu", "Code"),
            Column::new(Kind::Word, "Mã cơ quan", "Agency code"),
            Column::new(Kind::Text, "Cơ quan", "Agency"),
            Column::new(Kind::Word, "Kỳ", "Period"),
            Column::new(Kind::Day, "Ngày đầu", "First day"),
            Column::new(Kind::Day, "Ngày cuối", "Last day"),
            Column::new(Kind::Word, "Chiều tốt lên", "Better"),
            Column::new(Kind::Number, "Giá trị ban đầu", "Start"),
            Column::new(Kind::Number, "Mục tiêu", "Target"),
            Column::new(Kind::Number, "Phải đạt đến nay", "Expected today"),
            Column::new(Kind::Number, "Giá trị hiện có", "Value"),
            Column::new(Kind::Word, "Kỳ của giá trị", "Period of the value"),
            Column::new(Kind::Word, "Trạng thái", "State"),
            Column::new(Kind::Text, "Lý do chưa đo được", "Why not measured"),
            Column::new(Kind::Word, "Văn bản giao", "Legal source"),
            Column::new(Kind::Text, "Lý do rút", "Why withdrawn"),
            Column::new(Kind::Instant, "Thay đổi lần cuối (giờ Việt Nam)", "Changed last (Vietnam time)"),
        ],
        made_at: now.0,
    }
}

/// A target.
pub(super) fn row(target: &Target, language: Language) -> Vec<Cell> {
    let say = |vi: &str, en: &str| text(Text::new(vi, en).in_language(language));
    vec![
        match target.subject.kind {
            SubjectKind::Indicator => say("chỉ tiêu", "indicator"),
            SubjectKind::Element => say("số liệu", "element"),
        },
        text(&target.subject.code),
        text(&target.agency.responsible.code),
        text(&target.agency.responsible.name),
        text(&target.period),
        Cell::Day(target.first_day),
        Cell::Day(target.last_day),
        match target.direction {
            Direction::Up => say("tăng", "up"),
            Direction::Down => say("giảm", "down"),
        },
        decimal(Some(&target.start_value)),
        decimal(Some(&target.target_value)),
        decimal(Some(&target.expected_value)),
        decimal(target.value.as_deref()),
        text(target.value_period.as_deref().unwrap_or_default()),
        match target.state {
            Some(TargetState::Met) => say("đạt", "met"),
            Some(TargetState::OnTrack) => say("đúng tiến độ", "on track"),
            Some(TargetState::AtRisk) => say("có nguy cơ", "at risk"),
            Some(TargetState::Missed) => say("không đạt", "missed"),
            Some(TargetState::NotMeasured) => say("chưa đo được", "not measured"),
            None => say("đã rút", "withdrawn"),
        },
        text(target.not_measured_because.as_ref().map_or("", |why| why.in_language(language))),
        text(&target.legal_source),
        text(target.withdrawn_because.as_deref().unwrap_or_default()),
        instant(target.changed_at),
    ]
}
