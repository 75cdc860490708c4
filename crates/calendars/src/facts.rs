//! What the events of calendars tell, and the words they have in common with the API.

use chrono::{NaiveDate, NaiveTime};
use motcua_clock::{DayKind, ExceptionKind};
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What calendar events are about: the change.
pub const SUBJECT: &str = "calendar-changes";

/// The days off of a year were decreed.
pub const DECREED: EventKind = EventKind { name: "calendar.decreed.v1", subject: SUBJECT };
/// A day of an agency is another one than in the national calendar.
pub const EXCEPTION_SET: EventKind = EventKind { name: "calendar.exception_set.v1", subject: SUBJECT };
/// It is no more.
pub const EXCEPTION_REVOKED: EventKind = EventKind { name: "calendar.exception_revoked.v1", subject: SUBJECT };
/// An agency has other office hours.
pub const OFFICE_HOURS_SET: EventKind = EventKind { name: "calendar.office_hours_set.v1", subject: SUBJECT };

/// A change of calendars: the same shape in every event about one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarFacts {
    /// The revision of the calendars that the change made.
    pub revision: i64,
    /// The decree it comes from.
    pub source: String,
    /// The agency that it reaches, with all below; null for all.
    pub agency_id: Option<Uuid>,
    /// The year that was decreed.
    pub year: Option<i32>,
    /// Whether the decision of the year is still to come.
    pub provisional: bool,
    /// The days of the year that are not what their weekday says.
    pub days: Vec<DayFacts>,
    /// The exception.
    pub exception: Option<ExceptionFacts>,
    /// The office hours; null when those from above hold again, or the change is about something else.
    pub sessions: Option<Vec<SessionFacts>>,
}

/// A special day of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayFacts {
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    pub kind: CalendarDayKind,
    /// The other day of a pair.
    pub linked_date: Option<NaiveDate>,
}

/// An exception of an agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExceptionFacts {
    /// Its id.
    pub id: Uuid,
    /// The day.
    pub date: NaiveDate,
    /// What it makes of the day.
    pub kind: CalendarExceptionKind,
}

/// One session of a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionFacts {
    /// When it opens, in Vietnam.
    pub opens: NaiveTime,
    /// When it closes.
    pub closes: NaiveTime,
}

/// What makes a day special.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarDayKind {
    /// Public holiday (ngày nghỉ lễ, tết); may fall on a weekly day off.
    PublicHoliday,
    /// Day off in lieu of a holiday on a weekly day off (nghỉ bù).
    DayOffInLieu,
    /// Working day off by decision, worked on another day instead (nghỉ hoán đổi).
    SwappedDayOff,
    /// Weekly day off that is worked for a swapped day (làm bù).
    MakeUpWorkingDay,
    /// Worked in the morning only (chỉ làm buổi sáng).
    MorningOnly,
    /// Worked in the afternoon only (chỉ làm buổi chiều).
    AfternoonOnly,
}

impl From<DayKind> for CalendarDayKind {
    fn from(kind: DayKind) -> Self {
        match kind {
            DayKind::PublicHoliday => Self::PublicHoliday,
            DayKind::DayOffInLieu => Self::DayOffInLieu,
            DayKind::SwappedDayOff => Self::SwappedDayOff,
            DayKind::MakeUpWorkingDay => Self::MakeUpWorkingDay,
            DayKind::MorningOnly => Self::MorningOnly,
            DayKind::AfternoonOnly => Self::AfternoonOnly,
        }
    }
}

impl From<CalendarDayKind> for DayKind {
    fn from(kind: CalendarDayKind) -> Self {
        match kind {
            CalendarDayKind::PublicHoliday => Self::PublicHoliday,
            CalendarDayKind::DayOffInLieu => Self::DayOffInLieu,
            CalendarDayKind::SwappedDayOff => Self::SwappedDayOff,
            CalendarDayKind::MakeUpWorkingDay => Self::MakeUpWorkingDay,
            CalendarDayKind::MorningOnly => Self::MorningOnly,
            CalendarDayKind::AfternoonOnly => Self::AfternoonOnly,
        }
    }
}

/// What an exception makes of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarExceptionKind {
    /// Closed all day (nghỉ cả ngày).
    Closed,
    /// Worked in the morning only (chỉ làm buổi sáng), if nationally it is worked then.
    MorningOnly,
    /// Worked in the afternoon only (chỉ làm buổi chiều), if nationally it is worked then.
    AfternoonOnly,
    /// Worked all day (làm cả ngày), also on a day off: the only kind that adds work.
    Working,
}

impl From<ExceptionKind> for CalendarExceptionKind {
    fn from(kind: ExceptionKind) -> Self {
        match kind {
            ExceptionKind::Closed => Self::Closed,
            ExceptionKind::MorningOnly => Self::MorningOnly,
            ExceptionKind::AfternoonOnly => Self::AfternoonOnly,
            ExceptionKind::Working => Self::Working,
        }
    }
}

impl From<CalendarExceptionKind> for ExceptionKind {
    fn from(kind: CalendarExceptionKind) -> Self {
        match kind {
            CalendarExceptionKind::Closed => Self::Closed,
            CalendarExceptionKind::MorningOnly => Self::MorningOnly,
            CalendarExceptionKind::AfternoonOnly => Self::AfternoonOnly,
            CalendarExceptionKind::Working => Self::Working,
        }
    }
}
