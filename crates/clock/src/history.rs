//! The events of a dossier, replayed: each is checked against what went before, and what it means for the term is
//! settled when it happens.
//!
//! One principle decides what an event can still change: **nothing that begins after the term ran out moves it**. A
//! wait that begins then takes out dates that no longer count; a supplement asked for then does not start the term
//! anew; an extension then is refused. Otherwise a late dossier could be made punctual by one more request.
//!
//! Whether a new appointment is on a day that counts, and later than the one that stands, is judged once, when it is given:
//! a calendar that changes afterwards moves it on to the next day that counts, and can make it needless, but not undo it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::calendar::day_after;
use crate::count::{Course, Length, counted_dates};
use crate::error::{ClockError, EventFault};
use crate::event::{ClockEvent, Ending, Extension, Happening};
use crate::excluded::{Excluded, Wait};
use crate::rule::{ClockRule, SupplementEffect};
use crate::term::TermUnit;
use crate::vietnam_time::to_local;
use crate::wait::WaitKind;
use crate::workplace::Workplace;

pub(crate) struct History<'a> {
    pub(crate) workplace: Workplace<'a>,
    pub(crate) rule: &'a ClockRule,
    pub(crate) received: NaiveDateTime,
    /// The deemed receipt.
    pub(crate) counted_from: NaiveDateTime,
    pub(crate) waits: Vec<Wait>,
    pub(crate) supplements: u32,
    pub(crate) extensions: u32,
    pub(crate) ended: Option<(DateTime<Utc>, Ending)>,
    /// The deemed instant of the last full answer that started the term anew.
    restarted: Option<NaiveDateTime>,
    /// What the extensions add to the term now running.
    added: Vec<Length>,
}

impl<'a> History<'a> {
    pub(crate) fn replay(
        workplace: Workplace<'a>,
        rule: &'a ClockRule,
        events: &[ClockEvent],
        now: DateTime<Utc>,
    ) -> Result<Self, ClockError> {
        let Some((receipt, later)) = events.split_first().filter(|(first, _)| first.what == Happening::Received) else {
            return Err(wrong(0, EventFault::NotReceived));
        };
        if receipt.at > now {
            return Err(wrong(0, EventFault::InTheFuture));
        }
        let received = to_local(receipt.at)?;
        let mut history = Self {
            workplace,
            rule,
            received,
            counted_from: rule.cut_off.deemed(received, &workplace)?,
            waits: Vec::new(),
            supplements: 0,
            extensions: 0,
            ended: None,
            restarted: None,
            added: Vec::new(),
        };
        let mut previous = receipt.at;
        for (index, event) in (1..).zip(later) {
            if event.at < previous {
                return Err(wrong(index, EventFault::OutOfOrder));
            }
            if event.at > now {
                return Err(wrong(index, EventFault::InTheFuture));
            }
            if history.ended.is_some() {
                return Err(wrong(index, EventFault::AfterEnd));
            }
            previous = event.at;
            history.take(index, event)?;
        }
        Ok(history)
    }

    /// The course of the term as it stands at a moment, as if waits still open ended then, with what they take out.
    pub(crate) fn course(&self, at: NaiveDateTime) -> Result<(Course, Excluded), ClockError> {
        let excluded = Excluded::by(&self.waits, self.rule, &self.workplace, at)?;
        let mut begins = self.restarted.unwrap_or(self.counted_from);
        let mut added = self.added.as_slice();
        if self.waits.iter().any(|wait| wait.restarts && wait.to.is_none() && wait.from < at) {
            begins = self.rule.cut_off.deemed(at, &self.workplace)?;
            added = &[];
        }
        let length = Length::of_term(self.rule.term)?;
        let course = Course::count(&self.workplace, begins, self.rule.first_day, length, added, &excluded)?;
        Ok((course, excluded))
    }

    /// The course as it was on the day of receipt, before anything happened.
    pub(crate) fn first_course(&self) -> Result<Course, ClockError> {
        Course::of_term(&self.workplace, self.counted_from, self.rule.first_day, self.rule.term)
    }

    /// Whether the term now running is not the first.
    pub(crate) fn began_anew(&self, course: &Course) -> bool {
        self.restarted.is_some() || course.begins != self.counted_from
    }

    fn take(&mut self, index: usize, event: &ClockEvent) -> Result<(), ClockError> {
        let at = to_local(event.at)?;
        match &event.what {
            Happening::Received => Err(wrong(index, EventFault::ReceivedTwice)),
            Happening::WaitBegan { wait, kind, .. } => self.begin_wait(index, at, *wait, *kind),
            Happening::WaitEnded { wait } => self.end_wait(index, at, *wait),
            Happening::Extended(extension) => self.extend(index, at, *extension),
            Happening::Ended(ending) => {
                self.ended = Some((event.at, *ending));
                Ok(())
            }
        }
    }

