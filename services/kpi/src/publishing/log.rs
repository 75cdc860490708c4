//! The restatement log (nhật ký điều chỉnh): noted where tallies change, in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::under;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::Event;
use motcua_kernel::{Error, Result, Uuid, new_id};
use serde::{Deserialize, Serialize};

use super::store::{self, RestatementRow};
use crate::definitions::model::{Count, IndicatorSet, Window};
use crate::facts;
use crate::measures::contributions::{Added, Basis};
use crate::measures::{Key, tallied};
use crate::periods::{Period, PeriodKind};

/// The event through which a record changes.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    id: Uuid,
    kind: String,
    time: DateTime<Utc>,
}

impl Cause {
    /// An event of a feed.
    pub(crate) fn of(event: &Event) -> Self {
        Self { id: event.id, kind: event.kind.clone(), time: event.time }
    }
}

/// A measure of a published period, as it is kept with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct WatchedMeasure {
    measure: String,
    /// What it counts, as tallies call it.
    key: String,
    window: WatchedWindow,
    /// Whether different values are counted.
    distinct: bool,
}

/// How records fall into the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WatchedWindow {
    Within,
    UntilEnd,
    BeforeStart,
}

/// What is to be watched of a set.
pub(super) fn watched(set: &IndicatorSet) -> Result<Vec<WatchedMeasure>> {
    let mut watched = Vec::new();
    for measure in set.measures.iter().filter(|measure| !tallied(measure).is_empty()) {
        let window = match measure.window {
            Window::Within(_) => WatchedWindow::Within,
            Window::UntilEnd(_) => WatchedWindow::UntilEnd,
            Window::BeforeStart(_) => WatchedWindow::BeforeStart,
            Window::Now => continue,
        };
        let distinct = matches!(measure.count, Count::Distinct(_));
        watched.push(WatchedMeasure { measure: measure.code.clone(), key: Key::of(measure).text()?, window, distinct });
    }
    Ok(watched)
}

/// Where a change stands: slot, agency, day, value, and from which instant on it holds.
type Spot = (i64, Uuid, NaiveDate, String, Option<DateTime<Utc>>);

/// What one record adds and no longer adds, for who was responsible when it was written.
#[derive(Debug, Default)]
pub(crate) struct Changes(BTreeMap<Spot, i64>);

impl Changes {
    /// Adds what a record counts for, or takes it away. What moved to somebody else since is no change of what was written.
    pub(crate) fn tell(&mut self, slot: i64, added: &Added, sign: i64) {
        if added.place.basis == Basis::Written {
            let from = added.turn.map(|turn| turn.at);
            let spot = (slot, added.place.agency, added.place.day, added.value.to_owned(), from);
            *self.0.entry(spot).or_default() += sign * added.count;
        }
    }
}

/// A published period.
struct Published {
    id: Uuid,
    agency: Uuid,
    first_day: NaiveDate,
    last_day: NaiveDate,
    end: DateTime<Utc>,
    /// By slot; two measures of a set may count the same in different windows.
    measures: BTreeMap<i64, Vec<WatchedMeasure>>,
}

impl Published {
    /// Whether a count is one of the period's.
    fn takes(&self, window: WatchedWindow, day: NaiveDate, from: Option<DateTime<Utc>>) -> bool {
        match window {
            WatchedWindow::Within => {
                self.first_day <= day && day <= self.last_day && from.is_none_or(|from| from < self.end)
            }
            WatchedWindow::UntilEnd => day <= self.last_day,
            WatchedWindow::BeforeStart => day < self.first_day,
        }
    }
}

/// What is published, while records of a subject change.
#[derive(Default)]
pub(crate) struct Watching {
    tenant: Uuid,
    subject: String,
    published: Vec<Published>,
    noted: Vec<RestatementRow>,
}

impl Watching {
    /// What is published of a subject, given the numbers of what is tallied for it. Nothing while the feeds are followed
    /// anew: what is told again has changed nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn begin(tx: &mut Conn, tenant: Uuid, subject: &str, slots: &BTreeMap<&str, i64>) -> TxResult<Self> {
        let rows = store::watched(tx, tenant)?;
        if rows.is_empty() {
            return Ok(Self::default());
        }
        match facts::as_of(tx, tenant) {
            Ok(_) => {}
            Err(Failure::Refused(_)) => return Ok(Self::default()),
            Err(failure) => return Err(failure),
        }
        let mut published = Vec::new();
        for (id, agency, first_day, last_day, watched) in rows {
            let watched: Vec<WatchedMeasure> = serde_json::from_value(watched.0).map_err(Error::internal)?;
            let mut measures: BTreeMap<i64, Vec<WatchedMeasure>> = BTreeMap::new();
            for measure in watched {
                if let Some(slot) = slots.get(measure.key.as_str()) {
                    measures.entry(*slot).or_default().push(measure);
                }
            }
            let last = Period::containing(PeriodKind::Day, last_day)
                .ok_or_else(|| Error::internal(format!("no period ends on {last_day}")))?;
            if !measures.is_empty() {
                let (id, agency, end) = (id.0, agency.0, last.end());
                published.push(Published { id, agency, first_day, last_day, end, measures });
            }
        }
        Ok(Self { tenant, subject: subject.to_owned(), published, noted: Vec::new() })
    }

    /// Whether anything is watched.
    pub(crate) fn is_on(&self) -> bool {
        !self.published.is_empty()
    }

    /// Notes what one record changed.
    pub(crate) fn note(&mut self, record: Uuid, cause: &Cause, changes: &Changes) {
        for published in &self.published {
            // By agency and measure: each value's change, because what is told apart is counted once each.
            let mut sums: BTreeMap<(Uuid, &str), BTreeMap<&str, i64>> = BTreeMap::new();
            let mut distinct: BTreeSet<&str> = BTreeSet::new();
            for ((slot, agency, day, value, from), count) in changes.0.iter().filter(|(_, count)| **count != 0) {
                for one in published.measures.get(slot).into_iter().flatten() {
                    // What turns in stock is in its cells already.
                    let in_cells = from.is_none() || one.window == WatchedWindow::Within;
                    if in_cells && published.takes(one.window, *day, *from) {
                        let sums = sums.entry((*agency, &one.measure)).or_default();
                        *sums.entry(value).or_default() += count;
                        if one.distinct {
                            distinct.insert(&one.measure);
                        }
                    }
                }
            }
            for ((agency, measure), values) in sums {
                if values.values().all(|count| *count == 0) {
                    continue;
                }
                let change = (!distinct.contains(measure)).then(|| values.values().sum());
                self.noted.push(RestatementRow {
                    tenant_id: Id(self.tenant),
                    id: Id(new_id()),
                    published_period_id: Id(published.id),
                    agency_id: Id(agency),
                    measure: measure.to_owned(),
                    change,
                    event_id: Id(cause.id),
                    event_type: cause.kind.clone(),
                    event_time: At(cause.time),
                    subject: self.subject.clone(),
                    record_id: Id(record),
                });
            }
        }
    }

    /// Writes what was noted of the agencies that a published period is about.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn write(self, tx: &mut Conn) -> TxResult<()> {
        let Self { tenant, published, mut noted, .. } = self;
        if noted.is_empty() {
            return Ok(());
        }
        let mut below: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for one in published {
            let all = under(tx, tenant, &[one.agency])?;
            below.insert(one.id, all.into_iter().collect());
        }
        noted.retain(|row| below.get(&row.published_period_id.0).is_some_and(|all| all.contains(&row.agency_id.0)));
        store::note(tx, &noted)
    }
}
