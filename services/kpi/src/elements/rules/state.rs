//! The states of a value (trạng thái số liệu) and who may take which step.
//!
//! draft → submitted → checked → approved → locked; a submitted or checked value is returned with a reason and goes on from
//! there like a draft; an approved or locked one is re-opened with a reason, which is a correction. Who enters, who checks
//! and who approves are three persons.

use std::fmt;
use std::str::FromStr;

use motcua_kernel::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// State of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueState {
    /// Being entered (đang nhập).
    Draft,
    /// Submitted to be checked (đã gửi).
    Submitted,
    /// Checked (đã kiểm tra).
    Checked,
    /// Approved (đã duyệt): figures count it from here on.
    Approved,
    /// Locked (đã khóa).
    Locked,
    /// Returned with a reason (trả lại), to be entered anew.
    Returned,
}

/// A step of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueAction {
    /// Submit to be checked (gửi).
    Submit,
    /// Confirm that it is right (kiểm tra).
    Check,
    /// Approve (duyệt).
    Approve,
    /// Lock (khóa).
    Lock,
    /// Return with a reason (trả lại).
    Return,
    /// Re-open an approved or locked value with a reason (mở lại để đính chính).
    Reopen,
}

impl ValueState {
    pub(crate) const ALL: [Self; 6] =
        [Self::Draft, Self::Submitted, Self::Checked, Self::Approved, Self::Locked, Self::Returned];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Checked => "checked",
            Self::Approved => "approved",
            Self::Locked => "locked",
            Self::Returned => "returned",
        }
    }

    /// Whether the value itself may be changed.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }

    /// Whether figures count the value.
    pub(crate) fn counts(self) -> bool {
        matches!(self, Self::Approved | Self::Locked)
    }

    /// The steps that lead on from here.
    pub(crate) fn actions(self) -> &'static [ValueAction] {
        match self {
            Self::Draft | Self::Returned => &[ValueAction::Submit],
            Self::Submitted => &[ValueAction::Check, ValueAction::Return],
            Self::Checked => &[ValueAction::Approve, ValueAction::Return],
            Self::Approved => &[ValueAction::Lock, ValueAction::Reopen],
            Self::Locked => &[ValueAction::Reopen],
        }
    }

    /// The state a step leads to; none when it is not allowed here.
    pub(crate) fn after(self, action: ValueAction) -> Option<Self> {
        self.actions().contains(&action).then_some(match action {
            ValueAction::Submit => Self::Submitted,
            ValueAction::Check => Self::Checked,
            ValueAction::Approve => Self::Approved,
            ValueAction::Lock => Self::Locked,
            ValueAction::Return => Self::Returned,
            ValueAction::Reopen => Self::Draft,
        })
    }
}

impl fmt::Display for ValueState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ValueState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| format!("unknown state `{text}`"))
    }
}

/// Who enters values of an agency: who works on its dossiers and who keeps its registers.
pub(crate) const ENTERING: [Role; 2] = [Role::Processor, Role::Clerk];

impl ValueAction {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Check => "check",
            Self::Approve => "approve",
            Self::Lock => "lock",
            Self::Return => "return",
            Self::Reopen => "reopen",
        }
    }

    /// The roles that may take it, in the agency or above.
    pub(crate) fn roles(self) -> &'static [Role] {
        match self {
            Self::Submit => &ENTERING,
            Self::Check | Self::Return => &[Role::Leader, Role::Approver],
            Self::Approve | Self::Lock | Self::Reopen => &[Role::Approver],
        }
    }

    /// Whether it needs a reason.
    pub(crate) fn needs_reason(self) -> bool {
        matches!(self, Self::Return | Self::Reopen)
    }
}

/// Whether two acts were of the same person, or rested on the post of one and the same: `actor` and, by delegation, for
/// whom.
pub(crate) fn shares_a_person(one: (&str, Option<&str>), other: (&str, Option<&str>)) -> bool {
    let people = |(actor, others): (&str, Option<&str>)| {
        let others: Vec<String> = others.into_iter().flat_map(|all| all.split(", ")).map(str::to_owned).collect();
        others.into_iter().chain([actor.to_owned()]).collect::<Vec<_>>()
    };
    let (one, other) = (people(one), people(other));
    one.iter().any(|person| other.contains(person))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [ValueAction; 6] = [
        ValueAction::Submit,
        ValueAction::Check,
        ValueAction::Approve,
        ValueAction::Lock,
        ValueAction::Return,
        ValueAction::Reopen,
    ];

    #[test]
    fn the_ways_from_state_to_state_are_these_and_no_others() {
        let mut ways: Vec<String> = Vec::new();
        for state in ValueState::ALL {
            for action in ACTIONS {
                if let Some(next) = state.after(action) {
                    ways.push(format!("{state} {} {next}", action.as_str()));
                }
            }
        }
        assert_eq!(
            ways,
            [
                "draft submit submitted",
                "submitted check checked",
                "submitted return returned",
                "checked approve approved",
                "checked return returned",
                "approved lock locked",
                "approved reopen draft",
                "locked reopen draft",
                "returned submit submitted",
            ]
        );
    }

    #[test]
    fn a_deputy_is_who_they_stand_in_for() {
        let (a, b) = ("officer:a@i", "officer:b@i");
        assert!(shares_a_person((a, None), (a, None)) && !shares_a_person((a, None), (b, None)));
        assert!(
            shares_a_person((a, None), (b, Some(a)))
                && shares_a_person((a, Some("officer:c@i, officer:b@i")), (b, None))
        );
    }
}
