//! The course of a figure through periods, and through the days of a target.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::charts::lines::{Line, LineChart, SIZE, Tick};
use super::charts::{Chart, Ink};
use super::models::{TargetLine, TrendPoint};
use super::numbers::{NONE, POINT_DECIMALS, day, drawn, fixed, value};
use super::parts::key;
use super::period_names::{long, month, short, year};
use super::view::View;
use crate::definitions::exact::Exact;

/// What the figures of a trend are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Points of a scorecard.
    Points,
    /// A ratio, drawn in per cent.
    Ratio,
    /// Any other value.
    Value,
}

impl Kind {
    fn written(self, number: &Exact, view: &View) -> String {
        match self {
            Self::Points => fixed(number, POINT_DECIMALS, view.language),
            Self::Ratio | Self::Value => value(number, self == Self::Ratio, view.language),
        }
    }

    fn drawn(self, number: &Exact) -> f64 {
        drawn(number) * if self == Self::Ratio { 100.0 } else { 1.0 }
    }

    fn unit(self) -> &'static str {
        if self == Self::Ratio { "%" } else { "" }
    }
}

/// The drawing of a course; none where nothing is measured.
fn drawing(view: &View, points: &[TrendPoint], kind: Kind) -> Option<String> {
    let places = || (0_u32..).map(f64::from);
    let line = Line {
        points: places()
            .zip(points)
            .map(|(at, point)| (at, point.value.as_ref().map(|value| kind.drawn(value))))
            .collect(),
        ink: Ink::Value,
        marked: true,
        label: points.last().and_then(|point| point.value.as_ref()).map(|value| kind.written(value, view)),
    };
    let name = |(at, point): (f64, &TrendPoint)| Tick {
        at,
        name: short(point.period, view.language),
        below: year(point.period).map(|year| year.to_string()),
    };
    let ticks: Vec<Tick> = places().zip(points).map(name).collect();
    LineChart { lines: &[line], ticks: &ticks, unit: kind.unit(), language: view.language }.drawing()
}

/// The course of points as a drawing of its own, for paper.
pub(crate) fn picture(points: &[TrendPoint]) -> Option<String> {
    let (width, height) = SIZE;
    let inside = drawing(&View::default(), points, Kind::Points)?;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">{inside}</svg>"
    ))
}

/// The course through periods.
pub(super) fn trend(view: &View, title: &str, points: &[TrendPoint], kind: Kind) -> Markup {
    if points.iter().all(|point| point.value.is_none()) {
        return html! { p.empty { (view.say("Chưa đo được ở kỳ nào.", "Not measured in any period.")) } };
    }
    let drawing = drawing(view, points, kind);
    let gaps = points.iter().any(|point| point.value.is_none());
    let description = described(view, points, kind);
    Chart {
        id: "trend",
        title,
        description: &description,
        size: SIZE,
        drawing,
        legend: html! {
            @if gaps {
                p.legend { (key("gap upright", view.say("kỳ chưa đo được", "period not measured"))) }
            }
        },
        summary: view.say("Bảng số liệu", "Figures"),
        table: html! {
            table.plain {
                caption.sr { (title) }
                thead { tr {
                    th scope="col" { (view.say("Kỳ", "Period")) }
                    th.number scope="col" { (view.say("Giá trị", "Value")) }
                } }
                tbody { @for point in points {
                    tr {
                        th scope="row" { (long(point.period, view.language)) }
                        td.number {
                            @if let Some(value) = &point.value { (kind.written(value, view)) }
                            @else { span.unmeasured { (view.say("chưa đo được", "not measured")) } }
                        }
                    }
                } }
            }
        },
    }
    .markup()
}

fn described(view: &View, points: &[TrendPoint], kind: Kind) -> String {
    let measured: Vec<(&TrendPoint, &Exact)> =
        points.iter().filter_map(|point| Some((point, point.value.as_ref()?))).collect();
    let (Some((first, from)), Some((last, to))) = (measured.first(), measured.last()) else {
        return String::new();
    };
    let (from, to) = (kind.written(from, view), kind.written(to, view));
    let (begin, end) = (long(first.period, view.language), long(last.period, view.language));
    format!("{begin}: {from}; {end}: {to}.")
}

/// The way to a target, and what there was on it.
pub(super) fn way(view: &View, id: &str, title: &str, target: &TargetLine, kind: Kind) -> Markup {
    let day_at = |on: NaiveDate| f64::from(on.num_days_from_ce());
    let (first, last) = (target.period.first_day(), target.period.last_day());
    let ends = (std::iter::once((first, &target.start)), std::iter::once((last, &target.target)));
    let way: Vec<(NaiveDate, &Exact)> =
        ends.0.chain(target.points.iter().map(|(on, value)| (*on, value))).chain(ends.1).collect();
    let lines = [
        Line {
            points: way.iter().map(|(on, value)| (day_at(*on), Some(kind.drawn(value)))).collect(),
            ink: Ink::Aim,
            marked: false,
            label: Some(kind.written(&target.target, view)),
        },
        Line {
            points: target.course.iter().map(|(on, value)| (day_at(*on), Some(kind.drawn(value)))).collect(),
            ink: Ink::Value,
            marked: true,
            label: None,
        },
    ];
    let ticks = months(first, last)
        .into_iter()
        .map(|on| Tick { at: day_at(on), name: month(on, view.language), below: None })
        .collect::<Vec<_>>();
    let drawing = LineChart { lines: &lines, ticks: &ticks, unit: kind.unit(), language: view.language }.drawing();
    let description = format!(
        "{} {} {} {}.",
        view.say("Mục tiêu", "Target"),
        kind.written(&target.target, view),
        view.say("vào", "on"),
        day(last, view.language)
    );
    let mut rows: Vec<(NaiveDate, Option<&Exact>, Option<&Exact>)> =
        way.iter().map(|(on, value)| (*on, Some(*value), None)).collect();
    rows.extend(target.course.iter().map(|(on, value)| (*on, None, Some(value))));
    rows.sort_by_key(|(on, ..)| *on);
    let cell = |number: Option<&Exact>| number.map_or_else(|| NONE.to_owned(), |number| kind.written(number, view));
    Chart {
        id,
        title,
        description: &description,
        size: SIZE,
        drawing,
        legend: html! {
            p.legend {
                (key("value line", view.say("thực hiện", "reached")))
                (key("aim line", view.say("lộ trình mục tiêu", "way to the target")))
            }
        },
        summary: view.say("Bảng số liệu", "Figures"),
        table: html! {
            table.plain {
                caption.sr { (title) }
                thead { tr {
                    th scope="col" { (view.say("Ngày", "Day")) }
                    th.number scope="col" { (view.say("Lộ trình", "Way")) }
                    th.number scope="col" { (view.say("Thực hiện", "Reached")) }
                } }
                tbody { @for (on, aim, reached) in rows {
                    tr {
                        th scope="row" { (day(on, view.language)) }
                        td.number { (cell(aim)) }
                        td.number { (cell(reached)) }
                    }
                } }
            }
        },
    }
    .markup()
}

/// The first days of the months between two days.
fn months(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    first.iter_days().take_while(|on| *on <= last).filter(|on| on.day() == 1).collect()
}
