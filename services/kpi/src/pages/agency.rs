//! The page of an agency: its scorecard (phiếu điểm) by group and indicator, where it stands, and what waits there.

use maud::{Markup, html};

use super::frame::{Framed, page};
use super::models::{AgencyPage, GroupCard, IndicatorLine, Score};
use super::numbers::{NONE, drawn, ordinal, plain, points, value};
use super::parts::{alerts, backlog, bar, fields, groups, movement, not_measured, target_mark, total};
use super::trend::{Kind, trend};
use super::view::{Place, View};

const HERE: Place = Place::AGENCY;
/// So many fields stand beside the rest.
const FIELDS: usize = 5;

/// The page of an agency.
#[must_use]
pub fn agency_page(view: &View, model: &AgencyPage) -> String {
    let content = html! {
        div.columns {
            section.card.headline aria-labelledby="score" {
                h2 id="score" { (view.say("Điểm", "Points")) }
                (total(view, &model.total, model.class.as_ref()))
                (rank(view, model))
                (groups(view, model.groups.iter().map(|card| &card.group)))
            }
            section.card.course aria-labelledby="course" {
                h2 id="course" { (view.say("Diễn biến", "Course")) }
                (trend(view, view.say("Điểm qua các kỳ", "Points through the periods"), &model.trend, Kind::Points))
            }
            section.card.waits aria-labelledby="waits" {
                h2 id="waits" { (view.say("Tồn đọng và quá hạn", "Backlog and overdue")) }
                (backlog(view, &model.backlog))
                h3 { (view.say("Theo lĩnh vực", "By field")) }
                (fields(view, &model.fields, FIELDS))
            }
        }
        (alerts(view, model.alerts.as_ref(), Some(&model.agency.code), HERE))
        section.card aria-labelledby="scorecard" {
            h2 id="scorecard" { (view.say("Phiếu điểm", "Scorecard")) }
            @for card in &model.groups { (group(view, model, card)) }
        }
    };
    let kind = format!("{} {}", view.say("Cơ quan", "Agency"), model.agency.code);
    let framed = Framed { place: HERE, kind: Some(&kind), title: &model.agency.name, class: "agency", content };
    page(view, &model.scope, &framed)
}

fn rank(view: &View, model: &AgencyPage) -> Markup {
    html! {
        @match &model.rank {
            Some(Ok(rank)) => p.standing {
                (view.say("Hạng ", "Rank ")) b { (ordinal(*rank, view.language)) }
                " / " (ordinal(model.ranked, view.language)) " " (movement(view, model.movement))
            },
            Some(Err(reason)) => p.standing { (view.say("Không xếp hạng: ", "Not ranked: ")) (view.text(reason)) },
            None => {},
        }
    }
}

fn group(view: &View, model: &AgencyPage, card: &GroupCard) -> Markup {
    let language = view.language;
    let longest = card.indicators.iter().map(|line| drawn(&line.maximum)).fold(0.0, f64::max);
    let GroupCard { group, indicators } = card;
    html! {
        table.scorecard {
            caption {
                b { (view.text(&group.name)) } " "
                @if group.score.points.is_some() {
                    (points(group.score.points.as_ref(), language)) " / " (plain(&group.score.maximum, language))
                } @else {
                    span.unmeasured { (view.say("chưa đo được", "not measured")) } " / " (plain(&group.score.maximum, language))
                }
            }
            thead { tr {
                th scope="col" { (view.say("Số", "No.")) }
                th scope="col" { (view.say("Chỉ số", "Indicator")) }
                th.number scope="col" { (view.say("Giá trị", "Value")) }
                th.number scope="col" { (view.say("Điểm", "Points")) }
                th.drawing scope="col" { span.sr { (view.say("Biểu đồ", "Chart")) } }
            } }
            tbody { @for line in indicators { (indicator(view, model, line, longest)) } }
        }
    }
}

fn indicator(view: &View, model: &AgencyPage, line: &IndicatorLine, longest: f64) -> Markup {
    let language = view.language;
    let outcome = &line.outcome;
    let is_told = line.maximum.is_zero();
    let measured_maximum =
        if outcome.points.is_some() { line.maximum.clone() } else { crate::definitions::exact::Exact::zero() };
    let score = Score { points: outcome.points.clone(), measured_maximum, maximum: line.maximum.clone() };
    html! {
        tr {
            td.code { (line.code) }
            th scope="row" {
                a href=(HERE.indicator(view, &model.scope.set, &line.code, &model.agency.code)) { (view.text(&line.name)) }
                @if let Some(state) = line.target { " " (target_mark(view, state)) }
                @if let Some(reason) = &outcome.not_measured { (not_measured(view, reason)) }
            }
            td.number.value {
                @if let Some(number) = &outcome.value { (value(number, outcome.denominator.is_some(), language)) } @else { (NONE) }
                @if let (Some(numerator), Some(denominator)) = (&outcome.numerator, &outcome.denominator) {
                    span.of { " " (plain(numerator, language)) "/" (plain(denominator, language)) }
                }
            }
            td.number.points {
                @if is_told { span.of { (view.say("không tính điểm", "without points")) } }
                @else { b { (points(outcome.points.as_ref(), language)) } span.of { " / " (plain(&line.maximum, language)) } }
            }
            td.drawing { @if !is_told { (bar(&score, longest)) } }
        }
    }
}
