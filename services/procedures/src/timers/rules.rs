//! Which timers a dossier has, and whom each concerns. Pure.

use chrono::{DateTime, Utc};
use motcua_clock::{Calendar, ClockError, ClockRule, FixedClock, OfficeHours, Term, due, fixed_deadline};
use motcua_kernel::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalogue::content::Channel;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::rules::{Party, State};

/// What happens when an instant has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// The officer is alerted of an online dossier (cảnh báo hồ sơ trực tuyến mới).
    Alert,
    /// An online dossier was not checked in time (quá hạn kiểm tra hồ sơ trực tuyến).
    OnlineCheck,
    /// A paper dossier was not checked in time (quá hạn kiểm tra hồ sơ giấy).
    PaperCheck,
    /// Papers received elsewhere were not handed over in time to who decides (quá hạn chuyển hồ sơ giấy).
    PaperTransfer,
    /// Papers that were handed over arrived with differences (giấy tờ bàn giao không khớp): told at once, by no clock.
    PaperDifference,
    /// The apology with a new date goes out now or never (đến hạn xin lỗi, hẹn lại).
    Apology,
    /// The due instant has passed (quá hạn giải quyết).
    Overdue,
    /// It has passed for so long that the approver is told.
    OverdueApprover,
    /// It has passed for so long that the leader is told.
    OverdueLeader,
    /// The applicant stayed silent for as long as the rule allows (quá hạn bổ sung hồ sơ).
    Silence,
}

impl TimerKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Alert,
        Self::OnlineCheck,
        Self::PaperCheck,
        Self::PaperTransfer,
        Self::PaperDifference,
        Self::Apology,
        Self::Overdue,
        Self::OverdueApprover,
        Self::OverdueLeader,
        Self::Silence,
    ];

    /// The word as columns, filters and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::OnlineCheck => "online_check",
            Self::PaperCheck => "paper_check",
            Self::PaperTransfer => "paper_transfer",
            Self::PaperDifference => "paper_difference",
            Self::Apology => "apology",
            Self::Overdue => "overdue",
            Self::OverdueApprover => "overdue_approver",
            Self::OverdueLeader => "overdue_leader",
            Self::Silence => "silence",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Who is told, by the role held in a party of the dossier.
    #[must_use]
    pub const fn concerns(self) -> &'static [(Party, Role)] {
        match self {
            Self::Alert => &[(Party::Receiving, Role::Receiver)],
            Self::OnlineCheck | Self::PaperCheck | Self::PaperTransfer => {
                &[(Party::Receiving, Role::Receiver), (Party::Receiving, Role::Leader)]
            }
            // Whoever gave them, who is another each time.
            Self::PaperDifference => &[],
            Self::Apology => &[(Party::Competent, Role::Processor), (Party::Competent, Role::Approver)],
            Self::Overdue | Self::Silence => &[(Party::Competent, Role::Processor)],
            Self::OverdueApprover => &[(Party::Competent, Role::Approver)],
            Self::OverdueLeader => &[(Party::Competent, Role::Leader)],
        }
    }
}

/// Something that happens by itself once an instant has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer {
    /// What.
    pub kind: TimerKind,
    /// The last instant at which it has not happened yet, in law.
    pub at: DateTime<Utc>,
}

/// After how long an overdue dossier is told to whom (nhắc việc theo cấp), from its due instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// The approver of the competent agency.
    pub approver: Term,
    /// Its leader.
    pub leader: Term,
}

impl Default for Escalation {
    fn default() -> Self {
        Self { approver: Term::working_days(1), leader: Term::working_days(3) }
    }
}

/// By what the instants of timers are counted.
#[derive(Debug, Clone, Copy)]
pub struct Counting<'a> {
    /// The rule of the procedure version.
    pub rule: &'a ClockRule,
    /// The working-day calendar.
    pub calendar: &'a Calendar,
    /// When offices are open.
    pub office_hours: &'a OfficeHours,
    /// Steps of escalation.
    pub escalation: &'a Escalation,
}

