//! The steps of a case file as the API takes them, and what is wrong with one before anything is looked up.

use chrono::NaiveDate;
use motcua_kernel::text::normalise;
use motcua_kernel::time::deserialize_day;
use motcua_kernel::{FieldError, Text, Uuid};
use serde::Deserialize;
use utoipa::ToSchema;

use super::open::{LONGEST_DESCRIPTION, LONGEST_TITLE};
use super::rules::Action;
use crate::case_files::decision::Decision;
use crate::case_files::retention::RetentionPeriod;
use crate::text_fields::{needed, optional, required};

/// The shortest reason: "no" is none.
const SHORTEST_REASON: usize = 10;
/// The longest.
const LONGEST_REASON: usize = 2000;

/// A step of a case file; `allowed_actions` of it says what the caller may do now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreateCaseFileTransition {
    /// Close it (kết thúc hồ sơ): retention is looked at again, the list of documents is made and signed.
    Close {
        /// The last day of the work, not one to come.
        #[serde(deserialize_with = "deserialize_day")]
        ended_on: NaiveDate,
        /// How long it is kept, when not as before.
        #[serde(default)]
        retention: Option<RetentionPeriod>,
        /// What it is about, when not as before, at most 2,000 characters. Personal data.
        #[serde(default)]
        title: Option<String>,
        /// More about it, when not as before, at most 2,000 characters. Personal data.
        #[serde(default)]
        description: Option<String>,
    },
    /// Open it again (mở lại): the list that was made stays.
    Reopen {
        /// Why, 10 to 2,000 characters. Personal data.
        reason: String,
    },
    /// Give it to another officer (bàn giao hồ sơ): who leaves, retires or is transferred hands over first.
    Assign {
        /// The officer, by id: active, with a post in the agency or below it.
        officer: Uuid,
        /// Why, at most 2,000 characters. Personal data.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Keep it back from the archive (giữ lại), at most 2 years beyond its limit.
    KeepBack {
        /// Until when.
        #[serde(deserialize_with = "deserialize_day")]
        until: NaiveDate,
        /// The written agreement of the agency's head.
        decision: Decision,
    },
    /// Take it into the archive (tiếp nhận).
    Accept {},
    /// Give it back to the agency (trả lại).
    Return {
        /// Why, 10 to 2,000 characters. Personal data.
        reason: String,
    },
}

impl CreateCaseFileTransition {
    /// Which action it asks for.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Close { .. } => Action::Close,
            Self::Reopen { .. } => Action::Reopen,
            Self::Assign { .. } => Action::Assign,
            Self::KeepBack { .. } => Action::KeepBack,
            Self::Accept {} => Action::Accept,
            Self::Return { .. } => Action::Return,
        }
    }

    /// What is written with it.
    pub(super) fn said(&self) -> Option<String> {
        let said = match self {
            Self::Reopen { reason } | Self::Return { reason } => Some(reason),
            Self::Assign { reason, .. } => reason.as_ref(),
            Self::Close { .. } | Self::KeepBack { .. } | Self::Accept {} => None,
        };
        said.map(|text| normalise(text)).filter(|text| !text.is_empty())
    }

    /// Everything wrong with it, before anything is looked up.
    pub(super) fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        let mut faults = Vec::new();
        match self {
            Self::Close { ended_on, retention, title, description } => {
                if *ended_on > today {
                    let text = Text::new("Ngày kết thúc ở tương lai.", "The last day is still to come.");
                    faults.push(FieldError::new("/ended_on", "date.in_future", text));
                }
                if let Some(period) = retention {
                    period.check("/retention", &mut faults);
                }
                if let Some(title) = title {
                    needed(title, "/title", LONGEST_TITLE, &mut faults);
                }
                optional(description.clone(), "/description", LONGEST_DESCRIPTION, &mut faults);
            }
            Self::Reopen { reason } | Self::Return { reason } => faults.extend(reason_fault(reason, "/reason")),
            Self::Assign { reason, .. } => {
                faults.extend(reason.as_deref().and_then(|reason| too_long(reason, "/reason")));
            }
            Self::KeepBack { decision, .. } => {
                decision.check("/decision", today, &mut faults);
            }
            Self::Accept {} => {}
        }
        faults
    }
}

fn too_long(text: &str, pointer: &str) -> Option<FieldError> {
    (normalise(text).chars().count() > LONGEST_REASON).then(|| {
        let text = Text::new("Nhiều nhất 2.000 ký tự.", "At most 2,000 characters.");
        FieldError::new(pointer, "too_long", text)
    })
}

/// What is wrong with a reason.
pub(in crate::case_files) fn reason_fault(reason: &str, pointer: &str) -> Option<FieldError> {
    let length = normalise(reason).chars().count();
    if length == 0 {
        return Some(required(pointer));
    }
    if length < SHORTEST_REASON {
        let text = Text::new("Cần nêu rõ lý do, ít nhất 10 ký tự.", "Say why, in at least 10 characters.");
        return Some(FieldError::new(pointer, "too_short", text));
    }
    too_long(reason, pointer)
}
