//! What one record adds to the tallies: pure.
//!
//! A measure that looks at a record as of an instant says one thing before a **turn** (its due instant passes, it is
//! closed) and another after it. So a record adds what it counts for before all turns, and at each turn the difference.
//! A count within a period puts all of that on the day by which the record falls into the period, and the turns are kept
//! beside the tallies, each with its instant. A count of what there is at an instant puts each difference on the day of
//! its turn: summed up to any midnight they are what there was then.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use motcua_kernel::Uuid;
use motcua_kernel::time::day_in_vietnam;

use super::records::{Counted, Responsible};
use super::slot::{Slot, SlotCount, Time};
use super::standing_day;
use crate::definitions::filter::{FieldValue, Record};

/// Whose figures: how agencies are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Basis {
    /// For the agency that was responsible when it was written.
    Written,
    /// What moved since then: added to who is responsible now and taken from who was.
    Moved,
}

impl Basis {
    /// The word as columns write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Moved => "moved",
        }
    }
}

/// Where a count stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub day: NaiveDate,
    pub agency: Uuid,
    pub basis: Basis,
}

/// A count that holds from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TurnCount {
    /// It holds after this instant.
    pub at: DateTime<Utc>,
    /// Whether it is of what there is at an instant; the tallies have it then, on the day of the turn.
    pub in_stock: bool,
    pub place: Place,
    pub slot: i64,
    pub value: String,
    pub count: i64,
}

/// Takes what a record adds.
pub(crate) trait Sink {
    /// A count in the tallies.
    fn cell(&mut self, place: Place, slot: i64, value: &str, count: i64);
    /// A count that holds from an instant on.
    fn turn(&mut self, turn: TurnCount);
}

/// The record before its turns, and after each.
struct States<'c> {
    counted: &'c Counted,
    after: Vec<Record>,
}

impl<'c> States<'c> {
    fn of(counted: &'c Counted, slots: &[(i64, std::sync::Arc<Slot>)]) -> Self {
        let asked = slots.iter().any(|(_, slot)| slot.asks_as_of());
        // Instants are kept to the microsecond: nothing lies between a turn and the next one.
        let after = |at: DateTime<Utc>| counted.as_of(at + TimeDelta::microseconds(1));
        let after = if asked { counted.turns.iter().map(|turn| after(turn.at)).collect() } else { Vec::new() };
        Self { counted, after }
    }

    /// How much a slot counts of the record as it is after so many turns.
    fn count(&self, slot: &Slot, turns: usize) -> i64 {
        let record = turns.checked_sub(1).and_then(|at| self.after.get(at)).unwrap_or(&self.counted.record);
        weight(slot, record)
    }
}

/// How much a record counts.
pub(crate) fn weight(slot: &Slot, record: &Record) -> i64 {
    if slot.when.as_ref().is_some_and(|filter| !filter.holds(record)) {
        return 0;
    }
    match slot.count {
        SlotCount::Records => 1,
        SlotCount::Distinct(field) => i64::from(record.get(field).is_some()),
        SlotCount::Sum(field) => match record.get(field) {
            Some(FieldValue::Whole(whole)) => *whole,
            _ => 0,
        },
    }
}

/// The value by which records are told apart; empty where they are not.
pub(crate) fn value_of<'r>(slot: &Slot, record: &'r Record) -> &'r str {
    match slot.count {
        SlotCount::Distinct(field) => match record.get(field) {
            Some(FieldValue::Text(text)) => text,
            _ => "",
        },
        SlotCount::Records | SlotCount::Sum(_) => "",
    }
}

/// Tells what a record adds to the tallies of some slots.
pub(crate) fn contribute(counted: &Counted, slots: &[(i64, std::sync::Arc<Slot>)], sink: &mut impl Sink) {
    let states = States::of(counted, slots);
    for (number, slot) in slots {
        let Some(Some(responsible)) = counted.agencies.get(slot.role) else { continue };
        let placed = match slot.on {
            Some(field) => counted.placed(field),
            None => Some((standing_day(), DateTime::UNIX_EPOCH)),
        };
        let Some((day, at)) = placed else { continue };
        let telling = Telling { number: *number, slot, states: &states, responsible };
        match slot.time {
            Time::Stock => telling.stock(at, sink),
            Time::Within | Time::Now => telling.within(day, at, sink),
        }
    }
}

struct Telling<'t> {
    number: i64,
    slot: &'t Slot,
    states: &'t States<'t>,
    responsible: &'t Responsible,
}

impl Telling<'_> {
    fn turns(&self) -> usize {
        if self.slot.asks_as_of() { self.states.after.len() } else { 0 }
    }

    /// All on the day by which the record falls into a period. Nobody asks as of an instant before that.
    fn within(&self, day: NaiveDate, at: DateTime<Utc>, sink: &mut impl Sink) {
        let turns = self.states.counted.turns.iter().take(self.turns());
        let settled = turns.clone().take_while(|turn| turn.at <= at).count();
        let mut count = self.states.count(self.slot, settled);
        self.cells(day, count, sink);
        for (nth, turn) in turns.enumerate().skip(settled) {
            let then = self.states.count(self.slot, nth + 1);
            self.turn(turn.at, false, day, then - count, sink);
            count = then;
        }
    }

    /// Each difference on the day it comes about.
    fn stock(&self, at: DateTime<Utc>, sink: &mut impl Sink) {
        let turns = self.states.counted.turns.iter().take(self.turns());
        let settled = turns.clone().take_while(|turn| turn.at <= at).count();
        let mut count = self.states.count(self.slot, settled);
        self.cells(day_in_vietnam(at), count, sink);
        for (nth, turn) in turns.enumerate().skip(settled) {
            let then = self.states.count(self.slot, nth + 1);
            let day = day_in_vietnam(turn.at);
            self.cells(day, then - count, sink);
            if turn.scheduled {
                self.turn(turn.at, true, day, then - count, sink);
            }
            count = then;
        }
    }

    fn value(&self) -> &str {
        value_of(self.slot, &self.states.counted.record)
    }

    fn cells(&self, day: NaiveDate, count: i64, sink: &mut impl Sink) {
        if count != 0 {
            self.responsible.each(|agency, basis, sign| {
                sink.cell(Place { day, agency, basis }, self.number, self.value(), sign * count);
            });
        }
    }

    fn turn(&self, at: DateTime<Utc>, in_stock: bool, day: NaiveDate, count: i64, sink: &mut impl Sink) {
        if count == 0 {
            return;
        }
        self.responsible.each(|agency, basis, sign| {
            sink.turn(TurnCount {
                at,
                in_stock,
                place: Place { day, agency, basis },
                slot: self.number,
                value: self.value().to_owned(),
                count: sign * count,
            });
        });
    }
}

impl Responsible {
    /// Whom a record is counted for: agency, basis, and how often.
    fn each(&self, mut tell: impl FnMut(Uuid, Basis, i64)) {
        tell(self.written, Basis::Written, 1);
        if self.now != self.written {
            tell(self.now, Basis::Moved, 1);
            tell(self.written, Basis::Moved, -1);
        }
    }
}
