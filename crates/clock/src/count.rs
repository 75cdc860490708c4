//! Counting a term forward over what a wait takes out.
//!
//! A course is one or more legs: the term itself and what extensions add to it, each beginning where the one before
//! ends. In days a date counts whole or not at all, and a half day counts as a whole one: no text divides a day of a
//! term. A leg in days ends when the office closes on its last day; on a half day that is the end of that half.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

use crate::calendar::day_after;
use crate::error::ClockError;
use crate::excluded::Excluded;
use crate::rule::FirstDay;
use crate::term::{Term, TermUnit};
use crate::workplace::Workplace;

/// A length to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    WorkingDays(u32),
    CalendarDays(u32),
    OfficeTime(TimeDelta),
}

impl Length {
    pub(crate) fn of_term(term: Term) -> Result<Self, ClockError> {
        if term.count == 0 {
            return Err(ClockError::EmptyTerm);
        }
        Ok(match term.unit {
            TermUnit::WorkingDay => Self::WorkingDays(term.count),
            TermUnit::CalendarDay => Self::CalendarDays(term.count),
            TermUnit::WorkingHour => Self::OfficeTime(TimeDelta::hours(i64::from(term.count))),
        })
    }

    /// Whether there is nothing to be counted.
    pub(crate) fn is_nothing(self) -> bool {
        match self {
            Self::WorkingDays(days) | Self::CalendarDays(days) => days == 0,
            Self::OfficeTime(time) => time <= TimeDelta::zero(),
        }
    }
}

/// One length, counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leg {
    pub(crate) length: Length,
    /// From when, for a length of office time.
    pub(crate) begins: NaiveDateTime,
    /// The first date that may count, for a length in days.
    pub(crate) first: NaiveDate,
    /// The last date that counts: before `ends` where that is a day off.
    pub(crate) last_counted: NaiveDate,
    pub(crate) ends: NaiveDateTime,
}

/// A term with its extensions, counted.
#[derive(Debug, Clone)]
pub(crate) struct Course {
    /// The (deemed) receipt from which it counts.
    pub(crate) begins: NaiveDateTime,
    pub(crate) legs: Vec<Leg>,
}

impl Course {
    /// Counts a term over which nothing is taken out.
    pub(crate) fn of_term(
        workplace: &Workplace<'_>,
        begins: NaiveDateTime,
        first_day: FirstDay,
        term: Term,
    ) -> Result<Self, ClockError> {
        Self::count(workplace, begins, first_day, Length::of_term(term)?, &[], &Excluded::default())
    }

    /// Counts a length over which nothing is taken out, in days from a date on.
    pub(crate) fn from_date(
        workplace: &Workplace<'_>,
        begins: NaiveDateTime,
        first: NaiveDate,
        length: Length,
    ) -> Result<Self, ClockError> {
        let leg = Count { workplace, excluded: &Excluded::default() }.leg(length, begins, first)?;
        Ok(Self { begins, legs: vec![leg] })
    }

    /// Counts a length and the extensions after it.
    pub(crate) fn count(
        workplace: &Workplace<'_>,
        begins: NaiveDateTime,
        first_day: FirstDay,
        length: Length,
        extensions: &[Length],
        excluded: &Excluded,
    ) -> Result<Self, ClockError> {
        let first = match first_day {
            FirstDay::NextDay => day_after(begins.date())?,
            FirstDay::DayOfReceipt => begins.date(),
        };
        let count = Count { workplace, excluded };
        let mut leg = count.leg(length, begins, first)?;
        let mut legs = Vec::with_capacity(1 + extensions.len());
        legs.push(leg);
        for extension in extensions {
            leg = count.leg(*extension, leg.ends, day_after(leg.ends.date())?)?;
            legs.push(leg);
        }
        Ok(Self { begins, legs })
    }

    /// When the last leg ends.
    pub(crate) fn ends(&self) -> NaiveDateTime {
        self.legs.last().map_or(self.begins, |leg| leg.ends)
    }
}

