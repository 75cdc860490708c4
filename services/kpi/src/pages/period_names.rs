//! What periods are called: in a heading, and on the axis of a chart.

use chrono::{Datelike, NaiveDate};
use motcua_kernel::text::Language;

use super::numbers::day;
use crate::periods::{Period, PeriodKind};

/// As a heading: `Tháng 11/2026`, `Quý 4/2026`, `Kỳ báo cáo tháng 11/2026`.
pub(crate) fn long(period: Period, language: Language) -> String {
    // The last day of every period lies in the month, quarter and year that it is called by.
    let last = period.last_day();
    let (month, year) = (last.month(), last.year());
    let (quarter, half) = ((month - 1) / 3 + 1, (month - 1) / 6 + 1);
    let week = period.first_day().iso_week();
    match language {
        Language::Vietnamese => match period.kind() {
            PeriodKind::Day => format!("Ngày {}", day(last, language)),
            PeriodKind::Week => format!("Tuần {}/{}", week.week(), week.year()),
            PeriodKind::Month => format!("Tháng {month}/{year}"),
            PeriodKind::Quarter => format!("Quý {quarter}/{year}"),
            PeriodKind::Half => format!("6 tháng {} năm {year}", if half == 1 { "đầu" } else { "cuối" }),
            PeriodKind::Year => format!("Năm {year}"),
            PeriodKind::ReportMonth => format!("Kỳ báo cáo tháng {month}/{year}"),
            PeriodKind::ReportQuarter => format!("Kỳ báo cáo quý {quarter}/{year}"),
            PeriodKind::ReportYear => format!("Kỳ báo cáo năm {year}"),
        },
        Language::English => match period.kind() {
            PeriodKind::Day => day(last, language),
            PeriodKind::Week => format!("Week {} of {}", week.week(), week.year()),
            PeriodKind::Month => last.format("%B %Y").to_string(),
            PeriodKind::Quarter => format!("Quarter {quarter} of {year}"),
            PeriodKind::Half => format!("{} half of {year}", if half == 1 { "First" } else { "Second" }),
            PeriodKind::Year => format!("Year {year}"),
            PeriodKind::ReportMonth => format!("Reporting month {}", last.format("%B %Y")),
            PeriodKind::ReportQuarter => format!("Reporting quarter {quarter} of {year}"),
            PeriodKind::ReportYear => format!("Reporting year {year}"),
        },
    }
}

/// Its days: `01/11/2026 – 30/11/2026`.
pub(crate) fn days(period: Period, language: Language) -> String {
    format!("{} – {}", day(period.first_day(), language), day(period.last_day(), language))
}

/// On an axis: `T11`, `Q4`, `W47`; the year stands below, see [`year`].
pub(crate) fn short(period: Period, language: Language) -> String {
    let last = period.last_day();
    match period.kind() {
        PeriodKind::Day => day_and_month(last),
        PeriodKind::Week => match language {
            Language::Vietnamese => format!("Tu{}", period.first_day().iso_week().week()),
            Language::English => format!("W{}", period.first_day().iso_week().week()),
        },
        PeriodKind::Month | PeriodKind::ReportMonth => month(last, language),
        PeriodKind::Quarter | PeriodKind::ReportQuarter => format!("Q{}", (last.month() - 1) / 3 + 1),
        PeriodKind::Half => match language {
            Language::Vietnamese => format!("{}/2", (last.month() - 1) / 6 + 1),
            Language::English => format!("H{}", (last.month() - 1) / 6 + 1),
        },
        PeriodKind::Year | PeriodKind::ReportYear => last.year().to_string(),
    }
}

/// The year that a period is called by; none where its short name says it.
pub(crate) fn year(period: Period) -> Option<i32> {
    match period.kind() {
        PeriodKind::Year | PeriodKind::ReportYear => None,
        PeriodKind::Week => Some(period.first_day().iso_week().year()),
        _ => Some(period.last_day().year()),
    }
}

/// A month on an axis: `T11`, `Nov`.
pub(crate) fn month(day: NaiveDate, language: Language) -> String {
    match language {
        Language::Vietnamese => format!("T{}", day.month()),
        Language::English => day.format("%b").to_string(),
    }
}

fn day_and_month(day: NaiveDate) -> String {
    day.format("%-d/%-m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_period_has_a_name_in_both_languages() {
        for (text, vi, en, axis) in [
            ("2026-11-22", "Ngày 22/11/2026", "22 Nov 2026", "22/11"),
            ("2026-W53", "Tuần 53/2026", "Week 53 of 2026", "Tu53"),
            ("2026-11", "Tháng 11/2026", "November 2026", "T11"),
            ("2026-Q4", "Quý 4/2026", "Quarter 4 of 2026", "Q4"),
            ("2026-H2", "6 tháng cuối năm 2026", "Second half of 2026", "2/2"),
            ("2026", "Năm 2026", "Year 2026", "2026"),
            ("2026-R01", "Kỳ báo cáo tháng 1/2026", "Reporting month January 2026", "T1"),
            ("2026-RQ4", "Kỳ báo cáo quý 4/2026", "Reporting quarter 4 of 2026", "Q4"),
            ("2026-RY", "Kỳ báo cáo năm 2026", "Reporting year 2026", "2026"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(long(period, Language::Vietnamese), vi);
            assert_eq!(long(period, Language::English), en);
            assert_eq!(short(period, Language::Vietnamese), axis);
        }
    }
}
