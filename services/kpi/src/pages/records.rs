//! The drill-down: the records behind a figure, page by page. Only for callers with a token.

use maud::{Markup, html};

use super::models::{IndicatorPage, RecordPart, Records};
use super::numbers::{NONE, count, day, ordinal};
use super::view::View;

const PARTS: [RecordPart; 3] = [RecordPart::Numerator, RecordPart::Denominator, RecordPart::Excluded];

impl RecordPart {
    /// The word as the address has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Excluded => "excluded",
        }
    }

    fn name(self, view: &View) -> &'static str {
        match self {
            Self::Numerator => view.say("Tử số", "Numerator"),
            Self::Denominator => view.say("Mẫu số", "Denominator"),
            Self::Excluded => view.say("Không được tính vào tử số", "Left out of the numerator"),
        }
    }
}

/// The ways to the records of each part.
pub(super) fn records_links(view: &View, model: &IndicatorPage) -> Markup {
    let shown = model.records.as_ref().map(|records| records.part);
    html! {
        nav.parts aria-label=(view.say("Hồ sơ đằng sau con số", "The records behind the figure")) {
            (view.say("Danh sách: ", "Lists: "))
            @for part in PARTS {
                a href={ (view.this_page(&[("part", part.as_str())])) "#records" } aria-current=[(shown == Some(part)).then_some("true")] { (part.name(view)) }
                " "
            }
        }
    }
}

/// A page of records.
pub(super) fn records(view: &View, records: &Records) -> Markup {
    let Records { part, total, lines, is_first, next } = records;
    let address = |after: &str| format!("{}#records", view.this_page(&[("part", part.as_str()), ("after", after)]));
    html! {
        section.card aria-labelledby="records" {
            h2 id="records" { (part.name(view)) ": " (count(Some(*total), view.language)) }
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
                @if !is_first { a href=(address("")) { "« " (view.say("Trang đầu", "First page")) } }
                span { (ordinal(lines.len(), view.language)) " / " (count(Some(*total), view.language)) }
                @if let Some(next) = next { a rel="next" href=(address(next)) { (view.say("Trang sau", "Next page")) " »" } }
            }
        }
    }
}
