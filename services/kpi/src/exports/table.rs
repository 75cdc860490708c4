//! A table: its head, and cells that know what they are.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Text;

use crate::definitions::exact::Exact;

/// Decimals of a fraction that has no short decimal; its numerator and denominator stand beside it.
const DECIMALS: u32 = 6;

/// What stands above a table, and what its file is called.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// Name of the file without its ending.
    pub file: String,
    /// What the table is.
    pub title: Text,
    /// Its columns, from left to right.
    pub columns: Vec<Column>,
    /// The instant that the workbook says it was made at: the same data make the same bytes.
    pub made_at: DateTime<Utc>,
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its heading.
    pub name: Text,
    /// What its cells are.
    pub kind: Kind,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Codes and short words.
    Word,
    /// Texts.
    Text,
    /// Numbers.
    Number,
    /// Days.
    Day,
    /// Instants, told in Vietnam's time.
    Instant,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing; never 0.
    Empty,
    /// A text.
    Text(String),
    /// A decimal with a point.
    Number(String),
    /// A day.
    Day(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

impl Column {
    /// A column by its heading in both languages.
    pub(crate) fn new(kind: Kind, vi: &str, en: &str) -> Self {
        Self { name: Text::new(vi, en), kind }
    }
}

/// A text; an empty one is an empty cell.
pub(crate) fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// A whole number, where there is one.
pub(crate) fn number(number: impl Into<Option<i64>>) -> Cell {
    number.into().map_or(Cell::Empty, |number| Cell::Number(number.to_string()))
}

/// An instant, where there is one.
pub(crate) fn instant(at: impl Into<Option<DateTime<Utc>>>) -> Cell {
    at.into().map_or(Cell::Empty, Cell::Instant)
}

/// An exact number as the API writes it, where there is one: what is no short decimal is rounded to six digits behind the
/// point. What is no number at all, as `yes` or the code of a choice, is a text.
pub(crate) fn decimal(exact: Option<&str>) -> Cell {
    let Some(exact) = exact else { return Cell::Empty };
    match exact.parse::<Exact>() {
        Ok(number) if exact.contains('/') => Cell::Number(number.rounded(DECIMALS)),
        Ok(_) => Cell::Number(exact.to_owned()),
        Err(()) => text(exact),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_become_decimals_and_words_stay_words() {
        assert_eq!(decimal(Some("2/3")), Cell::Number("0.666667".to_owned()));
        assert_eq!(decimal(Some("-13.30")), Cell::Number("-13.30".to_owned()));
        assert_eq!(decimal(Some("yes")), Cell::Text("yes".to_owned()));
        assert_eq!(decimal(None), Cell::Empty);
        assert_eq!(number(None), Cell::Empty);
    }
}
