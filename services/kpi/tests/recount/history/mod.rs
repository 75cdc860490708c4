//! Random histories (lịch sử ngẫu nhiên): what a province tells in a year, event by event, as the services tell it.
//!
//! Nothing here counts anything. Time moves on by random steps, and sometimes to just the instants where figures turn: a
//! due instant, the first instant of a day. What is told is kept to its newest state alone, to tell how it goes on.

mod agencies;
mod catalogue;
mod dossier_steps;
mod dossiers;
mod incoming;
mod outgoing;

use std::collections::VecDeque;

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_journal::{Event, EventKind};
use motcua_kernel::Uuid;
use serde_json::{Value, json};

use super::dice::Dice;
use super::plain::period::{day_of, midnight};
use super::province::{News, at, tell_otherwise};

pub(crate) type At = DateTime<Utc>;

/// Something that is told, and when it happened.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub news: News,
    pub at: At,
}

impl Told {
    /// The event as a feed hands it out.
    pub(crate) fn event(&self, tenant: Uuid, position: usize) -> Event {
        let mut event = Event { position: position.to_string(), ..self.news.event(tenant) };
        tell_otherwise(&mut event, |facts| facts["occurred_at"] = json!(self.at));
        event.time = self.at;
        event
    }
}

/// A province and all that is under way in it.
pub(crate) struct History {
    pub dice: Dice,
    pub now: At,
    /// Whether agencies stay as they are and no documents are written.
    is_calm: bool,
    /// How many of a hundred changes of agencies are made.
    changes: u64,
    /// How far one event is from the next on average.
    gap: TimeDelta,
    agencies: Vec<AgencyRecord>,
    procedures: Vec<catalogue::Procedure>,
    dossiers: Vec<dossiers::Case>,
    outgoing: Vec<outgoing::Document>,
    incoming: Vec<incoming::Document>,
    /// What is still to be told before anything else happens.
    ahead: VecDeque<Told>,
    /// Objects that have to follow a succession: they do so one by one, while other things go on.
    to_move: VecDeque<ToMove>,
    told: Vec<Told>,
    numbers: i64,
}

/// Of so many events some are handed out again.
const HANDED_OUT: usize = 300;

/// Something whose agency closed.
#[derive(Debug, Clone, Copy)]
enum ToMove {
    Dossier(usize, Uuid, Uuid),
    Outgoing(usize, Uuid, Uuid),
    Incoming(usize, Uuid, Uuid),
}

impl History {
    /// A province whose year is told in so many events.
    pub(crate) fn of(seed: u64, events: usize) -> Self {
        let mut history = Self::empty(seed, events);
        history.found_agencies(4, 6, true);
        history.publish_first();
        history
    }

    /// A province of forty agencies that stay as they are, and write no documents.
    pub(crate) fn calm(seed: u64, events: usize) -> Self {
        let mut history = Self { is_calm: true, ..Self::empty(seed, events) };
        history.found_agencies(12, 26, false);
        history.publish_first();
        history
    }

    fn empty(seed: u64, events: usize) -> Self {
        let minutes = 355 * 24 * 60 / i64::try_from(events).unwrap();
        Self {
            is_calm: false,
            changes: 200_000 / u64::try_from(events).unwrap().max(2_000),
            dice: Dice::of(seed),
            now: at("2026-01-05T01:00:00Z"),
            gap: TimeDelta::minutes(minutes.max(2)),
            agencies: Vec::new(),
            procedures: Vec::new(),
            dossiers: Vec::new(),
            outgoing: Vec::new(),
            incoming: Vec::new(),
            ahead: VecDeque::new(),
            to_move: VecDeque::new(),
            told: Vec::new(),
            numbers: 0,
        }
    }

    /// What is told next.
    pub(crate) fn next(&mut self) -> Told {
        if self.ahead.is_empty() {
            self.go_on();
        }
        while self.ahead.is_empty() {
            self.happen();
        }
        let told = self.ahead.pop_front().unwrap();
        if self.told.len() < HANDED_OUT {
            self.told.push(told.clone());
        } else {
            let oldest = self.dice.below(HANDED_OUT);
            self.told[oldest] = told.clone();
        }
        told
    }

    fn tell(&mut self, kind: EventKind, subject: Uuid, version: i64, data: Value) {
        self.ahead.push_back(Told { news: News { kind, subject, version, data }, at: self.now });
    }

    fn happen(&mut self) {
        if !self.to_move.is_empty() && self.dice.chance(60) {
            return self.follow_succession();
        }
        match self.dice.below(1000) {
            660..880 | 965..975 if self.is_calm => self.dossier_goes_on(),
            0..660 => self.dossier_goes_on(),
            660..760 => self.outgoing_goes_on(),
            760..880 => self.incoming_goes_on(),
            880..930 => self.rate(),
            930..965 => self.procedure_goes_on(),
            // As many a year, however many events there are.
            965..975 if self.dice.chance(self.changes) => self.agencies_change(),
            965..975 => {}
            // The feed hands something out again.
            _ if !self.told.is_empty() => {
                let again = self.dice.below(self.told.len());
                self.ahead.push_back(self.told[again].clone());
            }
            _ => {}
        }
    }

    /// Time goes on; now and then to just where something turns.
    fn go_on(&mut self) {
        let step = TimeDelta::microseconds(self.dice.between(1, 2 * self.gap.num_microseconds().unwrap()));
        let later = self.now + step;
        self.now = match self.dice.below(20) {
            0 => self.due_before(later).unwrap_or(later),
            1 => {
                let midnight = midnight(day_of(later));
                let beside = TimeDelta::microseconds(self.dice.between(-1, 1));
                (midnight + beside).max(self.now)
            }
            _ => later,
        };
    }

    fn follow_succession(&mut self) {
        match self.to_move.pop_front() {
            Some(ToMove::Dossier(at, from, to)) => self.dossier_follows(at, from, to),
            Some(ToMove::Outgoing(at, from, to)) => self.outgoing_follows(at, from, to),
            Some(ToMove::Incoming(at, from, to)) => self.incoming_follows(at, from, to),
            None => {}
        }
    }

    fn today(&self) -> NaiveDate {
        day_of(self.now)
    }

    fn number(&mut self) -> i64 {
        self.numbers += 1;
        self.numbers
    }

    /// An agency that is open, of one of these kinds.
    fn agency(&mut self, kinds: &[AgencyKind]) -> usize {
        let all: Vec<usize> = (0..self.agencies.len())
            .filter(|at| self.agencies[*at].valid_to.is_none() && kinds.contains(&self.agencies[*at].kind))
            .collect();
        *self.dice.of_these(&all)
    }

    /// An agency that deals with dossiers and documents.
    fn office(&mut self) -> usize {
        self.agency(&[AgencyKind::Department, AgencyKind::Centre, AgencyKind::Commune, AgencyKind::Other])
    }

    fn code(&self, agency: usize) -> String {
        self.agencies[agency].codes.last().map(|dated| dated.code.clone()).unwrap()
    }
}

/// An instant as events write it.
fn text(at: At) -> Value {
    json!(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
