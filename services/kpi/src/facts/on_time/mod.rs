//! Whether a dossier is on time (đúng hạn) as indicator 2.1 of Decision 766/QĐ-TTg counts it: pure.
//!
//! Two facts of a dossier's life speak of the same waiting: its due instant moves when the clock stands still, and its
//! waits say for how long it did. Either may be used, never both, or waiting would be credited twice. So there are
//! declared variants ([`Variant`]): the raw end against the current due instant, or the end less the waits against the
//! first one.
//!
//! The end is the instant of state 9 (done), else of 10 (returned), else of 7 (withdrawn, its own instant) or of 8 and 3
//! (stopped, refused). What was never received is not counted. A dossier that waits for the first supplement it was asked
//! for ends, for this purpose, when it was asked; one that waits for another supplement after that is late. What is still
//! worked on is compared as of an instant, the end of the period, and so its [`Standing`] says until when it is on time.

mod standing;

use chrono::{DateTime, TimeDelta, Utc};
use motcua_clock::{Timeliness, timeliness};

pub use standing::standing;

/// An instant.
type At = DateTime<Utc>;

/// What of a dossier's course (quá trình giải quyết) its timeliness depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    /// When it was received.
    pub received_at: Option<At>,
    /// When it was done: state 9.
    pub finished_at: Option<At>,
    /// When the result was handed over: state 10.
    pub returned_at: Option<At>,
    /// When the applicant took it back: state 7.
    pub withdrawn_at: Option<At>,
    /// When it was stopped or refused: state 8 or 3.
    pub ended_at: Option<At>,
    /// The due instant given at receipt (hẹn trả lần đầu).
    pub first_due_at: Option<At>,
    /// The due instant now; none while the clock stands still, unless it had passed before.
    pub due_at: Option<At>,
    /// Where there is no appointment: when the longest term that the law allows would have ended.
    pub legal_end_at: Option<At>,
    /// Its waits after receipt, in order.
    pub waits: Vec<Waiting>,
}

/// A wait (thời gian không tính).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Whether for a supplement (bổ sung hồ sơ).
    pub is_supplement: bool,
    /// When it began.
    pub started_at: At,
    /// When it ended; none while it goes on.
    pub ended_at: Option<At>,
    /// The due instant before it.
    pub due_before: Option<At>,
}

/// By what an end is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The raw end with the current due instant, which has every wait in it already.
    CurrentDue,
    /// The end less these waits with the first due instant.
    FirstDue(Credit),
}

/// Which waits are taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credit {
    /// Those for supplements alone, as the portal's formula has it.
    Supplements,
    /// All of them: postings, financial duties and whatever else the term does not count.
    All,
}

impl Credit {
    fn takes(self, wait: &Waiting) -> bool {
        self == Self::All || wait.is_supplement
    }
}

/// How a dossier was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedAs {
    /// State 9.
    Done,
    /// State 10, where nobody told of a 9.
    Returned,
    /// State 7, after receipt.
    Withdrawn,
    /// State 8, or 3 after receipt.
    Ended,
}

impl ClosedAs {
    /// The word as columns write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Ended => "ended",
        }
    }
}

impl Course {
    /// When and how processing ended: state 9 before 10 before 7 before 8 and 3. None of what was never received.
    #[must_use]
    pub fn close(&self) -> Option<(At, ClosedAs)> {
        self.received_at?;
        let done = self.finished_at.map(|at| (at, ClosedAs::Done));
        let returned = self.returned_at.map(|at| (at, ClosedAs::Returned));
        let withdrawn = self.withdrawn_at.map(|at| (at, ClosedAs::Withdrawn));
        let ended = self.ended_at.map(|at| (at, ClosedAs::Ended));
        done.or(returned).or(withdrawn).or(ended)
    }

    /// How often a supplement was asked for after receipt.
    #[must_use]
    pub fn supplements(&self) -> usize {
        self.waits.iter().filter(|wait| wait.is_supplement).count()
    }

    /// The wait that goes on, of a dossier that is not closed.
    #[must_use]
    pub fn open_wait(&self) -> Option<&Waiting> {
        self.waits.last().filter(|wait| wait.ended_at.is_none() && self.close().is_none())
    }

    /// How long it waited until an instant: time that several waits share is counted once, and none before receipt.
    #[must_use]
    pub fn waited(&self, credit: Credit, until: At) -> TimeDelta {
        let mut reached = self.received_at.unwrap_or(until);
        let mut waited = TimeDelta::zero();
        let mut waits: Vec<&Waiting> = self.waits.iter().filter(|wait| credit.takes(wait)).collect();
        waits.sort_by_key(|wait| wait.started_at);
        for wait in waits {
            let from = wait.started_at.max(reached);
            let to = wait.ended_at.map_or(until, |ended| ended.min(until));
            if to > from {
                waited += to - from;
                reached = to;
            }
        }
        waited
    }

    /// Early, on time or late (Biểu 06) of a dossier that is closed and had an appointment: by its current due instant, or
    /// by the one it had when its clock stopped for the last time.
    #[must_use]
    pub fn timeliness(&self) -> Option<Timeliness> {
        let (end, due) = standing::compared(self, Variant::CurrentDue)?;
        self.close().map(|_| timeliness(end, due))
    }
}

/// How a dossier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was never received and is not counted.
    NotReceived,
    /// On time, whatever the hour: it is closed, or its clock stands still.
    OnTime,
    /// Late, whatever the hour.
    Late,
    /// It is worked on: on time until that instant, late after it.
    Running {
        /// The last instant at which it is on time.
        until: At,
    },
    /// Nothing says when it was due.
    NoDueDate,
}

impl Standing {
    /// Whether it is on time as of an instant; none of what can't be told.
    #[must_use]
    pub fn on_time(self, as_of: At) -> Option<bool> {
        match self {
            Self::NotReceived | Self::NoDueDate => None,
            Self::OnTime => Some(true),
            Self::Late => Some(false),
            Self::Running { until } => Some(as_of <= until),
        }
    }

    /// The word as columns write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotReceived => "not_received",
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Running { .. } => "running",
            Self::NoDueDate => "no_due_date",
        }
    }

    /// Until when it is on time, where that depends on the hour.
    #[must_use]
    pub const fn until(self) -> Option<At> {
        match self {
            Self::Running { until } => Some(until),
            Self::NotReceived | Self::OnTime | Self::Late | Self::NoDueDate => None,
        }
    }
}
