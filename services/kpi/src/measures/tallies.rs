//! Changing the tallies by what records add and no longer add.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};

use super::contributions::{Added, Counting, Place};
use super::counts::Counts;
use super::records::Counted;
use super::slot::Slot;
use super::store::{self, MeasureRow, TallyRow, TurnRow};
use super::turns;
use crate::publishing::log::{Cause, Changes, Watching};

/// How many days a row of tallies stands for. Every period is made of whole days, and all but days and weeks of whole halves
/// of months; reporting periods change on the 15th.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Span {
    Day,
    /// From the 1st to the 14th, or from the 15th to the end of the month.
    Half,
}

impl Span {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Half => "half",
        }
    }

    /// The first day of the span that a day lies in.
    pub(super) fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Half => day.with_day(if day.day() < 15 { 1 } else { 15 }).unwrap_or(day),
        }
    }
}

/// What tallies change by.
#[derive(Default)]
struct Difference {
    cells: BTreeMap<Place, Counts>,
    turns: BTreeMap<(Uuid, TurnKey), BTreeMap<Place, Counts>>,
}

/// When a count turns, and where it counts.
type TurnKey = (DateTime<Utc>, NaiveDate, bool);

impl Difference {
    fn add(&mut self, record: Uuid, slot: i64, added: &Added, sign: i64) {
        let counts = match added.turn {
            None => self.cells.entry(added.place.clone()).or_default(),
            Some(turn) => {
                let key = (record, (turn.at, added.place.day, turn.in_stock));
                self.turns.entry(key).or_default().entry(added.place.clone()).or_default()
            }
        };
        counts.add(slot, added.value, sign * added.count);
    }
}

/// The tallies of a subject while some of its records change.
pub(crate) struct Tallying {
    tenant: Uuid,
    subject: &'static str,
    measures: Vec<MeasureRow>,
    slots: Vec<(i64, Arc<Slot>)>,
    /// Whether some measure counts as of an instant.
    asked_as_of: bool,
    difference: Difference,
    watching: Watching,
}

impl Tallying {
    /// Begins, holding the tallies of the subject until the transaction ends.
    ///
    /// # Errors
    /// When the database fails, or a measure can't be read.
    pub(crate) fn begin(tx: &mut Conn, tenant: Uuid, subject: &'static str) -> TxResult<Self> {
        let measures = store::hold(tx, tenant, subject)?;
        let slots = measures.iter().map(MeasureRow::slot).collect::<Result<Vec<_>>>()?;
        let numbers = measures.iter().map(|row| (row.measure.as_str(), row.slot)).collect();
        let watching = Watching::begin(tx, tenant, subject, &numbers)?;
        let asked_as_of = slots.iter().any(|(_, slot)| slot.asks_as_of());
        Ok(Self { tenant, subject, measures, slots, asked_as_of, difference: Difference::default(), watching })
    }

    /// A record that changes, and through which event: as it was, where it was there, and as it is from now on.
    pub(crate) fn change(&mut self, was: Option<&Counted>, is: &Counted, cause: Option<&Cause>) {
        let was = was.map(|was| Counting::of(was, self.asked_as_of));
        let now = Counting::of(is, self.asked_as_of);
        let cause = cause.filter(|_| self.watching.is_on());
        let mut changes = Changes::default();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (measure, (number, slot)) in self.measures.iter().zip(&self.slots) {
            // What a measure that is still being filled has not reached yet, it will count when it comes there.
            if !measure.covers(is.id) {
                continue;
            }
            before.clear();
            after.clear();
            if let Some(was) = &was {
                was.tell(slot, &mut before);
            }
            now.tell(slot, &mut after);
            // Most steps change little of what is counted.
            if before == after {
                continue;
            }
            for (added, sign) in before.iter().map(|added| (added, -1)).chain(after.iter().map(|added| (added, 1))) {
                self.difference.add(is.id, *number, added, sign);
                if cause.is_some() {
                    changes.tell(*number, added, sign);
                }
            }
        }
        if let Some(cause) = cause {
            self.watching.note(is.id, cause, &changes);
        }
    }

    /// Counts records for some measures that have not counted them yet.
    pub(super) fn fill(&mut self, counted: &Counted, slots: &[(i64, Arc<Slot>)]) {
        let counting = Counting::of(counted, self.asked_as_of);
        for (number, slot) in slots {
            let mut added = Vec::new();
            counting.tell(slot, &mut added);
            for added in &added {
                self.difference.add(counted.id, *number, added, 1);
            }
        }
    }

    /// The measures that are not filled yet.
    pub(super) fn unfilled(&self) -> Vec<MeasureRow> {
        self.measures.iter().filter(|measure| measure.counted_to.is_some()).cloned().collect()
    }

