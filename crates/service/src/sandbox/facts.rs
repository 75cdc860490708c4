//! What the event of a moved clock tells.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_journal::EventKind;
use motcua_kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Business time was moved, in a sandbox.
pub const CLOCK_SET: EventKind = EventKind { name: "sandbox.clock_set.v1", subject: "sandbox-clocks" };

/// A move of the sandbox clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockSet {
    /// Business time at `set_at`; none when it is the machine's again.
    pub at: Option<DateTime<Utc>>,
    /// System time when it was set, so that everybody finds the same distance.
    pub set_at: DateTime<Utc>,
    /// Rises with every move.
    pub version: i64,
}

impl ClockSet {
    /// How far business time is ahead of system time, in microseconds.
    ///
    /// # Errors
    /// When the instants are many thousand years apart.
    pub(super) fn shift(&self) -> Result<i64> {
        let shift = self.at.map_or_else(TimeDelta::zero, |at| at - self.set_at);
        shift.num_microseconds().ok_or_else(|| Error::internal(format!("a clock moved by {shift}")))
    }
}
