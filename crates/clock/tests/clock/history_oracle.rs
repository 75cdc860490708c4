//! The slow way from a history to a deadline, written from the rules and not from the engine: time is a number of
//! minutes since the start of a made-up world, office hours and waits are looked at minute by minute and dates one by
//! one. It shares the data types with the crate and nothing else.

use motcua_clock::{ClockRule, CutOff, EventFault, FirstDay, SupplementEffect, Term, TermUnit, WaitKind, WorkedPart};

use super::oracle::DAY;

/// What happens in a made-up history; days are numbered from the start of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Begin(u32, WaitKind),
    End(u32),
    ExtendBy(Term),
    ExtendTo(i64),
    Finish,
}

/// A made-up world: its days, and the sessions of its office in minutes of the day.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub days: Vec<WorkedPart>,
    pub sessions: Vec<(i64, i64)>,
    mornings: Vec<(i64, i64)>,
    afternoons: Vec<(i64, i64)>,
}

/// What the oracle says of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Due(Answer),
    Refused(usize, EventFault),
    /// It would have to look beyond the end of the world.
    BeyondTheWorld,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub counted_from: i64,
    pub first_due: i64,
    pub due: i64,
    /// The days that count, in a term in days.
    pub counted_days: Vec<i64>,
    pub waiting: bool,
    pub office_minutes_left: i64,
    pub overdue: bool,
}

#[derive(Debug, Clone, Copy)]
struct Wait {
    number: u32,
    kind: WaitKind,
    from: i64,
    to: Option<i64>,
    renews: bool,
}

#[derive(Debug, Clone, Copy)]
enum Piece {
    Of(Term),
    OfficeMinutes(i64),
}

struct State<'a> {
    world: &'a World,
    rule: &'a ClockRule,
    counted_from: i64,
    begins: i64,
    pieces: Vec<Piece>,
    waits: Vec<Wait>,
}

/// Leaving the world, or being refused.
enum Stop {
    Beyond,
    Refused(EventFault),
}

impl World {
    pub(crate) fn new(days: Vec<WorkedPart>, sessions: Vec<(i64, i64)>) -> Self {
        let crosses_noon = sessions.iter().all(|session| session.0 < 720);
        let (mut mornings, mut afternoons) = (Vec::new(), Vec::new());
        for (opens, closes) in sessions.iter().copied() {
            if opens >= 720 {
                afternoons.push((opens, closes));
            } else if crosses_noon && closes > 720 {
                mornings.push((opens, 720));
                afternoons.push((720, closes));
            } else {
                mornings.push((opens, closes));
            }
        }
        Self { days, sessions, mornings, afternoons }
    }

    fn sessions_on(&self, day: i64) -> Result<&[(i64, i64)], Stop> {
        let part = usize::try_from(day).ok().and_then(|day| self.days.get(day)).ok_or(Stop::Beyond)?;
        Ok(match part {
            WorkedPart::Nothing => &[],
            WorkedPart::WholeDay => &self.sessions,
            WorkedPart::Morning => &self.mornings,
            WorkedPart::Afternoon => &self.afternoons,
        })
    }

    fn is_worked(&self, day: i64) -> Result<bool, Stop> {
        Ok(!self.sessions_on(day)?.is_empty())
    }

    fn closing(&self, day: i64) -> Result<i64, Stop> {
        Ok(day * DAY + self.sessions_on(day)?.iter().map(|session| session.1).max().unwrap())
    }

    /// Whether this minute and the next lie in office hours.
    fn works_through(&self, minute: i64) -> Result<bool, Stop> {
        let of_day = minute % DAY;
        Ok(self.sessions_on(minute / DAY)?.iter().any(|(opens, closes)| *opens <= of_day && of_day < *closes))
    }

    /// The first minute from `from` to the end of its day at which somebody is there, the closing minute included.
    fn attended(&self, from: i64) -> Result<Option<i64>, Stop> {
        let sessions = self.sessions_on(from / DAY)?;
        let there = |minute: &i64| sessions.iter().any(|(opens, closes)| (*opens..=*closes).contains(&(minute % DAY)));
        Ok((from..(from / DAY + 1) * DAY).find(there))
    }

