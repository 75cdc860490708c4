//! Early, on time or late (trước hạn, đúng hạn, quá hạn): the three buckets of the periodic report Biểu 06.
//!
//! The two boundaries are of different kinds on purpose. Late is a matter of instants, as Decision 766 compares
//! the end of processing with the appointment to the minute. Early is a matter of days: finished on a date before
//! the due date, so that work done in the morning of the due date is on time and not early.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::vietnam_time::local_day_number;

/// How an end of processing stands to its due instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timeliness {
    /// Trước hạn: finished on a Vietnamese date before the due date.
    Early,
    /// Đúng hạn: finished on the due date, not after the due instant.
    OnTime,
    /// Quá hạn: finished after the due instant.
    Late,
}

impl Timeliness {
    /// The code under which it is stored and served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::OnTime => "on_time",
            Self::Late => "late",
        }
    }
}

/// Compares the end of processing (ngày kết thúc xử lý) with the due instant (ngày hẹn trả).
#[must_use]
pub fn timeliness(finished_at: DateTime<Utc>, due_at: DateTime<Utc>) -> Timeliness {
    if finished_at > due_at {
        return Timeliness::Late;
    }
    if local_day_number(finished_at) < local_day_number(due_at) {
        return Timeliness::Early;
    }
    Timeliness::OnTime
}
