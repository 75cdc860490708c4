//! Alerts, and the dossiers behind them, as tables.

use motcua_kernel::text::Language;
use motcua_kernel::{BusinessTime, Text};

use super::view::{Alert, AlertRecord, AlertState};
use crate::exports::{Cell, Column, Head, Kind, instant, text};

/// The head of a table of alerts.
pub(super) fn head(now: BusinessTime) -> Head {
    Head {
        file: format!("canh-bao-{}", now.day_in_vietnam()),
        title: Text::new("Cảnh báo", "Alerts"),
        columns: vec![
            Column::new(Kind::Word, "Loại", "Kind"),
            Column::new(Kind::Word, "Mã cơ quan", "Agency code"),
            Column::new(Kind::Text, "Cơ quan", "Agency"),
            Column::new(Kind::Text, "Nội dung", "What was found"),
            Column::new(Kind::Word, "Chỉ tiêu, bộ chỉ số", "Subject"),
            Column::new(Kind::Word, "Kỳ", "Period"),
            Column::new(Kind::Word, "Trạng thái", "State"),
            Column::new(Kind::Instant, "Phát hiện lúc (giờ Việt Nam)", "Raised (Vietnam time)"),
            Column::new(Kind::Text, "Đã xem xét, ghi chú", "Note of who looked into it"),
        ],
        made_at: now.0,
    }
}

/// An alert.
pub(super) fn row(alert: &Alert, language: Language) -> Vec<Cell> {
    let say = |vi: &str, en: &str| text(Text::new(vi, en).in_language(language));
    vec![
        text(alert.title.in_language(language)),
        text(&alert.agency.code),
        text(&alert.agency.name),
        text(alert.text.in_language(language)),
        text(&alert.subject),
        text(&alert.period),
        match alert.state {
            AlertState::Open => say("chưa xem xét", "open"),
            AlertState::Acknowledged => say("đã xem xét", "acknowledged"),
            AlertState::Over => say("đã hết", "over"),
        },
        instant(alert.raised_at),
        text(alert.acknowledged_note.as_deref().unwrap_or_default()),
    ]
}

/// The head of a table of dossiers behind an alert.
pub(super) fn records_head(now: BusinessTime) -> Head {
    Head {
        file: format!("ho-so-canh-bao-{}", now.day_in_vietnam()),
        title: Text::new("Hồ sơ của cảnh báo", "Dossiers behind an alert"),
        columns: vec![
            Column::new(Kind::Word, "Mã hồ sơ", "Code"),
            Column::new(Kind::Word, "Định danh", "Id"),
            Column::new(Kind::Instant, "Lúc (giờ Việt Nam)", "At (Vietnam time)"),
        ],
        made_at: now.0,
    }
}

/// A dossier.
pub(super) fn record(record: &AlertRecord) -> Vec<Cell> {
    vec![text(record.code.as_deref().unwrap_or_default()), text(record.id.to_string()), instant(record.at)]
}
