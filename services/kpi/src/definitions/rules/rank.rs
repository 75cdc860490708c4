//! Ranking (xếp hạng) and classes (xếp loại).
//!
//! Ties are settled as in competitions, 1-2-2-4: who has the same points has the same rank, and the next one's rank counts
//! all that are before. Points are compared as they are shown: two agencies with 87.50 stand side by side, whatever the
//! third decimal would say.

use motcua_kernel::Text;

use super::total::Points;
use crate::definitions::exact::Exact;
use crate::definitions::model::{Class, ClassesOf, IndicatorSet};

/// Somebody who may be ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Contender<K> {
    /// Who.
    pub who: K,
    /// The points; none when nothing is measured.
    pub points: Option<Exact>,
    /// How many records the points are made of.
    pub sample: i64,
}

/// Where somebody stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<K> {
    /// Who.
    pub who: K,
    /// The points as shown.
    pub points: Option<Exact>,
    /// The rank, from 1.
    pub rank: Option<usize>,
    /// Why there is none.
    pub unranked: Option<Text>,
}

/// Ranks contenders, the best first; who has no rank comes last. Among equals the order given stays.
#[must_use]
pub fn rank<K>(contenders: Vec<Contender<K>>, minimum_sample: Option<i64>, decimals: u32) -> Vec<Placed<K>> {
    let mut placed: Vec<Placed<K>> = contenders
        .into_iter()
        .map(|contender| {
            let points = contender.points.map(|points| points.round(decimals));
            let unranked = unranked(points.as_ref(), contender.sample, minimum_sample);
            Placed { who: contender.who, points, rank: None, unranked }
        })
        .collect();
    placed.sort_by(|a, b| {
        let ranked = |one: &Placed<K>| one.unranked.is_some();
        ranked(a)
            .cmp(&ranked(b))
            .then_with(|| if ranked(a) { std::cmp::Ordering::Equal } else { b.points.cmp(&a.points) })
    });
    let mut last: Option<(Option<Exact>, usize)> = None;
    for (index, one) in placed.iter_mut().enumerate().filter(|(_, one)| one.unranked.is_none()) {
        let rank = match &last {
            Some((points, rank)) if *points == one.points => *rank,
            _ => index + 1,
        };
        one.rank = Some(rank);
        last = Some((one.points.clone(), rank));
    }
    placed
}

fn unranked(points: Option<&Exact>, sample: i64, minimum: Option<i64>) -> Option<Text> {
    if points.is_none() {
        return Some(Text::new("Không có chỉ tiêu nào đo được.", "None of the indicators is measured."));
    }
    let minimum = minimum.filter(|minimum| sample < *minimum)?;
    Some(Text::new(
        format!("Chỉ có {sample} bản ghi, dưới mức tối thiểu {minimum}."),
        format!("It has {sample} records, below the minimum of {minimum}."),
    ))
}

/// The class of a total, as it is shown, by the rule of its set; none where there are no classes, or nothing is measured.
#[must_use]
pub fn class_of<'s>(set: &'s IndicatorSet, total: &Points, decimals: u32) -> Option<&'s Class> {
    let ranking = set.ranking.as_ref()?;
    let points = total.points.as_ref()?;
    let judged = match ranking.classes_of {
        ClassesOf::Points => points.round(decimals),
        ClassesOf::Measured => (&points.over(&total.measured_maximum)? * set.total.as_ref()?).round(decimals),
    };
    ranking.classes.iter().find(|class| judged >= class.at_least)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contenders(points: &[Option<i64>]) -> Vec<Contender<usize>> {
        let of = |points: &Option<i64>| points.and_then(|points| Exact::fraction(points, 1000));
        points.iter().enumerate().map(|(who, points)| Contender { who, points: of(points), sample: 10 }).collect()
    }

    fn ranks(placed: &[Placed<usize>]) -> Vec<Option<usize>> {
        placed.iter().map(|one| one.rank).collect()
    }

    #[test]
    fn equals_share_a_rank_and_the_next_counts_them_all() {
        let placed = rank(contenders(&[Some(80_000), Some(90_000), Some(70_000), Some(80_000)]), None, 2);
        assert_eq!(ranks(&placed), [Some(1), Some(2), Some(2), Some(4)]);
        assert_eq!(placed.iter().map(|one| one.who).collect::<Vec<_>>(), [1, 0, 3, 2]);
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        let placed = rank(contenders(&[Some(87_504), Some(87_496), Some(87_494)]), None, 2);
        assert_eq!(ranks(&placed), [Some(1), Some(1), Some(3)]);
    }

    #[test]
    fn who_has_too_few_records_or_nothing_measured_is_named_without_a_rank() {
        let mut all = contenders(&[Some(99_000), None, Some(50_000)]);
        if let Some(first) = all.first_mut() {
            first.sample = 3;
        }
        let placed = rank(all, Some(5), 2);
        assert_eq!(ranks(&placed), [Some(1), None, None]);
        assert_eq!(placed.iter().map(|one| one.who).collect::<Vec<_>>(), [2, 0, 1]);
        assert!(placed.iter().skip(1).all(|one| one.unranked.is_some()));
    }

    proptest! {
        #[test]
        fn a_rank_is_one_more_than_how_many_are_better(
            points in proptest::collection::vec(proptest::option::weighted(0.9, 0_i64..40), 0..60),
            samples in proptest::collection::vec(0_i64..10, 60),
            minimum in proptest::option::of(0_i64..6),
        ) {
            // Thousandths, so that several look the same with two decimals.
            let mut all = contenders(&points);
            for (one, sample) in all.iter_mut().zip(&samples) {
                one.sample = *sample;
            }
            let shown = |who: usize| points.get(who).copied().flatten().map(|points| (points + 5).div_euclid(10));
            let counts = |who: usize| {
                shown(who).is_some() && minimum.is_none_or(|minimum| samples.get(who).is_some_and(|sample| *sample >= minimum))
            };
            let placed = rank(all, minimum, 2);
            prop_assert_eq!(placed.len(), points.len());
            for one in &placed {
                let better = (0..points.len()).filter(|other| counts(*other) && shown(*other) > shown(one.who)).count();
                prop_assert_eq!(one.rank, counts(one.who).then_some(better + 1));
            }
            let order: Vec<usize> = placed.iter().filter_map(|one| one.rank).collect();
            prop_assert!(order.is_sorted());
        }
    }
}
