//! Whether a procedure was announced (công bố) and published (công khai) in time: indicators 1.1 and 1.2 of Decision
//! 766/QĐ-TTg, pure.
//!
//! Facts keep the days; how many working days lie between them is a matter of the calendar, which may be decreed anew, so
//! it is asked when it is counted and not stored.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_clock::{Calendar, ClockError, vietnam_time};

/// How many working days a province has, for either (a ministry has 20 and 10).
pub const PROVINCE_DAYS: u32 = 5;

/// Whether the announcing decision is dated early enough before the latest of its legal bases takes effect: at least so
/// many working days before it. None where a day is not known.
///
/// # Errors
/// When the calendar does not cover the days between.
pub fn announced_on_time(
    decided_on: Option<NaiveDate>,
    bases_effective_on: Option<NaiveDate>,
    working_days: u32,
    calendar: &Calendar,
) -> Result<Option<bool>, ClockError> {
    let (Some(decided_on), Some(effective_on)) = (decided_on, bases_effective_on) else { return Ok(None) };
    let latest = step(effective_on, working_days, calendar, NaiveDate::pred_opt)?;
    Ok(latest.map(|latest| decided_on <= latest))
}

/// Whether it was published within so many working days after the announcing decision; the day of the decision does not
/// count. None where that day is not known.
///
/// # Errors
/// When the calendar does not cover the days between.
pub fn published_on_time(
    decided_on: Option<NaiveDate>,
    published_at: DateTime<Utc>,
    working_days: u32,
    calendar: &Calendar,
) -> Result<Option<bool>, ClockError> {
    let Some(decided_on) = decided_on else { return Ok(None) };
    let published_on = vietnam_time::local_date(published_at)?;
    let latest = step(decided_on, working_days, calendar, NaiveDate::succ_opt)?;
    Ok(latest.map(|latest| published_on <= latest))
}

/// The day so many working days away; none beyond the end of time.
fn step(
    from: NaiveDate,
    working_days: u32,
    calendar: &Calendar,
    next: fn(&NaiveDate) -> Option<NaiveDate>,
) -> Result<Option<NaiveDate>, ClockError> {
    let (mut day, mut left) = (from, working_days);
    while left > 0 {
        let Some(neighbour) = next(&day) else { return Ok(None) };
        day = neighbour;
        left -= u32::from(calendar.is_working(day)?);
    }
    Ok(Some(day))
}
