//! What is allowed of case files. Pure.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};
use motcua_kernel::{Authority, Error, Result, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case_files::decision::Decision;
use crate::case_files::retention::Retention;

/// How long before the limit the keeper is reminded (Decree 30/2020/NĐ-CP, Annex VI, Part I).
const REMINDED_BEFORE: Days = Days::new(30);
/// How long a closed case file may wait (Articles 28 to 31).
const USUAL_WAIT: Months = Months::new(12);
/// How long one of construction may, after the final settlement.
const CONSTRUCTION_WAIT: Months = Months::new(3);
/// How long one may be kept back beyond that.
const KEPT_BACK: Months = Months::new(24);

/// Where a case file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseFileState)]
pub enum State {
    /// Documents are put into it (đang lập).
    Open,
    /// It is complete (đã kết thúc).
    Closed,
    /// It was handed in, and the archive has not answered (đã nộp, chờ tiếp nhận).
    HandedOver,
    /// The archive keeps it (đã tiếp nhận).
    Accepted,
    /// The archive gave it back (bị trả lại).
    Returned,
    /// Its retention ended, and it was destroyed; what is known of it is kept (đã tiêu hủy).
    Destroyed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Closed, Self::HandedOver, Self::Accepted, Self::Returned, Self::Destroyed];

    /// The word as columns and the API write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::HandedOver => "handed_over",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Destroyed => "destroyed",
        }
    }

    /// The state a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Its name.
    fn name(self) -> Text {
        match self {
            Self::Open => Text::new("đang lập", "open"),
            Self::Closed => Text::new("đã kết thúc", "closed"),
            Self::HandedOver => Text::new("đã nộp lưu, chờ tiếp nhận", "handed over"),
            Self::Accepted => Text::new("lưu trữ đã tiếp nhận", "accepted by the archive"),
            Self::Returned => Text::new("lưu trữ trả lại", "returned by the archive"),
            Self::Destroyed => Text::new("đã tiêu hủy", "destroyed"),
        }
    }

    /// Whether a case file can be destroyed from here when its retention has ended.
    #[must_use]
    pub const fn is_at_rest(self) -> bool {
        matches!(self, Self::Closed | Self::Returned | Self::Accepted)
    }
}

/// What kind of work a case file is about: when it is to be handed in hangs on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseFileKind)]
pub enum Kind {
    /// Any work (hồ sơ công việc).
    #[default]
    Work,
    /// Construction (xây dựng cơ bản): 3 months after the final settlement.
    Construction,
}

impl Kind {
    /// The word as columns write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Construction => "construction",
        }
    }

    /// The kind a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Work, Self::Construction].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who may use a case file (chế độ sử dụng).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseFileRights)]
pub enum AccessMode {
    /// Everybody (công khai), code 01.
    Open,
    /// Under conditions (có điều kiện), code 02.
    #[default]
    Conditional,
}

impl AccessMode {
    /// The word as columns write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Conditional => "conditional",
        }
    }

    /// The mode a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Open, Self::Conditional].into_iter().find(|mode| mode.as_str() == word)
    }
}

/// A written agreement to keep a case file back (giữ lại hồ sơ đến hạn nộp lưu).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeepBack {
    /// Until when.
    pub until: NaiveDate,
    /// The agreement of the agency's head.
    pub decision: Decision,
}

/// In whose name somebody acts on a case file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// Who keeps it (người lập hồ sơ).
    Creator,
    /// A clerk of the agency (văn thư).
    Clerk,
    /// Who directs its documents (lãnh đạo).
    Head,
    /// A clerk or leader of the archive it was handed to (lưu trữ).
    Archivist,
}

/// The hands a caller has, each with the right it rests on.
pub type Hands = BTreeMap<Hand, Authority>;

