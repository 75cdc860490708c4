//! Office hours (giờ hành chính): the sessions of a working day, in Vietnamese time.
//!
//! Each province sets its own, so they are an argument and never a constant of a rule. A session includes both its
//! opening and its closing instant: what arrives at 17:00 sharp still arrived that day, as what is finished at
//! 17:00 sharp is still on time.
//!
//! These are the hours that deadlines count, not the hours at which a counter serves people: an office that also
//! receives on Saturday mornings says so in its [`OpeningHours`](crate::OpeningHours), and no deadline moves.
//!
//! A half day is worked in the sessions of that half: the afternoon has the sessions that open at noon or later,
//! the morning the others. An office that works through noon in one session is divided at noon.

use chrono::{NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::WorkedPart;

/// One unbroken stretch of office hours (một buổi làm việc), in Vietnamese time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeSession {
    /// When the office opens.
    pub opens: NaiveTime,
    /// When it closes; later than `opens`.
    pub closes: NaiveTime,
}

/// The office hours of a working day: at least one session, in order, without overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<OfficeSession>", into = "Vec<OfficeSession>")]
pub struct OfficeHours {
    sessions: Vec<OfficeSession>,
    // All that follows is made from the sessions. A list cannot promise to have a first and a last.
    opens: NaiveTime,
    closes: NaiveTime,
    morning: Vec<OfficeSession>,
    afternoon: Vec<OfficeSession>,
}

/// Why a list of sessions is no office hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OfficeHoursError {
    /// The list is empty.
    #[error("office hours need at least one session")]
    NoSession,
    /// A session does not close after it opens.
    #[error("the session that opens at {opens} closes at {closes}, which is not later")]
    ClosesBeforeOpening {
        /// When the session opens.
        opens: NaiveTime,
        /// When it closes.
        closes: NaiveTime,
    },
    /// A session opens before the one before it has closed.
    #[error("the session that opens at {opens} opens before the one before it closes at {previous_closes}")]
    Overlap {
        /// When the later session opens.
        opens: NaiveTime,
        /// When the session before it closes.
        previous_closes: NaiveTime,
    },
}

impl OfficeHours {
    /// Office hours of these sessions.
    ///
    /// # Errors
    /// [`OfficeHoursError`] when the list is empty, out of order or overlapping.
    pub fn new(sessions: Vec<OfficeSession>) -> Result<Self, OfficeHoursError> {
        let (Some(first), Some(last)) = (sessions.first(), sessions.last()) else {
            return Err(OfficeHoursError::NoSession);
        };
        let (opens, closes) = (first.opens, last.closes);
        let mut previous_closes = None;
        for session in &sessions {
            if session.closes <= session.opens {
                return Err(OfficeHoursError::ClosesBeforeOpening { opens: session.opens, closes: session.closes });
            }
            if let Some(previous_closes) = previous_closes
                && session.opens < previous_closes
            {
                return Err(OfficeHoursError::Overlap { opens: session.opens, previous_closes });
            }
            previous_closes = Some(session.closes);
        }
        Ok(Self::of_checked(sessions, opens, closes))
    }

    fn of_checked(sessions: Vec<OfficeSession>, opens: NaiveTime, closes: NaiveTime) -> Self {
        let noon = NaiveTime::MIN + TimeDelta::hours(12);
        let (mut morning, mut afternoon): (Vec<OfficeSession>, Vec<OfficeSession>) =
            sessions.iter().copied().partition(|session| session.opens < noon);
        if afternoon.is_empty()
            && let Some(last) = morning.last_mut()
            && last.closes > noon
        {
            afternoon.push(OfficeSession { opens: noon, closes: last.closes });
            last.closes = noon;
        }
        Self { sessions, opens, closes, morning, afternoon }
    }

    /// The sessions of a day of which this part is worked; none on a day off, and none on a half day of which the
    /// office never works that half.
    #[must_use]
    pub fn sessions_of(&self, part: WorkedPart) -> &[OfficeSession] {
        match part {
            WorkedPart::Nothing => &[],
            WorkedPart::Morning => &self.morning,
            WorkedPart::Afternoon => &self.afternoon,
            WorkedPart::WholeDay => &self.sessions,
        }
    }

    /// How much office time a day has of which this part is worked.
    #[must_use]
    pub fn time_of(&self, part: WorkedPart) -> TimeDelta {
        let lengths = self.sessions_of(part).iter().map(|session| session.closes.signed_duration_since(session.opens));
        lengths.fold(TimeDelta::zero(), |sum, length| sum + length)
    }

    /// The sessions, in order.
    #[must_use]
    pub fn sessions(&self) -> &[OfficeSession] {
        &self.sessions
    }

    /// When the first session opens.
    #[must_use]
    pub const fn opens(&self) -> NaiveTime {
        self.opens
    }

    /// When the last session closes: the end of office hours, at which a day's deadline falls.
    #[must_use]
    pub const fn closes(&self) -> NaiveTime {
        self.closes
    }

    /// The first moment inside office hours at or after a time of the same day; none once the office has closed.
    #[must_use]
    pub fn at_or_after(&self, time: NaiveTime) -> Option<NaiveTime> {
        let session = self.sessions.iter().find(|session| time <= session.closes)?;
        Some(time.max(session.opens))
    }
}

impl Default for OfficeHours {
    /// 07:30 to 11:30 and 13:30 to 17:00, seven and a half hours: the hours of the demo province.
    fn default() -> Self {
        let midnight = NaiveTime::MIN;
        let clock = |minutes| midnight + TimeDelta::minutes(minutes);
        let (opens, closes) = (clock(7 * 60 + 30), clock(17 * 60));
        let sessions = vec![
            OfficeSession { opens, closes: clock(11 * 60 + 30) },
            OfficeSession { opens: clock(13 * 60 + 30), closes },
        ];
        Self::of_checked(sessions, opens, closes)
    }
}

impl TryFrom<Vec<OfficeSession>> for OfficeHours {
    type Error = OfficeHoursError;

    fn try_from(sessions: Vec<OfficeSession>) -> Result<Self, Self::Error> {
        Self::new(sessions)
    }
}

impl From<OfficeHours> for Vec<OfficeSession> {
    fn from(hours: OfficeHours) -> Self {
        hours.sessions
    }
}
