//! What can be done to a draft: from which states, to which, and by whom. One function says what is allowed and what is
//! refused, and why.

mod opinion;
mod state;

use std::collections::BTreeSet;

use motcua_kernel::{Error, Result, Uuid};

use crate::outgoing::never_edited;

pub(super) use opinion::deadline_fault;
pub use opinion::{AnswerState, Stance};
pub use state::{DraftAction, DraftState};

/// The law of drafting, checking and signing.
const DRAFTING_LAW: &str = "Nghị định 30/2020/NĐ-CP, Điều 10 đến 13";

/// In whose name somebody acts on a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hand {
    /// Its author.
    Author,
    /// The head of the drafting unit, or of the agency: who answers for what it says.
    Head,
    /// The head of the agency that issues it: who alone gives up what bears its signature, and may bear its number.
    Agency,
    /// The clerk (văn thư), who answers for form and procedure, numbers and issues.
    Clerk,
    /// Somebody who may sign it today.
    Signer,
}

/// Everything that decides what a caller may do to a draft.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub state: DraftState,
    pub revision: i32,
    /// The revision whose content was approved last, if any was.
    pub content_revision: Option<i32>,
    /// The revision whose form was approved last, if any was.
    pub form_revision: Option<i32>,
    /// The caller's hands.
    pub hands: BTreeSet<Hand>,
    /// Those of them that are the author's own, or act for the author.
    pub of_author: BTreeSet<Hand>,
    /// Whether who checks the form is who approved the content, or acts for them.
    pub checked_content: bool,
    /// Who approved an older revision and still can: it goes back to them and nobody else.
    pub goes_back_to: Option<Uuid>,
    pub document_id: Option<Uuid>,
    /// Whether the agency that numbered it has closed: it seals nothing any more.
    pub numbered_by_closed: bool,
}

impl Standing {
    /// Whether an approval was given to a text that is no longer the draft's.
    fn outdated(&self) -> bool {
        let older = |approved: Option<i32>| approved.is_some_and(|revision| revision < self.revision);
        older(self.content_revision) || (older(self.form_revision) && self.state != DraftState::FormCheck)
    }
}

/// Why an action is refused.
enum Refusal {
    State,
    Outdated,
    NotYours,
    OwnDraft,
    SameChecker,
    GoesBack(Uuid),
    Issued(Uuid),
}

/// The state after an action of the caller's, and in which name it is done.
///
/// # Errors
/// `draft.approval_outdated`, `draft.state`, `draft.not_yours`, `draft.own_draft`, `draft.same_checker`,
/// `draft.goes_back`, `document.issued`.
pub(super) fn act(of: &Standing, action: DraftAction) -> Result<(DraftState, Hand)> {
    decide(of, action).map_err(|refusal| match refusal {
        Refusal::State => wrong_state(of),
        Refusal::Outdated => approval_outdated(of),
        Refusal::NotYours => not_yours(of.state),
        Refusal::OwnDraft => own_draft(),
        Refusal::SameChecker => same_checker(),
        Refusal::GoesBack(approver) => goes_back(approver),
        Refusal::Issued(document) => never_edited(document),
    })
}

/// What the caller may do now: what [`act`] does not refuse, but no seal of an agency that has closed, whose refusal names
/// the successor and is given where the seal is put on.
#[must_use]
pub(super) fn allowed_actions(of: &Standing) -> Vec<DraftAction> {
    let lapsed = |action: DraftAction| of.numbered_by_closed && action == DraftAction::Seal;
    DraftAction::ALL.into_iter().filter(|action| decide(of, *action).is_ok() && !lapsed(*action)).collect()
}

