//! The states of a draft, and what can be done to it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a draft stands (trạng thái dự thảo).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// Its author works on it (đang soạn thảo).
    Drafting,
    /// The head of the drafting unit checks what it says (kiểm tra nội dung).
    ContentCheck,
    /// Form and procedure are checked (kiểm tra thể thức).
    FormCheck,
    /// It waits for its signature (trình ký).
    Signing,
    /// Signed by somebody with the authority (đã ký).
    Signed,
    /// It has its number and day (đã cấp số).
    Numbered,
    /// It has the agency's signature (đã ký số cơ quan).
    Sealed,
    /// Issued (đã phát hành).
    Issued,
    /// Given up (đã hủy).
    Cancelled,
}

impl DraftState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Drafting,
        Self::ContentCheck,
        Self::FormCheck,
        Self::Signing,
        Self::Signed,
        Self::Numbered,
        Self::Sealed,
        Self::Issued,
        Self::Cancelled,
    ];

    /// Those in which nobody who only signs has anything to do with a draft.
    pub const BEFORE_SIGNING: [Self; 4] = [Self::Drafting, Self::ContentCheck, Self::FormCheck, Self::Cancelled];

    /// The word as columns, filters and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drafting => "drafting",
            Self::ContentCheck => "content_check",
            Self::FormCheck => "form_check",
            Self::Signing => "signing",
            Self::Signed => "signed",
            Self::Numbered => "numbered",
            Self::Sealed => "sealed",
            Self::Issued => "issued",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether its text may still change.
    pub(in crate::drafts) const fn is_open(self) -> bool {
        matches!(self, Self::Drafting | Self::ContentCheck | Self::FormCheck | Self::Signing)
    }
}

/// What somebody can do to a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftAction {
    /// Give it to be checked (trình).
    Submit,
    /// Approve what it says (duyệt nội dung).
    ApproveContent,
    /// Approve its form and procedure (duyệt thể thức).
    ApproveForm,
    /// Give it back to its author, with the reason (trả lại).
    Return,
    /// Sign it (ký).
    Sign,
    /// Give it its number and day (cấp số, ngày).
    Number,
    /// Put the agency's signature on it (ký số cơ quan).
    Seal,
    /// Issue it (phát hành).
    Issue,
    /// Give it up, with the reason (hủy).
    Cancel,
}

impl DraftAction {
    /// Every action.
    pub const ALL: [Self; 9] = [
        Self::Submit,
        Self::ApproveContent,
        Self::ApproveForm,
        Self::Return,
        Self::Sign,
        Self::Number,
        Self::Seal,
        Self::Issue,
        Self::Cancel,
    ];
}
