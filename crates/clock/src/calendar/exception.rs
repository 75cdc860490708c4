//! Exceptions of one agency (ngoại lệ của cơ quan): a storm closes one commune, a power cut closes an afternoon, a
//! ward works on a Sunday. They lie over the national table, each with its reason and the decision behind it, and
//! are checked against it: an exception that changes nothing is nearly always a wrong date.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Calendar, WorkedPart};

/// What an exception makes of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// Closed all day (nghỉ cả ngày).
    Closed,
    /// Worked in the morning only (chỉ làm buổi sáng), if nationally it is worked then.
    MorningOnly,
    /// Worked in the afternoon only (chỉ làm buổi chiều), if nationally it is worked then.
    AfternoonOnly,
    /// Worked all day (làm cả ngày), also on a day off: the only kind that adds work.
    Working,
}

impl ExceptionKind {
    /// The code under which the kind is stored and served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::MorningOnly => "morning_only",
            Self::AfternoonOnly => "afternoon_only",
            Self::Working => "working",
        }
    }

    /// Which part of the day is worked.
    #[must_use]
    pub const fn part(self) -> WorkedPart {
        match self {
            Self::Closed => WorkedPart::Nothing,
            Self::MorningOnly => WorkedPart::Morning,
            Self::AfternoonOnly => WorkedPart::Afternoon,
            Self::Working => WorkedPart::WholeDay,
        }
    }

    /// What it makes of a day of which nationally this part is worked. Less work never becomes more: a holiday that is
    /// decreed over a half day stays a holiday.
    #[must_use]
    pub const fn over(self, national: WorkedPart) -> Self {
        match (self, national) {
            (Self::MorningOnly, WorkedPart::Nothing | WorkedPart::Afternoon)
            | (Self::AfternoonOnly, WorkedPart::Nothing | WorkedPart::Morning) => Self::Closed,
            (kind, _) => kind,
        }
    }
}

/// A day that is another one at one agency than in the national table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyException {
    /// The day.
    pub date: NaiveDate,
    /// What it is at this agency.
    pub kind: ExceptionKind,
    /// Why, in Vietnamese; it stands in the ledgers that citizens read.
    pub reason_vi: String,
    /// Why, in English.
    pub reason_en: String,
    /// The decision it comes from (văn bản).
    pub source: String,
}

/// An exception that cannot be taken: which, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("exception {index} ({date}): {problem}")]
pub struct ExceptionFault {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its day.
    pub date: NaiveDate,
    /// What is wrong.
    pub problem: ExceptionProblem,
}

/// What is wrong with an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ExceptionProblem {
    /// The national table does not cover its year.
    #[error("the national calendar has no table of its year")]
    YearNotCovered,
    /// The day has an exception already.
    #[error("the day has an exception already")]
    Twice,
    /// A closed day that is off anyway, or a worked one that is worked anyway.
    #[error("the day is that already, so the exception changes nothing")]
    ChangesNothing,
    /// A field that must say something says nothing.
    #[error("the field {0} is empty")]
    EmptyField(&'static str),
}

impl ExceptionProblem {
    /// The stable code of the problem.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::YearNotCovered => "calendar.exception_year_not_covered",
            Self::Twice => "calendar.exception_twice",
            Self::ChangesNothing => "calendar.exception_changes_nothing",
            Self::EmptyField(_) => "calendar.exception_empty_field",
        }
    }

    /// The text in Vietnamese; the English one is its `Display`.
    #[must_use]
    pub fn vi(self) -> String {
        match self {
            Self::YearNotCovered => "Chưa có bảng ngày nghỉ của năm này".to_owned(),
            Self::Twice => "Ngày này đã có một ngoại lệ".to_owned(),
            Self::ChangesNothing => "Ngày này vốn đã như vậy nên ngoại lệ không thay đổi gì".to_owned(),
            Self::EmptyField(field) => format!("Trường {field} để trống"),
        }
    }
}

/// Checks exceptions against the national table, and puts them in order of their days.
pub(super) fn check(
    national: &Calendar,
    exceptions: Vec<AgencyException>,
) -> Result<BTreeMap<NaiveDate, AgencyException>, Vec<ExceptionFault>> {
    let mut faults = Vec::new();
    let mut checked = BTreeMap::new();
    for (index, mut exception) in exceptions.into_iter().enumerate() {
        let date = exception.date;
        let mut wrong = |problem| faults.push(ExceptionFault { index, date, problem });
        for (field, text) in
            [("reason_vi", &exception.reason_vi), ("reason_en", &exception.reason_en), ("source", &exception.source)]
        {
            if text.trim().is_empty() {
                wrong(ExceptionProblem::EmptyField(field));
            }
        }
        match national.national_status(date).map(|status| status.part()) {
            Err(_) => wrong(ExceptionProblem::YearNotCovered),
            Ok(part) => {
                exception.kind = exception.kind.over(part);
                if exception.kind.part() == part {
                    wrong(ExceptionProblem::ChangesNothing);
                }
            }
        }
        if checked.insert(date, exception).is_some() {
            wrong(ExceptionProblem::Twice);
        }
    }
    if faults.is_empty() { Ok(checked) } else { Err(faults) }
}
