//! How much of the longest time of a kind of wait is left.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{Excluded, Stretch};
use crate::calendar::day_after;
use crate::count::{Course, Length, counted_dates};
use crate::cut_off::CutOff;
use crate::error::{ClockError, if_covered};
use crate::term::{Term, TermUnit};
use crate::workplace::Workplace;

/// What the waits of a kind may still take out, from the first to the last of them.
pub(super) struct Allowance {
    left: Length,
    /// The last date that was used; what begins on an earlier one does not use it twice.
    used_until: Option<NaiveDate>,
}

impl Allowance {
    pub(super) fn of(longest: Term) -> Result<Self, ClockError> {
        Ok(Self { left: Length::of_term(longest)?, used_until: None })
    }

    /// Lets a stretch, the next in time, have what is left, and no more.
    pub(super) fn grant(
        &mut self,
        stretch: &mut Stretch,
        cut_off: CutOff,
        workplace: &Workplace<'_>,
        at: NaiveDateTime,
    ) -> Result<(), ClockError> {
        let mut first = day_after(stretch.from.date())?;
        if let Some(used) = self.used_until {
            first = first.max(day_after(used)?);
        }
        let limit = if self.left.is_nothing() {
            Some(stretch.from)
        } else {
            // A limit in a year that no calendar has yet lies after everything that can be asked.
            if_covered(Course::from_date(workplace, stretch.from, first, self.left))?.map(|course| course.ends())
        };
        if let Some(limit) = limit {
            stretch.open &= at < limit;
            stretch.limit = Some(limit);
            stretch.to = stretch.to.min(limit);
            stretch.last = stretch.last.min(limit.date());
        }
        if cut_off.deemed(stretch.from, workplace)? < cut_off.deemed(stretch.to, workplace)? {
            let used = |unit| counted_dates(workplace, &Excluded::default(), unit, first, stretch.last);
            self.left = match self.left {
                Length::WorkingDays(days) => Length::WorkingDays(days.saturating_sub(used(TermUnit::WorkingDay)?)),
                Length::CalendarDays(days) => Length::CalendarDays(days.saturating_sub(used(TermUnit::CalendarDay)?)),
                Length::OfficeTime(time) => {
                    let used = workplace.office_time(stretch.from, stretch.to)?;
                    Length::OfficeTime((time - used).max(TimeDelta::zero()))
                }
            };
            self.used_until = self.used_until.max(Some(stretch.last));
        }
        Ok(())
    }
}
