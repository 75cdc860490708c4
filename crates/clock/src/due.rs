//! When a term is due (ngày hẹn trả), counted forward from an instant.
//!
//! The rules of now, all in the texts or, where they leave a choice, chosen here and said so:
//! - **Start**: what arrives outside office hours or on a day off is deemed to arrive when an office next opens (the
//!   cut-off «end of office hours»; other cut-offs are rules of single procedures and come with the full clock).
//! - **Working days**: the day of (deemed) receipt does not count, day 1 is the next working day, and the term is
//!   due at the end of office hours of day N.
//! - **Calendar days**: the first day does not count (Civil Code 2015 art. 147.2); a term whose last day is a day off
//!   ends with the next working day (art. 148.5). It is due at the end of office hours too, not at midnight, because
//!   nobody is there to hand a result over after that.
//! - **Working hours**: time runs inside office hours only, from the start itself.
//!
//! Every count walks day by day and stops at the first year without a table, so no count is too large to refuse.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, day_after};
use crate::error::ClockError;
use crate::ledger::{LedgerDay, LedgerWriter, Reason};
use crate::office_hours::OfficeHours;
use crate::term::{Term, TermUnit};
use crate::vietnam_time::{to_instant, to_local};

/// A deadline with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The due instant (thời điểm hẹn trả): finishing after it is late.
    pub due_at: DateTime<Utc>,
    /// The Vietnamese date of `due_at` (ngày hẹn trả).
    pub due_on: NaiveDate,
    /// The instant from which the term was counted: the start, or the office opening it was deemed to be.
    pub counted_from: DateTime<Utc>,
    /// Every Vietnamese date from the start to `due_on`, once and in order.
    pub ledger: Vec<LedgerDay>,
    /// Whether a day of the ledger is provisional, so that a decision still to come may move the deadline.
    pub provisional: bool,
}

/// Computes when a term that starts at an instant is due.
///
/// # Errors
/// [`ClockError::EmptyTerm`] for a count of 0, [`ClockError::YearNotCovered`] when the count touches a year the
/// calendar has no table of, [`ClockError::DateOutOfRange`] for an instant that has no Vietnamese date.
pub fn due(
    start: DateTime<Utc>,
    term: Term,
    calendar: &Calendar,
    office_hours: &OfficeHours,
) -> Result<Due, ClockError> {
    if term.count == 0 {
        return Err(ClockError::EmptyTerm);
    }
    let received = to_local(start)?;
    let mut count = Count { calendar, office_hours, ledger: LedgerWriter::new(calendar) };
    let counted_from = count.start(received)?;
    let same_day = counted_from.date() == received.date();
    let first_day = if same_day { Reason::day_of_receipt() } else { Reason::deemed_day_of_receipt() };
    let ends = match term.unit {
        TermUnit::WorkingDay => count.working_days(counted_from.date(), first_day, term.count)?,
        TermUnit::CalendarDay => count.calendar_days(counted_from.date(), first_day, term.count)?,
        TermUnit::WorkingHour => count.working_hours(counted_from, term.count)?,
    };
    let (ledger, provisional) = count.ledger.finish();
    Ok(Due {
        due_at: to_instant(ends)?,
        due_on: ends.date(),
        counted_from: to_instant(counted_from)?,
        ledger,
        provisional,
    })
}

struct Count<'a> {
    calendar: &'a Calendar,
    office_hours: &'a OfficeHours,
    ledger: LedgerWriter<'a>,
}

impl Count<'_> {
    /// The moment from which the term counts. Days before it go to the ledger; its own day does not yet.
    fn start(&mut self, received: NaiveDateTime) -> Result<NaiveDateTime, ClockError> {
        let mut day = received.date();
        let status = self.calendar.day_status(day)?;
        let mut why_not = Reason::of_status(status);
        if status.is_working() {
            if let Some(time) = self.office_hours.at_or_after(received.time()) {
                return Ok(day.and_time(time));
            }
            why_not = Reason::received_after_office_hours();
        }
        loop {
            self.ledger.skip(day, why_not)?;
            day = day_after(day)?;
            let status = self.calendar.day_status(day)?;
            if status.is_working() {
                return Ok(day.and_time(self.office_hours.opens()));
            }
            why_not = Reason::of_status(status);
        }
    }

    fn working_days(&mut self, first: NaiveDate, why: Reason, count: u32) -> Result<NaiveDateTime, ClockError> {
        self.ledger.skip(first, why)?;
        let mut day = first;
        let mut left = count;
        while left > 0 {
            day = day_after(day)?;
            let status = self.calendar.day_status(day)?;
            if status.is_working() {
                self.ledger.count(day, Reason::of_status(status))?;
                left -= 1;
            } else {
                self.ledger.skip(day, Reason::of_status(status))?;
            }
        }
        Ok(day.and_time(self.office_hours.closes()))
    }

    fn calendar_days(&mut self, first: NaiveDate, why: Reason, count: u32) -> Result<NaiveDateTime, ClockError> {
        self.ledger.skip(first, why)?;
        let mut day = first;
        for _ in 1..count {
            day = day_after(day)?;
            self.ledger.count(day, Reason::calendar_day())?;
        }
        day = day_after(day)?;
        if self.calendar.is_working(day)? {
            self.ledger.count(day, Reason::calendar_day())?;
            return Ok(day.and_time(self.office_hours.closes()));
        }
        self.ledger.count(day, Reason::last_day_is_day_off())?;
        loop {
            day = day_after(day)?;
            let status = self.calendar.day_status(day)?;
            if status.is_working() {
                self.ledger.skip(day, Reason::extended_to_working_day())?;
                return Ok(day.and_time(self.office_hours.closes()));
            }
            self.ledger.skip(day, Reason::of_status(status))?;
        }
    }

    fn working_hours(&mut self, from: NaiveDateTime, count: u32) -> Result<NaiveDateTime, ClockError> {
        let mut left = TimeDelta::try_hours(i64::from(count)).ok_or(ClockError::DateOutOfRange)?;
        let mut day = from.date();
        let mut now = from.time();
        loop {
            let status = self.calendar.day_status(day)?;
            if status.is_working() {
                let left_before = left;
                let ends = self.run_sessions(now, &mut left);
                let worked = left_before - left;
                if worked.is_zero() {
                    self.ledger.skip(day, Reason::no_office_hours_left())?;
                } else {
                    self.ledger.count(day, Reason::office_hours(worked))?;
                }
                if let Some(time) = ends {
                    return Ok(day.and_time(time));
                }
            } else {
                self.ledger.skip(day, Reason::of_status(status))?;
            }
            day = day_after(day)?;
            now = self.office_hours.opens();
        }
    }

    /// Takes what one day's sessions offer from `now` on off the time left, and says when nothing was left.
    fn run_sessions(&self, now: NaiveTime, left: &mut TimeDelta) -> Option<NaiveTime> {
        for session in self.office_hours.sessions() {
            let from = now.max(session.opens);
            let offered = session.closes.signed_duration_since(from).max(TimeDelta::zero());
            if *left <= offered {
                let ends = from + *left;
                *left = TimeDelta::zero();
                return Some(ends);
            }
            *left -= offered;
        }
        None
    }
}
