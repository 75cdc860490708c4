//! What is frozen of a period: reckoned as scores are, for an agency and all below it at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SubsecRound, Utc};
use diesel::prelude::*;
use motcua_agencies::{Named, agencies, under};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::Publishing;
use super::view::{FORMAT, FrozenAgency, FrozenGroup, FrozenIndicator, FrozenMeasure, PublishedDocument};
use crate::definitions::Definitions;
use crate::definitions::rules::rank::{Contender, rank};
use crate::definitions::rules::total::SetScore;
use crate::scores::{Context, Counted, DECIMALS, Subject, counted, figures, point_sum};

/// The document of an agency and all below it.
///
/// # Errors
/// When the database fails; `figures.not_ready`.
pub(super) fn document(
    conn: &mut Conn,
    room: &Publishing,
    context: &Context,
    above: &Subject,
    (id, published_at): (Uuid, DateTime<Utc>),
) -> TxResult<PublishedDocument> {
    let ids = open_below(conn, context, above.agency.id)?;
    let subjects = context.subjects(conn, &ids)?;
    let all = figures(conn, &room.scores, context, &subjects)?;
    let scored: Vec<(SetScore, Counted)> = subjects
        .iter()
        .zip(all)
        .map(|(subject, (figures, counted))| (context.score(&figures, subject), counted))
        .collect();
    let agencies = frozen(context, &subjects, &scored);
    let own_figures = own_figures(conn, room, context, above)?;
    let (set, period) = (&context.set, context.when.period);
    let shown = context.shown();
    Ok(PublishedDocument {
        format: FORMAT.to_owned(),
        id,
        set: shown.set,
        set_sha256: Definitions::sha256(conn, context.tenant, context.version)?,
        period: period.to_string(),
        first_day: period.first_day(),
        last_day: period.last_day(),
        counted_until: shown.counted_until,
        data_as_of: context.data_as_of.0.trunc_subsecs(3),
        published_at,
        structure: shown.structure,
        agency: above.agency.clone(),
        measures: set
            .measures
            .iter()
            .map(|measure| FrozenMeasure {
                measure: measure.code.clone(),
                name: measure.name.clone(),
                subject: measure.subject.name.to_owned(),
            })
            .collect(),
        agencies,
        own_figures,
    })
}

/// The agency and all below it that were open on some day of the period.
fn open_below(conn: &mut Conn, context: &Context, above: Uuid) -> TxResult<Vec<Uuid>> {
    let below: BTreeSet<Uuid> = under(conn, context.tenant, &[above])?.into_iter().collect();
    let period = context.when.period;
    let open: Vec<Id> = agencies::table
        .select(agencies::id)
        .filter(agencies::tenant_id.eq(Id(context.tenant)).and(agencies::valid_from.le(period.last_day())))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(period.first_day())))
        .load(conn)?;
    let mut ids: Vec<Uuid> = open.into_iter().map(|id| id.0).filter(|id| below.contains(id)).collect();
    if !ids.contains(&above) {
        ids.push(above);
    }
    Ok(ids)
}

fn frozen(context: &Context, subjects: &[Subject], scored: &[(SetScore, Counted)]) -> Vec<FrozenAgency> {
    let mut frozen: Vec<FrozenAgency> =
        subjects.iter().zip(scored).map(|(subject, (score, counted))| of(context, subject, score, counted)).collect();
    let minimum = context.set.ranking.as_ref().and_then(|ranking| ranking.minimum_sample.as_ref());
    let kinds: BTreeSet<&str> = subjects.iter().map(|subject| subject.kind.as_str()).collect();
    for kind in kinds {
        let of_kind = subjects.iter().zip(scored).enumerate().filter(|(_, (subject, _))| subject.kind.as_str() == kind);
        let contenders = of_kind.map(|(who, (_, (score, counted)))| {
            let sample = minimum.and_then(|minimum| counted.numbers.get(&minimum.measure)).copied().unwrap_or_default();
            Contender { who, points: score.total.points.clone(), sample }
        });
        for placed in rank(contenders.collect(), minimum.map(|minimum| minimum.at_least), DECIMALS) {
            if let Some(agency) = frozen.get_mut(placed.who) {
                (agency.rank, agency.unranked) = (placed.rank, placed.unranked);
            }
        }
    }
    frozen
}

fn of(context: &Context, subject: &Subject, score: &SetScore, counted: &Counted) -> FrozenAgency {
    let indicators = context.indicators(score).into_iter().map(|one| FrozenIndicator {
        code: one.code,
        variant: one.variant,
        numerator: one.numerator,
        denominator: one.denominator,
        value: one.value,
        points: one.points,
        not_measured: one.not_measured,
    });
    let groups = context.groups(score).into_iter().map(|group| FrozenGroup { code: group.code, sum: group.sum });
    FrozenAgency {
        agency: subject.agency.clone(),
        kind: subject.kind.as_str().to_owned(),
        figures: counted.numbers.clone(),
        indicators: indicators.collect(),
        groups: groups.collect(),
        total: point_sum(&score.total),
        class: context.class(&score.total).map(|class| class.code),
        rank: None,
        unranked: None,
    }
}

/// What every agency came to by itself, also of those that had closed before.
fn own_figures(
    conn: &mut Conn,
    room: &Publishing,
    context: &Context,
    above: &Subject,
) -> TxResult<BTreeMap<Uuid, BTreeMap<String, i64>>> {
    let alone = |id: &Uuid| Subject {
        agency: Named { id: *id, code: String::new(), name: String::new() },
        kind: above.kind,
        members: BTreeSet::from([*id]),
    };
    let subjects: Vec<Subject> = above.members.iter().map(alone).collect();
    let counted = counted(conn, &room.scores, context, &subjects, false)?;
    let own = subjects.into_iter().zip(counted).filter_map(|(subject, counted)| {
        let figures: BTreeMap<String, i64> = counted.numbers.into_iter().filter(|(_, number)| *number != 0).collect();
        (!figures.is_empty()).then_some((subject.agency.id, figures))
    });
    Ok(own.collect())
}