/// What can be done with a case file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseFileAction)]
pub enum Action {
    /// Change its title, description, rights, retention.
    Edit,
    /// Put a document into it.
    AddDocument,
    /// Take a document out of it.
    RemoveDocument,
    /// Close it (kết thúc hồ sơ).
    Close,
    /// Open it again (mở lại).
    Reopen,
    /// Give it to another officer (bàn giao).
    Assign,
    /// Keep it back from the archive for a time (giữ lại).
    KeepBack,
    /// Hand it in to the archive (nộp lưu): by a hand-over.
    HandOver,
    /// Take it into the archive (tiếp nhận).
    Accept,
    /// Give it back to the agency (trả lại).
    Return,
    /// Lend it (cho mượn): by a loan.
    Lend,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 11] = [
        Self::Edit,
        Self::AddDocument,
        Self::RemoveDocument,
        Self::Close,
        Self::Reopen,
        Self::Assign,
        Self::KeepBack,
        Self::HandOver,
        Self::Accept,
        Self::Return,
        Self::Lend,
    ];

    /// The word as notes write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::AddDocument => "add_document",
            Self::RemoveDocument => "remove_document",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Assign => "assign",
            Self::KeepBack => "keep_back",
            Self::HandOver => "hand_over",
            Self::Accept => "accept",
            Self::Return => "return",
            Self::Lend => "lend",
        }
    }

    /// From where, by whom, to where; no state where it stays.
    fn rule(self) -> (&'static [State], &'static [Hand], Option<State>) {
        use Hand::{Archivist, Clerk, Creator, Head};
        use State::{Accepted, Closed, HandedOver, Open, Returned};
        const OWN: &[Hand] = &[Creator, Clerk, Head];
        match self {
            Self::Edit | Self::AddDocument | Self::RemoveDocument => (&[Open], OWN, None),
            Self::Close => (&[Open], OWN, Some(Closed)),
            Self::Reopen => (&[Closed, Returned], &[Head], Some(Open)),
            Self::Assign => (&[Open, Closed, Returned], &[Clerk, Head], None),
            Self::KeepBack => (&[Closed, Returned], &[Head], None),
            Self::HandOver => (&[Closed, Returned], &[Clerk, Head], Some(HandedOver)),
            Self::Accept => (&[HandedOver], &[Archivist], Some(Accepted)),
            Self::Return => (&[HandedOver], &[Archivist], Some(Returned)),
            Self::Lend => (&[Closed, HandedOver, Accepted, Returned], &[Clerk, Head, Archivist, Creator], None),
        }
    }
}

/// Why an action is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not in this state.
    State,
    /// Not by this caller.
    Hand,
}

/// The state after an action, and the hand it is done by.
///
/// # Errors
/// Why it is refused.
pub fn act(state: State, action: Action, has: impl Fn(Hand) -> bool) -> Result<(State, Hand), Refusal> {
    let (from, by, to) = action.rule();
    if !from.contains(&state) {
        return Err(Refusal::State);
    }
    let hand = by.iter().copied().find(|hand| has(*hand)).ok_or(Refusal::Hand)?;
    Ok((to.unwrap_or(state), hand))
}

/// What a caller may do now.
#[must_use]
pub fn allowed_actions(state: State, hands: &Hands) -> Vec<Action> {
    Action::ALL.into_iter().filter(|action| act(state, *action, |hand| hands.contains_key(&hand)).is_ok()).collect()
}

/// The state after an action, and the right it rests on.
///
/// # Errors
/// `case_file.state` or `case_file.not_yours`, with the state and the actions allowed now.
pub(in crate::case_files) fn act_on(state: State, action: Action, hands: &Hands) -> Result<(State, Authority)> {
    let found = act(state, action, |hand| hands.contains_key(&hand));
    let (next, hand) = found.map_err(|refusal| refused(refusal, state, &allowed_actions(state, hands)))?;
    let by = hands.get(&hand).cloned();
    Ok((next, by.ok_or_else(|| Error::internal("an act was allowed to a hand the caller lacks"))?))
}