    fn deemed(&self, cut_off: CutOff, minute: i64) -> Result<i64, Stop> {
        let day = minute / DAY;
        let of_day = minute % DAY;
        let sessions = self.sessions_on(day)?;
        if cut_off == CutOff::None {
            return Ok(minute);
        }
        if !sessions.is_empty() {
            let opening = sessions.iter().map(|session| session.0).min().unwrap();
            let closing = sessions.iter().map(|session| session.1).max().unwrap();
            let in_time = match cut_off {
                CutOff::None => true,
                CutOff::At(time) => {
                    let of_rule = time.signed_duration_since(chrono::NaiveTime::MIN).num_minutes();
                    of_day <= of_rule || of_day <= opening
                }
                CutOff::LastOfficeHour => of_day + 60 <= closing || of_day <= opening,
                CutOff::Outside17To08 => of_day <= 17 * 60,
                CutOff::OfficeEnd => of_day <= closing,
            };
            if in_time && cut_off == CutOff::Outside17To08 {
                return Ok(minute.max(day * DAY + 8 * 60));
            }
            if in_time {
                return Ok(self.attended(minute)?.unwrap_or(minute));
            }
        }
        let mut next = day + 1;
        while !self.is_worked(next)? {
            next += 1;
        }
        if cut_off == CutOff::Outside17To08 {
            return Ok(next * DAY + 8 * 60);
        }
        Ok(self.attended(next * DAY)?.unwrap())
    }

    fn office_minutes(&self, from: i64, until: i64) -> Result<i64, Stop> {
        let mut minutes = 0;
        for minute in from..until {
            minutes += i64::from(self.works_through(minute)?);
        }
        Ok(minutes)
    }

    /// When a piece of a term ends, and the days it counted.
    fn piece(&self, piece: Piece, from: i64, first_day: i64, out: &Out) -> Result<(i64, Vec<i64>), Stop> {
        let mut counted = Vec::new();
        let minutes = match piece {
            Piece::OfficeMinutes(minutes) => minutes,
            Piece::Of(Term { count, unit: TermUnit::WorkingHour }) => i64::from(count) * 60,
            Piece::Of(Term { count, unit }) => {
                let mut day = first_day;
                while counted.len() < usize::try_from(count).unwrap() {
                    let worked = self.is_worked(day)?;
                    if !out.days.contains(&day) && (worked || unit == TermUnit::CalendarDay) {
                        counted.push(day);
                    }
                    day += 1;
                }
                let mut last = day - 1;
                while !self.is_worked(last)? || out.days.contains(&last) {
                    last += 1;
                }
                return Ok((self.closing(last)?, counted));
            }
        };
        let (mut minute, mut left) = (from, minutes);
        while left > 0 {
            if self.works_through(minute)? && !out.has_minute(minute) {
                left -= 1;
            }
            minute += 1;
        }
        Ok((minute, counted))
    }
}

/// What waits take out: days by number, and minutes since the receipt.
struct Out {
    days: Vec<i64>,
    minutes: Vec<bool>,
    since: i64,
}

impl Out {
    fn has_minute(&self, minute: i64) -> bool {
        usize::try_from(minute - self.since).ok().and_then(|index| self.minutes.get(index)).is_some_and(|out| *out)
    }
}

/// What earlier waits of a kind used of its longest time: days by number, and minutes of the office.
#[derive(Default)]
struct Used {
    days: Vec<i64>,
    office_minutes: i64,
}

