//! What can be wrong with a table of days off, and on which line. The one who reads it is about to correct the file,
//! so each fault says what was found or what was expected.

use std::io;

use chrono::NaiveDate;
use thiserror::Error;

use super::table::COLUMNS;
use crate::vietnam_time::FIRST_YEAR;

/// A table of days off that cannot be loaded: which, and everything that is wrong with it.
#[derive(Debug, Error)]
#[error("{table}, {}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct CalendarError {
    /// The name of the table.
    pub table: String,
    /// Every fault, in the order of the lines; at least one.
    pub faults: Vec<LineFault>,
}

/// What is wrong with one line of a table.
#[derive(Debug, Error)]
#[error("line {line}: {fault}")]
pub struct LineFault {
    /// The line of the file, the heading being line 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: CalendarFault,
}

/// What is wrong with a line of the table.
#[derive(Debug, Error)]
pub enum CalendarFault {
    /// The file could not be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The bytes are not UTF-8.
    #[error("is not UTF-8 text")]
    NotUtf8,
    /// The line is not CSV.
    #[error("is not CSV: {0}")]
    NotCsv(#[from] csv::Error),
    /// A quotation mark is open at the end of the line.
    #[error("a quoted field is not closed on its line")]
    UnclosedQuote,
    /// The line is empty.
    #[error("is empty")]
    EmptyLine,
    /// The first line is not the heading expected.
    #[error("the heading has to be exactly: {}", COLUMNS.join(","))]
    WrongHeading,
    /// The line has more or fewer fields than the heading.
    #[error("has {0} fields, not the {expected} of the heading", expected = COLUMNS.len())]
    FieldCount(usize),
    /// A date is not of the form `YYYY-MM-DD` or does not exist.
    #[error("«{0}» is not a date YYYY-MM-DD")]
    NotADate(String),
    /// The date of a `year` row is not four digits.
    #[error("«{0}» is not a year of four digits")]
    NotAYear(String),
    /// A year before Vietnamese time was UTC+07:00 everywhere.
    #[error("{0} is before {FIRST_YEAR}, when Vietnamese time was not UTC+07:00 everywhere")]
    YearTooEarly(i32),
    /// The kind is not one of the closed list.
    #[error("«{0}» is not a kind of day")]
    UnknownKind(String),
    /// The flag is neither `true` nor `false`.
    #[error("«{0}» is neither true nor false")]
    NotABoolean(String),
    /// A field that must say something says nothing.
    #[error("the field {0} is empty")]
    EmptyField(&'static str),
    /// A year has two rows.
    #[error("the year {0} is there twice")]
    YearTwice(i32),
    /// A date has two rows.
    #[error("the day {0} is there twice")]
    DayTwice(NaiveDate),
    /// A date has two rows, and they say the contrary of each other.
    #[error("the day {0} is there both as a day off and as a working day")]
    OffAndWorked(NaiveDate),
    /// The table has no row for the year of this day.
    #[error("the table has no row of kind year for {0}")]
    YearMissing(i32),
    /// The table covers no year at all.
    #[error("the table covers no year")]
    NoYear,
    /// A row names a linked date where there can be none.
    #[error("a row of kind {0} has no linked date")]
    LinkedDateNotWanted(&'static str),
    /// A row names no linked date where it has to.
    #[error("a row of kind {0} needs its linked date")]
    LinkedDateMissing(&'static str),
    /// A day off on a Saturday or Sunday, which is off anyway.
    #[error("{0} is a Saturday or Sunday, which is off anyway")]
    OffAnyway(NaiveDate),
    /// A half day on a Saturday or Sunday: only an ordinary working day can lose its other half.
    #[error("{0} is a Saturday or Sunday, of which no half is worked")]
    HalfOfDayOff(NaiveDate),
    /// A make-up day on a Monday to Friday, which is worked anyway.
    #[error("{0} is a Monday to Friday, which is worked anyway")]
    WorkedAnyway(NaiveDate),
    /// The linked date is not the other half of the pair.
    #[error("the linked date {date} has to be {expected}")]
    WrongPair {
        /// The linked date.
        date: NaiveDate,
        /// What it has to be.
        expected: &'static str,
    },
}
