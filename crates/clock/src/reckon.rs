//! The deadline of a dossier, reckoned from what happened to it.
//!
//! While a wait is open, the due instant is given **as it would be if the wait ended now**, and the answer is marked
//! [`waiting`](Deadline::waiting): an officer sees how much is left once the answer comes, and the number moves with
//! the clock until then. There is always a due instant, never none.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, day_after};
use crate::count::{Course, counted_dates};
use crate::error::{ClockError, if_covered};
use crate::event::{ClockEvent, Ending};
use crate::excluded::Excluded;
use crate::explain::Explanation;
use crate::history::History;
use crate::judgement::{Judgement, Supplements};
use crate::ledger::LedgerDay;
use crate::office_hours::OfficeHours;
use crate::rule::{ClockRule, term_from};
use crate::vietnam_time::{to_instant, to_local};
use crate::wait::WaitKind;
use crate::workplace::Workplace;

/// When a dossier is due, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The instant at which it is deemed received, by the cut-off.
    pub counted_from: DateTime<Utc>,
    /// From when the term counts that is running now: `counted_from`, or the deemed instant of the full answer with
    /// which the term began anew.
    pub term_from: DateTime<Utc>,
    /// The first due instant (hẹn trả lần đầu), on which later events have no influence.
    pub first_due_at: DateTime<Utc>,
    /// The Vietnamese date of it.
    pub first_due_on: NaiveDate,
    /// The due instant that holds now (hẹn trả).
    pub due_at: DateTime<Utc>,
    /// The Vietnamese date of it.
    pub due_on: NaiveDate,
    /// Whether an open wait makes the clock stand still: then `due_at` is what it would be if the wait ended now.
    pub waiting: bool,
    /// While it stands still: when it goes on although nothing has come, where the rule limits the wait.
    pub goes_on_at: Option<DateTime<Utc>>,
    /// When the dossier closes by itself if the open supplement request stays without an answer.
    pub closes_at: Option<DateTime<Utc>>,
    /// How and when processing ended, if it did.
    pub ended: Option<Ended>,
    /// What is left, or by how much it is overdue.
    pub left: Left,
    /// Early, on time or late, by each definition.
    pub judgement: Judgement,
    /// How many supplements were asked for.
    pub supplements: u32,
    /// How many extensions were given.
    pub extensions: u32,
    /// Whether a day between receipt and due date is provisional, so that a decision to come may move the deadline.
    pub provisional: bool,
}

/// The end of processing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub how: Ending,
}

/// The distance between now, or the end of processing, and the due instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Whether the due instant has passed (quá hạn), so that the numbers say by how much.
    pub overdue: bool,
    /// Whole days of the term's kind, working or calendar, after the earlier date up to and with the later; 0 on the
    /// due date itself. What a wait takes out is not among them.
    pub days: u32,
    /// Office time in seconds, whatever the term's unit.
    pub office_seconds: i64,
}

/// A deadline with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoning {
    /// The deadline.
    pub deadline: Deadline,
    /// Every Vietnamese date from the receipt to `due_on`, once and in order: the days it counts are as many as the
    /// term and its extensions have, or its office seconds are.
    pub ledger: Vec<LedgerDay>,
}

/// Reckons when a dossier is due, without the ledger: for lists and recalculations.
///
/// # Errors
/// [`ClockError::Event`] naming the event that cannot have happened; [`ClockError::EmptyTerm`] for a rule with a count
/// of 0; [`ClockError::YearNotCovered`] when the count touches a year without a table; [`ClockError::DateOutOfRange`].
pub fn deadline(
    rule: &ClockRule,
    events: &[ClockEvent],
    calendar: &Calendar,
    office_hours: &OfficeHours,
    now: DateTime<Utc>,
) -> Result<Deadline, ClockError> {
    let history = History::replay(Workplace::new(calendar, office_hours), rule, events, now)?;
    let at = to_local(history.ended.map_or(now, |(at, _)| at))?;
    let (course, excluded) = history.course(at)?;
    answer(&history, at, &course, &excluded)
}

/// Reckons when a dossier is due, and why. `calendar` is the agency's own view, `now` the instant of the question; the
/// events are all that happened until then, in order.
///
/// # Errors
/// As of [`deadline()`].
pub fn reckon(
    rule: &ClockRule,
    events: &[ClockEvent],
    calendar: &Calendar,
    office_hours: &OfficeHours,
    now: DateTime<Utc>,
) -> Result<Reckoning, ClockError> {
    let history = History::replay(Workplace::new(calendar, office_hours), rule, events, now)?;
    let at = to_local(history.ended.map_or(now, |(at, _)| at))?;
    let (course, excluded) = history.course(at)?;
    let explanation = Explanation {
        workplace: &history.workplace,
        cut_off: rule.cut_off,
        received: history.received,
        began_anew: history.began_anew(&course),
        course: &course,
        excluded: &excluded,
    };
    Ok(Reckoning { deadline: answer(&history, at, &course, &excluded)?, ledger: explanation.ledger()? })
}

