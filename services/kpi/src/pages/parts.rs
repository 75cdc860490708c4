//! Pieces that several pages are made of.

use maud::{Markup, html};
use motcua_kernel::Text;

use super::charts::Ink;
use super::charts::bars::Bar;
use super::models::{AlertList, Backlog, ClassMark, FieldBacklog, GroupScore, Movement, Score};
use super::numbers::{NONE, count, day, drawn, ordinal, plain, points};
use super::view::{Place, View};
use crate::targets::rules::TargetState;

/// A class, in the colour of its place.
pub(super) fn class_mark(view: &View, class: Option<&ClassMark>) -> Markup {
    html! {
        @if let Some(class) = class { span class={ "class c" (class.place.min(4)) } { (view.text(&class.name)) } }
        @else { (NONE) }
    }
}

/// A movement: ▲2, ▼1, =, or that it is new.
pub(super) fn movement(view: &View, movement: Movement) -> Markup {
    let (class, sign, said) = match movement {
        Movement::Up(by) => {
            let by = ordinal(by, view.language);
            ("up", format!("▲{by}"), format!("{}{by}{}", view.say("tăng ", "up "), view.say(" bậc", "")))
        }
        Movement::Down(by) => {
            let by = ordinal(by, view.language);
            ("down", format!("▼{by}"), format!("{}{by}{}", view.say("giảm ", "down "), view.say(" bậc", "")))
        }
        Movement::Same => ("same", "=".to_owned(), view.say("giữ nguyên", "unchanged").to_owned()),
        Movement::New => return html! { span.move.new { (view.say("mới", "new")) } },
        Movement::None => return html! {},
    };
    html! { span class={ "move " (class) } role="img" aria-label=(said) { (sign) } }
}

/// That something is not measured, and why.
pub(super) fn not_measured(view: &View, reason: &Text) -> Markup {
    html! { span.unmeasured { b { (view.say("Chưa đo được: ", "Not measured: ")) } (view.text(reason)) } }
}

/// Where an agency is on the way to a target.
pub(super) fn target_mark(view: &View, state: TargetState) -> Markup {
    let (class, sign, name) = match state {
        TargetState::Met => ("met", "✓", view.say("Đạt", "Met")),
        TargetState::OnTrack => ("on-track", "→", view.say("Đúng tiến độ", "On track")),
        TargetState::AtRisk => ("at-risk", "!", view.say("Có nguy cơ", "At risk")),
        TargetState::Missed => ("missed", "✗", view.say("Không đạt", "Missed")),
        TargetState::NotMeasured => ("no-value", "?", view.say("Chưa đo được", "Not measured")),
    };
    html! { span class={ "state " (class) } { span aria-hidden="true" { (sign) } " " (name) } }
}

/// Alerts that are not over; nothing for who may not see them.
pub(super) fn alerts(view: &View, list: Option<&AlertList>, of_one: Option<&str>, here: Place) -> Markup {
    let Some(list) = list else { return html! {} };
    let total = usize::try_from(list.total).unwrap_or(usize::MAX);
    let rest = total.saturating_sub(list.lines.len());
    html! {
        section.card.alerts id="alerts" aria-labelledby="alerts-title" {
            h2 id="alerts-title" { (view.say("Cảnh báo", "Alerts")) " (" (ordinal(total, view.language)) ")" }
            @if list.lines.is_empty() { p.empty { (view.say("Không có cảnh báo nào.", "There are no alerts.")) } }
            ul { @for line in &list.lines {
                li {
                    b { (view.text(&line.title)) }
                    @if of_one != Some(line.agency.code.as_str()) {
                        " " a href=(here.agency(view, &line.agency.code)) { (line.agency.name) }
                    }
                    " " span.of {
                        (day(line.on, view.language))
                        @if line.acknowledged { " · " (view.say("đã xem xét", "acknowledged")) }
                    }
                    p { (view.text(&line.text)) }
                }
            } }
            @if rest > 0 {
                p.more { (view.say("Còn ", "And ")) (ordinal(rest, view.language)) (view.say(" cảnh báo khác.", " more.")) }
            }
        }
    }
}

/// The points of a scorecard, large, with what they could have been and the class.
pub(super) fn total(view: &View, score: &Score, class: Option<&ClassMark>) -> Markup {
    let language = view.language;
    let unmeasured = &score.maximum - &score.measured_maximum;
    html! {
        p.total {
            @if score.points.is_some() {
                strong { (points(score.points.as_ref(), language)) }
                " " span.of { "/ " (plain(&score.maximum, language)) }
            } @else {
                strong.unmeasured { (view.say("Chưa đo được", "Not measured")) }
            }
            @if class.is_some() { " " (class_mark(view, class)) }
        }
        @if score.points.is_some() && !unmeasured.is_zero() {
            p.hint {
                (view.say("Phần đo được tối đa ", "The measured part gives ")) b { (plain(&score.measured_maximum, language)) }
                (view.say(" điểm; ", " at most; ")) (plain(&unmeasured, language))
                (view.say(" điểm chưa đo được, không tính là 0.", " are not measured and not counted as 0."))
                @if class.is_some_and(|class| class.of_measured) {
                    (view.say(" Xếp loại theo phần đo được.", " The class is that of the measured part."))
                }
            }
        }
    }
}

