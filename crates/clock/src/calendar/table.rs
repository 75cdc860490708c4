//! The table of days off as a CSV file, read strictly: a slip in this file would move the deadlines of a whole
//! province, so every line is either right or the load stops and names it.

use std::io::Read;

use chrono::NaiveDate;
use csv::StringRecord;

use super::{Calendar, CalendarError, CalendarFault, CoveredYear, DayKind, LineFault, SpecialDay, consistency};

pub(super) const COLUMNS: [&str; 8] =
    ["date", "kind", "linked_date", "name_vi", "name_en", "source", "provisional", "note"];

/// The kind of the row that covers a year; its `date` is the year alone.
const YEAR_KIND: &str = "year";

enum Row {
    Year(CoveredYear),
    Day(SpecialDay),
}

pub(super) fn read(table: &str, reader: impl Read) -> Result<Calendar, CalendarError> {
    parse(reader).map_err(|faults| CalendarError { table: table.to_owned(), faults })
}

fn parse(mut reader: impl Read) -> Result<Calendar, Vec<LineFault>> {
    let one_fault = |line, fault| vec![LineFault { line, fault }];
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| one_fault(1, CalendarFault::Unreadable(error)))?;
    let text = utf8(&bytes).map_err(|line| one_fault(line, CalendarFault::NotUtf8))?;
    // Spreadsheets put a byte order mark before the heading.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);

    let mut lines = (1..).zip(text.lines());
    let heading = lines.next().map_or("", |(_, line)| line);
    if !split(heading).is_ok_and(|record| record.iter().eq(COLUMNS)) {
        return Err(one_fault(1, CalendarFault::WrongHeading));
    }
    let (mut years, mut days, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for (line, content) in lines {
        match split(content).and_then(|record| parse_row(&record)) {
            Ok(Row::Year(year)) => years.push((line, year)),
            Ok(Row::Day(day)) => days.push((line, day)),
            Err(fault) => faults.push(LineFault { line, fault }),
        }
    }
    consistency::assemble(years, days, faults)
}

/// The text, or the line on which it stops being UTF-8.
fn utf8(bytes: &[u8]) -> Result<&str, usize> {
    std::str::from_utf8(bytes).map_err(|error| {
        let line_breaks = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        line_breaks + 1
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
    year.ok_or_else(|| CalendarFault::NotAYear(field.to_owned()))
}

fn parse_date(field: &str) -> Result<NaiveDate, CalendarFault> {
    NaiveDate::parse_from_str(field, "%Y-%m-%d")
        .ok()
        // The parser also takes «2026-1-2» and «+2026-01-02».
        .filter(|date| date.to_string() == field)
        .ok_or_else(|| CalendarFault::NotADate(field.to_owned()))
}
