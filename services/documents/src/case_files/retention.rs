//! How long a case file is kept (thời hạn bảo quản): for ever, or so many years. Pure.

use chrono::{Datelike, NaiveDate};
use motcua_kernel::{FieldError, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text_fields::required;

/// More years than any list of retention periods has, short of for ever.
const MOST_YEARS: u32 = 150;
/// Only what is kept so long is handed in to the archive (Decree 30/2020/NĐ-CP, Articles 28 to 31).
const SHORTEST_FOR_ARCHIVE: i32 = 5;

/// For ever or for some years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetentionKind {
    /// For ever (vĩnh viễn).
    Permanent,
    /// For so many years.
    Years,
}

/// How long to keep: `{"kind": "permanent"}` or `{"years": 20}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"years": 20}))]
pub struct RetentionPeriod {
    /// For ever, or some years, which need not be said beside their number.
    #[serde(default)]
    pub kind: Option<RetentionKind>,
    /// How many years, 1 to 150.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 150)]
    pub years: Option<u32>,
}

/// How long something is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Retention)]
pub struct RetentionView {
    /// For ever, or some years.
    pub kind: RetentionKind,
    /// How many.
    pub years: Option<i32>,
    /// Code of Circular 05/2025/TT-BNV: `01` for ever to `06` ten years, `07` another time.
    #[schema(example = "05")]
    pub code: String,
    /// In words.
    #[schema(example = "20 năm")]
    pub name: String,
}

/// A retention period; none is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retention(pub Option<i32>);

impl RetentionPeriod {
    /// What it says, and its fault.
    pub(crate) fn check(self, pointer: &str, faults: &mut Vec<FieldError>) -> Retention {
        match (self.kind, self.years) {
            (Some(RetentionKind::Permanent), None) => return Retention(None),
            (Some(RetentionKind::Permanent), Some(_)) => {
                let text = Text::new("Vĩnh viễn thì không nêu số năm.", "What is kept for ever has no years.");
                faults.push(FieldError::new(format!("{pointer}/years"), "retention.permanent_years", text));
            }
            (_, None) => faults.push(required(&format!("{pointer}/years"))),
            (_, Some(years)) if !(1..=MOST_YEARS).contains(&years) => {
                let text = Text::new("Từ 1 đến 150 năm.", "1 to 150 years.");
                faults.push(FieldError::new(format!("{pointer}/years"), "range", text));
            }
            (_, Some(years)) => return Retention(i32::try_from(years).ok()),
        }
        Retention(None)
    }
}

impl Retention {
    /// Code of Circular 05/2025/TT-BNV.
    pub(crate) const fn code(self) -> &'static str {
        match self.0 {
            None => "01",
            Some(70) => "02",
            Some(50) => "03",
            Some(30) => "04",
            Some(20) => "05",
            Some(10) => "06",
            Some(_) => "07",
        }
    }

    /// As lists write it.
    pub(crate) fn name(self) -> String {
        self.0.map_or_else(|| "Vĩnh viễn".to_owned(), |years| format!("{years} năm"))
    }

    /// As English texts write it.
    pub(crate) fn name_en(self) -> String {
        self.0.map_or_else(|| "for ever".to_owned(), |years| format!("{years} years"))
    }

    /// Whether it is not shorter than another.
    pub(crate) fn is_as_long_as(self, other: Self) -> bool {
        let years = |of: Self| of.0.unwrap_or(i32::MAX);
        years(self) >= years(other)
    }

    /// Whether it is handed in to the archive at all.
    pub(crate) const fn is_for_archive(self) -> bool {
        match self.0 {
            None => true,
            Some(years) => years >= SHORTEST_FOR_ARCHIVE,
        }
    }

    /// The last day on which work that ended on a day is kept: the years count from the end of that year. None is never.
    pub(crate) fn last_day(self, ended_on: NaiveDate) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(ended_on.year() + self.0?, 12, 31)
    }

    /// As the API shows it.
    pub(crate) fn view(self) -> RetentionView {
        let kind = if self.0.is_none() { RetentionKind::Permanent } else { RetentionKind::Years };
        RetentionView { kind, years: self.0, code: self.code().to_owned(), name: self.name() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(kind: Option<RetentionKind>, years: Option<u32>) -> (Option<i32>, Vec<String>) {
        let mut faults = Vec::new();
        let retention = RetentionPeriod { kind, years }.check("/retention", &mut faults);
        (retention.0, faults.into_iter().map(|fault| fault.code).collect())
    }

    #[test]
    fn a_period_is_for_ever_or_some_years() {
        assert_eq!(checked(Some(RetentionKind::Permanent), None), (None, vec![]));
        assert_eq!(checked(None, Some(20)), (Some(20), vec![]));
        assert_eq!(checked(Some(RetentionKind::Years), Some(5)), (Some(5), vec![]));
        assert_eq!(checked(None, None).1, ["required"]);
        assert_eq!(checked(None, Some(0)).1, ["range"]);
        assert_eq!(checked(Some(RetentionKind::Permanent), Some(3)).1, ["retention.permanent_years"]);
    }

    #[test]
    fn for_ever_is_longer_than_any_years() {
        let (ever, twenty, ten) = (Retention(None), Retention(Some(20)), Retention(Some(10)));
        assert!(ever.is_as_long_as(twenty) && twenty.is_as_long_as(twenty) && ever.is_as_long_as(ever));
        assert!(!ten.is_as_long_as(twenty) && !twenty.is_as_long_as(ever));
    }

    #[test]
    fn codes_are_those_of_the_circular() {
        let codes = [None, Some(70), Some(50), Some(30), Some(20), Some(10), Some(5)].map(|it| Retention(it).code());
        assert_eq!(codes, ["01", "02", "03", "04", "05", "06", "07"]);
    }

    #[test]
    fn years_count_from_the_end_of_the_year_and_for_ever_never_ends() {
        let ended: NaiveDate = "2026-03-01".parse().unwrap();
        assert_eq!(Retention(Some(5)).last_day(ended), "2031-12-31".parse().ok());
        assert_eq!(Retention(None).last_day(ended), None);
        assert!(Retention(Some(5)).is_for_archive() && Retention(None).is_for_archive());
        assert!(!Retention(Some(4)).is_for_archive());
    }
}
