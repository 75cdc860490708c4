//! From indicators to groups and the total.
//!
//! Points are summed exactly, so that a group is never a hundredth beside what its indicators come to; what is not measured
//! is left out, and beside the points stands what could be measured at most.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_agencies::AgencyKind;
use motcua_kernel::Text;

use super::score::{Figures, Score, score};
use crate::definitions::exact::Exact;
use crate::definitions::model::{Indicator, IndicatorSet, Method};
use crate::periods::PeriodKind;

/// For whom and when a set is scored, and by which variants.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The kind of the agency; indicators for others are left out. All where none is said.
    pub kind: Option<AgencyKind>,
    /// The first day of the period.
    pub on: Option<NaiveDate>,
    /// What kind of period it is; any where none is said.
    pub period: Option<PeriodKind>,
    /// The variant of an indicator, where it is not the default.
    pub variants: BTreeMap<String, String>,
}

/// The score of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct SetScore {
    /// Indicators that apply, in the order of the set, each with the variant it was scored by.
    pub indicators: Vec<IndicatorScore>,
    /// Groups in the order of the set.
    pub groups: Vec<(String, Points)>,
    /// All of them.
    pub total: Points,
}

/// The score of one indicator of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorScore {
    /// Its code.
    pub code: String,
    /// The variant.
    pub variant: String,
    /// The score.
    pub score: Score,
}

/// A sum of points.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// The points of what is measured; none where nothing is.
    pub points: Option<Exact>,
    /// What that could come to at most.
    pub measured_maximum: Exact,
    /// What all that applies could come to at most.
    pub maximum: Exact,
}

impl Points {
    fn none() -> Self {
        Self { points: None, measured_maximum: Exact::zero(), maximum: Exact::zero() }
    }

    fn add(&mut self, points: Option<&Exact>, maximum: &Exact) {
        self.maximum = &self.maximum + maximum;
        if let Some(points) = points {
            self.measured_maximum = &self.measured_maximum + maximum;
            self.points = Some(self.points.as_ref().map_or_else(|| points.clone(), |sum| sum + points));
        }
    }

    fn join(&mut self, other: &Self) {
        self.maximum = &self.maximum + &other.maximum;
        self.measured_maximum = &self.measured_maximum + &other.measured_maximum;
        self.points = match (&self.points, &other.points) {
            (Some(a), Some(b)) => Some(a + b),
            (one, other) => one.as_ref().or(other.as_ref()).cloned(),
        };
    }
}

/// Scores every indicator of a set that applies, its groups and its total.
#[must_use]
pub fn score_set(set: &IndicatorSet, figures: &Figures, asked: &Asked) -> SetScore {
    let applies = |indicator: &&Indicator| {
        let kind =
            asked.kind.is_none_or(|kind| indicator.applies_to.is_empty() || indicator.applies_to.contains(&kind));
        kind && asked.on.is_none_or(|day| indicator.holds_on(day))
    };
    let applying: Vec<&Indicator> = set.indicators.iter().filter(applies).collect();
    let mut scores: Vec<IndicatorScore> = Vec::new();
    let mut sums: Vec<(usize, &[String])> = Vec::new();
    for indicator in applying.iter().copied() {
        let chosen = asked.variants.get(&indicator.code).and_then(|code| indicator.variant(code));
        let Some(variant) = chosen.or_else(|| indicator.default_variant()) else { continue };
        if let Method::Sum(parts) = &variant.method {
            sums.push((scores.len(), parts));
        }
        let counted = asked.period.is_none_or(|kind| indicator.periods.is_empty() || indicator.periods.contains(&kind));
        let score = if counted { score(indicator, variant, figures) } else { Score::not_measured(no_such_period()) };
        scores.push(IndicatorScore { code: indicator.code.clone(), variant: variant.code.clone(), score });
    }
    for (place, parts) in &sums {
        let sum = sum_of(parts, &applying, &scores);
        if let Some(slot) = scores.get_mut(*place) {
            slot.score = sum;
        }
    }
    let in_sums: Vec<&String> = sums.iter().flat_map(|(_, parts)| parts.iter()).collect();
    let mut groups: Vec<(String, Points)> =
        set.groups.iter().map(|group| (group.code.clone(), Points::none())).collect();
    for (indicator, scored) in applying.iter().zip(&scores).filter(|(one, _)| !in_sums.contains(&&one.code)) {
        if let Some((_, group)) = groups.iter_mut().find(|(code, _)| *code == indicator.group) {
            group.add(scored.score.points.as_ref(), &indicator.maximum);
        }
    }
    let mut total = Points::none();
    for (_, group) in &groups {
        total.join(group);
    }
    SetScore { indicators: scores, groups, total }
}

fn no_such_period() -> Text {
    Text::new(
        "Chỉ tiêu này không tính được cho loại kỳ này: số liệu của nó chỉ có theo tháng.",
        "It can't be counted for this kind of period: what it counts is only known by months.",
    )
}

/// The sum of what is measured of its parts.
fn sum_of(parts: &[String], all: &[&Indicator], scores: &[IndicatorScore]) -> Score {
    let mut sum: Option<Exact> = None;
    let mut said = Score::not_measured(Text::new("Không phần nào đo được.", "None of its parts is measured."));
    for part in parts {
        let Some((_, scored)) = all.iter().zip(scores).find(|(one, _)| one.code == *part) else { continue };
        let points = scored.score.points.as_ref();
        match points {
            Some(points) => {
                said.say(format!("Điểm của {part}."), format!("Points of {part}."), Some(points));
                sum = Some(sum.map_or_else(|| points.clone(), |sum| &sum + points));
            }
            None => said.say(format!("{part} không đo được."), format!("{part} is not measured."), None),
        }
    }
    if sum.is_some() {
        said.not_measured = None;
    }
    said.points = sum;
    said
}
