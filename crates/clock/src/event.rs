//! What happens to a dossier that its clock has to know. The clock keeps no state but this list: every deadline is
//! reckoned from it anew, so a corrected event or a new calendar corrects everything that follows.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::term::Term;
use crate::wait::WaitKind;

/// One event, at a legal instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub what: Happening,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Happening {
    /// The dossier was received (tiếp nhận): the first event of every list, and only the first.
    Received,
    /// A wait began.
    WaitBegan {
        /// The number of the wait, by which its end names it; never used twice in one list.
        wait: u32,
        /// What is waited for.
        kind: WaitKind,
        /// The legal basis (căn cứ), for people; the clock does not read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        legal_basis: Option<String>,
    },
    /// A wait ended: the full answer came in, before any cut-off is applied to it.
    WaitEnded {
        /// The number under which it began.
        wait: u32,
    },
    /// The applicant was given another appointment (hẹn lại), with the apology.
    Extended(Extension),
    /// Processing ended.
    Ended(Ending),
}

/// To when a term is extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extension {
    /// By a term that follows on the one running.
    ByTerm(Term),
    /// To the end of office hours of a working day. What that adds to the term, in the term's own unit, is settled
    /// when the extension is given, so that waits that come later move the new appointment like the old. Where the day
    /// was decreed off since, it is the next that counts; where the term itself now ends no earlier, it adds nothing.
    /// [`may_extend_to`](crate::may_extend_to) judges one that is to be given.
    ToDate(NaiveDate),
}

/// How processing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The result is there (đã có kết quả).
    Finished,
    /// Refused or returned (từ chối, trả lại hồ sơ).
    Refused,
    /// Stopped by the agency (dừng xử lý), as after a supplement that never came.
    Stopped,
    /// Withdrawn by the applicant (rút hồ sơ).
    Withdrawn,
}

impl Ending {
    /// The code under which it is stored and served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Refused => "refused",
            Self::Stopped => "stopped",
            Self::Withdrawn => "withdrawn",
        }
    }
}
