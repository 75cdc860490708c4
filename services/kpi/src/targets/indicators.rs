//! Targets of indicators: how they name them, and what they came to, as scorecards show it.
//!
//! The value is that of the newest period within the target's, of the kind the set is usually scored for: the one that
//! goes on, or where nothing is measured in it yet the one before. Where no such period lies within the target's it is
//! that of the target's own period. It is counted for the agency that is responsible today, with everything below it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::{Kind, Text, Uuid};

use super::http::SubjectKind;
use super::rules::Direction;
use super::source::{Found, Known, Measured, Source};
use super::store::TargetRow;
use crate::definitions::model::{self, Indicator, IndicatorSet, Method};
use crate::definitions::rules::total::SetScore;
use crate::periods::{Period, PeriodKind};
use crate::scores::{Context, Question, Scores, Structure, figures};

/// The codes of set and indicator in what a target is of: `qd766/2.1`.
pub(super) fn codes(of: &str) -> Option<(&str, &str)> {
    of.split_once('/').filter(|(set, indicator)| !set.is_empty() && !indicator.is_empty())
}

/// Which way is better, as the definition says.
pub(super) fn direction(indicator: &Indicator) -> Direction {
    match indicator.direction {
        model::Direction::Up => Direction::Up,
        model::Direction::Down => Direction::Down,
    }
}

/// Why an indicator that nobody defined has no value.
pub(super) fn not_counted() -> Text {
    Text::new("Chỉ tiêu này chưa được tính trong hệ thống.", "This indicator is not counted in the system yet.")
}

/// Values of indicators, as they are scored.
pub(super) struct IndicatorValues<'r> {
    pub scores: &'r Scores,
}

/// A target whose indicator is defined.
struct Asked {
    /// Its place among the targets.
    place: usize,
    set: Arc<IndicatorSet>,
    indicator: String,
    agency: Uuid,
    /// The periods whose values may count, the newest first.
    periods: Vec<Period>,
}

impl Source for IndicatorValues<'_> {
    fn values(&self, conn: &mut Conn, tenant: Uuid, targets: &[TargetRow]) -> TxResult<Vec<Option<Known>>> {
        let mut known: Vec<Option<Known>> = targets.iter().map(|_| None).collect();
        let mut asked = Vec::new();
        let mut sets: BTreeMap<(&str, &str), Option<Arc<IndicatorSet>>> = BTreeMap::new();
        for (place, target) in targets.iter().enumerate() {
            if target.subject_kind != SubjectKind::Indicator.as_str() {
                continue;
            }
            let (Some((set, code)), Ok(period)) = (codes(&target.subject_code), target.period.parse()) else {
                continue;
            };
            let key = (set, target.period.as_str());
            if let Entry::Vacant(place) = sets.entry(key) {
                place.insert(self.scores.governing(conn, tenant, set, period)?);
            }
            let Some(set) = sets.get(&key).cloned().flatten() else { continue };
            let Some(indicator) = set.indicators.iter().find(|one| one.code == code) else { continue };
            if let Some(known) = known.get_mut(place) {
                *known = Some(Known { unit: Some(unit(indicator)), found: Err(not_begun()) });
            }
            let periods = periods(period, set.periods.first().copied(), self.scores.db.clock.business().0);
            let (indicator, agency) = (code.to_owned(), target.responsible_agency_id.0);
            asked.push(Asked { place, set, indicator, agency, periods });
        }
        // The newest period of each first, then the one before for those where nothing is measured yet.
        for round in 0..2 {
            for (place, found) in self.round(conn, tenant, &asked, round)? {
                if let Some(Some(known)) = known.get_mut(place).filter(|_| round == 0 || found.is_ok()) {
                    known.found = found;
                }
            }
            let is_open = |one: &Asked| known.get(one.place).is_some_and(|known| !is_found(known.as_ref()));
            asked.retain(is_open);
        }
        Ok(known)
    }
}

fn is_found(known: Option<&Known>) -> bool {
    known.is_some_and(|known| known.found.is_ok())
}