/// Whether a new appointment may be given now on a date; the events are what happened before. Only here is a date refused
/// that does not count or is not later: once given, it follows the calendar.
///
/// # Errors
/// [`ClockError::Event`] with the place that the extension would have after the events, or that of an event which cannot
/// have happened; else as of [`deadline()`].
pub fn may_extend_to(
    date: NaiveDate,
    rule: &ClockRule,
    events: &[ClockEvent],
    calendar: &Calendar,
    office_hours: &OfficeHours,
    now: DateTime<Utc>,
) -> Result<(), ClockError> {
    let history = History::replay(Workplace::new(calendar, office_hours), rule, events, now)?;
    history.judge_appointment(events.len(), to_local(now)?, date)
}

fn answer(
    history: &History<'_>,
    at: NaiveDateTime,
    course: &Course,
    excluded: &Excluded,
) -> Result<Deadline, ClockError> {
    let first_due = history.first_course()?.ends();
    let due = course.ends();
    let (first_due_at, due_at) = (to_instant(first_due)?, to_instant(due)?);
    let supplements = supplements(history, at)?;
    Ok(Deadline {
        received_at: to_instant(history.received)?,
        counted_from: to_instant(history.counted_from)?,
        term_from: to_instant(course.begins)?,
        first_due_at,
        first_due_on: first_due.date(),
        due_at,
        due_on: due.date(),
        waiting: history.ended.is_none() && stands_still(history, excluded),
        goes_on_at: goes_on_at(history, excluded)?,
        closes_at: closes_at(history)?,
        ended: history.ended.map(|(at, how)| Ended { at, how }),
        left: left(history, at, due, excluded)?,
        judgement: Judgement::of(to_instant(at)?, history.ended.is_some(), first_due_at, due_at, supplements),
        supplements: history.supplements,
        extensions: history.extensions,
        provisional: history.workplace.has_provisional(history.received.date(), due.date())?,
    })
}

fn stands_still(history: &History<'_>, excluded: &Excluded) -> bool {
    starts_anew(history) || excluded.stretches.iter().any(|stretch| stretch.open)
}

/// Whether the answer that is waited for starts the term anew.
fn starts_anew(history: &History<'_>) -> bool {
    history.waits.iter().any(|wait| wait.restarts && wait.to.is_none())
}

/// The last limit of what the clock stands still for; none when something of it has no limit.
fn goes_on_at(history: &History<'_>, excluded: &Excluded) -> Result<Option<DateTime<Utc>>, ClockError> {
    if history.ended.is_some() || starts_anew(history) {
        return Ok(None);
    }
    let mut last = None;
    for stretch in excluded.stretches.iter().filter(|stretch| stretch.open) {
        let Some(limit) = stretch.limit else { return Ok(None) };
        last = last.max(Some(limit));
    }
    last.map(to_instant).transpose()
}

fn closes_at(history: &History<'_>) -> Result<Option<DateTime<Utc>>, ClockError> {
    let (Some(term), None) = (history.rule.automatic_closing, history.ended) else { return Ok(None) };
    let mut open = history.waits.iter().filter(|wait| wait.kind == WaitKind::Supplement && wait.to.is_none());
    let Some(asked) = open.next() else { return Ok(None) };
    // While no calendar reaches there, nobody has to be told when it is.
    if_covered(term_from(&history.workplace, asked.from, term))?.map(to_instant).transpose()
}

fn left(history: &History<'_>, at: NaiveDateTime, due: NaiveDateTime, excluded: &Excluded) -> Result<Left, ClockError> {
    let overdue = at > due;
    let (from, until) = if overdue { (due, at) } else { (at, due) };
    let workplace = &history.workplace;
    let days = if from.date() == until.date() {
        0
    } else {
        counted_dates(workplace, excluded, history.rule.term.unit, day_after(from.date())?, until.date())?
    };
    Ok(Left { overdue, days, office_seconds: workplace.office_time(from, until)?.num_seconds() })
}

fn supplements(history: &History<'_>, at: NaiveDateTime) -> Result<Supplements, ClockError> {
    let of_applicant = || history.waits.iter().filter(|wait| wait.kind == WaitKind::Supplement);
    let open = of_applicant().find(|wait| wait.to.is_none());
    let mut waited = TimeDelta::zero();
    let mut until = history.received;
    // In the order in which they began, so that what overlaps counts once.
    for wait in of_applicant() {
        let to = wait.to.unwrap_or(at).min(at);
        waited += to.signed_duration_since(wait.from.max(until)).max(TimeDelta::zero());
        until = until.max(to);
    }
    Ok(Supplements {
        requested: history.supplements,
        open_since: open.map(|wait| to_instant(wait.from)).transpose()?,
        waited,
    })
}
