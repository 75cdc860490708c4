//! What becomes of a document after it has its number.
//!
//! Decree 30/2020/NĐ-CP, Article 18: a document whose content is wrong is amended or replaced by one of equal form; one
//! whose form is wrong is corrected by an official letter; one that was sent wrongly is recalled. Nothing of it is ever
//! edited.

use motcua_kernel::{Error, Result, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The law that says what may be done about an issued document.
pub(crate) const ISSUE_LAW: &str = "Nghị định 30/2020/NĐ-CP, Điều 18";

/// Where an outgoing document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// It has its number and day, not yet the agency's signature (đã cấp số).
    Numbered,
    /// It has the agency's signature and is not issued yet (đã ký số cơ quan).
    Sealed,
    /// Issued (đã phát hành).
    Issued,
    /// Issued, and corrected since by an official letter (đã đính chính).
    Corrected,
    /// Replaced by another document (đã được thay thế).
    Replaced,
    /// Recalled (đã thu hồi).
    Recalled,
    /// Given up before it was issued; its number is never given again (hủy số).
    Void,
}

impl DocumentState {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Numbered, Self::Sealed, Self::Issued, Self::Corrected, Self::Replaced, Self::Recalled, Self::Void];
    /// The states of a document that never left the agency.
    pub(super) const UNISSUED: [&'static str; 3] = ["numbered", "sealed", "void"];

    /// Whether it was issued and holds: it can be sent, and recalled, replaced or corrected.
    #[must_use]
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Issued | Self::Corrected)
    }

    /// Whether it was ever issued, whatever has become of it since.
    #[must_use]
    pub const fn was_issued(self) -> bool {
        !matches!(self, Self::Numbered | Self::Sealed | Self::Void)
    }

    /// The word as columns, filters and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Numbered => "numbered",
            Self::Sealed => "sealed",
            Self::Issued => "issued",
            Self::Corrected => "corrected",
            Self::Replaced => "replaced",
            Self::Recalled => "recalled",
            Self::Void => "void",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    fn name(self) -> Text {
        match self {
            Self::Numbered => Text::new("đã cấp số, chưa phát hành", "numbered and not yet issued"),
            Self::Sealed => Text::new("đã ký số cơ quan, chưa phát hành", "sealed and not yet issued"),
            Self::Issued => Text::new("đã phát hành", "issued"),
            Self::Corrected => Text::new("đã đính chính", "corrected"),
            Self::Replaced => Text::new("đã được thay thế", "replaced"),
            Self::Recalled => Text::new("đã thu hồi", "recalled"),
            Self::Void => Text::new("đã hủy số", "void"),
        }
    }
}

/// What can be done about an issued document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentAction {
    /// Recall it (thu hồi).
    Recall,
    /// Replace it by a document of equal form (thay thế).
    Replace,
    /// Correct its form by an official letter (đính chính).
    Correct,
}

impl DocumentAction {
    /// Every action.
    pub const ALL: [Self; 3] = [Self::Recall, Self::Replace, Self::Correct];
}

/// The state after an action.
///
/// # Errors
/// `document.recalled` for a document that was recalled; `document.state` with the state and what is allowed now.
pub(super) fn act(state: DocumentState, action: DocumentAction) -> Result<DocumentState> {
    next(state, action).ok_or_else(|| refused(state))
}

/// What is allowed now.
#[must_use]
pub(super) fn allowed_actions(state: DocumentState) -> Vec<DocumentAction> {
    DocumentAction::ALL.into_iter().filter(|action| next(state, *action).is_some()).collect()
}

fn next(state: DocumentState, action: DocumentAction) -> Option<DocumentState> {
    state.is_in_force().then_some(match action {
        DocumentAction::Recall => DocumentState::Recalled,
        DocumentAction::Replace => DocumentState::Replaced,
        DocumentAction::Correct => DocumentState::Corrected,
    })
}

/// The refusal of an action that the state does not allow.
pub(super) fn refused(state: DocumentState) -> Error {
    let (code, name) = match state {
        DocumentState::Recalled => ("document.recalled", state.name()),
        _ => ("document.state", state.name()),
    };
    let allowed: Vec<serde_json::Value> =
        allowed_actions(state).into_iter().map(|action| serde_json::json!(action)).collect();
    Error::conflict(
        code,
        format!("Văn bản {}, không làm được việc này (Nghị định 30/2020/NĐ-CP, Điều 18).", name.vi),
        format!("The document is {}: this can't be done (Decree 30/2020/NĐ-CP, Article 18).", name.en),
    )
    .with("state", state.as_str())
    .with("allowed_actions", allowed)
    .with("legal_basis", ISSUE_LAW)
}

/// The refusal of an edit of an issued document, with the legal way.
pub(crate) fn never_edited(document: motcua_kernel::Uuid) -> Error {
    Error::conflict(
        "document.issued",
        "Văn bản đã phát hành không được sửa. Sai về nội dung thì sửa đổi, thay thế bằng văn bản có hình thức tương đương; \
         sai về thể thức thì đính chính bằng công văn; gửi nhầm thì thu hồi (Nghị định 30/2020/NĐ-CP, Điều 18).",
        "An issued document is never edited. Wrong content: replace it by a document of equal form; wrong form: correct it by \
         an official letter; wrongly sent: recall it (Decree 30/2020/NĐ-CP, Article 18).",
    )
    .with("document_id", document.to_string())
    .with("transitions", format!("/v1/outgoing-documents/{document}/transitions"))
    .with("legal_basis", ISSUE_LAW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_issued_can_be_recalled_replaced_or_corrected() {
        for state in DocumentState::ALL {
            let issued = [DocumentState::Issued, DocumentState::Corrected].contains(&state);
            assert_eq!(allowed_actions(state).len(), if issued { 3 } else { 0 }, "{state:?}");
            assert_eq!(DocumentState::from_word(state.as_str()), Some(state));
        }
        let again = act(DocumentState::Recalled, DocumentAction::Recall).unwrap_err();
        assert_eq!(again.code, "document.recalled");
        assert_eq!(act(DocumentState::Void, DocumentAction::Correct).unwrap_err().code, "document.state");
    }

    #[test]
    fn what_never_left_the_agency_is_known_by_its_words() {
        let never = [DocumentState::Numbered, DocumentState::Sealed, DocumentState::Void];
        assert_eq!(DocumentState::UNISSUED, never.map(DocumentState::as_str));
    }
}
