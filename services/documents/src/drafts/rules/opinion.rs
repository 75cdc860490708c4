//! How opinions on a draft are answered, in time or late.

use motcua_kernel::{FieldError, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How somebody who was asked answers (ý kiến).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// Agrees (nhất trí).
    Agree,
    /// Agrees, with comments (nhất trí, có ý kiến).
    AgreeWithComments,
    /// Does not agree (không nhất trí).
    Disagree,
    /// Has no opinion (không có ý kiến).
    NoOpinion,
}

impl Stance {
    /// The word as columns and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::AgreeWithComments => "agree_with_comments",
            Self::Disagree => "disagree",
            Self::NoOpinion => "no_opinion",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Agree, Self::AgreeWithComments, Self::Disagree, Self::NoOpinion]
            .into_iter()
            .find(|stance| stance.as_str() == word)
    }

    /// Whether it must say why.
    pub(in crate::drafts) const fn needs_words(self) -> bool {
        matches!(self, Self::AgreeWithComments | Self::Disagree)
    }
}

/// Where the answer of somebody who was asked stands. Silence is never consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// Asked, and the deadline has not passed.
    Waiting,
    /// Nothing was said until the deadline.
    Silent,
    /// Answered in time.
    Answered,
    /// Answered after the deadline.
    AnsweredLate,
}

impl AnswerState {
    /// Where an answer stands at an instant.
    pub(in crate::drafts) fn of<T: PartialOrd>(answered_late: Option<bool>, due: &T, now: &T) -> Self {
        match answered_late {
            Some(true) => Self::AnsweredLate,
            Some(false) => Self::Answered,
            None if now > due => Self::Silent,
            None => Self::Waiting,
        }
    }
}

/// The fault of a consultation that names no deadline, or two.
pub(in crate::drafts) fn deadline_fault() -> FieldError {
    let text = Text::new(
        "Cần nêu thời hạn: số ngày làm việc hoặc thời điểm, một trong hai.",
        "A deadline is needed: so many working days or an instant, one of the two.",
    );
    FieldError::new("/due_at", "draft.deadline", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_silence_and_a_late_answer_is_late() {
        assert_eq!(AnswerState::of(None, &5, &5), AnswerState::Waiting);
        assert_eq!(AnswerState::of(None, &5, &6), AnswerState::Silent);
        assert_eq!(AnswerState::of(Some(false), &5, &6), AnswerState::Answered);
        assert_eq!(AnswerState::of(Some(true), &5, &6), AnswerState::AnsweredLate);
    }
}
