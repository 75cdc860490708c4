//! Counting a set of indicators for an agency and a period, from the beginning.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use motcua_kernel::Uuid;

use super::book::{Book, Structure};
use super::dossier::{At, Dossier, Party};
use super::measures::{
    ANNOUNCED, CRITERIA, Count, DOCUMENTS, DOSSIERS, INCOMING, ISSUED, Measure, PROCEDURES, RATINGS, RECEIVED, Window,
};
use super::papers::{Document, Incoming, Rating};
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
            Structure::Now => self.today,
            Structure::Written => self.period.next.pred_opt().unwrap().min(self.today),
            Structure::On(day) => day,
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

/// Which of a dossier's agencies it counts for.
type PartyOf = fn(&Dossier) -> &Party;

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
        let mut figures = BTreeMap::new();
        let roles: [(&[Measure<Dossier>], PartyOf); 3] = [
            (DOSSIERS, |dossier| &dossier.agencies.competent),
            (RECEIVED, |dossier| &dossier.agencies.receiving),
            (ISSUED, |dossier| &dossier.agencies.issuing),
        ];
        for (measures, party) in roles {
            let whose = |dossier: &Dossier| (party(dossier).written_id, party(dossier).responsible_id);
            self.count_all(set, measures.iter(), &self.dossiers, whose, extent, &mut figures);
        }
        let whose = |document: &Document| (document.written, document.responsible);
        self.count_all(set, DOCUMENTS.iter(), &self.documents, whose, extent, &mut figures);
        let whose = |document: &Incoming| (document.receiving_agency_id, document.responsible_agency_id);
        self.count_all(set, INCOMING.iter(), &self.incoming, whose, extent, &mut figures);
        let ratings = RATINGS.iter().chain(CRITERIA.iter().flatten());
        let whose = |rating: &Rating| (rating.agency_id, rating.agency_id);
        self.count_all(set, ratings, &self.ratings, whose, extent, &mut figures);
        if set == "qd766" {
            let reached = self.agencies.reached(extent.agency, extent.with_below);
            self.count_procedures(&reached, extent, &mut figures);
        }
        figures
    }

    /// The measures of a set that count one kind of record, of which each has an agency it was written with and one now.
    fn count_all<'m, R: 'static>(
        &self,
        set: &str,
        measures: impl Iterator<Item = &'m Measure<R>>,
        records: &BTreeMap<Uuid, R>,
        agencies: impl Fn(&R) -> (Uuid, Uuid),
        extent: &Extent,
        figures: &mut BTreeMap<&'static str, Figure>,
    ) {
        let measures: Vec<&Measure<R>> = measures.filter(|measure| measure.set == set).collect();
        if measures.is_empty() {
            return;
        }
        let reached = self.agencies.reached(extent.agency, extent.with_below);
        let seen = records.iter().map(|(id, record)| {
            let (written, now) = agencies(record);
            let counted_by = if extent.structure == Structure::Now { now } else { written };
            Seen { id: *id, whose: self.whose(written, now, extent.structure), counted_by, record }
        });
        let seen: Vec<Seen<'_, R>> = seen.filter(|seen| reached.contains(&seen.whose)).collect();
        for measure in measures {
            figures.insert(measure.code, count_one(measure, &seen, extent));
        }
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

fn count_one<R>(measure: &Measure<R>, records: &[Seen<'_, R>], extent: &Extent) -> Figure {
    let mut figure = Figure { excluded: Some(0), ..Figure::default() };
    let mut values: BTreeSet<(Uuid, String)> = BTreeSet::new();
    for seen in records {
        let (is_there, as_of) = match measure.window {
            Window::Within(day) => (day(seen.record).is_some_and(|day| extent.period.has(day)), extent.until),
            Window::UntilEnd(at) => (at(seen.record).is_some_and(|at| at < extent.until), extent.until),
            Window::Now => (true, extent.until),
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
