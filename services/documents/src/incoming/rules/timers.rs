//! Until when each step of an incoming document is to be done (Decree 30/2020/NĐ-CP, Articles 4.2, 22 to 24).
//!
//! "Within the day, at the latest the next working day" (Articles 4.2, 23): late is what is not done by the end of office
//! hours of the next working day after the arrival, which holds for registering and for submitting alike. The due
//! instants are counted when the document arrives and kept; whether a step is late is always asked, never stored.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use motcua_kernel::BusinessTime;
use motcua_kernel::time::vietnam;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::State;
use crate::incoming::facts::IncomingFacts;

/// When nothing is awaited: later than everything, and a year of four digits, which both databases keep.
pub(crate) const NEVER: DateTime<Utc> = match DateTime::from_timestamp(253_370_764_800, 0) {
    Some(instant) => instant,
    None => DateTime::UNIX_EPOCH,
};

/// The last second of a day in Vietnam.
pub(crate) fn end_of_day(day: NaiveDate) -> Option<DateTime<Utc>> {
    let next = day.succ_opt()?.and_hms_opt(0, 0, 0)?;
    let midnight = vietnam().from_local_datetime(&next).single()?;
    Some(midnight.to_utc() - TimeDelta::seconds(1))
}

/// A step that has a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IncomingStepName)]
pub enum StepName {
    /// To be registered (vào sổ).
    Register,
    /// To be brought before a leader (trình).
    Submit,
    /// To be dealt with (giải quyết).
    Resolve,
}

/// A step with its time.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = IncomingStep)]
pub struct TimedStep {
    /// Which.
    pub step: StepName,
    /// Until when; `null` when there is no term, or it reaches into a year nobody has decreed yet.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// Whether it was done late, or is not done and late by now.
    pub late: bool,
}

/// The steps of a document with their times, as of an instant.
pub(crate) fn steps(facts: &IncomingFacts, now: BusinessTime) -> Vec<TimedStep> {
    let of = |step, due_at: Option<DateTime<Utc>>, done_at: Option<DateTime<Utc>>, awaited: bool| {
        // What ended otherwise (returned, cancelled, taken back) waits for no step any more.
        let until = done_at.or(awaited.then_some(now.0));
        let late = due_at.zip(until).is_some_and(|(due, until)| until > due);
        TimedStep { step, due_at, done_at, late }
    };
    let open = facts.state.is_open();
    let registered = facts.registered_at.is_some();
    // Returning is the other end of the first step.
    let decided = facts.registered_at.or(facts.ended_at.filter(|_| facts.state == State::Returned));
    // A leader who assigns at once has it before them without the clerk.
    let submitted = facts.submitted_at.or(facts.assigned_at);
    let done = facts.completed_at.or(facts.ended_at.filter(|_| facts.state == State::Finished));
    vec![
        of(StepName::Register, facts.register_due_at, decided, open),
        of(StepName::Submit, facts.submit_due_at, submitted, open && registered),
        of(StepName::Resolve, facts.due_at, done, open),
    ]
}

/// By when somebody must act next.
pub(crate) fn act_by(facts: &IncomingFacts) -> DateTime<Utc> {
    let due = match facts.state {
        State::Received => facts.register_due_at,
        State::Registered => facts.submit_due_at,
        State::Submitted | State::Assigned | State::Processing if facts.completed_at.is_none() => facts.due_at,
        _ => None,
    };
    due.unwrap_or(NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_its_last_second_in_vietnam() {
        let end = end_of_day("2026-11-21".parse().unwrap()).unwrap();
        assert_eq!(end.to_rfc3339(), "2026-11-21T16:59:59+00:00");
    }

    #[test]
    fn never_is_a_year_of_four_digits() {
        assert_eq!(NEVER.to_rfc3339(), "9999-01-01T00:00:00+00:00");
    }
}