/// Groups with their points as bars, all to one scale.
pub(super) fn groups<'m>(view: &View, groups: impl Iterator<Item = &'m GroupScore> + Clone) -> Markup {
    let longest = groups.clone().map(|group| drawn(&group.score.maximum)).fold(0.0, f64::max);
    let unmeasured = groups.clone().any(|group| group.score.measured_maximum != group.score.maximum);
    html! {
        table.bars {
            caption.sr { (view.say("Điểm theo nhóm, so với điểm tối đa", "Points by group beside their maximum")) }
            thead.sr { tr {
                th scope="col" { (view.say("Nhóm", "Group")) }
                th scope="col" { (view.say("Điểm / tối đa", "Points / maximum")) }
                th scope="col" { (view.say("Biểu đồ", "Chart")) }
            } }
            tbody { @for group in groups {
                tr {
                    th scope="row" { (view.text(&group.name)) }
                    td.number { (group_points(view, &group.score)) }
                    td.drawing {
                        (bar(&group.score, longest))
                        @if group.score.points.is_some() && group.score.measured_maximum != group.score.maximum {
                            span.of { (view.say("đo được tối đa ", "measured at most ")) (plain(&group.score.measured_maximum, view.language)) }
                        }
                    }
                }
            } }
        }
        p.legend {
            (key("value", view.say("điểm đạt", "points")))
            (key("track", view.say("tối đa", "maximum")))
            @if unmeasured { (key("gap", view.say("chưa đo được", "not measured"))) }
        }
    }
}

fn group_points(view: &View, score: &Score) -> Markup {
    let language = view.language;
    html! {
        @if score.points.is_some() {
            b { (points(score.points.as_ref(), language)) } span.of { " / " (plain(&score.maximum, language)) }
        } @else {
            span.unmeasured { (view.say("chưa đo được", "not measured")) } span.of { " / " (plain(&score.maximum, language)) }
        }
    }
}

/// What a colour of a chart means.
pub(super) fn key(class: &str, meaning: &str) -> Markup {
    html! { span.item { span class={ "key " (class) } {} " " (meaning) } }
}

/// A score as a bar.
pub(super) fn bar(score: &Score, longest: f64) -> Markup {
    let (measured, maximum) = (drawn(&score.measured_maximum), drawn(&score.maximum));
    Bar { value: score.points.as_ref().map(drawn), measured, maximum, longest, ink: Ink::Value }.markup()
}

/// What waits, as two large numbers.
pub(super) fn backlog(view: &View, backlog: &Backlog) -> Markup {
    let language = view.language;
    html! {
        dl.numbers {
            div {
                dt { (view.say("Đang giải quyết", "In process")) }
                dd { (count(backlog.open, language)) }
            }
            div.alarm[backlog.overdue.is_some_and(|overdue| overdue > 0)] {
                dt { (view.say("Quá hạn", "Overdue")) }
                dd { (count(backlog.overdue, language)) }
            }
        }
    }
}

/// What waits in one of several places.
pub(super) struct Waiting<'m> {
    /// The place, perhaps with a link.
    pub name: Markup,
    /// What waits there.
    pub backlog: &'m Backlog,
}

/// What waits in several places, as bars to one scale.
pub(super) fn waiting(view: &View, caption: &str, place: &str, lines: &[Waiting<'_>]) -> Markup {
    #[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand places")]
    let open = |backlog: &Backlog| backlog.open.map_or(0.0, |open| open as f64);
    #[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand places")]
    let overdue = |backlog: &Backlog| backlog.overdue.map(|overdue| overdue as f64);
    let longest = lines.iter().map(|line| open(line.backlog)).fold(0.0, f64::max);
    html! {
        table.bars {
            caption.sr { (caption) }
            thead.sr { tr {
                th scope="col" { (place) }
                th scope="col" { (view.say("Quá hạn / đang giải quyết", "Overdue / in process")) }
                th scope="col" { (view.say("Biểu đồ", "Chart")) }
            } }
            tbody { @for line in lines {
                tr {
                    th scope="row" { (line.name) }
                    td.number {
                        b.alarm[line.backlog.overdue.is_some_and(|overdue| overdue > 0)] { (count(line.backlog.overdue, view.language)) }
                        span.of { " / " (count(line.backlog.open, view.language)) }
                    }
                    td.drawing {
                        @let open = open(line.backlog);
                        (Bar { value: overdue(line.backlog), measured: open, maximum: open, longest, ink: Ink::Alarm }.markup())
                    }
                }
            } }
        }
    }
}

/// What waits by field: those with the most, and the rest behind a click.
pub(super) fn fields(view: &View, fields: &[FieldBacklog], shown: usize) -> Markup {
    let lines: Vec<Waiting<'_>> = fields
        .iter()
        .map(|field| Waiting { name: html! { (view.text(&field.name)) }, backlog: &field.backlog })
        .collect();
    let (first, rest) = lines.split_at_checked(shown).unwrap_or((&lines, &[]));
    let (caption, place) = (view.say("Tồn đọng theo lĩnh vực", "Backlog by field"), view.say("Lĩnh vực", "Field"));
    html! {
        @if lines.is_empty() { p.empty { (view.say("Chưa có số liệu.", "No data yet.")) } }
        @else { (waiting(view, caption, place, first)) (waiting_legend(view)) }
        @if !rest.is_empty() {
            details {
                summary { (view.say("Các lĩnh vực khác", "Other fields")) " (" (ordinal(rest.len(), view.language)) ")" }
                (waiting(view, caption, place, rest))
            }
        }
    }
}

/// What the colours of [`waiting`] mean.
pub(super) fn waiting_legend(view: &View) -> Markup {
    html! {
        p.legend {
            (key("alarm", view.say("quá hạn", "overdue")))
            (key("track", view.say("đang giải quyết", "in process")))
        }
    }
}