    /// Writes what changed.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn write(self, tx: &mut Conn) -> TxResult<()> {
        let Self { tenant, subject, difference, watching, .. } = self;
        watching.write(tx)?;
        let changed: BTreeMap<Place, Counts> =
            difference.cells.into_iter().filter(|(_, counts)| !counts.is_empty()).collect();
        let turning = difference.turns.keys().map(|(_, (_, on_day, _))| *on_day);
        let days = changed.keys().map(|place| place.day).chain(turning);
        let halves: BTreeSet<NaiveDate> = days.map(|day| Span::Half.first_day(day)).collect();
        store::note_changes(tx, tenant, subject, &halves)?;
        for span in [Span::Day, Span::Half] {
            write_cells(tx, tenant, subject, span, &changed)?;
        }
        write_turns(tx, tenant, subject, difference.turns)
    }
}

fn write_cells(
    tx: &mut Conn,
    tenant: Uuid,
    subject: &str,
    span: Span,
    changed: &BTreeMap<Place, Counts>,
) -> TxResult<()> {
    let mut sums: BTreeMap<(NaiveDate, Uuid, &'static str), Counts> = BTreeMap::new();
    for (place, counts) in changed {
        let key = (span.first_day(place.day), place.agency, place.basis.as_str());
        sums.entry(key).or_default().join(counts);
    }
    sums.retain(|_, counts| !counts.is_empty());
    if sums.is_empty() {
        return Ok(());
    }
    let places: BTreeSet<(NaiveDate, Uuid)> = sums.keys().map(|(day, agency, _)| (*day, *agency)).collect();
    let mut texts = BTreeMap::new();
    for row in store::tallies_at(tx, tenant, subject, span.as_str(), &places)? {
        for ((_, _, basis), counts) in sums.range(key_range(row.first_day, row.agency_id.0)) {
            if *basis == row.basis {
                texts.insert((row.first_day, row.agency_id.0, *basis), counts.onto(&row.counts)?);
            }
        }
    }
    let (mut new, mut known) = (Vec::new(), Vec::new());
    for (key @ (first_day, agency, basis), counts) in &sums {
        let text = texts.remove(key);
        let rows = if text.is_some() { &mut known } else { &mut new };
        rows.push(TallyRow {
            tenant_id: Id(tenant),
            subject: subject.to_owned(),
            span: span.as_str().to_owned(),
            first_day: *first_day,
            agency_id: Id(*agency),
            basis: (*basis).to_owned(),
            counts: text.unwrap_or_else(|| counts.text()),
        });
    }
    store::keep_tallies(tx, &new, true)?;
    store::keep_tallies(tx, &known, false)
}

/// The keys of an agency on a day, whatever the basis.
fn key_range(day: NaiveDate, agency: Uuid) -> std::ops::RangeInclusive<(NaiveDate, Uuid, &'static str)> {
    (day, agency, "")..=(day, agency, "~")
}

fn write_turns(
    tx: &mut Conn,
    tenant: Uuid,
    subject: &str,
    changed: BTreeMap<(Uuid, TurnKey), BTreeMap<Place, Counts>>,
) -> TxResult<()> {
    let mut all = changed;
    all.retain(|_, places| places.values().any(|counts| !counts.is_empty()));
    let touched: BTreeSet<Uuid> = all.keys().map(|(record, _)| *record).collect();
    let touched: Vec<Uuid> = touched.into_iter().collect();
    if touched.is_empty() {
        return Ok(());
    }
    let mut kept = BTreeMap::new();
    for row in store::turns_of(tx, tenant, subject, &touched)? {
        let key = (row.record_id.0, (row.turn_at.0, row.on_day, row.in_stock));
        let Some(places) = all.get_mut(&key) else { continue };
        for ((agency, basis), counts) in turns::read(&row.counts)? {
            places.entry(Place { day: row.on_day, agency, basis }).or_default().join(&counts);
        }
        kept.insert(key, row);
    }
    let (mut new, mut changed, mut over) = (Vec::new(), Vec::new(), Vec::new());
    for ((record, (at, on_day, in_stock)), places) in all {
        let counts = turns::text(places.iter().map(|(place, own)| ((place.agency, place.basis), own)));
        let was = kept.remove(&(record, (at, on_day, in_stock)));
        if counts.is_empty() {
            over.extend(was);
        } else {
            let (tenant_id, record_id, turn_at) = (Id(tenant), Id(record), At(at));
            let subject = subject.to_owned();
            let rows = if was.is_some() { &mut changed } else { &mut new };
            rows.push(TurnRow { tenant_id, subject, record_id, turn_at, on_day, in_stock, counts });
        }
    }
    store::drop_turns(tx, tenant, subject, &over)?;
    store::keep_turns(tx, &new, true)?;
    store::keep_turns(tx, &changed, false)
}
