//! The operations centre: a province at a glance. What leaders look at stands first and is read from three metres on a wall
//! screen; the whole ranking follows below.

use maud::{Markup, html};

use super::frame::{Framed, page};
use super::models::{OperationsPage, RankedAgency};
use super::numbers::{NONE, count, ordinal, points};
use super::parts::{Waiting, alerts, backlog, class_mark, fields, groups, movement, total, waiting, waiting_legend};
use super::trend::{Kind, trend};
use super::view::{Place, View};

const HERE: Place = Place::OPERATIONS;
/// So many agencies stand at the head and at the end of the ranking on the first screen.
const HEAD: usize = 5;
const TAIL: usize = 3;
/// So many fields and agencies with the most overdue stand there.
const WORST: usize = 5;

/// The page of the operations centre.
#[must_use]
pub fn operations_page(view: &View, model: &OperationsPage) -> String {
    let title = format!("{} {}", view.say("Trung tâm điều hành", "Operations centre:"), model.province.name);
    let content = html! {
        div.wall {
            div {
                section.card.headline aria-labelledby="score" {
                    h2 id="score" { (view.say("Điểm toàn tỉnh", "The province's points")) }
                    (total(view, &model.total, model.class.as_ref()))
                    (groups(view, model.groups.iter()))
                    p.more { a href=(HERE.agency(view, &model.province.code)) { (view.say("Phiếu điểm của tỉnh", "The province's scorecard")) } }
                }
            }
            div {
                section.card aria-labelledby="course" {
                    h2 id="course" { (view.say("Diễn biến", "Course")) }
                    (trend(view, view.say("Điểm toàn tỉnh qua các kỳ", "The province's points through the periods"), &model.trend, Kind::Points))
                }
                section.card aria-labelledby="fields" {
                    h2 id="fields" { (view.say("Quá hạn theo lĩnh vực", "Overdue by field")) }
                    (fields(view, &model.fields, WORST))
                }
            }
            div {
                section.card aria-labelledby="waits" {
                    h2 id="waits" { (view.say("Tồn đọng và quá hạn", "Backlog and overdue")) }
                    (backlog(view, &model.backlog))
                    h3 { (view.say("Cơ quan quá hạn nhiều nhất", "Agencies with the most overdue")) }
                    (worst(view, &model.ranking))
                    @if let Some(open) = model.alerts.as_ref().map(|list| list.total).filter(|total| *total > 0) {
                        p.more { a href="#alerts" {
                            (view.say("Cảnh báo chưa kết thúc: ", "Alerts not over: ")) (count(Some(open), view.language))
                        } }
                    }
                }
            }
            div {
                section.card aria-labelledby="first" {
                    h2 id="first" { (view.say("Xếp hạng", "Ranking")) }
                    (ends(view, &model.ranking))
                }
            }
        }
        (alerts(view, model.alerts.as_ref(), None, HERE))
        section.card aria-labelledby="ranking" {
            h2 id="ranking" { (view.say("Toàn bộ xếp hạng", "The whole ranking")) " (" (ordinal(model.ranking.len(), view.language)) ")" }
            (ranking(view, &model.ranking))
        }
    };
    page(view, &model.scope, &Framed { place: HERE, kind: None, title: &title, class: "operations", content })
}

/// The head and the end of the ranking.
fn ends(view: &View, ranking: &[RankedAgency]) -> Markup {
    let ranked: Vec<&RankedAgency> = ranking.iter().filter(|one| one.rank.is_ok()).collect();
    let (head, rest) = ranked.split_at_checked(HEAD).unwrap_or((&ranked, &[]));
    let tail = rest.split_at_checked(rest.len().saturating_sub(TAIL)).map_or(rest, |(_, tail)| tail);
    html! {
        @if head.is_empty() { p.empty { (view.say("Chưa cơ quan nào được xếp hạng.", "No agency is ranked yet.")) } }
        @else {
            (podium(view, view.say("Dẫn đầu", "At the head"), head))
            @if !tail.is_empty() { (podium(view, view.say("Cuối bảng", "At the end"), tail)) }
        }
    }
}

