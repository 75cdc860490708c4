//! What can be done to an incoming document: from which states, to which, and by whom. The one table of the state machine.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::state::{Hand, Hands, State};

/// What somebody can do to an incoming document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IncomingAction)]
pub enum Action {
    /// Send it back to its sender, with the reason (trả lại).
    Return,
    /// Give it its number of arrival (vào sổ, số đến).
    Register,
    /// Bring it before a leader (trình).
    Submit,
    /// Say who deals with it until when (phân công, bút phê).
    Assign,
    /// Start working on it (bắt đầu xử lý).
    Start,
    /// Tell how far it is (báo cáo tiến độ).
    Report,
    /// Ask the leader (xin ý kiến).
    Ask,
    /// Direct those who deal with it (cho ý kiến chỉ đạo).
    Advise,
    /// Give one's opinion as one who takes part (góp ý kiến phối hợp).
    GiveOpinion,
    /// Say how it was answered (trả lời).
    Complete,
    /// End the work on it (kết thúc).
    Close,
    /// Take it up again, with the reason (mở lại).
    Reopen,
    /// Let its sender have it back (đồng ý lấy lại).
    AgreeTakeBack,
    /// Keep it although its sender asks for it, with the reason (từ chối lấy lại).
    RefuseTakeBack,
    /// Confirm to its issuer that it was cancelled here (xác nhận đã hủy).
    ConfirmCancellation,
}

/// What beside state and hand decides what can be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, each with its own question")]
pub struct Standing {
    /// The sender asks to have it back and waits for an answer.
    pub take_back_asked: bool,
    /// The clerk has confirmed that it was cancelled.
    pub cancellation_confirmed: bool,
    /// Somebody has the lead.
    pub has_lead: bool,
    /// It has been said how it was answered.
    pub answered: bool,
}

/// Why an action is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not in this state.
    State,
    /// Not by this caller.
    Hand,
}

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
    /// Where work goes on: with who has the lead, or before the leader when nobody has.
    Work,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 15] = [
        Self::Return,
        Self::Register,
        Self::Submit,
        Self::Assign,
        Self::Start,
        Self::Report,
        Self::Ask,
        Self::Advise,
        Self::GiveOpinion,
        Self::Complete,
        Self::Close,
        Self::Reopen,
        Self::AgreeTakeBack,
        Self::RefuseTakeBack,
        Self::ConfirmCancellation,
    ];

    /// The word as notes write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Register => "register",
            Self::Submit => "submit",
            Self::Assign => "assign",
            Self::Start => "start",
            Self::Report => "report",
            Self::Ask => "ask",
            Self::Advise => "advise",
            Self::GiveOpinion => "give_opinion",
            Self::Complete => "complete",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::AgreeTakeBack => "agree_take_back",
            Self::RefuseTakeBack => "refuse_take_back",
            Self::ConfirmCancellation => "confirm_cancellation",
        }
    }

    fn rules(self) -> &'static [Rule] {
        use Hand::{Clerk, Coordinator, Head, Lead};
        use State::{Assigned, Cancelled, Finished, Processing, Received, Registered, Returned, Submitted, TakenBack};
        const KEPT: &[State] = &[Registered, Submitted, Assigned, Processing, Finished];
        match self {
            Self::Return => &[Rule { from: &[Received], to: To::State(Returned), by: &[Clerk] }],
            Self::Register => &[Rule { from: &[Received], to: To::State(Registered), by: &[Clerk] }],
            // Submitted again, to another leader.
            Self::Submit => &[Rule { from: &[Registered, Submitted], to: To::State(Submitted), by: &[Clerk] }],
            // A leader need not wait for the clerk, and may say it anew as often as needed.
            Self::Assign => &[
                Rule { from: &[Registered, Submitted, Assigned], to: To::State(Assigned), by: &[Head] },
                Rule { from: &[Processing], to: To::Same, by: &[Head] },
            ],
            Self::Start => &[Rule { from: &[Assigned], to: To::State(Processing), by: &[Lead] }],
            Self::Report | Self::Complete => &[Rule { from: &[Processing], to: To::Same, by: &[Lead] }],
            Self::Ask => &[Rule { from: &[Assigned, Processing], to: To::Same, by: &[Lead] }],
            Self::Advise => &[Rule { from: &[Submitted, Assigned, Processing], to: To::Same, by: &[Head] }],
            Self::GiveOpinion => &[Rule { from: &[Assigned, Processing], to: To::Same, by: &[Coordinator] }],
            Self::Close => &[
                Rule { from: &[Processing], to: To::State(Finished), by: &[Lead, Head] },
                // What is only to be known, or needs nothing more.
                Rule { from: &[Registered, Submitted, Assigned], to: To::State(Finished), by: &[Head] },
            ],
            Self::Reopen => &[Rule { from: &[Finished], to: To::Work, by: &[Head] }],
            Self::AgreeTakeBack => &[Rule { from: KEPT, to: To::State(TakenBack), by: &[Clerk] }],
            Self::RefuseTakeBack => &[Rule { from: KEPT, to: To::Same, by: &[Clerk] }],
            Self::ConfirmCancellation => &[Rule { from: &[Cancelled], to: To::Same, by: &[Clerk] }],
        }
    }

    /// Whether what stands beside the state allows it.
    fn is_open_to(self, standing: Standing) -> bool {
        match self {
            Self::AgreeTakeBack | Self::RefuseTakeBack => standing.take_back_asked,
            Self::ConfirmCancellation => !standing.cancellation_confirmed,
            _ => true,
        }
    }
}

