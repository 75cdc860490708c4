//! Which timers a dossier has, and whom each concerns. Pure.

use chrono::{DateTime, Utc};
use motcua_clock::{Calendar, ClockError, ClockRule, FixedClock, OfficeHours, Term, due, fixed_deadline, if_covered};
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
    /// A linked dossier was not acknowledged in time (quá hạn xác nhận hồ sơ liên thông).
    Acknowledgement,
    /// Told with the first dossier: one it brought about was not acknowledged in time.
    LinkedUnacknowledged,
    /// Told at once: a linked dossier could not be made (chưa tạo được hồ sơ liên thông).
    LinkedFailed,
    /// The applicant stayed silent for as long as the rule allows (quá hạn bổ sung hồ sơ).
    Silence,
    /// The same before receipt (quá hạn hoàn thiện hồ sơ trước khi tiếp nhận).
    CorrectionSilence,
    /// What the clock stood still for has taken as long as the rule excludes at most (hết thời gian chờ được loại trừ).
    WaitLimit,
    /// An opinion should have been given (quá hạn cho ý kiến).
    Consultation,
    /// Told at once to the agency that decides it from now on (hồ sơ được chuyển thẩm quyền đến).
    Transferred,
}

impl TimerKind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Alert,
        Self::OnlineCheck,
        Self::PaperCheck,
        Self::PaperTransfer,
        Self::PaperDifference,
        Self::Apology,
        Self::Overdue,
        Self::OverdueApprover,
        Self::OverdueLeader,
        Self::Acknowledgement,
        Self::LinkedUnacknowledged,
        Self::LinkedFailed,
        Self::Silence,
        Self::CorrectionSilence,
        Self::WaitLimit,
        Self::Consultation,
        Self::Transferred,
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
            Self::Acknowledgement => "acknowledgement",
            Self::LinkedUnacknowledged => "linked_unacknowledged",
            Self::LinkedFailed => "linked_failed",
            Self::Silence => "silence",
            Self::CorrectionSilence => "correction_silence",
            Self::WaitLimit => "wait_limit",
            Self::Consultation => "consultation",
            Self::Transferred => "transferred",
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
            Self::Alert | Self::CorrectionSilence => &[(Party::Receiving, Role::Receiver)],
            Self::OnlineCheck | Self::PaperCheck | Self::PaperTransfer => {
                &[(Party::Receiving, Role::Receiver), (Party::Receiving, Role::Leader)]
            }
            // Whoever gave them, who is another each time.
            Self::PaperDifference => &[],
            // Whoever keeps the system running hears of it the same day (Decree 63/2024, art. 7.4).
            Self::Acknowledgement => &[
                (Party::Receiving, Role::Receiver),
                (Party::Receiving, Role::Leader),
                (Party::Receiving, Role::Administrator),
            ],
            Self::LinkedFailed => &[(Party::Receiving, Role::Receiver), (Party::Competent, Role::Processor)],
            Self::Apology | Self::WaitLimit => {
                &[(Party::Competent, Role::Processor), (Party::Competent, Role::Approver)]
            }
            Self::Overdue | Self::Silence | Self::LinkedUnacknowledged => &[(Party::Competent, Role::Processor)],
            Self::OverdueApprover => &[(Party::Competent, Role::Approver)],
            Self::OverdueLeader => &[(Party::Competent, Role::Leader)],
            Self::Transferred => &[(Party::Competent, Role::Processor), (Party::Competent, Role::Leader)],
            // Of the agencies that are overdue, each its own; and of the one that asks, whoever asked.
            Self::Consultation => &[
                (Party::Consulted, Role::Processor),
                (Party::Consulted, Role::Leader),
                (Party::Competent, Role::Processor),
            ],
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

/// What ends the waiting of a dossier by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Awaited {
    /// When its rule ends it should the applicant stay silent.
    pub closes_at: Option<DateTime<Utc>>,
    /// When its clock goes on, because the rule excludes no more of the wait.
    pub goes_on_at: Option<DateTime<Utc>>,
    /// By when opinions are due that are still waited for.
    pub opinions_due: Vec<DateTime<Utc>>,
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

