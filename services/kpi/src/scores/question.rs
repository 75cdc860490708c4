//! What is asked, in the words of the caller.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_kernel::filter::Filter;
use motcua_kernel::time::parse_day;
use motcua_kernel::{Error, Result};

use crate::periods::Period;

/// How the agencies are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "the API calls them so")]
pub(crate) enum Structure {
    /// As they are: for who is responsible today.
    AsIs,
    /// As they were: for who was responsible when it was written.
    AsWas,
    /// As of a day: in the structure of that day. What an agency did counts for whoever had succeeded it by then; what was
    /// handed to another agency one by one, without a succession, counts for the one it was written with.
    AsOf(NaiveDate),
}

impl Structure {
    fn read(text: Option<&str>) -> Result<Self> {
        match text {
            None | Some("as_is") => Ok(Self::AsIs),
            Some("as_was") => Ok(Self::AsWas),
            Some(day) => parse_day(day).map(Self::AsOf).ok_or_else(|| {
                invalid(
                    "structure",
                    "`structure` phải là as_is, as_was hoặc một ngày như 2025-07-01.",
                    "`structure` must be as_is, as_was or a day such as 2025-07-01.",
                )
            }),
        }
    }

    /// The word as the API writes it.
    pub(crate) fn text(self) -> String {
        match self {
            Self::AsIs => "as_is".to_owned(),
            Self::AsWas => "as_was".to_owned(),
            Self::AsOf(day) => day.to_string(),
        }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Code of the set.
    pub set: String,
    pub period: Period,
    /// Code or id of the agency.
    pub agency: String,
    /// Whether with everything below it.
    pub with_below: bool,
    pub structure: Structure,
    /// The variant of an indicator, by its code, where it is not the default.
    pub variants: BTreeMap<String, String>,
}

impl Question {
    /// Reads it.
    ///
    /// # Errors
    /// `parameter.invalid` and `filter.invalid`, naming the parameter.
    pub(crate) fn read(
        set: &str,
        period: &str,
        agency: &str,
        structure: Option<&str>,
        variants: Option<&str>,
    ) -> Result<Self> {
        let (agency, with_below) = match Filter::parse("agency", agency)? {
            Filter::Is(reference) => (reference, false),
            Filter::Under(reference) => (reference, true),
            _ => return Err(Filter::refuse("agency", agency)),
        };
        let period = period.parse().map_err(|()| {
            invalid(
                "period",
                "`period` phải là một kỳ, ví dụ 2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026, 2026-R11, 2026-RQ4, \
                 2026-RY.",
                "`period` must be a period such as 2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026, 2026-R11, \
                 2026-RQ4, 2026-RY.",
            )
        })?;
        let structure = Structure::read(structure)?;
        let variants = variants.map(self::variants).transpose()?.unwrap_or_default();
        Ok(Self { set: set.to_owned(), period, agency, with_below, structure, variants })
    }
}

/// `2.1:first_due,3.5a:document`
fn variants(text: &str) -> Result<BTreeMap<String, String>> {
    let pair = |part: &str| {
        let (indicator, variant) = part.split_once(':').filter(|(a, b)| !a.is_empty() && !b.is_empty())?;
        Some((indicator.to_owned(), variant.to_owned()))
    };
    text.split(',').map(pair).collect::<Option<_>>().ok_or_else(|| {
        invalid(
            "variants",
            "`variants` phải có dạng 2.1:first_due, cách nhau bằng dấu phẩy.",
            "`variants` must read like 2.1:first_due, with commas between them.",
        )
    })
}

fn invalid(parameter: &str, vi: &str, en: &str) -> Error {
    Error::malformed("parameter.invalid", vi, en).with("parameter", parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(period: &str, agency: &str, structure: Option<&str>, variants: Option<&str>) -> Result<Question> {
        Question::read("qd766", period, agency, structure, variants)
    }

    #[test]
    fn a_question_is_read_as_it_is_written() {
        let asked = read("2026-Q4", "under:H50", Some("2025-07-01"), Some("2.1:first_due,3.5a:document")).unwrap();
        assert!(asked.with_below && asked.agency == "H50");
        assert_eq!(asked.structure.text(), "2025-07-01");
        assert_eq!(asked.variants.get("2.1").map(String::as_str), Some("first_due"));
        assert_eq!(read("2026-11", "H50.11", None, None).unwrap().structure, Structure::AsIs);
    }

    #[test]
    fn what_can_not_be_read_is_refused_by_its_name() {
        for (asked, parameter) in [
            (read("2026-13", "H50", None, None), "period"),
            (read("2026-11", "H50", Some("yesterday"), None), "structure"),
            (read("2026-11", "H50", None, Some("2.1")), "variants"),
            (read("2026-11", "H50", None, Some("2.1:,x:y")), "variants"),
        ] {
            let error = asked.unwrap_err();
            assert_eq!(error.code, "parameter.invalid");
            assert!(format!("{error:?}").contains(parameter), "{error:?}");
        }
    }
}
