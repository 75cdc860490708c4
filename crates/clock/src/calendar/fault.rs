//! What can be wrong with a table of days off, and on which line. The one who reads it is about to correct the file,
//! so each fault says what was found or what was expected.

use std::io;

use chrono::NaiveDate;
use thiserror::Error;

use super::table::COLUMNS;
use crate::vietnam_time::{FIRST_YEAR, LAST_YEAR};

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
    /// A year further off than any table can be decreed for.
    #[error("{0} is after {LAST_YEAR}, the last year that a calendar may cover")]
    YearTooLate(i32),
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

impl CalendarFault {
    /// The stable code of the fault.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "calendar.unreadable",
            Self::NotUtf8 => "calendar.not_utf8",
            Self::NotCsv(_) => "calendar.not_csv",
            Self::UnclosedQuote => "calendar.unclosed_quote",
            Self::EmptyLine => "calendar.empty_line",
            Self::WrongHeading => "calendar.wrong_heading",
            Self::FieldCount(_) => "calendar.field_count",
            Self::NotADate(_) => "calendar.not_a_date",
            Self::NotAYear(_) => "calendar.not_a_year",
            Self::YearTooEarly(_) => "calendar.year_too_early",
            Self::YearTooLate(_) => "calendar.year_too_late",
            Self::UnknownKind(_) => "calendar.unknown_kind",
            Self::NotABoolean(_) => "calendar.not_a_boolean",
            Self::EmptyField(_) => "calendar.empty_field",
            Self::YearTwice(_) => "calendar.year_twice",
            Self::DayTwice(_) => "calendar.day_twice",
            Self::OffAndWorked(_) => "calendar.off_and_worked",
            Self::YearMissing(_) => "calendar.year_missing",
            Self::NoYear => "calendar.no_year",
            Self::LinkedDateNotWanted(_) => "calendar.linked_date_not_wanted",
            Self::LinkedDateMissing(_) => "calendar.linked_date_missing",
            Self::OffAnyway(_) => "calendar.off_anyway",
            Self::HalfOfDayOff(_) => "calendar.half_of_day_off",
            Self::WorkedAnyway(_) => "calendar.worked_anyway",
            Self::WrongPair { .. } => "calendar.wrong_pair",
        }
    }

    /// The text in Vietnamese; the English one is its `Display`.
    #[must_use]
    pub fn vi(&self) -> String {
        match self {
            Self::Unreadable(error) => format!("không đọc được: {error}"),
            Self::NotUtf8 => "không phải văn bản UTF-8".to_owned(),
            Self::NotCsv(error) => format!("không phải CSV: {error}"),
            Self::UnclosedQuote => "dấu ngoặc kép chưa đóng trên cùng một dòng".to_owned(),
            Self::EmptyLine => "dòng trống".to_owned(),
            Self::WrongHeading => format!("dòng tiêu đề phải đúng là: {}", COLUMNS.join(",")),
            Self::FieldCount(count) => format!("có {count} trường, không phải {} trường như tiêu đề", COLUMNS.len()),
            Self::NotADate(text) => format!("«{text}» không phải ngày YYYY-MM-DD"),
            Self::NotAYear(text) => format!("«{text}» không phải năm bốn chữ số"),
            Self::YearTooEarly(year) => {
                format!("năm {year} trước {FIRST_YEAR}, khi giờ Việt Nam chưa thống nhất là UTC+07:00")
            }
            Self::YearTooLate(year) => format!("năm {year} sau {LAST_YEAR}, năm cuối cùng mà lịch được phép có"),
            Self::UnknownKind(text) => format!("«{text}» không phải loại ngày"),
            Self::NotABoolean(text) => format!("«{text}» không phải true hay false"),
            Self::EmptyField(field) => format!("trường {field} để trống"),
            Self::YearTwice(year) => format!("năm {year} xuất hiện hai lần"),
            Self::DayTwice(date) => format!("ngày {date} xuất hiện hai lần"),
            Self::OffAndWorked(date) => format!("ngày {date} vừa là ngày nghỉ vừa là ngày làm việc"),
            Self::YearMissing(year) => format!("bảng không có dòng loại year cho năm {year}"),
            Self::NoYear => "bảng không có năm nào".to_owned(),
            Self::LinkedDateNotWanted(kind) => format!("dòng loại {kind} không có ngày liên kết"),
            Self::LinkedDateMissing(kind) => format!("dòng loại {kind} phải có ngày liên kết"),
            Self::OffAnyway(date) => format!("{date} là thứ Bảy hoặc Chủ nhật, vốn đã là ngày nghỉ"),
            Self::HalfOfDayOff(date) => format!("{date} là thứ Bảy hoặc Chủ nhật, không có buổi nào làm việc"),
            Self::WorkedAnyway(date) => format!("{date} là thứ Hai đến thứ Sáu, vốn đã là ngày làm việc"),
            Self::WrongPair { date, .. } => {
                format!("ngày liên kết {date} không phải nửa còn lại của cặp (ngày lễ, ngày hoán đổi hoặc ngày làm bù)")
            }
        }
    }
}
