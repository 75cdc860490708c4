//! Writes the ledger of a course: every date from the receipt to the due date, once and in order.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::calendar::day_after;
use crate::count::{Course, Leg, Length};
use crate::cut_off::CutOff;
use crate::error::ClockError;
use crate::excluded::Excluded;
use crate::ledger::{LedgerDay, Reason};
use crate::workplace::{Workplace, time_within};

pub(crate) struct Explanation<'a> {
    pub(crate) workplace: &'a Workplace<'a>,
    pub(crate) cut_off: CutOff,
    /// The receipt as it was.
    pub(crate) received: NaiveDateTime,
    /// Whether the course is that of a term begun anew.
    pub(crate) began_anew: bool,
    pub(crate) course: &'a Course,
    pub(crate) excluded: &'a Excluded,
}

/// What a date gives to the term.
enum Share {
    Nothing,
    Day,
    OfficeTime(TimeDelta),
}

impl Explanation<'_> {
    pub(crate) fn ledger(&self) -> Result<Vec<LedgerDay>, ClockError> {
        let (first, last) = (self.received.date(), self.course.ends().date());
        let days = last.signed_duration_since(first).num_days().max(0);
        let mut ledger = Vec::with_capacity(usize::try_from(days).unwrap_or(0) + 1);
        let mut day_number = 0;
        let mut office_time = TimeDelta::zero();
        let mut date = first;
        while date <= last {
            let (share, mut reason) = self.line(date)?;
            let before = office_time.num_seconds();
            match share {
                Share::Nothing => {}
                Share::Day => day_number += 1,
                Share::OfficeTime(time) => office_time += time,
            }
            // Differences of the running sum, so that parts of a second are lost nowhere.
            let office_seconds = u32::try_from(office_time.num_seconds() - before).unwrap_or(u32::MAX);
            if matches!(share, Share::OfficeTime(_)) {
                reason = Reason::office_hours(office_seconds);
            }
            ledger.push(LedgerDay {
                date,
                counted: !matches!(share, Share::Nothing),
                day_number: matches!(share, Share::Day).then_some(day_number),
                office_seconds,
                reason,
            });
            date = day_after(date)?;
        }
        Ok(ledger)
    }

    fn line(&self, date: NaiveDate) -> Result<(Share, Reason), ClockError> {
        if date < self.course.begins.date() {
            return self.before_the_term(date);
        }
        // The day on which one leg ends and the next begins is the first one's, if that is in days.
        let in_days =
            self.course.legs.iter().find(|leg| {
                !matches!(leg.length, Length::OfficeTime(_)) && leg.first <= date && date <= leg.ends.date()
            });
        if let Some(leg) = in_days {
            return self.in_days(date, leg);
        }
        if self.course.legs.iter().any(|leg| matches!(leg.length, Length::OfficeTime(_)) && reaches(leg, date)) {
            return self.in_office_time(date);
        }
        let reason = if self.began_anew {
            Reason::day_of_full_answer()
        } else if self.received.date() == date {
            Reason::day_of_receipt()
        } else {
            Reason::deemed_day_of_receipt()
        };
        Ok((Share::Nothing, reason))
    }

    fn before_the_term(&self, date: NaiveDate) -> Result<(Share, Reason), ClockError> {
        let reason = if self.began_anew {
            Reason::before_new_term()
        } else if !self.workplace.is_worked(date)? {
            self.day_off(date)?
        } else if self.cut_off == CutOff::OfficeEnd {
            Reason::received_after_office_hours()
        } else {
            Reason::received_after_cut_off()
        };
        Ok((Share::Nothing, reason))
    }

    fn in_days(&self, date: NaiveDate, leg: &Leg) -> Result<(Share, Reason), ClockError> {
        let worked = self.workplace.is_worked(date)?;
        let taken_out = self.excluded.has(date);
        if matches!(leg.length, Length::CalendarDays(_)) && !taken_out {
            if date < leg.last_counted || (date == leg.last_counted && worked) {
                return Ok((Share::Day, Reason::calendar_day()));
            }
            if date == leg.last_counted {
                return Ok((Share::Day, Reason::last_day_is_day_off()));
            }
            if worked {
                return Ok((Share::Nothing, Reason::extended_to_working_day()));
            }
        }
        let calendar_days = matches!(leg.length, Length::CalendarDays(_));
        if taken_out && (worked || calendar_days) {
            return Ok((Share::Nothing, Reason::waiting(self.excluded.kind_on(date))));
        }
        if !worked {
            return Ok((Share::Nothing, self.day_off(date)?));
        }
        Ok((Share::Day, Reason::of_status(self.workplace.calendar.day_status(date)?)))
    }

    fn in_office_time(&self, date: NaiveDate) -> Result<(Share, Reason), ClockError> {
        let sessions = self.workplace.sessions(date)?;
        if sessions.is_empty() {
            return Ok((Share::Nothing, self.day_off(date)?));
        }
        let (mut counted, mut waited) = (TimeDelta::zero(), TimeDelta::zero());
        for leg in self.course.legs.iter().filter(|leg| matches!(leg.length, Length::OfficeTime(_))) {
            let Some((from, until)) = part_on(date, leg.begins, leg.ends) else { continue };
            counted += time_within(sessions, from, until);
            for (out_from, out_until) in &self.excluded.moments {
                let Some((out_from, out_until)) = part_on(date, *out_from, *out_until) else { continue };
                waited += time_within(sessions, from.max(out_from), until.min(out_until));
            }
        }
        let counted = counted - waited;
        if !counted.is_zero() {
            return Ok((Share::OfficeTime(counted), Reason::office_hours(0)));
        }
        let reason = if waited.is_zero() {
            Reason::no_office_hours_left()
        } else {
            Reason::waiting(self.excluded.kind_on(date))
        };
        Ok((Share::Nothing, reason))
    }

    fn day_off(&self, date: NaiveDate) -> Result<Reason, ClockError> {
        let status = self.workplace.calendar.day_status(date)?;
        // Worked by the calendar, but not in the half in which this office works.
        Ok(if status.is_working() { Reason::other_half_only() } else { Reason::of_status(status) })
    }
}

fn reaches(leg: &Leg, date: NaiveDate) -> bool {
    leg.begins.date() <= date && date <= leg.ends.date()
}

/// The part of a stretch of time that lies on a date.
fn part_on(date: NaiveDate, from: NaiveDateTime, until: NaiveDateTime) -> Option<(NaiveTime, NaiveTime)> {
    if date < from.date() || until.date() < date {
        return None;
    }
    let begins = if from.date() == date { from.time() } else { NaiveTime::MIN };
    let last_moment = NaiveTime::MIN - TimeDelta::nanoseconds(1);
    let ends = if until.date() == date { until.time() } else { last_moment };
    Some((begins, ends))
}
