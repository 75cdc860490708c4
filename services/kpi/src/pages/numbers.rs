//! Numbers and days as people read them: `1.234,56` and `22/11/2026` in Vietnamese, `1,234.56` and `22 Nov 2026` in English.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::text::Language;
use motcua_kernel::time::vietnam;

use crate::definitions::exact::Exact;

/// Points are shown with so many decimals, as Decision 766 has them.
pub(crate) const POINT_DECIMALS: u32 = 2;
/// A ratio is shown in per cent with so many decimals.
const PERCENT_DECIMALS: u32 = 2;
/// A value of any kind is shown with at most so many decimals.
const MOST_DECIMALS: u32 = 4;

/// The sign for a figure that there is none of.
pub(crate) const NONE: &str = "–";

/// With exactly so many decimals.
pub(crate) fn fixed(number: &Exact, decimals: u32, language: Language) -> String {
    punctuated(&number.rounded(decimals), language)
}

/// With as many decimals as it needs, at most four.
pub(crate) fn plain(number: &Exact, language: Language) -> String {
    let text = number.rounded(MOST_DECIMALS);
    punctuated(text.trim_end_matches('0').trim_end_matches('.'), language)
}

/// Points, or the sign for none.
pub(crate) fn points(points: Option<&Exact>, language: Language) -> String {
    points.map_or_else(|| NONE.to_owned(), |points| fixed(points, POINT_DECIMALS, language))
}

/// A ratio in per cent.
pub(crate) fn percent(ratio: &Exact, language: Language) -> String {
    let hundred = ratio * &Exact::from(100);
    format!("{}%", fixed(&hundred, PERCENT_DECIMALS, language))
}

/// The value of an indicator: a ratio in per cent, anything else as it is.
pub(crate) fn value(value: &Exact, is_ratio: bool, language: Language) -> String {
    if is_ratio { percent(value, language) } else { plain(value, language) }
}

/// A count, or the sign for none.
pub(crate) fn count(count: Option<i64>, language: Language) -> String {
    count.map_or_else(|| NONE.to_owned(), |count| punctuated(&count.to_string(), language))
}

/// A place in a list.
pub(crate) fn ordinal(number: usize, language: Language) -> String {
    punctuated(&number.to_string(), language)
}

/// A day.
pub(crate) fn day(day: NaiveDate, language: Language) -> String {
    match language {
        Language::Vietnamese => day.format("%d/%m/%Y").to_string(),
        Language::English => day.format("%-d %b %Y").to_string(),
    }
}

/// An instant, by the clock in Vietnam.
pub(crate) fn instant(at: DateTime<Utc>, language: Language) -> String {
    let local = at.with_timezone(&vietnam());
    match language {
        Language::Vietnamese => local.format("%H:%M, %d/%m/%Y").to_string(),
        Language::English => local.format("%H:%M, %-d %b %Y").to_string(),
    }
}

/// The nearest number that a drawing can work with.
pub(crate) fn drawn(number: &Exact) -> f64 {
    number.rounded(6).parse().unwrap_or_default()
}

/// A number as `Exact` writes it, with the signs of a language.
pub(crate) fn punctuated(text: &str, language: Language) -> String {
    let (group, point) = match language {
        Language::Vietnamese => ('.', ','),
        Language::English => (',', '.'),
    };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut written = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    if let Some(part) = part {
        written.push(point);
        written.push_str(part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_have_the_signs_of_their_language() {
        let both = |text: &str| (punctuated(text, Language::Vietnamese), punctuated(text, Language::English));
        let pair = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
        assert_eq!(both("1234567.89"), pair("1.234.567,89", "1,234,567.89"));
        assert_eq!(both("-1000"), pair("−1.000", "−1,000"));
        assert_eq!(both("999"), pair("999", "999"));
        assert_eq!(both("0.5"), pair("0,5", "0.5"));
    }

    #[test]
    fn points_and_ratios_have_two_decimals_and_other_values_what_they_need() {
        let vi = Language::Vietnamese;
        assert_eq!(points(Some(&exact("17.5")), vi), "17,50");
        assert_eq!(points(None, vi), "–");
        assert_eq!(percent(&exact("2/3"), vi), "66,67%");
        assert_eq!(value(&exact("1123"), false, vi), "1.123");
        assert_eq!(value(&exact("1/3"), false, Language::English), "0.3333");
        assert_eq!(plain(&exact("1000"), vi), "1.000");
        assert_eq!(plain(&exact("0"), vi), "0");
    }

    #[test]
    fn an_instant_is_told_in_vietnam() {
        let at = "2026-12-31T17:05:00Z".parse().unwrap();
        assert_eq!(instant(at, Language::Vietnamese), "00:05, 01/01/2027");
        assert_eq!(instant(at, Language::English), "00:05, 1 Jan 2027");
    }
}
