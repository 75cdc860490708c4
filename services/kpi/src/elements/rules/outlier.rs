//! Outliers (giá trị bất thường): far from the period before, or from the agency's peers. A warning, never a refusal: who
//! enters the value may say why it is so.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::number::Number;

/// What makes a value look wrong (quy tắc cảnh báo).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutlierRule {
    /// A change against the period before of more than so many per cent of it: `"20"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "20")]
    pub change_percent: Option<String>,
    /// Farther from the median of the peers than so many times their median absolute deviation: `"3.5"`. Peers are the
    /// other agencies of the same kind with a value of the period; with fewer than five of them nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "3.5")]
    pub deviations: Option<String>,
}

/// Fewer peers than this say nothing about what is usual.
pub(crate) const LEAST_PEERS: usize = 5;

/// Whether a value changed against the one before by more than `percent` per cent of that. From nothing every change is
/// one.
pub(crate) fn jumps(value: Number, before: Number, percent: Number) -> bool {
    let change = (value.units() - before.units()).abs();
    // change / before > percent / 100, without dividing: `percent` stands in millionths.
    let (left, right) = (change.checked_mul(100_000_000), percent.units().checked_mul(before.units().abs()));
    match (left, right) {
        (Some(left), Some(right)) => left > right,
        // Beyond 1e38 only the right side can be: a hundred per cent of anything is far below.
        _ => right.is_some(),
    }
}

/// Whether a value is farther from its peers' median than `deviations` times their median absolute deviation (MAD).
pub(crate) fn strays(value: Number, peers: &[Number], deviations: Number) -> bool {
    if peers.len() < LEAST_PEERS {
        return false;
    }
    // The median of an even number of values is the mean of two: twice the median is whole, and so on for the deviations.
    let centre = twice_median(peers.iter().map(|peer| peer.units()).collect());
    let away = |number: Number| (2 * number.units() - centre).abs();
    let spread = twice_median(peers.iter().map(|peer| away(*peer)).collect());
    // 2 · away(value) / 4 > deviations · spread / 4
    let (left, right) = ((2 * away(value)).checked_mul(1_000_000), deviations.units().checked_mul(spread));
    match (left, right) {
        (Some(left), Some(right)) => left > right,
        _ => right.is_some(),
    }
}

fn twice_median(mut numbers: Vec<i128>) -> i128 {
    numbers.sort_unstable();
    let middle = numbers.len() / 2;
    let upper = numbers.get(middle).copied().unwrap_or_default();
    let lower = if numbers.len().is_multiple_of(2) { numbers.get(middle.saturating_sub(1)).copied() } else { None };
    upper + lower.unwrap_or(upper)
}

#[cfg(test)]
mod tests {
    use num_rational::BigRational;
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    fn numbers(texts: &[&str]) -> Vec<Number> {
        texts.iter().map(|text| number(text)).collect()
    }

    #[test]
    fn a_jump_is_more_than_the_per_cent_not_as_much() {
        let twenty = number("20");
        assert!(!jumps(number("120"), number("100"), twenty) && !jumps(number("80"), number("100"), twenty));
        assert!(jumps(number("120.000001"), number("100"), twenty) && jumps(number("79"), number("100"), twenty));
        assert!(jumps(number("1"), number("0"), twenty) && !jumps(number("0"), number("0"), twenty));
    }

    #[test]
    fn a_stray_is_judged_by_median_and_deviations_which_one_extreme_does_not_move() {
        let peers = numbers(&["10", "11", "12", "13", "1000"]);
        // Median 12, deviations 0 1 1 2 988: their median is 1.
        assert!(!strays(number("15"), &peers, number("3")) && strays(number("15.1"), &peers, number("3")));
        assert!(!strays(number("99"), &numbers(&["1", "2", "3", "4"]), number("3")), "four peers say nothing");
        let same = numbers(&["5", "5", "5", "5", "5", "5"]);
        assert!(!strays(number("5"), &same, number("3")) && strays(number("5.5"), &same, number("3")));
    }

    fn median(mut of: Vec<BigRational>) -> BigRational {
        of.sort();
        let middle = of.len() / 2;
        if of.len() % 2 == 1 {
            of[middle].clone()
        } else {
            (&of[middle] + &of[middle - 1]) / BigRational::from_integer(2.into())
        }
    }

    fn abs(number: BigRational) -> BigRational {
        use num_rational::Ratio;
        if number < Ratio::from_integer(0.into()) { -number } else { number }
    }

    proptest! {
        #[test]
        fn both_agree_with_plain_fractions(
            value in -9999_i32..9999, before in -9999_i32..9999, limit in 0_i32..400,
            peers in proptest::collection::vec(-9999_i32..9999, 0..12)
        ) {
            let tenth = |of: i32| number(&format!("{}{}.{}", if of < 0 { "-" } else { "" }, of.abs() / 10, of.abs() % 10));
            let (v, b, l) = (tenth(value), tenth(before), tenth(limit));
            let hundred = BigRational::from_integer(100.into());
            let plain = abs(v.ratio() - b.ratio()) * hundred > l.ratio() * abs(b.ratio());
            prop_assert_eq!(jumps(v, b, l), plain);
            let all: Vec<Number> = peers.iter().map(|peer| tenth(*peer)).collect();
            let plain = all.len() >= LEAST_PEERS && {
                let centre = median(all.iter().map(|peer| peer.ratio()).collect());
                let spread = median(all.iter().map(|peer| abs(peer.ratio() - &centre)).collect());
                abs(v.ratio() - centre) > l.ratio() * spread
            };
            prop_assert_eq!(strays(v, &all, l), plain);
        }
    }
}
