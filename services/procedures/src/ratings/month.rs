//! Months in Vietnam, the finest time a rating knows.

use chrono::NaiveDate;
use motcua_kernel::{Error, Result};

/// The month of a day.
pub(super) fn of(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

/// The first and the last month of `2026-11`, `2026-Q4` (October to December) or `2026`.
///
/// # Errors
/// `period.unknown` for anything else.
pub(super) fn period(text: &str) -> Result<(String, String)> {
    span(text).ok_or_else(|| {
        Error::malformed(
            "period.unknown",
            "Kỳ không hợp lệ: dùng 2026-11, 2026-Q4 hoặc 2026.",
            "Not a period: write 2026-11, 2026-Q4 or 2026.",
        )
        .with("parameter", "period")
    })
}

fn span(text: &str) -> Option<(String, String)> {
    let (year, part) = text.split_once('-').unwrap_or((text, ""));
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year, 4) {
        return None;
    }
    let (first, last) = match part {
        "" if text.len() == 4 => (1, 12),
        "Q1" => (1, 3),
        "Q2" => (4, 6),
        "Q3" => (7, 9),
        "Q4" => (10, 12),
        month if digits(month, 2) => {
            let month: u32 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
            (month, month)
        }
        _ => return None,
    };
    Some((format!("{year}-{first:02}"), format!("{year}-{last:02}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_quarters_and_years_are_read_and_nothing_else() {
        let of = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(period("2026-11").unwrap(), of("2026-11", "2026-11"));
        assert_eq!(period("2026-Q4").unwrap(), of("2026-10", "2026-12"));
        assert_eq!(period("2026").unwrap(), of("2026-01", "2026-12"));
        for wrong in ["", "2026-", "2026-13", "2026-00", "2026-Q5", "26", "2026-1", "2026-11-01"] {
            assert!(period(wrong).is_err(), "{wrong}");
        }
    }
}
