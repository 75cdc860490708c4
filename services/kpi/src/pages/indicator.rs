//! The page of an indicator: its figure, how it came about, whom it counts how, and what changed since.

use maud::{Markup, html};

use super::frame::{Framed, page};
use super::models::{AgencyOutcome, IndicatorPage, Outcome, Restatement, TargetLine};
use super::numbers::{NONE, day, instant, ordinal, plain, points, value};
use super::parts::{not_measured, target_mark};
use super::period_names::long;
use super::records::{records, records_links};
use super::trend::{Kind, trend, way};
use super::view::{Audience, Place, View};
use crate::definitions::exact::Exact;
use crate::definitions::rules::score::Said;

const HERE: Place = Place::INDICATOR;

/// The page of an indicator.
#[must_use]
pub fn indicator_page(view: &View, model: &IndicatorPage) -> String {
    let kind = if model.is_ratio { Kind::Ratio } else { Kind::Value };
    let content = html! {
        div.columns {
            section.card.headline aria-labelledby="figure" {
                h2 id="figure" { a href=(HERE.agency(view, &model.agency.code)) { (model.agency.name) } }
                (figure(view, model))
                @if view.audience == Audience::Internal { (records_links(view, model)) }
            }
            section.card.course aria-labelledby="course" {
                h2 id="course" { (view.say("Diễn biến", "Course")) }
                (trend(view, view.say("Giá trị qua các kỳ", "Value through the periods"), &model.trend, kind))
            }
            section.card.formula aria-labelledby="formula" {
                h2 id="formula" { (view.say("Cách tính", "How it is counted")) }
                (definition(view, model))
                (steps(view, &model.steps))
            }
        }
        @if view.audience == Audience::Internal { @if let Some(part) = &model.records { (records(view, part)) } }
        @if !model.targets.is_empty() {
            section.card aria-labelledby="targets" {
                h2 id="targets" { (view.say("Mục tiêu", "Targets")) }
                div.targets {
                    @for (number, target) in (1_u32..).zip(&model.targets) { (aim(view, number, target, kind)) }
                }
            }
        }
        section.card aria-labelledby="agencies" {
            h2 id="agencies" { (view.say("Các cơ quan", "Agencies")) " (" (ordinal(model.agencies.len(), view.language)) ")" }
            (agencies(view, model))
        }
        section.card aria-labelledby="restatements" {
            h2 id="restatements" { (view.say("Đính chính sau công bố", "Restatements after publication")) }
            (restatements(view, model))
        }
    };
    let head = format!("{} {} · {}", view.say("Chỉ số", "Indicator"), model.code, view.text(&model.group));
    let title = view.text(&model.name);
    page(view, &model.scope, &Framed { place: HERE, kind: Some(&head), title, class: "indicator", content })
}

fn figure(view: &View, model: &IndicatorPage) -> Markup {
    let language = view.language;
    let Outcome { numerator, denominator, value: of, points: given, not_measured: reason } = &model.outcome;
    html! {
        p.total {
            @if let Some(of) = of { strong { (value(of, model.is_ratio, language)) } @if !model.is_ratio { " " span.of { (view.text(&model.unit)) } } }
            @else { strong.unmeasured { (view.say("Chưa đo được", "Not measured")) } }
        }
        @if let Some(reason) = reason { p { (not_measured(view, reason)) } }
        dl.facts {
            @if let Some(numerator) = numerator {
                dt { (view.say("Tử số", "Numerator")) } dd { (plain(numerator, language)) " " span.of { (view.text(&model.unit)) } }
            }
            @if let Some(denominator) = denominator {
                dt { (view.say("Mẫu số", "Denominator")) } dd { (plain(denominator, language)) " " span.of { (view.text(&model.unit)) } }
            }
            dt { (view.say("Điểm", "Points")) }
            dd {
                @if model.maximum.is_zero() { (view.say("không tính điểm", "without points")) }
                @else { b { (points(given.as_ref(), language)) } span.of { " / " (plain(&model.maximum, language)) } }
            }
        }
    }
}

fn definition(view: &View, model: &IndicatorPage) -> Markup {
    html! {
        p.rule { (view.text(&model.formula)) }
        @if !model.terms.is_empty() {
            dl.facts.terms { @for term in &model.terms {
                dt { code { (term.code) } }
                dd { (view.text(&term.name)) ": " b { (term.value.as_ref().map_or_else(|| NONE.to_owned(), |value| plain(value, view.language))) } }
            } }
        }
        dl.facts {
            dt { (view.say("Nguồn", "Source")) } dd { (model.source) }
            dt { (view.say("Chiều tốt", "Better")) }
            dd { @if model.less_is_better { (view.say("càng thấp càng tốt", "less is better")) } @else { (view.say("càng cao càng tốt", "more is better")) } }
            @if let Some(variant) = &model.variant { dt { (view.say("Cách chấm", "Variant")) } dd { (view.text(variant)) } }
        }
        @if let Some(note) = &model.note { p.hint { (view.text(note)) } }
    }
}

