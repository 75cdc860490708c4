//! Published periods and what changed of them as tables.

use motcua_kernel::text::Language;
use motcua_kernel::{BusinessTime, Text, Uuid};

use super::view::{PublishedPeriod, Restatement};
use crate::exports::{Cell, Column, Head, Kind, instant, number, text};

/// The head of published periods.
pub(super) fn periods(now: BusinessTime) -> Head {
    Head {
        file: format!("ky-da-cong-bo-{}", now.day_in_vietnam()),
        title: Text::new("Kỳ đã công bố", "Published periods"),
        columns: vec![
            Column::new(Kind::Word, "Bộ chỉ số", "Set"),
            Column::new(Kind::Word, "Phiên bản", "Version"),
            Column::new(Kind::Word, "Kỳ", "Period"),
            Column::new(Kind::Day, "Ngày đầu", "First day"),
            Column::new(Kind::Day, "Ngày cuối", "Last day"),
            Column::new(Kind::Word, "Mã cơ quan", "Agency code"),
            Column::new(Kind::Instant, "Công bố lúc (giờ Việt Nam)", "Published at (Vietnam time)"),
            Column::new(Kind::Word, "Người công bố", "Published by"),
            Column::new(Kind::Word, "SHA-256", "SHA-256"),
            Column::new(Kind::Word, "Chữ ký", "Signature"),
            Column::new(Kind::Word, "Khóa ký", "Key"),
            Column::new(Kind::Word, "Tài liệu", "Document"),
        ],
        made_at: now.0,
    }
}

/// A published period.
pub(super) fn period(period: &PublishedPeriod, _: Language) -> Vec<Cell> {
    vec![
        text(&period.set),
        text(&period.set_version),
        text(&period.period),
        Cell::Day(period.first_day),
        Cell::Day(period.last_day),
        text(&period.written_code),
        instant(period.published_at),
        text(&period.published_by),
        text(&period.sha256),
        text(&period.signature),
        text(&period.key_id),
        text(&period.document),
    ]
}

/// The head of what changed of a published period.
pub(super) fn restatements(published: Uuid, now: BusinessTime) -> Head {
    Head {
        file: format!("dieu-chinh-so-lieu-{published}"),
        title: Text::new("Điều chỉnh số liệu", "Restatements"),
        columns: vec![
            Column::new(Kind::Word, "Mã cơ quan", "Agency code"),
            Column::new(Kind::Text, "Cơ quan", "Agency"),
            Column::new(Kind::Word, "Số đo", "Measure"),
            Column::new(Kind::Text, "Nội dung", "What"),
            Column::new(Kind::Number, "Trước", "Before"),
            Column::new(Kind::Number, "Sau", "After"),
            Column::new(Kind::Text, "Lý do", "Why"),
            Column::new(Kind::Word, "Sự kiện", "Event"),
            Column::new(Kind::Word, "Định danh sự kiện", "Event id"),
            Column::new(Kind::Instant, "Sự kiện lúc (giờ Việt Nam)", "Event at (Vietnam time)"),
            Column::new(Kind::Word, "Loại bản ghi", "Kind of record"),
            Column::new(Kind::Word, "Định danh bản ghi", "Record id"),
            Column::new(Kind::Instant, "Ghi nhận lúc (giờ Việt Nam)", "Noted at (Vietnam time)"),
        ],
        made_at: now.0,
    }
}

/// What changed once.
pub(super) fn restatement(one: &Restatement, language: Language) -> Vec<Cell> {
    vec![
        text(&one.agency.code),
        text(&one.agency.name),
        text(&one.measure),
        text(one.name.in_language(language)),
        number(one.old),
        number(one.new),
        text(one.reason.in_language(language)),
        text(&one.event_type),
        text(one.event_id.to_string()),
        instant(one.event_time),
        text(&one.subject),
        text(one.record_id.to_string()),
        instant(one.noted_at),
    ]
}