fn decide(of: &Standing, action: DraftAction) -> std::result::Result<(DraftState, Hand), Refusal> {
    use DraftState::{Cancelled, ContentCheck, Drafting, FormCheck, Issued, Numbered, Sealed, Signed, Signing};
    let needs_approvals = matches!(action, DraftAction::ApproveForm | DraftAction::Sign | DraftAction::Number);
    if needs_approvals && of.outdated() {
        return Err(Refusal::Outdated);
    }
    let (to, by): (DraftState, &[Hand]) = match (action, of.state) {
        (DraftAction::Submit, Drafting) => (ContentCheck, &[Hand::Author, Hand::Head]),
        (DraftAction::ApproveContent, ContentCheck) => (FormCheck, &[Hand::Head]),
        (DraftAction::ApproveForm, FormCheck) => (Signing, &[Hand::Clerk]),
        (DraftAction::Return, ContentCheck) => (Drafting, &[Hand::Head]),
        (DraftAction::Return, FormCheck) => (Drafting, &[Hand::Clerk]),
        (DraftAction::Return, Signing) => (Drafting, &[Hand::Signer, Hand::Head]),
        (DraftAction::Sign, Signing) => (Signed, &[Hand::Signer]),
        (DraftAction::Number, Signed) => (Numbered, &[Hand::Clerk]),
        (DraftAction::Seal, Numbered) => (Sealed, &[Hand::Clerk]),
        (DraftAction::Issue, Sealed) => (Issued, &[Hand::Clerk]),
        (DraftAction::Cancel, state) if state.is_open() => (Cancelled, &[Hand::Author, Hand::Head]),
        (DraftAction::Cancel, Signed | Numbered | Sealed) => (Cancelled, &[Hand::Agency]),
        (_, Issued) => return Err(of.document_id.map_or(Refusal::State, Refusal::Issued)),
        _ => return Err(Refusal::State),
    };
    let hand = by.iter().copied().find(|hand| of.hands.contains(hand)).ok_or(Refusal::NotYours)?;
    let checks = matches!(action, DraftAction::ApproveContent | DraftAction::ApproveForm);
    if checks && of.of_author.contains(&hand) {
        return Err(Refusal::OwnDraft);
    }
    match (action, of.goes_back_to) {
        (DraftAction::ApproveForm, _) if of.checked_content => Err(Refusal::SameChecker),
        (DraftAction::ApproveContent, Some(approver)) => Err(Refusal::GoesBack(approver)),
        _ => Ok((to, hand)),
    }
}

/// The state after a new revision, and in which name it is made.
///
/// # Errors
/// `draft.signed`, `document.issued` with the legal way, `draft.state`, `draft.not_yours`.
pub(super) fn revise(of: &Standing) -> Result<(DraftState, Hand)> {
    if !of.state.is_open() {
        return Err(match (of.state, of.document_id) {
            (DraftState::Issued, Some(document)) => never_edited(document),
            (DraftState::Cancelled, _) => wrong_state(of),
            _ => signed(of.state),
        });
    }
    let by = [Hand::Author, Hand::Head];
    let hand = by.into_iter().find(|hand| of.hands.contains(hand)).ok_or_else(|| not_yours(of.state))?;
    let next = if of.state == DraftState::Drafting { DraftState::Drafting } else { DraftState::ContentCheck };
    Ok((next, hand))
}

fn wrong_state(of: &Standing) -> Error {
    let allowed: Vec<serde_json::Value> =
        allowed_actions(of).into_iter().map(|action| serde_json::json!(action)).collect();
    Error::conflict(
        "draft.state",
        format!("Dự thảo đang ở trạng thái {}, không làm được việc này.", of.state.as_str()),
        format!("The draft is in the state {}: this can't be done.", of.state.as_str()),
    )
    .with("state", of.state.as_str())
    .with("allowed_actions", allowed)
}

fn not_yours(state: DraftState) -> Error {
    Error::forbidden(
        "draft.not_yours",
        "Bạn không giữ vai trò làm việc này với dự thảo.",
        "You don't hold the role that does this to a draft.",
    )
    .with("state", state.as_str())
}

fn approval_outdated(of: &Standing) -> Error {
    Error::conflict(
        "draft.approval_outdated",
        "Dự thảo đã được sửa sau khi duyệt: phải trình lại người đã duyệt (Nghị định 30/2020/NĐ-CP, Điều 11).",
        "The draft has changed since it was approved: it goes back to who approved it (Decree 30/2020/NĐ-CP, Article 11).",
    )
    .with("state", of.state.as_str())
    .with("revision", of.revision)
    .with("approved_revision", of.content_revision)
    .with("goes_back_to", of.goes_back_to.map(|id| id.to_string()))
    .with("legal_basis", "Nghị định 30/2020/NĐ-CP, Điều 11")
}