/// The timers of a dossier as it stands, in order.
///
/// A clock that ends where no calendar reaches yet has no timer until a decree lets it be counted: that must keep nobody
/// from a step.
///
/// # Errors
/// When an instant can't be counted for another reason.
pub fn plan(counting: Counting<'_>, facts: &DossierFacts, awaited: &Awaited) -> Result<Vec<Timer>, ClockError> {
    let mut timers = match facts.state {
        State::Submitted => at_the_desk(counting, facts)?,
        State::Received
        | State::Processing
        | State::Paused
        | State::AwaitingSupplement
        | State::AwaitingPayment
        | State::Issuing => until_due(counting, facts)?,
        State::AwaitingCorrection => before_receipt(counting, facts)?,
        State::Refused | State::Withdrawn | State::Stopped | State::Done | State::Returned => Vec::new(),
    };
    if facts.state == State::AwaitingSupplement {
        timers.extend(awaited.closes_at.map(|at| Timer { kind: TimerKind::Silence, at }));
    }
    if !facts.state.is_terminal() {
        timers.extend(awaited.goes_on_at.map(|at| Timer { kind: TimerKind::WaitLimit, at }));
        timers.extend(awaited.opinions_due.iter().map(|at| Timer { kind: TimerKind::Consultation, at: *at }));
    }
    timers.extend(papers_to_hand_over(counting, facts)?);
    timers.sort_unstable();
    Ok(timers)
}

/// Before receipt: from when it came in, anew once the applicant has corrected it.
fn at_the_desk(counting: Counting<'_>, facts: &DossierFacts) -> Result<Vec<Timer>, ClockError> {
    let check = match facts.channel {
        Channel::Online => (TimerKind::OnlineCheck, FixedClock::OnlineCheck),
        _ => (TimerKind::PaperCheck, FixedClock::PaperCheck),
    };
    let mut clocks = vec![check];
    // A linked dossier comes from another agency, which is told as well; that alert stands for the desk's own.
    if facts.parent.is_some() {
        clocks.push((TimerKind::Acknowledgement, FixedClock::Acknowledgement));
    } else if facts.channel == Channel::Online {
        clocks.push((TimerKind::Alert, FixedClock::Alert));
    }
    let from = facts.at_the_desk_since();
    let timer = |(kind, clock)| Ok(counting.fixed(clock, from)?.map(|at| Timer { kind, at }));
    clocks.into_iter().filter_map(|check| timer(check).transpose()).collect()
}

/// Where a desk elsewhere received it on paper: whether the papers have left by then is seen when the instant has passed.
/// Before a transfer of competence nobody could send them to whom it went, so the time begins with it.
fn papers_to_hand_over(counting: Counting<'_>, facts: &DossierFacts) -> Result<Option<Timer>, ClockError> {
    let elsewhere = facts.agencies.receiving.responsible_id != facts.agencies.competent.responsible_id;
    match facts.decided_by(DateTime::<Utc>::MAX_UTC) {
        Some((_, since)) if elsewhere && facts.channel != Channel::Online && !facts.has_ended() => {
            let at = counting.fixed(FixedClock::PaperTransfer, since)?;
            Ok(at.map(|at| Timer { kind: TimerKind::PaperTransfer, at }))
        }
        Some(_) | None => Ok(None),
    }
}

/// Until the applicant answers what was asked before receipt, for which no rule closes a dossier otherwise.
fn before_receipt(counting: Counting<'_>, facts: &DossierFacts) -> Result<Vec<Timer>, ClockError> {
    let Some(asked_at) = facts.correction_asked_at else { return Ok(Vec::new()) };
    let at = counting.fixed(FixedClock::Silence, asked_at)?;
    Ok(at.map(|at| Timer { kind: TimerKind::CorrectionSilence, at }).into_iter().collect())
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
        timers.extend(at.filter(|at| *at > received_at).map(|at| Timer { kind: TimerKind::Apology, at }));
    }
    let Escalation { approver, leader } = *counting.escalation;
    for (kind, after) in [(TimerKind::OverdueApprover, approver), (TimerKind::OverdueLeader, leader)] {
        let at = if_covered(due(due_at, after, counting.calendar, counting.office_hours))?;
        timers.extend(at.map(|due| Timer { kind, at: due.due_at }));
    }
    Ok(timers)
}

impl Counting<'_> {
    fn fixed(&self, clock: FixedClock, from: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, ClockError> {
        if_covered(fixed_deadline(clock, self.rule, from, self.calendar, self.office_hours))
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
