//! The legal clock of a dossier (thời hạn giải quyết): its facts told to the clock as events, and what follows from them.
//!
//! A due date is never set by hand. Every step changes facts, and settling it reckons the due instant anew from all of
//! them, the rule of the procedure version and the calendar; so a step that the rule forbids (a third supplement, a new
//! date after the old has passed) is refused here, by the clock itself, and nothing is written.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_calendars::View;
use motcua_clock::{
    ClockError, ClockEvent, ClockRule, Deadline, Ending, FixedClock, Happening, Reckoning, Term, WaitKind, deadline,
    fixed_deadline, reckon, vietnam_time,
};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, BusinessTime, Error, Result, Text, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::Dossiers;
use super::facts::DossierFacts;
use super::rules::{State, legal_basis};
use super::store::{self, DossierRow};
use super::transfer::{TransferLine, lines_of};
use crate::calendars::Calendars;
use crate::catalogue::content::{Channel, VersionContent};
use crate::consultations;
use crate::timers;
use crate::timers::rules::Awaited;

/// The clock of a dossier, with its explanation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DossierClock {
    /// The rule of the procedure version and channel: term, cut-off, first day, waits.
    #[schema(value_type = Object)]
    pub rule: ClockRule,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The instant at which it is deemed received, by the cut-off.
    pub counted_from: DateTime<Utc>,
    /// The due instant given at receipt.
    pub first_due_at: DateTime<Utc>,
    /// The due instant; while the clock stands still, what it would be if the wait ended now.
    pub due_at: DateTime<Utc>,
    /// Whether the clock stands still.
    pub waiting: bool,
    /// When the dossier may be closed if the applicant stays silent.
    pub closes_at: Option<DateTime<Utc>>,
    /// What is left, or by how much it is overdue.
    pub left: LeftView,
    /// Early, on time or late by each definition in use.
    #[schema(value_type = Object)]
    pub judgement: motcua_clock::Judgement,
    /// Whether a decision to come may move the due date.
    pub provisional: bool,
    /// Every day from receipt to the due date, with what it counted and why.
    pub ledger: Vec<LedgerLine>,
    /// Transfers of competence on the way, which change no term.
    pub transfers: Vec<TransferLine>,
}

/// What is left of a term.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct LeftView {
    /// Whether the due instant has passed, so that the numbers say by how much.
    pub overdue: bool,
    /// Days of the term's kind after the earlier date up to and with the later.
    pub days: u32,
    /// Office time in seconds.
    pub office_seconds: i64,
}

/// A day of the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LedgerLine {
    /// The day in Vietnam.
    pub date: NaiveDate,
    /// Whether it counted.
    pub counted: bool,
    /// Which day of the term it is.
    pub day_number: Option<u32>,
    /// In a term in hours, the seconds that counted.
    pub office_seconds: u32,
    /// The stable code of the reason.
    pub code: &'static str,
    /// The reason.
    pub reason: Text,
}

/// Explains a dossier's clock to whoever may see it.
///
/// # Errors
/// `not_found`, or `dossier.not_received` before the clock has started.
pub(super) async fn explain(room: &Dossiers, actor: Arc<Actor>, id: Uuid) -> Result<DossierClock> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("dossier_clock", move |conn| {
            let row = store::load(conn, &actor, id)?;
            let facts = store::facts(&row)?;
            if facts.received_at.is_none() {
                return Err(not_received().into());
            }
            let rule = rule_of(conn, &own, &row, &facts)?;
            let (events, now) = (events(&facts)?, own.db.clock.business().0);
            let reckoning = by_its_calendar(conn, &own, &row, &facts, |view| {
                let reckoning = reckon(&rule, &events, &view.calendar, &view.office_hours, now)?;
                let due = known_due(&reckoning.deadline, &facts);
                Ok((reckoning, due))
            })?;
            let mut clock = clock(rule, reckoning);
            clock.first_due_at = facts.first_due_at.unwrap_or(clock.first_due_at);
            clock.transfers = lines_of(&facts);
            Ok(clock)
        })
        .await
}

fn clock(rule: ClockRule, Reckoning { deadline, ledger }: Reckoning) -> DossierClock {
    let left = deadline.left;
    let line = |day: motcua_clock::LedgerDay| LedgerLine {
        date: day.date,
        counted: day.counted,
        day_number: day.day_number,
        office_seconds: day.office_seconds,
        code: day.reason.code.as_str(),
        reason: Text::new(day.reason.vi, day.reason.en),
    };
    DossierClock {
        rule,
        received_at: deadline.received_at,
        counted_from: deadline.counted_from,
        first_due_at: deadline.first_due_at,
        due_at: deadline.due_at,
        waiting: deadline.waiting,
        closes_at: deadline.closes_at,
        left: LeftView { overdue: left.overdue, days: left.days, office_seconds: left.office_seconds },
        judgement: deadline.judgement,
        provisional: deadline.provisional,
        ledger: ledger.into_iter().map(line).collect(),
        transfers: Vec::new(),
    }
}

