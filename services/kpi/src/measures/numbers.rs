//! Reading figures: what measures come to for each agency by itself, in a period and as of an instant.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;
use motcua_kernel::time::day_in_vietnam;

use super::contributions::Basis;
use super::counts;
use super::kept::{Kept, ReadKey};
use super::procedures::Procedures;
use super::slot::{Key, Slot, SlotCount};
use super::store::{self, MeasureRow};
use super::tallies::Span;
use super::{standing_day, turns};
use crate::definitions::model::{Measure, Window};
use crate::definitions::vocabulary::PROCEDURE;
use crate::periods::{Period, PeriodKind};

/// A period, and the instant to which it is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct When {
    pub period: Period,
    /// The moment after now, in business time: everything before it has happened.
    pub now: DateTime<Utc>,
}

impl When {
    /// The instant to which a period is counted: its end, or now while it goes on.
    pub(crate) fn counted_until(self) -> DateTime<Utc> {
        self.period.end().min(self.now)
    }

    /// The instant to which a measure is counted.
    pub(crate) fn as_of(self, window: Window) -> DateTime<Utc> {
        match window {
            Window::BeforeStart(_) => self.period.start().min(self.now),
            Window::Within(_) | Window::UntilEnd(_) => self.counted_until(),
            Window::Now => self.now,
        }
    }
}

/// Whose figures.
#[derive(Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub tenant: Uuid,
    /// These agencies, each by itself; everybody where none are named.
    pub agencies: Option<&'a BTreeSet<Uuid>>,
    /// Whether for who was responsible when a record was written, instead of who is now.
    pub as_written: bool,
    /// The agencies that carry procedures out, and the level of each.
    pub serving: &'a BTreeMap<Uuid, &'static str>,
    /// The procedures they carry out.
    pub procedures: &'a Procedures,
    /// What was read of periods that are over.
    pub kept: &'a Kept,
}

