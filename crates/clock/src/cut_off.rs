//! The cut-off (mốc giờ tiếp nhận): until when a dossier that arrives still counts as received that day. The law has
//! no one constant: each procedure's text has its own, or is silent.
//!
//! What arrives too late, or on a day off, is deemed received when the next working day begins. What arrives in time
//! is deemed received at once if somebody is in the office, else when the office next opens on that day.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::error::ClockError;
use crate::workplace::Workplace;

/// Until when a receipt counts that day. Every boundary still counts: at 15:00 sharp is not after 15:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutOff {
    /// No cut-off: received is received, on any date and at any time; the term's own rules do the rest.
    None,
    /// A local time, say 15:00 (Decree 63/2024, art. 7.2: births and deaths; same-day copies). It stands in place of
    /// the end of office hours, even where it is later than that.
    At(NaiveTime),
    /// What arrives within the last hour of office hours counts the next working day (the interlinked decree in force
    /// since 17 November 2025, art. 6.3). On a half day it is the last hour of that half.
    LastOfficeHour,
    /// What arrives after 17:00 or on a day off counts from 08:00 of the next working day, and what arrives before
    /// 08:00 counts from 08:00 (same decree, art. 3.5), whatever the office hours.
    #[serde(rename = "outside_17_to_08")]
    Outside17To08,
    /// What arrives outside office hours counts from the next office hour (Decision 3142/2025 of the Ministry of
    /// Education, art. 11). The choice of this system where a procedure's text is silent.
    #[default]
    OfficeEnd,
}

impl CutOff {
    /// The instant at which what arrives at a moment is deemed received.
    pub(crate) fn deemed(self, arrived: NaiveDateTime, workplace: &Workplace<'_>) -> Result<NaiveDateTime, ClockError> {
        let (day, time) = (arrived.date(), arrived.time());
        let sessions = workplace.sessions(day)?;
        if self == Self::None {
            return Ok(arrived);
        }
        if let Some((first, last)) = sessions.first().zip(sessions.last()) {
            let latest = match self {
                Self::At(cut_off) => cut_off,
                Self::LastOfficeHour => an_hour_before(last.closes),
                Self::Outside17To08 => full_hour(17),
                Self::None | Self::OfficeEnd => last.closes,
            };
            // What is there when the office opens is received that day, however short the day is.
            let latest = if self == Self::Outside17To08 { latest } else { latest.max(first.opens) };
            if time <= latest {
                let attended = sessions.iter().find(|session| time <= session.closes);
                let moment = match (self, attended) {
                    (Self::Outside17To08, _) => time.max(full_hour(8)),
                    (_, Some(session)) => time.max(session.opens),
                    (_, None) => time,
                };
                return Ok(day.and_time(moment));
            }
        }
        let next = workplace.next_worked(day)?;
        if self == Self::Outside17To08 {
            return Ok(next.and_time(full_hour(8)));
        }
        workplace.opening(next)
    }
}

fn full_hour(hour: i64) -> NaiveTime {
    NaiveTime::MIN + TimeDelta::hours(hour)
}

fn an_hour_before(time: NaiveTime) -> NaiveTime {
    if time < full_hour(1) { NaiveTime::MIN } else { time - TimeDelta::hours(1) }
}
