//! Exact numbers: fractions that are read from decimals as written and rounded once, at the end.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// More digits than any law writes; what is longer is a slip or an attack.
const LONGEST: usize = 24;

/// So many decimals are shown at most; what has more is shown as a fraction.
const DISPLAYED: u32 = 8;

/// An exact number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(BigRational);

impl Exact {
    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self(BigRational::zero())
    }

    /// One.
    #[must_use]
    pub fn one() -> Self {
        Self(BigRational::one())
    }

    /// A fraction; none with the denominator 0.
    #[must_use]
    pub fn fraction(numerator: i64, denominator: i64) -> Option<Self> {
        (denominator != 0).then(|| Self(BigRational::new(numerator.into(), denominator.into())))
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// This by another; none when that is zero.
    #[must_use]
    pub fn over(&self, other: &Self) -> Option<Self> {
        (!other.is_zero()).then(|| Self(&self.0 / &other.0))
    }

    /// Numerator and denominator in lowest terms, as text: how it is stored without loss.
    #[must_use]
    pub fn as_fraction(&self) -> String {
        if self.0.is_integer() { self.0.numer().to_string() } else { self.0.to_string() }
    }

    /// With so many decimals, half away from zero: `66.67`. Exactly that many digits stand behind the point.
    #[must_use]
    pub fn rounded(&self, decimals: u32) -> String {
        let (numerator, denominator) = (self.0.numer().abs(), self.0.denom());
        let two = BigInt::from(2);
        let units = (numerator * BigInt::from(10).pow(decimals) * &two + denominator) / (denominator * two);
        with_point(self.is_negative() && !units.is_zero(), &units, decimals)
    }

    /// The number that [`rounded`](Self::rounded) writes.
    #[must_use]
    pub fn round(&self, decimals: u32) -> Self {
        self.rounded(decimals).parse().unwrap_or_else(|()| self.clone())
    }
}

impl From<i64> for Exact {
    fn from(whole: i64) -> Self {
        Self(BigRational::from_integer(whole.into()))
    }
}

impl From<BigRational> for Exact {
    fn from(fraction: BigRational) -> Self {
        Self(fraction)
    }
}

macro_rules! operator {
    ($($trait:ident :: $method:ident),+) => {
        $(
            impl std::ops::$trait<&Exact> for &Exact {
                type Output = Exact;

                fn $method(self, other: &Exact) -> Exact {
                    Exact(std::ops::$trait::$method(&self.0, &other.0))
                }
            }
        )+
    };
}

operator!(Add::add, Sub::sub, Mul::mul);

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::zero(), |sum, one| &sum + &one)
    }
}

/// Units of the last decimal as a decimal.
fn with_point(negative: bool, units: &BigInt, decimals: u32) -> String {
    let sign = if negative { "-" } else { "" };
    let digits = units.to_string();
    let places = usize::try_from(decimals).unwrap_or(usize::MAX);
    if places == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, part) = padded.split_at_checked(padded.len() - places).unwrap_or((&padded, ""));
    format!("{sign}{whole}.{part}")
}

impl FromStr for Exact {
    type Err = ();

    /// Reads `-12`, `0.80` and `1/2`, and nothing a program might write instead: no exponents, no signs of plus.
    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some((numerator, denominator)) = text.split_once('/') {
            let denominator = decimal(denominator).filter(Signed::is_positive).ok_or(())?;
            return Ok(Self(decimal(numerator).ok_or(())? / denominator));
        }
        decimal(text).map(Self).ok_or(())
    }
}

fn decimal(text: &str) -> Option<BigRational> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(part) || digits.len() > LONGEST {
        return None;
    }
    let places = u32::try_from(part.len()).ok()?;
    let value = BigRational::new(format!("{whole}{part}").parse().ok()?, BigInt::from(10).pow(places));
    Some(if negative { -value } else { value })
}

impl fmt::Display for Exact {
    /// A decimal where there is one, else the fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scaled = self.0.numer().abs() * BigInt::from(10).pow(DISPLAYED);
        let (units, rest) = (&scaled / self.0.denom(), &scaled % self.0.denom());
        if !rest.is_zero() {
            return f.write_str(&self.as_fraction());
        }
        let text = with_point(self.is_negative(), &units, DISPLAYED);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(text: &str) -> Exact {
        text.parse().unwrap()
    }

    #[test]
    fn decimals_are_read_exactly() {
        assert_eq!(exact("0.80"), Exact::fraction(4, 5).unwrap());
        assert_eq!(exact("0.1").as_fraction(), "1/10");
        assert_eq!(exact("1/3").to_string(), "1/3");
        for (text, shown) in
            [("-2.50", "-2.5"), ("100", "100"), ("0", "0"), ("-0.00000001", "-0.00000001"), ("1/1024", "1/1024")]
        {
            assert_eq!(exact(text).to_string(), shown);
        }
        for wrong in
            ["", ".", "1.", ".5", "1e3", "+1", "1,5", "0x1", "1/0", "1/-2", "--1", "١", "1234567890123456789012345"]
        {
            assert_eq!(wrong.parse::<Exact>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (text, decimals, rounded) in [
            ("0.005", 2, "0.01"),
            ("1.005", 2, "1.01"),
            ("2/3", 2, "0.67"),
            ("-0.005", 2, "-0.01"),
            ("-0.004", 2, "0.00"),
            ("20", 2, "20.00"),
            ("0.5", 0, "1"),
            ("9.999", 2, "10.00"),
            ("0", 3, "0.000"),
        ] {
            assert_eq!(exact(text).rounded(decimals), rounded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn rounding_agrees_with_whole_numbers_alone(n in -1_000_000_i64..1_000_000, d in 1_i64..10_000) {
            // floor((2|n|*100 + d) / 2d) is |n|/d in hundredths, halves up.
            let hundredths = (2 * n.abs() * 100 + d).div_euclid(2 * d);
            let expected = Exact::fraction(if n < 0 { -hundredths } else { hundredths }, 100).unwrap();
            let number = Exact::fraction(n, d).unwrap();
            prop_assert_eq!(number.round(2), expected);
            prop_assert_eq!(number.as_fraction().parse::<Exact>(), Ok(number.clone()));
            prop_assert_eq!(number.to_string().parse::<Exact>(), Ok(number));
        }
    }
}