fn steps(view: &View, steps: &[Said]) -> Markup {
    html! {
        @if !steps.is_empty() {
            h3 { (view.say("Từng bước", "Step by step")) }
            ol.steps { @for step in steps {
                li { (view.text(&step.text)) @if let Some(result) = &step.result { " " b { "= " (plain(result, view.language)) } } }
            } }
        }
    }
}

fn aim(view: &View, number: u32, target: &TargetLine, kind: Kind) -> Markup {
    let written = |number: &Exact| value(number, kind == Kind::Ratio, view.language);
    let title = format!("{} {}", view.say("Lộ trình", "The way,"), long(target.period, view.language));
    html! {
        div.target {
            h3 { (long(target.period, view.language)) " " (target_mark(view, target.state)) }
            dl.facts {
                dt { (view.say("Mục tiêu", "Target")) } dd { b { (written(&target.target)) } " " (view.say("đến", "by")) " " (day(target.period.last_day(), view.language)) }
                dt { (view.say("Hiện tại", "Now")) } dd { @if let Some(value) = &target.value { b { (written(value)) } } @else { (view.say("chưa đo được", "not measured")) } }
                dt { (view.say("Cần đạt hôm nay", "Due today")) } dd { (written(&target.expected)) }
                dt { (view.say("Xuất phát", "Start")) } dd { (written(&target.start)) }
                dt { (view.say("Căn cứ", "Set by")) } dd { (target.legal_source) }
            }
            (way(view, &format!("target-{number}"), &title, target, kind))
        }
    }
}

fn agencies(view: &View, model: &IndicatorPage) -> Markup {
    let language = view.language;
    html! {
        @if model.agencies.is_empty() { p.empty { (view.say("Chưa có số liệu.", "No data yet.")) } }
        @else {
            table.ranking {
                caption.sr { (view.say("Chỉ số này ở các cơ quan", "This indicator at the agencies")) }
                thead { tr {
                    th scope="col" { (view.say("Cơ quan", "Agency")) }
                    @if model.is_ratio {
                        th.number scope="col" { (view.say("Tử số", "Numerator")) }
                        th.number scope="col" { (view.say("Mẫu số", "Denominator")) }
                    }
                    th.number scope="col" { (view.say("Giá trị", "Value")) }
                    th.number scope="col" { (view.say("Điểm", "Points")) }
                } }
                tbody { @for line in &model.agencies { (agency(view, model, line)) } }
            }
            @if !model.maximum.is_zero() { p.hint { (view.say("Điểm tối đa: ", "Maximum: ")) (plain(&model.maximum, language)) } }
        }
    }
}

fn agency(view: &View, model: &IndicatorPage, line: &AgencyOutcome) -> Markup {
    let language = view.language;
    let AgencyOutcome { agency, outcome } = line;
    let part = |number: Option<&Exact>| number.map_or_else(|| NONE.to_owned(), |number| plain(number, language));
    let address = view.this_page(&[("agency", &agency.code)]);
    html! {
        tr.chosen[*agency == model.agency] {
            th scope="row" {
                a href=(address) aria-current=[(*agency == model.agency).then_some("true")] { (agency.name) }
                @if let Some(reason) = &outcome.not_measured { " " span.why { (view.text(reason)) } }
            }
            @if model.is_ratio {
                td.number.numerator { (part(outcome.numerator.as_ref())) }
                td.number.denominator { (part(outcome.denominator.as_ref())) }
            }
            td.number.value { @if let Some(of) = &outcome.value { (value(of, model.is_ratio, language)) } @else { (NONE) } }
            td.number.points { b { (points(outcome.points.as_ref(), language)) } }
        }
    }
}

fn restatements(view: &View, model: &IndicatorPage) -> Markup {
    let written =
        |number: Option<&Exact>| number.map_or_else(|| NONE.to_owned(), |number| plain(number, view.language));
    html! {
        @if model.restatements.is_empty() { p.empty { (view.say("Không có đính chính nào.", "Nothing was restated.")) } }
        @else {
            table.log {
                caption.sr { (view.say("Đính chính, mới nhất trước", "Restatements, the newest first")) }
                thead { tr {
                    th scope="col" { (view.say("Lúc", "When")) }
                    th scope="col" { (view.say("Cơ quan", "Agency")) }
                    th scope="col" { (view.say("Số liệu", "Figure")) }
                    th.number scope="col" { (view.say("Đã công bố", "Published")) }
                    th.number scope="col" { (view.say("Hiện tại", "Now")) }
                    th scope="col" { (view.say("Lý do", "Reason")) }
                } }
                tbody { @for Restatement { at, agency, figure, old, new, reason, event } in &model.restatements {
                    tr {
                        td.at { (instant(*at, view.language)) }
                        th scope="row" { (agency.name) }
                        td { (view.text(figure)) }
                        td.number { s { (written(old.as_ref())) } }
                        td.number { b { (written(new.as_ref())) } }
                        td.reason { (view.text(reason)) " " code { (event) } }
                    }
                } }
            }
        }
    }
}
