//! Lines through time: values with their gaps, and the way to a target.

use std::ops::Range;

use motcua_kernel::text::Language;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, Circle, DrawingArea, DrawingAreaErrorKind, EmptyElement, IntoDrawingArea, IntoFont, PathElement,
    SVGBackend, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, TextStyle};

use super::{Ink, inside};
use crate::pages::numbers::punctuated;

/// Size of the drawing: that of a phone, so that its letters can be read there; larger screens draw it larger.
pub(in crate::pages) const SIZE: (u32, u32) = (300, 165);
const RIGHT: i32 = 284;
const TOP: i32 = 18;
const BOTTOM: i32 = 124;
const YEAR_LINE: i32 = 16;
const LETTERS: f64 = 14.0;
/// Room for a letter of that size in a wide font.
const LETTER: i32 = 9;
/// Between a name and its line.
const ASIDE: i32 = 7;
/// So many names stand side by side; of more, every second one is written.
const NAMES: usize = 7;
/// `plotters` divides the size of letters by this when it writes SVG.
const PLOTTERS_LETTERS: f64 = 1.24;
/// What is shown is at least this part of the greatest value: a change by a hundredth must not look like a fall.
const LEAST_SPAN: f64 = 0.05;
/// So many lines behind a chart, or a few more.
const STEPS: f64 = 4.0;

/// A line.
pub(in crate::pages) struct Line {
    /// Where it passes; no value where nothing was measured.
    pub points: Vec<(f64, Option<f64>)>,
    /// What its colour says.
    pub ink: Ink,
    /// Whether each point is marked.
    pub marked: bool,
    /// What is written at its last value.
    pub label: Option<String>,
}

/// A name on the axis of time.
pub(in crate::pages) struct Tick {
    /// Where.
    pub at: f64,
    /// The name.
    pub name: String,
    /// What stands below the first of several that share it: the year.
    pub below: Option<String>,
}

/// A chart of lines.
pub(in crate::pages) struct LineChart<'t> {
    /// The lines, the first at the back.
    pub lines: &'t [Line],
    /// The names on the axis of time.
    pub ticks: &'t [Tick],
    /// What follows a number on the axis of values: `%`.
    pub unit: &'t str,
    /// In which language numbers are written.
    pub language: Language,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Fault = DrawingAreaErrorKind<std::io::Error>;

impl LineChart<'_> {
    /// The drawing; none where no value is measured at all.
    pub(in crate::pages) fn drawing(&self) -> Option<String> {
        let values: Vec<f64> = self.points().filter_map(|(_, value)| value).collect();
        let scale = Scale::around(&values)?;
        let (first, last) = bounds(self.points().map(|(at, _)| at).chain(self.ticks.iter().map(|tick| tick.at)))?;
        let mut svg = String::new();
        let names = scale.steps().map(|value| self.written(&scale, value).chars().map(width).sum::<i32>()).max();
        let left = ASIDE + names.unwrap_or_default();
        // Drawings count from the top down, values from below.
        let upwards = Range { start: BOTTOM, end: TOP };
        let plane = Cartesian2d::new(first..last, scale.low..scale.high, (left..RIGHT, upwards));
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area().apply_coord_spec(plane);
        let drawn = self.draw(&area, &scale, (first, last));
        drop(area);
        inside(drawn, &svg)
    }

    /// The names that are written: the last one is always among them.
    fn shown(&self) -> impl Iterator<Item = &Tick> {
        let every = self.ticks.len().div_ceil(NAMES).max(1);
        let skipped = self.ticks.len().saturating_sub(1) % every;
        self.ticks.iter().skip(skipped).step_by(every)
    }

    fn written(&self, scale: &Scale, value: f64) -> String {
        format!("{}{}", scale.written(value, self.language), self.unit)
    }

    fn points(&self) -> impl Iterator<Item = (f64, Option<f64>)> {
        self.lines.iter().flat_map(|line| line.points.iter().copied())
    }

    fn draw(&self, area: &Area<'_>, scale: &Scale, (first, last): (f64, f64)) -> Result<(), Fault> {
        for value in scale.steps() {
            area.draw(&PathElement::new([(first, value), (last, value)], Ink::Grid.color().stroke_width(1)))?;
            let name = self.written(scale, value);
            let at = EmptyElement::at((first, value));
            area.draw(&(at + Text::new(name, (-ASIDE, 0), letters(HPos::Right, VPos::Center))))?;
        }
        let mut above = None;
        let shown: Vec<&Tick> = self.shown().collect();
        for (number, tick) in shown.iter().enumerate() {
            let name = |text: &str, down: i32| {
                let at = EmptyElement::at((tick.at, scale.low));
                at + Text::new(text.to_owned(), (0, down), letters(HPos::Center, VPos::Top))
            };
            area.draw(&name(&tick.name, ASIDE))?;
            // One alone has no room for it before the next begins.
            let next = shown.get(number + 1).map(|next| &next.below);
            let begins = tick.below != above && next.is_none_or(|next| *next == tick.below);
            if let Some(below) = tick.below.as_ref().filter(|_| begins) {
                area.draw(&name(below, ASIDE + YEAR_LINE))?;
            }
            above.clone_from(&tick.below);
        }
        for line in self.lines {
            draw_line(area, line, scale)?;
        }
        area.present()
    }
}