impl Used {
    /// When the clock runs again although the wait from this minute goes on.
    fn runs_again(&self, world: &World, from: i64, most: Term) -> Result<i64, Stop> {
        if most.unit == TermUnit::WorkingHour {
            let (mut minute, mut left) = (from, i64::from(most.count) * 60 - self.office_minutes);
            while left > 0 {
                left -= i64::from(world.works_through(minute)?);
                minute += 1;
            }
            return Ok(minute);
        }
        let mut left = usize::try_from(most.count).unwrap().saturating_sub(self.days.len());
        if left == 0 {
            return Ok(from);
        }
        let mut day = from / DAY;
        while left > 0 {
            day += 1;
            let counts = most.unit == TermUnit::CalendarDay || world.is_worked(day)?;
            left -= usize::from(counts && !self.days.contains(&day));
        }
        while !world.is_worked(day)? {
            day += 1;
        }
        world.closing(day)
    }

    fn add(&mut self, world: &World, unit: TermUnit, (from, until): (i64, i64), last_day: i64) -> Result<(), Stop> {
        self.office_minutes += world.office_minutes(from, until)?;
        for day in from / DAY + 1..=last_day {
            if (unit == TermUnit::CalendarDay || world.is_worked(day)?) && !self.days.contains(&day) {
                self.days.push(day);
            }
        }
        Ok(())
    }
}

/// The unbroken runs of `true`, as first index and the index after the last.
fn runs(marks: &[bool]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut begun = None;
    for (index, mark) in marks.iter().chain([&false]).enumerate() {
        match (begun, *mark) {
            (None, true) => begun = Some(index),
            (Some(from), false) => {
                runs.push((from, index));
                begun = None;
            }
            _ => {}
        }
    }
    runs
}

