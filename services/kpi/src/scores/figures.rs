//! Figures of agencies with what they are made of.
//!
//! A number is the sum of the members' own numbers; what people entered is in [`super::entered`].

use std::collections::{BTreeMap, BTreeSet};

use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::Scores;
use super::context::{Context, Subject};
use super::entered::Entered;
use super::question::Structure;
use crate::definitions::exact::Exact;
use crate::definitions::rules::score::Figures;
use crate::measures::numbers::{self, AskedFor, Own, Whose};

/// What measures come to, by their codes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Counted {
    pub numbers: BTreeMap<String, i64>,
    /// What they looked at and did not count; none where that is no number of records.
    pub excluded: BTreeMap<String, i64>,
}

/// What the measures of a set come to for each of these agencies.
///
/// # Errors
/// `figures.not_ready`; when the database fails.
pub(crate) fn counted(
    conn: &mut Conn,
    room: &Scores,
    context: &Context,
    subjects: &[Subject],
    with_excluded: bool,
) -> TxResult<Vec<Counted>> {
    let set = &context.set;
    let mut asked: Vec<AskedFor> = set.measures.iter().map(AskedFor::counted).collect();
    let mut looked_at: Vec<(usize, usize)> = Vec::new();
    for (place, measure) in set.measures.iter().enumerate().filter(|_| with_excluded) {
        if let Some(all) = AskedFor::looked_at(measure) {
            looked_at.push((place, asked.len()));
            asked.push(all);
        }
    }
    let own = own(conn, room, context, subjects, &asked)?;
    let sum = |subject: &Subject, place: usize| -> i64 {
        subject.members.iter().filter_map(|member| own.get(member)?.get(place)).sum()
    };
    let counted = subjects.iter().map(|subject| {
        let numbers = set.measures.iter().enumerate().map(|(place, one)| (one.code.clone(), sum(subject, place)));
        let numbers: BTreeMap<String, i64> = numbers.collect();
        let excluded = looked_at.iter().filter_map(|(place, all)| {
            let code = &set.measures.get(*place)?.code;
            Some((code.clone(), sum(subject, *all) - sum(subject, *place)))
        });
        Counted { excluded: excluded.collect(), numbers }
    });
    Ok(counted.collect())
}

/// What is asked for, for each agency by itself, as the structure has it.
fn own(conn: &mut Conn, room: &Scores, context: &Context, subjects: &[Subject], asked: &[AskedFor]) -> TxResult<Own> {
    let members: BTreeSet<Uuid> = subjects.iter().flat_map(|subject| subject.members.iter().copied()).collect();
    let serving = context.serving(conn)?;
    let mut whose = Whose {
        tenant: context.tenant,
        agencies: Some(&members),
        as_written: context.structure != Structure::AsIs,
        serving: &serving,
        procedures: &room.procedures,
        kept: &room.kept,
    };
    if !matches!(context.structure, Structure::AsOf(_)) {
        return numbers::own(conn, &whose, context.when, asked);
    }
    // What was written for an agency that has closed by then stands with the one that followed it.
    whose.agencies = None;
    let written = numbers::own(conn, &whose, context.when, asked)?;
    let heirs = context.heirs(conn)?;
    let mut own = Own::new();
    for (agency, numbers) in written {
        let heir = heirs.get(&agency).copied().unwrap_or(agency);
        let sums = own.entry(heir).or_insert_with(|| vec![0; numbers.len()]);
        for (sum, number) in sums.iter_mut().zip(numbers) {
            *sum += number;
        }
    }
    Ok(own)
}

/// What the rules go on from: numbers, and what people entered.
///
/// # Errors
/// Those of [`counted`].
pub(crate) fn figures(
    conn: &mut Conn,
    room: &Scores,
    context: &Context,
    subjects: &[Subject],
) -> TxResult<Vec<(Figures, Counted)>> {
    let counted = counted(conn, room, context, subjects, false)?;
    let entered = Entered::of(conn, context, subjects)?;
    let figures = subjects.iter().zip(counted).map(|(subject, counted)| {
        let numbers = counted.numbers.iter().map(|(code, number)| (code.clone(), Exact::from(*number)));
        let mut figures = Figures { numbers: numbers.collect(), ..Figures::default() };
        entered.tell(&context.set, subject, &mut figures);
        (figures, counted)
    });
    Ok(figures.collect())
}