impl IndicatorValues<'_> {
    /// The values in one of the periods of each: one reading for every set and period among them.
    fn round(&self, conn: &mut Conn, tenant: Uuid, asked: &[Asked], round: usize) -> TxResult<Vec<(usize, Found)>> {
        let mut readings: BTreeMap<(&str, String), (Period, Vec<&Asked>)> = BTreeMap::new();
        for one in asked {
            if let Some(period) = one.periods.get(round).copied() {
                let reading = readings.entry((&one.set.code, period.to_string()));
                reading.or_insert_with(|| (period, Vec::new())).1.push(one);
            }
        }
        let mut found = Vec::new();
        for ((set, _), (period, members)) in readings {
            found.extend(self.reading(conn, tenant, (set, period), &members)?);
        }
        Ok(found)
    }

    fn reading(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        (set, period): (&str, Period),
        asked: &[&Asked],
    ) -> TxResult<Vec<(usize, Found)>> {
        let question = Question {
            set: set.to_owned(),
            period,
            agency: String::new(),
            with_below: true,
            structure: Structure::AsIs,
            variants: BTreeMap::new(),
        };
        let scores = match self.scored(conn, tenant, &question, asked) {
            Ok(scores) => scores,
            // What scores answer instead of figures is why there is no value: a target is shown all the same.
            Err(Failure::Refused(why)) if matches!(why.kind, Kind::NotFound | Kind::Conflict | Kind::Unavailable) => {
                return Ok(asked.iter().map(|one| (one.place, Err(why.detail.clone()))).collect());
            }
            Err(failure) => return Err(failure),
        };
        let value = |one: &&Asked| {
            let scored = scores.get(&one.agency).map(|score| &score.indicators);
            let scored = scored.and_then(|all| all.iter().find(|scored| scored.code == one.indicator));
            let found = match scored.map(|scored| (scored.score.value.clone(), &scored.score.not_measured)) {
                Some((Some(value), _)) => {
                    Ok(Measured { value, period: period.to_string(), last_day: period.last_day() })
                }
                Some((None, Some(why))) => Err(why.clone()),
                Some((None, None)) => Err(Text::new(
                    "Chỉ tiêu này cho điểm mà không có giá trị bằng số.",
                    "This indicator gives points, but has no value in numbers.",
                )),
                None => Err(Text::new(
                    "Chỉ tiêu này không áp dụng cho cơ quan trong kỳ.",
                    "This indicator does not apply to the agency in the period.",
                )),
            };
            (one.place, found)
        };
        Ok(asked.iter().map(value).collect())
    }

    fn scored(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        question: &Question,
        asked: &[&Asked],
    ) -> TxResult<BTreeMap<Uuid, SetScore>> {
        let context = Context::of(conn, self.scores, tenant, question, true)?;
        let agencies: BTreeSet<Uuid> = asked.iter().map(|one| one.agency).collect();
        let subjects = context.subjects(conn, &agencies.into_iter().collect::<Vec<_>>())?;
        let figures = figures(conn, self.scores, &context, &subjects)?;
        let score = |(subject, (figures, _)): (&crate::scores::Subject, _)| {
            (subject.agency.id, context.score(&figures, subject))
        };
        Ok(subjects.iter().zip(figures).map(score).collect())
    }
}

/// The periods within a target's whose values may count, the newest first, at most two; none before it begins.
fn periods(target: Period, kind: Option<PeriodKind>, now: DateTime<Utc>) -> Vec<Period> {
    if now < target.start() {
        return Vec::new();
    }
    let at = now.min(target.end() - TimeDelta::microseconds(1));
    let newest = kind.and_then(|kind| Period::at(kind, at));
    let before = newest.and_then(Period::previous);
    let within = |period: &Period| target.start() <= period.start() && period.end() <= target.end();
    let found: Vec<Period> = [newest, before].into_iter().flatten().filter(within).collect();
    if found.is_empty() { vec![target] } else { found }
}

fn unit(indicator: &Indicator) -> Text {
    match indicator.default_variant().map(|variant| &variant.method) {
        Some(Method::Ratio(_)) => Text::new("tỷ lệ (1 là 100%)", "ratio (1 is 100%)"),
        _ => indicator.unit.clone(),
    }
}

fn not_begun() -> Text {
    Text::new("Kỳ chưa bắt đầu.", "The period has not begun yet.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_period_within_the_targets_is_looked_at_and_then_the_one_before() {
        let at = |target: &str, kind, now: &str| -> Vec<String> {
            let found = periods(target.parse().unwrap(), Some(kind), now.parse().unwrap());
            found.iter().map(ToString::to_string).collect()
        };
        let month = PeriodKind::Month;
        assert_eq!(at("2026", month, "2026-11-22T02:00:00Z"), ["2026-11", "2026-10"]);
        assert_eq!(at("2026", month, "2026-01-05T02:00:00Z"), ["2026-01"]);
        assert_eq!(at("2026", month, "2027-03-05T02:00:00Z"), ["2026-12", "2026-11"]);
        assert_eq!(at("2026-11", month, "2026-11-22T02:00:00Z"), ["2026-11"]);
        assert_eq!(at("2026-W47", month, "2026-11-22T02:00:00Z"), ["2026-W47"]);
        // Half of the month lies before the target's first day.
        assert_eq!(at("2026-RQ4", month, "2026-09-20T02:00:00Z"), ["2026-RQ4"]);
        assert_eq!(at("2026", month, "2025-12-31T16:59:59Z"), [""; 0]);
    }

    #[test]
    fn an_indicator_is_named_with_its_set() {
        assert_eq!(codes("qd766/2.1"), Some(("qd766", "2.1")));
        for wrong in ["2.1", "/2.1", "qd766/", ""] {
            assert_eq!(codes(wrong), None, "{wrong}");
        }
    }
}
