//! What an alert says, in words.

use chrono::NaiveDate;
use motcua_kernel::Text;
use motcua_kernel::text::Language;

use super::kinds::AlertKind;
use super::view::AlertFigures;
use crate::definitions::exact::Exact;
use crate::pages::{numbers, period_names};
use crate::periods::Period;
use crate::targets::rules::TargetState;

/// What was found, in a sentence.
pub(crate) fn text(kind: AlertKind, subject: &str, period: &str, figures: &AlertFigures) -> Text {
    let say = |language| sentence(kind, subject, period, figures, language);
    Text::new(say(Language::Vietnamese), say(Language::English))
}

fn sentence(kind: AlertKind, subject: &str, period: &str, figures: &AlertFigures, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let threshold = |name: &str| figures.thresholds.get(name).copied().unwrap_or_default();
    let count = |count: Option<i64>| numbers::count(count, language);
    let number = |text: &Option<String>| match text.as_deref().map(str::parse::<Exact>) {
        Some(Ok(number)) => numbers::plain(&number, language),
        _ => numbers::NONE.to_owned(),
    };
    let named =
        || period.parse().map_or_else(|()| period.to_owned(), |period: Period| period_names::long(period, language));
    let (value, against) = (number(&figures.value), number(&figures.against));
    let (records, among) = (count(figures.records), count(figures.among));
    let (days, share, least) = (threshold("days"), threshold("share_percent"), threshold("at_least"));
    match kind {
        AlertKind::TargetAtRisk => {
            let missed = figures.target_state == Some(TargetState::Missed);
            let period = named();
            match (vi, missed) {
                (true, false) => format!("Mục tiêu {subject}, {period}: hiện là {value}, đến nay phải là {against}."),
                (true, true) => format!("Không đạt mục tiêu {subject}, {period}: {value}, phải là {against}."),
                (false, false) => {
                    format!("Target of {subject}, {period}: {value} now, {against} should be reached by today.")
                }
                (false, true) => {
                    format!("The target of {subject}, {period}, was missed: {value}, should be {against}.")
                }
            }
        }
        AlertKind::SuddenFall => {
            let is_total = !subject.contains('/');
            let by = threshold(if is_total { "total_percent" } else { "indicator_percent" });
            let period = named();
            match (vi, is_total) {
                (true, true) => format!(
                    "Tổng điểm bộ {subject}, {period}: {value}% mức tối đa, kỳ trước {against}% (ngưỡng: giảm từ {by} điểm phần trăm)."
                ),
                (true, false) => format!(
                    "Chỉ tiêu {subject}, {period}: {value}% điểm tối đa, kỳ trước {against}% (ngưỡng: giảm từ {by} điểm phần trăm)."
                ),
                (false, true) => format!(
                    "The total of {subject}, {period}: {value}% of its maximum, {against}% the period before (threshold: a fall by {by} points of a hundred)."
                ),
                (false, false) => format!(
                    "The indicator {subject}, {period}: {value}% of its maximum, {against}% the period before (threshold: a fall by {by} points of a hundred)."
                ),
            }
        }
        AlertKind::ClosedWithoutResult if vi => format!(
            "{records} trong {among} hồ sơ kết thúc trong {days} ngày qua không có kết quả (ngưỡng: {share}%, từ {least} hồ sơ)."
        ),
        AlertKind::ClosedWithoutResult => format!(
            "{records} of {among} dossiers closed in the last {days} days have no result (threshold: {share}%, at least {least} dossiers)."
        ),
        AlertKind::MassRefusals => {
            let times = threshold("times");
            let day = period.parse::<NaiveDate>().map_or_else(|_| period.to_owned(), |day| numbers::day(day, language));
            if vi {
                format!(
                    "{records} hồ sơ bị từ chối trong ngày {day}; {days} ngày trước đó trung bình {against} hồ sơ một ngày (ngưỡng: từ {least} hồ sơ và gấp {times} lần)."
                )
            } else {
                format!(
                    "{records} dossiers refused on {day}; on a day of the {days} before {against} on average (threshold: at least {least} and {times} times as many)."
                )
            }
        }
        AlertKind::PausesBeforeDue => {
            let hours = threshold("hours");
            if vi {
                format!(
                    "{records} trong {among} lần tạm dừng trong {days} ngày qua bắt đầu trong vòng {hours} giờ trước hạn (ngưỡng: {share}%, từ {least} hồ sơ)."
                )
            } else {
                format!(
                    "{records} of {among} pauses in the last {days} days began within {hours} hours before the dossier was due (threshold: {share}%, at least {least} dossiers)."
                )
            }
        }
    }
}
