//! Legal time in Vietnam (giờ Việt Nam): UTC+07:00, all year.
//!
//! `Asia/Ho_Chi_Minh` has had this one offset, without daylight saving, since June 1975, and a calendar covers
//! no year before [`FIRST_YEAR`]; so a fixed offset is exact here and no time zone database is needed.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::error::ClockError;

/// The first whole year in which UTC+07:00 was legal time in all of Vietnam.
pub const FIRST_YEAR: i32 = 1976;

/// The last year that a calendar may cover. No decree reaches so far; a year beyond it is a slip, and one digit more
/// would make tables for millions of years.
pub const LAST_YEAR: i32 = 2099;

const SECONDS_AHEAD_OF_UTC: i64 = 7 * 3600;
const SECONDS_A_DAY: i64 = 24 * 3600;
const AHEAD_OF_UTC: TimeDelta = TimeDelta::seconds(SECONDS_AHEAD_OF_UTC);

/// The Vietnamese date (ngày theo giờ Việt Nam) on which an instant falls.
///
/// # Errors
/// [`ClockError::DateOutOfRange`] at the far end of what a date can hold.
pub fn local_date(instant: DateTime<Utc>) -> Result<NaiveDate, ClockError> {
    to_local(instant).map(|local| local.date())
}

/// The date and time that a Vietnamese wall clock shows at an instant.
///
/// # Errors
/// [`ClockError::DateOutOfRange`] at the far end of what a date can hold.
pub fn to_local(instant: DateTime<Utc>) -> Result<NaiveDateTime, ClockError> {
    instant.naive_utc().checked_add_signed(AHEAD_OF_UTC).ok_or(ClockError::DateOutOfRange)
}

/// The instant at which a Vietnamese wall clock shows this date and time.
///
/// # Errors
/// [`ClockError::DateOutOfRange`] at the far end of what a date can hold.
pub fn to_instant(local: NaiveDateTime) -> Result<DateTime<Utc>, ClockError> {
    let utc = local.checked_sub_signed(AHEAD_OF_UTC).ok_or(ClockError::DateOutOfRange)?;
    Ok(utc.and_utc())
}

/// The number of the Vietnamese day of an instant: unlike a date it exists for every instant, so that comparing
/// days cannot fail.
pub(crate) fn local_day_number(instant: DateTime<Utc>) -> i64 {
    (instant.timestamp() + SECONDS_AHEAD_OF_UTC).div_euclid(SECONDS_A_DAY)
}
