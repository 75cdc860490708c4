//! Figures of agencies with what they are made of.
//!
//! A number is the sum of the members' own numbers. An element that people entered is the agency's own value where it has
//! one; a count that it has not is the sum of the nearest ones below, and nothing else is summed: percentages, words and
//! answers of others are not one's own.

use std::collections::{BTreeMap, BTreeSet};

use motcua_agencies::successors;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::Scores;
use super::context::{Context, Subject};
use super::question::Structure;
use crate::definitions::exact::Exact;
use crate::definitions::model::{Element, ElementKind, IndicatorSet};
use crate::definitions::rules::score::Figures;
use crate::elements::store::{elements, values};
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
    let Structure::AsOf(day) = context.structure else {
        return numbers::own(conn, &whose, context.when, asked);
    };
    // What was written for an agency that has closed by then stands with the one that followed it. After a split it is for
    // people to say who goes on, so it stays where it was.
    whose.agencies = None;
    let written = numbers::own(conn, &whose, context.when, asked)?;
    let mut own = Own::new();
    for (agency, numbers) in written {
        let heir = match successors(conn, context.tenant, agency, day)?.as_slice() {
            [one] => *one,
            _ => agency,
        };
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

/// Values that people entered and that count, of the period asked for.
struct Entered {
    /// By element code and agency.
    values: BTreeMap<(String, Uuid), String>,
}

impl Entered {
    fn of(conn: &mut Conn, context: &Context, subjects: &[Subject]) -> TxResult<Self> {
        let codes: Vec<&str> = context.set.elements.iter().map(|element| element.code.as_str()).collect();
        let mut entered = Self { values: BTreeMap::new() };
        if codes.is_empty() {
            return Ok(entered);
        }
        let known = elements::with_codes(conn, context.tenant, &codes)?;
        let members: BTreeSet<Uuid> = subjects.iter().flat_map(|subject| subject.members.iter().copied()).collect();
        let members: Vec<Uuid> = members.into_iter().collect();
        let ids: Vec<Uuid> = known.iter().map(|element| element.id.0).collect();
        let period = context.when.period;
        let days = (period.first_day(), period.last_day());
        for row in values::counting_within(conn, context.tenant, &ids, &members, days)? {
            let element = known.iter().find(|element| element.id == row.element_id);
            if let Some(element) = element.filter(|_| row.period == period.to_string()) {
                let agency = match context.structure {
                    Structure::AsIs => row.responsible_agency_id.0,
                    Structure::AsWas | Structure::AsOf(_) => row.written_agency_id.0,
                };
                entered.values.insert((element.code.clone(), agency), row.value);
            }
        }
        Ok(entered)
    }

    fn tell(&self, set: &IndicatorSet, subject: &Subject, figures: &mut Figures) {
        for element in &set.elements {
            let code = &element.code;
            let own = self.values.get(&(code.clone(), subject.agency.id));
            match element.kind {
                ElementKind::Count | ElementKind::Decimal => {
                    let number = match own {
                        Some(value) => value.parse::<Exact>().ok(),
                        None => self.summed(element, subject),
                    };
                    figures.numbers.extend(number.map(|number| (format!("element.{code}"), number)));
                }
                ElementKind::YesNo => figures.answers.extend(own.map(|value| (code.clone(), value == "yes"))),
                ElementKind::Choice(_) => figures.words.extend(own.map(|value| (code.clone(), value.clone()))),
            }
        }
    }

    /// The sum of what those below entered; none of what is no count, and where nobody entered anything.
    fn summed(&self, element: &Element, subject: &Subject) -> Option<Exact> {
        if element.kind != ElementKind::Count {
            return None;
        }
        let below = subject.members.iter().filter_map(|member| self.values.get(&(element.code.clone(), *member)));
        let numbers: Vec<Exact> = below.filter_map(|value| value.parse().ok()).collect();
        (!numbers.is_empty()).then(|| numbers.into_iter().sum())
    }
}