fn draw_line(area: &Area<'_>, line: &Line, scale: &Scale) -> Result<(), Fault> {
    for (at, _) in line.points.iter().filter(|(_, value)| value.is_none()) {
        area.draw(&PathElement::new([(*at, scale.low), (*at, scale.high)], Ink::Gap.color().stroke_width(1)))?;
    }
    for run in line.points.split(|(_, value)| value.is_none()) {
        let run: Vec<(f64, f64)> = run.iter().filter_map(|(at, value)| Some((*at, (*value)?))).collect();
        if run.len() > 1 {
            area.draw(&PathElement::new(run.clone(), line.ink.color().stroke_width(3)))?;
        }
        if line.marked {
            for point in run {
                area.draw(&Circle::new(point, 4, line.ink.color().filled()))?;
            }
        }
    }
    let mut backwards = line.points.iter().rev().filter_map(|(at, value)| Some((*at, (*value)?)));
    if let (Some(last), before, Some(label)) = (backwards.next(), backwards.next(), &line.label) {
        // On the side that the line does not come from.
        let falls = before.is_some_and(|(_, value)| value > last.1);
        let (side, away) = if falls { (VPos::Top, 10) } else { (VPos::Bottom, -8) };
        let style = TextStyle { color: line.ink.color().to_backend_color(), ..letters(HPos::Right, side) };
        area.draw(&(EmptyElement::at(last) + Text::new(label.clone(), (8, away), style)))?;
    }
    Ok(())
}

/// The room that a letter of a number takes.
fn width(letter: char) -> i32 {
    if letter == '%' { 2 * LETTER } else { LETTER }
}

fn letters(horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    let font = ("sans-serif", LETTERS * PLOTTERS_LETTERS).into_font();
    font.color(&Ink::Text.color()).pos(Pos::new(horizontal, vertical))
}

/// From the least to the greatest, a little apart where there is only one.
fn bounds(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) = numbers.fold(None, |bounds, number| {
        Some(bounds.map_or((number, number), |(low, high): (f64, f64)| (low.min(number), high.max(number))))
    })?;
    Some(if high > low { (low, high) } else { (low - 1.0, high + 1.0) })
}

