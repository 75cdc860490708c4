//! The fixed clocks (các mốc xử lý cố định): short terms of the handling itself. They are data like the rest of a
//! rule, with the values of the texts as defaults.
//!
//! All run by the cut-off «end of office hours», whatever the procedure's own: they measure officers and systems,
//! not the applicant's receipt. In days, the day they start on does not count.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{ClockRule, FirstDay};
use crate::calendar::Calendar;
use crate::count::Course;
use crate::cut_off::CutOff;
use crate::error::ClockError;
use crate::office_hours::OfficeHours;
use crate::term::{Term, TermUnit};
use crate::vietnam_time::{to_instant, to_local};
use crate::workplace::Workplace;

/// One of the fixed clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixedClock {
    /// From the arrival of an online dossier until its officer is alerted.
    Alert,
    /// From the arrival of an online dossier until it is accepted or a supplement is asked for.
    OnlineCheck,
    /// From the hand-over of a paper dossier until a supplement is asked for.
    PaperCheck,
    /// From the receipt of papers elsewhere until they are handed over to the agency that decides.
    PaperTransfer,
    /// From a supplement request until the applicant's silence is established.
    Silence,
    /// Backwards from the due instant: by then the apology with the new appointment goes out.
    Apology,
    /// From a hand-over between interlinked agencies until the other one acknowledges it.
    Acknowledgement,
    /// From the end of processing until the other systems know, on the wall clock.
    Synchronisation,
}

impl FixedClock {
    /// Every one there is.
    pub const ALL: [Self; 8] = [
        Self::Alert,
        Self::OnlineCheck,
        Self::PaperCheck,
        Self::PaperTransfer,
        Self::Silence,
        Self::Apology,
        Self::Acknowledgement,
        Self::Synchronisation,
    ];

    /// The code under which it is stored and served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::OnlineCheck => "online_check",
            Self::PaperCheck => "paper_check",
            Self::PaperTransfer => "paper_transfer",
            Self::Silence => "silence",
            Self::Apology => "apology",
            Self::Acknowledgement => "acknowledgement",
            Self::Synchronisation => "synchronisation",
        }
    }

    /// The field of [`FixedClocks`] that holds it.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Synchronisation => "synchronisation_minutes",
            other => other.as_str(),
        }
    }
}

/// How long the fixed clocks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FixedClocks {
    /// 2 working hours (the interlinked decree of 2025, art. 6.4).
    pub alert: Term,
    /// 8 working hours (Resolution 66.7/2025; the interlinked decree of 2025, art. 6.4a).
    pub online_check: Term,
    /// 1 working day (Resolution 66.7/2025).
    pub paper_check: Term,
    /// 1 working day, as Bắc Ninh has it for dossiers received outside the territory of who decides (tiếp nhận phi địa
    /// giới): the electronic dossier goes at once, its papers within a day.
    pub paper_transfer: Term,
    /// 15 working days, the common practice of closing what is never answered.
    pub silence: Term,
    /// 1 working day before the due date (the one-stop decree 118/2025).
    pub apology: Term,
    /// 2 working hours (Decree 63/2024, art. 7.4).
    pub acknowledgement: Term,
    /// 10 minutes of the wall clock (Decree 63/2024, art. 7.4).
    pub synchronisation_minutes: u32,
}

impl Default for FixedClocks {
    fn default() -> Self {
        Self {
            alert: Term::working_hours(2),
            online_check: Term::working_hours(8),
            paper_check: Term::working_days(1),
            paper_transfer: Term::working_days(1),
            silence: Term::working_days(15),
            apology: Term::working_days(1),
            acknowledgement: Term::working_hours(2),
            synchronisation_minutes: 10,
        }
    }
}

