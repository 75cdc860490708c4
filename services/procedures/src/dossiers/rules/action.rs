//! What can be done to a dossier: from which states, to which, and by whom. The one table of the state machine.

use std::collections::BTreeSet;

use motcua_kernel::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Party;
use super::state::State;

/// What somebody can do to a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Receive it: it gets its code and due date (tiếp nhận, form 01).
    Receive,
    /// Refuse to receive it, with reason and legal basis (từ chối tiếp nhận, form 03).
    Refuse,
    /// Ask the applicant to add or correct something, with a reason for each item (yêu cầu bổ sung, form 02).
    RequestSupplement,
    /// Add what was asked for (bổ sung hồ sơ).
    Supplement,
    /// Start working on it (thụ lý).
    Process,
    /// Wait for something the term does not count: posting, expertise … (tạm dừng tính thời hạn).
    Pause,
    /// Go on after such a wait (tiếp tục tính thời hạn).
    Resume,
    /// Ask the applicant to pay a financial duty (yêu cầu thực hiện nghĩa vụ tài chính).
    RequestPayment,
    /// Record that the duty was paid (xác nhận đã thực hiện nghĩa vụ tài chính).
    ConfirmPayment,
    /// Apologise and give a new due date (xin lỗi, gia hạn, form 04).
    Extend,
    /// Give it to another agency that decides it by law (chuyển thẩm quyền giải quyết).
    Transfer,
    /// Decide it; the result is then issued (phê duyệt).
    Approve,
    /// End it without a result because the law does not grant it (trả hồ sơ không đủ điều kiện giải quyết).
    TurnDown,
    /// End it because the applicant did not answer (kết thúc do không bổ sung, form 05).
    Stop,
    /// Take it back (rút hồ sơ, form 05).
    Withdraw,
    /// Hand the result over (trả kết quả).
    Return,
}

/// In whose name somebody acts on a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// The applicant, or the portal that speaks for them.
    Applicant,
    /// An officer with a role in the agency that is this party.
    Officer(Party, Role),
}

/// In whose names a caller can act on one dossier.
pub type Hands = BTreeSet<Hand>;

/// One line of the table: in these states, these may do it, and that is the state after it.
struct Rule {
    from: &'static [State],
    to: To,
    by: &'static [Hand],
}

/// The state after an action.
enum To {
    State(State),
    /// The action changes no state.
    Same,
    /// Where work stood before the wait: `processing`, or `received` when it had not begun.
    Back,
}

const DESK: Hand = Hand::Officer(Party::Receiving, Role::Receiver);
const HELPER: Hand = Hand::Officer(Party::Supporting, Role::Receiver);
const PROCESSOR: Hand = Hand::Officer(Party::Competent, Role::Processor);
const APPROVER: Hand = Hand::Officer(Party::Competent, Role::Approver);

impl Action {
    /// Every action.
    pub const ALL: [Self; 16] = [
        Self::Receive,
        Self::Refuse,
        Self::RequestSupplement,
        Self::Supplement,
        Self::Process,
        Self::Pause,
        Self::Resume,
        Self::RequestPayment,
        Self::ConfirmPayment,
        Self::Extend,
        Self::Transfer,
        Self::Approve,
        Self::TurnDown,
        Self::Stop,
        Self::Withdraw,
        Self::Return,
    ];

    fn rules(self) -> &'static [Rule] {
        use State::{
            AwaitingCorrection, AwaitingPayment, AwaitingSupplement, Done, Issuing, Paused, Processing, Received,
            Refused, Returned, Stopped, Submitted, Withdrawn,
        };
        match self {
            Self::Receive => &[Rule { from: &[Submitted], to: To::State(Received), by: &[DESK] }],
            Self::Refuse => &[Rule { from: &[Submitted, AwaitingCorrection], to: To::State(Refused), by: &[DESK] }],
            Self::RequestSupplement => &[
                Rule { from: &[Submitted], to: To::State(AwaitingCorrection), by: &[DESK] },
                Rule { from: &[Received, Processing], to: To::State(AwaitingSupplement), by: &[PROCESSOR] },
            ],
            Self::Supplement => &[
                Rule { from: &[AwaitingCorrection], to: To::State(Submitted), by: &[Hand::Applicant, DESK, HELPER] },
                Rule { from: &[AwaitingSupplement], to: To::Back, by: &[Hand::Applicant, DESK, HELPER] },
            ],
            Self::Process => &[Rule { from: &[Received], to: To::State(Processing), by: &[PROCESSOR] }],
            Self::Pause => &[Rule { from: &[Processing], to: To::State(Paused), by: &[PROCESSOR] }],
            Self::Resume => &[Rule { from: &[Paused], to: To::State(Processing), by: &[PROCESSOR] }],
            Self::RequestPayment => &[Rule { from: &[Processing], to: To::State(AwaitingPayment), by: &[PROCESSOR] }],
            Self::ConfirmPayment => {
                &[Rule { from: &[AwaitingPayment], to: To::State(Processing), by: &[DESK, PROCESSOR] }]
            }
            Self::Extend => {
                &[Rule { from: &[Received, Processing, Paused, AwaitingPayment], to: To::Same, by: &[APPROVER] }]
            }
            Self::Transfer => &[Rule { from: &[Received, Processing], to: To::State(Received), by: &[APPROVER] }],
            Self::Approve => &[Rule { from: &[Processing], to: To::State(Issuing), by: &[APPROVER] }],
            Self::TurnDown => &[Rule { from: &[Processing], to: To::State(Stopped), by: &[APPROVER] }],
            Self::Stop => &[Rule { from: &[AwaitingSupplement], to: To::State(Stopped), by: &[DESK, PROCESSOR] }],
            Self::Withdraw => &[Rule {
                from: &[
                    Submitted,
                    AwaitingCorrection,
                    Received,
                    Processing,
                    Paused,
                    AwaitingSupplement,
                    AwaitingPayment,
                ],
                to: To::State(Withdrawn),
                by: &[Hand::Applicant, DESK],
            }],
            Self::Return => &[Rule { from: &[Done], to: To::State(Returned), by: &[DESK] }],
        }
    }
}