/// The rule a dossier's clock runs by: of its channel in the version it is pinned to, or what most texts have for a term.
///
/// # Errors
/// When the dossier was taken without a term, which admission rules out.
pub(super) fn rule(content: &VersionContent, facts: &DossierFacts) -> Result<ClockRule> {
    let of_channel = content.channels.iter().find(|rule| rule.channel == facts.channel);
    let term: Term = facts.term.ok_or_else(|| Error::internal("a dossier was taken without a term"))?;
    Ok(of_channel.and_then(|rule| rule.clock.clone()).unwrap_or_else(|| ClockRule::of_term(term)))
}

pub(crate) fn rule_of(conn: &mut Conn, room: &Dossiers, row: &DossierRow, facts: &DossierFacts) -> TxResult<ClockRule> {
    let version = room.catalogue.load_version(conn, row.tenant_id.0, row.version_id.0)?;
    Ok(rule(&version.content, facts)?)
}

/// How the clock of a received dossier stands.
///
/// # Errors
/// When the clock refuses what happened, by its own code.
pub(super) fn deadline_of(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    now: BusinessTime,
) -> TxResult<Deadline> {
    let rule = rule_of(conn, room, row, facts)?;
    let events = events(facts)?;
    by_its_calendar(conn, room, row, facts, |view| {
        let deadline = deadline(&rule, &events, &view.calendar, &view.office_hours, now.0)?;
        let due = known_due(&deadline, facts);
        Ok((deadline, due))
    })
}

/// Counts by the calendar a dossier is counted by: the one that holds, unless the dossier has ended by an earlier one, a
/// change has not reached it yet, or the newer one contradicts what happened to it. Told with the due instant counted.
fn by_its_calendar<T>(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    count: impl Fn(&View) -> Result<(T, Option<DateTime<Utc>>), ClockError>,
) -> TxResult<T> {
    let (tenant, agency) = (row.tenant_id.0, facts.counted_by());
    let head = Calendars::revision(conn, tenant)?;
    if head != facts.calendar_revision && !facts.has_ended() {
        let view = room.calendars.view(conn, tenant, head, agency)?;
        match count(&view) {
            Ok((counted, due)) if due == facts.due_at => return Ok(counted),
            _ => {}
        }
    }
    let view = room.calendars.view(conn, tenant, facts.calendar_revision, agency)?;
    Ok(count(&view).map(|(counted, _)| counted).map_err(refused)?)
}

/// When a dossier is due, as far as it is known: while its clock stands still the due instant moves with every day, unless
/// it had passed before the wait began. What is overdue does not come into term again by being asked about.
fn known_due(deadline: &Deadline, facts: &DossierFacts) -> Option<DateTime<Utc>> {
    let was_overdue = facts.open_wait().is_some_and(|wait| wait.started_at > deadline.due_at);
    (!deadline.waiting || was_overdue).then_some(deadline.due_at)
}

/// When a dossier as it stands would be due by a calendar; none while it is not known.
///
/// # Errors
/// When its version can't be read; within, when the clock refuses what happened.
pub(crate) fn due_under(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    view: &View,
    now: BusinessTime,
) -> TxResult<Result<Option<DateTime<Utc>>, ClockError>> {
    let rule = rule_of(conn, room, row, facts)?;
    let counted = deadline(&rule, &events(facts)?, &view.calendar, &view.office_hours, now.0);
    Ok(counted.map(|deadline| known_due(&deadline, facts)))
}

/// Writes what follows from the facts: due instants, how the end stands to them, by when somebody must act, and the
/// timers. The first due instant is a promise: it stays as it was given. A change of calendars that has not reached the dossier yet is
/// written first, as a change of its own.
///
/// # Errors
/// When the clock refuses what happened, by its own code.
pub(crate) fn settle(
    tx: &mut Conn,
    room: &Dossiers,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
    now: BusinessTime,
) -> TxResult<()> {
    let standing = Calendars::standing(tx, room, row, facts)?;
    row.version = standing.version;
    facts.due_changes = standing.due_changes;
    let agency = facts.counted_by();
    let view = room.calendars.view(tx, row.tenant_id.0, standing.revision, agency)?;
    if facts.received_at.is_some() {
        let rule = rule_of(tx, room, row, facts)?;
        let deadline = deadline(&rule, &events(facts)?, &view.calendar, &view.office_hours, now.0).map_err(refused)?;
        let due_at = known_due(&deadline, facts);
        let first_due_at = *facts.first_due_at.get_or_insert(deadline.first_due_at);
        facts.due_at = due_at;
        facts.calendar_revision = standing.revision;
        row.first_due_at = Some(BusinessTime(first_due_at).into());
        row.due_at = due_at.map(|due| BusinessTime(due).into());
        if let Some(wait) = facts.waits.last_mut().filter(|wait| wait.ended_at == Some(now.0)) {
            wait.due_after = due_at;
        }
        if deadline.ended.is_some() {
            row.timeliness = Some(deadline.judgement.bucket.as_str().to_owned());
        }
    }
    row.act_by_at = act_by(tx, room, row, facts, &view, now)?.map(|at| BusinessTime(at).into());
    timers::reschedule(tx, room, row, facts, &view)
}

