//! Exact decimal numbers, never binary fractions: what is written is what is kept, compared and shown.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::definitions::exact::Exact;

/// Digits behind the point that are kept at most.
pub(crate) const MOST_DECIMALS: u8 = 6;
/// Digits before the point at most: a thousand million millions, more than any count of a country.
const MOST_DIGITS: usize = 15;
/// One, in units of the last digit that is kept.
const ONE: i128 = 1_000_000;

/// A decimal number of at most fifteen digits before the point and six behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number(i128);

/// Why a text is no number here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It has a comma, or a point where the comma is the decimal mark: 74,3 may be a decimal or thousands.
    Mark,
    /// It is no decimal number at all.
    Shape,
    /// It has more digits than are kept.
    Digits,
}

/// The character between whole and fraction (dấu thập phân).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `74.3`
    #[default]
    Point,
    /// `74,3`, as Vietnamese writes it.
    Comma,
}

impl Number {
    /// Reads a number written with the declared mark. Grouping of thousands is never read: `1.113` and `1,113` mean
    /// different numbers in different offices.
    pub(crate) fn read(text: &str, mark: DecimalMark) -> Result<Self, Unreadable> {
        let (own, other) = match mark {
            DecimalMark::Point => ('.', ','),
            DecimalMark::Comma => (',', '.'),
        };
        if text.contains(other) {
            return Err(Unreadable::Mark);
        }
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once(own).map_or((unsigned, None), |(w, f)| (w, Some(f)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !fraction.is_none_or(digits) {
            return Err(Unreadable::Shape);
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.unwrap_or_default().trim_end_matches('0');
        if whole.len() > MOST_DIGITS || fraction.len() > usize::from(MOST_DECIMALS) {
            return Err(Unreadable::Digits);
        }
        let units = format!("0{whole}{fraction:0<width$}", width = usize::from(MOST_DECIMALS));
        let units: i128 = units.parse().map_err(|_checked_above| Unreadable::Shape)?;
        Ok(Self(if text.starts_with('-') { -units } else { units }))
    }

    /// Whether it has at most so many digits behind the point.
    pub(crate) fn fits(self, decimals: u8) -> bool {
        self.0 % 10_i128.pow(u32::from(MOST_DECIMALS.saturating_sub(decimals))) == 0
    }

    /// The text with exactly so many digits behind the point; more only where it has them.
    pub(crate) fn text(self, decimals: u8) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / ONE.unsigned_abs(), self.0.unsigned_abs() % ONE.unsigned_abs());
        let fraction = format!("{rest:06}");
        let needed = fraction.trim_end_matches('0').len().max(usize::from(decimals.min(MOST_DECIMALS)));
        let fraction: String = fraction.chars().take(needed).collect();
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// In units of the last digit that is kept.
    pub(crate) fn units(self) -> i128 {
        self.0
    }

    /// The same number as a fraction.
    pub(crate) fn ratio(self) -> BigRational {
        BigRational::new(BigInt::from(self.0), BigInt::from(ONE))
    }

    /// The same number, for rules that go on from fractions.
    pub(crate) fn exact(self) -> Exact {
        Exact::from(self.ratio())
    }

    pub(crate) fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl FromStr for Number {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        Self::read(text, DecimalMark::Point)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_exactly_and_shown_with_the_digits_of_their_element() {
        for (text, decimals, shown) in [
            ("74.3", 2, "74.30"),
            ("74.30", 1, "74.3"),
            ("0", 0, "0"),
            ("-0.5", 0, "-0.5"),
            ("0007", 0, "7"),
            ("999999999999999.999999", 0, "999999999999999.999999"),
        ] {
            assert_eq!(text.parse::<Number>().unwrap().text(decimals), shown, "{text}");
        }
        assert_eq!(Number::read("74,3", DecimalMark::Comma).unwrap(), "74.3".parse().unwrap());
    }

    #[test]
    fn what_could_mean_two_numbers_is_none() {
        for text in ["74,3", "1,113", "1,113.5"] {
            assert_eq!(text.parse::<Number>(), Err(Unreadable::Mark), "{text}");
        }
        for text in ["74.3", "1.113", "1.113,5"] {
            assert_eq!(Number::read(text, DecimalMark::Comma), Err(Unreadable::Mark), "{text}");
        }
        for text in ["", "-", ".5", "5.", "1e3", "+5", " 5", "5 000", "٥", "NaN", "--5", "0x10", "1.2.3"] {
            assert_eq!(text.parse::<Number>(), Err(Unreadable::Shape), "{text}");
        }
        for text in ["1000000000000000", "0.0000001"] {
            assert_eq!(text.parse::<Number>(), Err(Unreadable::Digits), "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_and_number_are_the_same(units in -999_999_999_999_999_999_999_i128..=999_999_999_999_999_999_999, decimals in 0_u8..=6) {
            let number = Number(units);
            let text = number.text(decimals);
            prop_assert_eq!(text.parse::<Number>().unwrap(), number);
            prop_assert_eq!(Number::read(&text.replace('.', ","), DecimalMark::Comma).unwrap(), number);
            prop_assert_eq!(number.fits(decimals), text.split_once('.').map_or(0, |(_, f)| f.len()) <= usize::from(decimals));
        }

        #[test]
        fn order_is_the_order_of_the_fractions(a in -2_000_000_i128..2_000_000, b in -2_000_000_i128..2_000_000) {
            prop_assert_eq!(Number(a).cmp(&Number(b)), Number(a).ratio().cmp(&Number(b).ratio()));
        }
    }
}
