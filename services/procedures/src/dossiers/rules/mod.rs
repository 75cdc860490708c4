//! What is allowed: the states of a dossier, what an agency is to it, and the table of actions. Pure.

pub mod action;
pub(crate) mod legal_basis;
pub mod state;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use action::{Action, Hand, Hands, Refusal, act, allowed_actions, goes_on_by, has_work};
pub use state::State;

/// What an agency is to a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Received it and returns the result (nơi tiếp nhận).
    Receiving,
    /// Decides it (cơ quan có thẩm quyền).
    Competent,
    /// Issues the result (cơ quan ban hành kết quả).
    Issuing,
    /// Helps the applicant to submit (nơi hỗ trợ).
    Supporting,
    /// Is asked for its opinion (cơ quan được lấy ý kiến): sees the dossier, and only answers. There may be several.
    Consulted,
}

impl Party {
    /// Every party.
    pub const ALL: [Self; 5] = [Self::Receiving, Self::Competent, Self::Issuing, Self::Supporting, Self::Consulted];

    /// The word as columns and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Competent => "competent",
            Self::Issuing => "issuing",
            Self::Supporting => "supporting",
            Self::Consulted => "consulted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.as_str()), Some(state));
            assert!((1..=10).contains(&state.national()));
        }
    }

    #[test]
    fn the_ten_national_states_are_all_there() {
        let codes: std::collections::BTreeSet<u8> = State::ALL.into_iter().map(State::national).collect();
        assert_eq!(codes, (1..=10).collect());
    }
}