fn goes_back(approver: Uuid) -> Error {
    Error::forbidden(
        "draft.goes_back",
        "Dự thảo đã sửa phải trình lại người đã duyệt, hoặc người kế nhiệm khi người đó không còn giữ chức vụ (Nghị định \
         30/2020/NĐ-CP, Điều 11).",
        "A changed draft goes back to who approved it, or to the successor when they no longer hold the post (Decree \
         30/2020/NĐ-CP, Article 11).",
    )
    .with("goes_back_to", approver.to_string())
    .with("legal_basis", "Nghị định 30/2020/NĐ-CP, Điều 11")
}

fn own_draft() -> Error {
    Error::forbidden(
        "draft.own_draft",
        "Người soạn thảo không được tự kiểm tra dự thảo của mình (Nghị định 30/2020/NĐ-CP, Điều 12).",
        "Nobody checks a draft of their own (Decree 30/2020/NĐ-CP, Article 12).",
    )
    .with("legal_basis", DRAFTING_LAW)
}

fn same_checker() -> Error {
    Error::forbidden(
        "draft.same_checker",
        "Người đã duyệt nội dung không được duyệt cả thể thức: hai việc kiểm tra do hai người chịu trách nhiệm (Nghị định \
         30/2020/NĐ-CP, Điều 12).",
        "Who approved the content can't approve the form as well: two persons answer for the two checks (Decree \
         30/2020/NĐ-CP, Article 12).",
    )
    .with("legal_basis", "Nghị định 30/2020/NĐ-CP, Điều 12")
}

