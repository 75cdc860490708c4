//! The table of days off as a CSV file, read strictly: a slip in this file would move the deadlines of a whole
//! province, so every line is either right or the load stops and names it.

use std::collections::BTreeMap;
use std::io::Read;

use chrono::NaiveDate;
use csv::StringRecord;

use super::{Calendar, CalendarError, CalendarFault, CoveredYear, DayKind, SpecialDay, consistency};
use crate::vietnam_time::FIRST_YEAR;

pub(super) const COLUMNS: [&str; 8] =
    ["date", "kind", "linked_date", "name_vi", "name_en", "source", "provisional", "note"];

/// The kind of the row that covers a year; its `date` is the year alone.
const YEAR_KIND: &str = "year";

enum Row {
    Year(CoveredYear),
    Day(SpecialDay),
}

pub(super) fn read(table: &str, reader: impl Read) -> Result<Calendar, CalendarError> {
    parse(reader).map_err(|(line, fault)| CalendarError { table: table.to_owned(), line, fault })
}

type Fault = (usize, CalendarFault);

fn parse(mut reader: impl Read) -> Result<Calendar, Fault> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| (1, CalendarFault::Unreadable(error)))?;
    let text = utf8(&bytes)?;
    // Spreadsheets put a byte order mark before the heading.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);

    let mut calendar = Calendar { years: BTreeMap::new(), days: BTreeMap::new() };
    let mut line_of = BTreeMap::new();
    let mut lines = (1..).zip(text.lines());
    let heading = lines.next().map_or("", |(_, line)| line);
    if !split(heading).is_ok_and(|record| record.iter().eq(COLUMNS)) {
        return Err((1, CalendarFault::WrongHeading));
    }
    for (number, line) in lines {
        let row = split(line).and_then(|record| parse_row(&record)).map_err(|fault| (number, fault))?;
        match row {
            Row::Year(year) => {
                let key = year.year;
                if calendar.years.insert(key, year).is_some() {
                    return Err((number, CalendarFault::YearTwice(key)));
                }
            }
            Row::Day(day) => {
                let key = day.date;
                line_of.insert(key, number);
                if calendar.days.insert(key, day).is_some() {
                    return Err((number, CalendarFault::DayTwice(key)));
                }
            }
        }
    }
    if calendar.years.is_empty() {
        return Err((1, CalendarFault::NoYear));
    }
    // Both maps have the same dates, in the same order.
    for (day, number) in calendar.days.values().zip(line_of.into_values()) {
        consistency::check_entry(&calendar, day).map_err(|fault| (number, fault))?;
    }
    Ok(calendar)
}

fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|error| {
        let line_breaks = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        (line_breaks + 1, CalendarFault::NotUtf8)
    })
}

/// Splits one line. Going line by line, rather than through the file, keeps the line numbers exact.
fn split(line: &str) -> Result<StringRecord, CalendarFault> {
    if line.trim().is_empty() {
        return Err(CalendarFault::EmptyLine);
    }
    if line.matches('"').count() % 2 == 1 {
        return Err(CalendarFault::UnclosedQuote);
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let mut record = StringRecord::new();
    reader.read_record(&mut record)?;
    Ok(record)
}

fn parse_row(record: &StringRecord) -> Result<Row, CalendarFault> {
    let fields: Vec<&str> = record.iter().collect();
    let Ok([date, kind, linked_date, name_vi, name_en, source, provisional, note]) = <[&str; 8]>::try_from(fields)
    else {
        return Err(CalendarFault::FieldCount(record.len()));
    };
    let name_vi = filled("name_vi", name_vi)?;
    let name_en = filled("name_en", name_en)?;
    let source = filled("source", source)?;
    let provisional = parse_flag(provisional)?;
    let note = note.to_owned();
    if kind == YEAR_KIND {
        if !linked_date.is_empty() {
            return Err(CalendarFault::LinkedDateNotWanted(YEAR_KIND));
        }
        let year = parse_year(date)?;
        return Ok(Row::Year(CoveredYear { year, name_vi, name_en, source, provisional, note }));
    }
    let kind = DayKind::from_code(kind).ok_or_else(|| CalendarFault::UnknownKind(kind.to_owned()))?;
    let linked_date = if linked_date.is_empty() { None } else { Some(parse_date(linked_date)?) };
    let date = parse_date(date)?;
    Ok(Row::Day(SpecialDay { date, kind, linked_date, name_vi, name_en, source, provisional, note }))
}

fn filled(column: &'static str, field: &str) -> Result<String, CalendarFault> {
    if field.trim().is_empty() {
        return Err(CalendarFault::EmptyField(column));
    }
    Ok(field.to_owned())
}

fn parse_flag(field: &str) -> Result<bool, CalendarFault> {
    match field {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(CalendarFault::NotABoolean(field.to_owned())),
    }
}

fn parse_year(field: &str) -> Result<i32, CalendarFault> {
    let four_digits = field.len() == 4 && field.bytes().all(|byte| byte.is_ascii_digit());
    let year = field.parse().ok().filter(|_| four_digits);
    let year = year.ok_or_else(|| CalendarFault::NotAYear(field.to_owned()))?;
    if year < FIRST_YEAR {
        return Err(CalendarFault::YearTooEarly(year));
    }
    Ok(year)
}

fn parse_date(field: &str) -> Result<NaiveDate, CalendarFault> {
    NaiveDate::parse_from_str(field, "%Y-%m-%d")
        .ok()
        // The parser also takes «2026-1-2» and «+2026-01-02».
        .filter(|date| date.to_string() == field)
        .ok_or_else(|| CalendarFault::NotADate(field.to_owned()))
}