/// A name as a wall has room for it: people's committees (Ủy ban nhân dân) go by the letters that everybody knows.
pub(crate) fn brief(name: &str) -> String {
    name.strip_prefix("Ủy ban nhân dân ").map_or_else(|| name.to_owned(), |place| format!("UBND {place}"))
}

fn podium(view: &View, caption: &str, agencies: &[&RankedAgency]) -> Markup {
    html! {
        table.podium {
            caption { (caption) }
            thead.sr { tr {
                th scope="col" { (view.say("Hạng", "Rank")) }
                th scope="col" { (view.say("Cơ quan, xếp loại", "Agency, class")) }
                th scope="col" { (view.say("Điểm", "Points")) }
                th scope="col" { (view.say("Thay đổi", "Movement")) }
            } }
            tbody { @for one in agencies {
                tr {
                    td.rank { @if let Ok(rank) = one.rank { (ordinal(rank, view.language)) } }
                    th scope="row" {
                        a href=(HERE.agency(view, &one.agency.code)) { (brief(&one.agency.name)) }
                        @if one.class.is_some() { " " (class_mark(view, one.class.as_ref())) }
                    }
                    td.number { (points(one.points.as_ref(), view.language)) }
                    td.moved { (movement(view, one.movement)) }
                }
            } }
        }
    }
}

fn worst(view: &View, ranking: &[RankedAgency]) -> Markup {
    let mut late: Vec<&RankedAgency> =
        ranking.iter().filter(|one| one.backlog.overdue.is_some_and(|overdue| overdue > 0)).collect();
    late.sort_by_key(|one| std::cmp::Reverse(one.backlog.overdue));
    late.truncate(WORST);
    let lines: Vec<Waiting<'_>> = late
        .iter()
        .map(|one| Waiting {
            name: html! { a href=(HERE.agency(view, &one.agency.code)) { (brief(&one.agency.name)) } },
            backlog: &one.backlog,
        })
        .collect();
    let counted = ranking.iter().any(|one| one.backlog.overdue.is_some());
    html! {
        @if !lines.is_empty() {
            (waiting(view, view.say("Cơ quan quá hạn nhiều nhất", "Agencies with the most overdue"), view.say("Cơ quan", "Agency"), &lines))
            (waiting_legend(view))
        } @else if counted { p.empty { (view.say("Không cơ quan nào có hồ sơ quá hạn.", "No agency has an overdue dossier.")) } }
        @else { p.empty { (view.say("Chưa có số liệu.", "No data yet.")) } }
    }
}

/// Every agency.
fn ranking(view: &View, ranking: &[RankedAgency]) -> Markup {
    let language = view.language;
    html! {
        table.ranking {
            caption.sr { (view.say("Xếp hạng các cơ quan", "Ranking of agencies")) }
            thead { tr {
                th.rank scope="col" { (view.say("Hạng", "Rank")) }
                th scope="col" { (view.say("Cơ quan", "Agency")) }
                th.number scope="col" { (view.say("Điểm", "Points")) }
                th.moved scope="col" { "±" span.sr { (view.say("Thay đổi so với kỳ trước", "Movement since the period before")) } }
                th scope="col" { (view.say("Xếp loại", "Class")) }
                th.number scope="col" { (view.say("Đang giải quyết", "In process")) }
                th.number scope="col" { (view.say("Quá hạn", "Overdue")) }
            } }
            tbody { @for one in ranking {
                tr {
                    td.rank { @match &one.rank { Ok(rank) => (ordinal(*rank, language)), Err(_) => (NONE) } }
                    th scope="row" {
                        a href=(HERE.agency(view, &one.agency.code)) { (one.agency.name) }
                        @if let Err(reason) = &one.rank { " " span.why { (view.text(reason)) } }
                    }
                    td.number { (points(one.points.as_ref(), language)) }
                    td.moved { (movement(view, one.movement)) }
                    td.mark { (class_mark(view, one.class.as_ref())) }
                    td.number.open { (count(one.backlog.open, language)) }
                    td.number.late.alarm[one.backlog.overdue.is_some_and(|overdue| overdue > 0)] { (count(one.backlog.overdue, language)) }
                }
            } }
        }
    }
}
