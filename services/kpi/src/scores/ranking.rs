//! How the agencies below one compare, and where they stood before.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_agencies::AgencyKind;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid};

use super::Scores;
use super::context::{Context, Subject, admit};
use super::figures::figures;
use super::question::{Question, Structure};
use super::scorecard::{DECIMALS, point_sum};
use super::view::{RankedAgency, Ranking};
use crate::definitions::rules::rank::{Contender, Placed, rank};
use crate::definitions::rules::total::SetScore;

/// Ranks the agencies below one: those of a kind, or those directly below; each with everything below it.
///
/// # Errors
/// Those of a scorecard.
pub(super) async fn ranking(
    room: &Scores,
    actor: Arc<Actor>,
    asked: Question,
    kind: Option<AgencyKind>,
) -> Result<Ranking> {
    admit(&actor)?;
    let own = room.clone();
    room.db
        .read_snapshot("score_ranking", move |conn| {
            let context = Context::of(conn, &own, actor.tenant, &asked, true)?;
            let above = context.subject(conn, &actor, &asked.agency)?;
            ranked(conn, &own, &context, &above, kind)
        })
        .await
}

/// The ranking under an agency that was found.
///
/// # Errors
/// When the database fails; `figures.not_ready`.
pub(super) fn ranked(
    conn: &mut Conn,
    room: &Scores,
    context: &Context,
    above: &Subject,
    kind: Option<AgencyKind>,
) -> TxResult<Ranking> {
    let peers = context.peers(conn, above.agency.id, kind)?;
    let subjects = context.subjects(conn, &peers)?;
    let (scores, placed) = place(conn, room, context, &subjects)?;
    let before = context.before();
    let previous: BTreeMap<Uuid, usize> = match &before {
        Some(before) => {
            // As it was, others may have been there.
            let earlier = match context.structure {
                Structure::AsWas => {
                    let peers = before.peers(conn, above.agency.id, kind)?;
                    before.subjects(conn, &peers)?
                }
                Structure::AsIs | Structure::AsOf(_) => subjects.clone(),
            };
            let (_, placed) = place(conn, room, before, &earlier)?;
            placed.into_iter().filter_map(|one| Some((id_of(&earlier, one.who)?, one.rank?))).collect()
        }
        None => BTreeMap::new(),
    };
    let items = placed.into_iter().filter_map(|one| {
        let (subject, score) = (subjects.get(one.who)?, scores.get(one.who)?);
        let previous_rank = previous.get(&subject.agency.id).copied();
        let movement = previous_rank
            .zip(one.rank)
            .and_then(|(before, now)| i64::try_from(before).ok()?.checked_sub(i64::try_from(now).ok()?));
        Some(RankedAgency {
            agency: subject.agency.clone(),
            kind: subject.kind.as_str().to_owned(),
            rank: one.rank,
            unranked: one.unranked,
            previous_rank,
            movement,
            total: point_sum(&score.total),
            class: context.class(&score.total),
            groups: context.groups(score),
        })
    });
    Ok(Ranking {
        context: context.shown(),
        above: above.agency.clone(),
        previous_period: before.map(|before| before.when.period.to_string()),
        items: items.collect(),
    })
}

fn id_of(subjects: &[Subject], place: usize) -> Option<Uuid> {
    subjects.get(place).map(|subject| subject.agency.id)
}

/// Scores agencies and places them.
///
/// # Errors
/// When the database fails; `figures.not_ready`.
pub(crate) fn place(
    conn: &mut Conn,
    room: &Scores,
    context: &Context,
    subjects: &[Subject],
) -> TxResult<(Vec<SetScore>, Vec<Placed<usize>>)> {
    let minimum = context.set.ranking.as_ref().and_then(|ranking| ranking.minimum_sample.as_ref());
    let mut scores = Vec::with_capacity(subjects.len());
    let mut contenders = Vec::with_capacity(subjects.len());
    for (who, (subject, (figures, counted))) in subjects.iter().zip(figures(conn, room, context, subjects)?).enumerate()
    {
        let score = context.score(&figures, subject);
        let sample = minimum.and_then(|minimum| counted.numbers.get(&minimum.measure)).copied().unwrap_or_default();
        contenders.push(Contender { who, points: score.total.points.clone(), sample });
        scores.push(score);
    }
    Ok((scores, rank(contenders, minimum.map(|minimum| minimum.at_least), DECIMALS)))
}
