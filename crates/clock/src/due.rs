//! When a plain term is due (ngày hẹn trả), counted forward from an instant, with nothing happening on the way: the
//! clock of a rule about which a text says nothing but its term.
//!
//! - **Start**: what arrives outside office hours or on a day off is deemed to arrive when an office next opens (the
//!   cut-off «end of office hours»).
//! - **Working days**: the day of (deemed) receipt does not count, day 1 is the next working day, and the term is
//!   due at the end of office hours of day N.
//! - **Calendar days**: the first day does not count (Civil Code 2015 art. 147.2); a term whose last day is a day off
//!   ends with the next working day (art. 148.5). It is due at the end of office hours too, not at midnight, because
//!   nobody is there to hand a result over after that.
//! - **Working hours**: time runs inside office hours only, from the start itself.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::count::Course;
use crate::cut_off::CutOff;
use crate::error::ClockError;
use crate::excluded::Excluded;
use crate::explain::Explanation;
use crate::ledger::LedgerDay;
use crate::office_hours::OfficeHours;
use crate::rule::FirstDay;
use crate::term::Term;
use crate::vietnam_time::{to_instant, to_local};
use crate::workplace::Workplace;

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
    let workplace = Workplace::new(calendar, office_hours);
    let received = to_local(start)?;
    let cut_off = CutOff::OfficeEnd;
    let course = Course::of_term(&workplace, cut_off.deemed(received, &workplace)?, FirstDay::NextDay, term)?;
    let excluded = Excluded::default();
    let explanation = Explanation {
        workplace: &workplace,
        cut_off,
        received,
        began_anew: false,
        course: &course,
        excluded: &excluded,
    };
    let ends = course.ends();
    Ok(Due {
        due_at: to_instant(ends)?,
        due_on: ends.date(),
        counted_from: to_instant(course.begins)?,
        ledger: explanation.ledger()?,
        provisional: workplace.has_provisional(received.date(), ends.date())?,
    })
}