/// The state after an action, and the hand it is done by.
///
/// # Errors
/// Why it is refused.
pub fn act(state: State, action: Action, hands: &Hands, standing: Standing) -> Result<(State, Hand), Refusal> {
    let mut possible = false;
    for rule in action.rules().iter().filter(|rule| rule.from.contains(&state) && action.is_open_to(standing)) {
        possible = true;
        if let Some(hand) = rule.by.iter().find(|hand| hands.contains(hand)) {
            let next = match rule.to {
                To::State(next) => next,
                To::Same => state,
                To::Work if standing.has_lead => State::Processing,
                To::Work => State::Submitted,
            };
            return Ok((next, *hand));
        }
    }
    Err(if possible { Refusal::Hand } else { Refusal::State })
}

/// What a caller may do now: what [`act`] does not refuse, but no end of work of which it has not been said how it was
/// answered, whose refusal has a code of its own and is given where the work is ended.
#[must_use]
pub fn allowed_actions(state: State, hands: &Hands, standing: Standing) -> Vec<Action> {
    let unanswered = |action: Action| action == Action::Close && state == State::Processing && !standing.answered;
    let allowed = |action: &Action| act(state, *action, hands, standing).is_ok() && !unanswered(*action);
    Action::ALL.into_iter().filter(allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(state: State, hands: &[Hand]) -> Vec<Action> {
        allowed_actions(state, &hands.iter().copied().collect(), Standing::default())
    }

    #[test]
    fn nothing_is_done_without_a_role() {
        assert!(State::ALL.into_iter().all(|state| allowed(state, &[]).is_empty()));
    }

    #[test]
    fn each_hand_does_its_own_work() {
        use Action::{
            Advise, Ask, Assign, Close, Complete, ConfirmCancellation, GiveOpinion, Register, Reopen, Report, Return,
            Start, Submit,
        };
        assert_eq!(allowed(State::Received, &[Hand::Clerk]), [Return, Register]);
        assert!(allowed(State::Received, &[Hand::Head, Hand::Lead]).is_empty());
        assert_eq!(allowed(State::Registered, &[Hand::Clerk]), [Submit]);
        assert_eq!(allowed(State::Submitted, &[Hand::Head]), [Assign, Advise, Close]);
        assert_eq!(allowed(State::Assigned, &[Hand::Lead]), [Start, Ask]);
        assert_eq!(allowed(State::Assigned, &[Hand::Coordinator]), [GiveOpinion]);
        assert_eq!(allowed(State::Processing, &[Hand::Lead]), [Report, Ask, Complete]);
        let answered = Standing { answered: true, ..Standing::default() };
        let lead: Hands = [Hand::Lead].into();
        assert_eq!(allowed_actions(State::Processing, &lead, answered), [Report, Ask, Complete, Close]);
        assert_eq!(allowed(State::Finished, &[Hand::Head, Hand::Clerk, Hand::Lead]), [Reopen]);
        assert_eq!(allowed(State::Cancelled, &[Hand::Clerk]), [ConfirmCancellation]);
    }

    #[test]
    fn a_take_back_is_answered_once_and_only_when_it_was_asked_for() {
        let clerk: Hands = [Hand::Clerk].into();
        let asked = Standing { take_back_asked: true, ..Standing::default() };
        for state in State::ALL {
            let answers = allowed_actions(state, &clerk, asked).contains(&Action::AgreeTakeBack);
            let kept = !state.is_given_up() && state != State::Received;
            assert_eq!(answers, kept, "{state:?}");
            assert!(!allowed(state, &[Hand::Clerk]).contains(&Action::RefuseTakeBack));
        }
        assert_eq!(act(State::Finished, Action::AgreeTakeBack, &clerk, asked), Ok((State::TakenBack, Hand::Clerk)));
    }

    #[test]
    fn reopened_work_goes_on_where_somebody_has_the_lead() {
        let head: Hands = [Hand::Head].into();
        let reopen = |standing| act(State::Finished, Action::Reopen, &head, standing).unwrap().0;
        assert_eq!(reopen(Standing { has_lead: true, ..Standing::default() }), State::Processing);
        assert_eq!(reopen(Standing::default()), State::Submitted);
    }

    #[test]
    fn a_refusal_tells_state_from_role() {
        let none = Hands::new();
        assert_eq!(act(State::Received, Action::Register, &none, Standing::default()), Err(Refusal::Hand));
        assert_eq!(act(State::Returned, Action::Register, &none, Standing::default()), Err(Refusal::State));
    }
}
