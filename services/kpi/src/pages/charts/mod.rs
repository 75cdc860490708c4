//! Charts as SVG, made on the server by `plotters`, and the table behind each of them.
//!
//! `plotters` 0.3.7 (MIT) with nothing but its SVG backend: three small crates without fonts and system libraries, seconds
//! to compile. It is the crate that Rust's own benchmarks draw with, kept by many hands, if slowly released. `charts-rs`
//! 2.3 (Apache-2.0) is released monthly and draws whole charts, but brings 38,000 lines, a font and an unmaintained font
//! reader, and can't write a number on an axis with a decimal comma. `poloto` 19 and `kuva` 0.6 have neither the users nor
//! the free layers that a bar with a measured and an unmeasured maximum needs.
//!
//! A drawing is in plain colours, each of which has one meaning ([`Ink`]); the page's style turns them into those of the
//! reader's theme, so that one drawing serves light, dark and paper.

pub(super) mod bars;
pub(super) mod lines;

use maud::{Markup, PreEscaped, html};
use plotters::style::RGBColor;

/// What a colour of a drawing means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// A value.
    Value,
    /// A value that is a fault, as what is overdue.
    Alarm,
    /// What could be reached.
    Track,
    /// What could be reached, had it been measured; a period without figure.
    Gap,
    /// A target and the way to it.
    Aim,
    /// Lines behind a chart.
    Grid,
    /// Text.
    Text,
}

impl Ink {
    /// Every one, with the variable of the style that it becomes.
    const ALL: [(Self, &'static str); 7] = [
        (Self::Value, "--value"),
        (Self::Alarm, "--alarm"),
        (Self::Track, "--track"),
        (Self::Gap, "--gap"),
        (Self::Aim, "--aim"),
        (Self::Grid, "--grid"),
        (Self::Text, "--ink-soft"),
    ];

    /// The colour that stands for it in a drawing: it can be seen, should a drawing ever be without the style.
    fn color(self) -> RGBColor {
        match self {
            Self::Value => RGBColor(29, 78, 216),
            Self::Alarm => RGBColor(185, 28, 28),
            Self::Track => RGBColor(203, 213, 225),
            Self::Gap => RGBColor(148, 163, 184),
            Self::Aim => RGBColor(180, 83, 9),
            Self::Grid => RGBColor(226, 232, 240),
            Self::Text => RGBColor(71, 85, 105),
        }
    }

    fn written(self) -> String {
        let RGBColor(red, green, blue) = self.color();
        format!("#{red:02X}{green:02X}{blue:02X}")
    }
}

/// The rules that turn the colours of drawings into those of the theme.
pub(super) fn style() -> String {
    let rule = |(ink, variable): (Ink, &str)| {
        let color = ink.written();
        format!("svg [fill=\"{color}\"]{{fill:var({variable})}}svg [stroke=\"{color}\"]{{stroke:var({variable})}}")
    };
    let gap = Ink::Gap.written();
    let dashes = format!("svg [stroke=\"{gap}\"]{{stroke-dasharray:4 3}}");
    Ink::ALL.into_iter().map(rule).chain([dashes]).collect()
}

/// A chart with its name and the table behind it.
pub(super) struct Chart<'t> {
    /// Its id on the page.
    pub id: &'t str,
    /// Its name.
    pub title: &'t str,
    /// What it shows, in a sentence.
    pub description: &'t str,
    /// Width and height of the drawing.
    pub size: (u32, u32),
    /// The drawing; where there is none, the table stands for it.
    pub drawing: Option<String>,
    /// What its signs mean.
    pub legend: Markup,
    /// What opens the table.
    pub summary: &'t str,
    /// The same in figures.
    pub table: Markup,
}

impl Chart<'_> {
    /// As HTML.
    pub(super) fn markup(&self) -> Markup {
        let (title, description) = (format!("{}-title", self.id), format!("{}-desc", self.id));
        let (width, height) = self.size;
        html! {
            figure.chart {
                @if let Some(drawing) = &self.drawing {
                    svg role="img" viewBox={ "0 0 " (width) " " (height) } aria-labelledby=(title) aria-describedby=(description) {
                        title id=(title) { (self.title) }
                        desc id=(description) { (self.description) }
                        // Made by `plotters`, which escapes its texts.
                        (PreEscaped(drawing))
                    }
                }
                (self.legend)
                details open[self.drawing.is_none()] {
                    summary { (self.summary) }
                    (self.table)
                }
            }
        }
    }
}

/// What stands between the outermost tags of a drawing; none when drawing failed, and then the log says why.
fn inside<E: std::fmt::Display>(drawn: Result<(), E>, svg: &str) -> Option<String> {
    if let Err(error) = drawn {
        tracing::error!(%error, "a chart could not be drawn");
        return None;
    }
    let (_, inside) = svg.split_once(">\n")?;
    Some(inside.trim_end().strip_suffix("</svg>")?.replace('\n', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_inks_share_a_colour() {
        let mut colors: Vec<String> = Ink::ALL.into_iter().map(|(ink, _)| ink.written()).collect();
        colors.sort();
        colors.dedup();
        assert_eq!(colors.len(), Ink::ALL.len());
    }
}
