//! Early, on time or late by each definition in use. They differ, and each report has its own, so all are given and
//! none is «the» answer.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::timeliness::{Timeliness, timeliness};
use crate::vietnam_time::local_day_number;

/// How a dossier stands by every definition: at its end, or as of now where it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "one answer for each definition, and they are independent")]
pub struct Judgement {
    /// The instant that is judged: the end of processing, or now.
    pub judged_at: DateTime<Utc>,
    /// Whether processing has ended, so that the judgement is final.
    pub ended: bool,
    /// Decision 766/QD-TTg, 2.1, as compared by most: to the instant, not after the current due instant.
    pub on_time_by_instant: bool,
    /// As provinces query it: on a Vietnamese date not after the current due date.
    pub on_time_by_date: bool,
    /// The three buckets of report 06 (Circular 01/2020/TT-VPCP): early by the date, late by the instant.
    pub bucket: Timeliness,
    /// Decision 766/QD-TTg, 2.1, variant «raw end»: the end as it was against the current due instant, which has
    /// moved by every wait.
    pub raw_end_by_current_due: bool,
    /// Decision 766/QD-TTg, 2.1, variant «end less waits»: the end less the time of the supplements, on the wall
    /// clock, against the first due instant. Only supplements are taken off, because the formula knows no other
    /// wait. A wait must never count in both, so the two variants are alternatives.
    pub end_less_supplements_by_first_due: bool,
}

/// What the two variants of Decision 766 need to know of the supplements.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Supplements {
    pub(crate) requested: u32,
    /// When the open one was asked for: the earliest, if several are open.
    pub(crate) open_since: Option<DateTime<Utc>>,
    /// How long was waited altogether, until the judged instant; what overlaps counts once.
    pub(crate) waited: TimeDelta,
}

impl Judgement {
    pub(crate) fn of(
        judged_at: DateTime<Utc>,
        ended: bool,
        first_due: DateTime<Utc>,
        current_due: DateTime<Utc>,
        supplements: Supplements,
    ) -> Self {
        let (raw, less) = match supplements.open_since {
            // An open dossier that waits for its first supplement ended when that was asked for; one that waits for
            // a later one is late.
            Some(asked) if !ended && supplements.requested == 1 => (asked <= current_due, asked <= first_due),
            Some(_) if !ended => (false, false),
            _ => (judged_at <= current_due, judged_at - supplements.waited <= first_due),
        };
        Self {
            judged_at,
            ended,
            on_time_by_instant: judged_at <= current_due,
            on_time_by_date: local_day_number(judged_at) <= local_day_number(current_due),
            bucket: timeliness(judged_at, current_due),
            raw_end_by_current_due: raw,
            end_less_supplements_by_first_due: less,
        }
    }
}
