//! Counting a set of indicators for an agency and a period, from the beginning.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use motcua_kernel::Uuid;

use super::book::{Book, Structure};
use super::dossier::At;
use super::measures::{
    ANNOUNCED, CRITERIA, Count, DOCUMENTS, DOSSIERS, INCOMING, Measure, PROCEDURES, RATINGS, Window,
};
use super::period::{Period, day_of};

/// For whom and when is counted.
#[derive(Debug, Clone)]
pub(crate) struct Extent {
    pub agency: Uuid,
    pub with_below: bool,
    pub period: Period,
    pub structure: Structure,
    /// Until when is counted: the end of the period, or now.
    pub until: At,
    /// The day on which it is asked.
    pub today: NaiveDate,
}

impl Extent {
    /// The day whose agencies are meant.
    pub(crate) fn of_day(&self) -> NaiveDate {
        match self.structure {
            Structure::AsIs => self.today,
            Structure::AsWas => self.period.next.pred_opt().unwrap().min(self.today),
            Structure::AsOf(day) => day,
        }
    }
}

/// A measure counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Figure {
    pub value: i64,
    /// How many records its filter rejects; none without a filter, and for sums, distinct values and procedures.
    pub excluded: Option<i64>,
    /// What each counted record counts.
    pub counted: Vec<(Uuid, i64)>,
    /// How many different values there are among them, where these are counted.
    pub is_distinct: bool,
}

/// What one record comes to, while they are counted.
struct Seen<'a, R> {
    id: Uuid,
    whose: Uuid,
    /// Who tells different values apart: as of a day it is the agency it was written with.
    counted_by: Uuid,
    record: &'a R,
}

impl Book {
    /// Every measure of a set.
    pub(crate) fn count(&self, set: &str, extent: &Extent) -> BTreeMap<&'static str, Figure> {
        let reached = self.agencies.reached(extent.agency, extent.with_below);
        let whose = |written, responsible| self.whose(written, responsible, extent.structure);
        let counted_by = |written, now| if extent.structure == Structure::AsIs { now } else { written };
        let mut figures = BTreeMap::new();
        if DOSSIERS.iter().any(|measure| measure.set == set) {
            let all = self.dossiers.iter().map(|(id, record)| {
                let party = &record.agencies.competent;
                let (written, now) = (party.written_id, party.responsible_id);
                Seen { id: *id, whose: whose(written, now), counted_by: counted_by(written, now), record }
            });
            let all: Vec<_> = all.filter(|seen| reached.contains(&seen.whose)).collect();
            count_all(set, DOSSIERS.iter(), &all, extent, &mut figures);
        }
        if set == "van-ban" {
            let all = self.documents.iter().map(|(id, record)| Seen {
                id: *id,
                whose: whose(record.written, record.responsible),
                counted_by: counted_by(record.written, record.responsible),
                record,
            });
            let all: Vec<_> = all.filter(|seen| reached.contains(&seen.whose)).collect();
            count_all(set, DOCUMENTS.iter(), &all, extent, &mut figures);
            let all = self.incoming.iter().map(|(id, record)| {
                let (written, responsible) = (record.receiving_agency_id, record.responsible_agency_id);
                Seen {
                    id: *id,
                    whose: whose(written, responsible),
                    counted_by: counted_by(written, responsible),
                    record,
                }
            });
            let all: Vec<_> = all.filter(|seen| reached.contains(&seen.whose)).collect();
            count_all(set, INCOMING.iter(), &all, extent, &mut figures);
        }
        if set == "qd766" || set == "mot-cua" {
            let all = self.ratings.iter().map(|(id, record)| Seen {
                id: *id,
                whose: whose(record.agency_id, record.agency_id),
                counted_by: record.agency_id,
                record,
            });
            let all: Vec<_> = all.filter(|seen| reached.contains(&seen.whose)).collect();
            count_all(set, RATINGS.iter().chain(CRITERIA.iter().flatten()), &all, extent, &mut figures);
        }
        if set == "qd766" {
            self.count_procedures(&reached, extent, &mut figures);
        }
        figures
    }

    /// A procedure counts for every agency, open on the day whose agencies are meant, of a level that carries it out.
    fn count_procedures(
        &self,
        reached: &BTreeSet<Uuid>,
        extent: &Extent,
        figures: &mut BTreeMap<&'static str, Figure>,
    ) {
        for agency in reached {
            let day = extent.of_day();
            let Some(level) = self.agencies.level(*agency).filter(|_| self.agencies.is_open(*agency, day)) else {
                continue;
            };
            let here = self.procedures.iter().filter(|(_, procedure)| procedure.levels.iter().any(|one| one == level));
            for (id, procedure) in here {
                for (code, when) in PROCEDURES {
                    let figure = figures.entry(code).or_default();
                    if when(procedure) {
                        figure.value += 1;
                        figure.counted.push((*id, 1));
                    }
                }
                for (code, when) in ANNOUNCED {
                    let figure = figures.entry(code).or_default();
                    figure.is_distinct = true;
                    let within = procedure.announced.values().filter(|one| {
                        one.decided_on.is_some_and(|day| extent.period.has(day)) && when(one, &self.calendar)
                    });
                    let announced = within.count();
                    // However many decisions there are, it is one procedure.
                    figure.value += i64::from(announced > 0);
                    figure.counted.extend(std::iter::repeat_n((*id, 1), announced));
                }
            }
        }
        for code in PROCEDURES.iter().map(|(code, _)| code).chain(ANNOUNCED.iter().map(|(code, _)| code)) {
            figures.entry(code).or_default();
        }
    }
}

