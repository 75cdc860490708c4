//! 2026 and 2027 as the oracle sees them: a list of days written here from the decrees, not read from the service.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use motcua_clock::WorkedPart;

use super::history_oracle::World;
use super::oracle::DAY;

/// Working days on which nobody works: the Labour Code 2019, article 112, Resolution 28/2026/QH16 (24 November), and the
/// swaps of 12729/VPCP-KGVX and 9859/VPCP-KGVX; 2027 by the Code alone.
const OFF: [&str; 27] = [
    "2026-01-01",
    "2026-01-02",
    "2026-02-16",
    "2026-02-17",
    "2026-02-18",
    "2026-02-19",
    "2026-02-20",
    "2026-04-27",
    "2026-04-30",
    "2026-05-01",
    "2026-08-31",
    "2026-09-01",
    "2026-09-02",
    "2026-11-24",
    "2027-01-01",
    "2027-02-04",
    "2027-02-05",
    "2027-02-08",
    "2027-02-09",
    "2027-02-10",
    "2027-04-16",
    "2027-04-30",
    "2027-05-03",
    "2027-09-02",
    "2027-09-03",
    "2027-11-24",
    "2026-04-26",
];
/// Saturdays worked for a swapped day.
const MADE_UP: [&str; 2] = ["2026-01-10", "2026-08-22"];
/// The demo province's hours: 07:30 to 11:30 and 13:30 to 17:00.
const SESSIONS: [(i64, i64); 2] = [(450, 690), (810, 1020)];
/// Monday 5 January 2026, 08:00.
pub(crate) const FIRST_WORKING_MINUTE: i64 = 4 * DAY + 480;
/// Thursday 31 December 2026, 20:00.
pub(crate) const LAST_MINUTE: i64 = 364 * DAY + 1200;

fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

/// The day with a number.
pub(crate) fn date(day: i64) -> NaiveDate {
    first().checked_add_days(Days::new(u64::try_from(day).unwrap())).unwrap()
}

/// The world of the script.
pub(crate) fn world() -> World {
    let days = first().iter_days().take_while(|day| day.year() < 2028).map(|day| {
        let written = day.to_string();
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let worked = MADE_UP.contains(&written.as_str()) || !(weekend || OFF.contains(&written.as_str()));
        if worked { WorkedPart::WholeDay } else { WorkedPart::Nothing }
    });
    World::new(days.collect(), SESSIONS.to_vec())
}

fn beginning() -> DateTime<Utc> {
    "2025-12-31T17:00:00Z".parse().unwrap()
}

/// An instant as the API takes it.
pub(crate) fn written(minute: i64) -> String {
    (beginning() + TimeDelta::minutes(minute)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The minute of an instant that the API told.
pub(crate) fn minute_of(instant: &str) -> i64 {
    (instant.parse::<DateTime<Utc>>().unwrap() - beginning()).num_minutes()
}

/// The first minute of a day.
pub(crate) fn midnight(day: NaiveDate) -> i64 {
    (day - first()).num_days() * DAY
}