/// What ends a dossier's waiting by itself: that it closes should its applicant stay silent, that its clock goes on when
/// the rule excludes no more, and that opinions are due.
pub(crate) fn awaited(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    view: &View,
) -> TxResult<Awaited> {
    let opinions_due = consultations::opinions_due(conn, row, facts)?;
    if facts.received_at.is_none() || facts.open_wait().is_none() {
        return Ok(Awaited { opinions_due, ..Awaited::default() });
    }
    let (rule, now) = (rule_of(conn, room, row, facts)?, room.db.clock.business().0);
    let counted = deadline(&rule, &events(facts)?, &view.calendar, &view.office_hours, now).map_err(refused)?;
    Ok(Awaited { closes_at: counted.closes_at, goes_on_at: counted.goes_on_at, opinions_due })
}

/// The next instant by which somebody must act; none once nobody has to.
///
/// # Errors
/// When the clock can't count it, by its own code.
pub(crate) fn act_by(
    tx: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    view: &View,
    now: BusinessTime,
) -> TxResult<Option<DateTime<Utc>>> {
    let (clock, from) = match facts.state {
        // A result that lies ready waits for its applicant, as long as they like.
        State::Refused | State::Withdrawn | State::Stopped | State::Done | State::Returned => return Ok(None),
        State::Received | State::Processing | State::Paused | State::Issuing if facts.due_at.is_some() => {
            return Ok(facts.due_at);
        }
        State::Submitted if facts.channel == Channel::Online => (FixedClock::OnlineCheck, facts.at_the_desk_since()),
        State::Submitted => (FixedClock::PaperCheck, facts.at_the_desk_since()),
        State::Received
        | State::Processing
        | State::Issuing
        | State::Paused
        | State::AwaitingCorrection
        | State::AwaitingSupplement
        | State::AwaitingPayment => {
            let since = facts.open_wait().map(|wait| wait.started_at).or(facts.correction_asked_at);
            (FixedClock::Silence, since.unwrap_or(now.0))
        }
    };
    let rule = rule_of(tx, room, row, facts)?;
    match fixed_deadline(clock, &rule, from, &view.calendar, &view.office_hours) {
        Ok(at) => Ok(Some(at)),
        // No step waits for a decree because of what inboxes are sorted by: it is not before that year.
        Err(ClockError::YearNotCovered(year)) => Ok(beginning_of(year)),
        Err(error) => Err(refused(error).into()),
    }
}

fn beginning_of(year: i32) -> Option<DateTime<Utc>> {
    NaiveDate::from_ymd_opt(year, 1, 1).and_then(|day| vietnam_time::to_instant(day.into()).ok())
}

/// What happened to a dossier, in the order in which it happened.
pub(super) fn events(facts: &DossierFacts) -> Result<Vec<ClockEvent>> {
    let Some(received_at) = facts.received_at else { return Err(not_received()) };
    let mut events = Vec::with_capacity(2 * facts.waits.len() + facts.extensions.len() + 1);
    for (wait, number) in facts.waits.iter().zip(0..) {
        let legal_basis = wait.legal_basis.clone();
        let kind = kind_of(&wait.kind)?;
        events.push(ClockEvent { at: wait.started_at, what: Happening::WaitBegan { wait: number, kind, legal_basis } });
        events.extend(wait.ended_at.map(|at| ClockEvent { at, what: Happening::WaitEnded { wait: number } }));
    }
    events.extend(facts.extensions.iter().map(|extension| ClockEvent {
        at: extension.at,
        what: Happening::Extended(motcua_clock::Extension::ToDate(extension.to)),
    }));
    // What happens at one instant keeps the order in which it was written.
    events.sort_by_key(|event| event.at);
    events.insert(0, ClockEvent { at: received_at, what: Happening::Received });
    let ended = match (facts.finished_at, facts.ended_at) {
        (Some(at), _) => Some((at, Ending::Finished)),
        (None, Some(at)) if facts.withdrawn_at.is_some() => Some((at, Ending::Withdrawn)),
        (None, Some(at)) => Some((at, Ending::Stopped)),
        (None, None) => None,
    };
    events.extend(ended.map(|(at, how)| ClockEvent { at, what: Happening::Ended(how) }));
    Ok(events)
}

fn kind_of(word: &str) -> Result<WaitKind> {
    let kind = WaitKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    kind.ok_or_else(|| Error::internal(format!("unknown wait {word}")))
}

pub(crate) fn refused(error: ClockError) -> Error {
    let problem = Error::conflict(
        error.code(),
        format!("Không tính được thời hạn giải quyết: {}.", error.vi()),
        format!("The term can't be counted: {error}."),
    );
    match legal_basis::of_clock(&error) {
        Some(law) => problem.with("legal_basis", law),
        None => problem,
    }
}

fn not_received() -> Error {
    Error::conflict(
        "dossier.not_received",
        "Hồ sơ chưa được tiếp nhận nên chưa tính thời hạn.",
        "The dossier was not received yet, so its clock has not started.",
    )
}