/// What a caller may do to a dossier now.
#[must_use]
pub fn allowed_actions(state: State, hands: &Hands) -> Vec<Action> {
    Action::ALL.into_iter().filter(|action| find(state, *action, hands).is_ok()).collect()
}

/// Whether somebody with this hand takes a dossier further from here: taking it back can always be asked for, and a new
/// date or another agency is no progress.
#[must_use]
pub fn goes_on_by(state: State, hand: Hand) -> bool {
    let hands = Hands::from([hand]);
    allowed_actions(state, &hands)
        .iter()
        .any(|action| !matches!(action, Action::Withdraw | Action::Extend | Action::Transfer))
}

/// Whether a dossier waits for somebody with this hand. A result that lies ready waits for its applicant and is no work.
#[must_use]
pub fn has_work(state: State, hand: Hand) -> bool {
    state != State::Done && goes_on_by(state, hand)
}

/// Why an action can't be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The state does not allow it, whoever asks.
    State,
    /// The state allows it to others.
    Role,
}

/// The state after an action of a dossier whose work had begun or not, and the hand that may do it.
///
/// # Errors
/// When the state or the caller's hands do not allow it.
pub fn act(state: State, action: Action, hands: &Hands, work_begun: bool) -> Result<(State, Hand), Refusal> {
    let (rule, hand) = find(state, action, hands)?;
    let after = match rule.to {
        To::State(after) => after,
        To::Same => state,
        To::Back if work_begun => State::Processing,
        To::Back => State::Received,
    };
    Ok((after, hand))
}

fn find(state: State, action: Action, hands: &Hands) -> Result<(&'static Rule, Hand), Refusal> {
    let mut refusal = Refusal::State;
    for rule in action.rules().iter().filter(|rule| rule.from.contains(&state)) {
        if let Some(hand) = rule.by.iter().find(|hand| hands.contains(hand)) {
            return Ok((rule, *hand));
        }
        refusal = Refusal::Role;
    }
    Err(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everybody() -> Hands {
        let officers =
            Party::ALL.into_iter().flat_map(|party| Role::ALL.into_iter().map(move |role| Hand::Officer(party, role)));
        officers.chain([Hand::Applicant]).collect()
    }

    #[test]
    fn allowed_actions_are_just_those_that_act_accepts() {
        for state in State::ALL {
            for hand in everybody() {
                let hands = Hands::from([hand]);
                for action in Action::ALL {
                    let allowed = allowed_actions(state, &hands).contains(&action);
                    assert_eq!(allowed, act(state, action, &hands, true).is_ok(), "{state:?} {hand:?} {action:?}");
                }
            }
        }
    }

    #[test]
    fn nobody_moves_a_dossier_that_has_ended_or_waits_for_its_number() {
        for state in State::ALL.into_iter().filter(|state| state.is_terminal() || *state == State::Issuing) {
            assert_eq!(allowed_actions(state, &everybody()), []);
        }
    }

    #[test]
    fn every_dossier_that_has_not_ended_can_be_moved_by_somebody() {
        for state in State::ALL.into_iter().filter(|state| !state.is_terminal() && *state != State::Issuing) {
            assert_ne!(allowed_actions(state, &everybody()), []);
        }
    }

    #[test]
    fn an_approver_of_the_receiving_agency_alone_cannot_approve() {
        let hands = Hands::from([Hand::Officer(Party::Receiving, Role::Approver)]);
        assert_eq!(act(State::Processing, Action::Approve, &hands, true), Err(Refusal::Role));
    }

    #[test]
    fn an_agency_that_is_asked_for_its_opinion_moves_nothing() {
        let hands: Hands = Role::ALL.into_iter().map(|role| Hand::Officer(Party::Consulted, role)).collect();
        assert!(State::ALL.into_iter().all(|state| allowed_actions(state, &hands).is_empty()));
    }

    #[test]
    fn a_supporting_agency_adds_what_was_asked_for_and_nothing_else() {
        let hands: Hands = Role::ALL.into_iter().map(|role| Hand::Officer(Party::Supporting, role)).collect();
        for state in State::ALL {
            let asked = matches!(state, State::AwaitingCorrection | State::AwaitingSupplement);
            let expected: &[Action] = if asked { &[Action::Supplement] } else { &[] };
            assert_eq!(allowed_actions(state, &hands), expected, "{state:?}");
        }
    }

    #[test]
    fn an_applicant_adds_and_withdraws_and_nothing_else() {
        let hands = Hands::from([Hand::Applicant]);
        for state in State::ALL {
            let allowed = allowed_actions(state, &hands);
            assert!(allowed.iter().all(|action| matches!(action, Action::Supplement | Action::Withdraw)), "{state:?}");
        }
        assert_eq!(allowed_actions(State::Issuing, &hands), []);
    }

    #[test]
    fn a_result_that_lies_ready_is_no_work_and_its_desk_hands_it_over() {
        assert!(everybody().into_iter().all(|hand| !has_work(State::Done, hand)));
        assert!(goes_on_by(State::Done, DESK));
    }

    #[test]
    fn a_dossier_goes_back_to_where_work_stood_before_the_supplement() {
        let after = |begun| act(State::AwaitingSupplement, Action::Supplement, &everybody(), begun).unwrap().0;
        assert_eq!((after(true), after(false)), (State::Processing, State::Received));
    }
}
