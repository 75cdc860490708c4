//! The working-day calendar of the state sector (lịch ngày làm việc): Monday to Friday, less the public holidays
//! with their days in lieu and the swapped days, plus the make-up Saturdays; some days are worked in one half only.
//! Over the national calendar each agency may have exceptions of its own.
//!
//! Which days these are is data with a legal source (the embedded tables of 2024 to 2027, or a table of the
//! operator), because every year's decision is different. The calendar answers only for years it has a table of;
//! any other year is [`ClockError::YearNotCovered`], since «all working» would be a wrong deadline that looks right.

mod consistency;
mod day;
mod embedded;
mod exception;
mod fault;
mod table;
mod year;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};

pub use day::{CoveredYear, DayKind, DayStatus, SpecialDay, WorkedPart};
pub use exception::{AgencyException, ExceptionFault, ExceptionKind, ExceptionProblem};
pub use fault::{CalendarError, CalendarFault, LineFault};
pub(crate) use year::{RunningCount, YearTable};

use self::year::YearTables;
use crate::error::ClockError;

/// The working-day calendar (lịch ngày làm việc): the national one, or that of an agency with exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, CoveredYear>,
    days: BTreeMap<NaiveDate, SpecialDay>,
    exceptions: BTreeMap<NaiveDate, AgencyException>,
    // Made from the three above, whenever one of them changes.
    tables: YearTables,
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
    /// [`CalendarError`] with the line and the reason of every fault.
    pub fn from_csv(reader: impl std::io::Read) -> Result<Self, CalendarError> {
        table::read("calendar", reader)
    }

    /// A calendar from its entries, held to the same rules as a table in CSV. The «lines» of the faults count the
    /// years first and then the days, from 1.
    ///
    /// # Errors
    /// [`CalendarError`] with every fault.
    pub fn from_entries(years: Vec<CoveredYear>, days: Vec<SpecialDay>) -> Result<Self, CalendarError> {
        let first_day = years.len() + 1;
        let years = (1..).zip(years).collect();
        let days = (first_day..).zip(days).collect();
        consistency::assemble(years, days, Vec::new())
            .map_err(|faults| CalendarError { table: "entries".to_owned(), faults })
    }

    /// This calendar with each year that `newer` covers taken whole from `newer`: how an operator's table replaces
    /// a provisional year. Both are national; exceptions are left behind, to be checked against the new tables.
    #[must_use]
    pub fn replaced_by(self, newer: Self) -> Self {
        let (mut years, mut days) = (self.years, self.days);
        days.retain(|date, _| !newer.years.contains_key(&date.year()));
        days.extend(newer.days);
        years.extend(newer.years);
        Self::of_parts(years, days)
    }

    /// What `newer` would break of the pairs of days that reach from its years into others this calendar covers: the
    /// entries by their dates, in order. A swapped day may wait for the decree of the day that makes up for it; a make-up
    /// day or a day in lieu may not stand without the day it is for.
    #[must_use]
    pub fn pairs_broken_by(&self, newer: &Self) -> Vec<(NaiveDate, CalendarFault)> {
        consistency::broken_pairs(self, newer)
    }

    /// The calendar of an agency: this national one with the agency's exceptions over it, in place of those it had.
    ///
    /// # Errors
    /// Every [`ExceptionFault`]: a year not covered, a day named twice, an exception that changes nothing, an empty
    /// reason or source.
    pub fn with_exceptions(&self, exceptions: Vec<AgencyException>) -> Result<Self, Vec<ExceptionFault>> {
        let exceptions = exception::check(self, exceptions)?;
        let touched: BTreeSet<i32> = exceptions.keys().chain(self.exceptions.keys()).map(Datelike::year).collect();
        let mut calendar =
            Self { years: self.years.clone(), days: self.days.clone(), exceptions, tables: YearTables::default() };
        calendar.tables = YearTables::of(&calendar, &self.tables, |year| touched.contains(&year));
        Ok(calendar)
    }

    /// A calendar of years and days that were checked.
    fn of_parts(years: BTreeMap<i32, CoveredYear>, days: BTreeMap<NaiveDate, SpecialDay>) -> Self {
        let mut calendar = Self { years, days, exceptions: BTreeMap::new(), tables: YearTables::default() };
        calendar.tables = YearTables::of(&calendar, &YearTables::default(), |_| true);
        calendar
    }

    /// The years covered, in order.
    pub fn years(&self) -> impl Iterator<Item = &CoveredYear> {
        self.years.values()
    }

    /// The entries of the tables, in the order of their dates.
    pub fn special_days(&self) -> impl Iterator<Item = &SpecialDay> {
        self.days.values()
    }

    /// The exceptions of the agency whose calendar this is, in the order of their dates.
    pub fn exceptions(&self) -> impl Iterator<Item = &AgencyException> {
        self.exceptions.values()
    }

    /// How a day stands in the calendar, with the entry that says so.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn day_status(&self, date: NaiveDate) -> Result<DayStatus<'_>, ClockError> {
        self.year_table(date.year())?;
        Ok(self.status_of_covered(date))
    }

    /// Which part of a day is worked.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn worked_part(&self, date: NaiveDate) -> Result<WorkedPart, ClockError> {
        self.year_table(date.year()).map(|table| table.part(date))
    }

    /// Whether a day is worked, if only in one half.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn is_working(&self, date: NaiveDate) -> Result<bool, ClockError> {
        self.worked_part(date).map(|part| part != WorkedPart::Nothing)
    }

    /// Whether what the calendar says of a day may still change: the entry is only expected, or the decision of
    /// the whole year is.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn is_provisional(&self, date: NaiveDate) -> Result<bool, ClockError> {
        let table = self.year_table(date.year())?;
        Ok(table.through(date).provisional > table.before(date).provisional)
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

    /// How many days of a year are worked, if only in one half: the check sum of its table.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`].
    pub fn working_days_in(&self, year: i32) -> Result<u32, ClockError> {
        let total = self.year_table(year)?.total();
        Ok([total.whole_days, total.mornings, total.afternoons].into_iter().map(u32::from).sum())
    }

    pub(crate) fn year_table(&self, year: i32) -> Result<&YearTable, ClockError> {
        self.tables.get(year).ok_or(ClockError::YearNotCovered(year))
    }

    /// How a day stands in the national calendar, whatever the agency's exceptions.
    fn national_status(&self, date: NaiveDate) -> Result<DayStatus<'_>, ClockError> {
        self.year_table(date.year())?;
        Ok(self.national_status_of_covered(date))
    }

    fn status_of_covered(&self, date: NaiveDate) -> DayStatus<'_> {
        match self.exceptions.get(&date) {
            Some(exception) => DayStatus::Exception(exception),
            None => self.national_status_of_covered(date),
        }
    }

    fn national_status_of_covered(&self, date: NaiveDate) -> DayStatus<'_> {
        match self.days.get(&date) {
            Some(day) => DayStatus::Special(day),
            None if is_weekend(date) => DayStatus::Weekend,
            None => DayStatus::WorkingDay,
        }
    }
}

/// The day after a date.
pub(crate) fn day_after(date: NaiveDate) -> Result<NaiveDate, ClockError> {
    date.succ_opt().ok_or(ClockError::DateOutOfRange)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