fn signed(state: DraftState) -> Error {
    Error::conflict(
        "draft.signed",
        "Dự thảo đã ký, không được sửa; hủy dự thảo này và soạn lại nếu cần.",
        "The draft is signed and can't change any more; cancel it and draft anew where needed.",
    )
    .with("state", state.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(state: DraftState, hands: &[Hand]) -> Standing {
        Standing {
            state,
            revision: 1,
            content_revision: None,
            form_revision: None,
            hands: hands.iter().copied().collect(),
            of_author: BTreeSet::new(),
            checked_content: false,
            goes_back_to: None,
            document_id: None,
            numbered_by_closed: false,
        }
    }

    fn code(of: &Standing, action: DraftAction) -> String {
        act(of, action).unwrap_err().code
    }

    #[test]
    fn a_draft_goes_its_way_by_one_hand_after_the_other() {
        let all = [Hand::Author, Hand::Head, Hand::Clerk, Hand::Signer];
        let way = [
            (DraftAction::Submit, Hand::Author),
            (DraftAction::ApproveContent, Hand::Head),
            (DraftAction::ApproveForm, Hand::Clerk),
            (DraftAction::Sign, Hand::Signer),
            (DraftAction::Number, Hand::Clerk),
            (DraftAction::Seal, Hand::Clerk),
            (DraftAction::Issue, Hand::Clerk),
        ];
        let mut state = DraftState::Drafting;
        for (action, by) in way {
            for hand in all {
                let of = standing(state, &[hand]);
                let also = action == DraftAction::Submit && hand == Hand::Head;
                assert_eq!(act(&of, action).is_ok(), hand == by || also, "{action:?} by {hand:?}");
            }
            (state, _) = act(&standing(state, &all), action).unwrap();
        }
        assert_eq!(state, DraftState::Issued);
    }

    #[test]
    fn what_is_allowed_is_what_is_not_refused() {
        for state in DraftState::ALL {
            let of = standing(state, &[Hand::Author, Hand::Head, Hand::Clerk, Hand::Signer]);
            for action in DraftAction::ALL {
                assert_eq!(allowed_actions(&of).contains(&action), act(&of, action).is_ok());
            }
            assert_eq!(DraftState::from_word(state.as_str()), Some(state));
        }
        assert_eq!(allowed_actions(&standing(DraftState::Signing, &[])), []);
        let closed =
            Standing { numbered_by_closed: true, ..standing(DraftState::Numbered, &[Hand::Clerk, Hand::Agency]) };
        assert_eq!(allowed_actions(&closed), [DraftAction::Cancel]);
    }

    #[test]
    fn what_the_agency_has_signed_is_given_up_by_its_own_head_alone() {
        for state in DraftState::ALL {
            let given_up = |hand| act(&standing(state, &[hand]), DraftAction::Cancel).is_ok();
            let signed = matches!(state, DraftState::Signed | DraftState::Numbered | DraftState::Sealed);
            assert_eq!(given_up(Hand::Agency), signed, "{state:?}");
            assert_eq!((given_up(Hand::Author), given_up(Hand::Head)), (state.is_open(), state.is_open()), "{state:?}");
        }
    }

    #[test]
    fn approvals_of_an_older_revision_never_count() {
        let all = [Hand::Author, Hand::Head, Hand::Clerk, Hand::Signer];
        for state in [DraftState::ContentCheck, DraftState::FormCheck, DraftState::Signing, DraftState::Signed] {
            let of = Standing { revision: 2, content_revision: Some(1), ..standing(state, &all) };
            for action in [DraftAction::ApproveForm, DraftAction::Sign, DraftAction::Number] {
                assert_eq!(code(&of, action), "draft.approval_outdated", "{state:?} {action:?}");
            }
        }
        // The form of the older text was approved, and the content of the new one: the form is checked again.
        let again = Standing {
            revision: 2,
            content_revision: Some(2),
            form_revision: Some(1),
            ..standing(DraftState::FormCheck, &all)
        };
        assert!(act(&again, DraftAction::ApproveForm).is_ok());
        let past = Standing { state: DraftState::Signing, ..again };
        assert_eq!(code(&past, DraftAction::Sign), "draft.approval_outdated");
    }

    #[test]
    fn a_changed_draft_goes_back_to_who_approved_it() {
        let approver = Uuid::from_u128(7);
        let of = Standing {
            revision: 2,
            content_revision: Some(1),
            goes_back_to: Some(approver),
            ..standing(DraftState::ContentCheck, &[Hand::Head])
        };
        let error = act(&of, DraftAction::ApproveContent).unwrap_err();
        assert_eq!(
            (error.code.as_str(), &error.members["goes_back_to"]),
            ("draft.goes_back", &approver.to_string().into())
        );
        assert!(act(&Standing { goes_back_to: None, ..of }, DraftAction::ApproveContent).is_ok());
    }

    #[test]
    fn two_persons_check_and_neither_is_the_author() {
        let content = Standing {
            of_author: [Hand::Head].into(),
            ..standing(DraftState::ContentCheck, &[Hand::Author, Hand::Head])
        };
        assert_eq!(code(&content, DraftAction::ApproveContent), "draft.own_draft");
        let form = Standing {
            of_author: [Hand::Clerk].into(),
            ..standing(DraftState::FormCheck, &[Hand::Author, Hand::Clerk])
        };
        assert_eq!(code(&form, DraftAction::ApproveForm), "draft.own_draft");
        let both = Standing { checked_content: true, ..standing(DraftState::FormCheck, &[Hand::Clerk]) };
        assert_eq!(code(&both, DraftAction::ApproveForm), "draft.same_checker");
        assert!(act(&both, DraftAction::Return).is_ok());
    }

    #[test]
    fn a_text_changes_until_it_is_signed_and_what_was_issued_has_its_own_ways() {
        let author = [Hand::Author];
        let next = |state| revise(&standing(state, &author)).map(|(next, _)| next).map_err(|error| error.code);
        assert_eq!(next(DraftState::Drafting).unwrap(), DraftState::Drafting);
        for state in [DraftState::ContentCheck, DraftState::FormCheck, DraftState::Signing] {
            assert_eq!(next(state).unwrap(), DraftState::ContentCheck);
        }
        for state in [DraftState::Signed, DraftState::Numbered, DraftState::Sealed] {
            assert_eq!(next(state).unwrap_err(), "draft.signed");
        }
        assert_eq!(next(DraftState::Cancelled).unwrap_err(), "draft.state");
        let issued = Standing { document_id: Some(Uuid::from_u128(1)), ..standing(DraftState::Issued, &author) };
        assert_eq!(revise(&issued).unwrap_err().code, "document.issued");
        assert_eq!(code(&issued, DraftAction::Cancel), "document.issued");
        assert_eq!(revise(&standing(DraftState::Drafting, &[Hand::Clerk])).unwrap_err().code, "draft.not_yours");
    }
}
