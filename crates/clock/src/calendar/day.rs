//! A day that is not what its weekday says, with the decision that made it so.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::AgencyException;

/// What makes a day special.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Public holiday (ngày nghỉ lễ, tết): Labour Code art. 112. It may fall on a weekly day off.
    PublicHoliday,
    /// Day off in lieu (nghỉ bù): the next working day after a holiday that fell on a weekly day off, art. 111.3.
    DayOffInLieu,
    /// Swapped day off (nghỉ hoán đổi): a working day off by decision, worked on another day instead.
    SwappedDayOff,
    /// Make-up working day (ngày làm bù): the weekly day off that is worked for a swapped day.
    MakeUpWorkingDay,
    /// Half day (nửa ngày làm việc): an ordinary working day that is worked in the morning only, by decision.
    MorningOnly,
    /// Half day (nửa ngày làm việc): an ordinary working day that is worked in the afternoon only, by decision.
    AfternoonOnly,
}

impl DayKind {
    /// Every kind there is.
    pub const ALL: [Self; 6] = [
        Self::PublicHoliday,
        Self::DayOffInLieu,
        Self::SwappedDayOff,
        Self::MakeUpWorkingDay,
        Self::MorningOnly,
        Self::AfternoonOnly,
    ];

    /// The code under which the kind stands in the tables and is served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicHoliday => "public_holiday",
            Self::DayOffInLieu => "day_off_in_lieu",
            Self::SwappedDayOff => "swapped_day_off",
            Self::MakeUpWorkingDay => "make_up_working_day",
            Self::MorningOnly => "morning_only",
            Self::AfternoonOnly => "afternoon_only",
        }
    }

    /// The kind of a code, if there is one.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == code)
    }

    /// Whether a day of this kind is worked, if only in one half.
    #[must_use]
    pub const fn is_working(self) -> bool {
        !matches!(self.part(), WorkedPart::Nothing)
    }

    /// Which part of a day of this kind is worked.
    #[must_use]
    pub const fn part(self) -> WorkedPart {
        match self {
            Self::PublicHoliday | Self::DayOffInLieu | Self::SwappedDayOff => WorkedPart::Nothing,
            Self::MakeUpWorkingDay => WorkedPart::WholeDay,
            Self::MorningOnly => WorkedPart::Morning,
            Self::AfternoonOnly => WorkedPart::Afternoon,
        }
    }
}

/// Which part of a day is worked (phần ngày làm việc).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkedPart {
    /// Nothing: a day off.
    Nothing,
    /// The morning (buổi sáng).
    Morning,
    /// The afternoon (buổi chiều).
    Afternoon,
    /// The whole day.
    WholeDay,
}

/// One entry of the table of days off (bảng ngày nghỉ).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialDay {
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    pub kind: DayKind,
    /// The other day of the pair: the holiday of a day off in lieu, the day worked for a swapped day and the
    /// reverse. A public holiday has none.
    pub linked_date: Option<NaiveDate>,
    /// Its name in Vietnamese.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: String,
    /// The law or decision it comes from.
    pub source: String,
    /// Whether it is only expected: the decision is not published yet.
    pub provisional: bool,
    /// What a reader of the table should know; may be empty.
    pub note: String,
}

/// A year of which the calendar has a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoveredYear {
    /// The year.
    pub year: i32,
    /// The name of the table in Vietnamese.
    pub name_vi: String,
    /// The name of the table in English.
    pub name_en: String,
    /// The laws and decisions behind the table as a whole.
    pub source: String,
    /// Whether the decision of the year is still to come. Then every day of it is provisional, because a swap can
    /// turn any working day into a day off.
    pub provisional: bool,
    /// What a reader of the table should know; may be empty.
    pub note: String,
}

/// How a day stands in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayStatus<'a> {
    /// An ordinary Monday to Friday.
    WorkingDay,
    /// An ordinary Saturday or Sunday (ngày nghỉ hằng tuần of the 40-hour week).
    Weekend,
    /// A day that the table has an entry for.
    Special(&'a SpecialDay),
    /// A day that is another one at this agency than in the table.
    Exception(&'a AgencyException),
}

impl DayStatus<'_> {
    /// Whether the day is worked, if only in one half.
    #[must_use]
    pub const fn is_working(&self) -> bool {
        !matches!(self.part(), WorkedPart::Nothing)
    }

    /// Which part of the day is worked.
    #[must_use]
    pub const fn part(&self) -> WorkedPart {
        match self {
            Self::WorkingDay => WorkedPart::WholeDay,
            Self::Weekend => WorkedPart::Nothing,
            Self::Special(day) => day.kind.part(),
            Self::Exception(exception) => exception.kind.part(),
        }
    }
}
