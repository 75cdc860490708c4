//! A calendar and office hours together: when somebody is at work. The one place that counts, and it counts by the
//! running counts of the years, so the length of a term makes no difference to what it costs.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::calendar::{Calendar, RunningCount, WorkedPart, day_after};
use crate::error::ClockError;
use crate::office_hours::{OfficeHours, OfficeSession};

#[derive(Clone, Copy)]
pub(crate) struct Workplace<'a> {
    pub(crate) calendar: &'a Calendar,
    hours: &'a OfficeHours,
    works_mornings: bool,
    works_afternoons: bool,
}

impl<'a> Workplace<'a> {
    pub(crate) fn new(calendar: &'a Calendar, hours: &'a OfficeHours) -> Self {
        Self {
            calendar,
            hours,
            works_mornings: !hours.sessions_of(WorkedPart::Morning).is_empty(),
            works_afternoons: !hours.sessions_of(WorkedPart::Afternoon).is_empty(),
        }
    }

    /// The office hours of a date; none on a day off.
    pub(crate) fn sessions(&self, date: NaiveDate) -> Result<&'a [OfficeSession], ClockError> {
        Ok(self.hours.sessions_of(self.calendar.worked_part(date)?))
    }

    /// Whether anybody works on a date.
    pub(crate) fn is_worked(&self, date: NaiveDate) -> Result<bool, ClockError> {
        self.sessions(date).map(|sessions| !sessions.is_empty())
    }

    /// The end of office hours of a worked date; of the whole day's where nobody works.
    pub(crate) fn closing(&self, date: NaiveDate) -> Result<NaiveDateTime, ClockError> {
        let closes = self.sessions(date)?.last().map_or(self.hours.closes(), |session| session.closes);
        Ok(date.and_time(closes))
    }

    /// The first office hour of a worked date; of the whole day's where nobody works.
    pub(crate) fn opening(&self, date: NaiveDate) -> Result<NaiveDateTime, ClockError> {
        let opens = self.sessions(date)?.first().map_or(self.hours.opens(), |session| session.opens);
        Ok(date.and_time(opens))
    }

    /// The first worked date after a date.
    pub(crate) fn next_worked(&self, date: NaiveDate) -> Result<NaiveDate, ClockError> {
        self.nth_worked(day_after(date)?, 1)
    }

    /// The n-th worked date from a date on, the date itself included; `n` is at least 1.
    pub(crate) fn nth_worked(&self, from: NaiveDate, n: u32) -> Result<NaiveDate, ClockError> {
        let mut year = from.year();
        let mut wanted = u64::from(n) + u64::from(self.worked(self.calendar.year_table(year)?.before(from)));
        loop {
            let table = self.calendar.year_table(year)?;
            let in_year = u64::from(self.worked(table.total()));
            if wanted <= in_year {
                let ordinal = table.first_day_with(|count| u64::from(self.worked(count)) >= wanted);
                return NaiveDate::from_yo_opt(year, ordinal).ok_or(ClockError::DateOutOfRange);
            }
            wanted -= in_year;
            year += 1;
        }
    }

    /// Refuses a stretch of which a year has no table.
    pub(crate) fn check_covered(&self, first: NaiveDate, last: NaiveDate) -> Result<(), ClockError> {
        (first.year()..=last.year()).try_for_each(|year| self.calendar.year_table(year).map(|_covered| ()))
    }

    /// How many dates from the first to the last, both included, are worked.
    pub(crate) fn worked_dates(&self, first: NaiveDate, last: NaiveDate) -> Result<u32, ClockError> {
        Ok(self.sum(first, last)?.worked_by(self))
    }

    /// Whether any date from the first to the last, both included, may still change.
    pub(crate) fn has_provisional(&self, first: NaiveDate, last: NaiveDate) -> Result<bool, ClockError> {
        Ok(self.sum(first, last)?.provisional > 0)
    }

    /// The office time between two moments; none if the second is not later.
    pub(crate) fn office_time(&self, from: NaiveDateTime, until: NaiveDateTime) -> Result<TimeDelta, ClockError> {
        if until <= from {
            return Ok(TimeDelta::zero());
        }
        let (first, last) = (from.date(), until.date());
        if first == last {
            return Ok(time_within(self.sessions(first)?, from.time(), until.time()));
        }
        let mut time = time_within(self.sessions(first)?, from.time(), END_OF_DAY)
            + time_within(self.sessions(last)?, NaiveTime::MIN, until.time());
        let (next, last) = (day_after(first)?, last.pred_opt().ok_or(ClockError::DateOutOfRange)?);
        if next <= last {
            let between = self.sum(next, last)?;
            for (days, part) in [
                (between.whole_days, WorkedPart::WholeDay),
                (between.mornings, WorkedPart::Morning),
                (between.afternoons, WorkedPart::Afternoon),
            ] {
                let days = i32::try_from(days).unwrap_or(i32::MAX);
                time = time.checked_add(&(self.hours.time_of(part) * days)).ok_or(ClockError::DateOutOfRange)?;
            }
        }
        Ok(time)
    }

    /// The moment at which so much office time has passed since another one.
    pub(crate) fn after_office_time(&self, from: NaiveDateTime, time: TimeDelta) -> Result<NaiveDateTime, ClockError> {
        let mut left = time;
        let (mut day, mut now) = (from.date(), from.time());
        loop {
            for session in self.sessions(day)? {
                let begins = now.max(session.opens);
                let offered = session.closes.signed_duration_since(begins).max(TimeDelta::zero());
                if left <= offered {
                    return Ok(day.and_time(begins + left));
                }
                left -= offered;
            }
            day = day_after(day)?;
            now = NaiveTime::MIN;
        }
    }

    fn worked(&self, count: RunningCount) -> u32 {
        u32::from(count.whole_days)
            + if self.works_mornings { u32::from(count.mornings) } else { 0 }
            + if self.works_afternoons { u32::from(count.afternoons) } else { 0 }
    }

    fn sum(&self, first: NaiveDate, last: NaiveDate) -> Result<Sum, ClockError> {
        let mut sum = Sum::default();
        if first > last {
            return Ok(sum);
        }
        for year in first.year()..=last.year() {
            let table = self.calendar.year_table(year)?;
            sum.add(if year == last.year() { table.through(last) } else { table.total() });
            if year == first.year() {
                sum.take_off(table.before(first));
            }
        }
        Ok(sum)
    }
}

