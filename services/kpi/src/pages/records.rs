//! The drill-down: the records behind a figure, page by page. Only for callers with a token.

use maud::{Markup, html};

use super::models::{IndicatorPage, Part, Records, Term};
use super::numbers::{NONE, count, day, ordinal};
use super::view::View;

/// The ways to the records behind each term that has any.
pub(super) fn records_links(view: &View, model: &IndicatorPage) -> Markup {
    let shown = model.records.as_ref().map(|records| (records.measure.as_str(), records.part));
    let listed: Vec<&Term> = model.terms.iter().filter(|term| !term.lists.is_empty()).collect();
    html! {
        @if !listed.is_empty() {
            nav.parts aria-label=(view.say("Hồ sơ đằng sau con số", "The records behind the figure")) {
                (view.say("Danh sách:", "Lists:"))
                ul { @for term in listed { @for part in &term.lists {
                    li { a href=(address(view, &term.code, *part, None)) aria-current=[(shown == Some((&term.code, *part))).then_some("true")] {
                        (view.text(&term.name)) @if *part == Part::Excluded { " – " (left_out(view)) }
                    } }
                } } }
            }
        }
    }
}

fn left_out(view: &View) -> &'static str {
    view.say("không được tính", "not counted")
}

fn address(view: &View, measure: &str, part: Part, after: Option<&str>) -> String {
    let mut query = vec![("measure", measure), ("part", part.as_str())];
    query.extend(after.map(|after| ("after", after)));
    format!("{}#records", view.this_page(&query))
}

/// A page of records.
pub(super) fn records(view: &View, records: &Records) -> Markup {
    let Records { measure, name, part, total, of_single, lines, is_first, next } = records;
    html! {
        section.card aria-labelledby="records" {
            h2 id="records" { (view.text(name)) @if *part == Part::Excluded { " – " (left_out(view)) } ": " (count(Some(*total), view.language)) }
            @if !of_single {
                p.hint { (view.say(
                    "Con số này không đếm từng bản ghi: giá trị trùng nhau tính một lần, hoặc giá trị được cộng lại. Danh sách có mọi bản ghi làm nên con số.",
                    "This figure counts no single records: equal values count once, or values are summed. The list has every record it is made of.",
                )) }
            }
            @if lines.is_empty() { p.empty { (view.say("Không có bản ghi nào.", "There are no records.")) } }
            @else {
                table.log {
                    caption.sr { (view.say("Các bản ghi được đếm, và lý do", "The records that are counted, and why")) }
                    thead { tr {
                        th scope="col" { (view.say("Mã", "Code")) }
                        th scope="col" { (view.say("Cơ quan", "Agency")) }
                        th scope="col" { (view.say("Ngày", "Day")) }
                        th scope="col" { (view.say("Lý do", "Reason")) }
                    } }
                    tbody { @for line in lines {
                        tr {
                            th.code scope="row" { (line.code) }
                            td { (line.agency.name) }
                            td { @if let Some(on) = line.on { (day(on, view.language)) } @else { (NONE) } }
                            td.reason { (view.text(&line.reason)) }
                        }
                    } }
                }
            }
            nav.pager aria-label=(view.say("Các trang của danh sách", "Pages of the list")) {
                @if !is_first { a href=(address(view, measure, *part, None)) { "« " (view.say("Trang đầu", "First page")) } }
                @if *of_single { span { (ordinal(lines.len(), view.language)) " / " (count(Some(*total), view.language)) } }
                @if let Some(next) = next { a rel="next" href=(address(view, measure, *part, Some(next))) { (view.say("Trang sau", "Next page")) " »" } }
            }
        }
    }
}
