//! The score of one agency, and the figures under it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::SubsecRound;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Result};

use super::Scores;
use super::context::{Context, Subject, admit};
use super::figures::{counted, figures};
use super::question::Question;
use super::view::{
    ClassReference, FigureSheet, GroupScore, IndicatorPoints, MeasureFigure, PointSum, ScoreContext, Scorecard,
    SetReference,
};
use crate::definitions::exact::Exact;
use crate::definitions::model::Indicator;
use crate::definitions::rules::rank::class_of;
use crate::definitions::rules::score::{Figures, Score};
use crate::definitions::rules::total::{Asked, Points, SetScore, score_set};

/// Decimals of groups and totals.
pub(crate) const DECIMALS: u32 = 2;

/// What every measure of a set comes to for an agency.
///
/// # Errors
/// Those of [`Context::of`] and [`Context::subject`].
pub(super) async fn figure_sheet(room: &Scores, actor: Arc<Actor>, asked: Question) -> Result<FigureSheet> {
    admit(&actor)?;
    let own = room.clone();
    room.db
        .read_snapshot("score_figures", move |conn| {
            let context = Context::of(conn, &own, actor.tenant, &asked, asked.with_below)?;
            let subject = context.subject(conn, &actor, &asked.agency)?;
            let counted = counted(conn, &own, &context, std::slice::from_ref(&subject), true)?;
            let counted = counted.into_iter().next().unwrap_or_default();
            let figure = |measure: &crate::definitions::model::Measure| MeasureFigure {
                measure: measure.code.clone(),
                name: measure.name.clone(),
                subject: measure.subject.name.to_owned(),
                value: counted.numbers.get(&measure.code).copied().unwrap_or_default(),
                excluded: counted.excluded.get(&measure.code).copied(),
            };
            Ok(FigureSheet {
                context: context.shown(),
                agency: subject.agency,
                figures: context.set.measures.iter().map(figure).collect(),
            })
        })
        .await
}

/// The score of an agency.
///
/// # Errors
/// Those of [`figure_sheet`].
pub(super) async fn scorecard(room: &Scores, actor: Arc<Actor>, asked: Question) -> Result<Scorecard> {
    admit(&actor)?;
    let own = room.clone();
    room.db
        .read_snapshot("scorecard", move |conn| {
            let context = Context::of(conn, &own, actor.tenant, &asked, asked.with_below)?;
            let subject = context.subject(conn, &actor, &asked.agency)?;
            card(conn, &own, &context, &subject)
        })
        .await
}

/// The card of an agency that was found.
///
/// # Errors
/// Those of [`figures`].
pub(crate) fn card(conn: &mut Conn, room: &Scores, context: &Context, subject: &Subject) -> TxResult<Scorecard> {
    let figures = figures(conn, room, context, std::slice::from_ref(subject))?;
    let (figures, _) = figures.into_iter().next().ok_or_else(|| Error::internal("an agency without figures"))?;
    let score = context.score(&figures, subject);
    Ok(Scorecard {
        context: context.shown(),
        agency: subject.agency.clone(),
        total: point_sum(&score.total),
        class: context.class(&score.total),
        groups: context.groups(&score),
        indicators: context.indicators(&score),
    })
}

/// A sum of points as it is shown.
pub(crate) fn point_sum(sum: &Points) -> PointSum {
    PointSum {
        points: sum.points.as_ref().map(|points| points.rounded(DECIMALS)),
        measured_maximum: sum.measured_maximum.to_string(),
        maximum: sum.maximum.to_string(),
    }
}

/// The score of an indicator as it is shown.
pub(super) fn shown(indicator: &Indicator, variant: &str, score: &Score) -> IndicatorPoints {
    let text = |number: &Option<Exact>| number.as_ref().map(ToString::to_string);
    IndicatorPoints {
        code: indicator.code.clone(),
        name: indicator.name.clone(),
        group: indicator.group.clone(),
        unit: indicator.unit.clone(),
        direction: indicator.direction.as_str().to_owned(),
        variant: variant.to_owned(),
        numerator: text(&score.numerator),
        denominator: text(&score.denominator),
        value: text(&score.value),
        points: score.points.as_ref().map(|points| points.rounded(indicator.decimals)),
        maximum: indicator.maximum.to_string(),
        not_measured: score.not_measured.clone(),
    }
}

impl Context {
    /// The score of an agency by its figures.
    pub(crate) fn score(&self, figures: &Figures, subject: &Subject) -> SetScore {
        let asked = Asked {
            kind: Some(subject.kind),
            on: Some(self.when.period.first_day()),
            period: Some(self.when.period.kind()),
            variants: self.variants.clone(),
        };
        score_set(&self.set, figures, &asked)
    }

    /// What was asked, as it is shown.
    pub(crate) fn shown(&self) -> ScoreContext {
        let period = self.when.period;
        ScoreContext {
            set: SetReference {
                code: self.set.code.clone(),
                version: self.set.version.clone(),
                version_id: self.version,
                name: self.set.name.clone(),
                source: self.set.source.clone(),
            },
            period: period.to_string(),
            first_day: period.first_day(),
            last_day: period.last_day(),
            counted_until: self.when.counted_until().trunc_subsecs(3),
            structure: self.structure.text(),
            with_below: self.with_below,
            data_as_of: self.data_as_of.0,
        }
    }

    /// The class of a total: of sets with classes, and of what is measured.
    pub(crate) fn class(&self, total: &Points) -> Option<ClassReference> {
        let class = class_of(&self.set, total, DECIMALS)?;
        Some(ClassReference { code: class.code.clone(), name: class.name.clone() })
    }

    /// Groups as they are shown.
    pub(crate) fn groups(&self, score: &SetScore) -> Vec<GroupScore> {
        let sums: BTreeMap<&str, &Points> = score.groups.iter().map(|(code, sum)| (code.as_str(), sum)).collect();
        let groups = self.set.groups.iter().filter_map(|group| {
            let sum = point_sum(sums.get(group.code.as_str())?);
            Some(GroupScore { code: group.code.clone(), name: group.name.clone(), sum })
        });
        groups.collect()
    }

    /// Indicators as they are shown.
    pub(crate) fn indicators(&self, score: &SetScore) -> Vec<IndicatorPoints> {
        let known: BTreeMap<&str, &Indicator> =
            self.set.indicators.iter().map(|indicator| (indicator.code.as_str(), indicator)).collect();
        let scored = score
            .indicators
            .iter()
            .filter_map(|one| known.get(one.code.as_str()).map(|indicator| shown(indicator, &one.variant, &one.score)));
        scored.collect()
    }
}
