//! The working-day calendar of the state sector (lịch ngày làm việc): Monday to Friday, less the public holidays
//! with their days in lieu and the swapped days, plus the make-up Saturdays.
//!
//! Which days these are is data with a legal source (the embedded tables of 2024 to 2027, or a table of the
//! operator), because every year's decision is different. The calendar answers only for years it has a table of;
//! any other year is [`ClockError::YearNotCovered`], since «all working» would be a wrong deadline that looks right.

mod consistency;
mod day;
mod embedded;
mod fault;
mod table;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

pub use day::{CoveredYear, DayKind, DayStatus, SpecialDay};
pub use fault::{CalendarError, CalendarFault};

use crate::error::ClockError;

/// The working-day calendar (lịch ngày làm việc).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, CoveredYear>,
    days: BTreeMap<NaiveDate, SpecialDay>,
}

impl Calendar {
    /// The calendar that comes with the program: 2024 to 2026 as decreed, 2027 provisional.
    ///
    /// # Errors
    /// [`CalendarError`] when a table of the crate is faulty, which its tests rule out.
    pub fn embedded() -> Result<Self, CalendarError> {
        embedded::calendar()
    }

    /// A calendar from one table in CSV, UTF-8, with exactly these columns in this order; the files under `calendar/`
    /// of this crate are examples. Nothing is guessed or skipped.
    ///
    /// | column | content |
    /// |---|---|
    /// | `date` | `YYYY-MM-DD`; in a row of kind `year` the year alone |
    /// | `kind` | a code of [`DayKind`], or `year`: the row that says the table covers this year |
    /// | `linked_date` | the holiday of a day in lieu; the make-up day of a swapped day and the reverse; else empty |
    /// | `name_vi`, `name_en` | what people call it |
    /// | `source` | the law or decision |
    /// | `provisional` | `true` or `false`: the decision is still to come; in a row of kind `year`, for all its days |
    /// | `note` | for readers of the table; may be empty |
    ///
    /// # Errors
    /// [`CalendarError`] with the line and the reason of the first fault.
    pub fn from_csv(reader: impl std::io::Read) -> Result<Self, CalendarError> {
        table::read("calendar", reader)
    }

    /// This calendar with each year that `newer` covers taken whole from `newer`: how an operator's table replaces
    /// a provisional year.
    #[must_use]
    pub fn replaced_by(mut self, newer: Self) -> Self {
        self.days.retain(|date, _| !newer.years.contains_key(&date.year()));
        self.days.extend(newer.days);
        self.years.extend(newer.years);
        self
    }

    /// The years covered, in order.
    pub fn years(&self) -> impl Iterator<Item = &CoveredYear> {
        self.years.values()
    }

    /// The entries of the tables, in the order of their dates.
    pub fn special_days(&self) -> impl Iterator<Item = &SpecialDay> {
        self.days.values()
    }

    /// How a day stands in the calendar, with the entry that says so.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn day_status(&self, date: NaiveDate) -> Result<DayStatus<'_>, ClockError> {
        self.covered_year(date)?;
        if let Some(day) = self.days.get(&date) {
            return Ok(DayStatus::Special(day));
        }
        Ok(if is_weekend(date) { DayStatus::Weekend } else { DayStatus::WorkingDay })
    }

    /// Whether a day is worked.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn is_working(&self, date: NaiveDate) -> Result<bool, ClockError> {
        self.day_status(date).map(|status| status.is_working())
    }

    /// Whether what the calendar says of a day may still change: the entry is only expected, or the decision of
    /// the whole year is.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn is_provisional(&self, date: NaiveDate) -> Result<bool, ClockError> {
        let year = self.covered_year(date)?;
        Ok(year.provisional || self.days.get(&date).is_some_and(|day| day.provisional))
    }

    /// The first working day after a date, the date itself excluded.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`] when the search leaves the covered years.
    pub fn next_working(&self, date: NaiveDate) -> Result<NaiveDate, ClockError> {
        let mut day = day_after(date)?;
        while !self.is_working(day)? {
            day = day_after(day)?;
        }
        Ok(day)
    }

    /// How many days of a year are worked: the check sum of its table.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn working_days_in(&self, year: i32) -> Result<u32, ClockError> {
        let mut day = NaiveDate::from_ymd_opt(year, 1, 1).ok_or(ClockError::YearNotCovered(year))?;
        let mut worked = 0;
        while day.year() == year {
            worked += u32::from(self.is_working(day)?);
            day = day_after(day)?;
        }
        Ok(worked)
    }

    fn covered_year(&self, date: NaiveDate) -> Result<&CoveredYear, ClockError> {
        self.years.get(&date.year()).ok_or(ClockError::YearNotCovered(date.year()))
    }
}

/// The day after a date.
pub(crate) fn day_after(date: NaiveDate) -> Result<NaiveDate, ClockError> {
    date.succ_opt().ok_or(ClockError::DateOutOfRange)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