/// Chrono knows no 24:00; nothing of an office's day lies after this.
const END_OF_DAY: NaiveTime = match NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// The part of the sessions between two times of one day.
pub(crate) fn time_within(sessions: &[OfficeSession], from: NaiveTime, until: NaiveTime) -> TimeDelta {
    let parts = sessions.iter().map(|session| {
        let (begins, ends) = (session.opens.max(from), session.closes.min(until));
        ends.signed_duration_since(begins).max(TimeDelta::zero())
    });
    parts.fold(TimeDelta::zero(), |sum, part| sum + part)
}

/// The days of a stretch, by sort; wider than a year's counts.
#[derive(Default)]
struct Sum {
    whole_days: u32,
    mornings: u32,
    afternoons: u32,
    provisional: u32,
}

impl Sum {
    fn add(&mut self, count: RunningCount) {
        self.whole_days += u32::from(count.whole_days);
        self.mornings += u32::from(count.mornings);
        self.afternoons += u32::from(count.afternoons);
        self.provisional += u32::from(count.provisional);
    }

    /// Takes off what was added before of the same year.
    fn take_off(&mut self, count: RunningCount) {
        self.whole_days -= u32::from(count.whole_days);
        self.mornings -= u32::from(count.mornings);
        self.afternoons -= u32::from(count.afternoons);
        self.provisional -= u32::from(count.provisional);
    }

    fn worked_by(&self, workplace: &Workplace<'_>) -> u32 {
        self.whole_days
            + if workplace.works_mornings { self.mornings } else { 0 }
            + if workplace.works_afternoons { self.afternoons } else { 0 }
    }
}
