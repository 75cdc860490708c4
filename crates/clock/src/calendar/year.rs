//! One year of the calendar, day by day, with running counts: so that whether a day is worked is one look, and how
//! many days of a stretch are worked is a difference of two.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::{Calendar, WorkedPart};

/// How many days of a year, up to and with one of them, are of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RunningCount {
    pub(crate) whole_days: u16,
    pub(crate) mornings: u16,
    pub(crate) afternoons: u16,
    pub(crate) provisional: u16,
}

/// The days of one covered year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YearTable {
    parts: Box<[WorkedPart]>,
    counts: Box<[RunningCount]>,
}

impl YearTable {
    fn of(calendar: &Calendar, year: i32) -> Self {
        let provisional_year = calendar.years.get(&year).is_some_and(|covered| covered.provisional);
        let mut parts = Vec::with_capacity(366);
        let mut counts = Vec::with_capacity(366);
        let mut running = RunningCount::default();
        let days = NaiveDate::from_yo_opt(year, 1).into_iter().flat_map(|first| first.iter_days());
        for date in days.take_while(|date| date.year() == year) {
            let part = calendar.status_of_covered(date).part();
            match part {
                WorkedPart::Nothing => {}
                WorkedPart::Morning => running.mornings += 1,
                WorkedPart::Afternoon => running.afternoons += 1,
                WorkedPart::WholeDay => running.whole_days += 1,
            }
            let provisional_day = calendar.days.get(&date).is_some_and(|day| day.provisional);
            running.provisional += u16::from(provisional_year || provisional_day);
            parts.push(part);
            counts.push(running);
        }
        Self { parts: parts.into(), counts: counts.into() }
    }

    /// Which part of a day of this year is worked.
    pub(crate) fn part(&self, date: NaiveDate) -> WorkedPart {
        let index = usize::try_from(date.ordinal0()).unwrap_or(usize::MAX);
        self.parts.get(index).copied().unwrap_or(WorkedPart::Nothing)
    }

    /// The counts of the days of this year up to and with a date.
    pub(crate) fn through(&self, date: NaiveDate) -> RunningCount {
        self.at(date.ordinal())
    }

    /// The counts of the days of this year before a date.
    pub(crate) fn before(&self, date: NaiveDate) -> RunningCount {
        self.at(date.ordinal0())
    }

    /// The counts of the whole year.
    pub(crate) fn total(&self) -> RunningCount {
        self.counts.last().copied().unwrap_or_default()
    }

    /// The number (from 1) of the first day of the year up to which `enough` is counted.
    pub(crate) fn first_day_with(&self, enough: impl Fn(RunningCount) -> bool) -> u32 {
        let before = self.counts.partition_point(|count| !enough(*count));
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn at(&self, days: u32) -> RunningCount {
        let index = usize::try_from(days).ok().and_then(|days| days.checked_sub(1));
        index.and_then(|index| self.counts.get(index)).copied().unwrap_or_default()
    }
}

/// The tables of all covered years, found by the distance from the first; a calendar covers none outside
/// [`FIRST_YEAR`](crate::vietnam_time::FIRST_YEAR) to [`LAST_YEAR`](crate::vietnam_time::LAST_YEAR), so they are few. An agency's calendar shares those of the
/// years in which it has no exception.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct YearTables {
    first_year: i32,
    tables: Vec<Option<Arc<YearTable>>>,
}

impl YearTables {
    /// The tables of a calendar, with those years taken from `known` for which `changed` is false.
    pub(super) fn of(calendar: &Calendar, known: &Self, changed: impl Fn(i32) -> bool) -> Self {
        let Some((first_year, last_year)) = calendar.years.keys().next().zip(calendar.years.keys().next_back()) else {
            return Self::default();
        };
        let table = |year| {
            let known_table = known.shared(year).filter(|_| !changed(year));
            let covered = calendar.years.contains_key(&year);
            covered.then(|| known_table.unwrap_or_else(|| Arc::new(YearTable::of(calendar, year))))
        };
        Self { first_year: *first_year, tables: (*first_year..=*last_year).map(table).collect() }
    }

    /// The table of a year, if it is covered.
    pub(crate) fn get(&self, year: i32) -> Option<&YearTable> {
        let index = usize::try_from(year.checked_sub(self.first_year)?).ok()?;
        self.tables.get(index)?.as_deref()
    }

    fn shared(&self, year: i32) -> Option<Arc<YearTable>> {
        let index = usize::try_from(year.checked_sub(self.first_year)?).ok()?;
        self.tables.get(index)?.clone()
    }
}
