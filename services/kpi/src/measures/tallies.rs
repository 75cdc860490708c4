//! Changing the tallies by what records add and no longer add.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};

use super::contributions::{Basis, Place, Sink, TurnCount, contribute};
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
pub(super) struct Difference {
    cells: BTreeMap<Place, Counts>,
    turns: BTreeMap<(Uuid, TurnKey), BTreeMap<Place, Counts>>,
    /// What is being told: by which sign, and of which record.
    sign: i64,
    record: Uuid,
}

/// When a count turns, and where it counts.
type TurnKey = (chrono::DateTime<chrono::Utc>, NaiveDate, bool);

impl Sink for Difference {
    fn cell(&mut self, place: Place, slot: i64, value: &str, count: i64) {
        let sign = self.sign;
        self.cells.entry(place).or_default().add(slot, value, sign * count);
    }

    fn turn(&mut self, turn: TurnCount) {
        let key = (self.record, (turn.at, turn.place.day, turn.in_stock));
        let counts = self.turns.entry(key).or_default().entry(turn.place).or_default();
        counts.add(turn.slot, &turn.value, self.sign * turn.count);
    }
}

/// The tallies of a subject while some of its records change.
pub(crate) struct Tallying {
    tenant: Uuid,
    subject: &'static str,
    measures: Vec<MeasureRow>,
    slots: Vec<(i64, Arc<Slot>)>,
    difference: Difference,
    watching: Watching,
}

/// Takes what a record adds, also for what is published, where anything is.
struct Told<'t> {
    difference: &'t mut Difference,
    changes: Option<&'t mut Changes>,
}

impl Told<'_> {
    fn change(
        &mut self,
        place: &Place,
        slot: i64,
        value: &str,
        from: Option<chrono::DateTime<chrono::Utc>>,
        count: i64,
    ) {
        if let Some(changes) = self.changes.as_deref_mut().filter(|_| place.basis == Basis::Written) {
            changes.add((slot, place.agency, place.day, value.to_owned(), from), self.difference.sign * count);
        }
    }
}

impl Sink for Told<'_> {
    fn cell(&mut self, place: Place, slot: i64, value: &str, count: i64) {
        self.change(&place, slot, value, None, count);
        self.difference.cell(place, slot, value, count);
    }

    fn turn(&mut self, turn: TurnCount) {
        self.change(&turn.place, turn.slot, &turn.value, Some(turn.at), turn.count);
        self.difference.turn(turn);
    }
}

impl Tallying {
    /// Begins, holding the tallies of the subject until the transaction ends.
    ///
    /// # Errors
    /// When the database fails, or a measure can't be read.
    pub(crate) fn begin(tx: &mut Conn, tenant: Uuid, subject: &'static str) -> TxResult<Self> {
        let measures = store::hold(tx, tenant, subject)?;
        let slots = measures.iter().map(MeasureRow::slot).collect::<Result<_>>()?;
        let numbers = measures.iter().map(|row| (row.measure.as_str(), row.slot)).collect();
        let watching = Watching::begin(tx, tenant, subject, &numbers)?;
        Ok(Self { tenant, subject, measures, slots, difference: Difference::default(), watching })
    }

    /// A record that changes, and through which event: as it was, where it was there, and as it is from now on.
    pub(crate) fn change(&mut self, was: Option<Counted>, is: &Counted, cause: Option<&Cause>) {
        let cause = cause.filter(|_| self.watching.is_on());
        let mut changes = cause.map(|_| Changes::default());
        if let Some(was) = was {
            self.tell(&was, -1, changes.as_mut());
        }
        self.tell(is, 1, changes.as_mut());
        if let Some((cause, changes)) = cause.zip(changes) {
            self.watching.note(is.id, cause, &changes);
        }
    }

    fn tell(&mut self, counted: &Counted, sign: i64, changes: Option<&mut Changes>) {
        self.difference.sign = sign;
        self.difference.record = counted.id;
        if self.measures.iter().all(|measure| measure.counted_to.is_none()) {
            contribute(counted, &self.slots, &mut Told { difference: &mut self.difference, changes });
            return;
        }
        // What a measure that is still being filled has not reached yet, it will count when it comes there.
        let covering = self.measures.iter().zip(&self.slots).filter(|(measure, _)| measure.covers(counted.id));
        let slots: Vec<_> = covering.map(|(_, slot)| slot.clone()).collect();
        contribute(counted, &slots, &mut Told { difference: &mut self.difference, changes });
    }

    /// Counts records for some measures that have not counted them yet.
    pub(super) fn fill(&mut self, counted: &Counted, slots: &[(i64, Arc<Slot>)]) {
        self.difference.sign = 1;
        self.difference.record = counted.id;
        contribute(counted, slots, &mut self.difference);
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
    for row in store::tallies_at(tx, tenant, subject, span.as_str(), &places)? {
        for ((_, _, basis), counts) in sums.range_mut(key_range(row.first_day, row.agency_id.0)) {
            if *basis == row.basis {
                counts.join(&Counts::read(&row.counts)?);
            }
        }
    }
    let row = |((first_day, agency, basis), counts): (&(NaiveDate, Uuid, &'static str), &Counts)| TallyRow {
        tenant_id: Id(tenant),
        subject: subject.to_owned(),
        span: span.as_str().to_owned(),
        first_day: *first_day,
        agency_id: Id(*agency),
        basis: (*basis).to_owned(),
        counts: counts.text(),
    };
    let rows: Vec<TallyRow> = sums.iter().map(row).collect();
    store::keep_tallies(tx, &rows)
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
    let (mut changed, mut over) = (Vec::new(), Vec::new());
    for ((record, (at, on_day, in_stock)), places) in all {
        let counts = turns::text(places.iter().map(|(place, own)| ((place.agency, place.basis), own)));
        let was = kept.remove(&(record, (at, on_day, in_stock)));
        if !counts.is_empty() {
            let (tenant_id, record_id, turn_at) = (Id(tenant), Id(record), At(at));
            let subject = subject.to_owned();
            changed.push(TurnRow { tenant_id, subject, record_id, turn_at, on_day, in_stock, counts });
        } else {
            over.extend(was);
        }
    }
    store::drop_turns(tx, tenant, subject, &over)?;
    store::keep_turns(tx, &changed)
}
