//! What no single line of a table can show: an entry stands in a covered year and changes what its weekday says, a
//! day off in lieu has its holiday on a weekly day off, a swapped day and its make-up day name each other. A slip of
//! one digit in a date nearly always breaks one of these.

use chrono::Datelike;

use super::{Calendar, CalendarFault, DayKind, SpecialDay, is_weekend};

/// Checks one entry against the table it stands in.
pub(super) fn check_entry(calendar: &Calendar, day: &SpecialDay) -> Result<(), CalendarFault> {
    let date = day.date;
    if !calendar.years.contains_key(&date.year()) {
        return Err(CalendarFault::YearMissing(date.year()));
    }
    match (day.kind, is_weekend(date)) {
        (DayKind::DayOffInLieu | DayKind::SwappedDayOff, true) => return Err(CalendarFault::OffAnyway(date)),
        (DayKind::MakeUpWorkingDay, false) => return Err(CalendarFault::WorkedAnyway(date)),
        _ => {}
    }
    check_pair(calendar, day)
}

fn check_pair(calendar: &Calendar, day: &SpecialDay) -> Result<(), CalendarFault> {
    let (partner_kind, expected) = match day.kind {
        DayKind::PublicHoliday if day.linked_date.is_some() => {
            return Err(CalendarFault::LinkedDateNotWanted(day.kind.as_str()));
        }
        DayKind::PublicHoliday => return Ok(()),
        DayKind::DayOffInLieu => (DayKind::PublicHoliday, "a public holiday on a Saturday or Sunday"),
        DayKind::SwappedDayOff => (DayKind::MakeUpWorkingDay, "the make-up working day that names this day"),
        DayKind::MakeUpWorkingDay => (DayKind::SwappedDayOff, "the swapped day off that names this day"),
    };
    let linked = day.linked_date.ok_or(CalendarFault::LinkedDateMissing(day.kind.as_str()))?;
    if !calendar.years.contains_key(&linked.year()) {
        // The other half stands in the table of another year.
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
