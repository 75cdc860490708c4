//! The length of a term (thời hạn) as a procedure states it: a number and what is counted.

use serde::{Deserialize, Serialize};

/// What a term counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermUnit {
    /// Working days (ngày làm việc): days off are skipped, make-up Saturdays count.
    WorkingDay,
    /// Calendar days (ngày): every day counts, but a term does not end on a day off.
    CalendarDay,
    /// Working hours (giờ làm việc): only time inside office hours counts.
    WorkingHour,
}

impl TermUnit {
    /// The code under which the unit is stored and served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkingDay => "working_day",
            Self::CalendarDay => "calendar_day",
            Self::WorkingHour => "working_hour",
        }
    }

    /// The most of this unit that a term of a procedure has, about three years: more is a slip, and reaches into years
    /// that no decree covers.
    #[must_use]
    pub const fn most_of_a_term(self) -> u32 {
        match self {
            Self::WorkingDay => 750,
            Self::CalendarDay => 1_100,
            Self::WorkingHour => 6_000,
        }
    }

    /// The most of this unit that a clock of the handling itself has, about half a year.
    #[must_use]
    pub const fn most_of_handling(self) -> u32 {
        match self {
            Self::WorkingDay => 130,
            Self::CalendarDay => 190,
            Self::WorkingHour => 1_040,
        }
    }
}

/// The term of a procedure (thời hạn giải quyết), for example 5 working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// How many units; 0 is no term, and [`due`](crate::due()) refuses it.
    pub count: u32,
    /// What is counted.
    pub unit: TermUnit,
}

impl Term {
    /// A term in working days (ngày làm việc).
    #[must_use]
    pub const fn working_days(count: u32) -> Self {
        Self { count, unit: TermUnit::WorkingDay }
    }

    /// A term in calendar days (ngày).
    #[must_use]
    pub const fn calendar_days(count: u32) -> Self {
        Self { count, unit: TermUnit::CalendarDay }
    }

    /// A term in working hours (giờ làm việc).
    #[must_use]
    pub const fn working_hours(count: u32) -> Self {
        Self { count, unit: TermUnit::WorkingHour }
    }
}