fn count_all<'m, R: 'static>(
    set: &str,
    measures: impl Iterator<Item = &'m Measure<R>>,
    records: &[Seen<'_, R>],
    extent: &Extent,
    figures: &mut BTreeMap<&'static str, Figure>,
) {
    for measure in measures.filter(|measure| measure.set == set) {
        figures.insert(measure.code, count_one(measure, records, extent));
    }
}

fn count_one<R>(measure: &Measure<R>, records: &[Seen<'_, R>], extent: &Extent) -> Figure {
    let mut figure = Figure { excluded: Some(0), ..Figure::default() };
    let mut values: BTreeSet<(Uuid, String)> = BTreeSet::new();
    for seen in records {
        let (is_there, as_of) = match measure.window {
            Window::Within(day) => (day(seen.record).is_some_and(|day| extent.period.has(day)), extent.until),
            Window::UntilEnd(at) => (at(seen.record).is_some_and(|at| at < extent.until), extent.until),
            Window::BeforeStart(at) => {
                let start = extent.period.start();
                (at(seen.record).is_some_and(|at| at < start), start)
            }
        };
        if !is_there {
            continue;
        }
        if measure.when.is_some_and(|when| !when(seen.record, as_of)) {
            figure.excluded = figure.excluded.map(|excluded| excluded + 1);
            continue;
        }
        let counts = match &measure.count {
            Count::Records => 1,
            Count::Sum(of) => of(seen.record),
            Count::Distinct(of) => i64::from(values.insert((seen.counted_by, of(seen.record)))),
        };
        figure.value += counts;
        figure.counted.push((seen.id, counts));
    }
    if measure.when.is_none() || !matches!(measure.count, Count::Records) {
        figure.excluded = None;
    }
    figure.is_distinct = matches!(measure.count, Count::Distinct(_));
    figure
}

/// Until when a period is counted at an instant.
pub(crate) fn counted_until(period: &Period, now: At) -> At {
    period.end().min(now)
}

/// Whether anything of a period is over at an instant.
pub(crate) fn has_begun(period: &Period, now: At) -> bool {
    period.first <= day_of(now)
}
