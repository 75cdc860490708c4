//! What people entered, for agencies as the structure has them.
//!
//! An agency answers for what it reported and for what was reported by those whose work it goes on with: their counts are
//! summed; of anything else its own stands, or that of the only one. A count that it has not is the sum of the nearest ones
//! below. Percentages, words and answers of those below are not one's own.
//!
//! In a period stands the newest value of the periods within it: what is entered by quarters stands in a year with its last
//! quarter.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use motcua_agencies::agency_tree;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::context::{Context, Subject};
use super::question::Structure;
use crate::definitions::exact::Exact;
use crate::definitions::model::{Element, ElementKind, IndicatorSet};
use crate::definitions::rules::score::Figures;
use crate::elements::store::elements;
use crate::elements::store::values::{self, Reporters};

/// Values of one element: by who answers for them, what each reported.
type Answered = BTreeMap<Uuid, BTreeMap<Uuid, String>>;

/// Values that people entered and that count, of the period asked for.
pub(super) struct Entered {
    /// By the code of the element.
    values: BTreeMap<String, Answered>,
    /// Who stands above each who answers for a value.
    above: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

impl Entered {
    pub(super) fn of(conn: &mut Conn, context: &Context, subjects: &[Subject]) -> TxResult<Self> {
        let codes: Vec<&str> = context.set.elements.iter().map(|element| element.code.as_str()).collect();
        let mut entered = Self { values: BTreeMap::new(), above: BTreeMap::new() };
        if codes.is_empty() {
            return Ok(entered);
        }
        let known = elements::with_codes(conn, context.tenant, &codes)?;
        let ids: Vec<Uuid> = known.iter().map(|element| element.id.0).collect();
        let members: BTreeSet<Uuid> = subjects.iter().flat_map(|subject| subject.members.iter().copied()).collect();
        let asked: Vec<Uuid> = members.iter().copied().collect();
        let whose = match context.structure {
            Structure::AsIs => Reporters::Responsible(&asked),
            Structure::AsWas => Reporters::Written(&asked),
            Structure::AsOf(_) => Reporters::All,
        };
        let period = context.when.period;
        let days = (period.first_day(), period.last_day());
        let mut rows = values::counting_within(conn, context.tenant, (&ids, whose), days)?;
        rows.sort_by_key(|row| (row.last_day, Reverse(row.first_day)));
        let heirs = context.heirs(conn)?;
        for row in rows {
            let written = row.written_agency_id.0;
            let answers = match context.structure {
                Structure::AsIs => row.responsible_agency_id.0,
                Structure::AsWas => written,
                Structure::AsOf(_) => heirs.get(&written).copied().unwrap_or(written),
            };
            let element = known.iter().find(|element| element.id == row.element_id);
            if let Some(element) = element.filter(|_| members.contains(&answers)) {
                let of_element = entered.values.entry(element.code.clone()).or_default();
                of_element.entry(answers).or_default().insert(written, row.value);
            }
        }
        entered.above = above(conn, context.tenant, entered.values.values().flat_map(BTreeMap::keys))?;
        Ok(entered)
    }

    pub(super) fn tell(&self, set: &IndicatorSet, subject: &Subject, figures: &mut Figures) {
        for element in &set.elements {
            let code = &element.code;
            let Some(answered) = self.values.get(code) else { continue };
            let own = answered.get(&subject.agency.id);
            match element.kind {
                ElementKind::Count => {
                    let number = own.map_or_else(|| self.of_nearest(answered, subject), sum);
                    figures.numbers.extend(number.map(|number| (named(element), number)));
                }
                ElementKind::Decimal => {
                    let number = own.and_then(|own| only(own, subject)?.parse::<Exact>().ok());
                    figures.numbers.extend(number.map(|number| (named(element), number)));
                }
                ElementKind::YesNo => {
                    let answer = own.and_then(|own| only(own, subject));
                    figures.answers.extend(answer.map(|answer| (code.clone(), answer == "yes")));
                }
                ElementKind::Choice(_) => {
                    let word = own.and_then(|own| only(own, subject));
                    figures.words.extend(word.map(|word| (code.clone(), word.to_owned())));
                }
            }
        }
    }

    /// The sum of the counts of the nearest ones below that have any: who reports for itself reports for those below it.
    fn of_nearest(&self, answered: &Answered, subject: &Subject) -> Option<Exact> {
        let below: BTreeSet<Uuid> =
            subject.members.iter().copied().filter(|member| answered.contains_key(member)).collect();
        let nearest = below.iter().filter(|member| {
            let above = self.above.get(member);
            !above.is_some_and(|above| above.iter().any(|one| below.contains(one)))
        });
        let numbers: Vec<Exact> = nearest.filter_map(|member| sum(answered.get(member)?)).collect();
        (!numbers.is_empty()).then(|| numbers.into_iter().sum())
    }
}

/// The name of an element in formulas.
fn named(element: &Element) -> String {
    format!("element.{}", element.code)
}

/// What those whose work one agency goes on with counted, with its own.
fn sum(reported: &BTreeMap<Uuid, String>) -> Option<Exact> {
    reported.values().map(|value| value.parse::<Exact>().ok()).sum()
}

/// Its own value, or that of the only one whose work it goes on with.
fn only<'v>(reported: &'v BTreeMap<Uuid, String>, subject: &Subject) -> Option<&'v str> {
    let one = || reported.values().next().filter(|_| reported.len() == 1);
    reported.get(&subject.agency.id).or_else(one).map(String::as_str)
}

/// Who stands above each of these agencies.
fn above<'a>(
    conn: &mut Conn,
    tenant: Uuid,
    agencies: impl Iterator<Item = &'a Uuid>,
) -> TxResult<BTreeMap<Uuid, BTreeSet<Uuid>>> {
    let agencies: BTreeSet<Uuid> = agencies.copied().collect();
    let pairs: Vec<(Id, Id)> = agency_tree::table
        .select((agency_tree::descendant_id, agency_tree::ancestor_id))
        .filter(agency_tree::tenant_id.eq(Id(tenant)))
        .filter(agency_tree::descendant_id.eq_any(agencies.into_iter().map(Id).collect::<Vec<_>>()))
        .filter(agency_tree::descendant_id.ne(agency_tree::ancestor_id))
        .load(conn)?;
    let mut above: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for (below, one) in pairs {
        above.entry(below.0).or_default().insert(one.0);
    }
    Ok(above)
}