fn refused(refusal: Refusal, state: State, allowed: &[Action]) -> Error {
    let error = match refusal {
        Refusal::State => Error::conflict(
            "case_file.state",
            format!(
                "Hồ sơ ở trạng thái “{}”, không làm được bước này (Nghị định 30/2020/NĐ-CP, Điều 28 đến 31).",
                state.name().vi
            ),
            format!(
                "The case file is {}; this is not possible now (Decree 30/2020/NĐ-CP, Articles 28 to 31).",
                state.name().en
            ),
        ),
        Refusal::Hand => Error::forbidden(
            "case_file.not_yours",
            "Bạn không giữ vai trò được làm bước này với hồ sơ.",
            "You don't hold the role that may do this with the case file.",
        ),
    };
    let allowed = serde_json::to_value(allowed).unwrap_or_default();
    error.with("state", state.as_str()).with("allowed_actions", allowed)
}

/// By when a case file whose work ended on a day is to be handed in; none where it is not handed in at all.
#[must_use]
pub(in crate::case_files) fn hand_over_due(kind: Kind, retention: Retention, ended_on: NaiveDate) -> Option<NaiveDate> {
    let wait = if kind == Kind::Construction { CONSTRUCTION_WAIT } else { USUAL_WAIT };
    ended_on.checked_add_months(wait).filter(|_| retention.is_for_archive())
}

/// The day of the reminder.
#[must_use]
pub(in crate::case_files) fn reminder_of(due_on: NaiveDate) -> Option<NaiveDate> {
    due_on.checked_sub_days(REMINDED_BEFORE)
}

/// Until when a case file can be kept back at most.
#[must_use]
pub(in crate::case_files) fn latest_keep_back(
    kind: Kind,
    retention: Retention,
    ended_on: NaiveDate,
) -> Option<NaiveDate> {
    hand_over_due(kind, retention, ended_on)?.checked_add_months(KEPT_BACK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(state: State, hands: &[Hand]) -> Vec<Action> {
        Action::ALL.into_iter().filter(|action| act(state, *action, |hand| hands.contains(&hand)).is_ok()).collect()
    }

    #[test]
    fn nothing_is_done_without_a_hand_and_nothing_after_the_end() {
        let all = [Hand::Creator, Hand::Clerk, Hand::Head, Hand::Archivist];
        assert!(State::ALL.into_iter().all(|state| allowed(state, &[]).is_empty()));
        assert!(allowed(State::Destroyed, &all).is_empty());
    }

    #[test]
    fn each_hand_does_its_own_work() {
        use Action::{
            Accept, AddDocument, Assign, Close, Edit, HandOver, KeepBack, Lend, RemoveDocument, Reopen, Return,
        };
        assert_eq!(allowed(State::Open, &[Hand::Creator]), [Edit, AddDocument, RemoveDocument, Close]);
        assert_eq!(allowed(State::Closed, &[Hand::Creator]), [Lend]);
        assert_eq!(allowed(State::Closed, &[Hand::Clerk]), [Assign, HandOver, Lend]);
        assert_eq!(allowed(State::Closed, &[Hand::Head]), [Reopen, Assign, KeepBack, HandOver, Lend]);
        assert_eq!(allowed(State::HandedOver, &[Hand::Archivist]), [Accept, Return, Lend]);
        assert_eq!(allowed(State::HandedOver, &[Hand::Head]), [Lend]);
    }

    #[test]
    fn a_refusal_tells_state_from_role() {
        assert_eq!(act(State::Closed, Action::AddDocument, |_| true), Err(Refusal::State));
        assert_eq!(act(State::Closed, Action::Reopen, |hand| hand == Hand::Clerk), Err(Refusal::Hand));
    }

    #[test]
    fn it_is_handed_in_a_year_after_the_work_and_construction_after_three_months() {
        let ended: NaiveDate = "2026-11-30".parse().unwrap();
        let due = |kind, years| hand_over_due(kind, Retention(years), ended).map(|day| day.to_string());
        assert_eq!(due(Kind::Work, None).as_deref(), Some("2027-11-30"));
        assert_eq!(due(Kind::Construction, Some(50)).as_deref(), Some("2027-02-28"));
        assert_eq!(due(Kind::Work, Some(4)), None);
        assert_eq!(reminder_of("2027-11-30".parse().unwrap()), "2027-10-31".parse().ok());
        assert_eq!(latest_keep_back(Kind::Work, Retention(None), ended), "2029-11-30".parse().ok());
    }
}
