//! The two times of the system, which can't be mixed.
//!
//! *Business time* is when something happened in law; a sandbox or a test may move it, so that a portal team sees
//! "overdue after fifteen working days" in a second. *System time* governs leases, token expiry, retries and retention
//! and is never moved. Both come from one [`Clock`]; reading the machine's clock anywhere else is forbidden by lint.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, FixedOffset, NaiveDate, SubsecRound, TimeDelta, Utc};
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

/// The only source of time. Copies share the same shift, so that three services in one process move together.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    shift_micros: Arc<AtomicI64>,
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

    /// Moves business time so that it is `at` now and goes on from there. Only the sandbox and tests may call this.
    pub fn set_business(&self, at: DateTime<Utc>) {
        let shift = (at - Self::machine()).num_microseconds().unwrap_or_default();
        self.shift_micros.store(shift, Ordering::Relaxed);
    }

    /// Lets business time be the machine's again.
    pub fn reset_business(&self) {
        self.shift_micros.store(0, Ordering::Relaxed);
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
        clock.reset_business();
        assert!((copy.business().0 - copy.system().0).num_seconds() < 5);
    }

    #[test]
    fn the_day_in_vietnam_begins_at_17_utc() {
        let before: DateTime<Utc> = "2026-12-31T16:59:59Z".parse().unwrap();
        assert_eq!(day_in_vietnam(before).to_string(), "2026-12-31");
        assert_eq!(day_in_vietnam(before + TimeDelta::seconds(1)).to_string(), "2027-01-01");
    }
}
