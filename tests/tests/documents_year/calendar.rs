//! Days and hours as a person with a wall calendar counts them. Nothing is taken from the service: the days off are copied
//! from the decrees, and time is counted second by second and day by day.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};

/// Days off on Mondays to Fridays: Labour Code 2019, article 112; Resolution 28/2026/QH16; the swaps of 12729/VPCP-KGVX
/// and 9859/VPCP-KGVX. 2027 as far as the script reaches.
const OFF: [&str; 20] = [
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
];
/// Saturdays worked for a swapped day.
const MADE_UP: [&str; 2] = ["2026-01-10", "2026-08-22"];
/// 07:30 to 11:30 and 13:30 to 17:00, in seconds of the day.
const SESSIONS: [(i64, i64); 2] = [(27_000, 41_400), (48_600, 61_200)];
const DAY: i64 = 86_400;
const EAST: i64 = 7 * 3_600;

/// Whether offices are open on a day.
pub(crate) fn worked(day: NaiveDate) -> bool {
    let written = day.to_string();
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    MADE_UP.contains(&written.as_str()) || !(weekend || OFF.contains(&written.as_str()))
}

/// A day as it is written.
pub(crate) fn day(written: &str) -> NaiveDate {
    written.parse().unwrap()
}

/// The second at which it is this time in Vietnam.
pub(crate) fn second(day: NaiveDate, of_day: i64) -> i64 {
    (day - NaiveDate::from_ymd_opt(1970, 1, 1).unwrap()).num_days() * DAY + of_day - EAST
}

/// The day in Vietnam.
pub(crate) fn day_of(second: i64) -> NaiveDate {
    let days = u64::try_from((second + EAST).div_euclid(DAY)).unwrap();
    NaiveDate::from_ymd_opt(1970, 1, 1).unwrap().checked_add_days(Days::new(days)).unwrap()
}

/// A second as the API takes it.
pub(crate) fn written(second: i64) -> String {
    (DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(second)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The second of an instant that the API told.
pub(crate) fn second_of(instant: &serde_json::Value) -> Option<i64> {
    instant.as_str().map(|text| text.parse::<DateTime<Utc>>().unwrap().timestamp())
}

/// The last second of a day.
pub(crate) fn end_of_day(day: NaiveDate) -> i64 {
    second(day, DAY - 1)
}

fn next_worked(day: NaiveDate) -> NaiveDate {
    day.iter_days().skip(1).find(|day| worked(*day)).unwrap()
}

fn closing(day: NaiveDate) -> i64 {
    second(day, SESSIONS[1].1)
}

/// "At the latest the next working day": when offices close then.
pub(crate) fn next_working_day(from: i64) -> i64 {
    closing(next_worked(day_of(from)))
}

/// So many working days: what arrives when nobody is there arrives with the next opening, whose day does not count.
pub(crate) fn working_days(from: i64, count: u32) -> i64 {
    let mut today = day_of(from);
    if !worked(today) || from > closing(today) {
        today = next_worked(today);
    }
    for _ in 0..count {
        today = next_worked(today);
    }
    closing(today)
}

/// So many hours in which offices are open, second by second.
pub(crate) fn working_hours(from: i64, hours: i64) -> i64 {
    let (mut now, mut left) = (from, hours * 3_600);
    let mut open = worked(day_of(now));
    while left > 0 {
        let of_day = (now + EAST).rem_euclid(DAY);
        if of_day == 0 {
            open = worked(day_of(now));
        }
        if open && SESSIONS.iter().any(|(opens, closes)| (*opens..*closes).contains(&of_day)) {
            left -= 1;
        }
        now += 1;
    }
    now
}
