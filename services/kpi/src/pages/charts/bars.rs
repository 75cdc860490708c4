//! A bar against its maximum: what there is, what there could be, and what nobody measured.

use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea, Rectangle, SVGBackend};
use plotters::style::Color;

use super::{Ink, inside};

/// Width of the drawing: fine enough that a tenth of a per cent shows.
const WIDTH: u32 = 1000;
const LENGTH: f64 = 1000.0;
const HEIGHT: u32 = 24;
const BOTTOM: i32 = 24;

/// A bar.
#[derive(Debug, Clone, Copy)]
pub(in crate::pages) struct Bar {
    /// How far the value goes; none where there is no value.
    pub value: Option<f64>,
    /// How far the measured part could go.
    pub measured: f64,
    /// How far everything could go.
    pub maximum: f64,
    /// How far the longest of the bars beside it could go: all are drawn to one scale.
    pub longest: f64,
    /// What its colour says.
    pub ink: Ink,
}

impl Bar {
    /// The drawing. The numbers stand beside it in the same row, so it says nothing to who can't see it.
    pub(in crate::pages) fn markup(&self) -> Markup {
        let mut svg = String::new();
        let drawn = self.draw(&SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area());
        html! {
            @if let Some(drawing) = inside(drawn, &svg) {
                svg.bar viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" aria-hidden="true" {
                    (PreEscaped(drawing))
                }
            }
        }
    }

    fn draw(&self, area: &DrawingArea<SVGBackend, Shift>) -> Result<(), Fault> {
        let (measured, maximum) = (self.place(self.measured), self.place(self.maximum));
        if maximum > measured {
            area.draw(&Rectangle::new([(measured, 1), (maximum, BOTTOM - 1)], Ink::Gap.color().stroke_width(1)))?;
        }
        if measured > 0 {
            area.draw(&Rectangle::new([(0, 0), (measured, BOTTOM)], Ink::Track.color().filled()))?;
        }
        if let Some(value) = self.value {
            area.draw(&Rectangle::new([(0, 0), (self.place(value), BOTTOM)], self.ink.color().filled()))?;
        }
        area.present()
    }

    /// Where a number lies on the drawing.
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and the width")]
    fn place(&self, number: f64) -> i32 {
        if self.longest <= 0.0 {
            return 0;
        }
        (number / self.longest * LENGTH).round().clamp(0.0, LENGTH) as i32
    }
}

type Fault = DrawingAreaErrorKind<std::io::Error>;

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(value: Option<f64>, measured: f64) -> String {
        Bar { value, measured, maximum: 10.0, longest: 20.0, ink: Ink::Value }.markup().into_string()
    }

    #[test]
    fn what_is_not_measured_is_an_outline_and_never_a_bar_of_nothing() {
        let (value, track, gap) = (Ink::Value.written(), Ink::Track.written(), Ink::Gap.written());
        let none = bar(None, 0.0);
        assert!(
            none.contains(&format!("stroke=\"{gap}\"")) && !none.contains(&value) && !none.contains(&track),
            "{none}"
        );
        let half = bar(Some(5.0), 6.0);
        assert!(half.contains(&format!("width=\"250\" height=\"24\" opacity=\"1\" fill=\"{value}\"")), "{half}");
        assert!(half.contains(&format!("width=\"300\" height=\"24\" opacity=\"1\" fill=\"{track}\"")), "{half}");
        assert!(half.contains("x=\"300\"") && half.contains(&gap), "{half}");
        assert!(!bar(Some(0.0), 10.0).contains(&gap), "a value of 0 is measured");
    }
}