impl FixedClocks {
    /// The term of a clock; none of the one that runs in minutes.
    #[must_use]
    pub const fn term(&self, clock: FixedClock) -> Option<Term> {
        match clock {
            FixedClock::Alert => Some(self.alert),
            FixedClock::OnlineCheck => Some(self.online_check),
            FixedClock::PaperCheck => Some(self.paper_check),
            FixedClock::PaperTransfer => Some(self.paper_transfer),
            FixedClock::Silence => Some(self.silence),
            FixedClock::Apology => Some(self.apology),
            FixedClock::Acknowledgement => Some(self.acknowledgement),
            FixedClock::Synchronisation => None,
        }
    }
}

/// Until when what a fixed clock measures has to be done. `from` is where the clock starts; for the apology it is the
/// due instant, from which it counts back: to the end of office hours of the working day so many days before (a day
/// off gives way to the working day before it), or by so much office time. A term shorter than that has its apology
/// instant before its receipt, which means at once.
///
/// # Errors
/// [`ClockError::EmptyTerm`], [`ClockError::YearNotCovered`], [`ClockError::DateOutOfRange`].
pub fn fixed_deadline(
    clock: FixedClock,
    rule: &ClockRule,
    from: DateTime<Utc>,
    calendar: &Calendar,
    office_hours: &OfficeHours,
) -> Result<DateTime<Utc>, ClockError> {
    let Some(term) = rule.fixed_clocks.term(clock) else {
        let minutes = TimeDelta::minutes(i64::from(rule.fixed_clocks.synchronisation_minutes));
        return from.checked_add_signed(minutes).ok_or(ClockError::DateOutOfRange);
    };
    let workplace = Workplace::new(calendar, office_hours);
    let start = to_local(from)?;
    if clock == FixedClock::Apology {
        return to_instant(before(&workplace, start, term)?);
    }
    to_instant(term_from(&workplace, start, term)?)
}

/// When a term by the cut-off «end of office hours» ends.
pub(crate) fn term_from(
    workplace: &Workplace<'_>,
    start: NaiveDateTime,
    term: Term,
) -> Result<NaiveDateTime, ClockError> {
    let deemed = CutOff::OfficeEnd.deemed(start, workplace)?;
    Course::of_term(workplace, deemed, FirstDay::NextDay, term).map(|course| course.ends())
}

fn before(workplace: &Workplace<'_>, due: NaiveDateTime, term: Term) -> Result<NaiveDateTime, ClockError> {
    if term.count == 0 {
        return Err(ClockError::EmptyTerm);
    }
    match term.unit {
        TermUnit::WorkingHour => hours_before(workplace, due, term.count),
        TermUnit::WorkingDay => {
            let mut day = due.date();
            for _ in 0..term.count {
                day = worked_before(workplace, day)?;
            }
            workplace.closing(day)
        }
        TermUnit::CalendarDay => {
            let days = chrono::Days::new(u64::from(term.count));
            let day = due.date().checked_sub_days(days).ok_or(ClockError::DateOutOfRange)?;
            let day = if workplace.is_worked(day)? { day } else { worked_before(workplace, day)? };
            workplace.closing(day)
        }
    }
}

fn worked_before(workplace: &Workplace<'_>, day: NaiveDate) -> Result<NaiveDate, ClockError> {
    let mut day = day;
    loop {
        day = day.pred_opt().ok_or(ClockError::DateOutOfRange)?;
        if workplace.is_worked(day)? {
            return Ok(day);
        }
    }
}

fn hours_before(workplace: &Workplace<'_>, due: NaiveDateTime, hours: u32) -> Result<NaiveDateTime, ClockError> {
    let mut left = TimeDelta::hours(i64::from(hours));
    let (mut day, mut until) = (due.date(), due.time());
    loop {
        for session in workplace.sessions(day)?.iter().rev() {
            let ends = until.min(session.closes);
            let offered = ends.signed_duration_since(session.opens).max(TimeDelta::zero());
            if left <= offered {
                return Ok(day.and_time(ends - left));
            }
            left -= offered;
        }
        day = day.pred_opt().ok_or(ClockError::DateOutOfRange)?;
        until = workplace.closing(day)?.time();
    }
}
