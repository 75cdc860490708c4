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

use super::records::{Counted, Responsible, Turn};
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

/// One count that a record adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Added<'r> {
    pub place: Place,
    /// From which instant on it holds; none where it holds from ever.
    pub turn: Option<Turning>,
    /// By which records are told apart; empty where they are not.
    pub value: &'r str,
    pub count: i64,
}

/// From when on a count holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turning {
    /// It holds after this instant.
    pub at: DateTime<Utc>,
    /// Whether it is of what there is at an instant; the tallies have it then, on the day of the turn.
    pub in_stock: bool,
}

/// A record while measures count it: before its turns, and after each.
pub(crate) struct Counting<'c> {
    counted: &'c Counted,
    after: Vec<Record>,
}

impl<'c> Counting<'c> {
    /// Gets a record ready, with its turns where some measure asks as of an instant.
    pub(crate) fn of(counted: &'c Counted, asked_as_of: bool) -> Self {
        // Instants are kept to the microsecond: nothing lies between a turn and the next one.
        let after = |at: DateTime<Utc>| counted.as_of(at + TimeDelta::microseconds(1));
        let after = if asked_as_of { counted.turns.iter().map(|turn| after(turn.at)).collect() } else { Vec::new() };
        Self { counted, after }
    }

    /// How much a slot counts of the record as it is after so many turns.
    fn count(&self, slot: &Slot, turns: usize) -> i64 {
        let record = turns.checked_sub(1).and_then(|at| self.after.get(at)).unwrap_or(&self.counted.record);
        weight(slot, record)
    }

    /// Tells what a measure counts of the record.
    pub(crate) fn tell(&self, slot: &Slot, added: &mut Vec<Added<'c>>) {
        let Some(Some(responsible)) = self.counted.agencies.get(slot.role) else { return };
        let placed = match slot.on {
            Some(field) => self.counted.placed(field),
            None => Some((standing_day(), DateTime::UNIX_EPOCH)),
        };
        let Some((day, at)) = placed else { return };
        let value = value_of(slot, &self.counted.record);
        let mut telling = Telling { slot, counting: self, responsible, value, added };
        match slot.time {
            Time::Stock => telling.stock(at),
            Time::Within | Time::Now => telling.within(day, at),
        }
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

struct Telling<'t, 'c> {
    slot: &'t Slot,
    counting: &'t Counting<'c>,
    responsible: &'c Responsible,
    value: &'c str,
    added: &'t mut Vec<Added<'c>>,
}

impl<'c> Telling<'_, 'c> {
    /// The record's turns, and how many of them lie before it falls into a period.
    fn turns(&self, at: DateTime<Utc>) -> (&'c [Turn], usize) {
        let turns: &'c [Turn] = if self.slot.asks_as_of() { &self.counting.counted.turns } else { &[] };
        (turns, turns.iter().take_while(|turn| turn.at <= at).count())
    }

    /// All on the day by which the record falls into a period. Nobody asks as of an instant before that.
    fn within(&mut self, day: NaiveDate, at: DateTime<Utc>) {
        let (turns, settled) = self.turns(at);
        let mut count = self.counting.count(self.slot, settled);
        self.add(None, day, count);
        for (nth, turn) in turns.iter().enumerate().skip(settled) {
            let then = self.counting.count(self.slot, nth + 1);
            self.add(Some(Turning { at: turn.at, in_stock: false }), day, then - count);
            count = then;
        }
    }

    /// Each difference on the day it comes about.
    fn stock(&mut self, at: DateTime<Utc>) {
        let (turns, settled) = self.turns(at);
        let mut count = self.counting.count(self.slot, settled);
        self.add(None, day_in_vietnam(at), count);
        for (nth, turn) in turns.iter().enumerate().skip(settled) {
            let then = self.counting.count(self.slot, nth + 1);
            let day = day_in_vietnam(turn.at);
            self.add(None, day, then - count);
            if turn.scheduled {
                self.add(Some(Turning { at: turn.at, in_stock: true }), day, then - count);
            }
            count = then;
        }
    }

    fn add(&mut self, turn: Option<Turning>, day: NaiveDate, count: i64) {
        if count != 0 {
            let (added, value) = (&mut *self.added, self.value);
            self.responsible.each(|agency, basis, sign| {
                added.push(Added { place: Place { day, agency, basis }, turn, value, count: sign * count });
            });
        }
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
