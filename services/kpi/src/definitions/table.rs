//! Sets and the indicators of a version as tables.

use chrono::{DateTime, Utc};
use motcua_kernel::text::Language;
use motcua_kernel::{BusinessTime, Text, Uuid};

use super::view::{IndicatorSetDefinition, SetView, VersionBrief};
use crate::exports::{Cell, Column, Head, Kind, decimal, instant, number, text};

/// The head of sets.
pub(super) fn sets(now: BusinessTime) -> Head {
    Head {
        file: format!("bo-chi-so-{}", now.day_in_vietnam()),
        title: Text::new("Bộ chỉ số", "Sets of indicators"),
        columns: vec![
            Column::new(Kind::Word, "Mã", "Code"),
            Column::new(Kind::Text, "Tên", "Name"),
            Column::new(Kind::Word, "Phiên bản hiện hành", "Version today"),
            Column::new(Kind::Day, "Hiệu lực từ", "Valid from"),
            Column::new(Kind::Day, "Hiệu lực đến", "Valid to"),
            Column::new(Kind::Number, "Số phiên bản", "Versions"),
            Column::new(Kind::Word, "SHA-256", "SHA-256"),
        ],
        made_at: now.0,
    }
}

/// A set.
pub(super) fn set(set: &SetView, language: Language) -> Vec<Cell> {
    let current = set.current.as_ref();
    vec![
        text(&set.code),
        text(set.name.in_language(language)),
        text(current.map_or("", |version| &version.version)),
        current.map_or(Cell::Empty, |version| Cell::Day(version.valid_from)),
        current.and_then(|version| version.valid_to).map_or(Cell::Empty, Cell::Day),
        number(i64::try_from(set.versions).ok()),
        text(current.map_or("", |version| &version.sha256)),
    ]
}

/// The head of a set's versions.
pub(super) fn versions(set: Uuid, now: BusinessTime) -> Head {
    Head {
        file: format!("phien-ban-bo-chi-so-{set}"),
        title: Text::new("Các phiên bản của bộ chỉ số", "Versions of a set"),
        columns: vec![
            Column::new(Kind::Word, "Phiên bản", "Version"),
            Column::new(Kind::Text, "Tên", "Name"),
            Column::new(Kind::Day, "Hiệu lực từ", "Valid from"),
            Column::new(Kind::Day, "Hiệu lực đến", "Valid to"),
            Column::new(Kind::Word, "SHA-256", "SHA-256"),
            Column::new(Kind::Instant, "Ghi nhận lúc (giờ Việt Nam)", "Recorded at (Vietnam time)"),
        ],
        made_at: now.0,
    }
}

/// A version.
pub(super) fn version(version: &VersionBrief, language: Language) -> Vec<Cell> {
    vec![
        text(&version.version),
        text(version.name.in_language(language)),
        Cell::Day(version.valid_from),
        version.valid_to.map_or(Cell::Empty, Cell::Day),
        text(&version.sha256),
        instant(version.recorded_at),
    ]
}

/// The indicators of a version, a row for each way of scoring.
pub(super) fn indicators(version: &IndicatorSetDefinition, language: Language) -> (Head, Vec<Vec<Cell>>) {
    let (defined, recorded_at): (_, DateTime<Utc>) = (&version.definition, version.version.recorded_at);
    let head = Head {
        file: format!("chi-tieu-{}-{}", defined.code, defined.version),
        title: Text::new("Chỉ tiêu", "Indicators"),
        columns: vec![
            Column::new(Kind::Word, "Bộ chỉ số", "Set"),
            Column::new(Kind::Word, "Phiên bản", "Version"),
            Column::new(Kind::Word, "Nhóm", "Group"),
            Column::new(Kind::Word, "Mã chỉ tiêu", "Indicator"),
            Column::new(Kind::Text, "Tên chỉ tiêu", "Name"),
            Column::new(Kind::Word, "Đơn vị tính", "Unit"),
            Column::new(Kind::Word, "Chiều tốt lên", "Better"),
            Column::new(Kind::Number, "Điểm tối đa", "Maximum"),
            Column::new(Kind::Word, "Cách tính", "Variant"),
            Column::new(Kind::Word, "Mặc định", "Default"),
            Column::new(Kind::Text, "Quy tắc", "Rule"),
            Column::new(Kind::Text, "Tử số hoặc giá trị", "Numerator or value"),
            Column::new(Kind::Text, "Mẫu số", "Denominator"),
            Column::new(Kind::Text, "Lý do chưa đo được", "Why not measured"),
            Column::new(Kind::Text, "Căn cứ", "Legal source"),
        ],
        made_at: recorded_at,
    };
    let say = |vi: &str, en: &str| text(Text::new(vi, en).in_language(language));
    let mut rows = Vec::new();
    for one in &defined.indicators {
        for (place, variant) in one.variants.iter().enumerate() {
            let source = variant.source.as_ref().or(one.source.as_ref()).unwrap_or(&defined.source);
            rows.push(vec![
                text(&defined.code),
                text(&defined.version),
                text(&one.group),
                text(&one.code),
                text(one.name.in_language(language)),
                text(one.unit.in_language(language)),
                if one.direction == "up" { say("tăng", "up") } else { say("giảm", "down") },
                decimal(Some(&one.maximum)),
                text(&variant.code),
                if place == 0 { say("có", "yes") } else { say("không", "no") },
                text(variant.rule.in_language(language)),
                text(variant.numerator.as_ref().map_or("", |formula| &formula.formula)),
                text(variant.denominator.as_ref().map_or("", |formula| &formula.formula)),
                text(variant.not_measured.as_ref().map_or("", |why| why.in_language(language))),
                text(source),
            ]);
        }
    }
    (head, rows)
}
