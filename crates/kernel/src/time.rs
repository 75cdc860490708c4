//! The two times of the system, which can't be mixed.
//!
//! *Business time* is when something happened in law; a sandbox or a test may move it, so that a portal team sees
//! "overdue after fifteen working days" in a second. *System time* governs leases, token expiry, retries and retention
//! and is never moved. Both come from one [`Clock`]; reading the machine's clock anywhere else is forbidden by lint.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SubsecRound, TimeDelta, Utc};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// An instant of law (thời điểm nghiệp vụ).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BusinessTime(pub DateTime<Utc>);

/// An instant of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SystemTime(pub DateTime<Utc>);

impl BusinessTime {
    /// The calendar day in Vietnam.
    #[must_use]
    pub fn day_in_vietnam(self) -> NaiveDate {
        day_in_vietnam(self.0)
    }
}

/// The calendar day in Vietnam at an instant. Vietnam has been at +07:00 without summer time since 1975.
#[must_use]
pub fn day_in_vietnam(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&vietnam()).date_naive()
}

/// The offset of Vietnam.
///
/// # Panics
/// Never: seven hours is a valid offset.
#[must_use]
#[expect(clippy::expect_used, reason = "a constant that is valid")]
pub fn vietnam() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).expect("seven hours is a valid offset")
}

/// The years that days from outside may lie in: four digits that both databases keep and put in order alike.
const YEARS: RangeInclusive<i32> = 1900..=2199;

/// Reads a day as the API and our files write it: `YYYY-MM-DD` and nothing else, in the years 1900 to 2199.
#[must_use]
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let mut bytes = text.bytes().enumerate();
    let shaped = bytes.all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if !shaped || text.len() != 10 {
        return None;
    }
    let day: NaiveDate = text.parse().ok()?;
    YEARS.contains(&day.year()).then_some(day)
}

/// Reads a field that holds a day by [`parse_day`]: for `#[serde(deserialize_with)]`.
///
/// # Errors
/// When it is anything else.
pub fn deserialize_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    deserializer.deserialize_str(Day)
}

/// Reads a field that holds a day or nothing; the field needs `#[serde(default)]` as well, to be left out.
///
/// # Errors
/// When it is anything else.
pub fn deserialize_optional_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    deserializer.deserialize_option(OptionalDay)
}

struct Day;

impl Visitor<'_> for Day {
    type Value = NaiveDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<NaiveDate, E> {
        parse_day(text).ok_or_else(|| E::custom("a day like 2025-07-01 between 1900 and 2199 is expected"))
    }
}

struct OptionalDay;

impl<'de> Visitor<'de> for OptionalDay {
    type Value = Option<NaiveDate>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserialize_day(deserializer).map(Some)
    }
}

/// The only source of time. Copies share the same shift, so that three services in one process move together.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    shift_micros: Arc<AtomicI64>,
    /// Which move of a sandbox's clock this is; 0 before the first.
    version: Arc<Mutex<i64>>,
}

impl Clock {
    /// A clock whose business time is the machine's until it is moved.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Now, for the law. Microseconds, because that is what PostgreSQL keeps.
    #[must_use]
    pub fn business(&self) -> BusinessTime {
        BusinessTime(Self::machine() + TimeDelta::microseconds(self.shift_micros.load(Ordering::Relaxed)))
    }

    /// Now, for the machine.
    #[must_use]
    pub fn system(&self) -> SystemTime {
        SystemTime(Self::machine())
    }

    /// Moves business time so that it is `at` now and goes on from there. Only tests may call this.
    pub fn set_business(&self, at: DateTime<Utc>) {
        let shift = (at - Self::machine()).num_microseconds().unwrap_or_default();
        self.shift_micros.store(shift, Ordering::Relaxed);
    }

    /// Takes in a move of a sandbox's clock, so many microseconds from system time; says whether it was news. Services of
    /// one process hear of the same moves one after the other, and a later one is never undone by an earlier.
    pub fn follow(&self, version: i64, shift_micros: i64) -> bool {
        let mut known = self.version.lock().unwrap_or_else(PoisonError::into_inner);
        if *known >= version {
            return false;
        }
        *known = version;
        self.shift_micros.store(shift_micros, Ordering::Relaxed);
        true
    }

    /// Which move of a sandbox's clock was taken in last; 0 before the first.
    #[must_use]
    pub fn version(&self) -> i64 {
        *self.version.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn machine() -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_business_time_leaves_system_time_alone() {
        let clock = Clock::new();
        let copy = clock.clone();
        let tet = "2027-02-06T00:00:00Z".parse().unwrap();
        clock.set_business(tet);
        assert!((copy.business().0 - tet).num_seconds() < 5);
        assert!(copy.system().0 < tet);
    }

    #[test]
    fn an_earlier_move_never_undoes_a_later_one() {
        let clock = Clock::new();
        let copy = clock.clone();
        assert!(clock.follow(2, 3_600_000_000) && !copy.follow(2, 0) && !copy.follow(1, 7));
        assert_eq!(((copy.business().0 - copy.system().0).num_minutes() + 1) / 60, 1);
        assert!(copy.follow(3, 0) && clock.version() == 3);
        assert!((clock.business().0 - clock.system().0).num_seconds().abs() < 5);
    }

    #[test]
    fn the_day_in_vietnam_begins_at_17_utc() {
        let before: DateTime<Utc> = "2026-12-31T16:59:59Z".parse().unwrap();
        assert_eq!(day_in_vietnam(before).to_string(), "2026-12-31");
        assert_eq!(day_in_vietnam(before + TimeDelta::seconds(1)).to_string(), "2027-01-01");
    }

    #[test]
    fn a_day_has_ten_characters_and_a_year_both_databases_order_alike() {
        for day in ["1900-01-01", "2024-02-29", "2199-12-31"] {
            assert_eq!(parse_day(day).unwrap().to_string(), day);
        }
        for wrong in
            ["1899-12-31", "2200-01-01", "2025-02-29", "+262142-12-31", "-0001-01-01", "2025-7-01", " 2025-07-01"]
        {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
        for wrong in ["", "2025-07-01 ", "2025-07-01T00:00:00Z", "2025/07/01", "٢٠٢٥-07-01", "20250701"] {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_field_with_a_day_is_read_as_strictly() {
        #[derive(Debug, Deserialize)]
        struct Days {
            #[serde(deserialize_with = "deserialize_day")]
            from: NaiveDate,
            #[serde(default, deserialize_with = "deserialize_optional_day")]
            to: Option<NaiveDate>,
        }
        let read = |text: &str| serde_json::from_str::<Days>(text);
        assert_eq!(read(r#"{"from": "2025-07-01"}"#).unwrap().to, None);
        let both = read(r#"{"from": "2025-07-01", "to": "2026-01-01"}"#).unwrap();
        assert!(both.to > Some(both.from));
        assert_eq!(read(r#"{"from": "2025-07-01", "to": null}"#).unwrap().to, None);
        for wrong in [r#"{"from": "-262143-01-01"}"#, r#"{"from": "2025-07-01", "to": "9999-12-31"}"#, r#"{"from": 1}"#]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