    fn begin_wait(&mut self, index: usize, at: NaiveDateTime, number: u32, kind: WaitKind) -> Result<(), ClockError> {
        if self.waits.iter().any(|wait| wait.number == number) {
            return Err(wrong(index, EventFault::WaitNumberTwice));
        }
        let mut restarts = false;
        if kind == WaitKind::Supplement {
            if self.supplements >= self.rule.supplements_allowed {
                return Err(wrong(index, EventFault::SupplementsUsedUp));
            }
            self.supplements += 1;
            restarts = self.rule.supplement_effect == SupplementEffect::Restart && at <= self.course(at)?.0.ends();
        }
        self.waits.push(Wait { number, kind, from: at, to: None, restarts });
        Ok(())
    }

    fn end_wait(&mut self, index: usize, at: NaiveDateTime, number: u32) -> Result<(), ClockError> {
        let open = self.waits.iter_mut().find(|wait| wait.number == number && wait.to.is_none());
        let wait = open.ok_or(wrong(index, EventFault::WaitNotOpen))?;
        wait.to = Some(at);
        if wait.restarts && wait.from < at {
            self.restarted = Some(self.rule.cut_off.deemed(at, &self.workplace)?);
            self.added.clear();
        }
        Ok(())
    }

    fn extend(&mut self, index: usize, at: NaiveDateTime, extension: Extension) -> Result<(), ClockError> {
        let (due, excluded) = self.to_extend(index, at)?;
        let length = match extension {
            Extension::ByTerm(term) if term.count == 0 => return Err(wrong(index, EventFault::EmptyExtension)),
            Extension::ByTerm(term) => Some(Length::of_term(term)?),
            Extension::ToDate(date) => self.length_to(due, self.next_counted(date, &excluded)?, &excluded)?,
        };
        self.extensions += 1;
        self.added.extend(length);
        Ok(())
    }

    /// Whether a new appointment may be given now on a date: it has to be on a day that counts, and later.
    pub(crate) fn judge_appointment(&self, index: usize, at: NaiveDateTime, date: NaiveDate) -> Result<(), ClockError> {
        if self.ended.is_some() {
            return Err(wrong(index, EventFault::AfterEnd));
        }
        let (due, excluded) = self.to_extend(index, at)?;
        if self.next_counted(date, &excluded)? != date {
            return Err(wrong(index, EventFault::ExtendedToUncountedDay));
        }
        match self.length_to(due, date, &excluded)? {
            Some(_) => Ok(()),
            None => Err(wrong(index, EventFault::ExtensionNotLater)),
        }
    }

    /// When the term that is to be extended ends, and what is taken out of it.
    fn to_extend(&self, index: usize, at: NaiveDateTime) -> Result<(NaiveDateTime, Excluded), ClockError> {
        if self.extensions >= self.rule.extensions_allowed {
            return Err(wrong(index, EventFault::ExtensionsUsedUp));
        }
        let (course, excluded) = self.course(at)?;
        let due = course.ends();
        if at > due {
            return Err(wrong(index, EventFault::ExtendedAfterDue));
        }
        Ok((due, excluded))
    }

    /// The first date from this one on that counts. An appointment was given on one, but a later decree can make it a day
    /// off, and no term ends there (Civil Code 2015, art. 148.5).
    fn next_counted(&self, date: NaiveDate, excluded: &Excluded) -> Result<NaiveDate, ClockError> {
        let mut counted = date;
        while !self.workplace.is_worked(counted)? || excluded.has(counted) {
            counted = day_after(counted)?;
        }
        Ok(counted)
    }

    /// What an extension to a date adds to the term that is due at `due`, in the term's own unit; nothing where the term
    /// itself ends no earlier.
    fn length_to(
        &self,
        due: NaiveDateTime,
        date: NaiveDate,
        excluded: &Excluded,
    ) -> Result<Option<Length>, ClockError> {
        let ends = self.workplace.closing(date)?;
        if ends <= due {
            return Ok(None);
        }
        let unit = self.rule.term.unit;
        if unit == TermUnit::WorkingHour {
            return self.workplace.office_time(due, ends).map(Length::OfficeTime).map(Some);
        }
        let days = counted_dates(&self.workplace, excluded, unit, day_after(due.date())?, date)?;
        Ok(match unit {
            _ if days == 0 => None,
            TermUnit::CalendarDay => Some(Length::CalendarDays(days)),
            TermUnit::WorkingDay | TermUnit::WorkingHour => Some(Length::WorkingDays(days)),
        })
    }
}

const fn wrong(event: usize, fault: EventFault) -> ClockError {
    ClockError::Event { event, fault }
}
