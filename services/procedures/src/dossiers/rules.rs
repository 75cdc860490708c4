//! The states of a dossier and who may move it: pure.
//!
//! The ten national states (`TrangThaiHoSo`) are what other systems see; a local sub-state says more where the law's
//! word is too wide. This issue walks the straight way; waiting, withdrawal and stopping join with the legal clock.

use std::collections::BTreeSet;

use motcua_kernel::{Role, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a dossier stands, finer than the national state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Submitted, not yet received (mới đăng ký).
    Submitted,
    /// Received, with code and due date (được tiếp nhận).
    Received,
    /// Not received, with a reason (không được tiếp nhận).
    Refused,
    /// Being worked on (đang xử lý).
    Processing,
    /// Decided; the result waits for its number (đang xử lý, chờ phát hành).
    Issuing,
    /// The result is issued (đã xử lý xong).
    Done,
    /// The result is in the applicant's hands (đã trả kết quả).
    Returned,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Submitted, Self::Received, Self::Refused, Self::Processing, Self::Issuing, Self::Done, Self::Returned];

    /// The word as columns, filters and events write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Received => "received",
            Self::Refused => "refused",
            Self::Processing => "processing",
            Self::Issuing => "issuing",
            Self::Done => "done",
            Self::Returned => "returned",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The national state code (`TrangThaiHoSo`, 1 to 10).
    #[must_use]
    pub fn national(self) -> u8 {
        match self {
            Self::Submitted => 1,
            Self::Received => 2,
            Self::Refused => 3,
            Self::Processing | Self::Issuing => 4,
            Self::Done => 9,
            Self::Returned => 10,
        }
    }

    /// The name for people.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::Submitted => Text::new("Mới đăng ký", "Submitted"),
            Self::Received => Text::new("Được tiếp nhận", "Received"),
            Self::Refused => Text::new("Không được tiếp nhận", "Refused"),
            Self::Processing => Text::new("Đang xử lý", "Processing"),
            Self::Issuing => Text::new("Đang phát hành kết quả", "Result being issued"),
            Self::Done => Text::new("Đã xử lý xong", "Done"),
            Self::Returned => Text::new("Đã trả kết quả", "Result returned"),
        }
    }

    /// Whether nothing can follow.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Refused | Self::Returned)
    }
}

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
}

impl Party {
    /// Every party.
    pub const ALL: [Self; 3] = [Self::Receiving, Self::Competent, Self::Issuing];

    /// The word as columns and events write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Competent => "competent",
            Self::Issuing => "issuing",
        }
    }
}

/// What an officer can do to a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Receive it: it gets its code and due date (tiếp nhận).
    Receive,
    /// Refuse to receive it, with a reason (từ chối tiếp nhận).
    Refuse,
    /// Start working on it (thụ lý).
    Process,
    /// Decide it; the result is then issued (phê duyệt).
    Approve,
    /// Hand the result over (trả kết quả).
    Return,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 5] = [Self::Receive, Self::Refuse, Self::Process, Self::Approve, Self::Return];

    /// From which state, to which, and who: a role in the agency that is this party.
    #[must_use]
    pub fn rule(self) -> (State, State, Role, Party) {
        match self {
            Self::Receive => (State::Submitted, State::Received, Role::Receiver, Party::Receiving),
            Self::Refuse => (State::Submitted, State::Refused, Role::Receiver, Party::Receiving),
            Self::Process => (State::Received, State::Processing, Role::Processor, Party::Competent),
            Self::Approve => (State::Processing, State::Issuing, Role::Approver, Party::Competent),
            Self::Return => (State::Done, State::Returned, Role::Receiver, Party::Receiving),
        }
    }
}

/// The roles a caller holds in the agencies of a dossier.
pub type Hands = BTreeSet<(Party, Role)>;

/// What a caller may do to a dossier now.
#[must_use]
pub fn allowed_actions(state: State, hands: &Hands) -> Vec<Action> {
    Action::ALL
        .into_iter()
        .filter(|action| {
            let (from, _, role, party) = action.rule();
            from == state && hands.contains(&(party, role))
        })
        .collect()
}

/// Why an action can't be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The state does not allow it, whoever asks.
    State,
    /// The state allows it to others.
    Role,
}

/// The state after an action.
///
/// # Errors
/// When the state or the caller's roles do not allow it.
pub fn act(state: State, action: Action, hands: &Hands) -> Result<State, Refusal> {
    let (from, to, role, party) = action.rule();
    if from != state {
        return Err(Refusal::State);
    }
    if !hands.contains(&(party, role)) {
        return Err(Refusal::Role);
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything() -> Hands {
        Party::ALL.into_iter().flat_map(|party| Role::ALL.into_iter().map(move |role| (party, role))).collect()
    }

    #[test]
    fn allowed_actions_are_just_those_that_act_accepts() {
        for state in State::ALL {
            for party in Party::ALL {
                for role in Role::ALL {
                    let hands = Hands::from([(party, role)]);
                    for action in Action::ALL {
                        let allowed = allowed_actions(state, &hands).contains(&action);
                        assert_eq!(allowed, act(state, action, &hands).is_ok(), "{state:?} {party:?} {role:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn nobody_moves_a_dossier_that_has_ended_or_waits_for_its_number() {
        for state in State::ALL.into_iter().filter(|state| state.is_terminal() || *state == State::Issuing) {
            assert!(allowed_actions(state, &everything()).is_empty());
        }
    }

    #[test]
    fn an_approver_of_the_receiving_agency_alone_cannot_approve() {
        let hands = Hands::from([(Party::Receiving, Role::Approver)]);
        assert_eq!(act(State::Processing, Action::Approve, &hands), Err(Refusal::Role));
    }

    #[test]
    fn words_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.as_str()), Some(state));
            assert!((1..=10).contains(&state.national()));
        }
    }
}