impl State<'_> {
    /// Whether a kind stops the clock.
    fn stops_clock(&self, kind: WaitKind) -> bool {
        if kind == WaitKind::Supplement {
            return self.rule.supplement_effect == SupplementEffect::Subtract;
        }
        self.rule.waits.iter().any(|wait| wait.kind == kind && wait.excluded)
    }

    /// How long at most it does.
    fn at_most(&self, kind: WaitKind) -> Option<Term> {
        self.rule.waits.iter().find(|wait| wait.kind == kind)?.at_most
    }

    /// The unbroken times in which something of a kind was waited for.
    fn runs_of(&self, kind: WaitKind, at: i64) -> Vec<(i64, i64)> {
        let waits = || self.waits.iter().filter(|wait| wait.kind == kind);
        let since = waits().map(|wait| wait.from).min().unwrap_or(at);
        let mut marks = vec![false; usize::try_from(at - since).unwrap()];
        for wait in waits() {
            for minute in wait.from..wait.to.unwrap_or(at) {
                marks[usize::try_from(minute - since).unwrap()] = true;
            }
        }
        let minute = |index| since + i64::try_from(index).unwrap();
        runs(&marks).into_iter().map(|(from, until)| (minute(from), minute(until))).collect()
    }

    /// Until when a run stops the clock, and the last day on which it does, after what earlier ones used.
    fn let_have(&self, kind: WaitKind, (from, until): (i64, i64), used: &mut Used) -> Result<(i64, i64), Stop> {
        let deemed = |minute| self.world.deemed(self.rule.cut_off, minute);
        let mut last_day = deemed(until)? / DAY;
        let mut stands_until = until;
        if let Some(most) = self.at_most(kind) {
            // Nothing is asked beyond the end of the world, so what lies there limits nothing.
            if let Ok(runs_again) = used.runs_again(self.world, from, most) {
                last_day = last_day.min(runs_again / DAY);
                stands_until = until.min(runs_again);
            }
            if deemed(stands_until)? > deemed(from)? {
                used.add(self.world, most.unit, (from, stands_until), last_day)?;
            }
        }
        Ok((stands_until, last_day))
    }

    fn taken_out(&self, at: i64) -> Result<Out, Stop> {
        let since = self.waits.iter().map(|wait| wait.from).min().unwrap_or(at);
        let length = usize::try_from(at - since).unwrap();
        let mut all = vec![false; length];
        let mut last_day_of_minute = vec![i64::MIN; length];
        for kind in WaitKind::ALL {
            if !self.stops_clock(kind) {
                continue;
            }
            let mut used = Used::default();
            for run in self.runs_of(kind, at) {
                let (stands_until, last_day) = self.let_have(kind, run, &mut used)?;
                for minute in run.0..stands_until {
                    let index = usize::try_from(minute - since).unwrap();
                    all[index] = true;
                    last_day_of_minute[index] = last_day_of_minute[index].max(last_day);
                }
            }
        }
        let mut days = Vec::new();
        for (from, until) in runs(&all) {
            let last_day = *last_day_of_minute[from..until].iter().max().unwrap();
            let (from, until) = (since + i64::try_from(from).unwrap(), since + i64::try_from(until).unwrap());
            let (asked, answered) =
                (self.world.deemed(self.rule.cut_off, from)?, self.world.deemed(self.rule.cut_off, until)?);
            if answered > asked {
                days.extend(from / DAY + 1..=last_day);
            }
        }
        Ok(Out { days, minutes: all, since })
    }

    fn due(&self, at: i64) -> Result<(i64, Vec<i64>), Stop> {
        let out = self.taken_out(at)?;
        let mut begins = self.begins;
        let mut pieces = self.pieces.clone();
        if self.waits.iter().any(|wait| wait.renews && wait.to.is_none() && wait.from < at) {
            begins = self.world.deemed(self.rule.cut_off, at)?;
            pieces.clear();
        }
        pieces.insert(0, Piece::Of(self.rule.term));
        let mut from = begins;
        let mut first_day = begins / DAY + i64::from(self.rule.first_day == FirstDay::NextDay);
        let mut counted = Vec::new();
        for piece in pieces {
            let (ends, days) = self.world.piece(piece, from, first_day, &out)?;
            counted.extend(days);
            from = ends;
            first_day = ends / DAY + 1;
        }
        Ok((from, counted))
    }

    fn step(&mut self, at: i64, step: Step, new: bool, asked: &mut u32, extended: &mut u32) -> Result<(), Stop> {
        match step {
            Step::Finish => {}
            Step::Begin(number, kind) => {
                let mut renews = false;
                if kind == WaitKind::Supplement {
                    if *asked == self.rule.supplements_allowed {
                        return Err(Stop::Refused(EventFault::SupplementsUsedUp));
                    }
                    *asked += 1;
                    renews = self.rule.supplement_effect == SupplementEffect::Restart && self.due(at)?.0 >= at;
                }
                self.waits.push(Wait { number, kind, from: at, to: None, renews });
            }
            Step::End(number) => {
                let wait = self.waits.iter_mut().find(|wait| wait.number == number).unwrap();
                wait.to = Some(at);
                if wait.renews && wait.from < at {
                    self.begins = self.world.deemed(self.rule.cut_off, at)?;
                    self.pieces.clear();
                }
            }
            Step::ExtendBy(_) | Step::ExtendTo(_) => {
                if *extended == self.rule.extensions_allowed {
                    return Err(Stop::Refused(EventFault::ExtensionsUsedUp));
                }
                let (due, _) = self.due(at)?;
                if due < at {
                    return Err(Stop::Refused(EventFault::ExtendedAfterDue));
                }
                let piece = match step {
                    Step::ExtendTo(day) => self.piece_to(due, day, at, new)?,
                    Step::ExtendBy(term) => Some(Piece::Of(term)),
                    _ => unreachable!(),
                };
                *extended += 1;
                self.pieces.extend(piece);
            }
        }
        Ok(())
    }

    /// A new appointment that is given now has to be on a day that counts, and later. One that was given goes on to the
    /// next day that counts, and is nothing where the term ends no earlier by itself.
    fn piece_to(&self, due: i64, day: i64, at: i64, new: bool) -> Result<Option<Piece>, Stop> {
        let out = self.taken_out(at)?;
        let mut last = day;
        while !self.world.is_worked(last)? || out.days.contains(&last) {
            last += 1;
        }
        if new && last > day {
            return Err(Stop::Refused(EventFault::ExtendedToUncountedDay));
        }
        let not_later = if new { Err(Stop::Refused(EventFault::ExtensionNotLater)) } else { Ok(None) };
        if self.world.closing(last)? <= due {
            return not_later;
        }
        let unit = self.rule.term.unit;
        if unit == TermUnit::WorkingHour {
            return Ok(Some(Piece::OfficeMinutes(self.world.office_minutes(due, self.world.closing(last)?)?)));
        }
        let mut count = 0;
        for between in due / DAY + 1..=last {
            let worked = self.world.is_worked(between)?;
            count += u32::from(!out.days.contains(&between) && (worked || unit == TermUnit::CalendarDay));
        }
        if count == 0 {
            return not_later;
        }
        Ok(Some(Piece::Of(Term { count, unit })))
    }
}