/// The timers of a dossier as it stands, in order. `closes_at` is when its rule ends it should the applicant stay silent.
///
/// # Errors
/// When an instant lies where the calendar does not reach.
pub fn plan(
    counting: Counting<'_>,
    facts: &DossierFacts,
    closes_at: Option<DateTime<Utc>>,
) -> Result<Vec<Timer>, ClockError> {
    let mut timers = match facts.state {
        State::Submitted => at_the_desk(counting, facts)?,
        State::Received
        | State::Processing
        | State::Paused
        | State::AwaitingSupplement
        | State::AwaitingPayment
        | State::Issuing => until_due(counting, facts)?,
        State::AwaitingCorrection
        | State::Refused
        | State::Withdrawn
        | State::Stopped
        | State::Done
        | State::Returned => Vec::new(),
    };
    if facts.state == State::AwaitingSupplement {
        timers.extend(closes_at.map(|at| Timer { kind: TimerKind::Silence, at }));
    }
    timers.extend(papers_to_hand_over(counting, facts)?);
    timers.sort_unstable();
    Ok(timers)
}

/// Before receipt: from when it came in, anew once the applicant has corrected it.
fn at_the_desk(counting: Counting<'_>, facts: &DossierFacts) -> Result<Vec<Timer>, ClockError> {
    let clocks: &[(TimerKind, FixedClock)] = match facts.channel {
        Channel::Online => &[(TimerKind::Alert, FixedClock::Alert), (TimerKind::OnlineCheck, FixedClock::OnlineCheck)],
        _ => &[(TimerKind::PaperCheck, FixedClock::PaperCheck)],
    };
    let from = facts.at_the_desk_since();
    let timer = |&(kind, clock)| Ok(Timer { kind, at: counting.fixed(clock, from)? });
    clocks.iter().map(timer).collect()
}

/// Where a desk elsewhere received it on paper: whether the papers have left by then is seen when the instant has passed.
fn papers_to_hand_over(counting: Counting<'_>, facts: &DossierFacts) -> Result<Option<Timer>, ClockError> {
    let elsewhere = facts.agencies.receiving.responsible_id != facts.agencies.competent.responsible_id;
    match facts.received_at {
        Some(at) if elsewhere && facts.channel != Channel::Online && !facts.has_ended() => {
            match counting.fixed(FixedClock::PaperTransfer, at) {
                Ok(at) => Ok(Some(Timer { kind: TimerKind::PaperTransfer, at })),
                // As below: it must not keep a dossier from being received.
                Err(ClockError::YearNotCovered { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        }
        Some(_) | None => Ok(None),
    }
}

/// While the clock of a received dossier runs.
fn until_due(counting: Counting<'_>, facts: &DossierFacts) -> Result<Vec<Timer>, ClockError> {
    let (Some(due_at), Some(received_at)) = (facts.due_at, facts.received_at) else { return Ok(Vec::new()) };
    let mut timers = vec![Timer { kind: TimerKind::Overdue, at: due_at }];
    let given = u32::try_from(facts.extensions.len()).unwrap_or(u32::MAX);
    let may_extend = facts.approved_at.is_none() && given < counting.rule.extensions_allowed;
    if may_extend {
        let at = counting.fixed(FixedClock::Apology, due_at)?;
        // A term shorter than the notice has no day before: everybody would be told to apologise at each receipt.
        timers.extend((at > received_at).then_some(Timer { kind: TimerKind::Apology, at }));
    }
    let Escalation { approver, leader } = *counting.escalation;
    for (kind, after) in [(TimerKind::OverdueApprover, approver), (TimerKind::OverdueLeader, leader)] {
        match due(due_at, after, counting.calendar, counting.office_hours) {
            Ok(due) => timers.push(Timer { kind, at: due.due_at }),
            // A year whose days off are not decreed yet must not keep a dossier from being received.
            Err(ClockError::YearNotCovered { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(timers)
}

impl Counting<'_> {
    fn fixed(&self, clock: FixedClock, from: DateTime<Utc>) -> Result<DateTime<Utc>, ClockError> {
        fixed_deadline(clock, self.rule, from, self.calendar, self.office_hours)
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