impl Whose<'_> {
    /// Whether an agency's figures are asked for.
    pub(crate) fn asks_for(&self, agency: Uuid) -> bool {
        self.agencies.is_none_or(|asked| asked.contains(&agency))
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct AskedFor {
    key: Key,
    window: Window,
}

impl AskedFor {
    /// What a measure counts.
    pub(crate) fn counted(measure: &Measure) -> Self {
        Self { key: Key::of(measure), window: measure.window }
    }

    /// All that it looks at; none where that can't be said.
    pub(crate) fn looked_at(measure: &Measure) -> Option<Self> {
        let key = Key::of_all(measure).filter(|_| measure.subject.name != PROCEDURE.name)?;
        Some(Self { key, window: measure.window })
    }
}

/// Figures of agencies, in the order they were asked for. Who is not there has nothing.
pub(crate) type Own = BTreeMap<Uuid, Vec<i64>>;

/// What is asked for, for each agency by itself.
///
/// # Errors
/// `figures.not_ready` while a measure is still being filled; when the database fails.
pub(crate) fn own(conn: &mut Conn, whose: &Whose, when: When, asked: &[AskedFor]) -> TxResult<Own> {
    let keys: Vec<Key> = asked.iter().map(|one| one.key.clone()).collect();
    let known = store::numbers_of(conn, whose.tenant, &keys)?;
    let mut sums = Sums::new(asked.len());
    let mut wanted: BTreeMap<(&str, Part), Wanted> = BTreeMap::new();
    for (place, one) in asked.iter().enumerate() {
        if one.key.subject() == PROCEDURE.name {
            let slot = Slot::read(&one.key.text()?)?;
            whose.procedures.count(conn, whose, when, (&slot, one.window, place), &mut sums)?;
            continue;
        }
        let row = known.get(&one.key.text()?).ok_or_else(crate::facts::not_ready)?;
        let part = match one.window {
            Window::Within(_) => Part::Within,
            Window::UntilEnd(_) => Part::UntilEnd,
            Window::BeforeStart(_) => Part::BeforeStart,
            Window::Now => Part::Now,
        };
        wanted.entry((one.key.subject(), part)).or_default().add(row, place)?;
    }
    let is_over = when.period.end() <= when.now;
    let of_all = whose.agencies.is_none_or(|agencies| agencies.len() > FEW);
    for ((subject, part), wanted) in wanted {
        // Of a few agencies a few rows are read, and what goes on changes all the time.
        if !is_over || !of_all || part == Part::Now {
            let reading = Reading { whose, subject, wanted: &wanted };
            reading.part(conn, part, when, &mut sums)?;
            continue;
        }
        let slots: Vec<i64> = wanted.places.keys().copied().collect();
        let key = ReadKey {
            tenant: whose.tenant,
            subject: subject.to_owned(),
            period: when.period,
            halves: part.halves(when.period),
            as_written: whose.as_written,
            slots,
        };
        let everybody = Whose { agencies: None, ..*whose };
        let numbers = whose.kept.get(conn, key, |conn| {
            let in_order = wanted.in_order();
            let mut sums = Sums::new(in_order.places.len());
            Reading { whose: &everybody, subject, wanted: &in_order }.part(conn, part, when, &mut sums)?;
            Ok(sums.end())
        })?;
        for (agency, numbers) in numbers.iter().filter(|(agency, _)| whose.asks_for(**agency)) {
            for ((places, _), number) in wanted.places.values().zip(numbers) {
                for place in places {
                    sums.add(*agency, *place, *number);
                }
            }
        }
    }
    Ok(sums.end())
}

/// Whether days are whole halves of months.
fn is_of_halves((from, to): (NaiveDate, NaiveDate)) -> bool {
    let begins = |day: NaiveDate| Span::Half.first_day(day) == day;
    begins(from) && to.succ_opt().is_some_and(begins)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Within,
    Now,
    UntilEnd,
    BeforeStart,
}

impl Part {
    /// From and to which half of a month tallies are read for a period that is over.
    fn halves(self, period: Period) -> (NaiveDate, NaiveDate) {
        let (first, last) = (Span::Half.first_day(period.first_day()), Span::Half.first_day(period.last_day()));
        match self {
            Self::Within | Self::Now => (first, last),
            Self::UntilEnd => (standing_day(), last),
            Self::BeforeStart => (standing_day(), first),
        }
    }
}

/// The numbers under which measures are tallied, each with its place among what is asked for.
#[derive(Debug, Default)]
struct Wanted {
    /// By slot: the place, and whether values are told apart.
    places: BTreeMap<i64, (Vec<usize>, bool)>,
}

impl Wanted {
    /// The same, each number in the place that it has in the order of all.
    fn in_order(&self) -> Self {
        let places = self.places.iter().enumerate();
        Self { places: places.map(|(at, (slot, (_, distinct)))| (*slot, (vec![at], *distinct))).collect() }
    }

    fn add(&mut self, row: &MeasureRow, place: usize) -> TxResult<()> {
        if row.counted_to.is_some() {
            return Err(crate::facts::not_ready().into());
        }
        let (_, slot) = row.slot()?;
        let distinct = matches!(slot.count, SlotCount::Distinct(_));
        self.places.entry(row.slot).or_insert_with(|| (Vec::new(), distinct)).0.push(place);
        Ok(())
    }
}

/// Sums in the making.
pub(super) struct Sums {
    asked: usize,
    plain: Own,
    /// What has different values: how often each.
    values: BTreeMap<(Uuid, usize), BTreeMap<String, i64>>,
}

impl Sums {
    fn new(asked: usize) -> Self {
        Self { asked, plain: Own::new(), values: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, agency: Uuid, place: usize, count: i64) {
        let asked = self.asked;
        let own = self.plain.entry(agency).or_insert_with(|| vec![0; asked]);
        if let Some(sum) = own.get_mut(place) {
            *sum += count;
        }
    }

    fn take(&mut self, agency: Uuid, wanted: &Wanted, slot: i64, value: &str, count: i64) {
        let Some((places, distinct)) = wanted.places.get(&slot) else { return };
        for place in places {
            if *distinct {
                *self.values.entry((agency, *place)).or_default().entry(value.to_owned()).or_default() += count;
            } else {
                self.add(agency, *place, count);
            }
        }
    }

    fn end(mut self) -> Own {
        for ((agency, place), values) in std::mem::take(&mut self.values) {
            let different = values.values().filter(|count| **count > 0).count();
            self.add(agency, place, i64::try_from(different).unwrap_or(i64::MAX));
        }
        self.plain
    }
}

struct Reading<'r> {
    whose: &'r Whose<'r>,
    subject: &'r str,
    wanted: &'r Wanted,
}

impl Reading<'_> {
    fn part(&self, conn: &mut Conn, part: Part, when: When, sums: &mut Sums) -> TxResult<()> {
        match part {
            Part::Within => {
                let days = (when.period.first_day(), when.period.last_day());
                let span = if is_of_halves(days) { Span::Half } else { Span::Day };
                self.cells(conn, span, days, sums)?;
                self.turned(conn, days, when.counted_until(), sums)
            }
            Part::Now => {
                let day = (standing_day(), standing_day());
                self.cells(conn, Span::Day, day, sums)?;
                self.turned(conn, day, when.now, sums)
            }
            Part::UntilEnd => self.stock(conn, when.counted_until(), sums),
            Part::BeforeStart => self.stock(conn, when.period.start().min(when.now), sums),
        }
    }

    fn counts(&self, basis: &str) -> bool {
        !self.whose.as_written || basis == Basis::Written.as_str()
    }

    fn cells(&self, conn: &mut Conn, span: Span, days: (NaiveDate, NaiveDate), sums: &mut Sums) -> TxResult<()> {
        let few = self.whose.agencies.filter(|agencies| agencies.len() <= FEW);
        let rows = store::tallies_within(conn, self.whose.tenant, self.subject, span.as_str(), days, few)?;
        for row in rows.iter().filter(|row| self.counts(&row.basis) && self.whose.asks_for(row.agency_id.0)) {
            counts::each(&row.counts, |slot, value, count| {
                sums.take(row.agency_id.0, self.wanted, slot, value, count);
            })?;
        }
        Ok(())
    }

    /// What has turned before an instant.
    fn turned(
        &self,
        conn: &mut Conn,
        days: (NaiveDate, NaiveDate),
        before: DateTime<Utc>,
        sums: &mut Sums,
    ) -> TxResult<()> {
        let rows = store::turns_within(conn, self.whose.tenant, self.subject, days, before)?;
        self.turns(&rows, 1, sums)
    }

    fn turns(&self, rows: &[store::TurnRow], sign: i64, sums: &mut Sums) -> TxResult<()> {
        for row in rows {
            for ((agency, basis), counts) in turns::read(&row.counts)? {
                if self.counts(basis.as_str()) && self.whose.asks_for(agency) {
                    for (slot, value, count) in counts.iter() {
                        sums.take(agency, self.wanted, slot, value, sign * count);
                    }
                }
            }
        }
        Ok(())
    }

    /// What there is at an instant: everything that came about before it.
    fn stock(&self, conn: &mut Conn, at: DateTime<Utc>, sums: &mut Sums) -> TxResult<()> {
        let today = day_in_vietnam(at);
        let midnight = Period::containing(PeriodKind::Day, today).map_or(at, Period::start);
        let half = Span::Half.first_day(today);
        if let Some(before) = half.pred_opt() {
            self.cells(conn, Span::Half, (standing_day(), before), sums)?;
        }
        if let Some(yesterday) = today.pred_opt().filter(|yesterday| half <= *yesterday) {
            self.cells(conn, Span::Day, (half, yesterday), sums)?;
        }
        if at == midnight {
            return Ok(());
        }
        // In the midst of a day, that is now, everything on it has come about but what is due later.
        self.cells(conn, Span::Day, (today, today), sums)?;
        let ahead = store::turns_ahead(conn, self.whose.tenant, self.subject, today, at)?;
        self.turns(&ahead, -1, sums)
    }
}

/// More agencies than this are read with all others and picked out.
const FEW: usize = 50;
