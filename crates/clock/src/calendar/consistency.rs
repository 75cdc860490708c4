//! What no single line of a table can show: an entry stands in a covered year and changes what its weekday says, a
//! day off in lieu has its holiday on a weekly day off, a swapped day and its make-up day name each other. A slip of
//! one digit in a date nearly always breaks one of these.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::{Calendar, CalendarFault, CoveredYear, DayKind, LineFault, SpecialDay, is_weekend};
use crate::vietnam_time::{FIRST_YEAR, LAST_YEAR};

/// The entries of a table by their dates, to look up the other half of a pair.
struct Entries {
    years: BTreeMap<i32, CoveredYear>,
    days: BTreeMap<NaiveDate, SpecialDay>,
}

/// Makes a calendar of the entries of a table, each with its line. `faults` are those of the lines that could not be
/// read; as long as there are any, an entry that misses another one is not blamed, because it may stand there.
pub(super) fn assemble(
    years: Vec<(usize, CoveredYear)>,
    days: Vec<(usize, SpecialDay)>,
    mut faults: Vec<LineFault>,
) -> Result<Calendar, Vec<LineFault>> {
    let all_read = faults.is_empty();
    let mut entries = Entries { years: BTreeMap::new(), days: BTreeMap::new() };
    let mut line_of = BTreeMap::new();
    for (line, year) in years {
        let key = year.year;
        if key < FIRST_YEAR {
            faults.push(LineFault { line, fault: CalendarFault::YearTooEarly(key) });
        }
        if key > LAST_YEAR {
            faults.push(LineFault { line, fault: CalendarFault::YearTooLate(key) });
        }
        if entries.years.insert(key, year).is_some() {
            faults.push(LineFault { line, fault: CalendarFault::YearTwice(key) });
        }
    }
    for (line, day) in days {
        let date = day.date;
        let Some(first) = entries.days.get(&date) else {
            line_of.insert(date, line);
            entries.days.insert(date, day);
            continue;
        };
        let contrary = first.kind.is_working() != day.kind.is_working();
        let fault = if contrary { CalendarFault::OffAndWorked(date) } else { CalendarFault::DayTwice(date) };
        faults.push(LineFault { line, fault });
    }
    if entries.years.is_empty() && all_read {
        faults.push(LineFault { line: 1, fault: CalendarFault::NoYear });
    }
    // Both maps have the same dates, in the same order.
    for (day, line) in entries.days.values().zip(line_of.into_values()) {
        if let Err(fault) = check_entry(&entries, day)
            && (all_read || !matches!(fault, CalendarFault::YearMissing(_) | CalendarFault::WrongPair { .. }))
        {
            faults.push(LineFault { line, fault });
        }
    }
    if faults.is_empty() {
        return Ok(Calendar::of_parts(entries.years, entries.days));
    }
    faults.sort_by_key(|fault| fault.line);
    Err(faults)
}

/// What a newer table breaks of the pairs that reach from its years into others that are known: the entries by their
/// dates, in order. Years are decreed one after the other, so a swapped day may stand before the day that makes up for
/// it does; a make-up day or a day in lieu may not stand without the day it is for.
pub(super) fn broken_pairs(known: &Calendar, newer: &Calendar) -> Vec<(NaiveDate, CalendarFault)> {
    let renewed = |date: NaiveDate| newer.years.contains_key(&date.year());
    let kept = known.days.iter().filter(|(date, _)| !renewed(**date));
    let joined = Entries {
        years: known.years.iter().chain(&newer.years).map(|(year, covered)| (*year, covered.clone())).collect(),
        days: kept.chain(&newer.days).map(|(date, day)| (*date, day.clone())).collect(),
    };
    let mut broken = Vec::new();
    for day in joined.days.values() {
        let Some(linked) = day.linked_date.filter(|linked| renewed(*linked) != renewed(day.date)) else { continue };
        let still_to_come =
            day.kind == DayKind::SwappedDayOff && is_weekend(linked) && !joined.days.contains_key(&linked);
        if !still_to_come && let Err(fault) = check_pair(&joined, day) {
            broken.push((day.date, fault));
        }
    }
    broken
}

/// Checks one entry against the table it stands in.
fn check_entry(calendar: &Entries, day: &SpecialDay) -> Result<(), CalendarFault> {
    let date = day.date;
    if !calendar.years.contains_key(&date.year()) {
        return Err(CalendarFault::YearMissing(date.year()));
    }
    for (field, text) in [("name_vi", &day.name_vi), ("name_en", &day.name_en), ("source", &day.source)] {
        if text.trim().is_empty() {
            return Err(CalendarFault::EmptyField(field));
        }
    }
    match (day.kind, is_weekend(date)) {
        (DayKind::DayOffInLieu | DayKind::SwappedDayOff, true) => return Err(CalendarFault::OffAnyway(date)),
        (DayKind::MorningOnly | DayKind::AfternoonOnly, true) => return Err(CalendarFault::HalfOfDayOff(date)),
        (DayKind::MakeUpWorkingDay, false) => return Err(CalendarFault::WorkedAnyway(date)),
        _ => {}
    }
    check_pair(calendar, day)
}

fn check_pair(calendar: &Entries, day: &SpecialDay) -> Result<(), CalendarFault> {
    let (partner_kind, expected) = match day.kind {
        DayKind::PublicHoliday | DayKind::MorningOnly | DayKind::AfternoonOnly => {
            return match day.linked_date {
                Some(_) => Err(CalendarFault::LinkedDateNotWanted(day.kind.as_str())),
                None => Ok(()),
            };
        }
        DayKind::DayOffInLieu => (DayKind::PublicHoliday, "a public holiday on a Saturday or Sunday"),
        DayKind::SwappedDayOff => (DayKind::MakeUpWorkingDay, "the make-up working day that names this day"),
        DayKind::MakeUpWorkingDay => (DayKind::SwappedDayOff, "the swapped day off that names this day"),
    };
    let linked = day.linked_date.ok_or(CalendarFault::LinkedDateMissing(day.kind.as_str()))?;
    if !calendar.years.contains_key(&linked.year()) {
        // The other half stands in the table of another year; `broken_pairs` looks where that is known.
        return Ok(());
    }
    let holds = calendar.days.get(&linked).is_some_and(|partner| {
        partner.kind == partner_kind
            && if day.kind == DayKind::DayOffInLieu {
                is_weekend(linked)
            } else {
                partner.linked_date == Some(day.date)
            }
    });
    if holds { Ok(()) } else { Err(CalendarFault::WrongPair { date: linked, expected }) }
}