/// The oracle's answer for a dossier received at a minute, with what happened to it, asked at `now`.
pub(crate) fn tell(world: &World, rule: &ClockRule, received: i64, steps: &[(i64, Step)], now: i64) -> Told {
    as_told(told(world, rule, received, steps, now, None))
}

/// The same, with the last step as one that is taken now: the oracle refuses what may not be given any more.
pub(crate) fn tell_new(world: &World, rule: &ClockRule, received: i64, steps: &[(i64, Step)], now: i64) -> Told {
    as_told(told(world, rule, received, steps, now, steps.len().checked_sub(1)))
}

fn as_told(told: Result<Answer, (usize, Stop)>) -> Told {
    match told {
        Ok(answer) => Told::Due(answer),
        Err((index, Stop::Refused(fault))) => Told::Refused(index, fault),
        Err((_, Stop::Beyond)) => Told::BeyondTheWorld,
    }
}

fn told(
    world: &World,
    rule: &ClockRule,
    received: i64,
    steps: &[(i64, Step)],
    now: i64,
    new: Option<usize>,
) -> Result<Answer, (usize, Stop)> {
    let here = |stop| (0, stop);
    let counted_from = world.deemed(rule.cut_off, received).map_err(here)?;
    let mut state = State { world, rule, counted_from, begins: counted_from, pieces: Vec::new(), waits: Vec::new() };
    let (mut asked, mut extended, mut end) = (0, 0, now);
    for (index, (at, step)) in steps.iter().enumerate() {
        let is_new = new == Some(index);
        state.step(*at, *step, is_new, &mut asked, &mut extended).map_err(|stop| (index + 1, stop))?;
        if *step == Step::Finish {
            end = *at;
        }
    }
    let finished = steps.iter().any(|(_, step)| *step == Step::Finish);
    let fresh = State { world, rule, counted_from, begins: counted_from, pieces: Vec::new(), waits: Vec::new() };
    let first_due = fresh.due(received).map_err(here)?.0;
    let (due, counted_days) = state.due(end).map_err(here)?;
    let mut waiting = false;
    for wait in state.waits.iter().filter(|wait| wait.to.is_none()) {
        waiting |= wait.renews;
        if state.stops_clock(wait.kind) {
            let Some(at_most) = state.at_most(wait.kind) else {
                waiting = true;
                continue;
            };
            // One that has just begun has no run yet.
            let run =
                state.runs_of(wait.kind, end).into_iter().find(|(from, until)| *from <= wait.from && *until == end);
            let from = run.map_or(wait.from, |(from, _)| from);
            let mut used = Used::default();
            for earlier in state.runs_of(wait.kind, end).into_iter().filter(|(_, until)| *until < from) {
                state.let_have(wait.kind, earlier, &mut used).map_err(here)?;
            }
            waiting |= used.runs_again(world, from, at_most).map_or(true, |runs_again| end < runs_again);
        }
    }
    let overdue = end > due;
    let (from, until) = if overdue { (due, end) } else { (end, due) };
    Ok(Answer {
        counted_from: state.counted_from,
        first_due,
        due,
        counted_days,
        waiting: waiting && !finished,
        office_minutes_left: world.office_minutes(from, until).map_err(here)?,
        overdue,
    })
}