/// An axis of values with round steps.
struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    /// Around values: it need not begin at 0, for a line is read by its slope.
    fn around(values: &[f64]) -> Option<Self> {
        let (low, high) = bounds(values.iter().copied())?;
        // Downwards, because what is a share has nothing above 100 %.
        let low = low.min(high - high.abs() * LEAST_SPAN);
        let rough = (high - low) / STEPS;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|step| step * power).into_iter().find(|step| *step >= rough)?;
        let floor = (low / step).floor() * step;
        // What is never below 0 has no axis below 0.
        let floor = if values.iter().all(|value| *value >= 0.0) { floor.max(0.0) } else { floor };
        Some(Self { low: floor, high: (high / step).ceil() * step, step })
    }

    fn steps(&self) -> impl Iterator<Item = f64> {
        let end = self.high + self.step / 2.0;
        std::iter::successors(Some(self.low), |value| Some(value + self.step)).take_while(move |value| *value < end)
    }

    fn written(&self, value: f64, language: Language) -> String {
        let decimals = match self.step {
            step if step >= 1.0 => 0,
            step if step >= 0.1 => 1,
            step if step >= 0.01 => 2,
            _ => 4,
        };
        // A step back to 0 by addition may end a hair below it.
        let value = if value.abs() < self.step / 2.0 { 0.0 } else { value };
        punctuated(&format!("{value:.decimals$}"), language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(values: &[f64]) -> Vec<String> {
        let scale = Scale::around(values).unwrap();
        scale.steps().map(|value| scale.written(value, Language::Vietnamese)).collect()
    }

    #[test]
    fn an_axis_has_round_steps() {
        assert_eq!(steps(&[71.2, 84.9]), ["70", "75", "80", "85"]);
        assert_eq!(steps(&[0.0, 1200.0]), ["0", "500", "1.000", "1.500"]);
        assert_eq!(steps(&[0.12, 0.31]), ["0,10", "0,15", "0,20", "0,25", "0,30", "0,35"]);
        assert_eq!(steps(&[83.59, 83.63]), ["78", "80", "82", "84"], "small changes look small");
        assert_eq!(steps(&[100.0, 99.99]), ["94", "96", "98", "100"]);
        assert_eq!(steps(&[50.0]), ["48", "49", "50", "51"]);
        assert_eq!(steps(&[0.0]), ["0,0", "0,5", "1,0"]);
        assert!(Scale::around(&[]).is_none());
    }

    fn drawn(values: &[Option<f64>]) -> Option<String> {
        let mut at = 0.0;
        let points = values.iter().map(|value| {
            at += 1.0;
            (at, *value)
        });
        let line = Line { points: points.collect(), ink: Ink::Value, marked: true, label: Some("12,5".to_owned()) };
        let chart = LineChart { lines: &[line], ticks: &[], unit: "", language: Language::Vietnamese };
        chart.drawing()
    }

    #[test]
    fn of_many_names_every_second_is_written_and_a_year_where_it_has_room() {
        let tick = |at: f64, name: &str, year: &str| Tick { at, name: name.to_owned(), below: Some(year.to_owned()) };
        let mut ticks = vec![tick(0.0, "T12", "2025")];
        ticks.extend((1_u32..12).map(|month| tick(f64::from(month), &format!("T{month}"), "2026")));
        let line =
            Line { points: vec![(0.0, Some(1.0)), (11.0, Some(2.0))], ink: Ink::Value, marked: true, label: None };
        let drawn = |ticks: &[Tick]| {
            LineChart { lines: std::slice::from_ref(&line), ticks, unit: "%", language: Language::Vietnamese }.drawing()
        };
        let drawing = drawn(&ticks).unwrap();
        for (name, written) in [(">T11<", 1), (">T1<", 1), (">T10<", 0), (">T12<", 0), (">2026<", 1), (">2025<", 0)] {
            assert_eq!(drawing.matches(name).count(), written, "{name}");
        }
        let few = drawn(&ticks[..3]).unwrap();
        for (name, written) in [(">T12<", 1), (">T1<", 1), (">T2<", 1), (">2025<", 0), (">2026<", 1)] {
            assert_eq!(few.matches(name).count(), written, "{name}");
        }
    }

    #[test]
    fn a_line_is_broken_where_nothing_was_measured() {
        let whole = drawn(&[Some(1.0), Some(2.0), Some(3.0)]).unwrap();
        let count = |drawing: &str, what: &str| drawing.matches(what).count();
        let value = format!("stroke=\"{}\" stroke-width=\"3\"", Ink::Value.written());
        assert_eq!((count(&whole, &value), count(&whole, "<circle")), (1, 3));
        let broken = drawn(&[Some(1.0), Some(2.0), None, Some(3.0), Some(4.0)]).unwrap();
        assert_eq!((count(&broken, &value), count(&broken, "<circle")), (2, 4));
        assert_eq!(count(&broken, &Ink::Gap.written()), 1);
        let alone = drawn(&[None, Some(2.0), None]).unwrap();
        assert_eq!((count(&alone, &value), count(&alone, "<circle")), (0, 1));
        assert_eq!(drawn(&[None, None]), None, "nothing is drawn of nothing");
    }
}
