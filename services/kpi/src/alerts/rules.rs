//! What is found by the rules, as of now.

use std::collections::{BTreeMap, BTreeSet};

use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::{BusinessTime, Kind, Uuid};

use super::kinds::{AlertKind, Rule};
use super::patterns;
use super::store::Behind;
use super::view::AlertFigures;
use crate::definitions::exact::Exact;
use crate::definitions::rules::total::{Points, SetScore};
use crate::periods::{Period, PeriodKind};
use crate::scores::{Context, Question, Scores, Structure, Subject, place};
use crate::targets::rules::TargetState;
use crate::targets::standings;

/// Something that deserves an alert.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub agency: Uuid,
    pub subject: String,
    pub period: String,
    pub figures: AlertFigures,
    pub records: BTreeSet<Behind>,
}

/// Everything that a rule finds now.
///
/// # Errors
/// When the database fails; `figures.not_ready`.
pub(super) fn found(
    conn: &mut Conn,
    scores: &Scores,
    tenant: Uuid,
    rule: &Rule,
    now: BusinessTime,
) -> TxResult<Vec<Found>> {
    if !rule.is_on {
        return Ok(Vec::new());
    }
    match rule.kind {
        AlertKind::TargetAtRisk => targets(conn, scores, tenant, now),
        AlertKind::SuddenFall => falls(conn, scores, tenant, rule, now),
        AlertKind::ClosedWithoutResult => patterns::closed_without_result(conn, tenant, rule, now),
        AlertKind::MassRefusals => patterns::mass_refusals(conn, tenant, rule, now),
        AlertKind::PausesBeforeDue => patterns::pauses_before_due(conn, tenant, rule, now),
    }
}

/// Targets that are at risk today or were missed lately.
fn targets(conn: &mut Conn, scores: &Scores, tenant: Uuid, now: BusinessTime) -> TxResult<Vec<Found>> {
    let all = standings(conn, scores, tenant, now.day_in_vietnam())?;
    let troubled = all.into_iter().filter(|one| matches!(one.state, TargetState::AtRisk | TargetState::Missed));
    let found = troubled.map(|one| Found {
        agency: one.agency,
        subject: one.subject_code,
        period: one.period.to_string(),
        figures: AlertFigures {
            value: one.value.ok().map(|value| value.to_string()),
            against: Some(one.expected.to_string()),
            target_state: Some(one.state),
            target_id: Some(one.id),
            ..AlertFigures::default()
        },
        records: BTreeSet::new(),
    });
    Ok(found.collect())
}

/// Totals and indicators that fell in the newest month that is over.
fn falls(conn: &mut Conn, scores: &Scores, tenant: Uuid, rule: &Rule, now: BusinessTime) -> TxResult<Vec<Found>> {
    let Some(period) = Period::at(PeriodKind::Month, now.0).and_then(Period::previous) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for set in &rule.sets {
        let asked = Question {
            set: set.clone(),
            period,
            agency: String::new(),
            with_below: true,
            structure: Structure::AsIs,
            variants: BTreeMap::new(),
        };
        let context = match Context::of(conn, scores, tenant, &asked, true) {
            Ok(context) => context,
            // There is no such set, or no version of it for that month: then there is nothing that could fall.
            Err(Failure::Refused(error)) if matches!(error.kind, Kind::NotFound | Kind::Conflict) => continue,
            Err(failure) => return Err(failure),
        };
        let Some(before) = context.before() else { continue };
        let agencies: Vec<Uuid> = context.serving(conn)?.into_keys().collect();
        let subjects = context.subjects(conn, &agencies)?;
        let (now, _) = place(conn, scores, &context, &subjects)?;
        let (then, _) = place(conn, scores, &before, &subjects)?;
        for ((subject, now), then) in subjects.iter().zip(&now).zip(&then) {
            found.extend(fallen(rule, (set, period), &context, subject, (now, then)));
        }
    }
    Ok(found)
}

/// What fell of an agency: the total, or indicators where it did not.
fn fallen(
    rule: &Rule,
    (set, period): (&str, Period),
    context: &Context,
    subject: &Subject,
    (now, then): (&SetScore, &SetScore),
) -> Vec<Found> {
    let fall = |subject_code: String, (now, then): (Exact, Exact)| Found {
        agency: subject.agency.id,
        subject: subject_code,
        period: period.to_string(),
        figures: AlertFigures {
            value: Some(now.rounded(2)),
            against: Some(then.rounded(2)),
            thresholds: rule.thresholds.clone(),
            ..AlertFigures::default()
        },
        records: BTreeSet::new(),
    };
    let mut indicators = Vec::new();
    let mut cases = Exact::zero();
    for (now, then) in now.indicators.iter().zip(&then.indicators).filter(|(now, then)| now.code == then.code) {
        let Some(maximum) = context.set.indicators.iter().find(|one| one.code == now.code).map(|one| &one.maximum)
        else {
            continue;
        };
        let (Some(made_of), Some(were)) = (&now.score.denominator, &then.score.denominator) else { continue };
        let fewest = made_of.min(were);
        if *fewest > cases {
            cases = fewest.clone();
        }
        let (Some(new), Some(old)) =
            (share(now.score.points.as_ref(), maximum), share(then.score.points.as_ref(), maximum))
        else {
            continue;
        };
        if *fewest >= Exact::from(rule.of("at_least")) && fell(&new, &old, rule.of("indicator_percent")) {
            indicators.push(fall(format!("{set}/{}", now.code), (new, old)));
        }
    }
    let total = |points: &Points| share(points.points.as_ref(), &points.measured_maximum);
    if let (Some(new), Some(old)) = (total(&now.total), total(&then.total))
        && cases >= Exact::from(rule.of("at_least"))
        && fell(&new, &old, rule.of("total_percent"))
    {
        return vec![fall(set.to_owned(), (new, old))];
    }
    indicators
}

/// Points in hundredths of what they could be at most.
fn share(points: Option<&Exact>, maximum: &Exact) -> Option<Exact> {
    Some(&points?.over(maximum)? * &Exact::from(100))
}

fn fell(new: &Exact, old: &Exact, by: i64) -> bool {
    &(new + &Exact::from(by)) <= old
}
