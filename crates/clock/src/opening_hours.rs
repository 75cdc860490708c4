//! Opening hours (giờ tiếp dân, giờ mở cửa bộ phận một cửa): when people can come. They are another thing than the
//! office hours that deadlines count: a counter may be open on Saturday mornings while no deadline runs, or closed on
//! an afternoon that is a working afternoon for every term. So nothing in this module is ever asked for a deadline.

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, DayKind, DayStatus, ExceptionKind, WorkedPart};
use crate::error::ClockError;
use crate::office_hours::{OfficeHours, OfficeSession};
use crate::vietnam_time::to_local;

/// The opening hours of a counter, weekday by weekday; `None` is a weekday on which it does not open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpeningHours {
    /// Monday (thứ Hai).
    pub monday: Option<OfficeHours>,
    /// Tuesday (thứ Ba).
    pub tuesday: Option<OfficeHours>,
    /// Wednesday (thứ Tư).
    pub wednesday: Option<OfficeHours>,
    /// Thursday (thứ Năm).
    pub thursday: Option<OfficeHours>,
    /// Friday (thứ Sáu).
    pub friday: Option<OfficeHours>,
    /// Saturday (thứ Bảy).
    pub saturday: Option<OfficeHours>,
    /// Sunday (Chủ nhật).
    pub sunday: Option<OfficeHours>,
}

impl OpeningHours {
    /// Whether people can come at an instant: the weekday's hours, but not on a public holiday, a day off in lieu or a
    /// swapped day, and only in the half that is worked on a half day. On a make-up day, or a day that the agency
    /// works beyond the table, a counter with no hours of that weekday opens as on Mondays.
    ///
    /// # Errors
    /// [`ClockError::YearNotCovered`], [`ClockError::DateOutOfRange`].
    pub fn is_open(&self, calendar: &Calendar, at: DateTime<Utc>) -> Result<bool, ClockError> {
        let local = to_local(at)?;
        let status = calendar.day_status(local.date())?;
        let of_weekday = self.of_weekday(local.weekday().num_days_from_monday());
        let (hours, part) = match status {
            DayStatus::WorkingDay | DayStatus::Weekend => (of_weekday, WorkedPart::WholeDay),
            DayStatus::Special(day) if day.kind == DayKind::MakeUpWorkingDay => {
                (of_weekday.or(self.monday.as_ref()), WorkedPart::WholeDay)
            }
            DayStatus::Exception(exception) if exception.kind != ExceptionKind::Closed => {
                (of_weekday.or(self.monday.as_ref()), status.part())
            }
            DayStatus::Special(_) | DayStatus::Exception(_) => (of_weekday, status.part()),
        };
        let time = local.time();
        let within = |session: &OfficeSession| session.opens <= time && time <= session.closes;
        Ok(hours.is_some_and(|hours| hours.sessions_of(part).iter().any(within)))
    }

    const fn of_weekday(&self, days_from_monday: u32) -> Option<&OfficeHours> {
        match days_from_monday {
            0 => self.monday.as_ref(),
            1 => self.tuesday.as_ref(),
            2 => self.wednesday.as_ref(),
            3 => self.thursday.as_ref(),
            4 => self.friday.as_ref(),
            5 => self.saturday.as_ref(),
            _ => self.sunday.as_ref(),
        }
    }
}
