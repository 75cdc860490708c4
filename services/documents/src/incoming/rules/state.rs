//! The states of an incoming document, and in whose names somebody acts on it.

use std::collections::BTreeSet;

use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an incoming document stands with the agency that received it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IncomingState)]
pub enum State {
    /// It has arrived; the clerk has not decided (đã đến).
    Received,
    /// Sent back to its sender with a reason (trả lại).
    Returned,
    /// In the register of incoming documents (đã vào sổ).
    Registered,
    /// Before a leader (đã trình).
    Submitted,
    /// Given to those who deal with it (đã phân công).
    Assigned,
    /// They work on it (đang xử lý).
    Processing,
    /// Dealt with (đã hoàn thành).
    Finished,
    /// Revoked by its issuer (thu hồi).
    Cancelled,
    /// Given back because its sender asked for it (đã lấy lại).
    TakenBack,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Received,
        Self::Returned,
        Self::Registered,
        Self::Submitted,
        Self::Assigned,
        Self::Processing,
        Self::Finished,
        Self::Cancelled,
        Self::TakenBack,
    ];

    /// The word as columns and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Returned => "returned",
            Self::Registered => "registered",
            Self::Submitted => "submitted",
            Self::Assigned => "assigned",
            Self::Processing => "processing",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::TakenBack => "taken_back",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::Received => Text::new("đã đến", "received"),
            Self::Returned => Text::new("trả lại", "returned"),
            Self::Registered => Text::new("đã vào sổ", "registered"),
            Self::Submitted => Text::new("đã trình", "submitted"),
            Self::Assigned => Text::new("đã phân công", "assigned"),
            Self::Processing => Text::new("đang xử lý", "processing"),
            Self::Finished => Text::new("đã hoàn thành", "finished"),
            Self::Cancelled => Text::new("bị thu hồi", "cancelled"),
            Self::TakenBack => Text::new("đã lấy lại", "taken back"),
        }
    }

    /// Whether somebody has still to do something about it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Registered | Self::Submitted | Self::Assigned | Self::Processing)
    }

    /// Whether the agency has no right to the document any more: of one it was sent by another agency here, the file is
    /// closed to it then.
    #[must_use]
    pub const fn is_given_up(self) -> bool {
        matches!(self, Self::Returned | Self::Cancelled | Self::TakenBack)
    }
}

/// In whose name somebody acts on an incoming document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// A clerk (văn thư) of the agency.
    Clerk,
    /// A leader or approver of the agency (lãnh đạo).
    Head,
    /// Who has the lead (chủ trì).
    Lead,
    /// Who takes part (phối hợp).
    Coordinator,
}

/// In whose names a caller can act on one document.
pub type Hands = BTreeSet<Hand>;