/// How many dates from the first to the last, both included, a term of this unit counts.
pub(crate) fn counted_dates(
    workplace: &Workplace<'_>,
    excluded: &Excluded,
    unit: TermUnit,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<u32, ClockError> {
    let count = Count { workplace, excluded };
    let by = if unit == TermUnit::CalendarDay { By::CalendarDay } else { By::WorkingDay };
    let mut counted = count.plain_dates(by, first, last)?;
    for (from, until) in &excluded.dates {
        counted = counted.saturating_sub(count.plain_dates(by, first.max(*from), last.min(*until))?);
    }
    Ok(counted)
}

struct Count<'a> {
    workplace: &'a Workplace<'a>,
    excluded: &'a Excluded,
}

#[derive(Clone, Copy)]
enum By {
    WorkingDay,
    CalendarDay,
}

impl Count<'_> {
    fn leg(&self, length: Length, begins: NaiveDateTime, first: NaiveDate) -> Result<Leg, ClockError> {
        let (last_counted, ends) = match length {
            Length::WorkingDays(days) => {
                let last = self.nth_date(By::WorkingDay, first, days)?;
                (last, self.workplace.closing(last)?)
            }
            Length::CalendarDays(days) => {
                let last = self.nth_date(By::CalendarDay, first, days)?;
                // Art. 148.5: a term does not end on a day off, and no more on one that is taken out.
                let ends_on = self.nth_date(By::WorkingDay, last, 1)?;
                (last, self.workplace.closing(ends_on)?)
            }
            Length::OfficeTime(time) => {
                let ends = self.after_office_time(begins, time)?;
                (ends.date(), ends)
            }
        };
        Ok(Leg { length, begins, first, last_counted, ends })
    }

    /// The n-th date from `first` on that counts and is not taken out.
    fn nth_date(&self, by: By, first: NaiveDate, n: u32) -> Result<NaiveDate, ClockError> {
        let (mut from, mut left) = (first, n);
        for (out_from, out_until) in &self.excluded.dates {
            if *out_until < from {
                continue;
            }
            let found = self.nth_plain(by, from, left)?;
            if found < *out_from {
                return Ok(found);
            }
            if from < *out_from {
                let before = out_from.pred_opt().ok_or(ClockError::DateOutOfRange)?;
                left -= self.plain_dates(by, from, before)?;
            }
            from = day_after(*out_until)?;
        }
        self.nth_plain(by, from, left)
    }

    fn nth_plain(&self, by: By, from: NaiveDate, n: u32) -> Result<NaiveDate, ClockError> {
        match by {
            By::WorkingDay => self.workplace.nth_worked(from, n),
            By::CalendarDay => {
                let found = from.checked_add_days(Days::new(u64::from(n.saturating_sub(1))));
                let last = found.unwrap_or(NaiveDate::MAX);
                self.workplace.check_covered(from, last)?;
                found.ok_or(ClockError::DateOutOfRange)
            }
        }
    }

    fn plain_dates(&self, by: By, first: NaiveDate, last: NaiveDate) -> Result<u32, ClockError> {
        if first > last {
            return Ok(0);
        }
        match by {
            By::WorkingDay => self.workplace.worked_dates(first, last),
            By::CalendarDay => {
                let days = last.signed_duration_since(first).num_days() + 1;
                u32::try_from(days).map_err(|_too_many| ClockError::DateOutOfRange)
            }
        }
    }

    fn after_office_time(&self, begins: NaiveDateTime, time: TimeDelta) -> Result<NaiveDateTime, ClockError> {
        let (mut from, mut left) = (begins, time);
        for (out_from, out_until) in &self.excluded.moments {
            if *out_until <= from {
                continue;
            }
            let found = self.workplace.after_office_time(from, left)?;
            if found <= *out_from {
                return Ok(found);
            }
            left -= self.workplace.office_time(from, *out_from)?;
            from = *out_until;
        }
        self.workplace.after_office_time(from, left)
    }
}
